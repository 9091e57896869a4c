//! The few escape sequences Kontor itself sends beside drawing: clipboard and links.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Clean;

/// Bytes that [`copy`] accepts: what common terminals take in one sequence.
pub const COPY_LIMIT: usize = 74_994;

/// The OSC 52 sequence that puts `text` into the clipboard of the terminal, also over SSH; nothing
/// where it is longer than [`COPY_LIMIT`] bytes.
#[must_use]
pub fn copy(text: &str) -> Option<String> {
    (text.len() <= COPY_LIMIT).then(|| format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text)))
}

/// `text` as an OSC 8 link to `address` (http, https, mailto or tel); the text alone where the
/// address is of another kind.
#[must_use]
pub fn hyperlink(address: &str, text: &Clean) -> String {
    use std::fmt::Write as _;
    const SCHEMES: [&str; 4] = ["http://", "https://", "mailto:", "tel:"];
    let known = SCHEMES.iter().any(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if !known || address.len() > 2_000 {
        return text.as_str().to_owned();
    }
    let mut out = String::from("\x1b]8;;");
    for byte in address.bytes() {
        if matches!(byte, b'!'..=b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    let _ = write!(out, "\x1b\\{text}\x1b]8;;\x1b\\");
    out
}

/// The sequence that has the terminal tell of presses and the wheel (not of every movement), in the form
/// that has no limit of columns; or that ends it.
#[must_use]
pub const fn mouse(on: bool) -> &'static str {
    if on { "\x1b[?1000h\x1b[?1006h" } else { "\x1b[?1006l\x1b[?1000l" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_as_base64() {
        assert_eq!(copy("+49 711").as_deref(), Some("\x1b]52;c;KzQ5IDcxMQ==\x1b\\"));
        assert_eq!(copy(&"x".repeat(COPY_LIMIT + 1)), None);
    }

    /// An address with an escape sequence in it must not end the link early and run.
    #[test]
    fn links_carry_no_foreign_sequence() {
        let text = Clean::line("Acme");
        assert_eq!(
            hyperlink("https://a.example/\x07\x1b[2J", &text),
            "\x1b]8;;https://a.example/%07%1B[2J\x1b\\Acme\x1b]8;;\x1b\\"
        );
        assert_eq!(hyperlink("javascript:alert(1)", &text), "Acme");
        assert_eq!(hyperlink("", &text), "Acme");
    }
}
