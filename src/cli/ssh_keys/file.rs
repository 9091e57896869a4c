//! An `authorized_keys` file: every line that is not ours stays byte for byte.
//!
//! The folder is locked while the file is read and written anew; the new one takes the place of the old one
//! in one step, readable by its owner alone. Start at [`KeyFile::add`].

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::key::Key;
use crate::cli::error::{CliError, Result};
use crate::exchange::Beside;
use crate::model::{Phrase, phrase};

/// How our lines begin.
const OURS: &str = "restrict,pty,command=\"";

/// The file.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
}

/// A line of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// For whom.
    pub login: String,
    /// On which file.
    pub database: String,
    /// `ssh-ed25519`.
    pub kind: String,
    /// `SHA256:...`.
    pub fingerprint: String,
    bytes: Vec<u8>,
}

impl KeyFile {
    /// The file that is named, else that of the account; its folder is made.
    pub fn of(named: Option<PathBuf>, home: Option<&Path>) -> Result<Self> {
        let path = match (named, home) {
            (Some(path), _) => path,
            (None, Some(home)) => {
                let folder = home.join(".ssh");
                let made = DirBuilder::new().mode(0o700).recursive(true).create(&folder);
                made.map_err(|source| at(&folder, source))?;
                folder.join("authorized_keys")
            }
            (None, None) => {
                return Err(CliError::Refused {
                    message: phrase!("there is no home directory to keep keys in"),
                    hint: Some(phrase!("name the file with --file")),
                });
            }
        };
        if fs::symlink_metadata(&path).is_ok_and(|about| !about.is_file()) {
            return Err(CliError::Refused {
                message: phrase!("{path} is a link or no file", path = path.display().to_string()),
                hint: Some(phrase!("name the file itself with --file")),
            });
        }
        Ok(Self { path })
    }

    /// Where it is.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Our lines.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        Ok(lines(&self.read()?).filter_map(entry).collect())
    }

    /// Adds a line for somebody.
    pub fn add(&self, login: &str, command: &str, key: &Key) -> Result<()> {
        let _alone = self.lock()?;
        let mut text = self.read()?;
        if let Some(line) = lines(&text).find(|line| holds(line, &key.bytes)) {
            // The first line that fits decides for sshd: a second one would be somebody else, or nobody.
            return Err(CliError::Refused {
                message: match entry(line) {
                    Some(other) => {
                        phrase!("this key lets {login} in already", login = other.login)
                    }
                    None => phrase!("this key stands in the file already, for something else"),
                },
                hint: Some(phrase!("a key names one user: each needs a key of their own")),
            });
        }
        if text.last().is_some_and(|byte| *byte != b'\n') {
            text.push(b'\n');
        }
        text.extend(format!("{OURS}{command}\" {} {login}\n", key.line).bytes());
        self.write(&text)
    }

    /// Takes lines of somebody out, and says by their fingerprints which.
    pub fn remove(
        &self,
        login: &str,
        fingerprint: Option<&str>,
        database: &str,
    ) -> Result<Vec<String>> {
        let _alone = self.lock()?;
        let text = self.read()?;
        let meant = |line: &[u8]| {
            entry(line).is_some_and(|entry| {
                entry.login == login
                    && entry.database == database
                    && fingerprint.is_none_or(|wanted| entry.fingerprint == wanted)
            })
        };
        let kept: Vec<u8> = lines(&text).filter(|line| !meant(line)).flatten().copied().collect();
        let gone: Vec<String> = lines(&text)
            .filter(|line| meant(line))
            .filter_map(entry)
            .map(|entry| entry.fingerprint)
            .collect();
        if !gone.is_empty() {
            self.write(&kept)?;
        }
        Ok(gone)
    }

    fn read(&self) -> Result<Vec<u8>> {
        match fs::read(&self.path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(at(&self.path, source)),
        }
    }

    fn folder(&self) -> &Path {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or_else(|| Path::new("."))
    }

    /// Held while the file is read and written anew.
    fn lock(&self) -> Result<File> {
        let folder = self.folder();
        let open = File::open(folder).and_then(|file| file.lock().map(|()| file));
        open.map_err(|source| at(folder, source))
    }

    fn write(&self, text: &[u8]) -> Result<()> {
        let replace = || -> io::Result<()> {
            let folder = self.folder();
            let new = Beside::of(&self.path)?;
            new.file().write_all(text)?;
            // sshd reads it as the account, so it stays that one's where another one writes it.
            let of = fs::metadata(&self.path).or_else(|_| fs::metadata(folder))?;
            let mine = new.file().metadata()?;
            if (of.uid(), of.gid()) != (mine.uid(), mine.gid()) {
                std::os::unix::fs::fchown(new.file(), Some(of.uid()), Some(of.gid()))?;
            }
            new.put()?;
            File::open(folder)?.sync_all()
        };
        replace().map_err(|source| at(&self.path, source))
    }
}

fn at(path: &Path, source: io::Error) -> CliError {
    CliError::File { path: Phrase::raw(path.display().to_string()), source }
}

/// The lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// What a line of ours says; none where it is another one.
fn entry(line: &[u8]) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let (command, key) = line.strip_prefix(OURS)?.split_once('"')?;
    let mut words = command.split(' ').skip_while(|word| *word != "serve-session").skip(1);
    let (mut login, mut database) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "--user" => login = words.next(),
            "--db" => database = words.next(),
            _ => {}
        }
    }
    let mut words = key.split_whitespace();
    let (kind, data) = (words.next()?, words.next()?);
    let bytes = STANDARD.decode(data).ok()?;
    let print = Sha256::digest(&bytes);
    let print = base64::engine::general_purpose::STANDARD_NO_PAD.encode(print);
    Some(Entry {
        login: login?.to_owned(),
        database: database?.to_owned(),
        kind: kind.to_owned(),
        fingerprint: format!("SHA256:{print}"),
        bytes,
    })
}

/// Whether a line, ours or not, is about the key.
fn holds(line: &[u8], key: &[u8]) -> bool {
    if entry(line).is_some_and(|entry| entry.bytes == key) {
        return true;
    }
    let text = String::from_utf8_lossy(line);
    !text.trim_start().starts_with('#')
        && text.split_whitespace().any(|word| STANDARD.decode(word).is_ok_and(|bytes| bytes == key))
}
