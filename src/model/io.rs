//! What the system says of a file, in sentences of our own, and what to do about it.
//!
//! Only where it says something that is not known here its own English words stand, behind ours.

use std::io::{Error, ErrorKind};

use super::phrase::{Phrase, phrase};

impl Phrase {
    /// What went wrong with a file, a folder or the output.
    #[must_use]
    pub fn io(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => phrase!("there is no such file or folder"),
            ErrorKind::PermissionDenied => phrase!("the system does not permit it"),
            ErrorKind::AlreadyExists => phrase!("it is there already"),
            ErrorKind::IsADirectory => phrase!("this is a folder, not a file"),
            ErrorKind::NotADirectory => phrase!("a part of the path is a file, not a folder"),
            ErrorKind::StorageFull => phrase!("the disk is full"),
            ErrorKind::QuotaExceeded => phrase!("your share of the disk is used up"),
            ErrorKind::ReadOnlyFilesystem => phrase!("the disk can only be read"),
            ErrorKind::FileTooLarge => phrase!("it is larger than the disk takes"),
            ErrorKind::InvalidFilename => phrase!("the name is longer than the disk takes"),
            ErrorKind::BrokenPipe => phrase!("whoever read it has gone"),
            ErrorKind::TimedOut => phrase!("it took too long to answer"),
            ErrorKind::OutOfMemory => phrase!("there is not enough memory"),
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy | ErrorKind::WouldBlock => {
                phrase!("another program keeps it busy")
            }
            ErrorKind::UnexpectedEof => phrase!("it ends too early"),
            // What is read as text and is none.
            ErrorKind::InvalidData if error.raw_os_error().is_none() => {
                phrase!("it is not text in UTF-8")
            }
            // The path holds a NUL byte.
            ErrorKind::InvalidInput if error.raw_os_error().is_none() => {
                phrase!("a path cannot be written like this")
            }
            _ => phrase!("the system reports a fault ({error})", error = error.to_string()),
        }
    }

    /// What to do next about it, where there is something to say.
    #[must_use]
    pub fn io_hint(error: &Error) -> Option<Self> {
        Some(match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                phrase!("check how the path is written")
            }
            ErrorKind::PermissionDenied => {
                phrase!("check who owns the file and its folder, or name another one")
            }
            ErrorKind::IsADirectory => phrase!("name a file inside it"),
            ErrorKind::AlreadyExists => phrase!("name another one, or move it away first"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                phrase!("free some space and try again")
            }
            ErrorKind::ReadOnlyFilesystem | ErrorKind::InvalidFilename => {
                phrase!("name a file elsewhere")
            }
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy | ErrorKind::WouldBlock => {
                phrase!("try again when it has finished")
            }
            ErrorKind::InvalidData if error.raw_os_error().is_none() => {
                phrase!("save it as text in UTF-8 and try again")
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that Linux gives for what people meet; none is told in the system's own words.
    #[test]
    fn what_people_meet_is_told_in_our_words() {
        for code in [2, 12, 13, 16, 17, 20, 21, 26, 27, 28, 30, 36, 110, 122] {
            let error = Error::from_raw_os_error(code);
            let told = Phrase::io(&error).to_string();
            assert!(!told.contains("os error"), "{code}: {told}");
        }
        let unknown = Phrase::io(&Error::from_raw_os_error(5)).to_string();
        assert!(
            unknown.starts_with("the system reports a fault (") && unknown.contains("os error 5")
        );
        let text = String::from_utf8(vec![0xff]).unwrap_err();
        let error = Error::new(ErrorKind::InvalidData, text);
        assert_eq!(Phrase::io(&error), "it is not text in UTF-8");
        assert!(Phrase::io_hint(&error).is_some());
    }
}
