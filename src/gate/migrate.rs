//! Bringing an older file up to date: a snapshot first, then what is missing.

use crate::model::phrase;
use std::path::{Path, PathBuf};

use super::error::{GateError, Result};
use super::seed;
use super::session::OpenOptions;
use super::store::{Store, fault, layout, own, quality, search, settings, ticket};
use crate::schema::Catalog;

/// Fields of one column that were stored under another name before: entity, name, the name before.
const RENAMED: [(&str, &str, &str); 1] = [("access_request", "decision", "state")];

/// Adds what the built-in schema of this program has and the file has not. A new program adds fields and
/// entities, it never removes any; a copy of the file is kept beside it first. Yields false where the schema
/// is no longer the one with `stamp`: nothing was done then, the catalogue is to be read anew.
pub(super) fn bring_up_to_date(
    store: &Store,
    catalog: &Catalog,
    stamp: &str,
    options: &OpenOptions,
) -> Result<bool> {
    let wanted = layout::stamp(catalog);
    let found = store.setting(settings::BUILT_IN)?;
    if found.as_deref() == Some(wanted.as_str()) || store.is_read_only() {
        return Ok(true);
    }
    // Whoever has the file alone builds the indexes in the end; people may read meanwhile.
    if found.as_deref() == Some(settings::REBUILDING) && ticket::holder(store.path()).is_some() {
        return Ok(true);
    }
    store.write("bringing the file up to date", || {
        // Somebody else may have done it while this process waited.
        if store.setting(settings::BUILT_IN)?.as_deref() == Some(wanted.as_str()) {
            return Ok(true);
        }
        // By an old catalogue, fields that somebody has just removed would come back.
        if store.setting(settings::STAMP)?.unwrap_or_default() != stamp {
            return Ok(false);
        }
        store.run(own::TABLE)?;
        store.run(quality::TABLE)?;
        store.add_credentials()?;
        if !store.has_events()? {
            snapshot_once(store, options)?;
        }
        store.add_events()?;
        for entity in catalog.entities() {
            let present = store.columns_of(&entity.sql_table())?;
            if present.is_empty() {
                snapshot_once(store, options)?;
                store.create_entity(entity)?;
            }
            for field in &entity.fields {
                let missing = field
                    .sql_columns()
                    .first()
                    .is_some_and(|(column, _)| !present.is_empty() && !present.contains(column));
                if missing {
                    snapshot_once(store, options)?;
                    store.add_field(entity, field)?;
                    let before = RENAMED.iter().find(|(of, now, before)| {
                        entity.name == *of
                            && field.name == *now
                            && present.iter().any(|column| column == before)
                    });
                    if let Some((_, _, before)) = before {
                        store.carry_over(entity, field, before)?;
                    }
                }
            }
        }
        for entity in catalog.entities() {
            store.create_indexes(entity)?;
        }
        seed::sow(store, catalog, options)?;
        reindex(store, catalog, options)?;
        // Without figures about new indexes queries would choose them for what they are not for.
        store.learn()?;
        store.set_setting(settings::BUILT_IN, &wanted)?;
        Ok(true)
    })
}

/// Fills the search index anew where it holds less than this program looks for.
fn reindex(store: &Store, catalog: &Catalog, options: &OpenOptions) -> Result<()> {
    if store.setting(settings::SEARCH)?.as_deref() == Some(search::FORMAT) {
        return Ok(());
    }
    let moment = seed::moment(options);
    for entity in catalog.entities() {
        store.reindex(catalog, entity, &moment)?;
    }
    store.set_setting(settings::SEARCH, search::FORMAT)
}

/// Copies the file before it is changed, once a day at most.
///
/// The copy is read through a connection of its own: it holds what was there before the migration began.
fn snapshot_once(store: &Store, options: &OpenOptions) -> Result<()> {
    let day = options.clock.now().with_timezone(&options.zone).format("%Y-%m-%d");
    let place = snapshot_path(store.path(), &day.to_string());
    if place.exists() {
        return Ok(());
    }
    snapshot(store.path(), &place)
}

/// Where the copy of a file goes: `team.db` -> `team.db.before-2026-11-21`.
fn snapshot_path(path: &Path, day: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".before-{day}"));
    path.with_file_name(name)
}

/// Writes a consistent copy of the committed content of `path` to `place`.
pub(super) fn snapshot(path: &Path, place: &Path) -> Result<()> {
    let source = super::store::open::connect(path)?;
    source.conn.execute("VACUUM INTO ?", [place.display().to_string()]).map(|_| ()).map_err(
        |error| match fault(path, error) {
            GateError::Internal(what) => GateError::File {
                path: place.display().to_string(),
                what: phrase!(
                    "the copy before the change could not be written: {what}",
                    what = what
                ),
                hint: Some(phrase!("check the free space; the database was not changed")),
            },
            other => other,
        },
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::gate::{Gate, RequestState, Via, Wanted};
    use crate::model::{Clock, Edit, Entropy, Name, WeekStart};
    use crate::policy::Right;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> chrono::DateTime<Utc> {
            Utc.timestamp_opt(1_795_000_000, 0).unwrap()
        }
    }

    impl Entropy for Noon {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    /// A file of a program that kept how a request stands under another name.
    #[test]
    fn what_was_stored_under_another_name_is_carried_over() {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            create: true,
            clock: Arc::new(Noon),
            entropy: Arc::new(Noon),
            zone: chrono_tz::UTC,
            week_start: WeekStart::Monday,
        };
        let gate = Gate::open(&folder.path().join("old.db"), options.clone()).unwrap();
        let mut admin = gate.session(Via::Cli).unwrap();
        let user = Edit::create("user").typed("name", "ana").typed("login", "ana");
        let user = admin.save(vec![user], "new").unwrap().records[0].clone().unwrap();
        let wanted = Wanted {
            right: Right::Create,
            entity: Name::from("product"),
            record: None,
            field: None,
            reason: "a test".into(),
            lasts: 3_600,
        };
        let mut ana = gate.session_of(user.id, Via::Cli).unwrap();
        let request = ana.ask_access(&wanted).unwrap().records[0].clone().unwrap();
        admin.refresh().unwrap();
        admin.decide_access(request.id, &crate::gate::Decided::Deny, "").unwrap();
        let old = "ALTER TABLE access_request RENAME COLUMN decision TO state";
        admin.store.run(old).unwrap();
        admin.store.set_setting(settings::BUILT_IN, "1-old").unwrap();
        let path = gate.path().to_owned();
        drop((admin, ana, gate));
        let gate = Gate::open(&path, options).unwrap();
        let told = gate.session(Via::Cli).unwrap().access_requests(false).unwrap();
        assert_eq!(told[0].state, RequestState::Denied);
    }
}
