//! Who takes over what a leaver had: a person, a team by how much each of it has, or whom rules name.

use std::collections::BTreeSet;

use super::wrong;
use crate::gate::error::Result;
use crate::gate::session::Session;
use crate::model::{RecordId, RecordRef, phrase};
use crate::query::Query;

/// Who takes over what a leaver had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transfer {
    /// One person.
    To(RecordId),
    /// The active members of a team whose roles let them make and edit such records (edit, where nobody of the
    /// team makes them): each record goes to whom has the fewest open ones of its entity, then
    /// to whom was given the fewest, then to the lowest number.
    Team(RecordId),
    /// The first condition that fits says who; a condition is about each entity that has its fields.
    Rules {
        /// Conditions, each with a person.
        rules: Vec<(String, RecordId)>,
        /// Who takes the rest.
        rest: RecordId,
    },
}

impl Session {
    /// Understands typed rules, the last of which says who takes the rest:
    /// `address.city = Berlin -> ana; amount >= 50k -> mia; cho`.
    ///
    /// # Errors
    /// Where it is not written so; somebody who is not known.
    pub fn transfer_of_rules(&self, text: &str) -> Result<Transfer> {
        let unclear = || {
            let hint = phrase!("for example: address.city = Berlin -> ana; cho");
            wrong(phrase!("end with who takes the rest"), Some(hint))
        };
        let mut parts: Vec<&str> = text.split(';').map(str::trim).collect();
        parts.retain(|part| !part.is_empty());
        let rest = parts.pop().filter(|rest| !rest.contains("->")).ok_or_else(unclear)?;
        let mut rules = Vec::new();
        for part in parts {
            let (condition, to) = part.rsplit_once("->").ok_or_else(unclear)?;
            rules.push((condition.trim().to_owned(), self.resolve("user", to)?.id));
        }
        Ok(Transfer::Rules { rules, rest: self.resolve("user", rest)?.id })
    }

    /// Everybody who may take something over, checked; of a team its active members.
    pub(super) fn takers(&self, user: RecordId, transfer: &Transfer) -> Result<Vec<RecordId>> {
        let takers: Vec<RecordId> = match transfer {
            Transfer::To(to) => vec![*to],
            Transfer::Rules { rules, rest } => {
                rules.iter().map(|(_, to)| *to).chain([*rest]).collect()
            }
            Transfer::Team(team) => {
                let mut members = self.store.active_members(*team)?;
                members.retain(|member| *member != user);
                if members.is_empty() {
                    let team = self.named("team", *team)?;
                    let what = phrase!("nobody of {team} could take over", team = team.title);
                    let hint = phrase!("name a team with active members, or a person");
                    return Err(wrong(what, Some(hint)));
                }
                members
            }
        };
        for taker in &takers {
            if *taker == user {
                let what = phrase!("whoever leaves cannot take over");
                return Err(wrong(what, Some(phrase!("name somebody who stays"))));
            }
            if self.store.active_user(*taker)?.is_none() {
                let what = RecordRef::new("user", *taker);
                let what = phrase!(
                    "{user} is not active and cannot take over",
                    user = self.catalog.reference(&what)
                );
                return Err(wrong(what, Some(phrase!("name somebody who stays"))));
            }
        }
        Ok(takers)
    }

    /// The rules of a transfer; each must be about one entity at least.
    pub(super) fn rules_of<'t>(&self, transfer: &'t Transfer) -> Result<&'t [(String, RecordId)]> {
        let Transfer::Rules { rules, .. } = transfer else { return Ok(&[]) };
        for (text, _) in rules {
            if text.trim().is_empty() {
                let what = phrase!("a rule needs a condition");
                return Err(wrong(what, Some(phrase!("for example: address.city = Berlin"))));
            }
            let mut problem = None;
            let mut fits = false;
            for entity in self.kept_entities().filter(|entity| !entity.immutable) {
                match Query::parse(text, &self.shown, &entity.name) {
                    Ok(_) => fits = true,
                    // What is wrong is told by the entity that records hang on.
                    Err(error) if entity.name == "customer" => problem = Some(error),
                    Err(error) => {
                        problem.get_or_insert(error);
                    }
                }
            }
            if let Some(error) = problem.filter(|_| !fits) {
                return Err(error.into());
            }
        }
        Ok(rules)
    }

    /// Who leads what the leaver led.
    pub(super) fn heir(
        &self,
        user: RecordId,
        transfer: &Transfer,
        members: &[RecordId],
    ) -> Result<Option<RecordId>> {
        let team = match transfer {
            Transfer::To(to) => return Ok(Some(*to)),
            Transfer::Rules { rest, .. } => return Ok(Some(*rest)),
            Transfer::Team(team) => *team,
        };
        for candidate in [self.manager("team", team)?, self.manager("user", user)?] {
            if let Some(candidate) = candidate.filter(|candidate| *candidate != user)
                && self.store.active_user(candidate)?.is_some()
            {
                return Ok(Some(candidate));
            }
        }
        Ok(members.first().copied())
    }
}

/// How much the members of a team have.
#[derive(Default)]
pub(super) struct Load {
    /// Open ones, those given, who.
    pub(super) has: Vec<(u64, u64, RecordId)>,
    /// The records that count as open; all where that is not known.
    pub(super) open: Option<BTreeSet<RecordId>>,
}

impl Load {
    /// Who is given a record.
    pub(super) fn next(&mut self, record: RecordId) -> Option<RecordId> {
        let counts = self.open.as_ref().is_none_or(|open| open.contains(&record));
        let next = self.has.iter_mut().min()?;
        next.0 += u64::from(counts);
        next.1 += 1;
        Some(next.2)
    }
}
