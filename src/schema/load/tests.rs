use super::*;

#[test]
fn the_built_in_schema_is_sound() {
    let catalog = load(None).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert_eq!(catalog.entities().count(), 17);
}

/// How long reading the built-in schema takes; run it in release with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
#[expect(clippy::disallowed_macros, reason = "a measurement is there to be read")]
fn time_of_loading() {
    let rounds = 200;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(load(None)).unwrap();
    }
    eprintln!("load(None): {:?}", start.elapsed() / rounds);
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        for (_, text) in BUILT_IN {
            std::hint::black_box(DeTable::parse_recoverable(text));
        }
    }
    eprintln!("of which TOML: {:?}", start.elapsed() / rounds);
}
