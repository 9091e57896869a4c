//! Tokens -> tree, by recursive descent.
//!
//! From loose to tight: `or`, `and` (also implied between neighbours), `not`, a test, `&`, `+ -`, `* /`, sign.

use super::ast::{Arith, Cmp, Count, Expr, How, Literal, Node, Period, Span, Test, Unit, Word};
use super::lex::{Kind, Token, tokens};
use super::literal::{literal, span};
use super::words::{self, Keyword, is_function, keyword};
use super::{MAX_DEPTH, MAX_LENGTH, SyntaxError};
use crate::model::Currency;

type Result<T> = std::result::Result<T, SyntaxError>;

/// See [`super::parse`].
pub fn parse(text: &str) -> Result<Expr> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxError::new(
            MAX_LENGTH..text.len(),
            format!("The query is longer than {MAX_LENGTH} bytes."),
        )
        .hint("Make several saved views of it, or use in (a, b, c)."));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) if token.kind == Kind::Close => {
            Err(SyntaxError::new(token.at, "This ) has no ( before it.").hint("Remove it."))
        }
        Some(token) => Err(parser.surprise(token.at, "Something stands here that fits nothing")),
    }
}

/// The value that several bare words name together: `my team`, `next week`, `last 30 days`, `90 days`.
#[must_use]
pub fn phrase(words: &[&str]) -> Option<Literal> {
    let count = |text: &str| text.parse::<u32>().ok().filter(|n| (1..=1_000_000).contains(n));
    let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
    match *words {
        [my, team] if is(my, "my") && (is(team, "team") || is(team, "teams")) => {
            Some(Literal::MyTeam)
        }
        [date, time] => {
            let value = literal(date);
            if let Some(Literal::Number(amount)) = value
                && let Some(currency) = currency(time)
            {
                return Some(Literal::Amount(amount, currency));
            }
            let Some(Literal::Date(_)) = value else {
                return turned(date, time)
                    .map(Literal::Period)
                    .or_else(|| Some(Literal::Duration(count(date)?.into(), words::unit(time)?)));
            };
            if !time.contains(':') {
                return None;
            }
            literal(&format!("{date}T{time}"))
        }
        [which, n, unit] => {
            let (n, unit) = (count(n)?, words::unit(unit)?);
            Some(Literal::Period(counted(which, n, unit)?))
        }
        _ => None,
    }
}

fn counted(which: &str, n: u32, unit: Unit) -> Option<Period> {
    match which.to_ascii_lowercase().as_str() {
        "last" | "past" => Some(Period::Last(n, unit)),
        "next" => Some(Period::Next(n, unit)),
        _ => None,
    }
}

/// `last week`, `last 30d`.
fn turned(which: &str, what: &str) -> Option<Period> {
    let offset = match which.to_ascii_lowercase().as_str() {
        "last" | "past" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    if let Some(unit) = words::unit(what) {
        return match unit {
            unit => unit.is_calendar().then_some(Period::Calendar(unit, offset)),
        };
    }
    let (n, unit) = span(what)?;
    counted(which, u32::try_from(n).ok().filter(|n| *n > 0)?, unit)
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
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

    fn surprise(&self, at: Span, message: &str) -> SyntaxError {
        let range = std::ops::Range::from(at);
        if range.is_empty() {
            return SyntaxError::new(range, "The query stops too early.")
                .hint("Add a value, a field or a word, or remove the last operator.");
        }
        let found = &self.text[range.clone()];
        SyntaxError::new(range, format!("{message}: {found}"))
    }

    fn missing(&self, what: &str) -> SyntaxError {
        let at = self.here();
        let mut error = SyntaxError::new(at, format!("{what} is missing here."));
        if let Some(Kind::Word(word)) = self.peek().map(|token| &token.kind)
            && keyword(word).is_some()
        {
            error.hint = Some(format!("If the word \"{word}\" is meant, put it in quotes."));
        }
        error
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(SyntaxError::new(
                self.here(),
                format!("The query is nested more than {MAX_DEPTH} deep."),
            )
            .hint("Take some parentheses away."));
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
        let Some(token) = self.peek() else { return Err(self.surprise(self.here(), "")) };
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
                Err(self.missing("A condition"))
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
            _ => Err(self.surprise(token.at, "A condition is missing before this")),
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
                return Err(self.surprise(self.here(), "Only linked records can be counted with"));
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
                        return Err(self.missing("A value"));
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
                        .missing("The second value")
                        .hint("Write between 1 and 5; both values are included."));
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

    fn group(&mut self) -> Result<Expr> {
        let open = self.here();
        self.at += 1;
        let mut inner = self.deeper(Self::or)?;
        if !self.is(&Kind::Close) {
            return Err(self.unclosed(open));
        }
        self.at += 1;
        inner.at = open.to(self.before());
        Ok(inner)
    }

    fn unclosed(&self, open: Span) -> SyntaxError {
        match self.peek() {
            None => SyntaxError::new(open, "This ( is never closed.").hint("Add ) at the end."),
            Some(token) => self.surprise(token.at, "Something stands here that fits nothing"),
        }
    }

    /// Values in parentheses.
    fn list(&mut self) -> Result<Vec<Expr>> {
        let open = self.here();
        self.at += 1;
        let mut list = Vec::new();
        while !self.is(&Kind::Close) {
            list.push(self.deeper(Self::value)?);
            if self.is(&Kind::Comma) {
                self.at += 1;
            } else if !self.is(&Kind::Close) {
                let hint =
                    "Put commas between the values, and quotes around values of several words.";
                return Err(self.unclosed(open).hint(hint));
            }
        }
        self.at += 1;
        Ok(list)
    }

    fn call(&mut self) -> Result<Expr> {
        let start = self.here();
        let name = self.word_at(0).unwrap_or_default().to_ascii_lowercase();
        self.at += 1;
        let open = self.here();
        self.at += 1;
        let mut arguments = Vec::new();
        while !self.is(&Kind::Close) {
            arguments.push(self.deeper(Self::or)?);
            if self.is(&Kind::Comma) {
                self.at += 1;
            } else if !self.is(&Kind::Close) {
                return Err(self.unclosed(open));
            }
        }
        self.at += 1;
        Ok(Expr::new(Node::Call(name, arguments), start.to(self.before())))
    }

    /// A value after an operator; `+3d` and `+49 711 55501` may stand there too.
    fn value(&mut self) -> Result<Expr> {
        if self.is(&Kind::Plus)
            && let Some(Token { kind: Kind::Word(word), spaced: false, .. }) = self.ahead(1)
        {
            if matches!(literal(word), Some(Literal::Duration(..))) {
                self.at += 1;
            } else if self.ahead(1).is_some_and(is_number) {
                return Ok(self.phone());
            }
        }
        if let Some(Token { kind: Kind::Word(word), at, .. }) = self.peek()
            && keyword(word) == Some(Keyword::In)
            && self.ends_at(1)
        {
            // A list cannot follow, so that it is a choice called `in` (direction of a call).
            self.at += 1;
            return Ok(Expr::new(Node::Text(word.clone()), *at));
        }
        self.operand(None)
    }

    /// Whether a condition ends before the token `n` places ahead.
    fn ends_at(&self, n: usize) -> bool {
        match self.ahead(n).map(|token| &token.kind) {
            None | Some(Kind::Close) => true,
            Some(Kind::Word(_)) => {
                matches!(self.keyword_at(n), Some(Keyword::And | Keyword::Or))
            }
            Some(_) => false,
        }
    }

    fn phone(&mut self) -> Expr {
        let start = self.here();
        let mut text = String::from("+");
        self.at += 1;
        while let Some(token @ Token { kind: Kind::Word(word), .. }) = self.peek() {
            if !is_number(token) {
                break;
            }
            if text.len() > 1 {
                text.push(' ');
            }
            text.push_str(word);
            self.at += 1;
        }
        Expr::new(Node::Text(text), start.to(self.before()))
    }

    fn operand(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::sum, |kind| (*kind == Kind::Amp).then_some(Arith::Join))
    }

    fn sum(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::product, |kind| match kind {
            Kind::Plus => Some(Arith::Add),
            Kind::Minus => Some(Arith::Sub),
            _ => None,
        })
    }

    fn product(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::signed, |kind| match kind {
            Kind::Star => Some(Arith::Mul),
            Kind::Slash => Some(Arith::Div),
            _ => None,
        })
    }

    fn chain(
        &mut self,
        first: Option<Expr>,
        next: fn(&mut Self, Option<Expr>) -> Result<Expr>,
        operator: fn(&Kind) -> Option<Arith>,
    ) -> Result<Expr> {
        let mut left = next(self, first)?;
        let mut links = 0;
        while let Some(arith) = self.peek().and_then(|token| operator(&token.kind)) {
            links += 1;
            if links + self.depth > MAX_DEPTH {
                return Err(SyntaxError::new(self.here(), "The calculation is too long.")
                    .hint("Split it into several formula fields."));
            }
            self.at += 1;
            let right = next(self, None)?;
            let at = left.at.to(right.at);
            left = Expr::new(
                Node::Arith(arith, Box::new(as_value(left)), Box::new(as_value(right))),
                at,
            );
        }
        Ok(as_value(left))
    }

    fn signed(&mut self, first: Option<Expr>) -> Result<Expr> {
        if let Some(first) = first {
            return Ok(first);
        }
        if !self.is(&Kind::Minus) {
            return self.primary();
        }
        let start = self.here();
        self.at += 1;
        let inner = self.deeper(|parser| parser.signed(None))?;
        let at = start.to(inner.at);
        Ok(Expr::new(Node::Negate(Box::new(as_value(inner))), at))
    }

    fn primary(&mut self) -> Result<Expr> {
        let Some(token) = self.peek() else { return Err(self.missing("A value")) };
        match &token.kind {
            Kind::Open => self.group().map(as_value),
            Kind::Text(text) => {
                self.at += 1;
                Ok(Expr::new(Node::Text(text.clone()), token.at))
            }
            Kind::Word(word) if is_function(word) && self.ahead(1).is_some_and(is_open) => {
                self.call()
            }
            Kind::Word(word) => {
                if let Some((expr, used)) = self.phrase_at(0) {
                    self.at += used;
                    return Ok(expr);
                }
                if matches!(keyword(word), Some(k) if k != Keyword::No) {
                    return Err(self.missing("A value"));
                }
                self.at += 1;
                Ok(Expr::new(Node::Name(word.clone()), token.at))
            }
            _ => Err(self.missing("A value")),
        }
    }

    /// A value of several words, and how many tokens it takes.
    fn phrase_at(&self, n: usize) -> Option<(Expr, usize)> {
        let words = [self.word_at(n), self.word_at(n + 1), self.word_at(n + 2)];
        let first = self.ahead(n)?.at;
        for used in [3, 2] {
            let taken: Vec<&str> = words[..used].iter().flatten().copied().collect();
            if taken.len() == used
                && let Some(node) = phrase(&taken)
            {
                let last = self.ahead(n + used - 1)?.at;
                return Some((Expr::new(Node::Phrase(node), first.to(last)), used));
            }
        }
        None
    }

    /// A period at token `n`, and how many tokens it takes.
    fn period_at(&self, n: usize) -> Option<(Expr, usize)> {
        if let Some((expr, used)) = self.phrase_at(n) {
            let period = matches!(expr.node, Node::Phrase(Literal::Period(_)));
            return period.then_some((expr, used));
        }
        let word = self.word_at(n)?;
        matches!(literal(word)?, Literal::Period(_) | Literal::Date(_))
            .then(|| Some((Expr::new(Node::Name(word.to_owned()), self.ahead(n)?.at), 1)))?
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

fn is_open(token: &Token) -> bool {
    token.kind == Kind::Open
}

fn is_number(token: &Token) -> bool {
    matches!(&token.kind, Kind::Word(word) if word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.')))
}

/// A currency code after a number: capitals, or one that everybody knows.
fn currency(word: &str) -> Option<Currency> {
    const KNOWN: [&str; 12] =
        ["eur", "usd", "gbp", "cny", "jpy", "chf", "sek", "nok", "dkk", "pln", "inr", "krw"];
    if word.len() != 3 || keyword(word).is_some() {
        return None;
    }
    let capitals = word.bytes().all(|b| b.is_ascii_uppercase());
    (capitals || KNOWN.contains(&word)).then(|| word.parse().ok())?
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

/// In the place of a value words that name one together are that value: `(my team)`.
fn as_value(expr: Expr) -> Expr {
    match &expr.node {
        Node::Name(name)
            if name.starts_with('+') || keyword(name).is_some_and(|word| word != Keyword::No) =>
        {
            Expr::new(Node::Text(name.clone()), expr.at)
        }
        Node::Words(words) if words.iter().all(|word| !word.quoted) => {
            let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            match phrase(&texts) {
                Some(value) => Expr::new(Node::Phrase(value), expr.at),
                None => expr,
            }
        }
        _ => expr,
    }
}
