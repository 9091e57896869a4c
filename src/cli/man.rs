//! Manual pages: one for everything, or one per command in a folder, in the user's language.
//!
//! The pages are made from the tree of commands by `clap_mangen`, which writes its headings and a few words
//! in English only. They are put into the user's language here, where the page is: in its markup, not in its
//! text. Start at [`print`].

use std::path::Path;

use super::Env;
use super::documents::{catalog, words};
use super::error::{CliError, Result};
use super::tongue::told;
use super::tree::tree;
use crate::model::{Lang, Phrase, phrase};
use crate::term::Strings;

/// What `clap_mangen` heads a list of subcommands with, as it writes it.
const SUBCOMMANDS: &str = "SUBCOMMANDS";
/// Its headings, and the keys of what they are called.
const HEADINGS: [(&str, &str); 7] = [
    ("NAME", "man.name"),
    ("SYNOPSIS", "man.synopsis"),
    ("DESCRIPTION", "man.description"),
    ("OPTIONS", "man.options"),
    (SUBCOMMANDS, "man.subcommands"),
    ("EXTRA", "man.extra"),
    ("VERSION", "man.version"),
];

/// Prints the manual page, or writes one per command into a folder.
pub(super) fn print(env: &mut Env<'_>, folder: Option<&Path>) -> Result<()> {
    let catalog = catalog(env)?;
    let mut command = told(tree(&words(env, &catalog)), env.lang);
    let strings = Strings::new(env.lang);
    let Some(folder) = folder else {
        let text = page(command, &strings)?;
        env.out.write_all(text.as_bytes())?;
        return Ok(());
    };
    let failed =
        |source| CliError::File { path: Phrase::raw(folder.display().to_string()), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    command.build();
    let mut written = 0;
    pages(&command, "", folder, &strings, &mut written).map_err(failed)?;
    env.say(&phrase!("{written} pages written to {folder}", written, folder = folder.display()))?;
    Ok(())
}

fn pages(
    command: &clap::Command,
    before: &str,
    folder: &Path,
    strings: &Strings,
    written: &mut usize,
) -> std::io::Result<()> {
    let name = format!("{before}{}", command.get_name());
    let text = page(command.clone().name(name.clone()), strings)?;
    std::fs::write(folder.join(format!("{name}.1")), text)?;
    *written += 1;
    for inner in command.get_subcommands() {
        pages(inner, &format!("{name}-"), folder, strings, written)?;
    }
    Ok(())
}

/// One page, in the language of the strings.
fn page(command: clap::Command, strings: &Strings) -> std::io::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    let text = String::from_utf8(text)
        .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
    if strings.lang == Lang::En {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(&in_words(line, strings));
        out.push('\n');
    }
    Ok(out)
}

/// A line of a page, with what is not from the tree in the user's words.
fn in_words(line: &str, strings: &Strings) -> String {
    if let Some(heading) = line.strip_prefix(".SH ") {
        let known = HEADINGS.iter().find(|(english, _)| *english == heading);
        return known
            .map_or_else(|| line.to_owned(), |(_, key)| format!(".SH {}", strings.get(key)));
    }
    let subcommands = SUBCOMMANDS.to_lowercase();
    let italic = |text: &str| format!("\\fI{text}\\fR");
    line.replace(&italic("Possible values:"), &italic(strings.get("man.possible_values")))
        .replace(&italic(&subcommands), &italic(strings.get("man.subcommands")))
        .replace("[default: ", &format!("[{}", strings.get("man.default")))
}
