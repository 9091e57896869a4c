//! Makes the choices that a file has and a field does not, in the company's own schema.
//!
//! Only where that was asked for, and only by those who may change the schema. Start at [`make`].

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use crate::cli::desk::Desk;
use crate::cli::error::{CliError, Result};
use crate::exchange::NewChoice;
use crate::model::{Phrase, phrase};

/// Adds choices to the company's schema. Yields whether there was anything to add.
pub(super) fn make(desk: &mut Desk<'_, '_>, entity: &str, new: &[NewChoice]) -> Result<bool> {
    if new.is_empty() {
        return Ok(false);
    }
    let before = desk.session.company_schema()?;
    let after = with_choices(&before, entity, new)
        .ok_or_else(|| CliError::refused(phrase!("the company's schema cannot be added to")))?;
    let plan = desk.session.plan_schema("company.toml", &after)?;
    let applied = desk.session.apply_schema(&plan, false)?;
    desk.catalog = std::sync::Arc::clone(desk.session.catalog());
    let made = new.len();
    let told: Phrase = match applied.change_set {
        Some(number) => {
            phrase!("{made} choices made; `kontor undo {number}` takes them back", made, number)
        }
        None => phrase!("{made} choices made", made),
    };
    desk.say(&told)?;
    Ok(true)
}

/// The company's TOML with choices put to fields.
fn with_choices(text: &str, entity: &str, new: &[NewChoice]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let entities = document.entry("entity").or_insert_with(implicit).as_table_mut()?;
    let own = entities.entry(entity).or_insert_with(implicit).as_table_mut()?;
    let fields = own
        .entry("field")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()?;
    for choice in new {
        let named =
            |table: &Table| table.get("name").and_then(Item::as_str) == Some(choice.field.as_str());
        if !fields.iter().any(named) {
            let mut field = Table::new();
            field.insert("name", Item::Value(choice.field.as_str().into()));
            fields.push(field);
        }
        let field = fields.iter_mut().find(|table| named(table))?;
        let options = field
            .entry("options")
            .or_insert_with(|| Item::Value(Array::new().into()))
            .as_array_mut()?;
        options.push(option(&choice.value));
    }
    Some(document.to_string())
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// The option of a text: it is its own label, what values cannot hold is left out of the value.
fn option(text: &str) -> Value {
    let value: String = text
        .chars()
        .filter(|c| !",;\"'\n".contains(*c))
        .take(60)
        .collect::<String>()
        .trim()
        .to_owned();
    let mut label = InlineTable::new();
    label.insert("en", text.into());
    label.insert("zh", text.into());
    let mut option = InlineTable::new();
    option.insert("value", value.into());
    option.insert("label", label.into());
    option.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_put_to_what_the_company_says() {
        let new =
            |value: &str| NewChoice { field: "segment".into(), value: value.to_owned(), rows: 1 };
        let first = with_choices("# ours\n", "customer", &[new("A"), new("B, or C")]).unwrap();
        let again = with_choices(&first, "customer", &[new("甲")]).unwrap();
        assert!(again.starts_with("# ours") || again.contains("# ours"), "{again}");
        let catalog = crate::schema::load(Some(("company.toml", &again))).unwrap();
        let field = catalog.entity("customer").unwrap().field("segment").unwrap();
        let values: Vec<&str> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(values, ["key", "standard", "small", "A", "B or C", "甲"]);
    }
}
