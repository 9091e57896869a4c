//! One file as several entities: customer and contact in one row, an order and its lines; saved maps, choices.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/shell.rs"]
mod shell;

use shell::Shell;

const ORDERS: &str = "entity = \"order\"\nkey = \"external_id\"\nfill_down = [\"Order\", \"Title\", \"Customer\"]\n\
    ignore = [\"Product\", \"Quantity\", \"Price\"]\n[columns]\nOrder = \"external_id\"\nTitle = \"name\"\n\
    Customer = { field = \"customer\", create_missing = true }\n";

const LINES: &str = "entity = \"order_line\"\nfill_down = [\"Order\"]\nignore = [\"Title\", \"Customer\"]\n[columns]\n\
    Order = { field = \"order\", by = \"external_id\" }\n\
    Product = [\"name\", { field = \"product\", by = \"name\" }]\nQuantity = \"quantity\"\nPrice = \"price\"\n";

const SHEET: &str = "Order,Title,Customer,Product,Quantity,Price\n\
    7001,First order,Acme,Pump,2,100 EUR\n,,,Valve,5,7 EUR\n7002,Second order,Beta,Pump,1,100 EUR\n";

fn list(shell: &Shell, entity: &str, columns: &str) -> String {
    shell.done(&[entity, "list", "--columns", columns, "--format", "tsv"])
}

#[test]
fn lines_stand_below_their_order_and_one_undo_takes_back_all() {
    let shell = Shell::new();
    for name in ["Pump", "Valve"] {
        shell.done(&["product", "add", &format!("name={name}")]);
    }
    let sheet = shell.file("orders.csv", SHEET);
    let orders = shell.file("orders.toml", ORDERS);
    let lines = shell.file("lines.toml", LINES);
    let import = [
        "import",
        "order,order_line",
        sheet.to_str().unwrap(),
        "--map",
        orders.to_str().unwrap(),
        "--map",
        lines.to_str().unwrap(),
    ];
    let dry = shell.type_in(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(dry.status, 0, "{dry:?}");
    assert!(dry.err.contains("2 create, 1 same") && dry.err.contains("3 create"), "{dry:?}");
    assert_eq!(shell.done(&["order", "list", "--count"]), "0\n");
    let said = shell.type_in(&import);
    assert_eq!(said.status, 0, "{said:?}");
    assert_eq!(
        list(&shell, "order", "name,customer"),
        "name\tcustomer\nSecond order\tC-2\nFirst order\tC-1\n"
    );
    let told = list(&shell, "order_line", "name,order,quantity");
    assert_eq!(told.lines().count(), 4, "{told}");
    let order_of = |line: &str| {
        let line = told.lines().find(|told| told.starts_with(line)).unwrap_or_default();
        line.split('\t').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(order_of("Valve"), "O-1", "{told}");
    shell.done(&["undo"]);
    for entity in ["order", "order_line", "customer"] {
        assert_eq!(shell.done(&[entity, "list", "--count"]), "0\n", "{entity}");
    }
    // A line of a product that is not there keeps back the orders as well.
    let sheet = shell.file("bad.csv", &SHEET.replace("Valve", "Volve"));
    let mut bad = import;
    bad[2] = sheet.to_str().unwrap();
    let said = shell.type_in(&bad);
    assert_eq!(said.status, 1, "{said:?}");
    assert_eq!(shell.done(&["order", "list", "--count"]), "0\n");
}

#[test]
fn a_customer_and_a_contact_stand_in_one_row_and_the_maps_are_kept() {
    let shell = Shell::new();
    let sheet = shell.file(
        "people.csv",
        "Company,Town,Person,Mail\nAcme,Ulm,Anna,anna@acme.de\nAcme,Ulm,Ben,ben@acme.de\nBeta,Bonn,Cleo,cleo@beta.de\n",
    );
    let customers = shell.file(
        "customers.toml",
        "entity = \"customer\"\nkey = \"name + city\"\nignore = [\"Person\", \"Mail\"]\n[columns]\nCompany = \"name\"\nTown = \"address.city\"\n",
    );
    let contacts = shell.file(
        "contacts.toml",
        "entity = \"contact\"\nkey = \"emails\"\nignore = [\"Town\"]\n[columns]\nCompany = \"customer\"\nPerson = \"name\"\nMail = \"emails\"\n",
    );
    let (sheet, customers, contacts) =
        (sheet.to_str().unwrap(), customers.to_str().unwrap(), contacts.to_str().unwrap());
    let said = shell.type_in(&[
        "import",
        "customer,contact",
        sheet,
        "--map",
        customers,
        "--map",
        contacts,
        "--save-map",
        "fair",
    ]);
    assert_eq!(said.status, 0, "{said:?}");
    assert_eq!(
        list(&shell, "contact", "name,customer"),
        "name\tcustomer\nAnna\tC-1\nBen\tC-1\nCleo\tC-2\n"
    );
    // The next file of that kind: the map is offered, found by its name, and changes nothing.
    let said = shell.type_in(&["import", "contact", sheet, "--dry-run"]);
    assert!(said.err.contains("the saved map \"fair\" was made for such a file"), "{said:?}");
    let said = shell.type_in(&["import", "customer,contact", sheet, "--map", "fair"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(!said.err.contains("create") && said.err.contains("3 same"), "{said:?}");
    let said = shell.type_in(&["import", "customer", sheet, "--map", "fare"]);
    assert!(said.err.contains("saved maps: fair"), "{said:?}");
}

#[test]
fn choices_are_made_where_that_is_asked_for() {
    let shell = Shell::new();
    let sheet = shell.file("a.csv", "Name,Segment\nA,Platinum\nB,Platinum\nC,Small\n");
    let sheet = sheet.to_str().unwrap();
    let said = shell.type_in(&["import", "customer", sheet]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.err.contains("no such choice yet: segment \"Platinum\", 2 rows"), "{said:?}");
    assert!(said.err.contains("--make-options"), "{said:?}");
    let said = shell.type_in(&["import", "customer", sheet, "--make-options"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(list(&shell, "customer", "name,segment").contains("A\tPlatinum"));
    assert!(shell.done(&["schema", "export"]).contains("Platinum"));
}
