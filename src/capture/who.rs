//! Whom the words of a line name: the stretch of words that fits a record best.
//!
//! Longer stretches win over shorter ones, names that fit word by word over names that only resemble.
//! Several that fit equally well are all told: whoever typed the line decides. This is the only part
//! of the room that asks the gate, and it only reads. Start at [`find`].

use std::ops::Range;

use super::line::Line;
use super::words::{BEFORE_NAME, CHINESE_BEFORE_NAME};
use crate::gate::{Hit, Result, SearchRequest, Session};
use crate::model::text::{fold, is_han};
use crate::model::{Name, Record, RecordRef};

/// Whom an activity or a task may be with.
const PEOPLE: [&str; 3] = ["customer", "contact", "lead"];
/// What else a line may be about.
const THINGS: [&str; 3] = ["deal", "ticket", "order"];
/// Hits looked at per stretch.
const HITS: usize = 8;
/// Pieces of the longest name.
const LONGEST: usize = 10;
/// Stretches looked up for one line.
const STRETCHES: usize = 16;

/// What is asked about a line.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The line.
    pub line: Line,
    /// Whom the person chose for the words, whatever they fit.
    pub chosen: Option<RecordRef>,
    /// The words name nobody, as the person said.
    pub nobody: bool,
    /// What the screen stands on, meant where no words name somebody.
    pub focus: Option<RecordRef>,
}

/// Whom a line names.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Where the name stands in the line.
    pub at: Option<Range<usize>>,
    /// The words that were taken as a name, found or not; empty where there are none.
    pub words: String,
    /// Those that fit equally well, best first.
    pub hits: Vec<Hit>,
    /// The one that is meant, with all its fields, where it is clear.
    pub record: Option<Record>,
    /// Taken from the screen, not from the words.
    pub from_screen: bool,
    /// The people that the words behind `@` may mean.
    pub users: Vec<Hit>,
}

/// How well a name fits; larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Nothing.
    None,
    /// It resembles: a typo, a part of a word.
    Resembles,
    /// Each word begins one of the name; pinyin.
    Begins,
    /// Each word is one of the name.
    Words,
    /// It is the name, or a reference.
    Exact,
}

/// Finds whom a line names.
///
/// # Errors
/// As [`Session::search`].
pub fn find(session: &Session, sought: &Sought) -> Result<Found> {
    let line = &sought.line;
    let mut found = if sought.nobody { Found::default() } else { by_words(session, line)? };
    if let Some(user) = &line.user {
        found.users = users(session, user)?;
    }
    let meant = match (&sought.chosen, found.hits.as_slice()) {
        (Some(chosen), _) => Some(chosen.clone()),
        (None, [only]) => Some(only.record.clone()),
        // Nobody is named, so it is about what the screen stands on.
        (None, []) if found.words.is_empty() || line.keeps_names() => {
            let focus = sought.focus.clone().filter(|_| !sought.nobody && takes_focus(line));
            found.from_screen = focus.is_some();
            focus
        }
        _ => None,
    };
    if let Some(meant) = meant {
        let meant = session.followed(meant)?;
        found.record = session.get(&meant).ok().filter(|record| record.meta.deleted_at.is_none());
    }
    Ok(found)
}

/// New customers and leads hang on nothing.
fn takes_focus(line: &Line) -> bool {
    !matches!(line.verb.kind, "customer" | "lead")
}

fn by_words(session: &Session, line: &Line) -> Result<Found> {
    let pieces = line.pieces();
    let mut best = Found::default();
    let mut fit = Fit::None;
    let stretches = stretches(line, &pieces);
    for stretch in stretches.iter().take(STRETCHES) {
        let words = line.text[stretch.clone()].trim().trim_matches(['.', ',']);
        let (hits, how) = look(session, line, words)?;
        // In a task any word may be there for itself, so only whole names are taken for one.
        let least = if line.keeps_names() { Fit::Words } else { Fit::Resembles };
        if how >= least && how > fit {
            fit = how;
            let at = Some(stretch.clone());
            best = Found { at, words: words.to_owned(), hits, ..Found::default() };
            if how >= Fit::Begins {
                break;
            }
        }
    }
    if fit == Fit::None
        && names_somebody(line)
        && let Some(longest) = stretches.first()
    {
        best.words = line.text[longest.clone()].trim().to_owned();
    }
    Ok(best)
}

/// Whether words of the line must mean somebody: not in tasks and in new customers.
fn names_somebody(line: &Line) -> bool {
    line.verb.is_contact() || matches!(line.verb.kind, "note" | "deal")
}

/// Stretches of pieces that may be a name, the likeliest first.
fn stretches(line: &Line, pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    let text = |piece: &Range<usize>| &line.text[piece.clone()];
    let joins = |piece: &Range<usize>| is_joint(text(piece));
    let mut starts: Vec<usize> = Vec::new();
    if line.verb.kind == "contact" {
        // `contact Anna Müller at Nordic Pumps`: only behind the word is there a company.
        starts.extend(after(pieces, |piece| {
            matches!(text(piece).to_lowercase().as_str(), "at" | "from" | "of")
                || text(piece) == "在"
        }));
    } else if line.keeps_names() {
        starts.extend(after(pieces, joins));
        let capital = |piece: &Range<usize>| text(piece).starts_with(char::is_uppercase);
        let is_start = |n: usize| capital(&pieces[n]) && (n == 0 || !capital(&pieces[n - 1]));
        starts.extend((0..pieces.len()).filter(|n| is_start(*n)));
        let begins_word = |n: usize| {
            n == 0 || line.text[pieces[n - 1].end..pieces[n].start].contains(char::is_whitespace)
        };
        starts.extend(
            (0..pieces.len()).filter(|n| text(&pieces[*n]).starts_with(is_han) && begins_word(*n)),
        );
    } else if !matches!(line.verb.kind, "customer" | "lead") {
        starts.extend(pieces.iter().position(|piece| !joins(piece)));
        starts.extend(after(pieces, joins));
    }
    let mut stretches = Vec::new();
    let mut known = Vec::new();
    for start in starts {
        if known.contains(&start) {
            continue;
        }
        known.push(start);
        let most = LONGEST.min(pieces.len() - start);
        for count in (1..=most).rev() {
            let last = &pieces[start + count - 1];
            let stretch = pieces[start].start..last.end;
            let single = count == 1 && text(last).chars().count() < 2;
            // A stretch across something taken (a time, a tag) is no name.
            let whole = line.is_whole(&stretch);
            if !joins(last) && !single && whole {
                stretches.push(stretch);
            }
        }
    }
    stretches
}

/// The pieces right behind those for which `is` holds.
fn after<'a>(
    pieces: &'a [Range<usize>],
    is: impl Fn(&Range<usize>) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let last = pieces.len();
    pieces
        .iter()
        .enumerate()
        .filter(move |(_, piece)| is(piece))
        .map(|(n, _)| n + 1)
        .filter(move |n| *n < last)
}

fn is_joint(word: &str) -> bool {
    let mut chars = word.chars();
    let single = chars.next().filter(|_| chars.next().is_none());
    BEFORE_NAME.contains(&word.to_lowercase().as_str())
        || single.is_some_and(|c| CHINESE_BEFORE_NAME.contains(&c))
}

/// The records that fit words best, and how well.
fn look(session: &Session, line: &Line, words: &str) -> Result<(Vec<Hit>, Fit)> {
    let catalog = session.catalog();
    if let Some(record) = catalog.parse_reference(words) {
        let record = session.followed(record)?;
        return Ok(match session.title(&record)? {
            Some(title) => (vec![Hit::plain(record, title)], Fit::Exact),
            None => (Vec::new(), Fit::None),
        });
    }
    let there = |names: &[&str]| -> Vec<Name> {
        names.iter().filter_map(|name| catalog.entity(name)).map(|e| e.name.clone()).collect()
    };
    let people = if line.verb.kind == "contact" { there(&["customer"]) } else { there(&PEOPLE) };
    let first = best(session, words, people)?;
    if first.1 >= Fit::Begins || line.verb.is_entity() {
        return Ok(first);
    }
    let second = best(session, words, there(&THINGS))?;
    Ok(if second.1 >= Fit::Begins { second } else { first })
}

fn best(session: &Session, words: &str, entities: Vec<Name>) -> Result<(Vec<Hit>, Fit)> {
    if entities.is_empty() || words.is_empty() {
        return Ok((Vec::new(), Fit::None));
    }
    let request = SearchRequest { text: words.to_owned(), entities, filter: None, limit: HITS };
    let hits = session.search(&request)?;
    let fits: Vec<Fit> = hits.iter().map(|hit| fit(words, hit)).collect();
    let top = fits.iter().max().copied().unwrap_or(Fit::None);
    let hits = hits.into_iter().zip(fits).filter(|(_, fit)| *fit == top).map(|(hit, _)| hit);
    Ok((hits.collect(), top))
}

fn fit(words: &str, hit: &Hit) -> Fit {
    let (wanted, title) = (fold(words), fold(&hit.title));
    if wanted == title {
        return Fit::Exact;
    }
    if hit.matched.is_some() {
        return Fit::Words;
    }
    let parts = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|p| !p.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (mine, other) = (parts(&wanted), parts(&title));
    if mine.iter().all(|word| other.contains(word)) {
        return Fit::Words;
    }
    if wanted.chars().any(is_han) {
        return if title.contains(&wanted) { Fit::Words } else { Fit::Resembles };
    }
    let begins = |word: &String| word.len() >= 2 && other.iter().any(|own| own.starts_with(word));
    let pinyin =
        title.chars().any(is_han) && wanted.is_ascii() && mine.len() == 1 && wanted.len() >= 2;
    if mine.iter().all(begins) || pinyin { Fit::Begins } else { Fit::Resembles }
}

fn users(session: &Session, word: &str) -> Result<Vec<Hit>> {
    if session.catalog().entity("user").is_none() {
        return Ok(Vec::new());
    }
    if matches!(word.to_lowercase().as_str(), "me" | "我") {
        let me = session.actor().person();
        let record = RecordRef::new("user", me.user);
        let title = me.name.clone();
        return Ok(vec![Hit::plain(record, title)]);
    }
    let (hits, _) = best(session, &word.replace(['_', '-'], " "), vec![Name::from("user")])?;
    Ok(hits)
}
