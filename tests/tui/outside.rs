//! What leaves the screens: links that the desktop opens, rows that a spreadsheet takes.

use super::*;
use kontor::term::{COPY_LIMIT, Outlink};

/// The company with addresses to open.
fn reachable() -> Office {
    let mut office = office();
    let edit = Edit::update("customer", office.muller.id)
        .typed("emails", "work: info@mueller.example")
        .typed("urls", "https://mueller.example/shop?a=b&c=d");
    office.desk.session.save(vec![edit], "test").unwrap();
    let nordic = Edit::update("customer", RecordId(3)).typed("phones", "");
    office.desk.session.save(vec![nordic], "test").unwrap();
    office
}

fn at_desk(office: &Office, manners: Manners, lang: Lang) -> Script {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang, ascii: false };
    Script::start_with(session, &screen, manners)
}

fn local() -> Manners {
    Manners { local: true, opens: true, ..Manners::default() }
}

#[test]
fn of_several_addresses_one_is_chosen_and_opened() {
    let office = reachable();
    let mut script = at_desk(&office, local(), Lang::En);
    script.press("g c j o").unwrap();
    expect(&script, "Open");
    expect(&script, "+49 711 555 010");
    expect(&script, "info@mueller.example");
    expect(&script, "mueller.example/shop");
    assert!(script.opened.is_empty());
    assert!(script.click("3 Web"), "{}", script.text());
    assert_eq!(script.opened, ["https://mueller.example/shop?a=b&c=d"]);
    expect(&script, "Opening https://mueller.example/shop");
    script.press("enter o 1").unwrap();
    script.press("o 2").unwrap();
    assert_eq!(script.opened.len(), 3);
    assert!(script.opened.contains(&"mailto:info@mueller.example".to_owned()));
    assert!(script.opened.contains(&"tel:+49711555010".to_owned()));
    assert_eq!(script.copied, None);
}

#[test]
fn one_address_is_opened_at_once_and_none_is_said() {
    let office = reachable();
    let mut script = at_desk(&office, local(), Lang::En);
    script.press("g c").unwrap();
    assert!(script.click("安邦科技"));
    script.press("o").unwrap();
    assert_eq!(script.opened, ["tel:+8657187654321"]);
    // On the board a deal opens what its customer has.
    script.press("g b right o").unwrap();
    expect(&script, " · Müller Maschinenbau AG");
    script.press("esc g c G o").unwrap();
    script.press("g g o").unwrap();
    assert!(script.click("Nordic Pumps"));
    script.press("o").unwrap();
    expect(&script, "Nordic Pumps Oy has no web address, mail or phone");
    assert_eq!(script.copied, None);
}

#[test]
fn what_the_desktop_does_not_take_is_said() {
    let office = reachable();
    let mut script = at_desk(&office, local(), Lang::En);
    script.not_opened(Outlink::phone("+49711555010").unwrap());
    expect(&script, "tel:+49711555010 could not be opened; y copies it");
}

/// Somebody at another computer: over SSH, at a served screen, without a desktop.
#[test]
fn elsewhere_nothing_is_opened_but_copied() {
    let office = reachable();
    for manners in [
        Manners::default(),
        Manners { opens: true, ..Manners::default() },
        Manners { local: true, ..Manners::default() },
        Manners { served: true, ..local() },
    ] {
        for (lang, said) in [(Lang::En, "copy instead"), (Lang::Zh, "可改为复制")] {
            let mut script = at_desk(&office, manners.clone(), lang);
            script.press("g c j enter o").unwrap();
            expect(&script, said);
            script.press("1").unwrap();
            expect_not(&script, said);
            assert_eq!(script.copied.as_deref(), Some("+49711555010"));
            assert!(script.opened.is_empty());
        }
    }
}

/// A file from elsewhere holds addresses that no gate would have taken: scripts, files, options of the
/// opener, mails with attachments, codes for telephones. None of them may be opened.
#[test]
fn hostile_addresses_are_not_opened() {
    let office = reachable();
    let db = rusqlite::Connection::open(office.desk.folder().join("test.db")).unwrap();
    let points = |values: &[&str]| {
        let all: Vec<_> = values.iter().map(|v| serde_json::json!({ "v": v })).collect();
        serde_json::Value::from(all).to_string()
    };
    let urls = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "--help",
        "https://a.example/\u{1b}]0;x\u{7}",
        "https://bank.example@evil.example/",
    ];
    let mails = ["a@b.example?attach=/etc/passwd", "-a", "a@b.example\nBcc: c@d.example"];
    let phones = ["*#06#", "-1", "+49;phone-context=`id`"];
    let hostile = db
        .execute(
            "UPDATE customer SET urls = ?1, emails = ?2, phones = ?3 WHERE id = ?4",
            rusqlite::params![points(&urls), points(&mails), points(&phones), office.muller.id.0],
        )
        .unwrap();
    assert_eq!(hostile, 1);
    drop(db);
    let mut script = at_desk(&office, local(), Lang::En);
    script.press("g c j o").unwrap();
    expect(&script, "That is no address to open");
    for n in 1..=9 {
        script.press(&n.to_string()).unwrap();
        script.press("esc g h g c g g j o").unwrap();
    }
    assert_eq!(script.opened, Vec::<String>::new());
    assert!(script.copied.is_some());
}

#[test]
fn marked_rows_are_copied_with_the_names_of_the_shown_columns() {
    let mut office = office();
    office.desk.add(
        Edit::create("deal")
            .typed("name", "=1+1")
            .with("customer", link(&office.muller))
            .typed("stage", "proposal")
            .typed("amount", "-5 EUR"),
    );
    // No gate takes such a name; a file from elsewhere may have it.
    let db = rusqlite::Connection::open(office.desk.folder().join("test.db")).unwrap();
    let name = "say \"hi\"\tthen\r\ncall\u{2028}back";
    assert_eq!(db.execute("UPDATE deal SET name = ?1 WHERE id = 3", [name]).unwrap(), 1);
    drop(db);
    let mut script = office.open(120, 40);
    script.press("g d *").unwrap();
    expect(&script, "all 4 in filter");
    script.press("y").unwrap();
    expect(&script, "4 records copied");
    let text = script.copied.clone().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    let heads: Vec<&str> = lines[0].split('\t').collect();
    assert_eq!(heads[..2], ["Reference", "Name"]);
    // Just what stands on the screen, but for amounts, whose currency is a column of its own.
    for head in heads.iter().filter(|head| !["Reference"].contains(head)) {
        let shown = head.trim_end_matches(": currency");
        let start: String = shown.chars().take(8).collect();
        expect(&script, &start);
    }
    for line in &lines {
        assert_eq!(line.split('\t').count(), heads.len(), "{line}");
    }
    let amount = heads.iter().position(|head| *head == "Amount").unwrap();
    assert_eq!(heads[amount + 1], "Amount: currency");
    let presses = lines.iter().find(|line| line.contains("Three presses")).unwrap();
    let cells: Vec<&str> = presses.split('\t').collect();
    assert_eq!(cells[amount..=amount + 1], ["84000.00", "EUR"]);
    assert!(cells.contains(&"Qualification") && cells.contains(&"Müller Maschinenbau AG"));
    // What a spreadsheet would compute is a text; a negative number is one.
    let formula = lines.iter().find(|line| line.contains("=1+1")).unwrap();
    assert!(formula.contains("\t'=1+1\t"), "{formula}");
    assert!(formula.contains("\t-5.00\t"), "{formula}");
    expect_line(&lines, "\t\"say \"\"hi\"\" then call back\"\t");
    // The marks are there for what comes next.
    expect(&script, "all 4 in filter");
}

fn expect_line(lines: &[&str], text: &str) {
    assert!(lines.iter().any(|line| line.contains(text)), "{text:?} in {lines:#?}");
}

#[test]
fn a_row_is_copied_in_the_users_language_and_on_one_line() {
    let mut office = office();
    office.desk.add(
        Edit::create("customer")
            .typed("name", "Zwei Zeilen \"GmbH\"")
            .typed("address", "street=Weg 1\\nHof; city=Ulm")
            .typed("phones", "work: +49 711 555010"),
    );
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g c").unwrap();
    assert!(script.click("Zwei"));
    script.press("enter y").unwrap();
    expect(&script, "整条记录（TSV 一行）");
    script.typed("tsv");
    script.press("enter").unwrap();
    let text = script.copied.clone().unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("编号\t名称\t"), "{text}");
    let row = lines.next().unwrap();
    assert_eq!(lines.next(), None, "{text}");
    assert!(row.starts_with("C-4\t\"Zwei Zeilen \"\"GmbH\"\"\"\t"), "{row:?}");
    assert!(row.contains("\t+49 711 555 010\t"), "{row:?}");
}

#[test]
fn more_than_the_clipboard_takes_is_refused_with_how_many_would_do() {
    let mut office = office();
    let long = "x".repeat(190);
    let edits = (0..500).map(|n| {
        let name = format!("{long}{n}");
        Edit::create("customer").typed("name", name)
    });
    office.desk.session.save(edits.collect(), "test").unwrap();
    let mut script = office.open(80, 24);
    script.press("g c *").unwrap();
    script.press("y").unwrap();
    assert_eq!(script.copied, None);
    expect(&script, "takes only the first");
    let screen = script.text();
    let said = screen.split("only the first ").nth(1).unwrap();
    let n: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert!(n * 190 < COPY_LIMIT && n > 200, "{n}");
    // So many of them can be copied indeed.
    script.press("*").unwrap();
    script.press(&vec!["space"; n].join(" ")).unwrap();
    script.press("y").unwrap();
    let text = script.copied.clone().expect("so many fit");
    assert_eq!(text.lines().count(), n + 1);
    assert!(text.len() <= COPY_LIMIT);
}
