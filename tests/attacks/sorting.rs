//! Mallory may not see what a customer turns over, so she sorts and filters by it: the order of a list, the
//! place of a record of a known amount, a condition, a group, a sum, a smallest and a largest value or the
//! search box would each tell her, question by question, what is in the field.

use kontor::gate::{Aggregate, GroupBy, ListRequest, Measure, SearchRequest};
use kontor::model::Edit;
use kontor::query::{Query, parse_sort};

use super::scene;

const RIGHTS: &str = "[entity.customer]\nread = \"all\"\nedit = \"all\"\n\
                      fields = { revenue = \"masked\", description = \"hidden\" }";

#[test]
fn neither_order_nor_condition_nor_sum_tells_a_value() {
    let mut told = Vec::new();
    for (first, second) in [("10000 EUR", "90000 EUR"), ("90000 EUR", "10000 EUR")] {
        let mut scene = scene("");
        scene.role("Nosy", RIGHTS);
        let user = Edit::update("user", scene.mallory).typed("roles", "Nosy");
        scene.desk.session.save(vec![user], "role").unwrap();
        for (name, revenue, words) in [("A", first, "plum jam"), ("B", second, "rye bread")] {
            let edit = Edit::create("customer").typed("name", name).typed("revenue", revenue);
            scene.desk.add(edit.typed("description", words));
        }
        let mallory = scene.attacker();
        let catalog = mallory.catalog();
        assert!(parse_sort("-revenue", catalog, "customer").is_err());
        assert!(parse_sort("description", catalog, "customer").is_err());
        assert!(Query::parse("description ~ plum", catalog, "customer").is_err());
        let mut seen = String::new();
        for query in ["revenue > 50000", "revenue = 10000", "revenue > \"1\"", "plum", "bread"] {
            if let Ok(query) = Query::parse(query, catalog, "customer") {
                let mut list = ListRequest::first("customer", 10);
                list.filter = Some(query.clone());
                let page = mallory.list(&list).unwrap();
                let names: Vec<_> = page.rows.iter().map(|row| row.id).collect();
                seen.push_str(&format!(
                    "{names:?} {:?}",
                    mallory.count("customer", Some(&query), None)
                ));
            }
        }
        for measure in [
            Measure::Sum("revenue".into()),
            Measure::Min("revenue".into()),
            Measure::Max("revenue".into()),
            Measure::Mean("revenue".into()),
        ] {
            let request = Aggregate {
                entity: "customer".into(),
                filter: None,
                group: vec![GroupBy::Field("name".into())],
                measures: vec![measure],
            };
            seen.push_str(&format!("{:?}", mallory.aggregate(&request)));
        }
        for text in ["plum", "bread", "plum jam", "a plum"] {
            let hits = mallory.search(&SearchRequest {
                text: text.into(),
                entities: vec!["customer".into()],
                filter: None,
                limit: 10,
            });
            assert!(hits.unwrap().is_empty(), "{text}");
        }
        told.push(seen);
    }
    assert_eq!(told[0], told[1]);
}
