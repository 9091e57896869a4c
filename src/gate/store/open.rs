//! Opening and making files: what is refused, and with which words.

use crate::model::{Phrase, phrase};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::layout::{APPLICATION_ID, LAYOUT};
use super::{Store, fault};
use crate::gate::error::{GateError, Result};

/// The oldest SQLite without the bug that could lose a reset write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or an empty file.
    Nothing,
    /// A file of ours in the present layout.
    Ours,
    /// A file of ours in an older layout.
    Older(i32),
}

/// Looks at the header of a file, before SQLite touches it.
pub fn look(path: &Path) -> Result<Found> {
    let refuse = |what: Phrase, hint: Phrase| GateError::File {
        path: path.display().to_string(),
        what,
        hint: Some(hint),
    };
    let mut header = [0_u8; 100];
    let mut length = 0;
    match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => {
            return Err(refuse(
                phrase!("the file cannot be read: {error}", error = Phrase::io(&error)),
                phrase!("check who owns the file, or name another one with --db"),
            ));
        }
        Ok(mut file) => {
            if file.metadata().is_ok_and(|meta| meta.is_dir()) {
                return Err(refuse(
                    phrase!("this is a folder"),
                    phrase!("name a file inside it with --db"),
                ));
            }
            while length < header.len() {
                match file.read(&mut header[length..]) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => length += read,
                }
            }
        }
    }
    if length == 0 {
        return Ok(Found::Nothing);
    }
    let number = |at: usize| {
        i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let hint = phrase!("name another file with --db, or leave it out to use your own");
    if length < header.len() || !header.starts_with(b"SQLite format 3\0") {
        return Err(refuse(phrase!("this is not a Kontor database"), hint));
    }
    if number(68) != APPLICATION_ID {
        return Err(refuse(
            phrase!("this is a database of another program; it was not touched"),
            hint,
        ));
    }
    match number(60) {
        LAYOUT => Ok(Found::Ours),
        newer if newer > LAYOUT => Err(refuse(
            phrase!(
                "a newer Kontor wrote this file (layout {newer}, this program knows {layout})",
                newer = newer,
                layout = LAYOUT
            ),
            phrase!("update this program; the file was not touched"),
        )),
        older => Ok(Found::Older(older)),
    }
}

/// Refuses file systems on which locks cannot be trusted.
pub fn refuse_network(path: &Path) -> Result<()> {
    const NETWORK: [(u32, &str); 6] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "CEPH"),
    ];
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Ok(found) = rustix::fs::statfs(folder) else { return Ok(()) };
    let kind = found.f_type as u32;
    match NETWORK.iter().find(|(number, _)| *number == kind) {
        None => Ok(()),
        Some((_, name)) => Err(GateError::File {
            path: path.display().to_string(),
            what: phrase!("the folder lies on a network file system ({name})", name = name),
            hint: Some(phrase!(
                "locks are not reliable there and data could be lost: keep the file on a disk of the machine that runs kontor, and let people come by ssh"
            )),
        }),
    }
}

/// Opens a connection with our settings.
pub fn connect(path: &Path) -> Result<Store> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(GateError::Internal(format!(
            "this program was built with SQLite {}; 3.51.3 or newer is needed",
            rusqlite::version()
        )));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    for_its_owner(path);
    let conn =
        Connection::open_with_flags(plain(path), flags).map_err(|error| fault(path, error))?;
    let locked = conn.is_readonly(rusqlite::MAIN_DB).unwrap_or(false);
    if locked {
        return read_only(path);
    }
    match prepare(&conn) {
        Ok(()) => Store::dress(conn, path, false),
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if matches!(
                failure.code,
                rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen
            ) =>
        {
            read_only(path)
        }
        Err(error) => Err(fault(path, error)),
    }
}

/// Makes a file that is not there for the eyes of its owner alone; what SQLite puts beside it is as open as that.
/// Whoever wants others to get at it opens it to them.
fn for_its_owner(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // What is there stays, and where it cannot be made SQLite says why.
    let _ = options.open(plain(path));
}

/// The path so that SQLite takes it for nothing but one: `:memory:` and `file:x` mean other things to it.
fn plain(path: &Path) -> PathBuf {
    if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() }
}

fn read_only(path: &Path) -> Result<Store> {
    let open = |immutable: bool| -> rusqlite::Result<Connection> {
        let mut escaped = String::new();
        for c in plain(path).display().to_string().chars() {
            match c {
                '%' => escaped.push_str("%25"),
                '?' => escaped.push_str("%3f"),
                '#' => escaped.push_str("%23"),
                _ => escaped.push(c),
            }
        }
        let uri = format!("file:{escaped}?mode=ro{}", if immutable { "&immutable=1" } else { "" });
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(uri, flags)?;
        prepare(&conn)?;
        Ok(conn)
    };
    // Without a writable folder there is no shared memory for the log: what stands in the file is read.
    let conn = open(false).or_else(|_| open(true)).map_err(|error| fault(path, error))?;
    Store::dress(conn, path, true)
}

fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16000;",
    )?;
    // The first look into the file: a damaged or unreadable one shows here.
    conn.query_row("SELECT count(*) FROM sqlite_schema WHERE name = '_setting'", [], |_| Ok(()))
}
