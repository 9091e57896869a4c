//! What is to be done with many records, before it is looked at.

use std::sync::Arc;

use super::{entity_of, words};
use crate::gate::{Act, Chosen, Leaving, Many, Merge};
use crate::model::{Edit, Name, Op};
use crate::tui::context::Context;

/// What is to be done.
#[derive(Debug, Clone)]
pub enum What {
    /// Many wishes to write.
    Many(Arc<Many>),
    /// Taking back a change set.
    Undo(i64),
}

/// Something to be done with many records.
#[derive(Debug, Clone)]
pub struct Deed {
    /// What.
    pub what: What,
    /// What for, as history keeps it.
    pub why: String,
    /// What it is, for people: `Stage = Proposal`.
    pub title: String,
    /// To do the same again with other records.
    pub repeat: Option<Repeat>,
}

/// An edit that can be done again with other records.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// The entity it was done with.
    pub entity: Name,
    /// What was done.
    pub act: Act,
}

impl Repeat {
    /// What an edit of one record was: the fields it set. None where it set nothing, or made a record.
    #[must_use]
    pub fn of(edits: &[Edit]) -> Option<Self> {
        let [edit] = edits else { return None };
        (edit.op == Op::Update && !edit.set.is_empty()).then(|| Self {
            entity: edit.entity.clone(),
            act: Act { op: Op::Update, set: edit.set.clone(), turns: None },
        })
    }

    /// Nothing that could be done again.
    #[must_use]
    pub fn nothing(entity: &Name) -> Self {
        Self { entity: entity.clone(), act: Act::plain(Op::Update) }
    }

    /// What it does, in a few words: `Stage = Proposal`.
    #[must_use]
    pub fn shown(&self, ctx: &Context) -> String {
        words::act(&self.act, &self.entity, ctx)
    }
}

impl Deed {
    /// An act on what was chosen.
    #[must_use]
    pub fn act(of: Chosen, act: Act, ctx: &Context) -> Self {
        let entity = entity_of(&of);
        let title = words::act(&act, entity.as_deref().unwrap_or_default(), ctx);
        let fields: Vec<&str> = act
            .set
            .iter()
            .map(|(field, _)| field.as_str())
            .chain(act.turns.as_ref().map(|(field, _)| field.as_str()))
            .collect();
        let one = match &of {
            Chosen::These(records) if records.len() == 1 => {
                records.first().map(|record| ctx.catalog.reference(record))
            }
            _ => None,
        };
        let what = one.or_else(|| entity.as_ref().map(ToString::to_string)).unwrap_or_default();
        let why = match act.op {
            Op::Delete => format!("delete {what}"),
            Op::Restore => format!("restore {what}"),
            Op::Update | Op::Create => format!("edit {what}: {}", fields.join(", ")),
        };
        let repeat = entity
            .filter(|_| act.op == Op::Update)
            .map(|entity| Repeat { entity, act: act.clone() });
        let what = What::Many(Arc::new(Many::Same { of, act }));
        Self { what, why: why.trim().to_owned(), title, repeat }
    }

    /// To each record its own edit.
    #[must_use]
    pub fn own(edits: Vec<Edit>, why: &str, title: String) -> Self {
        let what = What::Many(Arc::new(Many::Own(edits)));
        Self { what, why: why.to_owned(), title, repeat: None }
    }

    /// Somebody leaves.
    #[must_use]
    pub fn leave(leaving: Arc<Leaving>, title: String) -> Self {
        let why = leaving.why();
        let what = What::Many(Arc::new(Many::Leave(leaving)));
        Self { what, why, title, repeat: None }
    }

    /// Many merges.
    #[must_use]
    pub fn merge(merges: Vec<Merge>, title: String) -> Self {
        let what = What::Many(Arc::new(Many::Merge(Arc::new(merges))));
        Self { what, why: "merge records".to_owned(), title, repeat: None }
    }

    /// Whether it makes one record of several, again and again.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        matches!(&self.what, What::Many(many) if matches!(**many, Many::Merge(_)))
    }

    /// The entity whose records become one, where that is what is done.
    #[must_use]
    pub fn merged_entity(&self) -> Option<Name> {
        let What::Many(many) = &self.what else { return None };
        let Many::Merge(merges) = &**many else { return None };
        merges.first().map(|merge| merge.survivor.entity.clone())
    }

    /// Taking back a change set.
    #[must_use]
    pub fn undo(change_set: i64, why: &str, ctx: &Context) -> Self {
        let title = ctx.tf("bulk.undo", &[("what", &crate::term::Clean::line(why))]);
        Self { what: What::Undo(change_set), why: why.to_owned(), title, repeat: None }
    }

    /// The act and what it is done with, where it is the same for all.
    #[must_use]
    pub fn same(&self) -> Option<(&Chosen, &Act)> {
        match &self.what {
            What::Many(many) => match &**many {
                Many::Same { of, act } => Some((of, act)),
                Many::Own(_) | Many::Leave(_) | Many::Merge(_) => None,
            },
            What::Undo(_) => None,
        }
    }
}
