//! The manual: chapters, links between them, a search through all of it; the place is kept.
//!
//! Chapters are laid out for the width there is each time they are drawn, with the user's own keys in
//! them. Start at [`Manual`].

mod view;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place, Reference, code};
use crate::model::text;
use crate::term::fill_keys;
use crate::term::manual::{CHAPTERS, GENERATED, chapter_at};
use crate::term::markdown::{Page, lay_out};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::overlay::choose::Choose;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, Done, TextEdit, keys};

/// Where the reader was, as it is kept: `daily-work 42`.
const KEPT: &str = "manual.at";
const CONTENTS: &str = "manual.contents";

/// The manual.
#[derive(Default)]
pub struct Manual {
    chapter: usize,
    /// The first line shown.
    top: usize,
    /// The lines the chapter had when it was looked at last: `top` counts in them.
    of: usize,
    /// The link that has the focus.
    link: Option<usize>,
    /// Where the reader came from by links.
    came: Vec<(usize, usize)>,
    /// What is being looked for, while it is typed.
    typing: Option<TextEdit>,
    /// What is looked for.
    words: String,
    /// Where it stands: chapter and line.
    found: Vec<(usize, usize)>,
    at: usize,
}

/// A chapter with the user's own keys in it.
#[must_use]
pub fn text_of(chapter: usize, ctx: &Context) -> String {
    let text = CHAPTERS.get(chapter).map_or("", |chapter| chapter.text(ctx.lang()));
    let text = match text.split_once(GENERATED) {
        Some((before, _)) => {
            let reference = Reference::new(&ctx.keymap, &ctx.actions);
            format!("{before}\n{}", reference.markdown(&ctx.strings, &ctx.catalog))
        }
        None => text.to_owned(),
    };
    fill_keys(&text, &|name| code(&ctx.key_name(name)))
}

fn page_of(chapter: usize, ctx: &Context) -> Page {
    lay_out(&text_of(chapter, ctx), view::text_width(ctx))
}

impl Manual {
    /// The manual where it was left.
    #[must_use]
    pub fn at(ctx: &Context) -> Self {
        let mut manual = Self::default();
        let kept = ctx.prefs.get(KEPT).and_then(|kept| kept.split_once(' '));
        if let Some((name, line)) = kept
            && let Some(chapter) = chapter_at(name)
        {
            manual.chapter = chapter;
            manual.top = line.parse().unwrap_or(0);
        }
        manual
    }

    /// A chapter of it.
    #[must_use]
    pub fn on(chapter: usize) -> Self {
        Self { chapter: chapter.min(CHAPTERS.len() - 1), ..Self::default() }
    }

    fn keep(&self) -> Cmd {
        let text = format!("{} {}", CHAPTERS[self.chapter].name, self.top);
        Cmd::Prefer(KEPT.to_owned(), Some(text))
    }

    fn height(ctx: &Context) -> usize {
        usize::from(chrome::body(ctx.size).height).max(1)
    }

    fn scroll(&mut self, by: isize, ctx: &Context) {
        let lines = page_of(self.chapter, ctx).lines.len();
        let last = lines.saturating_sub(Self::height(ctx));
        self.top = self.top.saturating_add_signed(by).min(last);
        self.of = lines;
        self.link = None;
    }

    fn go(&mut self, chapter: usize, top: usize) {
        self.chapter = chapter.min(CHAPTERS.len() - 1);
        self.top = top;
        self.of = 0;
        self.link = None;
    }

    fn turn(&mut self, by: isize, ctx: &Context) -> Cmds {
        match self.chapter.checked_add_signed(by).filter(|n| *n < CHAPTERS.len()) {
            Some(next) => {
                self.came.clear();
                self.go(next, 0);
                vec![self.keep()]
            }
            None => {
                let key = if by > 0 { "manual.last" } else { "manual.first" };
                vec![Cmd::Say(Role::Muted, ctx.t(key).to_owned())]
            }
        }
    }

    /// Goes to the next link, or the one before, scrolling to it.
    fn step_link(&mut self, by: isize, ctx: &Context) -> Cmds {
        let page = page_of(self.chapter, ctx);
        let line_of = |link: usize| {
            page.lines.iter().position(|line| line.spans.iter().any(|s| s.link == Some(link)))
        };
        let height = Self::height(ctx);
        let shown = self.top..self.top + height;
        let next = match self.link {
            Some(link) => link.checked_add_signed(by).filter(|n| *n < page.links.len()),
            // The first that is seen, or the last.
            None => {
                let mut seen = (0..page.links.len())
                    .filter(|n| line_of(*n).is_some_and(|l| shown.contains(&l)));
                if by > 0 { seen.next() } else { seen.next_back() }.or_else(|| {
                    let after = |n: &usize| line_of(*n).is_some_and(|line| line >= self.top);
                    (0..page.links.len()).find(after)
                })
            }
        };
        let Some(next) = next else {
            self.link = None;
            return vec![Cmd::Say(Role::Muted, ctx.t("manual.no_link").to_owned())];
        };
        if let Some(line) = line_of(next).filter(|line| !shown.contains(line)) {
            let last = page.lines.len().saturating_sub(height);
            self.top = line.saturating_sub(height / 2).min(last);
        }
        self.link = Some(next);
        Cmds::new()
    }

    fn follow(&mut self, ctx: &Context) -> Cmds {
        let page = page_of(self.chapter, ctx);
        let target = self.link.and_then(|link| page.links.get(link));
        match target.and_then(|target| chapter_at(target)) {
            Some(chapter) => {
                self.came.push((self.chapter, self.top));
                self.go(chapter, 0);
                vec![self.keep()]
            }
            None => self.step_link(1, ctx),
        }
    }

    fn back(&mut self) -> Cmds {
        match self.came.pop() {
            Some((chapter, top)) => {
                self.go(chapter, top);
                Cmds::new()
            }
            None => vec![self.keep(), Cmd::Close],
        }
    }

    /// Looks for the words everywhere and goes to the first place from here on.
    fn look_for(&mut self, words: &str, ctx: &Context) {
        self.words = text::fold(words);
        self.found.clear();
        self.at = 0;
        if self.words.is_empty() {
            return;
        }
        for chapter in 0..CHAPTERS.len() {
            for (n, line) in page_of(chapter, ctx).lines.iter().enumerate() {
                if text::fold(&line.text()).contains(&self.words) {
                    self.found.push((chapter, n));
                }
            }
        }
        let here = (self.chapter, self.top);
        self.at = self.found.iter().position(|place| *place >= here).unwrap_or(0);
        self.show_found(ctx);
    }

    fn show_found(&mut self, ctx: &Context) {
        let Some((chapter, line)) = self.found.get(self.at).copied() else { return };
        let height = Self::height(ctx);
        let seen = self.chapter == chapter && (self.top..self.top + height).contains(&line);
        if !seen {
            let last = page_of(chapter, ctx).lines.len().saturating_sub(height);
            self.go(chapter, line.saturating_sub(height / 3).min(last));
        }
    }

    fn step_found(&mut self, by: isize, ctx: &Context) -> Cmds {
        if self.found.is_empty() {
            let key = if self.words.is_empty() { "manual.no_words" } else { "manual.nothing" };
            return vec![Cmd::Say(Role::Muted, ctx.t(key).to_owned())];
        }
        let count = self.found.len();
        self.at = (self.at + count).saturating_add_signed(by) % count;
        self.show_found(ctx);
        Cmds::new()
    }

    /// All headings of all chapters, to go to one.
    fn contents(ctx: &Context) -> Cmds {
        let mut choices = Vec::new();
        for chapter in 0..CHAPTERS.len() {
            let page = page_of(chapter, ctx);
            let headings = page.lines.iter().enumerate().filter(|(_, line)| line.heading.is_some());
            for (line, heading) in headings {
                let indent = if heading.heading == Some(1) { "" } else { "  " };
                choices.push((format!("{chapter} {line}"), format!("{indent}{}", heading.text())));
            }
        }
        let title = ctx.t("manual.contents").to_owned();
        vec![Cmd::Push(Box::new(Choose::listing(CONTENTS, title, choices)))]
    }

    fn type_in(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let edit = self.typing.as_mut()?;
        match key.code {
            KeyCode::Esc => {
                self.typing = None;
                self.look_for("", ctx);
            }
            KeyCode::Enter => self.typing = None,
            _ => {
                if edit.apply(keys::act(key)?) == Done::Changed {
                    let words = edit.text().to_owned();
                    self.look_for(&words, ctx);
                }
            }
        }
        Some(Cmds::new())
    }
}

impl Layer for Manual {
    fn place(&self) -> Place {
        if self.typing.is_some() { Place::Overlay } else { Place::Manual }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let lines = page_of(self.chapter, ctx).lines.len();
        let height = Self::height(ctx);
        let right = if lines > height {
            let percent = 100 * self.top.min(lines - height) / (lines - height);
            format!("{percent} %")
        } else {
            String::new()
        };
        let title = CHAPTERS[self.chapter].title(ctx.lang()).to_owned();
        Heading {
            trail: vec![ctx.t("manual.title").to_owned(), title],
            aside: String::new(),
            right,
        }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        if self.words.is_empty() {
            return None;
        }
        let (n, total) = ((self.at + 1).to_string(), self.found.len().to_string());
        Some(if self.found.is_empty() {
            (Role::Warning, ctx.t("manual.nothing").to_owned())
        } else {
            let next = ctx.key_at("manual.next-match", Place::Manual);
            (Role::Info, ctx.tf("manual.found", &[("n", &n), ("total", &total), ("key", &next)]))
        })
    }

    fn prompt(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Option<Seen> {
        let edit = self.typing.as_ref()?;
        Some(view::prompt(area, buf, edit, self.status(ctx), ctx))
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        let lines = page_of(self.chapter, ctx).lines.len();
        if let Some(top) = (self.top * lines).checked_div(self.of) {
            self.top = top;
        }
        self.scroll(0, ctx);
        let words = self.words.clone();
        let (chapter, top) = (self.chapter, self.top);
        self.look_for(&words, ctx);
        self.go(chapter, top);
        self.of = lines;
        Cmds::new()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.scroll(0, ctx);
        Cmds::new()
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        if what != CONTENTS {
            return Cmds::new();
        }
        let mut parts = choice.split(' ').filter_map(|part| part.parse().ok());
        if let (Some(chapter), Some(line)) = (parts.next(), parts.next()) {
            self.came.push((self.chapter, self.top));
            self.go(chapter, line);
            self.scroll(0, ctx);
        }
        vec![self.keep()]
    }

    /// A chapter of the contents beside the page.
    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Tab(chapter) = target else { return None };
        Some(self.told(CONTENTS, &format!("{chapter} 0"), ctx))
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        self.type_in(key, ctx)
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        if let Some(edit) = &mut self.typing {
            edit.apply(Act::Insert(text.to_owned()));
            let words = edit.text().to_owned();
            self.look_for(&words, ctx);
        }
        Cmds::new()
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::try_from(Self::height(ctx)).unwrap_or(1) - 2;
        match action {
            "nav.up" => self.scroll(-1, ctx),
            "nav.down" => self.scroll(1, ctx),
            "nav.page-up" => self.scroll(-page.max(1), ctx),
            "nav.page-down" => self.scroll(page.max(1), ctx),
            "nav.top" => self.scroll(isize::MIN, ctx),
            "nav.bottom" => self.scroll(isize::MAX, ctx),
            "nav.next-part" => return Some(self.step_link(1, ctx)),
            "nav.previous-part" => return Some(self.step_link(-1, ctx)),
            "nav.open" => return Some(self.follow(ctx)),
            "nav.back" => return Some(self.back()),
            "manual.next" => return Some(self.turn(1, ctx)),
            "manual.previous" => return Some(self.turn(-1, ctx)),
            "manual.contents" => return Some(Self::contents(ctx)),
            "manual.search" => self.typing = Some(TextEdit::line("")),
            "manual.next-match" => return Some(self.step_found(1, ctx)),
            "manual.previous-match" => return Some(self.step_found(-1, ctx)),
            // One manual is enough.
            "app.manual" => {}
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, &page_of(self.chapter, ctx), area, buf, ctx)
    }
}
