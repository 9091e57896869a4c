//! Web, mail and telephone addresses of a record, to be opened on the desktop.
//!
//! One is opened at once, of several one is chosen. A record that has none itself (a deal, a task) offers
//! those of the records it links to. Where nothing can be opened (over SSH, no desktop, an address that is
//! none) they are offered for copying instead.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choose::Choose;
use crate::action::{Key, Place};
use crate::model::{ContactPoint, Record, RecordRef, Value};
use crate::schema::{Entity, Field, FieldType, Origin};
use crate::term::{Clean, Outlink};
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const RECORD: Slot = Slot("open.record", 0);
const LINKED: &str = "open.linked";
/// Linked records that are looked at.
const LINKED_AT_MOST: usize = 6;

/// An address of a record.
struct Address {
    /// As the list shows it.
    shown: String,
    /// As it is copied.
    text: String,
    /// As it is opened, where it can be.
    link: Option<Outlink>,
}

/// What of a record can be opened.
pub struct OpenFrom {
    of: RecordRef,
    title: String,
    /// Addresses of the record, or of each linked one.
    found: Vec<Vec<Address>>,
    /// Linked records that were asked for and did not come yet.
    awaited: usize,
    choose: Option<Choose>,
    /// What is chosen is copied.
    copies: bool,
}

impl OpenFrom {
    /// From this record.
    #[must_use]
    pub fn new(of: RecordRef) -> Self {
        let title = String::new();
        Self { of, title, found: Vec::new(), awaited: 0, choose: None, copies: false }
    }

    fn looked_at(&mut self, record: &Record, ctx: &Context) -> Cmds {
        self.title = cell::title(ctx, record).into_string();
        let own = addresses(record, false, ctx);
        let linked = if own.is_empty() { linked(record, ctx) } else { Vec::new() };
        self.found = vec![own];
        if linked.is_empty() {
            return self.offer(ctx);
        }
        self.awaited = linked.len();
        self.found.resize_with(linked.len(), Vec::new);
        let ask = |(n, of)| Cmd::Ask(Slot(LINKED, n), Request::Get(of));
        linked.into_iter().enumerate().map(ask).collect()
    }

    fn offer(&mut self, ctx: &Context) -> Cmds {
        let mut found: Vec<Address> =
            std::mem::take(&mut self.found).into_iter().flatten().collect();
        if found.is_empty() {
            let text = ctx.tf("open.nothing", &[("record", &self.title)]);
            return vec![Cmd::Close, Cmd::Say(Role::Muted, text)];
        }
        let may = ctx.opens_links();
        if may && found.iter().any(|address| address.link.is_some()) {
            found.retain(|address| address.link.is_some());
            if let [Address { link: Some(link), .. }] = found.as_slice() {
                return vec![Cmd::Close, Cmd::OpenLink(link.clone())];
            }
        } else {
            self.copies = true;
        }
        let title = match (self.copies, may) {
            (false, _) => "open.title",
            (true, false) => "open.not_here",
            (true, true) => "open.no_address",
        };
        let rows = found.iter().enumerate();
        let rows = rows.map(|(n, address)| (n.to_string(), address.shown.clone())).collect();
        self.choose = Some(Choose::new("open", ctx.t(title).to_owned(), rows));
        self.found = vec![found];
        Cmds::new()
    }

    fn chosen(&self, n: &str) -> Cmds {
        let n = n.parse::<usize>().ok();
        let address = self.found.first().zip(n).and_then(|(all, n)| all.get(n));
        let act = address.and_then(|address| match &address.link {
            _ if self.copies => Some(Cmd::Copy(address.text.clone())),
            Some(link) => Some(Cmd::OpenLink(link.clone())),
            None => None,
        });
        [Cmd::Close].into_iter().chain(act).collect()
    }
}

/// The addresses of a record, with its name behind each where it is another than the one asked about.
fn addresses(record: &Record, named: bool, ctx: &Context) -> Vec<Address> {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return Vec::new() };
    let mut out = Vec::new();
    for field in entity.fields.iter().filter(|field| is_address(field)) {
        let Value::Points(points) = record.get(&field.name) else { continue };
        for point in points {
            let one = Value::Points(vec![point.clone()]);
            let shown = ctx.format.line(&ctx.catalog, field, &one);
            let label = field.label.get(ctx.lang());
            let of =
                if named { format!(" · {}", cell::title(ctx, record)) } else { String::new() };
            let shown = Clean::line(&ctx.about(label, &format!("{shown}{of}"))).into_string();
            out.push(Address { shown, text: point.value.clone(), link: link(field, point) });
        }
    }
    out
}

fn is_address(field: &Field) -> bool {
    matches!(field.kind, FieldType::Url | FieldType::Email | FieldType::Phone)
}

fn link(field: &Field, point: &ContactPoint) -> Option<Outlink> {
    match field.kind {
        FieldType::Url => Outlink::web(&point.value),
        FieldType::Email => Outlink::mail(&point.value),
        FieldType::Phone => Outlink::phone(&point.value),
        _ => None,
    }
}

/// The records a record links to that may have addresses; not who owns it.
fn linked(record: &Record, ctx: &Context) -> Vec<RecordRef> {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return Vec::new() };
    let reachable = |entity: &Entity| entity.fields.iter().any(is_address);
    let mut out: Vec<RecordRef> = Vec::new();
    for field in entity.fields.iter().filter(|field| field.origin != Origin::System) {
        let targets = match record.get(&field.name) {
            Value::Link(link) => vec![link.target()],
            Value::Links(links) => links.iter().map(crate::model::Link::target).collect(),
            _ => continue,
        };
        for target in targets {
            let has = ctx.catalog.entity(&target.entity).is_some_and(reachable);
            if has && target.entity != "user" && !out.contains(&target) {
                out.push(target);
            }
        }
    }
    out.truncate(LINKED_AT_MOST);
    out
}

impl Layer for OpenFrom {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(RECORD, Request::Get(self.of.clone()))]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == RECORD || slot.0 == LINKED
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let cmds = self.choose.as_mut()?.key(key, ctx)?;
        let told = |cmd| match cmd {
            Cmd::CloseAndTell(_, n) => self.chosen(&n),
            other => vec![other],
        };
        Some(cmds.into_iter().flat_map(told).collect())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (RECORD, Ok(Reply::Record(record))) => self.looked_at(&record, ctx),
            (RECORD, Err(error)) => vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))],
            (Slot(LINKED, n), answer) => {
                // One that may not be seen, or is gone, has nothing to offer.
                if let (Ok(Reply::Record(record)), Some(place)) = (answer, self.found.get_mut(n)) {
                    *place = addresses(&record, true, ctx);
                }
                self.awaited = self.awaited.saturating_sub(1);
                if self.awaited == 0 { self.offer(ctx) } else { Cmds::new() }
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        self.choose.as_ref().map(|choose| choose.view(area, buf, ctx)).unwrap_or_default()
    }
}
