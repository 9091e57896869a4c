//! One entry of the log with all that it holds, and the way to the record it names.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::view;
use crate::action::{Key, KeyCode, Place};
use crate::gate::AuditEntry;
use crate::model::RecordRef;
use crate::policy::Right;
use crate::schema::Catalog;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::list::grouped;
use crate::tui::theme::Role;

const RECORD: Slot = Slot("audit.record", 0);
/// The most cells of the card.
const WIDEST: u16 = 76;

/// An entry of the log.
pub(super) struct EntryCard {
    entry: AuditEntry,
    catalog: Arc<Catalog>,
    /// The record it names, where the person sees it: with its title.
    record: Option<(RecordRef, String)>,
    /// The first line that is shown.
    top: usize,
}

impl EntryCard {
    /// An entry, told in the words of a catalogue that has the log.
    pub(super) fn new(entry: AuditEntry, catalog: Arc<Catalog>) -> Self {
        Self { entry, catalog, record: None, top: 0 }
    }

    /// What it holds: names and texts.
    fn facts(&self, ctx: &Context) -> Vec<(String, Clean)> {
        let (entry, catalog) = (&self.entry, &*self.catalog);
        let name = |field| view::label(catalog, field, ctx).to_owned();
        let mut about = view::about(entry, catalog, ctx);
        if !entry.kinds.is_empty() {
            let kinds = entry.kinds.iter().map(|(entity, records)| {
                let label = view::called(catalog, "entity", entity, ctx);
                match records {
                    Some(records) => format!("{label} {}", grouped(*records)),
                    None => label,
                }
            });
            about = kinds.collect::<Vec<_>>().join(" · ");
        }
        if let Some((_, title)) = &self.record {
            about = format!("{about} {title}");
        }
        let at = entry.at.with_timezone(&ctx.format.zone).format("%Y-%m-%d %H:%M:%S %Z");
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let mut facts = vec![
            (name("at"), at.to_string()),
            (name("who"), entry.by.clone()),
            (name("via"), view::called(catalog, "via", &entry.via, ctx)),
            (name("kind"), view::called(catalog, "kind", &entry.kind, ctx)),
            (name("entity"), about),
            (ctx.t("audit.detail").to_owned(), view::named(entry, ctx)),
            (name("count"), grouped(entry.count)),
            (ctx.t("audit.reason").to_owned(), ctx.said_why(&entry.why)),
            (ctx.t("audit.change_set").to_owned(), number(entry.change_set)),
            (ctx.t("audit.undoes").to_owned(), number(entry.undoes)),
        ];
        let called = |key: &str| {
            let known = ctx.strings.find(&format!("audit.key.{key}")).map(str::to_owned);
            known.unwrap_or_else(|| key.replace('_', " "))
        };
        facts.extend(entry.detail.iter().map(|(key, text)| (called(key), text.clone())));
        facts.retain(|(_, text)| !text.trim().is_empty());
        facts.into_iter().map(|(name, text)| (name, Clean::line(&text))).collect()
    }

    fn hint(&self, ctx: &Context) -> String {
        match &self.record {
            Some((record, _)) => {
                ctx.tf("audit.open", &[("record", &ctx.catalog.reference(record))])
            }
            None => ctx.t("audit.back").to_owned(),
        }
    }
}

impl Layer for EntryCard {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    /// Whether the record is seen decides whether there is a way to it.
    fn start(&mut self, ctx: &Context) -> Cmds {
        let at = ctx.situation(Place::Overlay);
        let record = self.entry.record.as_ref().filter(|record| {
            let entity = ctx.catalog.entity(&record.entity);
            entity.is_some_and(|entity| at.allowed(Right::Read, entity).is_ok())
        });
        record.map(|record| Cmd::Ask(RECORD, Request::Get(record.clone()))).into_iter().collect()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == RECORD
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Esc => Some(vec![Cmd::Close]),
            KeyCode::Enter => {
                let record = self.record.as_ref().map(|(record, _)| record.clone());
                Some(vec![record.map_or(Cmd::Close, Cmd::CloseAndOpen)])
            }
            KeyCode::Up => {
                self.top = self.top.saturating_sub(1);
                Some(Cmds::new())
            }
            KeyCode::Down => {
                self.top += 1;
                Some(Cmds::new())
            }
            _ => None,
        }
    }

    /// A record that is not seen is no news: its reference stands there anyhow.
    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if let Ok(Reply::Record(record)) = answer {
            let title = crate::tui::cell::title(ctx, &record).into_string();
            self.record = Some((record.reference(), title));
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let facts = self.facts(ctx);
        let names = facts.iter().map(|(name, _)| term::width(name)).max().unwrap_or(0) as u16;
        let wide = WIDEST.min(area.width);
        let room = usize::from(wide.saturating_sub(names + 6)).max(8);
        let mut lines: Vec<(String, Clean)> = Vec::new();
        for (name, text) in &facts {
            for (n, part) in text.wrap(room).into_iter().enumerate() {
                lines.push((if n == 0 { name.clone() } else { String::new() }, part));
            }
        }
        let place = paint::centered(area, wide, lines.len() as u16 + 4);
        let title = ctx.tf("audit.entry", &[("n", &grouped(self.entry.number.unsigned_abs()))]);
        let inner = paint::frame(buf, place, &title, ctx);
        let height = inner.height.saturating_sub(1);
        let last = lines.len().saturating_sub(usize::from(height));
        for (n, (name, text)) in lines.iter().skip(self.top.min(last)).enumerate() {
            if n >= usize::from(height) {
                break;
            }
            let row = paint::row(inner, n as u16);
            let right = Rect {
                x: row.x + (names + 2).min(row.width),
                width: row.width.saturating_sub(names + 2),
                ..row
            };
            paint::text(buf, row, name, ctx.style(Role::Muted), ctx);
            paint::text(buf, right, text, ctx.style(Role::Text), ctx);
        }
        let bottom = paint::row(inner, height);
        paint::text(buf, bottom, &self.hint(ctx), ctx.style(Role::Muted), ctx);
        let told = facts.iter().map(|(name, text)| format!("{name} {text}", text = text.as_str()));
        let mut seen = Seen {
            cursor: (!inner.is_empty()).then_some(Position { x: inner.x, y: inner.y }),
            ..Seen::default()
        };
        seen.tells(told.collect::<Vec<_>>().join(", "));
        seen
    }
}
