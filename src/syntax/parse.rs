//! Tokens -> tree, by recursive descent.
//!
//! From loose to tight: `or`, `and` (also implied between neighbours), `not`, a test, `&`, `+ -`, `* /`, sign.

use super::ast::{Cmp, Count, Expr, How, Literal, Node, Span, Test, Word};
use super::lex::{Kind, Token, tokens};
use super::literal::literal;
use super::words::{Keyword, is_function, keyword};
use super::{MAX_DEPTH, MAX_LENGTH, SyntaxError};
use crate::model::{Phrase, phrase};

mod operand;
mod phrase;

pub use phrase::phrase;

type Result<T> = std::result::Result<T, SyntaxError>;

/// See [`super::parse`].
pub fn parse(text: &str) -> Result<Expr> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxError::new(
            MAX_LENGTH..text.len(),
            phrase!("The query is longer than {max_length} bytes.", max_length = MAX_LENGTH),
        )
        .hint(phrase!("Make several saved views of it, or use in (a, b, c).")));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0, lists: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) if token.kind == Kind::Close => {
            Err(SyntaxError::new(token.at, phrase!("This ) has no ( before it."))
                .hint(phrase!("Remove it.")))
        }
        Some(token) => {
            Err(parser.surprise(token.at, phrase!("Something stands here that fits nothing")))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Lists and calls that are open: commas are theirs.
    lists: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn ahead(&self, n: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + n)
    }

    fn is(&self, kind: &Kind) -> bool {
        self.peek().is_some_and(|token| token.kind == *kind)
    }

    fn word_at(&self, n: usize) -> Option<&'a str> {
        match &self.ahead(n)?.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn keyword_at(&self, n: usize) -> Option<Keyword> {
        self.word_at(n).and_then(keyword)
    }

    /// The place before the next token, or the end of the text.
    fn here(&self) -> Span {
        self.peek().map_or(Span::new(self.text.len(), self.text.len()), |token| token.at)
    }

    fn surprise(&self, at: Span, message: impl Into<Phrase>) -> SyntaxError {
        let range = std::ops::Range::from(at);
        if range.is_empty() {
            return SyntaxError::new(range, phrase!("The query stops too early."))
                .hint(phrase!("Add a value, a field or a word, or remove the last operator."));
        }
        let found = &self.text[range.clone()];
        SyntaxError::new(
            range,
            phrase!("{message}: {found}", message = message.into(), found = found),
        )
    }

    fn missing(&self, what: Phrase) -> SyntaxError {
        let at = self.here();
        let mut error = SyntaxError::new(at, phrase!("{what} is missing here.", what = what));
        if let Some(Kind::Word(word)) = self.peek().map(|token| &token.kind)
            && keyword(word).is_some()
        {
            error.hint =
                Some(phrase!("If the word \"{word}\" is meant, put it in quotes.", word = word));
        }
        error
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(SyntaxError::new(
                self.here(),
                phrase!("The query is nested more than {max_depth} deep.", max_depth = MAX_DEPTH),
            )
            .hint(phrase!("Take some parentheses away.")));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> Result<Expr> {
        let mut parts = vec![self.and()?];
        while self.keyword_at(0) == Some(Keyword::Or) {
            self.at += 1;
            parts.push(self.and()?);
        }
        Ok(Expr::any(parts))
    }

    fn and(&mut self) -> Result<Expr> {
        let mut parts = vec![self.not(false)?];
        loop {
            match self.peek().map(|token| &token.kind) {
                Some(Kind::Word(word)) => match keyword(word) {
                    Some(Keyword::And) => self.at += 1,
                    Some(Keyword::Or) => break,
                    _ => {}
                },
                Some(Kind::Text(_) | Kind::Open | Kind::Bang) => {}
                // Free words may come with commas: Müller, Hans.
                Some(Kind::Comma) if self.lists == 0 && parts.last().is_some_and(is_free) => {
                    self.at += 1;
                    if matches!(self.peek().map(|token| &token.kind), None | Some(Kind::Close)) {
                        break;
                    }
                }
                _ => break,
            }
            parts.push(self.not(false)?);
        }
        Ok(Expr::all(parts))
    }

    fn not(&mut self, single: bool) -> Result<Expr> {
        let start = self.here();
        let bang = self.is(&Kind::Bang);
        if !bang && self.keyword_at(0) != Some(Keyword::Not) {
            return self.test(single);
        }
        self.at += 1;
        let inner = self.deeper(|parser| parser.not(bang))?;
        let at = start.to(inner.at);
        Ok(Expr::new(Node::Not(Box::new(inner)), at))
    }

    /// A condition; `single`: of a run of words only the first belongs to it (after `!`).
    fn test(&mut self, single: bool) -> Result<Expr> {
        let Some(token) = self.peek() else {
            return Err(self.surprise(self.here(), Phrase::raw("")));
        };
        match &token.kind {
            Kind::Open => {
                let inner = self.group()?;
                if self.operator_follows() { self.subject(Vec::new(), inner) } else { Ok(inner) }
            }
            Kind::Word(word) if is_function(word) && self.ahead(1).is_some_and(is_open) => {
                let call = self.call()?;
                if self.operator_follows() { self.subject(Vec::new(), call) } else { Ok(call) }
            }
            Kind::Word(word)
                if keyword(word) == Some(Keyword::No)
                    && matches!(self.ahead(1).map(|t| &t.kind), Some(Kind::Word(next)) if keyword(next).is_none()) =>
            {
                self.no()
            }
            Kind::Word(word)
                if matches!(keyword(word), Some(Keyword::And | Keyword::Or | Keyword::Not)) =>
            {
                Err(self.missing(phrase!("A condition")))
            }
            Kind::Word(_) | Kind::Text(_) => self.run(single),
            Kind::Plus if matches!(self.ahead(1), Some(next) if !next.spaced && is_number(next)) => {
                self.run(single)
            }
            Kind::Minus => {
                let operand = self.operand(None)?;
                if self.operator_follows() {
                    self.subject(Vec::new(), operand)
                } else {
                    Ok(operand)
                }
            }
            _ => Err(self.surprise(token.at, phrase!("A condition is missing before this"))),
        }
    }

    /// Words in a row, the last of which may be the subject of a test.
    fn run(&mut self, single: bool) -> Result<Expr> {
        let mut words: Vec<Word> = Vec::new();
        while let Some(token) = self.peek() {
            match &token.kind {
                Kind::Word(word) => {
                    if !words.is_empty()
                        && (keyword(word).is_some()
                            || self.age().is_some()
                            || (is_function(word) && self.ahead(1).is_some_and(is_open)))
                    {
                        break;
                    }
                    words.push(Word { text: word.clone(), quoted: false, at: token.at });
                }
                Kind::Text(text) => {
                    words.push(Word { text: text.clone(), quoted: true, at: token.at });
                }
                // A phone number: +49 711 ...
                Kind::Plus if words.is_empty() => {
                    self.at += 1;
                    let at = token.at.to(self.here());
                    let digits = self.word_at(0).unwrap_or_default();
                    words.push(Word { text: format!("+{digits}"), quoted: false, at });
                }
                _ => break,
            }
            self.at += 1;
            if single {
                break;
            }
        }
        if self.operator_follows()
            && let Some((used, node)) = trailing_phrase(&words)
        {
            let rest = words.split_off(words.len() - used);
            let at = rest.iter().map(|word| word.at).reduce(Span::to).unwrap_or_default();
            return self.subject(words, Expr::new(Node::Phrase(node), at));
        }
        if self.operator_follows()
            && let Some(last) = words.pop()
        {
            let subject = if last.quoted { Node::Text(last.text) } else { Node::Name(last.text) };
            return self.subject(words, Expr::new(subject, last.at));
        }
        let at = words.iter().map(|word| word.at).reduce(Span::to).unwrap_or_default();
        let node = if words.len() == 1 {
            let word = words.remove(0);
            if word.quoted { Node::Text(word.text) } else { Node::Name(word.text) }
        } else {
            Node::Words(words)
        };
        Ok(Expr::new(node, at))
    }

    /// `older than`, `newer than` at the present place.
    fn age(&self) -> Option<Cmp> {
        let than = self.word_at(1)?;
        if !than.eq_ignore_ascii_case("than") {
            return None;
        }
        match self.word_at(0)?.to_ascii_lowercase().as_str() {
            "older" => Some(Cmp::Older),
            "newer" | "younger" => Some(Cmp::Newer),
            _ => None,
        }
    }

    fn comparison(&self, n: usize) -> Option<Cmp> {
        match &self.ahead(n)?.kind {
            Kind::Cmp(cmp) => Some(*cmp),
            Kind::Word(word) => match keyword(word) {
                Some(Keyword::Compare(cmp)) => Some(cmp),
                _ => None,
            },
            _ => None,
        }
    }

    fn operator_follows(&self) -> bool {
        let Some(token) = self.peek() else { return false };
        match &token.kind {
            Kind::Cmp(_) | Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash | Kind::Amp => true,
            Kind::Word(word) => match keyword(word) {
                Some(Keyword::Where) => self.ahead(1).is_some_and(is_open),
                Some(Keyword::Not) => {
                    self.comparison(1).is_some()
                        || matches!(self.keyword_at(1), Some(Keyword::In | Keyword::Between))
                }
                Some(Keyword::And | Keyword::Or | Keyword::No) => false,
                Some(_) => true,
                None => self.age().is_some(),
            },
            _ => false,
        }
    }

    /// What follows the first operand of a test.
    fn subject(&mut self, lead: Vec<Word>, first: Expr) -> Result<Expr> {
        let mut left = first;
        if self.keyword_at(0) == Some(Keyword::Where) && self.ahead(1).is_some_and(is_open) {
            let Some(word) = as_word(&left) else {
                return Err(
                    self.surprise(self.here(), phrase!("Only linked records can be counted with"))
                );
            };
            self.at += 1;
            let filter = self.group()?;
            let at = left.at.to(filter.at);
            let count = Count { what: vec![word], filter: Some(filter), within: None };
            left = Expr::new(Node::Count(Box::new(count)), at);
        } else {
            left = self.operand(Some(left))?;
        }
        if self.keyword_at(0) == Some(Keyword::In)
            && let Some((within, used)) = self.period_at(1)
            && (matches!(left.node, Node::Count(_)) || self.compares_count(1 + used))
        {
            self.at += 1 + used;
            left = counted_within(left, within);
        }
        let start = lead.first().map_or(left.at, |word| word.at);
        let mut not = false;
        if self.keyword_at(0) == Some(Keyword::Not) && self.operator_follows() {
            self.at += 1;
            not = true;
        }
        let Some(how) = self.how(&mut not)? else {
            return Ok(join_lead(lead, left));
        };
        let at = start.to(self.before());
        Ok(Expr::new(Node::Test(Box::new(Test { lead, left, not, how })), at))
    }

    fn compares_count(&self, n: usize) -> bool {
        self.comparison(n).is_some()
    }

    /// The place of the token that was read last.
    fn before(&self) -> Span {
        self.tokens.get(self.at.wrapping_sub(1)).map_or_else(Span::default, |token| token.at)
    }

    fn how(&mut self, not: &mut bool) -> Result<Option<How>> {
        if let Some(cmp) = self.comparison(0) {
            self.at += 1;
            return Ok(Some(How::Compare(cmp, self.value()?)));
        }
        if let Some(cmp) = self.age() {
            self.at += 2;
            return Ok(Some(How::Compare(cmp, self.value()?)));
        }
        Ok(match self.keyword_at(0) {
            Some(Keyword::Is) => {
                self.at += 1;
                if self.keyword_at(0) == Some(Keyword::Not) {
                    self.at += 1;
                    *not = !*not;
                }
                if self.word_at(0).is_some_and(|word| matches!(literal(word), Some(Literal::Empty)))
                {
                    self.at += 1;
                    return Ok(Some(How::Empty));
                }
                let cmp = if *not { Cmp::Ne } else { Cmp::Eq };
                *not = false;
                Some(How::Compare(cmp, self.value()?))
            }
            Some(Keyword::IsEmpty) => {
                self.at += 1;
                Some(How::Empty)
            }
            Some(Keyword::IsNotEmpty) => {
                self.at += 1;
                *not = !*not;
                Some(How::Empty)
            }
            Some(Keyword::In) => {
                self.at += 1;
                if self.is(&Kind::Open) {
                    let list = self.list()?;
                    if list.is_empty() {
                        return Err(self.missing(phrase!("A value")));
                    }
                    Some(How::In(list))
                } else {
                    Some(How::In(vec![self.value()?]))
                }
            }
            Some(Keyword::Between) => {
                self.at += 1;
                let low = self.value()?;
                if self.keyword_at(0) != Some(Keyword::And) {
                    return Err(self
                        .missing(phrase!("The second value"))
                        .hint(phrase!("Write between 1 and 5; both values are included.")));
                }
                self.at += 1;
                Some(How::Between(low, self.value()?))
            }
            _ => None,
        })
    }

    /// `no open tasks in last 60d where (...)`
    fn no(&mut self) -> Result<Expr> {
        let start = self.here();
        self.at += 1;
        let mut what = Vec::new();
        while let Some(Token { kind: Kind::Word(word), at, .. }) = self.peek() {
            if keyword(word).is_some() || what.len() == 4 {
                break;
            }
            what.push(Word { text: word.clone(), quoted: false, at: *at });
            self.at += 1;
        }
        let mut count = Count { what, filter: None, within: None };
        loop {
            match self.keyword_at(0) {
                Some(Keyword::Where)
                    if self.ahead(1).is_some_and(is_open) && count.filter.is_none() =>
                {
                    self.at += 1;
                    count.filter = Some(self.group()?);
                }
                Some(Keyword::In) if count.within.is_none() => {
                    self.at += 1;
                    count.within = Some(self.value()?);
                }
                _ => break,
            }
        }
        let at = start.to(self.before());
        Ok(Expr::new(Node::No(Box::new(count)), at))
    }
}

/// The value that the last words of a run name together.
fn trailing_phrase(words: &[Word]) -> Option<(usize, Literal)> {
    [3, 2].into_iter().filter(|used| *used <= words.len()).find_map(|used| {
        let last = &words[words.len() - used..];
        if last.iter().any(|word| word.quoted) {
            return None;
        }
        let texts: Vec<&str> = last.iter().map(|word| word.text.as_str()).collect();
        Some((used, phrase(&texts)?))
    })
}

fn is_free(expr: &Expr) -> bool {
    matches!(expr.node, Node::Name(_) | Node::Words(_) | Node::Text(_))
}

fn is_open(token: &Token) -> bool {
    token.kind == Kind::Open
}

fn is_number(token: &Token) -> bool {
    matches!(&token.kind, Kind::Word(word) if word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.')))
}

fn as_word(expr: &Expr) -> Option<Word> {
    match &expr.node {
        Node::Name(text) => Some(Word { text: text.clone(), quoted: false, at: expr.at }),
        Node::Text(text) => Some(Word { text: text.clone(), quoted: true, at: expr.at }),
        _ => None,
    }
}

fn counted_within(left: Expr, within: Expr) -> Expr {
    let at = left.at.to(within.at);
    let count = match left.node {
        Node::Count(mut count) => {
            count.within = Some(within);
            count
        }
        _ => match as_word(&left) {
            Some(word) => Box::new(Count { what: vec![word], filter: None, within: Some(within) }),
            None => return left,
        },
    };
    Expr::new(Node::Count(count), at)
}

/// Free words before something that turned out to be no test: a calculation or a count.
fn join_lead(mut lead: Vec<Word>, left: Expr) -> Expr {
    if lead.is_empty() {
        return left;
    }
    let at = lead.iter().map(|word| word.at).reduce(Span::to).unwrap_or_default();
    if let Node::Count(mut count) = left.node {
        lead.append(&mut count.what);
        count.what = lead;
        return Expr::new(Node::Count(count), at.to(left.at));
    }
    let words = if lead.len() == 1 {
        let word = lead.remove(0);
        if word.quoted { Node::Text(word.text) } else { Node::Name(word.text) }
    } else {
        Node::Words(lead)
    };
    Expr::all(vec![Expr::new(words, at), left])
}
