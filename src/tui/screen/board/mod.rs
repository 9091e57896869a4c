//! The board: one column per stage, cards that carry what decides the next step, moved with H and L.
//!
//! Any entity with a field to choose from has one. Each column is a window of its own that is filled when
//! it is seen, so a stage with thousands of deals costs no more than one with three. What ended is shown
//! for this quarter only. Start at [`Board`]; which columns there are stands in `lanes`, what a card says
//! in `card`.

mod card;
mod filtering;
mod in_place;
mod lanes;
mod moves;
mod narrow;
mod view;

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::in_place::InPlace;
use super::list::open_task;
use crate::action::board::board_field;
use crate::action::{Key, Place, Situation};
use crate::gate::{Aggregate, Bucket, MASK, Summary};
use crate::model::{Edit, Name, Record, RecordRef, Value};
use crate::schema::{Choice, Entity, Field};
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::filter::{Filter, Typed, VALUES};
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer, ListStart};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::{Rows, Step};
use crate::tui::state::State;
use crate::tui::theme::Role;

const PAGE: &str = "board.page";
const SUM: &str = "board.sum";
const MOVE: Slot = Slot("board.move", 0);
const FIND: Slot = Slot("board.find", 0);
/// From this width on the heading has room for every currency.
const ALL_CURRENCIES_FROM: u16 = 110;

/// One column.
struct Column {
    /// The choice; empty for what has none.
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
    /// The first column that is seen.
    first: usize,
    mine: bool,
    pipeline: Option<String>,
    /// What is applied, and the line it is typed into.
    filter: String,
    line: Filter,
    /// What the list showed that it came from.
    came_from: ListStart,
    /// A value of a card that is being typed.
    in_place: Option<InPlace>,
    /// A move that waits for something it needs: a reason.
    waits: Option<(Edit, Name)>,
    problem: Option<State>,
    /// The card that is on its way to another column, to go after it.
    follow: Option<RecordRef>,
    /// The card that was moved last, and the column it went to: an undo is followed too.
    moved: Option<(RecordRef, String)>,
}

impl Board {
    /// The board of an entity; none where it has no field for one.
    #[must_use]
    pub fn new(entity: &Entity) -> Option<Self> {
        Some(Self {
            field: board_field(entity)?.name.clone(),
            entity: entity.name.clone(),
            columns: Vec::new(),
            at: 0,
            first: 0,
            mine: false,
            pipeline: None,
            filter: String::new(),
            line: Filter::new(String::new()),
            came_from: ListStart::default(),
            in_place: None,
            waits: None,
            problem: None,
            follow: None,
            moved: None,
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

    /// What a column is called.
    fn name<'a>(&self, value: &'a str, ctx: &'a Context) -> &'a str {
        match self.field(ctx).and_then(|field| field.choice(value)) {
            Some(choice) => choice.label.get(ctx.lang()),
            None if value.is_empty() => ctx.t("board.none"),
            None => value,
        }
    }

    /// Asks for the columns that came into sight and have nothing yet.
    fn ask_seen(&mut self, ctx: &Context) -> Cmds {
        let fit = view::columns_wide(self, ctx);
        self.first = self.first.clamp((self.at + 1).saturating_sub(fit), self.at);
        let seen = self.columns.iter_mut().enumerate().skip(self.first).take(fit);
        seen.filter(|(_, column)| !column.rows.has_landed() && !column.rows.are_awaited())
            .map(|(n, column)| Cmd::Ask(Slot(PAGE, n), column.rows.load()))
            .collect()
    }

    fn ask_all(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        let measures = self.measures(ctx);
        let follow = self.follow.take();
        for (n, column) in self.columns.iter_mut().enumerate() {
            match &follow {
                Some(record) if n == self.at => {
                    cmds.push(Cmd::Ask(Slot(PAGE, n), column.rows.load_at(record.id)));
                }
                _ if column.rows.has_landed() => {
                    cmds.push(Cmd::Ask(Slot(PAGE, n), column.rows.reload()));
                }
                _ => {}
            }
            let aggregate = Aggregate {
                entity: self.entity.clone(),
                filter: column.rows.request().filter.clone(),
                group: Vec::new(),
                measures: measures.clone(),
            };
            // Cards first: sums come quietly after.
            let sums = Request::Quietly(Box::new(Request::Aggregate(aggregate)));
            cmds.push(Cmd::Ask(Slot(SUM, n), sums));
        }
        cmds.extend(self.ask_seen(ctx));
        cmds
    }

    fn current(&self) -> Option<&Record> {
        self.columns.get(self.at)?.rows.current()
    }

    fn sideways(&mut self, by: isize, ctx: &Context) -> Cmds {
        let last = self.columns.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
        self.ask_seen(ctx)
    }

    fn moved(&mut self, step: Step, ctx: &Context) -> Cmds {
        let height = view::cards_high(ctx);
        let at = self.at;
        let Some(column) = self.columns.get_mut(at) else { return Cmds::new() };
        let before = column.rows.selected();
        let ask = column.rows.step(step, height);
        let stuck = column.rows.selected() == before && ask.is_none();
        if stuck && narrow::is_narrow(ctx) {
            match step {
                Step::By(by) if by > 0 => self.next_filled(1),
                Step::By(_) => self.next_filled(-1),
                Step::Top | Step::Bottom | Step::To(_) => {}
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
        self.in_place = None;
        self.lay_out(view::cards_high(ctx), ctx);
        self.ask_all(ctx)
    }

    /// Sums over what goes on: the plain and the weighted one.
    fn open_sums(&self, ctx: &Context) -> [Option<String>; 2] {
        let mut sums: [BTreeMap<_, rust_decimal::Decimal>; 2] = [BTreeMap::new(), BTreeMap::new()];
        let mut masked = [false; 2];
        for column in self.columns.iter().filter(|c| !Self::has_ended(self.choice(c, ctx))) {
            for (n, sum) in sums.iter_mut().enumerate() {
                let value = column.sums.as_ref().and_then(|bucket| bucket.values.get(n + 1));
                if let Some(Summary::Money(amounts)) = value {
                    for (currency, amount) in amounts {
                        *sum.entry(*currency).or_default() += *amount;
                    }
                }
                masked[n] |= figures::is_masked(value);
            }
        }
        let dots = masked.map(|masked| masked.then(|| MASK.to_owned()));
        let sums = sums.map(|sum| {
            let amounts = figures::own_first(sum.into_iter().collect(), ctx);
            let all = ctx.size.width >= ALL_CURRENCIES_FROM;
            let text =
                if all { figures::all_amounts(&amounts) } else { figures::amounts(&amounts) };
            (!text.is_empty()).then_some(text)
        });
        let [open, weighted] = sums;
        let [open_dots, weighted_dots] = dots;
        [open_dots.or(open), weighted_dots.or(weighted)]
    }

    /// The card that was moved last stands in another column now: goes there.
    fn found(&mut self, record: &Record, ctx: &Context) -> Cmds {
        let stands = record.get(&self.field).as_text().unwrap_or_default().to_owned();
        let Some((moved, column)) = &self.moved else { return Cmds::new() };
        if *moved != record.reference() || *column == stands || record.meta.deleted_at.is_some() {
            return Cmds::new();
        }
        let Some(n) = self.columns.iter().position(|column| column.value == stands) else {
            return Cmds::new();
        };
        self.moved = Some((record.reference(), stands));
        self.at = n;
        let mut cmds = vec![Cmd::Ask(Slot(PAGE, n), self.columns[n].rows.load_at(record.id))];
        cmds.extend(self.ask_seen(ctx));
        cmds
    }
}

impl Layer for Board {
    fn place(&self) -> Place {
        match &self.in_place {
            Some(_) => Place::Overlay,
            None if self.line.is_open() => Place::Filter,
            None => Place::Board,
        }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let entity = self.entity(ctx);
        let plural = entity.map(|entity| entity.plural.get(ctx.lang()).to_owned());
        let mut trail: Vec<String> = plural.into_iter().collect();
        trail.push(ctx.t("board.title").to_owned());
        if let Some(pipeline) = &self.pipeline {
            let field = entity.and_then(|entity| entity.field("pipeline"));
            trail.push(field.map_or(pipeline.as_str(), |f| ctx.format.choice(f, pipeline)).into());
        }
        if let (Some(entity), Some(field)) = (entity, self.field(ctx))
            && board_field(entity).is_none_or(|own| own.name != field.name)
        {
            let label = field.label.get(ctx.lang());
            let key = if self.is_of_open(entity) { "board.open_by" } else { "report.by" };
            trail.push(ctx.tf(key, &[("group", label)]));
        }
        if self.mine {
            trail.push(ctx.t("list.mine").to_owned());
        }
        let aside =
            if self.filter.is_empty() { String::new() } else { format!("/ {}", self.filter) };
        let [open, weighted] = self.open_sums(ctx);
        let mut right = Vec::new();
        right.extend(open.map(|sum| ctx.tf("board.open", &[("sum", &sum)])));
        right.extend(weighted.map(|sum| ctx.tf("board.weighted", &[("sum", &sum)])));
        Heading { trail, aside, right: right.join("  ") }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        if let Some(place) = &self.in_place {
            return Some(place.status(ctx));
        }
        view::told_of_card(self, ctx)
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
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
        let column = self.columns.get(self.at).filter(|_| *entity == *self.entity);
        let stage = column.filter(|column| !column.value.is_empty());
        let stage = stage.map(|column| (self.field.clone(), Value::Text(column.value.clone())));
        let pipeline = self.pipeline.as_ref().filter(|_| *entity == *self.entity);
        let pipeline = pipeline.map(|name| (Name::from("pipeline"), Value::Text(name.clone())));
        stage.into_iter().chain(pipeline).collect()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.anew(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        // A field that was taken away, or choices that are others now: the columns are made anew.
        let stages: Vec<&str> = self.stages(ctx).iter().map(|c| c.value.as_str()).collect();
        let shown = self.columns.iter().map(|c| c.value.as_str()).filter(|value| !value.is_empty());
        if !shown.eq(stages) {
            return self.anew(ctx);
        }
        self.renew(view::cards_high(ctx), ctx);
        let mut cmds = self.ask_all(ctx);
        cmds.extend(
            self.moved.as_ref().map(|(record, _)| Cmd::Ask(FIND, Request::Get(record.clone()))),
        );
        cmds
    }

    fn made(&mut self, record: &RecordRef, ctx: &Context) -> Cmds {
        if record.entity == self.entity {
            // Found like a card that was moved: wherever it stands, the cursor goes there.
            self.moved = Some((record.clone(), String::from("\0")));
        }
        self.refresh(ctx)
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        let height = view::cards_high(ctx);
        let mut cmds = self.ask_seen(ctx);
        for (n, column) in self.columns.iter_mut().enumerate() {
            if column.rows.has_landed() {
                let more = column.rows.step(Step::By(0), height);
                cmds.extend(more.map(|more| Cmd::Ask(Slot(PAGE, n), more)));
            }
        }
        cmds
    }

    /// A moved card is followed before the next key is about it.
    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        match slot {
            Slot(PAGE, n) => self.columns.get(n).is_some_and(|column| column.rows.are_awaited()),
            slot => slot == MOVE || slot == FIND,
        }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        self.filter_key(key, ctx).or_else(|| self.key_in_place(key, ctx))
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        if self.line.is_open() {
            self.line.paste(text);
            return self.filter_typed(Typed::Changed, ctx);
        }
        self.paste_in_place(text);
        Cmds::new()
    }

    fn prompt(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Option<Seen> {
        self.line.is_open().then(|| self.line.draw_line(area, buf, ctx))
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if self.in_place.is_some() {
            return None;
        }
        let page = view::cards_high(ctx) as isize;
        if let Some(step) = Step::of_action(action, page) {
            return Some(self.moved(step, ctx));
        }
        let entity = self.entity(ctx);
        Some(match action {
            "board.left" | "nav.previous-part" => self.sideways(-1, ctx),
            "board.right" | "nav.next-part" => self.sideways(1, ctx),
            "board.move-left" => match self.at.checked_sub(1) {
                Some(stage) => self.move_to(stage, ctx),
                None => Cmds::new(),
            },
            "board.move-right" => self.move_to(self.at + 1, ctx),
            "board.move-to" => self.choose_stage(ctx),
            "board.amount" => self.edit_in_place(entity.and_then(lanes::amount), ctx),
            "board.close-date" => self.edit_in_place(entity.and_then(lanes::deadline), ctx),
            "board.pipeline" => self.choose_pipeline(ctx),
            "board.group" => self.choose_field(ctx),
            "nav.open" => self.subjects().into_iter().map(Cmd::Open).collect(),
            "list.mine" => {
                self.mine = !self.mine;
                self.anew(ctx)
            }
            "list.filter" => self.open_filter(ctx),
            "nav.back" if !self.filter.is_empty() => {
                self.filter.clear();
                self.anew(ctx)
            }
            "go.board" => vec![Cmd::OpenList(Box::new(self.as_list(ctx)))],
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
            "group" => {
                self.field = Name::from(choice);
                (self.at, self.first, self.moved) = (0, 0, None);
                self.anew(ctx)
            }
            _ => Cmds::new(),
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let height = view::cards_high(ctx);
        match (slot, answer) {
            (VALUES, answer) => {
                self.line.take_values(answer, ctx, &self.entity);
                Cmds::new()
            }
            (MOVE, Ok(_)) => self.saved(ctx),
            (MOVE, Err(error)) => self.ask_for_missing(&error, ctx).unwrap_or_else(|| {
                self.follow = None;
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }),
            (FIND, Ok(Reply::Record(record))) => self.found(&record, ctx),
            // The card that was moved is not to be seen any more: there is nothing to follow.
            (FIND, Err(_)) => {
                self.moved = None;
                Cmds::new()
            }
            (Slot(SUM, n), Ok(Reply::Buckets(buckets))) => {
                if let Some(column) = self.columns.get_mut(n) {
                    column.sums = buckets.into_iter().next();
                }
                Cmds::new()
            }
            (Slot(PAGE, n), Ok(reply)) => {
                self.problem = None;
                let next = self.columns.get_mut(n).and_then(|c| c.rows.take(reply, height));
                if self.current().is_none_or(|card| {
                    self.in_place.as_ref().is_some_and(|place| !place.is_of(card))
                }) {
                    self.in_place = None;
                }
                next.map(|ask| Cmd::Ask(slot, ask)).into_iter().collect()
            }
            (Slot(PAGE, n), Err(error)) => {
                let Some(column) = self.columns.get_mut(n) else { return Cmds::new() };
                if error.kind() == crate::gate::ErrorKind::NotFound {
                    return column.rows.lost().map(|ask| Cmd::Ask(slot, ask)).into_iter().collect();
                }
                column.rows.failed();
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(problem) = &self.problem {
            return problem.draw(buf, area, ctx);
        }
        let mut seen = if narrow::is_narrow(ctx) {
            narrow::draw(self, area, buf, ctx)
        } else {
            view::draw(self, area, buf, ctx)
        };
        if self.line.is_open() {
            seen.join(self.line.draw_proposals(area, buf, ctx));
        }
        seen
    }
}
