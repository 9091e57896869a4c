//! How a file was understood: what it is, where each column goes, and what a row of it would become.
//!
//! All of it can be changed; nothing is asked of the database but to look at the file anew where it is to be read in
//! another way. Start at [`Columns`].

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::rows::Changed;
use super::{Rows, words};
use crate::action::{Key, KeyCode, Place, Situation};
use crate::exchange::import::{DateDoubt, Job, Look, Looked, Trial, TrialRow};
use crate::exchange::{ImportMap, MapError, Mends, Mode, Said};
use crate::model::{Name, Phrase};
use crate::schema::Entity;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::overlay::ask::Ask;
use crate::tui::overlay::choose::Choose;
use crate::tui::request::{Answer, Import, Imported, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::theme::Role;

const LOOK: Slot = Slot("import.look", 0);
const KEEP: Slot = Slot("import.keep", 0);
pub(super) const FIELD: &str = "import.field";
pub(super) const KEEP_AS: &str = "import.keep-map";

/// The columns of a file.
pub struct Columns {
    pub(super) looked: Looked,
    /// How the file is read, as far as the person said it.
    pub(super) said: Said,
    pub(super) map: ImportMap,
    /// Rows that cannot be imported are written to a file.
    pub(super) rejects: bool,
    pub(super) at: usize,
    /// Which of the first rows is shown as it would become.
    pub(super) row: usize,
    pub(super) wrong: Vec<MapError>,
    pub(super) preview: Option<TrialRow>,
    pub(super) doubts: Vec<DateDoubt>,
    /// Fields that every record must have and nothing goes into.
    pub(super) missing: Vec<Name>,
    trial: Option<Trial>,
    /// The map is another than the one that was found.
    changed: bool,
    /// The file is being looked at anew; of a saved map, its name.
    busy: bool,
    takes_map: bool,
    /// What was mended at the rows.
    mends: Arc<Mends>,
}

impl Columns {
    /// What a look at a file found.
    #[must_use]
    pub fn new(looked: Looked, ctx: &Context) -> Self {
        let mut columns = Self {
            map: looked.map.clone(),
            said: Said::default(),
            rejects: true,
            at: 0,
            row: 0,
            wrong: Vec::new(),
            preview: None,
            doubts: Vec::new(),
            missing: Vec::new(),
            trial: None,
            changed: false,
            busy: false,
            takes_map: false,
            mends: Arc::default(),
            looked,
        };
        columns.think(ctx);
        columns
    }

    pub(super) fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.looked.entity)
    }

    /// Holds the map against the file once more.
    fn think(&mut self, ctx: &Context) {
        self.trial = match Trial::of(&ctx.catalog, &self.looked, &self.map) {
            Ok(trial) => {
                self.wrong.clear();
                Some(trial)
            }
            Err(wrong) => {
                self.wrong = wrong;
                None
            }
        };
        let rows = &self.looked.rows;
        self.doubts = self.trial.as_ref().map(|trial| trial.doubts(rows)).unwrap_or_default();
        let given = |name: &str| {
            self.map.fills(name) || self.map.defaults.iter().any(|(field, _)| field.text == name)
        };
        let fields = self.entity(ctx).map(|entity| entity.fields.as_slice()).unwrap_or_default();
        let missing = fields.iter().filter(|field| {
            field.required && field.default.is_none() && !field.is_given() && !given(&field.name)
        });
        self.missing = if self.map.mode == Some(Mode::Update) {
            Vec::new()
        } else {
            missing.map(|field| field.name.clone()).collect()
        };
        self.try_row(ctx);
    }

    fn try_row(&mut self, ctx: &Context) {
        let row = self.looked.rows.get(self.row);
        self.preview = self
            .trial
            .as_ref()
            .zip(row)
            .and_then(|(trial, row)| trial.row(&ctx.catalog, &ctx.asked_by(), row));
    }

    /// Changes the map.
    pub(super) fn alter(&mut self, alter: impl FnOnce(&mut ImportMap), ctx: &Context) -> Cmds {
        alter(&mut self.map);
        self.changed = true;
        self.think(ctx);
        Cmds::new()
    }

    /// Looks at the file anew.
    pub(super) fn look_again(&mut self, entity: Name, saved: Option<String>) -> Cmds {
        self.busy = true;
        self.takes_map = saved.is_some();
        let said = self.said.clone();
        let look = Look { path: self.looked.path.clone(), entity: Some(entity), said, saved };
        vec![Cmd::Ask(LOOK, Request::Import(Import::Look(Box::new(look))))]
    }

    fn looked(&mut self, looked: Looked, ctx: &Context) {
        self.busy = false;
        if looked.headers != self.looked.headers || looked.map.sheet != self.looked.map.sheet {
            // Rows and columns are others now.
            self.mends = Arc::default();
        }
        let same = looked.headers == self.looked.headers && looked.entity == self.looked.entity;
        if same && self.changed && !self.takes_map {
            // What the person said of the columns stays.
            self.map.encoding = looked.map.encoding;
            self.map.dialect = looked.map.dialect;
            self.map.sheet.clone_from(&looked.map.sheet);
        } else {
            self.map = looked.map.clone();
            self.changed = self.takes_map;
            self.at = 0;
        }
        self.looked = looked;
        self.row = self.row.min(self.looked.rows.len().saturating_sub(1));
        self.think(ctx);
    }

    fn header(&self) -> Option<&str> {
        self.looked.headers.get(self.at).map(String::as_str)
    }

    fn choose_field(&self, ctx: &Context) -> Cmds {
        let (Some(header), Some(entity)) = (self.header(), self.entity(ctx)) else {
            return Cmds::new();
        };
        let out = (String::new(), ctx.t("import.leave_out").to_owned());
        let all = crate::exchange::fillable(entity).into_iter();
        let all = all.map(|address| {
            let label = words::target(Some(entity), &address, ctx);
            (address, label)
        });
        let choices = std::iter::once(out).chain(all).collect();
        let now = self.map.targets_of(header).first().map(|target| target.field.text.clone());
        let likely = self.looked.likely(self.at).unwrap_or_default();
        let now = now.unwrap_or_else(|| likely.to_owned());
        let title = crate::term::Clean::line(header).into_string();
        vec![Cmd::Push(Box::new(Choose::listing(FIELD, title, choices).now(&now)))]
    }

    fn leave_out(&mut self, ctx: &Context) -> Cmds {
        let Some(header) = self.header().map(str::to_owned) else { return Cmds::new() };
        let out = self.map.targets_of(&header).is_empty();
        let back = self.looked.map.targets_of(&header).to_vec();
        let likely = self.looked.likely(self.at).map(str::to_owned);
        self.alter(
            |map| match (out, back.first()) {
                (true, Some(target)) => {
                    map.assign(&header, Some(&target.field.text));
                    if let Some((_, targets)) =
                        map.columns.iter_mut().find(|(known, _)| known.text == header)
                    {
                        *targets = back;
                    }
                }
                (true, None) => map.assign(&header, likely.as_deref()),
                (false, _) => map.assign(&header, None),
            },
            ctx,
        )
    }

    fn job(&self, ctx: &Context) -> Job {
        Job {
            path: self.looked.path.clone(),
            lies_at: self.looked.path.clone(),
            entity: self.looked.entity.clone(),
            format: self.looked.format,
            map: self.map.clone(),
            mends: Arc::clone(&self.mends),
            sample: Arc::clone(&self.looked.rows),
            content: self.looked.content.clone(),
            lang: ctx.lang(),
            rejects: self.rejects.then(|| self.looked.rejects.clone()),
        }
    }

    fn check(&mut self, ctx: &Context) -> Cmds {
        if self.lacks_title(ctx) {
            let (_, text) = self.missing_fields(ctx);
            return vec![Cmd::Say(Role::Error, text)];
        }
        if let Some(wrong) = self.wrong.first() {
            let text = words::failed(&wrong.phrase(), wrong.hint.as_ref(), ctx);
            return vec![Cmd::Say(Role::Error, text)];
        }
        vec![Cmd::Push(Box::new(Rows::new(self.job(ctx), self.looked.headers.clone())))]
    }

    /// Takes up what was changed at the rows.
    fn take_up(&mut self, told: &str, ctx: &Context) -> Cmds {
        let Ok(changed) = serde_json::from_str::<Changed>(told) else { return Cmds::new() };
        self.mends = Arc::new(changed.mends);
        match ImportMap::parse("", &changed.map) {
            Ok(map) if map.to_toml() != self.map.to_toml() => self.alter(|own| *own = map, ctx),
            _ => Cmds::new(),
        }
    }

    fn resume(&mut self, ctx: &Context) -> Cmds {
        let Some(begun) = &self.looked.begun else { return Cmds::new() };
        let mut job = self.job(ctx);
        if let Some(map) = &begun.map {
            job.map = (**map).clone();
        }
        job.mends = Arc::new(begun.mends.clone());
        vec![Cmd::Push(Box::new(Rows::resuming(job, self.looked.headers.clone())))]
    }

    fn keep_map(&self, ctx: &Context) -> Cmds {
        let name = self.looked.by.clone().unwrap_or_default();
        let title = ctx.t("import.keep_as").to_owned();
        vec![Cmd::Push(Box::new(Ask::new(KEEP_AS, title, &name, None)))]
    }

    fn step_row(&mut self, by: isize, ctx: &Context) -> Cmds {
        let last = self.looked.rows.len().saturating_sub(1);
        self.row = self.row.saturating_add_signed(by).min(last);
        self.try_row(ctx);
        Cmds::new()
    }

    fn step(&mut self, step: Step) {
        let last = self.looked.headers.len().saturating_sub(1);
        self.at = match step {
            Step::By(by) => self.at.saturating_add_signed(by).min(last),
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
        };
    }

    /// What stands in the way or is to be known, the most pressing first.
    pub(super) fn warnings(&self, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        if let Some(begun) = &self.looked.begun {
            let rows = usize::try_from(begun.rows).unwrap_or(0);
            let rows = ctx.strings.count("import.rows", rows);
            lines.push((Role::Warning, ctx.tf("import.begun", &[("rows", &rows)])));
        }
        // Of a title that is missing the map speaks as of a file that is written.
        if !self.lacks_title(ctx) {
            for wrong in &self.wrong {
                lines.push((Role::Error, words::failed(&wrong.phrase(), wrong.hint.as_ref(), ctx)));
            }
        }
        if !self.missing.is_empty() {
            lines.push(self.missing_fields(ctx));
        }
        for doubt in &self.doubts {
            lines.push(self.doubtful(doubt, ctx));
        }
        if self.map.keys.is_empty() && self.wrong.is_empty() {
            lines.push((Role::Muted, ctx.t("import.every_row_new").to_owned()));
        }
        let said = |phrase: &Phrase| (Role::Muted, words::without_flags(&ctx.said_phrase(phrase)));
        lines.extend(self.looked.notices.iter().map(said));
        lines
    }

    /// Whether the one thing that is wrong is that nothing goes into the name of records.
    fn lacks_title(&self, ctx: &Context) -> bool {
        let title = self.entity(ctx).map(|entity| &entity.title);
        self.wrong.len() == 1
            && self.map.keys.is_empty()
            && title.is_some_and(|title| self.missing.contains(title))
    }

    fn missing_fields(&self, ctx: &Context) -> (Role, String) {
        let entity = self.entity(ctx);
        let names = self.missing.iter().map(|name| words::target(entity, name, ctx));
        let names = names.collect::<Vec<_>>().join(", ");
        let role = if self.wrong.is_empty() { Role::Warning } else { Role::Error };
        (role, ctx.tf("import.missing", &[("fields", &names)]))
    }

    fn doubtful(&self, doubt: &DateDoubt, ctx: &Context) -> (Role, String) {
        use crate::exchange::DateStyle;
        let key = match (&doubt.order, doubt.said) {
            (None, _) => "import.dates.unknown",
            (Some(DateStyle::DayFirst), true) => "import.dates.day_said",
            (Some(DateStyle::MonthFirst), true) => "import.dates.month_said",
            (Some(DateStyle::DayFirst), false) => "import.dates.day_shown",
            (Some(DateStyle::MonthFirst), false) => "import.dates.month_shown",
            (Some(DateStyle::Serial | DateStyle::Pattern(_)), _) => "import.dates.pattern",
        };
        let role = if doubt.order.is_none() { Role::Warning } else { Role::Muted };
        let header = crate::term::Clean::line(&doubt.header);
        let example = crate::term::Clean::line(&doubt.example);
        (role, ctx.tf(key, &[("column", &header), ("date", &example)]))
    }
}

impl Layer for Columns {
    fn place(&self) -> Place {
        Place::Import
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let name = self.looked.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let entity = self.entity(ctx).map(|entity| entity.plural.get(ctx.lang()));
        let right = ctx.tf("import.as", &[("entity", entity.unwrap_or_default())]);
        let trail = vec![ctx.t("import.title").to_owned(), name.unwrap_or_default()];
        Heading { trail, aside: String::new(), right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        self.busy.then(|| (Role::Info, ctx.t("import.looking").to_owned()))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.entity = self.entity(ctx);
        at.filtered = self.looked.begun.is_some();
        at
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.think(ctx);
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        slot == LOOK && !key.is_some_and(|key| key.is(KeyCode::Esc))
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.changed || !self.mends.is_empty()
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            FIELD => {
                let Some(header) = self.header().map(str::to_owned) else { return Cmds::new() };
                let address = (!choice.is_empty()).then_some(choice);
                self.alter(|map| map.assign(&header, address), ctx)
            }
            KEEP_AS if choice.trim().is_empty() => Cmds::new(),
            KEEP_AS => {
                // How this file is read is no part of it, but for what was said.
                let mut map = self.map.clone();
                map.encoding = self.said.encoding;
                map.dialect = self.said.dialect;
                map.sheet.clone_from(&self.said.sheet);
                let keep = Import::KeepMap {
                    name: choice.trim().to_owned(),
                    entity: self.looked.entity.clone(),
                    headers: self.looked.headers.clone(),
                    map: Box::new(map),
                };
                vec![Cmd::Ask(KEEP, Request::Import(keep))]
            }
            super::rows::DONE => vec![Cmd::Close],
            super::rows::BACK => self.take_up(choice, ctx),
            _ => self.told_option(what, choice, ctx),
        }
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height as i16) / 2;
        if let Some(step) = Step::of_action(action, page.max(1)) {
            self.step(step);
            return Some(Cmds::new());
        }
        if self.busy {
            return (action != "nav.back").then(Cmds::new);
        }
        Some(match action {
            "import.field" => self.choose_field(ctx),
            "import.leave-out" => self.leave_out(ctx),
            "import.options" => self.options(ctx),
            "import.next-row" => self.step_row(1, ctx),
            "import.previous-row" => self.step_row(-1, ctx),
            "import.keep-map" => self.keep_map(ctx),
            "import.check" => self.check(ctx),
            "import.resume" => self.resume(ctx),
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Row(n) = *target else { return None };
        if n == self.at {
            return Some(self.choose_field(ctx));
        }
        self.step(Step::To(n as u32 + 1));
        Some(Cmds::new())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Import(Imported::Looked(looked))) => {
                self.looked(*looked, ctx);
                Cmds::new()
            }
            Ok(Reply::Import(Imported::MapKept(name))) => {
                let name = crate::term::Clean::line(&name).into_string();
                self.looked.by = Some(name.clone());
                if !self.looked.saved.contains(&name) {
                    self.looked.saved.push(name.clone());
                }
                vec![Cmd::Say(Role::Good, ctx.tf("import.map_kept", &[("name", &name)]))]
            }
            Ok(Reply::Import(Imported::Failed { what, hint })) => {
                self.busy = false;
                vec![Cmd::Say(Role::Error, words::failed(&what, hint.as_ref(), ctx))]
            }
            Err(error) => {
                self.busy &= slot != LOOK;
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        self.draw(area, buf, ctx)
    }
}
