//! The palette: everything that can be done, every screen, every record, found by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::find::row_of;
use super::help;
use crate::action::{Key, Place, Situation};
use crate::gate::{Hit, SearchRequest};
use crate::model::{Name, RecordRef, text};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::widget::Act;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const HITS: Slot = Slot("palette.hits", 0);
/// Records shown beside the actions.
const RECORDS: usize = 8;

#[derive(Clone)]
enum Entry {
    Action(Name, Option<String>),
    Record(RecordRef),
}

/// The palette.
pub struct Palette {
    pick: Pick<Entry>,
    actions: Vec<(String, PickRow<Entry>)>,
    hits: Vec<Hit>,
}

impl Palette {
    /// All that can be done where the user is.
    #[must_use]
    pub fn new(at: &Situation<'_>, ctx: &Context) -> Self {
        let mut actions: Vec<(String, PickRow<Entry>)> = ctx
            .actions
            .at(at.place)
            .map(|action| {
                let title = help::title(action, ctx);
                let not = action.available(at).err().map(|why| help::reason(&why, ctx));
                let note = not.clone().unwrap_or_else(|| ctx.key_of(&action.id));
                let folded = text::fold(&format!("{title} {}", action.id));
                let role = if not.is_some() { Role::Disabled } else { Role::Text };
                let mut row =
                    PickRow::new(Entry::Action(action.id.clone(), not), Clean::line(&title));
                row.note = Clean::line(&note);
                row.role = role;
                (folded, row)
            })
            .collect();
        actions.sort_by_key(|(_, row)| row.role == Role::Disabled);
        let mut palette = Self { pick: Pick::searching(""), actions, hits: Vec::new() };
        palette.fill(ctx);
        palette
    }

    fn fill(&mut self, ctx: &Context) {
        let words = text::fold(self.pick.query.text());
        let fits = |folded: &str| words.split_whitespace().all(|word| folded.contains(word));
        let mut rows: Vec<PickRow<Entry>> = self
            .actions
            .iter()
            .filter(|(folded, _)| fits(folded))
            .map(|(_, row)| row.clone())
            .collect();
        let first = words.split_whitespace().next().unwrap_or_default();
        rows.sort_by_key(|row| {
            (row.role == Role::Disabled, !text::fold(row.label.as_str()).starts_with(first))
        });
        if !words.is_empty() {
            let hits = self.hits.iter().map(|hit| row_of(hit, Entry::Record, ctx));
            // A palette is typed for actions first; few fitting ones leave the room to records.
            rows.extend(hits);
        }
        self.pick.fill(rows);
    }

    fn typed(&mut self, ctx: &Context) -> Cmds {
        self.fill(ctx);
        let text = self.pick.query.text().trim().to_owned();
        if text.is_empty() {
            self.hits.clear();
            return vec![Cmd::Forget(HITS)];
        }
        let search = SearchRequest { text, entities: Vec::new(), filter: None, limit: RECORDS };
        vec![Cmd::Ask(HITS, Request::Search(search))]
    }
}

impl Layer for Palette {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        Some(match self.pick.key(key) {
            Picked::Closed => vec![Cmd::Close],
            Picked::Chosen => match self.pick.selected().map(|row| &row.key) {
                Some(Entry::Action(_, Some(why))) => vec![Cmd::Say(Role::Warning, why.clone())],
                Some(Entry::Action(id, None)) => vec![Cmd::CloseAndRun(id.clone())],
                Some(Entry::Record(record)) => vec![Cmd::CloseAndOpen(record.clone())],
                None => Cmds::new(),
            },
            Picked::Typed => self.typed(ctx),
            Picked::Moved | Picked::Toggled => Cmds::new(),
            Picked::Ignored => return None,
        })
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        self.pick.act(Act::Insert(text.to_owned()));
        self.typed(ctx)
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Hits(hits)) => {
                self.hits = hits;
                self.fill(ctx);
                Cmds::new()
            }
            Err(error) => vec![Cmd::Say(Role::Error, crate::tui::chrome::told(&error))],
            Ok(_) => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let place = paint::centered(area, 72, area.height.min(18));
        let inner = paint::frame(buf, place, ctx.t("palette.title"), ctx);
        self.pick.draw(buf, inner, ctx.t("pick.nothing"), ctx)
    }
}
