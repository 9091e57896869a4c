//! What somebody outside gets whom the line of an SSH key names, and the lines themselves.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::process::Command;

use kontor::cli::{self, split};
use proptest::prelude::*;
use shell::{Said, Shell};

fn refused(said: &Said, status: u8, why: &str) {
    assert_eq!(said.status, status, "{said:?}");
    assert!(said.err.contains(why), "{why}: {said:?}");
    assert_eq!(said.out, "", "{said:?}");
}

fn words(line: &str) -> Vec<String> {
    split(line).unwrap()
}

#[test]
fn a_line_is_split_by_spaces_and_quotes_and_nothing_else() {
    assert_eq!(words(""), Vec::<String>::new());
    assert_eq!(words("  find   acme "), ["find", "acme"]);
    assert_eq!(words("find 'acme pumps' \"b c\""), ["find", "acme pumps", "b c"]);
    assert_eq!(words("a'b'\"c\"d"), ["abcd"]);
    assert_eq!(words("x '' \"\""), ["x", "", ""]);
    assert_eq!(words(r#"a\ b "c\"d" "e\f" 'g\h' \'i"#), ["a b", "c\"d", "e\\f", "g\\h", "'i"]);
    assert_eq!(
        words("find acme; touch /tmp/x | sh && `id` $(id) > y < z * ~ ! #"),
        [
            "find", "acme;", "touch", "/tmp/x", "|", "sh", "&&", "`id`", "$(id)", ">", "y", "<",
            "z", "*", "~", "!", "#"
        ]
    );
    assert_eq!(words("find 张伟 　x"), ["find", "张伟", "　x"]);
}

/// What is refused is called what was typed.
#[test]
fn a_refused_command_is_named_as_it_was_typed() {
    let mut shell = Shell::company();
    for (line, name) in [
        ("invite bo", "invite"),
        ("session list", "session list"),
        ("session end 3", "session end"),
        ("password", "password"),
        ("join", "join"),
        ("sign-in", "sign-in"),
        ("sign-out", "sign-out"),
        ("second-factor on", "second-factor"),
        ("role plan x.toml", "role plan"),
        ("role apply x.toml", "role apply"),
    ] {
        let said = shell.ssh("alice", line);
        refused(&said, 1, &format!("error: {name} cannot be run over SSH"));
    }
}

/// The roles one has can be taken out as files; the others by whoever may know what others may do.
#[test]
fn of_roles_only_ones_own_are_taken_out() {
    let mut shell = Shell::company();
    shell.done(&["user", "add", "name=Rita", "login=rita", "roles=Restricted"]);
    let said = shell.ssh("rita", "role export");
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.out.contains("key = \"restricted\""), "{said:?}");
    assert!(!said.out.contains("key = \"administrator\""), "{said:?}");
    assert!(!said.out.contains("key = \"finance\""), "{said:?}");
    let why = "what others may do is told to those who manage users";
    refused(&shell.ssh("rita", "role export finance"), 1, why);
    assert!(shell.done(&["role", "export"]).contains("key = \"finance\""));
}

/// A list that is refused at all stands in the log, once for each time it was asked for.
#[test]
fn a_refused_list_is_in_the_log() {
    let mut shell = Shell::company();
    shell.done(&["user", "add", "name=Freya", "login=freya", "roles=Finance"]);
    let log = |shell: &Shell| shell.json(&["audit", "list", "--where", "kind = refused"]);
    assert_eq!(log(&shell).as_array().unwrap().len(), 0);
    let said = shell.ssh("freya", "activity list");
    refused(&said, 1, "you lack the right to read records");
    assert!(said.err.contains("Ask for it: kontor access request activity read --why '...'"));
    let entries = log(&shell);
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    assert_eq!(entries[0]["entity"], "activity");
    // Dots say nothing: who asks says what for.
    let said = shell.ssh("freya", "access request activity read --why '...'");
    refused(&said, 1, "no reason is given");
}

#[test]
fn a_line_that_is_none_is_refused() {
    for (line, why) in [
        ("find 'acme".to_owned(), "a quote that is not closed"),
        ("find \"acme".to_owned(), "a quote that is not closed"),
        ("find \"acme\\".to_owned(), "a quote that is not closed"),
        ("find acme\\".to_owned(), "ends with a backslash"),
        ("find a\nfind b".to_owned(), "control characters"),
        ("find a\tb".to_owned(), "control characters"),
        ("find \u{1b}[2J".to_owned(), "control characters"),
        ("find a\0b".to_owned(), "control characters"),
        ("find \u{fffd}".to_owned(), "no text in UTF-8"),
        ("x".repeat(cli::LONGEST + 1), "too long"),
        ("x ".repeat(cli::MOST + 1), "too long"),
    ] {
        let error = split(&line).unwrap_err();
        assert!(error.phrase().contains(why), "{line:.40}: {}", error.phrase());
        assert_eq!(error.status(), 2);
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

proptest! {
    #[test]
    fn no_line_breaks_the_tokenizer(line in "\\PC*|[ -~]*|(?s:.*)") {
        if let Ok(words) = split(&line) {
            prop_assert!(words.len() <= cli::MOST);
            prop_assert!(words.iter().all(|word| !word.chars().any(char::is_control)));
            // Nothing is made up: what comes out stood in the line, in that order.
            let mut rest = line.chars();
            for c in words.iter().flat_map(|word| word.chars()) {
                prop_assert!(rest.any(|other| other == c));
            }
        }
    }

    #[test]
    fn what_was_quoted_comes_out_as_it_was(words in prop::collection::vec("\\PC{0,12}", 0..8)) {
        prop_assume!(words.iter().all(|word| !word.contains('\u{fffd}')));
        let line = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(split(&line).unwrap(), words);
    }
}

#[test]
fn each_key_sees_what_its_user_sees() {
    let mut shell = Shell::company();
    let said = shell.ssh("alice", "customer list --columns name --format csv");
    assert_eq!((said.status, said.out.as_str()), (0, "name\nAcme Pumps\n"), "{said:?}");
    let said = shell.ssh("bo", "customer list --columns name --format csv");
    assert_eq!((said.status, said.out.as_str()), (0, "name\nBorealis\n"), "{said:?}");
    let said = shell.ssh("alice", "find borealis --format json");
    assert!(!said.out.contains("Borealis"), "{said:?}");
    refused(&shell.ssh("alice", "show C-2"), 1, "C-2");
}

#[test]
fn what_is_done_is_done_by_the_user_of_the_key() {
    let mut shell = Shell::company();
    let said = shell.ssh("alice", "customer edit C-1 'description=São Paulo; rm -rf /'");
    assert_eq!(said.status, 0, "{said:?}");
    let history = shell.json(&["history", "C-1"]);
    assert!(history.to_string().contains("Alice Ng"), "{history}");
    assert_eq!(shell.ssh("alice", "undo").status, 0);
    let said = shell.ssh_with("name,owner\nCarol Ltd,Alice Ng\n", "admin", "import customer -");
    assert_eq!(said.status, 0, "{said:?}");
    assert!(shell.ssh("alice", "find carol").out.contains("Carol Ltd"));
    let said = shell.ssh("alice", "export customer --columns name");
    assert!(said.out.contains("Acme Pumps") && !said.out.contains("Borealis"), "{said:?}");
    for line in ["manual query", "keys", "help customer list", "--version", "agenda week", "report"]
    {
        assert_eq!(shell.ssh("alice", line).status, 0, "{line}");
    }
}

#[test]
fn whoever_is_not_one_user_is_turned_away() {
    let mut shell = Shell::company();
    refused(&shell.ssh("eve", "find acme"), 1, "there is no user eve");
    refused(&shell.ssh("", "find acme"), 1, "there is no user");
    refused(&shell.ssh("ALICE", "find acme"), 1, "upper and lower case count");
    shell.done(&["user", "edit", "Alice Ng", "active=no"]);
    refused(&shell.ssh("alice", "find acme"), 1, "the user alice is not active");
    shell.done(&["user", "delete", "Bo Li"]);
    refused(&shell.ssh("bo", "find borealis"), 1, "the user bo was deleted");
    // Somebody else gets the login of a gone one: the key of the gone one must not open the file.
    shell.done(&["user", "add", "name=Bo Berg", "login=bo", "roles=Sales rep"]);
    refused(&shell.ssh("bo", "find borealis"), 1, "more than one user");
    std::fs::remove_file(shell.database()).unwrap();
    refused(&shell.ssh("admin", "find acme"), 1, "the database is not there");
    assert!(!shell.database().exists());
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    let mut shell = Shell::company();
    for line in [
        "demo --no-tui",
        "tutor",
        "doctor",
        "config",
        "config path",
        "completions bash",
        "man",
        "man --out .",
        "schema export",
        "schema check x.toml",
        "schema plan x.toml",
        "schema apply x.toml",
        "ssh-keys list",
        "serve-session --exports x",
        "ssh-keys remove bo",
    ] {
        let said = shell.ssh("alice", line);
        assert_ne!(said.status, 0, "{line}: {said:?}");
        assert_eq!(said.out, "", "{line}: {said:?}");
    }
    refused(&shell.ssh("admin", "schema export"), 1, "schema cannot be run over SSH");
    refused(&shell.ssh("alice", "serve-session --user bo"), 1, "--user is not for you to say");
    refused(&shell.ssh("alice", " "), 1, "says nothing to do");
    refused(&shell.ssh("alice", "--plain"), 1, "says nothing to do");
    refused(&shell.ssh("alice", "import customer /etc/passwd"), 1, "out of reach");
    refused(&shell.ssh("alice", "import customer - --map m.toml"), 1, "out of reach");
    refused(&shell.ssh("alice", "import customer - --errors=e.csv"), 1, "out of reach");
    refused(&shell.ssh("alice", "export customer out.csv"), 1, "out of reach");
    for line in [
        "/usr/lib/openssh/sftp-server",
        "scp -t /tmp",
        "internal-sftp",
        "bash -i",
        "rsync --server",
    ] {
        assert_eq!(shell.ssh("alice", line).status, 2, "{line}");
    }
}

#[test]
fn without_a_command_the_screens_open_where_there_is_a_terminal() {
    let mut shell = Shell::company();
    refused(&shell.type_in(&["serve-session", "--user", "alice"]), 1, "neither a terminal");
    shell.terminal = true;
    assert_eq!(shell.type_in(&["serve-session", "--user", "alice"]).status, 0);
    refused(&shell.type_in(&["serve-session", "--user", "eve"]), 1, "there is no user eve");
    let said = shell.type_in(&["serve-session", "--user", "alice", "--user", "bo"]);
    assert_eq!(said.status, 2, "{said:?}");
}

#[test]
fn it_speaks_chinese_too() {
    let mut shell = Shell::company();
    shell.lang = kontor::model::Lang::Zh;
    refused(&shell.ssh("eve", "find x"), 1, "没有用户 eve");
    refused(&shell.ssh("alice", "find 'x"), 2, "未闭合的引号");
    refused(&shell.ssh("alice", "doctor"), 1, "不能通过 SSH 运行 doctor");
    refused(&shell.ssh("alice", "show C-2 --lang en"), 1, "error: ");
}

#[test]
fn the_program_takes_the_command_from_ssh_alone() {
    let shell = Shell::company();
    let run = |asked: Option<&str>, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
        command.env("HOME", shell.folder.path()).env_remove("SSH_ORIGINAL_COMMAND");
        command.args(["serve-session", "--user", "alice", "--db"]).arg(shell.database());
        command.args(args).stdin(std::process::Stdio::null());
        if let Some(asked) = asked {
            command.env("SSH_ORIGINAL_COMMAND", asked);
        }
        let said = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (said.status.code().unwrap(), text(&said.stdout), text(&said.stderr))
    };
    let (status, out, err) = run(Some("find acme --format json"), &[]);
    assert!(status == 0 && out.contains("Acme Pumps"), "{out}{err}");
    let (status, out, err) = run(None, &[]);
    assert!(status == 1 && out.is_empty() && err.contains("neither a terminal"), "{err}");
    let (status, ..) = run(Some("find acme"), &["find", "acme"]);
    assert_eq!(status, 2);
}

mod keys {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const ANN: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    fn add(shell: &Shell, login: &str, key: &str) -> Said {
        shell.pipe(key, &["ssh-keys", "add", login, "-"])
    }

    fn file(shell: &Shell) -> std::path::PathBuf {
        shell.folder.path().join(".ssh/authorized_keys")
    }

    #[test]
    fn a_line_is_written_listed_and_taken_out() {
        let shell = Shell::company();
        let said = add(&shell, "alice", &format!("{ANN} anything at all\" command=\"sh\n"));
        assert_eq!(said.status, 0, "{said:?}");
        let db = shell.database().canonicalize().unwrap();
        let line = format!(
            "restrict,pty,command=\"/usr/local/bin/kontor serve-session --user alice --db {}\" {ANN} alice\n",
            db.display()
        );
        assert_eq!(std::fs::read_to_string(file(&shell)).unwrap(), line);
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file(&shell)), mode(file(&shell).parent().unwrap())), (0o600, 0o700));
        let listed = shell.json(&["ssh-keys", "list"]);
        assert_eq!(listed[0]["login"], "alice");
        assert_eq!(listed[0]["state"], "lets in");
        assert_eq!(listed[0]["fingerprint"], "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ");
        shell.done(&["ssh-keys", "remove", "alice"]);
        assert_eq!(std::fs::read_to_string(file(&shell)).unwrap(), "");
        refused(&shell.type_in(&["ssh-keys", "remove", "alice"]), 1, "no such key lets alice in");
    }

    #[test]
    fn every_other_line_stays_byte_for_byte() {
        let shell = Shell::company();
        std::fs::create_dir(file(&shell).parent().unwrap()).unwrap();
        let before =
            b"# mine \xff\r\n\n  ssh-rsa AAAA broken  \nfrom=\"10.*\" ssh-ed25519 AAAA x".to_vec();
        std::fs::write(file(&shell), &before).unwrap();
        assert_eq!(add(&shell, "alice", ANN).status, 0);
        let now = std::fs::read(file(&shell)).unwrap();
        assert!(now.starts_with(&before));
        shell.done(&[
            "ssh-keys",
            "remove",
            "alice",
            "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
        ]);
        let now = std::fs::read(file(&shell)).unwrap();
        assert_eq!(now, [before.as_slice(), b"\n"].concat());
    }

    #[test]
    fn only_a_good_key_is_taken() {
        let shell = Shell::company();
        let half = ANN.split_at(60).0;
        for (key, why) in [
            ("", "there is no key"),
            ("hello", "no public key of OpenSSH"),
            (half, "damaged"),
            ("ssh-ed25519", "there is no key"),
            ("ssh-dss AAAAB3NzaC1kc3M=", "too weak"),
            (&format!("{ANN}\n{ANN}\n"), "more than one key"),
            (&format!("command=\"sh\" {ANN}"), "options before the key"),
            (&format!("ssh-rsa {}", ANN.split_once(' ').unwrap().1), "damaged"),
            (&format!("{ANN} a\tb"), "control characters"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "private key"),
            (&"x".repeat(20_000), "too long"),
        ] {
            refused(&add(&shell, "alice", key), 1, why);
        }
        refused(&add(&shell, "eve", ANN), 1, "there is no user eve");
        assert!(!file(&shell).exists());
    }

    #[test]
    fn keys_of_ssh_keygen_are_understood() {
        let shell = Shell::company();
        let path = shell.folder.path().join("key");
        for (kind, bits, why) in [
            ("ed25519", "256", ""),
            ("ecdsa", "256", ""),
            ("ecdsa", "521", ""),
            ("rsa", "2048", ""),
            ("rsa", "1024", "an RSA key of 1024 bits is too weak"),
        ] {
            let _ = std::fs::remove_file(&path);
            let made = Command::new("ssh-keygen")
                .args(["-q", "-N", "", "-t", kind, "-b", bits, "-f"])
                .arg(&path)
                .status();
            let Ok(made) = made else {
                println!("skipped: there is no ssh-keygen");
                return;
            };
            assert!(made.success());
            let public = path.with_extension("pub");
            let said = shell.type_in(&["ssh-keys", "add", "alice", public.to_str().unwrap()]);
            if why.is_empty() {
                assert_eq!(said.status, 0, "{kind} {bits}: {said:?}");
                let print = Command::new("ssh-keygen").arg("-lf").arg(&public).output().unwrap();
                let print = String::from_utf8(print.stdout).unwrap();
                let listed = shell.json(&["ssh-keys", "list"]);
                let last = listed.as_array().unwrap().last().unwrap()["fingerprint"].to_string();
                assert!(print.contains(last.trim_matches('"')), "{print} {last}");
            } else {
                refused(&said, 1, why);
            }
            std::fs::remove_file(&public).unwrap();
        }
        assert_eq!(shell.json(&["ssh-keys", "list"]).as_array().unwrap().len(), 4);
    }

    #[test]
    fn a_link_in_place_of_the_file_is_not_followed() {
        let shell = Shell::company();
        std::fs::create_dir(file(&shell).parent().unwrap()).unwrap();
        let target = shell.file("elsewhere", "");
        std::os::unix::fs::symlink(&target, file(&shell)).unwrap();
        refused(&add(&shell, "alice", ANN), 1, "is a link or no file");
        assert_eq!(std::fs::read_to_string(target).unwrap(), "");
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let shell = Shell::company();
        let keys: Vec<String> = (0..6_u8)
            .map(|n| {
                use base64::Engine;
                let mut bytes = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
                bytes.extend([n + 1; 32]);
                format!("ssh-ed25519 {}", base64::engine::general_purpose::STANDARD.encode(bytes))
            })
            .collect();
        std::thread::scope(|scope| {
            for key in &keys {
                let database = shell.database();
                let home = shell.folder.path();
                scope.spawn(move || {
                    let path = home.join(format!("{}.pub", key.len() + key.as_ptr() as usize));
                    std::fs::write(&path, key).unwrap();
                    let status = Command::new(env!("CARGO_BIN_EXE_kontor"))
                        .env("HOME", home)
                        .args(["ssh-keys", "add", "alice"])
                        .arg(path)
                        .arg("--db")
                        .arg(database)
                        .status();
                    assert!(status.unwrap().success());
                });
            }
        });
        let text = std::fs::read_to_string(file(&shell)).unwrap();
        assert!(keys.iter().all(|key| text.contains(key.as_str())), "{text}");
    }
}
