//! Where one is signed in: each place can be ended.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use crate::action::{Key, Place};
use crate::gate::SeatInfo;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Account, Answer, OnAccount, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const SEATS: Slot = Slot("account.seats", 0);
const END: Slot = Slot("account.end", 0);
const SURE: &str = "account.end";

/// The overlay.
pub struct AccountSeats {
    pick: Pick<(i64, bool)>,
    landed: bool,
    /// The one that is about to be ended.
    ends: Option<i64>,
    problem: Option<State>,
}

impl AccountSeats {
    /// Lists them.
    #[must_use]
    pub fn new() -> Self {
        Self { pick: Pick::answers(Vec::new()), landed: false, ends: None, problem: None }
    }
}

impl Default for AccountSeats {
    fn default() -> Self {
        Self::new()
    }
}

fn row(seat: &SeatInfo, ctx: &Context) -> PickRow<(i64, bool)> {
    let at = |millis: i64| {
        let at = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
        at.with_timezone(&ctx.format.zone).format("%m-%d %H:%M").to_string()
    };
    let mut label = format!("{} · {} · {}", seat.host, seat.via, at(seat.since));
    if seat.mine {
        label = format!("{label} · {}", ctx.t("account.this_one"));
    }
    let mut row = PickRow::new((seat.number, seat.mine), Clean::line(&label));
    if !seat.mine {
        // One's own is in use as one looks.
        row.note = Clean::line(&ctx.tf("account.last_seen", &[("at", &at(seat.last_seen))]));
    }
    row
}

impl Layer for AccountSeats {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(SEATS, Request::Account(Account::Seats))]
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == END || !self.landed
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match self.pick.key(key) {
            Picked::Closed => Some(vec![Cmd::Close]),
            Picked::Chosen => {
                let Some((number, mine)) = self.pick.selected().map(|row| row.key) else {
                    return Some(Cmds::new());
                };
                self.ends = Some(number);
                let text = if mine { "account.end_this" } else { "account.end_sure" };
                let sure = Confirm::new(SURE, ctx.t(text).to_owned());
                Some(vec![Cmd::Push(Box::new(sure))])
            }
            Picked::Ignored => None,
            Picked::Moved | Picked::Typed | Picked::Toggled => Some(Cmds::new()),
        }
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        match self.ends.take().filter(|_| what == SURE) {
            Some(number) => vec![Cmd::Ask(END, Request::Account(Account::EndSeat(number)))],
            None => Cmds::new(),
        }
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Account(OnAccount::Seats(seats))) => {
                (self.landed, self.problem) = (true, None);
                let at = self.pick.selected().map(|row| row.key);
                self.pick.fill(seats.iter().map(|seat| row(seat, ctx)).collect());
                self.pick.select(|row| Some(row.key) == at);
            }
            Ok(Reply::Account(OnAccount::Done)) => {
                let text = ctx.t("account.ended").to_owned();
                let mut cmds = self.start(ctx);
                cmds.push(Cmd::Say(Role::Good, text));
                return cmds;
            }
            Ok(_) => {}
            Err(error) => {
                self.landed = true;
                self.problem = Some(State::of(&error, ctx));
            }
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("account.seats");
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let least = crate::term::width(title) as u16 + 8;
        let width = (self.pick.wanted_width() + 4).max(least).max(44);
        let height = self.pick.wanted_height() + 4;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let seen = self.pick.draw(buf, list, ctx.t("account.no_seats"), ctx);
        if !self.pick.is_empty() {
            let hint = paint::row(inner, inner.height.saturating_sub(1));
            paint::text(buf, hint, ctx.t("account.hint_seats"), ctx.style(Role::Muted), ctx);
        }
        seen
    }
}
