//! Which delimiter and quote a CSV file uses.
//!
//! Guesses from the beginning of the file: the delimiter that cuts most rows into the same number of
//! cells wins. Start at [`sniff`].

/// Delimiters that are tried, the likeliest first: it wins a tie.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at.
const ROWS: usize = 50;

/// How cells are set apart in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells.
    pub quote: u8,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: b'"' }
    }
}

impl Dialect {
    /// The delimiter as people call it.
    #[must_use]
    pub fn delimiter_name(&self) -> String {
        match self.delimiter {
            b'\t' => "tab".to_owned(),
            other => char::from(other).to_string(),
        }
    }
}

/// The delimiter that a first line `sep=;` declares (spreadsheets write it), and how many bytes to
/// skip past that line.
pub(super) fn declared(sample: &[u8]) -> (Option<Dialect>, usize) {
    let Some(rest) = sample.strip_prefix(b"sep=") else { return (None, 0) };
    let end = match rest {
        [_, b'\r', b'\n', ..] => 3,
        [_, b'\n', ..] => 2,
        _ => return (None, 0),
    };
    (Some(Dialect { delimiter: rest[0], quote: b'"' }), 4 + end)
}

/// The likeliest dialect of the text in `sample`; `complete` where it is the whole file.
pub(super) fn sniff(sample: &[u8], complete: bool) -> Dialect {
    let quote = quote(sample);
    let mut best = Dialect { quote, ..Dialect::default() };
    let mut best_score = 0.0;
    for delimiter in DELIMITERS {
        let dialect = Dialect { delimiter, quote };
        let score = score(sample, complete, dialect);
        if score > best_score {
            best = dialect;
            best_score = score;
        }
    }
    best
}

/// Single quotes are quotes only where the first line is full of them and has no double quotes.
fn quote(sample: &[u8]) -> u8 {
    let line = sample.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let single = line.len() > 1 && line.starts_with(b"'") && line.ends_with(b"'");
    if single && !line.contains(&b'"') { b'\'' } else { b'"' }
}

fn score(sample: &[u8], complete: bool, dialect: Dialect) -> f64 {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .quote(dialect.quote)
        .has_headers(false)
        .flexible(true)
        .from_reader(sample);
    let mut counts: Vec<usize> =
        reader.byte_records().take(ROWS).flatten().map(|record| record.len()).collect();
    if !complete && counts.len() < ROWS && counts.len() > 1 {
        counts.pop();
    }
    let Some(&header) = counts.first() else { return 0.0 };
    if header < 2 {
        return 0.0;
    }
    let alike = counts.iter().filter(|count| **count == header).count();
    // Agreement counts most; among equals the one that finds more columns.
    alike as f64 / counts.len() as f64 * 100.0 + (header.min(50)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_delimiter() {
        for (text, delimiter, quote) in [
            ("a,b,c\n1,2,3\n", b',', b'"'),
            ("a;b;c\n1,5;2;3\n4,5;5;6\n", b';', b'"'),
            ("a\tb\n1, 2 and 3\t4\n", b'\t', b'"'),
            ("a|b\n1|2\n", b'|', b'"'),
            ("only one column\nx, y\n", b',', b'"'),
            ("name,note\nA,\"x; y; z\"\nB,\"p; q; r\"\n", b',', b'"'),
            ("'a';'b'\n'1;2';'3'\n", b';', b'\''),
            ("单位;电话\n甲;1\n", b';', b'"'),
            ("", b',', b'"'),
        ] {
            let expected = Dialect { delimiter, quote };
            assert_eq!(sniff(text.as_bytes(), true), expected, "{text}");
        }
    }
}
