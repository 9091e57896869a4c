//! The one place where somebody outside may have files written: a folder of their own in the export folder.
//!
//! A name is only a name: no folders, no dots in front, one of the endings of exports. The file must not be
//! there yet, so nothing is overwritten and no link is followed. Start at [`create`].

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::Served;
use crate::cli::error::{CliError, Result};
use crate::exchange::export::ExportFormat;
use crate::model::{Phrase, phrase};

const LONGEST: usize = 100;

/// Makes the file that somebody named.
///
/// # Errors
/// Where there is no export folder, the name is more than a name, or the file is there already.
pub(in crate::cli) fn create(served: &Served, name: &Path) -> Result<BufWriter<File>> {
    let Some(folder) = &served.exports else {
        return Err(CliError::Refused {
            message: phrase!("files on this computer are out of reach"),
            hint: Some(phrase!("keep it on yours: ssh HOST export customer > customers.csv")),
        });
    };
    if !is_name(name) {
        return Err(CliError::Refused {
            message: phrase!("this is no name for an export"),
            hint: Some(phrase!(
                "letters, digits, - and _, then .csv, .tsv, .xlsx, .json, .ndjson, .md, .html, .vcf or .ics; no folders"
            )),
        });
    }
    let failed = |source: io::Error| CliError::File {
        path: Phrase::raw(name.display().to_string()),
        source,
    };
    let own = own_folder(folder, &served.login).map_err(failed)?;
    // Only a new file: nothing is overwritten, and a link that lies there is not followed.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(own.join(name));
    file.map(BufWriter::new).map_err(failed)
}

fn is_name(name: &Path) -> bool {
    let Some(name) = name.to_str().filter(|name| name.len() <= LONGEST) else { return false };
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    !stem.is_empty()
        && !stem.starts_with(['.', ' ', '-'])
        && stem.chars().all(plain)
        && ExportFormat::endings().any(|known| known == ending)
}

/// The person's own folder in the export folder; a link that lies in its place is not followed.
fn own_folder(folder: &Path, login: &str) -> io::Result<PathBuf> {
    let own = folder.join(login);
    match DirBuilder::new().mode(0o700).create(&own) {
        Ok(()) => Ok(own),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(&own)?.is_dir() {
                Ok(own)
            } else {
                Err(io::ErrorKind::NotADirectory.into())
            }
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_only_a_name() {
        for good in ["a.csv", "customers 2026-11.tsv", "客户.md", "a.b.json"] {
            assert!(is_name(Path::new(good)), "{good}");
        }
        let long = format!("{}.csv", "x".repeat(LONGEST));
        for bad in [
            "",
            ".csv",
            "a",
            "a.sh",
            "../a.csv",
            "/tmp/a.csv",
            "a/b.csv",
            "..csv",
            ".a.csv",
            "-a.csv",
            "~/a.csv",
            "a\n.csv",
            "a$b.csv",
            &long,
        ] {
            assert!(!is_name(Path::new(bad)), "{bad}");
        }
    }
}
