//! The filter line of a list or board: the query language, understood at every keystroke, completed by Tab.
//!
//! It keeps the filters of before and has help with examples that run. It asks for the values that could
//! stand at the cursor; who shows it asks for rows. Start at [`Filter::key`].

mod examples;
mod view;

use self::examples::Example;
use crate::action::{Key, KeyCode};
use crate::model::Name;
use crate::model::text::fold;
use crate::query::{Completion, Query, ValuesAt, complete_in, values_at};
use crate::schema::Entity;
use crate::syntax::SyntaxError;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::Cmd;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::views::preference;
use crate::tui::widget::{Act, Done, TextEdit, keys};

/// Values from the data, for the place of the cursor.
pub const VALUES: Slot = Slot("filter.values", 0);
/// So many filters of before are kept.
const KEPT: usize = 30;
/// Proposals shown at once.
const SHOWN: usize = 7;
/// Proposals that are looked at.
const MOST: usize = 40;

/// What a key did to the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text is another.
    Changed,
    /// Only the cursor or the choice of a proposal moved.
    Moved,
    /// The line was left; its text may be another than before.
    Left,
}

/// Cells of the proposals. While one word is typed they only become more, so that the frame stays where it
/// is: over a slow link every cell of it that moves is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Wide {
    /// Where the word begins.
    word: usize,
    /// Of what is put into the line.
    texts: usize,
    /// Of what is said of it.
    notes: usize,
    /// There were more than are shown at once.
    counted: bool,
}

/// A filter, and the line it is typed into.
pub struct Filter {
    edit: TextEdit,
    /// The text when the line was opened; Esc goes back to it.
    before: String,
    open: bool,
    error: Option<SyntaxError>,
    proposals: Vec<Completion>,
    at: usize,
    wide: Wide,
    /// Which values of the data could stand at the cursor, and those that came.
    wanted: Option<ValuesAt>,
    asked: bool,
    found: Vec<(String, String)>,
    /// Filters of before, the newest first, and which of them stands in the line.
    history: Vec<String>,
    recalled: Option<usize>,
    /// What was typed before one of them was called.
    typed: String,
    /// The help with its examples, and the chosen one.
    help: Option<(Vec<Example>, usize)>,
}

impl Filter {
    /// A closed line with this text.
    pub fn new(text: String) -> Self {
        Self {
            edit: TextEdit::line(&text),
            before: text,
            open: false,
            error: None,
            proposals: Vec::new(),
            at: 0,
            wide: Wide::default(),
            wanted: None,
            asked: false,
            found: Vec::new(),
            history: Vec::new(),
            recalled: None,
            typed: String::new(),
            help: None,
        }
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.edit.text()
    }

    /// Whether it is being typed into.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// What is wrong with the text.
    pub fn error(&self) -> Option<&SyntaxError> {
        self.error.as_ref()
    }

    /// Whether the last word may be the beginning of a condition: `sta` on the way to `stage = won`.
    pub fn may_go_on(&self, entity: &Entity) -> bool {
        let text = self.edit.text();
        let word = text.trim_end().rsplit([' ', '(', '.']).next().unwrap_or_default();
        // Behind a space the name is whole, and its comparison is still to come.
        let whole = text.ends_with(' ');
        let begins = |name: &str| if whole { name == word } else { name.starts_with(word) };
        self.open
            && !word.is_empty()
            && entity.fields.iter().any(|field| {
                begins(&field.name) || begins(&field.label.en) || begins(&field.label.zh)
            })
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: String) {
        *self = Self::new(text);
    }

    /// Lets the user type.
    pub fn open(&mut self, ctx: &Context, entity: &Name) {
        self.before = self.edit.text().to_owned();
        // What is typed comes after what the view says, as a word of its own.
        if !self.before.is_empty() && !self.before.ends_with(' ') {
            self.edit.set(&format!("{} ", self.before));
            self.edit.place(self.edit.text().len());
        }
        self.open = true;
        let kept = ctx.prefs.get(&preference(entity, "filters")).unwrap_or_default();
        self.history = kept.lines().map(str::to_owned).collect();
        self.recalled = None;
        self.propose(ctx, entity);
    }

    /// What keeps the text among the filters of before; none where it is the same or wrong.
    pub fn remember(&self, ctx: &Context, entity: &Name) -> Option<Cmd> {
        let text = self.edit.text().trim();
        if text.is_empty() || text == self.before.trim() || self.error.is_some() {
            return None;
        }
        let key = preference(entity, "filters");
        let kept = ctx.prefs.get(&key).unwrap_or_default();
        let others = kept.lines().filter(|line| *line != text).take(KEPT - 1);
        let lines: Vec<&str> = std::iter::once(text).chain(others).collect();
        Some(Cmd::Prefer(key, Some(lines.join("\n"))))
    }

    /// Pastes text into it.
    pub fn paste(&mut self, text: &str) {
        self.recalled = None;
        self.edit.apply(Act::Insert(text.to_owned()));
    }

    /// Understands the text anew.
    pub fn check(&mut self, ctx: &Context, entity: &Name) {
        let text = self.edit.text();
        self.error = if text.trim().is_empty() {
            None
        } else {
            Query::parse(text, &ctx.catalog, entity).err()
        };
        if self.open {
            self.propose(ctx, entity);
        }
    }

    fn propose(&mut self, ctx: &Context, entity: &Name) {
        self.at = 0;
        let (text, place) = (self.edit.text(), self.edit.cursor());
        let wanted = values_at(text, place, &ctx.catalog, entity);
        let same = match (&wanted, &self.wanted) {
            (Some(wanted), Some(before)) => wanted.asks_like(before),
            _ => false,
        };
        if !same {
            // Of the same field those stay that still fit, until the others land.
            let field = |at: &ValuesAt| (at.entity.clone(), at.field.clone(), at.part);
            match (&wanted, &self.wanted) {
                (Some(wanted), Some(before)) if field(wanted) == field(before) => {
                    let typed = fold(&wanted.typed);
                    self.found.retain(|(value, _)| fold(value).contains(&typed));
                }
                _ => self.found.clear(),
            }
            self.asked = false;
        }
        self.wanted = wanted;
        self.gather(ctx, entity);
    }

    /// Proposals: what the language has, then what the data have.
    fn gather(&mut self, ctx: &Context, entity: &Name) {
        let (text, place) = (self.edit.text(), self.edit.cursor());
        self.proposals = complete_in(text, place, &ctx.catalog, entity, ctx.lang());
        if let Some(wanted) = &self.wanted {
            for (value, note) in &self.found {
                let offer = wanted.offer(value, note.clone());
                if self.proposals.iter().all(|known| known.text != offer.text) {
                    self.proposals.push(offer);
                }
            }
        }
        self.proposals.truncate(MOST);
        let word = self.proposals.first().map_or(0, |offer| offer.replace.start);
        if word != self.wide.word || self.proposals.is_empty() {
            self.wide = Wide { word, ..Wide::default() };
        }
        for offer in &self.proposals {
            let cells = |text: &str| Clean::line(text).width();
            self.wide.texts = self.wide.texts.max(cells(&offer.text));
            self.wide.notes = self.wide.notes.max(cells(&offer.note));
        }
        self.wide.counted |= self.proposals.len() > SHOWN;
    }

    /// Asks for the values that could stand at the cursor, once for each place and beginning.
    pub fn ask(&mut self) -> Option<Cmd> {
        let wanted = self.wanted.as_ref().filter(|_| self.open && !self.asked)?.clone();
        self.asked = true;
        Some(Cmd::Ask(VALUES, Request::Values(Box::new(wanted))))
    }

    /// Takes the values in. Where they cannot be had, the line works without.
    pub fn take_values(&mut self, answer: Answer, ctx: &Context, entity: &Name) {
        if let Ok(Reply::Values(found)) = answer {
            self.found = found;
            self.gather(ctx, entity);
        }
    }

    /// Does what a key asks; none where it is no key of the line.
    pub fn key(&mut self, key: Key, ctx: &Context, entity: &Name) -> Option<Typed> {
        if self.help.is_some() {
            return self.help_key(key);
        }
        let last = self.proposals.len().saturating_sub(1);
        match key.code {
            // What is wrong is put right or left, never quietly kept.
            KeyCode::Enter if self.error.is_some() => {
                // It is said now: what could still be typed stood over it.
                self.proposals.clear();
                Some(Typed::Moved)
            }
            KeyCode::Enter => {
                self.open = false;
                Some(Typed::Left)
            }
            KeyCode::Esc => {
                let before = self.before.clone();
                *self = Self::new(before);
                Some(Typed::Left)
            }
            KeyCode::F(1) => Some(self.open_help(ctx, entity)),
            // A question mark begins no word of a filter.
            KeyCode::Char('?') if self.begins_word() => Some(self.open_help(ctx, entity)),
            KeyCode::Tab if key.shift => {
                self.at = self.at.saturating_sub(1);
                Some(Typed::Moved)
            }
            KeyCode::Tab => Some(self.accept()),
            KeyCode::Up if self.at > 0 => {
                self.at -= 1;
                Some(Typed::Moved)
            }
            KeyCode::Up => Some(self.recall(1)),
            KeyCode::Down if self.recalled.is_some() => Some(self.recall(-1)),
            KeyCode::Down => {
                self.at = (self.at + 1).min(last);
                Some(Typed::Moved)
            }
            _ => match self.edit.apply(keys::act(key)?) {
                Done::Changed => {
                    self.recalled = None;
                    Some(Typed::Changed)
                }
                Done::Moved => {
                    self.propose(ctx, entity);
                    Some(Typed::Moved)
                }
                Done::Nothing => Some(Typed::Moved),
            },
        }
    }

    fn begins_word(&self) -> bool {
        let before = self.edit.text().get(..self.edit.cursor()).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '('])
    }

    /// Puts an older filter into the line, or a newer one; behind the newest what was typed.
    fn recall(&mut self, by: isize) -> Typed {
        let at = self.recalled.map_or(-1, |at| at as isize) + by;
        if at >= self.history.len() as isize {
            return Typed::Moved;
        }
        if self.recalled.is_none() {
            self.edit.text().clone_into(&mut self.typed);
        }
        self.recalled = usize::try_from(at).ok();
        let text = self.recalled.map_or(&self.typed, |at| &self.history[at]).clone();
        self.edit.set(&text);
        self.edit.place(text.len());
        Typed::Changed
    }

    fn open_help(&mut self, ctx: &Context, entity: &Name) -> Typed {
        let examples = ctx.catalog.entity(entity).map(|of| examples::of(of, &ctx.catalog));
        self.help = examples.filter(|examples| !examples.is_empty()).map(|found| (found, 0));
        Typed::Moved
    }

    fn help_key(&mut self, key: Key) -> Option<Typed> {
        let (examples, at) = self.help.as_mut()?;
        match key.code {
            KeyCode::Up => *at = at.saturating_sub(1),
            KeyCode::Down => *at = (*at + 1).min(examples.len() - 1),
            KeyCode::Enter => {
                let text = examples[*at].text.clone();
                self.help = None;
                self.recalled = None;
                self.edit.set(&text);
                self.edit.place(text.len());
                return Some(Typed::Changed);
            }
            _ => self.help = None,
        }
        Some(Typed::Moved)
    }

    /// Puts the chosen proposal into the text.
    fn accept(&mut self) -> Typed {
        let Some(proposal) = self.proposals.get(self.at) else { return Typed::Moved };
        let text = self.edit.text();
        let Some((before, after)) =
            text.get(..proposal.replace.start).zip(text.get(proposal.replace.end..))
        else {
            return Typed::Moved;
        };
        let space = if after.starts_with(' ') { "" } else { " " };
        let place = before.len() + proposal.text.len() + 1;
        let whole = format!("{before}{}{space}{after}", proposal.text);
        self.edit.set(&whole);
        self.edit.place(place);
        Typed::Changed
    }
}
