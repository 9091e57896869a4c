//! What every update and view is handed: the catalogue, words, looks, the present and the size.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use ratatui::layout::Size;
use ratatui::style::Style;

use super::bulk::Repeat;
use super::prefs::Prefs;
use super::theme::{Role, Theme, Themes};
use crate::action::{KeyNames, Keymap, Place, Situation, Table};
use crate::gate::Thresholds;
use crate::model::Lang;
use crate::policy::{self, Decision, Person, Right, Width};
use crate::query::Moment;
use crate::schema::{Catalog, Coercion, Format};
use crate::term::{Clean, Strings};

/// What every update and view is handed. Made and kept up to date by the [`App`](super::app::App).
#[derive(Clone)]
pub struct Context {
    /// Entities and fields.
    pub catalog: Arc<Catalog>,
    /// The words of the program in the user's language.
    pub strings: Strings,
    /// How roles look.
    pub theme: Theme,
    /// How they could look.
    pub themes: Arc<Themes>,
    /// What holds where the person chose nothing.
    pub usual: Usual,
    /// How values are written: language and zone.
    pub format: Format,
    /// The present, as of the input that is being handled.
    pub now: DateTime<Utc>,
    /// The size of the screen.
    pub size: Size,
    /// Only ASCII in our own lines and markers.
    pub ascii: bool,
    /// Plain mode: no frames and no strokes, one thing under the other, rows with numbers, and a line
    /// that tells what is focused.
    pub plain: bool,
    /// Who works: what `me` and `my team` mean. Its `now` is older than [`Context::now`].
    pub moment: Moment,
    /// Who works: what rights are decided by.
    pub person: Person,
    /// The name of that person, where somebody else only looks as they do.
    pub viewing: Option<String>,
    /// What can be done.
    pub actions: Arc<Table>,
    /// Which keys do it.
    pub keymap: Arc<Keymap>,
    /// The keys as they are outside of plain mode.
    all_keys: Arc<Keymap>,
    /// What was edited last, to do the same again, and what that is in a few words.
    pub repeat: Option<(Arc<Repeat>, String)>,
    /// What the person has chosen.
    pub prefs: Prefs,
    /// This run of the program, among all that the person has open.
    pub instance: Run,
    /// What was asked for is not there yet, and has not been for a moment: say so.
    pub waiting: bool,
}

/// A run of the program.
#[derive(Debug, Clone)]
pub struct Run {
    /// A name that no other run has.
    pub name: String,
    /// Whether the run of a name has surely ended. False where that cannot be known.
    pub gone: fn(&str) -> bool,
}

impl From<&str> for Run {
    /// A run that knows nothing of others.
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), gone: |_| false }
    }
}

/// In which ways one is told that it is time for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminding {
    /// In the line above the footer.
    pub status: bool,
    /// By the bell of the terminal.
    pub bell: bool,
    /// By a notification on the desktop, where the terminal can show one.
    pub notify: bool,
}

impl Default for Reminding {
    fn default() -> Self {
        Self { status: true, bell: true, notify: true }
    }
}

/// How the terminal is dealt with where the person chose nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manners {
    /// The terminal tells of the mouse.
    pub mouse: bool,
    /// The screens are drawn where they are looked at: not over SSH, not served.
    pub local: bool,
    /// Links can be opened there: local, and there is a desktop that shows them.
    pub opens: bool,
    /// Plain mode: for screen readers and the simplest terminals.
    pub plain: bool,
    /// The process runs for somebody elsewhere: it opens no editor and writes no files for them.
    pub served: bool,
    /// In which ways one is reminded.
    pub reminding: Reminding,
    /// The screen locks after so long without a key; never without.
    pub lock_after: Option<Duration>,
    /// The person has a password, by which a locked screen is unlocked.
    pub has_password: bool,
    /// From where on something in the audit log is unusual.
    pub thresholds: Thresholds,
    /// Preferences that this start decides, whatever the person chose before.
    pub fixed: Vec<&'static str>,
}

impl Manners {
    /// The same for somebody outside: nothing is opened, edited or written here for them.
    #[must_use]
    pub fn serving(self) -> Self {
        Self { local: false, opens: false, served: true, ..self }
    }

    /// The same where the company has screens lock after so many minutes at the latest: a shorter time of one's
    /// own stands.
    #[must_use]
    pub fn locking_within(self, minutes: Option<u16>) -> Self {
        let Some(minutes) = minutes else { return self };
        let most = Duration::from_mins(u64::from(minutes));
        Self { lock_after: Some(self.lock_after.map_or(most, |own| own.min(most))), ..self }
    }
}

/// What holds where the person chose nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    /// The name of the theme.
    pub theme: String,
    /// The language.
    pub lang: Lang,
    /// The day that weeks begin on.
    pub week: Weekday,
    /// How the terminal is dealt with.
    pub manners: Manners,
}

/// What a host knows of the person and the terminal when it starts an app.
#[derive(Clone)]
pub struct Setup {
    /// Entities and fields.
    pub catalog: Arc<Catalog>,
    /// Who works.
    pub person: Person,
    /// What `me`, `my team` and `today` mean.
    pub moment: Moment,
    /// The language.
    pub lang: Lang,
    /// How roles look.
    pub theme: Theme,
    /// How they could look.
    pub themes: Themes,
    /// How the terminal is dealt with.
    pub manners: Manners,
    /// The keys, where they are not the shipped ones.
    pub keymap: Option<Keymap>,
    /// Columns and rows.
    pub size: Size,
    /// Only ASCII in our own lines and markers.
    pub ascii: bool,
    /// What the person has chosen before.
    pub prefs: Prefs,
    /// A name that no other run of the program has: whose drafts are still being written.
    pub instance: Run,
    /// The name of the person, where somebody else only looks as they do.
    pub viewing: Option<String>,
}

impl Context {
    /// Whether the person's roles let them read records of an entity that is there.
    #[must_use]
    pub fn reads(&self, entity: &str) -> bool {
        let known = self.catalog.entity(entity);
        known.is_some_and(|known| policy::is_shown(&self.person, known))
    }

    /// Whether they may make such records.
    #[must_use]
    pub fn creates(&self, entity: &str) -> bool {
        let known = self.catalog.entity(entity);
        known.is_some_and(|known| {
            policy::decide(&self.person, Right::Create, known) == Decision::Allow
        })
    }

    /// Whether they may read more than what is theirs.
    #[must_use]
    pub fn reads_others(&self, entity: &str) -> bool {
        let wide = |role: &policy::Role| {
            let scope = role.rights.scope(entity, Right::Read);
            scope.width > Width::Own || scope.unassigned
        };
        self.person.is_administrator()
            || policy::guardian(entity).is_some_and(|special| self.person.may(special))
            || self.person.roles.iter().any(wide)
    }

    /// The context an app starts with.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let actions = Table::new(&setup.catalog);
        let keymap = setup.keymap.unwrap_or_else(|| Keymap::shipped(&setup.catalog, &actions));
        let keymap = Arc::new(keymap);
        let actions = Arc::new(actions);
        let mut ctx = Self {
            strings: Strings::new(setup.lang),
            usual: Usual {
                theme: setup.theme.name.clone(),
                lang: setup.lang,
                week: setup.moment.week,
                manners: setup.manners,
            },
            theme: setup.theme,
            themes: Arc::new(setup.themes),
            format: Format { lang: setup.lang, zone: setup.moment.zone },
            now: setup.moment.now,
            size: setup.size,
            ascii: setup.ascii,
            plain: false,
            moment: setup.moment,
            person: setup.person,
            viewing: setup.viewing.map(|name| Clean::line(&name).into_string()),
            actions,
            all_keys: Arc::clone(&keymap),
            keymap,
            catalog: setup.catalog,
            prefs: setup.prefs,
            instance: setup.instance,
            repeat: None,
            waiting: false,
        };
        ctx.speak(setup.lang);
        ctx
    }

    /// Speaks a language from now on, with the user's own keys in its words.
    pub(super) fn speak(&mut self, lang: Lang) {
        let strings = Strings::new(lang);
        let keys = KeyNames { keymap: &self.keymap, actions: &self.actions };
        let keyed = strings.clone().with_keys(|name| keys.of(name, &strings, &self.catalog));
        self.strings = keyed;
        self.format.lang = lang;
        // What would be done again is told in words, too.
        if let Some((repeat, _)) = self.repeat.take() {
            let shown = repeat.shown(self);
            self.repeat = Some((repeat, shown));
        }
    }

    /// Goes into plain mode, where digits choose rows, or back to the keys as they were.
    pub(super) fn go_plain(&mut self, on: bool) {
        self.plain = on;
        self.keymap =
            if on { Arc::new(self.all_keys.without_digits()) } else { Arc::clone(&self.all_keys) };
        self.speak(self.format.lang);
    }

    /// The shortest keys of an action, as people read them; empty where it has none.
    #[must_use]
    pub fn key_of(&self, action: &str) -> String {
        self.keymap.keys_of(action).first().map(|keys| keys.read(self.lang())).unwrap_or_default()
    }

    /// The keys of an action on one kind of screen, as people read them; empty where it has none there.
    #[must_use]
    pub fn key_at(&self, action: &str, place: Place) -> String {
        let keys = self.keymap.keys_at(action, place, &self.actions);
        keys.first().map(|keys| keys.read(self.lang())).unwrap_or_default()
    }

    /// What a text with `{key:NAME}` in it says for this user: the key of an action or the name of a
    /// key.
    #[must_use]
    pub fn key_name(&self, name: &str) -> String {
        let keys = KeyNames { keymap: &self.keymap, actions: &self.actions };
        keys.of(name, &self.strings, &self.catalog)
    }

    /// The text with that key, in the user's language.
    #[must_use]
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.strings.get(key)
    }

    /// The text with that key, `{name}` replaced by what is handed in.
    #[must_use]
    pub fn tf(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.strings.fill(key, values)
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// A screen without anything under the cursor.
    #[must_use]
    pub fn situation(&self, place: Place) -> Situation<'_> {
        let at = Situation::new(&self.catalog, &self.person, place);
        Situation { viewing: self.viewing.as_deref(), ..at }
    }

    /// Whether links of records are opened where the screens are looked at.
    #[must_use]
    pub fn opens_links(&self) -> bool {
        let manners = &self.usual.manners;
        manners.local && manners.opens && !manners.served
    }

    /// The user's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.format.lang
    }

    /// The day it is for the user.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.format.zone).date_naive()
    }

    /// The time it is for the user.
    #[must_use]
    pub fn local_time(&self) -> chrono::NaiveTime {
        self.now.with_timezone(&self.format.zone).time()
    }

    /// The short names of the weekdays, in the order of the user's weeks.
    #[must_use]
    pub fn weekdays(&self) -> Vec<&str> {
        let names: Vec<&str> = self.t("form.weekdays").split_whitespace().collect();
        let first = self.moment.week.num_days_from_monday() as usize;
        names.iter().cycle().skip(first).take(names.len()).copied().collect()
    }

    /// What conditions are asked by.
    #[must_use]
    pub fn asked_by(&self) -> Moment {
        Moment { now: self.now, ..self.moment.clone() }
    }

    /// What understanding typed text needs.
    #[must_use]
    pub fn coercion(&self) -> Coercion<'_> {
        Coercion {
            catalog: &self.catalog,
            now: self.now,
            zone: self.format.zone,
            week: self.moment.week,
        }
    }

    /// Our own glyphs, in the set the terminal can show.
    #[must_use]
    pub fn glyphs(&self) -> &'static Glyphs {
        match (self.ascii, self.plain) {
            (true, _) => &ASCII,
            (false, true) => &PLAIN,
            (false, false) => &NARROW,
        }
    }
}

/// Our own lines and markers; all of them one cell wide.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Before the selected row.
    pub cursor: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// A level line.
    pub line: &'static str,
    /// An upright line.
    pub upright: &'static str,
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// What was cut off.
    pub cut: &'static str,
    /// Between the steps of a trail.
    pub step: &'static str,
    /// Sorted upwards.
    pub ascending: &'static str,
    /// Sorted downwards.
    pub descending: &'static str,
    /// A filled star of a rating, and an empty one.
    pub star: [&'static str; 2],
    /// A group whose rows are shown, and one whose rows are not.
    pub opened: &'static str,
    /// See `opened`.
    pub closed: &'static str,
    /// From before to after.
    pub arrow: &'static str,
}

static NARROW: Glyphs = Glyphs {
    cursor: "▌",
    mark: "*",
    line: "─",
    upright: "│",
    corners: ["┌", "┐", "└", "┘"],
    cut: "…",
    step: "›",
    ascending: "↑",
    descending: "↓",
    star: ["*", "·"],
    opened: "▾",
    closed: "▸",
    arrow: "→",
};

/// What a screen reader passes over, or speaks as a word. Plain mode draws no lines.
static PLAIN: Glyphs = Glyphs {
    cursor: ">",
    mark: "*",
    line: " ",
    upright: " ",
    corners: [" ", " ", " ", " "],
    cut: "…",
    step: ">",
    ascending: "↑",
    descending: "↓",
    star: ["*", "."],
    opened: "-",
    closed: "+",
    arrow: "→",
};

static ASCII: Glyphs = Glyphs {
    cursor: ">",
    mark: "*",
    line: "-",
    upright: "|",
    corners: ["+", "+", "+", "+"],
    cut: "~",
    step: ">",
    ascending: "^",
    descending: "v",
    star: ["*", "."],
    opened: "-",
    closed: "+",
    arrow: ">",
};
