//! Views -> TOML.

use std::fmt::Write as _;

use super::{label, line, quote};
use crate::schema::{Entity, Label, View};

/// The views of an entity that differ from those it had; all of them where all are wanted.
pub(super) fn text(entity: &Entity, known: &[View], all: bool) -> String {
    let mut out = String::new();
    for view in &entity.views {
        let before = known.iter().find(|before| before.name == view.name);
        if before == Some(view) && !all {
            continue;
        }
        let none = View::new(&view.name, Label::default());
        let from = before.unwrap_or(&none);
        // Writing into a String never fails.
        let _ = writeln!(out, "\n[[entity.{}.view]]\nname = {}", entity.name, quote(&view.name));
        if before.is_none() || all || view.label != from.label {
            line(
                &mut out,
                "label",
                &label(&view.label, before.map_or(&Label::default(), |b| &b.label)),
            );
        }
        for (key, now, then) in [
            ("query", &view.query, &from.query),
            ("columns", &view.columns, &from.columns),
            ("sort", &view.sort, &from.sort),
            ("group", &view.group, &from.group),
        ] {
            if now != then || (all && !now.is_empty()) {
                line(&mut out, key, &quote(now));
            }
        }
        for (key, now, then) in [
            ("totals", view.totals, from.totals),
            ("first", view.first, from.first),
            ("hidden", view.hidden, from.hidden),
        ] {
            if now != then || (all && now) {
                line(&mut out, key, if now { "true" } else { "false" });
            }
        }
    }
    out
}
