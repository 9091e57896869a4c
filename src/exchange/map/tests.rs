use super::*;

fn errors(text: &str) -> Vec<String> {
    ImportMap::parse("deals.toml", text)
        .unwrap_err()
        .iter()
        .map(|error| format!("{error} ({})", error.hint.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn reads_everything_a_map_can_say() {
    let map = ImportMap::parse(
        "deals.toml",
        r#"
entity = "deal"
key = "external_id"
delimiter = "tab"
dates = "dmy"
currency = "usd"
empty = ["N/A"]
blank = "clear"
short_rows = "fill"
ignore = ["Notes"]
skip_when = { Deleted = ["true", "1"], Mail = "noreply@*" }

[columns]
Id = "external_id"
Product = { field = "product", by = ["name", "code"], create_missing = true, values = { GTXPro = "GTX Pro" } }
Stage = [{ field = "stage" }, { field = "lost_reason", values = { Lost = "other", "*" = "" } }]
Value = { field = "amount", multiply = 1000, currency = "EUR", invalid = "empty" }

[constants]
source = "web"
[compose]
name = "{Product} {Id}"
"#,
    )
    .unwrap();
    assert_eq!(map.entity.as_ref().unwrap().text, "deal");
    assert_eq!(map.keys, [Spot { text: "external_id".into(), line: 3 }]);
    assert_eq!(map.dialect.unwrap().delimiter, b'\t');
    assert_eq!(map.dates, Some(DateStyle::DayFirst));
    assert!(map.clear_blank && map.fill_short);
    assert_eq!(map.skip_when[0].1, ["true", "1"]);
    let product = &map.columns[1].1[0];
    assert_eq!(product.values, [("GTXPro".to_owned(), "GTX Pro".to_owned())]);
    assert!(product.create_missing);
    assert_eq!(map.columns[2].1.len(), 2);
    assert_eq!(map.columns[3].1[0].multiply, Some(Decimal::ONE_THOUSAND));
    assert_eq!(map.columns[3].1[0].unfit, Unfit::Empty);
    assert_eq!(map.compose[0].1, "{Product} {Id}");
}

#[test]
fn mistakes_come_with_line_and_likely_word() {
    assert_eq!(
        errors("entity = \"deal\"\nkeys = \"x\"\n[colums]\na = \"b\"\n"),
        [
            "deals.toml:2: unknown key \"keys\" (did you mean \"key\"?)",
            "deals.toml:3: unknown key \"colums\" (did you mean \"columns\"?)",
        ]
    );
    assert_eq!(
        errors("[columns]\nA = { feild = \"name\" }\n"),
        [
            "deals.toml:2: unknown key \"feild\" of column \"A\" (did you mean \"field\"?)",
            "deals.toml:2: column \"A\" says no field ()",
        ]
    );
    assert_eq!(
        errors("blank = \"cler\"\ndates = \"us\"\ncurrency = \"dollars\"\n"),
        [
            "deals.toml:1: \"blank\" must be one of: keep, clear (did you mean \"clear\"?)",
            "deals.toml:2: \"us\" is no way to write dates (\"dmy\", \"mdy\", \"serial\" \
             (spreadsheet numbers) or a pattern such as \"%d.%m.%y\")",
            "deals.toml:3: \"dollars\" is not a currency (a currency is three letters: EUR)",
        ]
    );
    assert!(errors("entity = \n")[0].starts_with("deals.toml:1: "));
}

#[test]
fn a_suggested_map_can_be_read_again() {
    let mut map = ImportMap::parse("", "entity = \"lead\"\nkey = []\n[columns]\n").unwrap();
    map.columns.push((
        Spot { text: "Kunde \"A\"".into(), line: 0 },
        vec![Target { field: Spot { text: "name".into(), line: 0 }, ..Target::default() }],
    ));
    map.ignore.push(Spot { text: "x".into(), line: 0 });
    let again = ImportMap::parse("", &map.to_toml()).unwrap();
    assert_eq!(again.columns[0].0.text, "Kunde \"A\"");
    assert_eq!(again.columns[0].1[0].field.text, "name");
    assert_eq!(again.ignore[0].text, "x");
}
