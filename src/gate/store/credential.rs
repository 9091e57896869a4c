//! Rows of the private tables of signing in: credentials, failed tries, invitations, seats.
//!
//! They are no entities: they have no history, no export knows them and no query reaches them. Of passwords,
//! codes and tokens only hashes are here; the key of a second factor is kept as it is, because codes are
//! computed from it. What counts as right is decided in `gate/sign_in.rs` and `gate/seats.rs`.

use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use super::people::may_act;
use crate::gate::error::Result;
use crate::model::RecordId;
use crate::secret::Fingerprint;

/// The tables; made with a new file, and in an older one when it is brought up to date.
pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS _credential(
  user INTEGER PRIMARY KEY,
  hash TEXT,
  short INTEGER NOT NULL DEFAULT 0,
  set_at INTEGER,
  totp BLOB,
  totp_since INTEGER,
  last_step INTEGER,
  recovery TEXT NOT NULL DEFAULT '',
  failures INTEGER NOT NULL DEFAULT 0,
  last_failure INTEGER,
  locked_at INTEGER,
  must_change INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS _attempt(
  bucket INTEGER PRIMARY KEY,
  failures INTEGER NOT NULL,
  at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _invite(
  hash BLOB PRIMARY KEY,
  user INTEGER NOT NULL,
  made_by INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _seat(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  user INTEGER NOT NULL,
  via TEXT NOT NULL,
  host TEXT NOT NULL,
  since INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  ended_at INTEGER,
  second_factor INTEGER NOT NULL,
  pending INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS _seat_user ON _seat(user) WHERE ended_at IS NULL;
";

/// Failed tries older than this are forgotten, as far as waiting goes.
const REMEMBERED: i64 = 24 * 60 * 60 * 1000;
/// Seats that ended longer ago are forgotten.
const SEATS_KEPT: i64 = 90 * REMEMBERED;

/// How somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The PHC string of the password.
    pub hash: Option<String>,
    /// The password is only long enough together with a second factor.
    pub short: bool,
    /// The key of the second factor.
    pub totp: Option<zeroize::Zeroizing<Vec<u8>>>,
    /// The step of the last code that was used.
    pub last_step: Option<i64>,
    /// Hashes of the recovery codes that are left, in hex, with spaces between.
    pub recovery: String,
    /// Failures in a row.
    pub failures: u32,
    /// Since when it is locked.
    pub locked_at: Option<i64>,
    /// Somebody else set the password: its owner sets another one before anything else.
    pub must_change: bool,
}

/// A user as far as signing in goes.
#[derive(Debug, Clone)]
pub struct Account {
    /// The record.
    pub user: RecordId,
    /// The name.
    pub name: String,
    /// The login.
    pub login: String,
    /// May act: active, and not put away.
    pub active: bool,
}

/// Failed tries at a name, known or not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tries {
    /// In a row.
    pub failures: u32,
    /// When the last one was.
    pub at: i64,
}

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Its number, for people.
    pub number: i64,
    /// Whose.
    pub user: RecordId,
    /// The front end it began in.
    pub via: String,
    /// Where from.
    pub host: String,
    /// Since when, in Unix milliseconds.
    pub since: i64,
    /// When it was last used.
    pub last_seen: i64,
    /// When the person last showed who they are.
    pub confirmed_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// With a second factor.
    pub second_factor: bool,
    /// Something is to be done before it opens anything: see `gate/arrival.rs`.
    pub pending: bool,
}

const SEAT: &str =
    "number, user, via, host, since, last_seen, confirmed_at, ended_at, second_factor, pending";

/// What files of before have not: table, column, its definition.
const ADDED: [(&str, &str, &str); 2] = [
    ("_credential", "must_change", "INTEGER NOT NULL DEFAULT 0"),
    ("_seat", "pending", "INTEGER NOT NULL DEFAULT 0"),
];

fn seat(row: &Row<'_>) -> rusqlite::Result<Seat> {
    Ok(Seat {
        number: row.get(0)?,
        user: RecordId(row.get(1)?),
        via: row.get(2)?,
        host: row.get(3)?,
        since: row.get(4)?,
        last_seen: row.get(5)?,
        confirmed_at: row.get(6)?,
        ended_at: row.get(7)?,
        second_factor: row.get(8)?,
        pending: row.get(9)?,
    })
}

impl Store {
    /// Makes the tables, or adds what they have not yet; inside a write.
    pub fn add_credentials(&self) -> Result<()> {
        self.run(TABLES)?;
        for (table, column, definition) in ADDED {
            if !self.columns_of(table)?.iter().any(|name| name == column) {
                self.run(&format!("ALTER TABLE {table} ADD COLUMN {column} {definition}"))?;
            }
        }
        Ok(())
    }

    /// Whether anybody has a password. Not in an older file that could not be brought up to date.
    pub fn has_passwords(&self) -> Result<bool> {
        if self.columns_of("_credential")?.is_empty() {
            return Ok(false);
        }
        self.conn
            .prepare_cached("SELECT EXISTS(SELECT 1 FROM _credential WHERE hash IS NOT NULL)")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// The user with that login.
    pub fn account_of(&self, login: &str) -> Result<Option<Account>> {
        self.account_where("login = ? COLLATE NOCASE AND deleted_at IS NULL", login)
    }

    /// The user of that number, put away or not.
    pub fn account(&self, user: RecordId) -> Result<Option<Account>> {
        self.account_where("id = ?", user.0)
    }

    fn account_where(&self, condition: &str, key: impl rusqlite::ToSql) -> Result<Option<Account>> {
        let sql = format!(
            "SELECT id, name, login, {} FROM main.user u WHERE {condition} ORDER BY id LIMIT 1",
            may_act("u")
        );
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement
                    .query_row([key], |row| {
                        Ok(Account {
                            user: RecordId(row.get(0)?),
                            name: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                            login: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
                            active: row.get(3)?,
                        })
                    })
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// How a user signs in; nothing where that was never said.
    pub fn credential(&self, user: RecordId) -> Result<Option<Credential>> {
        if self.columns_of("_credential")?.is_empty() {
            return Ok(None);
        }
        self.conn
            .prepare_cached(
                "SELECT hash, short, totp, last_step, recovery, failures, locked_at, must_change
                 FROM _credential WHERE user = ?",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([user.0], |row| {
                        Ok(Credential {
                            hash: row.get(0)?,
                            short: row.get(1)?,
                            totp: row.get::<_, Option<Vec<u8>>>(2)?.map(zeroize::Zeroizing::new),
                            last_step: row.get(3)?,
                            recovery: row.get(4)?,
                            failures: row.get(5)?,
                            locked_at: row.get(6)?,
                            must_change: row.get(7)?,
                        })
                    })
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// The normalised addresses in a field of a record.
    pub fn points_of(&self, field: &str, record: RecordId) -> Result<Vec<String>> {
        self.conn
            .prepare_cached("SELECT norm FROM _point WHERE field = ? AND record = ?")
            .and_then(|mut statement| {
                statement.query_map(params![field, record.0], |row| row.get(0))?.collect()
            })
            .map_err(|error| self.fault(error))
    }

    fn change(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map_err(|error| self.fault(error))
    }

    /// Keeps a new password, which also ends every wait. With `handed` somebody else set it, and its owner
    /// changes it before anything else; inside a write.
    pub fn set_password(
        &self,
        user: RecordId,
        (hash, short): (&str, bool),
        handed: bool,
        at: i64,
    ) -> Result<()> {
        self.change(
            "INSERT INTO _credential(user, hash, short, must_change, set_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT(user) DO UPDATE SET
             hash = ?2, short = ?3, must_change = ?4, set_at = ?5, failures = 0",
            params![user.0, hash, short, handed, at],
        )
        .map(|_| ())
    }

    /// Keeps the key of a second factor with its recovery codes, or forgets it; inside a write.
    pub fn set_totp(
        &self,
        user: RecordId,
        key: Option<&[u8]>,
        step: Option<i64>,
        recovery: &str,
        at: i64,
    ) -> Result<()> {
        self.change(
            "UPDATE _credential SET totp = ?2, last_step = ?3, recovery = ?4,
             totp_since = iif(?2 IS NULL, NULL, ?5) WHERE user = ?1",
            params![user.0, key, step, recovery, at],
        )
        .map(|_| ())
    }

    /// Keeps which recovery codes are left; inside a write.
    pub fn set_recovery(&self, user: RecordId, recovery: &str) -> Result<()> {
        self.change(
            "UPDATE _credential SET recovery = ?2 WHERE user = ?1",
            params![user.0, recovery],
        )
        .map(|_| ())
    }

    /// Uses a step up; false where a code of it or of a later one was used before; inside a write.
    pub fn use_step(&self, user: RecordId, step: i64) -> Result<bool> {
        self.change(
            "UPDATE _credential SET last_step = ?2
             WHERE user = ?1 AND (last_step IS NULL OR last_step < ?2)",
            params![user.0, step],
        )
        .map(|changed| changed == 1)
    }

    /// Locks or unlocks a user; inside a write.
    pub fn set_locked(&self, user: RecordId, since: Option<i64>) -> Result<()> {
        self.change(
            "INSERT INTO _credential(user, locked_at) VALUES (?1, ?2)
             ON CONFLICT(user) DO UPDATE SET locked_at = ?2,
             failures = iif(?2 IS NULL, 0, failures)",
            params![user.0, since],
        )
        .map(|_| ())
    }

    /// The failed tries in a bucket of names.
    pub fn tries(&self, bucket: u16) -> Result<Tries> {
        self.conn
            .prepare_cached("SELECT failures, at FROM _attempt WHERE bucket = ?")
            .and_then(|mut statement| {
                statement
                    .query_row([bucket], |row| Ok(Tries { failures: row.get(0)?, at: row.get(1)? }))
                    .optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(|error| self.fault(error))
    }

    /// Counts a failed try at a name, and at the user of that name; inside a write.
    pub fn count_failure(&self, bucket: u16, user: Option<RecordId>, at: i64) -> Result<()> {
        self.change("DELETE FROM _attempt WHERE at < ?", [at - REMEMBERED])?;
        self.change(
            "INSERT INTO _attempt(bucket, failures, at) VALUES (?1, 1, ?2)
             ON CONFLICT(bucket) DO UPDATE SET failures = failures + 1, at = ?2",
            params![bucket, at],
        )?;
        // Numbers start at 1: nobody has this one, and it takes as long.
        let user = user.map_or(0, |user| user.0);
        self.change(
            "UPDATE _credential SET failures = failures + 1, last_failure = ?2 WHERE user = ?1",
            params![user, at],
        )
        .map(|_| ())
    }

    /// Takes one counted try back: nothing was wrong, there is only more to say; inside a write.
    pub fn uncount_failure(&self, bucket: u16, user: RecordId, before: Tries) -> Result<()> {
        self.change(
            "UPDATE _attempt SET failures = max(failures - 1, 0), at = ?2 WHERE bucket = ?1",
            params![bucket, before.at],
        )?;
        self.change(
            "UPDATE _credential SET failures = max(failures - 1, 0) WHERE user = ?1",
            [user.0],
        )
        .map(|_| ())
    }

    /// Forgets all failed tries at a name and its user; inside a write.
    pub fn forget_failures(&self, bucket: u16, user: RecordId) -> Result<()> {
        self.change("DELETE FROM _attempt WHERE bucket = ?", [bucket])?;
        self.change("UPDATE _credential SET failures = 0 WHERE user = ?", [user.0]).map(|_| ())
    }

    /// Keeps an invitation; earlier ones of that user that were not used are void; inside a write.
    pub fn add_invite(
        &self,
        hash: &Fingerprint,
        (user, by): (RecordId, RecordId),
        (at, until): (i64, i64),
    ) -> Result<()> {
        self.change("DELETE FROM _invite WHERE user = ? AND used_at IS NULL", [user.0])?;
        self.change(
            "INSERT INTO _invite(hash, user, made_by, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            params![hash, user.0, by.0, at, until],
        )
        .map(|_| ())
    }

    /// Whom an invitation is for that can still be used.
    pub fn invited(&self, hash: &Fingerprint, at: i64) -> Result<Option<RecordId>> {
        self.conn
            .prepare_cached(
                "SELECT user FROM _invite WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
            )
            .and_then(|mut statement| {
                statement.query_row(params![hash, at], |row| row.get(0).map(RecordId)).optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// Uses an invitation up; false where somebody was faster; inside a write.
    pub fn use_invite(&self, hash: &Fingerprint, at: i64) -> Result<bool> {
        self.change(
            "UPDATE _invite SET used_at = ?2
             WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2",
            params![hash, at],
        )
        .map(|changed| changed == 1)
    }

    /// Makes the invitations of a user void; inside a write.
    pub fn void_invites(&self, user: RecordId) -> Result<()> {
        self.change("DELETE FROM _invite WHERE user = ? AND used_at IS NULL", [user.0]).map(|_| ())
    }

    /// Keeps a seat; inside a write.
    pub fn add_seat(&self, hash: &Fingerprint, seat: &Seat) -> Result<i64> {
        self.change(
            "DELETE FROM _seat WHERE coalesce(ended_at, since) < ?",
            [seat.since - SEATS_KEPT],
        )?;
        self.change(
            "INSERT INTO _seat(hash, user, via, host, since, last_seen, confirmed_at, second_factor,
             pending) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?6, ?7)",
            params![
                hash,
                seat.user.0,
                seat.via,
                seat.host,
                seat.since,
                seat.second_factor,
                seat.pending
            ],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    /// The seat of a token.
    pub fn seat_of(&self, hash: &Fingerprint) -> Result<Option<Seat>> {
        if self.columns_of("_seat")?.is_empty() {
            return Ok(None);
        }
        self.conn
            .prepare_cached(&format!("SELECT {SEAT} FROM _seat WHERE hash = ?"))
            .and_then(|mut statement| statement.query_row([hash], seat).optional())
            .map_err(|error| self.fault(error))
    }

    /// A seat by its number.
    pub fn seat(&self, number: i64) -> Result<Option<Seat>> {
        self.conn
            .prepare_cached(&format!("SELECT {SEAT} FROM _seat WHERE number = ?"))
            .and_then(|mut statement| statement.query_row([number], seat).optional())
            .map_err(|error| self.fault(error))
    }

    /// Nothing is left to be done before a seat opens the file; inside a write.
    pub fn settle_seat(&self, number: i64) -> Result<()> {
        self.change("UPDATE _seat SET pending = 0 WHERE number = ?", [number]).map(|_| ())
    }

    /// Notes that the person of a seat has a second factor now; inside a write.
    pub fn seat_has_factor(&self, number: i64) -> Result<()> {
        self.change("UPDATE _seat SET second_factor = 1 WHERE number = ?", [number]).map(|_| ())
    }

    /// The seats that began after `since` and have not ended, of one user or of all, newest first.
    pub fn seats(&self, user: Option<RecordId>, since: i64) -> Result<Vec<Seat>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {SEAT} FROM _seat WHERE ended_at IS NULL AND NOT pending AND since > ?2
                 AND (?1 IS NULL OR user = ?1) ORDER BY number DESC"
            ))
            .and_then(|mut statement| {
                statement.query_map(params![user.map(|user| user.0), since], seat)?.collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// Ends a seat; false where it had ended; inside a write.
    pub fn end_seat(&self, number: i64, at: i64) -> Result<bool> {
        self.change(
            "UPDATE _seat SET ended_at = ?2 WHERE number = ?1 AND ended_at IS NULL",
            params![number, at],
        )
        .map(|changed| changed == 1)
    }

    /// Ends all seats of a user but one; inside a write.
    pub fn end_seats(&self, user: RecordId, but: Option<i64>, at: i64) -> Result<()> {
        self.change(
            "UPDATE _seat SET ended_at = ?3
             WHERE user = ?1 AND ended_at IS NULL AND number IS NOT ?2",
            params![user.0, but, at],
        )
        .map(|_| ())
    }

    /// Notes that a seat was used, and with `confirmed` that its person has shown who they are; inside a write.
    pub fn touch_seat(&self, number: i64, confirmed: bool, at: i64) -> Result<()> {
        self.change(
            "UPDATE _seat SET last_seen = ?3, confirmed_at = iif(?2, ?3, confirmed_at)
             WHERE number = ?1",
            params![number, confirmed, at],
        )
        .map(|_| ())
    }
}
