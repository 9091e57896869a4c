//! What of a record is to be copied: its name, a phone number, a mail address.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choose::Choose;
use crate::action::{Key, KeyCode, Place};
use crate::gate::Chosen;
use crate::model::{Name, Record, RecordRef, Value};
use crate::schema::{Field, FieldType};
use crate::term::{self, Clean};
use crate::tui::bulk::Export;
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;

const RECORD: Slot = Slot("copy.record", 0);
/// Stands for the record as a row, which is made when it is chosen. No text of a record has this in it.
const ROW: &str = "\u{0}row";

/// A list of what can be copied; it appears when the record has been read.
pub struct CopyFrom {
    of: RecordRef,
    /// The columns that are shown where it was asked.
    fields: Vec<Name>,
    choose: Option<Choose>,
    problem: Option<State>,
}

impl CopyFrom {
    /// From this record; as a row it has these fields, its entity's columns where none is named.
    #[must_use]
    pub fn new(of: RecordRef, fields: Vec<Name>) -> Self {
        Self { of, fields, choose: None, problem: None }
    }
}

/// What can be copied of a record: the text, and what stands in the list.
fn values(record: &Record, ctx: &Context) -> Vec<(String, String)> {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return Vec::new() };
    let title = cell::title(ctx, record).into_string();
    let mut out = vec![(title.clone(), title)];
    let reference = ctx.catalog.reference(&record.reference());
    out.push((reference.clone(), reference));
    let worth = |field: &&Field| field.name != entity.title && field.kind != FieldType::Select;
    for field in entity.fields.iter().filter(worth) {
        let label = field.label.get(ctx.lang());
        match record.get(&field.name) {
            Value::Points(points) => {
                for point in points {
                    let one = Value::Points(vec![point.clone()]);
                    let shown = ctx.format.line(&ctx.catalog, field, &one);
                    out.push((point.value.clone(), format!("{label}: {shown}")));
                }
            }
            value @ (Value::Address(_) | Value::Money(_) | Value::Text(_)) => {
                let shown = ctx.format.line(&ctx.catalog, field, value);
                let short = term::truncate(&shown, 48);
                out.push((shown, format!("{label}: {short}")));
            }
            _ => {}
        }
    }
    out.push((as_text(record, ctx), ctx.t("copy.text").to_owned()));
    out.push((ROW.to_owned(), ctx.t("copy.row").to_owned()));
    out
}

/// The record as lines of names and values, for a mail.
fn as_text(record: &Record, ctx: &Context) -> String {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return String::new() };
    let title = cell::title(ctx, record);
    let mut lines = vec![format!("{title} ({})", ctx.catalog.reference(&record.reference()))];
    for field in entity.fields.iter().filter(|field| field.name != entity.title) {
        let shown = ctx.format.line(&ctx.catalog, field, record.get(&field.name));
        if !shown.is_empty() && field.origin != crate::schema::Origin::System {
            lines.push(format!("{}: {shown}", field.label.get(ctx.lang())));
        }
    }
    lines.join("\n")
}

impl Layer for CopyFrom {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(RECORD, Request::Get(self.of.clone()))]
    }

    /// What could not be had is asked for again.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.problem.is_some() { self.start(ctx) } else { Cmds::new() }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if self.problem.is_some() {
            return [KeyCode::Esc, KeyCode::Enter].contains(&key.code).then(|| vec![Cmd::Close]);
        }
        let cmds = self.choose.as_mut()?.key(key, ctx)?;
        let row = || {
            let of = Chosen::These(vec![self.of.clone()]);
            Cmd::Push(Box::new(Export::rows(of, self.fields.clone())))
        };
        let copied = |cmd| match cmd {
            Cmd::CloseAndTell(_, text) if text == ROW => vec![Cmd::Close, row()],
            Cmd::CloseAndTell(_, text) => vec![Cmd::Close, Cmd::Copy(text)],
            other => vec![other],
        };
        Some(cmds.into_iter().flat_map(copied).collect())
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Record(record)) => {
                let choices = values(&record, ctx)
                    .into_iter()
                    .map(|(text, shown)| (text, Clean::line(&shown).into_string()));
                let title = ctx.t("copy.title").to_owned();
                self.choose = Some(Choose::new("copy", title, choices.collect()));
                self.problem = None;
                Cmds::new()
            }
            Ok(_) => Cmds::new(),
            Err(error) => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(problem) = &self.problem {
            return problem.framed(buf, area, ctx.t("copy.title"), ctx);
        }
        self.choose.as_ref().map(|choose| choose.view(area, buf, ctx)).unwrap_or_default()
    }
}
