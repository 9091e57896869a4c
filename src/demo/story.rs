//! The story: what happens when, and who is in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use fastrand::Rng;

use super::DAYS;
use super::cast::{self, Tongue, pick, text};
use super::writer::{Handle, Writer, filled};
use crate::gate::Result;
use crate::model::{Currency, Edit, Link, RecordId, Value};

/// What is written within so many hours is one change set.
const PAGE: Duration = Duration::hours(48);

/// Edits that are planned at once when the books are filled.
const PIECE: usize = 5000;

/// A region that sellers look after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    North,
    Asia,
    Service,
}

pub(super) struct Seller {
    pub user: Handle,
    pub team: Option<Handle>,
}

pub(super) struct Product {
    pub handle: Handle,
    pub name: &'static str,
    /// In EUR.
    pub price: i64,
}

pub(super) struct Customer {
    pub handle: Handle,
    pub name: String,
    pub tongue: Tongue,
    pub currency: Currency,
    pub seller: usize,
    pub active: bool,
    /// The people there, and how colleagues speak of them.
    pub contacts: Vec<(Handle, String)>,
}

/// Something that will happen.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Customer,
    Care(usize),
    Leaves(usize),
    Deal(usize),
    Advance(usize),
    Ship(usize),
    Pay(usize),
    Done(Handle),
    Ticket,
    Assign(usize),
    Close(usize),
    Lead,
    Qualify(Handle),
    CampaignBegins(usize),
    CampaignEnds(usize),
}

/// The company, its present day and what is to come.
pub(super) struct Story {
    pub writer: Writer,
    pub rng: Rng,
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub sellers: Vec<Seller>,
    pub products: Vec<Product>,
    pub customers: Vec<Customer>,
    pub deals: Vec<super::deals::Deal>,
    pub orders: Vec<super::deals::Order>,
    pub tickets: Vec<super::desk_work::Ticket>,
    pub campaigns: Vec<super::desk_work::Campaign>,
    to_come: BTreeMap<(DateTime<Utc>, u64), Act>,
    acts: u64,
}

impl Story {
    pub fn new(writer: Writer, seed: u64, now: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            writer,
            rng: Rng::with_seed(seed),
            now,
            zone,
            sellers: Vec::new(),
            products: Vec::new(),
            customers: Vec::new(),
            deals: Vec::new(),
            orders: Vec::new(),
            tickets: Vec::new(),
            campaigns: Vec::new(),
            to_come: BTreeMap::new(),
            acts: 0,
        }
    }

    /// Customers without a story: in the books since before it began.
    pub fn fill_the_books(&mut self, customers: u32, watch: &mut dyn FnMut(u64)) -> Result<()> {
        if customers == 0 {
            return Ok(());
        }
        let year = self.day(0).year();
        let today = self.now.with_timezone(&self.zone).date_naive();
        let owners: Vec<_> = (0..self.sellers.len()).map(|seller| self.owned(seller)).collect();
        let rng = &mut self.rng;
        let mut done = 0;
        self.writer.write_all(&["customer", "contact"], || {
            let mut edits = Vec::with_capacity(PIECE);
            let mut created = 0;
            while done < customers && edits.len() + 2 < PIECE {
                let customer = cast::customer(rng, year, true);
                // One seller has a hundredth, one a tenth: what lists and searches are measured by.
                let seller = match rng.u8(..100) {
                    0 => 6,
                    1..11 => 1,
                    11..35 => 0,
                    _ => *pick(rng, &[2, 3, 4, 5, 7]),
                };
                let mut fields = customer.fields.clone();
                let status = *pick(rng, &["prospect", "active", "active", "inactive", "former"]);
                fields.push(("status", text(status)));
                fields.extend(owners[seller].iter().cloned());
                edits.push(filled(Edit::create("customer"), fields));
                created += 1;
                if done % 5 == 0 {
                    let (_, mut fields) = cast::contact(rng, &customer, today);
                    let link = Link::new("customer", RecordId(-created));
                    fields.push(("customer", Value::Link(link)));
                    fields.extend(owners[seller].iter().cloned());
                    edits.push(filled(Edit::create("contact"), fields));
                    created += 1;
                }
                done += 1;
            }
            watch(u64::from(done));
            edits
        })
    }

    /// Plays the days from the first to now.
    pub fn play(&mut self, customers: u32, watch: &mut dyn FnMut(u64)) -> Result<()> {
        for n in 0..customers {
            // Nearly half of them were there at the beginning.
            let share = f64::from(self.rng.u32(..10_000)) / 10_000.0;
            let day = if n % 9 < 4 { share * 40.0 } else { share.powf(0.8) * (DAYS - 10) as f64 };
            self.plan_on(day as i64, Act::Customer);
        }
        for _ in 0..customers * 2 / 5 {
            let day = self.rng.i64(30..DAYS);
            self.plan_on(day, Act::Ticket);
        }
        for _ in 0..customers.min(300) / 20 {
            // The last days' tickets are still on the table.
            let day = self.rng.i64(DAYS - 12..DAYS);
            self.plan_on(day, Act::Ticket);
        }
        for _ in 0..customers * 3 / 10 {
            let day = self.rng.i64(20..DAYS);
            self.plan_on(day, Act::Lead);
        }
        let mut turn = DateTime::<Utc>::MIN_UTC;
        while let Some(((at, _), act)) = self.to_come.pop_first() {
            if at >= turn {
                turn = at + PAGE;
                self.writer.set_clock(turn.min(self.now))?;
                watch(self.customers.len() as u64);
            }
            self.happen(at, act)?;
        }
        self.writer.set_clock(self.now)?;
        self.coming_days()
    }

    /// Writes what is left.
    pub fn end(mut self) -> Result<()> {
        self.repeating()?;
        self.writer.flush()
    }

    fn happen(&mut self, at: DateTime<Utc>, act: Act) -> Result<()> {
        match act {
            Act::Customer => self.customer_comes(at),
            Act::Care(customer) => self.care(at, customer),
            Act::Leaves(customer) => self.leaves(customer),
            Act::Deal(customer) => self.deal_begins(at, customer),
            Act::Advance(deal) => self.advance(at, deal),
            Act::Ship(order) => self.ship(at, order),
            Act::Pay(order) => self.pay(at, order),
            Act::Done(task) => self.writer.update(task, vec![("status", text("completed"))]),
            Act::Ticket => self.ticket_comes(at),
            Act::Assign(ticket) => self.assign(at, ticket),
            Act::Close(ticket) => self.close(ticket),
            Act::Lead => self.lead_comes(at),
            Act::Qualify(lead) => self.qualify(lead),
            Act::CampaignBegins(campaign) => self.campaign_begins(campaign),
            Act::CampaignEnds(campaign) => self.campaign_ends(campaign),
        }
    }

    fn customer_comes(&mut self, at: DateTime<Utc>) -> Result<()> {
        let made = cast::customer(&mut self.rng, at.year(), false);
        let place = if made.tongue == Tongue::Chinese { Place::Asia } else { Place::North };
        let seller = self.seller(place);
        let mut fields = made.fields.clone();
        fields.push(("status", text("prospect")));
        fields.extend(self.owned(seller));
        self.writer.make_room(5)?;
        let handle = self.writer.create("customer", fields)?;
        let today = at.with_timezone(&self.zone).date_naive();
        let mut contacts = Vec::new();
        for _ in 0..*pick(&mut self.rng, &[1, 1, 1, 2, 2, 3]) {
            let (called, mut fields) = cast::contact(&mut self.rng, &made, today);
            fields.push(("customer", self.writer.link(handle)));
            fields.extend(self.owned(seller));
            contacts.push((self.writer.create("contact", fields)?, called));
        }
        let index = self.customers.len();
        self.customers.push(Customer {
            handle,
            name: made.name,
            tongue: made.tongue,
            currency: made.currency,
            seller,
            active: false,
            contacts,
        });
        let left = (self.now - at).num_days().max(1);
        // Some come back often, many once, some never; more in the later months.
        for _ in 0..*pick(&mut self.rng, &[0, 1, 1, 1, 2, 2, 3]) {
            let share = f64::from(self.rng.u32(..10_000)) / 10_000.0;
            let days = (share.powf(0.8) * left as f64) as i64;
            self.plan(at, days, days + 5, Act::Deal(index));
        }
        self.plan(at, 60, 300, Act::Care(index));
        if self.rng.u8(..100) < 7 {
            self.plan(at, 250, 700, Act::Leaves(index));
        }
        Ok(())
    }

    fn care(&mut self, at: DateTime<Utc>, customer: usize) -> Result<()> {
        self.talk(at, customer, None, 4)?;
        self.plan(at, 120, 320, Act::Care(customer));
        Ok(())
    }

    fn leaves(&mut self, customer: usize) -> Result<()> {
        let status = if self.customers[customer].active { "inactive" } else { "former" };
        self.writer.update(self.customers[customer].handle, vec![("status", text(status))])
    }

    /// Whose it is: a user and the user's team.
    pub fn owned(&self, seller: usize) -> Vec<(&'static str, Value)> {
        let seller = &self.sellers[seller];
        let mut fields = vec![("owner", self.writer.link(seller.user))];
        fields.extend(seller.team.map(|team| ("team", self.writer.link(team))));
        fields
    }

    /// A working hour, some days after the first day of the story.
    pub fn day(&mut self, day: i64) -> DateTime<Utc> {
        self.working_hour(self.now - Duration::days(DAYS - day))
    }

    /// A working hour on the day of `at`, or on the Monday after a weekend.
    pub fn working_hour(&mut self, at: DateTime<Utc>) -> DateTime<Utc> {
        let day = at.with_timezone(&self.zone).date_naive();
        let day = match day.weekday() {
            Weekday::Sat => day + Duration::days(2),
            Weekday::Sun => day + Duration::days(1),
            _ => day,
        };
        let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
        let noon = self.zone.from_local_datetime(&noon).earliest();
        self.hour_of(noon.map_or(at, |noon| noon.with_timezone(&Utc)))
    }

    /// A working hour on the day of `at`, also where that is a Sunday.
    pub fn hour_of(&mut self, at: DateTime<Utc>) -> DateTime<Utc> {
        let day = at.with_timezone(&self.zone).date_naive();
        let minutes = self.rng.u32(8 * 12..18 * 12) * 5;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0);
        let local = self.zone.from_local_datetime(&day.and_time(time.unwrap_or_default()));
        // Working hours are never in the hour that a change of the clocks takes away.
        local.earliest().map_or(at, |local| local.with_timezone(&Utc))
    }

    /// Lets something happen some days from `at`, if that is before now.
    pub fn plan(&mut self, at: DateTime<Utc>, from: i64, to: i64, act: Act) {
        let days = self.rng.i64(from..to.max(from + 1));
        let then = self.working_hour(at + Duration::days(days)).max(at + Duration::minutes(5));
        self.plan_at(then, act);
    }

    pub fn plan_on(&mut self, day: i64, act: Act) {
        let then = self.day(day);
        self.plan_at(then, act);
    }

    fn plan_at(&mut self, then: DateTime<Utc>, act: Act) {
        if then < self.now {
            self.acts += 1;
            self.to_come.insert((then, self.acts), act);
        }
    }
}
