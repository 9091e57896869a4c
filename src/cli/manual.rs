//! `manual`: the chapters on paper, with the user's own keys in them.

use super::documents::catalog;
use super::error::{CliError, Result};
use super::keys::keymap;
use super::{Env, OutputFormat, likely};
use crate::action::{KeyNames, Reference, Table, code};
use crate::model::phrase;
use crate::term::manual::{CHAPTERS, GENERATED, chapter_at};
use crate::term::{Strings, fill_keys, markdown};

/// The width where nobody said one, and the most that reads well.
const WIDTH: usize = 88;

/// Prints a chapter, or which there are.
pub(super) fn manual(env: &mut Env<'_>, chapter: Option<&str>) -> Result<()> {
    let Some(word) = chapter else { return contents(env) };
    let Some(chapter) = chapter_at(word).map(|at| CHAPTERS[at]) else {
        let near = likely(word, CHAPTERS.iter().map(|chapter| chapter.name));
        let hint = near.map_or_else(
            || phrase!("`kontor manual` lists them"),
            |name| phrase!("did you mean {near}?", near = name),
        );
        return Err(CliError::word(phrase!("the manual has no chapter {word}", word), Some(hint)));
    };
    let catalog = catalog(env)?;
    let actions = Table::new(&catalog);
    let keymap = keymap(&env.facts.keymap, &catalog, &actions)?;
    let strings = Strings::new(env.lang);
    let names = KeyNames { keymap: &keymap, actions: &actions };
    let mut text = chapter.text(env.lang).to_owned();
    if let Some((before, _)) = text.split_once(GENERATED) {
        let reference = Reference::new(&keymap, &actions).markdown(&strings, &catalog);
        text = format!("{before}\n{reference}");
    }
    let text = fill_keys(&text, &|name| code(&names.of(name, &strings, &catalog)));
    if env.format == Some(OutputFormat::Markdown) {
        env.out.write_all(text.as_bytes())?;
        return Ok(());
    }
    let width = env.width.unwrap_or(WIDTH).min(WIDTH);
    for line in markdown::lay_out(&text, width).lines {
        writeln!(env.out, "{}", line.text().trim_end())?;
    }
    Ok(())
}

fn contents(env: &mut Env<'_>) -> Result<()> {
    let widest = CHAPTERS.iter().map(|chapter| chapter.name.len()).max().unwrap_or(0);
    for chapter in CHAPTERS {
        writeln!(env.out, "{:widest$}  {}", chapter.name, chapter.title(env.lang))?;
    }
    Ok(())
}
