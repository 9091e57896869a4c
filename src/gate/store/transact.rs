//! Transactions: the ticket, the beginning, the end, and taking everything back.

use super::Store;
use super::ticket::Ticket;
use crate::gate::error::{GateError, Result};
use crate::model::phrase;
use crate::policy::{Need, Refusal};

impl Store {
    /// Runs a write: takes the ticket, begins, commits; takes everything back on an error.
    pub fn write<T>(&self, holder: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.writable()?;
        let _ticket = Ticket::take(self.path(), holder)?;
        self.transact(work)
    }

    /// Says why nothing can be written, where that is so.
    pub fn writable(&self) -> Result<()> {
        if let Some(name) = self.looks_as() {
            let what = phrase!("you see this as {name} does; nothing can be changed", name = &name);
            let hint = Some(phrase!("stop viewing as {name} to change something", name));
            return Err(Refusal { need: Need::Other, what, hint, missing: None }.into());
        }
        if self.is_read_only() {
            return Err(GateError::File {
                path: self.path().display().to_string(),
                what: phrase!("the file is read-only; nothing was written"),
                hint: Some(phrase!("check who owns the file and its folder")),
            });
        }
        Ok(())
    }

    /// Runs a transaction whose ticket is already held.
    pub fn transact<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.writable()?;
        self.run("BEGIN IMMEDIATE")?;
        match work() {
            Ok(done) => match self.run("COMMIT") {
                Ok(()) => Ok(done),
                Err(error) => {
                    self.take_back();
                    Err(error)
                }
            },
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    fn take_back(&self) {
        // Some errors (a full disk) have ended the transaction already; then there is nothing to do.
        if !self.conn.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
    }
}
