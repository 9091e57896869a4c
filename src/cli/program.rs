//! `config` and `doctor`: about the program itself.

use std::path::PathBuf;

use serde_json::json;

use super::command::ConfigVerb;
use super::documents::catalog;
use super::entry::Entry;
use super::env::{Env, Surroundings};
use super::error::{CliError, Result};
use super::keys::keymap;
use super::output::{Head, Needs, Printer, Row};
use crate::action::{KeysFrom, Table};
use crate::gate::{Gate, Severity, Via, examine};
use crate::model::{Phrase, phrase};
use crate::term::{Clean, said};

/// Does a verb of `config`.
pub(super) fn config(env: &mut Env<'_>, verb: ConfigVerb) -> Result<()> {
    match verb {
        ConfigVerb::Path => {
            let path = config_file(env)?;
            writeln!(env.out, "{}", Clean::line(&path.display().to_string()).as_str())?;
            if !path.exists() {
                env.say(&phrase!("It is not there yet; kontor config template prints one."))?;
            }
        }
        ConfigVerb::Template => env.out.write_all(env.facts.template.as_bytes())?,
        ConfigVerb::Check(file) => {
            let usual = file.is_none();
            let path = file.map_or_else(|| config_file(env), Ok)?;
            let name = path.display().to_string();
            // One that somebody named must be there, which the settings see to; the usual one need not.
            if usual && !path.exists() {
                env.say(&phrase!("{name} is not there: the defaults hold.", name))?;
                return Ok(());
            }
            let text = std::fs::read_to_string(&path)
                .map_err(|source| CliError::File { path: Phrase::raw(&name), source })?;
            let keys = (env.facts.check)(&name, &text, env.facts.home.as_deref())
                .map_err(|(message, hint)| CliError::Refused { message, hint })?;
            // A keymap.toml beside the file counts, where the file names no other.
            let beside = path.with_file_name("keymap.toml");
            let keys = keys.or_else(|| beside.exists().then_some(KeysFrom::File(beside)));
            if let Some(keys) = keys {
                let catalog = catalog(env)?;
                keymap(&keys, &catalog, &Table::new(&catalog))?;
            }
            env.say(&phrase!("{name} is sound.", name))?;
        }
        ConfigVerb::Show => settings(env)?,
    }
    Ok(())
}

fn config_file(env: &Env<'_>) -> Result<PathBuf> {
    env.facts.config_file.clone().ok_or_else(|| CliError::Refused {
        message: phrase!("there is no home directory to keep a config file in"),
        hint: Some(phrase!("name one with --config FILE or KONTOR_CONFIG")),
    })
}

fn settings(env: &mut Env<'_>) -> Result<()> {
    let heads = vec![
        Head::left("name", phrase!("Setting")),
        Head::left("value", phrase!("Value")),
        Head::left("from", phrase!("From")),
    ];
    let paper = env.paper();
    let (format, lang) = (env.format.unwrap_or_default(), env.lang);
    let human = format.needs() == Needs::Human;
    let word = |word: &Phrase| if human { said(lang, word) } else { word.to_string() };
    let mut printer = Printer::new(&mut *env.out, format, heads, paper);
    for (name, value, from) in &env.facts.settings {
        let json = json!({ "name": name, "value": value, "from": from.as_str() });
        let cells = vec![name.clone(), value.clone(), word(from)];
        printer.row(Row { reference: name.clone(), cells, json })?;
    }
    printer.finish()?;
    Ok(())
}

/// One thing that the doctor looked at.
struct Finding {
    name: &'static str,
    sound: bool,
    text: Phrase,
    advice: Option<Phrase>,
}

impl Finding {
    fn sound(name: &'static str, text: Phrase) -> Self {
        Self { name, sound: true, text, advice: None }
    }
}

/// Looks at the settings, the terminal and the file, and says what to do.
pub(super) fn doctor(env: &mut Env<'_>) -> Result<()> {
    let mut findings = vec![Finding::sound("kontor", Phrase::raw(env!("CARGO_PKG_VERSION")))];
    let config = match &env.facts.config_file {
        Some(path) if path.exists() => Phrase::raw(path.display().to_string()),
        Some(path) => {
            phrase!("{path} (not there, defaults hold)", path = path.display().to_string())
        }
        None => phrase!("none"),
    };
    findings.push(Finding::sound("config file", config));
    findings.extend(terminal(&env.facts.surroundings));
    findings.extend(database(env));
    let broken = findings.iter().filter(|finding| !finding.sound).count();
    let heads = vec![
        Head::left("what", phrase!("What")),
        Head::left("sound", phrase!("State")),
        Head::left("text", phrase!("Found")),
    ];
    let paper = super::output::Paper { width: None, ..env.paper() };
    let (format, lang) = (env.format.unwrap_or_default(), env.lang);
    let human = format.needs() == Needs::Human;
    let word = |word: &Phrase| if human { said(lang, word) } else { word.to_string() };
    let mut printer = Printer::new(&mut *env.out, format, heads, paper);
    for finding in &findings {
        let state = if finding.sound { phrase!("ok") } else { phrase!("WRONG") };
        let text = match &finding.advice {
            Some(advice) => phrase!("{finding}. To do: {advice}", finding = &finding.text, advice),
            None => finding.text.clone(),
        };
        let json = json!({
            "what": finding.name, "sound": finding.sound, "text": finding.text.as_str(),
            "advice": finding.advice.as_ref().map(Phrase::as_str),
        });
        let cells = vec![word(&called(finding.name)), word(&state), word(&text)];
        printer.row(Row { reference: finding.name.to_owned(), cells, json })?;
    }
    printer.finish()?;
    if broken > 0 {
        return Err(CliError::refused(match broken {
            1 => phrase!("one thing is wrong"),
            n => phrase!("{n} things are wrong", n),
        }));
    }
    Ok(())
}

/// Prints the hash of what the file says.
pub(super) fn content(env: &mut Env<'_>) -> Result<()> {
    let content = crate::gate::living_hash(&env.database)?;
    if env.format == Some(super::output::OutputFormat::Json) {
        let all = json!({ "hash": content.hash, "records": content.records });
        super::output::write_json(&mut *env.out, &all)?;
        writeln!(env.out)?;
    } else {
        writeln!(env.out, "{}", content.hash)?;
        let records = content.records;
        env.say(&phrase!("over {records} living records", records))?;
    }
    Ok(())
}

/// What was looked at, as people read it; a field type has the word `links` to itself.
fn called(name: &'static str) -> Phrase {
    if name == "links" { phrase!("linked records") } else { Phrase::word(name) }
}

fn terminal(about: &Surroundings) -> [Finding; 4] {
    let or = |text: &Option<String>, none: Phrase| text.as_ref().map_or(none, Phrase::raw);
    [
        (
            phrase!("output"),
            if about.terminal { phrase!("a terminal") } else { phrase!("not a terminal") },
        ),
        (Phrase::raw("TERM"), or(&about.term, phrase!("not set"))),
        (phrase!("over SSH"), if about.over_ssh { phrase!("yes") } else { phrase!("no") }),
        (phrase!("editor"), or(&about.editor, phrase!("none set (VISUAL or EDITOR)"))),
    ]
    .map(|(name, value)| {
        Finding::sound("terminal", phrase!("{name}: {message}", name, message = value))
    })
}

fn database(env: &mut Env<'_>) -> Vec<Finding> {
    let path = env.database.display().to_string();
    let size = std::fs::metadata(&env.database)
        .map_or_else(|_| phrase!("not there yet"), |about| Phrase::raw(size(about.len())));
    let mut findings = vec![Finding::sound("database", phrase!("{path}, {size}", path, size))];
    let counts = may_count(env);
    findings.extend(examine(&env.database).into_iter().map(|found| Finding {
        name: found.what,
        sound: found.severity != Severity::Bad,
        text: match found.severity {
            Severity::Fine if found.what == "history" && !counts => phrase!("chain sound"),
            _ => found.found,
        },
        advice: found.advice,
    }));
    findings
}

/// Whether whoever asks may know how much was changed in the file: where people sign in, that is for those who
/// may know what others do.
fn may_count(env: &mut Env<'_>) -> bool {
    let Ok(gate) = Gate::open(&env.database, env.open_options(false)) else { return true };
    if gate.needs_sign_in().is_ok_and(|needs| !needs) {
        return true;
    }
    // Nobody is asked to sign in for it.
    let (from, state) = (env.from(), env.state.as_deref());
    let kept =
        Entry { prompt: &mut *env.prompt, state, lang: env.lang, from: &from }.kept(gate.path());
    let session = kept.and_then(|token| gate.session_by(&token, Via::Cli).ok());
    session.is_some_and(|session| session.has_insight())
}

/// A size in whole kB or MB, rounded up.
fn size(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{} kB", bytes.div_ceil(1 << 10))
    } else {
        format!("{} MB", bytes.div_ceil(1 << 20))
    }
}
