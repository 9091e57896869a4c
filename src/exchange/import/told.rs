//! What a person should know of the cells of an import: dates in doubt, day numbers, choices that are new.
//!
//! Start at [`remarks`].

use crate::exchange::cells::RemarkKind;
use crate::exchange::map::DateStyle;
use crate::exchange::recipe::Recipe;
use crate::exchange::verdict::{ImportReport, NewChoice, Tally};
use crate::model::phrase;

/// Puts what was counted of cells into a report.
pub(super) fn remarks(tally: &Tally, recipe: &Recipe, country: &str, report: &mut ImportReport) {
    for (slot, kind, cell, rows) in tally.remarks() {
        let slot = &recipe.slots[slot];
        let field = slot.field.told();
        match kind {
            RemarkKind::NewChoice => report.new_choices.push(NewChoice {
                field: slot.field.name.clone(),
                value: cell,
                rows,
            }),
            RemarkKind::NoLink => report.notices.push(phrase!(
                "{field}: {rows} {rows?row goes|rows go} without, as there is no {to} like \"{cell}\"",
                field,
                rows,
                to = slot.link.as_ref().map_or_else(|| "record".into(), |rule| rule.to.as_str().to_owned()),
                cell
            )),
            RemarkKind::OwnCountry => report.notices.push(phrase!(
                "{field}: {rows} numbers like {cell} name no country and were read as numbers of {country}, the company's own (country = \"US\" in the map says another)",
                field,
                rows,
                cell,
                country
            )),
            RemarkKind::DayNumber => report.notices.push(phrase!(
                "{field}: {rows} numbers like {cell} were read as the days a spreadsheet means by them",
                field,
                rows,
                cell
            )),
            RemarkKind::EitherWay => {
                let first = slot.ingredients.iter().find_map(|one| one.order.as_ref());
                report.notices.push(if first == Some(&DateStyle::DayFirst) {
                    phrase!(
                        "{field}: {rows} dates like {cell} may be read two ways; the day was taken for the first number, as other rows show (--dates mdy reads the month first)",
                        field,
                        rows,
                        cell
                    )
                } else {
                    phrase!(
                        "{field}: {rows} dates like {cell} may be read two ways; the month was taken for the first number, as other rows show (--dates dmy reads the day first)",
                        field,
                        rows,
                        cell
                    )
                });
            }
        }
    }
}
