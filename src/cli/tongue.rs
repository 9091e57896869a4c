//! The tree of commands in the user's language: its texts are written in English and looked up here.
//!
//! English help stays as it was written. Start at [`told`]; [`help_texts`] is what there is to translate.

use std::collections::BTreeSet;

use clap::Command;
use clap::builder::{Str, StyledStr};

use super::tree::{Word, tree};
use crate::model::{Fill, Lang};
use crate::term::translation;

/// The tree in a language.
pub(super) fn told(mut command: Command, lang: Lang) -> Command {
    if lang == Lang::En {
        return command;
    }
    // What clap adds by itself (`--help`) is there only after this.
    command.build();
    walk(command, &mut |text| of(lang, text))
}

/// Every text of the help in English, for whoever translates it; `entities` are the names of all of them.
#[must_use]
pub fn help_texts(entities: &[&str]) -> BTreeSet<String> {
    let words: Vec<Word> = entities
        .iter()
        .map(|name| Word {
            name: (*name).to_owned(),
            about: String::new(),
            fields: vec![("name".to_owned(), "text".to_owned())],
        })
        .collect();
    let mut found = BTreeSet::from(["OPTIONS".to_owned(), "COMMAND".to_owned()]);
    let mut command = tree(&words);
    command.build();
    walk(command, &mut |text| {
        found.insert(text.to_owned());
        text.to_owned()
    });
    found
}

/// A line of usage, or an argument as clap writes it, in both languages: `<FILE>` and `<文件>`.
pub(super) fn usage(text: &str) -> Fill {
    Fill::Label { en: text.to_owned(), zh: placeholders(text, &|name| of(Lang::Zh, name)) }
}

/// The text with every name in capitals that stands in brackets replaced.
fn placeholders(text: &str, each: &impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['<', '[']) {
        out.push_str(&rest[..=open]);
        rest = &rest[open + 1..];
        let end = rest
            .find(|c: char| !c.is_ascii_uppercase() && c != '=' && c != '_')
            .unwrap_or(rest.len());
        if end > 0 {
            out.push_str(&each(&rest[..end]));
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

fn of(lang: Lang, text: &str) -> String {
    translation(lang, text).unwrap_or(text).to_owned()
}

fn walk(mut command: Command, each: &mut dyn FnMut(&str) -> String) -> Command {
    if let Some(text) = command.get_about().map(ToString::to_string) {
        command = command.about(lines(&text, each));
    }
    if let Some(text) = command.get_long_about().map(ToString::to_string) {
        command = command.long_about(lines(&text, each));
    }
    if let Some(text) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(lines(&text, each));
    }
    command = command.mut_args(|mut arg| {
        if let Some(text) = arg.get_help().map(ToString::to_string) {
            arg = arg.help(lines(&text, each));
        }
        if let Some(text) = arg.get_long_help().map(ToString::to_string) {
            arg = arg.long_help(lines(&text, each));
        }
        if let Some(heading) = arg.get_help_heading().map(str::to_owned) {
            arg = arg.help_heading(Str::from(each(&heading)));
        }
        if !arg.get_action().takes_values() {
            return arg;
        }
        let names: Vec<Str> = arg
            .get_value_names()
            .unwrap_or_default()
            .iter()
            .map(|name| Str::from(each(name)))
            .collect();
        arg.value_names(names)
    });
    command.mut_subcommands(|inner| walk(inner, each))
}

/// Line by line; of lines that stand further in only the examples are words.
fn lines(text: &str, each: &mut dyn FnMut(&str) -> String) -> StyledStr {
    let told: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("  ") {
            Some(example) if example.starts_with("kontor ") => format!("  {}", each(example)),
            Some(_) => line.to_owned(),
            None if line.is_empty() => String::new(),
            None => each(line),
        })
        .collect();
    StyledStr::from(told.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_brackets_are_replaced() {
        let text = "kontor add [OPTIONS] --set <FIELD=VALUE> <--where <QUERY>|REF>...";
        let told = placeholders(text, &|name| format!("({name})"));
        assert_eq!(told, "kontor add [(OPTIONS)] --set <(FIELD=VALUE)> <--where <(QUERY)>|REF>...");
    }
}
