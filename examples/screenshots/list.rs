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
    ("import-dark", "dark", "en", 120, 30, "g c I 'fair' enter down down down"),
    ("import-zh", "dark", "zh", 100, 26, "g c I 'fair' enter y tab tab"),
    ("home-zh", "dark", "zh", 100, 30, ""),
    ("board-zh", "dark", "zh", 120, 30, "g b right"),
];

/// A file that lies where the screens may import it: visitors of a stand at a fair.
#[allow(dead_code)]
pub const FAIR: &str = "Company,E-mail,Phone,City,Status,Met on,Booth\n\
    Rhein Pumpen GmbH,info@rheinpumpen.example,+49 211 555 0101,Düsseldorf,active,14/11/2026,A1\n\
    Aalto Systems Oy,sales@aalto.example,+358 9 555 0102,Helsinki,prospect,14/11/2026,A7\n\
    杭州智联科技有限公司,contact@zhilian.example,+86 571 5550 1033,杭州,prospect,15/11/2026,B2\n\
    Nova Tools Ltd,office@@nova.example,+44 20 7946 0104,London,active,15/11/2026,B9\n\
    Officine Ferri Srl,ferri@officine.example,+39 02 5550 105,Milano,customer?,15/11/2026,C4\n";
