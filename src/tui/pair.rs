//! A person's own screens, and while they look as another user that one's over them.
//!
//! The two are apps of their own that share nothing: what the other one sees is gone when it ends, and
//! one's own stand as they were left. Keys go to the upper one; answers, and what others changed, to whichever
//! asked. One's own go on being told what happens, so that a lock, a lost right or a reminder is not missed.
//! Start at [`Pair::typed`] and [`Pair::heard`].

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::app::App;
use super::context::Setup;
use super::message::{Effect, Ended, Input};

/// Whose screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person's own.
    Own,
    /// Those of the view with this number: no two have the same.
    View(u32),
}

/// Effects, and whose screens want them.
pub type Wanted = Vec<(Side, Effect)>;

/// A person's own screens, and another's over them.
pub struct Pair {
    own: App,
    view: Option<App>,
    number: u32,
}

impl Pair {
    /// A person's own screens.
    #[must_use]
    pub fn new(own: App) -> Self {
        Self { own, view: None, number: 0 }
    }

    /// The screens that are shown.
    #[must_use]
    pub fn top(&self) -> &App {
        self.view.as_ref().unwrap_or(&self.own)
    }

    /// Which these are.
    #[must_use]
    pub fn side(&self) -> Side {
        if self.view.is_some() { Side::View(self.number) } else { Side::Own }
    }

    /// Opens the first screen.
    pub fn start(&mut self, now: DateTime<Utc>) -> Wanted {
        wanted(Side::Own, self.own.start(now))
    }

    /// Takes what the terminal or the clock tells.
    pub fn typed(&mut self, input: Input, now: DateTime<Utc>) -> Wanted {
        let Some(view) = &mut self.view else {
            return wanted(Side::Own, self.own.update(input, now));
        };
        let side = Side::View(self.number);
        let mut all = match input {
            Input::Resize(width, height) => {
                wanted(Side::Own, self.own.update(Input::Resize(width, height), now))
            }
            Input::Tick => wanted(Side::Own, self.own.update(Input::Tick, now)),
            Input::End => wanted(Side::Own, self.own.update(Input::End, now)),
            Input::Key(_) | Input::Paste(_) | Input::Mouse(_) => {
                self.own.touch(now);
                Wanted::new()
            }
            _ => Wanted::new(),
        };
        all.extend(wanted(side, view.update(input, now)));
        self.look_after_own(&mut all);
        all
    }

    /// Takes an answer, or what others changed, for one of the two; what comes for a view that has ended is
    /// for nobody.
    pub fn heard(&mut self, side: Side, input: Input, now: DateTime<Utc>) -> Wanted {
        let mut all = match (side, &mut self.view) {
            (Side::Own, _) => wanted(side, self.own.update(input, now)),
            (Side::View(number), Some(view)) if number == self.number => {
                wanted(side, view.update(input, now))
            }
            _ => Wanted::new(),
        };
        self.look_after_own(&mut all);
        all
    }

    /// Where one's own screens were locked or ended, the other's end too.
    fn look_after_own(&self, all: &mut Wanted) {
        let over = self.own.is_signed_out() || self.own.guard().is_some();
        if self.view.is_some() && over {
            all.push((Side::View(self.number), Effect::EndView(Ended::Locked)));
        }
    }

    /// Lays the screens of another over one's own; the side that their session answers to.
    pub fn show(&mut self, setup: Setup, now: DateTime<Utc>) -> (Side, Wanted) {
        self.number += 1;
        let mut view = App::new(setup);
        let side = Side::View(self.number);
        let all = wanted(side, view.start(now));
        self.view = Some(view);
        (side, all)
    }

    /// One's own screens again. The session of the view must be gone before.
    pub fn end(&mut self, how: Ended, now: DateTime<Utc>) -> Wanted {
        let Some(view) = self.view.take() else { return Wanted::new() };
        if self.own.is_signed_out() {
            return Wanted::new();
        }
        let name = view.context().viewing.clone().unwrap_or_default();
        wanted(Side::Own, self.own.come_back(&name, how, now))
    }

    /// When one of the screens changes by itself next, if it does.
    #[must_use]
    pub fn wakes_in(&self, now: DateTime<Utc>) -> Option<Duration> {
        let apps = [Some(&self.own), self.view.as_ref()];
        apps.into_iter().flatten().filter_map(|app| app.wakes_in(now)).min()
    }
}

fn wanted(side: Side, effects: Vec<Effect>) -> Wanted {
    effects.into_iter().map(|effect| (side, effect)).collect()
}
