//! Folding: one spelling for all that people take for the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents (NFKD without marks), full-width as half-width, letters that carry
/// their accent inside (`ø`, `ł`, `ß` ...) as their plain ones, runs of white space as one space and
/// none at the ends. `Müller  ＡＧ` becomes `muller ag`.
///
/// Folding what is folded changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    fold_common(text).unwrap_or_else(|| fold_unicode(text))
}

/// The same for what most names are written in, without taking characters apart by the tables of Unicode: ASCII,
/// Western letters with their accents, Chinese characters. None where anything else stands in it.
fn fold_common(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t'..='\r' => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            // It stands for an apostrophe among other letters.
            '`' => return None,
            '!'..='~' => folded.push(c.to_ascii_lowercase()),
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => folded.push(c),
            _ => folded.push_str(western(c)?),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    Some(folded)
}

/// What stands for a Western letter with an accent.
fn western(c: char) -> Option<&'static str> {
    Some(match c {
        'À'..='Å' | 'à'..='å' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' => "c",
        'È'..='Ë' | 'è'..='ë' => "e",
        'Ì'..='Ï' | 'ì'..='ï' => "i",
        'Ð' | 'ð' => "d",
        'Ñ' | 'ñ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' => "o",
        'Ù'..='Ü' | 'ù'..='ü' => "u",
        'Ý' | 'ý' | 'ÿ' => "y",
        'Þ' | 'þ' => "th",
        'ß' => "ss",
        _ => return None,
    })
}

fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_whitespace() || byte == 0x0b {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !byte.is_ascii_control() {
            folded.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn fold_unicode(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut plain = String::new();
    // Recomposing keeps Korean syllables whole; marks are gone by then.
    let lower = text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c));
    for c in lower.flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        match fold_char(c) {
            Some(replacement) => plain.push_str(replacement),
            None => plain.push(c),
        }
    }
    for c in plain.nfc() {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !c.is_control() {
            folded.push(c);
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// What stands for a lower-case letter that normalisation does not take apart; none where the letter
/// stands for itself.
fn fold_char(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "ng",
        'ſ' => "s",
        'ƶ' => "z",
        'ı' | 'ɨ' => "i",
        'ʉ' => "u",
        'ə' => "e",
        'ς' => "σ",
        '‘' | '’' | '‛' | '′' | 'ʼ' | '`' | '´' => "'",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        _ => return None,
    })
}

/// True for characters that show nothing and only disturb a comparison: zero-width spaces and
/// joiners, direction marks, the soft hyphen, variation selectors.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}

/// True for characters of scripts written without spaces between words (Han, Japanese kana), where
/// every single character and every pair is worth finding.
#[must_use]
pub fn is_joined(c: char) -> bool {
    super::is_han(c) || matches!(c, '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_width_and_case_do_not_matter() {
        for (text, folded) in [
            ("Müller  ＡＧ", "muller ag"),
            ("  Straße\t12 ", "strasse 12"),
            ("STRASSE", "strasse"),
            ("GROẞ", "gross"),
            ("Ørsted Łódź Đorđe", "orsted lodz dorde"),
            ("Ægir Œuvre Þór", "aegir oeuvre thor"),
            ("İstanbul ışık", "istanbul isik"),
            ("Ｆｕｌｌ－Ｗｉｄｔｈ　１２３", "full-width 123"),
            ("ﬁn №5", "fin no5"),
            ("O’Neill", "o'neill"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("\u{1b}[31mred", "[31mred"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("한국 전자", "한국 전자"),
            ("张伟", "张伟"),
            ("𠮷野家", "𠮷野家"),
            ("", ""),
            (" \n ", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn composed_and_decomposed_are_the_same() {
        assert_eq!(fold("Mu\u{308}ller"), fold("M\u{fc}ller"));
    }

    #[test]
    fn common_letters_fold_as_the_tables_of_unicode_say() {
        let common =
            (' '..='\u{17f}').chain('\u{3400}'..='\u{4dbf}').chain('\u{4e00}'..='\u{9fff}');
        for c in common.chain('\t'..='\r') {
            let text = format!("a{c} {c}b");
            if let Some(folded) = fold_common(&text) {
                assert_eq!(folded, fold_unicode(&text), "{c:?}");
            }
        }
        assert!(fold_common("Köln 上海").is_some());
        assert!(fold_common("Mu\u{308}ller").is_none());
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
