//! One's own second factor: set up, turned off, its recovery codes made anew.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use crate::action::{Key, KeyCode, Place};
use crate::gate::{Denial, GateError, SignInError, WayIn};
use crate::term::Clean;
use crate::tui::account::{CodesSheet, FactorSheet, Wanted};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Account, Answer, OnAccount, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow, Picked};

const WAY: Slot = Slot("account.way", 0);
const DO: Slot = Slot("account.do", 0);
const OFF: &str = "account.off";
const WIDTH: u16 = 64;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    SetUp,
    Codes,
    TurnOff,
}

enum Stage {
    Choice(Pick<Deed>),
    SetUp(Box<FactorSheet>),
    Codes(CodesSheet),
}

/// The overlay.
pub struct AccountFactor {
    way: WayIn,
    stage: Option<Stage>,
    /// The guard asked for the password before this: it is asked again after.
    again: Option<Account>,
    /// What was asked for last.
    asked: Option<Account>,
    /// New recovery codes are wanted at once.
    codes: bool,
    problem: Option<State>,
}

impl AccountFactor {
    /// Shows how it is, and what can be done.
    #[must_use]
    pub fn new() -> Self {
        let way = WayIn::default();
        Self { way, stage: None, again: None, asked: None, codes: false, problem: None }
    }

    /// Makes new recovery codes at once.
    #[must_use]
    pub fn codes() -> Self {
        Self { codes: true, ..Self::new() }
    }

    fn ask(&mut self, account: Account) -> Cmds {
        (self.asked, self.problem) = (Some(account.clone()), None);
        vec![Cmd::Ask(DO, Request::Account(account))]
    }

    fn choose(&mut self, deed: Deed, ctx: &Context) -> Cmds {
        match deed {
            Deed::SetUp => self.ask(Account::BeginFactor),
            Deed::Codes => self.ask(Account::NewCodes),
            Deed::TurnOff => {
                let text = ctx.t("account.off_sure").to_owned();
                vec![Cmd::Push(Box::new(Confirm::new(OFF, text)))]
            }
        }
    }

    /// How it is, in sentences.
    fn sentences(&self, ctx: &Context) -> Vec<String> {
        let way = &self.way;
        let mut told = vec![if way.second_factor {
            ctx.tf("account.factor_on", &[("n", &way.recovery_codes.to_string())])
        } else if way.password {
            ctx.t("account.factor_off").to_owned()
        } else {
            ctx.t("account.no_password").to_owned()
        }];
        if !way.demanded_by.is_empty() {
            told.push(ctx.tf("account.demanded", &[("roles", &ctx.listed(&way.demanded_by))]));
        }
        told
    }

    fn take_way(&mut self, way: WayIn, ctx: &Context) -> Cmds {
        self.way = way;
        let deeds: &[Deed] = match (self.way.password, self.way.second_factor) {
            (false, _) => &[],
            (true, false) => &[Deed::SetUp],
            (true, true) => &[Deed::Codes, Deed::TurnOff],
        };
        let rows = deeds.iter().map(|deed| {
            let name = ctx.t(match deed {
                Deed::SetUp => "account.do_set_up",
                Deed::Codes => "account.do_codes",
                Deed::TurnOff => "account.do_off",
            });
            PickRow::new(*deed, Clean::line(name))
        });
        self.stage = Some(Stage::Choice(Pick::answers(rows.collect())));
        if std::mem::take(&mut self.codes) && self.way.second_factor {
            return self.ask(Account::NewCodes);
        }
        Cmds::new()
    }
}

impl Default for AccountFactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Layer for AccountFactor {
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
        match self.again.take() {
            Some(again) => self.ask(again),
            // What is being set up, or shown once, stays.
            None if matches!(self.stage, Some(Stage::SetUp(_) | Stage::Codes(_))) => Cmds::new(),
            None => self.start(ctx),
        }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == DO || self.stage.is_none()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if key.ctrl && !matches!(key.code, KeyCode::Char('u')) {
            return None;
        }
        let wanted = match &mut self.stage {
            None => return (key.code == KeyCode::Esc).then(|| vec![Cmd::Close]),
            Some(Stage::Choice(pick)) => {
                return match pick.key(key) {
                    Picked::Closed => Some(vec![Cmd::Close]),
                    Picked::Chosen => {
                        let deed = pick.selected().map(|row| row.key);
                        Some(deed.map(|deed| self.choose(deed, ctx)).unwrap_or_default())
                    }
                    Picked::Ignored => None,
                    Picked::Moved | Picked::Typed | Picked::Toggled => Some(Cmds::new()),
                };
            }
            Some(Stage::SetUp(sheet)) => match sheet.key(key) {
                Wanted::Code(code) => {
                    let made = sheet.made().clone();
                    return Some(self.ask(Account::TurnOn(made, code)));
                }
                wanted => wanted,
            },
            Some(Stage::Codes(sheet)) => sheet.key(key),
        };
        Some(match wanted {
            Wanted::Leave | Wanted::Kept => vec![Cmd::Close],
            Wanted::Stay | Wanted::Code(_) | Wanted::Password(..) => Cmds::new(),
        })
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Some(Stage::SetUp(sheet)) = &mut self.stage {
            sheet.paste(text);
        }
        Cmds::new()
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        if what == OFF { self.ask(Account::TurnOff) } else { Cmds::new() }
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Account(OnAccount::WayIn(way))) => return self.take_way(way, ctx),
            Ok(Reply::Account(OnAccount::Begun(made))) => {
                let why = self.sentences(ctx).pop().unwrap_or_default();
                self.stage = Some(Stage::SetUp(Box::new(FactorSheet::new(made, why))));
            }
            Ok(Reply::Account(OnAccount::Codes(codes))) => {
                self.stage = Some(Stage::Codes(CodesSheet::new(codes)));
            }
            Ok(Reply::Account(OnAccount::Done)) => {
                return vec![Cmd::Close, Cmd::Say(Role::Good, ctx.t("account.off").to_owned())];
            }
            Ok(_) => {}
            Err(error) => {
                if let GateError::SignIn(SignInError(Denial::ConfirmNeeded)) = &error {
                    // The guard stands before it now.
                    self.again = self.asked.take();
                    return Cmds::new();
                }
                match &mut self.stage {
                    Some(Stage::SetUp(sheet)) => sheet.refused(&error, ctx),
                    _ => self.problem = Some(State::of(&error, ctx)),
                }
            }
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("account.factor");
        let frame = |buf: &mut Buffer, width, height| {
            paint::frame(buf, paint::centered(area, width, height), title, ctx)
        };
        match &self.stage {
            Some(Stage::SetUp(sheet)) => {
                let (width, height) = sheet.wanted();
                if !ctx.plain && area.height < height + 2 && area.height + 1 >= height {
                    // With a frame the picture would not fit.
                    paint::clear(buf, area);
                    return sheet.view(area, buf, ctx);
                }
                let inner = frame(buf, width + 4, height + 2);
                sheet.view(inner, buf, ctx)
            }
            Some(Stage::Codes(sheet)) => {
                let inner = frame(buf, WIDTH, sheet.rows() + 2);
                sheet.view(inner, buf, ctx)
            }
            Some(Stage::Choice(pick)) => {
                let width = WIDTH.min(area.width);
                let room = usize::from(width.saturating_sub(4).max(2));
                let mut lines: Vec<(String, Role)> = self
                    .sentences(ctx)
                    .iter()
                    .flat_map(|text| crate::term::wrap(text, room))
                    .map(|line| (line, Role::Text))
                    .collect();
                if let Some(problem) = &self.problem {
                    let (role, text) = problem.line();
                    lines.extend(crate::term::wrap(&text, room).into_iter().map(|it| (it, role)));
                }
                let above = lines.len() as u16;
                let rows = pick.len() as u16;
                let inner = frame(buf, width, above + rows + 3);
                for (n, (line, role)) in lines.iter().enumerate() {
                    let row = paint::row(inner, n as u16);
                    paint::text(buf, row, line, ctx.style(*role), ctx);
                }
                let below = (above + 1).min(inner.height);
                let place =
                    Rect { y: inner.y + below, height: (inner.height - below).min(rows), ..inner };
                let mut seen = if rows == 0 {
                    Seen { cursor: Some(inner.as_position()), ..Seen::default() }
                } else {
                    pick.draw(buf, place, "", ctx)
                };
                if rows == 0 {
                    let lines: Vec<String> = lines.into_iter().map(|(line, _)| line).collect();
                    seen.tells(lines.join(" "));
                }
                seen
            }
            None => {
                let inner = frame(buf, WIDTH, 8);
                self.problem.as_ref().map_or_else(Seen::default, |it| it.draw(buf, inner, ctx))
            }
        }
    }
}
