//! Every shipped theme is complete, readable, and tells apart what it must.

use super::colour::linear;
use super::*;

const DEPTHS: [ColourDepth; 3] = [ColourDepth::Sixteen, ColourDepth::Palette, ColourDepth::True];

/// Front and back of a role in numbers.
fn colours(theme: &Theme, role: Role) -> (Rgb, Rgb) {
    let (text, own) = (theme.style(Role::Text), theme.style(role));
    let pick = |own: Option<Color>, text: Option<Color>, ground: Rgb| {
        own.and_then(numbers).or(text.and_then(numbers)).unwrap_or(ground)
    };
    let front = pick(own.fg, text.fg, theme.ground.foreground());
    let back = pick(own.bg, text.bg, theme.ground.background());
    (front, back)
}

#[test]
fn the_text_of_every_role_of_every_shipped_theme_is_readable() {
    for name in Themes::shipped().names() {
        for depth in DEPTHS {
            let theme = Themes::shipped().load(name, depth).unwrap();
            for role in Role::ALL {
                let (front, back) = colours(&theme, role);
                let found = contrast(front, back);
                let least = match role {
                    // Lines are looked at, not read.
                    Role::Border => 3.0,
                    _ if name == "high-contrast" => 7.0,
                    _ if name == "sixteen" => ON_BOTH,
                    _ => READABLE,
                };
                assert!(found >= least, "{name} {depth:?} {role:?}: {found:.2} under {least}");
            }
        }
    }
}

/// No colour of the sixteen reaches 4.5 on black and on white alike: as good as it gets.
const ON_BOTH: f64 = 3.9;

#[test]
fn the_theme_for_sixteen_colours_is_read_on_black_and_on_white() {
    let theme = Theme::built_in("sixteen", ColourDepth::Sixteen);
    for role in Role::ALL {
        let style = theme.style(role);
        let Some(front) = style.fg.and_then(numbers) else { continue };
        assert!(style.bg.is_none(), "{role:?}");
        for ground in [Ground::Dark, Ground::Light] {
            let found = contrast(front, ground.background());
            assert!(found >= ON_BOTH, "{role:?} on {ground:?}: {found:.2}");
        }
    }
    let differs =
        |one, other| assert_ne!(theme.style(one), theme.style(other), "{one:?} {other:?}");
    differs(Role::Text, Role::Muted);
    differs(Role::Error, Role::Warning);
    differs(Role::Tab, Role::TabOpen);
    differs(Role::Text, Role::Header);
}

/// What somebody without green cones sees: Viénot, Brettel and Mollon 1999, in linear light.
fn deuteranopic((r, g, b): Rgb) -> [f64; 3] {
    let [r, g, b] = [r, g, b].map(linear);
    [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b]
}

#[test]
fn the_colour_blind_theme_tells_good_from_bad_without_green_cones() {
    let states = [Role::Error, Role::Warning, Role::Good, Role::Info];
    let apart = |name: &str, one, other| {
        let theme = Theme::built_in(name, ColourDepth::True);
        let seen = [one, other].map(|role| deuteranopic(colours(&theme, role).0));
        let squares = seen[0].iter().zip(seen[1]).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f64>().sqrt()
    };
    for (n, one) in states.into_iter().enumerate() {
        for other in states.into_iter().skip(n + 1) {
            let distance = apart("colour-blind", one, other);
            assert!(distance > 0.25, "{one:?} and {other:?} are {distance:.2} apart");
        }
    }
    assert!(
        apart("dark", Role::Warning, Role::Error)
            < apart("colour-blind", Role::Warning, Role::Error)
    );
}

#[test]
fn shipped_themes_say_how_every_role_looks_and_what_they_are_called() {
    let themes = Themes::shipped();
    for name in themes.names() {
        let labels =
            [crate::model::Lang::En, crate::model::Lang::Zh].map(|l| themes.label(name, l));
        assert!(labels[0] != labels[1] && labels[0] != name, "{name}: {labels:?}");
        let theme = themes.load(name, ColourDepth::True).unwrap();
        assert!(theme.style(Role::Selected) != Style::new(), "{name}");
        assert!(theme.style(Role::TabOpen) != Style::new(), "{name}");
    }
}

#[test]
fn without_colours_no_colour_is_left_and_the_selected_row_is_still_seen() {
    for name in Themes::shipped().names() {
        let theme = Theme::built_in(name, ColourDepth::Mono);
        for role in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{name} {role:?}");
        }
        assert!(!theme.style(Role::Selected).add_modifier.is_empty(), "{name}");
    }
}

fn own(name: &str, text: &str) -> Themes {
    let mut themes = Themes::shipped();
    themes.add(name, &format!("themes/{name}.toml"), text.to_owned());
    themes
}

#[test]
fn a_theme_of_ones_own_inherits_and_may_take_the_place_of_a_shipped_one() {
    let themes = own("mine", "inherits = \"light\"\n[role]\nerror = { fg = \"#990000\" }\n");
    let mine = themes.load("mine", ColourDepth::True).unwrap();
    let light = themes.load("light", ColourDepth::True).unwrap();
    assert_eq!(mine.ground, Ground::Light);
    assert_eq!(mine.style(Role::Key), light.style(Role::Key));
    assert_eq!(mine.style(Role::Error).fg, Some(Color::Rgb(0x99, 0, 0)));

    let themes = own("dark", "inherits = \"dark\"\n[role]\nkey = { fg = \"cyan\" }\n");
    let dark = themes.load("dark", ColourDepth::True).unwrap();
    assert_eq!(dark.style(Role::Key).fg, Some(Color::Cyan));
    assert_eq!(dark.style(Role::Error).fg, Some(Color::Indexed(203)));
    assert_eq!(themes.names().iter().filter(|name| **name == "dark").count(), 1);
}

#[test]
fn what_is_wrong_with_a_theme_is_told_with_line_and_word() {
    let error = |text: &str| own("mine", text).load("mine", ColourDepth::True).unwrap_err();
    let told = |text: &str| {
        let error = error(text);
        (error.file, error.line, error.message, error.hint.unwrap_or_default())
    };
    let file = "themes/mine.toml".to_owned();
    let (f, line, message, hint) = told("[role]\nkey = {}\nerorr = {}\n");
    assert_eq!((f, line), (file, 3), "{message}");
    assert_eq!(
        (message.as_str(), hint.as_str()),
        ("there is no role `erorr`", "did you mean `error`?")
    );
    let (_, line, message, hint) = told("\ninherits = \"drak\"\n");
    assert_eq!((line, message.as_str()), (2, "there is no theme `drak` to inherit from"));
    assert_eq!(hint, "did you mean `dark`?");
    let (_, line, _, hint) = told("[role]\nkey = { fg = \"cyna\" }\n");
    assert_eq!((line, hint.as_str()), (2, "try `cyan`, `110` or `#5fafd7`"));
    let (_, line, _, hint) = told("[role]\nkey = { blod = true }\n");
    assert_eq!((line, hint.as_str()), (2, "did you mean `bold`?"));
    let (_, line, message, _) = told("inherits = \"mine\"\n");
    assert_eq!((line, message.as_str()), (1, "`mine` inherits from itself in the end"));
    let unknown = Themes::shipped().load("ligth", ColourDepth::True).unwrap_err();
    assert_eq!(unknown.hint.as_deref(), Some("did you mean light?"));
}
