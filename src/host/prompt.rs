//! Asks the person at the terminal, without showing what is secret.
//!
//! It goes past standard input and output to the terminal itself, so that data in pipes is left alone. Keys are
//! read one by one: Ctrl-C and Ctrl-D call it off, and the terminal is given back as it was in every case.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use crate::cli::Prompt;
use crate::secret::Secret;

/// The longest line that is taken.
const LONGEST: usize = 4_096;

/// The terminal, as far as somebody sits at it.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    watched: bool,
}

impl Terminal {
    /// `watched` says that a person sees what is asked and can answer.
    #[must_use]
    pub fn new(watched: bool) -> Self {
        Self { watched }
    }
}

/// The terminal with keys read one by one, until dropped.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn begin(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes.local_modes &=
            !(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        // What was typed ahead was not meant for this.
        tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// What a key does to the line.
enum Step {
    Goes,
    Done,
    Off,
}

fn step(line: &mut Vec<u8>, key: u8) -> Step {
    match key {
        b'\r' | b'\n' => return Step::Done,
        3 => return Step::Off,
        4 if line.is_empty() => return Step::Off,
        4 => return Step::Done,
        8 | 127 => {
            // A character may be several bytes.
            while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
        }
        21 => line.clear(),
        key if key >= 32 && line.len() < LONGEST => line.push(key),
        _ => {}
    }
    Step::Goes
}

impl Terminal {
    fn ask(self, text: &str, shown: bool) -> io::Result<Option<Secret>> {
        if !self.watched {
            return Ok(None);
        }
        let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let mut out = terminal.try_clone()?;
        // First quiet, then asked: whoever types at once is neither shown nor unheard.
        let quiet = if shown { None } else { Some(Quiet::begin(&terminal)?) };
        write!(out, "{text}")?;
        out.flush()?;
        let mut line = zeroize::Zeroizing::new(Vec::with_capacity(256));
        let mut input = terminal.try_clone()?;
        let end = loop {
            let mut key = zeroize::Zeroizing::new([0_u8; 1]);
            if input.read(&mut *key)? == 0 {
                break Step::Off;
            }
            match step(&mut line, key[0]) {
                Step::Goes => {}
                end => break end,
            }
        };
        drop(quiet);
        if !shown {
            writeln!(terminal)?;
        }
        if matches!(end, Step::Off) {
            return Ok(None);
        }
        Ok(std::str::from_utf8(&line).ok().map(Secret::from))
    }
}

impl Prompt for Terminal {
    fn watched(&self) -> bool {
        self.watched
    }

    fn line(&mut self, text: &str) -> io::Result<Option<String>> {
        Ok(self.ask(text, true)?.map(|line| line.reveal().to_owned()))
    }

    fn secret(&mut self, text: &str) -> io::Result<Option<Secret>> {
        self.ask(text, false)
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        if !self.watched {
            return Ok(());
        }
        let mut terminal = OpenOptions::new().write(true).open("/dev/tty")?;
        writeln!(terminal, "{text}")
    }

    fn tell(&mut self, text: &str) -> io::Result<()> {
        self.show(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (String, bool) {
        let mut line = Vec::new();
        for key in keys {
            match step(&mut line, *key) {
                Step::Goes => {}
                Step::Done => return (String::from_utf8(line).unwrap(), true),
                Step::Off => return (String::new(), false),
            }
        }
        panic!("no end")
    }

    #[test]
    fn a_line_is_what_is_left_of_the_keys() {
        assert_eq!(typed(b"secret\r"), ("secret".into(), true));
        assert_eq!(typed("密é码\u{7f}\u{7f}x\n".as_bytes()), ("密x".into(), true));
        assert_eq!(typed(b"wrong\x15right\x1b\r"), ("right".into(), true));
        assert_eq!(typed(b"half\x03"), (String::new(), false));
        assert_eq!(typed(b"\x04"), (String::new(), false));
    }
}
