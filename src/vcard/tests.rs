//! Cards of real programs, and what they must come to.

use super::cards;

#[test]
fn two_cards_in_quoted_printable_chinese() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=E5=BD=AD=E9=BE=99;;;\r\n\
                TEL;CELL:1839593888\r\nEND:VCARD\r\n\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n\
                FN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C0=EE=C0=D7\r\nEND:VCARD\r\n";
    let found = cards(text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].said_name(), "彭龙");
    assert_eq!((found[0].phones[0].label.as_str(), found[0].line), ("mobile", 1));
    assert_eq!((found[1].said_name().as_str(), found[1].line), ("李雷", 7));
}

#[test]
fn groups_name_what_has_no_type() {
    let text = "BEGIN:VCARD\nVERSION:3.0\nFN:J\nitem2.TEL:905-222-1234\nitem2.X-ABLabel:_$!<AssistantPhone>!$_\n\
                item5.URL;type=pref:http\\://www.ibm.com\nitem5.X-ABLabel:_$!<HomePage>!$_\nPHOTO;ENCODING=b:AAAA\nEND:VCARD";
    let card = &cards(text)[0];
    assert_eq!(card.phones[0].label, "assistant phone");
    assert_eq!(
        (card.urls[0].label.as_str(), card.urls[0].value.as_str()),
        ("", "http://www.ibm.com")
    );
    assert_eq!(card.passed_over, ["PHOTO"]);
}

#[test]
fn broken_cards_neither_stop_nor_swallow_others() {
    let text = "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\njunk\nBEGIN:VCARD\nFN:C\nEND:VCARD\nBEGIN:VCARD\nFN:D";
    let names: Vec<String> = cards(text).iter().map(super::Vcard::said_name).collect();
    assert!(names.contains(&"C".to_owned()) && names.contains(&"D".to_owned()), "{names:?}");
    for text in
        ["", "BEGIN:VCARD", "begin:vcard\nend:vcard", "BEGIN:VCARDß\u{0}", "END:VCARD BEGIN:VCARD"]
    {
        assert!(cards(text).len() <= 1, "{text:?}");
    }
}
