//! Who is signed in, as far as one may see it, or only where one is oneself; a session can be ended.
//!
//! Ending cannot be taken back, so it asks first. Start at [`Seats::of`].

use chrono::DateTime;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use crate::action::{Key, Place};
use crate::gate::{SeatInfo, Via};
use crate::model::Phrase;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot, Whose};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

const READ: Slot = Slot("seats.read", 0);
const END: Slot = Slot("seats.end", 0);
/// Cells of a row at most.
const WIDEST: u16 = 100;
/// What the list hears when ending was agreed to.
const AGREED: &str = "seats.end";

/// The sessions there are.
pub struct Seats {
    whose: Whose,
    all: Vec<SeatInfo>,
    pick: Pick<i64>,
    landed: bool,
    problem: Option<State>,
    /// The one that was asked about last.
    ends: Option<i64>,
    /// It was not ended for want of the password, which is being asked for.
    unconfirmed: bool,
}

impl Seats {
    /// Lists those of oneself, or all that one may see.
    #[must_use]
    pub fn of(whose: Whose) -> Self {
        let pick = match whose {
            Whose::Mine => Pick::answers(Vec::new()),
            Whose::All => Pick::narrowing(Vec::new(), ""),
        };
        Self {
            whose,
            all: Vec::new(),
            pick,
            landed: false,
            problem: None,
            ends: None,
            unconfirmed: false,
        }
    }

    fn row(&self, seat: &SeatInfo, ctx: &Context) -> PickRow<i64> {
        let via = match Via::of_word(&seat.via) {
            Some(via) => ctx.strings.said(&Phrase::word(via.word())),
            None => seat.via.clone(),
        };
        let number = seat.number;
        let text = match self.whose {
            Whose::Mine => format!("{number}  {via} {}", seat.host),
            Whose::All => format!("{number}  {}  {via} {}", seat.name, seat.host),
        };
        let mut row = PickRow::new(number, Clean::line(&text));
        let (since, seen) = (at(seat.since, ctx), at(seat.last_seen, ctx));
        let values = [("since", since.as_str()), ("seen", &seen)];
        // The one that looks is in use as it does.
        let key = if seat.mine { "seats.mine" } else { "seats.since" };
        row.note = Clean::line(&ctx.tf(key, &values));
        row
    }

    fn fill(&mut self, seats: Vec<SeatInfo>, ctx: &Context) {
        let at = self.pick.selected().map(|row| row.key);
        self.pick.fill(seats.iter().map(|seat| self.row(seat, ctx)).collect());
        self.pick.select(|row| Some(row.key) == at);
        self.all = seats;
    }

    /// Asks whether the session under the cursor is to end.
    fn ask(&mut self, ctx: &Context) -> Cmds {
        let chosen = self.pick.selected().map(|row| row.key);
        let Some(seat) = self.all.iter().find(|seat| Some(seat.number) == chosen) else {
            return Cmds::new();
        };
        (self.ends, self.unconfirmed) = (Some(seat.number), false);
        let key = match (seat.mine, self.whose) {
            (true, _) => "seats.end_mine",
            (false, Whose::Mine) => "seats.end_own",
            (false, Whose::All) => "seats.end",
        };
        let number = seat.number.to_string();
        let text = ctx.tf(key, &[("n", &number), ("name", &seat.name)]);
        vec![Cmd::Push(Box::new(Confirm::new(AGREED, Clean::line(&text).into_string())))]
    }

    fn end(&self) -> Cmds {
        self.ends.map(|number| Cmd::Ask(END, Request::EndSeat(number))).into_iter().collect()
    }
}

fn at(millis: i64, ctx: &Context) -> String {
    let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    ctx.format.near_instant(at, ctx.now)
}

impl Layer for Seats {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(READ, Request::Seats(self.whose))]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.start(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == END || !self.landed
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        self.pick.key(key).cmds(|| self.ask(ctx))
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        if what == AGREED { self.end() } else { Cmds::new() }
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if std::mem::take(&mut self.unconfirmed) { self.end() } else { Cmds::new() }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::Seats(seats)) => {
                self.problem = None;
                self.fill(seats, ctx);
                Cmds::new()
            }
            Ok(Reply::SeatEnded(number)) => {
                let text = ctx.tf("seats.ended", &[("n", &number.to_string())]);
                let mut cmds = self.start(ctx);
                cmds.push(Cmd::Say(Role::Good, text));
                cmds
            }
            Ok(_) => Cmds::new(),
            Err(error) if slot == READ => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) => {
                self.unconfirmed = error.wants_password();
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let (title, none) = match self.whose {
            Whose::Mine => (ctx.t("seats.own"), ctx.t("seats.none")),
            Whose::All => (ctx.t("seats.title"), ctx.t("seats.nobody")),
        };
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let least = crate::term::width(none) as u16 + 6;
        let width = (self.pick.whole_width().min(WIDEST) + 4).max(least);
        let height = self.pick.wanted_height().max(1) + 4;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let seen = self.pick.draw(buf, list, none, ctx);
        if !self.all.is_empty() {
            let hint = paint::row(inner, inner.height.saturating_sub(1));
            paint::text(buf, hint, ctx.t("seats.hint"), ctx.style(Role::Muted), ctx);
        }
        seen
    }
}
