//! Rights that are asked for: asked, decided by somebody else, ended by the clock.
//!
//! A request is a record of `access_request`, but never edited as one: it is asked, approved, denied and
//! withdrawn here, and an undo of any of these answers the same questions
//! ([`Session::demand_decision_again`]). Nobody decides about their own request, and nobody grants what
//! their roles do not give them. What was approved is read into the rights of the person as long as it
//! lasts ([`super::rights`]). Start at [`Session::ask_access`].

use chrono::{DateTime, Duration, Utc};

use super::bulk::Bulk;
use super::error::{GateError, Problem, Result};
use super::explain::Asked;
use super::read::ListRequest;
use super::rights::person;
use super::session::Session;
use super::shown::Eyes;
use super::store::rows::Projection;
use super::write::Applied;
use crate::model::{
    Change, FieldChange, Link, Name, Op, Phrase, Record, RecordId, RecordRef, Value, phrase,
};
use crate::policy::{
    self, FieldAccess, Missing, Need, Person, Reach, Refusal, Right, Special, Width, is_guarded,
    right_in_words,
};
use crate::query::Query;
use crate::schema::Entity;

/// The entity of requests.
pub(super) const ENTITY: &str = "access_request";
/// So many requests of one person may wait.
const MOST_OPEN: usize = 20;
/// The longest time a right is granted for.
const LONGEST: i64 = 366 * 86_400;
/// So many requests are listed.
const LISTED: usize = 500;

/// A right that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The right.
    pub right: Right,
    /// On records of this entity.
    pub entity: Name,
    /// On this one only.
    pub record: Option<RecordId>,
    /// To this field of all of them: reading or changing it, nothing else.
    pub field: Option<Name>,
    /// What for.
    pub reason: String,
    /// For how many seconds.
    pub lasts: i64,
}

impl Wanted {
    /// What was missing, to be asked for.
    #[must_use]
    pub fn of(missing: &Missing, reason: String, lasts: i64) -> Self {
        let Missing { right, entity, record, field, .. } = missing.clone();
        Self { right, entity, record, field, reason, lasts }
    }

    /// The access to the field that is asked for; none where it is not about one.
    fn level(&self) -> Option<FieldAccess> {
        self.field.as_ref()?;
        Some(if self.right == Right::Edit { FieldAccess::Edit } else { FieldAccess::Read })
    }

    /// The seconds of a time as people write it: `90m`, `8h`, `7d`, `2w`.
    #[must_use]
    pub fn seconds(text: &str) -> Option<i64> {
        let text = text.trim();
        let unit = text.chars().next_back()?;
        let each = match unit {
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        let number: i64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
        number.checked_mul(each).filter(|seconds| *seconds > 0)
    }
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// Nobody has decided yet.
    Open,
    /// Granted, and in force.
    Approved,
    /// Granted once; its time is over.
    Expired,
    /// Refused, or taken back by who decides.
    Denied,
    /// Taken back by who asked.
    Withdrawn,
}

impl RequestState {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Expired => "expired",
            Self::Denied => "denied",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// How a stored request stands at an instant.
    fn of(record: &Record, now: DateTime<Utc>) -> Self {
        match record.get("decision").as_text() {
            Some("approved") => match record.get("until") {
                Value::DateTime(until) if *until > now => Self::Approved,
                _ => Self::Expired,
            },
            Some("denied") => Self::Denied,
            Some("withdrawn") => Self::Withdrawn,
            _ => Self::Open,
        }
    }
}

/// A request, as far as it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its record.
    pub record: RecordRef,
    /// Who asked.
    pub asker: Link,
    /// What is asked for.
    pub wanted: Wanted,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// How it stands now.
    pub state: RequestState,
    /// How far what was granted reaches, where it is not all records.
    pub width: Option<Width>,
    /// When what was granted ends.
    pub until: Option<DateTime<Utc>>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_by: Option<Link>,
    /// What they said.
    pub note: String,
    /// Why the actor cannot approve it; none where they can.
    pub obstacle: Option<Phrase>,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Granted from now on.
    Approve {
        /// For so many seconds; as long as was asked for without.
        lasts: Option<i64>,
        /// Of all records of the entity only those; all of them without. One record is one record.
        width: Option<Width>,
    },
    /// Refused; or taken back where it was granted.
    Deny,
    /// Taken back by who asked.
    Withdraw,
}

impl Session {
    /// Asks for a right, for a while.
    ///
    /// # Errors
    /// An unknown entity; no reason; a right that the person has, has asked for, or that only a role gives.
    pub fn ask_access(&mut self, wanted: &Wanted) -> Result<Applied> {
        self.refresh()?;
        let entity = self.whole(&wanted.entity)?;
        let me = self.actor().person();
        let name = called(wanted, &entity.prefix);
        let invalid = |message: Phrase, hint: Phrase| refused(&name, message, Some(hint));
        if let Some(part) = entity.whole() {
            let message =
                phrase!("records of {name} have no rights of their own", name = &entity.name);
            let hint = phrase!("they go with {whole}: ask for that", whole = &part.of);
            return Err(invalid(message, hint));
        }
        if !wanted.reason.chars().any(char::is_alphanumeric) {
            let hint = phrase!("say in a few words what the right is needed for");
            return Err(invalid(phrase!("no reason is given"), hint));
        }
        if !(60..=LONGEST).contains(&wanted.lasts) {
            let hint = phrase!("at least a minute, at most a year: 8h, 7d");
            return Err(invalid(phrase!("a right cannot be granted for so long"), hint));
        }
        let guarded = is_guarded(&entity.name);
        if guarded && (wanted.right != Right::Read || wanted.field.is_some()) {
            let hint = phrase!("ask for a role that has it");
            return Err(invalid(phrase!("this right comes with roles only"), hint));
        }
        if let Some(field) = &wanted.field {
            if entity.field(field).is_none() {
                return Err(GateError::NotFound {
                    what: phrase!("{entity} has no field {field}", entity = entity.told(), field),
                    hint: super::plan::near(entity, field),
                });
            }
            if !matches!(wanted.right, Right::Read | Right::Edit) || wanted.record.is_some() {
                let hint = phrase!("name the kind of record: deal edit --field amount");
                let message = phrase!("a field is asked for to read or to edit it, of all records");
                return Err(invalid(message, hint));
            }
        }
        let asked = Asked {
            right: wanted.right,
            entity: entity.name.clone(),
            record: wanted.record,
            field: None,
        };
        // Of a record that is not seen nothing is told: the request is taken as it is.
        let has = match wanted.record {
            _ if wanted.field.is_some() => self.has_field(me, entity, wanted),
            Some(_) => self.explain(me.user, &asked).is_ok_and(|told| told.allowed),
            None => policy::reach(me, wanted.right, entity) == Reach::All,
        };
        if has {
            let hint = phrase!("`kontor access why` says what gives it to you");
            return Err(invalid(phrase!("you have this right already"), hint));
        }
        let open = self.own_open()?;
        if let Some(same) = open.iter().find(|request| {
            let known = &request.wanted;
            (known.right, &known.entity, known.record, &known.field)
                == (wanted.right, &wanted.entity, wanted.record, &wanted.field)
        }) {
            let hint =
                phrase!("it waits as {request}", request = self.catalog.reference(&same.record));
            return Err(invalid(phrase!("you have asked for this already"), hint));
        }
        if open.len() >= MOST_OPEN {
            let hint = phrase!("withdraw some, or wait until somebody has decided");
            return Err(invalid(phrase!("too many of your requests wait"), hint));
        }
        let set = |field: &str, after: Value| FieldChange {
            field: Name::from(field),
            before: Value::Null,
            after,
        };
        let mut fields = vec![
            set("name", Value::from(name.as_str())),
            set("owner", Value::Link(Link::new("user", me.user))),
            set("entity", Value::from(entity.name.as_str())),
            set("right", Value::from(wanted.right.word())),
            set("reason", Value::from(wanted.reason.trim())),
            set("lasts", Value::Duration(wanted.lasts)),
            set("decision", Value::from("open")),
        ];
        let field = wanted.field.as_ref();
        fields.extend(field.map(|field| set("field", Value::from(field.as_str()))));
        fields.extend(wanted.record.map(|record| set("record", Value::Int(record.0))));
        let change = Change {
            entity: Name::from(ENTITY),
            id: RecordId(-1),
            op: Op::Create,
            version: 0,
            fields,
        };
        self.write_request(change, &format!("ask to {name}"))
    }

    /// The requests that the actor sees, the newest first: their own, or all for who decides.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn access_requests(&self, open_only: bool) -> Result<Vec<AccessRequest>> {
        let mut request = ListRequest::first(ENTITY, LISTED);
        if open_only {
            request.filter = Some(Query::parse("state = open", &self.shown, ENTITY)?);
        }
        let page = self.list(&request)?;
        page.rows.iter().map(|row| self.understood(row)).collect()
    }

    /// Decides about a request.
    ///
    /// # Errors
    /// Where the actor may not decide about it, or cannot grant what they do not have; approving needs the
    /// password given lately.
    pub fn decide_access(
        &mut self,
        request: RecordId,
        decided: &Decided,
        note: &str,
    ) -> Result<Applied> {
        self.refresh()?;
        let entity = self.whole(ENTITY)?;
        let record = self.seen_record(entity, request)?;
        let now = self.moment().now;
        let state = RequestState::of(&record, now);
        let told = record.get("name").as_text().unwrap_or_default().to_owned();
        let me = self.actor().person().user;
        let own = asker(&record) == Some(me);
        let mut set = Vec::new();
        let word = match decided {
            Decided::Approve { lasts, width } => {
                if state != RequestState::Open {
                    return Err(settled(&told));
                }
                if let Some(refusal) = self.may_not_grant(&record)? {
                    return Err(self.noted_refusal(refusal));
                }
                if let Some(what) = self.void(&record)? {
                    return Err(refused(&told, what, Some(phrase!("deny it instead"))));
                }
                // It gives rights, as a role does.
                self.demand_confirmed()?;
                let asked = match record.get("lasts") {
                    Value::Duration(seconds) => *seconds,
                    _ => 0,
                };
                let lasts = lasts.unwrap_or(asked);
                if !(60..=LONGEST).contains(&lasts) {
                    let hint = phrase!("at least a minute, at most a year: 8h, 7d");
                    let message = phrase!("a right cannot be granted for so long");
                    return Err(refused(&told, message, Some(hint)));
                }
                set.push(("until", Value::DateTime(now + Duration::seconds(lasts))));
                let narrower = width.filter(|width| *width != Width::All);
                if let Some(width) = narrower.filter(|_| record.get("record").is_null()) {
                    if width == Width::None {
                        let hint = phrase!("deny it instead");
                        return Err(refused(
                            &told,
                            phrase!("nothing would be granted"),
                            Some(hint),
                        ));
                    }
                    set.push(("scope", Value::from(width.word())));
                }
                "approved"
            }
            Decided::Deny => {
                if !matches!(state, RequestState::Open | RequestState::Approved) {
                    return Err(settled(&told));
                }
                self.demand_special(Special::Roles)?;
                if own {
                    return Err(self.refused(Refusal::of(Need::Other)));
                }
                "denied"
            }
            Decided::Withdraw => {
                if !matches!(state, RequestState::Open | RequestState::Approved) {
                    return Err(settled(&told));
                }
                if !own {
                    let message = phrase!("only who asked withdraws a request");
                    return Err(refused(&told, message, Some(phrase!("deny it instead"))));
                }
                "withdrawn"
            }
        };
        set.push(("decision", Value::from(word)));
        if *decided != Decided::Withdraw {
            set.push(("decided_by", Value::Link(Link::new("user", me))));
            set.push(("decided_at", Value::DateTime(now)));
        }
        if !note.trim().is_empty() {
            set.push(("note", Value::from(note.trim())));
        }
        let fields = set
            .into_iter()
            .map(|(field, after)| FieldChange {
                field: Name::from(field),
                before: record.get(field).clone(),
                after,
            })
            .collect();
        let change = Change {
            entity: Name::from(ENTITY),
            id: request,
            op: Op::Update,
            version: record.meta.version,
            fields,
        };
        self.write_request(change, &format!("{word}: {told}"))
    }

    /// The questions of a decision, asked about a change that takes another back.
    pub(super) fn demand_decision_again(&self, change: &Change) -> Result<()> {
        if change.entity != ENTITY {
            return Ok(());
        }
        let entity = self.whole(ENTITY)?;
        let record = self.seen_record(entity, change.id)?;
        let after = change.fields.iter().find(|field| field.field == "decision");
        let decision = after.map_or_else(|| record.get("decision"), |field| &field.after);
        let grants = decision.as_text() == Some("approved") && change.op != Op::Delete;
        if grants {
            if let Some(refusal) = self.may_not_grant(&record)? {
                return Err(self.noted_refusal(refusal));
            }
            return match self.void(&record)? {
                Some(what) => {
                    let name = record.get("name").as_text().unwrap_or_default();
                    Err(refused(name, what, None))
                }
                None => self.demand_confirmed(),
            };
        }
        // Less than it was: who asked may, and who decides.
        if asker(&record) == Some(self.actor().person().user) {
            return Ok(());
        }
        self.demand_special(Special::Roles)
    }

    /// Why the actor cannot grant what a request asks for, if so.
    fn may_not_grant(&self, request: &Record) -> Result<Option<Refusal>> {
        let me = self.actor().person();
        if let Err(refusal) = policy::demand(me, Special::Roles) {
            return Ok(Some(self.advised(refusal)));
        }
        if asker(request) == Some(me.user) {
            let what = phrase!("nobody approves their own request");
            return Ok(Some(Refusal { hint: self.others_decide()?, ..plain(what) }));
        }
        let wanted = wanted(request);
        let Some(entity) = self.catalog.entity(&wanted.entity) else { return Ok(None) };
        // What one was granted for a while is not handed on.
        let own = Person { extra: Vec::new(), ..me.clone() };
        let holds = match wanted.record {
            _ if wanted.field.is_some() => self.has_field(&own, entity, &wanted),
            None => policy::reach(&own, wanted.right, entity) == Reach::All,
            Some(id) => {
                let moment = self.moment();
                let projection = Projection::unveiled(&self.catalog, entity, &moment);
                match self.store.record(&projection, id)? {
                    Some(record) => self.has(&own, wanted.right, entity, &record)?,
                    None => policy::reach(&own, wanted.right, entity) == Reach::All,
                }
            }
        };
        if !holds {
            let what = phrase!(
                "nobody grants what they do not have: you lack the right to {right} ({entity})",
                right = right_in_words(wanted.right),
                entity = &entity.plural
            );
            return Ok(Some(Refusal { hint: self.others_decide()?, ..plain(what) }));
        }
        Ok(None)
    }

    /// Why there is nothing to grant by a request, whoever decides about it, if so: what it is about is gone,
    /// or who asked. For who may grant it otherwise.
    fn void(&self, request: &Record) -> Result<Option<Phrase>> {
        let wanted = wanted(request);
        let Some(entity) = self.catalog.entity(&wanted.entity) else {
            return Ok(Some(phrase!("there is no entity {entity}", entity = &wanted.entity)));
        };
        if let Some(id) = wanted.record {
            let moment = self.moment();
            let projection = Projection::unveiled(&self.catalog, entity, &moment);
            if self.store.record(&projection, id)?.is_none() {
                let gone = self.catalog.reference(&RecordRef::new(&entity.name, id));
                return Ok(Some(phrase!("there is no {record}", record = gone)));
            }
        }
        let Some(asker) = asker(request) else {
            return Ok(Some(phrase!("nobody is known to have asked")));
        };
        match person(&self.store, &self.catalog, asker, self.moment().now) {
            Err(GateError::SignedOut { what }) => Ok(Some(what)),
            other => other.map(|_| None),
        }
    }

    /// Whether somebody has the access to a field that is asked for.
    fn has_field(&self, person: &Person, entity: &Entity, wanted: &Wanted) -> bool {
        let field = wanted.field.as_ref().and_then(|name| entity.field(name));
        let eyes = Eyes::of(&self.catalog, person);
        field.zip(wanted.level()).is_some_and(|(field, level)| eyes.access(entity, field) >= level)
    }

    /// Who else decides about requests.
    fn others_decide(&self) -> Result<Option<Phrase>> {
        let me = &self.actor().person().name;
        let mut givers = self.advice(&|_| Ok(false))?.givers;
        givers.retain(|name| name != me);
        givers.truncate(3);
        Ok((!givers.is_empty())
            .then(|| phrase!("{people} can decide about it", people = givers.join(", "))))
    }

    fn own_open(&self) -> Result<Vec<AccessRequest>> {
        let me = self.actor().person().user;
        let mut all = self.access_requests(true)?;
        all.retain(|request| request.asker.id == me);
        Ok(all)
    }

    fn understood(&self, record: &Record) -> Result<AccessRequest> {
        let state = RequestState::of(record, self.moment().now);
        let obstacle = match state {
            RequestState::Open => match self.may_not_grant(record)? {
                Some(refusal) => Some(refusal.what),
                None => self.void(record)?,
            },
            _ => None,
        };
        Ok(AccessRequest {
            record: record.reference(),
            asker: match record.get("owner").as_link() {
                Some(link) => link.clone(),
                None => Link::new("user", RecordId(0)),
            },
            wanted: wanted(record),
            asked_at: record.meta.created_at,
            state,
            width: record.get("scope").as_text().and_then(Width::of_word),
            until: match record.get("until") {
                Value::DateTime(until) => Some(*until),
                _ => None,
            },
            decided_at: match record.get("decided_at") {
                Value::DateTime(at) => Some(*at),
                _ => None,
            },
            decided_by: record.get("decided_by").as_link().cloned(),
            note: record.get("note").as_text().unwrap_or_default().to_owned(),
            obstacle,
        })
    }

    fn write_request(&mut self, change: Change, why: &str) -> Result<Applied> {
        let schema = self.stamp.clone();
        let mut bulk = Bulk::new(self, why);
        let records = bulk.write(vec![change], &schema)?;
        let change_set = bulk.operation();
        drop(bulk);
        let records = records.into_iter().map(Some).collect();
        Ok(Applied { change_set, records, followed: Vec::new() })
    }
}

fn asker(request: &Record) -> Option<RecordId> {
    request.get("owner").as_link().map(|link| link.id)
}

fn wanted(request: &Record) -> Wanted {
    let text = |field: &str| request.get(field).as_text().unwrap_or_default();
    Wanted {
        // What is stored was a right once; of one that is no more nothing is granted.
        right: Right::of_word(text("right")).unwrap_or(Right::Erase),
        entity: Name::from(text("entity")),
        record: match request.get("record") {
            Value::Int(number) => Some(RecordId(*number)),
            _ => None,
        },
        field: Some(text("field")).filter(|name| !name.is_empty()).map(Name::from),
        reason: text("reason").to_owned(),
        lasts: match request.get("lasts") {
            Value::Duration(seconds) => *seconds,
            _ => 0,
        },
    }
}

/// What a request is called: `edit D-88`, `read order`.
fn called(wanted: &Wanted, prefix: &str) -> String {
    match (wanted.record, &wanted.field) {
        (Some(record), _) => format!("{} {prefix}-{record}", wanted.right.word()),
        (None, Some(field)) => format!("{} {}.{field}", wanted.right.word(), wanted.entity),
        (None, None) => format!("{} {}", wanted.right.word(), wanted.entity),
    }
}

fn refused(name: &str, message: Phrase, hint: Option<Phrase>) -> GateError {
    let record = Phrase::raw(name);
    GateError::Invalid(vec![Problem { edit: 0, record, field: None, message, hint, missing: None }])
}

fn settled(name: &str) -> GateError {
    let hint = phrase!("ask again where the right is still needed");
    refused(name, phrase!("it is decided already"), Some(hint))
}

fn plain(what: Phrase) -> Refusal {
    Refusal { need: Need::Other, what, hint: None, missing: None }
}
