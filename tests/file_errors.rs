//! What is wrong with a file is told by the real program in our own words: what, of which file, what to do
//! next, in both languages, with the exit code of its kind. No word of the system or of a library is left.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

struct Case {
    typed: &'static str,
    status: i32,
    en: [&'static str; 2],
    zh: [&'static str; 2],
}

const fn case(
    typed: &'static str,
    status: i32,
    en: [&'static str; 2],
    zh: [&'static str; 2],
) -> Case {
    Case { typed, status, en, zh }
}

/// What system and libraries would say.
const FOREIGN: [&str; 9] = [
    "os error",
    "No such file",
    "Is a directory",
    "Permission denied",
    "valid UTF-8",
    "CSV error",
    "disk image",
    "file is not a database",
    "TOML parse",
];

const CASES: &[Case] = &[
    case(
        "--db folder customer list",
        1,
        ["folder: this is a folder", "Hint: name a file inside it with --db"],
        ["folder：这是文件夹", "提示：请用 --db 指定其中的文件"],
    ),
    case(
        "--db text.db customer list",
        1,
        ["text.db: this is not a Kontor database", "Hint: name another file with --db"],
        ["text.db：这不是 Kontor 数据库", "提示：请用 --db 指定另一个文件"],
    ),
    case(
        "--db newer.db customer list",
        1,
        ["newer.db: a newer Kontor wrote this file", "Hint: update this program"],
        ["newer.db：此文件由更新版本的 Kontor 写入", "提示：请更新本程序"],
    ),
    case(
        "--db damaged.db customer list",
        1,
        ["damaged.db: the file is damaged", "Hint: run `kontor doctor`"],
        ["damaged.db：文件已损坏", "提示：请运行 `kontor doctor`"],
    ),
    case(
        "--db /proc/kontor/x.db customer add name=A",
        1,
        ["/proc/kontor: the folder cannot be made: ", "Hint: name another file with --db"],
        ["/proc/kontor：无法创建文件夹：", "提示：请用 --db 指定另一个文件"],
    ),
    case(
        "import customer none.csv",
        1,
        ["none.csv: there is no such file or folder", "Hint: check how the path is written"],
        ["none.csv：没有这个文件或文件夹", "提示：请检查路径是否写对"],
    ),
    case(
        "import customer folder",
        1,
        ["folder: this is a folder, not a file", "Hint: name a file inside it"],
        ["folder：这是文件夹，不是文件", "提示：请指定其中的文件"],
    ),
    case(
        "import customer text.db/rows.csv",
        1,
        ["a part of the path is a file, not a folder", "Hint: check how the path is written"],
        ["路径中有一段是文件，不是文件夹", "提示：请检查路径是否写对"],
    ),
    case(
        "import customer latin.csv --encoding klingon",
        2,
        ["there is no encoding \"klingon\"", "Hint: utf-8, utf-16le"],
        ["没有编码“klingon”", "提示：utf-8、utf-16le"],
    ),
    case(
        "import customer open.csv",
        1,
        ["row 3", "a quote is opened and never closed: the 3 lines to the end of the file"],
        ["第 3 行", "引号没有闭合：直到文件末尾的 3 行"],
    ),
    case(
        "import customer good.csv --map binary.toml",
        1,
        ["binary.toml: it is not text in UTF-8", "Hint: save it as text in UTF-8"],
        ["binary.toml：不是 UTF-8 文本", "提示：请另存为 UTF-8 文本后重试"],
    ),
    case(
        "import customer good.csv --map broken.toml",
        1,
        ["broken.toml:1: ", "expected letters"],
        ["broken.toml:1：键不能为空", "应为字母"],
    ),
    case(
        "schema check binary.toml",
        1,
        ["binary.toml: it is not text in UTF-8", "Hint: save it"],
        ["binary.toml：不是 UTF-8 文本", "提示：请另存为"],
    ),
    case(
        "export customer folder/none/all.csv",
        1,
        ["all.csv: there is no such file or folder", "Hint: check how the path is written"],
        ["all.csv：没有这个文件或文件夹", "提示：请检查路径是否写对"],
    ),
    case(
        "export customer /dev/full",
        1,
        ["the disk is full", "Hint: free some space and try again"],
        ["磁盘已满", "提示：请腾出空间后重试"],
    ),
    case(
        "man --out text.db",
        1,
        ["text.db: it is there already", "Hint: name another one"],
        ["text.db：已经存在", "提示：请另选一个"],
    ),
    case(
        "--config none.toml customer list",
        1,
        ["none.toml: there is no such config file", "Hint: kontor config template"],
        ["none.toml：没有这个配置文件", "提示：kontor config template"],
    ),
    case(
        "--config binary.toml customer list",
        1,
        ["binary.toml: it is not text in UTF-8", "Hint: save it as text in UTF-8"],
        ["binary.toml：不是 UTF-8 文本", "提示：请另存为 UTF-8 文本后重试"],
    ),
];

fn kontor(folder: &Path, lang: &str, typed: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
    command.env_clear().env("HOME", folder).env("KONTOR_DB", "team.db").current_dir(folder);
    command.stdin(Stdio::null()).args(["--lang", lang]).args(typed.split(' '));
    command
}

/// A folder with everything that can be wrong with files.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    for n in 0..60 {
        let typed = format!("customer add name=Customer-{n}");
        assert!(kontor(dir.path(), "en", &typed).output().unwrap().status.success());
    }
    let good = std::fs::read(dir.path().join("team.db")).unwrap();
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&99_i32.to_be_bytes());
    let mut damaged = good;
    let half = damaged.len() / 2;
    damaged[4096..half].fill(0x5a);
    write("newer.db", &newer);
    write("damaged.db", &damaged);
    write("text.db", b"not a database, only a text of some length\n");
    write("good.csv", b"name\nAcme\n");
    write("latin.csv", b"name\nAcme\nCaf\xe9\n");
    write("open.csv", b"name,description\nA,x\nB,\"y\nC,z\nD,z\n");
    write("binary.toml", b"\xff\xfe\0");
    write("broken.toml", b"[");
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    dir
}

#[test]
fn what_is_wrong_with_a_file_is_told_in_our_own_words() {
    let dir = folder();
    for case in CASES {
        for (lang, wanted) in [("en", case.en), ("zh", case.zh)] {
            let output = kontor(dir.path(), lang, case.typed).output().unwrap();
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            let typed = case.typed;
            assert_eq!(output.status.code(), Some(case.status), "{typed}: {said}");
            for wanted in wanted {
                assert!(said.contains(wanted), "{typed}: `{wanted}` is not in\n{said}");
            }
            for foreign in FOREIGN {
                assert!(!said.contains(foreign), "{typed}: `{foreign}` is in\n{said}");
            }
        }
    }
}

/// Where the output cannot be written, that is an error; the file is as it was.
#[test]
fn an_output_on_a_full_disk_is_told() {
    let dir = folder();
    for (lang, wanted) in [("en", "cannot write the output: the disk is full"), ("zh", "磁盘已满")]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = kontor(dir.path(), lang, "customer list").stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(wanted), "{said}");
    }
}
