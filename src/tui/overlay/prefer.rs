//! Choosing how things look and where weeks begin: every step shows the choice at once, Enter keeps it, Esc goes back to what
//! was before.

use chrono::Weekday;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::model::{Lang, WeekStart};
use crate::term::{Clean, ColourDepth};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::prefs::WEEK;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    /// What the settings say.
    Usual,
    /// This.
    This(String),
    /// It cannot be chosen, and why.
    Broken(String),
}

/// A list of what a preference can be.
pub struct Prefer {
    /// The preference.
    key: &'static str,
    /// What holds when it is left.
    before: String,
    pick: Pick<Choice>,
}

impl Prefer {
    /// Chooses a theme.
    #[must_use]
    pub fn theme(ctx: &Context) -> Self {
        let usual = ctx.themes.label(&ctx.usual.theme, ctx.lang());
        let mut rows =
            vec![(Choice::Usual, ctx.tf("settings.usual", &[("value", &usual)]), String::new())];
        for name in ctx.themes.names() {
            let label = ctx.themes.label(name, ctx.lang());
            rows.push(match ctx.themes.load(name, ctx.theme.depth) {
                Ok(_) => (Choice::This(name.to_owned()), label, String::new()),
                Err(error) => {
                    let told = ctx.strings.said(&error.phrase());
                    (Choice::Broken(told.clone()), label, told)
                }
            });
        }
        Self::new("theme", ctx.theme.name.clone(), rows)
    }

    /// Chooses a language.
    #[must_use]
    pub fn language(ctx: &Context) -> Self {
        let name = |lang: Lang| ctx.t(if lang == Lang::Zh { "settings.zh" } else { "settings.en" });
        let usual = ctx.tf("settings.usual", &[("value", name(ctx.usual.lang))]);
        let mut rows = vec![(Choice::Usual, usual, String::new())];
        for lang in [Lang::En, Lang::Zh] {
            rows.push((Choice::This(lang.code().to_owned()), name(lang).to_owned(), String::new()));
        }
        Self::new("language", ctx.lang().code().to_owned(), rows)
    }

    /// Chooses the day that weeks begin on.
    #[must_use]
    pub fn week(ctx: &Context) -> Self {
        let region = &ctx.catalog.company.region;
        let day = |day: Weekday| {
            let name = WeekStart::ALL.into_iter().find(|start| start.day("") == day);
            ctx.strings.find(&format!("settings.{}", name.unwrap_or_default().word()))
        };
        let usual = day(ctx.usual.week).unwrap_or_default().to_owned();
        let usual = ctx.tf("settings.usual", &[("value", &usual)]);
        let mut rows = vec![(Choice::Usual, usual, String::new())];
        for start in WeekStart::ALL {
            let word = start.word().to_owned();
            let label = ctx.strings.find(&format!("settings.{word}")).unwrap_or_default();
            let auto = (start == WeekStart::Auto).then(|| day(start.day(region))).flatten();
            let note = auto.unwrap_or_default().to_owned();
            rows.push((Choice::This(word), label.to_owned(), note));
        }
        let before = WeekStart::ALL.into_iter().find(|start| start.day("") == ctx.moment.week);
        let kept = ctx.prefs.get(WEEK).and_then(WeekStart::of_word).or(before);
        Self::new(WEEK, kept.unwrap_or_default().word().to_owned(), rows)
    }

    fn new(key: &'static str, before: String, rows: Vec<(Choice, String, String)>) -> Self {
        let rows = rows.into_iter().zip(1..).map(|((choice, label, note), n)| {
            let lead = if n <= 9 { format!("{n} {label}") } else { format!("  {label}") };
            let mut row = PickRow::new(choice, Clean::line(&lead));
            row.note = Clean::line(&note);
            if matches!(row.key, Choice::Broken(_)) {
                row.role = Role::Disabled;
            }
            row
        });
        let mut pick = Pick::answers(rows.collect()).numbered();
        pick.select(|row| row.key == Choice::This(before.clone()));
        Self { key, before, pick }
    }

    /// Shows what the cursor stands on.
    fn show(&self) -> Cmds {
        match self.pick.selected().map(|row| &row.key) {
            Some(Choice::Usual) => vec![Cmd::Try(self.key, None)],
            Some(Choice::This(name)) => vec![Cmd::Try(self.key, Some(name.clone()))],
            Some(Choice::Broken(_)) | None => Cmds::new(),
        }
    }

    fn keep(&self) -> Cmds {
        let choice = match self.pick.selected().map(|row| &row.key) {
            Some(Choice::Usual) => None,
            Some(Choice::This(name)) => Some(name.clone()),
            Some(Choice::Broken(why)) => return vec![Cmd::Say(Role::Error, why.clone())],
            None => return Cmds::new(),
        };
        vec![Cmd::Close, Cmd::Prefer(self.key.to_owned(), choice)]
    }
}

impl Layer for Prefer {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        if let KeyCode::Char(digit @ '1'..='9') = key.code {
            let n = digit as usize - '1' as usize;
            return Some(if self.pick.select_nth(n) { self.keep() } else { Cmds::new() });
        }
        let key = match key.code {
            KeyCode::Char('j') => Key::plain(KeyCode::Down),
            KeyCode::Char('k') => Key::plain(KeyCode::Up),
            _ => key,
        };
        match self.pick.key(key) {
            Picked::Closed => Some(vec![Cmd::Try(self.key, Some(self.before.clone())), Cmd::Close]),
            Picked::Chosen => Some(self.keep()),
            Picked::Ignored => None,
            Picked::Moved | Picked::Typed | Picked::Toggled => Some(self.show()),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t(match self.key {
            "theme" => "settings.theme",
            WEEK => "settings.week",
            _ => "settings.language",
        });
        let plain = self.key == "theme" && ctx.theme.depth == ColourDepth::Mono;
        let hint = if plain { ctx.t("settings.no_colours") } else { ctx.t("settings.hint") };
        let width = self.pick.wanted_width().max(crate::term::width(hint) as u16) + 4;
        // On the right, so that much of what is below is seen in the new look.
        let size = paint::centered(area, width, self.pick.wanted_height() + 3);
        let place = Rect { x: area.right() - size.width, ..size };
        let inner = paint::frame(buf, place, title, ctx);
        let last = inner.height.saturating_sub(1);
        let mut under = paint::row(inner, last);
        under.width = inner.width;
        paint::text(buf, under, hint, ctx.style(Role::Muted), ctx);
        self.pick.draw(buf, Rect { height: last, ..inner }, "", ctx)
    }
}
