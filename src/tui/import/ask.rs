//! Which file: a path that is typed, with the files below it that it may go on with.
//!
//! What is wrong with a file is told where its name stands, so that another can be named. Start at [`AskFile`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Columns;
use crate::action::{Key, KeyCode, Place};
use crate::exchange::import::Look;
use crate::gate::ErrorKind;
use crate::model::Name;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Import, Imported, Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::widget::{Act, Done, TextEdit, draw, keys};

const NAMES: Slot = Slot("import.names", 0);
const LOOK: Slot = Slot("import.look", 0);
/// Files that are seen at a time.
const SHOWN: usize = 8;

/// Asks which file is to be imported.
pub struct AskFile {
    /// What its rows are, where the list says it.
    entity: Option<Name>,
    edit: TextEdit,
    /// What the path may go on with, and whether each is a folder.
    names: Vec<(String, bool)>,
    /// The one of them that is chosen; none while one types.
    at: Option<usize>,
    /// The file is being looked at.
    looks: bool,
    problem: Option<String>,
}

impl AskFile {
    /// A file of records of that kind, or of whatever is in it.
    #[must_use]
    pub fn new(entity: Option<Name>) -> Self {
        Self {
            entity,
            edit: TextEdit::line(""),
            names: Vec::new(),
            at: None,
            looks: false,
            problem: None,
        }
    }

    fn ask(&mut self) -> Cmds {
        self.at = None;
        self.problem = None;
        let typed = self.edit.text().trim_start().to_owned();
        vec![Cmd::Ask(NAMES, Request::Import(Import::Names(typed)))]
    }

    /// The folder that is typed so far, with the slash behind it.
    fn folder(&self) -> &str {
        let text = self.edit.text().trim_start();
        text.rfind('/').map_or("", |at| &text[..=at])
    }

    /// Puts a name in the place of what is typed of it.
    fn take(&mut self, n: usize) -> Option<bool> {
        let (name, is_folder) = self.names.get(n)?.clone();
        let slash = if is_folder { "/" } else { "" };
        let text = format!("{}{name}{slash}", self.folder());
        self.edit.set(&text);
        Some(is_folder)
    }

    fn look(&mut self) -> Cmds {
        if self.edit.is_blank() {
            return Cmds::new();
        }
        self.looks = true;
        self.problem = None;
        let path = self.edit.text().trim().into();
        let look = Look { path, entity: self.entity.clone(), ..Look::default() };
        vec![Cmd::Ask(LOOK, Request::Import(Import::Look(Box::new(look))))]
    }

    fn enter(&mut self) -> Cmds {
        let typed = self.edit.text().trim();
        let named = typed.rsplit('/').next().unwrap_or_default();
        let exact = || self.names.iter().position(|(name, _)| name == named);
        let chosen = self.at.or_else(exact).or_else(|| {
            // What is left of all after a few letters is meant.
            (self.names.len() == 1 && !named.is_empty()).then_some(0)
        });
        match chosen.and_then(|n| self.take(n)) {
            Some(true) => self.ask(),
            Some(false) | None => self.look(),
        }
    }

    /// Goes on as far as all names that fit go on alike; the chosen one as a whole.
    fn complete(&mut self) -> Cmds {
        let only = (self.names.len() == 1).then_some(0);
        if let Some(n) = self.at.or(only) {
            self.take(n);
            return self.ask();
        }
        let mut names = self.names.iter().map(|(name, _)| name.as_str());
        let Some(first) = names.next() else { return Cmds::new() };
        let common = names.fold(first, |common, name| {
            let same = common.chars().zip(name.chars()).take_while(|(a, b)| a == b);
            let length = same.map(|(c, _)| c.len_utf8()).sum();
            &common[..length]
        });
        let text = format!("{}{common}", self.folder());
        if text.len() <= self.edit.text().trim_start().len() {
            self.at = Some(0);
            return Cmds::new();
        }
        self.edit.set(&text);
        self.ask()
    }

    fn step(&mut self, by: isize) {
        let last = self.names.len().checked_sub(1);
        self.at = match (self.at, last) {
            (_, None) => None,
            (None, Some(_)) if by > 0 => Some(0),
            (None, Some(_)) => None,
            (Some(0), Some(_)) if by < 0 => None,
            (Some(at), Some(last)) => Some(at.saturating_add_signed(by).min(last)),
        };
    }
}

impl Layer for AskFile {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        self.ask()
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        let leaves = key.is_some_and(|key| key.is(KeyCode::Esc));
        (slot == LOOK && !leaves) || (slot == NAMES && key.is_some_and(asks_for_names))
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            _ if self.looks => return Some(Cmds::new()),
            KeyCode::Enter => return Some(self.enter()),
            KeyCode::Tab => return Some(self.complete()),
            KeyCode::Up => self.step(-1),
            KeyCode::Down => self.step(1),
            KeyCode::PageUp => self.step(-(SHOWN as isize)),
            KeyCode::PageDown => self.step(SHOWN as isize),
            _ => {
                return Some(match self.edit.apply(keys::act(key)?) {
                    Done::Changed => self.ask(),
                    Done::Moved | Done::Nothing => Cmds::new(),
                });
            }
        }
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if self.looks {
            return Cmds::new();
        }
        // A file that is dragged onto a terminal comes in quotes.
        let text = text.trim();
        let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        self.edit.apply(Act::Insert(bare.unwrap_or(text).to_owned()));
        self.ask()
    }

    fn pointed(&mut self, target: &Target, _ctx: &Context) -> Option<Cmds> {
        let Target::Row(n) = *target else { return None };
        if self.looks {
            return Some(Cmds::new());
        }
        self.at = Some(n);
        Some(self.enter())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Import(Imported::Names(names))) => {
                self.names = names;
                Cmds::new()
            }
            Ok(Reply::Import(Imported::Looked(looked))) => {
                vec![Cmd::Close, Cmd::Push(Box::new(Columns::new(*looked, ctx)))]
            }
            Ok(Reply::Import(Imported::Failed { what, hint })) => {
                self.looks = false;
                self.problem = Some(super::words::failed(&what, hint.as_ref(), ctx));
                Cmds::new()
            }
            Err(error) if slot == LOOK && error.kind() == ErrorKind::File => {
                self.looks = false;
                self.problem = Some(ctx.said(&error));
                Cmds::new()
            }
            Err(error) if slot == LOOK => vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))],
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let width = 68.min(area.width);
        let told = match &self.problem {
            Some(problem) => Some((Role::Error, format!("! {problem}"))),
            None if self.looks => Some((Role::Info, ctx.t("import.looking").to_owned())),
            None if self.names.is_empty() => {
                Some((Role::Muted, ctx.t("import.no_file").to_owned()))
            }
            None => None,
        };
        let below = told.map_or_else(Vec::new, |(role, text)| {
            let text = Clean::line(&text);
            let lines = term::wrap(&text, usize::from(width.saturating_sub(4)));
            lines.into_iter().take(4).map(|line| (role, line)).collect()
        });
        let hint = ctx.t("import.file_hint");
        let rows = if below.is_empty() { self.names.len().min(SHOWN) } else { 0 };
        let height = 2 + 1 + (rows + below.len()) as u16 + 1;
        let place = paint::centered(area, width, height);
        let inner = paint::frame(buf, place, ctx.t("import.file"), ctx);
        let style = ctx.style(Role::Input);
        seen.cursor = Some(draw::edited(buf, paint::row(inner, 0), &self.edit, style));
        let room = usize::from(inner.height.saturating_sub(1));
        for (n, (role, line)) in below.iter().enumerate().take(room) {
            paint::text(buf, paint::row(inner, n as u16 + 1), line, ctx.style(*role), ctx);
        }
        if let Some((_, line)) = below.first() {
            seen.tells(format!("{} {line}", self.edit.text()));
        }
        let room = room.saturating_sub(1).clamp(1, SHOWN);
        if below.is_empty() {
            let top = self.at.unwrap_or(0).saturating_sub(room - 1);
            for (n, (name, is_folder)) in self.names.iter().enumerate().skip(top).take(room) {
                let line = paint::row(inner, (n - top) as u16 + 1);
                let chosen = self.at == Some(n);
                let role = if chosen { Role::Selected } else { Role::Text };
                if chosen {
                    buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
                    seen.focus = Some(line);
                    seen.place(n, self.names.len());
                    seen.tells(name.clone());
                }
                let marker = if chosen { ctx.glyphs().cursor } else { " " };
                let slash = if *is_folder { "/" } else { "" };
                let name = Clean::line(&format!("{name}{slash}"));
                let parts =
                    [(marker, ctx.style(role)), (" ", ctx.style(role)), (&*name, ctx.style(role))];
                paint::pieces(buf, line, &parts, ctx);
                seen.hit(line, Target::Row(n));
            }
        }
        let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        if inner.height > 2 {
            paint::text(buf, last, hint, ctx.style(Role::Muted), ctx);
        }
        seen
    }
}

/// Keys that are about what the path may go on with.
fn asks_for_names(key: Key) -> bool {
    matches!(
        key.code,
        KeyCode::Tab | KeyCode::Enter | KeyCode::Down | KeyCode::Up | KeyCode::PageDown
    )
}
