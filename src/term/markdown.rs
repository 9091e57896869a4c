//! Markdown laid out for a number of cells: headings, lists, tables, code, quotes, links.
//!
//! Only what our own manual uses; the text comes from us, never from records. It knows no colours: a
//! front end gives each [`Tone`] its looks, or prints the text alone. Start at [`lay_out`].

use unicode_segmentation::UnicodeSegmentation;

use super::width::{NOT_FIRST, NOT_LAST, width};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary.
    Text,
    /// A heading of the first order.
    Title,
    /// A heading below that.
    Heading,
    /// Emphasised.
    Strong,
    /// Code and keys.
    Code,
    /// What leads elsewhere.
    Link,
    /// Bullets, lines of tables, quotes.
    Muted,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What is read.
    pub text: String,
    /// What it is.
    pub tone: Tone,
    /// Where it leads: counts the links of the text from 0.
    pub link: Option<usize>,
}

/// A line as laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its pieces, left to right.
    pub spans: Vec<Span>,
    /// The order of the heading that begins here.
    pub heading: Option<u8>,
}

impl Line {
    /// The text alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    fn push(&mut self, text: &str, tone: Tone, link: Option<usize>) {
        match self.spans.last_mut() {
            Some(last) if last.tone == tone && last.link == link => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => self.spans.push(Span { text: text.to_owned(), tone, link }),
        }
    }
}

/// A text laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines, none wider than was asked for.
    pub lines: Vec<Line>,
    /// Where the links lead.
    pub links: Vec<String>,
}

/// Lays a text out in lines of at most `cells`.
#[must_use]
pub fn lay_out(text: &str, cells: usize) -> Page {
    let mut page = Page::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        at = page.block(&lines, at, cells.max(8));
    }
    while page.lines.last().is_some_and(|line| line.spans.is_empty()) {
        page.lines.pop();
    }
    page
}

/// What stands before code that goes on from the line above.
const CODE_GOES_ON: &str = "      ";

/// A line of code in pieces that fit, broken at blanks where there are some.
fn folded_code(text: &str, cells: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut room = cells.saturating_sub(2).max(1);
    while width(rest) > room {
        let mut cut = 0;
        let mut taken = 0;
        let mut blank = None;
        for (at, piece) in rest.grapheme_indices(true) {
            taken += width(piece);
            if taken > room && cut > 0 {
                break;
            }
            cut = at + piece.len();
            // The blanks that a line begins with are its place, not a gap in it.
            if piece == " " && !rest[..at].trim().is_empty() {
                blank = Some(at);
            }
        }
        let fits = rest[cut..].starts_with(' ').then_some(cut).or(blank).unwrap_or(cut);
        parts.push(rest[..fits].trim_end());
        rest = rest[fits..].trim_start();
        room = cells.saturating_sub(CODE_GOES_ON.len()).max(1);
    }
    parts.push(rest);
    parts
}

/// The first heading of a text.
#[must_use]
pub fn title(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().trim()
}

impl Page {
    /// Lays out the block that begins at a line; the line after it.
    fn block(&mut self, lines: &[&str], at: usize, cells: usize) -> usize {
        let line = lines[at];
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            self.gap();
            return at + 1;
        }
        if trimmed.starts_with("```") {
            let inside = lines[at + 1..].iter().take_while(|line| !line.trim().starts_with("```"));
            let count = inside.clone().count();
            inside.for_each(|line| self.code(line, cells));
            return (at + count + 2).min(lines.len());
        }
        if let Some(code) = line.strip_prefix("    ") {
            self.code(code, cells);
            return at + 1;
        }
        let order = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=4).contains(&order) && trimmed[order..].starts_with(' ') {
            self.heading(trimmed[order..].trim(), order as u8, cells);
            return at + 1;
        }
        if trimmed.starts_with('|') {
            let count = lines[at..].iter().take_while(|line| line.trim().starts_with('|')).count();
            self.table(&lines[at..at + count], cells);
            return at + count;
        }
        if let Some((indent, bullet, _)) = item(line) {
            let end = ends(lines, at);
            let text = joined(&lines[at..end]);
            let rest = text.get(bullet.len()..).unwrap_or_default().trim_start().to_owned();
            let shown = if bullet.ends_with('.') { format!("{bullet} ") } else { "· ".to_owned() };
            self.wrapped(&rest, cells, &" ".repeat(indent), &shown);
            return end;
        }
        if let Some(quote) = trimmed.strip_prefix('>') {
            self.wrapped(quote.trim(), cells, "", "│ ");
            return at + 1;
        }
        let end = ends(lines, at);
        self.wrapped(&joined(&lines[at..end]), cells, "", "");
        end
    }

    /// One empty line, never two.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// A line of code; what goes on below because there is no room stands further in.
    fn code(&mut self, text: &str, cells: usize) {
        let mut lead = "  ";
        for part in folded_code(text, cells) {
            let mut line = Line::default();
            line.push(lead, Tone::Text, None);
            line.push(part, Tone::Code, None);
            self.lines.push(line);
            lead = CODE_GOES_ON;
        }
    }

    fn heading(&mut self, text: &str, order: u8, cells: usize) {
        self.gap();
        let tone = if order == 1 { Tone::Title } else { Tone::Heading };
        let first = self.lines.len();
        for mut line in wrap(&self.inline(text, tone), cells) {
            line.heading = (self.lines.len() == first).then_some(order);
            self.lines.push(line);
        }
    }

    /// A paragraph, with something before its first line and as much room before the others.
    fn wrapped(&mut self, text: &str, cells: usize, indent: &str, lead: &str) {
        let room = width(indent) + width(lead);
        let atoms = self.inline(text, Tone::Text);
        for (n, wrapped) in wrap(&atoms, cells.saturating_sub(room).max(4)).into_iter().enumerate()
        {
            let mut line = Line::default();
            line.push(indent, Tone::Text, None);
            let lead_now = if n == 0 || lead.starts_with('│') {
                lead.to_owned()
            } else {
                " ".repeat(width(lead))
            };
            line.push(&lead_now, Tone::Muted, None);
            line.spans.extend(wrapped.spans);
            self.lines.push(line);
        }
    }

    fn table(&mut self, rows: &[&str], cells: usize) {
        let mut table: Vec<Vec<Vec<Atom>>> = Vec::new();
        for row in rows.iter().filter(|row| !is_rule(row)) {
            let tone = if table.is_empty() { Tone::Strong } else { Tone::Text };
            table.push(split_row(row).iter().map(|cell| self.inline(cell, tone)).collect());
        }
        let columns = table.iter().map(Vec::len).max().unwrap_or(0);
        // A table without headings has an empty first row.
        if table.first().is_some_and(|row| row.iter().all(Vec::is_empty)) {
            table.remove(0);
        }
        let used =
            |n: usize| table.iter().any(|row| row.get(n).is_some_and(|cell| !cell.is_empty()));
        let widest = |n: usize| {
            let cells = table.iter().filter_map(|row| row.get(n));
            cells.map(|cell| length(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> =
            (0..columns).map(|n| if used(n) { widest(n) } else { 0 }).collect();
        let gaps = 2 * widths.iter().filter(|width| **width > 0).count().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > cells {
            let Some(most) = (0..columns).max_by_key(|n| widths[*n]) else { break };
            if widths[most] <= 6 {
                break;
            }
            widths[most] -= 1;
        }
        for (n, row) in table.iter().enumerate() {
            self.table_row(row, &widths);
            if n == 0 && rows.get(1).is_some_and(|row| is_rule(row)) {
                let mut line = Line::default();
                line.push(&"─".repeat(widths.iter().sum::<usize>() + gaps), Tone::Muted, None);
                self.lines.push(line);
            }
        }
    }

    fn table_row(&mut self, row: &[Vec<Atom>], widths: &[usize]) {
        let empty = Vec::new();
        let wrapped: Vec<Vec<Line>> = widths
            .iter()
            .enumerate()
            .map(|(n, width)| match width {
                0 => Vec::new(),
                width => wrap(row.get(n).unwrap_or(&empty), *width),
            })
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1).max(1);
        for y in 0..height {
            let mut line = Line::default();
            let shown = widths.iter().enumerate().filter(|(_, width)| **width > 0);
            let last = shown.clone().next_back().map(|(n, _)| n);
            for (n, room) in shown {
                let cell = wrapped[n].get(y).cloned().unwrap_or_default();
                let taken = width(&cell.text());
                for span in cell.spans {
                    line.push(&span.text, span.tone, span.link);
                }
                if Some(n) != last {
                    line.push(&" ".repeat(room.saturating_sub(taken) + 2), Tone::Text, None);
                }
            }
            self.lines.push(line);
        }
    }

    /// A text as what cannot be broken, with code, emphasis and links taken out of their signs.
    fn inline(&mut self, text: &str, tone: Tone) -> Vec<Atom> {
        let mut atoms = Atoms::default();
        let mut rest = text;
        while !rest.is_empty() {
            let special = rest.find(['`', '*', '[', '\\']).unwrap_or(rest.len());
            atoms.add(&rest[..special], tone, None);
            rest = &rest[special..];
            if let Some((code, after)) = fenced(rest) {
                atoms.add_whole(code.replace("\\|", "|").trim(), Tone::Code);
                rest = after;
            } else if let Some((strong, after)) = between(rest, "**", "**") {
                atoms.add(strong, if tone == Tone::Text { Tone::Strong } else { tone }, None);
                rest = after;
            } else if let Some((label, target, after)) = link(rest) {
                let number = self.links.len();
                self.links.push(target.to_owned());
                atoms.add(label, Tone::Link, Some(number));
                rest = after;
            } else if let Some(escaped) = rest.strip_prefix('\\').and_then(|r| r.chars().next()) {
                let mut buffer = [0; 4];
                atoms.add(escaped.encode_utf8(&mut buffer), tone, None);
                rest = &rest[1 + escaped.len_utf8()..];
            } else if let Some(sign) = rest.chars().next() {
                let mut buffer = [0; 4];
                atoms.add(sign.encode_utf8(&mut buffer), tone, None);
                rest = &rest[sign.len_utf8()..];
            }
        }
        atoms.done
    }
}

/// The line after the paragraph or item that begins at `at`.
fn ends(lines: &[&str], at: usize) -> usize {
    let goes_on = |line: &&&str| {
        let trimmed = line.trim_start();
        !trimmed.is_empty()
            && item(line).is_none()
            && !["#", "```", "|", ">"].iter().any(|sign| trimmed.starts_with(sign))
    };
    at + 1 + lines[at + 1..].iter().take_while(goes_on).count()
}

/// Lines as one text; between Chinese characters no space is put.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        let wide = |c: Option<char>| c.is_some_and(|c| width(c.encode_utf8(&mut [0; 4])) > 1);
        let ended = text.chars().next_back();
        let stopped = ended.is_some_and(|c| "，。、；：！？）》」』".contains(c));
        let joins = stopped || wide(ended) && wide(line.chars().next());
        if !text.is_empty() && !joins {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// The indent and the bullet of an item of a list.
fn item(line: &str) -> Option<(usize, &str, &str)> {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    let (bullet, rest) = trimmed.split_once(' ')?;
    let numbered = bullet.strip_suffix('.').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    (bullet == "-" || bullet == "*" || numbered && bullet.len() > 1)
        .then_some((indent, bullet, rest))
}

fn is_rule(row: &str) -> bool {
    row.contains('-') && row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn split_row(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        let last = cells.len() - 1;
        match c {
            '\\' if chars.peek() == Some(&'|') => {
                cells[last].push_str("\\|");
                chars.next();
            }
            '|' => cells.push(String::new()),
            c => cells[last].push(c),
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Code at the beginning of a text, between as many backticks as open it.
fn fenced(text: &str) -> Option<(&str, &str)> {
    let count = text.bytes().take_while(|byte| *byte == b'`').count();
    if count == 0 {
        return None;
    }
    between(text, &text[..count], &text[..count])
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    let inside = text.strip_prefix(open)?;
    let end = inside.find(close).filter(|end| *end > 0)?;
    Some((&inside[..end], &inside[end + close.len()..]))
}

fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, after) = between(text, "[", "](")?;
    let (target, rest) = after.split_once(')')?;
    Some((label, target, rest))
}

/// What cannot be broken: a word, or one wide character with the signs that belong to it.
#[derive(Debug, Clone, Default)]
struct Atom {
    pieces: Vec<(String, Tone, Option<usize>)>,
    spaced: bool,
}

impl Atom {
    fn width(&self) -> usize {
        self.pieces.iter().map(|(text, ..)| width(text)).sum()
    }

    fn push(&mut self, text: &str, tone: Tone, link: Option<usize>) {
        match self.pieces.last_mut() {
            Some((known, t, l)) if *t == tone && *l == link => known.push_str(text),
            _ => self.pieces.push((text.to_owned(), tone, link)),
        }
    }
}

fn length(atoms: &[Atom]) -> usize {
    let spaces = atoms.iter().skip(1).filter(|atom| atom.spaced).count();
    atoms.iter().map(Atom::width).sum::<usize>() + spaces
}

#[derive(Default)]
struct Atoms {
    done: Vec<Atom>,
    /// A space was read: what comes next begins a new one.
    spaced: bool,
    /// The last one takes no more: it is a wide character.
    closed: bool,
}

impl Atoms {
    fn add(&mut self, text: &str, tone: Tone, link: Option<usize>) {
        for grapheme in text.graphemes(true) {
            if grapheme.trim().is_empty() {
                self.spaced = true;
                continue;
            }
            let wide = width(grapheme) > 1;
            let closes = NOT_FIRST.contains(grapheme) && !self.spaced;
            let opened =
                self.done.last().and_then(|atom| atom.pieces.last()).is_some_and(|piece| {
                    piece.0.chars().next_back().is_some_and(|c| NOT_LAST.contains(c))
                });
            let new = self.done.is_empty()
                || self.spaced
                || ((wide || self.closed) && !closes && !opened);
            self.put(grapheme, tone, link, new);
            self.closed = wide && !NOT_LAST.contains(grapheme);
        }
    }

    /// Code stays in one piece where it is short: keys are not torn apart.
    fn add_whole(&mut self, text: &str, tone: Tone) {
        if width(text) > 24 {
            self.add(text, tone, None);
            return;
        }
        let new = self.done.is_empty() || self.spaced || self.closed;
        self.put(text, tone, None, new);
        self.closed = false;
    }

    fn put(&mut self, text: &str, tone: Tone, link: Option<usize>, new: bool) {
        if new {
            self.done.push(Atom { pieces: Vec::new(), spaced: self.spaced });
        }
        self.spaced = false;
        if let Some(last) = self.done.last_mut() {
            last.push(text, tone, link);
        }
    }
}

fn wrap(atoms: &[Atom], cells: usize) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut taken = 0;
    for atom in atoms {
        let own = atom.width();
        let space = usize::from(atom.spaced && taken > 0);
        if taken > 0 && taken + space + own > cells {
            lines.push(Line::default());
            taken = 0;
        } else if space > 0
            && let Some(line) = lines.last_mut()
        {
            // A space between two pieces of a link belongs to it.
            let link = line.spans.last().and_then(|span| span.link);
            let same = link.is_some() && link == atom.pieces.first().and_then(|piece| piece.2);
            let tone = atom.pieces.first().map_or(Tone::Text, |piece| piece.1);
            let before = line.spans.last().map_or(Tone::Text, |span| span.tone);
            let tone = if same || before == tone { tone } else { Tone::Text };
            line.push(" ", tone, link.filter(|_| same));
            taken += 1;
        }
        for (text, tone, link) in &atom.pieces {
            for grapheme in text.graphemes(true) {
                let own = width(grapheme);
                if taken > 0 && taken + own > cells {
                    lines.push(Line::default());
                    taken = 0;
                }
                if let Some(line) = lines.last_mut() {
                    line.push(grapheme, *tone, *link);
                }
                taken += own;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markdown: &str, cells: usize) -> Vec<String> {
        lay_out(markdown, cells).lines.iter().map(Line::text).collect()
    }

    #[test]
    fn paragraphs_lists_and_code() {
        let markdown = "# Title\n\nSome words that\ngo on.\n\n- one `ctrl-s`\n- two is longer than that\n  and goes on\n\n    $ kontor find\n";
        assert_eq!(
            text(markdown, 20),
            [
                "Title",
                "",
                "Some words that go",
                "on.",
                "",
                "· one ctrl-s",
                "· two is longer than",
                "  that and goes on",
                "",
                "  $ kontor find"
            ]
        );
        assert_eq!(lay_out(markdown, 20).lines[0].heading, Some(1));
    }

    #[test]
    fn code_that_is_too_long_goes_on_below() {
        let markdown = "    $ kontor find müller --columns name,phone # whom\n";
        let shown = text(markdown, 30);
        assert_eq!(shown, ["  $ kontor find müller", "      --columns name,phone #", "      whom"]);
        for cells in 8..60 {
            let lines = text(markdown, cells);
            assert!(lines.iter().all(|line| width(line) <= cells), "{cells}: {lines:?}");
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, markdown.split_whitespace().collect::<String>(), "{cells}");
        }
    }

    #[test]
    fn tables_wrap_in_their_cells_and_keep_bars_in_code() {
        let markdown = "| Key | What |\n|---|---|\n| `a\\|b` | does a lot of things |\n";
        assert_eq!(
            text(markdown, 20),
            ["Key  What", "────────────────────", "a|b  does a lot of", "     things"]
        );
    }

    #[test]
    fn links_and_emphasis() {
        let page = lay_out("See **all** of [daily work](daily-work.md).", 60);
        assert_eq!(page.lines[0].text(), "See all of daily work.");
        assert_eq!(page.links, ["daily-work.md"]);
        let link: Vec<&str> = page.lines[0]
            .spans
            .iter()
            .filter(|span| span.link == Some(0))
            .map(|span| span.text.as_str())
            .collect();
        assert_eq!(link, ["daily work"]);
        let strong = page.lines[0].spans.iter().find(|span| span.tone == Tone::Strong);
        assert_eq!(strong.map(|span| span.text.as_str()), Some("all"));
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_full_stop() {
        assert_eq!(text("客户名称很长。再见", 12), ["客户名称很", "长。再见"]);
        for cells in 8..40 {
            for line in
                text("按 `ctrl-s` 保存，按 **回车** 打开（见[日常工作](daily.md)）。", cells)
            {
                assert!(width(&line) <= cells, "{line:?} in {cells}");
            }
        }
    }
}
