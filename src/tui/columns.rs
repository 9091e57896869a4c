//! Which fields of an entity a list of some width shows, and where.
//!
//! The title always; then by priority as long as there is room; what is left over goes to the title. Where
//! a person chose columns, those in their order, paged sideways behind the title.

use crate::query::Shown;
use crate::schema::{Align, Entity, Field, FieldResult, FieldType};

/// Cells between two columns.
const GAP: u16 = 2;
/// The least and most a title takes.
const TITLE: (u16, u16) = (18, 44);

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The field it shows.
    pub field: &'a Field,
    /// Cells from the left.
    pub x: u16,
    /// Cells it takes.
    pub width: u16,
    /// Its alignment.
    pub align: Align,
}

/// The width from which on the title gets more before further columns come.
const ROOMY: u16 = 80;
/// What a whole name takes, nearly always.
const WHOLE: u16 = 40;

/// The least that a title takes: up to a whole name on wide screens, where a further column would say less
/// than that.
fn least_title(width: u16) -> u16 {
    (TITLE.0 + width.saturating_sub(ROOMY) / 2).min(WHOLE).min(width)
}

/// The least that a title takes beside columns somebody chose: those are wanted.
fn least_beside_own(width: u16) -> u16 {
    (width / 6).clamp(TITLE.0, 32).min(width)
}

/// The columns that fit into `width` cells, from the left.
#[must_use]
pub fn placed(entity: &Entity, width: u16) -> Vec<Placed<'_>> {
    placed_but(entity, width, &[])
}

/// As [`placed`], without some fields that say nothing where the list stands.
#[must_use]
pub fn placed_but<'a>(entity: &'a Entity, width: u16, without: &[&str]) -> Vec<Placed<'a>> {
    let fields = entity.columns().into_iter().filter(|f| !without.contains(&f.name.as_str()));
    chosen(entity, fields.collect(), width)
}

/// Some fields as columns beside the title, in this order, as many as fit.
#[must_use]
pub fn chosen<'a>(entity: &'a Entity, fields: Vec<&'a Field>, width: u16) -> Vec<Placed<'a>> {
    let title = entity.title_field();
    let mut chosen: Vec<(&Field, u16, Align)> = Vec::new();
    let least = least_title(width);
    let mut taken = least;
    for field in fields {
        let (wished, align) = wish(field);
        if field.name == title.name || taken + GAP + wished > width {
            continue;
        }
        taken += GAP + wished;
        chosen.push((field, wished, align));
    }
    let mut spare = width - taken;
    let mut title_width = least;
    let texts = chosen.iter().filter(|(_, _, align)| *align == Align::Left).count() as u16;
    let mut more = 0;
    // What is left over goes to the title and to the text columns in turns: those are cut short.
    for (title_to, more_to) in [(26, 0), (26, 4), (TITLE.1, 4), (TITLE.1, 14)] {
        let gain = spare.min(title_to.max(title_width) - title_width);
        title_width += gain;
        spare -= gain;
        let each = spare.checked_div(texts).unwrap_or(0).min(more_to.max(more) - more);
        more += each;
        spare -= each * texts;
    }
    let mut x = 0;
    let mut out = vec![Placed { field: title, x, width: title_width, align: Align::Left }];
    x += title_width;
    for (field, wished, align) in chosen {
        let width = if align == Align::Left { wished + more } else { wished };
        x += GAP;
        out.push(Placed { field, x, width, align });
        x += width;
    }
    out
}

/// The columns a person chose, the title first; `skip` of the others have been paged away to the left.
#[must_use]
pub fn own<'a>(entity: &'a Entity, shown: &[Shown], skip: usize, width: u16) -> Vec<Placed<'a>> {
    let title = entity.title_field();
    let said = |field: &Field| shown.iter().find(|s| s.field == field.name).and_then(|s| s.width);
    let fields: Vec<&Field> = shown
        .iter()
        .filter_map(|shown| entity.field(&shown.field))
        .filter(|field| field.name != title.name)
        .skip(skip)
        .collect();
    let mut title_width = said(title).unwrap_or(least_beside_own(width)).min(width);
    let mut taken = title_width;
    let mut chosen: Vec<(&Field, u16, Align)> = Vec::new();
    for field in fields {
        let (wished, align) = wish(field);
        let wished = said(field).unwrap_or(wished);
        if taken + GAP + wished > width {
            break;
        }
        taken += GAP + wished;
        chosen.push((field, wished, align));
    }
    if said(title).is_none() {
        title_width += (width - taken).min(TITLE.1.saturating_sub(title_width));
    }
    let mut out = vec![Placed { field: title, x: 0, width: title_width, align: Align::Left }];
    let mut x = title_width;
    for (field, width, align) in chosen {
        x += GAP;
        out.push(Placed { field, x, width, align });
        x += width;
    }
    out
}

/// The width a field would like to have, and its side.
#[must_use]
pub fn wish(field: &Field) -> (u16, Align) {
    field.column.map_or_else(|| (usual_width(field), side(field)), |c| (c.width, c.align))
}

fn usual_width(field: &Field) -> u16 {
    match &field.kind {
        FieldType::Boolean => 6,
        FieldType::Integer | FieldType::Percent | FieldType::Rating { .. } => 8,
        FieldType::Date => 10,
        FieldType::LongText | FieldType::Address | FieldType::Email | FieldType::Url => 24,
        _ => 14,
    }
}

fn side(field: &Field) -> Align {
    match &field.kind {
        FieldType::Integer
        | FieldType::Decimal
        | FieldType::Money
        | FieldType::Percent
        | FieldType::Formula {
            result:
                FieldResult::Integer | FieldResult::Decimal | FieldResult::Money | FieldResult::Percent,
            ..
        }
        | FieldType::RollUp {
            result:
                FieldResult::Integer | FieldResult::Decimal | FieldResult::Money | FieldResult::Percent,
            ..
        } => Align::Right,
        _ => Align::Left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Lang;
    use crate::term;

    #[test]
    fn on_wide_screens_a_name_is_whole_before_a_further_column_comes() {
        let catalog = crate::schema::load(None).expect("the shipped schema");
        for entity in catalog.entities().filter(|entity| entity.is_listed()) {
            // A list of 200 columns with the record beside it, and without.
            for (width, least) in [(76, 18), (113, 34), (160, 40), (196, 40)] {
                let columns = placed(entity, width);
                assert!(columns[0].width >= least, "{} at {width}", entity.name);
                let right = columns.last().map_or(0, |last| last.x + last.width);
                assert!(right <= width, "{} at {width}", entity.name);
            }
        }
    }

    /// Whichever columns somebody chooses: a head that is cut says less than a short one.
    #[test]
    fn every_shipped_field_has_a_name_that_fits_its_column() {
        let catalog = crate::schema::load(None).expect("the shipped schema");
        let mut cut = Vec::new();
        for entity in catalog.entities() {
            for (field, lang) in
                entity.fields.iter().flat_map(|field| [(field, Lang::En), (field, Lang::Zh)])
            {
                let room = usize::from(wish(field).0);
                let fits = |text: &str| term::width(text) <= room;
                if !fits(field.label.get(lang)) && !field.short_in(lang).is_some_and(fits) {
                    cut.push(format!("{lang:?} {}.{}: {room}", entity.name, field.name));
                }
            }
        }
        assert!(cut.is_empty(), "too long for their columns:\n{}", cut.join("\n"));
    }
}
