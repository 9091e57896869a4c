//! Help, completions and manual pages: all from the tree, over the entities of the catalogue.

use std::ffi::OsString;
use std::sync::Arc;

use clap::error::ErrorKind;

use super::Env;
use super::args::noun_at;
use super::desk::entity;
use super::error::{CliError, Result};
use super::schema::takes;
use super::tongue::told;
use super::tree::{COMMANDS, Word, tree};
use super::{help, usage};
use crate::gate::{Gate, Via};
use crate::model::{Fill, Lang, Phrase, phrase};
use crate::schema::{Catalog, Field};
use crate::term::{Clean, said};

/// The entities of the database where there is one, else those that ship with Kontor.
pub(super) fn catalog(env: &Env<'_>) -> Result<Arc<Catalog>> {
    if env.database.exists() {
        let session =
            Gate::open(&env.database, env.open_options(false)).and_then(|gate| match &env.served {
                Some(served) => gate.session_of(served.user, Via::Cli),
                None => gate.session(Via::Cli),
            });
        // Help must not fail because the file does, and asks nobody to sign in.
        if let Ok(session) = session {
            return Ok(Arc::clone(session.catalog()));
        }
    }
    let shipped = crate::schema::load(None).map_err(crate::gate::GateError::Schema)?;
    Ok(Arc::new(shipped))
}

pub(super) fn words(env: &Env<'_>, catalog: &Catalog) -> Vec<Word> {
    let clean = |text: &str| Clean::line(text).into_string();
    catalog
        .entities()
        .map(|entity| Word {
            name: clean(&entity.name),
            about: clean(match entity.help.get(env.lang) {
                "" => entity.plural.get(env.lang),
                help => help,
            }),
            fields: entity
                .fields
                .iter()
                .filter(|field| !field.is_given())
                .map(|field| (clean(&field.name), clean(&asked(catalog, field, env.lang))))
                .collect(),
        })
        .collect()
}

/// What a field takes, with what it is called where its name does not say so.
fn asked(catalog: &Catalog, field: &Field, lang: Lang) -> String {
    let takes = takes(catalog, field, Some(lang));
    match lang {
        Lang::En => format!("{takes}{}", if field.required { " *" } else { "" }),
        Lang::Zh => {
            let label = field.label.get(lang);
            let mut about = Vec::new();
            if takes != label {
                about.push(Phrase::raw(takes));
            }
            if field.required {
                about.push(phrase!("needed"));
            }
            if about.is_empty() {
                return label.to_owned();
            }
            said(lang, &phrase!("{message} ({hint})", message = label, hint = Fill::list(about)))
        }
    }
}

/// Prints the help that the arguments ask for.
pub(super) fn help(env: &mut Env<'_>, mut args: Vec<OsString>) -> Result<()> {
    let catalog = catalog(env)?;
    if let Some(at) = noun_at(&args) {
        let word = args[at].to_string_lossy().into_owned();
        if !COMMANDS.contains(&word.as_str()) {
            args[at] = entity(&catalog, &word)?.name.as_str().into();
        }
    }
    let mut command = tree(&words(env, &catalog));
    if let Some(width) = env.width {
        command = command.term_width(width);
    }
    let mut root = command.clone();
    match command.try_get_matches_from(&args) {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            let text = if env.lang == Lang::En {
                error.render().to_string()
            } else {
                root = told(root, env.lang);
                let path = path(&root, &args);
                let long = args.iter().any(|arg| arg == "--help");
                help::page(&mut root, &path, long, env.width, env.lang)
            };
            env.out.write_all(text.as_bytes())?;
            Ok(())
        }
        Err(error) => Err(usage::wrong(&error)),
        Ok(_) => Ok(()),
    }
}

/// The commands that the arguments name, from the root on.
fn path(root: &clap::Command, args: &[OsString]) -> Vec<String> {
    let mut path = Vec::new();
    let mut command = root;
    let Some(first) = noun_at(args) else { return path };
    for arg in &args[first..] {
        let inner = arg.to_str().and_then(|arg| command.find_subcommand(arg));
        // Flags may stand in between.
        if let Some(inner) = inner {
            path.push(inner.get_name().to_owned());
            command = inner;
        }
    }
    path
}

/// Prints the completions for a shell.
pub(super) fn completions(env: &mut Env<'_>, shell: &str) -> Result<()> {
    let shell: clap_complete::Shell = shell
        .parse()
        .map_err(|_| CliError::word(phrase!("there is no shell {shell}", shell), None))?;
    let catalog = catalog(env)?;
    let mut command = told(tree(&words(env, &catalog)), env.lang);
    // It does not expect a writer that fails, as a closed pipe does.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "kontor", &mut text);
    env.out.write_all(&text)?;
    Ok(())
}
