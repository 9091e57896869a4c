//! Setting or changing one's own password.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::tui::account::{PasswordSheet, Rules, Wanted};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Account, Answer, OnAccount, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;

const WAY: Slot = Slot("account.way", 0);
const SET: Slot = Slot("account.set", 0);
const WIDTH: u16 = 64;

/// The overlay.
#[derive(Default)]
pub struct AccountPassword {
    sheet: Option<PasswordSheet>,
    problem: Option<State>,
}

impl Layer for AccountPassword {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(WAY, Request::Account(Account::WayIn))]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        // What is typed stays.
        if self.sheet.is_some() { Cmds::new() } else { self.start(ctx) }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == WAY && self.sheet.is_none()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let Some(sheet) = &mut self.sheet else {
            return (key.code == KeyCode::Esc).then(|| vec![Cmd::Close]);
        };
        // The program is left and redrawn by its own keys.
        if key.ctrl && !matches!(key.code, KeyCode::Char('u')) {
            return None;
        }
        Some(match sheet.key(key, ctx) {
            Wanted::Leave => vec![Cmd::Close],
            Wanted::Password(present, new) => {
                vec![Cmd::Ask(SET, Request::Account(Account::SetPassword { present, new }))]
            }
            Wanted::Stay | Wanted::Code(_) | Wanted::Kept => Cmds::new(),
        })
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Some(sheet) = &mut self.sheet {
            sheet.paste(text);
        }
        Cmds::new()
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (answer, &mut self.sheet) {
            (Ok(Reply::Account(OnAccount::WayIn(way))), None) => {
                let rules = Rules { own: way.own, second_factor: way.second_factor };
                let why = (!way.password).then(|| ctx.t("account.first").to_owned());
                self.sheet = Some(PasswordSheet::new(rules, way.password, why));
            }
            (Ok(Reply::Account(OnAccount::Done)), _) => {
                let text = ctx.t("account.set").to_owned();
                return vec![
                    Cmd::CloseAndTell("account.password", String::new()),
                    Cmd::Say(Role::Good, text),
                ];
            }
            (Ok(_), _) => {}
            (Err(error), Some(sheet)) => sheet.refused(&error, ctx),
            (Err(error), None) => self.problem = Some(State::of(&error, ctx)),
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("account.password");
        let width = WIDTH.min(area.width);
        let Some(sheet) = &self.sheet else {
            let inner = paint::frame(buf, paint::centered(area, width, 8), title, ctx);
            return self.problem.as_ref().map_or_else(Seen::default, |it| it.draw(buf, inner, ctx));
        };
        let height = sheet.rows(width.saturating_sub(4), ctx) + 3;
        let inner = paint::frame(buf, paint::centered(area, width, height), title, ctx);
        sheet.view(inner, buf, ctx)
    }
}
