//! A team over SSH against a real `sshd`: on loopback, at a high port, with keys and a config of its own.
//!
//! It accepts every variable that a client sends, so that nothing but the program itself keeps people in.
//! Where there is no `sshd` or no `ssh` the tests say so and pass. Start at [`Server::start`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const SSHD: &str = "/usr/sbin/sshd";

struct Server {
    child: Child,
    port: u16,
    account: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn done(command: &mut Command) -> String {
    let said = command.stdin(Stdio::null()).output().unwrap();
    assert!(said.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Why there can be no server here.
fn missing() -> Option<String> {
    if !Path::new(SSHD).exists() {
        return Some(format!("there is no {SSHD} (Debian: apt-get install openssh-server)"));
    }
    if Command::new("ssh").arg("-V").output().is_err() {
        return Some("there is no ssh".to_owned());
    }
    let me = done(Command::new("id").arg("-u"));
    if me.trim() == "0" && std::fs::create_dir_all("/run/sshd").is_err() {
        return Some("the folder /run/sshd that sshd wants of root cannot be made".to_owned());
    }
    None
}

impl Server {
    /// A server for Alice, who has a customer, and Bo, who has another one; none where there can be none.
    fn start() -> Option<Self> {
        if let Some(why) = missing() {
            println!("skipped: {why}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(at("config.toml"), "zone = \"Europe/Berlin\"\n").unwrap();
        let kontor = |words: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
            command.env("HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
            command.args(["--db", &at("team.db"), "--config", &at("config.toml")]).args(words);
            done(&mut command)
        };
        for name in ["host", "alice", "bo", "eve"] {
            let mut make = Command::new("ssh-keygen");
            done(make.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", &at(name)]));
        }
        for (name, customer) in [("alice", "Acme Pumps"), ("bo", "Borealis")] {
            let (login, full) = (format!("login={name}"), format!("name={name} of the team"));
            kontor(&["user", "add", &full, &login, "roles=Sales rep"]);
            let owner = format!("owner={name} of the team");
            kontor(&["customer", "add", &format!("name={customer}"), &owner]);
            let key = at(&format!("{name}.pub"));
            kontor(&["ssh-keys", "add", name, &key, "--file", &at("authorized_keys")]);
        }
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nAuthorizedKeysFile {}\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin forced-commands-only\nAcceptEnv *\nAllowTcpForwarding yes\n\
             AllowAgentForwarding yes\nSubsystem sftp internal-sftp\nLogLevel VERBOSE\n",
            at("host"),
            at("authorized_keys"),
        );
        std::fs::write(at("sshd_config"), config).unwrap();
        let log = std::fs::File::create(at("log")).unwrap();
        let child = Command::new(SSHD)
            .args(["-D", "-e", "-f", &at("sshd_config")])
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let account = done(Command::new("id").arg("-un")).trim().to_owned();
        let server = Self { child, port, account, folder };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let log = std::fs::read_to_string(server.at("log")).unwrap();
            assert!(began.elapsed() < Duration::from_secs(20), "sshd does not listen: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self, key: &str) -> Vec<String> {
        let mut words: Vec<String> = ["-F", "none", "-i"].map(str::to_owned).into();
        words.push(self.at(key).display().to_string());
        for option in [
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "ConnectTimeout=20",
        ] {
            words.extend(["-o".to_owned(), option.to_owned()]);
        }
        words
    }

    fn host(&self) -> String {
        format!("{}@127.0.0.1", self.account)
    }

    fn ssh(&self, key: &str, more: &[&str], command: &str) -> Output {
        Command::new("ssh")
            .args(self.options(key))
            .args(["-p", &self.port.to_string()])
            .args(more)
            .arg(self.host())
            .args((!command.is_empty()).then_some(command))
            .env_remove("SSH_AUTH_SOCK")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn says(&self, key: &str, command: &str) -> (i32, String, String) {
        told(self.ssh(key, &[], command))
    }
}

fn told(said: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (said.status.code().unwrap(), text(said.stdout), text(said.stderr))
}

#[test]
fn each_key_finds_what_its_user_may_see() {
    let Some(server) = Server::start() else { return };
    let (status, out, err) = server.says("alice", "find acme --format json");
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("Acme Pumps"), "{out}");
    let (_, out, _) = server.says("alice", "find borealis");
    assert!(!out.contains("Borealis"), "{out}");
    let list = "customer list --columns name --format csv";
    assert_eq!(server.says("alice", list).1, "name\nAcme Pumps\n");
    assert_eq!(server.says("bo", list).1, "name\nBorealis\n");
    // What was written carries the name of the key's user.
    let (status, _, err) = server.says("bo", "customer edit C-2 'description=Nuuk; true'");
    assert_eq!(status, 0, "{err}");
    let (_, out, _) = server.says("bo", "history C-2");
    assert!(out.contains("bo of the team"), "{out}");
    // A key that stands for nobody.
    let (status, out, err) = server.says("eve", "find acme");
    assert!(status == 255 && out.is_empty() && err.contains("Permission denied"), "{err}");
}

#[test]
fn a_command_is_no_line_of_a_shell() {
    let Some(server) = Server::start() else { return };
    let mark = server.at("mark");
    let touch = format!("touch {}", mark.display());
    for command in [
        format!("find acme; {touch}"),
        format!("find acme && {touch}"),
        format!("find acme | {touch}"),
        format!("find $({touch}) `{touch}`"),
        format!("find acme\n{touch}"),
        format!("find acme > {}", mark.display()),
        format!("sh -c '{touch}'"),
        format!("/bin/{touch}"),
        format!("export customer {}", mark.with_extension("csv").display()),
    ] {
        let (status, out, err) = server.says("alice", &command);
        assert_ne!(status, 0, "{command}: {out}{err}");
        assert!(!mark.exists() && !mark.with_extension("csv").exists(), "{command}");
    }
    let (status, out, err) = server.says("alice", "");
    assert!(status == 1 && out.is_empty() && err.contains("neither a terminal"), "{err}");
}

#[test]
fn whoever_may_not_act_is_turned_away_at_the_next_session() {
    let Some(server) = Server::start() else { return };
    assert_eq!(server.says("alice", "find acme").0, 0);
    let mut kontor = Command::new(env!("CARGO_BIN_EXE_kontor"));
    kontor.env("HOME", server.folder.path()).arg("--db").arg(server.at("team.db"));
    done(kontor.args(["user", "edit", "alice of the team", "active=no"]));
    let (status, out, err) = server.says("alice", "find acme");
    assert!(status == 1 && out.is_empty() && err.contains("is not active"), "{out}{err}");
    let (status, ..) = told(server.ssh("alice", &["-tt"], ""));
    assert_eq!(status, 1);
    assert_eq!(server.says("bo", "find borealis").0, 0);
}

#[test]
fn variables_forwarding_and_file_transfer_are_refused() {
    let Some(server) = Server::start() else { return };
    let other = server.at("other.db");
    let said = Command::new("ssh")
        .args(server.options("alice"))
        .args(["-p", &server.port.to_string()])
        .args(["-o", "SendEnv=KONTOR_* XDG_* EDITOR SSH_ORIGINAL_COMMAND LANG"])
        .args([&server.host(), "doctor"])
        .env("KONTOR_DB", &other)
        .env("KONTOR_CONFIG", "/dev/zero")
        .env("XDG_CONFIG_HOME", server.folder.path())
        .env("EDITOR", "false")
        .env("SSH_ORIGINAL_COMMAND", "find acme")
        .env("LANG", "zh_CN.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (status, out, err) = told(said);
    assert!(status == 1 && out.is_empty(), "{out}{err}");
    // The locale is the one thing that counts.
    assert!(err.contains("不能通过 SSH 运行 doctor"), "{err}");
    assert!(!other.exists());

    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let back = format!("{free}:127.0.0.1:{}", server.port);
    let (status, _, err) =
        told(server.ssh("alice", &["-o", "ExitOnForwardFailure=yes", "-R", &back], "find acme"));
    assert!(status == 255 && err.contains("forwarding failed"), "{err}");
    let through = format!("127.0.0.1:{}", server.port);
    let (status, out, err) = told(server.ssh("alice", &["-W", &through], ""));
    assert!(status == 255 && out.is_empty(), "{out}{err}");

    let (file, batch) = (server.at("host.pub"), server.at("batch"));
    let there = server.at("copied");
    std::fs::write(&batch, format!("put {} {}\n", file.display(), there.display())).unwrap();
    let mut sftp = Command::new("sftp");
    sftp.args(server.options("alice")).args(["-P", &server.port.to_string(), "-b"]).arg(&batch);
    let said = sftp.arg(server.host()).stdin(Stdio::null()).output().unwrap();
    assert!(!said.status.success());
    let mut scp = Command::new("scp");
    scp.arg("-O").args(server.options("alice")).args(["-P", &server.port.to_string()]);
    scp.arg(&file).arg(format!("{}:{}", server.host(), there.display()));
    assert!(!scp.stdin(Stdio::null()).output().unwrap().status.success());
    assert!(!there.exists());
}

#[test]
fn with_a_terminal_the_screens_open_and_are_left() {
    let Some(server) = Server::start() else { return };
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new("ssh");
    command.args(server.options("alice"));
    command.args(["-t", "-p", &server.port.to_string(), &server.host()]);
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut keys = pair.master.take_writer().unwrap();
    let (send, bytes) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 4096];
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            if send.send(buffer[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    let (rows, cols) = (24.try_into().unwrap(), 80.try_into().unwrap());
    let mut screen = vt100::Parser::new(rows, cols, 0);
    let mut see = |text: &str| {
        let began = Instant::now();
        while !screen.screen().contents().contains(text) {
            let shown = screen.screen().contents();
            assert!(began.elapsed() < Duration::from_secs(30), "no {text:?} in:\n{shown}");
            if let Ok(more) = bytes.recv_timeout(Duration::from_millis(200)) {
                screen.process(&more);
            }
        }
    };
    see("My day");
    // Her customers, and nobody else's.
    keys.write_all(b"2").unwrap();
    see("Acme Pumps");
    // What would suspend a program at its own terminal leaves it where it is.
    keys.write_all(b"\x1a").unwrap();
    keys.write_all(b"1").unwrap();
    see("My day");
    keys.write_all(b"q").unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it was not left");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.exit_code(), 0);
    assert!(!screen.screen().contents().contains("Borealis"));
}
