//! `config` and `doctor`: about the program itself.

use std::path::PathBuf;

use serde_json::json;

use super::Env;
use super::command::ConfigVerb;
use super::documents::catalog;
use super::error::{CliError, Result};
use super::keys::keymap;
use super::output::{Head, Printer, Row};
use crate::action::{KeysFrom, Table};
use crate::gate::{Severity, examine};
use crate::term::Clean;

/// Does a verb of `config`.
pub(super) fn config(env: &mut Env<'_>, verb: ConfigVerb) -> Result<()> {
    match verb {
        ConfigVerb::Path => {
            let path = config_file(env)?;
            writeln!(env.out, "{}", Clean::line(&path.display().to_string()).as_str())?;
            if !path.exists() {
                writeln!(env.err, "It is not there yet; kontor config template prints one.")?;
            }
        }
        ConfigVerb::Template => env.out.write_all(env.facts.template.as_bytes())?,
        ConfigVerb::Check(file) => {
            let path = file.map_or_else(|| config_file(env), Ok)?;
            let name = path.display().to_string();
            let text = std::fs::read_to_string(&path)
                .map_err(|source| CliError::File { path: name.clone(), source })?;
            let keys = (env.facts.check)(&name, &text, env.facts.home.as_deref())
                .map_err(|(message, hint)| CliError::Refused { message, hint })?;
            // A keymap.toml beside the file counts, where the file names no other.
            let beside = path.with_file_name("keymap.toml");
            let keys = keys.or_else(|| beside.exists().then_some(KeysFrom::File(beside)));
            if let Some(keys) = keys {
                let catalog = catalog(env)?;
                keymap(&keys, &catalog, &Table::new(&catalog))?;
            }
            writeln!(env.err, "{name} is sound.")?;
        }
        ConfigVerb::Show => settings(env)?,
    }
    Ok(())
}

fn config_file(env: &Env<'_>) -> Result<PathBuf> {
    env.facts.config_file.clone().ok_or_else(|| CliError::Refused {
        message: "there is no home directory to keep a config file in".into(),
        hint: Some("name one with --config FILE or KONTOR_CONFIG".into()),
    })
}

fn settings(env: &mut Env<'_>) -> Result<()> {
    let heads = vec![
        Head::left("name", "Setting"),
        Head::left("value", "Value"),
        Head::left("from", "From"),
    ];
    let paper = env.paper();
    let mut printer = Printer::new(&mut *env.out, env.format.unwrap_or_default(), heads, paper);
    for (name, value, from) in &env.facts.settings {
        let json = json!({ "name": name, "value": value, "from": from });
        let cells = vec![name.clone(), value.clone(), from.clone()];
        printer.row(Row { reference: name.clone(), cells, json })?;
    }
    printer.finish()?;
    Ok(())
}

/// One thing that the doctor looked at.
struct Finding {
    name: &'static str,
    sound: bool,
    text: String,
    advice: Option<String>,
}

impl Finding {
    fn sound(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, sound: true, text: text.into(), advice: None }
    }
}

/// Looks at the settings, the terminal and the file, and says what to do.
pub(super) fn doctor(env: &mut Env<'_>) -> Result<()> {
    let mut findings = vec![Finding::sound("kontor", env!("CARGO_PKG_VERSION"))];
    let config = match &env.facts.config_file {
        Some(path) if path.exists() => path.display().to_string(),
        Some(path) => format!("{} (not there, defaults hold)", path.display()),
        None => "none".to_owned(),
    };
    findings.push(Finding::sound("config file", config));
    for (name, value) in &env.facts.terminal {
        findings.push(Finding::sound("terminal", format!("{name}: {value}")));
    }
    findings.extend(database(env));
    let broken = findings.iter().filter(|finding| !finding.sound).count();
    let heads =
        vec![Head::left("what", "What"), Head::left("sound", "State"), Head::left("text", "Found")];
    let paper = super::output::Paper { width: None, ..env.paper() };
    let mut printer = Printer::new(&mut *env.out, env.format.unwrap_or_default(), heads, paper);
    for finding in &findings {
        let state = if finding.sound { "ok" } else { "WRONG" };
        let text = match &finding.advice {
            Some(advice) => format!("{}. To do: {advice}", finding.text),
            None => finding.text.clone(),
        };
        let json = json!({
            "what": finding.name, "sound": finding.sound, "text": finding.text, "advice": finding.advice,
        });
        let cells = vec![finding.name.to_owned(), state.to_owned(), text];
        printer.row(Row { reference: finding.name.to_owned(), cells, json })?;
    }
    printer.finish()?;
    if broken > 0 {
        return Err(CliError::refused(match broken {
            1 => "one thing is wrong".to_owned(),
            n => format!("{n} things are wrong"),
        }));
    }
    Ok(())
}

fn database(env: &Env<'_>) -> Vec<Finding> {
    let path = env.database.display().to_string();
    let size = std::fs::metadata(&env.database)
        .map_or_else(|_| "not there yet".to_owned(), |about| size(about.len()));
    let mut findings = vec![Finding::sound("database", format!("{path}, {size}"))];
    findings.extend(examine(&env.database).into_iter().map(|found| Finding {
        name: found.what,
        sound: found.severity != Severity::Bad,
        text: found.found,
        advice: found.advice,
    }));
    findings
}

/// A size in whole kB or MB, rounded up.
fn size(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{} kB", bytes.div_ceil(1 << 10))
    } else {
        format!("{} MB", bytes.div_ceil(1 << 20))
    }
}
