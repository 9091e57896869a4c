//! Every grant there is, with who gave it, when, and what was made of it: the periodic review on the screen.
//!
//! Enter goes to the user, where roles are taken away. Start at [`AccessReview`].

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, Place};
use crate::gate::{Grant, Granted, UNUSED_DAYS};
use crate::model::RecordRef;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

const READ: Slot = Slot("access.review", 0);
/// Lines below the list that tell of the grant under the cursor.
const BELOW: u16 = 4;
/// Cells of the whole at most.
const WIDEST: u16 = 100;

/// The grants to be reviewed.
pub struct AccessReview {
    grants: Vec<Grant>,
    pick: Pick<usize>,
    landed: bool,
    problem: Option<State>,
}

impl Default for AccessReview {
    fn default() -> Self {
        let pick = Pick::narrowing(Vec::new(), "");
        Self { grants: Vec::new(), pick, landed: false, problem: None }
    }
}

fn day(at: DateTime<Utc>, ctx: &Context) -> String {
    at.with_timezone(&ctx.format.zone).format("%Y-%m-%d").to_string()
}

fn or_never(at: Option<DateTime<Utc>>, ctx: &Context) -> String {
    at.map_or_else(|| ctx.t("review.never").to_owned(), |at| day(at, ctx))
}

/// Whose grant, and what.
fn named(grant: &Grant, ctx: &Context) -> String {
    let what = match &grant.what {
        Granted::Role(_, name) => ctx.format.title("role", name).to_owned(),
        Granted::Request(_, what, until) => {
            let what = ctx.said_right(what);
            ctx.tf("review.for_a_while", &[("what", &what), ("day", &day(*until, ctx))])
        }
        Granted::Nothing => ctx.t("review.no_role").to_owned(),
    };
    let name = if grant.active {
        grant.name.clone()
    } else {
        ctx.tf("review.inactive", &[("name", &grant.name)])
    };
    format!("{name}  {what}")
}

fn row((n, grant): (usize, &Grant), ctx: &Context) -> PickRow<usize> {
    let mut row = PickRow::new(n, Clean::line(&named(grant, ctx)));
    row.note = Clean::line(&match (&grant.what, grant.last_used) {
        (Granted::Nothing, _) => String::new(),
        (_, Some(at)) => ctx.tf("review.used", &[("day", &day(at, ctx))]),
        (_, None) => ctx.t("review.never_used").to_owned(),
    });
    row
}

/// What is known of a grant, line by line.
fn told(grant: &Grant, ctx: &Context) -> [String; 2] {
    let given = match (&grant.given_by, grant.given_at) {
        (Some(by), Some(at)) => {
            ctx.tf("review.given", &[("by", by.as_str()), ("day", &day(at, ctx))])
        }
        _ => String::new(),
    };
    let seen = ctx.tf("review.signed_in", &[("day", &or_never(grant.signed_in, ctx))]);
    let first = if given.is_empty() { seen } else { format!("{given} · {seen}") };
    let days = UNUSED_DAYS.to_string();
    let n = grant.unused.len();
    let unused = match n {
        0 => String::new(),
        n if n == grant.traced => {
            ctx.tf("review.all_unused", &[("n", &n.to_string()), ("days", &days)])
        }
        n => {
            let words: Vec<String> =
                grant.unused.iter().map(|traced| ctx.said_right(&traced.word())).collect();
            let (n, all) = (n.to_string(), grant.traced.to_string());
            let words = ctx.listed(&words);
            let values = [("n", n.as_str()), ("all", &all), ("days", &days), ("what", &words)];
            ctx.tf("review.unused", &values)
        }
    };
    [first, unused]
}

impl Layer for AccessReview {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(READ, Request::ReviewAccess)]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.start(ctx)
    }

    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        !self.landed
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        self.pick.key(key).cmds(|| {
            let grant = self.pick.selected().and_then(|row| self.grants.get(row.key));
            let user = grant.map(|grant| RecordRef::new("user", grant.user));
            user.map(Cmd::CloseAndOpen).into_iter().collect()
        })
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.landed = true;
        match answer {
            Ok(Reply::Grants(grants)) => {
                self.problem = None;
                self.pick.fill(grants.iter().enumerate().map(|one| row(one, ctx)).collect());
                self.grants = grants;
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(State::of(&error, ctx)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("review.title");
        if let Some(problem) = &self.problem {
            let inner = paint::frame(buf, paint::centered(area, 70, 9), title, ctx);
            return problem.draw(buf, inner, ctx);
        }
        let width = self.pick.wanted_width().clamp(70, WIDEST) + 4;
        let height = self.pick.wanted_height().max(1) + 2 + BELOW;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        let list = Rect { height: inner.height.saturating_sub(BELOW), ..inner };
        let mut seen = self.pick.draw(buf, list, ctx.t("pick.nothing"), ctx);
        let grant = self.pick.selected().and_then(|row| self.grants.get(row.key));
        if let Some(grant) = grant {
            let mut place = Rect { y: list.bottom() + 1, height: 1, ..inner };
            let mut all = Clean::line(&named(grant, ctx)).into_string();
            for text in told(grant, ctx).into_iter().filter(|text| !text.is_empty()) {
                let room = usize::from(inner.width.max(1)) * 2;
                let cut = term::truncate(Clean::line(&text).as_str(), room);
                for line in term::wrap(&cut, usize::from(inner.width.max(1))) {
                    if place.y < inner.bottom() {
                        paint::text(buf, place, &line, ctx.style(Role::Muted), ctx);
                    }
                    place.y += 1;
                }
                all = format!("{all} · {}", Clean::line(&text).as_str());
            }
            seen.tells(all);
        }
        seen
    }
}
