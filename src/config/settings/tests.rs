//! Which layer decides a setting, and what is said of a wrong one.

use super::*;

fn machine() -> Environment {
    Environment {
        home: Some("/home/ana".into()),
        data_folder: Some("/home/ana/.local/share/kontor".into()),
        zone: Some("Europe/Berlin".into()),
        ..Environment::default()
    }
}

fn with_file(text: &str) -> (tempfile::TempDir, Environment) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), text).unwrap();
    let environment = Environment { config_folder: Some(folder.path().to_owned()), ..machine() };
    (folder, environment)
}

#[test]
fn each_layer_lies_over_the_one_before() {
    let (folder, environment) = with_file("database = \"a.db\"\nlanguage = \"zh\"\n");
    let settings = Settings::load(&environment, &Flags::default()).unwrap();
    assert_eq!(settings.database, folder.path().join("a.db"));
    assert_eq!((settings.lang, settings.zone), (Lang::Zh, Tz::Europe__Berlin));

    let environment = environment.with("KONTOR_DB", "~/b.db").with("KONTOR_LANG", "en");
    let settings = Settings::load(&environment, &Flags::default()).unwrap();
    assert_eq!(settings.database, PathBuf::from("/home/ana/b.db"));
    assert_eq!(settings.lang, Lang::En);

    let flags = Flags { database: Some("c.db".into()), ..Flags::default() };
    let settings = Settings::load(&environment, &flags).unwrap();
    assert_eq!(settings.database, PathBuf::from("c.db"));
    assert!(settings.database_named());
}

#[test]
fn the_week_begins_on_monday_unless_the_file_says_otherwise() {
    assert_eq!(
        Settings::load(&machine(), &Flags::default()).unwrap().week_start,
        WeekStart::Monday
    );
    for (text, week) in [("sunday", WeekStart::Sunday), ("auto", WeekStart::Auto)] {
        let (_folder, environment) = with_file(&format!("week_start = \"{text}\"\n"));
        let settings = Settings::load(&environment, &Flags::default()).unwrap();
        assert_eq!(settings.week_start, week);
        assert!(settings.origins.contains(&("week_start", text.to_owned(), Source::File)));
    }
    let (_folder, environment) = with_file("\nweek_start = \"sundy\"\n");
    let error = Settings::load(&environment, &Flags::default()).unwrap_err();
    assert!(error.place.ends_with(":2"), "{}", error.place);
    assert_eq!(error.hint.as_deref(), Some("did you mean sunday?"));
}

#[test]
fn nothing_said_means_the_platform_s_folder() {
    let settings = Settings::load(&machine(), &Flags::default()).unwrap();
    assert_eq!(settings.database, PathBuf::from("/home/ana/.local/share/kontor/kontor.db"));
    assert!(!settings.database_named());
    assert_eq!(settings.color, Switch::Auto);
}

#[test]
fn links_are_opened_at_a_desktop_and_not_over_ssh() {
    let opens = |environment: &Environment| {
        let settings = Settings::load(environment, &Flags::default()).unwrap();
        settings.manners(environment).opens
    };
    assert!(opens(&machine().with("DISPLAY", ":0")));
    assert!(opens(&machine().with("WAYLAND_DISPLAY", "wayland-0")));
    assert_eq!(opens(&machine()), cfg!(any(target_os = "macos", windows)));
    for name in ["SSH_CONNECTION", "SSH_TTY"] {
        // A display may be forwarded: what opens there is slow, and not what was meant.
        assert!(!opens(&machine().with("DISPLAY", ":0").with(name, "10.0.0.1 1 10.0.0.2 22")));
    }
}

#[test]
fn no_color_counts_unless_empty() {
    let off = Settings::load(&machine().with("NO_COLOR", "1"), &Flags::default()).unwrap();
    assert_eq!(off.color, Switch::Off);
    let empty = Settings::load(&machine().with("NO_COLOR", ""), &Flags::default()).unwrap();
    assert_eq!(empty.color, Switch::Auto);
}

#[test]
fn a_named_config_file_must_be_there() {
    let flags = Flags { config: Some("/nowhere/x.toml".into()), ..Flags::default() };
    let error = Settings::load(&machine(), &flags).unwrap_err();
    assert_eq!(error.place, "/nowhere/x.toml");
    assert!(error.message.contains("no such config file"), "{error}");
}

#[test]
fn a_bad_variable_is_named() {
    let environment = machine().with("KONTOR_ZONE", "Asia/Shanghia");
    let error = Settings::load(&environment, &Flags::default()).unwrap_err();
    assert_eq!(error.to_string(), "KONTOR_ZONE: there is no time zone Asia/Shanghia");
    assert_eq!(error.hint.as_deref(), Some("did you mean Asia/Shanghai?"));
}

#[test]
fn the_locale_decides_the_language_where_nobody_else_does() {
    let environment = machine().with("LANG", "zh_CN.UTF-8");
    assert_eq!(Settings::load(&environment, &Flags::default()).unwrap().lang, Lang::Zh);
}
