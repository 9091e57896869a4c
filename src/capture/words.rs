//! The words that say what is to be written down, in English and Chinese.

/// What is to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    /// The kind of activity or task (`call`), or the entity that is made (`deal`).
    pub kind: &'static str,
    /// It has happened already: `called`.
    pub past: bool,
}

impl Verb {
    const fn now(kind: &'static str) -> Self {
        Self { kind, past: false }
    }

    const fn then(kind: &'static str) -> Self {
        Self { kind, past: true }
    }

    /// True for what is done with somebody, now or later: call, mail, meeting, visit.
    #[must_use]
    pub fn is_contact(self) -> bool {
        matches!(self.kind, "call" | "email" | "meeting" | "visit")
    }

    /// True where a record of an entity of its own is made.
    #[must_use]
    pub fn is_entity(self) -> bool {
        matches!(self.kind, "deal" | "customer" | "contact" | "lead" | "ticket")
    }
}

/// English words that may begin a line.
const ENGLISH: &[(&str, Verb)] = &[
    ("call", Verb::now("call")),
    ("phone", Verb::now("call")),
    ("ring", Verb::now("call")),
    ("called", Verb::then("call")),
    ("phoned", Verb::then("call")),
    ("rang", Verb::then("call")),
    ("spoke", Verb::then("call")),
    ("mail", Verb::now("email")),
    ("email", Verb::now("email")),
    ("e-mail", Verb::now("email")),
    ("write", Verb::now("email")),
    ("mailed", Verb::then("email")),
    ("emailed", Verb::then("email")),
    ("e-mailed", Verb::then("email")),
    ("wrote", Verb::then("email")),
    ("meeting", Verb::now("meeting")),
    ("meet", Verb::now("meeting")),
    ("see", Verb::now("meeting")),
    ("met", Verb::then("meeting")),
    ("saw", Verb::then("meeting")),
    ("visit", Verb::now("visit")),
    ("visited", Verb::then("visit")),
    ("note", Verb::then("note")),
    ("memo", Verb::then("note")),
    ("noted", Verb::then("note")),
    ("task", Verb::now("todo")),
    ("todo", Verb::now("todo")),
    ("to-do", Verb::now("todo")),
    ("remind", Verb::now("todo")),
    ("deal", Verb::now("deal")),
    ("opportunity", Verb::now("deal")),
    ("customer", Verb::now("customer")),
    ("company", Verb::now("customer")),
    ("contact", Verb::now("contact")),
    ("person", Verb::now("contact")),
    ("lead", Verb::now("lead")),
    ("ticket", Verb::now("ticket")),
];

/// Words before the verb that say that it has happened.
const BEFORE: &[&str] = &["log", "logged", "had", "did"];
/// Words before or behind the verb that say nothing.
const FILLERS: &[&str] = &["a", "an", "the", "new", "add", "me"];

/// Chinese words, longer ones before those they begin with. The flag: also inside a sentence
/// (`明天给张伟打电话`), not only at its start.
const CHINESE: &[(&str, Verb, bool)] = &[
    ("打了个电话", Verb::then("call"), true),
    ("打了电话", Verb::then("call"), true),
    ("打过电话", Verb::then("call"), true),
    ("通了电话", Verb::then("call"), true),
    ("打个电话", Verb::now("call"), true),
    ("打电话", Verb::now("call"), true),
    ("回电话", Verb::now("call"), true),
    ("致电", Verb::now("call"), true),
    ("去电", Verb::now("call"), true),
    ("回电", Verb::now("call"), true),
    ("通话", Verb::now("call"), true),
    ("电话", Verb::now("call"), false),
    ("发了邮件", Verb::then("email"), true),
    ("发过邮件", Verb::then("email"), true),
    ("发邮件", Verb::now("email"), true),
    ("写邮件", Verb::now("email"), true),
    ("回邮件", Verb::now("email"), true),
    ("邮件", Verb::now("email"), false),
    ("开了会", Verb::then("meeting"), true),
    ("开过会", Verb::then("meeting"), true),
    ("开会", Verb::now("meeting"), true),
    ("见了面", Verb::then("meeting"), true),
    ("见过面", Verb::then("meeting"), true),
    ("见面", Verb::now("meeting"), true),
    ("会面", Verb::now("meeting"), true),
    ("会议", Verb::now("meeting"), false),
    ("见了", Verb::then("meeting"), false),
    ("见", Verb::now("meeting"), false),
    ("拜访了", Verb::then("visit"), true),
    ("拜访过", Verb::then("visit"), true),
    ("拜访", Verb::now("visit"), true),
    ("走访", Verb::now("visit"), true),
    ("备注", Verb::then("note"), false),
    ("笔记", Verb::then("note"), false),
    ("纪要", Verb::then("note"), false),
    ("任务", Verb::now("todo"), false),
    ("待办", Verb::now("todo"), false),
    ("提醒", Verb::now("todo"), false),
    ("商机", Verb::now("deal"), false),
    ("客户", Verb::now("customer"), false),
    ("联系人", Verb::now("contact"), false),
    ("线索", Verb::now("lead"), false),
    ("工单", Verb::now("ticket"), false),
];

/// Before a Chinese verb: it has happened.
const CHINESE_BEFORE: &[&str] = &["刚刚", "刚才", "已经", "记录", "刚", "已"];
/// Before a Chinese verb: says nothing.
const CHINESE_FILLERS: &[&str] = &["新建", "新增", "新", "："];

/// The verb at the start of a text, with the bytes it takes.
pub(super) fn leading(text: &str) -> Option<(usize, Verb)> {
    let (lead, past) = english_before(text);
    let rest = &text[lead..];
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
    let word = rest[..end].to_lowercase();
    if let Some((_, verb)) = ENGLISH.iter().find(|(known, _)| *known == word) {
        let filler = fillers(&rest[end..]);
        return Some((lead + end + filler, Verb { past: past || verb.past, ..*verb }));
    }
    if past {
        // `log talked about prices` without a kind is a note.
        return Some((lead, Verb::then("note")));
    }
    let (lead, past) = chinese_before(text);
    let rest = &text[lead..];
    let (known, verb, _) = CHINESE.iter().find(|(known, ..)| rest.starts_with(known))?;
    let mut taken = lead + known.len();
    let done = text[taken..].starts_with('了') && verb.is_contact();
    if done {
        taken += '了'.len_utf8();
    }
    Some((taken, Verb { past: past || done || verb.past, ..*verb }))
}

/// A Chinese verb inside a sentence: its bytes.
pub(super) fn inside(text: &str) -> Option<(std::ops::Range<usize>, Verb)> {
    let found = CHINESE.iter().filter(|(_, _, inside)| *inside);
    let (at, known, verb) = found
        .filter_map(|(known, verb, _)| Some((text.find(known)?, known, verb)))
        .min_by_key(|(at, known, _)| (*at, std::cmp::Reverse(known.len())))?;
    let before = CHINESE_BEFORE.iter().find(|word| text[..at].ends_with(**word));
    let mut end = at + known.len();
    let done = text[end..].starts_with('了');
    if done {
        end += '了'.len_utf8();
    }
    let start = at - before.map_or(0, |word| word.len());
    Some((start..end, Verb { past: verb.past || done || before.is_some(), ..*verb }))
}

fn english_before(text: &str) -> (usize, bool) {
    let (mut at, mut past) = (0, false);
    while let Some(word) = text[at..].split_whitespace().next() {
        let folded = word.to_lowercase();
        let skipped = text[at..].len() - text[at..].trim_start().len();
        if BEFORE.contains(&folded.as_str()) {
            past = true;
        } else if !FILLERS.contains(&folded.as_str()) {
            at += skipped;
            break;
        }
        at += skipped + word.len();
    }
    let spaces = text[at..].len() - text[at..].trim_start().len();
    (at + spaces, past)
}

fn chinese_before(text: &str) -> (usize, bool) {
    let (mut at, mut past) = (0, false);
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        let marker = CHINESE_BEFORE.iter().find(|word| rest.starts_with(**word));
        let filler = CHINESE_FILLERS.iter().find(|word| rest.starts_with(**word));
        match (marker, filler) {
            (Some(word), _) => {
                past = true;
                at += word.len();
            }
            (None, Some(word)) => at += word.len(),
            (None, None) => return (at, past),
        }
    }
}

/// The bytes of fillers at the start of what follows a verb.
fn fillers(text: &str) -> usize {
    let mut at = 0;
    while let Some(word) = text[at..].split_whitespace().next() {
        if !FILLERS.contains(&word.to_lowercase().as_str()) {
            break;
        }
        at += text[at..].len() - text[at..].trim_start().len() + word.len();
    }
    at
}

/// Words after which the subject stands.
const ABOUT: &[&str] = &["about", "regarding", "concerning", "re", "re:"];
const CHINESE_ABOUT: &[&str] = &["关于", "主题：", "主题:", "内容：", "内容:"];

/// Where the subject is announced: the announcing words, behind which it begins.
pub(super) fn about(text: &str) -> Option<std::ops::Range<usize>> {
    let english = words(text).find(|range| {
        range.start > 0 && ABOUT.contains(&text[range.clone()].to_lowercase().as_str())
    });
    let chinese = CHINESE_ABOUT
        .iter()
        .filter_map(|word| text.find(word).map(|at| at..at + word.len()))
        .min_by_key(|range| range.start);
    let colon = text.char_indices().find_map(|(at, c)| {
        let next = text[at + c.len_utf8()..].chars().next();
        let digit = next.is_some_and(|next| next.is_ascii_digit())
            && text[..at].ends_with(|before: char| before.is_ascii_digit());
        let ends = (c == '：' && !digit) || (c == ':' && next.is_none_or(char::is_whitespace));
        (ends && at > 0).then_some(at..at + c.len_utf8())
    });
    [english, chinese, colon].into_iter().flatten().min_by_key(|range| range.start)
}

/// The words of a text between white space.
pub(super) fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    text.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

/// Words before a day: `on fri`, `until 30 Nov`.
pub(super) const BEFORE_DAY: &[&str] =
    &["on", "by", "until", "till", "due", "at", "for", "from", "before", "close", "closing", "@"];
/// Words before the name of somebody.
pub(super) const BEFORE_NAME: &[&str] =
    &["with", "to", "for", "at", "from", "and", "mr", "mr.", "ms", "ms.", "mrs", "mrs."];
/// The same in Chinese, where they stand right before it.
pub(super) const CHINESE_BEFORE_NAME: &[char] =
    &['给', '跟', '和', '与', '找', '向', '同', '去', '为'];
