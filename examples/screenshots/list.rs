//! Which pictures there are: shared by the program that makes them and the test that counts them.

/// Name, theme, language, columns, rows, and the keys that lead there from my day; what stands in quotes
/// is typed.
pub const PICTURES: &[(&str, &str, &str, u16, u16, &str)] = &[
    ("home-dark", "dark", "en", 100, 30, ""),
    ("list-dark", "dark", "en", 120, 30, "g c down down"),
    ("detail-dark", "dark", "en", 120, 34, "g c down enter"),
    ("board-dark", "dark", "en", 120, 30, "g b right"),
    ("form-dark", "dark", "en", 80, 24, "n d 'Six pumps'"),
    ("palette-dark", "dark", "en", 80, 24, "g c : 'log'"),
    ("list-light", "light", "en", 100, 26, "g d down"),
    ("home-zh", "dark", "zh", 100, 30, ""),
    ("board-zh", "dark", "zh", 120, 30, "g b right"),
];
