//! Conditions: the text's tree held against the catalogue.

use super::count::some;
use super::expression::{Typed, compare, literal_of};
use super::names;
use super::path::{Path, unknown};
use super::tree::{Cond, Counted, Kind, Order, Scalar, When};
use crate::model::{Name, Phrase, phrase, text};
use crate::schema::{Catalog, Entity, FieldType};
use crate::syntax::{Cmp, Count, Expr, How, Literal, Node, Span, SyntaxError, Test, Word};

type Result<T> = std::result::Result<T, SyntaxError>;

/// Looks names up for one entity.
#[derive(Clone, Copy)]
pub(super) struct Resolver<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) entity: &'c Entity,
}

/// What a test looks at.
enum Subject<'c> {
    Path(Path<'c>),
    Count(Counted),
    Value(Typed),
}

impl<'c> Resolver<'c> {
    /// A resolver for an entity by name.
    ///
    /// # Errors
    /// Where the catalogue has no such entity.
    pub(super) fn new(catalog: &'c Catalog, entity: &str) -> Result<Self> {
        let found = catalog.entity(entity).ok_or_else(|| {
            let error =
                SyntaxError::new(0..0, phrase!("There is no entity {entity}.", entity = entity));
            match names::nearest(entity, catalog.entities().map(|e| e.name.as_str())) {
                Some(near) => error.hint(phrase!("Did you mean {near}?", near = near)),
                None => error,
            }
        })?;
        Ok(Self { catalog, entity: found })
    }

    /// Resolves a condition.
    pub(super) fn condition(&self, expr: &Expr) -> Result<Cond> {
        match &expr.node {
            Node::And(parts) => {
                Ok(Cond::all(parts.iter().map(|part| self.condition(part)).collect::<Result<_>>()?))
            }
            Node::Or(parts) => {
                Ok(Cond::any(parts.iter().map(|part| self.condition(part)).collect::<Result<_>>()?))
            }
            Node::Not(inner) => Ok(self.condition(inner)?.not()),
            Node::Test(test) => {
                let (free, cond) = self.test(test, expr.at)?;
                Ok(Cond::all(vec![free_words(&test.lead[..free]), cond]))
            }
            Node::Name(name) => Ok(self.word(name, expr.at)),
            Node::Text(text) => Ok(phrase(text)),
            Node::Words(words) => Ok(self.words(words)),
            Node::Phrase(value) => Ok(Cond::Words(value.to_string())),
            Node::Count(count) => {
                let (free, counted) = self.counted(&count.what, count)?;
                let lead = free_words(&count.what[..free]);
                Ok(Cond::all(vec![lead, Cond::Count(some(counted))]))
            }
            Node::No(count) => {
                let (free, counted) = self.counted(&count.what, count)?;
                if free > 0 {
                    return Err(self.uncountable(&count.what));
                }
                Ok(Cond::Count(some(counted)).not())
            }
            Node::Arith(..) | Node::Negate(_) if !self.names_field(expr) => {
                Ok(Cond::Words(expr.to_string()))
            }
            Node::Arith(..) | Node::Negate(_) | Node::Call(..) => {
                let typed = self.value(expr, None)?;
                if typed.kind == Kind::Bool {
                    return Ok(Cond::True(typed.scalar));
                }
                Err(SyntaxError::new(
                    expr.at,
                    phrase!(
                        "This is {typed}, not a condition.",
                        typed = Phrase::word(typed.kind.word())
                    ),
                )
                .hint(phrase!("Compare it with something: ... > 0")))
            }
        }
    }

    /// A bare word: a boolean field that is yes, otherwise a word to search for.
    fn word(&self, name: &str, at: Span) -> Cond {
        let path = if name.contains('.') || self.entity.field(name).is_some() {
            Path::resolve(self.catalog, self.entity, name, at).ok()
        } else {
            None
        };
        match path {
            Some(path) if path.kind() == Some(Kind::Bool) => path.wrap(Cond::True(end(&path))),
            _ => Cond::Words(name.to_owned()),
        }
    }

    /// Free words; a date field followed by a period (`due this week`) is a condition.
    fn words(&self, words: &[Word]) -> Cond {
        for split in (1..words.len()).rev() {
            let (label, rest) = words.split_at(split);
            if words.iter().any(|word| word.quoted) {
                break;
            }
            let texts: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
            let value = match texts.as_slice() {
                [word] => crate::syntax::literal(word),
                texts => crate::syntax::phrase(texts),
            };
            let Some(Literal::Period(period)) = value else { continue };
            let Some(field) = names::field(self.entity, &joined(label)) else { continue };
            if let Some(kind @ (Kind::Date | Kind::DateTime)) = super::path::kind_of(field) {
                let scalar = Scalar::Field(field.name.clone());
                return Cond::During(kind, scalar, Order::Eq, When::Period(period));
            }
        }
        free_words(words)
    }

    fn names_field(&self, expr: &Expr) -> bool {
        match &expr.node {
            Node::Arith(_, a, b) => self.names_field(a) || self.names_field(b),
            Node::Negate(inner) => self.names_field(inner),
            Node::Name(name) => Path::resolve(self.catalog, self.entity, name, expr.at).is_ok(),
            Node::Call(..) => true,
            _ => false,
        }
    }

    /// A test, and how many of its leading words are free words.
    pub(super) fn test(&self, test: &Test, at: Span) -> Result<(usize, Cond)> {
        let (free, subject) = self.subject(test)?;
        let cond = match subject {
            Subject::Path(path) => self.on_path(&path, test, at)?,
            Subject::Count(counted) => self.on_count(counted, test)?,
            Subject::Value(typed) => self.on_value(&typed, test, at)?,
        };
        Ok((free, cond.not_if(test.not)))
    }

    fn subject(&self, test: &Test) -> Result<(usize, Subject<'c>)> {
        let (name, quoted) = match &test.left.node {
            Node::Name(name) => (name.as_str(), false),
            Node::Text(text) => (text.as_str(), true),
            Node::Count(count) => {
                let what: Vec<Word> = test.lead.iter().chain(&count.what).cloned().collect();
                let (free, counted) = self.counted(&what, count)?;
                return Ok((free, Subject::Count(counted)));
            }
            _ => return Ok((test.lead.len(), Subject::Value(self.value(&test.left, None)?))),
        };
        let at = test.left.at;
        // Words before the name may belong to its label: `last contact older than 30d`.
        for free in 0..test.lead.len() {
            let words = &test.lead[free..];
            if quoted || words.iter().any(|word| word.quoted) {
                continue;
            }
            let label = format!("{} {name}", joined(words));
            if let Some(field) = names::field(self.entity, &label) {
                let path = Path::resolve(self.catalog, self.entity, &field.name, at)?;
                return Ok((free, Subject::Path(path)));
            }
        }
        let resolved = if quoted && names::field(self.entity, name).is_none() {
            Err(unknown(self.entity, name, at.into()))
        } else {
            Path::resolve(self.catalog, self.entity, name, at)
        };
        match resolved {
            Ok(path) => Ok((test.lead.len(), Subject::Path(path))),
            Err(error) => {
                if !quoted && literal_of(&test.left).is_some() {
                    let typed = self.value(&test.left, None)?;
                    return Ok((test.lead.len(), Subject::Value(typed)));
                }
                let own = Word { text: name.to_owned(), quoted, at };
                let what: Vec<Word> = test.lead.iter().cloned().chain([own]).collect();
                let all = Count { what: Vec::new(), filter: None, within: None };
                match self.counted(&what, &all) {
                    Ok((free, counted)) => Ok((free, Subject::Count(counted))),
                    Err(_) => Err(error),
                }
            }
        }
    }

    fn on_path(&self, path: &Path<'c>, test: &Test, at: Span) -> Result<Cond> {
        match &test.how {
            How::Empty => self.empty(path),
            How::Compare(cmp, right) => self.compare_path(path, *cmp, right, test, at),
            How::In(values) => {
                let mut conds = Vec::with_capacity(values.len());
                for value in values {
                    conds.push(self.compare_path(path, Cmp::Eq, value, test, at)?);
                }
                Ok(united(conds))
            }
            How::Between(low, high) => Ok(Cond::all(vec![
                self.compare_path(path, Cmp::Ge, low, test, at)?,
                self.compare_path(path, Cmp::Le, high, test, at)?,
            ])),
        }
    }

    fn empty(&self, path: &Path<'c>) -> Result<Cond> {
        let inner = match path.end {
            super::path::End::Field(field) if !field.kind.is_computed() => {
                Cond::Empty(field.name.clone())
            }
            super::path::End::Id | super::path::End::Reference => Cond::Always(false),
            _ => Cond::Missing(end(path)),
        };
        if path.hops.is_empty() {
            return Ok(inner);
        }
        // No linked record at all is empty too.
        Ok(path.wrap(inner.not()).not())
    }

    fn compare_path(
        &self,
        path: &Path<'c>,
        cmp: Cmp,
        right: &Expr,
        test: &Test,
        at: Span,
    ) -> Result<Cond> {
        if matches!(literal_of(right), Some(Literal::Empty)) {
            return match cmp {
                Cmp::Eq | Cmp::Like => self.empty(path),
                Cmp::Ne => Ok(self.empty(path)?.not()),
                _ => Err(SyntaxError::new(
                    right.at,
                    phrase!("Nothing is larger or smaller than empty."),
                )
                .hint(phrase!("Write is empty or is not empty."))),
            };
        }
        let (positive, not) = if cmp == Cmp::Ne { (Cmp::Eq, true) } else { (cmp, false) };
        let inner = Resolver { catalog: self.catalog, entity: path.entity };
        if let Some(cond) = inner.held_against(path, positive, right, self)? {
            return Ok(path.wrap(cond).not_if(not));
        }
        // Something calculated from this record: both sides are values.
        let Some(kind) = path.kind() else {
            return Err(SyntaxError::new(
                right.at,
                phrase!(
                    "{left} can hold several values; compare it with one that is written out.",
                    left = test.left.to_string()
                ),
            ));
        };
        let left = Typed { scalar: path.scalar(), kind };
        let right_typed = self.value(right, None)?;
        Ok(Self::compare_values(left, positive, right_typed, at)?.not_if(not))
    }

    fn compare_values(left: Typed, cmp: Cmp, right: Typed, at: Span) -> Result<Cond> {
        if right.kind == Kind::Nothing {
            return Err(SyntaxError::new(at, phrase!("Write is empty or is not empty.")));
        }
        let Some(order) = order(cmp) else {
            if left.kind == Kind::Text
                && let Scalar::Constant(crate::model::Value::Text(needle)) = &right.scalar
                && cmp == Cmp::Contains
            {
                let needle = super::tree::TextTest::Contains(text::fold(needle));
                return Ok(Cond::Text(left.scalar, needle));
            }
            return Err(SyntaxError::new(
                at,
                phrase!("{cmp} does not fit here.", cmp = cmp.sign()),
            )
            .hint(phrase!("Use = != < <= > or >=.")));
        };
        compare(order, left, right, at)
    }

    fn against(&self, left: &Typed, cmp: Cmp, right: &Expr, at: Span) -> Result<Cond> {
        if let Kind::Date | Kind::DateTime = left.kind
            && let Some(cond) =
                Self::by_time(left.kind, left.scalar.clone(), phrase!("This"), cmp, right, self)?
        {
            return Ok(cond);
        }
        let right = match (&right.node, self.value(right, None)) {
            // As with fields, a bare word is text where text is compared.
            (Node::Name(word), Err(_)) if left.kind == Kind::Text => {
                Typed::constant(crate::model::Value::Text(word.clone()), Kind::Text)
            }
            (_, typed) => typed?,
        };
        Self::compare_values(left.clone(), cmp, right, at)
    }

    fn on_value(&self, left: &Typed, test: &Test, at: Span) -> Result<Cond> {
        let against = |cmp, right: &Expr| -> Result<Cond> {
            if cmp == Cmp::Ne {
                return Ok(self.against(left, Cmp::Eq, right, at)?.not());
            }
            self.against(left, cmp, right, at)
        };
        match &test.how {
            How::Empty => Ok(Cond::Missing(left.scalar.clone())),
            How::Compare(cmp, right) => against(*cmp, right),
            How::In(values) => Ok(Cond::any(
                values.iter().map(|value| against(Cmp::Eq, value)).collect::<Result<_>>()?,
            )),
            How::Between(low, high) => {
                Ok(Cond::all(vec![against(Cmp::Ge, low)?, against(Cmp::Le, high)?]))
            }
        }
    }
}

/// The value at the end of a path, the links left out.
pub(super) fn end(path: &Path<'_>) -> Scalar {
    Path { hops: Vec::new(), ..path.clone() }.scalar()
}

/// The order a comparison asks for; none where it asks for something else.
pub(super) fn order(cmp: Cmp) -> Option<Order> {
    match cmp {
        Cmp::Eq | Cmp::Like => Some(Order::Eq),
        Cmp::Lt | Cmp::Before => Some(Order::Lt),
        Cmp::Le => Some(Order::Le),
        Cmp::Gt | Cmp::After => Some(Order::Gt),
        Cmp::Ge => Some(Order::Ge),
        Cmp::Ne | Cmp::Contains | Cmp::Older | Cmp::Newer => None,
    }
}

/// Any of several tests of one value; what can be one look-up becomes one.
fn united(conds: Vec<Cond>) -> Cond {
    let mut out: Vec<Cond> = Vec::with_capacity(conds.len());
    for cond in conds {
        match (out.last_mut(), cond) {
            (Some(Cond::OneOf(a, values)), Cond::OneOf(b, more)) if *a == b => values.extend(more),
            (Some(Cond::Member(a, values)), Cond::Member(b, more)) if *a == b => {
                values.extend(more);
            }
            (
                Some(Cond::Linked(a, super::tree::Who::Ids(ids))),
                Cond::Linked(b, super::tree::Who::Ids(more)),
            ) if *a == b => {
                ids.extend(more);
            }
            (Some(Cond::Via(a, inner)), Cond::Via(b, more)) if *a == b => {
                let first = std::mem::replace(&mut **inner, Cond::Always(false));
                **inner = united(vec![first, *more]);
            }
            (_, cond) => out.push(cond),
        }
    }
    Cond::any(out)
}

pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn phrase(text: &str) -> Cond {
    let folded = text::fold(text);
    if folded.trim().is_empty() {
        return Cond::Always(true);
    }
    if folded.chars().all(char::is_alphanumeric) {
        return Cond::Words(text.to_owned());
    }
    Cond::all(vec![Cond::Words(text.to_owned()), Cond::Phrase(folded)])
}

/// Words to be searched for.
pub(super) fn free_words(words: &[Word]) -> Cond {
    let mut plain = Vec::new();
    let mut conds = Vec::new();
    for word in words {
        if word.quoted {
            conds.push(phrase(&word.text));
        } else {
            plain.push(word.text.as_str());
        }
    }
    if !plain.is_empty() {
        conds.insert(0, Cond::Words(plain.join(" ")));
    }
    Cond::all(conds)
}

/// True for a field that codes are looked up by: compared as typed, so that its index serves.
pub(super) fn is_code(entity: &Entity, name: &Name) -> bool {
    entity.field(name).is_some_and(|field| {
        *name != entity.title
            && matches!(field.kind, FieldType::Text | FieldType::Serial { .. })
            && (field.unique || field.indexed || matches!(field.kind, FieldType::Serial { .. }))
    })
}
