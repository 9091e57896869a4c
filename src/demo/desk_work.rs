//! What else fills the days: tickets, leads, campaigns, and the tasks of today and the days to come.

use chrono::{DateTime, Duration, Utc};

use super::cast::{self, amount, currency, pick, text};
use super::story::{Act, Place, Story};
use super::words::{TASKS, TICKETS};
use super::writer::Handle;
use crate::gate::Result;
use crate::model::Value;

pub(super) struct Ticket {
    handle: Handle,
    answer: &'static str,
}

pub(super) struct Campaign {
    handle: Handle,
    budget: i64,
    members: Vec<Handle>,
}

impl Story {
    pub(super) fn ticket_comes(&mut self, at: DateTime<Utc>) -> Result<()> {
        if self.customers.is_empty() {
            return Ok(());
        }
        let customer = self.rng.usize(..self.customers.len());
        let (kind, subject, answer) = *pick(&mut self.rng, TICKETS);
        let product = self.rng.usize(..20);
        let subject = subject.replace("{p}", self.products[product].name);
        let seller = self.seller(Place::Service);
        let owner = &self.customers[customer];
        let due = at + Duration::days(self.rng.i64(2..10));
        let mut fields = vec![
            ("subject", text(subject)),
            ("kind", text(kind)),
            ("customer", self.writer.link(owner.handle)),
            ("product", self.writer.link(self.products[product].handle)),
            (
                "priority",
                text(*pick(&mut self.rng, &["low", "normal", "normal", "high", "urgent"])),
            ),
            ("due", Value::DateTime(due)),
        ];
        let contact = owner.contacts.first().map(|(contact, _)| *contact);
        fields.extend(contact.map(|contact| ("contact", self.writer.link(contact))));
        fields.extend(self.owned(seller));
        let handle = self.writer.create("ticket", fields)?;
        self.tickets.push(Ticket { handle, answer });
        self.plan(at, 0, 3, Act::Assign(self.tickets.len() - 1));
        Ok(())
    }

    pub(super) fn assign(&mut self, at: DateTime<Utc>, ticket: usize) -> Result<()> {
        let status = if self.rng.u8(..4) == 0 { "pending" } else { "assigned" };
        self.writer.update(self.tickets[ticket].handle, vec![("status", text(status))])?;
        self.plan(at, 1, 14, Act::Close(ticket));
        Ok(())
    }

    pub(super) fn close(&mut self, ticket: usize) -> Result<()> {
        let ended = *pick(&mut self.rng, &["closed", "closed", "closed", "closed", "rejected"]);
        let mut fields =
            vec![("status", text(ended)), ("resolution", text(self.tickets[ticket].answer))];
        if self.rng.bool() {
            fields.push(("satisfaction", Value::Int(*pick(&mut self.rng, &[2, 3, 4, 4, 5, 5]))));
        }
        self.writer.update(self.tickets[ticket].handle, fields)
    }

    pub(super) fn lead_comes(&mut self, at: DateTime<Utc>) -> Result<()> {
        let company = cast::customer(&mut self.rng, 2000, true);
        let today = self.date(at);
        let (_, person) = cast::contact(&mut self.rng, &company, today);
        let wanted = ["name", "phones", "emails"];
        let mut fields: cast::Fields =
            person.into_iter().filter(|(field, _)| wanted.contains(field)).collect();
        let wanted = ["industry", "address", "source"];
        fields.extend(company.fields.into_iter().filter(|(field, _)| wanted.contains(field)));
        let product = self.rng.usize(..20);
        fields.push(("company", text(company.name)));
        fields.push(("product", self.writer.link(self.products[product].handle)));
        fields.push(("rating", Value::Int(self.rng.i64(0..=5))));
        fields.push(("budget", amount(self.rng.i64(2..60) * 1000, company.currency)));
        let seller = self.seller(Place::North);
        fields.extend(self.owned(seller));
        let lead = self.writer.create("lead", fields)?;
        self.plan(at, 2, 20, Act::Qualify(lead));
        Ok(())
    }

    pub(super) fn qualify(&mut self, lead: Handle) -> Result<()> {
        let status =
            *pick(&mut self.rng, &["assigned", "in_process", "in_process", "recycled", "dead"]);
        self.writer.update(lead, vec![("status", text(status))])
    }

    pub(super) fn campaign(&mut self, name: &str, kind: &str, budget: i64, day: i64) -> Result<()> {
        let begin = self.day(day);
        let start = self.date(begin);
        let euro = currency("EUR");
        let mut fields = vec![
            ("name", text(format!("{name}, {}", start.format("%B %Y")))),
            ("kind", text(kind)),
            ("start", Value::Date(start)),
            ("end", Value::Date(start + Duration::days(40))),
            ("budget", amount(budget, euro)),
            ("expected_revenue", amount(budget * 6, euro)),
        ];
        fields.extend(self.owned(0));
        let handle = self.writer.create("campaign", fields)?;
        let index = self.campaigns.len();
        self.campaigns.push(Campaign { handle, budget, members: Vec::new() });
        self.plan_on(day, Act::CampaignBegins(index));
        self.plan_on(day + 45, Act::CampaignEnds(index));
        Ok(())
    }

    pub(super) fn campaign_begins(&mut self, campaign: usize) -> Result<()> {
        let handle = self.campaigns[campaign].handle;
        self.writer.update(handle, vec![("status", text("active"))])?;
        for _ in 0..self.customers.len().min(30) {
            let customer = self.rng.usize(..self.customers.len());
            let Some((contact, who)) = self.customers[customer].contacts.first().cloned() else {
                continue;
            };
            let fields = vec![
                ("name", text(format!("{who}, {}", self.customers[customer].name))),
                ("campaign", self.writer.link(handle)),
                ("contact", self.writer.link(contact)),
                ("status", text("sent")),
            ];
            let member = self.writer.create("campaign_member", fields)?;
            self.campaigns[campaign].members.push(member);
        }
        Ok(())
    }

    pub(super) fn campaign_ends(&mut self, campaign: usize) -> Result<()> {
        let cost = self.campaigns[campaign].budget * self.rng.i64(70..120) / 100;
        let fields = vec![("status", text("complete")), ("cost", amount(cost, currency("EUR")))];
        self.writer.update(self.campaigns[campaign].handle, fields)?;
        for member in std::mem::take(&mut self.campaigns[campaign].members) {
            let answers = ["responded", "registered", "attended", "declined"];
            if self.rng.u8(..5) < 2 {
                let answer = *pick(&mut self.rng, &answers);
                self.writer.update(member, vec![("status", text(answer))])?;
            }
        }
        Ok(())
    }

    /// The tasks of the past days, of today and of the days to come, so that everybody's day is full.
    pub(super) fn coming_days(&mut self) -> Result<()> {
        let deals = self.open_deals();
        for day in [-6, -3, -2, -1, 0, 0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 5, 7, 8, 10, 14, 21] {
            for _ in 0..2 {
                if self.customers.is_empty() {
                    return Ok(());
                }
                let deal = (!deals.is_empty() && self.rng.u8(..3) > 0)
                    .then(|| *pick(&mut self.rng, &deals));
                let customer = match deal {
                    Some(deal) => self.deals[deal].customer,
                    None => self.rng.usize(..self.customers.len()),
                };
                let due = if day == 0 {
                    self.hour_of(self.now)
                } else {
                    self.working_hour(self.now + Duration::days(day))
                };
                let stage = if deal.is_some() { 2 } else { TASKS.len() - 1 };
                let mine = self.rng.bool();
                self.task_of(due, customer, deal, stage, mine)?;
            }
        }
        Ok(())
    }
}
