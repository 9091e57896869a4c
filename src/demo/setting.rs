//! Who works at the company and what it sells.

use super::cast::{amount, currency, pick, point, text};
use super::story::{Place, Product, Seller, Story};
use super::words::{CAMPAIGNS, PRODUCTS, STAFF};
use crate::gate::Result;
use crate::model::{RecordId, Value};

/// The built-in roles of the cast, by the order in which a new file gets them.
const REP: RecordId = RecordId(5);
const MANAGER: RecordId = RecordId(7);
const SERVICE: RecordId = RecordId(9);

impl Story {
    /// Teams, users and products, before the first day.
    pub(super) fn set_the_stage(&mut self) -> Result<()> {
        let administrator = self.writer.existing("user", RecordId(1));
        self.sellers.push(Seller { user: administrator, team: None });
        let mut teams = Vec::new();
        for (name, about) in [
            ("Sales North", "Customers in Europe and America"),
            ("Sales Asia", "Customers in China"),
            ("Service", "Tickets, spare parts, maintenance"),
        ] {
            let fields = vec![("name", text(name)), ("description", text(about))];
            teams.push(self.writer.create("team", fields)?);
        }
        self.writer.flush()?;
        let mut heads = [None; 3];
        for (at, (name, login, position, team, language)) in STAFF.iter().enumerate() {
            let mut fields = vec![
                ("name", text(*name)),
                ("login", text(*login)),
                ("position", text(*position)),
                ("language", text(*language)),
                ("office", text(if *team == 1 { "Shanghai" } else { "Hamburg" })),
                ("emails", point("work", format!("{login}@kontor.example"))),
                ("phones", point("work", format!("+494055540{:02}", 10 + at))),
                ("teams", self.writer.links(&[teams[*team]])),
            ];
            let role = match (heads[*team], *team) {
                (None, _) => MANAGER,
                (_, 2) => SERVICE,
                _ => REP,
            };
            let role = self.writer.existing("role", role);
            fields.push(("roles", self.writer.links(&[role])));
            fields.push(("manager", self.writer.link(heads[*team].unwrap_or(administrator))));
            let user = self.writer.create("user", fields)?;
            heads[*team].get_or_insert(user);
            self.sellers.push(Seller { user, team: Some(teams[*team]) });
            // The next one may report to this one.
            self.writer.flush()?;
        }
        for (team, head) in teams.iter().zip(heads) {
            if let Some(head) = head {
                let fields = vec![("manager", self.writer.link(head))];
                self.writer.update(*team, fields)?;
            }
        }
        let euro = currency("EUR");
        for (name, code, series, kind, unit, price, cost) in PRODUCTS {
            let fields = vec![
                ("name", text(*name)),
                ("code", text(*code)),
                ("series", text(*series)),
                ("kind", text(*kind)),
                ("unit", text(*unit)),
                ("price", amount(*price, euro)),
                ("cost", amount(*cost, euro)),
                ("tax_rate", Value::Decimal(19.into())),
            ];
            let handle = self.writer.create("product", fields)?;
            self.products.push(Product { handle, name, price: *price });
        }
        for (at, (name, kind, budget)) in CAMPAIGNS.iter().enumerate() {
            // Spread over the story, the last ones still to come.
            let day = 40 + at as i64 * 82;
            self.campaign(name, kind, *budget, day)?;
        }
        self.writer.flush()
    }

    /// A seller for a customer: the administrator has a fair share, so that the first screen is lively.
    pub(super) fn seller(&mut self, place: Place) -> usize {
        if self.rng.u8(..100) < 24 {
            return 0;
        }
        match place {
            Place::Asia => *pick(&mut self.rng, &[4, 5]),
            Place::North => *pick(&mut self.rng, &[1, 2, 3, 6]),
            Place::Service => *pick(&mut self.rng, &[7, 7, 7, 2]),
        }
    }
}
