//! Attacks on the session that the line of an SSH key runs: out of it, and in as somebody else.
//! Each test says in three lines what is done, what would come of it, what must happen.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use kontor::config::Environment;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shell::{Said, Shell};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

/// Every file below a folder but those of the database, which come and go with it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        }
        if !name.contains("test.db") {
            found.insert(name);
        }
    }
    found
}

fn refused(said: &Said, why: &str) {
    assert_ne!(said.status, 0, "{said:?}");
    assert!(said.err.contains(why), "{why}: {said:?}");
}

#[test]
fn signs_that_a_shell_would_act_on_do_nothing() {
    // Attack: put another command behind the allowed one, by ; | & $( ) backquotes > or a new line.
    // A forced command that hands SSH_ORIGINAL_COMMAND to a shell would run it as the account of the file.
    // Must: be letters of a search, or refused; nothing is started and no file is made.
    let mut shell = Shell::company();
    let mark = shell.folder.path().join("mark");
    let touch = format!("touch {}", mark.display());
    let before = files(shell.folder.path());
    for line in [
        format!("find acme; {touch}"),
        format!("find acme && {touch}"),
        format!("find acme || {touch}"),
        format!("find acme | {touch}"),
        format!("find acme & {touch}"),
        format!("find $({touch})"),
        format!("find `{touch}`"),
        format!("find \"$({touch})\""),
        format!("find acme\n{touch}"),
        format!("find acme\r{touch}"),
        format!("find acme > {}", mark.display()),
        format!("find acme >> {}", mark.display()),
        format!("find <({touch})"),
        format!("!{touch}"),
        format!("find !{touch}"),
        format!("; {touch}"),
        format!("sh -c '{touch}'"),
        "find ~/* ${HOME} %d \\$(id)".to_owned(),
    ] {
        let said = shell.ssh("alice", &line);
        assert!(!mark.exists(), "{line}");
        assert!(!said.out.contains("uid="), "{line}: {said:?}");
    }
    assert_eq!(files(shell.folder.path()), before);
}

#[test]
fn no_line_that_chance_makes_writes_outside() {
    // Attack: lines of commands, options, paths and signs of shells, as chance puts them together.
    // One combination that nobody thought of would be enough to write or read a file of the account.
    // Must: end with a status, whatever the line; no file comes, goes or grows but the database.
    let shell = std::cell::RefCell::new(Shell::company());
    let folder = shell.borrow().folder.path().to_owned();
    std::fs::create_dir(folder.join("exports")).unwrap();
    std::fs::write(folder.join("secret.toml"), "canary = \"do not show\"\n").unwrap();
    let inside = folder.join("exports").display().to_string();
    let before = files(&folder);
    let part = prop_oneof![
        prop::sample::select(vec![
            "find",
            "show",
            "export",
            "import",
            "customer",
            "list",
            "add",
            "edit",
            "schema",
            "apply",
            "config",
            "check",
            "demo",
            "doctor",
            "man",
            "keys",
            "manual",
            "report",
            "log",
            "call",
            "C-1",
            "-",
            "--db",
            "--config",
            "--out",
            "--map",
            "--errors",
            "--file",
            "--format",
            "csv",
            "json",
            "--help",
            "--suggest",
            "--dry-run",
            "ssh-keys",
            "serve-session",
            "--user",
            "bo",
            "; touch mark",
            "| tee mark",
            "> mark",
            "$(touch mark)",
            "`touch mark`",
            "&& touch mark",
            "'",
            "\"",
            "\\",
            "../mark.csv",
            "/tmp/kontor-mark.csv",
            "secret.toml",
            "@secret.toml",
            "name=x",
            "notes=@secret.toml",
            "--",
        ])
        .prop_map(str::to_owned),
        Just(folder.join("secret.toml").display().to_string()),
        Just(folder.join("mark.csv").display().to_string()),
        "[ -~]{0,6}",
    ];
    let lines = prop::collection::vec(part, 1..7).prop_map(|parts| parts.join(" "));
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(100) });
    runner
        .run(&lines, |line| {
            let said = shell.borrow_mut().ssh("alice", &line);
            prop_assert!(said.status <= 2, "{line}: {said:?}");
            prop_assert!(!said.out.contains("do not show"), "{line}: {said:?}");
            prop_assert!(!said.err.contains("do not show"), "{line}: {said:?}");
            let new: Vec<String> = files(&folder)
                .difference(&before)
                .filter(|path| !path.starts_with(&inside))
                .cloned()
                .collect();
            prop_assert!(new.is_empty(), "{line}: {new:?}");
            Ok(())
        })
        .unwrap();
    assert!(!Path::new("/tmp/kontor-mark.csv").exists());
}

#[test]
fn options_of_the_key_line_cannot_be_said_again() {
    // Attack: ask for another file, config, user or folder in the command: the later option wins in many programs.
    // The client would read a file of the account as a database or be somebody else.
    // Must: refuse, whatever the spelling and wherever the option stands, with nothing printed.
    let mut shell = Shell::company();
    std::fs::create_dir(shell.folder.path().join("exports")).unwrap();
    for option in ["--db", "--config", "--user", "--exports", "--editor"] {
        for line in [
            format!("{option} /etc/passwd find acme"),
            format!("{option}=/etc/passwd find acme"),
            format!("find acme {option} /etc/passwd"),
            format!("find acme '{option}' /etc/passwd"),
            format!("find acme \\{option} /etc/passwd"),
            format!("customer edit C-1 {option}=bo"),
            format!("help find {option} /etc/passwd"),
        ] {
            let said = shell.ssh("alice", &line);
            refused(&said, &format!("{option} is not for you to say"));
            assert_eq!(said.out, "", "{line}");
        }
    }
    // In a text it is a text.
    let said = shell.ssh("alice", "log note C-1 'use --db next time'");
    assert_eq!(said.status, 0, "{said:?}");
}

#[test]
fn exports_stay_in_their_folder() {
    // Attack: name an export by a path, by .., or as a link that lies in the folder and leads out.
    // Files of the account would be overwritten with what the client chooses: its authorized_keys, its shell's.
    // Must: take names only, make new files only, follow no link; the good name works.
    let mut shell = Shell::company();
    let exports = shell.folder.path().join("exports");
    std::fs::create_dir(&exports).unwrap();
    let target = shell.file("target.csv", "as it was");
    let said = shell.ssh("alice", "export customer good.csv --columns name");
    assert_eq!(said.status, 0, "{said:?}");
    let good = std::fs::read_to_string(exports.join("alice/good.csv")).unwrap();
    assert!(good.contains("Acme Pumps") && !good.contains("Borealis"), "{good}");
    std::os::unix::fs::symlink(&target, exports.join("alice/link.csv")).unwrap();
    std::os::unix::fs::symlink(shell.folder.path(), exports.join("alice/up")).unwrap();
    let before = files(shell.folder.path());
    for name in [
        "../target.csv",
        "../../target.csv",
        target.to_str().unwrap(),
        "link.csv",
        "up/target.csv",
        "good.csv",
        "./x.csv",
        ".bashrc",
        "x.sh",
        "authorized_keys",
        "~/x.csv",
        "'a\\b/x.csv'",
    ] {
        let said = shell.ssh("alice", &format!("export customer {name}"));
        assert_ne!(said.status, 0, "{name}: {said:?}");
    }
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "as it was");
    assert_eq!(files(shell.folder.path()), before);
    // A link in place of a person's folder is not followed either.
    std::os::unix::fs::symlink(shell.folder.path(), exports.join("bo")).unwrap();
    assert_ne!(shell.ssh("bo", "export customer x.csv").status, 0);
    assert!(!shell.folder.path().join("x.csv").exists());
}

#[test]
fn a_very_long_command_is_refused_at_once() {
    // Attack: a command of a megabyte, of a million words, of a million quotes.
    // Memory and time of the host would go to it.
    // Must: be refused by its length before anything else is done.
    let mut shell = Shell::company();
    for line in ["x".repeat(1 << 20), "a ".repeat(1 << 19), "''".repeat(1 << 19)] {
        refused(&shell.ssh("alice", &line), "the command is too long");
    }
    refused(&shell.ssh("alice", &"find 'a' ".repeat(600)), "the command is too long");
}

#[test]
fn variables_that_the_client_sends_name_no_file_and_no_program() {
    // Attack: a server with AcceptEnv * takes KONTOR_DB, KONTOR_CONFIG, XDG_CONFIG_HOME, EDITOR and others.
    // The client would choose the file, the config (an endless one too) and a program that is started.
    // Must: count for nothing; locale, terminal and zone are all that a client may say.
    let shell = Shell::company();
    let other = shell.folder.path().join("other");
    std::fs::create_dir_all(other.join("kontor")).unwrap();
    std::fs::write(other.join("kontor/config.toml"), "this is no config").unwrap();
    let mark = shell.folder.path().join("mark");
    let run = |asked: &str| {
        let said = Command::new(env!("CARGO_BIN_EXE_kontor"))
            .args(["serve-session", "--user", "alice", "--db"])
            .arg(shell.database())
            .env("HOME", shell.folder.path())
            .env("SSH_ORIGINAL_COMMAND", asked)
            .env("KONTOR_DB", other.join("new.db"))
            .env("KONTOR_CONFIG", "/dev/zero")
            .env("KONTOR_LANG", "nonsense")
            .env("KONTOR_ZONE", "nonsense")
            .env("KONTOR_THEME", "/etc/passwd.toml")
            .env("XDG_CONFIG_HOME", &other)
            .env("XDG_DATA_HOME", &other)
            .env("EDITOR", format!("touch {}", mark.display()))
            .env("VISUAL", format!("touch {}", mark.display()))
            .env("DISPLAY", ":0")
            .env("LOGIN", "bo")
            .env("USER", "bo")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (
            said.status.code().unwrap(),
            String::from_utf8_lossy(&said.stdout).into_owned(),
            said.stderr,
        )
    };
    let (status, out, err) = run("customer list --columns name --format csv");
    assert_eq!(
        (status, out.as_str()),
        (0, "name\nAcme Pumps\n"),
        "{}",
        String::from_utf8_lossy(&err)
    );
    assert!(!other.join("new.db").exists() && !mark.exists());
    let environment = Environment::default()
        .with("EDITOR", "vim")
        .with("VISUAL", "vim")
        .with("DISPLAY", ":0")
        .with("LANG", "zh_CN.UTF-8")
        .of_others();
    assert_eq!(
        (environment.editor(), environment.has_desktop()),
        (None, cfg!(target_os = "macos"))
    );
    assert_eq!(environment.locale(), Some("zh_CN.UTF-8"));
}

#[test]
fn a_command_that_is_no_text_does_not_count_as_none() {
    // Attack: a command of bytes that are no UTF-8.
    // Read as "not set" it would open the screens for what was meant as a command.
    // Must: be refused.
    use std::os::unix::ffi::OsStrExt;
    let shell = Shell::company();
    let said = Command::new(env!("CARGO_BIN_EXE_kontor"))
        .args(["serve-session", "--user", "alice", "--db"])
        .arg(shell.database())
        .env("HOME", shell.folder.path())
        .env("SSH_ORIGINAL_COMMAND", std::ffi::OsStr::from_bytes(b"find \xff\xfe"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("UTF-8"));
}

#[test]
fn a_key_stands_for_one_user() {
    // Attack: have the key of one person entered for another too, or hidden behind options or in another line.
    // sshd takes the first line that fits: one would act as the other, and history would name the wrong one.
    // Must: refuse a key that stands anywhere in the file, however it is written there.
    let shell = Shell::company();
    let add = |login: &str, key: &str| shell.pipe(key, &["ssh-keys", "add", login, "-"]);
    assert_eq!(add("alice", KEY).status, 0);
    refused(&add("bo", KEY), "this key lets alice in already");
    refused(&add("alice", KEY), "this key lets alice in already");
    refused(&add("bo", &format!("  {KEY}   bo@home \n\n")), "this key lets alice in already");
    refused(&add("bo", &format!("environment=\"A=b\" {KEY}")), "options before the key");
    let file = shell.folder.path().join(".ssh/authorized_keys");
    for line in [
        format!("{KEY} root@home\n"),
        format!("no-pty,command=\"/bin/sh\" {KEY}\n"),
        format!("  from=\"10.0.0.1\"\t{KEY}"),
    ] {
        std::fs::write(&file, &line).unwrap();
        refused(&add("bo", KEY), "for something else");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), line);
    }
}

#[test]
fn a_login_or_a_path_cannot_write_more_into_the_line() {
    // Attack: a login or a path with quotes, spaces or signs of shells, which end the command of the line.
    // The line would run something else, or for somebody else.
    // Must: refuse what is not plain; nothing is written.
    let shell = Shell::company();
    for login in ["alice --user bo", "alice\" ssh", "alice;id", "--user", "alice\nbo", "$(id)", ""]
    {
        let said = shell.pipe(KEY, &["ssh-keys", "add", "--", login, "-"]);
        assert_ne!(said.status, 0, "{login}: {said:?}");
    }
    let odd = shell.folder.path().join("a b");
    std::fs::create_dir(&odd).unwrap();
    let said =
        shell.pipe(KEY, &["ssh-keys", "add", "alice", "-", "--exports", odd.to_str().unwrap()]);
    refused(&said, "cannot stand in such a line");
    let file = shell.folder.path().join(".ssh/authorized_keys");
    assert!(!file.exists());
}

#[test]
fn only_who_manages_users_gives_keys() {
    // Attack: somebody who is let in by a key adds a key of their own for the administrator.
    // They would come back as the administrator.
    // Must: not be on the list of commands, for the administrator's own key either.
    let mut shell = Shell::company();
    for user in ["alice", "admin"] {
        refused(&shell.ssh_with(KEY, user, "ssh-keys add admin -"), "cannot be run over SSH");
    }
    assert!(!shell.folder.path().join(".ssh").exists());
}
