//! Signatures and cards as they arrive, and what they must come to.

use super::Card;

/// What a card says, a line per field; labels of phones in brackets.
fn told(text: &str) -> String {
    let Some(card) = Card::read(text) else { return "none".to_owned() };
    let mut lines = Vec::new();
    let mut add = |key: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push(format!("{key} {value}"));
        }
    };
    add("name", card.name.as_deref());
    add("at", card.company.as_deref());
    add("as", card.position.as_deref());
    add("in", card.department.as_deref());
    let phones: Vec<String> =
        card.phones.iter().map(|(label, number)| format!("({label}) {number}")).collect();
    add("tel", Some(&phones.join(" ")));
    add("mail", Some(&card.emails.join(" ")));
    add("web", Some(&card.urls.join(" ")));
    let address = &card.address;
    let parts =
        [&address.street, &address.postcode, &address.city, &address.region, &address.country];
    let parts: Vec<String> =
        parts.into_iter().filter(|p| !p.is_empty()).map(|p| p.replace('\n', " + ")).collect();
    add("lives", Some(&parts.join(" / ")));
    add("born", card.birthday.as_deref());
    add("note", card.note.as_deref());
    add("rest", Some(&card.rest.join(" / ")));
    lines.join("\n")
}

#[test]
fn signatures_and_cards() {
    let table = include_str!("cards.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in table.split("\n=====\n").filter(|case| !case.trim().is_empty()) {
        let (text, wanted) = case.split_once("\n-----\n").unwrap();
        count += 1;
        let got = told(text);
        if got != wanted.trim_end() {
            wrong.push(format!("{text}\n-- wanted\n{wanted}\n-- got\n{got}\n"));
        }
    }
    assert!(count >= 25, "{count} cards");
    assert!(
        wrong.is_empty(),
        "{} of {count} are read wrongly:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_is_no_card() {
    for text in [
        "call me tomorrow\nabout the three pumps",
        "anna@mueller.de",
        "",
        "\n\n",
        "BEGIN:VCARD\nEND:VCARD",
        "Hi,\nthanks, see you on Friday.\nBest",
    ] {
        assert_eq!(told(text), "none", "{text:?}");
    }
}

#[test]
fn folded_escaped_and_encoded_vcards() {
    for (text, wanted) in [
        (
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Anna;;Dr.;\r\n\
             ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller Maschinen=\r\nbau AG;Einkauf\r\n\
             TITLE:CEO\r\nTEL;WORK;VOICE:+49 711 555-010\r\nTEL;CELL:0171 2345678\r\nTEL;WORK;FAX:+49 711 555-019\r\n\
             EMAIL;PREF;INTERNET:anna@mueller.de\r\nADR;WORK:;;Hauptstr. 1;Stuttgart;;70173;Germany\r\nEND:VCARD",
            "name Dr. Anna Müller\nat Müller Maschinenbau AG\nas CEO\nin Einkauf\n\
             tel (work) +49 711 555-010 (mobile) 0171 2345678 (fax) +49 711 555-019\nmail anna@mueller.de\n\
             lives Hauptstr. 1 / 70173 / Stuttgart / Germany",
        ),
        (
            "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nN:Roe;Jane;;;\nORG:Acme Pumps\\, Inc.\nitem1.TEL;type=CELL;type=pref:+1 212 555 0100\n\
             item1.X-ABLabel:mobile\nEMAIL;type=INTERNET:jane@acme.com\nURL;type=WORK:https://acme.com\n\
             NOTE:Met at the fair\\nlikes tea\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg\n ABAQEASABIAAD\nEND:VCARD",
            "name Jane Roe\nat Acme Pumps, Inc.\ntel (mobile) +1 212 555 0100\nmail jane@acme.com\nweb https://acme.com\n\
             note Met at the fair\nlikes tea",
        ),
        (
            "BEGIN:VCARD\nVERSION:4.0\nFN:张伟\nORG:安邦科技有限公司\nTITLE:销售经理\nTEL;VALUE=uri;TYPE=\"voice,work\":tel:+86-571-8765-4321;ext=801\n\
             EMAIL:zhangwei@anbang.cn\nBDAY:1985-04-12\nURL:https://www.linkedin.com/in/zw\nEND:VCARD",
            "name 张伟\nat 安邦科技有限公司\nas 销售经理\ntel (work) +86-571-8765-4321 ext. 801\nmail zhangwei@anbang.cn\nborn 1985-04-12\n\
             rest https://www.linkedin.com/in/zw",
        ),
        (
            "BEGIN:VCARD\nVERSION:3.0\nN:张;伟;;;\nTEL:13800138000\nEND:VCARD",
            "name 张伟\ntel () 13800138000",
        ),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
}
