//! The files that are measured: customers with names, phones, mails, addresses, owners and teams.
//!
//! 100 owners with one customer in a hundred each, 10 teams with one in ten; every fifth name is
//! Chinese. The same number always makes the same customers. Files are kept for the next run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fastrand::Rng;
use kontor::gate::{Gate, OpenOptions, Session, Via};
use kontor::host::{OsEntropy, SystemClock};
use kontor::model::{
    Address, ContactPoint, Currency, Edit, Link, Money, RecordId, RecordRef, Value,
};

use super::Bench;

/// Counts up when other data is made.
const EDITION: u32 = 1;
/// People who own customers.
pub const OWNERS: i64 = 100;
/// Teams that customers belong to.
pub const TEAMS: i64 = 10;

const PIECE: u64 = 40_000;

/// A customer as it is made up.
pub struct Customer {
    pub name: String,
    pub phone: String,
    pub mail: String,
    pub city: &'static str,
    pub country: &'static str,
    pub street: String,
    pub status: &'static str,
    pub industry: &'static str,
    pub employees: i64,
    pub external_id: String,
}

/// How files are opened here.
pub fn options() -> OpenOptions {
    OpenOptions {
        create: true,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        zone: chrono_tz::Europe::Berlin,
        week_start: kontor::model::WeekStart::Monday,
    }
}

/// A session on a file.
pub fn session(path: &Path) -> Session {
    Gate::open(path, options()).unwrap().session(Via::Tui).unwrap()
}

/// Removes a database with everything beside it.
pub fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", "-ticket"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}

/// The file with so many customers, made where it is not there.
pub fn database(bench: &Bench, rows: u64) -> PathBuf {
    let path = bench.folder.join(format!("customers-{rows}-{EDITION}.db"));
    let there = path.exists()
        && Gate::open(&path, options())
            .and_then(|gate| gate.session(Via::Tui))
            .and_then(|session| session.get(&RecordRef::new("customer", RecordId(rows as i64))))
            .is_ok();
    if there {
        return path;
    }
    bench.say(&format!("making {rows} customers in {}", path.display()));
    remove(&path);
    let began = std::time::Instant::now();
    make(&path, rows);
    bench.say(&format!("made in {:.0} s", began.elapsed().as_secs_f64()));
    path
}

fn make(path: &Path, rows: u64) {
    let gate = Gate::open(path, options()).unwrap();
    let mut session = gate.session(Via::System).unwrap();
    let team = |n: i64| Edit::create("team").with("name", text(&format!("Team {n}")));
    let teams = session.save((1..=TEAMS).map(team).collect(), "teams").unwrap().records;
    let user = |n: i64| {
        Edit::create("user")
            .with("name", text(&format!("Seller {n}")))
            .with("login", text(&format!("seller{n}")))
    };
    let users = session.save((1..=OWNERS).map(user).collect(), "users").unwrap().records;
    let link = |to: &Option<RecordRef>| {
        let to = to.as_ref().unwrap();
        Value::Link(Link::new(&to.entity, to.id))
    };
    let mut bulk = session.bulk("customers");
    bulk.take_alone(&["customer"]).unwrap();
    let mut customers = Customers::new();
    let mut rest = rows;
    while rest > 0 {
        let piece = rest.min(PIECE);
        rest -= piece;
        let edits = (0..piece)
            .map(|_| {
                let owner = customers.rng.usize(..OWNERS as usize);
                customers
                    .next()
                    .edit()
                    .with("owner", link(&users[owner]))
                    .with("team", link(&teams[owner % TEAMS as usize]))
            })
            .collect();
        let plan = bulk.plan(edits).unwrap();
        assert!(plan.problems().is_empty(), "{:?}", plan.problems().first());
        bulk.apply(plan).unwrap();
    }
    bulk.finish().unwrap();
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn point(value: &str) -> Value {
    Value::Points(vec![ContactPoint { label: String::new(), value: value.to_owned(), raw: None }])
}

impl Customer {
    pub fn edit(&self) -> Edit {
        let address = Address {
            street: self.street.clone(),
            city: self.city.to_owned(),
            country: self.country.to_owned(),
            ..Address::default()
        };
        let revenue = Money::rounded((self.employees * 90_000).into(), Currency::EUR);
        Edit::create("customer")
            .with("name", text(&self.name))
            .with("status", text(self.status))
            .with("industry", text(self.industry))
            .with("phones", point(&self.phone))
            .with("emails", point(&self.mail))
            .with("address", Value::Address(Box::new(address)))
            .with("employees", Value::Int(self.employees))
            .with("revenue", Value::Money(revenue))
            .with("external_id", text(&self.external_id))
    }
}

/// Makes customers up, one after the other.
pub struct Customers {
    pub rng: Rng,
    count: u64,
}

impl Customers {
    pub fn new() -> Self {
        Self { rng: Rng::with_seed(7), count: 0 }
    }

    pub fn next(&mut self) -> Customer {
        self.count += 1;
        let chinese = self.rng.u8(..5) == 0;
        let (trade, trade_zh, industry) = pick(&mut self.rng, &TRADES);
        let (name, host, city, country, phone) = if chinese {
            let city = pick(&mut self.rng, &TOWNS_ZH);
            let name = if self.rng.u8(..4) == 0 {
                let given: String = (0..self.rng.u8(1..=2)).map(|_| han(&mut self.rng)).collect();
                format!("{}{given}", pick(&mut self.rng, &FAMILIES_ZH))
            } else {
                let own: String = (0..2).map(|_| han(&mut self.rng)).collect();
                format!("{city}{own}{trade_zh}{}", pick(&mut self.rng, &FORMS_ZH))
            };
            let phone = format!("+86138{:08}", self.rng.u32(..100_000_000));
            (name, syllables(&mut self.rng), city, "中国", phone)
        } else {
            let city = pick(&mut self.rng, &TOWNS);
            let own = syllables(&mut self.rng);
            let first = capital(&own);
            let name = match self.rng.u8(..3) {
                0 => format!("{} {first}", pick(&mut self.rng, &GIVEN)),
                1 => format!("{first} {trade} {}", pick(&mut self.rng, &FORMS)),
                _ => format!("{first} {trade} {city} {}", pick(&mut self.rng, &FORMS)),
            };
            let phone = format!("+4989{:08}", self.rng.u32(10_000_000..100_000_000));
            (name, own, city, "Germany", phone)
        };
        Customer {
            mail: format!("info{}@{host}.example", self.rng.u32(..10_000)),
            street: format!("{} {}", pick(&mut self.rng, &STREETS), self.rng.u8(1..200)),
            status: pick(&mut self.rng, &["prospect", "active", "active", "inactive", "former"]),
            employees: 1 + self.rng.i64(1..40) * self.rng.i64(1..40),
            external_id: format!("X{:07}", self.count),
            name,
            phone,
            city,
            country,
            industry,
        }
    }
}

pub fn pick<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.usize(..items.len())]
}

fn han(rng: &mut Rng) -> char {
    // The more common a character, the more often, as in life.
    let a = rng.usize(..HAN.chars().count());
    let b = rng.usize(..HAN.chars().count());
    HAN.chars().nth(a.min(b)).unwrap()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A family name of two or three syllables: some twenty thousand different ones.
fn syllables(rng: &mut Rng) -> String {
    let mut word = String::new();
    for _ in 0..rng.u8(1..=2) {
        word.push_str(pick(rng, &STARTS));
        word.push_str(pick(rng, &MIDDLES));
    }
    word.push_str(pick(rng, &ENDS));
    word
}

const STARTS: [&str; 24] = [
    "b", "br", "d", "f", "fr", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p", "r", "s", "sch",
    "st", "t", "tr", "v", "w", "z",
];
const MIDDLES: [&str; 12] = ["a", "e", "i", "o", "u", "ä", "ö", "ü", "ei", "au", "ie", "an"];
const ENDS: [&str; 16] = [
    "mann", "berg", "ler", "ner", "ke", "hardt", "son", "stein", "feld", "er", "mayer", "dt",
    "ring", "ski", "bach", "ling",
];
const GIVEN: [&str; 24] = [
    "Anna", "James", "Maria", "Jamal", "Peter", "Julia", "Thomas", "Laura", "Michael", "Sarah",
    "Stefan", "Emma", "Daniel", "Sophie", "Markus", "Clara", "David", "Nina", "Robert", "Eva",
    "Martin", "Lena", "Paul", "Zoë",
];
const TRADES: [(&str, &str, &str); 12] = [
    ("Maschinenbau", "机械", "machinery"),
    ("Electronics", "电子", "electronics"),
    ("Logistics", "物流", "logistics"),
    ("Chemie", "化工", "chemicals"),
    ("Foods", "食品", "food"),
    ("Software", "软件", "software"),
    ("Textil", "纺织", "textiles"),
    ("Medical", "医疗", "healthcare"),
    ("Energy", "能源", "energy"),
    ("Bau", "建筑", "construction"),
    ("Trading", "贸易", "services"),
    ("Retail", "商贸", "retail"),
];
const FORMS: [&str; 6] = ["GmbH", "AG", "Ltd", "KG", "Inc", "& Co"];
const FORMS_ZH: [&str; 3] = ["有限公司", "集团", "股份有限公司"];
const TOWNS: [&str; 16] = [
    "Berlin",
    "Hamburg",
    "München",
    "Köln",
    "Stuttgart",
    "Leipzig",
    "Dresden",
    "Bremen",
    "Lübeck",
    "Ulm",
    "Kiel",
    "Mainz",
    "Bonn",
    "Essen",
    "Jena",
    "Halle",
];
const TOWNS_ZH: [&str; 12] = [
    "上海", "北京", "深圳", "广州", "杭州", "苏州", "南京", "武汉", "成都", "天津", "青岛", "宁波",
];
const FAMILIES_ZH: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "高", "曾",
];
const STREETS: [&str; 8] = [
    "Hauptstraße",
    "Bahnhofstraße",
    "Gartenweg",
    "Ringstraße",
    "Am Markt",
    "Schulstraße",
    "Lange Reihe",
    "Hafenstraße",
];
const HAN: &str = "伟华安邦建国明达新天海东方金盛泰丰瑞信诚和平兴隆宏远大力文博光辉永康德福祥云龙\
                   凤翔飞鹏志强勇军杰涛斌敏静丽娟艳秀英玉兰梅芳燕红霞萍玲莉婷雪琳佳欣怡然子涵浩宇\
                   轩晨曦睿思源智慧联创科银河长城江山川洋星月阳春秋松柏林森石磊鑫晶锋铭锦绣彩虹";
