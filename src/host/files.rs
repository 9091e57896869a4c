//! Files that the screens ask for: written as a whole or not at all, and only where the host lets them.
//!
//! Only a host at the user's own computer answers through here. Start at [`answer`].

use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use crate::exchange::Beside;
use crate::exchange::export::{ExportError, ExportFormat, ExportRequest, Progress, export_chosen};
use crate::exchange::read::Apart;
use crate::gate::{Chosen, GateError, Session};
use crate::model::{Phrase, phrase};
use crate::tui::request::{self, Answer, Reply, Request, To, write_report};

/// Where files may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// Wherever the user may; names count from the working directory.
    Anywhere,
    /// In this folder and nowhere else; names count from it.
    Within(&'a Path),
    /// Nowhere.
    Nowhere,
}

impl Reach<'_> {
    /// The file that a name means; none where that lies out of reach.
    pub(super) fn file(self, name: &Path) -> Option<PathBuf> {
        let folder = match self {
            Self::Anywhere => return Some(name.to_owned()),
            Self::Nowhere => return None,
            Self::Within(folder) => folder,
        };
        let file = folder.join(name);
        let climbs = file.components().any(|part| part == Component::ParentDir);
        if climbs || !file.starts_with(folder) {
            return None;
        }
        // A folder in it may be a link that leads out.
        let real = |path: &Path| path.canonicalize().ok();
        let inside = real(file.parent()?)?.starts_with(real(folder)?);
        inside.then_some(file)
    }
}

/// Runs a request, files included; those that are imported are read `apart`. Slow: for the thread that owns the
/// session.
///
/// # Errors
/// Whatever the gate says; a file that cannot be written.
pub fn answer(
    session: &mut Session,
    asked: &Request,
    reach: Reach<'_>,
    apart: &dyn Apart,
) -> Answer {
    let answered = carry_out(session, asked, reach, apart);
    if let Err(GateError::RightsChanged) = &answered {
        // Of all changes of their rights, this one ends what they do.
        session.demand_active()?;
    }
    answered
}

fn carry_out(
    session: &mut Session,
    asked: &Request,
    reach: Reach<'_>,
    apart: &dyn Apart,
) -> Answer {
    match asked {
        Request::Import(import) => super::imports::answer(session, import, reach, apart),
        Request::Export { of, fields, format, lang, to: To::File { path, over }, progress } => {
            let Some(path) = &reach.file(path) else {
                return Err(failed(path, phrase!("it lies out of reach"), None));
            };
            if path.is_dir() {
                return Err(fault(path, phrase!("is a folder"), phrase!("name a file in it")));
            }
            if !over && path.exists() {
                return Ok(Reply::Exists);
            }
            let mut request = ExportRequest::all("");
            request.fields.clone_from(fields);
            request.lang = *lang;
            request.target = path.display().to_string();
            write(session, of, &request, *format, (path, progress))
        }
        Request::ExportReport { report, format, to: To::File { path, over } } => {
            let Some(path) = &reach.file(path) else {
                return Err(failed(path, phrase!("it lies out of reach"), None));
            };
            if path.is_dir() {
                return Err(fault(path, phrase!("is a folder"), phrase!("name a file in it")));
            }
            if !over && path.exists() {
                return Ok(Reply::Exists);
            }
            let target = path.display().to_string();
            into_file(path, |out| write_report(session, report, *format, &target, out).map(|()| 0))
        }
        other => request::answer(session, other),
    }
}

fn write(
    session: &Session,
    of: &Chosen,
    request: &ExportRequest,
    format: ExportFormat,
    (path, progress): (&Path, &Progress),
) -> Answer {
    into_file(path, |out| export_chosen(session, of, request, format, (out, progress)))
}

/// Has a file written beside its place, which it takes when it is whole.
fn into_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::result::Result<u64, ExportError>,
) -> Answer {
    let failed = |error: &std::io::Error| failed(path, Phrase::io(error), Phrase::io_hint(error));
    let beside = Beside::of(path).map_err(|error| failed(&error))?;
    let mut writer = BufWriter::new(beside.file());
    let records = match write(&mut writer) {
        Ok(records) => records,
        Err(ExportError::Stopped) => return Ok(Reply::Stopped),
        Err(ExportError::Gate(error)) => return Err(error),
        Err(ExportError::Unfit(what)) => return Err(request::unfit(what)),
        Err(ExportError::Write(error)) => return Err(failed(&error)),
    };
    writer.flush().map_err(|error| failed(&error))?;
    drop(writer);
    beside.put().map_err(|error| failed(&error))?;
    Ok(Reply::Exported { records, text: None })
}

fn failed(path: &Path, error: Phrase, hint: Option<Phrase>) -> GateError {
    let hint = hint.unwrap_or_else(|| phrase!("name a file elsewhere"));
    fault(path, phrase!("cannot be written: {error}", error), hint)
}

fn fault(path: &Path, what: Phrase, hint: Phrase) -> GateError {
    GateError::File { path: path.display().to_string(), what, hint: Some(hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_reach_is_in_the_folder_links_followed() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("exports");
        std::fs::create_dir_all(inside.join("deep")).unwrap();
        let reach = Reach::Within(&inside);
        for name in ["a.csv", "deep/a.csv"] {
            assert_eq!(reach.file(Path::new(name)), Some(inside.join(name)));
        }
        for name in ["../a.csv", "deep/../../a.csv", "/tmp/a.csv", "nowhere/a.csv"] {
            assert_eq!(reach.file(Path::new(name)), None, "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), inside.join("up")).unwrap();
            assert_eq!(reach.file(Path::new("up/a.csv")), None);
        }
        assert_eq!(Reach::Nowhere.file(Path::new("a.csv")), None);
    }
}
