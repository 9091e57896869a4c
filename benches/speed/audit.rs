//! The audit log: checking its chain, and asking it, at a million entries.
//!
//! The entries are written and chained here, by an implementation of the format of its own, so that a
//! sound verdict also says that the format is the documented one. The check is held against the least
//! that anybody could do: reading the same rows through the library and hashing them, one after another.

use std::path::Path;
use std::time::{Duration, Instant};

use kontor::gate::{AuditRequest, Gate, Session, Via};
use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};

use super::Bench;
use super::data;

const ENTRIES: i64 = 1_000_000;
const LIMIT: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;

const HEADERS: &str =
    "SELECT number, operation, at, actor, undoes, records, record, count, actor_name,
    via, why, kind, entity, what, detail, previous, hash FROM _change ORDER BY number";
const ROWS: &str =
    "SELECT id, entity, record, op, field, before, after, salt FROM _history ORDER BY id";

pub fn run(bench: &mut Bench) {
    let path = bench.folder.join(format!("audit-{ENTRIES}-1.db"));
    if !path.exists() {
        bench.say(&format!("making {ENTRIES} entries in {}", path.display()));
        make(&path);
    }
    let session = Gate::open(&path, data::options()).unwrap().session(Via::Cli).unwrap();
    let (mut least, mut ours) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let bare = bare(&path);
        least = least.min(began.elapsed());
        let began = Instant::now();
        let found = session.verify_audit(None).unwrap();
        ours = ours.min(began.elapsed());
        assert_eq!(found.broken, None);
        // The checks before are entries too; the bare reading came before this one was written.
        assert_eq!(found.entries as i64, bare.0);
        assert_eq!(found.rows as i64, bare.1);
    }
    let ratio = ours.as_secs_f64() / least.as_secs_f64();
    bench.table.must(
        "checking the chain",
        "1,000,000 entries with a row each",
        &format!("{:.2} s, {ratio:.2}x reading and hashing them bare", ours.as_secs_f64()),
        "under 2 s",
        ours < LIMIT,
    );
    for (what, query) in [
        ("newest", ""),
        ("of a record", "record = C-77777"),
        ("of a kind that is rare", "kind = backup"),
        ("of nobody", "who.name = Nobody"),
        ("of a day long ago", "at = 2020-01-02"),
        ("holding a text nowhere", "why ~ nowhere"),
    ] {
        let took = ask(&session, query);
        let at = "1,000,000 entries";
        bench.table.told(&format!("audit log: {what}"), at, &format!("{} ms", took.as_millis()));
    }
}

fn ask(session: &Session, query: &str) -> Duration {
    let began = Instant::now();
    let filter = Some(session.audit_query(query).unwrap());
    session.audit(&AuditRequest { filter, before: None, limit: 50 }).unwrap();
    began.elapsed()
}

fn text(hash: &mut Sha256, text: Option<&str>) {
    hash.update(text.map_or(-1, |text| text.len() as i64).to_be_bytes());
    hash.update(text.unwrap_or_default().as_bytes());
}

/// How many headers and rows there are, read and hashed in one thread.
fn bare(path: &Path) -> (i64, i64) {
    let file = Connection::open(path).unwrap();
    let mut statement = file.prepare(ROWS).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut count = 0;
    let mut sum = 0_u64;
    while let Some(row) = rows.next().unwrap() {
        sum ^= u64::from(digest(row)[0]);
        count += 1;
    }
    let mut statement = file.prepare(HEADERS).unwrap();
    let mut headers = statement.query([]).unwrap();
    let mut entries = 0;
    let rows: [u8; 32] = Sha256::digest([0; 32]).into();
    while let Some(row) = headers.next().unwrap() {
        let hash = Sha256::new().chain_update(b"kontor change 2");
        sum ^= u64::from(header(row, hash, &rows)[0]);
        entries += 1;
    }
    std::hint::black_box(sum);
    (entries, count)
}

fn digest(row: &Row<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(row.get_ref(7).unwrap().as_blob().unwrap());
    for at in 1..=3 {
        hash.update(row.get::<_, i64>(at).unwrap().to_be_bytes());
    }
    for at in 4..=6 {
        text(&mut hash, row.get_ref(at).unwrap().as_str_or_null().unwrap());
    }
    hash.finalize().into()
}

fn header(row: &Row<'_>, mut hash: Sha256, rows: &[u8; 32]) -> [u8; 32] {
    hash.update(row.get_ref(15).unwrap().as_blob().unwrap());
    let number = |at: usize| row.get::<_, Option<i64>>(at).unwrap().unwrap_or(-1).to_be_bytes();
    for at in 0..=5 {
        hash.update(number(at));
    }
    for at in 8..=10 {
        text(&mut hash, row.get_ref(at).unwrap().as_str_or_null().unwrap());
    }
    hash.update(number(6));
    hash.update(number(7));
    for at in 11..=14 {
        text(&mut hash, row.get_ref(at).unwrap().as_str_or_null().unwrap());
    }
    hash.update(rows);
    hash.finalize().into()
}

/// Makes a file and writes entries into it, each a changed field of a customer, one in a thousand an
/// event.
fn make(path: &Path) {
    data::remove(path);
    drop(Gate::open(path, data::options()).unwrap());
    let mut file = Connection::open(path).unwrap();
    let entity: i64 = file
        .query_row("SELECT number FROM _entity WHERE name = 'customer'", [], |row| row.get(0))
        .unwrap();
    let work = file.transaction().unwrap();
    let mut previous: Vec<u8> =
        work.query_row("SELECT hash FROM _change WHERE number = 1", [], |row| row.get(0)).unwrap();
    {
        let mut row = work
            .prepare(
                "INSERT INTO _history(id, entity, record, op, field, before, after, salt)
                 VALUES (?, ?, ?, 2, 'description', ?, ?, ?)",
            )
            .unwrap();
        let mut change = work
            .prepare(
                "INSERT INTO _change(number, operation, at, actor, actor_name, via, why, records, form,
                 kind, entity, record, what, count, detail, previous, hash)
                 VALUES (?, ?, ?, 1, 'Administrator', 'tui', ?, ?, 2, ?, 'customer', ?, '', ?, '', ?, ?)",
            )
            .unwrap();
        for number in 2..=ENTRIES {
            let event = number % 1_000 == 0;
            let record = number % 100_000;
            let (before, after) = (format!("\"was {number}\""), format!("\"is {number}\""));
            let salt = number.to_be_bytes().repeat(2);
            let mut rows = Sha256::new();
            if !event {
                row.execute(params![number << 24, entity, record, before, after, salt]).unwrap();
                let mut hash = Sha256::new();
                hash.update(&salt);
                for number in [entity, record, 2] {
                    hash.update(number.to_be_bytes());
                }
                for value in ["description", &before, &after] {
                    text(&mut hash, Some(value));
                }
                rows.update(hash.finalize());
            }
            let (operation, records, count) = if event { (0, 0, 1) } else { (number, 1, 0) };
            let (kind, why) = if event { ("backup", "") } else { ("change", "edit customer") };
            let at = 1_577_836_800_000 + number * 200_000;
            let mut hash = Sha256::new();
            hash.update(b"kontor change 2");
            hash.update(&previous);
            for number in [number, operation, at, 1, -1, records] {
                hash.update(number.to_be_bytes());
            }
            for value in ["Administrator", "tui", why] {
                text(&mut hash, Some(value));
            }
            hash.update(record.to_be_bytes());
            hash.update(i64::from(count).to_be_bytes());
            for value in [kind, "customer", "", ""] {
                text(&mut hash, Some(value));
            }
            hash.update(rows.finalize());
            let hash = hash.finalize().to_vec();
            change
                .execute(params![
                    number, operation, at, why, records, kind, record, count, previous, hash
                ])
                .unwrap();
            previous = hash;
        }
    }
    work.commit().unwrap();
    file.execute_batch("PRAGMA analysis_limit = 400; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
}
