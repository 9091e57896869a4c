//! Text of one line and of several.

use crate::model::phrase;
use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Invalid;
use crate::model::Value;

/// Characters in one line.
const LINE: usize = 1_000;
/// Bytes in a long text.
const BLOCK: usize = 1 << 20;
/// Bytes of text looked at for any type but text.
pub(super) const LONGEST_INPUT: usize = 64 << 10;

/// One line. Full-width letters become half-width, but not in a name (whose spelling is its owner's)
/// and not among Chinese, Japanese or Korean.
pub(super) fn line(text: &str, is_name: bool) -> Result<Value, Invalid> {
    let text = trim(text);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return bounded(tidy(text).into_owned());
    }
    no_controls(text, false)?;
    let text = tidy(text);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let text = composed(&text);
    let text =
        if is_name || has_wide_script(&text) { text } else { Cow::Owned(half(&text).into()) };
    bounded(text.into_owned())
}

/// A line as it is kept: nothing around it, one plain blank between words, without characters that are
/// never seen and mean nothing. A single ideographic blank stays where people write with such; joiners,
/// which some scripts need, stay too.
#[must_use]
pub fn tidy(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if text.is_ascii()
        && !text.contains("  ")
        && !text.contains(['\t', '\n', '\r', '\u{b}', '\u{c}'])
    {
        return text.into();
    }
    let wide = has_wide_script(text);
    let mut out = String::with_capacity(text.len());
    let mut blank: Option<char> = None;
    for c in text.chars().filter(|c| !is_empty_mark(*c)) {
        if c.is_whitespace() {
            blank = Some(if c == '\u{3000}' && wide && blank.is_none() { c } else { ' ' });
            continue;
        }
        if let Some(blank) = blank.take().filter(|_| !out.is_empty()) {
            out.push(blank);
        }
        out.push(c);
    }
    if out == text { text.into() } else { out.into() }
}

/// A character that takes no room and changes nothing around it: a zero-width blank, a byte order mark, a
/// soft hyphen.
#[must_use]
pub fn is_empty_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn bounded(text: String) -> Result<Value, Invalid> {
    let length = if text.len() <= LINE { 0 } else { text.chars().count() };
    if length > LINE {
        return Err(Invalid::new(phrase!(
            "has {length} characters; one line holds at most {line}",
            length = length,
            line = LINE
        )));
    }
    Ok(Value::Text(text))
}

/// Several lines: line ends become `\n`, other controls are refused.
pub(super) fn block(text: &str) -> Result<Value, Invalid> {
    if text.len() > BLOCK {
        return Err(Invalid::new(phrase!(
            "has {text} bytes; at most {block} are kept",
            text = text.len(),
            block = BLOCK
        )));
    }
    let text = text.trim_end();
    // Leading spaces of the first line mean something in Markdown; empty lines do not.
    let text = text.trim_start_matches(['\n', '\r', '\u{feff}']);
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let text: Cow<str> = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    };
    no_controls(&text, true)?;
    Ok(Value::Text(composed(&text).into_owned()))
}

/// Without white space and byte order marks around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// In NFC, so that equal texts are equal bytes.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}

/// Refuses controls: all in one line, all but tab and line end in several.
pub(super) fn no_controls(text: &str, several: bool) -> Result<(), Invalid> {
    let allowed = |c: char| c == '\t' || (several && c == '\n');
    match text.chars().find(|c| (c.is_control() || is_line_break(*c)) && !allowed(*c)) {
        None => Ok(()),
        Some('\n' | '\r') => Err(Invalid::hint(
            phrase!("has a line break; this field has one line"),
            phrase!("put the rest into a description"),
        )),
        Some(c) => Err(Invalid::hint(
            phrase!("has the control character U+{c}", c = format!("{:04X}", u32::from(c))),
            phrase!("type it again without pasting"),
        )),
    }
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that are not seen: they would make two addresses look the same.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Full-width ASCII as ASCII, the ideographic space as a space.
#[must_use]
pub fn half(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| matches!(c, '\u{3000}' | '\u{ff01}'..='\u{ff5e}')) {
        return text.into();
    }
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect::<String>()
        .into()
}

/// As [`half`], with typographic dashes and spaces as plain ones, in lower case where `lower`: how
/// numbers and dates are read.
pub(super) fn plain(text: &str, lower: bool) -> Cow<'_, str> {
    if text.is_ascii() {
        return if lower && text.bytes().any(|b| b.is_ascii_uppercase()) {
            text.to_ascii_lowercase().into()
        } else {
            text.into()
        };
    }
    half(text)
        .chars()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
            '’' | '‘' => '\'',
            _ if lower => c.to_ascii_lowercase(),
            _ => c,
        })
        .collect::<String>()
        .into()
}

/// Has characters of a script whose writers use full-width signs on purpose.
fn has_wide_script(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    })
}
