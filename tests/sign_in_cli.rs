//! Signing in by the command line: real processes on one file, each with a state folder of its own.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ADMIN: &str = "glad otter mixes tea";
const ANNA: &str = "violet kayak trumpet";

struct Said {
    out: String,
    err: String,
    status: i32,
}

struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn home(&self, person: &str) -> PathBuf {
        self.folder.path().join(person)
    }

    fn command(&self, person: &str, words: &[&str]) -> Command {
        let home = self.home(person);
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
        command
            .args(words)
            .env_clear()
            .env("HOME", &home)
            .env("LANG", "C")
            .env("KONTOR_LANG", "en")
            .env("KONTOR_DB", self.folder.path().join("team.db"));
        command
    }

    /// What a person gets who types that, with `lines` on standard input.
    fn says(&self, person: &str, lines: &[&str], words: &[&str]) -> Said {
        let mut child = self
            .command(person, words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        for line in lines {
            // Who fails early does not read on.
            let _ = writeln!(input, "{line}");
        }
        drop(input);
        let output = child.wait_with_output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            status: output.status.code().unwrap(),
        }
    }

    fn done(&self, person: &str, lines: &[&str], words: &[&str]) -> Said {
        let said = self.says(person, lines, words);
        assert_eq!(said.status, 0, "{words:?}: {}{}", said.out, said.err);
        said
    }

    /// An administrator with a password, and Anna, who has joined on a machine of her own.
    fn with_anna() -> Self {
        let office = Self::new();
        office.done("admin", &[], &["customer", "add", "name=Acme"]);
        office.done("admin", &[], &["user", "add", "name=Anna Lind", "login=anna"]);
        let said = office.done("admin", &[ADMIN], &["invite", "anna"]);
        assert!(said.err.contains("Set a password of your own first"), "{}", said.err);
        let code = said.out.trim();
        assert_eq!(code.len(), 19, "{code}");
        let said = office.done("anna", &[code, ANNA], &["join"]);
        assert!(said.err.contains("Welcome, Anna Lind. You sign in as anna."), "{}", said.err);
        office
    }

    fn tokens(&self, person: &str) -> Vec<PathBuf> {
        let folder = self.home(person).join(".local/state/kontor/seats");
        std::fs::read_dir(folder)
            .map(|found| found.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default()
    }
}

fn code_now(key: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let key = totp_rs::Secret::try_from_base32(key).unwrap();
    totp_rs::Builder::new()
        .with_secret(key)
        .build_noncompliant()
        .generate(now.as_secs())
        .to_string()
}

#[test]
fn a_private_file_never_asks() {
    let office = Office::new();
    office.done("admin", &[], &["customer", "add", "name=Acme"]);
    let said = office.done("admin", &[], &["sign-in"]);
    assert!(said.err.contains("asks nobody to sign in"), "{}", said.err);
    assert!(office.tokens("admin").is_empty());
    let said = office.done("admin", &[], &["second-factor", "status", "--format", "json"]);
    assert_eq!(
        said.out.split_whitespace().collect::<String>(),
        r#"{"password":false,"second_factor":false,"recovery_codes":0,"demanded_by":[],"must_change":false}"#
    );
}

#[test]
fn from_the_first_invitation_on_everybody_signs_in() {
    let office = Office::with_anna();
    // Whoever invited and whoever joined are in, each by a token only they can read.
    office.done("admin", &[], &["customer", "list"]);
    for person in ["admin", "anna"] {
        let [token] = office.tokens(person).try_into().unwrap();
        assert_eq!(token.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let folder = token.parent().unwrap().metadata().unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    }
    // A stranger is refused, with the exit status of a refusal and what to do.
    for words in [
        &["customer", "list"][..],
        &["find", "Acme"],
        &["show", "C-1"],
        &["history"],
        &["export", "customer"],
        &["report", "pipeline"],
        &["undo"],
        &["customer", "add", "name=Evil"],
        &["schema", "show"],
        &["user", "lock", "admin"],
        &["session", "list"],
        &["invite", "anna"],
        &["password"],
    ] {
        let said = office.says("stranger", &[], words);
        assert_eq!(said.status, 1, "{words:?}: {}", said.out);
        assert!(!said.out.contains("Acme"), "{words:?}: {}", said.out);
        assert_eq!(
            said.err, "error: this file asks people to sign in\nHint: `kontor sign-in` signs in\n",
            "{words:?}"
        );
    }
}

#[test]
fn signing_in_out_and_wrongly() {
    let office = Office::with_anna();
    let said = office.done("laptop", &[ANNA], &["sign-in", "--user", "Anna"]);
    assert_eq!(said.err, "Signed in as Anna Lind, for 12 hours at most.\n");
    let said = office.done("laptop", &[], &["session", "list", "--format", "json"]);
    let seats: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let seats = seats.as_array().unwrap();
    assert_eq!(seats.len(), 2, "{said}", said = said.out);
    assert!(seats.iter().all(|seat| seat["login"] == "anna" && seat["host"] == "local"));
    office.done("laptop", &[], &["sign-out"]);
    assert!(office.tokens("laptop").is_empty());
    assert_eq!(office.says("laptop", &[], &["session", "list"]).status, 1);

    let wrong = office.says("laptop", &["guess"], &["sign-in", "--user", "anna"]);
    let unknown = office.says("laptop", &["guess"], &["sign-in", "--user", "nobody"]);
    assert_eq!((wrong.status, &wrong.err), (1, &unknown.err));
    assert!(wrong.err.contains("the name, the password or the code is not right"));
}

#[test]
fn an_administrator_ends_sessions_locks_and_unlocks() {
    let office = Office::with_anna();
    let said = office.done("admin", &[], &["session", "list"]);
    assert!(said.out.contains("anna") && said.out.contains("Administrator"), "{}", said.out);
    let number = said
        .out
        .lines()
        .find(|line| line.contains("Anna Lind"))
        .and_then(|line| line.split_whitespace().next())
        .unwrap()
        .to_owned();
    office.done("admin", &[], &["session", "end", &number]);
    let said = office.says("anna", &[], &["session", "list"]);
    assert!(said.err.contains("this session has ended"), "{}", said.err);

    office.done("anna", &[ANNA], &["sign-in", "--user", "anna"]);
    office.done("admin", &[], &["user", "lock", "anna"]);
    assert_eq!(office.says("anna", &[], &["session", "list"]).status, 1);
    let said = office.says("anna", &[ANNA], &["sign-in", "--user", "anna"]);
    assert!(said.err.contains("is not right"), "{}", said.err);
    office.done("admin", &[], &["user", "unlock", "anna"]);
    office.done("anna", &[ANNA], &["sign-in", "--user", "anna"]);
    let said = office.says("admin", &[], &["user", "lock", "admin"]);
    assert!(said.err.contains("nobody does that to themselves"), "{}", said.err);
}

#[test]
fn a_second_factor_is_shown_confirmed_and_asked_for() {
    let office = Office::with_anna();
    // The key is known only after it was shown: the code is written while the command waits.
    let mut child = office
        .command("anna", &["second-factor", "on"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    let mut out = child.stdout.take().unwrap();
    while !shown.contains("issuer=Kontor\n") {
        let mut piece = [0; 4_096];
        let read = out.read(&mut piece).unwrap();
        assert!(read > 0, "{shown}");
        shown.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    assert!(shown.starts_with("████"), "{shown}");
    let key = shown.lines().find(|line| line.len() == 32 && line.is_ascii()).unwrap().to_owned();
    assert!(shown.contains(&format!("otpauth://totp/Kontor:anna?secret={key}&issuer=Kontor")));
    let code = code_now(&key);
    writeln!(child.stdin.take().unwrap(), "{code}").unwrap();
    let mut recovery = String::new();
    out.read_to_string(&mut recovery).unwrap();
    assert!(child.wait().unwrap().success());
    let recovery: Vec<&str> = recovery.lines().collect();
    assert_eq!(recovery.len(), 10, "{recovery:?}");

    let said = office.says("laptop", &[ANNA], &["sign-in", "--user", "anna"]);
    assert_eq!(said.status, 1);
    office.done("laptop", &[ANNA, recovery[4]], &["sign-in", "--user", "anna"]);
    let said = office.says("other", &[ANNA, recovery[4]], &["sign-in", "--user", "anna"]);
    assert!(said.err.contains("is not right"), "used: {}", said.err);
    let said = office.done("laptop", &[], &["second-factor", "status"]);
    assert_eq!(said.out, "The second factor is on; 9 recovery codes are left.\n");
    office.done("admin", &[], &["second-factor", "off", "--user", "anna"]);
    office.done("other", &[ANNA], &["sign-in", "--user", "anna"]);
}

/// A sign-in that shows the key of a second factor: what is running, and the key.
fn begins_set_up(office: &Office, person: &str) -> (std::process::Child, String) {
    let mut child = office
        .command(person, &["sign-in", "--user", "anna"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{ANNA}").unwrap();
    let mut shown = String::new();
    while !shown.contains("issuer=Kontor\n") {
        let mut piece = [0; 4_096];
        let read = child.stdout.as_mut().unwrap().read(&mut piece).unwrap();
        assert!(read > 0, "{shown}");
        shown.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    let key = shown.lines().find(|line| line.len() == 32 && line.is_ascii()).unwrap().to_owned();
    (child, key)
}

/// Attack: kill the program in the middle of the set-up that a role demands, and see what is left of it. Two at
/// once: only one of them gets in.
#[test]
fn a_demanded_second_factor_is_set_up_by_prompts_and_by_nothing_less() {
    let office = Office::with_anna();
    let rights = "rights=two_factor = true";
    office.done("admin", &[], &["role", "add", "name=Careful", "key=careful", rights]);
    office.done("admin", &[], &["user", "edit", "anna", "roles=Careful"]);
    let said = office.done("admin", &[], &["user", "show", "anna"]);
    let told = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("A second factor is demanded by: Careful. The next sign-in"), "{told}");
    // The session of before goes on.
    office.done("anna", &[], &["session", "list"]);

    let (mut killed, first) = begins_set_up(&office, "laptop");
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(office.tokens("laptop").is_empty());
    assert_eq!(office.says("laptop", &[], &["session", "list"]).status, 1);
    // So is one whose input ends, and one that is told a wrong code.
    assert_eq!(office.says("laptop", &[ANNA], &["sign-in", "--user", "anna"]).status, 1);
    let said = office.says("laptop", &[ANNA, "123456"], &["sign-in", "--user", "anna"]);
    assert!(said.err.contains("the code is not right"), "{}", said.err);
    assert!(said.err.contains("It is demanded by: Careful."), "{}", said.err);
    assert!(office.tokens("laptop").is_empty());

    let (mut one, key) = begins_set_up(&office, "laptop");
    let (mut two, other) = begins_set_up(&office, "desktop");
    assert!(key != other && key != first);
    let code = code_now(&key);
    writeln!(one.stdin.as_mut().unwrap(), "{code}").unwrap();
    let mut rest = String::new();
    one.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(one.wait().unwrap().success(), "{rest}");
    assert_eq!(rest.lines().count(), 10, "{rest}");
    writeln!(two.stdin.as_mut().unwrap(), "{}", code_now(&other)).unwrap();
    assert!(!two.wait().unwrap().success());
    assert_eq!(office.tokens("laptop").len(), 1);
    assert!(office.tokens("desktop").is_empty());
    office.done("laptop", &[], &["session", "list"]);
    // The code of the set-up is used.
    let said = office.says("desktop", &[ANNA, &code], &["sign-in", "--user", "anna"]);
    assert!(said.err.contains("is not right"), "{}", said.err);
    let said = office.says("laptop", &[], &["second-factor", "off"]);
    assert!(said.err.contains("a second factor is demanded by: Careful"), "{}", said.err);
    let words = ["second-factor", "status", "--user", "anna", "--format", "json"];
    let said = office.done("admin", &[], &words);
    let told: String = said.out.split_whitespace().collect();
    assert!(told.contains(r#""second_factor":true"#), "{told}");
    assert!(told.contains(r#""demanded_by":["Careful"]"#), "{told}");
}

#[test]
fn a_password_that_was_handed_over_is_changed_at_the_next_sign_in() {
    let office = Office::with_anna();
    let said = office.done("admin", &[], &["user", "password", "anna"]);
    let handed = said.out.trim();
    assert_eq!(handed.len(), 19, "{handed}");
    assert_eq!(office.says("anna", &[], &["session", "list"]).status, 1, "ended");
    let new = "seven grey herons wait";
    for wrong in [&[handed][..], &[handed, handed], &[handed, "short"]] {
        let said = office.says("anna", wrong, &["sign-in", "--user", "anna"]);
        assert_eq!(said.status, 1, "{}", said.err);
        assert!(said.err.contains("Somebody else set your password"), "{}", said.err);
        assert_eq!(office.says("anna", &[], &["session", "list"]).status, 1);
    }
    office.done("anna", &[handed, new], &["sign-in", "--user", "anna"]);
    office.done("anna", &[], &["session", "list"]);
    assert_eq!(office.says("laptop", &[handed], &["sign-in", "--user", "anna"]).status, 1);
    office.done("laptop", &[new], &["sign-in", "--user", "anna"]);
}

#[test]
fn a_new_password_is_asked_for_with_the_present_one() {
    let office = Office::with_anna();
    let said = office.says("anna", &[ANNA, "password1password"], &["password"]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("the password is a common one"), "{}", said.err);
    assert!(!said.err.contains("password1"), "{}", said.err);
    office.done("anna", &[ANNA, "seven grey herons wait"], &["password"]);
    office.done("laptop", &["seven grey herons wait"], &["sign-in", "--user", "anna"]);
    assert_eq!(office.says("other", &[ANNA], &["sign-in", "--user", "anna"]).status, 1);
}

#[test]
fn a_token_that_others_can_read_is_not_taken() {
    let office = Office::with_anna();
    let [token] = office.tokens("anna").try_into().unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(office.says("anna", &[], &["session", "list"]).status, 1);
}

/// Attack: look at the screen, the arguments and the environment of somebody who signs in at a terminal.
/// A command at a terminal of 24 lines.
struct Terminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    receive: std::sync::mpsc::Receiver<Vec<u8>>,
    seen: String,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Terminal {
    fn of(office: &Office, person: &str, words: &[&str]) -> Self {
        use portable_pty::{CommandBuilder, PtySize, native_pty_system};
        let pty = native_pty_system()
            .openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 })
            .unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kontor"));
        command.args(words);
        command.env_clear();
        command.env("HOME", office.home(person));
        command.env("KONTOR_LANG", "en");
        command.env("KONTOR_DB", office.folder.path().join("team.db"));
        std::fs::create_dir_all(office.home(person)).unwrap();
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let writer = pty.master.take_writer().unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(read) = reader.read(&mut piece) {
                if read == 0 || send.send(piece[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, writer, receive, seen: String::new(), _master: pty.master }
    }

    /// Waits until it shows this; all that was shown since it was typed into last.
    fn until(&mut self, what: &str) -> String {
        let limit = Instant::now() + Duration::from_mins(1);
        while !self.seen.contains(what) {
            let left = limit.saturating_duration_since(Instant::now());
            let piece = self.receive.recv_timeout(left);
            let piece = piece.unwrap_or_else(|_| panic!("no {what}: {}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&piece));
        }
        self.seen.clone()
    }

    fn types(&mut self, line: &str) {
        self.seen.clear();
        self.writer.write_all(format!("{line}\r").as_bytes()).unwrap();
    }
}

/// A wrong code leaves the key that the phone has by now; the picture is white on black whatever the terminal is.
#[test]
fn at_a_terminal_a_wrong_code_is_tried_again() {
    let office = Office::with_anna();
    let mut terminal = Terminal::of(&office, "anna", &["second-factor", "on"]);
    let shown = terminal.until("The code it shows: ");
    let picture: Vec<&str> = shown.lines().filter(|line| line.contains('█')).collect();
    assert!(picture.len() > 15, "{shown}");
    assert!(picture.iter().all(|line| line.contains("\u{1b}[38;5;231;48;5;16m")), "{shown}");
    let key = shown.split_whitespace().find(|word| {
        word.len() == 32 && word.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    });
    let key = key.unwrap().to_owned();
    terminal.types("000000");
    let again = terminal.until("The code it shows: ");
    assert!(again.contains("code is not right") && !again.contains('█'), "{again}");
    let said = office.done("anna", &[], &["second-factor", "status"]);
    assert!(said.out.contains("no second factor"), "{}", said.out);
    terminal.types(&code_now(&key));
    terminal.until("not shown again");
    assert!(terminal.child.wait().unwrap().success());
    let said = office.done("anna", &[], &["second-factor", "status"]);
    assert!(said.out.contains("The second factor is on"), "{}", said.out);
}

#[test]
fn at_a_terminal_nothing_secret_is_shown_or_passed_on() {
    let office = Office::with_anna();
    let mut terminal = Terminal::of(&office, "terminal", &["session", "list"]);
    terminal.until("this file asks people to sign in. Name: ");
    terminal.types("anna");
    terminal.until("Password: ");
    let pid = terminal.child.process_id().unwrap();
    for file in ["cmdline", "environ"] {
        let told = std::fs::read(format!("/proc/{pid}/{file}")).unwrap();
        assert!(!String::from_utf8_lossy(&told).contains("violet"));
    }
    terminal.types(ANNA);
    let shown = terminal.until("Anna Lind");
    assert!(terminal.child.wait().unwrap().success(), "{shown}");
    assert!(!shown.contains("violet"), "{shown}");
    assert_eq!(office.tokens("terminal").len(), 1);
}

/// The state of each point of `user joined`.
fn points(said: &Said) -> Vec<(String, String, String)> {
    let rows: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(row, "point"), text(row, "state"), text(row, "mends"))).collect()
}

fn state(said: &Said, point: &str) -> String {
    points(said).into_iter().find(|(known, ..)| known == point).unwrap().1
}

#[test]
fn somebody_new_is_made_and_invited_in_one_go() {
    let office = Office::with_anna();
    office.done("admin", &[], &["team", "add", "name=North"]);
    let admin = |words: &[&str]| office.done("admin", &[], words);
    let said = office.says("admin", &[], &["invite", "ben"]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("there is no user ben"), "{}", said.err);
    assert!(said.err.contains("--name NAME"), "{}", said.err);
    let said = admin(&[
        "invite",
        "ben",
        "--name",
        "Ben Ode",
        "--role",
        "Sales rep",
        "--role",
        "Finance",
        "--team",
        "North",
        "--language",
        "zh",
        "--zone",
        "Europe/Berlin",
        "--hours",
        "mon-fri 9:00-17:30",
    ]);
    let code = said.out.trim().to_owned();
    assert_eq!(code.len(), 19, "{code}");
    assert!(said.err.contains("Still missing: Manager."), "{}", said.err);
    let shown = admin(&["user", "show", "ben", "--format", "json"]).out;
    for part in ["Ben Ode", "Sales rep", "Finance", "North", "\"zh\"", "Europe/Berlin", "mon-fri"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let joined = || admin(&["user", "joined", "ben", "--format", "json"]);
    let said = joined();
    let expected = [
        ("active", "done"),
        ("login", "done"),
        ("role", "done"),
        ("team", "done"),
        ("manager", "missing"),
        ("way_in", "awaited"),
        ("second_factor", "optional"),
        ("ssh_key", "optional"),
        ("signed_in", "awaited"),
    ];
    let found: Vec<(String, String)> =
        points(&said).into_iter().map(|(point, state, _)| (point, state)).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected);
    // Again, with what was forgotten: the first code holds no more.
    let again = admin(&["invite", "ben", "--manager", "anna"]).out.trim().to_owned();
    assert_eq!(state(&joined(), "manager"), "done");
    assert_ne!(office.says("ben", &[&code, "calm river under stone"], &["join"]).status, 0);
    office.done("ben", &[&again, "calm river under stone"], &["join"]);
    let said = joined();
    assert_eq!((state(&said, "way_in"), state(&said, "signed_in")), ("done".into(), "done".into()));
    // Who lacks something is listed, with what mends it.
    let said = admin(&["user", "joined", "--format", "json"]);
    let rows = points(&said);
    assert!(rows.contains(&(
        "role".into(),
        "missing".into(),
        "kontor role grant ROLE anna".into()
    )));
    assert!(!said.out.contains("Ben Ode"), "{}", said.out);
    // What mends it does.
    admin(&["role", "grant", "sales_rep", "anna"]);
    admin(&["user", "edit", "anna", "teams=North", "manager=ben"]);
    assert_eq!(admin(&["user", "joined"]).err.trim(), "Nobody lacks anything.");
    // A role that demands a second factor, a manager who left, a lock.
    admin(&["role", "add", "name=Careful", "key=careful", "rights=two_factor = true"]);
    admin(&["role", "grant", "careful", "anna"]);
    admin(&["user", "edit", "ben", "active=no"]);
    admin(&["user", "lock", "anna"]);
    let said = admin(&["user", "joined", "anna", "--format", "json"]);
    for (point, expected) in
        [("second_factor", "awaited"), ("manager", "missing"), ("unlocked", "missing")]
    {
        assert_eq!(state(&said, point), expected, "{point}");
    }
    // It is told to whoever manages users, and to oneself.
    let said = office.says("anna", &[], &["user", "joined", "ben"]);
    assert_eq!(said.status, 1);
}

#[test]
fn keys_are_noted_and_shown_with_their_user() {
    let office = Office::with_anna();
    let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti a@b";
    std::fs::write(office.folder.path().join("key.pub"), key).unwrap();
    let (key, lines) = (office.folder.path().join("key.pub"), office.folder.path().join("lines"));
    let (key, lines) = (key.to_str().unwrap(), lines.to_str().unwrap());
    let admin = |words: &[&str]| office.done("admin", &[], words);
    admin(&["ssh-keys", "add", "anna", key, "--file", lines]);
    let listed = admin(&["ssh-keys", "list", "--file", lines, "--format", "json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let fingerprint = listed[0]["fingerprint"].as_str().unwrap().to_owned();
    let shown = admin(&["user", "show", "anna"]).out;
    assert!(shown.contains(&fingerprint), "{shown}");
    let said = admin(&["user", "joined", "anna", "--format", "json"]);
    assert_eq!(state(&said, "ssh_key"), "done");
    // Whoever may not manage users neither adds one nor leaves a trace of it, and sees nobody else's.
    assert_eq!(
        office.says("anna", &[], &["ssh-keys", "add", "admin", key, "--file", lines]).status,
        1
    );
    admin(&["ssh-keys", "remove", "anna", "--file", lines]);
    assert!(!admin(&["user", "show", "anna"]).out.contains(&fingerprint));
    let log = admin(&["audit", "list", "--where", "what ~ sha256", "--format", "json"]).out;
    let log: serde_json::Value = serde_json::from_str(&log).unwrap();
    let entries: Vec<(&str, &str, &str)> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().unwrap();
            (text("kind"), text("what"), text("ref"))
        })
        .collect();
    let of = fingerprint.as_str();
    assert_eq!(entries, [("key_removed", of, "U-2"), ("key_added", of, "U-2")]);
    let bytes = std::fs::read(office.folder.path().join("team.db")).unwrap();
    let blob = b"AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN";
    assert!(!bytes.windows(blob.len()).any(|window| window == blob));
    assert!(admin(&["audit", "verify"]).status == 0);
}

#[test]
fn commands_speak_the_language_of_the_person() {
    let office = Office::new();
    office.done("admin", &[], &["customer", "add", "name=Acme"]);
    office.done("admin", &[], &["user", "edit", "U-1", "language=zh"]);
    let says = |words: &[&str], lang: Option<&str>| {
        let mut command = office.command("admin", words);
        command.env_remove("KONTOR_LANG");
        if let Some(lang) = lang {
            command.env("KONTOR_LANG", lang);
        }
        let output = command.output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    assert!(
        says(&["audit", "verify"], None).contains("条"),
        "{}",
        says(&["audit", "verify"], None)
    );
    assert!(says(&["audit", "verify"], Some("en")).contains("the chain is sound"));
    assert!(says(&["--lang", "en", "audit", "verify"], None).contains("the chain is sound"));
    // What goes wrong is told in it too.
    let wrong = says(&["show", "C-99"], None);
    assert!(wrong.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)), "{wrong}");
}
