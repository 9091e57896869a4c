//! What can be said of an import beside its columns: a list of what holds, each with its choices.
//!
//! Start at [`Columns::options`].

use super::{Columns, words};
use crate::exchange::read::Encoding;
use crate::exchange::{DELIMITERS, DateStyle, Dialect, Mode, Spot, is_key};
use crate::model::Name;
use crate::policy::Right;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::ask::Ask;
use crate::tui::overlay::choose::Choose;

/// What was chosen to be said.
const OPTION: &str = "import.option";
/// Encodings that are offered; any other can be typed on the command line.
const ENCODINGS: [&str; 14] = [
    "utf-8",
    "gb18030",
    "windows-1252",
    "utf-16le",
    "utf-16be",
    "big5",
    "shift_jis",
    "euc-kr",
    "iso-8859-2",
    "windows-1250",
    "windows-1251",
    "iso-8859-15",
    "windows-1254",
    "macintosh",
];
/// Keys that were typed.
const KEYS: &str = "import.keys";
/// A key that is typed.
const TYPED: &str = "=";

impl Columns {
    /// What can be said, with what holds now.
    pub(super) fn options(&self, ctx: &Context) -> Cmds {
        let entity = self.entity(ctx);
        let yes = |yes: bool| ctx.t(if yes { "confirm.yes" } else { "confirm.no" }).to_owned();
        let mut all: Vec<(&str, String)> = Vec::new();
        let label = entity.map(|entity| entity.label.get(ctx.lang()).to_owned());
        all.push(("import.opt.entity", label.unwrap_or_default()));
        let mode = format!("import.mode.{}", self.mode_word());
        all.push(("import.opt.mode", ctx.strings.get(&mode).to_owned()));
        all.push(("import.opt.match", words::matching(&self.map, entity, ctx)));
        let blank = if self.map.clear_blank { "import.blank.clear" } else { "import.blank.keep" };
        all.push(("import.opt.blank", ctx.t(blank).to_owned()));
        let several = if self.map.add { "import.several.add" } else { "import.several.replace" };
        all.push(("import.opt.several", ctx.t(several).to_owned()));
        all.push(("import.opt.dates", ctx.t(self.dates_key()).to_owned()));
        if let Some(makes) = entity.and_then(|e| self.map.makes_missing(&ctx.catalog, e)) {
            all.push(("import.opt.missing", yes(makes)));
        }
        if !self.looked.saved.is_empty() {
            let by = self.looked.by.clone().unwrap_or_default();
            all.push(("import.opt.map", Clean::line(&by).into_string()));
        }
        if let Some(encoding) = self.looked.encoding {
            all.push(("import.opt.encoding", encoding.name().to_owned()));
        }
        if let Some(dialect) = self.looked.dialect {
            all.push(("import.opt.delimiter", words::delimiter(dialect, ctx)));
        }
        if let Some((sheet, _)) = &self.looked.sheets {
            all.push(("import.opt.sheet", Clean::line(sheet).into_string()));
        }
        let rejects = if self.rejects {
            self.looked.rejects.file_name().map(|name| name.to_string_lossy().into_owned())
        } else {
            None
        };
        let rejects = rejects.unwrap_or_else(|| ctx.t("import.no_rejects").to_owned());
        all.push(("import.opt.rejects", Clean::line(&rejects).into_string()));
        let choices = all.into_iter().map(|(key, value)| {
            let name = ctx.strings.get(key);
            let label = if value.is_empty() { name.to_owned() } else { format!("{name}: {value}") };
            (key.to_owned(), label)
        });
        let title = ctx.t("import.options").to_owned();
        vec![Cmd::Push(Box::new(Choose::listing(OPTION, title, choices.collect())))]
    }

    fn mode_word(&self) -> &'static str {
        match self.map.mode.unwrap_or_default() {
            Mode::Create => "create",
            Mode::Update => "update",
            Mode::Upsert => "upsert",
        }
    }

    fn dates_key(&self) -> &'static str {
        match self.map.dates {
            None => "import.dates.found",
            Some(DateStyle::DayFirst) => "import.dates.dmy",
            Some(DateStyle::MonthFirst) => "import.dates.mdy",
            Some(DateStyle::Serial) => "import.dates.serial",
            Some(DateStyle::Pattern(_)) => "import.dates.own",
        }
    }

    /// The choices of what was chosen to be said, or what was chosen of them.
    pub(super) fn told_option(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        if what == OPTION {
            return self.choices(choice, ctx);
        }
        match what {
            "import.opt.entity" if choice != &*self.looked.entity => {
                return self.look_again(Name::from(choice), None);
            }
            "import.opt.encoding" => self.said.encoding = Encoding::named(choice),
            "import.opt.delimiter" => {
                let quote = self.looked.dialect.unwrap_or_default().quote;
                let delimiter = choice.bytes().next().unwrap_or(b',');
                self.said.dialect = Some(Dialect { delimiter, quote });
            }
            "import.opt.sheet" => self.said.sheet = Some(choice.to_owned()),
            "import.opt.map" => {
                return self.look_again(self.looked.entity.clone(), Some(choice.to_owned()));
            }
            "import.opt.match" if choice == TYPED => {
                let now: Vec<&str> = self.map.keys.iter().map(|key| key.text.as_str()).collect();
                let title = ctx.t("import.match_typed").to_owned();
                let ask = Ask::new(KEYS, title, &now.join(", "), None);
                return vec![Cmd::Push(Box::new(ask))];
            }
            "import.opt.rejects" => {
                self.rejects = choice == "yes";
                return Cmds::new();
            }
            _ => return self.alter_by(what, choice, ctx),
        }
        // How the file is read was changed.
        self.look_again(self.looked.entity.clone(), None)
    }

    fn alter_by(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        let entity = self.entity(ctx);
        let mut map = self.map.clone();
        match what {
            "import.opt.mode" => map.mode = Mode::of_word(choice),
            "import.opt.match" | KEYS => {
                let keys = choice.split(',').map(str::trim).filter(|key| !key.is_empty());
                map.keys = keys.map(|key| Spot { text: key.to_owned(), line: 0 }).collect();
            }
            "import.opt.blank" => map.clear_blank = choice == "clear",
            "import.opt.several" => map.add = choice == "add",
            "import.opt.dates" => {
                map.dates = DateStyle::of_word(choice);
                // What a shape says of its own dates gives way to what the person says.
                for target in map.columns.iter_mut().flat_map(|(_, targets)| targets) {
                    target.dates.clone_from(&map.dates);
                }
            }
            "import.opt.missing" => {
                if let Some(entity) = entity {
                    map.make_missing(choice == "yes", &ctx.catalog, entity);
                }
            }
            _ => return Cmds::new(),
        }
        self.alter(|own| *own = map, ctx)
    }

    fn choices(&self, option: &str, ctx: &Context) -> Cmds {
        let t = |key: &str| ctx.strings.get(key).to_owned();
        let keyed = |words: &[(&str, &str)]| -> Vec<(String, String)> {
            words.iter().map(|(word, key)| ((*word).to_owned(), t(key))).collect()
        };
        let yes_no =
            || vec![("yes".to_owned(), t("confirm.yes")), ("no".to_owned(), t("confirm.no"))];
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        // The tag must live as long as the program: each option has its own.
        let (tag, choices, now): (&'static str, Vec<(String, String)>, String) = match option {
            "import.opt.entity" => {
                let may = ctx.catalog.entities().filter(|entity| {
                    entity.is_listed()
                        && ctx
                            .situation(crate::action::Place::Import)
                            .allowed(Right::Import, entity)
                            .is_ok()
                });
                let all = may.map(|entity| {
                    (entity.name.to_string(), entity.plural.get(ctx.lang()).to_owned())
                });
                ("import.opt.entity", all.collect(), self.looked.entity.to_string())
            }
            "import.opt.mode" => {
                let words = keyed(&[
                    ("upsert", "import.mode.upsert"),
                    ("create", "import.mode.create"),
                    ("update", "import.mode.update"),
                ]);
                ("import.opt.mode", words, self.mode_word().to_owned())
            }
            "import.opt.match" => {
                let now: Vec<&str> = self.map.keys.iter().map(|key| key.text.as_str()).collect();
                ("import.opt.match", self.keys(ctx), now.join(", "))
            }
            "import.opt.blank" => {
                let now = if self.map.clear_blank { "clear" } else { "keep" };
                (
                    "import.opt.blank",
                    keyed(&[("keep", "import.blank.keep"), ("clear", "import.blank.clear")]),
                    now.to_owned(),
                )
            }
            "import.opt.several" => {
                let now = if self.map.add { "add" } else { "replace" };
                let words =
                    keyed(&[("replace", "import.several.replace"), ("add", "import.several.add")]);
                ("import.opt.several", words, now.to_owned())
            }
            "import.opt.dates" => {
                let words = keyed(&[
                    ("found", "import.dates.found"),
                    ("dmy", "import.dates.dmy"),
                    ("mdy", "import.dates.mdy"),
                    ("serial", "import.dates.serial"),
                ]);
                let now = self.dates_key().rsplit('.').next().unwrap_or_default();
                ("import.opt.dates", words, now.to_owned())
            }
            "import.opt.missing" => {
                let entity = self.entity(ctx);
                let now = entity.and_then(|e| self.map.makes_missing(&ctx.catalog, e));
                ("import.opt.missing", yes_no(), word(now == Some(true)))
            }
            "import.opt.map" => {
                let all = self.looked.saved.iter();
                let all = all.map(|name| (name.clone(), Clean::line(name).into_string()));
                ("import.opt.map", all.collect(), self.looked.by.clone().unwrap_or_default())
            }
            "import.opt.encoding" => {
                let all = ENCODINGS.iter().filter_map(|name| {
                    let name = Encoding::named(name)?.name().to_owned();
                    Some((name.clone(), name))
                });
                let now = self.looked.encoding.map(|encoding| encoding.name().to_owned());
                ("import.opt.encoding", all.collect(), now.unwrap_or_default())
            }
            "import.opt.delimiter" => {
                let quote = self.looked.dialect.unwrap_or_default().quote;
                let all = DELIMITERS.iter().map(|delimiter| {
                    let label = words::delimiter(Dialect { delimiter: *delimiter, quote }, ctx);
                    (char::from(*delimiter).to_string(), label)
                });
                let now = self.looked.dialect.map(|of| char::from(of.delimiter).to_string());
                ("import.opt.delimiter", all.collect(), now.unwrap_or_default())
            }
            "import.opt.sheet" => {
                let Some((now, all)) = &self.looked.sheets else { return Cmds::new() };
                let all = all.iter().map(|name| (name.clone(), Clean::line(name).into_string()));
                ("import.opt.sheet", all.collect(), now.clone())
            }
            "import.opt.rejects" => ("import.opt.rejects", yes_no(), word(self.rejects)),
            _ => return Cmds::new(),
        };
        vec![Cmd::Push(Box::new(Choose::listing(tag, t(option), choices).now(&now)))]
    }

    /// What records can be recognised by: nothing, a field that a column goes to, or what is typed.
    fn keys(&self, ctx: &Context) -> Vec<(String, String)> {
        let entity = self.entity(ctx);
        let mut all = vec![(String::new(), ctx.t("import.no_key").to_owned())];
        let mut add = |key: &str| {
            if !key.is_empty() && all.iter().all(|(known, _)| known != key) {
                let label = key.split('+').map(|word| words::target(entity, word.trim(), ctx));
                all.push((key.to_owned(), label.collect::<Vec<_>>().join(" + ")));
            }
        };
        for key in &self.map.keys {
            add(&key.text);
        }
        for target in self.map.columns.iter().flat_map(|(_, targets)| targets) {
            let name = target.field.text.split('.').next().unwrap_or_default();
            let field = entity.and_then(|entity| entity.field(name));
            if name == "ref" || field.is_some_and(is_key) {
                add(name);
            }
        }
        all.push((TYPED.to_owned(), ctx.t("import.several_keys").to_owned()));
        all
    }
}
