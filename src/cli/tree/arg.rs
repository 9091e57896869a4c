//! The arguments that many commands have.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ValueHint, value_parser};

pub(in crate::cli) fn references(name: &'static str, help: &'static str) -> Arg {
    Arg::new("refs").value_name(name).num_args(1..).required(true).help(help)
}

pub(in crate::cli) fn assignments(help: &'static str) -> Arg {
    Arg::new("words").value_name("FIELD=VALUE").num_args(1..).required(true).help(help)
}

pub(in crate::cli) fn text(id: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(id).value_name(value).num_args(1..).required(true).help(help)
}

pub(in crate::cli) fn required(id: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(id).value_name(value).required(true).help(help)
}

pub(in crate::cli) fn option(id: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(id).long(id).value_name(value).help(help)
}

pub(in crate::cli) fn many(id: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(id, value, help).action(ArgAction::Append).value_delimiter(',')
}

pub(in crate::cli) fn file(id: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(id)
        .value_name(value)
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .help(help)
}

pub(in crate::cli) fn file_option(
    id: &'static str,
    value: &'static str,
    help: &'static str,
) -> Arg {
    file(id, value, help).long(id)
}

pub(in crate::cli) fn flag(id: &'static str, help: &'static str) -> Arg {
    Arg::new(id).long(id).action(ArgAction::SetTrue).help(help)
}

pub(in crate::cli) fn plain() -> Arg {
    flag("plain", "Screens without frames, for screen readers and simple terminals")
}

pub(in crate::cli) fn dry_run() -> Arg {
    flag("dry-run", "Only say what would be written")
}
