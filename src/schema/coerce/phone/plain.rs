//! Numbers whose form leaves nothing to decide, without the library.
//!
//! Its tables take 80 ms to load, which is more than a command that looks up one number may take, and a
//! bulk import has a number in every row. What is answered here is what the library answers; a
//! test compares the two. Anything unusual is left to it.

/// The number in E.164, where its form is plain: ten digits in North America, a mobile number in China,
/// a number with its trunk zero in some countries of Europe, or any with a country code of these.
pub(super) fn e164(number: &str, region: &str) -> Option<String> {
    let count = |mark: u8| number.bytes().filter(|byte| *byte == mark).count();
    if count(b'(') > 1 || count(b'(') != count(b')') {
        return None;
    }
    let number = number.trim_start_matches('(');
    let (international, rest) = match number.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    // What looks like two numbers (`x302/x2303`) or a bracketed zero is the library's.
    if !rest.bytes().all(|b| b.is_ascii_digit() || b"-.() ".contains(&b)) || rest.contains("(0") {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let is_plain = if international {
        ["1", "86", "49", "44", "33", "31", "41"]
            .into_iter()
            .any(|code| digits.strip_prefix(code).is_some_and(|national| fits(code, national)))
    } else {
        false
    };
    if is_plain {
        return Some(format!("+{digits}"));
    }
    if international {
        return None;
    }
    let (code, national) = match region {
        "US" | "CA" => ("1", digits.as_str()),
        "CN" => ("86", digits.as_str()),
        "DE" => ("49", digits.strip_prefix('0')?),
        "GB" => ("44", digits.strip_prefix('0')?),
        "FR" => ("33", digits.strip_prefix('0')?),
        "NL" => ("31", digits.strip_prefix('0')?),
        "CH" => ("41", digits.strip_prefix('0')?),
        _ => return None,
    };
    fits(code, national).then(|| format!("+{code}{national}"))
}

/// Whether the national number has the usual length and begins with no trunk or carrier prefix.
fn fits(code: &str, national: &str) -> bool {
    let first = national.bytes().next().unwrap_or(b'0');
    match code {
        "1" => national.len() == 10 && first >= b'2',
        // 1[12] and 179 choose a carrier.
        "86" => {
            national.len() == 11
                && first == b'1'
                && national.as_bytes()[1] >= b'3'
                && !national.starts_with("179")
        }
        "49" => (8..=11).contains(&national.len()) && first >= b'2',
        "44" => national.len() == 10 && first >= b'1',
        "33" | "31" | "41" => national.len() == 9 && first >= b'1',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::by_library;
    use super::*;

    #[test]
    fn the_usual_ones_are_plain() {
        let cases = [
            ("+49 711 555010", "", "+49711555010"),
            ("0711 555-010", "DE", "+49711555010"),
            ("(212) 555-0100", "US", "+12125550100"),
            ("138 0013 8000", "CN", "+8613800138000"),
            ("+8613800138000", "US", "+8613800138000"),
        ];
        for (typed, region, value) in cases {
            assert_eq!(e164(typed, region).as_deref(), Some(value), "{typed}");
        }
        for (typed, region) in [("+49 (0)711 555010", "DE"), ("123", "US"), ("+39 06 1234", "IT")] {
            assert_eq!(e164(typed, region), None, "{typed}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_library_says_the_same(
            region in proptest::sample::select(vec!["US", "CA", "CN", "DE", "GB", "FR", "NL", "CH", "JP"]),
            prefix in proptest::sample::select(vec![
                "", "0", "(0", "+", "+1", "+86", "+861", "1", "+49", "+44 ", "+33", "+31", "+41", "+1 (",
            ]),
            digits in "[1-9][0-9]{1,4}[-. )]{0,2}[0-9]{3,7}",
        ) {
            let typed = format!("{prefix}{digits}");
            if let Some(value) = e164(&typed, region) {
                prop_assert_eq!(by_library(&typed, region), Some(value), "{} in {}", typed, region);
            }
        }
    }
}
