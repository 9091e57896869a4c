//! Imports that were begun and not ended: which they are, and what going on with one means.
//!
//! An import is known again by what is in its file, the entity and how it is done. Start at [`begun`].

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::course::State;
use super::{ImportError, ImportOptions};
use crate::exchange::map::ImportMap;
use crate::exchange::mends::Mends;
use crate::exchange::verdict::{ImportReport, RowFate};
use crate::gate::{GateError, Session};
use crate::secret::hex;

/// An import that was begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The change set that its pieces belong to.
    pub operation: i64,
    /// The file it was begun with.
    pub file: String,
    /// The entity.
    pub entity: String,
    /// So many rows have their verdicts.
    pub rows: u64,
    /// How long its error file was then, in bytes: what stands behind it is written again.
    pub rejected: u64,
    /// Where its error file lies, where that is known.
    pub rejects: Option<String>,
    /// The map it is done by; none where another version began it.
    pub map: Option<Box<ImportMap>>,
    /// What was mended of the file by hand.
    pub mends: Mends,
}

/// The digest of what is in a file.
///
/// # Errors
/// Where it cannot be read.
pub fn digest(reader: &mut dyn Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(hex(&hash.finalize()))
}

/// The import of a file (by its digest) as this entity that the person began and did not end.
///
/// # Errors
/// Where the database cannot be read.
pub fn begun(session: &Session, content: &str, entity: &str) -> Result<Option<Begun>, GateError> {
    Ok(find(session, content, entity)?.map(|(begun, _)| begun))
}

fn find(
    session: &Session,
    content: &str,
    entity: &str,
) -> Result<Option<(Begun, State)>, GateError> {
    for work in session.unfinished()? {
        let Some(state) = State::read(&work.note) else { continue };
        let same = state.identity.split(' ').next() == Some(content) && state.entity == entity;
        if same {
            let begun = Begun {
                operation: work.operation,
                file: state.file.clone(),
                entity: state.entity.clone(),
                rows: state.rows(),
                rejected: state.rejected,
                rejects: state.rejects.clone(),
                map: ImportMap::parse("", &state.map)
                    .ok()
                    .filter(|_| !state.map.is_empty())
                    .map(Box::new),
                mends: state.mends.clone(),
            };
            return Ok(Some((begun, state)));
        }
    }
    Ok(None)
}

/// Where an import begins: at the start, or where it stopped, with the operation it goes on with.
pub(super) fn course(
    session: &Session,
    options: &ImportOptions,
    map: &ImportMap,
) -> Result<(State, Option<i64>), ImportError> {
    let (Some(content), false) = (&options.content, options.dry_run) else {
        let mut state = State::default();
        state.mends.clone_from(&options.mends);
        return Ok((state, None));
    };
    // What the map says beside its own name and lines.
    let map = ImportMap { file: String::new(), ..map.clone() };
    let written = map.to_toml();
    let way = hex(&Sha256::digest(&written));
    let identity = format!("{content} {way}");
    let mut fresh = State::new(&identity, &options.file, &options.entity);
    fresh.map = written;
    fresh.mends.clone_from(&options.mends);
    fresh.rejects.clone_from(&options.rejects);
    match find(session, content, &options.entity)? {
        None if options.under.is_some() => Ok((fresh, options.under)),
        None if options.resume => Err(ImportError::NotBegun),
        None => Ok((fresh, None)),
        Some((begun, _)) if !options.resume => Err(ImportError::Begun(begun)),
        Some((begun, state)) if state.identity != identity => Err(ImportError::OtherWay(begun)),
        Some((begun, state)) => Ok((state, Some(begun.operation))),
    }
}

/// What was done before counts in the report.
pub(super) fn carry_over(state: &State, report: &mut ImportReport) {
    for fate in RowFate::ALL {
        if let Some(n) = state.fates.get(fate.word()) {
            report.fates.insert(fate, *n);
            report.rows += n;
        }
    }
    report.made.clone_from(&state.made);
    report.resumed = state.rows();
}
