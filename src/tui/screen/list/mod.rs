//! A list of records of one entity: filtered while typing, sorted, marked, any length.
//!
//! It asks for the columns it shows and no more. Start at [`List`].

mod answer;
mod ask;
mod beside;
mod columns;
mod follow;
mod group;
mod group_view;
mod inline;
mod marks;
mod order;
mod saving;
mod view;
mod view_bar;

use marks::Marks;

use self::beside::Beside;
use self::group::Groups;
use self::saving::Saving;
use self::view_bar::Bar;
pub(crate) use crate::term::grouped;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::board::board_field;
use crate::action::{Key, Place, Situation};
use crate::gate::{Chosen, ListRequest, Summary};
use crate::model::{Link, Name, Record, RecordId, RecordRef};
use crate::query::Shown;
use crate::schema::Entity;
use crate::tui::cell;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::filter::{Filter, Typed, VALUES};
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer, ListStart};
use crate::tui::request::{Answer, Slot};
use crate::tui::rows::{Rows, Step};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::views::{ALL, Layout, preference};

const PAGE: Slot = Slot("list.page", 0);
const COUNT: Slot = Slot("list.count", 0);
const VIEWS: Slot = Slot("list.views", 0);
const SAVE_VIEW: Slot = Slot("list.save-view", 0);
const VIEW_COUNT: &str = "list.view-count";
const GROUPS: Slot = Slot("list.groups", 0);
const GROUP_PAGE: &str = "list.group";
const TOTALS: Slot = Slot("list.totals", 0);
const NEAR: Slot = Slot("list.near", 0);

/// A list of records.
pub struct List {
    entity: Name,
    name: Option<String>,
    filter: Filter,
    mine: bool,
    /// It was opened without a word about what to show.
    plain: bool,
    /// The filter it was opened with from a line of another screen.
    behind: Option<String>,
    layout: Layout,
    /// The views, and which of them is shown.
    bar: Bar,
    saving: Option<Saving>,
    /// Columns that this person prefers, where they were chosen since the start.
    preferred: Option<Vec<Shown>>,
    /// Chosen columns that were paged away to the left.
    skipped: usize,
    /// The column whose name has the cursor, while names are walked.
    header: Option<usize>,
    rows: Rows,
    marks: Marks,
    /// The cell under the cursor, while cells are edited.
    cell: Option<inline::CellCursor>,
    /// The ends of a row of marks that reaches beyond what is loaded, until it is.
    row_ends: Option<(RecordId, RecordId)>,
    /// The groups, where it is in groups; the rows above are not loaded then.
    groups: Option<Groups>,
    /// What all of it adds up to, where that is shown.
    totals: Option<Vec<Summary>>,
    /// Nothing fits the words that were typed: these are near to them.
    near: Option<String>,
    beside: Beside,
    problem: Option<State>,
    at: Option<RecordId>,
}

impl List {
    /// The list of an entity.
    #[must_use]
    pub fn new(entity: Name, start: ListStart) -> Self {
        let plain = start.is_plain();
        let layout = start.layout.map(|layout| *layout);
        let mut bar = Bar::new(start.view.clone().filter(|_| layout.is_none()));
        if let (Some(view), Some(_)) = (start.view, &layout) {
            bar.active = view;
        }
        let sort = start.sort;
        Self {
            bar,
            plain,
            behind: start.behind.then(|| start.filter.clone()),
            saving: None,
            preferred: None,
            skipped: 0,
            header: None,
            layout: layout.unwrap_or(Layout { sort, ..Layout::default() }),
            rows: Rows::new(ListRequest::first(&entity, 0)),
            filter: Filter::new(start.filter),
            name: start.name,
            mine: start.mine,
            marks: Marks::default(),
            cell: None,
            row_ends: None,
            groups: None,
            totals: None,
            near: None,
            beside: Beside::default(),
            problem: None,
            at: start.at,
            entity,
        }
    }

    fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.entity)
    }

    /// Rows that are seen at once.
    fn height(&self, ctx: &Context) -> usize {
        let taken =
            1 + self.bar_height(ctx) + self.totals_height() + u16::from(self.near.is_some());
        usize::from(chrome::body(ctx.size).height.saturating_sub(taken)).max(1)
    }

    fn moved(&mut self, step: Step, ctx: &Context) -> Cmds {
        let height = self.height(ctx);
        let mut cmds = if self.groups.is_some() {
            let cmds = self.step_groups(step, height).unwrap_or_default();
            if self.cell.is_some() {
                self.keep_on_row(step);
            }
            cmds
        } else {
            let asked = self.rows.step(step, height);
            asked.map(|asked| Cmd::Ask(PAGE, asked)).into_iter().collect()
        };
        cmds.extend(self.look_closer(ctx));
        cmds
    }

    /// The loaded rows that the cursor moves in.
    fn near_rows(&self) -> &Rows {
        self.groups.as_ref().and_then(Groups::rows).unwrap_or(&self.rows)
    }

    /// True where the list has nothing in it.
    fn is_blank(&self) -> bool {
        match &self.groups {
            Some(groups) => groups.list.is_empty(),
            None => self.rows.current().is_none(),
        }
    }

    /// The record under the cursor.
    fn current(&self) -> Option<&Record> {
        match &self.groups {
            Some(groups) => groups.current(),
            None => self.rows.current(),
        }
    }

    fn may_go_on(&self, ctx: &Context) -> bool {
        self.entity(ctx).is_some_and(|entity| self.filter.may_go_on(entity))
    }

    fn filter_typed(&mut self, typed: Typed, ctx: &Context) -> Cmds {
        let mut cmds = self.filter_went(typed, ctx);
        cmds.extend(self.filter.ask());
        cmds
    }

    fn filter_went(&mut self, typed: Typed, ctx: &Context) -> Cmds {
        match typed {
            Typed::Changed => {
                self.filter.check(ctx, &self.entity);
                if self.filter.error().is_none() { self.ask_again(ctx) } else { Cmds::new() }
            }
            Typed::Moved => Cmds::new(),
            Typed::Left => {
                self.marks.clear();
                let mut cmds = self.ask_again(ctx);
                cmds.extend(self.filter.remember(ctx, &self.entity));
                cmds
            }
        }
    }
}

impl Layer for List {
    fn place(&self) -> Place {
        match self.header {
            _ if self.filter.is_open() => Place::Filter,
            _ if self.cell.is_some() => self.cell_place().unwrap_or(Place::List),
            Some(_) => Place::Header,
            None => Place::List,
        }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let entity = self.entity(ctx);
        let mut trail =
            vec![entity.map(|e| e.plural.get(ctx.lang()).to_owned()).unwrap_or_default()];
        if self.rows.request().deleted {
            trail.push(ctx.t("list.deleted").to_owned());
        }
        if self.mine {
            trail.push(ctx.t("list.mine").to_owned());
        }
        trail.extend(self.name.clone());
        let view = self.view_shown();
        if let Some(view) = view.filter(|view| view.key != ALL) {
            let mark = if self.view_changed() { " *" } else { "" };
            trail.push(format!("{}{mark}", view.label));
        }
        let text = self.filter.text();
        let said = view.is_some_and(|view| view.query == text.trim());
        let aside = if text.is_empty() || said || self.filter.is_open() {
            String::new()
        } else {
            format!("/ {text}")
        };
        let right = match (self.place_of_all(), self.total()) {
            (Some((n, total)), _) => ctx.tf("list.position", &[("n", &n), ("total", &total)]),
            (None, Some(total)) => ctx.tf("list.total", &[("total", &total)]),
            (None, None) => String::new(),
        };
        let marked = self.marks.shown(ctx);
        let marked = match self.row_length() {
            Some(n) => ctx.tf("list.in_row", &[("n", &grouped(n as u64))]),
            None => marked,
        };
        let right = if marked.is_empty() { right } else { format!("{marked}   {right}") };
        Heading { trail, aside, right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        if let Some(field) = self.header_field(ctx) {
            let name = field.label.get(ctx.lang());
            return Some((Role::Info, ctx.tf("list.on_header", &[("field", name)])));
        }
        if let Some((shown, all)) =
            self.groups.as_ref().and_then(Groups::beyond).filter(|_| !self.has_row())
        {
            let values = [("n", &*grouped(shown)), ("all", &*grouped(all))];
            return Some((Role::Info, ctx.tf("list.largest", &values)));
        }
        if !self.has_row() {
            return None;
        }
        let n = self.row_length().map_or_else(|| "?".to_owned(), |n| grouped(n as u64));
        let key = ctx.key_of("list.range");
        Some((Role::Marked, ctx.tf("list.row", &[("n", &n), ("key", &key)])))
    }

    fn prompt(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Option<Seen> {
        self.filter.is_open().then(|| self.filter.draw_line(area, buf, ctx))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.entity = self.entity(ctx);
        at.marks = self.row_length().unwrap_or(0).max(self.marks.len());
        at.filtered = !self.filter.text().is_empty();
        at.deleted = self.rows.request().deleted;
        at.grouped = self.groups.is_some();
        at.view = self.view_here(ctx);
        at.view_changed = self.view_changed();
        if let Some(record) = self.current() {
            at.record = Some(record.reference());
            at.open = open_task(ctx, record);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        match self.chosen_here() {
            Some(Chosen::These(records)) => records,
            Some(Chosen::All { .. }) | None => Vec::new(),
        }
    }

    fn fields(&self, ctx: &Context) -> Vec<Name> {
        let Some(entity) = self.entity(ctx) else { return Vec::new() };
        self.columns(entity, ctx).iter().map(|column| column.field.name.clone()).collect()
    }

    fn chosen(&self) -> Option<Chosen> {
        self.chosen_here()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.filter.check(ctx, &self.entity);
        if std::mem::take(&mut self.plain) {
            let kept = ctx.prefs.get(&preference(&self.entity, "view")).map(str::to_owned);
            let first = || Some(self.entity(ctx)?.first_view()?.name.to_string());
            self.bar.wanted = kept.or_else(first);
        }
        let mut cmds = self.start_views(ctx);
        // A saved view is shown as soon as it is known.
        if self.bar.wanted.is_none() {
            cmds.extend(self.ask_again(ctx));
        }
        cmds
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.bar.wakes_at().into_iter().chain(self.rests_at()).min()
    }

    fn woken(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = self.rested(ctx);
        cmds.extend(self.woken_views(ctx));
        cmds
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        // The language may be another one.
        self.bar.views.call(&ctx.catalog, &self.entity, ctx.lang());
        let mut cmds = self.ask_quietly_again(ctx);
        cmds.extend(self.look_beside_again(ctx));
        cmds.extend(self.views_are_stale(ctx));
        cmds
    }

    fn made(&mut self, record: &RecordRef, ctx: &Context) -> Cmds {
        if record.entity != self.entity {
            return self.refresh(ctx);
        }
        self.at = Some(record.id);
        let mut cmds = self.ask_again(ctx);
        cmds.extend(self.views_are_stale(ctx));
        cmds
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = self.look_again(ctx);
        // A low screen has no bar, and asked for no counts.
        if self.bar.counts.is_empty() {
            cmds.extend(self.count_views(ctx));
        }
        cmds
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        let awaited = match (&self.groups, slot) {
            (None, PAGE) => self.rows.are_awaited(),
            (Some(groups), GROUPS) => groups.are_awaited(),
            (Some(groups), Slot(GROUP_PAGE, n)) => groups
                .list
                .get(n)
                .and_then(|group| group.rows.as_ref())
                .is_some_and(Rows::are_awaited),
            _ => false,
        };
        self.awaits_cell(slot) || (awaited && !self.filter.is_open())
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if let Some(cmds) = self.cell_key(key, ctx) {
            return Some(cmds);
        }
        if !self.filter.is_open() {
            return None;
        }
        let typed = self.filter.key(key, ctx, &self.entity)?;
        Some(self.filter_typed(typed, ctx))
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        if let Some(cmds) = self.cell_paste(text, ctx) {
            return cmds;
        }
        if !self.filter.is_open() {
            return Cmds::new();
        }
        self.filter.paste(text);
        self.filter_typed(Typed::Changed, ctx)
    }

    fn edited(&mut self, text: &str, ctx: &Context) -> Cmds {
        self.cell_edited(text, ctx).unwrap_or_default()
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if self.header.is_some()
            && let Some(cmds) = self.act_on_order(action, ctx)
        {
            return Some(cmds);
        }
        let page = self.height(ctx) as isize;
        if let Some(step) = Step::of_action(action, page) {
            return Some(self.moved(step, ctx));
        }
        let own = self
            .act_on_groups(action, ctx)
            .or_else(|| self.act_on_marks(action, ctx))
            .or_else(|| self.act_on_cell(action, ctx))
            .or_else(|| self.act_on_order(action, ctx))
            .or_else(|| self.act_on_views(action, ctx))
            .or_else(|| self.act_beside(action, ctx));
        if own.is_some() {
            return own;
        }
        Some(match action {
            "nav.open" => {
                self.current().map(|row| Cmd::Open(row.reference())).into_iter().collect()
            }
            "list.filter" => {
                self.filter.open(ctx, &self.entity);
                self.filter.ask().into_iter().collect()
            }
            "list.mine" => {
                self.mine = !self.mine;
                self.marks.clear();
                self.ask_again(ctx)
            }
            "go.board" if self.entity(ctx).is_some_and(|of| board_field(of).is_some()) => {
                vec![Cmd::OpenBoard(Box::new(self.as_start()))]
            }
            "list.columns" => self.choose_columns(ctx),
            "list.deleted" => {
                let request = self.rows.request_mut();
                request.deleted = !request.deleted;
                self.marks.clear();
                self.ask_again(ctx)
            }
            _ => return None,
        })
    }

    fn act_counted(&mut self, action: &str, count: u32, ctx: &Context) -> Option<Cmds> {
        // The names of columns have motions of their own.
        let page = self.height(ctx) as isize;
        let step = Step::of_action(action, page).filter(|_| self.header.is_none())?;
        Some(self.moved(step.times(count), ctx))
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let name = match target {
            Target::Header(name) => name,
            target => return self.pointed_at_view(target, ctx),
        };
        let sortable = self.entity(ctx)?.field(name).is_some_and(|field| field.sortable);
        Some(if sortable { self.sort_by(name, ctx) } else { Cmds::new() })
    }

    fn wheeled(&mut self, target: &Target, by: isize, ctx: &Context) -> Option<Cmds> {
        self.wheeled_over_views(target, by, ctx)
    }

    fn wanted(&self, ctx: &Context) -> Vec<Name> {
        self.cell_wants(ctx)
    }

    fn handed(&mut self, link: Link, ctx: &Context) -> Cmds {
        self.cell_takes(link, ctx)
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            "sort" => self.sort_by(choice, ctx),
            "group" => self.group_by(choice, ctx),
            "walked" => self.stand_on(choice, ctx),
            "columns" => self.told_columns(choice, ctx),
            // What was done with them is done; the next act begins anew.
            crate::tui::bulk::DONE => {
                self.marks.clear();
                Cmds::new()
            }
            _ => self.told_views(what, choice, ctx).unwrap_or_default(),
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if slot == VALUES {
            self.filter.take_values(answer, ctx, &self.entity);
            return Cmds::new();
        }
        let Some(answer) = self.marks_reply(slot, answer) else { return Cmds::new() };
        match self.cell_reply(slot, answer, ctx) {
            Ok(cmds) => cmds,
            Err(answer) => self.answered(slot, answer, ctx),
        }
    }

    fn walks(&self) -> Option<Rows> {
        match &self.groups {
            Some(groups) => groups.rows().cloned(),
            None => Some(self.rows.clone()),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let Some(entity) = self.entity(ctx) else { return Seen::default() };
        let width =
            if self.has_preview(ctx) { self.width(ctx).min(area.width) } else { area.width };
        let bar = Rect { height: self.bar_height(ctx).min(area.height), ..area };
        let mut seen = self.draw_bar(bar, buf, ctx);
        let (whole, taken) = (area, self.bar_height(ctx).min(area.height));
        let area = Rect { y: area.y + taken, height: area.height - taken, ..area };
        seen.join(self.draw_rows(Rect { width, ..area }, buf, entity, ctx));
        if self.has_preview(ctx) && self.current().is_some() {
            let side = Rect { x: area.x + width, width: area.width - width, ..area };
            self.draw_beside(side, buf, ctx);
        }
        if self.filter.is_open() {
            seen.join(self.filter.draw_proposals(whole, buf, ctx));
        }
        seen
    }
}

/// Whether a task is still open; none for anything but tasks.
pub(super) fn open_task(ctx: &Context, record: &Record) -> Option<bool> {
    let entity = ctx.catalog.entity(&record.entity).filter(|entity| entity.name == "task")?;
    Some(cell::standing(entity, record).is_none_or(|s| s == crate::schema::Standing::Open))
}
