//! The commands about many records at once: files in and out, reports, duplicates, what is put together or removed.

use clap::{Arg, ArgAction, Command, value_parser};

use super::arg::{dry_run, file, file_option, flag, option, required, text};
use super::{audit, limit, list_args};

/// All of them.
pub(super) fn data() -> Vec<Command> {
    vec![
        Command::new("log")
            .about("Log a call, mail, meeting, visit or note, and set the next task with it")
            .arg(
                Arg::new("kind")
                    .value_name("KIND")
                    .required(true)
                    .value_parser(["call", "email", "meeting", "visit", "note"])
                    .help("What it was"),
            )
            .arg(required("ref", "REF", "The record it is about: a customer, contact, deal ..."))
            .arg(text("text", "TEXT", "What was said; the first line is the subject"))
            .arg(option("at", "WHEN", "When it happened: 'yesterday 15:00' (now without it)"))
            .arg(option("duration", "TIME", "How long it took: 20m, 1h30"))
            .arg(option("outcome", "OUTCOME", "What came of it"))
            .arg(option("next", "TASK", "The next task about it"))
            .arg(option("due", "WHEN", "When the next task is due: fri, +3d, 'tomorrow 10:00'"))
            .arg(dry_run()),
        Command::new("capture")
            .about("Jot something down in one line: a call, mail, meeting, visit, note, task or deal")
            .after_help(
                "Examples:\n  kontor capture 'call Müller fri 10:00 about the offer #hot'\n  \
                 kontor capture 'called Anna yesterday: wants two more'\n  \
                 kontor capture 'task send the price list to Anna tomorrow !high @bo'\n  \
                 kontor capture 'deal Nordic Pumps: spare pumps 84k EUR closing 30 Nov'\n  \
                 kontor capture '明天下午3点给张伟打电话 关于报价 #重要'\n\nWhat is still to come becomes a \
                 task, what has happened is logged. What is unclear is said, and nothing is written.",
            )
            .arg(text("text", "LINE", "What to write down"))
            .arg(option("about", "REF", "The record it is about, where the line does not say so"))
            .arg(dry_run()),
        Command::new("agenda")
            .about("Open tasks and planned meetings of today, this week or this month, late ones first")
            .arg(
                Arg::new("period")
                    .value_name("PERIOD")
                    .default_value("today")
                    .value_parser(["today", "week", "month"])
                    .help("Which days"),
            )
            .arg(
                Arg::new("whose")
                    .long("whose")
                    .value_name("WHOSE")
                    .default_value("mine")
                    .value_parser(["mine", "team", "all"])
                    .help("Whose"),
            ),
        Command::new("undo")
            .about("Take back my last change, or the change set with this number")
            .arg(
                Arg::new("number")
                    .value_name("N")
                    .value_parser(value_parser!(i64).range(1..))
                    .help("The change set (see kontor history)"),
            )
            .arg(flag("rest", "Leave alone the records that somebody changed since"))
            .arg(dry_run()),
        Command::new("history")
            .about("What was changed, when, by whom and why, newest first")
            .arg(Arg::new("ref").value_name("REF").help("Only of this record"))
            .arg(flag("mine", "Only what I did"))
            .arg(limit("20")),
        crate::cli::merge::tree(),
        Command::new("restore-value")
            .about("Put the value that a field had before a change back, as a new change")
            .arg(required("ref", "REF", "The record"))
            .arg(required("field", "FIELD", "The field"))
            .arg(
                option("from", "CHANGE", "The change set before which it stood (see kontor history)")
                    .required(true)
                    .value_parser(value_parser!(i64).range(1..)),
            )
            .arg(dry_run()),
        audit(),
        Command::new("report")
            .about("Numbers about deals: pipeline, won, forecast, velocity")
            .arg(Arg::new("name").value_name("NAME").help("The report; without it, which there are"))
            .arg(file("file", "FILE", "The file, in the format of its ending (csv, tsv, xlsx, json, ndjson, md, html, vcf, ics); standard output without it"))
            .arg(option("by", "GROUP", "In groups: one of the report's, a field, or none"))
            .arg(option("where", "QUERY", "Only over the records that satisfy this")),
        Command::new("import")
            .about("Bring records in from a file, planned row by row and undoable as one change")
            .arg(about("What the rows are: customer, deal ...; several behind commas, in order"))
            .arg(
                file("file", "FILE", "The file (CSV, workbook, JSON, vCard, iCalendar), or - for standard input")
                    .required_unless_present("full"),
            )
            .arg(full("Make the database anew of everything that export --full wrote"))
            .arg(file_option("map", "MAP", "How headers and values map to fields: a TOML file or a saved map").action(ArgAction::Append))
            .arg(option("encoding", "NAME", "The encoding of its text, where what is found is wrong: gb18030"))
            .arg(option("sheet", "NAME", "The sheet of a workbook; the first with anything in it without"))
            .arg(option("save-map", "NAME", "Keep the map of this import for the next file of its kind"))
            .arg(option("mode", "MODE", "What may be done (upsert without): create, update, upsert").value_parser(["create", "update", "upsert"]).hide_possible_values(true))
            .arg(option("match", "FIELDS", "What rows are recognised by: email, or name,city; may be said again").action(ArgAction::Append))
            .arg(option("dates", "ORDER", "How dates are written: dmy, mdy, serial or a pattern"))
            .arg(option("several", "HOW", "Put tags, mails, phones to those that are there, or replace them: add, replace").value_parser(["add", "replace"]).hide_possible_values(true))
            .arg(option("blank", "HOW", "What an empty cell does to a field: keep, clear").value_parser(["keep", "clear"]).hide_possible_values(true))
            .arg(option("default", "FIELD=VALUE", "What new records get whose row says nothing").action(ArgAction::Append))
            .arg(flag("make-options", "Make the choices that a select field lacks (changes the schema)"))
            .arg(flag("skip-errors", "Import the sound rows although others cannot be imported"))
            .arg(flag("keep-duplicates", "Make records of rows without a key although the same ones are there"))
            .arg(flag("resume", "Go on with an import of this file that was stopped"))
            .arg(file_option("errors", "FILE", "Where rows with errors go, each with its reason"))
            .arg(flag("suggest", "Print a map file to start from, made from the headers"))
            .arg(flag("alone", "Take the database alone meanwhile: faster for very many rows"))
            .arg(dry_run()),
        Command::new("export")
            .about("Write records out for spreadsheets, other programs and importing again")
            .arg(about("What to write out"))
            .arg(file("file", "FILE", "The file, in the format of its ending (csv, tsv, xlsx, json, ndjson, md, html, vcf, ics); standard output without it"))
            .arg(full("Everything, to be brought into a new file by import --full"))
            .args(list_args(false))
            .arg(flag("exact", "Cells as they are, although a spreadsheet may take some for formulas")),
        Command::new("schema")
            .about("The company's own fields, choices and entities")
            .subcommand_required(true)
            .subcommand(
                Command::new("check")
                    .about("Check a schema file without touching any data")
                    .arg(file("file", "FILE", "The TOML file").required(true)),
            )
            .subcommand(
                Command::new("plan")
                    .about("Say what a schema file would change, in how many rows, and what would be lost")
                    .arg(file("file", "FILE", "The TOML file").required(true)),
            )
            .subcommand(
                Command::new("apply")
                    .about("Change the schema, in one transaction and undoable where no value is lost")
                    .arg(file("file", "FILE", "The TOML file").required(true))
                    .arg(flag("keep-in-notes", "Keep values that do not survive as notes on their records"))
                    .arg(dry_run()),
            )
            .subcommand(
                Command::new("show")
                    .about("The entities, or the fields of one")
                    .arg(Arg::new("entity").value_name("ENTITY").help("The entity")),
            )
            .subcommand(Command::new("export").about("Print the company's schema file as it was applied")),
    ]
}

/// What stands for all there is, in one file.
fn full(help: &'static str) -> Arg {
    file_option("full", "FILE", help).conflicts_with("entity")
}

/// The entity, where it is not everything.
fn about(help: &'static str) -> Arg {
    Arg::new("entity").value_name("ENTITY").help(help).required_unless_present("full")
}
