use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

fn printed(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).to_string()
}

#[test]
fn prints_what_it_understood() {
    for (text, expected) in [
        ("acme", "acme"),
        ("acme berlin and stage = won", "acme berlin and stage = won"),
        ("acme stage=won", "acme stage = won"),
        ("stage = won acme", "stage = won and acme"),
        ("direction = in", "direction = \"in\""),
        ("(direction = in) or a = 1", "direction = \"in\" or a = 1"),
        ("a = 1 and b = 2 or c = 3", "a = 1 and b = 2 or c = 3"),
        ("a = 1 and (b = 2 or c = 3)", "a = 1 and (b = 2 or c = 3)"),
        ("((a = 1) and b = 2) and c = 3", "a = 1 and b = 2 and c = 3"),
        ("!acme berlin", "not acme and berlin"),
        ("not acme berlin", "not acme berlin"),
        ("amount >= 10k", "amount >= 10k"),
        ("amount >= 1.5m EUR", "amount >= 1500000 EUR"),
        ("amount >= €10k", "amount >= €10k"),
        ("discount > 50%", "discount > 50%"),
        ("closed_on in last 30 days", "closed_on in last 30d"),
        ("closed_on = this quarter", "closed_on = this quarter"),
        ("due before 2026-01-01", "due before 2026-01-01"),
        ("due < 2026-01-01 10:30", "due < 2026-01-01 10:30"),
        ("last contact older than 90d", "last contact older than 90d"),
        ("last contact older than 3m", "last contact older than 3m"),
        ("owner = me and team = my team", "owner = me and team = my team"),
        ("stage in (won, \"closed lost\")", "stage in (won, \"closed lost\")"),
        ("stage not in (won)", "stage not in (won)"),
        ("amount not between 1 and 2k", "amount not between 1 and 2k"),
        ("name is not empty", "name is not empty"),
        ("name is empty", "name is empty"),
        ("stage is not won", "stage != won"),
        ("name:acme", "name:acme"),
        ("amount:10", "amount: 10"),
        ("ref = C-12", "ref = C-12"),
        ("phones = +49 711 5550100", "phones = \"+49 711 5550100\""),
        ("+49 711 5550100", "+49 711 5550100"),
        ("(212) 555-0100", "212 and 555-0100"),
        ("AT&T 24/7", "AT&T 24/7"),
        ("Müller, Hans", "Müller and Hans"),
        ("acme,", "acme"),
        ("acme, stage = won", "acme and stage = won"),
        ("if(a, b, c) = 1", "if(a, b, c) = 1"),
        ("deals > 3", "deals > 3"),
        ("deals where (stage.state = open) > 3", "deals where (stage.state = open) > 3"),
        ("deals where (stage.state = open)", "deals where (stage.state = open)"),
        ("no activity in last 60d", "no activity in last 60d"),
        ("no open tasks", "no open tasks"),
        ("activities in last 60d > 2", "activities in last 60d > 2"),
        ("no deals where (a = 1) in last 2 weeks", "no deals where (a = 1) in last 2w"),
        ("quantity*price*(1-discount/100)", "quantity * price * (1 - discount / 100)"),
        ("due - today", "due - today"),
        ("today+3d", "today + 3d"),
        ("due < +3d", "due < 3d"),
        ("due > -3d", "due > -3d"),
        ("if(stage.state = open, empty, today)", "if(stage.state = open, empty, today)"),
        ("if(a < 0, -a, a-b)", "if(a < 0, -a, a - b)"),
        ("name & \" \" & code", "name & \" \" & code"),
        ("a - (b - c)", "a - (b - c)"),
        ("a - b - c", "a - b - c"),
        ("- 5 * x > 2", "-5 * x > 2"),
        ("阶段 = 赢单 且 金额 > 10万", "阶段 = 赢单 and 金额 > 10万"),
        ("金额＞１０ｋ", "金额 > 10k"),
        ("https://acme.com/x-y", "https://acme.com/x-y"),
        ("o'neil", "o'neil"),
        ("after sales", "after sales"),
        ("do_not_contact = no", "do_not_contact = no"),
        ("x = 2026-Q1 or x = 2026-03", "x = 2026-Q1 or x = 2026-03"),
        ("duration > 1h30m", "duration > 1h30m"),
    ] {
        assert_eq!(printed(text), expected, "of {text}");
        assert_eq!(printed(expected), expected, "again");
    }
}

#[test]
fn errors_point_at_the_place() {
    for (text, at, part) in [
        ("stage =", 7..7, "A value is missing"),
        ("stage = and x", 8..11, "A value is missing"),
        ("(a = 1", 0..1, "never closed"),
        ("a = 1)", 5..6, "no ("),
        ("name = \"acme", 7..12, "never closed"),
        ("a in (b c)", 8..9, "fits nothing"),
        ("a = 1 and", 9..9, "too early"),
        ("a between 1", 11..11, "second value"),
        ("", 0..0, "too early"),
        ("= 5", 0..1, "missing before"),
        ("a = 1 or or b", 9..11, "A condition is missing"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
    assert!(parse(&deep).is_err());
    let nots = "not ".repeat(500) + "a";
    assert!(parse(&nots).is_err());
    let sum = format!("a{} > 1", " + a".repeat(500));
    assert!(parse(&sum).is_err());
    assert!(parse(&"a ".repeat(3_000)).is_err());
    let many = (0..300).map(|n| format!("a={n}")).collect::<Vec<_>>().join(" or ");
    assert!(parse(&many).is_ok());
}

fn plain(node: Node) -> Expr {
    Expr::new(node, Span::default())
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        3 => name().prop_map(|text| Word { text, quoted: false, at: Span::default() }),
        1 => any::<String>().prop_map(|text| Word { text, quoted: true, at: Span::default() }),
    ]
}

/// Bare words that are neither keywords nor values.
fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "stage",
        "amount",
        "x",
        "customer.industry",
        "客户",
        "C-12",
        "a.b.c",
        "o'neil",
        "Retail",
        "foo@bar.de",
        "https://a.de/b-c",
        "_y",
        "n0",
        "#1",
        "müller",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Expr> {
    let decimal =
        (0i64..10_000_000, 0u32..4).prop_map(|(n, scale)| Decimal::new(n, scale).normalize());
    let day = (1900i32..2100, 1u32..=365)
        .prop_map(|(year, day)| NaiveDate::from_yo_opt(year, day).unwrap());
    let literal = prop::sample::select(vec![
        "10k",
        "50%",
        "€5",
        "3d",
        "2mo",
        "2026-01-31",
        "2026-Q3",
        "today",
        "now",
        "me",
        "empty",
        "01067",
        "3M",
        "2026-01-31T10:00",
        "本月",
    ]);
    prop_oneof![
        name().prop_map(Node::Name),
        literal.prop_map(|text| Node::Name(text.to_owned())),
        any::<String>().prop_map(Node::Text),
        decimal.prop_map(|n| Node::Phrase(Literal::Amount(n, "EUR".parse().unwrap()))),
        (1i64..500).prop_map(|n| Node::Phrase(Literal::Duration(n, Unit::Day))),
        (day, 0u32..86_400).prop_map(|(day, second)| {
            let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
            Node::Phrase(Literal::Instant(NaiveDateTime::new(day, time)))
        }),
        period().prop_map(|period| Node::Phrase(Literal::Period(period))),
        Just(Node::Phrase(Literal::MyTeam)),
    ]
    .prop_map(plain)
}

fn period() -> impl Strategy<Value = Period> {
    let calendar = prop::sample::select(vec![Unit::Week, Unit::Month, Unit::Quarter, Unit::Year]);
    prop_oneof![
        (calendar.clone(), -1i32..=1).prop_map(|(unit, n)| Period::Calendar(unit, n)),
        (calendar.clone(), 1u32..99).prop_map(|(unit, n)| Period::Last(n, unit)),
        (calendar, 1u32..99).prop_map(|(unit, n)| Period::Next(n, unit)),
    ]
}

fn operand() -> impl Strategy<Value = Expr> {
    value().prop_recursive(3, 12, 3, |inner| {
        let arith =
            prop::sample::select(vec![Arith::Add, Arith::Sub, Arith::Mul, Arith::Div, Arith::Join]);
        prop_oneof![
            (arith, inner.clone(), inner.clone()).prop_map(|(arith, a, b)| plain(Node::Arith(
                arith,
                a.into(),
                b.into()
            ))),
            inner.clone().prop_map(|a| plain(Node::Negate(a.into()))),
        ]
    })
}

fn cmp() -> impl Strategy<Value = Cmp> {
    prop::sample::select(vec![
        Cmp::Eq,
        Cmp::Ne,
        Cmp::Gt,
        Cmp::Ge,
        Cmp::Lt,
        Cmp::Le,
        Cmp::Contains,
        Cmp::Like,
        Cmp::Before,
        Cmp::After,
        Cmp::Older,
        Cmp::Newer,
    ])
}

fn how() -> impl Strategy<Value = (bool, How)> {
    prop_oneof![
        (cmp(), operand()).prop_map(|(cmp, right)| (false, How::Compare(cmp, right))),
        (any::<bool>(), prop::collection::vec(operand(), 1..4))
            .prop_map(|(not, list)| (not, How::In(list))),
        (any::<bool>(), operand(), operand()).prop_map(|(not, a, b)| (not, How::Between(a, b))),
        any::<bool>().prop_map(|not| (not, How::Empty)),
    ]
}

fn condition() -> impl Strategy<Value = Expr> {
    let bare = word().prop_filter("bare", |word| !word.quoted).boxed();
    let leaf = prop_oneof![
        name().prop_map(|name| plain(Node::Name(name))),
        any::<String>().prop_map(|text| plain(Node::Text(text))),
        prop::collection::vec(word(), 2..4).prop_map(|words| plain(Node::Words(words))),
        (prop::collection::vec(word(), 0..3), name(), how()).prop_map(
            |(lead, left, (not, how))| {
                let left = plain(Node::Name(left));
                plain(Node::Test(Box::new(Test { lead, left, not, how })))
            }
        ),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let count =
            (bare.clone(), prop::option::of(inner.clone()), prop::option::of(period())).boxed();
        let no = count.clone().prop_map(|(what, filter, within)| {
            let within = within.map(|period| plain(Node::Phrase(Literal::Period(period))));
            plain(Node::No(Box::new(Count { what: vec![what], filter, within })))
        });
        let compared = (count, how()).prop_map(|((what, filter, within), (not, how))| {
            let within = within.map(|period| plain(Node::Phrase(Literal::Period(period))));
            let signed =
                matches!(how, How::Compare(cmp, _) if !matches!(cmp, Cmp::Older | Cmp::Newer));
            let listed = matches!(how, How::In(_));
            let left = if listed || filter.is_none() && (within.is_none() || !signed) {
                Node::Name(what.text)
            } else {
                Node::Count(Box::new(Count { what: vec![what], filter, within }))
            };
            plain(Node::Test(Box::new(Test { lead: Vec::new(), left: plain(left), not, how })))
        });
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::all),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::any),
            inner.clone().prop_map(|a| plain(Node::Not(a.into()))),
            no,
            compared,
            prop::collection::vec(inner, 1..4)
                .prop_map(|arguments| plain(Node::Call("if".into(), arguments))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_of_a_tree_parses_to_the_tree(tree in condition()) {
        let text = tree.to_string();
        prop_assume!(text.len() <= MAX_LENGTH);
        match parse(&text) {
            Ok(again) => prop_assert_eq!(again, tree, "{}", text),
            Err(error) => prop_assert!(error.message.contains("deep") || error.message.contains("long"), "{text}: {error:?}"),
        }
    }

    #[test]
    fn any_text_is_understood_or_refused_and_what_is_understood_prints_back(text in soup()) {
        if let Ok(tree) = parse(&text) {
            let printed = tree.to_string();
            prop_assert_eq!(parse(&printed), Ok(tree), "{} -> {}", text, printed);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
        }
    }
}

/// Pieces of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "and",
        "or",
        "not",
        "no",
        "in",
        "is",
        "is empty",
        "between",
        "where",
        "(",
        ")",
        ",",
        "=",
        "!=",
        ">",
        "~",
        ":",
        "!",
        "+",
        "-",
        "*",
        "/",
        "&",
        "a",
        "stage",
        "deals",
        "last",
        "next",
        "30",
        "days",
        "week",
        "3d",
        "10k",
        "EUR",
        "50%",
        "2026-01-01",
        "10:30",
        "me",
        "my",
        "team",
        "now",
        "today",
        "empty",
        "older",
        "than",
        "before",
        "after",
        "\"a b\"",
        "'x'",
        "if",
        "round",
        "if(",
        "a-b",
        "AT&T",
        "C-1",
        "+49",
        "5",
        "0",
        "this",
        "my team",
        "last 30 days",
        "。",
        "客户",
        ".",
        "a.b",
        "'",
        "3m",
        "1h30m",
        "2026-Q1",
        "!x",
    ]);
    let space = prop::sample::select(vec![" ", " ", " ", ""]);
    prop::collection::vec((piece, space), 1..14)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}
