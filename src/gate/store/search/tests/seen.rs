//! Searches of somebody who sees a part, by rows that are known and by the tokens of holders.

use super::*;

impl Shelf {
    /// From now on the person sees what they own.
    fn see_own(&mut self) {
        let me = self.me;
        self.sights.clear();
        for entity in self.catalog.entities() {
            let table = quoted(&entity.sql_table());
            let held = entity.field("owner").is_some();
            let rows = if held { format!("owner = {me}") } else { "true".to_owned() };
            self.conn
                .execute_batch(&format!(
                    "DROP VIEW IF EXISTS temp.{table};
                     CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {rows}"
                ))
                .unwrap();
            if held {
                let tokens = Some(vec![format!("_o{me}")]);
                self.sights.insert(entity.name.clone(), Sight { tokens, branches: 0 });
            }
        }
    }
}

#[test]
fn rows_that_are_known_find_what_a_look_at_holders_finds() {
    let mut shelf = Shelf::new();
    let words = ["Weber", "Webre", "Oberweber", "Schmidt", "Schmitd"];
    for number in 0..120 {
        let whose = if number % 9 == 4 { 1 } else { 8 };
        let name = format!("{} Bau {number}", words[number % words.len()]);
        shelf.add("customer", &[("name", Value::Text(name)), ("owner", owner(whose))]);
        let name = format!("Deal with {} {number}", words[number % words.len()]);
        shelf.add("deal", &[("name", Value::Text(name)), ("owner", owner(whose))]);
    }
    shelf.see_own();
    let typed =
        ["weber", "w", "bau", "webr bau", "eber", "webber", "deal schm", "schmidt bau", "zz"];
    let found = |shelf: &Shelf| typed.map(|text| shelf.titles(text));
    let cold = found(&shelf);
    assert!(cold.iter().filter(|hits| !hits.is_empty()).count() >= 7, "{cold:?}");
    let numbers: Vec<usize> = cold
        .iter()
        .flatten()
        .map(|title| title.rsplit_once(' ').unwrap().1.parse().unwrap())
        .collect();
    assert!(numbers.iter().all(|number| number % 9 == 4), "{numbers:?}");
    shelf.own = OwnWords::default();
    let moment = shelf.moment();
    while shelf.finder(&moment).gather().unwrap() {}
    assert!(shelf.finder(&moment).rows().is_some_and(|rows| rows.count() > 20));
    assert_eq!(found(&shelf), cold);
}

#[test]
fn rows_that_are_known_keep_up_with_what_changes() {
    let mut shelf = Shelf::new();
    let theirs = shelf.add("customer", &[("name", "Weber One".into()), ("owner", owner(8))]);
    shelf.add("customer", &[("name", "Weber Two".into()), ("owner", owner(1))]);
    shelf.see_own();
    let moment = shelf.moment();
    while shelf.finder(&moment).gather().unwrap() {}
    assert_eq!(shelf.titles("weber"), ["Weber Two"]);
    let number = shelf.number("customer");
    shelf.conn.execute("UPDATE main.customer SET owner = 1 WHERE id = ?", [theirs.0]).unwrap();
    shelf
        .conn
        .execute("INSERT INTO _history(entity, record) VALUES (?, ?)", (number, theirs.0))
        .unwrap();
    assert_eq!(shelf.titles("weber"), ["Weber Two", "Weber One"]);
    // What an open transaction gives is found in it, and not after it was taken back.
    shelf.conn.execute_batch("BEGIN; UPDATE main.customer SET owner = 8").unwrap();
    assert!(shelf.titles("weber").is_empty());
    shelf.conn.execute_batch("ROLLBACK").unwrap();
    assert_eq!(shelf.titles("weber").len(), 2);
}
