//! The commands by which people get in and let others in: their place in the tree, and what was said with them.

use super::joining::Newcomer;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum People {
    /// `sign-in`.
    SignIn {
        /// The login; asked for without.
        user: Option<String>,
        /// Only shows once more who one is.
        again: bool,
    },
    /// `sign-out`.
    SignOut,
    /// `password`.
    Password,
    /// `second-factor`.
    SecondFactor(SecondFactor),
    /// `invite`.
    Invite {
        /// Whom: the login.
        login: String,
        /// How long the code holds.
        valid: String,
        /// What is said of them.
        newcomer: Box<Newcomer>,
    },
    /// `join`.
    Join,
    /// `session`.
    Session(SeatVerb),
}

impl People {
    /// The command, as it is typed.
    #[must_use]
    pub fn command(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "sign-in",
            Self::SignOut => "sign-out",
            Self::Password => "password",
            Self::SecondFactor(_) => "second-factor",
            Self::Invite { .. } => "invite",
            Self::Join => "join",
            Self::Session(SeatVerb::List) => "session list",
            Self::Session(SeatVerb::End(_)) => "session end",
        }
    }
}

/// What `second-factor` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// `on`.
    On,
    /// `off`, one's own or that of a user.
    Off(Option<String>),
    /// `codes`.
    Codes,
    /// `status`, one's own or that of a user.
    Status(Option<String>),
}

/// What `session` was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatVerb {
    /// `list`.
    List,
    /// `end`.
    End(i64),
}

/// The commands for the tree.
pub(super) fn tree() -> Vec<Command> {
    let option = |id: &'static str, value: &'static str, help: &'static str| {
        Arg::new(id).long(id).value_name(value).help(help)
    };
    let required = |id: &'static str, value: &'static str, help: &'static str| {
        Arg::new(id).value_name(value).required(true).help(help)
    };
    vec![
        Command::new("sign-in")
            .about("Sign in, where the file asks people to; asks for the password")
            .arg(option("user", "LOGIN", "The login; asked for without"))
            .arg(
                Arg::new("again")
                    .long("again")
                    .action(ArgAction::SetTrue)
                    .help("Only give the password again, for what needs it"),
            ),
        Command::new("sign-out").about("End the session of this machine"),
        Command::new("password").about("Set or change your password; asks for it"),
        Command::new("second-factor")
            .about("Codes of a phone beside the password")
            .subcommand_required(true)
            .subcommand(
                Command::new("on")
                    .about("Show a key to scan, ask for a code, print ten recovery codes"),
            )
            .subcommand(Command::new("off").about("Turn it off").arg(option(
                "user",
                "LOGIN",
                "Of somebody who lost it",
            )))
            .subcommand(Command::new("codes").about("Ten new recovery codes instead of the old"))
            .subcommand(
                Command::new("status")
                    .about("How you sign in, and which roles demand it")
                    .arg(option("user", "LOGIN", "Somebody else")),
            ),
        super::joining::invite(
            Command::new("invite")
                .about("A one-time code by which a user, new or not, sets a password")
                .arg(required("login", "LOGIN", "The user; one that nobody has makes a new one"))
                .arg(option("valid", "TIME", "How long it holds: 12h, 3d").default_value("3d")),
        ),
        Command::new("join").about("Set your password with the code of an invitation"),
        Command::new("session")
            .about("Who is signed in")
            .subcommand_required(true)
            .subcommand(Command::new("list").about("Your sessions; everybody's for administrators"))
            .subcommand(
                Command::new("end").about("End one").arg(
                    required("number", "NUMBER", "Its number in the list")
                        .value_parser(value_parser!(i64)),
                ),
            ),
    ]
}

/// The verbs of users.
pub(super) fn user_verbs() -> [Command; 3] {
    let verb = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(
            Arg::new("refs").value_name("LOGIN").num_args(1..).required(true).help("The users"),
        )
    };
    [
        verb("lock", "Lock users out: their sessions end"),
        verb("unlock", "Let locked users try again"),
        verb("password", "Print a password that its owner changes at the next sign-in"),
    ]
}

/// What was said with a command of the tree.
pub(super) fn understand(name: &str, matches: &ArgMatches) -> Option<People> {
    let text = |matches: &ArgMatches, id: &str| matches.get_one::<String>(id).cloned();
    Some(match name {
        "sign-in" => {
            People::SignIn { user: text(matches, "user"), again: matches.get_flag("again") }
        }
        "sign-out" => People::SignOut,
        "password" => People::Password,
        "second-factor" => People::SecondFactor(match matches.subcommand() {
            Some(("on", _)) => SecondFactor::On,
            Some(("off", inner)) => SecondFactor::Off(text(inner, "user")),
            Some(("codes", _)) => SecondFactor::Codes,
            Some((_, inner)) => SecondFactor::Status(text(inner, "user")),
            None => SecondFactor::Status(None),
        }),
        "invite" => People::Invite {
            login: text(matches, "login").unwrap_or_default(),
            valid: text(matches, "valid").unwrap_or_default(),
            newcomer: Box::new(Newcomer::of(matches)),
        },
        "join" => People::Join,
        "session" => People::Session(match matches.subcommand() {
            Some(("end", inner)) => {
                SeatVerb::End(inner.get_one::<i64>("number").copied().unwrap_or_default())
            }
            _ => SeatVerb::List,
        }),
        _ => return None,
    })
}
