//! The error file while it is being written: beside its place, where it comes to stand at the end.
//!
//! What stands in its place stays until there are rows to put there. An import that was killed leaves what it
//! had written, and goes on with that. Start at [`ErrorFile::begin`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::model::{Phrase, phrase};

/// What the name of an unfinished error file ends with.
const UNFINISHED: &str = ".unfinished";

/// Why an error file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ErrorFileError {
    /// It is the file that is imported.
    #[error("{}", self.phrase())]
    Input {
        /// As it was named.
        named: PathBuf,
    },
    /// The system does not let it be written.
    #[error("{}", self.phrase())]
    Io {
        /// As it was named.
        named: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

type Result<T> = std::result::Result<T, ErrorFileError>;

impl ErrorFileError {
    /// What is wrong with it.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Input { named } => {
                phrase!("{path} is what is imported", path = named.display().to_string())
            }
            Self::Io { named, source } => phrase!(
                "{name}: {message}",
                name = named.display().to_string(),
                message = Phrase::io(source)
            ),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Input { .. } => {
                Some(phrase!("name another file for the rows that cannot be imported"))
            }
            Self::Io { source, .. } => Phrase::io_hint(source),
        }
    }
}

fn file_error(named: &Path, source: io::Error) -> ErrorFileError {
    ErrorFileError::Io { named: named.to_owned(), source }
}

/// A name beside a file for the rows of it that cannot be imported, that nothing has yet.
#[must_use]
pub fn free_name(input: &Path) -> PathBuf {
    let stem = input.file_stem().map_or_else(|| "import".into(), |stem| stem.to_string_lossy());
    let taken = |path: &PathBuf| {
        let mut aside = path.clone().into_os_string();
        aside.push(UNFINISHED);
        fs::symlink_metadata(path).is_ok() || fs::symlink_metadata(aside).is_ok()
    };
    let name = |n: usize| match n {
        1 => input.with_file_name(format!("{stem}-errors.csv")),
        n => input.with_file_name(format!("{stem}-errors-{n}.csv")),
    };
    (1..100).map(name).find(|path| !taken(path)).unwrap_or_else(|| name(100))
}

/// Whether a name is one that [`free_name`] gives: what is read elsewhere must not have another file written over.
#[must_use]
pub fn is_beside(input: &Path, name: &str) -> bool {
    let stem = input.file_stem().map_or_else(|| "import".into(), |stem| stem.to_string_lossy());
    let rest = name.strip_prefix(&*stem).and_then(|rest| rest.strip_prefix("-errors"));
    let number = rest.and_then(|rest| rest.strip_suffix(".csv"));
    number.is_some_and(|number| {
        number.is_empty()
            || number.strip_prefix('-').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// An error file that is being written.
pub struct ErrorFile {
    /// As it was named.
    named: PathBuf,
    /// Where it comes to stand.
    place: PathBuf,
    /// Where it is written: none where its place is no file, a pipe say, and it goes straight there.
    aside: Option<PathBuf>,
    writer: BufWriter<File>,
    /// It is kept although the import does not come to its end: that may be gone on with.
    kept: bool,
}

impl ErrorFile {
    /// Begins an error file; `input` is what is imported.
    ///
    /// # Errors
    /// Where it is the input, or cannot be written.
    pub fn begin(named: &Path, input: &Path) -> Result<Self> {
        let (place, aside) = whereabouts(named, input)?;
        let file = match &aside {
            Some(aside) => anew(aside),
            None => File::options().write(true).open(&place),
        };
        let file = file.map_err(|source| file_error(named, source))?;
        let writer = BufWriter::new(file);
        Ok(Self { named: named.to_owned(), place, aside, writer, kept: false })
    }

    /// Goes on with the error file of an import that was stopped, cut behind the bytes that the database has
    /// account of.
    ///
    /// # Errors
    /// Where it is the input, or cannot be written.
    pub fn go_on(named: &Path, input: &Path, bytes: u64) -> Result<Self> {
        let mut found = Self::begin_kept(named, input)?;
        found.cut(bytes).map_err(|source| file_error(named, source))?;
        Ok(found)
    }

    fn begin_kept(named: &Path, input: &Path) -> Result<Self> {
        let wrong = |source| file_error(named, source);
        let (place, aside) = whereabouts(named, input)?;
        let Some(aside) = aside else { return Self::begin(named, input) };
        // One that was stopped in order stands in its place already.
        if !is_file(&aside) && is_file(&place) {
            let mut copy = anew(&aside).map_err(wrong)?;
            io::copy(&mut File::open(&place).map_err(wrong)?, &mut copy).map_err(wrong)?;
        }
        let file =
            if is_file(&aside) { File::options().write(true).open(&aside) } else { anew(&aside) };
        let writer = BufWriter::new(file.map_err(wrong)?);
        Ok(Self { named: named.to_owned(), place, aside: Some(aside), writer, kept: true })
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if self.aside.is_none() {
            return Ok(());
        }
        let file = self.writer.get_mut();
        // A file that is shorter is not the one: then this part begins it.
        let there = file.metadata()?.len();
        file.set_len(if there < bytes { 0 } else { bytes })?;
        file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Empties it for the next pass; with the last, which writes records, it is `kept` whatever comes.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn restart(&mut self, kept: bool) -> Result<()> {
        self.kept = kept;
        let done = self.writer.flush().and_then(|()| self.cut(0));
        done.map_err(|source| file_error(&self.named, source))
    }

    /// Puts it in its place, if there is anything in it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.put().map_err(|source| file_error(&self.named, source))
    }

    fn put(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        let Some(aside) = &self.aside else { return Ok(()) };
        if self.writer.get_ref().metadata()?.len() == 0 {
            self.kept = false;
            return Ok(());
        }
        if let Ok(old) = fs::metadata(&self.place) {
            fs::set_permissions(aside, old.permissions())?;
        }
        fs::rename(aside, &self.place)?;
        self.aside = None;
        Ok(())
    }
}

impl Write for ErrorFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for ErrorFile {
    fn drop(&mut self) {
        let Some(aside) = &self.aside else { return };
        let empty = self.writer.flush().is_ok()
            && self.writer.get_ref().metadata().is_ok_and(|about| about.len() == 0);
        if empty || !self.kept {
            // What cannot be removed is only in the way of nobody.
            let _ = fs::remove_file(aside);
        }
    }
}

/// Where the file comes to stand, links followed, and where it is written until then.
fn whereabouts(named: &Path, input: &Path) -> Result<(PathBuf, Option<PathBuf>)> {
    let place = named.canonicalize().unwrap_or_else(|_| named.to_owned());
    if is_same(&place, input) {
        return Err(ErrorFileError::Input { named: named.to_owned() });
    }
    if place.is_dir() {
        return Err(file_error(named, io::ErrorKind::IsADirectory.into()));
    }
    if place.exists() && !place.is_file() {
        return Ok((place, None));
    }
    let mut aside = place.clone().into_os_string();
    aside.push(UNFINISHED);
    Ok((place, Some(aside.into())))
}

#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => {
            one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino())
        }
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    other.canonicalize().is_ok_and(|other| one == other)
}

/// A file of one's own, and no link that somebody laid there.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

fn anew(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Rows of people: for the eyes of their owner alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
