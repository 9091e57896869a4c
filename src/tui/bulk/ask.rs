//! What is to be done with the marked records: which field, how, and the value in the field's own editor.
//!
//! What a value makes necessary (the reason of a lost deal) is asked for too, then the deed is
//! reviewed. Start at [`AskEdit::any`].

mod users;

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Deed, Review, entity_of, words};
use crate::action::{Key, KeyCode, Lookup, Place};
use crate::gate::{Act, Chosen, ListRequest};
use crate::model::{Input, Link, Name, Op, Record, Shift, Value};
use crate::query::Query;
use crate::schema::{Entity, Field};
use crate::term::Clean;
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::form::{Event, Form};
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};
use crate::tui::widget::{Act as Typed, TextEdit, draw, keys};

const PICK: Slot = Slot("bulk.pick", 0);
const USERS: Slot = Slot("bulk.users", 0);
const RECORD: Slot = Slot("bulk.record", 0);
/// Users that are offered.
const OFFERED: usize = 500;

/// How a field is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Set,
    Add,
    Remove,
    By,
    Clear,
}

enum Step {
    Field(Pick<Name>),
    How(Name, Pick<How>),
    Value(How, Box<Form>),
    By(Name, TextEdit),
    /// Whose turn it is to look after the records; nobody where there is no link.
    Users(Pick<Option<Link>>),
    /// Nothing can be asked; the reason is said.
    Nothing,
}

/// What is to be done with the marked records.
pub struct AskEdit {
    of: Chosen,
    entity: Name,
    act: Act,
    /// Fields that are asked for after this one, because of what was entered.
    further: VecDeque<Name>,
    step: Step,
    problem: Option<String>,
    ticket: u64,
    /// The record, where it is a single one: what it holds is where one begins.
    known: Option<Record>,
}

impl AskEdit {
    fn new(of: Chosen, step: Step) -> Self {
        Self {
            entity: entity_of(&of).unwrap_or_else(|| Name::from("")),
            of,
            act: Act::plain(Op::Update),
            further: VecDeque::new(),
            step,
            problem: None,
            ticket: 0,
            known: None,
        }
    }

    /// Asks for a field first.
    #[must_use]
    pub fn any(of: Chosen, ctx: &Context) -> Self {
        let mut ask = Self::new(of, Step::Nothing);
        let Some(entity) = ctx.catalog.entity(&ask.entity) else { return ask };
        let fields = entity.fields.iter().filter(|field| !field.is_given());
        let row = |field: &Field| {
            let mut row =
                PickRow::new(field.name.clone(), Clean::line(field.label.get(ctx.lang())));
            row.note = Clean::line(&field.name);
            row
        };
        ask.step = Step::Field(Pick::narrowing(fields.map(row).collect(), "").aligned());
        ask
    }

    /// Asks for the value of a field.
    #[must_use]
    pub fn field(of: Chosen, field: &Field, ctx: &Context) -> Self {
        let mut ask = Self::new(of, Step::Nothing);
        ask.choose_field(&field.name, ctx);
        ask
    }

    /// Asks for the stage or status.
    #[must_use]
    pub fn stage(of: Chosen, ctx: &Context) -> Self {
        let mut ask = Self::new(of, Step::Nothing);
        let entity = ctx.catalog.entity(&ask.entity);
        if let Some(field) = entity.and_then(cell::standing_field) {
            ask.begin_value(How::Set, &field.name.clone(), ctx);
        }
        ask
    }

    /// Asks who shall look after the records.
    #[must_use]
    pub fn owner(of: Chosen, ctx: &Context) -> Self {
        let mut ask = Self::new(of, Step::Nothing);
        let entity = ctx.catalog.entity(&ask.entity);
        if entity.is_some_and(|entity| entity.field("owner").is_some()) {
            ask.step = Step::Users(Pick::narrowing(Vec::new(), ""));
        }
        ask
    }

    fn about<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.entity)
    }

    /// A field is chosen: goes on to how, where there are several ways.
    fn choose_field(&mut self, name: &Name, ctx: &Context) {
        let Some(field) = self.about(ctx).and_then(|entity| entity.field(name)) else { return };
        let ways: &[How] = if field.kind.holds_several() {
            &[How::Add, How::Remove, How::Set, How::Clear]
        } else if field.kind.is_measure() {
            &[How::Set, How::By, How::Clear]
        } else {
            &[]
        };
        if ways.is_empty() {
            self.begin_value(How::Set, name, ctx);
            return;
        }
        let row = |how: &How| {
            let key = match how {
                How::Set => "bulk.how.set",
                How::Add => "bulk.how.add",
                How::Remove => "bulk.how.remove",
                How::By => "bulk.how.by",
                How::Clear => "bulk.how.clear",
            };
            PickRow::new(*how, Clean::line(ctx.t(key)))
        };
        self.step = Step::How(name.clone(), Pick::answers(ways.iter().map(row).collect()));
    }

    fn begin_value(&mut self, how: How, name: &Name, ctx: &Context) -> Cmds {
        self.problem = None;
        match self.form_of(how, name, ctx) {
            Some(form) => self.step = Step::Value(how, Box::new(form)),
            None => self.step = Step::Nothing,
        }
        self.open_list(ctx)
    }

    /// The editor of a field: with what the record holds, where it is one and the value takes its place.
    fn form_of(&self, how: How, name: &Name, ctx: &Context) -> Option<Form> {
        let known = self.known.clone().filter(|_| how == How::Set);
        let own = known.and_then(|record| Form::single(record, name, ctx));
        own.filter(|form| !form.is_closed()).or_else(|| Form::single_blank(&self.entity, name, ctx))
    }

    /// The single record came: where nothing was entered yet the editor begins with what it holds.
    fn take_record(&mut self, record: Record, ctx: &Context) -> Cmds {
        self.known = Some(record);
        let Step::Value(How::Set, form) = &self.step else { return Cmds::new() };
        match form.field().cloned() {
            Some(name) if !form.is_dirty() => self.begin_value(How::Set, &name, ctx),
            _ => Cmds::new(),
        }
    }

    /// A list that a value is chosen from opens by itself.
    fn open_list(&mut self, ctx: &Context) -> Cmds {
        let Step::Value(_, form) = &mut self.step else { return Cmds::new() };
        let events = form.open_list(ctx);
        self.follow(events, ctx)
    }

    fn chosen_how(&mut self, name: &Name, how: How, ctx: &Context) -> Cmds {
        match how {
            How::By => {
                self.step = Step::By(name.clone(), TextEdit::line(""));
                Cmds::new()
            }
            How::Clear => self.take(name.clone(), Input::Value(Value::Null), ctx),
            how => self.begin_value(how, name, ctx),
        }
    }

    /// A field is settled: asks for what it makes necessary, else shows what would happen.
    fn take(&mut self, name: Name, input: Input, ctx: &Context) -> Cmds {
        self.act.set.retain(|(known, _)| *known != name);
        self.act.set.push((name, input));
        let needed = self.needed(ctx);
        self.further.extend(needed);
        match self.further.pop_front() {
            Some(next) => self.begin_value(How::Set, &next, ctx),
            None => self.review(ctx),
        }
    }

    fn review(&self, ctx: &Context) -> Cmds {
        let deed = Deed::act(self.of.clone(), self.act.clone(), ctx);
        vec![Cmd::Close, Cmd::Push(Box::new(Review::new(deed)))]
    }

    /// Fields that what is set makes necessary for whatever record, and that are not set yet.
    fn needed(&self, ctx: &Context) -> Vec<Name> {
        let Some(entity) = self.about(ctx) else { return Vec::new() };
        let record = |set: &[(Name, Input)]| {
            let fields = set.iter().filter_map(|(name, input)| match input {
                Input::Value(value) if !value.is_null() => Some((name.clone(), value.clone())),
                _ => None,
            });
            Record { fields: fields.collect(), ..Record::blank(entity.name.clone(), ctx.now) }
        };
        let (with, without) = (record(&self.act.set), record(&[]));
        let moment = ctx.asked_by();
        let open = |field: &&Field| {
            !field.is_given()
                && !self.act.set.iter().any(|(set, _)| *set == field.name)
                && !self.further.contains(&field.name)
        };
        let fields = entity.fields.iter().filter(open).filter(|field| {
            let when = field.required_when.as_ref();
            let query = when.and_then(|when| Query::resolve(when, &ctx.catalog, &entity.name).ok());
            query.is_some_and(|query| {
                query.holds(&ctx.catalog, &with, &moment)
                    && !query.holds(&ctx.catalog, &without, &moment)
            })
        });
        fields.map(|field| field.name.clone()).collect()
    }

    /// What the editor of the field wants.
    fn follow(&mut self, events: Vec<Event>, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        for event in events {
            match event {
                Event::Ask(lookup) => {
                    self.ticket = lookup.ticket;
                    cmds.push(Cmd::Ask(PICK, Request::Lookup(lookup)));
                }
                Event::Beyond { by, .. } if by > 0 => cmds.extend(self.accept(ctx)),
                Event::Editor(text) => cmds.push(Cmd::Editor(text)),
                Event::Open(record) => cmds.push(Cmd::Open(record)),
                Event::Beyond { .. } | Event::Save(_) | Event::Leave | Event::Unused => {}
            }
        }
        cmds
    }

    /// The value is entered.
    fn accept(&mut self, ctx: &Context) -> Cmds {
        let Step::Value(how, form) = &mut self.step else { return Cmds::new() };
        let how = *how;
        let (Some(name), entered) = (form.field().cloned(), form.taken_value(ctx)) else {
            return Cmds::new();
        };
        let value = match entered {
            Ok(value) => value,
            Err(problem) => {
                self.problem = Some(problem);
                return Cmds::new();
            }
        };
        let empty = value.is_null();
        if empty && (how != How::Set || self.is_needed(&name, ctx)) {
            self.problem = Some(ctx.t("form.needed").to_owned());
            return Cmds::new();
        }
        let value = Input::Value(value);
        let input = match how {
            How::Add => Input::Shift(Shift::Add(Box::new(value))),
            How::Remove => Input::Shift(Shift::Remove(Box::new(value))),
            How::Set | How::By | How::Clear => value,
        };
        self.take(name, input, ctx)
    }

    fn is_needed(&self, name: &Name, ctx: &Context) -> bool {
        let field = self.about(ctx).and_then(|entity| entity.field(name));
        field.is_some_and(|field| field.required) || self.needed(ctx).contains(name)
    }

    fn accept_by(&mut self, ctx: &Context) -> Cmds {
        let Step::By(name, edit) = &self.step else { return Cmds::new() };
        let Some(field) = self.about(ctx).and_then(|entity| entity.field(name)) else {
            return Cmds::new();
        };
        match ctx.coercion().shift(field, edit.text()) {
            Ok(shift) => {
                let name = name.clone();
                self.take(name, Input::Shift(shift), ctx)
            }
            Err(invalid) => {
                self.problem = Some(ctx.said_invalid(&invalid));
                Cmds::new()
            }
        }
    }

    /// Over the box: the field, and for how many records.
    fn title(&self, ctx: &Context) -> String {
        let many = match &self.of {
            Chosen::These(records) => match records.as_slice() {
                [one] => ctx.catalog.reference(one),
                more => ctx.strings.count("list.count", more.len()),
            },
            Chosen::All { .. } => ctx.t("list.all_in_filter").to_owned(),
        };
        let entity = self.about(ctx);
        let what = match &self.step {
            Step::Field(_) => ctx.t("bulk.which_field").to_owned(),
            Step::How(name, _) | Step::By(name, _) => words::label(entity, name, ctx),
            Step::Value(_, form) => {
                form.field().map(|name| words::label(entity, name, ctx)).unwrap_or_default()
            }
            Step::Users(_) => words::label(entity, "owner", ctx),
            Step::Nothing => String::new(),
        };
        format!("{what} · {many}")
    }
}

impl Layer for AskEdit {
    fn place(&self) -> Place {
        match self.step {
            Step::Value(..) => Place::Form,
            _ => Place::Overlay,
        }
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        match &self.step {
            Step::Nothing => {
                let text = ctx.t("bulk.cannot").to_owned();
                vec![Cmd::Close, Cmd::Say(Role::Warning, text)]
            }
            Step::Users(_) => {
                let mut list = ListRequest::first("user", OFFERED);
                list.fields = vec![Name::from("name")];
                let active = Query::parse("active = yes", &ctx.catalog, "user");
                list.filter = active.ok();
                vec![Cmd::Ask(USERS, Request::List(list))]
            }
            _ => {
                let mut cmds = self.open_list(ctx);
                if let Chosen::These(records) = &self.of
                    && let [one] = records.as_slice()
                {
                    cmds.push(Cmd::Ask(RECORD, Request::Get(one.clone())));
                }
                cmds
            }
        }
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == USERS || slot == RECORD
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match &mut self.step {
            Step::Nothing => Some(vec![Cmd::Close]),
            Step::Field(pick) => Some(match pick.key(key) {
                Picked::Closed => vec![Cmd::Close],
                Picked::Chosen => {
                    let chosen = pick.selected().map(|row| row.key.clone());
                    if let Some(name) = chosen {
                        self.choose_field(&name, ctx);
                        return Some(self.open_list(ctx));
                    }
                    Cmds::new()
                }
                Picked::Ignored => return None,
                _ => Cmds::new(),
            }),
            Step::How(name, pick) => Some(match pick.key(key) {
                Picked::Closed => vec![Cmd::Close],
                Picked::Chosen => {
                    let (name, how) = (name.clone(), pick.selected().map(|row| row.key));
                    how.map(|how| self.chosen_how(&name, how, ctx)).unwrap_or_default()
                }
                Picked::Ignored => return None,
                _ => Cmds::new(),
            }),
            Step::By(_, edit) => match key.code {
                KeyCode::Esc => Some(vec![Cmd::Close]),
                KeyCode::Enter => Some(self.accept_by(ctx)),
                _ => {
                    edit.apply(keys::act(key)?);
                    self.problem = None;
                    Some(Cmds::new())
                }
            },
            Step::Users(_) => self.users_key(key, ctx),
            Step::Value(_, form) => {
                if key.is(KeyCode::Esc) && !form.has_popup() {
                    return Some(vec![Cmd::Close]);
                }
                let action = match ctx.keymap.lookup(&[key], Place::Form, &ctx.actions) {
                    Lookup::Action(action) => Some(action.id.clone()),
                    Lookup::Prefix(_) | Lookup::Nothing => None,
                };
                if action.as_deref() == Some("form.save") && !form.has_popup() {
                    return Some(self.accept(ctx));
                }
                let events = form.key(key, action.as_deref(), ctx);
                self.problem = None;
                if events == [Event::Unused] && key.typed().is_none() {
                    return None;
                }
                Some(self.follow(events, ctx))
            }
        }
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        match &mut self.step {
            Step::Value(_, form) => {
                let events = form.paste(text, ctx);
                self.follow(events, ctx)
            }
            Step::By(_, edit) => {
                edit.apply(Typed::Insert(text.trim().to_owned()));
                Cmds::new()
            }
            Step::Field(pick) => {
                pick.act(Typed::Insert(text.trim().to_owned()));
                Cmds::new()
            }
            Step::Users(pick) => {
                pick.act(Typed::Insert(text.trim().to_owned()));
                Cmds::new()
            }
            Step::How(..) | Step::Nothing => Cmds::new(),
        }
    }

    fn edited(&mut self, text: &str, ctx: &Context) -> Cmds {
        let Step::Value(_, form) = &mut self.step else { return Cmds::new() };
        let events = form.edited(text, ctx);
        self.follow(events, ctx)
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Page(page)) if slot == USERS => self.offer_users(page.rows, ctx),
            Ok(Reply::Record(record)) if slot == RECORD => return self.take_record(*record, ctx),
            // Without it one begins with nothing.
            Err(_) if slot == RECORD => {}
            Ok(Reply::Hits(hits)) => {
                let ticket = self.ticket;
                if let Step::Value(_, form) = &mut self.step {
                    form.answer(ticket, &hits, ctx);
                }
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(ctx.said(&error)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = self.title(ctx);
        match &self.step {
            Step::Nothing => Seen::default(),
            Step::Field(pick) => list(pick, &title, "pick.nothing", area, buf, ctx),
            Step::How(_, pick) => list(pick, &title, "pick.nothing", area, buf, ctx),
            Step::Users(pick) => list(pick, &title, "pick.nothing", area, buf, ctx),
            Step::By(_, edit) => {
                let place = paint::centered(area, 60, 4);
                let inner = paint::frame(buf, place, &title, ctx);
                let style = ctx.style(Role::Input);
                let cursor = draw::edited(buf, paint::row(inner, 0), edit, style);
                self.draw_hint(paint::row(inner, 1), buf, "bulk.hint.by", ctx);
                Seen { cursor: Some(cursor), ..Seen::default() }
            }
            Step::Value(how, form) => {
                if let Some(seen) = form.view_list(&title, area, buf, ctx) {
                    return seen;
                }
                let width = 60.min(area.width);
                let height = form.single_height(width.saturating_sub(4), ctx);
                let place = paint::centered(area, width, height + 3);
                let inner = paint::frame(buf, place, &title, ctx);
                let rows = Rect { height: height.min(inner.height), ..inner };
                let hint = match how {
                    How::Add => "bulk.hint.add",
                    How::Remove => "bulk.hint.remove",
                    How::Set | How::By | How::Clear => "bulk.hint.set",
                };
                self.draw_hint(paint::row(inner, height), buf, hint, ctx);
                form.view_single(rows, area, buf, ctx)
            }
        }
    }
}

impl AskEdit {
    fn draw_hint(&self, row: Rect, buf: &mut Buffer, hint: &str, ctx: &Context) {
        match &self.problem {
            Some(problem) => {
                let text = Clean::line(&format!("! {problem}"));
                paint::text(buf, row, text.as_str(), ctx.style(Role::Error), ctx);
            }
            None => {
                paint::text(buf, row, ctx.t(hint), ctx.style(Role::Muted), ctx);
            }
        }
    }
}

fn list<T: Clone>(
    pick: &Pick<T>,
    title: &str,
    nothing: &str,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) -> Seen {
    let width = pick.wanted_width().max(crate::term::width(title) as u16 + 4) + 4;
    let place = paint::centered(area, width, pick.wanted_height() + 2);
    let inner = paint::frame(buf, place, title, ctx);
    pick.draw(buf, inner, ctx.t(nothing), ctx)
}
