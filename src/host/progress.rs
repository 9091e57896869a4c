//! How far long work is, as a bar on standard error; silent where nobody watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Progress;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar on standard error for work of more than half a second.
pub struct Bar {
    watched: bool,
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar that shows itself only where standard error is a terminal.
    #[must_use]
    pub fn new(watched: bool) -> Self {
        Self { watched, bar: None }
    }
}

impl Progress for Bar {
    fn start(&mut self, what: String, total: Option<u64>) {
        if !self.watched {
            return;
        }
        // Hidden until it is worth showing.
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = if total.is_some() {
            "{msg} [{bar:30}] {human_pos} of {human_len}, {eta} left"
        } else {
            "{msg} {human_pos}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what);
        self.bar = Some(bar);
    }

    fn at(&mut self, done: u64) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        bar.set_position(done);
    }

    fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
