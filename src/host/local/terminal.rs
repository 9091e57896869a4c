//! The terminal while it is ours, and how it is given back: on drop, on a panic, on a signal.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use crate::term;

/// Whether the terminal of this process is ours now. A process has one terminal, so this is the one
/// thing that is not a session's.
static HELD: AtomicBool = AtomicBool::new(false);

/// The terminal, as long as it is ours.
pub(super) struct Held(());

impl Held {
    /// Takes the terminal: raw keys, a screen of our own, pastes in one piece.
    pub(super) fn take() -> io::Result<Self> {
        heed_panics(std::thread::current().id());
        let held = Self(());
        held.take_again()?;
        Ok(held)
    }

    /// Takes it again after it was given back.
    #[expect(clippy::unused_self, reason = "only who holds it may take it again")]
    pub(super) fn take_again(&self) -> io::Result<()> {
        enable_raw_mode()?;
        HELD.store(true, Ordering::SeqCst);
        execute!(output(), EnterAlternateScreen, EnableBracketedPaste)
    }

    /// Gives it back as it was. Again is no harm.
    #[expect(clippy::unused_self, reason = "only who holds it may give it back")]
    pub(super) fn give_back(&self) {
        restore();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    if HELD.swap(false, Ordering::SeqCst) {
        // A terminal that is gone takes nothing any more, and there is nobody to tell.
        let _ = execute!(
            output(),
            ResetColor,
            Print(term::mouse(false)),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        let _ = output().flush();
        let _ = disable_raw_mode();
    }
}

#[expect(clippy::disallowed_methods, reason = "this room is what owns the terminal")]
fn output() -> io::Stdout {
    io::stdout()
}

/// A panic on the drawing thread gives the terminal back before it is told. One on the worker's thread is
/// caught and shown on the screen, so it is not told over it.
fn heed_panics(drawing: ThreadId) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == drawing {
                restore();
            }
            if !HELD.load(Ordering::SeqCst) {
                told(panic);
            }
        }));
    });
}
