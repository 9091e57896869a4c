//! One layer of the screen: a screen, or something laid over it.
//!
//! A layer holds its own state, is handed keys, actions and replies, and answers with [`Cmd`]s. It is
//! pure: no clock, no terminal, no session. Start at [`Layer`].

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::bulk::Repeat;
use super::context::Context;
use super::hit::{Seen, Target};
use super::request::{Answer, Request, Slot};
use super::rows::Rows;
use super::theme::Role;
use super::views::Layout;
use crate::action::{Key, Place, Situation};
use crate::gate::Chosen;
use crate::model::{Link, Name, RecordId, RecordRef, Value};
use crate::query::SortKey;
use crate::term::Outlink;

/// What a layer wants.
pub enum Cmd {
    /// Ask the session; the answer comes to [`Layer::reply`] with this slot.
    Ask(Slot, Request),
    /// Forget the question in this slot: its answer is not wanted any more.
    Forget(Slot),
    /// Lay something over this layer.
    Push(Box<dyn Layer>),
    /// Take this layer away.
    Close,
    /// Take this layer away, then run an action on what is below.
    CloseAndRun(Name),
    /// Show a record.
    Open(RecordRef),
    /// Take this layer away and show a record.
    CloseAndOpen(RecordRef),
    /// Show a list.
    OpenList(Box<ListStart>),
    /// Show the board of what a list shows.
    OpenBoard(Box<ListStart>),
    /// Take this layer away and tell the one below what was chosen.
    CloseAndTell(&'static str, String),
    /// Take this layer away and hand the one below a record that was looked up.
    CloseAndTake(Link),
    /// Data was written by this layer: everything looks again. With the record that was made.
    Written(Option<RecordRef>),
    /// Say something on the line above the footer.
    Say(Role, String),
    /// This was edited: the same can be done again with another record.
    Remember(Box<Repeat>),
    /// Ask for the password again: [`Layer::confirmed`] tells that it was right.
    Confirm,
    /// Set one of the person's preferences, from now on and at the next start; without a text it is
    /// forgotten. Every layer looks at it when it is drawn next.
    Prefer(String, Option<String>),
    /// Show what one of the looks would be like, without keeping it.
    Try(&'static str, Option<String>),
    /// Put text into the clipboard and say so.
    Copy(String),
    /// Open a link of a record on the desktop and say so.
    OpenLink(Outlink),
    /// Open the user's own editor; the text comes to [`Layer::edited`].
    Editor(String),
    /// As [`Cmd::Editor`], for rows set apart by tabs.
    Rows(String),
}

/// All that a layer wants, in order.
pub type Cmds = Vec<Cmd>;

/// How a list starts.
#[derive(Debug, Clone, Default)]
pub struct ListStart {
    /// The entity.
    pub entity: Option<Name>,
    /// What its filter line says.
    pub filter: String,
    /// In which order; the entity's own without.
    pub sort: Vec<SortKey>,
    /// The name of what is shown, where the filter alone would not tell.
    pub name: Option<String>,
    /// Only mine.
    pub mine: bool,
    /// The key of the view to show; with a layout it is shown as that says.
    pub view: Option<String>,
    /// How it is laid out; as the view says without.
    pub layout: Option<Box<Layout>>,
    /// The record to stand on.
    pub at: Option<RecordId>,
    /// It shows what stands behind a line of another screen: one step out leads back there.
    pub behind: bool,
}

impl ListStart {
    /// True where it says nothing of what is to be shown.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.filter.is_empty()
            && self.sort.is_empty()
            && !self.mine
            && self.view.is_none()
            && self.layout.is_none()
    }
}

/// The line that tells where the user is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// From the outside in: `Customers`, `Müller Maschinenbau AG`. The last is the name of what is shown.
    pub trail: Vec<String>,
    /// Beside the last: a reference, a filter.
    pub aside: String,
    /// On the right: position, owner.
    pub right: String,
}

/// A screen, or something laid over it.
pub trait Layer {
    /// The kind of screen, for keys and actions.
    fn place(&self) -> Place;

    /// True where what is below is not seen.
    fn covers(&self) -> bool {
        true
    }

    /// Where the user is.
    fn heading(&self, _ctx: &Context) -> Heading {
        Heading::default()
    }

    /// What the line above the footer says when nothing else is to be said there.
    fn status(&self, _ctx: &Context) -> Option<(Role, String)> {
        None
    }

    /// Draws the line above the footer itself: a line that is typed into. `None` leaves it to the app.
    fn prompt(&self, _area: Rect, _buf: &mut Buffer, _ctx: &Context) -> Option<Seen> {
        None
    }

    /// What is under the cursor.
    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        ctx.situation(self.place())
    }

    /// The records that actions work on: the marked ones, or the one under the cursor.
    fn subjects(&self) -> Vec<RecordRef> {
        Vec::new()
    }

    /// As [`Layer::subjects`], where those are all of a list: without naming each.
    fn chosen(&self) -> Option<Chosen> {
        let subjects = self.subjects();
        (!subjects.is_empty()).then_some(Chosen::These(subjects))
    }

    /// The records around the one under the cursor, in order, to walk through them one by one.
    fn neighbours(&self) -> Vec<RecordRef> {
        Vec::new()
    }

    /// The list that the record under the cursor stands in, to walk on in it beyond what is loaded.
    fn walks(&self) -> Option<Rows> {
        None
    }

    /// The fields that are shown of them.
    fn fields(&self, _ctx: &Context) -> Vec<Name> {
        Vec::new()
    }

    /// What a new record made from here starts with.
    fn presets(&self, _entity: &str, _ctx: &Context) -> Vec<(Name, Value)> {
        Vec::new()
    }

    /// It is shown for the first time: ask for what it needs.
    fn start(&mut self, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// Data changed, here or elsewhere: ask again, keep what is shown until then.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        self.start(ctx)
    }

    /// What was chosen in an overlay that this layer pushed.
    fn told(&mut self, _what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// The kinds of records that it would take over from a look-up, where it waits for one.
    fn wanted(&self, _ctx: &Context) -> Vec<Name> {
        Vec::new()
    }

    /// A record of a wanted kind was looked up for it.
    fn handed(&mut self, _link: Link, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// A record was made from here.
    fn made(&mut self, _record: &RecordRef, ctx: &Context) -> Cmds {
        self.refresh(ctx)
    }

    /// The screen has another size.
    fn resized(&mut self, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// Whether a key, or pasted text without one, is about what the answer in this slot will show:
    /// then it waits for it.
    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        false
    }

    /// The person gave their password again: what was refused for want of that goes on.
    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// When it wants to be told that time has passed, if it does.
    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// The time of [`Layer::wakes_at`] has come.
    fn woken(&mut self, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// The program ends, or the terminal goes away: what is to be kept is kept now.
    fn ends(&mut self, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// A key, before the keymap sees it; `None` leaves it to the keymap.
    fn key(&mut self, _key: Key, _ctx: &Context) -> Option<Cmds> {
        None
    }

    /// Pasted text.
    fn paste(&mut self, _text: &str, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// The user's editor was left with this text.
    fn edited(&mut self, _text: &str, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// An action; `None` leaves it to what is below and to the app.
    fn act(&mut self, _action: &str, _ctx: &Context) -> Option<Cmds> {
        None
    }

    /// An action so many times, where the layer knows a better way than doing it again and again; `None`
    /// leaves it to the app.
    fn act_counted(&mut self, _action: &str, _count: u32, _ctx: &Context) -> Option<Cmds> {
        None
    }

    /// Something of this layer was clicked; `None` has the cursor go there and Enter pressed, as far as
    /// rows tell where it is.
    fn pointed(&mut self, _target: &Target, _ctx: &Context) -> Option<Cmds> {
        None
    }

    /// The wheel was turned over something of this layer, down or up by one; `None` moves the cursor.
    fn wheeled(&mut self, _target: &Target, _by: isize, _ctx: &Context) -> Option<Cmds> {
        None
    }

    /// An answer to a question of this layer.
    fn reply(&mut self, _slot: Slot, _answer: Answer, _ctx: &Context) -> Cmds {
        Vec::new()
    }

    /// Whether leaving would lose something typed; then leaving is up to the layer.
    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        false
    }

    /// Draws it. Overlays are handed the whole body and take what they need.
    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen;
}
