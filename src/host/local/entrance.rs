//! Signing in before the screens open: the guard alone, without a session and without anything of the data.

use std::io::Write;
use std::sync::mpsc::Receiver;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::LocalError;
use super::events::Wake;
use crate::gate::Session;
use crate::host::doorway::{Doorway, Step};
use crate::host::emit::Emitter;
use crate::tui::context::Context;
use crate::tui::guard::{Guard, Why, Wish};
use crate::tui::message::Input;

/// How somebody gets in.
pub enum Opening<'a> {
    /// They are in.
    Session(Box<Session>),
    /// They sign in first, by this way.
    SignIn(Doorway<'a>),
}

/// Shows the guard until somebody is in; nobody where the user leaves.
pub(super) fn ask<W: Write>(
    mut way: Doorway<'_>,
    mut ctx: Context,
    inbox: &Receiver<Wake>,
    out: &mut W,
) -> Result<Option<Session>, LocalError> {
    let mut guard = Guard::new(Why::SignIn, "");
    let mut emitter = Emitter::default();
    loop {
        draw(&guard, &ctx, &mut emitter, out)?;
        let Ok(wake) = inbox.recv() else { return Ok(None) };
        let wish = match wake {
            Wake::End => return Ok(None),
            Wake::Input(Input::Key(key)) => guard.key(key, &ctx),
            Wake::Input(Input::Paste(text)) => {
                guard.paste(&text);
                Wish::Stay
            }
            Wake::Input(Input::Resize(width, height)) => {
                ctx.size = Size { width, height };
                Wish::Stay
            }
            Wake::Stop | Wake::Input(_) | Wake::Heard(..) => Wish::Stay,
        };
        if matches!(wish, Wish::Try(_) | Wish::Meet(_)) {
            // Hashing takes some tenths of a second: it says so meanwhile.
            draw(&guard, &ctx, &mut emitter, out)?;
        }
        let led = match &wish {
            Wish::Stay | Wish::Back => continue,
            Wish::Leave => return Ok(None),
            Wish::Try(attempt) => way.sign_in(attempt),
            Wish::Meet(met) => way.meet(met),
        };
        match led {
            Ok(Step::In(session)) => return Ok(Some(*session)),
            Ok(Step::Owes(owed)) => guard.owes(owed, &ctx),
            Err(error) => guard.refused(&error, &ctx),
        }
    }
}

fn draw<W: Write>(
    guard: &Guard,
    ctx: &Context,
    emitter: &mut Emitter,
    out: &mut W,
) -> Result<(), LocalError> {
    let Size { width, height } = ctx.size;
    let mut frame = Buffer::empty(Rect { x: 0, y: 0, width, height });
    let seen = guard.view(frame.area, &mut frame, ctx);
    ctx.theme.lay_ground(&mut frame);
    let bytes = emitter.frame(&frame, seen.cursor);
    out.write_all(&bytes)?;
    Ok(out.flush()?)
}
