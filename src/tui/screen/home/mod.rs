//! My day: what is late or due, deals about to close, deals that went quiet, what happened last.
//!
//! Each part is a short list of its own; one cursor walks through all of them. Where nothing is mine yet
//! everybody's is shown. Start at [`Home`].

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{grouped, notice, open_task};
use crate::action::{Key, Place, Situation};
use crate::gate::{Count, ListRequest};
use crate::model::{Name, Record, RecordRef};
use crate::query::{Query, SortKey, parse_sort};
use crate::tui::chrome;
use crate::tui::columns::{self, Placed};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Heading, Layer, ListStart};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::table::{self, Look};
use crate::tui::theme::Role;
use crate::tui::{cell, paint};

const PAGE: &str = "home.page";
const COUNT: &str = "home.count";
/// Rows asked for per part.
const ROWS: usize = 12;

/// What a part shows.
struct Part {
    /// The key of its name.
    title: &'static str,
    entity: &'static str,
    /// Whose is added in front.
    condition: &'static str,
    sort: &'static str,
    /// Whether it is about what is mine.
    own: bool,
    columns: &'static [&'static str],
}

const PARTS: [Part; 4] = [
    Part {
        title: "home.tasks",
        entity: "task",
        condition: "status.state = open and due before tomorrow",
        sort: "due",
        own: true,
        columns: &["due", "customer", "priority"],
    },
    Part {
        title: "home.closing",
        entity: "deal",
        condition: "stage.state = open and expected_close in next 30 days",
        sort: "expected_close",
        own: true,
        columns: &["amount", "expected_close", "stage", "customer"],
    },
    Part {
        title: "home.stale",
        entity: "deal",
        condition: "stage.state = open and stage_since older than 30d",
        sort: "stage_since",
        own: true,
        columns: &["amount", "stage_since", "stage", "customer"],
    },
    Part {
        title: "home.latest",
        entity: "activity",
        condition: "",
        sort: "-happened_at",
        own: false,
        columns: &["happened_at", "kind", "customer", "owner"],
    },
];

#[derive(Default)]
struct State {
    rows: Vec<Record>,
    count: Option<Count>,
    landed: bool,
}

/// My day.
pub struct Home {
    parts: Vec<State>,
    part: usize,
    at: usize,
    mine: bool,
    /// Whether the user chose whose day it is; until then an empty day shows everybody's.
    chosen: bool,
}

impl Default for Home {
    fn default() -> Self {
        let parts = PARTS.iter().map(|_| State::default()).collect();
        Self { parts, part: 0, at: 0, mine: true, chosen: false }
    }
}

impl Home {
    fn query(&self, part: &Part, ctx: &Context) -> String {
        let own = part.own && self.mine && ctx.catalog.entity(part.entity).is_some();
        match (own, part.condition) {
            (true, "") => "owner = me".into(),
            (true, condition) => format!("owner = me and {condition}"),
            (false, condition) => condition.into(),
        }
    }

    fn ask_all(&self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        for (n, part) in PARTS.iter().enumerate() {
            let Some(entity) = ctx.catalog.entity(part.entity) else { continue };
            let text = self.query(part, ctx);
            let filter = match text.as_str() {
                "" => None,
                text => match Query::parse(text, &ctx.catalog, part.entity) {
                    Ok(query) => Some(query),
                    // A company may have taken a field away; then this part stays empty.
                    Err(_) => continue,
                },
            };
            let mut request = ListRequest::first(part.entity, ROWS);
            request.filter.clone_from(&filter);
            request.sort = parse_sort(part.sort, &ctx.catalog, part.entity).unwrap_or_default();
            request.fields = part
                .columns
                .iter()
                .map(|name| Name::from(*name))
                .chain([entity.title.clone()])
                .chain(cell::standing_field(entity).map(|field| field.name.clone()))
                .filter(|name| entity.field(name).is_some())
                .collect();
            cmds.push(Cmd::Ask(Slot(PAGE, n), Request::List(request)));
            let count = Request::Count { entity: part.entity.into(), filter, cap: Some(1_000) };
            cmds.push(Cmd::Ask(Slot(COUNT, n), count));
        }
        cmds
    }

    fn current(&self) -> Option<&Record> {
        self.parts.get(self.part)?.rows.get(self.at)
    }

    /// Rows of each part that are shown: all share the room, what one does not need the others get.
    fn heights(&self, ctx: &Context) -> Vec<usize> {
        let room = usize::from(chrome::body(ctx.size).height);
        let mut left = room.saturating_sub(self.parts.len() * 2 - 1);
        let mut heights = vec![0; self.parts.len()];
        let wanted: Vec<usize> = self.parts.iter().map(|part| part.rows.len().max(1)).collect();
        let mut progress = true;
        while left > 0 && progress {
            progress = false;
            for (height, wanted) in heights.iter_mut().zip(&wanted) {
                if *height < *wanted && left > 0 {
                    *height += 1;
                    left -= 1;
                    progress = true;
                }
            }
        }
        heights
    }

    fn step(&mut self, by: isize, ctx: &Context) {
        let heights = self.heights(ctx);
        let shown: Vec<(usize, usize)> = self
            .parts
            .iter()
            .zip(&heights)
            .enumerate()
            .flat_map(|(n, (part, height))| (0..part.rows.len().min(*height)).map(move |i| (n, i)))
            .collect();
        let here = shown.iter().position(|place| *place == (self.part, self.at)).unwrap_or(0);
        let next = here.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        if let Some((part, at)) = shown.get(next) {
            (self.part, self.at) = (*part, *at);
        }
    }

    fn turn(&mut self, by: isize) {
        let count = self.parts.len() as isize;
        for step in 1..=count {
            let part = (self.part as isize + by * step).rem_euclid(count) as usize;
            if !self.parts[part].rows.is_empty() {
                (self.part, self.at) = (part, 0);
                return;
            }
        }
    }

    /// Puts the cursor on a row that is there.
    fn settle(&mut self) {
        if self.current().is_some() {
            return;
        }
        if let Some(rows) = self.parts.get(self.part).map(|part| part.rows.len())
            && rows > 0
        {
            self.at = rows - 1;
        } else if let Some(part) = self.parts.iter().position(|part| !part.rows.is_empty()) {
            (self.part, self.at) = (part, 0);
        }
    }

    fn columns<'a>(part: &Part, width: u16, ctx: &'a Context) -> Vec<Placed<'a>> {
        let Some(entity) = ctx.catalog.entity(part.entity) else { return Vec::new() };
        let fields = part.columns.iter().filter_map(|name| entity.field(name)).collect();
        columns::chosen(entity, fields, width)
    }
}

impl Layer for Home {
    fn place(&self) -> Place {
        Place::Home
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let whose = if self.mine { ctx.person.name.clone() } else { ctx.t("home.all").to_owned() };
        let today = ctx.today();
        let right = format!("{} {}", ctx.format.weekday(today), crate::schema::Format::date(today));
        Heading { trail: vec![ctx.t("home.title").to_owned()], aside: whose, right }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = Situation::new(&ctx.catalog, &ctx.person, Place::Home);
        if let Some(record) = self.current() {
            at.record = Some(record.reference());
            at.open = open_task(ctx, record);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.current().map(Record::reference).into_iter().collect()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.ask_all(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        let Slot(kind, n) = slot;
        kind == PAGE && self.parts.get(n).is_some_and(|part| !part.landed)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        match action {
            "nav.up" => self.step(-1, ctx),
            "nav.down" => self.step(1, ctx),
            "nav.page-up" => self.step(-8, ctx),
            "nav.page-down" => self.step(8, ctx),
            "nav.top" => self.step(isize::MIN, ctx),
            "nav.bottom" => self.step(isize::MAX, ctx),
            "nav.next-part" => self.turn(1),
            "nav.previous-part" => self.turn(-1),
            "list.mine" => {
                self.mine = !self.mine;
                self.chosen = true;
                return Some(self.ask_all(ctx));
            }
            "list.filter" => {
                let part = PARTS.get(self.part)?;
                let start = ListStart {
                    entity: Some(part.entity.into()),
                    filter: self.query(part, ctx),
                    sort: sort_of(part, ctx),
                    ..ListStart::default()
                };
                return Some(vec![Cmd::OpenList(Box::new(start))]);
            }
            "nav.open" => return Some(self.subjects().into_iter().map(Cmd::Open).collect()),
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let Slot(kind, n) = slot;
        let Some(part) = self.parts.get_mut(n) else { return Cmds::new() };
        match answer {
            Ok(Reply::Page(page)) => {
                part.rows = page.rows;
                part.landed = true;
                self.settle();
            }
            Ok(Reply::Count(count)) => part.count = Some(count),
            Err(error) if kind == PAGE => {
                part.landed = true;
                return vec![Cmd::Say(Role::Error, ctx.said(&error))];
            }
            _ => {}
        }
        let own = || PARTS.iter().zip(&self.parts).filter(|(part, _)| part.own);
        let empty = own().all(|(_, state)| state.landed && state.rows.is_empty());
        if self.mine && !self.chosen && empty {
            self.mine = false;
            self.chosen = true;
            return self.ask_all(ctx);
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let marks = BTreeSet::new();
        let width = area.width.saturating_sub(table::GUTTER + 1);
        let mut y = area.y;
        for (n, ((part, state), height)) in
            PARTS.iter().zip(&self.parts).zip(self.heights(ctx)).enumerate()
        {
            if y >= area.bottom() {
                break;
            }
            let columns = Self::columns(part, width, ctx);
            let Some(entity) = ctx.catalog.entity(part.entity) else { continue };
            draw_title(buf, Rect { y, height: 1, ..area }, part, state, n == self.part, ctx);
            y += 1;
            let body = Rect { y, height: (height as u16).min(area.bottom() - y), ..area };
            if state.rows.is_empty() {
                if state.landed {
                    let key = format!("{}_none", part.title);
                    let text = ctx.strings.find(&key).unwrap_or_default();
                    notice(buf, body, text, Role::Muted, ctx);
                }
            } else {
                let selected = (n == self.part).then_some(self.at);
                let look = Look { entity, columns: &columns, marks: &marks, selected };
                let rows = state.rows.iter().enumerate().take(height);
                seen.join(table::rows(buf, body, rows, &look, ctx));
            }
            y += height as u16 + 1;
        }
        seen
    }
}

fn sort_of(part: &Part, ctx: &Context) -> Vec<SortKey> {
    parse_sort(part.sort, &ctx.catalog, part.entity).unwrap_or_default()
}

fn draw_title(
    buf: &mut Buffer,
    area: Rect,
    part: &Part,
    state: &State,
    focused: bool,
    ctx: &Context,
) {
    let count = match state.count {
        Some(Count::Exactly(n)) if part.own => grouped(n),
        Some(Count::AtLeast(n)) if part.own => format!("{}+", grouped(n)),
        _ => String::new(),
    };
    let role = if focused { Role::Title } else { Role::Header };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let parts = [
        (ctx.t(part.title), ctx.style(role)),
        (" ", ctx.style(Role::Text)),
        (count.as_str(), ctx.style(Role::Muted)),
    ];
    paint::pieces(buf, inner, &parts, ctx);
}
