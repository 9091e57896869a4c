//! Choices that no record has: each makes every form longer.
//!
//! They are the schema's, so nothing is changed here: the proposal is to retire them there, where a plan
//! shows what that does.

use super::{CHECKS, Counted, Finding};
use crate::model::{Fill, Value, phrase};
use crate::schema::{Entity, FieldType};

/// A choice is only called unused where so many records have another one.
const ENOUGH: u64 = 50;

/// The choices of an entity that no record has.
#[must_use]
pub fn unused(entity: &Entity, counted: &Counted) -> Vec<Finding> {
    let Some(check) = CHECKS.iter().find(|check| check.name == "unused") else { return Vec::new() };
    let mut found = Vec::new();
    let chooses = |kind: &FieldType| matches!(kind, FieldType::Select | FieldType::MultiSelect);
    for field in
        entity.fields.iter().filter(|field| super::is_checked(field) && chooses(&field.kind))
    {
        let filled = counted.chosen(&field.name, None);
        if filled < ENOUGH {
            continue;
        }
        for choice in field.choices.iter().filter(|choice| !choice.retired) {
            if counted.chosen(&field.name, Some(&choice.value)) > 0 {
                continue;
            }
            let label = Fill::Label { en: choice.label.en.clone(), zh: choice.label.zh.clone() };
            found.push(Finding {
                check,
                record: None,
                title: String::new(),
                written: None,
                field: field.name.clone(),
                words: phrase!(
                    "{choice} is chosen nowhere in {n} records: retire it in the schema",
                    choice = label,
                    n = filled
                ),
                before: Value::Text(choice.value.clone()),
                after: None,
            });
        }
    }
    found
}
