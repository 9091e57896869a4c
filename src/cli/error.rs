//! What can go wrong on the command line, and how it is told.

use std::io::{self, Write};

use super::usage::Usage;
use crate::gate::{ErrorKind, GateError};
use crate::model::{Lang, Phrase, phrase};
use crate::policy::Missing;
use crate::syntax::SyntaxError;
use crate::term::{Clean, said};

/// Shorthand for results of the command line.
pub type Result<T> = std::result::Result<T, CliError>;

/// An error with all that people need to go on.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The arguments make no sense.
    #[error("{}", .0.message)]
    Usage(Box<Usage>),
    /// A word of the arguments is not known, or does not fit.
    #[error("{message}")]
    Word {
        /// What is wrong.
        message: Phrase,
        /// What was likely meant.
        hint: Option<Phrase>,
    },
    /// A query, formula or sort order is wrong, shown with its place.
    #[error("{source}")]
    Query {
        /// The text.
        text: String,
        /// What is wrong and where.
        source: SyntaxError,
    },
    /// The gate refused or failed.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It cannot be done, and why.
    #[error("{message}")]
    Refused {
        /// What happened, to what.
        message: Phrase,
        /// What to do next.
        hint: Option<Phrase>,
    },
    /// It cannot be done for want of a right.
    #[error("{message}")]
    Lacking {
        /// What happened, to what.
        message: Phrase,
        /// The right.
        missing: Box<Missing>,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: Phrase,
        /// Why.
        source: io::Error,
    },
    /// What went wrong, told in a language of its own: that of a served session.
    #[error("{1}")]
    In(Lang, Box<Self>),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl CliError {
    /// It cannot be done.
    pub fn refused(message: Phrase) -> Self {
        Self::Refused { message, hint: None }
    }

    /// A word that is not known, with what was likely meant.
    pub fn word(message: Phrase, hint: Option<Phrase>) -> Self {
        Self::Word { message, hint }
    }

    /// True where nobody reads the output any more: the end, not an error.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        match self {
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Self::In(_, error) => error.is_broken_pipe(),
            _ => false,
        }
    }

    /// The exit status: 1 refused or failed, 2 wrong usage, 255 a fault of the program.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Word { .. }
            | Self::Query { .. }
            | Self::Gate(GateError::Query(_)) => 2,
            Self::Gate(error) if error.kind() == ErrorKind::Internal => 255,
            Self::In(_, error) => error.status(),
            _ => 1,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Usage(usage) => usage.message.clone(),
            Self::Word { message, .. }
            | Self::Refused { message, .. }
            | Self::Lacking { message, .. } => message.clone(),
            Self::Query { source, .. } => source.message.clone(),
            Self::Gate(error) => error.phrase(),
            Self::In(_, error) => error.phrase(),
            Self::File { path, source } => {
                phrase!("{name}: {message}", name = path, message = Phrase::io(source))
            }
            Self::Output(error) => {
                phrase!("cannot write the output: {error}", error = Phrase::io(error))
            }
        }
    }

    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Word { hint, .. } | Self::Refused { hint, .. } => hint.clone(),
            Self::Usage(usage) => usage.hint.clone(),
            Self::Query { source, .. } => source.hint.clone(),
            Self::Gate(error) => error.hint(),
            Self::In(_, error) => error.hint(),
            Self::Lacking { .. } => None,
            Self::File { source, .. } | Self::Output(source) => Phrase::io_hint(source),
        }
    }

    /// Tells it in a language: `error: ...`, what it was caused by, and a hint.
    ///
    /// # Errors
    /// Where `err` cannot be written to.
    pub fn print(&self, err: &mut dyn Write, lang: Lang) -> io::Result<()> {
        if let Self::In(lang, error) = self {
            return error.print(err, *lang);
        }
        // Messages repeat what was typed and what is stored: neither may act on the terminal.
        let message = Clean::block(&said(lang, &self.phrase())).into_string();
        let lead = said(lang, &phrase!("error: "));
        let indent = " ".repeat(Clean::line(&lead).width());
        for (at, line) in message.lines().enumerate() {
            writeln!(err, "{}{line}", if at == 0 { &lead } else { &indent })?;
        }
        if let Self::Usage(usage) = self
            && let Some(usage) = &usage.usage
        {
            writeln!(err, "{}", Clean::line(&said(lang, usage)).as_str())?;
        }
        if let Self::Query { text, source } = self {
            point(err, text, &source.at)?;
        }
        let mut cause = match self {
            Self::Gate(error) => std::error::Error::source(error),
            _ => None,
        };
        while let Some(error) = cause {
            let text = said(lang, &phrase!("Caused by: {error}", error = error.to_string()));
            writeln!(err, "{}", Clean::line(&text).as_str())?;
            cause = error.source();
        }
        if let Some(hint) = self.hint() {
            let text = said(lang, &phrase!("Hint: {hint}", hint));
            writeln!(err, "{}", Clean::line(&text).as_str())?;
        }
        if let Some(missing) = self.missing() {
            // On a line of its own and whole: it is there to be copied.
            let command = format!("kontor access request {} --why '...'", missing.words);
            let text = said(lang, &phrase!("Ask for it: {command}", command));
            writeln!(err, "{}", Clean::line(&text).as_str())?;
        }
        Ok(())
    }

    /// The right that was missing, where it can be asked for.
    fn missing(&self) -> Option<&Missing> {
        match self {
            Self::Gate(error) => error.missing(),
            Self::Lacking { missing, .. } => Some(missing),
            Self::In(_, error) => error.missing(),
            _ => None,
        }
    }
}

/// The screens cannot be shown: there is no terminal, or none of this kind can show them.
#[must_use]
pub fn no_screens(kind: Option<&str>) -> CliError {
    let (message, hint) = match kind {
        None => (
            phrase!("the screens need a terminal, and this is none"),
            phrase!("`kontor help` lists what can be done without one"),
        ),
        Some(kind) => (
            phrase!("the screens need a terminal that can place text, and TERM is `{kind}`", kind),
            phrase!(
                "`TERM=xterm-256color kontor` fits most; `kontor help` lists what can be done without"
            ),
        ),
    };
    CliError::Refused { message, hint: Some(hint) }
}

/// The query with carets under the place.
fn point(err: &mut dyn Write, text: &str, at: &std::ops::Range<usize>) -> io::Result<()> {
    if text.contains('\n') || text.len() > 200 {
        return Ok(());
    }
    let part = |range: std::ops::Range<usize>| Clean::line(text.get(range).unwrap_or_default());
    let (start, end) = (at.start.min(text.len()), at.end.min(text.len()));
    let before = part(0..start).width();
    let under = part(start..end).width().max(1);
    writeln!(err, "  {}", Clean::line(text).as_str())?;
    writeln!(err, "  {}{}", " ".repeat(before), "^".repeat(under))
}
