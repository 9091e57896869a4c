//! The time and the chance of the machine, handed to everything below.

use chrono::{DateTime, Utc};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::model::{Clock, Entropy};
use crate::tui::context::Run;

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time is handed in from")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // A system without randomness would give guessable salts; there is no honest way on from there.
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// This run of the program. Its name is by chance, and says where it runs if that can be told, so that others
/// on the same machine see when it has ended.
#[must_use]
pub fn instance(entropy: &dyn Entropy) -> Run {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    let name = format!("{:016x}", u64::from_be_bytes(bytes));
    let pid = rustix::process::getpid();
    let place = machine().zip(started(pid));
    Run {
        name: match place {
            Some((machine, started)) => {
                format!("{name}@{machine}/{}/{started}", pid.as_raw_nonzero())
            }
            None => name,
        },
        gone: is_gone,
    }
}

/// Whether the run of this name was one of this machine and is there no more.
fn is_gone(name: &str) -> bool {
    let Some((_, place)) = name.split_once('@') else { return false };
    let mut parts = place.rsplitn(3, '/');
    let (Some(began), Some(pid), Some(here)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let pid = pid.parse().ok().and_then(Pid::from_raw);
    let Some(pid) = pid.filter(|_| machine().as_deref() == Some(here)) else { return false };
    match started(pid) {
        // Another process may have its number by now.
        Some(now) => now != began,
        // It may be somebody else's, whom one does not see.
        None => rustix::process::test_kill_process(pid) == Err(Errno::SRCH),
    }
}

/// What tells this machine since it was started, and the room its processes are numbered in, from all others.
/// None where the system does not say.
fn machine() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let room = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), room.display()))
}

/// When a process began, in ticks of the system; never where it has ended and is only not buried yet, none where
/// it is not seen.
fn started(pid: Pid) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // Its name stands in parentheses and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return Some(String::new());
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fillings_differ() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        OsEntropy.fill(&mut a);
        OsEntropy.fill(&mut b);
        assert_ne!(a, b);
    }

    #[test]
    fn a_run_is_gone_when_its_process_is() {
        let own = instance(&OsEntropy);
        assert!(!(own.gone)(&own.name));
        assert!(!(own.gone)("0123456789abcdef"), "nothing is known of it");
        assert!(!(own.gone)("0123@another-machine/pid:[1]/7/99"));
        let Some((_, place)) = own.name.split_once('@') else { return };
        let (rest, began) = place.rsplit_once('/').unwrap();
        assert!((own.gone)(&format!("0@{rest}/{began}1")), "the number is another's now");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let pid = Pid::from_child(&child);
        let machine = machine().unwrap();
        let began = started(pid).unwrap();
        let name = format!("0@{machine}/{}/{began}", pid.as_raw_nonzero());
        assert!(!(own.gone)(&name));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!((own.gone)(&name));
    }
}
