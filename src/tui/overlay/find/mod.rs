//! Going to any record anywhere: one search box over everything, live, best first.
//!
//! Over a form, a filter or a question it is a look-up: what is chosen shows its card, and Esc leads back to
//! what one was doing, as it was. Start at [`Find::look_up`].

mod peek;

use peek::Peek;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place, Situation};
use crate::gate::{Hit, SearchRequest};
use crate::model::{Name, RecordRef};
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
const RECORD: Slot = Slot("find.record", 0);
/// Hits asked for.
const AT_MOST: usize = 50;

/// A search box over all records.
pub struct Find {
    pick: Pick<RecordRef>,
    hits: Vec<Hit>,
    landed: bool,
    problem: Option<State>,
    /// What lies below is to stay as it is; the kinds of records it would take.
    looks_up: Option<Vec<Name>>,
    /// The card of the record that was chosen to be looked at.
    peek: Option<Peek>,
}

impl Default for Find {
    fn default() -> Self {
        Self {
            pick: Pick::searching(""),
            hits: Vec::new(),
            landed: false,
            problem: None,
            looks_up: None,
            peek: None,
        }
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
    text.len() < 3 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Find {
    /// A look-up over something that is not finished, which would take records of these kinds over.
    #[must_use]
    pub fn look_up(wanted: Vec<Name>) -> Self {
        Self { looks_up: Some(wanted), ..Self::default() }
    }

    /// Whether what lies below would take the record whose card is shown.
    fn takes(&self) -> bool {
        let wanted = self.looks_up.as_deref().unwrap_or_default();
        self.peek.as_ref().is_some_and(|peek| wanted.contains(&peek.of.entity))
    }

    fn chosen(&mut self) -> Cmds {
        let Some(record) = self.pick.selected().map(|row| row.key.clone()) else {
            return Cmds::new();
        };
        if self.looks_up.is_none() {
            return vec![Cmd::CloseAndOpen(record)];
        }
        let hit = self.hits.iter().find(|hit| hit.record == record);
        self.peek = hit.map(Peek::of);
        self.read()
    }

    /// Asks for the record whose card is shown.
    fn read(&self) -> Cmds {
        let of = self.peek.as_ref().map(|peek| peek.of.clone());
        of.map(|of| Cmd::Ask(RECORD, Request::Get(of))).into_iter().collect()
    }

    fn title(&self, ctx: &Context) -> String {
        let title = ctx.t(if self.looks_up.is_some() { "find.look_up" } else { "find.title" });
        // There may be thousands whose number ends so.
        if self.hits.len() < AT_MOST || self.pick.is_empty() {
            return title.to_owned();
        }
        let first = ctx.tf("find.first", &[("n", &AT_MOST.to_string())]);
        format!("{title} · {first}")
    }

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
        if self.peek.is_some() { Place::Peek } else { Place::Overlay }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = Situation::new(&ctx.catalog, &ctx.person, self.place());
        (at.finds, at.takes) = (true, self.takes());
        if let Some(peek) = &self.peek {
            at.record = Some(peek.of.clone());
            at.deleted = peek.is_deleted();
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.peek.iter().map(|peek| peek.of.clone()).collect()
    }

    fn covers(&self) -> bool {
        false
    }

    /// What is chosen is one of the records that fit all that was typed.
    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        slot == HITS && key.is_some_and(|key| key.is(KeyCode::Enter))
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        if self.peek.is_some() {
            return None;
        }
        Some(match self.pick.key(key) {
            Picked::Closed => vec![Cmd::Close],
            Picked::Chosen => self.chosen(),
            Picked::Typed => self.typed(),
            Picked::Moved | Picked::Toggled => Cmds::new(),
            Picked::Ignored => return None,
        })
    }

    /// The keys of a card are the user's own.
    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let takes = self.takes();
        let peek = self.peek.as_mut()?;
        Some(match action {
            "nav.open" => vec![Cmd::CloseAndOpen(peek.of.clone())],
            "peek.take" if takes => vec![Cmd::CloseAndTake(peek.link())],
            "nav.back" => {
                self.peek = None;
                vec![Cmd::Forget(RECORD)]
            }
            _ if peek.scroll(action, ctx) => Cmds::new(),
            _ => return None,
        })
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        if self.peek.is_some() { self.read() } else { self.typed() }
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if self.peek.is_some() {
            return Cmds::new();
        }
        self.pick.act(Act::Insert(text.to_owned()));
        self.typed()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if slot == RECORD {
            if let Some(peek) = &mut self.peek {
                peek.take(answer, ctx);
            }
            return Cmds::new();
        }
        match answer {
            Ok(Reply::Hits(hits)) => {
                self.landed = true;
                self.problem = None;
                let row = |hit: &Hit| row_of(hit, std::convert::identity, ctx);
                self.pick.fill(hits.iter().map(row).collect());
                self.hits = hits;
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
        if let Some(peek) = &self.peek {
            return peek.view(area, buf, ctx);
        }
        let place = paint::centered(area, 76, area.height.min(18));
        let inner = paint::frame(buf, place, &self.title(ctx), ctx);
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
