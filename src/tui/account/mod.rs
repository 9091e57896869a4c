//! One's own way in, as sheets: a new password, a second factor that is set up, the recovery codes.
//!
//! A sheet is a part of what is on the screen: the [`Guard`](super::guard::Guard) shows it before anybody is in,
//! overlays show it to those who are. It holds what is typed, wipes it, and says what is wanted; it asks nobody.
//! Start at [`line::Hidden`], then [`PasswordSheet`].

mod codes;
mod factor;
pub mod line;
mod password;

pub use codes::CodesSheet;
pub use factor::FactorSheet;
pub use password::{PasswordSheet, Rules};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::context::Context;
use super::paint;
use super::theme::Role;
use crate::secret::{Enrolment, Secret};
use crate::term;

/// What is to be done before one is in, with all that its sheet needs.
#[derive(Debug)]
pub enum Owed {
    /// Another password.
    Password(Rules),
    /// A second factor, because of these roles.
    Factor(Enrolment, Vec<String>),
    /// Recovery codes are to be kept.
    Codes(Vec<Secret>),
}

/// What a sheet wants.
#[derive(Debug)]
pub enum Wanted {
    /// Nothing more.
    Stay,
    /// Away with it.
    Leave,
    /// This password, and the present one where that is asked for.
    Password(Option<Secret>, Secret),
    /// This code holds.
    Code(Secret),
    /// The codes are kept.
    Kept,
}

/// Writes lines of text from a row on, wrapped; returns the next free row.
fn paragraph(
    buf: &mut Buffer,
    area: Rect,
    from: u16,
    (text, role): (&str, Role),
    ctx: &Context,
) -> u16 {
    let lines = term::wrap(text, usize::from(area.width.max(2)));
    for (n, line) in lines.iter().enumerate() {
        paint::text(buf, paint::row(area, from + n as u16), line, ctx.style(role), ctx);
    }
    from + lines.len() as u16
}
