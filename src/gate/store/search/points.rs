//! Exact phones, mail addresses and web addresses, however they were typed.

use rusqlite::Connection;

use crate::schema::Catalog;
use crate::schema::coerce::phone_number;

/// A contact point that is what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    /// The entity of its record.
    pub entity: String,
    /// The number of its record.
    pub id: i64,
    /// The point, normalised.
    pub norm: String,
}

/// Records that have what was typed as a phone, mail address or url.
pub(super) fn exact(conn: &Connection, typed: &str, limit: usize) -> rusqlite::Result<Vec<Point>> {
    look_up(conn, &spellings(typed.trim()), limit)
}

/// Records that have what was typed as a phone, read as it is dialled in the company's country. The
/// telephone tables take tens of milliseconds to load: the last thing to try.
pub(super) fn as_dialled(
    conn: &Connection,
    catalog: &Catalog,
    typed: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Point>> {
    match by_region(typed.trim(), &catalog.company.region) {
        Some(number) => look_up(conn, &[number], limit),
        None => Ok(Vec::new()),
    }
}

fn look_up(conn: &Connection, norms: &[String], limit: usize) -> rusqlite::Result<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    let mut statement = conn.prepare_cached(
        "SELECT field, record FROM _point WHERE norm = ? ORDER BY record DESC LIMIT ?",
    )?;
    for norm in norms {
        let mut rows = statement.query((norm, limit as i64))?;
        while let Some(row) = rows.next()? {
            let field: String = row.get(0)?;
            let entity = field.split('.').next().unwrap_or_default().to_owned();
            let id = row.get(1)?;
            if !points.iter().any(|point| point.id == id && point.entity == entity) {
                points.push(Point { entity, id, norm: norm.clone() });
            }
        }
    }
    Ok(points)
}

/// The ways in which it may be stored, without the help of telephone tables.
fn spellings(typed: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    if typed.contains(char::is_whitespace) && !is_phone(typed) {
        return spellings;
    }
    if let Some((local, domain)) = typed.rsplit_once('@') {
        let domain = domain.to_lowercase();
        spellings.extend([
            typed.to_owned(),
            format!("{local}@{domain}"),
            format!("{}@{domain}", local.to_lowercase()),
        ]);
    } else if is_phone(typed) {
        let home = typed.replace("(0)", "");
        let digits: String = home.chars().filter(char::is_ascii_digit).collect();
        if home.starts_with('+') {
            spellings.push(format!("+{digits}"));
        } else if let Some(number) = digits.strip_prefix("00") {
            spellings.push(format!("+{number}"));
        }
    } else if typed.contains('.') {
        let lower = typed.to_lowercase();
        let bare = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
        let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
        for scheme in ["https://", "http://", ""] {
            for www in ["", "www."] {
                for slash in ["", "/"] {
                    spellings.push(format!("{scheme}{www}{bare}{slash}"));
                }
            }
        }
        spellings.push(typed.to_owned());
    }
    spellings.dedup();
    spellings
}

/// True for what can be a whole phone number.
fn is_phone(typed: &str) -> bool {
    let digits = typed.bytes().filter(u8::is_ascii_digit).count();
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '/' | '(' | ')' | '.' | ' ');
    (6..=20).contains(&digits) && typed.chars().all(fits)
}

/// A number as it is dialled at home, in its international form.
fn by_region(typed: &str, region: &str) -> Option<String> {
    if !is_phone(typed) || typed.starts_with('+') {
        return None;
    }
    phone_number(typed, region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for typed in ["+49 711 55501", "+49 (0)711/555-01", "0049 711 55501"] {
            assert_eq!(spellings(typed), ["+4971155501"], "{typed}");
        }
        assert_eq!(by_region("0711 / 555-012", "DE").as_deref(), Some("+49711555012"));
        assert_eq!(by_region("138 0013 8000", "CN").as_deref(), Some("+8613800138000"));
        assert_eq!(by_region("not a number", "DE"), None);
    }

    #[test]
    fn mail_domains_have_no_case() {
        assert!(spellings("Ana@ACME.de").contains(&"Ana@acme.de".to_owned()));
        assert!(spellings("Ana@ACME.de").contains(&"ana@acme.de".to_owned()));
        assert!(spellings("ana lopez@acme.de").is_empty());
        assert!(spellings("www.acme.de").contains(&"https://acme.de".to_owned()));
    }
}
