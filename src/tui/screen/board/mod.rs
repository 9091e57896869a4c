//! The board: one column per stage, cards that carry what decides the next step, moved with H and L.
//!
//! Each column is a window of its own, so a stage with thousands of deals costs no more than one with
//! three. What ended is shown for the last quarter only. Start at [`Board`].

mod moves;
mod view;

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::open_task;
use crate::action::{Key, Place, Situation};
use crate::gate::{Aggregate, Bucket, ListRequest, Measure, Summary};
use crate::model::{Edit, Name, Record, RecordRef, Value};
use crate::query::Query;
use crate::schema::{Choice, Entity, Field, FieldType, Standing};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer, ListStart};
use crate::tui::overlay::ask::Ask;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::{Rows, Step};
use crate::tui::theme::Role;
use crate::tui::{cell, figures, paint};

const PAGE: &str = "board.page";
const SUM: &str = "board.sum";
const MOVE: Slot = Slot("board.move", 0);
/// Days for which what ended stays on the board.
const ENDED_DAYS: u32 = 90;
/// Fields a card is made of, those that the entity has.
const CARD: [&str; 10] = [
    "customer",
    "amount",
    "expected_close",
    "closed_on",
    "next_step",
    "stage_since",
    "probability",
    "priority",
    "due",
    "owner",
];

/// One stage.
struct Column {
    value: String,
    rows: Rows,
    /// How many, their sums, their weighted sums.
    sums: Option<Bucket>,
}

/// The board of an entity.
pub struct Board {
    entity: Name,
    field: Name,
    columns: Vec<Column>,
    at: usize,
    mine: bool,
    pipeline: Option<String>,
    filter: String,
    /// A move that waits for something it needs: a reason.
    waits: Option<(Edit, Name)>,
    problem: Option<String>,
    /// The stage a moved card went to, to go after it.
    follow: Option<RecordRef>,
}

impl Board {
    /// The board of an entity; none where it has no field for one.
    #[must_use]
    pub fn new(entity: &Entity) -> Option<Self> {
        Some(Self {
            field: entity.board.clone()?,
            entity: entity.name.clone(),
            columns: Vec::new(),
            at: 0,
            mine: false,
            pipeline: None,
            filter: String::new(),
            waits: None,
            problem: None,
            follow: None,
        })
    }

    fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.entity)
    }

    fn field<'a>(&self, ctx: &'a Context) -> Option<&'a Field> {
        self.entity(ctx)?.field(&self.field)
    }

    fn choice<'a>(&self, column: &Column, ctx: &'a Context) -> Option<&'a Choice> {
        self.field(ctx)?.choice(&column.value)
    }

    /// The stages shown: those of the pipeline, retired ones left out.
    fn stages<'a>(&self, ctx: &'a Context) -> Vec<&'a Choice> {
        let Some(field) = self.field(ctx) else { return Vec::new() };
        field
            .choices
            .iter()
            .filter(|choice| !choice.retired)
            .filter(|choice| match &self.pipeline {
                Some(pipeline) => {
                    choice.pipelines.is_empty() || choice.pipelines.contains(pipeline)
                }
                None => true,
            })
            .collect()
    }

    /// The condition of one column.
    fn condition(&self, choice: &Choice, entity: &Entity, ctx: &Context) -> Option<Query> {
        let mut parts = vec![format!("{} = {}", self.field, quoted(&choice.value))];
        if self.mine {
            parts.push("owner = me".into());
        }
        if let Some(pipeline) = &self.pipeline {
            parts.push(format!("pipeline = {}", quoted(pipeline)));
        }
        if choice.standing.is_some_and(|standing| standing != Standing::Open) {
            let ended = ["closed_on", "closed_at"].into_iter().find(|f| entity.field(f).is_some());
            parts.extend(ended.map(|ended| format!("{ended} in last {ENDED_DAYS} days")));
        }
        if !self.filter.is_empty() {
            parts.push(format!("({})", self.filter));
        }
        Query::parse(&parts.join(" and "), &ctx.catalog, &self.entity).ok()
    }

    fn request(&self, choice: &Choice, entity: &Entity, ctx: &Context) -> ListRequest {
        let mut request = ListRequest::first(&self.entity, 0);
        request.filter = self.condition(choice, entity, ctx);
        request.fields = CARD
            .into_iter()
            .map(Name::from)
            .chain([entity.title.clone(), self.field.clone()])
            .filter(|name| entity.field(name).is_some())
            .collect();
        request
    }

    fn lay_out(&mut self, ctx: &Context) {
        let Some(entity) = self.entity(ctx) else { return };
        let columns = self
            .stages(ctx)
            .into_iter()
            .map(|choice| Column {
                value: choice.value.clone(),
                rows: Rows::new(self.request(choice, entity, ctx)),
                sums: None,
            })
            .collect();
        self.columns = columns;
        self.at = self.at.min(self.columns.len().saturating_sub(1));
    }

    fn ask_all(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        let measures = self.measures(ctx);
        let follow = self.follow.take();
        for (n, column) in self.columns.iter_mut().enumerate() {
            let page = match &follow {
                Some(record) if n == self.at => column.rows.load_at(record.id),
                _ if column.rows.has_landed() => column.rows.reload(),
                _ => column.rows.load(),
            };
            cmds.push(Cmd::Ask(Slot(PAGE, n), page));
            let aggregate = Aggregate {
                entity: self.entity.clone(),
                filter: column.rows.request().filter.clone(),
                group: Vec::new(),
                measures: measures.clone(),
            };
            cmds.push(Cmd::Ask(Slot(SUM, n), Request::Aggregate(aggregate)));
        }
        cmds
    }

    fn measures(&self, ctx: &Context) -> Vec<Measure> {
        let mut measures = vec![Measure::Count];
        let Some(entity) = self.entity(ctx) else { return measures };
        if entity.field("amount").is_some_and(|field| field.kind == FieldType::Money) {
            measures.push(Measure::Sum("amount".into()));
            if entity.field("probability").is_some() {
                measures.push(Measure::Weighted {
                    amount: "amount".into(),
                    percent: "probability".into(),
                });
            }
        }
        measures
    }

    fn current(&self) -> Option<&Record> {
        self.columns.get(self.at)?.rows.current()
    }

    fn sideways(&mut self, by: isize) {
        let last = self.columns.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    fn moved(&mut self, step: Step, ctx: &Context) -> Cmds {
        let height = view::cards_high(self, ctx);
        let at = self.at;
        let Some(column) = self.columns.get_mut(at) else { return Cmds::new() };
        let before = column.rows.selected();
        let ask = column.rows.step(step, height);
        let stuck = column.rows.selected() == before && ask.is_none();
        if stuck && view::is_grouped(ctx) {
            match step {
                Step::By(by) if by > 0 => self.next_filled(1),
                Step::By(_) => self.next_filled(-1),
                Step::Top | Step::Bottom => {}
            }
        }
        ask.map(|ask| Cmd::Ask(Slot(PAGE, at), ask)).into_iter().collect()
    }

    /// Goes to the next column with cards: how a grouped list is walked through.
    fn next_filled(&mut self, by: isize) {
        let mut n = self.at;
        while let Some(next) = n.checked_add_signed(by).filter(|next| *next < self.columns.len()) {
            n = next;
            if !self.columns[n].rows.loaded().is_empty() {
                self.at = n;
                return;
            }
        }
    }

    fn anew(&mut self, ctx: &Context) -> Cmds {
        self.lay_out(ctx);
        self.ask_all(ctx)
    }

    /// Sums over the open stages: the plain and the weighted one.
    fn open_sums(&self, ctx: &Context) -> (Option<String>, Option<String>) {
        let mut sums: [BTreeMap<crate::model::Currency, rust_decimal::Decimal>; 2] =
            [BTreeMap::new(), BTreeMap::new()];
        for column in &self.columns {
            let open = self.choice(column, ctx).and_then(|choice| choice.standing);
            if open.is_some_and(|standing| standing != Standing::Open) {
                continue;
            }
            for (n, sum) in sums.iter_mut().enumerate() {
                let value = column.sums.as_ref().and_then(|bucket| bucket.values.get(n + 1));
                if let Some(Summary::Money(amounts)) = value {
                    for (currency, amount) in amounts {
                        *sum.entry(*currency).or_default() += *amount;
                    }
                }
            }
        }
        let text = |sum: &BTreeMap<_, _>| {
            let mut amounts: Vec<_> = sum.iter().map(|(c, a)| (*c, *a)).collect();
            amounts.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
            (!amounts.is_empty()).then(|| figures::amounts(&amounts))
        };
        (text(&sums[0]), text(&sums[1]))
    }
}

/// A value as the query language takes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Layer for Board {
    fn place(&self) -> Place {
        Place::Board
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let plural = self.entity(ctx).map(|entity| entity.plural.get(ctx.lang()).to_owned());
        let mut trail: Vec<String> = plural.into_iter().collect();
        trail.push(ctx.t("board.title").to_owned());
        if let Some(pipeline) = &self.pipeline {
            let field = self.entity(ctx).and_then(|entity| entity.field("pipeline"));
            trail.push(field.map_or(pipeline.as_str(), |f| ctx.format.choice(f, pipeline)).into());
        }
        if self.mine {
            trail.push(ctx.t("list.mine").to_owned());
        }
        let aside =
            if self.filter.is_empty() { String::new() } else { format!("/ {}", self.filter) };
        let (open, weighted) = self.open_sums(ctx);
        let mut right = Vec::new();
        right.extend(open.map(|sum| ctx.tf("board.open", &[("sum", &sum)])));
        right.extend(weighted.map(|sum| ctx.tf("board.weighted", &[("sum", &sum)])));
        Heading { trail, aside, right: right.join("  ") }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = Situation::new(&ctx.catalog, &ctx.person, Place::Board);
        at.entity = self.entity(ctx);
        if let Some(record) = self.current() {
            at.record = Some(record.reference());
            at.open = open_task(ctx, record);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.current().map(Record::reference).into_iter().collect()
    }

    fn presets(&self, entity: &str, _ctx: &Context) -> Vec<(Name, Value)> {
        let stage = self.columns.get(self.at).filter(|_| *entity == *self.entity);
        stage
            .map(|column| (self.field.clone(), Value::Text(column.value.clone())))
            .into_iter()
            .collect()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.anew(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.ask_all(ctx)
    }

    /// A moved card is followed before the next key is about it.
    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        match slot {
            Slot(PAGE, n) => self.columns.get(n).is_some_and(|column| column.rows.are_awaited()),
            slot => slot == MOVE,
        }
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = view::cards_high(self, ctx) as isize;
        if let Some(step) = Step::of_action(action, page) {
            return Some(self.moved(step, ctx));
        }
        Some(match action {
            "board.left" | "nav.previous-part" => {
                self.sideways(-1);
                Cmds::new()
            }
            "board.right" | "nav.next-part" => {
                self.sideways(1);
                Cmds::new()
            }
            "board.move-left" => match self.at.checked_sub(1) {
                Some(stage) => self.move_to(stage, ctx),
                None => Cmds::new(),
            },
            "board.move-right" => self.move_to(self.at + 1, ctx),
            "board.move-to" => self.choose_stage(ctx),
            "board.amount" => self.ask_value("amount", ctx),
            "board.close-date" => self.ask_value("expected_close", ctx),
            "board.pipeline" => self.choose_pipeline(ctx),
            "nav.open" => self.subjects().into_iter().map(Cmd::Open).collect(),
            "list.mine" => {
                self.mine = !self.mine;
                self.anew(ctx)
            }
            "list.filter" => {
                let title = ctx.t("board.filter").to_owned();
                vec![Cmd::Push(Box::new(Ask::new("filter", title, &self.filter, None)))]
            }
            "nav.back" if !self.filter.is_empty() => {
                self.filter.clear();
                self.anew(ctx)
            }
            "go.board" => vec![Cmd::OpenList(Box::new(ListStart {
                entity: Some(self.entity.clone()),
                ..ListStart::default()
            }))],
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Card(stage, card) = *target else { return None };
        let selected = self.columns.get(stage)?.rows.selected();
        if (stage, card) == (self.at, selected) {
            return Some(self.subjects().into_iter().map(Cmd::Open).collect());
        }
        self.at = stage;
        Some(self.moved(Step::By(card as isize - selected as isize), ctx))
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            "needed" => self.save_with(choice, ctx),
            "stage" => match self.columns.iter().position(|column| column.value == *choice) {
                Some(stage) => self.move_to(stage, ctx),
                None => Cmds::new(),
            },
            "pipeline" => {
                self.pipeline = Some(choice.to_owned()).filter(|pipeline| !pipeline.is_empty());
                self.anew(ctx)
            }
            "filter" => match Query::parse(choice, &ctx.catalog, &self.entity) {
                _ if choice.trim().is_empty() => {
                    self.filter.clear();
                    self.anew(ctx)
                }
                Ok(_) => {
                    choice.clone_into(&mut self.filter);
                    self.anew(ctx)
                }
                Err(error) => {
                    let hint = error.hint.map(|hint| format!(" · {hint}")).unwrap_or_default();
                    let said = crate::term::Clean::line(&format!("{}{hint}", error.message));
                    // What was typed is put right, not typed again.
                    let title = ctx.t("board.filter").to_owned();
                    let ask = Ask::new("filter", title, choice, None);
                    vec![Cmd::Push(Box::new(ask)), Cmd::Say(Role::Error, said.into_string())]
                }
            },
            "amount" | "expected_close" => {
                let Some(record) = self.current() else { return Cmds::new() };
                let edit = Edit::of(record).typed(what, choice);
                self.save(edit, ctx)
            }
            _ => Cmds::new(),
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let height = view::cards_high(self, ctx);
        match (slot, answer) {
            (MOVE, Ok(_)) => self.saved(ctx),
            (MOVE, Err(error)) => self.ask_for_missing(&error, ctx).unwrap_or_else(|| {
                self.follow = None;
                vec![Cmd::Say(Role::Error, chrome::told(&error))]
            }),
            (Slot(SUM, n), Ok(Reply::Buckets(buckets))) => {
                if let Some(column) = self.columns.get_mut(n) {
                    column.sums = buckets.into_iter().next();
                }
                Cmds::new()
            }
            (Slot(PAGE, n), Ok(reply)) => {
                self.problem = None;
                let next = self.columns.get_mut(n).and_then(|c| c.rows.take(reply, height));
                next.map(|ask| Cmd::Ask(slot, ask)).into_iter().collect()
            }
            (Slot(PAGE, n), Err(error)) => {
                let Some(column) = self.columns.get_mut(n) else { return Cmds::new() };
                column.rows.failed();
                if error.kind() == crate::gate::ErrorKind::NotFound {
                    return vec![Cmd::Ask(slot, column.rows.load())];
                }
                self.problem = Some(chrome::told(&error));
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(problem) = &self.problem {
            let place = paint::row(area, 1);
            paint::text(buf, place, problem, ctx.style(Role::Error), ctx);
            return Seen::default();
        }
        view::draw(self, area, buf, ctx)
    }
}

/// Whether a card has stood too long or is late, for a mark.
pub(super) fn needs_care(entity: &Entity, record: &Record, ctx: &Context) -> bool {
    ["expected_close", "due", "stage_since"].into_iter().any(|name| {
        entity
            .field(name)
            .is_some_and(|field| cell::cell(ctx, entity, field, record).1 == Role::Warning)
    })
}
