use super::*;
use crate::schema::load;

const TRADING: &str = include_str!("../../../assets/examples/trading/company.toml");

fn sound(company: Option<(&str, &str)>) -> Catalog {
    load(company).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

fn round_trips(text: &str) {
    let catalog = sound(Some(("company.toml", text)));
    for part in [Part::Company, Part::All] {
        let exported = export(&catalog, part).unwrap();
        let again = sound(Some(("export.toml", &exported)));
        let differences = crate::schema::diff(&catalog, &again);
        assert!(differences.is_empty(), "{part:?}: {differences:?}\n{exported}");
        assert!(catalog == again, "{part:?}\n{exported}");
    }
}

#[test]
fn the_built_in_schema_alone_has_no_company_part() {
    assert_eq!(export(&sound(None), Part::Company).unwrap(), "");
}

#[test]
fn everything_exported_loads_to_the_same_catalogue() {
    round_trips("");
    round_trips(TRADING);
}

#[test]
fn short_labels_survive_and_so_does_taking_them_away() {
    round_trips(
        r#"
        [[entity.deal.field]]
        name = "expected_close"
        label = { en = "Delivery date" }
        [[entity.contact.field]]
        name = "do_not_contact"
        short = { zh = "" }
        [[entity.customer.field]]
        name = "tier"
        type = "text"
        label = "Tier of service"
        short = { zh = "等" }
        "#,
    );
}

#[test]
fn a_changed_rule_of_repetition_survives() {
    round_trips("[entity.task]\nrecurs = false\n");
    round_trips(
        r#"
        [entity.task.recurs]
        fresh = ["status", "description"]
        shift = ["repeat_until"]
        until = ""
        [[entity.task.field]]
        name = "repeat"
        options = [{ value = "decade", every = "10 years" }, { value = "daily", every = "" }]
        "#,
    );
}

#[test]
fn changed_hidden_and_new_reports_survive() {
    round_trips(
        r#"
        [report.won]
        by = ""
        chart = ""
        where = ""
        label = { zh = "" }
        [[report.won.group]]
        name = "quarter"
        each = "month"
        [[report.won.group]]
        name = "month"
        field = "team"
        each = ""
        [[report.won.measure]]
        name = "mean"
        take = { weighted = ["amount", "probability"] }
        where = "amount > 10"
        definition = { en = "\"weighted\"", zh = "加权" }
        [[report.won.measure]]
        name = "days"
        definition = { en = "", zh = "" }
        derive = { each = ["value", "deals"] }
        hidden = true
        [report.velocity]
        hidden = true
        [report.calls]
        entity = "activity"
        measure = [{ name = "n", take = "count" }]
        "#,
    );
}

#[test]
fn what_was_taken_away_or_moved_survives() {
    round_trips(
        r#"
        [company]
        region = "cn"
        currency = "cny"
        [entity.customer]
        prefix = "KD"
        label = { zh = "" }
        subtitle = ""
        menu = 3
        [[entity.customer.field]]
        name = "owner"
        label = "Account manager"
        default = ""
        column = false
        [[entity.customer.field]]
        name = "name"
        max = ""
        help = { en = "", zh = "" }
        searchable = false
        [[entity.deal.field]]
        name = "stage"
        options = [
          { value = "lost", after = "" },
          { value = "proposal", state = "", color = "", probability = "" },
          { value = "first", label = "First \"quoted\" \\ one", after = "" },
          { value = "late", state = "closed" },
          "plain",
        ]
        [[entity.deal.field]]
        name = "lost_reason"
        required_when = ""
        visible_when = ""
        [[entity.deal.field]]
        name = "closed_on"
        follows = false
        [[entity.deal.field]]
        name = "team"
        follows = false
        [[entity.lead.field]]
        name = "team"
        follows = { field = "owner", with = "first(owner.teams)" }
        [[entity.customer.field]]
        name = "segment"
        follows = { field = "status", with = "if(status = active, key, segment)", until_set = true }
        [[entity.customer.field]]
        name = "last_contact"
        where = ""
        [[entity.quote.field]]
        name = "number"
        serial = "AN-{000}"
        [[entity.ticket.field]]
        name = "satisfaction"
        max = 10
        [entity.boat]
        prefix = "B"
        label = "Boat"
        plural = "Boats"
        title = "name"
        [[entity.boat.group]]
        name = "record"
        label = "Files"
        [[entity.boat.field]]
        name = "name"
        type = "text"
        sortable = false
        [[entity.boat.field]]
        name = "owner"
        required = true
        "#,
    );
}

#[test]
fn a_text_stays_what_it_is() {
    let text = "a \"b\" \\ \n\t\u{1} 客户";
    let document = format!("x = {}", quote(text));
    let table: toml::Table = toml::from_str(&document).unwrap();
    assert_eq!(table["x"].as_str(), Some(text));
}

#[test]
fn views_of_the_company_survive() {
    round_trips(
        r#"
        [[entity.deal.view]]
        name = "stale"
        hidden = true
        [[entity.deal.view]]
        name = "mine"
        label = { zh = "我的商机" }
        query = "owner = me and stage.state = open"
        [[entity.deal.view]]
        name = "big_ones"
        query = "amount > 100k"
        columns = "name:40, amount"
        sort = "-amount"
        group = "stage"
        totals = true
        "#,
    );
}
