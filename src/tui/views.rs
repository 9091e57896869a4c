//! The views of an entity: those of the schema and those that people saved.
//!
//! A view is a filter and a [`Layout`]. Saved ones are records of the entity `view`; this file turns
//! records into views and views into edits, and asks for nothing by itself. Start at [`Views`].

use crate::gate::ListRequest;
use crate::model::{Edit, Lang, Name, Record, RecordId, RecordRef, Value};
use crate::query::{
    Grouping, Query, Shown, SortKey, parse_columns, parse_sort, print_columns, print_sort,
};
use crate::schema::Catalog;

/// The entity whose records are saved views.
pub(super) const ENTITY: &str = "view";
/// The view that shows everything.
pub(super) const ALL: &str = "all";
/// Which saved views a person sees: their own, and those that others share.
pub(super) const VISIBLE: &str =
    "(owner = me or shared = \"all\" or (shared = team and owner = my team))";
/// So many saved views of one entity are looked at.
const MOST: usize = 200;

/// How a list is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Its columns; those of the entity where it is empty.
    pub columns: Vec<Shown>,
    /// Its order; that of the entity where it is empty.
    pub sort: Vec<SortKey>,
    /// Its groups.
    pub group: Option<Grouping>,
    /// A line below adds up the numbers.
    pub totals: bool,
}

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What it is found by: the name of one of the schema, the reference of a saved one.
    pub key: String,
    /// What people see.
    pub label: String,
    /// What the filter line says.
    pub query: String,
    /// How it is laid out.
    pub layout: Layout,
    /// Its place in the view bar.
    pub pinned: Option<i64>,
    /// Where it is saved.
    pub saved: Option<Saved>,
}

/// What is known of a saved view beside what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The record.
    pub id: RecordId,
    /// Whose it is.
    pub owner: Option<RecordId>,
    /// Who else sees it: `none`, `team`, `all`.
    pub shared: String,
}

/// The views of one entity.
#[derive(Debug, Clone, Default)]
pub struct Views {
    all: Vec<View>,
}

impl Views {
    /// The views that the schema declares.
    #[must_use]
    pub fn shipped(catalog: &Catalog, entity: &str, lang: Lang) -> Self {
        let of = catalog.entity(entity);
        let all = of.into_iter().flat_map(crate::schema::Entity::shown_views);
        let all = all.map(|view| View {
            key: view.name.to_string(),
            label: view.label.get(lang).to_owned(),
            query: view.query.clone(),
            layout: layout((&view.columns, &view.sort, &view.group, view.totals), catalog, entity),
            pinned: Some(0),
            saved: None,
        });
        Self { all: all.collect() }
    }

    /// What to ask for to know the saved ones.
    #[must_use]
    pub fn request(catalog: &Catalog, entity: &str) -> Option<ListRequest> {
        let text = Self::text(entity);
        let mut request = ListRequest::first(ENTITY, MOST);
        request.filter = Some(Query::parse(&text, catalog, ENTITY).ok()?);
        Some(request)
    }

    /// Which saved views a person sees: their own, and those that others share.
    #[must_use]
    pub fn text(entity: &str) -> String {
        format!("entity = \"{entity}\" and {VISIBLE}")
    }

    /// Takes over what is saved, in place of what was known of it.
    pub fn take(&mut self, records: &[Record], catalog: &Catalog, entity: &str) {
        self.all.retain(|view| view.saved.is_none());
        let mut saved: Vec<View> =
            records.iter().filter_map(|record| of_record(record, catalog, entity)).collect();
        saved.sort_by_key(|view| (view.pinned.unwrap_or(i64::MAX), view.label.clone()));
        self.all.extend(saved);
    }

    /// Calls those of the schema what they are called in this language.
    pub fn call(&mut self, catalog: &Catalog, entity: &str, lang: Lang) {
        let shipped = Self::shipped(catalog, entity, lang).all;
        for view in self.all.iter_mut().filter(|view| view.saved.is_none()) {
            if let Some(known) = shipped.iter().find(|known| known.key == view.key) {
                view.label.clone_from(&known.label);
            }
        }
    }

    /// All of them: those of the schema, then the saved ones.
    pub fn all(&self) -> impl Iterator<Item = &View> {
        self.all.iter()
    }

    /// One by its key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&View> {
        self.all.iter().find(|view| view.key == key)
    }

    /// One's own saved view of this name.
    #[must_use]
    pub fn own(&self, label: &str, me: RecordId) -> Option<&View> {
        self.all.iter().find(|view| view.label == label && view.is_of(me))
    }
}

impl View {
    /// Whether a person saved it.
    #[must_use]
    pub fn is_of(&self, me: RecordId) -> bool {
        self.saved.as_ref().is_some_and(|saved| saved.owner == Some(me))
    }

    /// The edit that begins a change of a saved view.
    #[must_use]
    pub fn edit(&self) -> Option<Edit> {
        let saved = self.saved.as_ref()?;
        Some(Edit::update(ENTITY, saved.id))
    }

    /// The record it is saved in.
    #[must_use]
    pub fn record(&self) -> Option<RecordRef> {
        Some(RecordRef::new(ENTITY, self.saved.as_ref()?.id))
    }
}

/// Puts what a list shows into the edit of a view.
#[must_use]
pub fn written(edit: Edit, query: &str, layout: &Layout) -> Edit {
    let text = |text: String| if text.is_empty() { Value::Null } else { Value::Text(text) };
    edit.with("query", text(query.trim().to_owned()))
        .with("columns", text(print_columns(&layout.columns)))
        .with("sort", text(print_sort(&layout.sort)))
        .with("group", text(layout.group.as_ref().map(ToString::to_string).unwrap_or_default()))
        .with("totals", Value::Bool(layout.totals))
}

/// A layout from its texts. What does not parse any more (a field that went away) counts as not said.
fn layout(
    (columns, sort, group, totals): (&str, &str, &str, bool),
    catalog: &Catalog,
    entity: &str,
) -> Layout {
    Layout {
        columns: parse_columns(columns, catalog, entity).unwrap_or_default(),
        sort: parse_sort(sort, catalog, entity).unwrap_or_default(),
        group: Grouping::parse(group, catalog, entity).unwrap_or_default(),
        totals,
    }
}

fn of_record(record: &Record, catalog: &Catalog, entity: &str) -> Option<View> {
    let text = |field: &str| record.get(field).as_text().unwrap_or_default().to_owned();
    let label = Some(text("name")).filter(|name| !name.is_empty())?;
    let whole = |field: &str| match record.get(field) {
        Value::Int(number) => Some(*number),
        _ => None,
    };
    let totals = matches!(record.get("totals"), Value::Bool(true));
    Some(View {
        key: catalog.reference(&record.reference()),
        label,
        query: text("query").trim().to_owned(),
        layout: layout((&text("columns"), &text("sort"), &text("group"), totals), catalog, entity),
        pinned: whole("pinned"),
        saved: Some(Saved {
            id: record.id,
            owner: match record.get("owner") {
                Value::Link(link) => Some(link.id),
                _ => None,
            },
            shared: text("shared"),
        }),
    })
}

/// The key of the preference that holds something of the lists of an entity.
#[must_use]
pub fn preference(entity: &Name, what: &str) -> String {
    format!("list.{entity}.{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_views_can_be_asked_for() {
        let catalog = crate::schema::load(None).unwrap();
        let text = Views::text("deal");
        Query::parse(&text, &catalog, ENTITY).unwrap();
        assert!(Views::request(&catalog, "deal").is_some());
    }
}
