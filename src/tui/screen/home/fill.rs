//! What the blocks show: what is asked for each, what was answered, which records are behind a row.

use rust_decimal::Decimal;

use super::block::{Part, What};
use super::day::{self, Day};
use super::{COUNT, Home, NUMBERS, PAGE, ROWS, SNOOZED, VIEWS};
use crate::gate::{Aggregate, Bucket, Count, GroupBy, ListRequest, Measure, Summary};
use crate::model::{Currency, Input, Money, Name, Record, Value};
use crate::query::{Query, SortKey, parse_sort};
use crate::report::Table;
use crate::schema::Entity;
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::layer::{Cmd, Cmds, ListStart};
use crate::tui::request::{Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::views::{View, Views};

/// What was won this month, in the query language.
const WON: &str = "stage.state = won and closed_on = this month";
/// What was done this week.
const DONE: &str = "happened_at = this week and kind != note";

/// What is known of a block.
#[derive(Default)]
pub(super) struct Filled {
    pub rows: Vec<Record>,
    pub count: Option<Count>,
    /// For my day.
    pub day: Day,
    pub table: Option<Box<Table>>,
    /// For a target: how many were won, and their sums.
    pub won: Option<(u64, Vec<(Currency, Decimal)>)>,
    pub people: Vec<Person>,
    pub views: Option<Views>,
    pub landed: bool,
    pub problem: Option<State>,
    /// The row under the cursor.
    pub at: usize,
}

/// What a person did this week.
pub(super) struct Person {
    pub who: Value,
    pub name: String,
    pub done: u64,
    /// How much of each kind, the most first.
    pub kinds: Vec<(String, u64)>,
}

/// A list that a block shows.
pub(super) struct Listed<'a> {
    pub entity: &'a Entity,
    pub query: String,
    pub sort: Vec<SortKey>,
    /// The columns beside the title; the entity's own where it is empty.
    pub columns: Vec<Name>,
    /// The view it is of.
    pub view: Option<String>,
}

impl Home {
    /// The condition of a block, with whose it is.
    pub(super) fn own(&self, n: usize, condition: &str) -> String {
        let own = self.mine && self.blocks.get(n).is_some_and(|block| block.what.is_own());
        match (own, condition) {
            (true, "") => "owner = me".into(),
            (true, condition) => format!("owner = me and {condition}"),
            (false, condition) => condition.into(),
        }
    }

    /// The view of a block, once it is known.
    pub(super) fn view_of(&self, n: usize) -> Option<&View> {
        let What::View(_, key) = &self.blocks.get(n)?.what else { return None };
        self.filled.get(n)?.views.as_ref()?.get(key)
    }

    /// What a block lists; none where it shows numbers, or where its entity is gone.
    pub(super) fn listed<'a>(&self, n: usize, ctx: &'a Context) -> Option<Listed<'a>> {
        match &self.blocks.get(n)?.what {
            What::Fixed(fixed) => {
                let Part { entity, condition, sort, columns, .. } = fixed.part();
                Some(Listed {
                    entity: ctx.catalog.entity(entity)?,
                    query: self.own(n, condition),
                    sort: parse_sort(sort, &ctx.catalog, entity).unwrap_or_default(),
                    columns: columns.iter().map(|name| Name::from(*name)).collect(),
                    view: None,
                })
            }
            What::View(entity, key) => {
                let view = self.view_of(n)?;
                Some(Listed {
                    entity: ctx.catalog.entity(entity)?,
                    query: view.query.clone(),
                    sort: view.layout.sort.clone(),
                    columns: view.layout.columns.iter().map(|shown| shown.field.clone()).collect(),
                    view: Some(key.clone()),
                })
            }
            _ => None,
        }
    }

    /// Asks for what every block shows.
    pub(super) fn ask_all(&mut self, ctx: &Context) -> Cmds {
        (0..self.blocks.len()).flat_map(|n| self.ask(n, ctx)).collect()
    }

    fn ask(&mut self, n: usize, ctx: &Context) -> Cmds {
        let Some(block) = self.blocks.get(n) else { return Cmds::new() };
        let asked = match block.what.clone() {
            What::Day => self.ask_day(n, ctx),
            What::Fixed(_) => self.ask_list(n, ctx),
            What::View(entity, key) => {
                let views = self.filled[n]
                    .views
                    .get_or_insert_with(|| Views::shipped(&ctx.catalog, &entity, ctx.lang()));
                if views.get(&key).is_some_and(|view| view.saved.is_none()) {
                    self.ask_list(n, ctx)
                } else {
                    // A saved one is looked up each time: it may be another now.
                    let request = Views::request(&ctx.catalog, &entity);
                    request.map(|request| vec![Cmd::Ask(Slot(VIEWS, n), Request::List(request))])
                }
            }
            What::Pipeline => {
                self.ask_report(n, "pipeline", &self.own(n, "stage.state = open"), ctx)
            }
            What::Chart(name, ..) => self.ask_report(n, &name, "", ctx),
            What::Target(_) => {
                let mut measures = vec![Measure::Count];
                // Of what is not there for the person no sum is asked.
                let amount = ctx.catalog.entity("deal").and_then(|deal| deal.field("amount"));
                measures.extend(amount.map(|field| Measure::Sum(field.name.clone())));
                aggregate(n, "deal", &self.own(n, WON), Vec::new(), measures, ctx)
            }
            What::Team => {
                let group = ["owner", "kind"].map(|name| GroupBy::Field(name.into())).into();
                aggregate(n, "activity", DONE, group, vec![Measure::Count], ctx)
            }
        };
        // What cannot be asked, because the company took it away, stays empty.
        asked.unwrap_or_else(|| {
            self.filled[n].landed = true;
            Cmds::new()
        })
    }

    fn ask_list(&self, n: usize, ctx: &Context) -> Option<Cmds> {
        let Listed { entity, query, sort, columns, .. } = self.listed(n, ctx)?;
        let filter = match query.as_str() {
            "" => None,
            text => Some(Query::parse(text, &ctx.catalog, &entity.name).ok()?),
        };
        let mut request = ListRequest::first(&entity.name, ROWS);
        request.filter.clone_from(&filter);
        request.sort = sort;
        let own = || entity.columns().into_iter().map(|field| field.name.clone()).collect();
        let columns: Vec<Name> = if columns.is_empty() { own() } else { columns };
        request.fields = columns
            .into_iter()
            .chain([entity.title.clone()])
            .chain(cell::standing_field(entity).map(|field| field.name.clone()))
            .filter(|name| entity.field(name).is_some())
            .collect();
        let count = Request::Count { entity: entity.name.clone(), filter, cap: Some(1_000) };
        Some(vec![Cmd::Ask(Slot(PAGE, n), Request::List(request)), Cmd::Ask(Slot(COUNT, n), count)])
    }

    fn ask_report(&self, n: usize, name: &str, filter: &str, ctx: &Context) -> Option<Cmds> {
        let report = ctx.catalog.report(name)?;
        ctx.catalog.entity(&report.entity)?;
        let filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
        let by = report.by.is_none().then(|| report.group.first().map(|group| group.name.clone()));
        let request = Request::Report {
            report: Box::new(report.clone()),
            filter,
            by: by.flatten(),
            lang: ctx.lang(),
            block: true,
        };
        Some(vec![Cmd::Ask(Slot(NUMBERS, n), request)])
    }

    /// Takes an answer in; what is to be asked next.
    pub(super) fn take(&mut self, slot: Slot, reply: Reply, ctx: &Context) -> Cmds {
        let Slot(kind, n) = slot;
        let Some(what) = self.blocks.get(n).map(|block| block.what.clone()) else {
            return Cmds::new();
        };
        let Some(filled) = self.filled.get_mut(n) else { return Cmds::new() };
        match (reply, what) {
            (Reply::Page(page), What::View(entity, _)) if kind == VIEWS => {
                let views = filled.views.get_or_insert_with(Views::default);
                views.take(&page.rows, &ctx.catalog, &entity);
                if let Some(cmds) = self.ask_list(n, ctx) {
                    return cmds;
                }
                self.filled[n].landed = true;
                return Cmds::new();
            }
            (Reply::Page(page), What::Day) => {
                if !filled.take_day(kind, page.rows, ctx) {
                    return Cmds::new();
                }
            }
            (Reply::Page(page), _) => filled.rows = page.rows,
            (Reply::Count(count), _) if kind == SNOOZED => {
                filled.day.snoozed = Some(count);
                return Cmds::new();
            }
            (Reply::Count(count), _) => {
                filled.count = Some(count);
                return Cmds::new();
            }
            (Reply::Report(table), _) => filled.table = Some(table),
            (Reply::Buckets(buckets), What::Target(_)) => filled.won = Some(won(&buckets)),
            (Reply::Buckets(buckets), What::Team) => filled.people = people(buckets, ctx),
            _ => return Cmds::new(),
        }
        filled.landed = true;
        filled.problem = None;
        let last = self.rows(n).saturating_sub(1);
        self.filled[n].at = self.filled[n].at.min(last);
        Cmds::new()
    }

    /// Rows that a cursor can stand on.
    pub(super) fn rows(&self, n: usize) -> usize {
        let (Some(block), Some(filled)) = (self.blocks.get(n), self.filled.get(n)) else {
            return 0;
        };
        let lines = filled.table.as_ref().map_or(0, |table| table.lines.len());
        match &block.what {
            What::Day | What::Fixed(_) | What::View(..) => filled.rows.len(),
            What::Pipeline => lines,
            What::Team => filled.people.len(),
            What::Target(_) => usize::from(filled.landed),
            What::Chart(_, _, shape) if figures::has_lines(*shape) => lines,
            What::Chart(..) => lines.min(1),
        }
    }

    /// The record under the cursor.
    pub(super) fn current(&self) -> Option<&Record> {
        let filled = self.filled.get(self.focus)?;
        filled.rows.get(filled.at)
    }

    /// What Enter opens: the record, or the records behind a number.
    pub(super) fn open(&self, ctx: &Context) -> Cmds {
        let Some(what) = self.blocks.get(self.focus).map(|block| &block.what) else {
            return Cmds::new();
        };
        if let Some(record) = self.current() {
            return vec![Cmd::Open(record.reference())];
        }
        if let What::Target(amount) = what
            && amount.is_empty()
        {
            return self.ask_target(ctx);
        }
        self.list(ctx)
    }

    /// The list that the block under the cursor shows the beginning of, or counts.
    pub(super) fn list(&self, ctx: &Context) -> Cmds {
        let n = self.focus;
        let (Some(block), Some(filled)) = (self.blocks.get(n), self.filled.get(n)) else {
            return Cmds::new();
        };
        let start = |entity: &str, filter: String, name: Option<String>| ListStart {
            entity: Some(entity.into()),
            filter,
            name,
            ..ListStart::default()
        };
        let title = Some(self.title(n, ctx));
        let start = match &block.what {
            What::Day => ListStart {
                sort: parse_sort("due", &ctx.catalog, "task").unwrap_or_default(),
                ..start("task", self.own(n, day::TASKS), title)
            },
            What::Fixed(_) | What::View(..) => {
                let Some(listed) = self.listed(n, ctx) else { return Cmds::new() };
                match listed.view {
                    Some(view) => ListStart {
                        entity: Some(listed.entity.name.clone()),
                        view: Some(view),
                        ..ListStart::default()
                    },
                    None => ListStart {
                        sort: listed.sort,
                        ..start(&listed.entity.name, listed.query, title)
                    },
                }
            }
            What::Target(_) => start("deal", self.own(n, WON), title),
            What::Team => {
                let who = filled.people.get(filled.at).map(|person| &person.who);
                let owner = match who {
                    Some(Value::Link(link)) => {
                        format!(" and owner = {}", ctx.catalog.reference(&link.target()))
                    }
                    Some(_) => " and owner is empty".to_owned(),
                    None => String::new(),
                };
                start("activity", format!("{DONE}{owner}"), title)
            }
            What::Pipeline | What::Chart(..) => {
                let name = match &block.what {
                    What::Chart(name, ..) => name.as_str(),
                    _ => "pipeline",
                };
                let (Some(report), Some(table)) = (ctx.catalog.report(name), &filled.table) else {
                    return Cmds::new();
                };
                let lined =
                    matches!(&block.what, What::Chart(_, _, shape) if !figures::has_lines(*shape));
                let line = table.lines.get(filled.at).filter(|_| !lined);
                let by = table.group.as_ref().map(|(name, _)| name.as_str());
                let key = line.map_or(&Value::Null, |line| &line.key);
                let mut parts = figures::behind(report, by.filter(|_| line.is_some()), key, ctx);
                if block.what == What::Pipeline {
                    parts.push(self.own(n, "stage.state = open"));
                }
                let label = line.map_or(String::new(), |line| format!(" {}", line.label));
                let title = format!("{}{label}", table.title);
                start(&report.entity, parts.join(" and "), Some(title))
            }
        };
        vec![Cmd::OpenList(Box::new(ListStart { behind: true, ..start }))]
    }
}

fn aggregate(
    n: usize,
    entity: &str,
    filter: &str,
    group: Vec<GroupBy>,
    measures: Vec<Measure>,
    ctx: &Context,
) -> Option<Cmds> {
    let filter = Some(Query::parse(filter, &ctx.catalog, entity).ok()?);
    let request = Aggregate { entity: entity.into(), filter, group, measures };
    Some(vec![Cmd::Ask(Slot(NUMBERS, n), Request::Aggregate(request))])
}

fn won(buckets: &[Bucket]) -> (u64, Vec<(Currency, Decimal)>) {
    let values = buckets.first().map(|bucket| bucket.values.as_slice()).unwrap_or_default();
    let count = match values.first() {
        Some(Summary::Count(count)) => *count,
        _ => 0,
    };
    let sums = match values.get(1) {
        Some(Summary::Money(sums)) => sums.clone(),
        _ => Vec::new(),
    };
    (count, sums)
}

/// Who did how much, the busiest first.
fn people(buckets: Vec<Bucket>, ctx: &Context) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let kind_field = ctx.catalog.entity("activity").and_then(|entity| entity.field("kind"));
    for bucket in buckets {
        let mut key = bucket.key.into_iter();
        let (who, kind) = (key.next().unwrap_or_default(), key.next().unwrap_or_default());
        let Some(Summary::Count(count)) = bucket.values.first() else { continue };
        let kind = match (kind.as_text(), kind_field) {
            (Some(kind), Some(field)) => ctx.format.choice(field, kind).to_owned(),
            _ => String::new(),
        };
        let at = people.iter().position(|person| person.who == who).unwrap_or_else(|| {
            let name = match &who {
                Value::Link(link) => link.title.clone(),
                _ => ctx.t("home.nobody").to_owned(),
            };
            people.push(Person { who, name, done: 0, kinds: Vec::new() });
            people.len() - 1
        });
        people[at].done += count;
        people[at].kinds.push((kind, *count));
    }
    people.sort_by(|a, b| b.done.cmp(&a.done).then_with(|| a.name.cmp(&b.name)));
    for person in &mut people {
        person.kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    }
    people
}

/// An amount as typed into a target.
pub(super) fn amount(text: &str, ctx: &Context) -> Option<Money> {
    let deal = ctx.catalog.entity("deal")?;
    let field = deal.field("amount")?;
    match ctx.coercion().value(deal, field, &Input::Text(text.to_owned())) {
        Ok(Value::Money(money)) => Some(money),
        _ => None,
    }
}
