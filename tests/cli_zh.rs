//! The command line in Chinese, as a transcript that is read by people: what was typed, what came out.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::fmt::Write;

use kontor::model::Lang;
use shell::Shell;

/// Types the lines in, one word per space, `'...'` as one word, and writes down what comes of them.
fn transcript(shell: &Shell, lines: &str) -> String {
    let folder = shell.folder.path().to_str().unwrap().to_owned();
    let mut out = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let typed = line.replace("DIR/", &format!("{folder}/"));
        let said = shell.type_in(&words(&typed).iter().map(String::as_str).collect::<Vec<_>>());
        let text = format!("{}{}", said.out, said.err).replace(&folder, "DIR");
        writeln!(out, "$ kontor {line}").unwrap();
        out.push_str(&text);
        writeln!(out, "[{}]\n", said.status).unwrap();
    }
    out
}

fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

fn chinese() -> Shell {
    Shell { lang: Lang::Zh, ..Shell::new() }
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn records_are_made_found_changed_and_taken_back() {
    let shell = chinese();
    insta::assert_snapshot!(transcript(
        &shell,
        "
        customer add name=北方泵业 status=active tags=重要
        customer add name=安邦科技 address.city=杭州
        contact add name=李娜 customer=C-1 phones=13800138000
        deal add name='200 台水泵' customer=C-1 amount=84k
        find 北方
        find 没有这个
        who 13800138000
        customer list --columns name,status,owner
        customer list --where 'status = active'
        customer list --count
        lead list
        customer show C-1
        deal edit D-1 amount=90k --dry-run
        deal edit D-1 amount=90k expected_close=2026-12-31
        deal move D-1 方案报价
        customer edit --where 'status = active' --set tags+=vip --dry-run
        customer edit --where 'status = active' --set revenue=很多
        history D-1
        undo
        log call C-1 '想要报价' --next '发报价' --due 周五
        capture '昨天给李娜打了电话：还要两台'
        agenda week
        customer delete C-2
        customer restore C-2
        history
        report
        report pipeline
        show C-1
        "
    ));
}

#[test]
fn what_is_wrong_is_told() {
    let shell = chinese();
    transcript(&shell, "customer add name=北方泵业\ndeal add name=水泵 customer=C-1 amount=84k");
    insta::assert_snapshot!(transcript(
        &shell,
        "
        customer add status=active
        customer edit C-1 revenue=很多
        customer edit C-1 revneue=1
        customer edit C-1 status=actve
        deal edit D-1 expected_close=哪天 amount=x
        deal add name=x customer=没有
        deal add name=x customer=D-1
        deal move D-1 输单
        deal move D-1 丢了
        show C-9
        show 没有
        customer list --where 'stauts = active'
        customer list --where 'status ='
        customer list --view 大单
        customer list --sort nmae
        undo 99
        report 没有
        custmer list
        customer lst
        customer edit
        customer list --limit x
        customer list --limt 3
        undo 0
        undo 1 2
        schema
        --format jsn keys
        find
        tutor --plain --plain
        log cal C-1 x
        --lang fr keys
        "
    ));
}

#[test]
fn files_and_the_schema_are_spoken_of() {
    let shell = chinese();
    shell.file("客户.csv", "公司,状态,电话\n北方泵业,合作中,13800138000\n安邦,不知道,\n,合作中,\n");
    shell.file("map.toml", "entity = \"customer\"\n[columns]\n\"公司\" = \"name\"\n\"状态\" = \"status\"\n\"电话\" = \"phones\"\n");
    shell.file("wrong.toml", "entity = \"customer\"\n[columns]\n\"公司\" = \"nam\"\n");
    shell.file("broken.toml", "entity = \n");
    shell.file(
        "company.toml",
        "[[entity.customer.field]]\nname = \"tier\"\ntype = \"select\"\nlabel = { en = \"Tier\", zh = \"等级\" }\noptions = [{ value = \"gold\", label = { en = \"Gold\", zh = \"金\" } }]\n",
    );
    shell.file("misspelt.toml", "[[entity.customer.field]]\nname = \"tier\"\ntpye = \"select\"\n");
    insta::assert_snapshot!(transcript(
        &shell,
        "
        import customer DIR/客户.csv --map DIR/map.toml --dry-run
        import customer DIR/客户.csv --map DIR/map.toml --errors DIR/errors.csv --skip-errors
        import customer DIR/客户.csv --map DIR/wrong.toml
        import customer DIR/客户.csv --map DIR/broken.toml
        import customer DIR/没有.csv
        export customer
        export customer DIR/out.csv
        schema check DIR/broken.toml
        schema check DIR/misspelt.toml
        schema plan DIR/company.toml
        schema apply DIR/company.toml
        schema show
        customer edit C-1 tier=silver
        config
        config path
        config check DIR/broken.toml
        manual 没有
        "
    ));
    let errors = std::fs::read_to_string(shell.folder.path().join("errors.csv")).unwrap();
    insta::assert_snapshot!(errors);
}

#[test]
fn help_is_laid_out() {
    let shell = Shell { width: Some(80), ..chinese() };
    insta::assert_snapshot!(transcript(
        &shell,
        "
        --help
        -h
        help find
        customer add --help
        deal move --help
        schema apply -h
        capture --help
        "
    ));
}

/// Every page of help: what stands beside a command, an argument or an option is Chinese.
#[test]
fn every_page_of_help_is_chinese() {
    let shell = chinese();
    let catalog = kontor::schema::load(None).unwrap();
    let mut pages = vec![Vec::new()];
    let mut seen = 0;
    pages.extend(catalog.entities().map(|entity| vec![entity.name.to_string()]));
    while let Some(page) = pages.pop() {
        seen += 1;
        let mut typed: Vec<&str> = page.iter().map(String::as_str).collect();
        typed.push("--help");
        let text = shell.done(&typed);
        assert!(text.contains("\n用法：kontor"), "{typed:?}: {text}");
        let body = text.split("\n字段：").next().unwrap();
        let mut inside = "";
        for line in body.lines() {
            if !line.starts_with(' ') {
                inside = line;
                assert!(line.is_empty() || has_chinese(line), "{typed:?}: {line}");
            } else if inside == "命令：" || inside.contains("选项：") || inside == "参数："
            {
                assert!(has_chinese(line), "{typed:?}: {line}");
                if inside == "命令：" {
                    let name = line.split_whitespace().next().unwrap().to_owned();
                    pages.push([page.clone(), vec![name]].concat());
                }
            }
        }
        for english in ["Usage", "OPTIONS", "[default", "possible values", "Print "] {
            assert!(!text.contains(english), "{typed:?} says {english}: {text}");
        }
    }
    assert!(seen > 150, "{seen}");
}

/// The examples are commands that there are.
#[test]
fn the_examples_of_the_help_are_understood() {
    let shell = chinese();
    transcript(
        &shell,
        "customer add name=北方泵业\ncontact add name=李娜 customer=C-1\ncontact add name=Müller customer=C-1\ncontact add name=张伟 customer=C-1\nuser add name=bo",
    );
    let text = shell.done(&["capture", "--help"]);
    let examples: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("  kontor ")).collect();
    assert_eq!(examples.len(), 5);
    for example in examples {
        let typed = words(example);
        let mut typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        typed.push("--dry-run");
        shell.done(&typed);
    }
}

/// Manual pages are read in one language: headings, the words between the options, every page of a folder.
#[test]
fn manual_pages_are_chinese_throughout() {
    let shell = chinese();
    let folder = shell.folder.path().join("man");
    let said = shell.type_in(&["man", "--out", folder.to_str().unwrap()]);
    assert_eq!(said.status, 0, "{}", said.err);
    let mut pages = vec![("kontor".to_owned(), shell.type_in(&["man"]).out)];
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        pages.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
    }
    assert!(pages.len() > 50, "{} pages", pages.len());
    for (name, page) in &pages {
        let heads: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        assert!(heads.len() >= 3, "{name}: {heads:?}");
        for head in heads {
            assert!(has_chinese(head), "{name}: {head}");
        }
        for english in ["Possible values", "subcommands", "[default:", "Print "] {
            assert!(!page.contains(english), "{name}: {english}");
        }
    }
    let (_, first) = &pages[0];
    for wanted in
        [".SH 名称", ".SH 用法", ".SH 选项", ".SH 子命令", "\\fI可选值：\\fR", "[\\fI子命令\\fR]"]
    {
        assert!(first.contains(wanted), "{wanted}");
    }
    // In English they are as they were.
    let english = Shell::new().type_in(&["man"]).out;
    assert!(english.contains(".SH SYNOPSIS") && english.contains("Possible values:"));
}
