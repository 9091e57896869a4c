//! The arguments of `access`, and of what roles and teams can do beside other entities.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::args::{flag, paths, string, strings};
use super::tree::{dry_run, file, file_option, flag as flag_arg, option, references, required};

/// What `access` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessVerb {
    /// `why USER RIGHT WHAT`.
    Why {
        /// Whom; `me` for oneself.
        user: String,
        /// The right.
        right: String,
        /// A record or an entity.
        what: String,
        /// On this field.
        field: Option<String>,
    },
    /// `who REF`.
    Who {
        /// The record.
        reference: String,
        /// The right.
        right: String,
    },
    /// `review`.
    Review,
    /// `request WHAT RIGHT`.
    Request {
        /// A record or an entity.
        what: String,
        /// The right.
        right: String,
        /// On this field of it.
        field: Option<String>,
        /// What for.
        why: String,
        /// How long.
        lasts: String,
    },
    /// `requests`.
    Requests {
        /// Those that are decided too.
        all: bool,
    },
    /// `approve`, `deny` and `withdraw`.
    Decide {
        /// Which.
        refs: Vec<String>,
        /// The word of the verb.
        verb: &'static str,
        /// How long, where that differs from what was asked.
        lasts: Option<String>,
        /// Whose records, where not all.
        scope: Option<String>,
        /// What there is to say.
        note: String,
    },
}

/// What roles can do beside other entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleVerb {
    /// `matrix ROLE`: what it grants.
    Matrix(String),
    /// `export`.
    Export {
        /// Which; all without.
        roles: Vec<String>,
        /// The folder; standard output without.
        out: Option<PathBuf>,
    },
    /// `plan FILE`, or `apply FILE --dry-run`.
    Plan(Vec<PathBuf>),
    /// `apply FILE`.
    Apply(Vec<PathBuf>),
    /// `compare A B`.
    Compare(String, String),
    /// `grant ROLE USER` and `revoke ROLE USER`.
    Give {
        /// The role.
        role: String,
        /// The users.
        users: Vec<String>,
        /// Taken away instead of given.
        revoke: bool,
        /// Only say what would be done.
        dry_run: bool,
    },
}

/// The command `access`.
pub(super) fn access() -> Command {
    let about_right =
        "The right: read, create, edit, delete, restore, export, import, bulk, assign ...";
    let decide = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(references("REF", "The requests: AR-1")).arg(option(
            "note",
            "TEXT",
            "What there is to say about it",
        ))
    };
    Command::new("access")
        .about("Who may do what and why; asking for rights, and deciding about them")
        .subcommand_required(true)
        .subcommand(
            Command::new("why")
                .about("Why somebody may do something, or may not, with the roles behind it")
                .arg(required("user", "USER", "Whom: a login, a name, or me"))
                .arg(required("right", "RIGHT", about_right))
                .arg(required("what", "REF|ENTITY", "A record (D-88) or an entity (deal)"))
                .arg(option("field", "FIELD", "On this field of it")),
        )
        .subcommand(
            Command::new("who")
                .about("Who has a right on a record, and by what")
                .arg(required("ref", "REF", "The record"))
                .arg(option("right", "RIGHT", about_right).default_value("read")),
        )
        .subcommand(
            Command::new("review").about(
                "Everything that somebody was given: by whom, when, and what was made of it",
            ),
        )
        .subcommand(
            Command::new("request")
                .about("Ask for a right for a while; somebody else decides")
                .arg(required("what", "REF|ENTITY", "A record (D-88) or an entity (deal)"))
                .arg(required("right", "RIGHT", about_right))
                .arg(option("field", "FIELD", "Only to read or edit this field"))
                .arg(option("why", "TEXT", "What it is needed for").required(true))
                .arg(option("for", "TIME", "How long: 8h, 7d, 2w").default_value("7d")),
        )
        .subcommand(
            Command::new("requests")
                .about("Requests that wait; one's own, or all for who decides")
                .arg(flag_arg("all", "Those that are decided too")),
        )
        .subcommand(
            decide("approve", "Grant what was asked for, for a while")
                .arg(option("for", "TIME", "How long, where that differs: 8h, 7d, 2w"))
                .arg(option("scope", "SCOPE", "Whose records, where not all: own, team, team+sub")),
        )
        .subcommand(decide("deny", "Refuse it, or take back what was granted"))
        .subcommand(decide("withdraw", "Take back what one asked for oneself"))
}

/// The verbs of roles.
pub(super) fn role(command: Command) -> Command {
    let give = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(required("role", "ROLE", "The role, by key or name"))
            .arg(references("USER", "The users"))
            .arg(dry_run())
    };
    let files = || file("file", "FILE", "Files of roles (TOML), or folders of them").num_args(1..);
    command
        .subcommand(
            Command::new("matrix").about("What a role grants, entity by entity").arg(required(
                "role",
                "ROLE",
                "The role, by key or name",
            )),
        )
        .subcommand(
            Command::new("export")
                .about("Write roles as files for version control")
                .arg(references("ROLE", "Which; all without").required(false))
                .arg(file_option("out", "DIR", "The folder; standard output without it")),
        )
        .subcommand(
            Command::new("plan")
                .about("Say what files of roles would change, right by right")
                .arg(files().required(true)),
        )
        .subcommand(
            Command::new("apply")
                .about("Make roles as their files say, as one change that can be taken back")
                .arg(files().required(true))
                .arg(dry_run()),
        )
        .subcommand(
            Command::new("compare")
                .about("What differs between two roles")
                .arg(required("a", "ROLE", "The one"))
                .arg(required("b", "ROLE", "The other")),
        )
        .subcommand(give("grant", "Give a role to users"))
        .subcommand(give("revoke", "Take a role from users"))
}

/// The verbs of teams.
pub(super) fn team(command: Command) -> Command {
    command.subcommand(Command::new("tree").about("The teams below each other, with their members"))
}

/// What `access` was told.
pub(super) fn access_verb(matches: &ArgMatches) -> AccessVerb {
    let Some((name, inner)) = matches.subcommand() else { return AccessVerb::Review };
    let text = |id: &str| string(inner, id).unwrap_or_default();
    let decide = |verb: &'static str| AccessVerb::Decide {
        refs: strings(inner, "refs"),
        verb,
        lasts: string(inner, "for"),
        scope: string(inner, "scope"),
        note: text("note"),
    };
    match name {
        "why" => AccessVerb::Why {
            user: text("user"),
            right: text("right"),
            what: text("what"),
            field: string(inner, "field"),
        },
        "who" => AccessVerb::Who { reference: text("ref"), right: text("right") },
        "request" => AccessVerb::Request {
            what: text("what"),
            right: text("right"),
            field: string(inner, "field"),
            why: text("why"),
            lasts: text("for"),
        },
        "requests" => AccessVerb::Requests { all: flag(inner, "all") },
        "approve" => decide("approve"),
        "deny" => decide("deny"),
        "withdraw" => decide("withdraw"),
        _ => AccessVerb::Review,
    }
}

/// What a verb of roles was told; none where it is one that all entities have.
pub(super) fn role_verb(name: &str, inner: &ArgMatches) -> Option<RoleVerb> {
    let text = |id: &str| string(inner, id).unwrap_or_default();
    let give = |revoke: bool| RoleVerb::Give {
        role: text("role"),
        users: strings(inner, "refs"),
        revoke,
        dry_run: flag(inner, "dry-run"),
    };
    Some(match name {
        "matrix" => RoleVerb::Matrix(text("role")),
        "export" => RoleVerb::Export {
            roles: strings(inner, "refs"),
            out: paths(inner, "out").into_iter().next(),
        },
        "apply" if !flag(inner, "dry-run") => RoleVerb::Apply(paths(inner, "file")),
        "plan" | "apply" => RoleVerb::Plan(paths(inner, "file")),
        "compare" => RoleVerb::Compare(text("a"), text("b")),
        "grant" => give(false),
        "revoke" => give(true),
        _ => return None,
    })
}
