//! Values: lists, calculations, phrases of several words.

use super::phrase::phrase;
use super::{Parser, Result, is_number, is_open};
use crate::model::phrase;
use crate::syntax::SyntaxError;
use crate::syntax::ast::{Arith, Expr, Literal, Node};
use crate::syntax::lex::{Kind, Token};
use crate::syntax::literal::literal;
use crate::syntax::words::{Keyword, is_function, keyword};
use crate::syntax::{MAX_DEPTH, ast::Span};

impl Parser<'_> {
    pub(super) fn group(&mut self) -> Result<Expr> {
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

    pub(super) fn unclosed(&self, open: Span) -> SyntaxError {
        match self.peek() {
            None => SyntaxError::new(open, phrase!("This ( is never closed."))
                .hint(phrase!("Add ) at the end.")),
            Some(token) => {
                self.surprise(token.at, phrase!("Something stands here that fits nothing"))
            }
        }
    }

    /// Values in parentheses.
    pub(super) fn list(&mut self) -> Result<Vec<Expr>> {
        let open = self.here();
        self.at += 1;
        let mut list = Vec::new();
        while !self.is(&Kind::Close) {
            self.lists += 1;
            list.push(self.deeper(Self::value)?);
            self.lists -= 1;
            if self.is(&Kind::Comma) {
                self.at += 1;
            } else if !self.is(&Kind::Close) {
                let hint = phrase!(
                    "Put commas between the values, and quotes around values of several words."
                );
                return Err(self.unclosed(open).hint(hint));
            }
        }
        self.at += 1;
        Ok(list)
    }

    pub(super) fn call(&mut self) -> Result<Expr> {
        let start = self.here();
        let name = self.word_at(0).unwrap_or_default().to_ascii_lowercase();
        self.at += 1;
        let open = self.here();
        self.at += 1;
        let mut arguments = Vec::new();
        while !self.is(&Kind::Close) {
            self.lists += 1;
            arguments.push(self.deeper(Self::or)?);
            self.lists -= 1;
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
    pub(super) fn value(&mut self) -> Result<Expr> {
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
    pub(super) fn ends_at(&self, n: usize) -> bool {
        match self.ahead(n).map(|token| &token.kind) {
            None | Some(Kind::Close) => true,
            Some(Kind::Word(_)) => {
                matches!(self.keyword_at(n), Some(Keyword::And | Keyword::Or))
            }
            Some(_) => false,
        }
    }

    pub(super) fn phone(&mut self) -> Expr {
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

    pub(super) fn operand(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::sum, |kind| (*kind == Kind::Amp).then_some(Arith::Join))
    }

    pub(super) fn sum(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::product, |kind| match kind {
            Kind::Plus => Some(Arith::Add),
            Kind::Minus => Some(Arith::Sub),
            _ => None,
        })
    }

    pub(super) fn product(&mut self, first: Option<Expr>) -> Result<Expr> {
        self.chain(first, Self::signed, |kind| match kind {
            Kind::Star => Some(Arith::Mul),
            Kind::Slash => Some(Arith::Div),
            _ => None,
        })
    }

    pub(super) fn chain(
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
                return Err(SyntaxError::new(self.here(), phrase!("The calculation is too long."))
                    .hint(phrase!("Split it into several formula fields.")));
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

    pub(super) fn signed(&mut self, first: Option<Expr>) -> Result<Expr> {
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

    pub(super) fn primary(&mut self) -> Result<Expr> {
        let Some(token) = self.peek() else { return Err(self.missing(phrase!("A value"))) };
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
                    return Err(self.missing(phrase!("A value")));
                }
                self.at += 1;
                Ok(Expr::new(Node::Name(word.clone()), token.at))
            }
            _ => Err(self.missing(phrase!("A value"))),
        }
    }

    /// A value of several words, and how many tokens it takes.
    pub(super) fn phrase_at(&self, n: usize) -> Option<(Expr, usize)> {
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
    pub(super) fn period_at(&self, n: usize) -> Option<(Expr, usize)> {
        if let Some((expr, used)) = self.phrase_at(n) {
            let period = matches!(expr.node, Node::Phrase(Literal::Period(_)));
            return period.then_some((expr, used));
        }
        let word = self.word_at(n)?;
        matches!(literal(word)?, Literal::Period(_) | Literal::Date(_))
            .then(|| Some((Expr::new(Node::Name(word.to_owned()), self.ahead(n)?.at), 1)))?
    }
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
