//! Blanks around and doubled within a line, no-break blanks, and characters that are not seen.

use super::{Found, Scene, slots};
use crate::model::{Record, Value, phrase};
use crate::schema::Field;
use crate::schema::coerce::{is_empty_mark, tidy};

pub(super) fn look(_: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let mut hidden = false;
    let proposal = slots::changed(field, value, &mut |slot, text| {
        // A street may have several lines, of which each is tidied.
        let tidied = if slot == slots::Slot::Part("street") {
            let lines: Vec<String> = text.lines().map(|line| tidy(line).into_owned()).collect();
            lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        } else {
            tidy(text).into_owned()
        };
        let differs = tidied != text;
        hidden |=
            differs && text.chars().any(|c| c != ' ' && (c.is_whitespace() || is_empty_mark(c)));
        differs.then_some(tidied)
    })?;
    let words = if hidden {
        phrase!("has blanks or characters that are not seen")
    } else {
        phrase!("has blanks too many")
    };
    Some(Found::new(words, Some(proposal)))
}
