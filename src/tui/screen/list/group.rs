//! A list in groups: how many there are in each and what they add up to; a group opens into its rows.
//!
//! Groups come from one aggregate; the rows of an open one are a window of their own with the condition of
//! the group, so that a group of a hundred thousand costs no more than one of three. Start at [`Groups`].

use std::collections::BTreeMap;

use super::{GROUP_PAGE, GROUPS, List};
use crate::gate::{Aggregate, GroupBy, Groups as Found, ListRequest, Measure, Summary};
use crate::model::{Lang, Record, RecordId, Value};
use crate::query::{Grouping, Pace, Query};
use crate::schema::{Entity, Field, FieldType};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::choose::Choose;
use crate::tui::request::{Reply, Request, Slot};
use crate::tui::rows::{Rows, Step};
use crate::tui::theme::Role;

/// Up to so many groups with so many records in all are open at first.
const OPEN_AT_FIRST: (usize, u64) = (12, 300);
/// Of more groups than these the largest are shown.
const MOST_GROUPS: usize = 1_000;
/// The longest way by lines.
const MOST_LINES: isize = 1_000_000;

/// One group.
pub(super) struct Group {
    pub(super) key: Value,
    pub(super) label: Clean,
    /// The number of records, then the sums of the measured fields.
    pub(super) values: Vec<Summary>,
    /// Its rows, once it was opened.
    pub(super) rows: Option<Rows>,
    pub(super) open: bool,
}

impl Group {
    pub(super) fn count(&self) -> u64 {
        match self.values.first() {
            Some(Summary::Count(count)) => *count,
            _ => 0,
        }
    }

    /// The rows that stand below it now.
    pub(super) fn shown(&self) -> Option<&Rows> {
        self.rows.as_ref().filter(|rows| self.open && !rows.loaded().is_empty())
    }
}

/// The groups of a list, and where the cursor is among them.
pub(super) struct Groups {
    pub(super) by: Grouping,
    pub(super) list: Vec<Group>,
    /// The group of the cursor.
    pub(super) at: usize,
    /// The cursor is on a row of it, not on its name.
    pub(super) on_row: bool,
    /// Lines above the cursor on the screen.
    pub(super) above: usize,
    pub(super) landed: bool,
    awaited: bool,
    /// Lines that the cursor still has to go, once the rows before them are loaded.
    owed: isize,
    /// How many groups there are; the list may have the largest only.
    all: u64,
    /// The record that the cursor goes along with, and its value that tells its group.
    pub(super) follows: Option<(RecordId, Value)>,
}

impl Groups {
    fn new(by: Grouping) -> Self {
        Self {
            by,
            list: Vec::new(),
            at: 0,
            on_row: false,
            above: 0,
            landed: false,
            awaited: false,
            owed: 0,
            all: 0,
            follows: None,
        }
    }

    pub(super) fn are_awaited(&self) -> bool {
        self.awaited
    }

    /// How many are shown and how many there are, where that is not the same.
    pub(super) fn beyond(&self) -> Option<(u64, u64)> {
        let shown = self.list.len() as u64;
        (self.all > shown).then_some((shown, self.all))
    }

    /// The record under the cursor; none on the name of a group.
    pub(super) fn current(&self) -> Option<&Record> {
        self.rows()?.current()
    }

    /// The rows of the group that has the cursor on one of them.
    pub(super) fn rows(&self) -> Option<&Rows> {
        self.list.get(self.at).filter(|_| self.on_row)?.shown()
    }

    /// One line down or up; what must be asked for it.
    fn line(&mut self, down: bool) -> Option<(usize, Request)> {
        let at = self.at;
        let group = self.list.get_mut(at)?;
        let open = group.shown().is_some();
        let mut asked = None;
        if let (true, Some(rows)) = (self.on_row && open, &mut group.rows) {
            let before = rows.selected();
            asked = rows.step(Step::By(if down { 1 } else { -1 }), 1);
            let moved = rows.selected() != before;
            if moved || (down && !rows.is_at_end()) || (!down && !rows.is_at_start()) {
                self.above = if down { self.above + 1 } else { self.above.saturating_sub(1) };
                return asked.map(|asked| (at, asked));
            }
        }
        if down {
            if !self.on_row && open {
                self.on_row = true;
                asked = group.rows.as_mut().and_then(|rows| rows.step(Step::Top, 1));
            } else if at + 1 < self.list.len() {
                self.at += 1;
                self.on_row = false;
            } else {
                return asked.map(|asked| (at, asked));
            }
            self.above += 1;
        } else {
            self.above = self.above.saturating_sub(1);
            if self.on_row {
                self.on_row = false;
            } else if at > 0 {
                self.at -= 1;
                return self.stand_on_last_row();
            }
        }
        asked.map(|asked| (at, asked))
    }

    /// The last line of the group of the cursor.
    fn stand_on_last_row(&mut self) -> Option<(usize, Request)> {
        let at = self.at;
        let group = self.list.get_mut(at)?;
        self.on_row = group.shown().is_some();
        let rows = group.rows.as_mut().filter(|_| self.on_row)?;
        rows.step(Step::Bottom, 1).map(|asked| (at, asked))
    }

    fn step(&mut self, step: Step) -> Vec<(usize, Request)> {
        let mut asked = Vec::new();
        match step {
            Step::By(by) => {
                self.owed = self.owed.saturating_add(by).clamp(-MOST_LINES, MOST_LINES);
                while self.owed != 0 && !self.rows().is_some_and(Rows::are_awaited) {
                    let down = self.owed > 0;
                    let before = (self.at, self.on_row, self.rows().map(Rows::selected));
                    asked.extend(self.line(down));
                    let after = (self.at, self.on_row, self.rows().map(Rows::selected));
                    // The last line, or the first.
                    if after == before && !self.rows().is_some_and(Rows::are_awaited) {
                        self.owed = 0;
                        break;
                    }
                    self.owed -= if down { 1 } else { -1 };
                }
            }
            Step::To(n) => {
                (self.at, self.on_row, self.above, self.owed) = (0, false, 0, 0);
                asked.extend(self.step(Step::By(n.saturating_sub(1) as isize)));
            }
            Step::Top => (self.at, self.on_row, self.above, self.owed) = (0, false, 0, 0),
            Step::Bottom => {
                self.owed = 0;
                self.at = self.list.len().saturating_sub(1);
                self.above = usize::MAX / 2;
                asked.extend(self.stand_on_last_row());
            }
        }
        asked
    }
}

impl List {
    /// The actions of groups; none where it is another.
    pub(super) fn act_on_groups(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if action == "list.group" {
            return Some(self.choose_group(ctx));
        }
        if action == "list.totals" {
            self.layout.totals = !self.layout.totals;
            return Some(self.ask_totals(ctx).into_iter().collect());
        }
        let groups = self.groups.as_ref()?;
        Some(match action {
            "nav.open" if !groups.on_row => self.fold(groups.at, ctx),
            "list.fold" => self.fold(groups.at, ctx),
            "list.fold-all" => {
                let open = groups.list.iter().any(|group| group.open);
                let all = 0..groups.list.len();
                let mut cmds = Cmds::new();
                for n in all.filter(|n| groups.list[*n].open == open).collect::<Vec<_>>() {
                    cmds.extend(self.fold(n, ctx));
                }
                cmds
            }
            _ => return None,
        })
    }

    /// Asks by what to put the list in groups; from the names of columns, groups by the one there.
    fn choose_group(&self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let here = self.header_field(ctx).map(|field| field.name.clone());
        let mut choices: Vec<(String, String)> = Vec::new();
        for field in &entity.fields {
            if here.as_ref().is_some_and(|here| *here != field.name) {
                continue;
            }
            for pace in Grouping::paces(field) {
                let group = Grouping { field: field.name.clone(), pace: *pace };
                choices.push((group.to_string(), name_of(*pace, field, ctx)));
            }
        }
        if choices.is_empty() {
            return vec![Cmd::Say(Role::Warning, ctx.t("list.no_groups_here").to_owned())];
        }
        if self.layout.group.is_some() {
            choices.insert(0, (String::new(), ctx.t("list.ungrouped").to_owned()));
        }
        let title = ctx.t("list.group_by").to_owned();
        let now = self.layout.group.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![Cmd::Push(Box::new(Choose::new("group", title, choices).now(&now)))]
    }

    /// Puts the list in groups, or takes it out of them.
    pub(super) fn group_by(&mut self, text: &str, ctx: &Context) -> Cmds {
        self.layout.group = Grouping::parse(text, &ctx.catalog, &self.entity).unwrap_or_default();
        self.header = None;
        self.ask_again(ctx)
    }

    /// What is measured of groups and of the whole: how many, and the sums of numbers that are shown.
    pub(super) fn measured<'a>(&self, entity: &'a Entity, ctx: &Context) -> Vec<&'a Field> {
        use crate::schema::FieldResult::{Decimal, Integer, Money};
        let adds = |field: &&Field| match field.meant() {
            FieldType::Money | FieldType::Integer | FieldType::Decimal => true,
            FieldType::Formula { result, .. } => matches!(result, Money | Integer | Decimal),
            _ => false,
        };
        let columns = self.columns(entity, ctx);
        columns.iter().map(|column| column.field).filter(adds).collect()
    }

    pub(super) fn measures(&self, ctx: &Context) -> Vec<Measure> {
        let fields = self.entity(ctx).map(|entity| self.measured(entity, ctx)).unwrap_or_default();
        let sums = fields.into_iter().map(|field| Measure::Sum(field.name.clone()));
        std::iter::once(Measure::Count).chain(sums).collect()
    }

    /// Asks for the groups, where the list is in groups.
    pub(super) fn ask_groups(&mut self, ctx: &Context) -> Option<Cmd> {
        let by = self.layout.group.clone().filter(|_| !self.rows.request().deleted);
        let Some(by) = by else {
            self.groups = None;
            return None;
        };
        if self.groups.as_ref().is_none_or(|groups| groups.by != by) {
            self.groups = Some(Groups::new(by.clone()));
        }
        if let Some(groups) = &mut self.groups {
            groups.awaited = true;
        }
        let group = match by.pace {
            Pace::Value => GroupBy::Field(by.field),
            Pace::Month => GroupBy::Month(by.field),
            Pace::Quarter => GroupBy::Quarter(by.field),
        };
        Some(Cmd::Ask(
            GROUPS,
            Request::Groups(
                Aggregate {
                    entity: self.entity.clone(),
                    filter: self.rows.request().filter.clone(),
                    group: vec![group],
                    measures: self.measures(ctx),
                },
                MOST_GROUPS,
            ),
        ))
    }

    /// Takes the groups in; those that were open stay open and ask for their rows again.
    pub(super) fn take_groups(&mut self, found: Found, ctx: &Context) -> Cmds {
        let Found { buckets, all } = found;
        let field = self.layout.group.as_ref().and_then(|by| {
            ctx.catalog.entity(&self.entity).and_then(|entity| entity.field(&by.field))
        });
        let (Some(groups), Some(field)) = (&mut self.groups, field) else { return Cmds::new() };
        let first = !groups.landed;
        let here = groups.list.get(groups.at).map(|group| group.key.clone());
        let mut before: BTreeMap<String, Group> = std::mem::take(&mut groups.list)
            .into_iter()
            .map(|group| (format!("{:?}", group.key), group))
            .collect();
        let mut list: Vec<Group> = buckets
            .into_iter()
            .filter_map(|bucket| {
                let key = bucket.key.into_iter().next()?;
                let label = label(&key, field, groups.by.pace, ctx);
                let known = before.remove(&format!("{key:?}"));
                let (open, rows) = known.map_or((false, None), |known| (known.open, known.rows));
                Some(Group { key, label, values: bucket.values, rows, open })
            })
            .collect();
        list.sort_by_cached_key(|group| place(group, field));
        let total: u64 = list.iter().map(Group::count).sum();
        let all_open = first && list.len() <= OPEN_AT_FIRST.0 && total <= OPEN_AT_FIRST.1;
        groups.at = here
            .and_then(|here| list.iter().position(|group| group.key == here))
            .unwrap_or_else(|| groups.at.min(list.len().saturating_sub(1)));
        groups.list = list;
        (groups.landed, groups.awaited) = (true, false);
        groups.all = all;
        let opened: Vec<usize> =
            (0..groups.list.len()).filter(|n| all_open || groups.list[*n].open).collect();
        let mut cmds: Cmds = opened.into_iter().flat_map(|n| self.open_group(n, ctx)).collect();
        cmds.extend(self.go_along(ctx));
        cmds
    }

    /// Opens a group, or closes it.
    fn fold(&mut self, n: usize, ctx: &Context) -> Cmds {
        let Some(groups) = &mut self.groups else { return Cmds::new() };
        let Some(group) = groups.list.get_mut(n) else { return Cmds::new() };
        if group.open {
            group.open = false;
            if groups.at == n {
                groups.on_row = false;
            }
            return Cmds::new();
        }
        self.open_group(n, ctx)
    }

    /// Asks for the rows of a group.
    pub(super) fn open_group(&mut self, n: usize, ctx: &Context) -> Cmds {
        let Some(groups) = &mut self.groups else { return Cmds::new() };
        let by = groups.by.clone();
        let Some(group) = groups.list.get_mut(n) else { return Cmds::new() };
        let whole = self.rows.request();
        let within = by
            .condition(&group.key, &ctx.catalog)
            .and_then(|text| Query::parse(&text, &ctx.catalog, &self.entity).ok());
        let filter = match (whole.filter.clone(), within) {
            (Some(all), Some(within)) => Some(all.and(within)),
            (all, within) => within.or(all),
        };
        let request = ListRequest { filter, ..whole.clone() };
        group.open = true;
        let rows = group.rows.get_or_insert_with(|| Rows::new(request.clone()));
        *rows.request_mut() = request;
        let ask = if rows.has_landed() { rows.reload() } else { rows.load() };
        vec![Cmd::Ask(Slot(GROUP_PAGE, n), ask)]
    }

    pub(super) fn step_groups(&mut self, step: Step, height: usize) -> Option<Cmds> {
        let groups = self.groups.as_mut()?;
        let asked = groups.step(step);
        groups.above = groups.above.min(height.saturating_sub(1));
        let asks = asked.into_iter().map(|(n, ask)| Cmd::Ask(Slot(GROUP_PAGE, n), ask));
        Some(asks.collect())
    }

    /// Takes the rows of a group in.
    pub(super) fn take_group_page(&mut self, n: usize, reply: Reply, ctx: &Context) -> Cmds {
        let group = self.groups.as_mut().and_then(|groups| groups.list.get_mut(n));
        let Some(rows) = group.and_then(|group| group.rows.as_mut()) else { return Cmds::new() };
        let next = rows.take(reply, 1);
        let mut cmds: Cmds =
            next.map(|ask| Cmd::Ask(Slot(GROUP_PAGE, n), ask)).into_iter().collect();
        if self.groups.as_ref().is_some_and(|groups| groups.owed != 0) {
            let height = self.height(ctx);
            cmds.extend(self.step_groups(Step::By(0), height).unwrap_or_default());
        }
        cmds
    }
}

/// The name of a grouping: `Stage`, `Expected close, by month`.
pub(super) fn name_of(pace: Pace, field: &Field, ctx: &Context) -> String {
    let label = field.label.get(ctx.lang());
    match pace {
        Pace::Value => label.to_owned(),
        Pace::Month => ctx.tf("list.by_month", &[("field", label)]),
        Pace::Quarter => ctx.tf("list.by_quarter", &[("field", label)]),
    }
}

/// What a group is called.
fn label(key: &Value, field: &Field, pace: Pace, ctx: &Context) -> Clean {
    let text = match key {
        Value::Null => ctx.tf("list.group_empty", &[("field", field.label.get(ctx.lang()))]),
        Value::Text(value) if field.chooses() => ctx.format.choice(field, value).to_owned(),
        Value::Text(period) if pace != Pace::Value => period_name(period, ctx.lang()),
        value => ctx.format.line(&ctx.catalog, field, value),
    };
    Clean::line(&text)
}

/// `2026-03` and `2026-Q1` as people read them.
fn period_name(period: &str, lang: Lang) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Some((year, part)) = period.split_once('-') else { return period.to_owned() };
    let number = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=12).contains(n));
    match (part.strip_prefix('Q'), number(part), lang) {
        (Some(quarter), _, Lang::Zh) => format!("{year}年第{quarter}季度"),
        (Some(quarter), _, Lang::En) => format!("Q{quarter} {year}"),
        (None, Some(month), Lang::Zh) => format!("{year}年{month}月"),
        (None, Some(month), Lang::En) => format!("{} {year}", MONTHS[month - 1]),
        (None, None, _) => period.to_owned(),
    }
}

/// The order of groups: choices as declared, the rest by value; what is empty comes last.
fn place(group: &Group, field: &Field) -> (bool, usize, String) {
    let choice = match &group.key {
        Value::Text(value) => field.choices.iter().position(|choice| choice.value == *value),
        _ => None,
    };
    let text = match &group.key {
        Value::Text(text) => text.clone(),
        Value::Int(number) => format!("{number:020}"),
        Value::Bool(yes) => u8::from(!yes).to_string(),
        _ => crate::model::text::fold(group.label.as_str()),
    };
    (group.key.is_null(), choice.unwrap_or(usize::MAX), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_names() {
        assert_eq!(period_name("2026-03", Lang::En), "Mar 2026");
        assert_eq!(period_name("2026-Q1", Lang::En), "Q1 2026");
        assert_eq!(period_name("2026-03", Lang::Zh), "2026年3月");
        assert_eq!(period_name("2026-Q1", Lang::Zh), "2026年第1季度");
        assert_eq!(period_name("", Lang::En), "");
    }
}
