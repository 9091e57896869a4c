//! The order of fields on a form, and how sections flow into columns.

use crate::schema::{Entity, Field, Origin};

/// All fields that can ever be on a form, with the section each stands in: the groups of the entity
/// in order, then fields whose group nobody declared.
pub(super) fn ordered(entity: &Entity) -> Vec<(usize, &Field)> {
    let mut fields: Vec<(usize, &Field)> = entity
        .fields
        .iter()
        .filter(|field| !(field.origin == Origin::System && field.read_only))
        .map(|field| {
            let group = entity.groups.iter().position(|group| group.name == field.group);
            (group.unwrap_or(entity.groups.len()), field)
        })
        .collect();
    // A stable sort: within a section fields stay in the order of the schema.
    fields.sort_by_key(|(section, _)| *section);
    fields
}

/// How many of the parts go into the left column, so that both columns are about equally high, the
/// left one rather the higher.
pub(super) fn split(heights: &[u16]) -> usize {
    let total: u16 = heights.iter().sum();
    let mut best = (u16::MAX, 0);
    let mut left = 0;
    for index in 0..=heights.len() {
        let higher = left.max(total - left);
        if higher <= best.0 {
            best = (higher, index);
        }
        left += heights.get(index).copied().unwrap_or_default();
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_about_equal() {
        assert_eq!(split(&[]), 0);
        assert_eq!(split(&[1]), 1);
        assert_eq!(split(&[1, 1]), 1);
        assert_eq!(split(&[1, 1, 1]), 2);
        assert_eq!(split(&[1, 1, 1, 3]), 3);
        assert_eq!(split(&[5, 1, 1]), 1);
    }
}
