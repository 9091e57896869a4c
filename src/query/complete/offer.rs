//! What is proposed where, and in which order.

use super::{Completion, Expected, Partial, Subject, Walk};
use crate::model::{Address, Lang, text};
use crate::query::names;
use crate::query::path::{End, Path, kind_of};
use crate::query::tree::Kind;
use crate::schema::{Attribute, Entity, Field, FieldType, Label};
use crate::syntax::{Cmp, Span};

/// Text and note of a proposal, before it is held against what is typed.
struct Offer {
    text: String,
    note: String,
    /// Its label in all languages, which may be typed too.
    labels: [String; 2],
}

fn offer(text: impl Into<String>, note: impl Into<String>) -> Offer {
    Offer { text: text.into(), note: note.into(), labels: [String::new(), String::new()] }
}

fn labelled(text: impl Into<String>, label: &Label, lang: Lang) -> Offer {
    Offer {
        text: text.into(),
        note: label.get(lang).to_owned(),
        labels: [label.en.clone(), label.zh.clone()],
    }
}

/// Words with their notes in English and Chinese.
type Words = &'static [(&'static str, &'static str, &'static str)];

const CONNECTORS: Words = &[("and", "both", "并且"), ("or", "one of them", "或者")];
const BEFORE: Words = &[("not", "the opposite", "非"), ("no", "no linked record", "没有")];
const TEXT: Words = &[
    ("~", "contains", "包含"),
    ("=", "is", "等于"),
    ("!=", "is not", "不等于"),
    ("in (", "one of", "属于"),
];
const CHOICE: Words = &[
    ("=", "is", "等于"),
    ("!=", "is not", "不等于"),
    ("in (", "one of", "属于"),
    ("not in (", "none of", "不属于"),
    (">", "later in the order", "之后"),
    ("<", "earlier in the order", "之前"),
];
const SIZE: Words = &[
    (">=", "at least", "大于等于"),
    ("<=", "at most", "小于等于"),
    (">", "more than", "大于"),
    ("<", "less than", "小于"),
    ("=", "is", "等于"),
    ("!=", "is not", "不等于"),
    ("between", "from ... and ...", "介于"),
];
const TIME: Words = &[
    ("=", "on that day, in that time", "等于"),
    ("in", "within a time", "在…之内"),
    ("before", "earlier than", "早于"),
    ("after", "later than", "晚于"),
    ("older than", "longer ago than", "早于多久之前"),
    ("newer than", "less long ago than", "晚于多久之前"),
    ("between", "from ... and ...", "介于"),
    (">=", "from", "不早于"),
    ("<=", "up to", "不晚于"),
    ("!=", "not then", "不等于"),
];
const SAME: Words = &[("=", "is", "等于"), ("!=", "is not", "不等于")];
const EMPTY: Words = &[
    ("is empty", "nothing is entered", "为空"),
    ("is not empty", "something is entered", "不为空"),
];
const LINKED: Words = &[
    (">", "more than so many", "大于"),
    ("=", "so many", "等于"),
    ("where (", "which of them", "其中"),
    ("in last 30 days", "of this time", "最近"),
];
const PERIODS: Words = &[
    ("today", "", "今天"),
    ("yesterday", "", "昨天"),
    ("tomorrow", "", "明天"),
    ("this week", "", "本周"),
    ("this month", "", "本月"),
    ("this quarter", "", "本季度"),
    ("this year", "", "今年"),
    ("last week", "", "上周"),
    ("last month", "", "上月"),
    ("last quarter", "", "上季度"),
    ("last year", "", "去年"),
    ("next week", "", "下周"),
    ("next month", "", "下月"),
    ("next quarter", "", "下季度"),
    ("last 30 days", "", "最近30天"),
    ("next 30 days", "", "未来30天"),
];
const AGES: Words = &[
    ("7d", "a week", "一周"),
    ("30d", "", "30天"),
    ("90d", "", "90天"),
    ("6 months", "", "半年"),
    ("1y", "a year", "一年"),
];
const STATES: Words = &[
    ("open", "it goes on", "进行中"),
    ("won", "it ended well", "赢"),
    ("lost", "it ended badly", "输"),
    ("closed", "it ended", "已结束"),
];
const TRUTHS: Words = &[("yes", "", "是"), ("no", "", "否")];

fn words(words: Words, lang: Lang, out: &mut Vec<Offer>) {
    out.extend(
        words.iter().map(|(text, en, zh)| offer(*text, if lang == Lang::Zh { *zh } else { *en })),
    );
}

/// The proposals for what is expected, best first.
pub(super) fn proposals(walk: &Walk<'_>, partial: &Partial, lang: Lang) -> Vec<Completion> {
    let mut out = Vec::new();
    match &walk.expected {
        Expected::Subject => subjects(walk, partial, lang, &mut out),
        Expected::Linked => linked(walk, lang, &mut out),
        Expected::Operator(subject) => {
            operators(subject, lang, &mut out);
            words(CONNECTORS, lang, &mut out);
            // A word that is no field may be followed by one.
            if matches!(subject, Subject::Other) && !partial.typed.is_empty() {
                subjects(walk, partial, lang, &mut out);
            }
        }
        Expected::Value(subject, cmp) => values(subject, *cmp, lang, &mut out),
        Expected::Is(subject) => {
            words(
                &[
                    ("empty", "nothing is entered", "空"),
                    ("not empty", "something is entered", "非空"),
                ],
                lang,
                &mut out,
            );
            values(subject, Cmp::Eq, lang, &mut out);
        }
        Expected::Open(subject) => match subject {
            Subject::Path(path) if matches!(path.kind(), Some(Kind::Date | Kind::DateTime)) => {
                words(PERIODS, lang, &mut out);
            }
            Subject::Linked(_) => words(
                &[
                    ("last 30 days", "", "最近30天"),
                    ("this month", "", "本月"),
                    ("this year", "", "今年"),
                ],
                lang,
                &mut out,
            ),
            _ => {
                out.push(offer("(", if lang == Lang::Zh { "列表" } else { "a list, with commas" }));
            }
        },
        Expected::Connector => {
            words(CONNECTORS, lang, &mut out);
            if !partial.typed.is_empty() {
                subjects(walk, partial, lang, &mut out);
            }
        }
    }
    ranked(out, partial)
}

fn ranked(offers: Vec<Offer>, partial: &Partial) -> Vec<Completion> {
    let typed = text::fold(&partial.typed);
    let mut kept: Vec<(u8, Offer)> = offers
        .into_iter()
        .filter_map(|offer| rank(&offer, &typed).map(|rank| (rank, offer)))
        .collect();
    kept.sort_by_key(|(rank, _)| *rank);
    let mut seen = Vec::new();
    kept.into_iter()
        .filter(|(_, offer)| {
            let new = !seen.contains(&offer.text);
            seen.push(offer.text.clone());
            new
        })
        .map(|(_, offer)| Completion {
            replace: partial.replace.clone(),
            text: offer.text,
            note: offer.note,
        })
        .collect()
}

/// How well a proposal fits what is typed; none where it does not.
fn rank(offer: &Offer, typed: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(0);
    }
    let [text, note, en, zh] =
        [&offer.text, &offer.note, &offer.labels[0], &offer.labels[1]].map(|text| text::fold(text));
    let text = text.trim_start_matches('"');
    let begins = |whole: &str| whole.split([' ', '_', '.']).any(|word| word.starts_with(typed));
    if text.starts_with(typed) {
        Some(0)
    } else if [&note, &en, &zh].iter().any(|label| label.starts_with(typed)) {
        Some(1)
    } else if begins(text) || begins(&note) || begins(&en) {
        Some(2)
    } else if [text, &note, &en, &zh].iter().any(|label| label.contains(typed)) {
        Some(3)
    } else {
        None
    }
}

fn subjects(walk: &Walk<'_>, partial: &Partial, lang: Lang, out: &mut Vec<Offer>) {
    if let Some((base, _)) = partial.typed.rsplit_once('.') {
        if let Ok(path) = Path::resolve(walk.catalog, walk.entity(), base, Span::default()) {
            inside(walk, &path, base, lang, out);
        }
        return;
    }
    fields(walk.entity(), "", lang, out);
    out.push(offer("id", if lang == Lang::Zh { "编号" } else { "number" }));
    out.push(offer("ref", if lang == Lang::Zh { "引用号" } else { "reference" }));
    linked(walk, lang, out);
    words(BEFORE, lang, out);
}

/// The fields of an entity, those of its lists first.
fn fields(entity: &Entity, base: &str, lang: Lang, out: &mut Vec<Offer>) {
    let columns = entity.columns();
    let rest = entity.fields.iter().filter(|field| field.column.is_none());
    for field in columns.into_iter().chain(rest) {
        out.push(labelled(format!("{base}{}", field.name), &field.label, lang));
    }
}

/// What stands behind a dot.
fn inside(walk: &Walk<'_>, path: &Path<'_>, base: &str, lang: Lang, out: &mut Vec<Offer>) {
    let End::Field(field) = path.end else { return };
    let base = format!("{base}.");
    if let Some(target) = field.kind.link_target().and_then(|to| walk.catalog.entity(to)) {
        fields(target, &base, lang, out);
        return;
    }
    let parts: &[(&str, &str, &str)] = match &field.kind {
        FieldType::Select => &[
            ("state", "open, won, lost or closed", "状态类别"),
            ("probability", "in percent", "概率"),
            ("order", "place in the order", "次序"),
        ],
        FieldType::Money => &[("currency", "currency", "币种")],
        FieldType::Address => {
            out.extend(Address::PARTS.iter().map(|part| offer(format!("{base}{part}"), "")));
            return;
        }
        _ => return,
    };
    for (part, en, zh) in parts {
        out.push(offer(format!("{base}{part}"), if lang == Lang::Zh { *zh } else { *en }));
    }
}

/// Entities whose records link here.
fn linked(walk: &Walk<'_>, lang: Lang, out: &mut Vec<Offer>) {
    for entity in walk.catalog.entities() {
        if !names::through(entity, walk.entity()).is_empty() {
            let plural = entity.plural.en.to_lowercase();
            let text = if plural.contains(|c: char| !c.is_ascii_alphanumeric()) {
                entity.name.to_string()
            } else {
                plural
            };
            let note = match lang {
                Lang::Zh => format!("{}的数量", entity.plural.get(lang)),
                Lang::En => format!("how many {}", entity.plural.en.to_lowercase()),
            };
            out.push(offer(text, note));
        }
    }
}

fn operators(subject: &Subject<'_>, lang: Lang, out: &mut Vec<Offer>) {
    let path = match subject {
        Subject::Path(path) => path,
        Subject::Linked(_) => return words(LINKED, lang, out),
        Subject::Other => return,
    };
    let choices = matches!(path.end, End::Field(field) if !field.choices.is_empty());
    match path.kind() {
        _ if choices => words(CHOICE, lang, out),
        Some(Kind::Number | Kind::Money | Kind::Duration) => words(SIZE, lang, out),
        Some(Kind::Date | Kind::DateTime) => words(TIME, lang, out),
        Some(Kind::Bool) => words(SAME, lang, out),
        _ => words(TEXT, lang, out),
    }
    words(EMPTY, lang, out);
}

fn values(subject: &Subject<'_>, cmp: Cmp, lang: Lang, out: &mut Vec<Offer>) {
    let Subject::Path(path) = subject else { return };
    match path.end {
        End::Attribute(_, Attribute::State) => words(STATES, lang, out),
        End::Field(field) => of_field(field, cmp, lang, out),
        _ => {}
    }
}

fn of_field(field: &Field, cmp: Cmp, lang: Lang, out: &mut Vec<Offer>) {
    if !field.choices.is_empty() {
        let offered = field.choices.iter().filter(|choice| !choice.retired);
        for choice in offered {
            let plain = choice.value.chars().all(|c| c.is_alphanumeric() || c == '_');
            let text = if plain { choice.value.clone() } else { format!("\"{}\"", choice.value) };
            out.push(labelled(text, &choice.label, lang));
        }
        return;
    }
    match (&field.kind, kind_of(field)) {
        (FieldType::Link { to } | FieldType::Links { to }, _) if *to == "user" => {
            words(
                &[
                    ("me", "yourself", "我自己"),
                    ("my team", "anyone in your teams", "我的团队的成员"),
                ],
                lang,
                out,
            );
        }
        (FieldType::Link { to } | FieldType::Links { to }, _) if *to == "team" => {
            words(&[("my team", "your teams", "我的团队")], lang, out);
        }
        (_, Some(Kind::Bool)) => words(TRUTHS, lang, out),
        (_, Some(Kind::Date | Kind::DateTime)) => {
            words(if matches!(cmp, Cmp::Older | Cmp::Newer) { AGES } else { PERIODS }, lang, out);
        }
        _ => {}
    }
}
