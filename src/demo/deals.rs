//! The life of a deal: from the first call through stages to an order that is shipped and paid.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::cast::{Tongue, amount, pick, text};
use super::story::{Act, Story};
use super::words::{CHINESE_TALK, COMPETITORS, DEAL_NAMES, TALK, TASKS, Talk};
use super::writer::Handle;
use crate::gate::Result;
use crate::model::Value;

/// The stages before the end, in order.
const STAGES: [&str; 4] = ["prospecting", "qualification", "proposal", "negotiation"];
/// Percent of deals that are lost in each.
const LOST: [u8; 4] = [10, 13, 16, 22];

pub(super) struct Deal {
    pub handle: Handle,
    pub customer: usize,
    pub contact: Option<Handle>,
    pub who: String,
    pub name: String,
    /// What is to be sold: product and quantity; the first is what people call it by.
    pub lines: Vec<(usize, i64)>,
    stage: usize,
    closed: bool,
    quote: Option<Handle>,
}

pub(super) struct Order {
    handle: Handle,
    customer: usize,
    name: String,
    /// In EUR.
    total: i64,
    paid: i64,
    shipped: bool,
}

impl Story {
    pub(super) fn deal_begins(&mut self, at: DateTime<Utc>, customer: usize) -> Result<()> {
        let lines = self.lines();
        let (product, quantity) = lines[0];
        let goods = self.products[product].name;
        let name = pick(&mut self.rng, DEAL_NAMES)
            .replace("{n}", &quantity.to_string())
            .replace("{p}", goods);
        let owner = &self.customers[customer];
        let chosen = pick(&mut self.rng, &owner.contacts).clone();
        let total = self.total(&lines);
        let day = self.date(at);
        let mut fields = vec![
            ("name", text(name.clone())),
            ("customer", self.writer.link(owner.handle)),
            ("contact", self.writer.link(chosen.0)),
            ("product", self.writer.link(self.products[product].handle)),
            ("amount", amount(total, owner.currency)),
            ("stage", text(STAGES[0])),
            ("engaged_on", Value::Date(day)),
            ("expected_close", Value::Date(day + Duration::days(self.rng.i64(60..130)))),
            (
                "source",
                text(*pick(&mut self.rng, &["web", "referral", "event", "cold", "partner"])),
            ),
        ];
        fields.extend(self.owned(owner.seller));
        let handle = self.writer.create("deal", fields)?;
        let index = self.deals.len();
        let (contact, who) = (Some(chosen.0), chosen.1);
        self.deals.push(Deal {
            handle,
            customer,
            contact,
            who,
            name,
            lines,
            stage: 0,
            closed: false,
            quote: None,
        });
        self.talk(at, customer, Some(index), 0)?;
        self.plan(at, 4, 20, Act::Advance(index));
        Ok(())
    }

    /// The next thing that happens to a deal.
    pub(super) fn advance(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let recent = self.now - at < Duration::days(200);
        if recent && self.rng.u8(..100) < 6 {
            // It lies there, and nobody looks after it.
            return Ok(());
        }
        let stage = self.deals[index].stage;
        if self.rng.u8(..100) < LOST[stage] {
            return self.lose(at, index);
        }
        if stage + 1 == STAGES.len() {
            return self.win(at, index);
        }
        let stage = stage + 1;
        self.deals[index].stage = stage;
        let close = self.date(at) + Duration::days(self.rng.i64(12..50));
        let step = ["", "Offer", "Follow up", "Contract"][stage];
        let fields = vec![
            ("stage", text(STAGES[stage])),
            ("expected_close", Value::Date(close)),
            ("next_step", text(step)),
        ];
        self.writer.update(self.deals[index].handle, fields)?;
        let customer = self.deals[index].customer;
        if STAGES[stage] == "proposal" {
            self.quote(at, index)?;
        }
        self.talk(at, customer, Some(index), stage)?;
        if self.rng.u8(..10) < 4 {
            self.follow_up(at, customer, Some(index), stage)?;
        }
        self.plan(at, 7, 26, Act::Advance(index));
        Ok(())
    }

    fn lose(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let reasons = ["price", "competitor", "no_budget", "no_decision", "timing", "product"];
        let reason = *pick(&mut self.rng, &reasons);
        let mut fields = vec![("stage", text("lost")), ("lost_reason", text(reason))];
        if reason == "competitor" {
            fields.push(("competitor", text(*pick(&mut self.rng, COMPETITORS))));
        }
        self.writer.update(self.deals[index].handle, fields)?;
        self.deals[index].closed = true;
        if let Some(quote) = self.deals[index].quote {
            self.writer.update(quote, vec![("status", text("rejected"))])?;
        }
        let customer = self.deals[index].customer;
        let about = self.deals[index].name.clone();
        self.note(at, customer, Some(index), "call", &format!("Lost: {about} ({reason})"))
    }

    fn win(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let reasons = ["price", "quality", "product", "relationship", "delivery", "service"];
        let reason = *pick(&mut self.rng, &reasons);
        let fields = vec![("stage", text("won")), ("won_reason", text(reason))];
        self.writer.update(self.deals[index].handle, fields)?;
        self.deals[index].closed = true;
        if let Some(quote) = self.deals[index].quote {
            self.writer.update(quote, vec![("status", text("accepted"))])?;
        }
        let customer = self.deals[index].customer;
        if !self.customers[customer].active {
            self.customers[customer].active = true;
            let handle = self.customers[customer].handle;
            self.writer.update(handle, vec![("status", text("active"))])?;
        }
        let about = self.deals[index].name.clone();
        self.note(at, customer, Some(index), "email", &format!("Order received: {about}"))?;
        self.order(at, index)
    }

    fn quote(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let deal = &self.deals[index];
        let customer = &self.customers[deal.customer];
        let (currency, lines) = (customer.currency, deal.lines.clone());
        let mut fields = vec![
            ("name", text(deal.name.clone())),
            ("deal", self.writer.link(deal.handle)),
            ("customer", self.writer.link(customer.handle)),
            ("status", text("sent")),
            ("valid_until", Value::Date(self.date(at) + Duration::days(30))),
            ("terms", text("Delivery ex works. Payment within 30 days.")),
        ];
        fields.extend(deal.contact.map(|contact| ("contact", self.writer.link(contact))));
        fields.extend(self.owned(customer.seller));
        self.writer.make_room(lines.len() + 1)?;
        let quote = self.writer.create("quote", fields)?;
        self.deals[index].quote = Some(quote);
        for (product, quantity) in lines {
            let goods = &self.products[product];
            let fields = vec![
                ("name", text(goods.name)),
                ("quote", self.writer.link(quote)),
                ("product", self.writer.link(goods.handle)),
                ("quantity", Value::Decimal(quantity.into())),
                ("price", amount(goods.price, currency)),
            ];
            self.writer.create("quote_line", fields)?;
        }
        Ok(())
    }

    fn order(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let deal = &self.deals[index];
        let customer = &self.customers[deal.customer];
        let (currency, lines, about) = (customer.currency, deal.lines.clone(), deal.customer);
        let name = deal.name.clone();
        let day = self.date(at);
        self.writer.make_room(lines.len() + 1)?;
        let mut fields = vec![
            ("name", text(name.clone())),
            ("customer", self.writer.link(customer.handle)),
            ("deal", self.writer.link(deal.handle)),
            ("status", text("confirmed")),
            ("ordered_on", Value::Date(day)),
            ("ship_by", Value::Date(day + Duration::days(35))),
        ];
        fields.extend(deal.contact.map(|contact| ("contact", self.writer.link(contact))));
        fields.extend(deal.quote.map(|quote| ("quote", self.writer.link(quote))));
        fields.extend(self.owned(customer.seller));
        let handle = self.writer.create("order", fields)?;
        for (product, quantity) in &lines {
            let goods = &self.products[*product];
            let fields = vec![
                ("name", text(goods.name)),
                ("order", self.writer.link(handle)),
                ("product", self.writer.link(goods.handle)),
                ("quantity", Value::Decimal((*quantity).into())),
                ("price", amount(goods.price, currency)),
            ];
            self.writer.create("order_line", fields)?;
        }
        let total = self.total(&lines);
        let order = self.orders.len();
        self.orders.push(Order { handle, customer: about, name, total, paid: 0, shipped: false });
        self.plan(at, 12, 45, Act::Ship(order));
        if self.rng.u8(..10) < 3 {
            // A third in advance.
            self.plan(at, 3, 10, Act::Pay(order));
        }
        Ok(())
    }

    pub(super) fn ship(&mut self, at: DateTime<Utc>, order: usize) -> Result<()> {
        let fields = vec![("status", text("shipped")), ("shipped_on", Value::Date(self.date(at)))];
        self.writer.update(self.orders[order].handle, fields)?;
        self.orders[order].shipped = true;
        self.plan(at, 10, 55, Act::Pay(order));
        Ok(())
    }

    /// A payment: a third before the order is shipped, all that is open after.
    pub(super) fn pay(&mut self, at: DateTime<Utc>, index: usize) -> Result<()> {
        let order = &self.orders[index];
        let customer = &self.customers[order.customer];
        let part = if order.shipped { order.total - order.paid } else { order.total / 3 };
        let method = *pick(&mut self.rng, &["transfer", "transfer", "transfer", "card", "cheque"]);
        let fields = vec![
            ("name", text(format!("Payment: {}", order.name))),
            ("order", self.writer.link(order.handle)),
            ("customer", self.writer.link(customer.handle)),
            ("amount", amount(part, customer.currency)),
            ("paid_on", Value::Date(self.date(at))),
            ("method", text(method)),
        ];
        self.writer.create("payment", fields)?;
        self.orders[index].paid += part;
        if self.orders[index].shipped {
            let handle = self.orders[index].handle;
            self.writer.update(handle, vec![("status", text("completed"))])?;
        }
        Ok(())
    }

    /// One to three things that are sold together.
    fn lines(&mut self) -> Vec<(usize, i64)> {
        let goods = self.rng.usize(..20);
        let quantity = match self.products[goods].price {
            0..200 => self.rng.i64(2..30) * 10,
            200..1000 => self.rng.i64(2..40),
            1000..5000 => self.rng.i64(1..12),
            _ => self.rng.i64(1..4),
        };
        let mut lines = vec![(goods, quantity)];
        if self.rng.bool() {
            lines.push((self.rng.usize(17..20), self.rng.i64(1..12)));
        }
        if self.rng.u8(..3) == 0 {
            lines.push((self.rng.usize(20..24), self.rng.i64(1..4)));
        }
        lines
    }

    fn total(&self, lines: &[(usize, i64)]) -> i64 {
        lines.iter().map(|(product, quantity)| self.products[*product].price * quantity).sum()
    }

    pub(super) fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// An activity as it goes at this stage; 4 is looking after a customer without a deal.
    pub(super) fn talk(
        &mut self,
        at: DateTime<Utc>,
        customer: usize,
        deal: Option<usize>,
        stage: usize,
    ) -> Result<()> {
        let local = self.customers[customer].tongue == Tongue::Chinese && self.rng.bool();
        let talk: &Talk =
            pick(&mut self.rng, if local { CHINESE_TALK[stage] } else { TALK[stage] });
        let (kind, direction, minutes, subject, outcome) = *talk;
        let subject = self.filled(subject, customer, deal);
        let mut fields = vec![
            ("subject", text(subject)),
            ("kind", text(kind)),
            ("happened_at", Value::DateTime(at)),
        ];
        if kind != "note" {
            fields.push(("direction", text(direction)));
        }
        if minutes > 0 {
            let minutes = minutes * self.rng.i64(6..16) / 10;
            fields.push(("duration", Value::Duration(minutes.max(1) * 60)));
        }
        if !outcome.is_empty() {
            fields.push(("outcome", text(outcome)));
        }
        fields.extend(self.about(customer, deal));
        self.writer.create("activity", fields)?;
        Ok(())
    }

    fn note(
        &mut self,
        at: DateTime<Utc>,
        customer: usize,
        deal: Option<usize>,
        kind: &'static str,
        subject: &str,
    ) -> Result<()> {
        let mut fields = vec![
            ("subject", text(subject)),
            ("kind", text(kind)),
            ("direction", text("in")),
            ("happened_at", Value::DateTime(at)),
        ];
        fields.extend(self.about(customer, deal));
        self.writer.create("activity", fields)?;
        Ok(())
    }

    /// A task that follows; it is done around its due day, if that has come.
    fn follow_up(
        &mut self,
        at: DateTime<Utc>,
        customer: usize,
        deal: Option<usize>,
        stage: usize,
    ) -> Result<()> {
        let days = self.rng.i64(2..8);
        let due = self.working_hour(at + Duration::days(days));
        let task = self.task_of(due, customer, deal, stage, false)?;
        let old = self.now - due > Duration::days(25);
        if old || self.rng.u8(..100) < 70 {
            self.plan(due, 0, 2, Act::Done(task));
        }
        Ok(())
    }

    /// A task of the customer's seller, or one of mine.
    pub(super) fn task_of(
        &mut self,
        due: DateTime<Utc>,
        customer: usize,
        deal: Option<usize>,
        stage: usize,
        mine: bool,
    ) -> Result<Handle> {
        let (kind, name) = *pick(&mut self.rng, TASKS[stage]);
        let name = self.filled(name, customer, deal);
        let priority =
            *pick(&mut self.rng, &["normal", "normal", "normal", "low", "high", "urgent"]);
        let mut fields = vec![
            ("name", text(name)),
            ("kind", text(kind)),
            ("due", Value::DateTime(due)),
            ("priority", text(priority)),
        ];
        fields.extend(self.about(customer, deal));
        if mine {
            fields.retain(|(field, _)| !matches!(*field, "owner" | "team"));
            fields.extend(self.owned(0));
        }
        self.writer.create("task", fields)
    }

    /// Links to what an activity or task is about, and whose it is.
    pub(super) fn about(&self, customer: usize, deal: Option<usize>) -> Vec<(&'static str, Value)> {
        let owner = &self.customers[customer];
        let deal = deal.map(|deal| &self.deals[deal]);
        let contact = deal.map_or_else(|| owner.contacts.first().map(|(c, _)| *c), |d| d.contact);
        let link = |handle| self.writer.link(handle);
        let mut fields = vec![
            ("about", link(deal.map_or(owner.handle, |deal| deal.handle))),
            ("customer", link(owner.handle)),
        ];
        fields.extend(contact.map(|contact| ("contact", link(contact))));
        fields.extend(deal.map(|deal| ("deal", link(deal.handle))));
        fields.extend(self.owned(owner.seller));
        fields
    }

    /// A sentence with the person and the goods filled in.
    fn filled(&mut self, sentence: &str, customer: usize, deal: Option<usize>) -> String {
        let (who, product) = if let Some(deal) = deal.map(|deal| &self.deals[deal]) {
            (deal.who.clone(), deal.lines[0].0)
        } else {
            let contacts = &self.customers[customer].contacts;
            let who = contacts.first().map_or_else(String::new, |(_, who)| who.clone());
            (who, self.rng.usize(..20))
        };
        sentence.replace("{who}", &who).replace("{p}", self.products[product].name)
    }

    /// Deals that still go on.
    pub(super) fn open_deals(&self) -> Vec<usize> {
        (0..self.deals.len()).filter(|index| !self.deals[*index].closed).collect()
    }
}
