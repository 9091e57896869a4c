//! QR codes for terminals: two rows of modules in each line of text, by half blocks.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of white around the code. The standard asks for four; phones are content with two, and lines
/// are scarce.
const MARGIN: usize = 2;

/// The modules of a text, row by row, true where dark; none where it is too long for any code.
#[must_use]
pub fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let size = code.size();
    Some((0..size).map(|y| (0..size).map(|x| code.get_module(x, y)).collect()).collect())
}

/// The lines of a code, with the light modules drawn: it reads well light on dark, as most terminals are,
/// and readers take it the other way round too.
#[must_use]
pub fn terminal(modules: &[Vec<bool>]) -> Vec<String> {
    let size = modules.len();
    let dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < size);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| modules[y][x])
    };
    let whole = size + 2 * MARGIN;
    (0..whole)
        .step_by(2)
        .map(|y| {
            (0..whole)
                .map(|x| match (dark(x, y), y + 1 >= whole || dark(x, y + 1)) {
                    (false, false) => '█',
                    (false, true) => '▀',
                    (true, false) => '▄',
                    (true, true) => ' ',
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the lines back into modules, the way a camera would see them.
    fn read(lines: &[String]) -> Vec<Vec<bool>> {
        let rows: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
        let size = rows[0].len();
        let row = |y: usize| -> Vec<bool> {
            (MARGIN..size - MARGIN)
                .map(|x| {
                    let light = if y.is_multiple_of(2) { ['█', '▀'] } else { ['█', '▄'] };
                    !light.contains(&rows[y / 2][x])
                })
                .collect()
        };
        (MARGIN..size - MARGIN).map(row).collect()
    }

    #[test]
    fn lines_are_the_modules() {
        let modules = modules("otpauth://totp/Kontor:anna?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(read(&terminal(&modules)), modules);
        // The three corners are finders: a dark ring of seven.
        assert!(modules[0][..7].iter().all(|dark| *dark) && !modules[1][1]);
    }

    #[test]
    fn has_a_light_margin() {
        let lines = terminal(&modules("x").unwrap());
        assert!(lines[0].chars().all(|sign| sign == '█'));
        // The rows are odd in number: the last line is half a margin.
        let (last, others) = lines.split_last().unwrap();
        assert!(last.chars().all(|sign| sign == '▀'), "{last}");
        assert!(others.iter().all(|line| line.starts_with("██") && line.ends_with("██")));
        assert!(lines.iter().all(|line| line.chars().count() == 25));
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(modules(&"x".repeat(5_000)).is_none());
    }
}
