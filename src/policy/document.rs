//! A whole role as a file: its name, key and description above what it grants, for review in version control.
//!
//! ```toml
//! key = "sales_rep"
//! name = "Sales rep"
//! description = "One's own customers, deals and activities"
//!
//! [entity.customer]
//! read = "own+unassigned"
//! ```

use std::fmt::Write;

use toml::de::{DeTable, DeValue};

use super::{RoleError, RoleRights};
use crate::model::phrase;
use crate::schema::Catalog;

/// A role as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleDocument {
    /// Its name on the command line; what files and records are matched by.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Whom it is for.
    pub description: String,
    /// What it grants.
    pub rights: RoleRights,
}

impl RoleDocument {
    /// Reads the file of a role, held against the catalogue: all that is wrong with it at once.
    ///
    /// # Errors
    /// What is wrong, each with its line.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, Vec<RoleError>> {
        let mut role = Self::default();
        let mut rest = text.to_owned();
        let mut errors = Vec::new();
        // What is not TOML at all is told by whoever reads the rights.
        let (document, _) = DeTable::parse_recoverable(text);
        for (key, value) in document.get_ref() {
            let field = match key.get_ref().as_ref() {
                "key" => &mut role.key,
                "name" => &mut role.name,
                "description" => &mut role.description,
                _ => continue,
            };
            let line = 1 + text[..key.span().start].matches('\n').count();
            match value.get_ref() {
                DeValue::String(said) => said.trim().clone_into(field),
                _ => errors.push(RoleError {
                    line,
                    what: phrase!("a text in quotes is wanted here"),
                    hint: None,
                }),
            }
            // Lines stay where they are, so that what is told of the rest names the right ones.
            let place = key.span().start..value.span().end;
            let blank: String =
                text[place.clone()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            let bytes: usize = place.len() - blank.len();
            rest.replace_range(place, &(blank + &" ".repeat(bytes)));
        }
        match RoleRights::parse(&rest, catalog) {
            Ok(rights) => role.rights = rights,
            Err(found) => errors.extend(found),
        }
        if errors.is_empty() && (role.key.is_empty() || role.name.is_empty()) {
            errors.push(RoleError {
                line: 1,
                what: phrase!("a role needs a key and a name"),
                hint: Some(phrase!("`kontor role export` writes files to start from")),
            });
        }
        if errors.is_empty() { Ok(role) } else { Err(errors) }
    }

    /// The file: reading it yields the same role.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::new();
        let mut line = |name: &str, text: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{name} = {}", toml::Value::from(text));
        };
        line("key", &self.key);
        line("name", &self.name);
        if !self.description.is_empty() {
            line("description", &self.description);
        }
        let rights = self.rights.print();
        // Before the first table all lines are the role's own.
        if rights.starts_with('[') {
            out.push('\n');
        }
        out + &rights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_was() {
        let catalog = crate::schema::load(None).unwrap();
        let text = "key = \"rep\"\nname = 'Rep \"A\"'\ndescription = \"业务\"\ntwo_factor = true\n\n\
                    [entity.deal]\nread = \"own+unassigned\"\nwhere = \"amount > 5\"\n";
        let role = RoleDocument::parse(text, &catalog).unwrap();
        assert_eq!((role.key.as_str(), role.description.as_str()), ("rep", "业务"));
        assert_eq!(role.print(), text);
        let plain = "key = \"rep\"\nname = \"Rep\"\n\n[entity.deal]\nread = \"own\"\n";
        assert_eq!(RoleDocument::parse(plain, &catalog).unwrap().print(), plain);
    }

    #[test]
    fn mistakes_keep_their_lines() {
        let catalog = crate::schema::load(None).unwrap();
        let text = "key = \"rep\"\nname = \"业务员\"\ndescription = \"\"\"a\nb\"\"\"\n[entity.deel]\nread = \"own\"\n";
        let errors = RoleDocument::parse(text, &catalog).unwrap_err();
        assert_eq!(errors[0].line, 5, "{errors:?}");
        assert!(RoleDocument::parse("special = []", &catalog).is_err());
        // Not where the first of such tables stands.
        let text =
            "key = \"rep\"\nname = \"Rep\"\n[entity.deal]\nread = \"own\"\n\n[entity.customr]\n";
        assert_eq!(RoleDocument::parse(text, &catalog).unwrap_err()[0].line, 6);
    }
}
