//! The palette: everything that can be done, every screen, saved view, record and chapter of the manual, found
//! by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::find;
use super::help::{self, Offer};
use super::menu::{Menu, Row};
use super::rank::Ranked;
use crate::action::{Group, Key, KeyCode, Place, Situation};
use crate::gate::{Hit, ListRequest, SearchRequest};
use crate::model::{Name, Record, RecordRef};
use crate::query::Query;
use crate::term::Clean;
use crate::term::manual::{CHAPTERS, Chapter};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer, ListStart};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::manual::Manual;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::views::{self, Views};
use crate::tui::widget::Act;
use crate::tui::widget::pick::Picked;

const HITS: Slot = Slot("palette.hits", 0);
const VIEWS: Slot = Slot("palette.views", 0);
/// Records shown beside the actions.
const RECORDS: usize = 8;
/// Saved views that are looked at.
const MOST_VIEWS: usize = 200;

#[derive(Clone)]
enum Entry {
    Action(Name),
    View(usize),
    Record(RecordRef),
    Chapter(usize),
}

/// A saved view.
struct View {
    name: String,
    start: ListStart,
    kind: String,
    saved: bool,
    ranked: Ranked,
}

/// The palette.
pub struct Palette {
    menu: Menu<Entry>,
    offers: Vec<Offer>,
    views: Vec<View>,
    hits: Vec<Hit>,
    /// The chapters of the manual, in their order.
    chapters: Vec<(&'static str, Ranked)>,
}

/// The sections, in the order they have without words.
const SCREENS: usize = 0;
const VIEWS_OF: usize = 1;
const ACTIONS: usize = 2;
const RECORDS_OF: usize = 3;
const CHAPTERS_OF: usize = 4;

impl Palette {
    /// All that can be done, from where the user is.
    #[must_use]
    pub fn new(at: &Situation<'_>, ctx: &Context) -> Self {
        let offers = ctx
            .actions
            .all()
            .iter()
            .filter(|action| {
                action.is_at(at.place)
                    || Place::ALL.into_iter().any(|p| !p.is_typed_into() && action.is_at(p))
            })
            .map(|action| Offer::new(action, at, ctx))
            .collect();
        let chapter = |chapter: &Chapter| {
            let title = chapter.title(ctx.lang());
            (title, Ranked::new(title, &chapter.name.replace('-', " ")))
        };
        let chapters = CHAPTERS.iter().map(chapter).collect();
        let (menu, views, hits) = (Menu::default(), Vec::new(), Vec::new());
        let mut palette = Self { menu, offers, views, hits, chapters };
        palette.fill(ctx);
        palette
    }

    fn fill(&mut self, ctx: &Context) {
        let sections = self.sections(ctx);
        self.menu.fill(sections);
    }

    fn sections(&self, ctx: &Context) -> Vec<(String, Vec<Row<Entry>>)> {
        let typed = self.menu.query.text().trim();
        let mut found: [Vec<(i32, Row<Entry>)>; 5] = Default::default();
        let known = help::recent(ctx);
        let mut last: Vec<(usize, Row<Entry>)> = Vec::new();
        for offer in &self.offers {
            let Some((score, row)) = offer.fit(typed, Entry::Action(offer.id.clone()), ctx) else {
                continue;
            };
            let place = known.iter().position(|id| *id == offer.id);
            if let (Some(place), true, None) = (place, typed.is_empty(), &row.not) {
                last.push((place, row.clone()));
            }
            // Without words only what can be done here is offered.
            if !typed.is_empty() || row.not.is_none() {
                let section = if offer.group == Group::Go { SCREENS } else { ACTIONS };
                let bonus = place.map_or(0, |place| 12 - 2 * place as i32);
                found[section].push((score + bonus, row));
            }
        }
        for (n, view) in self.views.iter().enumerate() {
            // Without words only what somebody saved is offered.
            if let Some(fit) = view.ranked.fit(typed).filter(|_| view.saved || !typed.is_empty()) {
                let row = Row {
                    key: Entry::View(n),
                    keys: String::new(),
                    label: view.name.clone(),
                    hits: fit.hits,
                    note: view.kind.clone(),
                    not: None,
                };
                found[VIEWS_OF].push((fit.score, row));
            }
        }
        if !typed.is_empty() {
            found[RECORDS_OF].extend(self.hits.iter().map(|hit| (0, record(hit, ctx))));
        }
        // Without words the manual is one of the screens.
        let chapters = self.chapters.iter().enumerate().filter(|_| !typed.is_empty());
        for (n, (title, ranked)) in chapters {
            if let Some(fit) = ranked.fit(typed) {
                let row = Row {
                    key: Entry::Chapter(n),
                    keys: String::new(),
                    label: (*title).to_owned(),
                    hits: fit.hits,
                    note: ctx.t("manual.title").to_owned(),
                    not: None,
                };
                found[CHAPTERS_OF].push((fit.score, row));
            }
        }
        last.sort_by_key(|(place, _)| *place);
        let last = last.into_iter().map(|(_, row)| row).collect();
        let mut sections = vec![(1000, ctx.t("menu.recent").to_owned(), last)];
        let heads = ["menu.screens", "menu.views", "menu.actions", "menu.records", "manual.title"];
        for (n, (mut rows, head)) in found.into_iter().zip(heads).enumerate() {
            if !typed.is_empty() {
                rows.sort_by_key(|(score, _)| -score);
            }
            // The section with what fits best comes first; records fit by their names, else by what the
            // search says.
            let best = match (typed.is_empty(), n) {
                (true, _) => -(n as i32),
                (false, RECORDS_OF) => {
                    rows.iter().filter_map(|(_, row)| named(row, typed)).max().unwrap_or(0).max(15)
                }
                (false, _) => rows.first().map_or(0, |(score, _)| *score),
            };
            sections.push((
                best,
                ctx.t(head).to_owned(),
                rows.into_iter().map(|(_, r)| r).collect(),
            ));
        }
        sections.sort_by_key(|(best, ..)| -best);
        sections.into_iter().map(|(_, head, rows)| (head, rows)).collect()
    }

    fn typed(&mut self, ctx: &Context) -> Cmds {
        self.menu.problem = None;
        let text = self.menu.query.text().trim().to_owned();
        self.menu.waits = !text.is_empty();
        self.fill(ctx);
        if text.is_empty() {
            self.hits.clear();
            return vec![Cmd::Forget(HITS)];
        }
        let search = SearchRequest { text, entities: Vec::new(), filter: None, limit: RECORDS };
        vec![Cmd::Ask(HITS, Request::Search(search))]
    }

    fn chosen(&self, ctx: &Context) -> Cmds {
        let Some(row) = self.menu.selected() else { return Cmds::new() };
        if let Some(why) = &row.not {
            return vec![Cmd::Say(Role::Warning, why.clone())];
        }
        match &row.key {
            Entry::Action(id) => help::run(id, ctx),
            Entry::View(n) => {
                let start = self.views.get(*n).map(|view| view.start.clone()).unwrap_or_default();
                vec![Cmd::Close, Cmd::OpenList(Box::new(start))]
            }
            Entry::Record(record) => vec![Cmd::CloseAndOpen(record.clone())],
            Entry::Chapter(n) => vec![Cmd::Close, Cmd::Push(Box::new(Manual::on(*n)))],
        }
    }
}

/// How well the name of a found record fits.
fn named(row: &Row<Entry>, typed: &str) -> Option<i32> {
    Ranked::new(&row.label, "").fit(typed).map(|fit| fit.score)
}

/// A found record: what it is called, its reference where the keys of actions stand, its kind.
fn record(hit: &Hit, ctx: &Context) -> Row<Entry> {
    Row {
        key: Entry::Record(hit.record.clone()),
        keys: ctx.catalog.reference(&hit.record),
        label: Clean::line(ctx.format.title(&hit.record.entity, &hit.title)).into_string(),
        hits: Vec::new(),
        note: find::note_of(hit, None, ctx).into_string(),
        not: None,
    }
}

/// The views of all entities: those of the schema, then those that are saved.
fn views(saved: &[Record], ctx: &Context) -> Vec<View> {
    let mut out = Vec::new();
    for entity in ctx.catalog.entities().filter(|entity| entity.is_listed()) {
        let mut views = Views::shipped(&ctx.catalog, &entity.name, ctx.lang());
        let own = |record: &&Record| record.get("entity").as_text() == Some(&*entity.name);
        let own: Vec<Record> = saved.iter().filter(own).cloned().collect();
        views.take(&own, &ctx.catalog, &entity.name);
        let kind = entity.plural.get(ctx.lang());
        // What shows everything is the screen itself.
        for view in views.all().filter(|view| view.key != views::ALL) {
            let name = Clean::line(&view.label).into_string();
            out.push(View {
                ranked: Ranked::new(&name, &format!("{kind} {}", entity.name)),
                name,
                start: ListStart {
                    entity: Some(entity.name.clone()),
                    view: Some(view.key.clone()),
                    ..ListStart::default()
                },
                kind: kind.to_owned(),
                saved: view.saved.is_some(),
            });
        }
    }
    out
}

impl Layer for Palette {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        let mut list = ListRequest::first(views::ENTITY, MOST_VIEWS);
        list.filter = Query::parse(views::VISIBLE, &ctx.catalog, views::ENTITY).ok();
        vec![Cmd::Ask(VIEWS, Request::List(list))]
    }

    /// What could not be had is asked for again.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.menu.problem.is_none() {
            return Cmds::new();
        }
        let mut cmds = self.start(ctx);
        cmds.extend(self.typed(ctx));
        cmds
    }

    /// What is chosen is one of what fits all that was typed.
    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        slot == HITS
            && key.is_some_and(|key| key.is(KeyCode::Enter))
            && self.menu.selected().is_none()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        Some(match self.menu.key(key) {
            Picked::Closed => vec![Cmd::Close],
            Picked::Chosen => self.chosen(ctx),
            Picked::Typed => self.typed(ctx),
            Picked::Moved | Picked::Toggled => Cmds::new(),
            Picked::Ignored => return None,
        })
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        self.menu.act(Act::Insert(text.to_owned()));
        self.typed(ctx)
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        self.menu.waits &= slot != HITS;
        match answer {
            Ok(Reply::Hits(hits)) => {
                self.hits = hits;
                self.menu.problem = None;
            }
            Ok(Reply::Page(page)) => {
                self.views = views(&page.rows, ctx);
            }
            Err(error) => {
                if slot == HITS {
                    self.hits.clear();
                }
                self.menu.problem = Some(State::of(&error, ctx));
            }
            Ok(_) => return Cmds::new(),
        }
        let sections = self.sections(ctx);
        self.menu.fill_around(sections);
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        self.menu.view(area, buf, ctx.t("palette.title"), ctx.t("palette.hint"), ctx)
    }
}
