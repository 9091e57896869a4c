//! Phone numbers in groups that can be read and dialled.
//!
//! Done by hand and not by the phone library, whose tables take 80 ms to load: a command that shows
//! one record should not wait for them.

/// A phone number in the international format, `+49 711 555 010 ext. 12`; digits that are no
/// international number stay as they are.
#[must_use]
pub fn phone(value: &str) -> String {
    let (number, extension) = value.split_once(";ext=").unwrap_or((value, ""));
    let mut shown = match number.strip_prefix('+') {
        Some(digits) if digits.len() > 3 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            grouped(digits)
        }
        _ => number.to_owned(),
    };
    if !extension.is_empty() {
        shown.push_str(" ext. ");
        shown.push_str(extension);
    }
    shown
}

/// `+`, the country code and the rest in groups.
fn grouped(digits: &str) -> String {
    let (code, mut rest) = digits.split_at(code_length(digits.as_bytes()));
    let mut out = String::with_capacity(digits.len() + 6);
    out.push('+');
    out.push_str(code);
    for size in groups(code, rest) {
        let (group, tail) = rest.split_at((*size).min(rest.len()));
        out.push(' ');
        out.push_str(group);
        rest = tail;
    }
    while !rest.is_empty() {
        let (group, tail) = rest.split_at(next(rest.len()));
        out.push(' ');
        out.push_str(group);
        rest = tail;
    }
    out
}

/// Digits of the country code (ITU-T E.164): one for 1 and 7, two for the codes listed, else three.
fn code_length(digits: &[u8]) -> usize {
    match digits {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// The sizes of the first groups, where a country has a habit.
fn groups(code: &str, rest: &str) -> &'static [usize] {
    match (code, rest.len(), rest.as_bytes()) {
        ("1" | "7", 10, _) => &[3, 3, 4],
        ("86", 11, [b'1', ..]) => &[3, 4, 4],
        ("33", 9, _) => &[1, 2, 2, 2, 2],
        ("44", 10, [b'2', ..]) => &[2, 4, 4],
        ("61" | "64", 9, [b'2' | b'3' | b'7' | b'8', ..]) => &[1],
        // Beijing and the cities with a 2; Berlin, Hamburg, Frankfurt and Munich.
        ("86", _, [b'1', b'0', ..] | [b'2', ..])
        | ("49", _, [b'3' | b'4', b'0', ..] | [b'6' | b'8', b'9', ..]) => &[2],
        ("49", ..) => &[3],
        _ => &[],
    }
}

/// The size of the next group of `left` digits: threes, and fours where they come out even.
fn next(left: usize) -> usize {
    match left {
        0..=5 => left,
        8 => 4,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [
            ("+49711555010", "+49 711 555 010"),
            ("+493012345678", "+49 30 1234 5678"),
            ("+12125550100", "+1 212 555 0100"),
            ("+8613812345678", "+86 138 1234 5678"),
            ("+861012345678", "+86 10 1234 5678"),
            ("+33123456789", "+33 1 23 45 67 89"),
            ("+442079460958", "+44 20 7946 0958"),
            ("+358401234567", "+358 401 234 567"),
            ("+4971155501;ext=12", "+49 711 55501 ext. 12"),
            ("12345", "12345"),
            ("+12", "+12"),
            ("+4x", "+4x"),
        ];
        for (value, shown) in cases {
            assert_eq!(phone(value), shown);
        }
    }
}
