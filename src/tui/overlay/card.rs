//! Something was pasted onto a screen that looks like a business card: what is to be made of it?

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::capture::Card;
use crate::model::Name;
use crate::policy::Right;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::screen::form::{FormScreen, Start};
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

/// What can be made of a card, the likeliest first.
const MADE: [&str; 3] = ["contact", "customer", "lead"];

/// The question what a pasted card becomes.
pub struct CardOffer {
    text: String,
    card: Card,
    pick: Pick<Name>,
}

impl CardOffer {
    /// Asks, where the text is a card and the person may make records of one.
    #[must_use]
    pub fn of(text: &str, ctx: &Context) -> Option<Self> {
        let card = Card::read(text)?;
        let at = ctx.situation(Place::Overlay);
        let rows: Vec<PickRow<Name>> = MADE
            .iter()
            .filter_map(|name| ctx.catalog.entity(name))
            .filter(|entity| at.allowed(Right::Create, entity).is_ok())
            // A card without a person is no contact.
            .filter(|entity| {
                entity.name != "contact" || card.name.is_some() || card.company.is_none()
            })
            .map(|entity| {
                let text = ctx.tf("form.new", &[("entity", entity.label.get(ctx.lang()))]);
                PickRow::new(entity.name.clone(), Clean::line(&text))
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        Some(Self { text: text.to_owned(), card, pick: Pick::answers(rows) })
    }

    fn chosen(&self) -> Cmds {
        let Some(row) = self.pick.selected() else { return Cmds::new() };
        let start = Start::Card(row.key.clone(), self.text.clone());
        vec![Cmd::Close, Cmd::Push(Box::new(FormScreen::new(start)))]
    }

    /// What was found, as lines: the name, how to reach the person.
    fn lines(&self) -> Vec<Clean> {
        let card = &self.card;
        let mut lines = vec![Clean::line(&card.summary())];
        let phones = card.phones.iter().map(|(_, number)| number.as_str());
        let reach: Vec<&str> = phones.chain(card.emails.iter().map(String::as_str)).collect();
        lines.push(Clean::line(&reach.join(", ")));
        lines.retain(|line| !line.is_empty());
        lines
    }
}

impl Layer for CardOffer {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        if let KeyCode::Char(digit @ '1'..='9') = key.code {
            let there = self.pick.select_nth(digit as usize - '1' as usize);
            return Some(if there { self.chosen() } else { Cmds::new() });
        }
        self.pick.key(key).cmds(|| self.chosen())
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let lines = self.lines();
        let height = self.pick.len() as u16 + lines.len() as u16 + 3;
        let place = paint::centered(area, 60, height.min(area.height));
        let inner = paint::frame(buf, place, ctx.t("card.title"), ctx);
        for (n, line) in lines.iter().enumerate() {
            let role = if n == 0 { Role::Title } else { Role::Muted };
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(role), ctx);
        }
        let above = (lines.len() as u16 + 1).min(inner.height);
        let list = Rect { y: inner.y + above, height: inner.height - above, ..inner };
        self.pick.draw(buf, list, "", ctx)
    }
}
