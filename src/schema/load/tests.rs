use super::*;

#[test]
fn the_built_in_schema_is_sound() {
    let catalog = load(None).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert_eq!(catalog.entities().count(), 17);
}
