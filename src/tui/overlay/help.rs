//! The `?` list: every action of this screen with its key, filterable and runnable; what cannot be done
//! now is dimmed and says why.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::action::{Action, Group, Key, KeyCode, Place, Reason, Situation};
use crate::model::{Name, text};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;
use crate::tui::widget::{Done, TextEdit, draw, keys};

/// The title of an action in the user's language.
#[must_use]
pub fn title(action: &Action, ctx: &Context) -> String {
    action.title_in(&ctx.strings, &ctx.catalog)
}

/// A reason in the user's language.
#[must_use]
pub fn reason(reason: &Reason, ctx: &Context) -> String {
    let values: Vec<(&str, &str)> =
        reason.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ctx.tf(&reason.key, &values)
}

struct Item {
    id: Name,
    group: Group,
    keys: String,
    title: String,
    /// Why it cannot be done now.
    not: Option<String>,
    folded: String,
}

/// The `?` list.
pub struct Help {
    items: Vec<Item>,
    query: TextEdit,
    fitting: Vec<usize>,
    at: usize,
}

impl Help {
    /// The actions that exist where the user is.
    #[must_use]
    pub fn new(at: &Situation<'_>, ctx: &Context) -> Self {
        let mut items: Vec<Item> = ctx
            .actions
            .at(at.place)
            .map(|action| {
                let keys: Vec<String> =
                    ctx.keymap.keys_of(&action.id).iter().map(|keys| keys.shown()).collect();
                let title = title(action, ctx);
                Item {
                    folded: text::fold(&format!("{title} {}", action.id)),
                    keys: keys.join("  "),
                    title,
                    group: action.group,
                    id: action.id.clone(),
                    not: action.available(at).err().map(|why| reason(&why, ctx)),
                }
            })
            .filter(|item| !item.keys.is_empty() || item.not.is_none())
            .collect();
        items.sort_by_key(|item| item.group);
        let mut help = Self { items, query: TextEdit::line(""), fitting: Vec::new(), at: 0 };
        help.narrow();
        help
    }

    fn narrow(&mut self) {
        let words = text::fold(self.query.text());
        self.fitting = (0..self.items.len())
            .filter(|&n| {
                let item = &self.items[n];
                words.split_whitespace().all(|word| {
                    item.folded.contains(word)
                        || item.keys.split_whitespace().any(|key| key.eq_ignore_ascii_case(word))
                })
            })
            .collect();
        self.at = 0;
    }

    fn step(&mut self, by: isize) {
        let last = self.fitting.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    /// The lines to draw: group names between the items.
    fn lines(&self) -> Vec<Result<usize, Group>> {
        let mut lines = Vec::new();
        let mut group = None;
        for (n, &item) in self.fitting.iter().enumerate() {
            let own = self.items[item].group;
            if group != Some(own) {
                lines.push(Err(own));
                group = Some(own);
            }
            lines.push(Ok(n));
        }
        lines
    }
}

impl Layer for Help {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            KeyCode::Enter => {
                let item = self.fitting.get(self.at).map(|&n| &self.items[n]);
                return Some(match item {
                    Some(Item { not: Some(why), .. }) => {
                        vec![Cmd::Say(Role::Warning, why.clone())]
                    }
                    Some(item) => vec![Cmd::CloseAndRun(item.id.clone())],
                    None => Cmds::new(),
                });
            }
            KeyCode::Up => self.step(-1),
            KeyCode::Down => self.step(1),
            KeyCode::PageUp => self.step(-10),
            KeyCode::PageDown => self.step(10),
            _ => {
                if self.query.apply(keys::act(key)?) == Done::Changed {
                    self.narrow();
                }
            }
        }
        Some(Cmds::new())
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let place = paint::centered(area, 76, area.height);
        let inner = paint::frame(buf, place, ctx.t("help.title"), ctx);
        let prompt = paint::row(inner, 0);
        let lead = paint::text(buf, prompt, "> ", ctx.style(Role::Muted), ctx);
        let words = Rect { x: prompt.x + lead, width: prompt.width - lead, ..prompt };
        let cursor: Position = draw::edited(buf, words, &self.query, ctx.style(Role::Input));
        if self.query.is_blank() {
            let hint = ctx.t("help.hint");
            paint::text(buf, words, hint, ctx.style(Role::Placeholder), ctx);
        }
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let mut seen = Seen { cursor: Some(cursor), ..Seen::default() };
        let lines = self.lines();
        let height = usize::from(list.height);
        let own = lines.iter().position(|line| *line == Ok(self.at)).unwrap_or(0);
        let top = (own + 2).saturating_sub(height).min(own);
        for (line, y) in lines[top..].iter().zip(list.y..list.bottom()) {
            let place = Rect { y, height: 1, ..list };
            match line {
                Err(group) => {
                    paint::text(buf, place, ctx.t(group.title()), ctx.style(Role::Header), ctx);
                }
                Ok(n) => {
                    self.draw_item(buf, place, *n, ctx);
                    if *n == self.at {
                        seen.focus = Some(place);
                    }
                    seen.hit(place, Target::Row(*n));
                }
            }
        }
        if self.fitting.is_empty() {
            paint::text(buf, list, ctx.t("pick.nothing"), ctx.style(Role::Muted), ctx);
        }
        seen
    }
}

impl Help {
    fn draw_item(&self, buf: &mut Buffer, line: Rect, n: usize, ctx: &Context) {
        let item = &self.items[self.fitting[n]];
        let chosen = n == self.at;
        let usual = if item.not.is_some() { Role::Disabled } else { Role::Text };
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style(Role::Selected), ctx);
        }
        let keys_width = 16.min(line.width);
        let keys = Rect { x: line.x + 2, width: keys_width.saturating_sub(2), ..line };
        let key_role = if item.not.is_some() { Role::Disabled } else { Role::Key };
        paint::text(buf, keys, &item.keys, style(key_role), ctx);
        let rest = Rect { x: line.x + keys_width, width: line.width - keys_width, ..line };
        let taken = paint::text(buf, rest, &item.title, style(usual), ctx);
        if let Some(why) = &item.not {
            let room = Rect {
                x: rest.x + (taken + 2).min(rest.width),
                width: rest.width.saturating_sub(taken + 2),
                ..rest
            };
            let why = term::truncate(why, usize::from(room.width));
            paint::aligned(buf, room, &why, style(Role::Disabled), Side::Right, ctx);
        }
    }
}
