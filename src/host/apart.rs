//! Files that are read apart: in a process of this very program that has nothing but the file.
//!
//! The process gets the file as its standard input and an unnamed file for what it finds as its standard
//! output; no environment, no arguments but the order, no database. It binds itself to limits before it
//! looks at the first byte; whoever started it ends it after a minute. Start at [`Process`]; [`serve`] is
//! what such a process does.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::exchange::read::{Apart, Order, Refusal, serve as carry_out};

/// What stands before the order on the line that starts such a process. It is no command: people do not
/// type it, and no parser of commands knows it.
const WORD: &str = "read-file";

/// So much address space a process that reads gets, in bytes.
const MEMORY: u64 = 512 << 20;

/// So much it may write, in bytes.
const OUTPUT: u64 = 1 << 30;

/// So long it may take.
const TIME: Duration = Duration::from_mins(1);

/// Reads files in processes of a program that knows [`serve`].
#[derive(Debug, Clone)]
pub struct Process {
    program: PathBuf,
    time: Duration,
}

impl Process {
    /// Of this program, which lies at `program`.
    #[must_use]
    pub fn of(program: Option<PathBuf>) -> Self {
        // After an update the file that runs has no name any more.
        let there = program.filter(|path| path.exists());
        let program = there.unwrap_or_else(|| PathBuf::from("/proc/self/exe"));
        Self { program, time: TIME }
    }

    /// With another time than a minute.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    fn started(&self, file: &File, order: &Order) -> std::io::Result<(ExitStatus, bool, File)> {
        let mut input = file.try_clone()?;
        input.seek(SeekFrom::Start(0))?;
        let output = tempfile::tempfile()?;
        let mut child = Command::new(&self.program)
            .arg(WORD)
            .arg(serde_json::to_string(order)?)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(input))
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::null())
            .spawn()?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok((status, false, output));
            }
            if begun.elapsed() > self.time {
                // It may have ended by itself meanwhile.
                let _ = child.kill();
                return Ok((child.wait()?, true, output));
            }
            sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Apart for Process {
    fn read(&self, file: &File, order: &Order) -> Result<File, Refusal> {
        let (status, late, output) =
            self.started(file, order).map_err(|error| Refusal::NotStarted(error.to_string()))?;
        if status.success() {
            return Ok(output);
        }
        let signal = status.signal();
        let is = |one: rustix::process::Signal| signal == Some(one.as_raw());
        Err(if late || is(rustix::process::Signal::XCPU) {
            Refusal::Slow
        } else if is(rustix::process::Signal::XFSZ) || status.code() == Some(FULL) {
            Refusal::Large
        } else if is(rustix::process::Signal::ABORT) || is(rustix::process::Signal::KILL) {
            // Where memory ends, the program aborts; or the system ends it.
            Refusal::Memory
        } else {
            Refusal::Died
        })
    }
}

/// The exit status where what was written became too much.
const FULL: i32 = 3;

/// Whether the arguments of the program ask for [`serve`].
#[must_use]
pub fn asked(args: &[OsString]) -> bool {
    args.len() == 3 && args[1] == OsStr::new(WORD)
}

/// Carries out the order in `args` on `input` and writes what it finds to `output`. Yields the exit status.
#[must_use]
pub fn serve(args: &[OsString], input: impl AsFd, output: impl AsFd) -> u8 {
    let order = args.get(2).and_then(|order| serde_json::from_str(order.to_str()?).ok());
    let Some(order) = order else { return 2 };
    if bind().is_err() {
        return 2;
    }
    let files = (input.as_fd().try_clone_to_owned(), output.as_fd().try_clone_to_owned());
    let (Ok(input), Ok(output)) = files else { return 2 };
    match carry_out(File::from(input), &order, &mut File::from(output)) {
        Ok(()) => 0,
        Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => FULL as u8,
        Err(_) => 1,
    }
}

/// Binds this process to its limits.
fn bind() -> rustix::io::Result<()> {
    let limit =
        |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, OUTPUT)?;
    limit(Resource::Cpu, TIME.as_secs())?;
    let memory = limit(Resource::As, MEMORY);
    // Elsewhere the system may not know this limit.
    if cfg!(target_os = "linux") { memory } else { Ok(()) }
}
