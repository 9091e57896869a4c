//! `access`: why somebody may, who can, the review of grants, and rights that are asked for.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use super::access_args::AccessVerb;
use super::desk::{Desk, entity, field};
use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Row, write_json};
use super::sign_in::confirmed;
use super::{likely, refs};
use crate::gate::{
    AccessRequest, Asked, Decided, Explained, Grant, Granted, RequestState, Traced, UNUSED_DAYS,
    Wanted,
};
use crate::model::{Fill, Name, Phrase, RecordId, phrase};
use crate::policy::{Ground, Right, Scope, Source, Width, right_in_words};
use crate::schema::display::shipped;

/// Does a verb of `access`.
pub(super) fn run(desk: &mut Desk<'_, '_>, verb: AccessVerb) -> Result<()> {
    match verb {
        AccessVerb::Why { user, right, what, field } => {
            why(desk, &user, &right, &what, field.as_deref())
        }
        AccessVerb::Who { reference, right } => who(desk, &reference, &right),
        AccessVerb::Review => review(desk),
        AccessVerb::Request { what, right, field: of_field, why, lasts } => {
            let (entity, record) = target(desk, &what)?;
            // What is asked for may be a field that the person does not see: the gate knows it.
            let known = desk.catalog.entity(&entity);
            let of_field = of_field.map(|word| match known.map(|known| field(known, &word)) {
                Some(Ok(found)) => found.name.clone(),
                _ => Name::from(word.trim().to_lowercase().replace('-', "_")),
            });
            let wanted = Wanted {
                right: right_of(&right)?,
                entity,
                record,
                field: of_field,
                reason: why,
                lasts: seconds(&lasts)?,
            };
            let applied = desk.session.ask_access(&wanted)?;
            let Some(record) = applied.records.into_iter().flatten().next() else { return Ok(()) };
            let request = desk.reference(&record);
            if desk.format.needs() == Needs::Human {
                return desk.say(&phrase!("{request} waits for somebody to decide.", request));
            }
            print_one(desk, &json!({ "ref": request, "state": "open" }), &request)
        }
        AccessVerb::Requests { all } => requests(desk, all),
        AccessVerb::Decide { refs, verb, lasts, scope, note } => {
            let lasts = lasts.as_deref().map(seconds).transpose()?;
            let decided = match verb {
                "approve" => {
                    let width = scope.as_deref().map(width).transpose()?;
                    Decided::Approve { lasts, width }
                }
                "deny" => Decided::Deny,
                _ => Decided::Withdraw,
            };
            let request = Name::from("access_request");
            for record in refs::records(desk, Some(&request), &refs)? {
                let applied =
                    confirmed(desk, |session| session.decide_access(record.id, &decided, &note))?;
                let request = desk.reference(&record);
                if desk.format.needs() != Needs::Human {
                    let shape = json!({
                        "ref": request, "done": verb, "change_set": applied.change_set,
                    });
                    print_one(desk, &shape, &request)?;
                    continue;
                }
                let number = applied.change_set.unwrap_or_default();
                desk.say(&match decided {
                    Decided::Approve { .. } => phrase!(
                        "{request} is approved. `kontor undo {number}` takes it back.",
                        request,
                        number
                    ),
                    Decided::Deny => phrase!("{request} is denied.", request),
                    Decided::Withdraw => phrase!("{request} is withdrawn.", request),
                })?;
            }
            Ok(())
        }
    }
}

fn print_one(desk: &mut Desk<'_, '_>, shape: &Json, reference: &str) -> Result<()> {
    if desk.format == OutputFormat::Json {
        write_json(&mut *desk.env.out, shape)?;
        writeln!(desk.env.out)?;
    } else {
        writeln!(desk.env.out, "{reference}")?;
    }
    Ok(())
}

fn right_of(word: &str) -> Result<Right> {
    Right::of_word(&word.to_lowercase()).ok_or_else(|| {
        let words = Right::ALL.map(Right::word);
        let hint = likely(word, words).map_or_else(
            || phrase!("rights are {words}", words = words.join(", ")),
            |near| phrase!("did you mean {near}?", near),
        );
        CliError::word(phrase!("there is no right {word}", word), Some(hint))
    })
}

fn width(word: &str) -> Result<Width> {
    Width::of_word(word).filter(|width| *width != Width::None).ok_or_else(|| {
        let hint = phrase!("scopes are own, team, team+sub and all");
        CliError::word(phrase!("there is no scope {word}", word), Some(hint))
    })
}

fn seconds(text: &str) -> Result<i64> {
    Wanted::seconds(text).ok_or_else(|| {
        let hint = phrase!("for example 8h, 7d or 2w");
        CliError::word(phrase!("{text} is not a time", text), Some(hint))
    })
}

/// The user that a word means: `me`, a reference, a login, or a name.
pub(super) fn user(desk: &Desk<'_, '_>, word: &str) -> Result<RecordId> {
    if word == "me" {
        return Ok(desk.session.actor().person().user);
    }
    // A file may hold logins that look like references: those mean the record.
    if let Some(record) = desk.catalog.parse_reference(word).filter(|found| found.entity == "user")
    {
        return Ok(record.id);
    }
    let found = desk.session.lookup_keys("user", "login", &[word.to_owned()])?;
    match found.into_iter().flatten().next() {
        Some(id) => Ok(id),
        None => Ok(refs::record(desk, Some(&Name::from("user")), word)?.id),
    }
}

/// A record or an entity.
fn target(desk: &Desk<'_, '_>, word: &str) -> Result<(Name, Option<RecordId>)> {
    if let Some(found) = desk.catalog.parse_reference(word) {
        return Ok((found.entity, Some(found.id)));
    }
    Ok((entity(&desk.catalog, word)?.name.clone(), None))
}

fn why(
    desk: &mut Desk<'_, '_>,
    whom: &str,
    right: &str,
    what: &str,
    of_field: Option<&str>,
) -> Result<()> {
    let right = right_of(right)?;
    let user = user(desk, whom)?;
    let (name, record) = target(desk, what)?;
    let of_field = match of_field {
        Some(word) => Some(field(entity(&desk.catalog, &name)?, word)?.name.clone()),
        None => None,
    };
    let asked = Asked { right, entity: name, record, field: of_field };
    let told = desk.session.explain(user, &asked)?;
    if desk.format == OutputFormat::Json {
        let shape = explained(&told);
        write_json(&mut *desk.env.out, &shape)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let verdict = verdict(desk, &told, what);
    writeln!(desk.env.out, "{}", desk.env.told(&verdict))?;
    let heads = vec![
        Head::left("by", phrase!("By")),
        Head::left("scope", phrase!("Scope")),
        Head::left("condition", phrase!("Which records")),
        Head::left("holds", phrase!("Holds here")),
    ];
    let rows: Vec<Row> = told
        .given
        .iter()
        .map(|given| {
            let holds = match given.holds {
                Some(true) => desk.word(&phrase!("yes")),
                Some(false) => desk.word(&phrase!("no")),
                None => String::new(),
            };
            let mut cells = source(desk, &given.source);
            cells.push(holds);
            Row { reference: String::new(), cells, json: Json::Null }
        })
        .collect();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    for (role, level) in &told.field {
        let line = phrase!(
            "{role}: field access {access}",
            role = shipped::role_told(role),
            access = Phrase::word(level.word())
        );
        writeln!(desk.env.out, "{}", desk.env.told(&line))?;
    }
    if let Some(hint) = advice(&told) {
        desk.say(&hint)?;
    }
    Ok(())
}

fn verdict(desk: &Desk<'_, '_>, told: &Explained, what: &str) -> Phrase {
    if let Some(why_not) = &told.why_not {
        return phrase!("No: {reason}.", reason = why_not);
    }
    let of = match told.asked.record {
        Some(_) => Fill::Text(what.to_owned()),
        None => match desk.catalog.entity(&told.asked.entity) {
            Some(entity) => Fill::from(&entity.plural),
            None => Fill::Text(what.to_owned()),
        },
    };
    phrase!(
        "Yes: {name} may {right} ({entity}).",
        name = &told.name,
        right = right_in_words(told.asked.right),
        entity = of
    )
}

/// What would help, as one line.
fn advice(told: &Explained) -> Option<Phrase> {
    if told.allowed || told.advice.givers.is_empty() {
        return None;
    }
    let people = Fill::List(told.advice.givers.iter().cloned().map(Fill::Text).collect());
    Some(if told.advice.roles.is_empty() {
        phrase!("No role grants it as it is; {people} can change that.", people)
    } else {
        let named = told.advice.roles.iter().map(|name| shipped::role_told(name));
        let roles = Fill::List(named.collect());
        phrase!("Roles that grant it: {roles}; {people} can give them.", roles, people)
    })
}

/// What grants something, how far, on which records.
fn source(desk: &Desk<'_, '_>, source: &Source) -> Vec<String> {
    vec![
        ground(desk, &source.by),
        source.scope.map(|scope| desk.scope(&scope.print())).unwrap_or_default(),
        if source.condition.is_empty() {
            desk.word(&phrase!("all of them"))
        } else if source.whole {
            let condition = &source.condition;
            desk.word(&phrase!("of the whole: {condition}", condition))
        } else {
            source.condition.clone()
        },
    ]
}

fn ground(desk: &Desk<'_, '_>, by: &Ground) -> String {
    match by {
        Ground::Role(name) => desk.role(name),
        Ground::Owner => desk.word(&phrase!("being its owner")),
        Ground::Collaborator => desk.word(&phrase!("being its collaborator")),
        Ground::Shared => desk.word(&phrase!("its being shared")),
        Ground::Request(id) => format!("AR-{id}"),
    }
}

fn ground_json(source: &Source) -> Json {
    let (kind, name) = match &source.by {
        Ground::Role(name) => ("role", Some(name.clone())),
        Ground::Owner => ("owner", None),
        Ground::Collaborator => ("collaborator", None),
        Ground::Shared => ("shared", None),
        Ground::Request(id) => ("request", Some(format!("AR-{id}"))),
    };
    json!({
        "by": kind, "name": name, "scope": source.scope.map(Scope::print),
        "condition": source.condition,
    })
}

fn explained(told: &Explained) -> Json {
    let given: Vec<Json> = told
        .given
        .iter()
        .map(|given| {
            let mut shape = ground_json(&given.source);
            shape["holds"] = json!(given.holds);
            shape
        })
        .collect();
    let fields: Vec<Json> = told
        .field
        .iter()
        .map(|(role, level)| json!({ "role": role, "access": level.word() }))
        .collect();
    json!({
        "user": told.name, "right": told.asked.right.word(), "entity": told.asked.entity.as_str(),
        "record": told.asked.record.map(|id| id.0), "field": told.asked.field.as_deref(),
        "allowed": told.allowed, "why_not": told.why_not.as_ref().map(Phrase::as_str),
        "given": given, "fields": fields, "roles": told.advice.roles, "givers": told.advice.givers,
    })
}

fn who(desk: &mut Desk<'_, '_>, reference: &str, right: &str) -> Result<()> {
    let right = right_of(right)?;
    let record = refs::record(desk, None, reference)?;
    let able = desk.session.who_can(right, &record)?;
    let heads = vec![
        Head::left("ref", phrase!("Ref")),
        Head::left("name", phrase!("Name")),
        Head::left("by", phrase!("By")),
    ];
    let rows: Vec<Row> = able
        .iter()
        .map(|able| {
            let reference = format!("U-{}", able.user);
            let by: Vec<String> =
                able.grounds.iter().map(|source| ground(desk, &source.by)).collect();
            let grounds: Vec<Json> = able.grounds.iter().map(ground_json).collect();
            Row {
                cells: vec![reference.clone(), able.name.clone(), by.join(desk.between())],
                json: json!({ "ref": reference, "name": able.name, "given": grounds }),
                reference,
            }
        })
        .collect();
    desk.table(heads, rows)
}

fn review(desk: &mut Desk<'_, '_>) -> Result<()> {
    let grants = desk.session.review_access()?;
    let heads = vec![
        Head::left("user", phrase!("User")),
        Head::left("grant", phrase!("Grant")),
        Head::left("given_by", phrase!("Given by")),
        Head::left("given_at", phrase!("When")),
        Head::left("last_used", phrase!("Last used")),
        Head::left("signed_in", phrase!("Last sign-in")),
        Head::left("unused", phrase!("Unused for {days} days", days = UNUSED_DAYS)),
    ];
    let rows: Vec<Row> = grants.iter().map(|grant| grant_row(desk, grant)).collect();
    desk.table(heads, rows)
}

fn grant_row(desk: &Desk<'_, '_>, grant: &Grant) -> Row {
    let zone = desk.env.zone;
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d").to_string();
    let or_never = |at: Option<DateTime<Utc>>| match at {
        Some(at) => day(at),
        None => desk.word(&phrase!("never")),
    };
    let unused: Vec<String> = grant.unused.iter().map(Traced::word).collect();
    let name = if grant.active {
        grant.name.clone()
    } else {
        desk.word(&phrase!("{name} (inactive)", name = &grant.name))
    };
    let (what, role, request, until) = match &grant.what {
        Granted::Role(_, role) => (desk.role(role), Some(role), None, None),
        Granted::Request(request, what, until) => {
            let reference = desk.reference(request);
            let what = desk.called(|words| words.wanted(what)).unwrap_or_else(|| what.clone());
            let told = phrase!(
                "{what} until {day} ({request})",
                what,
                day = day(*until),
                request = &reference
            );
            (desk.word(&told), None, Some(reference), Some(*until))
        }
        Granted::Nothing => (desk.word(&phrase!("no role")), None, None, None),
    };
    let nothing = grant.what == Granted::Nothing;
    Row {
        reference: format!("U-{}", grant.user),
        cells: vec![
            name,
            what,
            grant.given_by.clone().unwrap_or_default(),
            grant.given_at.map(day).unwrap_or_default(),
            if nothing { String::new() } else { or_never(grant.last_used) },
            or_never(grant.signed_in),
            desk.word(&unused_words(desk, grant)),
        ],
        json: json!({
            "user": format!("U-{}", grant.user), "name": grant.name, "active": grant.active,
            "signed_in": grant.signed_in, "role": role, "request": request, "until": until,
            "given_by": grant.given_by, "given_at": grant.given_at,
            "last_used": grant.last_used, "unused": unused, "traced": grant.traced,
        }),
    }
}

/// What was not used of a grant: all of it, or the first of many.
fn unused_words(desk: &Desk<'_, '_>, grant: &Grant) -> Phrase {
    let told = |traced: &Traced| match traced {
        Traced::Right(right, entity) => desk.right_on(right.word(), entity),
        Traced::Special(special) => desk
            .called(|words| words.right(special.word()).to_owned())
            .unwrap_or_else(|| traced.word()),
    };
    let words: Vec<String> = grant.unused.iter().map(told).collect();
    let between = desk.between();
    match words.len() {
        0 => Phrase::raw(""),
        n if n == grant.traced => phrase!("all {n}", n),
        1..=2 => Phrase::raw(words.join(between)),
        n => {
            phrase!(
                "{n} of {all}: {some} ...",
                n,
                all = grant.traced,
                some = words[..2].join(between)
            )
        }
    }
}

fn requests(desk: &mut Desk<'_, '_>, all: bool) -> Result<()> {
    let requests = desk.session.access_requests(!all)?;
    let heads = vec![
        Head::left("ref", phrase!("Ref")),
        Head::left("who", phrase!("Who")),
        Head::left("what", phrase!("What")),
        Head::left("lasts", phrase!("For")),
        Head::left("state", phrase!("State")),
        Head::left("until", phrase!("Until")),
        Head::left("why", phrase!("Why")),
    ];
    let rows: Vec<Row> = requests.iter().map(|request| request_row(desk, request)).collect();
    let none = rows.is_empty();
    desk.table(heads, rows)?;
    if none && desk.format == OutputFormat::Table {
        desk.say(&phrase!("No request waits."))?;
    }
    Ok(())
}

fn request_row(desk: &Desk<'_, '_>, request: &AccessRequest) -> Row {
    let reference = desk.reference(&request.record);
    let wanted = &request.wanted;
    let right = wanted.right.word();
    let what = match wanted.record {
        Some(id) => {
            let record = desk.reference(&crate::model::RecordRef::new(&wanted.entity, id));
            desk.called(|words| format!("{} {record}", words.right(right)))
                .unwrap_or_else(|| format!("{right} {record}"))
        }
        None => match &wanted.field {
            Some(field) => desk
                .called(|words| words.wanted(&format!("{right} {}.{field}", wanted.entity)))
                .unwrap_or_else(|| format!("{right} {}.{field}", wanted.entity)),
            None => desk.right_on(right, &wanted.entity),
        },
    };
    let until = request
        .until
        .map(|at| at.with_timezone(&desk.env.zone).format("%Y-%m-%d %H:%M").to_string());
    Row {
        cells: vec![
            reference.clone(),
            request.asker.title.clone(),
            what.clone(),
            lasts(wanted.lasts),
            desk.word(&state_word(request.state)),
            until.unwrap_or_default(),
            wanted.reason.clone(),
        ],
        json: json!({
            "ref": reference, "user": format!("U-{}", request.asker.id), "name": request.asker.title,
            "right": wanted.right.word(), "entity": wanted.entity.as_str(),
            "record": wanted.record.map(|id| id.0), "field": wanted.field, "reason": wanted.reason,
            "seconds": wanted.lasts, "state": request.state.word(), "until": request.until,
            "scope": request.width.map(Width::word), "note": request.note,
            "decided_by": request.decided_by.as_ref().map(|link| link.title.clone()),
            "may_approve": request.state == RequestState::Open && request.obstacle.is_none(),
        }),
        reference,
    }
}

/// How a request stands, in a word.
pub(super) fn state_word(state: RequestState) -> Phrase {
    match state {
        RequestState::Open => phrase!("waits"),
        RequestState::Approved => phrase!("approved"),
        RequestState::Expired => phrase!("expired"),
        RequestState::Denied => phrase!("denied"),
        RequestState::Withdrawn => phrase!("withdrawn"),
    }
}

/// Seconds as people write them: the inverse of [`Wanted::seconds`].
fn lasts(seconds: i64) -> String {
    match seconds {
        s if s % 86_400 == 0 => format!("{}d", s / 86_400),
        s if s % 3_600 == 0 => format!("{}h", s / 3_600),
        s => format!("{}m", s / 60),
    }
}
