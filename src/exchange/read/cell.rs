//! A cell of a workbook -> the text that a person would type for it.
//!
//! Numbers without the noise of floating point, dates as ISO, percentages as such. Start at [`Written`].

use std::fmt::Write as _;

use calamine::{Data, DataRef, ExcelDateTime, Style};

/// How a number is shown, as far as that changes what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is.
    Plain,
    /// In percent.
    Percent,
    /// With zeros in front, up to so many digits: postcodes.
    Padded(usize),
}

/// How a style shows numbers.
pub(super) fn shown(style: &Style) -> Shown {
    let Some(format) = &style.number_format else { return Shown::Plain };
    let code = format.format_code.as_str();
    // Percentages are built in and need no code.
    if matches!(format.format_id, Some(9 | 10)) || multiplies(code) {
        return Shown::Percent;
    }
    if code.len() > 1 && code.bytes().all(|byte| byte == b'0') {
        return Shown::Padded(code.len().min(20));
    }
    Shown::Plain
}

/// Whether a code shows a hundred times the number: with a percent sign that is no mere text, as it is in
/// quotes or behind a backslash.
fn multiplies(code: &str) -> bool {
    let mut chars = code.chars();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => {
                chars.next();
            }
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// The text of a cell.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// It.
    pub text: String,
    /// It is text in the sheet too, not a number or a date.
    pub word: bool,
    /// It is the error of a formula.
    pub error: bool,
}

impl Written {
    /// Empties it.
    pub fn clear(&mut self) {
        self.text.clear();
        self.word = false;
        self.error = false;
    }

    /// Takes a value.
    pub fn write(&mut self, value: &Data, shown: Shown) {
        self.clear();
        match value {
            Data::Int(number) => self.integer(*number, shown),
            Data::Float(number) => self.float(*number, shown),
            Data::String(text) => self.words(text),
            Data::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Data::DateTime(when) => self.when(*when),
            Data::DateTimeIso(text) => self.iso(text),
            Data::DurationIso(text) => self.duration(text),
            Data::Error(error) => self.fault(error),
            Data::Empty => {}
        }
    }

    /// Takes a value that is only lent.
    pub fn write_ref(&mut self, value: &DataRef<'_>, shown: Shown) {
        self.clear();
        match value {
            DataRef::Int(number) => self.integer(*number, shown),
            DataRef::Float(number) => self.float(*number, shown),
            DataRef::String(text) => self.words(text),
            DataRef::SharedString(text) => self.words(text),
            DataRef::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            DataRef::DateTime(when) => self.when(*when),
            DataRef::DateTimeIso(text) => self.iso(text),
            DataRef::DurationIso(text) => self.duration(text),
            DataRef::Error(error) => self.fault(error),
            DataRef::Empty => {}
        }
    }

    fn words(&mut self, text: &str) {
        self.word = true;
        if text.contains('\r') || text.contains("_x000D_") {
            self.text
                .push_str(&text.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', "\n"));
        } else {
            self.text.push_str(text);
        }
    }

    fn fault(&mut self, error: &calamine::CellErrorType) {
        self.error = true;
        let _ = write!(self.text, "{error}");
    }

    fn integer(&mut self, number: i64, shown: Shown) {
        let _ = match shown {
            Shown::Plain => write!(self.text, "{number}"),
            Shown::Percent => write!(self.text, "{}%", number.saturating_mul(100)),
            Shown::Padded(digits) => write!(self.text, "{number:0digits$}"),
        };
    }

    fn float(&mut self, number: f64, shown: Shown) {
        let whole = number.fract() == 0.0 && number.abs() < 1e15;
        let _ = match shown {
            Shown::Padded(digits) if whole && number >= 0.0 => {
                write!(self.text, "{:0digits$}", number as i64)
            }
            Shown::Percent => write!(self.text, "{}%", quiet(number * 100.0)),
            _ if whole => write!(self.text, "{}", number as i64),
            _ => write!(self.text, "{}", quiet(number)),
        };
    }

    fn when(&mut self, when: ExcelDateTime) {
        let serial = when.as_f64();
        if when.is_duration() || (0.0..1.0).contains(&serial) {
            let seconds = (serial * 86_400.0).round() as i64;
            self.clock(seconds.max(0) as u64);
            return;
        }
        let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
        let _ = write!(self.text, "{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) != (0, 0, 0) {
            let _ = write!(self.text, " {hour:02}:{minute:02}");
            if second != 0 {
                let _ = write!(self.text, ":{second:02}");
            }
        }
    }

    fn clock(&mut self, seconds: u64) {
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let _ = write!(self.text, "{hours}:{minutes:02}");
        if seconds != 0 {
            let _ = write!(self.text, ":{seconds:02}");
        }
    }

    /// `2026-01-31T00:00:00` is a day, `2026-01-31T10:30:00` a time.
    fn iso(&mut self, text: &str) {
        let (day, time) = text.split_once('T').unwrap_or((text, ""));
        let time = time.strip_suffix(".000").unwrap_or(time);
        let time = time.split_once('.').map_or(time, |(time, _)| time);
        self.text.push_str(day);
        if !time.is_empty() && time != "00:00:00" {
            self.text.push(' ');
            self.text.push_str(
                time.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(time),
            );
        }
    }

    /// `PT10H30M00S`.
    fn duration(&mut self, text: &str) {
        let mut number = String::new();
        let mut seconds = 0.0;
        for c in text.chars() {
            let size = match c {
                'H' => 3600.0,
                'M' => 60.0,
                'S' => 1.0,
                'P' | 'T' => continue,
                _ => {
                    number.push(c);
                    continue;
                }
            };
            seconds += number.parse::<f64>().unwrap_or(0.0) * size;
            number.clear();
        }
        self.clock(seconds.max(0.0) as u64);
    }
}

/// A value that is not there.
pub(super) fn is_empty(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::String(text) => text.is_empty(),
        DataRef::SharedString(text) => text.is_empty(),
        _ => false,
    }
}

/// A number without what binary fractions add to it: spreadsheets count on fifteen digits.
fn quiet(number: f64) -> f64 {
    let text = format!("{number:.14e}");
    text.parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn told(value: &Data, shown: Shown) -> String {
        let mut text = Written::default();
        text.write(value, shown);
        text.text
    }

    #[test]
    fn numbers_are_what_people_see() {
        for (number, shown, expected) in [
            (12_345_678_901.0, Shown::Plain, "12345678901"),
            (8_613_800_138_000.0, Shown::Plain, "8613800138000"),
            (0.1 + 0.2, Shown::Plain, "0.3"),
            (1.005, Shown::Plain, "1.005"),
            (-12.5, Shown::Plain, "-12.5"),
            (0.125, Shown::Percent, "12.5%"),
            (0.07, Shown::Percent, "7%"),
            (1234.0, Shown::Padded(5), "01234"),
            (1e-7, Shown::Plain, "0.0000001"),
        ] {
            assert_eq!(told(&Data::Float(number), shown), expected);
        }
    }

    #[test]
    fn dates_of_both_counts() {
        let when = |serial, kind, since_1904| {
            told(&Data::DateTime(ExcelDateTime::new(serial, kind, since_1904)), Shown::Plain)
        };
        assert_eq!(when(45_631.0, ExcelDateTimeType::DateTime, false), "2024-12-05");
        assert_eq!(when(45_631.0 - 1_462.0, ExcelDateTimeType::DateTime, true), "2024-12-05");
        assert_eq!(when(45_631.5, ExcelDateTimeType::DateTime, false), "2024-12-05 12:00");
        assert_eq!(when(0.4375, ExcelDateTimeType::DateTime, false), "10:30");
        assert_eq!(when(1.5, ExcelDateTimeType::TimeDelta, false), "36:00");
        assert_eq!(
            told(&Data::DateTimeIso("2021-01-01T10:00:00".into()), Shown::Plain),
            "2021-01-01 10:00"
        );
        assert_eq!(told(&Data::DurationIso("PT10H10M10S".into()), Shown::Plain), "10:10:10");
    }

    #[test]
    fn only_a_percent_sign_that_is_no_text_multiplies() {
        for code in ["0%", "0.00%", "0\" pct\"%", "[Red]0.0%"] {
            assert!(multiplies(code), "{code}");
        }
        for code in ["0", "0.####\" %\"", "0\\%", "\"100% \"0", "0_%"] {
            assert!(!multiplies(code), "{code}");
        }
    }
}
