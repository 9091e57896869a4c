//! The `?` list: every action of this screen with its keys, filterable by word or key and runnable;
//! what cannot be done now is dimmed and says why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::menu::{Menu, Row};
use super::rank::Ranked;
use crate::action::{Action, Group, Key, Keys, Place, Reason, Situation};
use crate::model::{Name, RecordRef};
use crate::policy::Right;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::widget::Act;
use crate::tui::widget::pick::Picked;

const LACKS: Slot = Slot("help.lacks", 0);

/// The title of an action in the user's language.
#[must_use]
pub fn title(action: &Action, ctx: &Context) -> String {
    if let ("record.repeat", Some((_, what))) = (&*action.id, &ctx.repeat) {
        return ctx.tf("action.record.repeat_of", &[("what", what)]);
    }
    action.title_in(&ctx.strings, &ctx.catalog)
}

/// A reason in the user's language.
#[must_use]
pub fn reason(reason: &Reason, ctx: &Context) -> String {
    match reason {
        Reason::Plain(key) => ctx.t(key).to_owned(),
        Reason::Refused(refusal) => ctx.strings.said(&refusal.what),
        Reason::Told(what) => ctx.strings.said(what),
    }
}

/// An action as `?` and the palette offer it.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub id: Name,
    pub group: Group,
    pub title: String,
    pub keys: Vec<Keys>,
    /// Why it cannot be done now.
    pub not: Option<String>,
    /// The right on the record under the cursor that it needs.
    right: Option<Right>,
    ranked: Ranked,
}

impl Offer {
    pub fn new(action: &Action, at: &Situation<'_>, ctx: &Context) -> Self {
        let title = title(action, ctx);
        let here = ctx.keymap.keys_at(&action.id, at.place, &ctx.actions);
        // Elsewhere its keys are worth knowing too.
        let keys = if action.is_at(at.place) { here } else { ctx.keymap.keys_of(&action.id) };
        // What stands behind the colon of a line to be typed is an example: nobody looks for its words.
        let named = title.split([':', '：']).next().filter(|_| action.id.starts_with("capture."));
        Self {
            ranked: Ranked::new(
                named.unwrap_or(&title),
                &format!("{} {}", action.id, action.id.replace(['.', '-'], " ")),
            ),
            id: action.id.clone(),
            group: action.group,
            keys: keys.into_iter().cloned().collect(),
            right: action.right.filter(|_| action.is_of_record()),
            not: action.available(at).err().map(|why| reason(&why, ctx)),
            title,
        }
    }

    /// How well it fits what was typed, as words or as a key, and the row for it.
    pub fn fit<K>(&self, typed: &str, key: K, ctx: &Context) -> Option<(i32, Row<K>)> {
        let pressed = self.keys.iter().filter_map(|keys| key_fit(keys, typed)).max();
        let words = self.ranked.fit(typed);
        let hits = words.as_ref().map(|fit| fit.hits.clone()).unwrap_or_default();
        let score = pressed.into_iter().chain(words.map(|fit| fit.score)).max()?;
        let shown: Vec<String> = self.keys.iter().take(2).map(Keys::shown).collect();
        let note = if typed.is_empty() { "" } else { ctx.t(self.group.title()) };
        let row = Row {
            key,
            keys: shown.join("  "),
            label: self.title.clone(),
            hits,
            note: note.to_owned(),
            not: self.not.clone(),
        };
        // What can be done goes before what cannot, unless that fits much better.
        Some((score - if self.not.is_some() { 40 } else { 0 }, row))
    }
}

/// How well keys fit what was typed: as people read them or as they are written in a keymap.
fn key_fit(keys: &Keys, typed: &str) -> Option<i32> {
    let typed = typed.trim();
    let (shown, written) = (keys.shown(), keys.to_string());
    // A letter is another key than its capital; names of keys have no case.
    let same = |text: &str| {
        text == typed || (text.len() > 1 && !text.contains(' ') && text.eq_ignore_ascii_case(typed))
    };
    if typed.is_empty() {
        None
    } else if same(&shown) || same(&written) {
        Some(200)
    } else if written.starts_with(&format!("{typed} ")) {
        Some(120)
    } else {
        None
    }
}

/// The actions run last from `?` and the palette, the newest first.
const RECENT: &str = "menu.recent";
/// How many are kept.
const KEPT: usize = 5;

/// The actions run last, the newest first.
pub(super) fn recent(ctx: &Context) -> Vec<Name> {
    let kept = ctx.prefs.get(RECENT).unwrap_or_default();
    kept.split_whitespace().map(Name::from).collect()
}

/// Runs an action from a list and remembers it.
pub(super) fn run(id: &Name, ctx: &Context) -> Cmds {
    let mut ids = recent(ctx);
    ids.retain(|known| known != id);
    ids.insert(0, id.clone());
    ids.truncate(KEPT);
    let text: Vec<&str> = ids.iter().map(|id| &**id).collect();
    vec![Cmd::Prefer(RECENT.to_owned(), Some(text.join(" "))), Cmd::CloseAndRun(id.clone())]
}

/// The `?` list.
pub struct Help {
    offers: Vec<Offer>,
    menu: Menu<usize>,
    /// The record that its actions are about.
    about: Option<RecordRef>,
}

impl Help {
    /// The actions that exist where the user is.
    #[must_use]
    pub fn new(at: &Situation<'_>, ctx: &Context) -> Self {
        let offers = ctx.actions.at(at.place).map(|action| Offer::new(action, at, ctx));
        let mut offers: Vec<Offer> =
            offers.filter(|offer| !offer.keys.is_empty() || offer.not.is_none()).collect();
        offers.sort_by_key(|offer| offer.group);
        let about = at.record.clone();
        let mut help = Self { offers, menu: Menu::default(), about };
        help.narrow(ctx);
        help
    }

    fn narrow(&mut self, ctx: &Context) {
        let typed = self.menu.query.text().trim().to_owned();
        let mut fitting: Vec<(i32, Group, Row<usize>)> = Vec::new();
        for (n, offer) in self.offers.iter().enumerate() {
            if let Some((score, row)) = offer.fit(&typed, n, ctx) {
                fitting.push((score, offer.group, row));
            }
        }
        let mut sections: Vec<(String, Vec<Row<usize>>)> = Vec::new();
        if typed.is_empty() {
            let known = recent(ctx);
            let mut last: Vec<(usize, Row<usize>)> = Vec::new();
            for (_, _, row) in &fitting {
                let place = known.iter().position(|id| *id == self.offers[row.key].id);
                if let (Some(place), None) = (place, &row.not) {
                    last.push((place, row.clone()));
                }
            }
            last.sort_by_key(|(place, _)| *place);
            let last = last.into_iter().map(|(_, row)| row).collect();
            sections.push((ctx.t("menu.recent").to_owned(), last));
            for group in Group::ALL {
                let own = fitting.iter().filter(|(_, of, _)| *of == group);
                let rows = own.map(|(_, _, row)| row.clone()).collect();
                sections.push((ctx.t(group.title()).to_owned(), rows));
            }
        } else {
            fitting.sort_by_key(|(score, ..)| -score);
            sections.push((String::new(), fitting.into_iter().map(|(_, _, row)| row).collect()));
        }
        self.menu.fill(sections);
    }

    fn chosen(&self, ctx: &Context) -> Cmds {
        match self.menu.selected() {
            Some(row) => match &row.not {
                Some(why) => vec![Cmd::Say(Role::Warning, why.clone())],
                None => run(&self.offers[row.key].id, ctx),
            },
            None => Cmds::new(),
        }
    }
}

impl Layer for Help {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    /// Whether a right reaches this very record only the gate knows.
    fn start(&mut self, _ctx: &Context) -> Cmds {
        let Some(record) = self.about.clone() else { return Cmds::new() };
        let mut rights: Vec<Right> = Vec::new();
        for right in self.offers.iter().filter(|o| o.not.is_none()).filter_map(|o| o.right) {
            if !rights.contains(&right) {
                rights.push(right);
            }
        }
        if rights.is_empty() {
            return Cmds::new();
        }
        vec![Cmd::Ask(LACKS, Request::Lacks(record, rights))]
    }

    /// What the person may do does not change by what others write meanwhile.
    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == LACKS
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        let Ok(Reply::Lacks(lacking)) = answer else { return Cmds::new() };
        for offer in self.offers.iter_mut().filter(|offer| offer.not.is_none()) {
            let refusal = lacking.iter().find(|(right, _)| Some(*right) == offer.right);
            offer.not = refusal.map(|(_, refusal)| ctx.strings.said(&refusal.what));
        }
        self.narrow(ctx);
        Cmds::new()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match self.menu.key(key) {
            Picked::Closed => return Some(vec![Cmd::Close]),
            Picked::Chosen => return Some(self.chosen(ctx)),
            Picked::Typed => self.narrow(ctx),
            Picked::Moved | Picked::Toggled => {}
            Picked::Ignored => return None,
        }
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        self.menu.act(Act::Insert(text.to_owned()));
        self.narrow(ctx);
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        // What was left stays in sight where there is room, and is cheaper to come back to on a slow line.
        let tall = if area.height < 18 { area.height } else { area.height * 4 / 5 };
        let area = Rect { height: tall, ..area };
        self.menu.view(area, buf, ctx.t("help.title"), ctx.t("help.hint"), ctx)
    }
}
