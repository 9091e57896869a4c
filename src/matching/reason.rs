//! Why two records are likely the same, in words.
//!
//! Start at [`reasons`].

use super::alike::How;
use super::pool::FIELDS;
use super::weigh::Judged;
use crate::model::{Fill, Phrase, phrase};
use crate::schema::duplicates::{DuplicateRule, Kind};

/// What one field says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Its place in the rule.
    pub place: usize,
    /// How alike it is, from 0 to 1.
    pub score: f32,
    /// In words: `same phone`.
    pub words: Phrase,
    /// Whether it speaks for it.
    pub speaks_for: bool,
}

/// What speaks for it and then what speaks against it, in the order of the rule; `label` names a field.
#[must_use]
pub fn reasons(rule: &DuplicateRule, judged: &Judged, label: impl Fn(&str) -> Fill) -> Vec<Reason> {
    let mut found = Vec::new();
    for (place, compared) in rule.fields.iter().take(FIELDS).enumerate() {
        let Some(alike) = judged.fields[place] else { continue };
        let pairs = judged.crossed.iter().flatten();
        let crossed = pairs
            .map(|(one, other)| (usize::from(*one), usize::from(*other)))
            .find(|(one, other)| *one == place || *other == place);
        if let Some((one, other)) = crossed {
            if place == one {
                let words = phrase!(
                    "{one} and {other} exchanged",
                    one = label(&rule.fields[one].field),
                    other = label(&rule.fields[other].field)
                );
                found.push(Reason { place, score: alike.score, words, speaks_for: true });
            }
            continue;
        }
        let words = words(compared.kind, alike.how, label(&compared.field));
        let speaks_for = alike.score >= 0.7;
        found.push(Reason { place, score: alike.score, words, speaks_for });
    }
    found.sort_by_key(|reason| !reason.speaks_for);
    found
}

fn words(kind: Kind, how: How, field: Fill) -> Phrase {
    match how {
        How::Same => phrase!("{field} the same", field),
        How::Form => phrase!("{field} the same but for legal form or small words", field),
        How::Spaces => phrase!("{field} the same but for spaces", field),
        How::Order => phrase!("{field} the same in another order", field),
        How::Reading => phrase!("{field} reads the same", field),
        How::Rest if kind == Kind::Phone => {
            phrase!("{field} the same but for the prefix or extension", field)
        }
        How::Rest => phrase!("{field} the same but for its end", field),
        How::DayMonth => phrase!("{field} with day and month exchanged", field),
        How::Shortened => phrase!("{field} with a shortened word", field),
        How::Initial => phrase!("{field} with an initial", field),
        How::Nickname => phrase!("{field} with a nickname", field),
        How::Slip => phrase!("{field} the same but for a slip", field),
        How::Part => phrase!("{field} a part of the other", field),
        How::Area => phrase!("{field} the same but for the area", field),
        How::Similar => phrase!("{field} similar", field),
        How::Differs => phrase!("{field} different", field),
    }
}
