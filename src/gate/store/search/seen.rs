//! Whether what a person sees of a record holds what was looked for.
//!
//! The index knows all fields of a record. Where some that are searched are hidden from a person, a
//! record that is found only by them must not be: its tokens are made anew of what is seen, and the match
//! is held against those. Only entities with such fields pay for it.

use std::collections::HashSet;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Result};

use super::tokens::{Kind, Tokens, searched};
use super::verify::quoted;
use crate::schema::{Entity, FieldType};

/// SQL that holds for rows (of the entity, called `alias`) whose seen fields match; none where all that is
/// searched is seen.
#[must_use]
pub fn condition(entity: &Entity, alias: &str, matching: &str) -> Option<(String, Vec<Sql>)> {
    if !entity.partly_seen {
        return None;
    }
    let mut arguments = vec!["?".to_owned()];
    let mut add = |kind: Kind, column: &str| {
        arguments.push(format!("'{}', {alias}.{}", kind.word(), quoted(column)));
    };
    for field in searched(entity) {
        let kind = match field.kind {
            _ if field.name == entity.title => Kind::Title,
            FieldType::LongText => Kind::Plain,
            FieldType::Phone => Kind::Phone,
            FieldType::Email => Kind::Mail,
            FieldType::Url => Kind::Url,
            FieldType::Tags | FieldType::MultiSelect => Kind::List,
            _ => Kind::Line,
        };
        if matches!(
            field.kind,
            FieldType::Links { .. } | FieldType::Link { .. } | FieldType::LinkAny
        ) {
            continue;
        }
        for (column, _) in field.sql_columns() {
            add(kind, &column);
        }
    }
    add(Kind::Owner, "owner");
    add(Kind::Team, "team");
    let sql = format!("kontor_matches({})", arguments.join(", "));
    Some((sql, vec![Sql::Text(matching.to_owned())]))
}

/// Teaches a connection the function that [`condition`] calls.
///
/// # Errors
/// Where SQLite refuses.
pub fn register(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("kontor_matches", -1, flags, |ctx| {
        let matching: String = ctx.get(0)?;
        let mut tokens = Tokens::default();
        for at in (1..ctx.len()).step_by(2) {
            let Some(kind) = text(ctx, at).and_then(|word| Kind::of_word(&word)) else { continue };
            if let Some(stored) = text(ctx, at + 1) {
                tokens.stored(kind, &stored);
            }
        }
        let there: HashSet<&str> = tokens.text.split(' ').collect();
        Ok(Reader { rest: &matching }.either(&there))
    })
}

fn text(ctx: &Context<'_>, at: usize) -> Option<String> {
    match ctx.get_raw(at) {
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads the match texts that `query` writes: quoted tokens, `AND`, `OR` and parentheses.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(word) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    fn either(&mut self, there: &HashSet<&str>) -> bool {
        let mut holds = self.all(there);
        while self.takes("OR") {
            // Both sides are read, whatever the first one says.
            let other = self.all(there);
            holds |= other;
        }
        holds
    }

    fn all(&mut self, there: &HashSet<&str>) -> bool {
        let mut holds = self.one(there);
        while self.takes("AND") {
            let other = self.one(there);
            holds &= other;
        }
        holds
    }

    fn one(&mut self, there: &HashSet<&str>) -> bool {
        if self.takes("(") {
            let holds = self.either(there);
            self.takes(")");
            return holds;
        }
        if !self.takes("\"") {
            return false;
        }
        let (token, rest) = self.rest.split_once('"').unwrap_or((self.rest, ""));
        self.rest = rest;
        there.contains(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_is_read_as_the_index_reads_it() {
        let there: HashSet<&str> = ["acme", "berl", "_o7"].into();
        for (matching, holds) in [
            ("(((\"acme\")))", true),
            ("(((\"acme\")) AND ((\"berl\") OR (\"rome\")))", true),
            ("(((\"acme\")) AND ((\"rome\")))", false),
            ("((((\"rome\"))) OR ((\"acme\" AND \"berl\"))) AND ((\"_o7\") OR (\"_t1\"))", true),
            ("((((\"rome\"))) OR ((\"acme\"))) AND ((\"_o8\"))", false),
        ] {
            assert_eq!(Reader { rest: matching }.either(&there), holds, "{matching}");
        }
    }
}
