use super::*;

fn print(format: OutputFormat, width: Option<usize>, rows: &[(&str, &[&str])]) -> String {
    let heads = vec![
        Head::left("ref", Phrase::raw("Ref")),
        Head::left("name", Phrase::raw("Name")),
        Head::right("amount", Phrase::raw("Amount")),
    ];
    let mut out = Vec::new();
    let paper = Paper { width, color: false, lang: Lang::En };
    let mut printer = Printer::new(&mut out, format, heads, paper);
    for (reference, cells) in rows {
        let json = serde_json::json!({ "ref": reference, "name": cells[1] });
        let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
        printer.row(Row { reference: (*reference).to_owned(), cells, json }).unwrap();
    }
    printer.finish().unwrap();
    String::from_utf8(out).unwrap()
}

const ROWS: &[(&str, &[&str])] = &[
    ("D-1", &["D-1", "安邦科技 pumps", "€84,000.00"]),
    ("D-12", &["D-12", "Ten\tbolts, \"M8\"\nzinc", "€5.00"]),
];

#[test]
fn a_table_is_aligned_by_display_width() {
    assert_eq!(
        print(OutputFormat::Table, None, ROWS),
        "Ref   Name                      Amount\n\
         D-1   安邦科技 pumps        €84,000.00\n\
         D-12  Ten bolts, \"M8\"⏎zinc       €5.00\n"
    );
}

#[test]
fn a_narrow_terminal_squeezes_the_widest_column_and_then_drops_the_last() {
    let narrow = print(OutputFormat::Table, Some(30), ROWS);
    assert!(narrow.lines().all(|line| crate::term::width(line) <= 30), "{narrow}");
    assert!(narrow.contains('…') && narrow.contains("€84,000.00"), "{narrow}");
    let tiny = print(OutputFormat::Table, Some(15), ROWS);
    assert!(!tiny.contains('€') && tiny.contains("D-12"), "{tiny}");
}

#[test]
fn machine_formats_keep_a_row_a_row() {
    assert_eq!(
        print(OutputFormat::Tsv, None, ROWS).lines().nth(2),
        Some("D-12\tTen\\tbolts, \"M8\"\\nzinc\t€5.00")
    );
    let csv = print(OutputFormat::Csv, None, ROWS);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[1][1].contains("\"M8\"\nzinc"), "{:?}", rows[1]);
    assert_eq!(print(OutputFormat::Ids, None, ROWS), "D-1\nD-12\n");
}

#[test]
fn nothing_found_is_still_a_document() {
    assert_eq!(print(OutputFormat::Json, None, &[]), "[]\n");
    assert_eq!(print(OutputFormat::Csv, None, &[]), "ref,name,amount\n");
    assert_eq!(print(OutputFormat::Table, None, &[]), "");
    let markdown = "| Ref | Name | Amount |\n| --- | --- | ---: |\n";
    assert_eq!(print(OutputFormat::Markdown, None, &[]), markdown);
}

/// A name that clears the screen, turns its text around or leaves its cell must be seen, not obeyed,
/// in every format; in JSON nothing of it may be lost.
#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let hostile = "A\u{1b}[2J\u{9b}31m\u{202e}B|`x`";
    let rows: &[(&str, &[&str])] = &[("C-1", &["C-1", hostile, "1"])];
    for format in OutputFormat::WORDS.into_iter().filter_map(OutputFormat::from_word) {
        let text = print(format, None, rows);
        let acts = |c: &char| (c.is_control() && !matches!(c, '\n' | '\t')) || *c == '\u{202e}';
        assert_eq!(text.chars().find(acts), None, "{format:?}: {text:?}");
    }
    let json: Json = serde_json::from_str(&print(OutputFormat::Json, None, rows)).unwrap();
    assert_eq!(json[0]["name"], hostile);
    assert!(print(OutputFormat::Markdown, None, rows).contains("B\\|\\`x\\`"));
}

#[test]
fn more_rows_than_the_sample_all_come() {
    let owned: Vec<String> = (0..1200).map(|n| format!("C-{n}")).collect();
    let cells: Vec<[&str; 3]> = owned.iter().map(|r| [r.as_str(), "x", "1"]).collect();
    let rows: Vec<(&str, &[&str])> =
        owned.iter().zip(&cells).map(|(r, c)| (r.as_str(), c.as_slice())).collect();
    assert_eq!(print(OutputFormat::Table, None, &rows).lines().count(), 1201);
}
