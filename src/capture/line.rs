//! The grammar of a line: verb, somebody, a time, an amount, signs, and what it is about.
//!
//! ```text
//! call Müller fri 10:00 about the offer #hot
//! verb words  when      joint subject   tag
//! ```
//!
//! The order is free but for the verb, which stands first (in Chinese it may stand inside:
//! `明天给张伟打电话`). Text in quotes is taken as it is. Start at [`Line::read`].

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::mark::{Marked, Part, tidy};
use super::time;
use super::words::{self, Verb};
use crate::model::Money;
use crate::schema::Coercion;

/// Quotes that hold text which is not looked into.
const QUOTES: [(char, char); 4] = [('"', '"'), ('“', '”'), ('「', '」'), ('《', '》')];
/// Words of a priority behind `!`.
const PRIORITIES: [(&str, &str); 11] = [
    ("low", "low"),
    ("normal", "normal"),
    ("high", "high"),
    ("urgent", "urgent"),
    ("低", "low"),
    ("普通", "normal"),
    ("高", "high"),
    ("紧急", "urgent"),
    ("急", "urgent"),
    ("", "high"),
    ("!", "urgent"),
];

/// When something is to happen, or happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The instant; midnight stands for the whole day.
    pub instant: DateTime<Utc>,
    /// A time of day was said.
    pub timed: bool,
    /// Where it stands in the line; a day and its time may stand apart.
    pub at: Vec<Range<usize>>,
}

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was typed.
    pub text: String,
    /// What is to be written down; a task where nothing says so.
    pub verb: Verb,
    /// The verb was not said.
    pub assumed: bool,
    /// When.
    pub when: Option<When>,
    /// How much.
    pub amount: Option<Money>,
    /// What was said to be the subject.
    pub about: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Who is to do it, as typed.
    pub user: Option<String>,
    /// How urgent.
    pub priority: Option<&'static str>,
    /// Signs that were not understood, as typed.
    pub strange: Vec<String>,
    /// Mail addresses and phone numbers, for people and companies.
    pub points: Vec<String>,
    marked: Marked,
    /// Where somebody may be named.
    lead: Range<usize>,
    /// A colon right behind the verb: all that follows is the text.
    colon: Option<Range<usize>>,
}

impl Line {
    /// Reads a line. Always gives an answer: what is not understood stays words.
    #[must_use]
    pub fn read(text: &str, reading: &Coercion<'_>) -> Self {
        let mut line = Self {
            text: text.to_owned(),
            verb: Verb { kind: "todo", past: false },
            assumed: true,
            when: None,
            amount: None,
            about: None,
            tags: Vec::new(),
            user: None,
            priority: None,
            strange: Vec::new(),
            points: Vec::new(),
            marked: Marked::new(text),
            lead: 0..text.len(),
            colon: None,
        };
        line.take_quotes();
        line.take_signs();
        line.take_verb(reading);
        let subject = line.split_subject();
        line.take_inner_verb();
        if line.verb.is_entity() {
            line.take_points();
        }
        if line.verb.kind == "deal" {
            line.take_amount(reading);
        }
        line.take_when(subject.clone(), reading);
        if let Some(subject) = subject {
            line.take_subject(subject);
        }
        line
    }

    /// Text in quotes is part of the subject and nothing else.
    fn take_quotes(&mut self) {
        let text = self.text.clone();
        let mut at = 0;
        while let Some((start, open)) =
            text[at..].char_indices().map(|(n, c)| (at + n, c)).find(|(_, c)| is_quote(*c))
        {
            let inner = start + open.len_utf8();
            let close = QUOTES.iter().find(|(known, _)| *known == open).map_or('"', |pair| pair.1);
            let Some(length) = text[inner..].find(close) else { return };
            self.marked.set(start..inner + length + close.len_utf8(), Part::Subject);
            at = inner + length + close.len_utf8();
        }
    }

    /// `#tag`, `@somebody`, `!high`.
    fn take_signs(&mut self) {
        let text = self.text.clone();
        for (at, sign) in text.char_indices() {
            let before = text[..at].chars().next_back();
            let inside_word =
                before.is_some_and(|c| c.is_ascii_alphanumeric() || "#@!/&=".contains(c));
            if inside_word || !self.marked.is_free(at..at + sign.len_utf8()) {
                continue;
            }
            let start = at + sign.len_utf8();
            let word: String = text[start..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || "-_".contains(*c))
                .collect();
            let end = start + word.len();
            let part = match sign {
                '#' | '＃' if !word.is_empty() => {
                    self.tags.push(word.clone());
                    Part::Tag
                }
                // `@ 10:00` is a time, `bo@berg.de` was passed over.
                '@' | '＠' if word.starts_with(char::is_alphabetic) => {
                    self.user = Some(word.clone());
                    Part::User
                }
                '!' | '！' => {
                    let twice = word.is_empty() && text[start..].starts_with(['!', '！']);
                    let end_of_sentence = before.is_some_and(|c| !c.is_whitespace());
                    if word.is_empty() && end_of_sentence {
                        continue;
                    }
                    let said = if twice { "!" } else { word.as_str() };
                    let Some((_, value)) =
                        PRIORITIES.iter().find(|(known, _)| *known == said.to_lowercase())
                    else {
                        self.strange.push(format!("{sign}{word}"));
                        self.marked.set(at..end, Part::Wrong);
                        continue;
                    };
                    self.priority = Some(value);
                    let second = text[start..].chars().next().filter(|_| twice);
                    let end = end + second.map_or(0, char::len_utf8);
                    self.marked.set(at..end, Part::Priority);
                    continue;
                }
                _ => continue,
            };
            self.marked.set(at..end, part);
        }
    }

    /// The verb at the start, or right behind a time at the start.
    fn take_verb(&mut self, reading: &Coercion<'_>) {
        let start = self.text.len() - self.text.trim_start().len();
        if self.verb_at(start) {
            return;
        }
        let head = words::about(&self.text).map_or(self.text.len(), |about| about.start);
        if let Some(when) = time::find(&self.text, &self.marked, 0..head, false, reading)
            && let [at] = when.at.as_slice()
            && self.text[..at.start].trim().is_empty()
        {
            let rest = &self.text[at.end..];
            let start = self.text.len() - rest.trim_start_matches([' ', ',', '，']).len();
            self.verb_at(start);
        }
    }

    fn verb_at(&mut self, start: usize) -> bool {
        let Some((taken, verb)) = words::leading(&self.text[start..]) else { return false };
        if !self.marked.is_free(start..start + taken) {
            return false;
        }
        self.marked.set(start..start + taken, Part::Verb);
        (self.verb, self.assumed) = (verb, false);
        let rest = &self.text[start + taken..];
        if let Some(colon) = rest.chars().next().filter(|c| matches!(c, ':' | '：')) {
            let range = start + taken..start + taken + colon.len_utf8();
            self.marked.set(range.clone(), Part::Joint);
            self.colon = Some(range).filter(|_| verb.kind == "note");
        }
        true
    }

    /// A Chinese verb inside the sentence.
    fn take_inner_verb(&mut self) {
        if !self.assumed {
            return;
        }
        if let Some((range, verb)) = words::inside(&self.text[self.lead.clone()])
            && self.marked.is_free(range.start + self.lead.start..range.end + self.lead.start)
        {
            let range = range.start + self.lead.start..range.end + self.lead.start;
            self.marked.set(range, Part::Verb);
            (self.verb, self.assumed) = (verb, false);
        }
    }

    /// Parts the words that name somebody from those that say what it is about.
    fn split_subject(&mut self) -> Option<Range<usize>> {
        // A task is called by all its words.
        if self.verb.kind == "todo" && !self.assumed {
            return None;
        }
        if let Some(colon) = self.colon.clone() {
            self.lead = 0..colon.start;
            return Some(colon.end..self.text.len());
        }
        let mut from = 0;
        let joint = loop {
            let found = words::about(&self.text[from..])?;
            let found = from + found.start..from + found.end;
            if self.marked.is_free(found.clone()) {
                break found;
            }
            from = found.end;
        };
        let head = &self.text[..joint.start];
        // Without a verb only a Chinese one inside can mean more than a task.
        if self.assumed && words::inside(head).is_none() {
            return None;
        }
        self.marked.set(joint.clone(), Part::Joint);
        self.lead = 0..joint.start;
        Some(joint.end..self.text.len())
    }

    fn take_points(&mut self) {
        let text = self.text.clone();
        for range in words::words(&text) {
            let word = text[range.clone()].trim_matches(|c: char| "<>,;()".contains(c));
            let mail = word.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !host.ends_with('.')
            });
            if mail {
                self.points.push(word.to_owned());
                self.marked.set(range, Part::Point);
            }
        }
        let Some(start) = text.find('+').filter(|at| self.marked.is_free(*at..at + 1)) else {
            return;
        };
        let tail = &text[start + 1..];
        let length = tail.find(|c: char| !(c.is_ascii_digit() || " -()/".contains(c)));
        let number = text[start..start + 1 + length.unwrap_or(tail.len())].trim_end();
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 7 && self.verb.kind != "deal" {
            self.points.push(number.to_owned());
            self.marked.set(start..start + number.len(), Part::Point);
        }
    }

    /// The amount of a deal: a number with a currency or a scale, or a large one.
    fn take_amount(&mut self, reading: &Coercion<'_>) {
        let pieces = self.marked.pieces(&self.text, 0..self.text.len());
        for first in 0..pieces.len() {
            for count in (1..=4.min(pieces.len() - first)).rev() {
                let range = pieces[first].start..pieces[first + count - 1].end;
                let words = self.text[range.clone()].trim_end_matches([',', '.']);
                if !self.marked.is_free(range.clone()) || !is_amount(words) {
                    continue;
                }
                if let Ok(amount) = reading.amount(words) {
                    self.marked.set(range.start..range.start + words.len(), Part::Amount);
                    self.amount = Some(amount);
                    return;
                }
            }
        }
    }

    fn take_when(&mut self, subject: Option<Range<usize>>, reading: &Coercion<'_>) {
        let past = self.verb.past;
        let lead = self.lead.clone();
        let mut when = time::find(&self.text, &self.marked, lead, past, reading);
        if when.is_none()
            && let Some(subject) = subject
        {
            // `about the offer fri 10:00`: a time at the very end is no part of the subject.
            let found = time::find(&self.text, &self.marked, subject.clone(), past, reading);
            when = found.filter(|when| {
                let end = when.at.iter().map(|at| at.end).max().unwrap_or(0);
                let rest = self.marked.rest(&self.text, end..subject.end);
                rest.trim_matches(['.', '!', '。']).is_empty()
            });
        }
        let Some(found) = when else { return };
        for at in &found.at {
            self.marked.set(at.clone(), Part::When);
            self.take_joint_before(at.start, words::BEFORE_DAY);
        }
        self.when = Some(found);
    }

    /// Takes a word that only joins: `on` before `fri`.
    fn take_joint_before(&mut self, at: usize, joints: &[&str]) {
        let before = self.text[..at].trim_end();
        let start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let word = before[start..].to_lowercase();
        if joints.contains(&word.as_str()) && self.marked.is_free(start..before.len()) {
            self.marked.set(start..before.len(), Part::Joint);
        }
    }

    fn take_subject(&mut self, subject: Range<usize>) {
        let free: Vec<Range<usize>> = self
            .marked
            .runs()
            .into_iter()
            .filter(|(run, part)| {
                matches!(part, Part::Free | Part::Subject) && run.end > subject.start
            })
            .map(|(run, _)| run.start.max(subject.start)..run.end)
            .collect();
        let text = self.joined(&free);
        for run in free {
            self.marked.set(run, Part::Subject);
        }
        self.about = Some(text).filter(|text| !text.is_empty());
    }

    /// Stretches of the line as one text.
    fn joined(&self, ranges: &[Range<usize>]) -> String {
        let stretches: Vec<&str> =
            ranges.iter().map(|range| unquoted(self.text[range.clone()].trim())).collect();
        let text = stretches.join(" ");
        tidy(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The pieces that may name somebody, in order: words, or single Chinese characters.
    #[must_use]
    pub fn pieces(&self) -> Vec<Range<usize>> {
        self.marked.pieces(&self.text, self.lead.clone())
    }

    /// Whether nothing of a stretch was taken for something else.
    pub(super) fn is_whole(&self, stretch: &Range<usize>) -> bool {
        self.marked.is_free(stretch.clone())
    }

    /// The words that are left when `who` named somebody and all else was taken.
    #[must_use]
    pub fn rest(&self, who: Option<&Range<usize>>) -> String {
        let mut marked = self.marked.clone();
        if let Some(who) = who.filter(|_| !self.keeps_names()) {
            marked.set(who.clone(), Part::Who);
        }
        let wanted =
            |part: Part| part == Part::Free || (part == Part::Subject && self.about.is_none());
        let free: Vec<Range<usize>> = marked
            .runs()
            .into_iter()
            .filter(|(_, part)| wanted(*part))
            .map(|(run, _)| run)
            .collect();
        let text = self.joined(&free);
        if self.keeps_names() { text } else { without_joints(&text) }
    }

    /// A task is called by all its words, names included: `send the offer to Müller`.
    #[must_use]
    pub fn keeps_names(&self) -> bool {
        self.verb.kind == "todo"
    }

    /// The line as stretches with what each says, for drawing; `who` is where somebody is named.
    #[must_use]
    pub fn parts(&self, who: Option<&Range<usize>>) -> Vec<(Range<usize>, Part)> {
        let mut marked = self.marked.clone();
        if let Some(who) = who {
            marked.set(who.clone(), Part::Who);
        }
        marked.runs()
    }
}

fn is_quote(c: char) -> bool {
    QUOTES.iter().any(|(open, _)| *open == c)
}

fn unquoted(text: &str) -> &str {
    for (open, close) in QUOTES {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            return inner;
        }
    }
    text
}

/// Whether words look like an amount and not like a count: `84k`, `€84,000`, `12万`; not `3 pumps`.
fn is_amount(words: &str) -> bool {
    let folded = words.to_lowercase();
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    let has_unit = folded.contains(|c: char| !(c.is_ascii_digit() || ".,' ".contains(c)));
    let starts = folded.starts_with(|c: char| !c.is_alphabetic() || c.is_ascii_digit())
        || folded.split(' ').next().is_some_and(|word| word.len() <= 3);
    let year = digits == 4 && (folded.starts_with("19") || folded.starts_with("20"));
    digits > 0 && starts && (has_unit || (digits >= 4 && !year))
}

/// Words without those at the ends that only join: `with`, `给`.
fn without_joints(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let joins = |word: &&str| {
        let mut chars = word.chars();
        let single = chars.next().filter(|_| chars.next().is_none());
        words::BEFORE_NAME.contains(&word.to_lowercase().as_str())
            || single.is_some_and(|c| words::CHINESE_BEFORE_NAME.contains(&c))
    };
    while words.last().is_some_and(joins) {
        words.pop();
    }
    let first = words.iter().position(|word| !joins(word)).unwrap_or(words.len());
    tidy(&words[first..].join(" "))
}
