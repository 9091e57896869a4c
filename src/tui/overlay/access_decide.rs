//! Deciding about an access request: all that was asked, how far and how long it would be granted, and what
//! is said to who asked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::access_queue::what;
use crate::action::{Key, KeyCode, Place};
use crate::gate::{AccessRequest, Decided, RequestState, Wanted};
use crate::policy::{Right, Scope, Width};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::role;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, TextEdit, draw, keys};

const DECIDE: Slot = Slot("access.decide", 0);
/// Whose records may be granted, the widest first.
const WIDTHS: [Width; 4] = [Width::All, Width::TeamAndSub, Width::Team, Width::Own];
/// How long it may be granted besides as long as was asked, in seconds.
const TIMES: [i64; 5] = [3_600, 8 * 3_600, 7 * 86_400, 30 * 86_400, 90 * 86_400];
/// Where the values begin.
const INDENT: u16 = 17;
/// How wide the dialog is at most.
const WIDTH: u16 = 84;

/// What can be made of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Approve,
    Deny,
    Withdraw,
}

/// A line that something is chosen or typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Verdict,
    Width,
    Lasts,
    Note,
}

/// A request that is decided about.
pub struct AccessDecide {
    request: AccessRequest,
    verdicts: Vec<Verdict>,
    verdict: usize,
    width: usize,
    /// 0 is as long as was asked for.
    lasts: usize,
    note: TextEdit,
    at: usize,
    problem: Option<String>,
}

/// What else is to be known of how far a right would reach.
fn reaches(wanted: &Wanted) -> Option<&'static str> {
    match (wanted.right, wanted.record, &wanted.field) {
        (Right::Read | Right::Create | Right::Import, ..) | (_, _, Some(_)) => None,
        (_, Some(_), None) => Some("access.with_reading"),
        (_, None, None) => Some("access.what_is_seen"),
    }
}

impl AccessDecide {
    /// Shows a request, and what the person may make of it.
    #[must_use]
    pub fn new(mut request: AccessRequest, ctx: &Context) -> Self {
        let own = request.asker.id == ctx.person.user;
        if own {
            // That one cannot approve it is no news to who asked, and no reason not to withdraw it.
            request.obstacle = None;
        }
        let stands = matches!(request.state, RequestState::Open | RequestState::Approved);
        let mut verdicts = Vec::new();
        if stands && own {
            verdicts.push(Verdict::Withdraw);
        } else if stands {
            if request.state == RequestState::Open && request.obstacle.is_none() {
                verdicts.push(Verdict::Approve);
            }
            verdicts.push(Verdict::Deny);
        }
        let note = TextEdit::line("");
        Self { request, verdicts, verdict: 0, width: 0, lasts: 0, note, at: 0, problem: None }
    }

    fn verdict(&self) -> Option<Verdict> {
        self.verdicts.get(self.verdict).copied()
    }

    /// The lines that there are, from the top.
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match self.verdict() {
            None => {}
            Some(Verdict::Approve) => {
                lines.push(Line::Verdict);
                if self.is_wide() {
                    lines.push(Line::Width);
                }
                lines.extend([Line::Lasts, Line::Note]);
            }
            Some(Verdict::Deny) => lines.extend([Line::Verdict, Line::Note]),
            Some(Verdict::Withdraw) => lines.push(Line::Verdict),
        }
        lines
    }

    /// Whether it is about more than one record, so that it matters whose.
    fn is_wide(&self) -> bool {
        self.request.wanted.record.is_none() && self.request.wanted.right != Right::Create
    }

    fn line(&self) -> Option<Line> {
        self.lines().get(self.at).copied()
    }

    fn turn(&mut self, by: isize) {
        let next =
            |at: usize, count: usize| (at as isize + by).rem_euclid(count.max(1) as isize) as usize;
        match self.line() {
            Some(Line::Verdict) => self.verdict = next(self.verdict, self.verdicts.len()),
            Some(Line::Width) => self.width = next(self.width, WIDTHS.len()),
            Some(Line::Lasts) => self.lasts = next(self.lasts, TIMES.len() + 1),
            Some(Line::Note) | None => {}
        }
    }

    fn send(&self) -> Cmds {
        let Some(verdict) = self.verdict() else { return vec![Cmd::Close] };
        let decided = match verdict {
            Verdict::Approve => Decided::Approve {
                lasts: self.lasts.checked_sub(1).map(|at| TIMES[at]),
                width: Some(WIDTHS[self.width]).filter(|_| self.is_wide()),
            },
            Verdict::Deny => Decided::Deny,
            Verdict::Withdraw => Decided::Withdraw,
        };
        let note = self.note.text().to_owned();
        vec![Cmd::Ask(DECIDE, Request::Decide(self.request.record.id, decided, note))]
    }

    /// What is told of the request, with the names of what it is.
    fn told(&self, ctx: &Context) -> Vec<(&'static str, String)> {
        let request = &self.request;
        let wanted = &request.wanted;
        let mut told = vec![
            ("access.asker", request.asker.title.clone()),
            ("access.right", format!("{} {}", role::right(wanted.right, ctx), what(wanted, ctx))),
            ("access.reason", wanted.reason.clone()),
            ("access.lasts", ctx.format.duration(wanted.lasts)),
            ("access.asked_at", ctx.format.near_instant(request.asked_at, ctx.now)),
        ];
        if request.state == RequestState::Open
            && let Some(key) = reaches(wanted)
        {
            told.insert(2, ("access.reaches", ctx.t(key).to_owned()));
        }
        let state = super::access_queue::state(request, ctx);
        if request.state != RequestState::Open {
            told.push(("access.state", state));
        }
        if let Some(by) = &request.decided_by {
            told.push(("access.decided_by", by.title.clone()));
        }
        if !request.note.is_empty() {
            told.push(("access.note", request.note.clone()));
        }
        told
    }

    fn value(&self, line: Line, ctx: &Context) -> String {
        match line {
            Line::Verdict => ctx.t(match self.verdict() {
                Some(Verdict::Approve) => "access.approve",
                Some(Verdict::Deny) if self.request.state == RequestState::Approved => {
                    "access.take_back"
                }
                Some(Verdict::Withdraw) => "access.withdraw",
                _ => "access.deny",
            }),
            Line::Width => {
                return role::long(Scope::of(WIDTHS[self.width]), self.request.wanted.right, ctx);
            }
            Line::Lasts => match self.lasts.checked_sub(1) {
                Some(at) => return ctx.format.duration(TIMES[at]),
                None => ctx.t("access.as_asked"),
            },
            Line::Note => return self.note.text().to_owned(),
        }
        .to_owned()
    }
}

impl Layer for AccessDecide {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == DECIDE
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        self.problem = None;
        let (line, count) = (self.line(), self.lines().len());
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            KeyCode::Enter if self.at + 1 < count => self.at += 1,
            KeyCode::Enter => return Some(self.send()),
            KeyCode::Tab | KeyCode::Down if count > 0 => self.at = (self.at + 1) % count,
            KeyCode::Up if count > 0 => self.at = (self.at + count - 1) % count,
            KeyCode::Left if line != Some(Line::Note) => self.turn(-1),
            KeyCode::Right | KeyCode::Char(' ') if line != Some(Line::Note) => self.turn(1),
            _ if line == Some(Line::Note) => {
                self.note.apply(keys::act(key)?);
            }
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if self.line() == Some(Line::Note) {
            self.note.apply(Act::Insert(text.to_owned()));
        }
        Cmds::new()
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        self.problem = None;
        self.send()
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Saved(_)) => {
                let [back, key] = ["nav.back", "app.undo"].map(|action| ctx.key_of(action));
                let text = ctx.tf("access.decided", &[("back", &back), ("key", &key)]);
                vec![Cmd::Written(None), Cmd::Close, Cmd::Say(Role::Good, text)]
            }
            Ok(_) => Cmds::new(),
            Err(error) => {
                self.problem = Some(ctx.said(&error));
                Cmds::new()
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.catalog.reference(&self.request.record);
        let width = WIDTH.min(area.width);
        let room = usize::from(width.saturating_sub(4 + INDENT)).max(8);
        let mut told: Vec<(Option<&'static str>, String)> = Vec::new();
        for (label, text) in self.told(ctx) {
            let text = Clean::line(&text).into_string();
            for (n, line) in crate::term::wrap(&text, room).into_iter().enumerate() {
                told.push(((n == 0).then_some(label), line));
            }
        }
        let problem = match (&self.problem, &self.request.obstacle) {
            (Some(problem), _) => Some(problem.clone()),
            (None, Some(why)) => Some(ctx.strings.said(why)),
            (None, None) => None,
        };
        let below = match &problem {
            Some(problem) => format!("! {problem}"),
            None => ctx.t("access.hint").to_owned(),
        };
        let below = crate::term::wrap(&below, usize::from(width.saturating_sub(4)));
        let lines = self.lines();
        let fixed = lines.len() + below.len() + 2;
        // A reason that is longer than the screen gives way to what is to be decided.
        let most = usize::from(area.height.saturating_sub(2)).saturating_sub(fixed).max(2);
        if told.len() > most {
            told.truncate(most);
            if let Some((_, last)) = told.last_mut() {
                *last = format!("{} …", crate::term::truncate(last, room.saturating_sub(2)));
            }
        }
        let height = (told.len() + fixed + 2) as u16;
        let inner = paint::frame(buf, paint::centered(area, width, height), &title, ctx);
        let mut seen = Seen::default();
        let mut y = 0;
        let label_at = |row: Rect| Rect { x: row.x + 2, width: (INDENT - 3).min(row.width), ..row };
        let value_at =
            |row: Rect| Rect { x: row.x + INDENT, width: row.width.saturating_sub(INDENT), ..row };
        for (label, text) in &told {
            let row = paint::row(inner, y);
            if let Some(label) = label {
                paint::text(buf, label_at(row), ctx.t(label), ctx.style(Role::Muted), ctx);
            }
            paint::text(buf, value_at(row), text, ctx.style(Role::Text), ctx);
            y += 1;
        }
        y += 1;
        for (n, line) in lines.iter().enumerate() {
            let row = paint::row(inner, y);
            let chosen = n == self.at;
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            paint::text(buf, row, marker, ctx.style(Role::Accent), ctx);
            let label = ctx.t(match line {
                Line::Verdict => "access.decision",
                Line::Width => "access.whose",
                Line::Lasts => "access.lasts",
                Line::Note => "access.note",
            });
            paint::text(buf, label_at(row), label, ctx.style(Role::Muted), ctx);
            let value = self.value(*line, ctx);
            if *line == Line::Note {
                let cursor = draw::edited(buf, value_at(row), &self.note, ctx.style(Role::Input));
                if chosen {
                    (seen.cursor, seen.types) = (Some(cursor), true);
                }
            } else {
                let shown = if chosen { format!("< {value} >") } else { value.clone() };
                let style = ctx.style(if chosen { Role::Selected } else { Role::Text });
                paint::text(buf, value_at(row), &shown, style, ctx);
                if chosen {
                    seen.cursor = Some(value_at(row).as_position());
                }
            }
            if chosen {
                seen.told.title = Some(title.clone());
                seen.tells(format!("{label}: {value}"));
                seen.place(n, lines.len());
            }
            y += 1;
        }
        y += 1;
        let role = if problem.is_some() { Role::Error } else { Role::Muted };
        for line in &below {
            paint::text(buf, paint::row(inner, y), line, ctx.style(role), ctx);
            y += 1;
        }
        if lines.is_empty() {
            seen.cursor = Some(inner.as_position());
            seen.tells(told.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "));
        }
        seen
    }
}
