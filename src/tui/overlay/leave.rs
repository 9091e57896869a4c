//! Somebody leaves: what they have, who takes it over, how much goes to whom.
//!
//! Nothing is written here: the answer is a deed that the review of acts on many records carries out, with
//! its progress and one undo. Start at [`Leave::new`].

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::action::{Key, KeyCode, Place};
use crate::gate::{Belongings, HandedAs, Leaving, ListRequest, Transfer};
use crate::model::{Name, RecordId, RecordRef};
use crate::query::Query;
use crate::term::{self, Clean};
use crate::tui::bulk::{Deed, Review};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, HandOn, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};
use crate::tui::widget::{TextEdit, draw, keys};

const HAS: Slot = Slot("leave.has", 0);
const TAKERS: Slot = Slot("leave.takers", 0);
const PLAN: Slot = Slot("leave.plan", 0);
/// People or teams that are offered.
const OFFERED: usize = 500;
/// Lines of what somebody has, or of who takes it, at most.
const LINES: usize = 9;

/// The ways to hand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Person,
    Team,
    Rules,
    /// There is nothing to hand on.
    Nothing,
}

enum Step {
    /// What they have is not known yet.
    Awaited,
    Way(Pick<Way>),
    Taker(Way, Pick<RecordId>),
    Rules(TextEdit),
    /// Planned; it is asked whether to do it.
    Sure(Arc<Leaving>, bool),
}

/// What somebody has, who takes it over, and whether to do it.
pub struct Leave {
    user: RecordId,
    has: Option<Belongings>,
    step: Step,
    problem: Option<String>,
    failed: Option<State>,
}

impl Leave {
    /// Asks about a user.
    #[must_use]
    pub fn new(user: RecordId) -> Self {
        Self { user, has: None, step: Step::Awaited, problem: None, failed: None }
    }

    fn ways(&self, ctx: &Context) -> Pick<Way> {
        let nothing = self.has.as_ref().is_some_and(|has| has.to_hand_on() == 0);
        let ways: &[(Way, &str)] = if nothing {
            &[(Way::Nothing, "leave.way.nothing")]
        } else {
            &[
                (Way::Person, "leave.way.person"),
                (Way::Team, "leave.way.team"),
                (Way::Rules, "leave.way.rules"),
            ]
        };
        let row = |(way, key): &(Way, &str)| PickRow::new(*way, Clean::line(ctx.t(key)));
        Pick::answers(ways.iter().map(row).collect())
    }

    fn choose(&mut self, way: Way, ctx: &Context) -> Cmds {
        self.problem = None;
        match way {
            Way::Nothing => self.plan(HandOn::Nothing),
            Way::Rules => {
                self.step = Step::Rules(TextEdit::line(""));
                Cmds::new()
            }
            Way::Person | Way::Team => {
                self.step = Step::Taker(way, Pick::narrowing(Vec::new(), ""));
                let entity = if way == Way::Person { "user" } else { "team" };
                let mut list = ListRequest::first(entity, OFFERED);
                list.fields = vec![Name::from("name")];
                if way == Way::Person {
                    let others = format!("active = yes and id != {}", self.user);
                    list.filter = Query::parse(&others, &ctx.catalog, entity).ok();
                }
                vec![Cmd::Ask(TAKERS, Request::List(list))]
            }
        }
    }

    fn plan(&self, hand_on: HandOn) -> Cmds {
        vec![Cmd::Ask(PLAN, Request::PlanLeaving { user: self.user, hand_on })]
    }

    /// One step back; out of the first one.
    fn back(&mut self, ctx: &Context) -> Cmds {
        self.problem = None;
        match self.step {
            Step::Awaited | Step::Way(_) => vec![Cmd::Close],
            _ => {
                self.step = Step::Way(self.ways(ctx));
                Cmds::new()
            }
        }
    }

    fn go(leaving: &Arc<Leaving>, ctx: &Context) -> Cmds {
        let title = ctx.tf("leave.deed", &[("name", &leaving.user().title)]);
        let deed = Deed::leave(Arc::clone(leaving), title);
        vec![Cmd::Close, Cmd::Push(Box::new(Review::new(deed).at_once()))]
    }

    fn title(&self, ctx: &Context) -> String {
        let name = self.has.as_ref().map_or_else(String::new, |has| has.user.title.clone());
        ctx.tf("leave.title", &[("name", &name)])
    }

    /// What they have, a line each.
    fn has_lines(&self, ctx: &Context) -> Vec<(Role, String)> {
        let Some(has) = &self.has else { return Vec::new() };
        let lang = ctx.lang();
        let mut lines = Vec::new();
        for holding in &has.holdings {
            let entity = ctx.catalog.entity(&holding.entity);
            let name = entity.map_or(holding.entity.as_str(), |e| e.plural.get(lang));
            let (owned, shared) = (holding.owned.to_string(), holding.shared.to_string());
            let open = holding.open.map(|open| open.to_string()).unwrap_or_default();
            let values =
                [("name", name), ("n", owned.as_str()), ("open", &open), ("shared", &shared)];
            let mut text = ctx.tf("leave.has", &values);
            for (there, key) in [
                (holding.open.is_some_and(|open| open > 0), "leave.has_open"),
                (holding.shared > 0, "leave.has_shared"),
                (holding.stays, "leave.has_stays"),
            ] {
                if there {
                    text.push_str(&ctx.tf(key, &values));
                }
            }
            lines.push((if holding.stays { Role::Muted } else { Role::Text }, text));
        }
        for (links, key) in [(&has.teams, "leave.leads"), (&has.people, "leave.manages")] {
            if !links.is_empty() {
                let names: Vec<&str> = links.iter().map(|link| link.title.as_str()).collect();
                lines.push((Role::Text, ctx.tf(key, &[("names", &ctx.listed(&names))])));
            }
        }
        if lines.is_empty() {
            lines.push((Role::Muted, ctx.t("leave.has_nothing").to_owned()));
        }
        shortened(lines, ctx)
    }
}

/// How much goes to whom, a line each.
fn share_lines(leaving: &Leaving, ctx: &Context) -> Vec<(Role, String)> {
    let lines = leaving.shares().iter().map(|share| {
        let entity = ctx.catalog.entity(&share.entity);
        let name = entity.map_or(share.entity.as_str(), |e| e.plural.get(ctx.lang()));
        let n = share.records.to_string();
        let to = share.to.as_ref().map_or("", |to| to.title.as_str());
        let key = match share.handed_as {
            _ if share.to.is_none() && share.handed_as == HandedAs::Manager => "leave.no_manager",
            HandedAs::Owner => "leave.share",
            HandedAs::Manager => "leave.share_manager",
            HandedAs::Collaborator => "leave.share_gone",
        };
        (Role::Text, ctx.tf(key, &[("name", name), ("n", &n), ("to", to)]))
    });
    let mut lines: Vec<(Role, String)> = lines.collect();
    if leaving.deactivates() {
        let text = ctx.tf("leave.off", &[("name", &leaving.user().title)]);
        lines.push((Role::Muted, text));
    }
    shortened(lines, ctx)
}

/// As many lines as there is room for; the last says how many more there are.
fn shortened(mut lines: Vec<(Role, String)>, ctx: &Context) -> Vec<(Role, String)> {
    if lines.len() > LINES {
        let more = lines.len() + 1 - LINES;
        lines.truncate(LINES - 1);
        lines.push((Role::Muted, ctx.tf("leave.more", &[("n", &more.to_string())])));
    }
    lines
}

impl Layer for Leave {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(HAS, Request::Belongings(self.user))]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.failed.take().is_some() { self.start(ctx) } else { Cmds::new() }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        matches!(slot, HAS | TAKERS | PLAN)
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if key.is(KeyCode::Esc) {
            return Some(self.back(ctx));
        }
        match &mut self.step {
            Step::Awaited => None,
            Step::Way(pick) => Some(match pick.key(key) {
                Picked::Closed => vec![Cmd::Close],
                Picked::Chosen => {
                    let way = pick.selected().map(|row| row.key);
                    way.map(|way| self.choose(way, ctx)).unwrap_or_default()
                }
                Picked::Ignored => return None,
                _ => Cmds::new(),
            }),
            Step::Taker(way, pick) => Some(match pick.key(key) {
                Picked::Closed => return Some(self.back(ctx)),
                Picked::Chosen => {
                    let (way, taker) = (*way, pick.selected().map(|row| row.key));
                    let transfer = taker.map(|taker| match way {
                        Way::Team => Transfer::Team(taker),
                        _ => Transfer::To(taker),
                    });
                    transfer.map(|to| self.plan(HandOn::To(to))).unwrap_or_default()
                }
                Picked::Ignored => return None,
                _ => Cmds::new(),
            }),
            Step::Rules(edit) => {
                self.problem = None;
                if key.is(KeyCode::Enter) {
                    let text = edit.text().to_owned();
                    return Some(self.plan(HandOn::Rules(text)));
                }
                edit.apply(keys::act(key)?);
                Some(Cmds::new())
            }
            Step::Sure(leaving, yes) => Some(match key.code {
                KeyCode::Char('y' | 'Y') => Self::go(leaving, ctx),
                KeyCode::Enter if *yes => Self::go(leaving, ctx),
                KeyCode::Enter | KeyCode::Char('n' | 'N') => return Some(self.back(ctx)),
                KeyCode::Tab | KeyCode::Left | KeyCode::Right => {
                    *yes = !*yes;
                    Cmds::new()
                }
                _ => return None,
            }),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Step::Rules(edit) = &mut self.step {
            edit.apply(crate::tui::widget::Act::Insert(text.to_owned()));
        }
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (_, Ok(Reply::Belongings(has))) => {
                self.has = Some(*has);
                self.step = Step::Way(self.ways(ctx));
            }
            (_, Ok(Reply::Page(page))) => {
                if let Step::Taker(_, pick) = &mut self.step {
                    let row = |row: crate::model::Record| {
                        let name = row.get("name").as_text().unwrap_or_default().to_owned();
                        let mut shown = PickRow::new(row.id, Clean::line(&name));
                        let of = RecordRef::new(&row.entity, row.id);
                        shown.note = Clean::line(&ctx.catalog.reference(&of));
                        shown
                    };
                    pick.fill(page.rows.into_iter().map(row).collect());
                }
            }
            (_, Ok(Reply::Leaving(leaving))) => self.step = Step::Sure(Arc::from(leaving), false),
            (HAS, Err(error)) => self.failed = Some(State::of(&error, ctx)),
            (_, Err(error)) => self.problem = Some(ctx.said(&error)),
            _ => {}
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = self.title(ctx);
        if let Some(failed) = &self.failed {
            return failed.framed(buf, area, &title, ctx);
        }
        if matches!(self.step, Step::Awaited) {
            return State::awaited(ctx)
                .map_or_else(Seen::default, |state| state.framed(buf, area, &title, ctx));
        }
        let width = 72.min(area.width);
        let room = usize::from(width.saturating_sub(4));
        let told = match &self.step {
            Step::Sure(leaving, _) => share_lines(leaving, ctx),
            _ => self.has_lines(ctx),
        };
        let whole = |(role, line): (Role, String)| {
            term::wrap(&line, room).into_iter().map(move |line| (role, line)).collect::<Vec<_>>()
        };
        let mut lines: Vec<(Role, String)> = told.into_iter().flat_map(whole).collect();
        let had = lines.len();
        let help = match &self.step {
            Step::Rules(_) => Some("leave.rules_help"),
            Step::Taker(Way::Team, _) => Some("leave.team_help"),
            Step::Taker(..) => Some("leave.person_help"),
            _ => None,
        };
        lines.push((Role::Text, String::new()));
        for (role, text) in help
            .map(|key| (Role::Muted, ctx.t(key).to_owned()))
            .into_iter()
            .chain(self.problem.clone().map(|problem| (Role::Error, format!("! {problem}"))))
        {
            lines.extend(term::wrap(&text, room).into_iter().take(3).map(|line| (role, line)));
        }
        let below = match &self.step {
            Step::Way(pick) => pick.wanted_height(),
            Step::Taker(_, pick) => pick.wanted_height().clamp(3, 8),
            _ => 1,
        };
        let height = (lines.len() as u16 + below + 2).min(area.height);
        let place = paint::centered(area, width, height);
        let inner = paint::frame(buf, place, &title, ctx);
        // Where it is low, what is chosen from comes before what is told.
        let told = inner.height.saturating_sub(below).min(lines.len() as u16);
        // What is asked and what is wrong come before the end of what they have.
        let asked = lines.len() - had;
        if asked > 1 {
            lines.drain(usize::from(told).saturating_sub(asked).min(had)..had);
        }
        for (n, (role, line)) in lines.iter().enumerate().take(usize::from(told)) {
            let line = Clean::line(line);
            paint::text(buf, paint::row(inner, n as u16), line.as_str(), ctx.style(*role), ctx);
        }
        let rest = Rect { y: inner.y + told, height: inner.height - told, ..inner };
        match &self.step {
            Step::Way(pick) => pick.draw(buf, rest, ctx.t("pick.nothing"), ctx),
            Step::Taker(_, pick) => pick.draw(buf, rest, ctx.t("pick.nothing"), ctx),
            Step::Rules(edit) => {
                let cursor = draw::edited(buf, rest, edit, ctx.style(Role::Input));
                let mut seen = Seen { cursor: Some(cursor), ..Seen::default() };
                seen.tells(edit.text());
                seen
            }
            Step::Sure(_, yes) => {
                let marked = |chosen: bool, key: &str| {
                    let word = ctx.t(key).to_owned();
                    if chosen { format!("[{word}]") } else { format!(" {word} ") }
                };
                let style = |chosen| ctx.style(if chosen { Role::Selected } else { Role::Muted });
                let question = format!("{}  ", ctx.t("leave.question"));
                let (no, sure) = (marked(!yes, "confirm.no"), marked(*yes, "confirm.yes"));
                let parts = [
                    (question.as_str(), ctx.style(Role::Title)),
                    (no.as_str(), style(!yes)),
                    (" ", ctx.style(Role::Text)),
                    (sure.as_str(), style(*yes)),
                ];
                paint::pieces(buf, rest, &parts, ctx);
                let mut seen =
                    Seen { cursor: Some(Position { x: rest.x, y: rest.y }), ..Seen::default() };
                seen.tells(format!("{question}{no} {sure}"));
                seen
            }
            Step::Awaited => Seen::default(),
        }
    }
}
