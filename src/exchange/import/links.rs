//! The names of linked records -> their numbers.
//!
//! Looks each name up once, many at a time. Start at [`Linker::resolve`].

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::exchange::cells::{Draft, What};
use crate::exchange::recipe::{LinkRule, Recipe};
use crate::exchange::similar::nearest;
use crate::gate::{ListRequest, Result, SearchRequest, Session, Window};
use crate::model::{Name, Phrase, RecordId, phrase};

/// How many names are remembered; beyond that they are looked up again.
const REMEMBERED: usize = 500_000;
/// How many titles are compared with a name that was not found.
const COMPARED: usize = 2_000;
/// For how many names a likely one is sought: the summary shows no more anyway.
const HINTED: usize = 200;

/// A name in a link: the slot of the recipe and the text.
pub(super) type LinkText = (usize, String);

/// Remembers which name is which record.
#[derive(Default)]
pub(super) struct Linker {
    known: HashMap<LinkText, RecordId>,
    missing: HashSet<LinkText>,
    hints: HashMap<LinkText, Option<Phrase>>,
    titles: HashMap<Name, Vec<String>>,
}

impl Linker {
    /// The record of a name, where it was found.
    pub fn get(&self, slot: usize, text: &str) -> Option<RecordId> {
        self.known.get(&(slot, text.to_owned())).copied()
    }

    /// Forgets that names were not found: meanwhile the records may be there.
    pub fn forget_missing(&mut self) {
        self.missing.clear();
    }

    /// Looks up all names in the drafts that are not known yet.
    ///
    /// # Errors
    /// Where the gate refuses.
    pub fn resolve(&mut self, session: &Session, recipe: &Recipe, drafts: &[Draft]) -> Result<()> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
            self.missing.clear();
        }
        for (slot, rule) in recipe.links() {
            let mut wanted = BTreeSet::new();
            for text in drafts.iter().flat_map(|draft| texts_of(draft, slot)) {
                let key = (slot, text.clone());
                if !self.known.contains_key(&key) && !self.missing.contains(&key) {
                    wanted.insert(key.1);
                }
            }
            self.look_up(session, slot, rule, wanted.into_iter().collect())?;
        }
        Ok(())
    }

    fn look_up(
        &mut self,
        session: &Session,
        slot: usize,
        rule: &LinkRule,
        mut wanted: Vec<String>,
    ) -> Result<()> {
        for by in &rule.by {
            if wanted.is_empty() {
                return Ok(());
            }
            let found: Vec<Option<RecordId>> = if by == "ref" {
                let mut found = Vec::with_capacity(wanted.len());
                for text in &wanted {
                    let record = session.catalog().parse_reference(text);
                    let record = record.filter(|record| record.entity == rule.to);
                    found.push(match record {
                        Some(record) => Some(session.followed(record)?.id),
                        None => None,
                    });
                }
                found
            } else {
                session.lookup_keys(&rule.to, by, &wanted)?
            };
            let mut rest = Vec::new();
            for (text, found) in wanted.into_iter().zip(found) {
                match found {
                    Some(id) => {
                        self.known.insert((slot, text), id);
                    }
                    None => rest.push(text),
                }
            }
            wanted = rest;
        }
        self.missing.extend(wanted.into_iter().map(|text| (slot, text)));
        Ok(())
    }

    /// What was likely meant by a name that was not found.
    pub fn hint(&mut self, session: &Session, rule: &LinkRule, key: &LinkText) -> Option<Phrase> {
        if let Some(hint) = self.hints.get(key) {
            return hint.clone();
        }
        if self.hints.len() >= HINTED {
            return None;
        }
        let near = self.near(session, &rule.to, &key.1);
        let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near));
        self.hints.insert(key.clone(), hint.clone());
        hint
    }

    /// A title like the text. A failing search only means that there is no proposal.
    fn near(&mut self, session: &Session, to: &Name, text: &str) -> Option<String> {
        if !self.titles.contains_key(to) {
            let title = session.catalog().entity(to)?.title.clone();
            let request = ListRequest {
                fields: vec![title.clone()],
                window: Window::First,
                ..ListRequest::first(to, COMPARED + 1)
            };
            let rows = session.list(&request).map(|page| page.rows).unwrap_or_default();
            let titles = rows.iter().filter_map(|row| row.get(&title).as_text().map(str::to_owned));
            self.titles.insert(to.clone(), titles.collect());
        }
        let titles = self.titles.get(to)?;
        if let Some(near) = nearest(text, titles.iter().map(String::as_str)) {
            return Some(near.to_owned());
        }
        if titles.len() <= COMPARED {
            return None;
        }
        let request = SearchRequest {
            text: text.to_owned(),
            entities: vec![to.clone()],
            filter: None,
            limit: 1,
        };
        session.search(&request).ok()?.into_iter().next().map(|hit| hit.title)
    }
}

/// The names in one slot of a draft.
pub(super) fn texts_of(draft: &Draft, slot: usize) -> impl Iterator<Item = &String> {
    let texts = draft.fills.iter().find(|fill| fill.slot == slot).map(|fill| match &fill.what {
        What::Links(texts) => texts.as_slice(),
        _ => &[],
    });
    texts.unwrap_or_default().iter()
}
