//! JSON that is safe to look at: what a terminal could act on is written as an escape.

use std::io::{self, Write};

use serde_json::Value as Json;

/// Writes a value on one line, without a line end.
///
/// serde escapes what is below a space; the other controls and the characters that change the order
/// of text are escaped here. They can only stand inside strings, so the JSON stays the same value.
pub(in crate::cli) fn write_json(out: &mut dyn Write, value: &Json) -> io::Result<()> {
    let text = value.to_string();
    let mut done = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| acts(*c)) {
        out.write_all(&text.as_bytes()[done..at])?;
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            write!(out, "\\u{unit:04x}")?;
        }
        done = at + c.len_utf8();
    }
    out.write_all(&text.as_bytes()[done..])
}

fn acts(c: char) -> bool {
    matches!(
        u32::from(c),
        0x7f..=0x9f | 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff9..=0xfffb | 0xe0000..=0xe007f
    )
}
