//! A file written beside its place, which it takes when it is whole: whoever reads it meanwhile, or after a
//! failure, finds what was there before.
//!
//! It is for the eyes of its owner alone where none was there. Start at [`Beside::of`].

use std::fs::{File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file on its way to its place.
pub struct Beside {
    file: NamedTempFile,
    place: PathBuf,
}

impl Beside {
    /// Begins a file for a place; in the same folder, so that it takes it in one step.
    ///
    /// # Errors
    /// Where nothing can be made there.
    pub fn of(place: &Path) -> io::Result<Self> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kontor-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        let file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
        Ok(Self { file, place: place.to_owned() })
    }

    /// What is written to.
    #[must_use]
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Gives it the permissions of what it takes the place of.
    ///
    /// # Errors
    /// Where they cannot be set.
    pub fn permit(&self, permissions: Permissions) -> io::Result<()> {
        self.file().set_permissions(permissions)
    }

    /// Puts it in its place, over what is there.
    ///
    /// # Errors
    /// Where it cannot be written to the end; what was there before stays then.
    pub fn put(self) -> io::Result<()> {
        self.file().sync_all()?;
        self.file.persist(&self.place).map(drop).map_err(|failed| failed.error)
    }

    /// The same where nothing is there.
    ///
    /// # Errors
    /// Where something is there meanwhile, or it cannot be written to the end.
    pub fn put_new(self) -> io::Result<()> {
        self.file().sync_all()?;
        self.file.persist_noclobber(&self.place).map(drop).map_err(|failed| failed.error)
    }
}
