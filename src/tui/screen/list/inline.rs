//! A cell of the list with the cursor on it, and the editor of its field in its place.
//!
//! The record is read whole before it is edited, so that what somebody else changes meanwhile is a
//! conflict here as in a form. Start at [`List::act_on_cell`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::List;
use crate::action::{Key, KeyCode, Lookup, Place};
use crate::gate::GateError;
use crate::model::{Link, Name};
use crate::schema::Entity;
use crate::term::{self, Clean};
use crate::tui::bulk::Repeat;
use crate::tui::columns::Placed;
use crate::tui::context::Context;
use crate::tui::form::{Event, Form};
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::table;
use crate::tui::theme::Role;
use crate::tui::{cell, paint};

const RECORD: Slot = Slot("list.cell-record", 0);
const SAVE: Slot = Slot("list.cell-save", 0);
const PICK: Slot = Slot("list.cell-pick", 0);
/// The least room an editor takes in a narrow column.
const LEAST: u16 = 22;

/// The cell under the cursor.
pub(super) struct CellCursor {
    /// Which of the columns that are shown.
    column: usize,
    editor: Option<Box<Form>>,
    ticket: u64,
    /// What is being saved, to be done again elsewhere.
    saving: Option<Repeat>,
    /// Where to go when it is saved: so many cells on, and edit there.
    then: Option<isize>,
}

impl List {
    /// Which kind of place the cells are; none while no cell has the cursor.
    pub(super) fn cell_place(&self) -> Option<Place> {
        let cell = self.cell.as_ref()?;
        Some(if cell.editor.is_some() { Place::Form } else { Place::Cell })
    }

    /// The actions of this file; none where it is another.
    pub(super) fn act_on_cell(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "cell.begin" => self.begin_cell(ctx),
            "cell.left" => self.step_cell(-1, ctx),
            "cell.right" => self.step_cell(1, ctx),
            "cell.edit" => self.open_cell(ctx),
            "cell.leave" => {
                self.cell = None;
                Cmds::new()
            }
            _ => return None,
        })
    }

    /// The cursor goes to the first cell that can be edited.
    fn begin_cell(&mut self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let columns = self.columns(entity, ctx);
        let first = columns.iter().position(|column| !column.field.is_given());
        if self.current().is_some() {
            let column = first.unwrap_or(0);
            self.cell =
                Some(CellCursor { column, editor: None, ticket: 0, saving: None, then: None });
        }
        Cmds::new()
    }

    /// Where cells are edited the cursor stands on rows, not on names of groups.
    pub(super) fn keep_on_row(&mut self, step: Step) {
        let down = !matches!(step, Step::Bottom) && !matches!(step, Step::By(by) if by < 0);
        let found = self.groups.as_mut().is_none_or(|groups| groups.onto_row(down));
        if !found {
            self.cell = None;
        }
    }

    /// So many cells on, and at the end of a row to the next one.
    fn step_cell(&mut self, by: isize, ctx: &Context) -> Cmds {
        let count = self.entity(ctx).map_or(1, |entity| self.columns(entity, ctx).len()).max(1);
        let Some(cell) = &mut self.cell else { return Cmds::new() };
        match cell.column.checked_add_signed(by) {
            Some(column) if column < count => {
                cell.column = column;
                Cmds::new()
            }
            Some(_) => {
                cell.column = 0;
                self.moved(Step::By(1), ctx)
            }
            None => {
                cell.column = count - 1;
                self.moved(Step::By(-1), ctx)
            }
        }
    }

    fn cell_field<'a>(&self, entity: &'a Entity, ctx: &Context) -> Option<Placed<'a>> {
        let column = self.cell.as_ref()?.column;
        self.columns(entity, ctx).get(column).copied()
    }

    /// Reads the record, to edit the cell.
    fn open_cell(&mut self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let Some(field) = self.cell_field(entity, ctx).map(|column| column.field) else {
            return Cmds::new();
        };
        let current = self.current().map(crate::model::Record::reference);
        let key = if entity.immutable {
            Some("reason.immutable")
        } else if field.is_given() {
            Some("cell.given")
        } else {
            None
        };
        if let Some(key) = key {
            return vec![Cmd::Say(Role::Warning, ctx.t(key).to_owned())];
        }
        current.map(|record| Cmd::Ask(RECORD, Request::GetToEdit(record))).into_iter().collect()
    }

    /// Whether an answer in this slot is about the cell under the cursor.
    pub(super) fn awaits_cell(&self, slot: Slot) -> bool {
        self.cell.is_some() && matches!(slot, RECORD | SAVE)
    }

    /// A key while a cell is edited; none while none is.
    pub(super) fn cell_key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let cell = self.cell.as_mut()?;
        let form = cell.editor.as_mut()?;
        if key.is(KeyCode::Esc) && !form.has_popup() {
            cell.editor = None;
            return Some(Cmds::new());
        }
        let action = match ctx.keymap.lookup(&[key], Place::Form, &ctx.actions) {
            Lookup::Action(action) => Some(action.id.clone()),
            Lookup::Prefix(_) | Lookup::Nothing => None,
        };
        if action.as_deref() == Some("app.look-up") {
            return None;
        }
        let events = form.key(key, action.as_deref(), ctx);
        if events == [Event::Unused] && key.typed().is_none() {
            return None;
        }
        Some(self.follow_cell(events, ctx))
    }

    /// Pasted text; none while no cell is edited.
    pub(super) fn cell_paste(&mut self, text: &str, ctx: &Context) -> Option<Cmds> {
        let form = self.cell.as_mut()?.editor.as_mut()?;
        let events = form.paste(text, ctx);
        Some(self.follow_cell(events, ctx))
    }

    /// The kinds of records that the cell under the cursor would take.
    pub(super) fn cell_wants(&self, ctx: &Context) -> Vec<Name> {
        let form = self.cell.as_ref().and_then(|cell| cell.editor.as_ref());
        form.map(|form| form.wanted(ctx)).unwrap_or_default()
    }

    /// A record was looked up for the cell under the cursor.
    pub(super) fn cell_takes(&mut self, link: Link, ctx: &Context) -> Cmds {
        let form = self.cell.as_mut().and_then(|cell| cell.editor.as_mut());
        let events = form.map(|form| form.take_over(link, ctx)).unwrap_or_default();
        self.follow_cell(events, ctx)
    }

    /// A long text comes back from the user's own editor.
    pub(super) fn cell_edited(&mut self, text: &str, ctx: &Context) -> Option<Cmds> {
        let form = self.cell.as_mut()?.editor.as_mut()?;
        let events = form.edited(text, ctx);
        Some(self.follow_cell(events, ctx))
    }

    fn follow_cell(&mut self, events: Vec<Event>, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        let record = self.current().map(crate::model::Record::reference);
        for event in events {
            let Some(cell) = &mut self.cell else { return cmds };
            match event {
                Event::Ask(lookup) => {
                    cell.ticket = lookup.ticket;
                    cmds.push(Cmd::Ask(PICK, Request::Lookup(lookup)));
                }
                Event::Beyond { by, around } if around || by > 0 => {
                    cell.then = around.then_some(by);
                    let events = cell.editor.as_mut().map(|form| form.save_single(ctx));
                    cmds.extend(self.follow_cell(events.unwrap_or_default(), ctx));
                }
                Event::Save(edits) if cell.saving.is_none() => {
                    let name = record.as_ref().map(|record| ctx.catalog.reference(record));
                    let why = format!("edit {}", name.unwrap_or_default());
                    cell.saving = Repeat::of(&edits).or(Some(Repeat::nothing(&self.entity)));
                    cmds.push(Cmd::Ask(SAVE, Request::Save { edits, why }));
                }
                // Nothing is different.
                Event::Leave => {
                    cell.editor = None;
                    cmds.extend(self.go_on(ctx));
                }
                Event::Editor(text) => cmds.push(Cmd::Editor(text)),
                Event::Open(record) => cmds.push(Cmd::Open(record)),
                Event::Save(_) | Event::Beyond { .. } | Event::Unused => {}
            }
        }
        cmds
    }

    /// After a cell is done with: the next one, if that was asked for.
    fn go_on(&mut self, ctx: &Context) -> Cmds {
        let Some(by) = self.cell.as_mut().and_then(|cell| cell.then.take()) else {
            return Cmds::new();
        };
        let mut cmds = self.step_cell(by, ctx);
        let count = self.entity(ctx).map_or(1, |entity| self.columns(entity, ctx).len());
        // Cells that are computed are passed over.
        for _ in 0..count {
            let given = self
                .entity(ctx)
                .and_then(|entity| self.cell_field(entity, ctx))
                .is_some_and(|column| column.field.is_given());
            if !given {
                break;
            }
            cmds.extend(self.step_cell(by, ctx));
        }
        cmds.extend(self.open_cell(ctx));
        cmds
    }

    /// Answers about a cell; hands back those about something else.
    pub(super) fn cell_reply(
        &mut self,
        slot: Slot,
        answer: Answer,
        ctx: &Context,
    ) -> Result<Cmds, Answer> {
        if !matches!(slot, RECORD | SAVE | PICK) {
            return Err(answer);
        }
        let field = self
            .entity(ctx)
            .and_then(|entity| self.cell_field(entity, ctx))
            .map(|column| column.field.name.clone());
        let Some(cell) = &mut self.cell else { return Ok(Cmds::new()) };
        Ok(match (slot, answer) {
            (RECORD, Ok(Reply::Record(record))) => {
                let field = field.unwrap_or_else(|| Name::from(""));
                let form = Form::single(*record, &field, ctx).filter(|form| !form.is_closed());
                match form {
                    Some(mut form) => {
                        let events = form.open_list(ctx);
                        cell.editor = Some(Box::new(form));
                        self.follow_cell(events, ctx)
                    }
                    None => {
                        vec![Cmd::Say(Role::Warning, ctx.t("cell.given").to_owned())]
                    }
                }
            }
            (SAVE, Ok(Reply::Saved(applied))) => {
                cell.editor = None;
                let saved = cell.saving.take().filter(|saved| !saved.act.set.is_empty());
                let mut cmds = vec![Cmd::Written(None)];
                let record = self.current().map(crate::model::Record::reference);
                if let (Some(saved), Some(record)) = (saved, record)
                    && applied.change_set.is_some()
                {
                    let (what, key) = (saved.shown(ctx), ctx.key_of("app.undo"));
                    let name = ctx.catalog.reference(&record);
                    let values =
                        [("records", name.as_str()), ("what", what.as_str()), ("key", &key)];
                    cmds.push(Cmd::Say(Role::Good, ctx.tf("bulk.done", &values)));
                    cmds.push(Cmd::Remember(Box::new(saved)));
                }
                cmds.extend(self.go_on(ctx));
                cmds.extend(self.follow());
                cmds
            }
            (SAVE, Err(error)) => {
                (cell.saving, cell.then) = (None, None);
                if let Some(form) = &mut cell.editor {
                    match &error {
                        GateError::Invalid(problems) => form.refused(problems, ctx),
                        GateError::Conflict(conflict) => form.conflict(conflict, ctx),
                        other => form.fail(&ctx.said(other)),
                    }
                }
                Cmds::new()
            }
            (PICK, Ok(Reply::Hits(hits))) => {
                let ticket = cell.ticket;
                if let Some(form) = &mut cell.editor {
                    form.answer(ticket, &hits, ctx);
                }
                Cmds::new()
            }
            (RECORD, Err(error @ GateError::Denied(_))) => {
                vec![Cmd::Say(Role::Warning, ctx.said_refusal(&error))]
            }
            (_, Err(error)) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
            _ => Cmds::new(),
        })
    }

    /// Draws the cell under the cursor over its row: in brackets, or its editor and what is wrong.
    pub(super) fn draw_cell(
        &self,
        line: Rect,
        screen: Rect,
        columns: &[Placed<'_>],
        buf: &mut Buffer,
        ctx: &Context,
    ) -> Seen {
        let mut seen = Seen::default();
        let Some(cell) = &self.cell else { return seen };
        let Some(column) = columns.get(cell.column) else { return seen };
        let place = table::place(line, column);
        let label = Some(column.field.label.get(ctx.lang()).to_owned());
        let Some(form) = &cell.editor else {
            let style = ctx.style(Role::Selected);
            let edge = |x: u16| Rect { x, width: 1, ..place };
            paint::text(buf, edge(place.x.saturating_sub(1)), "[", style, ctx);
            if place.right() < line.right() {
                paint::text(buf, edge(place.right()), "]", style, ctx);
            }
            seen.cursor = Some(place.as_position());
            seen.told.title = label;
            let entity = self.entity(ctx);
            if let Some((entity, record)) = entity.zip(self.current()) {
                seen.tells(cell::cell(ctx, entity, column.field, record).0.into_string());
            }
            return seen;
        };
        let width = place.width.max(LEAST).min(line.width);
        let x = place.x.min(line.right().saturating_sub(width));
        let height = form.single_height(width, ctx).min(screen.bottom().saturating_sub(line.y));
        let place = Rect { x, y: line.y, width, height: height.max(1) };
        paint::clear(buf, place);
        buf.set_style(place.intersection(buf.area), ctx.style(Role::Input));
        seen = form.view_single(place, screen, buf, ctx);
        seen.types = !form.has_popup();
        seen.told.title = label;
        if let Some(trouble) = form.trouble(ctx).filter(|_| !form.has_popup()) {
            let text = Clean::line(&format!("! {trouble}"));
            let width = (term::width(text.as_str()) as u16 + 1).min(screen.width);
            let below = place.bottom() < screen.bottom();
            let y = if below { place.bottom() } else { place.y.saturating_sub(1) };
            let x = place.x.min(screen.right().saturating_sub(width));
            let place = Rect { x, y, width, height: 1 };
            paint::clear(buf, place);
            paint::text(buf, place, text.as_str(), ctx.style(Role::Error), ctx);
        }
        seen
    }
}
