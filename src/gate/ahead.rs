//! What a plan knows while it is made: by which rights, and what its earlier edits will have done.
//!
//! Start at [`Ahead`].

use std::collections::{HashMap, HashSet};

use super::defaults::LookedAt;
use super::duplicates::Made;
use super::foresee::Proposal;
use super::store::rows::Titles;
use crate::model::{Change, Name, Record, RecordId, Target};
use crate::policy::Right;

/// By which rights edits are planned.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Terms {
    /// A right that is needed besides, on every record.
    pub also: Option<Right>,
    /// They hand on what somebody had who leaves: see [`super::leaving`].
    pub handing_on: bool,
    /// They are only foreseen: what other edits decide is asked by the plan they go into, and so is noted.
    pub foreseen: bool,
}

/// What earlier edits of the same plan will have done by the time a later one is written.
pub(super) struct Ahead {
    pub(super) terms: Terms,
    /// The edit at hand is allowed as part of a leaving; nothing of the record is asked about.
    pub(super) handed_on: bool,
    /// How many records come again because of edits so far.
    pub(super) nexts: i64,
    /// For each create so far, whether it stands.
    pub(super) creates: Vec<bool>,
    /// Records that several edits are about.
    pub(super) again: HashSet<(Name, RecordId)>,
    /// Those of them that were changed, as they will be.
    pub(super) changed: HashMap<(Name, RecordId), Record>,
    /// Values of unique fields that are taken: entity, field, value.
    pub(super) claimed: HashSet<(Name, Name, String)>,
    /// Linked records that defaults were taken from.
    pub(super) looked_at: LookedAt,
    /// Records that are made, where another one like them is not to be made.
    pub(super) made: Made,
    /// Titles of records that others link to.
    pub(super) titles: Titles,
}

impl Ahead {
    pub(super) fn of(proposals: &[Proposal], terms: Terms) -> Self {
        let mut seen = HashSet::new();
        let mut again = HashSet::new();
        for proposal in proposals {
            if let Proposal::Edit(edit) = proposal
                && let Target::Existing(id) = edit.target
            {
                let key = (edit.entity.clone(), id);
                if !seen.insert(key.clone()) {
                    again.insert(key);
                }
            }
        }
        Self {
            terms,
            handed_on: false,
            nexts: 0,
            creates: Vec::new(),
            again,
            changed: HashMap::new(),
            claimed: HashSet::new(),
            looked_at: LookedAt::default(),
            made: Made::default(),
            titles: Titles::new(),
        }
    }

    /// A pending number apart from those of creates: front ends count their own creates.
    pub(super) fn pending_next(&mut self) -> RecordId {
        self.nexts += 1;
        RecordId(i64::MIN + self.nexts)
    }

    pub(super) fn remember(&mut self, mut record: Record, change: Option<&Change>) {
        let key = (record.entity.clone(), record.id);
        if !self.again.contains(&key) {
            return;
        }
        for field in change.into_iter().flat_map(|change| &change.fields) {
            record.fields.insert(field.field.clone(), field.after.clone());
        }
        self.changed.insert(key, record);
    }
}
