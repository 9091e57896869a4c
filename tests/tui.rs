//! The screens, driven by keys in text notation against a real session, looked at as text and styles.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use chrono::TimeDelta;
use common::{Desk, desk, noon};
use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Edit, Lang, Link, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;

struct Office {
    desk: Desk,
    muller: RecordRef,
}

fn link(to: &RecordRef) -> Value {
    Value::Link(Link::new(&to.entity, to.id))
}

/// A small company: three customers, four deals, tasks late and due, a call.
fn office() -> Office {
    let mut desk = desk();
    let me = RecordRef::new("user", RecordId(1));
    let customer = |name: &str, city: &str, phone: &str| {
        Edit::create("customer")
            .typed("name", name)
            .typed("status", "active")
            .typed("address", format!("city={city}"))
            .typed("phones", phone)
            .with("owner", Value::Link(Link::new("user", RecordId(1))))
    };
    let muller = desk.add(customer("Müller Maschinenbau AG", "Stuttgart", "+49 711 555010"));
    let anbang = desk.add(customer("安邦科技有限公司", "杭州", "+86 571 8765 4321"));
    let nordic = desk.add(customer("Nordic Pumps Oy", "Tampere", "+358 3 123 4567"));
    desk.add(
        Edit::create("contact")
            .typed("name", "Anna Müller")
            .typed("position", "CEO")
            .with("customer", link(&muller)),
    );
    let deal = |name: &str, of: &RecordRef, stage: &str, amount: &str, close: &str| {
        Edit::create("deal")
            .typed("name", name)
            .with("customer", link(of))
            .typed("pipeline", "sales")
            .typed("stage", stage)
            .typed("amount", amount)
            .typed("expected_close", close)
            .with("owner", link(&me))
    };
    desk.add(deal("Three presses", &muller, "qualification", "84000 EUR", "2026-11-30"));
    desk.add(deal("检测线", &anbang, "proposal", "120000 CNY", "2026-11-27"));
    desk.add(deal("Spare pumps", &nordic, "negotiation", "12500 EUR", "2026-11-12"));
    let task = |name: &str, of: &RecordRef, due: &str| {
        Edit::create("task")
            .typed("name", name)
            .with("customer", link(of))
            .typed("due", due)
            .typed("status", "not_started")
            .typed("kind", "todo")
            .typed("priority", "normal")
            .with("owner", link(&me))
    };
    desk.add(task("Send the offer", &muller, "2026-11-20 10:00"));
    desk.add(task("Call about delivery", &nordic, "2026-11-23 15:00"));
    desk.add(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", "Wants an offer for three units")
            .typed("happened_at", "2026-11-23 09:12")
            .with("about", link(&muller))
            .with("customer", link(&muller))
            .with("owner", link(&me)),
    );
    Office { desk, muller }
}

impl Office {
    fn open(&self, width: u16, height: u16) -> Script {
        self.open_as(width, height, "dark", ColourDepth::Palette, Lang::En)
    }

    fn open_as(
        &self,
        width: u16,
        height: u16,
        theme: &str,
        depth: ColourDepth,
        lang: Lang,
    ) -> Script {
        let session = self.desk.gate.session(Via::Tui).unwrap();
        let theme = Theme::built_in(theme, depth);
        Script::start(session, &Screen { width, height, theme, lang, ascii: false })
    }
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

#[test]
fn every_main_screen_in_every_size() {
    let office = office();
    for (width, height) in SIZES {
        let mut script = office.open(width, height);
        for (name, keys) in [
            ("home", ""),
            ("customers", "g c"),
            ("customer", "enter"),
            ("board", "g b"),
            ("tasks", "g t"),
            ("help", "?"),
            ("history", "esc g z"),
            ("which-key", "n"),
        ] {
            if !keys.is_empty() {
                script.press(keys).unwrap();
            }
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), script.snapshot());
        }
    }
}
