//! The views of the list: the bar that names them with their counts, stepping through them, showing one.
//!
//! Counts are asked quietly, after everything else, and stop at a cap; nobody ever waits for them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{List, VIEW_COUNT, VIEWS, grouped};
use crate::action::ViewHere;
use crate::gate::Count;
use crate::model::RecordId;
use crate::query::Query;
use crate::term;
use crate::tui::context::Context;
use crate::tui::filter::Filter;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, ListStart};
use crate::tui::overlay::choose::Choose;
use crate::tui::paint;
use crate::tui::request::{Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::views::{ALL, View, Views, preference};

/// Counting the records of a view stops here.
const CAP: u64 = 10_000;
/// Changes by others make us count again after so long.
const AGAIN: TimeDelta = TimeDelta::seconds(2);

/// The views of a list, and which of them it shows.
pub(super) struct Bar {
    pub(super) views: Views,
    /// The key of the view that is shown.
    pub(super) active: String,
    /// A view to be shown as soon as the saved ones are known.
    pub(super) wanted: Option<String>,
    pub counts: BTreeMap<String, Count>,
    /// The views that were asked to be counted, by the number of their slot.
    counting: Vec<String>,
    counted_at: Option<DateTime<Utc>>,
    /// Counts are old since somebody wrote.
    stale: bool,
}

impl Bar {
    pub(super) fn new(wanted: Option<String>) -> Self {
        Self {
            views: Views::default(),
            active: ALL.to_owned(),
            wanted,
            counts: BTreeMap::new(),
            counting: Vec::new(),
            counted_at: None,
            stale: false,
        }
    }

    /// When counts that are old are asked for again.
    pub(super) fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.counted_at.filter(|_| self.stale).map(|at| at + AGAIN)
    }
}

/// The number of the person who works.
pub(super) fn me(ctx: &Context) -> RecordId {
    ctx.person.user
}

impl List {
    /// The view that is shown, where it is known.
    pub(super) fn view_shown(&self) -> Option<&View> {
        self.bar.views.get(&self.bar.active)
    }

    /// Whether something else is shown than the view says.
    pub(super) fn view_changed(&self) -> bool {
        let Some(view) = self.view_shown() else { return false };
        if view.key == ALL {
            // All with a filter is still all; in another order or with other columns it is not as it was.
            return self.name.is_none() && self.layout != view.layout;
        }
        self.mine || self.filter.text().trim() != view.query || self.layout != view.layout
    }

    pub(super) fn view_here(&self, ctx: &Context) -> ViewHere {
        match self.view_shown() {
            Some(view) if view.saved.is_none() => ViewHere::Shipped,
            Some(view) if view.is_of(me(ctx)) => ViewHere::Own,
            Some(_) => ViewHere::Others,
            None => ViewHere::Shipped,
        }
    }

    /// Begins: which views there are, and the one to show first.
    pub(super) fn start_views(&mut self, ctx: &Context) -> Cmds {
        self.bar.views = Views::shipped(&ctx.catalog, &self.entity, ctx.lang());
        if let Some(wanted) = self.bar.wanted.take() {
            if self.bar.views.get(&wanted).is_some() {
                self.show(&wanted, ctx);
            } else if wanted != ALL {
                self.bar.wanted = Some(wanted);
            }
        }
        self.ask_views(ctx)
    }

    pub(super) fn ask_views(&self, ctx: &Context) -> Cmds {
        let request = Views::request(&ctx.catalog, &self.entity);
        request.map(|request| Cmd::Ask(VIEWS, Request::List(request))).into_iter().collect()
    }

    /// Takes the saved views in.
    pub(super) fn take_views(&mut self, reply: &Reply, ctx: &Context) -> Cmds {
        if let Reply::Page(page) = reply {
            self.bar.views.take(&page.rows, &ctx.catalog, &self.entity);
        }
        let mut cmds = Cmds::new();
        match self.bar.wanted.take() {
            Some(wanted) if self.bar.views.get(&wanted).is_some() => {
                self.show(&wanted, ctx);
                cmds.extend(self.ask_again(ctx));
            }
            Some(_) => cmds.extend(self.ask_again(ctx)),
            None => {}
        }
        if self.view_shown().is_none() {
            ALL.clone_into(&mut self.bar.active);
        }
        cmds.extend(self.count_views(ctx));
        cmds
    }

    /// The views of the bar: those of the schema that were not put away, and the pinned saved ones.
    pub(super) fn in_bar(&self, ctx: &Context) -> Vec<&View> {
        let away = self.put_away(ctx);
        self.bar
            .views
            .all()
            .filter(|view| view.pinned.is_some() && !away.contains(&view.key))
            .collect()
    }

    /// The keys of views that this person does not want in the bar.
    pub(super) fn put_away(&self, ctx: &Context) -> Vec<String> {
        let kept = ctx.prefs.get(&preference(&self.entity, "unpinned")).unwrap_or_default();
        kept.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
    }

    /// Asks quietly how many records the views of the bar have.
    pub(super) fn count_views(&mut self, ctx: &Context) -> Cmds {
        if self.bar_height(ctx) == 0 {
            return Cmds::new();
        }
        let wanted: Vec<(String, Option<Query>)> = self
            .in_bar(ctx)
            .into_iter()
            .filter_map(|view| {
                let query = Query::parse(&view.query, &ctx.catalog, &self.entity).ok()?;
                Some((view.key.clone(), (!query.is_everything()).then_some(query)))
            })
            .collect();
        let mut cmds = Cmds::new();
        self.bar.counting.clear();
        for (n, (key, filter)) in wanted.into_iter().enumerate() {
            self.bar.counting.push(key);
            let entity = self.entity.clone();
            let count = Request::Count { entity, filter, cap: Some(CAP) };
            cmds.push(Cmd::Ask(Slot(VIEW_COUNT, n), Request::Quietly(Box::new(count))));
        }
        cmds
    }

    /// Data changed: counts are asked for again, but not all the time.
    pub(super) fn views_are_stale(&mut self, ctx: &Context) -> Cmds {
        self.bar.stale = true;
        self.woken_views(ctx)
    }

    pub(super) fn woken_views(&mut self, ctx: &Context) -> Cmds {
        let soon = self.bar.counted_at.is_some_and(|at| ctx.now - at < AGAIN);
        if soon || !self.bar.stale {
            return Cmds::new();
        }
        self.bar.stale = false;
        self.bar.counted_at = Some(ctx.now);
        let mut cmds = self.ask_views(ctx);
        cmds.extend(self.count_views(ctx));
        cmds
    }

    pub(super) fn take_view_count(&mut self, n: usize, reply: &Reply) {
        if let (Some(key), Reply::Count(count)) = (self.bar.counting.get(n), reply) {
            self.bar.counts.insert(key.clone(), *count);
        }
    }

    /// Shows a view: its filter and its layout. Rows have to be asked for.
    pub(super) fn show(&mut self, key: &str, ctx: &Context) {
        let Some(view) = self.bar.views.get(key).cloned() else { return };
        self.filter.replace(view.query);
        self.filter.check(ctx, &self.entity);
        self.layout = view.layout;
        self.mine = false;
        self.name = None;
        self.marks.clear();
        self.skipped = 0;
        self.rows.request_mut().deleted = false;
        key.clone_into(&mut self.bar.active);
    }

    pub(super) fn show_and_ask(&mut self, key: &str, ctx: &Context) -> Cmds {
        self.show(key, ctx);
        self.ask_again(ctx)
    }

    /// The next or previous view of the bar; after the last comes the first.
    pub(super) fn step_view(&mut self, by: isize, ctx: &Context) -> Cmds {
        let keys: Vec<String> = self.in_bar(ctx).into_iter().map(|view| view.key.clone()).collect();
        if keys.is_empty() {
            return Cmds::new();
        }
        let at = keys.iter().position(|key| *key == self.bar.active);
        let last = keys.len() as isize;
        let next = at.map_or(0, |at| (at as isize + by).rem_euclid(last) as usize);
        self.show_and_ask(&keys[next].clone(), ctx)
    }

    /// A view of the bar was clicked: it is shown. Not while a cell is edited, which that would leave.
    pub(super) fn pointed_at_view(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let key = match target {
            Target::Tab(n) => self.in_bar(ctx).get(*n).map(|view| view.key.clone()),
            Target::Tabs => None,
            _ => return None,
        };
        let key = key.filter(|_| self.cell.is_none());
        self.header = None;
        Some(key.map(|key| self.show_and_ask(&key, ctx)).unwrap_or_default())
    }

    /// The wheel over the bar steps through the views, and stops at either end.
    pub(super) fn wheeled_over_views(
        &mut self,
        target: &Target,
        by: isize,
        ctx: &Context,
    ) -> Option<Cmds> {
        if !matches!(target, Target::Tab(_) | Target::Tabs) {
            return None;
        }
        let views = self.in_bar(ctx);
        let at = views.iter().position(|view| view.key == self.bar.active);
        let ends = at.is_some_and(|at| at.checked_add_signed(by).is_none_or(|n| n >= views.len()));
        if ends || self.cell.is_some() {
            return Some(Cmds::new());
        }
        self.header = None;
        Some(self.step_view(by, ctx))
    }

    /// One step out: first the filter of the view again, then everything.
    pub(super) fn leave_view(&mut self, ctx: &Context) -> Option<Cmds> {
        if let Some(behind) = self.behind.clone() {
            // What it was opened with is no filter of its own: from there the way leads back.
            let behind = if behind.is_empty() {
                self.view_shown().map(|view| view.query.clone()).unwrap_or_default()
            } else {
                behind
            };
            if self.filter.text().trim() == behind.trim() {
                return None;
            }
            self.filter = Filter::new(behind);
            self.filter.check(ctx, &self.entity);
            return Some(self.ask_again(ctx));
        }
        let query = self.view_shown().map(|view| view.query.clone()).unwrap_or_default();
        if self.mine || self.filter.text().trim() != query {
            self.filter = Filter::new(query);
            self.filter.check(ctx, &self.entity);
            self.mine = false;
            self.name = None;
            return Some(self.ask_again(ctx));
        }
        (self.bar.active != ALL).then(|| self.show_and_ask(ALL, ctx))
    }

    pub(super) fn choose_view(&self, ctx: &Context) -> Cmds {
        let choices = self.bar.views.all().map(|view| {
            let mut label = view.label.clone();
            if let Some(count) = self.bar.counts.get(&view.key) {
                label.push_str("  ");
                label.push_str(&counted(*count));
            }
            if let Some(saved) = view.saved.as_ref().filter(|_| !view.is_of(me(ctx))) {
                label.push_str("  ");
                let key = if saved.shared == "team" { "view.of_team" } else { "view.of_all" };
                label.push_str(ctx.t(key));
            }
            (view.key.clone(), label)
        });
        let title = ctx.t("view.choose").to_owned();
        vec![Cmd::Push(Box::new(
            Choose::new("view", title, choices.collect()).now(&self.bar.active),
        ))]
    }

    /// What is shown, to be shown elsewhere or again.
    pub(super) fn as_start(&self) -> ListStart {
        ListStart {
            entity: Some(self.entity.clone()),
            filter: self.filter.text().trim().to_owned(),
            mine: self.mine,
            view: Some(self.bar.active.clone()),
            layout: Some(Box::new(self.layout.clone())),
            behind: self.behind.is_some(),
            ..ListStart::default()
        }
    }

    /// Lines the bar takes: none on low screens.
    pub(super) fn bar_height(&self, ctx: &Context) -> u16 {
        u16::from(crate::tui::chrome::body(ctx.size).height >= 12)
    }

    /// Draws the bar; what does not fit is paged so that the shown view is seen.
    pub(super) fn draw_bar(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        if area.is_empty() {
            return seen;
        }
        seen.hit(area, Target::Tabs);
        let texts: Vec<(bool, String, String)> = self
            .in_bar(ctx)
            .into_iter()
            .map(|view| {
                let active = view.key == self.bar.active;
                let mark = if active && self.view_changed() { "*" } else { "" };
                let count = self.bar.counts.get(&view.key).map(|count| counted(*count));
                (active, format!("{}{mark}", view.label), count.unwrap_or_default())
            })
            .collect();
        let width = |(_, label, count): &(bool, String, String)| {
            let count = if count.is_empty() { 0 } else { term::width(count) + 1 };
            (term::width(label) + count + 2) as u16
        };
        let room = area.width.saturating_sub(2);
        let active = texts.iter().position(|(active, ..)| *active).unwrap_or(0);
        let mut first = 0;
        while first < active && texts[first..=active].iter().map(width).sum::<u16>() > room {
            first += 1;
        }
        let cut = ctx.glyphs().cut;
        let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        if first > 0 {
            paint::text(buf, Rect { x: area.x, ..area }, cut, ctx.style(Role::Muted), ctx);
            seen.hit(Rect { width: 1, ..area }, Target::Tab(first - 1));
        }
        for (n, text) in texts.iter().enumerate().skip(first) {
            let taken = width(text);
            if taken > rest.width {
                paint::text(buf, rest, cut, ctx.style(Role::Muted), ctx);
                // Who points at what is left out goes on to it.
                seen.hit(rest, Target::Tab(n));
                break;
            }
            seen.hit(Rect { width: taken, ..rest }, Target::Tab(n));
            let (active, label, count) = text;
            let (role, number) =
                if *active { (Role::TabOpen, Role::TabOpen) } else { (Role::Tab, Role::Muted) };
            let lead = if *active { ctx.glyphs().cursor } else { " " };
            let gap = if count.is_empty() { "" } else { " " };
            let parts = [
                (lead, ctx.style(if *active { Role::Accent } else { Role::Text })),
                (label.as_str(), ctx.style(role)),
                (gap, ctx.style(role)),
                (count.as_str(), ctx.style(number)),
            ];
            paint::pieces(buf, rest, &parts, ctx);
            rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
        }
        seen
    }
}

/// `214`, `10k+`.
fn counted(count: Count) -> String {
    match count {
        Count::Exactly(n) => grouped(n),
        Count::AtLeast(n) if n % 1000 == 0 => format!("{}k+", n / 1000),
        Count::AtLeast(n) => format!("{}+", grouped(n)),
    }
}
