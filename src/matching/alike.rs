//! Two normal forms of a kind held against each other: how alike they are, and in which way.
//!
//! Start at [`compare`].

use super::edits;
use super::mail;
use super::names::{self, Of};
use crate::model::text::{is_han, readings};
use crate::schema::duplicates::Kind;

/// In which way two values are alike, from the same to different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Letter by letter.
    Same,
    /// All but legal form or words that say little.
    Form,
    /// All but spaces and hyphens.
    Spaces,
    /// The same words in another order.
    Order,
    /// Chinese characters and how they are read.
    Reading,
    /// With and without country code, prefix or path.
    Rest,
    /// Day and month change places.
    DayMonth,
    /// A word is cut short.
    Shortened,
    /// An initial stands for a name.
    Initial,
    /// A nickname stands for a name.
    Nickname,
    /// Letters or digits are wrong, missing or swapped.
    Slip,
    /// The one is a part of the other.
    Part,
    /// The number is the same but for the area.
    Area,
    /// Much of it is the same.
    Similar,
    /// Nothing to speak of.
    Differs,
}

/// How alike two values are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// From 0 to 1.
    pub score: f32,
    /// In which way.
    pub how: How,
    /// How much the words tell that both have; 0 where words do not count.
    pub bits: f32,
}

impl Alike {
    pub(super) const DIFFERENT: Self = Self { score: 0.0, how: How::Differs, bits: 0.0 };

    const fn by(score: f32, how: How) -> Self {
        Self { score, how, bits: 0.0 }
    }
}

/// Holds one value against another of the same kind, both in normal form; `bits` says how much a word tells.
pub(super) fn compare(kind: Kind, a: &str, b: &str, bits: &impl Fn(&str) -> f32) -> Alike {
    let (main_a, extra_a) = a.split_once('\t').unwrap_or((a, ""));
    let (main_b, extra_b) = b.split_once('\t').unwrap_or((b, ""));
    if main_a == main_b {
        return same(kind, main_a, extra_a, extra_b, bits);
    }
    match kind {
        Kind::Person | Kind::GivenName | Kind::Surname => {
            if !extra_a.is_empty() && !extra_b.is_empty() {
                return han(extra_a, extra_b);
            }
            let mut found = names::compare(Of::People, main_a, main_b, bits);
            if extra_a.is_empty() != extra_b.is_empty() {
                // A reading is shared by many.
                found.score *= 0.95;
                found.bits *= 0.8;
                if found.score > 0.9 {
                    found.how = How::Reading;
                }
            }
            found
        }
        Kind::Company if main_a.chars().any(is_han) || main_b.chars().any(is_han) => {
            han(main_a, main_b)
        }
        Kind::Company => names::compare(Of::Companies, main_a, main_b, bits),
        Kind::Street if main_a.chars().any(is_han) => han(main_a, main_b),
        Kind::Street => names::compare(Of::Streets, main_a, main_b, bits),
        Kind::Town | Kind::Region => town(main_a, main_b, bits),
        Kind::Text => names::compare(Of::Companies, main_a, main_b, bits),
        Kind::Exact => Alike::DIFFERENT,
        Kind::Number => number(main_a, main_b),
        Kind::Postcode => postcode(main_a, main_b),
        Kind::Code => code(main_a, main_b),
        Kind::Date => date(main_a, main_b),
        Kind::Phone => phone(main_a, main_b),
        Kind::Email => email(main_a, main_b),
        Kind::Url => url(main_a, main_b),
    }
}

fn same(
    kind: Kind,
    main: &str,
    extra_a: &str,
    extra_b: &str,
    bits: &impl Fn(&str) -> f32,
) -> Alike {
    let all = match kind {
        Kind::Person | Kind::Company | Kind::Street => main.split(' ').map(bits).sum(),
        _ => 0.0,
    };
    if extra_a == extra_b {
        return Alike { score: 1.0, how: How::Same, bits: all };
    }
    let (score, how) = match kind {
        Kind::Person | Kind::GivenName | Kind::Surname
            if extra_a.is_empty() || extra_b.is_empty() =>
        {
            (0.93, How::Reading)
        }
        // Different characters that are read alike are different names.
        Kind::Person | Kind::GivenName | Kind::Surname => return han(extra_a, extra_b),
        Kind::Company => (0.99, How::Form),
        Kind::Phone if extra_a.is_empty() || extra_b.is_empty() => (0.97, How::Rest),
        Kind::Phone => (0.85, How::Rest),
        _ => (0.97, How::Rest),
    };
    Alike { score, how, bits: all }
}

/// Bits that a Chinese character tells.
const CHARACTER: f32 = 4.5;

/// Names in Chinese characters: each counts.
fn han(a: &str, b: &str) -> Alike {
    let (n, m) = (a.chars().count(), b.chars().count());
    let (short, long, length) = if n <= m { (a, b, n) } else { (b, a, m) };
    if short.is_empty() {
        return Alike::DIFFERENT;
    }
    if short == long {
        return Alike { score: 1.0, how: How::Same, bits: CHARACTER * length as f32 };
    }
    let told = CHARACTER * length as f32;
    if length >= 2 && long.contains(short) {
        let left = n.abs_diff(m) as f32 / n.max(m) as f32;
        return Alike { score: 0.95 - 0.3 * left, how: How::Part, bits: told };
    }
    let whole = edits::whole(a, b);
    // Another character is another company, if it is not one that is typed by the same sound: `宏联` and `中联` are two.
    if whole >= 0.7 && length >= 4 && sounds_the_same(a, b) {
        return Alike { score: whole, how: How::Slip, bits: told * whole };
    }
    // Two of three characters are often a brother's.
    Alike { score: whole * 0.7, how: How::Differs, bits: 0.0 }
}

fn sounds_the_same(a: &str, b: &str) -> bool {
    let b = readings(b);
    readings(a).iter().any(|reading| b.contains(reading))
}

fn town(a: &str, b: &str, bits: &impl Fn(&str) -> f32) -> Alike {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // `la` and `los angeles`, `nsw` and `new south wales`.
    let initials = long.split(' ').filter_map(|word| word.chars().next());
    if (2..=4).contains(&short.len()) && !short.contains(' ') && initials.eq(short.chars()) {
        return Alike::by(0.85, How::Initial);
    }
    let mut found = names::compare(Of::Streets, a, b, bits);
    if found.score < 0.7 && found.how == How::Similar {
        found.how = How::Differs;
    }
    found
}

fn number(a: &str, b: &str) -> Alike {
    let (x, y) = (digits(a), digits(b));
    if !x.is_empty() && x == y {
        return Alike::by(0.85, How::Rest);
    }
    let long = a.len().max(b.len());
    match edits::slips(a, b) {
        1 if long >= 3 => Alike::by(0.75, How::Slip),
        1 if long == 2 => Alike::by(0.65, How::Slip),
        _ => Alike::DIFFERENT,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn postcode(a: &str, b: &str) -> Alike {
    let long = a.len().max(b.len());
    if long >= 5 && a.len() != b.len() && (a.starts_with(b) || b.starts_with(a)) {
        return Alike::by(0.9, How::Part);
    }
    match edits::slips(a, b) {
        1 if long >= 4 => Alike::by(0.8, How::Slip),
        2 if long >= 5 => Alike::by(0.66, How::Similar),
        _ => Alike::DIFFERENT,
    }
}

fn code(a: &str, b: &str) -> Alike {
    let long = a.len().max(b.len());
    match edits::slips(a, b) {
        1 if long >= 6 => Alike::by(0.85, How::Slip),
        1 if long >= 4 => Alike::by(0.7, How::Slip),
        2 if long >= 7 => Alike::by(0.7, How::Similar),
        _ => Alike::DIFFERENT,
    }
}

fn date(a: &str, b: &str) -> Alike {
    if a.len() == 8 && b.len() == 8 && a[..4] == b[..4] && a[4..6] == b[6..] && a[6..] == b[4..6] {
        return Alike::by(0.92, How::DayMonth);
    }
    match edits::slips(a, b) {
        1 => Alike::by(0.86, How::Slip),
        2 if a.len() >= 8 => Alike::by(0.72, How::Similar),
        _ => Alike::DIFFERENT,
    }
}

fn phone(a: &str, b: &str) -> Alike {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() >= 6 && long.ends_with(short) {
        return Alike::by(if short.len() >= 8 { 0.97 } else { 0.88 }, How::Rest);
    }
    let tail = short.bytes().rev().zip(long.bytes().rev()).take_while(|(x, y)| x == y).count();
    if tail >= 8 {
        return Alike::by(0.9, How::Rest);
    }
    if short.len() >= 7 && edits::is_one_slip(a, b) {
        return Alike::by(0.82, How::Slip);
    }
    if tail >= 7 {
        return Alike::by(0.8, How::Area);
    }
    Alike::DIFFERENT
}

fn email(a: &str, b: &str) -> Alike {
    let (Some((name_a, host_a)), Some((name_b, host_b))) = (a.split_once('@'), b.split_once('@'))
    else {
        return Alike::DIFFERENT;
    };
    if host_a == host_b {
        let long = name_a.len().max(name_b.len());
        // `info1` and `info2` are two.
        let same_digits = digits(name_a) == digits(name_b);
        return match long {
            6.. if same_digits && edits::is_one_slip(name_a, name_b) => Alike::by(0.88, How::Slip),
            _ if bare(name_a) == bare(name_b) && long >= 6 => Alike::by(0.9, How::Spaces),
            _ if !mail::is_free_mail(host_a) => Alike::by(0.5, How::Similar),
            _ => Alike::DIFFERENT,
        };
    }
    // Everybody has an `info`: with another host it is another one.
    if name_a == name_b && name_a.len() >= 4 && !mail::is_of_all(name_a) {
        let near = edits::whole(host_a, host_b);
        // `gmial.com`, `example.co` and `example.com`.
        return if near >= 0.75 { Alike::by(0.9, How::Slip) } else { Alike::by(0.6, How::Similar) };
    }
    Alike::DIFFERENT
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn url(a: &str, b: &str) -> Alike {
    let stem = |host: &str| -> Option<String> {
        let (stem, _) = host.rsplit_once('.')?;
        let stem = stem.strip_suffix(".co").or_else(|| stem.strip_suffix(".com")).unwrap_or(stem);
        Some(stem.to_owned())
    };
    if let (Some(x), Some(y)) = (stem(a), stem(b)) {
        if x == y && x.len() >= 4 {
            return Alike::by(0.85, How::Rest);
        }
        if x.ends_with(&format!(".{y}")) || y.ends_with(&format!(".{x}")) {
            return Alike::by(0.85, How::Part);
        }
    }
    if a.len() >= 8 && edits::is_one_slip(a, b) {
        return Alike::by(0.85, How::Slip);
    }
    Alike::DIFFERENT
}

#[cfg(test)]
mod tests {
    use super::super::normal;
    use super::*;

    fn alike(kind: Kind, a: &str, b: &str) -> Alike {
        compare(kind, &normal::of(kind, a), &normal::of(kind, b), &|word| word.len() as f32)
    }

    #[test]
    fn what_people_take_for_the_same_is_alike_and_says_how() {
        for (kind, a, b, how) in [
            (Kind::Person, "Anna Müller", "Müller Anna", How::Order),
            (Kind::Person, "Müller, Anna", "Anna Mueller", How::Slip),
            (Kind::Person, "Bob Miller", "Robert Miller", How::Nickname),
            (Kind::Person, "J. Smith", "John Smith", How::Initial),
            (Kind::Person, "张伟", "Zhang Wei", How::Reading),
            (Kind::Person, "Wei Zhang", "张伟", How::Reading),
            (Kind::Person, "张伟先生", "张伟", How::Same),
            (Kind::Person, "Zhang Xiao Ming", "Zhang Xiaoming", How::Spaces),
            (Kind::Company, "Acme GmbH", "ACME Inc.", How::Form),
            (Kind::Company, "Bel Air Hotel", "Bel-Air-Hotel", How::Same),
            (Kind::Company, "BelAir Hotel", "Bel Air Hotel", How::Spaces),
            (Kind::Company, "Nordic Pumps Oy", "Nordik Pumsp", How::Slip),
            (Kind::Company, "安邦科技有限公司", "安邦科技股份有限公司", How::Form),
            (Kind::Company, "上海安邦科技有限公司", "安邦科技", How::Part),
            (Kind::Company, "宏联医药集团有限公司", "鸿联医药集团有限公司", How::Slip),
            (Kind::Street, "12 Main St.", "12 Main Street", How::Same),
            (Kind::Street, "Hauptstraße 5", "Haupt Str. 5", How::Same),
            (Kind::Town, "LA", "Los Angeles", How::Initial),
            (Kind::Phone, "+49 711 55501", "0711 55501", How::Rest),
            (Kind::Phone, "213/848-6677", "310-848-6677", How::Area),
            (Kind::Email, "anna@gmial.com", "anna@gmail.com", How::Slip),
            (Kind::Email, "a.nna+x@gmail.com", "anna@googlemail.com", How::Same),
            (Kind::Date, "1980-03-04", "1980-04-03", How::DayMonth),
            (Kind::Date, "1980-03-04", "1981-03-04", How::Slip),
            (Kind::Postcode, "70173", "70137", How::Slip),
            (Kind::Code, "DE123456789", "DE 123 456 798", How::Slip),
            (Kind::Url, "https://www.example.com/", "example.com", How::Same),
        ] {
            let found = alike(kind, a, b);
            assert_eq!(found.how, how, "{a} | {b}: {found:?}");
            assert!(found.score >= 0.75, "{a} | {b}: {found:?}");
            let back = alike(kind, b, a);
            assert!((back.score - found.score).abs() < 0.001, "{a} | {b}: {found:?} {back:?}");
        }
    }

    #[test]
    fn what_is_something_else_is_not_alike() {
        for (kind, a, b) in [
            (Kind::Person, "Anna Müller", "Peter Schmidt"),
            (Kind::Person, "张伟", "张强"),
            (Kind::Person, "李娜", "李那"),
            (Kind::Company, "Nordic Pumps", "Baltic Paper"),
            (Kind::Company, "安邦科技有限公司", "平安银行股份有限公司"),
            (Kind::Company, "宏联医药集团有限公司", "中联医药集团有限公司"),
            (Kind::Street, "12 Main St.", "250 Main St."),
            (Kind::Phone, "+49 711 55501", "+49 30 99887766"),
            (Kind::Email, "anna@gmail.com", "peter@gmail.com"),
            (Kind::Email, "info@honglian-pharma.example", "info@zhonglian-pharma.example"),
            (Kind::Date, "1980-03-04", "1975-11-28"),
            (Kind::Number, "5", "6"),
        ] {
            let found = alike(kind, a, b);
            assert!(found.score <= 0.6, "{a} | {b}: {found:?}");
        }
    }
}
