//! What a user still lacks to work: a list of points, each with what mends it, and the invitation.
//!
//! The record is mended in its form, which lies over this; the code of an invitation is shown here, once.
//! Start at [`Joins::new`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::gate::{Joining, Point, Standing, Step};
use crate::model::{RecordId, RecordRef};
use crate::secret::Secret;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::form::{FormScreen, Start};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

const POINTS: Slot = Slot("joining.points", 0);
const INVITED: Slot = Slot("joining.invited", 0);
const WIDTH: u16 = 76;

/// What a user still lacks.
pub struct Joins {
    user: RecordId,
    joining: Option<Joining>,
    pick: Pick<Point>,
    /// The code of the invitation that was made here, and until when it holds.
    code: Option<(Secret, String)>,
    problem: Option<String>,
    failed: Option<State>,
    /// Nobody was invited for want of the password, which is being asked for.
    unconfirmed: bool,
}

impl Joins {
    /// Asks about a user.
    #[must_use]
    pub fn new(user: RecordId) -> Self {
        Self {
            user,
            joining: None,
            pick: Pick::answers(Vec::new()),
            code: None,
            problem: None,
            failed: None,
            unconfirmed: false,
        }
    }

    /// Does what mends the point under the cursor, where that is done here.
    fn mend(&self) -> Cmds {
        let Some(point) = self.pick.selected().map(|row| row.key) else { return Cmds::new() };
        match point {
            Point::Active | Point::Login | Point::Role | Point::Team | Point::Manager => {
                let form = FormScreen::new(Start::Edit(RecordRef::new("user", self.user)));
                vec![Cmd::Push(Box::new(form))]
            }
            Point::WayIn => vec![Cmd::Ask(INVITED, Request::Invite(self.user))],
            Point::Unlocked | Point::SecondFactor | Point::SshKey | Point::SignedIn => Cmds::new(),
        }
    }

    fn fill(&mut self, joining: Joining, ctx: &Context) {
        let before = self.pick.selected().map(|row| row.key);
        let rows: Vec<PickRow<Point>> = joining.steps.iter().map(|step| row(step, ctx)).collect();
        let first = joining.steps.iter().find(|step| step.standing == Standing::Missing);
        let wanted = before.or(first.map(|step| step.point));
        self.pick = Pick::answers(rows);
        self.pick.select(|row| Some(row.key) == wanted);
        self.joining = Some(joining);
    }

    /// What is told below the points.
    fn told(&self, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        let Some(joining) = &self.joining else { return lines };
        if let Some((code, until)) = &self.code {
            let values = [("name", joining.user.title.as_str()), ("until", until)];
            lines.push((Role::Text, ctx.tf("joining.code", &values)));
            lines.push((Role::Title, format!("  {}", code.reveal())));
            lines.push((Role::Muted, ctx.tf("joining.once", &values)));
        } else if let Some(problem) = &self.problem {
            lines.push((Role::Error, format!("! {problem}")));
        } else if let Some(row) = self.pick.selected() {
            let key = format!("joining.mend.{}", row.key.word());
            let login = if joining.login.is_empty() { "LOGIN" } else { &joining.login };
            lines.push((Role::Muted, ctx.tf(&key, &[("login", login)])));
        }
        lines
    }
}

fn row(step: &Step, ctx: &Context) -> PickRow<Point> {
    let (label, told) =
        (term::said(ctx.lang(), &step.point.label()), term::said(ctx.lang(), &step.told));
    let text = ctx.tf("joining.point", &[("point", &label), ("told", &told)]);
    let mut row = PickRow::new(step.point, Clean::line(&text));
    row.checked = Some(step.standing == Standing::Done);
    let (role, note) = match step.standing {
        Standing::Done => (Role::Text, ""),
        Standing::Missing => (Role::Warning, "joining.missing"),
        Standing::Awaited => (Role::Text, "joining.awaited"),
        Standing::Optional => (Role::Muted, "joining.optional"),
    };
    row.role = role;
    if !note.is_empty() {
        row.note = Clean::line(ctx.t(note));
    }
    row
}

impl Layer for Joins {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(POINTS, Request::Joining(self.user))]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.failed = None;
        self.start(ctx)
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if !std::mem::take(&mut self.unconfirmed) {
            return Cmds::new();
        }
        vec![Cmd::Ask(INVITED, Request::Invite(self.user))]
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        matches!(slot, POINTS | INVITED)
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        if let Some((code, _)) = &self.code
            && key.is(KeyCode::Char('y'))
        {
            return Some(vec![Cmd::Copy(code.reveal().to_owned())]);
        }
        let cmds = self.pick.key(key).cmds(|| self.mend())?;
        (self.problem, self.unconfirmed) = (None, false);
        Some(cmds)
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (_, Ok(Reply::Joining(joining))) => self.fill(*joining, ctx),
            (_, Ok(Reply::Invited(invited))) => {
                self.code = Some(*invited);
                return vec![Cmd::Ask(POINTS, Request::Joining(self.user))];
            }
            (POINTS, Err(error)) => self.failed = Some(State::of(&error, ctx)),
            (INVITED, Err(error)) if error.wants_password() => self.unconfirmed = true,
            (_, Err(error)) => self.problem = Some(ctx.said(&error)),
            _ => {}
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let name = self.joining.as_ref().map_or("", |joining| joining.user.title.as_str());
        let title = ctx.tf("joining.title", &[("name", name)]);
        if let Some(failed) = &self.failed {
            return failed.framed(buf, area, &title, ctx);
        }
        if self.joining.is_none() {
            return State::awaited(ctx)
                .map_or_else(Seen::default, |state| state.framed(buf, area, &title, ctx));
        }
        let width = WIDTH.min(area.width);
        let room = usize::from(width.saturating_sub(4));
        let mut lines = vec![(Role::Text, String::new())];
        for (role, text) in self.told(ctx) {
            lines.extend(term::wrap(&text, room).into_iter().take(3).map(|line| (role, line)));
        }
        let height = (self.pick.wanted_height() + lines.len() as u16 + 2).min(area.height);
        let inner = paint::frame(buf, paint::centered(area, width, height), &title, ctx);
        // Where it is low, what is told of the point comes before the points that are out of sight.
        let told = (lines.len() as u16).min(inner.height.saturating_sub(2));
        let list = Rect { height: inner.height - told, ..inner };
        let mut seen = self.pick.draw(buf, list, ctx.t("pick.nothing"), ctx);
        for (n, (role, line)) in lines.iter().enumerate().take(usize::from(told)) {
            let at = Rect { y: list.bottom() + n as u16, height: 1, ..inner };
            let line = Clean::line(line);
            paint::text(buf, at, line.as_str(), ctx.style(*role), ctx);
        }
        if let Some(row) = self.pick.selected() {
            let told: Vec<String> = self.told(ctx).into_iter().map(|(_, line)| line).collect();
            seen.tells(format!("{} {} {}", row.label.as_str(), row.note.as_str(), told.join(" ")));
        }
        seen
    }
}
