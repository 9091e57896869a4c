//! Tree -> text that parses to the same tree.

use std::fmt::{self, Display, Formatter, Write};

use chrono::Timelike;

use super::ast::{Arith, Cmp, Count, Expr, How, Literal, Node, Period, Word};
use super::literal::literal;

/// How tightly a node holds together; parentheses go around looser ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tight {
    Or,
    And,
    Not,
    Test,
    Join,
    Sum,
    Product,
    Sign,
    Value,
}

fn tightness(node: &Node) -> Tight {
    match node {
        Node::Or(_) => Tight::Or,
        Node::And(_) => Tight::And,
        Node::Not(_) => Tight::Not,
        Node::Test(_) | Node::Words(_) | Node::Count(_) | Node::No(_) => Tight::Test,
        Node::Arith(Arith::Join, ..) => Tight::Join,
        Node::Arith(Arith::Add | Arith::Sub, ..) => Tight::Sum,
        Node::Arith(..) => Tight::Product,
        Node::Negate(_) => Tight::Sign,
        _ => Tight::Value,
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Name(name) => f.write_str(name),
            Node::Words(words) => list(f, words, " "),
            Node::Text(text) => quoted(f, text),
            Node::Phrase(value) => value.fmt(f),
            Node::And(parts) => chain(f, parts, " and ", Tight::Not),
            Node::Or(parts) => chain(f, parts, " or ", Tight::And),
            Node::Not(inner) => {
                f.write_str("not ")?;
                inner.within(f, Tight::Not)
            }
            Node::Test(test) => {
                for word in &test.lead {
                    write!(f, "{word} ")?;
                }
                test.left.subject(f)?;
                let not = if test.not { " not" } else { "" };
                match &test.how {
                    How::Compare(Cmp::Like, right) => {
                        // `10:30` would be a time of day.
                        let digit = right.to_string().starts_with(|c: char| c.is_ascii_digit());
                        write!(f, "{not}:{}", if digit { " " } else { "" })?;
                        right.within(f, Tight::Join)
                    }
                    How::Compare(cmp, right) => {
                        write!(f, "{not} {} ", cmp.sign())?;
                        right.within(f, Tight::Join)
                    }
                    How::In(values) => match values.as_slice() {
                        [value] if is_period(value) => {
                            write!(f, "{not} in {value}")
                        }
                        values => {
                            write!(f, "{not} in (")?;
                            chain(f, values, ", ", Tight::Join)?;
                            f.write_char(')')
                        }
                    },
                    How::Between(low, high) => {
                        write!(f, "{not} between ")?;
                        low.within(f, Tight::Join)?;
                        f.write_str(" and ")?;
                        high.within(f, Tight::Join)
                    }
                    How::Empty => write!(f, " is{not} empty"),
                }
            }
            Node::Count(count) => count.fmt(f),
            Node::No(count) => write!(f, "no {count}"),
            Node::Arith(arith, left, right) => {
                let (sign, tight, next) = match arith {
                    Arith::Add => ("+", Tight::Sum, Tight::Product),
                    Arith::Sub => ("-", Tight::Sum, Tight::Product),
                    Arith::Mul => ("*", Tight::Product, Tight::Sign),
                    Arith::Div => ("/", Tight::Product, Tight::Sign),
                    Arith::Join => ("&", Tight::Join, Tight::Sum),
                };
                left.within(f, tight)?;
                write!(f, " {sign} ")?;
                right.within(f, next)
            }
            Node::Negate(inner) => {
                f.write_char('-')?;
                inner.within(f, Tight::Value)
            }
            Node::Call(name, arguments) => {
                write!(f, "{name}(")?;
                chain(f, arguments, ", ", Tight::Or)?;
                f.write_char(')')
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Percent(value) => write!(f, "{value}%"),
            Self::Amount(value, currency) => write!(f, "{value} {currency}"),
            Self::Duration(count, unit) => write!(f, "{count} {}s", unit.word()),
            Self::Date(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            Self::Instant(at) if at.second() == 0 && at.nanosecond() == 0 => {
                write!(f, "{}", at.format("%Y-%m-%d %H:%M"))
            }
            Self::Instant(at) => write!(f, "{}", at.format("%Y-%m-%d %H:%M:%S%.3f")),
            Self::Period(period) => period.fmt(f),
            Self::Now => f.write_str("now"),
            Self::Me => f.write_str("me"),
            Self::MyTeam => f.write_str("my team"),
            Self::Empty => f.write_str("empty"),
        }
    }
}

impl Expr {
    /// Prints with parentheses where it is looser than its surroundings.
    fn within(&self, f: &mut Formatter<'_>, least: Tight) -> fmt::Result {
        if tightness(&self.node) < least { write!(f, "({self})") } else { self.fmt(f) }
    }

    fn subject(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if matches!(self.node, Node::Count(_)) { self.fmt(f) } else { self.within(f, Tight::Join) }
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.quoted { quoted(f, &self.text) } else { f.write_str(&self.text) }
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        list(f, &self.what, " ")?;
        if let Some(filter) = &self.filter {
            write!(f, " where ({filter})")?;
        }
        if let Some(within) = &self.within {
            f.write_str(" in ")?;
            within.within(f, Tight::Join)?;
        }
        Ok(())
    }
}

impl Display for Period {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(-1) => f.write_str("yesterday"),
            Self::Day(0) => f.write_str("today"),
            Self::Day(_) => f.write_str("tomorrow"),
            Self::Calendar(unit, offset) => {
                let which = match offset {
                    ..0 => "last",
                    0 => "this",
                    1.. => "next",
                };
                write!(f, "{which} {}", unit.word())
            }
            Self::Last(count, unit) => write!(f, "last {count}{}", unit.short()),
            Self::Next(count, unit) => write!(f, "next {count}{}", unit.short()),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
        }
    }
}

impl Cmp {
    /// The sign or words it is written with.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Contains => "~",
            Self::Like => ":",
            Self::Before => "before",
            Self::After => "after",
            Self::Older => "older than",
            Self::Newer => "newer than",
        }
    }
}

fn is_period(value: &Expr) -> bool {
    match &value.node {
        Node::Phrase(Literal::Period(_)) => true,
        Node::Name(name) => matches!(literal(name), Some(Literal::Period(_))),
        _ => false,
    }
}

fn list(f: &mut Formatter<'_>, words: &[Word], between: &str) -> fmt::Result {
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        word.fmt(f)?;
    }
    Ok(())
}

fn chain(f: &mut Formatter<'_>, parts: &[Expr], between: &str, least: Tight) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.within(f, least)?;
    }
    Ok(())
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}
