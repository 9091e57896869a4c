//! What happens to the terminal and the process: keys, pastes, sizes and signals, in one stream.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event::{
    self, Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals};

use crate::action::{Key, KeyCode};
use crate::tui::message::{Input, Mouse, Turn};
use crate::tui::pair::Side;

/// How long the reading thread looks before it heeds a pause.
const LOOK: Duration = Duration::from_millis(80);

/// What wakes the host.
#[derive(Debug)]
pub(super) enum Wake {
    /// Something of the terminal, for the screens that are shown.
    Input(Input),
    /// Something of a session, for the screens that it answers to.
    Heard(Side, Input),
    /// The process is to stop for a while.
    Stop,
    /// The process is to end, or the terminal is gone.
    End,
}

/// Whether the reading thread may read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Yes,
    /// It should not, but may be at it.
    Wanted,
    /// It does not.
    Paused,
    Over,
}

/// The threads that read keys and signals.
pub(super) struct Events {
    reading: Arc<(Mutex<Reading>, Condvar)>,
    signals: Handle,
}

impl Events {
    /// Starts reading; all goes to `send`.
    pub(super) fn start(send: &Sender<Wake>) -> io::Result<Self> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP])?;
        let handle = signals.handle();
        let to = send.clone();
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let wake = if signal == SIGTSTP { Wake::Stop } else { Wake::End };
                if to.send(wake).is_err() {
                    return;
                }
            }
        });
        let reading = Arc::new((Mutex::new(Reading::Yes), Condvar::new()));
        let (to, shared) = (send.clone(), Arc::clone(&reading));
        std::thread::spawn(move || read(&to, &shared));
        Ok(Self { reading, signals: handle })
    }

    /// Stops reading until [`Events::go_on`]; returns when nothing is read any more.
    pub(super) fn pause(&self) {
        let mut reading = lock(&self.reading.0);
        *reading = Reading::Wanted;
        while *reading == Reading::Wanted {
            reading = self.reading.1.wait(reading).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Reads again.
    pub(super) fn go_on(&self) {
        *lock(&self.reading.0) = Reading::Yes;
        self.reading.1.notify_all();
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.signals.close();
        *lock(&self.reading.0) = Reading::Over;
        self.reading.1.notify_all();
    }
}

fn lock(reading: &Mutex<Reading>) -> MutexGuard<'_, Reading> {
    reading.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(send: &Sender<Wake>, (state, changed): &(Mutex<Reading>, Condvar)) {
    loop {
        {
            let mut reading = lock(state);
            if *reading == Reading::Wanted {
                *reading = Reading::Paused;
                changed.notify_all();
            }
            while *reading == Reading::Paused {
                reading = changed.wait(reading).unwrap_or_else(PoisonError::into_inner);
            }
            if *reading == Reading::Over {
                return;
            }
        }
        let wake = match event::poll(LOOK).and_then(|is| is.then(event::read).transpose()) {
            Ok(None) => continue,
            Ok(Some(event)) => input(event).map(Wake::Input),
            // The terminal is gone; whoever waits for a pause must not wait for ever.
            Err(_) => {
                *lock(state) = Reading::Over;
                changed.notify_all();
                let _ = send.send(Wake::End);
                return;
            }
        };
        if wake.is_some_and(|wake| send.send(wake).is_err()) {
            return;
        }
    }
}

fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(event) => mouse(event).map(Input::Mouse),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        _ => None,
    }
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    let turn = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Turn::Press,
        MouseEventKind::ScrollUp => Turn::Up,
        MouseEventKind::ScrollDown => Turn::Down,
        _ => return None,
    };
    Some(Mouse { turn, x: event.column, y: event.row })
}

fn key(event: KeyEvent) -> Option<Key> {
    use crossterm::event::KeyCode as Pressed;
    let held = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT));
    let mut shift = held(KeyModifiers::SHIFT);
    let code = match event.code {
        Pressed::Char(c) => {
            shift = false;
            KeyCode::Char(if ctrl { c.to_ascii_lowercase() } else { c })
        }
        Pressed::BackTab => {
            shift = true;
            KeyCode::Tab
        }
        Pressed::Enter => KeyCode::Enter,
        Pressed::Esc => KeyCode::Esc,
        Pressed::Tab => KeyCode::Tab,
        Pressed::Backspace => KeyCode::Backspace,
        Pressed::Delete => KeyCode::Delete,
        Pressed::Insert => KeyCode::Insert,
        Pressed::Up => KeyCode::Up,
        Pressed::Down => KeyCode::Down,
        Pressed::Left => KeyCode::Left,
        Pressed::Right => KeyCode::Right,
        Pressed::Home => KeyCode::Home,
        Pressed::End => KeyCode::End,
        Pressed::PageUp => KeyCode::PageUp,
        Pressed::PageDown => KeyCode::PageDown,
        Pressed::F(number) => KeyCode::F(number),
        _ => return None,
    };
    Some(Key { code, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_terminal_sends_becomes_keys_as_written() {
        use crossterm::event::KeyCode as Pressed;
        let shown = |code, modifiers| key(KeyEvent::new(code, modifiers)).unwrap().to_string();
        assert_eq!(shown(Pressed::Char('A'), KeyModifiers::SHIFT), "A");
        assert_eq!(shown(Pressed::Char('S'), KeyModifiers::CONTROL), "ctrl-s");
        assert_eq!(shown(Pressed::BackTab, KeyModifiers::SHIFT), "shift-tab");
        assert_eq!(shown(Pressed::Char('?'), KeyModifiers::SHIFT), "?");
        assert_eq!(shown(Pressed::F(2), KeyModifiers::NONE), "f2");
        assert_eq!(shown(Pressed::Enter, KeyModifiers::ALT), "alt-enter");
    }
}
