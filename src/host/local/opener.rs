//! A link handed to the opener of the desktop: a page to the browser, a mail to the mail program.
//!
//! The link is one argument of one program; no shell sees it. The program gets no terminal, so that it
//! cannot draw over the screens, and nobody waits for it. Start at [`open`].

use std::process::{Command, Stdio};

use crate::term::Outlink;

/// The opener of each platform, with what stands before the link.
const OPENERS: [(&str, &str, &[&str]); 3] = [
    ("macos", "open", &[]),
    // `start` is a word of the shell there; this is what it does.
    ("windows", "rundll32", &["url.dll,FileProtocolHandler"]),
    ("", "xdg-open", &[]),
];

/// Opens a link; `failed` is told, later, where nothing took it.
pub(super) fn open(link: Outlink, failed: impl FnOnce(Outlink) + Send + 'static) {
    let os = std::env::consts::OS;
    let opener = OPENERS.iter().find(|(name, ..)| *name == os || name.is_empty());
    let Some((_, program, before)) = opener else { return failed(link) };
    launch(program, before, link, failed);
}

fn launch(
    program: &str,
    before: &[&str],
    link: Outlink,
    failed: impl FnOnce(Outlink) + Send + 'static,
) {
    let mut command = Command::new(program);
    command.args(before).arg(link.as_str());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    // In the background of the terminal: what would read from it is stopped, and Ctrl-C is not its.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let Ok(mut child) = command.spawn() else { return failed(link) };
    std::thread::spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            failed(link);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    /// Launches a script in place of an opener; whether it was told to have failed, and what it wrote.
    fn run(script: &str, link: &str) -> (bool, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let script = format!("out='{}'; {script}", out.display());
        let link = Outlink::web(link).expect("a link");
        let (send, told) = mpsc::channel();
        // The sender goes with the closure, so that the end of the program is seen either way.
        launch("/bin/sh", &["-c", &script, "opener"], link, move |_| {
            let _ = send.send(());
        });
        let failed = told.recv_timeout(SOON).is_ok();
        (failed, std::fs::read_to_string(out).unwrap_or_default())
    }

    #[test]
    fn the_link_is_one_argument_and_nothing_of_it_runs() {
        let (failed, out) =
            run(r#"printf '%s\n' "$#" "$1" > "$out""#, "https://a.example/x y;touch $(id)&b=`id`");
        assert!(!failed);
        assert_eq!(out, "1\nhttps://a.example/x%20y;touch%20%24%28id%29&b=%60id%60\n");
    }

    #[test]
    fn who_takes_no_link_is_told_of() {
        assert!(run("exit 4", "https://a.example").0);
        let link = Outlink::phone("+4971155501").expect("a link");
        let (send, told) = mpsc::channel();
        launch("no-such-opener-anywhere", &[], link.clone(), move |link| {
            let _ = send.send(link);
        });
        assert_eq!(told.recv_timeout(SOON), Ok(link));
    }
}
