//! Files that the screens import: looked for, opened and read where the host lets them.
//!
//! Only a host at the user's own computer answers through here. Start at [`answer`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::Reach;
use crate::exchange::import::look;
use crate::exchange::read::Apart;
use crate::exchange::rejects::free_name;
use crate::gate::{GateError, Session};
use crate::model::{Phrase, phrase};
use crate::tui::request::{Answer, Import, Imported, Reply};

/// So many entries of a folder are looked at.
const LOOKED_AT: usize = 20_000;
/// So many are offered.
const OFFERED: usize = 200;
/// How the names of files end that can be imported.
const ENDINGS: [&str; 16] = [
    "csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "json", "ndjson", "jsonl",
    "vcf", "vcard", "ics", "ical",
];

/// Answers what opens a file; the rest goes on to where it belongs.
///
/// # Errors
/// Whatever the gate says; a file that cannot be opened.
pub(super) fn answer(
    session: &mut Session,
    import: &Import,
    reach: Reach<'_>,
    apart: &dyn Apart,
) -> Answer {
    let done = match import {
        Import::Names(typed) => return Ok(Reply::Import(Imported::Names(names(typed, reach)))),
        Import::Look(wish) => {
            let file = open(&wish.path, reach)?;
            let free = free_name(&within(&wish.path, reach)?);
            look(session, wish, file, apart).map(|mut looked| {
                if let Some(name) = free.file_name() {
                    looked.rejects = wish.path.with_file_name(name);
                }
                Imported::Looked(Box::new(looked))
            })
        }
        Import::Plan { job, progress } => {
            let file = open(&job.path, reach)?;
            let planned = job.plan(session, file, apart, progress);
            planned.map(|ledger| match ledger {
                Some(ledger) => Imported::Planned(Arc::new(ledger)),
                None => Imported::Stopped,
            })
        }
        Import::Apply { job, progress } => {
            let path = within(&job.path, reach)?;
            let file = open(&job.path, reach)?;
            // What is written beside it lies where it lies.
            let mut job = (**job).clone();
            job.rejects = job.rejects.map(|beside| {
                beside.file_name().map_or_else(|| beside.clone(), |name| path.with_file_name(name))
            });
            job.lies_at = path;
            let done = job.apply(session, file, apart, progress);
            done.map(|report| Imported::Done(Box::new(report)))
        }
        other => return other.answer(session),
    };
    match done {
        Ok(imported) => Ok(Reply::Import(imported)),
        Err(error) => Imported::of(error).map(Reply::Import),
    }
}

/// Where a name lies.
fn within(name: &Path, reach: Reach<'_>) -> Result<PathBuf, GateError> {
    let name = at_home(name, reach);
    let path = reach.file(&name);
    path.ok_or_else(|| fault(&name, phrase!("it lies out of reach"), None))
}

fn open(name: &Path, reach: Reach<'_>) -> Result<File, GateError> {
    let path = within(name, reach)?;
    let failed = |error: &std::io::Error| fault(name, Phrase::io(error), Phrase::io_hint(error));
    let about = fs::metadata(&path).map_err(|error| failed(&error))?;
    if about.is_dir() {
        return Err(fault(name, phrase!("is a folder"), Some(phrase!("name a file in it"))));
    }
    // A pipe would never end, and it is read more than once.
    if !about.is_file() {
        return Err(fault(name, phrase!("is no file"), None));
    }
    File::open(&path).map_err(|error| failed(&error))
}

fn fault(path: &Path, what: Phrase, hint: Option<Phrase>) -> GateError {
    GateError::File { path: path.display().to_string(), what, hint }
}

/// `~/` is the user's own folder, as shells have it.
fn at_home(name: &Path, reach: Reach<'_>) -> PathBuf {
    let own = match (reach, name.strip_prefix("~")) {
        (Reach::Anywhere, Ok(rest)) => std::env::home_dir().map(|home| home.join(rest)),
        _ => None,
    };
    own.unwrap_or_else(|| name.to_owned())
}

/// The folders and files that a typed path may go on with: folders first, then what can be imported, then the
/// rest where something is typed. Names that are no text are left out, nobody could type them.
fn names(typed: &str, reach: Reach<'_>) -> Vec<(String, bool)> {
    let (folder, begun) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let place = if folder.is_empty() { "./" } else { folder };
    // Any name in a folder is as far in reach as the folder.
    let Ok(any) = within(&Path::new(place).join("-"), reach) else { return Vec::new() };
    let Some(place) = any.parent() else { return Vec::new() };
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let wanted = begun.to_lowercase();
    let mut found: Vec<(u8, String, bool)> = entries
        .take(LOOKED_AT)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            if hidden || !name.to_lowercase().starts_with(&wanted) {
                return None;
            }
            // Links are followed.
            let about = fs::metadata(entry.path()).ok()?;
            let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
            let known = ending.is_some_and(|ending| {
                ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
            });
            let rank = match (about.is_dir(), known) {
                (true, _) => 1,
                (false, true) => 0,
                (false, false) if begun.is_empty() || !about.is_file() => return None,
                (false, false) => 2,
            };
            Some((rank, name, about.is_dir()))
        })
        .collect();
    found.sort_by(|a, b| (a.0, a.1.to_lowercase(), &a.1).cmp(&(b.0, b.1.to_lowercase(), &b.1)));
    found.truncate(OFFERED);
    found.into_iter().map(|(_, name, is_folder)| (name, is_folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_offered_that_a_path_may_go_on_with() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "A.xlsx", "notes.pdf", ".hidden.csv"] {
            File::create(folder.path().join(name)).unwrap();
        }
        fs::create_dir(folder.path().join("archive")).unwrap();
        File::create(folder.path().join("archive").join("old.vcf")).unwrap();
        let told = |typed: &str| -> Vec<String> {
            let all = names(typed, Reach::Within(folder.path()));
            all.into_iter().map(|(name, is)| if is { name + "/" } else { name }).collect()
        };
        assert_eq!(told(""), ["A.xlsx", "b.csv", "archive/"]);
        assert_eq!(told("a"), ["A.xlsx", "archive/"]);
        assert_eq!(told("no"), ["notes.pdf"]);
        assert_eq!(told("."), [".hidden.csv"]);
        assert_eq!(told("archive/"), ["old.vcf"]);
        assert_eq!(told("../"), Vec::<String>::new());
        assert_eq!(told("/"), Vec::<String>::new());
        let nowhere = names("", Reach::Nowhere);
        assert!(nowhere.is_empty());
    }

    #[test]
    fn folders_pipes_and_what_lies_elsewhere_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let reach = Reach::Within(folder.path());
        File::create(folder.path().join("a.csv")).unwrap();
        assert!(open(Path::new("a.csv"), reach).is_ok());
        for name in [".", "none.csv", "../a.csv", "/etc/passwd"] {
            assert!(open(Path::new(name), reach).is_err(), "{name}");
        }
        assert!(open(Path::new("/dev/zero"), Reach::Anywhere).is_err());
        assert!(open(&folder.path().join("a.csv"), Reach::Nowhere).is_err());
    }
}
