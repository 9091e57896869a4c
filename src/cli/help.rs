//! Help laid out by ourselves, for languages that clap cannot lay out: it takes every character for one
//! cell, wraps only at spaces and has its headings in English. Start at [`page`].

use clap::{Arg, Command};

use super::tongue::usage;
use crate::model::{Lang, Phrase, phrase};
use crate::term::{said, width, wrap};

/// Cells in a line where nobody says how many.
const USUAL: usize = 100;
/// A left column wider than this has what is said of it on the lines below.
const WIDEST: usize = 32;

/// The help of the command at the end of `path`, in a tree that is in the user's language already.
pub(super) fn page(
    root: &mut Command,
    path: &[String],
    long: bool,
    cells: Option<usize>,
    lang: Lang,
) -> String {
    // The path was walked by whoever asks; where it ends early, its last command answers.
    if let [name, rest @ ..] = path
        && root.find_subcommand(name).is_some()
        && let Some(inner) = root.find_subcommand_mut(name)
    {
        return page(inner, rest, long, cells, lang);
    }
    let mut page = Page { lang, cells: cells.unwrap_or(USUAL).max(24), text: String::new() };
    page.of(root, long);
    page.text
}

struct Page {
    lang: Lang,
    cells: usize,
    text: String,
}

impl Page {
    fn of(&mut self, command: &mut Command, long: bool) {
        let about = command.get_long_about().filter(|_| long).or_else(|| command.get_about());
        if let Some(about) = about.map(ToString::to_string).filter(|about| !about.is_empty()) {
            self.block(&about);
            self.text.push('\n');
        }
        let line = command.render_usage().to_string();
        let line = line.strip_prefix("Usage: ").unwrap_or(&line).trim_end();
        let line = said(self.lang, &phrase!("Usage: {usage}", usage = usage(line)));
        self.block(&line);
        let commands: Vec<(String, String)> = command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set())
            .map(|inner| {
                let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
                (inner.get_name().to_owned(), about)
            })
            .collect();
        self.section(&said(self.lang, &phrase!("Commands:")), &commands);
        let told = |args: Vec<&Arg>| -> Vec<(String, String)> {
            args.into_iter().map(|arg| (called(arg), self.about(arg, long))).collect()
        };
        let visible = || command.get_arguments().filter(|arg| !arg.is_hide_set());
        let positional = told(visible().filter(|arg| arg.is_positional()).collect());
        let mut headings: Vec<Option<&str>> = vec![None];
        for arg in visible() {
            if !headings.contains(&arg.get_help_heading()) {
                headings.push(arg.get_help_heading());
            }
        }
        let options: Vec<(String, Vec<(String, String)>)> = headings
            .into_iter()
            .map(|heading| {
                let args = visible()
                    .filter(|arg| !arg.is_positional() && arg.get_help_heading() == heading);
                let heading = heading.map_or_else(
                    || said(self.lang, &phrase!("Options:")),
                    |heading| said(self.lang, &phrase!("{heading}:", heading)),
                );
                (heading, told(args.collect()))
            })
            .collect();
        let after = command.get_after_help().map(ToString::to_string);
        self.section(&said(self.lang, &phrase!("Arguments:")), &positional);
        for (heading, args) in options {
            self.section(&heading, &args);
        }
        if let Some(after) = after.filter(|after| !after.is_empty()) {
            self.text.push('\n');
            self.block(&after);
        }
    }

    /// What is said of an argument: its help, its default, what it may be.
    fn about(&self, arg: &Arg, long: bool) -> String {
        let text = arg.get_long_help().filter(|_| long).or_else(|| arg.get_help());
        let mut text = text.map(ToString::to_string).unwrap_or_default();
        if !arg.get_action().takes_values() {
            return text;
        }
        let mut add = |more: Phrase| text.push_str(&said(self.lang, &more));
        let default: Vec<_> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !default.is_empty() {
            add(phrase!(" [default: {default}]", default = default.join(", ")));
        }
        let possible: Vec<String> = arg
            .get_possible_values()
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name().to_owned())
            .collect();
        if !possible.is_empty() {
            add(phrase!(" [possible values: {possible}]", possible = possible.join(", ")));
        }
        text
    }

    fn section(&mut self, heading: &str, rows: &[(String, String)]) {
        if rows.is_empty() {
            return;
        }
        self.text.push_str(&format!("\n{heading}\n"));
        let column = rows.iter().map(|(left, _)| width(left)).filter(|cells| *cells <= WIDEST);
        let column = column.max().unwrap_or(0);
        for (left, right) in rows {
            let space = self.cells.saturating_sub(column + 4).max(16);
            let mut first = format!("  {left}");
            for line in wrapped(right, space) {
                let used = width(&first);
                let gap = if used <= column + 2 || used == 0 {
                    (column + 4).saturating_sub(used)
                } else {
                    self.text.push_str(first.trim_end());
                    self.text.push('\n');
                    first.clear();
                    column + 4
                };
                self.text.push_str(format!("{first}{}{line}", " ".repeat(gap)).trim_end());
                self.text.push('\n');
                first.clear();
            }
        }
    }

    /// Paragraphs; lines that stand further in keep their place where they are wrapped.
    fn block(&mut self, text: &str) {
        for line in text.lines() {
            let body = line.trim_start();
            let indent = " ".repeat(line.len() - body.len());
            if body.starts_with("kontor ") {
                self.text.push_str(&format!("{indent}{body}\n"));
                continue;
            }
            // `name  what it takes` goes on below what it takes.
            let (name, rest) = match body.split_once("  ") {
                Some((name, rest)) if !indent.is_empty() => (name, rest.trim_start()),
                _ => ("", body),
            };
            let gap = " ".repeat(body.len() - name.len() - rest.len());
            let hang = indent.len() + width(name) + gap.len();
            let mut lead = format!("{indent}{name}{gap}");
            for part in wrapped(rest, self.cells.saturating_sub(hang).max(16)) {
                self.text.push_str(format!("{lead}{part}").trim_end());
                self.text.push('\n');
                lead = " ".repeat(hang);
            }
        }
    }
}

/// Wrapped so that no line begins with what closes the one before, as far as a few cells less do it.
fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let narrower = (0..8).map(|less| wrap(text, cells.saturating_sub(less)));
    let closes = |line: &String| line.starts_with(['，', '。', '、', '：', '；', '）', '”']);
    narrower
        .clone()
        .find(|lines| !lines.iter().any(closes))
        .or_else(|| narrower.clone().next())
        .unwrap_or_default()
}

/// `-n, --limit <N>`, `<FILE>`, `[REF]...`.
fn called(arg: &Arg) -> String {
    let mut values: Vec<String> = Vec::new();
    if arg.is_positional() || arg.get_action().takes_values() {
        for name in arg.get_value_names().unwrap_or_default() {
            let needed = !arg.is_positional() || arg.is_required_set();
            values.push(if needed { format!("<{name}>") } else { format!("[{name}]") });
        }
    }
    let many = arg.is_positional() && arg.get_num_args().is_some_and(|n| n.max_values() > 1);
    let values = format!("{}{}", values.join(" "), if many { "..." } else { "" });
    let short = arg.get_short().map(|short| format!("-{short}, "));
    match arg.get_long() {
        Some(long) => {
            let flag = format!("{}--{long} {values}", short.unwrap_or_else(|| " ".repeat(4)));
            flag.trim_end().to_owned()
        }
        None => values,
    }
}
