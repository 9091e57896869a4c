//! The marked records, or a report, into a file or the clipboard: in which form, where to. As rows for a
//! spreadsheet records go to the clipboard without a question.
//!
//! A file is written only by somebody who sits at the computer, as a whole or not at all, and over
//! another one only after a yes. How far it is is seen; Esc stops it, and then nothing is written. Start at [`Export`].

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::entity_of;
use crate::action::{Key, KeyCode};
use crate::exchange::export::{ExportFormat, Progress};
use crate::gate::{Chosen, Count, ErrorKind};
use crate::model::Name;
use crate::term::{self, Clean, grouped};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::overlay::confirm::Confirm;
use crate::tui::paint;
use crate::tui::request::{Answer, AskedReport, Reply, Request, Slot, To};
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};
use crate::tui::widget::{Act, TextEdit, draw, keys};

const TOTAL: Slot = Slot("export.total", 0);
const WRITE: Slot = Slot("export.write", 0);
/// How often it is looked at how far it is.
const LOOK_EVERY: TimeDelta = TimeDelta::milliseconds(200);
/// The forms that are offered, and whether to the clipboard too.
const FORMS: [(ExportFormat, &str, bool); 9] = [
    (ExportFormat::Csv, "CSV", true),
    (ExportFormat::Xlsx, "XLSX", false),
    (ExportFormat::Tsv, "TSV", true),
    (ExportFormat::Markdown, "Markdown", true),
    (ExportFormat::Html, "HTML", false),
    (ExportFormat::Json, "JSON", true),
    (ExportFormat::Ndjson, "NDJSON", false),
    (ExportFormat::Vcard, "vCard", false),
    (ExportFormat::Ical, "iCalendar", false),
];

/// What is written out.
enum What {
    Records(Chosen),
    Report(Box<AskedReport>),
}

enum Step {
    /// In which form, and whether to the clipboard.
    Form(Pick<(usize, bool)>),
    Path(TextEdit),
    /// As rows to be pasted: nothing is asked.
    Rows,
    Writing,
}

/// The marked records into a file or the clipboard.
pub struct Export {
    of: What,
    fields: Vec<Name>,
    form: usize,
    step: Step,
    problem: Option<String>,
    /// What was typed last, to be asked for again.
    path: String,
    progress: Arc<Progress>,
    /// How many there are, where that is known.
    total: Option<u64>,
    /// When it is looked at again how far it is.
    look_at: Option<DateTime<Utc>>,
}

impl Export {
    /// These records with these fields (all that can be imported again where none is named).
    #[must_use]
    pub fn new(of: Chosen, fields: Vec<Name>, ctx: &Context) -> Self {
        let entity = entity_of(&of).and_then(|name| ctx.catalog.entity(&name));
        let fits =
            |format: ExportFormat| entity.map_or(format.is_table(), |entity| format.suits(entity));
        let total = match &of {
            Chosen::These(records) => Some(records.len() as u64),
            Chosen::All { .. } => None,
        };
        Self::asking(What::Records(of), fields, total, &fits, ctx)
    }

    /// This report, as it is looked at.
    #[must_use]
    pub fn report(report: AskedReport, ctx: &Context) -> Self {
        let of = What::Report(Box::new(report));
        Self::asking(of, Vec::new(), None, &ExportFormat::is_table, ctx)
    }

    fn asking(
        of: What,
        fields: Vec<Name>,
        total: Option<u64>,
        fits: &dyn Fn(ExportFormat) -> bool,
        ctx: &Context,
    ) -> Self {
        let row = |n: usize, copied: bool| {
            let key = if copied { "export.copied" } else { "export.file" };
            let label = ctx.tf(key, &[("form", FORMS[n].1)]);
            PickRow::new((n, copied), Clean::line(&label))
        };
        let offered = || (0..FORMS.len()).filter(|n| fits(FORMS[*n].0));
        let files = offered().filter(|_| !ctx.usual.manners.served).map(|n| row(n, false));
        let copies = offered().filter(|n| FORMS[*n].2).map(|n| row(n, true));
        let step = Step::Form(Pick::narrowing(files.chain(copies).collect(), ""));
        Self {
            of,
            fields,
            form: 0,
            step,
            problem: None,
            path: String::new(),
            progress: Arc::default(),
            total,
            look_at: None,
        }
    }

    /// These records as rows with a header, into the clipboard; the entity's columns where no field is
    /// named.
    #[must_use]
    pub fn rows(of: Chosen, fields: Vec<Name>) -> Self {
        Self {
            of: What::Records(of),
            fields,
            form: 0,
            step: Step::Rows,
            problem: None,
            path: String::new(),
            progress: Arc::default(),
            total: None,
            look_at: None,
        }
    }

    fn is_report(&self) -> bool {
        matches!(self.of, What::Report(_))
    }

    fn write(&mut self, to: To, ctx: &Context) -> Cmds {
        self.step = Step::Writing;
        self.progress = Arc::default();
        self.look_at = Some(ctx.now + LOOK_EVERY);
        let format = FORMS[self.form].0;
        let of = match &self.of {
            What::Records(of) => of,
            What::Report(report) => {
                let request = Request::ExportReport { report: report.clone(), format, to };
                return vec![Cmd::Ask(WRITE, request)];
            }
        };
        let request = Request::Export {
            of: of.clone(),
            fields: self.fields.clone(),
            format,
            lang: ctx.lang(),
            to,
            progress: Arc::clone(&self.progress),
        };
        let mut cmds = Cmds::new();
        // Deleted ones are not counted but by looking.
        if let Chosen::All { list, .. } = of
            && !list.deleted
        {
            let (entity, filter) = (list.entity.clone(), list.filter.clone());
            cmds.push(Cmd::Ask(TOTAL, Request::Count { entity, filter, cap: None }));
        }
        cmds.push(Cmd::Ask(WRITE, request));
        cmds
    }

    fn ask_path(&mut self) {
        self.step = Step::Path(TextEdit::line(&self.path));
    }

    fn chosen_form(&mut self, form: usize, copied: bool, ctx: &Context) -> Cmds {
        self.form = form;
        if copied {
            return self.write(To::Clipboard, ctx);
        }
        let name = match &self.of {
            What::Records(of) => entity_of(of).map(|name| name.to_string()),
            What::Report(report) => Some(report.report.name.clone()),
        };
        let name = name.unwrap_or_else(|| "records".to_owned());
        let ending = FORMS[form].0.ending();
        self.path = format!("{name}-{}.{ending}", ctx.today().format("%Y-%m-%d"));
        self.ask_path();
        Cmds::new()
    }
}

impl Layer for Export {
    fn place(&self) -> crate::action::Place {
        crate::action::Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        if !matches!(self.step, Step::Rows) {
            return Cmds::new();
        }
        self.step = Step::Writing;
        let What::Records(of) = &self.of else { return Cmds::new() };
        let entity = entity_of(of).and_then(|name| ctx.catalog.entity(&name));
        let mut fields = std::mem::take(&mut self.fields);
        if let Some(entity) = entity {
            if fields.is_empty() {
                fields = entity.columns().iter().map(|field| field.name.clone()).collect();
            }
            // The title stands first, wherever the columns have it.
            fields.retain(|name| *name != entity.title);
            fields.insert(0, entity.title.clone());
        }
        let (of, progress) = (of.clone(), Arc::clone(&self.progress));
        vec![Cmd::Ask(WRITE, Request::Rows { of, fields, lang: ctx.lang(), progress })]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        slot == WRITE && !key.is_some_and(|key| key.is(KeyCode::Esc))
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.look_at.filter(|_| matches!(self.step, Step::Writing))
    }

    fn woken(&mut self, ctx: &Context) -> Cmds {
        self.look_at = Some(ctx.now + LOOK_EVERY);
        Cmds::new()
    }

    fn told(&mut self, what: &str, _choice: &str, ctx: &Context) -> Cmds {
        if what != "export.over" {
            return Cmds::new();
        }
        let to = To::File { path: self.path.clone().into(), over: true };
        self.write(to, ctx)
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match &mut self.step {
            Step::Form(pick) => Some(match pick.key(key) {
                Picked::Closed => vec![Cmd::Close],
                Picked::Chosen => match pick.selected().map(|row| row.key) {
                    Some((form, copied)) => self.chosen_form(form, copied, ctx),
                    None => Cmds::new(),
                },
                Picked::Ignored => return None,
                _ => Cmds::new(),
            }),
            Step::Path(edit) => match key.code {
                KeyCode::Esc => Some(vec![Cmd::Close]),
                KeyCode::Enter if edit.is_blank() => Some(Cmds::new()),
                KeyCode::Enter => {
                    edit.text().trim().clone_into(&mut self.path);
                    let to = To::File { path: self.path.clone().into(), over: false };
                    Some(self.write(to, ctx))
                }
                _ => {
                    edit.apply(keys::act(key)?);
                    self.problem = None;
                    Some(Cmds::new())
                }
            },
            Step::Rows | Step::Writing => {
                if key.is(KeyCode::Esc) {
                    self.progress.stop();
                }
                Some(Cmds::new())
            }
        }
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Step::Path(edit) = &mut self.step {
            edit.apply(Act::Insert(text.trim().to_owned()));
        }
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Exported { text: Some(text), .. }) if self.is_report() => {
                vec![
                    Cmd::Close,
                    Cmd::Copy(text),
                    Cmd::Say(Role::Good, ctx.t("export.report_copied").to_owned()),
                ]
            }
            Ok(Reply::Exported { text: None, .. }) if self.is_report() => {
                let said = ctx.tf("export.report_written", &[("path", self.path.as_str())]);
                vec![Cmd::Close, Cmd::Say(Role::Good, said)]
            }
            Ok(Reply::Exported { records, text: Some(text) }) => {
                let n = ctx.strings.count("list.count", usize::try_from(records).unwrap_or(0));
                let said = ctx.tf("export.is_copied", &[("records", &n)]);
                vec![Cmd::Close, Cmd::Copy(text), Cmd::Say(Role::Good, said)]
            }
            Ok(Reply::Exported { records, text: None }) => {
                let n = ctx.strings.count("list.count", usize::try_from(records).unwrap_or(0));
                let values = [("records", n.as_str()), ("path", self.path.as_str())];
                vec![Cmd::Close, Cmd::Say(Role::Good, ctx.tf("export.is_written", &values))]
            }
            Ok(Reply::Stopped) => {
                let said = ctx.t("export.stopped").to_owned();
                vec![Cmd::Close, Cmd::Say(Role::Info, said)]
            }
            Ok(Reply::Count(Count::Exactly(n))) => {
                let out = match &self.of {
                    What::Records(Chosen::All { but, .. }) => but.len() as u64,
                    _ => 0,
                };
                self.total = Some(n.saturating_sub(out));
                Cmds::new()
            }
            Ok(Reply::Exists) => {
                self.ask_path();
                let text = ctx.tf("export.over", &[("path", &Clean::line(&self.path))]);
                vec![Cmd::Push(Box::new(Confirm::new("export.over", text)))]
            }
            Ok(_) => Cmds::new(),
            Err(_) if slot == TOTAL => Cmds::new(),
            Err(error) if error.kind() == ErrorKind::File && !self.path.is_empty() => {
                self.problem = Some(ctx.said(&error));
                self.ask_path();
                Cmds::new()
            }
            Err(error) => vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))],
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("export.title");
        match &self.step {
            Step::Form(pick) => {
                let width = pick.wanted_width().max(crate::term::width(title) as u16 + 4) + 4;
                let place = paint::centered(area, width, pick.wanted_height() + 2);
                let inner = paint::frame(buf, place, title, ctx);
                pick.draw(buf, inner, ctx.t("pick.nothing"), ctx)
            }
            Step::Path(edit) => {
                let (role, below) = match &self.problem {
                    Some(problem) => (Role::Error, Clean::line(&format!("! {problem}"))),
                    None => (Role::Muted, Clean::line(ctx.t("ask.hint"))),
                };
                // A long name must not push out of sight what is wrong with it.
                let lines = term::wrap(&below, usize::from(64.min(area.width).saturating_sub(4)));
                let place = paint::centered(area, 64, 3 + lines.len() as u16);
                let inner = paint::frame(buf, place, ctx.t("export.path"), ctx);
                let row = paint::row(inner, 0);
                let cursor = draw::edited(buf, row, edit, ctx.style(Role::Input));
                for (line, n) in lines.iter().zip(1..inner.height) {
                    paint::text(buf, paint::row(inner, n), line, ctx.style(role), ctx);
                }
                Seen { cursor: Some(cursor), ..Seen::default() }
            }
            Step::Rows | Step::Writing => {
                let place = paint::centered(area, 56, 4);
                let inner = paint::frame(buf, place, title, ctx);
                let text = ctx.t("export.writing");
                let n = grouped(self.progress.written());
                let far = match self.total {
                    Some(total) => {
                        let values = [("n", n.as_str()), ("total", &grouped(total))];
                        ctx.tf("export.far", &values)
                    }
                    None => n,
                };
                let far = format!("{text} {far}");
                paint::text(buf, paint::row(inner, 0), &far, ctx.style(Role::Info), ctx);
                let hint = ctx.t("export.stop");
                paint::text(buf, paint::row(inner, 1), hint, ctx.style(Role::Muted), ctx);
                Seen::default()
            }
        }
    }
}
