//! Going to any record anywhere: one search box over everything, live, best first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::gate::{Hit, SearchRequest};
use crate::model::RecordRef;
use crate::schema::display::phone;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::widget::Act;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const HITS: Slot = Slot("find.hits", 0);
/// Hits asked for.
const AT_MOST: usize = 50;

/// A search box over all records.
pub struct Find {
    pick: Pick<RecordRef>,
    landed: bool,
    problem: Option<State>,
}

impl Default for Find {
    fn default() -> Self {
        Self { pick: Pick::searching(""), landed: false, problem: None }
    }
}

/// A found record as a row to pick: what it is called, then its kind and what tells it from namesakes.
pub(super) fn row_of<T>(hit: &Hit, key: impl FnOnce(RecordRef) -> T, ctx: &Context) -> PickRow<T>
where
    T: Clone,
{
    let title = ctx.format.title(&hit.record.entity, &hit.title);
    let mut row = PickRow::new(key(hit.record.clone()), Clean::line(title));
    row.note = note_of(hit, Some(ctx.catalog.reference(&hit.record)), ctx);
    row
}

/// What stands beside the title of a hit: its kind, its reference, what fits, what tells it from
/// namesakes; nothing twice.
pub(super) fn note_of(hit: &Hit, reference: Option<String>, ctx: &Context) -> Clean {
    let kind = ctx.catalog.entity(&hit.record.entity).map(|e| e.label.get(ctx.lang()));
    // A number stands there as it stands everywhere else.
    let matched = hit.matched.as_ref().map(|matched| phone(matched));
    let subtitle = ctx.format.title(&hit.record.entity, &hit.subtitle).to_owned();
    let mut note: Vec<String> = Vec::new();
    let parts = [kind.map(str::to_owned), reference, matched, Some(subtitle)];
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        if !note.contains(&part) {
            note.push(part);
        }
    }
    Clean::line(&note.join(" · "))
}

/// Whether it is the beginning of a number, too short to tell one phone from another.
fn is_few_digits(text: &str) -> bool {
    let text = text.trim();
    text.len() < 4 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Find {
    fn typed(&mut self) -> Cmds {
        let text = self.pick.query.text().trim().to_owned();
        if text.is_empty() {
            self.landed = false;
            self.problem = None;
            self.pick.fill(Vec::new());
            return vec![Cmd::Forget(HITS)];
        }
        let search = SearchRequest { text, entities: Vec::new(), filter: None, limit: AT_MOST };
        vec![Cmd::Ask(HITS, Request::Search(search))]
    }
}

impl Layer for Find {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    /// What is chosen is one of the records that fit all that was typed.
    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        slot == HITS && key.is_some_and(|key| key.is(KeyCode::Enter))
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        Some(match self.pick.key(key) {
            Picked::Closed => vec![Cmd::Close],
            Picked::Chosen => {
                let record = self.pick.selected().map(|row| row.key.clone());
                record.map(Cmd::CloseAndOpen).into_iter().collect()
            }
            Picked::Typed => self.typed(),
            Picked::Moved | Picked::Toggled => Cmds::new(),
            Picked::Ignored => return None,
        })
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        self.typed()
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        self.pick.act(Act::Insert(text.to_owned()));
        self.typed()
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Hits(hits)) => {
                self.landed = true;
                self.problem = None;
                let row = |hit: &Hit| row_of(hit, std::convert::identity, ctx);
                self.pick.fill(hits.iter().map(row).collect());
                Cmds::new()
            }
            Err(error) => {
                self.pick.fill(Vec::new());
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Ok(_) => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let place = paint::centered(area, 76, area.height.min(18));
        let inner = paint::frame(buf, place, ctx.t("find.title"), ctx);
        if let Some(problem) = &self.problem {
            let seen = self.pick.draw(buf, inner, "", ctx);
            let down = 1.min(inner.height);
            let below = Rect { y: inner.y + down, height: inner.height - down, ..inner };
            problem.draw(buf, below, ctx);
            return seen;
        }
        let awaited = ctx.waiting && !self.landed && !self.pick.query.is_blank();
        let empty = match (awaited, self.landed) {
            (true, _) => ctx.t("state.awaited"),
            (false, true) if is_few_digits(self.pick.query.text()) => ctx.t("find.few_digits"),
            (false, true) => ctx.t("find.nothing"),
            (false, false) => ctx.t("find.hint"),
        };
        self.pick.draw(buf, inner, empty, ctx)
    }
}
