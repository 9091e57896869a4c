//! Signing in: who gets in, who does not, and what a seat may do. Every refusal is tried, not only told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Moved, denial};
use kontor::gate::{
    AuditRequest, Count, Denial, Gate, GateError, OpenOptions, SeatToken, Session, Via,
};
use kontor::model::{Clock, Edit, RecordId};
use kontor::secret::{Enrolment, Secret};

const ADMIN: &str = "glad otter mixes tea";
const ANNA: &str = "violet kayak trumpet";
const THREE_DAYS: Duration = Duration::from_hours(72);

struct World {
    clock: Arc<Moved>,
    gate: Gate,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Moved::default());
        let gate = Gate::open(&folder.path().join("team.db"), options(&clock)).unwrap();
        Self { clock, gate, folder }
    }

    /// A file with an administrator who has a password, and Anna, who joined by an invitation.
    fn with_anna() -> (Self, Session, RecordId) {
        let world = Self::new();
        let mut admin = world.gate.session(Via::Cli).unwrap();
        let anna = add_user(&mut admin, "Anna Lind", "anna");
        admin.set_password(None, &Secret::from(ADMIN), "here").unwrap().unwrap();
        let code = admin.invite(anna, THREE_DAYS).unwrap();
        assert_eq!(world.gate.accept_invite(&code, &Secret::from(ANNA)).unwrap(), "anna");
        (world, admin, anna)
    }

    fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Another process on the same file.
    fn other(&self) -> Gate {
        Gate::open(self.gate.path(), options(&self.clock)).unwrap()
    }

    fn sign_in(&self, login: &str, password: &str) -> Result<SeatToken, Denial> {
        self.sign_in_with(login, password, None)
    }

    fn sign_in_with(
        &self,
        login: &str,
        password: &str,
        code: Option<&str>,
    ) -> Result<SeatToken, Denial> {
        let password = Secret::from(password);
        self.gate.sign_in(login, &password, code, Via::Cli, "somewhere").map_err(denial)
    }

    fn session(&self, login: &str, password: &str) -> Session {
        let token = self.sign_in(login, password).unwrap();
        self.gate.session_by(&token, Via::Cli).unwrap()
    }

    fn code(&self, made: &Enrolment) -> String {
        code_at(made, self.clock.now().timestamp() as u64)
    }
}

fn options(clock: &Arc<Moved>) -> OpenOptions {
    OpenOptions { clock: Arc::clone(clock) as Arc<dyn Clock>, ..common::options() }
}

/// What an authenticator would show.
fn code_at(made: &Enrolment, now: u64) -> String {
    let key = totp_rs::Secret::try_from_base32(made.typed.reveal()).unwrap();
    totp_rs::Builder::new().with_secret(key).build_noncompliant().generate(now).to_string()
}

fn add_user(admin: &mut Session, name: &str, login: &str) -> RecordId {
    let edit = Edit::create("user").typed("name", name).typed("login", login);
    admin.save(vec![edit], "test").unwrap().records[0].clone().unwrap().id
}

fn reads(session: &Session) -> Result<u64, GateError> {
    session.count("customer", None, None).map(|count| match count {
        Count::Exactly(number) | Count::AtLeast(number) => number,
    })
}

#[test]
fn a_private_file_asks_nobody() {
    let world = World::new();
    assert!(!world.gate.needs_sign_in().unwrap());
    let mut owner = world.gate.session(Via::Cli).unwrap();
    // Colleagues that records belong to are no reason: they cannot get in.
    add_user(&mut owner, "Bo Berg", "bo");
    assert!(!world.gate.needs_sign_in().unwrap());
    assert_eq!(world.sign_in("bo", ""), Err(Denial::Failed));
    assert!(owner.seats().unwrap().is_empty());
    owner.demand_confirmed().unwrap();
}

#[test]
fn whoever_invites_the_first_other_person_has_a_password_before() {
    let world = World::new();
    let mut owner = world.gate.session(Via::Cli).unwrap();
    let bo = add_user(&mut owner, "Bo Berg", "bo");
    assert_eq!(owner.invite(bo, THREE_DAYS).map_err(denial), Err(Denial::OwnPasswordFirst));
    assert!(!world.gate.needs_sign_in().unwrap());

    let token = owner.set_password(None, &Secret::from(ADMIN), "here").unwrap().unwrap();
    // Nobody is locked out: the session goes on, the token opens others, and so does the password.
    assert_eq!(reads(&owner).unwrap(), 0);
    assert!(world.gate.session_by(&token, Via::Tui).is_ok());
    assert!(world.sign_in("ADMIN", ADMIN).is_ok());
    assert!(world.gate.needs_sign_in().unwrap());
    assert_eq!(world.gate.session(Via::Cli).err().map(denial), Some(Denial::Needed));
    owner.invite(bo, THREE_DAYS).unwrap();
}

#[test]
fn a_session_that_was_open_before_the_first_password_is_asked_too() {
    let world = World::new();
    let mut owner = world.gate.session(Via::Cli).unwrap();
    let mut before = world.other().session(Via::Tui).unwrap();
    assert_eq!(reads(&before).unwrap(), 0);
    owner.set_password(None, &Secret::from(ADMIN), "here").unwrap();
    assert_eq!(reads(&before).err().map(denial), Some(Denial::Needed));
    assert_eq!(before.refresh().err().map(denial), Some(Denial::Needed));
}

#[test]
fn an_invitation_works_once_and_not_for_ever() {
    let world = World::new();
    let mut admin = world.gate.session(Via::Cli).unwrap();
    let anna = add_user(&mut admin, "Anna Lind", "anna");
    admin.set_password(None, &Secret::from(ADMIN), "here").unwrap();
    let bad = Some(Denial::BadInvite);
    let accept = |code: &Secret, password: &str| {
        world.other().accept_invite(code, &Secret::from(password)).err().map(denial)
    };

    let code = admin.invite(anna, THREE_DAYS).unwrap();
    world.wait(3 * 86_400);
    assert_eq!(accept(&code, ANNA), bad, "expired");
    // The administrator's seat is over as well by now.
    let admin = world.session("admin", ADMIN);
    let first = admin.invite(anna, THREE_DAYS).unwrap();
    let second = admin.invite(anna, THREE_DAYS).unwrap();
    assert_eq!(accept(&first, ANNA), bad, "a later one was made");
    assert_eq!(accept(&Secret::from("0000-0000-0000-0000"), ANNA), bad);
    // A weak password does not use it up; capitals and missing hyphens are read over.
    assert!(matches!(accept(&second, "anna"), Some(Denial::Weak(_))));
    assert!(matches!(accept(&second, "AnnaLindAnnaLind2026"), Some(Denial::Weak(_))));
    let shouted = Secret::new(second.reveal().to_uppercase().replace('-', " "));
    assert_eq!(world.gate.invited(&shouted).unwrap(), ("Anna Lind".into(), "anna".into()));
    assert_eq!(accept(&shouted, ANNA), None);
    assert_eq!(accept(&second, ANNA), bad, "used");
    assert!(world.sign_in("anna", ANNA).is_ok());
}

#[test]
fn nobody_without_the_right_invites_locks_or_sees_others() {
    let (world, admin, anna) = World::with_anna();
    let session = world.session("anna", ANNA);
    let denied = |error: Option<GateError>| matches!(error, Some(GateError::Denied(_)));
    assert!(denied(session.invite(anna, THREE_DAYS).err()));
    assert!(denied(session.lock(RecordId(1)).err()));
    assert!(denied(session.unlock(anna).err()));
    assert!(denied(session.drop_totp(Some(RecordId(1))).err()));
    assert!(session.seats().unwrap().iter().all(|seat| seat.login == "anna"));
    let others: Vec<i64> = admin
        .seats()
        .unwrap()
        .iter()
        .filter(|seat| seat.login == "admin")
        .map(|seat| seat.number)
        .collect();
    assert!(matches!(session.end_seat(others[0]), Err(GateError::NotFound { .. })));
    assert_eq!(reads(&admin).unwrap(), 0, "still in");
}

/// Attack: guess whether a login exists. Ask with names that exist, do not exist, have no password, are
/// locked or inactive, and compare texts, delays and counts. Nothing may differ.
#[test]
fn unknown_wrong_locked_and_passwordless_are_one_answer() {
    let (world, mut admin, anna) = World::with_anna();
    add_user(&mut admin, "Bo Berg", "bo");
    let carl = add_user(&mut admin, "Carl Ek", "carl");
    let code = admin.invite(carl, THREE_DAYS).unwrap();
    world.gate.accept_invite(&code, &Secret::from("paper boat dances well")).unwrap();
    admin.lock(carl).unwrap();
    let off = Edit::update("user", anna).typed("active", "no");
    admin.save(vec![off], "left").unwrap();

    let tries = [
        ("nobody", "anything goes here"),
        ("admin", "not the password at all"),
        ("bo", "anything goes here"),
        ("carl", "paper boat dances well"),
        ("anna", ANNA),
    ];
    let answers: Vec<Vec<String>> = tries
        .iter()
        .map(|(login, password)| {
            (0..6)
                .map(|_| {
                    let denial = world.sign_in(login, password).unwrap_err();
                    format!("{} / {:?}", denial.phrase(), denial.hint())
                })
                .collect()
        })
        .collect();
    for (answer, (login, _)) in answers.iter().zip(tries) {
        assert_eq!(answer, &answers[0], "{login}");
    }
    assert!(answers[0][3].contains("wait 1 s"), "{:?}", answers[0]);
}

#[test]
fn failures_make_each_next_try_wait_longer_in_every_process() {
    let (world, _admin, _) = World::with_anna();
    for _ in 0..3 {
        assert_eq!(world.sign_in("anna", "wrong"), Err(Denial::Failed));
    }
    let mut waits = Vec::new();
    for _ in 0..6 {
        let elsewhere = world.other();
        let told = elsewhere.sign_in("anna", &Secret::from(ANNA), None, Via::Cli, "x");
        let Err(Denial::Wait { seconds }) = told.map_err(denial) else { panic!("got in") };
        waits.push(seconds);
        world.wait(seconds as i64);
        assert_eq!(world.sign_in("anna", "wrong"), Err(Denial::Failed));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32]);
    // Others are not held up, and the right password ends it.
    assert!(world.sign_in("admin", ADMIN).is_ok());
    world.wait(64);
    assert!(world.sign_in("anna", ANNA).is_ok());
    assert_eq!(world.sign_in("anna", "wrong"), Err(Denial::Failed));
    assert!(world.sign_in("anna", ANNA).is_ok());
}

/// Attack: guess in parallel, so that every try is looked at before any failure is counted. Each must be
/// counted before it is looked at.
#[test]
fn guessing_in_parallel_gains_nothing() {
    let (world, _admin, _) = World::with_anna();
    let looked_at = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let told = world.other().sign_in("anna", &Secret::from("no"), None, Via::Cli, "x");
                match denial(told.unwrap_err()) {
                    Denial::Failed => *looked_at.lock().unwrap() += 1,
                    Denial::Wait { .. } => {}
                    other => panic!("{other:?}"),
                }
            });
        }
    });
    assert_eq!(looked_at.into_inner().unwrap(), 3);
}

#[test]
fn a_hundred_failures_lock_until_somebody_unlocks() {
    let (world, admin, anna) = World::with_anna();
    let seat = world.session("anna", ANNA);
    for _ in 0..100 {
        world.wait(900);
        assert_eq!(world.sign_in("anna", "wrong"), Err(Denial::Failed));
    }
    world.wait(100_000);
    assert_eq!(world.sign_in("anna", ANNA), Err(Denial::Failed), "locked");
    assert_eq!(reads(&seat).err().map(denial), Some(Denial::Ended));
    drop(admin);
    let admin = world.session("admin", ADMIN);
    admin.unlock(anna).unwrap();
    assert!(world.sign_in("anna", ANNA).is_ok());
}

#[test]
fn the_last_administrator_is_not_locked_nor_anybody_by_themselves() {
    let (_world, admin, anna) = World::with_anna();
    assert_eq!(admin.lock(RecordId(1)).map_err(denial), Err(Denial::Oneself));
    assert_eq!(admin.invite(RecordId(1), THREE_DAYS).map_err(denial), Err(Denial::Oneself));
    admin.lock(anna).unwrap();
    assert!(matches!(
        admin.invite(anna, THREE_DAYS).map_err(denial),
        Err(Denial::CannotBeInvited(_))
    ));
}

#[test]
fn a_seat_ends_by_signing_out_by_others_by_time_and_by_leaving() {
    let (world, mut admin, anna) = World::with_anna();
    let ended = Some(Denial::Ended);

    let token = world.sign_in("anna", ANNA).unwrap();
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    session.sign_out().unwrap();
    assert!(session.count("customer", None, None).err().map(denial) == ended);
    assert_eq!(world.gate.session_by(&token, Via::Cli).err().map(denial), ended);

    let mut session = world.session("anna", ANNA);
    let number = session.seats().unwrap()[0].number;
    admin.end_seat(number).unwrap();
    assert_eq!(session.refresh().err().map(denial), ended, "noticed when looking for news");

    let token_of_anna = world.sign_in("anna", ANNA).unwrap();
    let mut session = world.gate.session_by(&token_of_anna, Via::Cli).unwrap();
    let off = Edit::update("user", anna).typed("active", "no");
    admin.save(vec![off], "left").unwrap();
    // Whoever is in is told why; who opens a session by the token learns nothing.
    let told = session.refresh();
    assert!(matches!(told, Err(GateError::SignedOut { .. })), "{told:?}");
    assert_eq!(world.gate.session_by(&token_of_anna, Via::Cli).err().map(denial), ended);
    let on = Edit::update("user", anna).typed("active", "yes");
    admin.save(vec![on], "back").unwrap();

    let token = world.sign_in("admin", ADMIN).unwrap();
    let late = world.gate.session_by(&token, Via::Cli).unwrap();
    world.wait(12 * 3_600 - 1);
    assert_eq!(reads(&late).unwrap(), 0);
    world.wait(1);
    assert_eq!(reads(&late).err().map(denial), ended);
    assert_eq!(world.gate.session_by(&token, Via::Cli).err().map(denial), ended);
}

#[test]
fn an_ended_seat_writes_nothing() {
    let (world, admin, _) = World::with_anna();
    let mut second = world.session("admin", ADMIN);
    let plan = second.plan(vec![Edit::create("customer").typed("name", "Acme")], "late").unwrap();
    let number = second.seats().unwrap().iter().find(|seat| seat.mine).unwrap().number;
    admin.end_seat(number).unwrap();
    assert_eq!(second.apply(plan).err().map(denial), Some(Denial::Ended));
    assert_eq!(reads(&admin).unwrap(), 0);
}

#[test]
fn a_new_password_ends_the_other_seats_and_the_old_one() {
    let (world, _admin, _) = World::with_anna();
    let other = world.session("anna", ANNA);
    let mut mine = world.session("anna", ANNA);
    let new = Secret::from("seven grey herons wait");
    assert_eq!(
        mine.set_password(Some(&Secret::from("guess")), &new, "x").map_err(denial),
        Err(Denial::Failed)
    );
    assert_eq!(mine.set_password(None, &new, "x").map_err(denial), Err(Denial::Failed));
    assert_eq!(mine.set_password(Some(&Secret::from(ANNA)), &new, "x").map_err(denial), Ok(None));
    assert_eq!(mine.seats().unwrap().len(), 1, "goes on, alone");
    assert_eq!(other.seats().err().map(denial), Some(Denial::Ended));
    assert_eq!(world.sign_in("anna", ANNA), Err(Denial::Failed));
    assert!(world.sign_in("anna", new.reveal()).is_ok());
}

#[test]
fn users_and_schema_need_the_password_again_after_ten_minutes() {
    let (world, _, _) = World::with_anna();
    let mut admin = world.session("admin", ADMIN);
    world.wait(599);
    let bo = add_user(&mut admin, "Bo Berg", "bo");
    world.wait(1);
    let needed = Some(Denial::ConfirmNeeded);
    assert_eq!(admin.invite(bo, THREE_DAYS).err().map(denial), needed);
    assert_eq!(admin.lock(bo).err().map(denial), needed);
    assert_eq!(admin.begin_totp().err().map(denial), needed);
    let edit = || vec![Edit::update("user", bo).typed("name", "Bo Bergman")];
    assert_eq!(admin.save(edit(), "x").err().map(denial), needed);
    let plan = admin.plan_schema("company.toml", "").unwrap();
    assert_eq!(admin.apply_schema(&plan, false).err().map(denial), needed);
    // Customers do not.
    admin.save(vec![Edit::create("customer").typed("name", "Acme")], "x").unwrap();

    let wrong = admin.confirm_identity(&Secret::from("guess")).map_err(denial);
    assert_eq!(wrong, Err(Denial::Failed));
    admin.confirm_identity(&Secret::from(ADMIN)).unwrap();
    admin.save(edit(), "x").unwrap();
    admin.invite(bo, THREE_DAYS).unwrap();
}

#[test]
fn a_large_export_needs_the_password_again() {
    use kontor::exchange::export::{ExportFormat, ExportRequest, export};
    let (world, _, _) = World::with_anna();
    let mut admin = world.session("admin", ADMIN);
    let make = |count: usize| {
        (0..count).map(|n| Edit::create("product").typed("name", format!("P {n}"))).collect()
    };
    admin.save(make(1_000), "x").unwrap();
    world.wait(600);
    let write = |admin: &Session| {
        let mut out = Vec::new();
        export(admin, &ExportRequest::all("product"), ExportFormat::Csv, &mut out)
    };
    assert_eq!(write(&admin).unwrap(), 1_000);
    admin.save(make(1), "x").unwrap();
    let exports = || {
        let filter = Some(admin.audit_query("kind = export").unwrap());
        let asked = AuditRequest { filter, limit: 500, ..AuditRequest::default() };
        admin.audit(&asked).unwrap().entries.iter().map(|entry| entry.count).collect::<Vec<_>>()
    };
    let noted = exports();
    // Before a byte is written, and nothing is said to have left.
    let mut out = Vec::new();
    let refused = export(&admin, &ExportRequest::all("product"), ExportFormat::Csv, &mut out);
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("needs your password again"), "{told}");
    assert!(out.is_empty(), "{} bytes", out.len());
    assert_eq!(exports(), noted);
    // So many as may leave without it do.
    let few = ExportRequest { limit: Some(1_000), ..ExportRequest::all("product") };
    assert_eq!(export(&admin, &few, ExportFormat::Csv, &mut out).unwrap(), 1_000);
    admin.confirm_identity(&Secret::from(ADMIN)).unwrap();
    assert_eq!(write(&admin).unwrap(), 1_001);
}

#[test]
fn a_request_is_approved_with_the_password_given_lately() {
    use kontor::gate::{Decided, Wanted};
    let (world, _, anna) = World::with_anna();
    let mut admin = world.session("admin", ADMIN);
    admin.save(vec![Edit::update("user", anna).typed("roles", "Sales rep")], "x").unwrap();
    let mut session = world.session("anna", ANNA);
    let wanted = Wanted {
        right: kontor::policy::Right::Purge,
        entity: "customer".into(),
        record: None,
        field: None,
        reason: "tidying up".into(),
        lasts: 86_400,
    };
    let request = session.ask_access(&wanted).unwrap().records[0].clone().unwrap().id;
    world.wait(600);
    let approve = Decided::Approve { lasts: None, width: None };
    let refused = admin.decide_access(request, &approve, "").err().map(denial);
    assert_eq!(refused, Some(Denial::ConfirmNeeded));
    admin.confirm_identity(&Secret::from(ADMIN)).unwrap();
    admin.decide_access(request, &approve, "").unwrap();
    // Taking a right away needs none; giving it again by taking that back does.
    world.wait(600);
    let denied = admin.decide_access(request, &Decided::Deny, "").unwrap().change_set;
    let back = admin.plan_undo(denied).and_then(|plan| admin.undo(&plan));
    assert_eq!(back.err().map(denial), Some(Denial::ConfirmNeeded));
}

#[test]
fn nobody_ends_the_session_of_who_may_do_more() {
    let (world, _, anna) = World::with_anna();
    let mut admin = world.session("admin", ADMIN);
    admin.save(vec![Edit::update("user", anna).typed("roles", "Power user")], "x").unwrap();
    let session = world.session("anna", ANNA);
    let theirs = admin.seats().unwrap().into_iter().find(|seat| seat.mine).unwrap().number;
    let refused = session.end_seat(theirs).unwrap_err().to_string();
    assert!(refused.contains("administrator"), "{refused}");
    admin.demand_confirmed().unwrap();
    let own = session.seats().unwrap().into_iter().find(|seat| seat.mine).unwrap().number;
    admin.end_seat(own).unwrap();
}

#[test]
fn screens_that_were_open_before_the_first_password_come_from_here() {
    let world = World::new();
    let mut screens = world.gate.session(Via::Tui).unwrap();
    let mut elsewhere = world.gate.session(Via::Cli).unwrap();
    elsewhere.set_password(None, &Secret::from(ADMIN), "elsewhere").unwrap();
    assert_eq!(reads(&screens).err().map(denial), Some(Denial::Needed));
    screens.unlock_screen(&Secret::from(ADMIN), None).unwrap();
    let mine = screens.seats().unwrap().into_iter().find(|seat| seat.mine).unwrap();
    assert_eq!(mine.host, "local");
}

#[test]
fn a_second_factor_is_asked_for_and_its_codes_work_once() {
    let (world, _admin, _) = World::with_anna();
    let anna = world.session("anna", ANNA);
    let made = anna.begin_totp().unwrap();
    assert_eq!(anna.confirm_totp(&made, "000000").err().map(denial), Some(Denial::WrongCode));
    assert!(world.sign_in("anna", ANNA).is_ok(), "nothing counts before a code was given");
    let code = world.code(&made);
    let recovery = anna.confirm_totp(&made, &code).unwrap();
    assert_eq!(recovery.len(), 10);
    assert!(anna.way_in().unwrap().second_factor);

    assert_eq!(world.sign_in("anna", ANNA), Err(Denial::CodeNeeded));
    assert_eq!(world.sign_in_with("anna", ANNA, Some(&code)), Err(Denial::Failed), "used");
    world.wait(30);
    let code = world.code(&made);
    assert!(world.sign_in_with("anna", ANNA, Some(&code)).is_ok());
    assert_eq!(world.sign_in_with("anna", ANNA, Some(&code)), Err(Denial::Failed), "used");
    // The clock of the phone may be half a minute behind.
    world.wait(60);
    let old = code_at(&made, world.clock.now().timestamp() as u64 - 30);
    assert!(world.sign_in_with("anna", ANNA, Some(&old)).is_ok());

    let spoken = recovery[3].reveal().to_uppercase();
    assert!(world.sign_in_with("anna", ANNA, Some(&spoken)).is_ok());
    assert_eq!(world.sign_in_with("anna", ANNA, Some(&spoken)), Err(Denial::Failed), "used");
    assert_eq!(anna.way_in().unwrap().recovery_codes, 9);
}

/// Attack: replay a code in two processes at the same moment. Only one of them may get in.
#[test]
fn one_code_at_once_in_many_processes_lets_one_in() {
    let (world, _admin, _) = World::with_anna();
    let anna = world.session("anna", ANNA);
    let made = anna.begin_totp().unwrap();
    anna.confirm_totp(&made, &world.code(&made)).unwrap();
    world.wait(30);
    let code = world.code(&made);
    let entered = Mutex::new(0);
    std::thread::scope(|scope| {
        // Three tries are free; a fourth would only wait.
        for _ in 0..3 {
            scope.spawn(|| {
                let told =
                    world.other().sign_in("anna", &Secret::from(ANNA), Some(&code), Via::Cli, "x");
                *entered.lock().unwrap() += u32::from(told.is_ok());
            });
        }
    });
    assert_eq!(entered.into_inner().unwrap(), 1);
}

/// Attack: with a stolen password, ask without a code between guesses, so that the count begins anew.
#[test]
fn asking_without_a_code_does_not_forget_failures() {
    let (world, _admin, _) = World::with_anna();
    let anna = world.session("anna", ANNA);
    let made = anna.begin_totp().unwrap();
    anna.confirm_totp(&made, &world.code(&made)).unwrap();
    for _ in 0..3 {
        assert_eq!(world.sign_in("anna", ANNA), Err(Denial::CodeNeeded));
        assert_eq!(world.sign_in_with("anna", ANNA, Some("000000")), Err(Denial::Failed));
    }
    assert_eq!(world.sign_in("anna", ANNA), Err(Denial::Wait { seconds: 1 }));
}

#[test]
fn a_short_password_lives_with_its_second_factor_only() {
    let (world, _admin, _) = World::with_anna();
    let mut anna = world.session("anna", ANNA);
    let short = Secret::from("grey otter 7");
    let set = |anna: &mut Session, present: &str, new: &Secret| {
        anna.set_password(Some(&Secret::from(present)), new, "x").map_err(denial)
    };
    assert!(matches!(set(&mut anna, ANNA, &short), Err(Denial::Weak(_))));
    let made = anna.begin_totp().unwrap();
    anna.confirm_totp(&made, &world.code(&made)).unwrap();
    assert_eq!(set(&mut anna, ANNA, &short), Ok(None));
    assert_eq!(anna.drop_totp(None).map_err(denial), Err(Denial::ShortPassword));
    assert_eq!(set(&mut anna, short.reveal(), &Secret::from(ANNA)), Ok(None));
    anna.drop_totp(None).unwrap();
    assert!(world.sign_in("anna", ANNA).is_ok());
    assert_eq!(
        anna.new_recovery_codes().map(|codes| codes.len()).map_err(denial),
        Err(Denial::NoPassword)
    );
}

#[test]
fn somebody_who_lost_the_second_factor_is_helped() {
    let (world, admin, anna) = World::with_anna();
    let session = world.session("anna", ANNA);
    let made = session.begin_totp().unwrap();
    session.confirm_totp(&made, &world.code(&made)).unwrap();
    admin.drop_totp(Some(anna)).unwrap();
    assert!(world.sign_in("anna", ANNA).is_ok());
}

#[test]
fn files_of_before_get_the_tables() {
    let (world, _admin, _) = World::with_anna();
    let path = world.folder.path().join("old.db");
    drop(Gate::open(&path, options(&world.clock)).unwrap());
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(
        "DROP TABLE _credential; DROP TABLE _attempt; DROP TABLE _invite; DROP TABLE _seat;
         UPDATE _setting SET value = '1-0000000000000000' WHERE key = 'built-in';",
    )
    .unwrap();
    drop(old);
    let gate = Gate::open(&path, options(&world.clock)).unwrap();
    let mut owner = gate.session(Via::Cli).unwrap();
    owner.set_password(None, &Secret::from(ADMIN), "x").unwrap().unwrap();
    assert!(gate.needs_sign_in().unwrap());
}

/// Attack: look for secrets wherever something is written. Passwords, codes, tokens and keys are planted
/// and searched for in the bytes of the database, its log and ticket, in history, errors and exports.
#[test]
fn no_secret_is_ever_written_in_plain_text() {
    let (world, mut admin, anna) = World::with_anna();
    let mut planted: Vec<String> = vec![ADMIN.into(), ANNA.into()];
    let mut told: Vec<String> = Vec::new();
    let mut plant = |secret: &Secret| planted.push(secret.reveal().to_owned());

    let invite = admin.invite(anna, THREE_DAYS).unwrap();
    plant(&invite);
    let token = world.sign_in("anna", ANNA).unwrap();
    plant(token.secret());
    told.push(format!("{token:?}"));
    let mut session = world.gate.session_by(&token, Via::Cli).unwrap();
    let made = session.begin_totp().unwrap();
    plant(&made.typed);
    plant(&made.url);
    told.push(format!("{made:?}"));
    let code = world.code(&made);
    for code in session.confirm_totp(&made, &code).unwrap() {
        told.push(format!("{code:?}"));
        plant(&code);
    }
    // A password typed where the login belongs, and wrong ones of every kind.
    for (login, password) in
        [("canary-in-the-login", "x"), ("anna", "canary-as-password"), ("nobody", "canary-three")]
    {
        plant(&Secret::from(login));
        plant(&Secret::from(password));
        let error = world.gate.sign_in(login, &Secret::from(password), None, Via::Cli, "x");
        let error = error.unwrap_err();
        told.push(format!("{error} {error:?} {:?}", error.hint()));
    }
    let weak = Secret::from("canary");
    plant(&weak);
    let error = session.set_password(Some(&Secret::from(ANNA)), &weak, "x").unwrap_err();
    told.push(format!("{error} {error:?} {:?}", error.hint()));
    let long = Secret::from("canary sings at dawn for me");
    plant(&long);
    session.set_password(Some(&Secret::from(ANNA)), &long, "x").unwrap();
    drop(session);

    let history = admin
        .history(&kontor::gate::HistoryRequest { limit: 1_000, ..Default::default() })
        .unwrap();
    told.push(format!("{history:?}"));
    for (_, bytes) in files(world.folder.path()) {
        told.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    // "x" and "anna" stand everywhere; what is planted is long enough to be meant.
    for secret in planted.iter().filter(|secret| secret.len() > 4) {
        for text in &told {
            assert!(!text.contains(secret.as_str()), "{secret} stands in plain text");
        }
    }
    assert!(told.iter().any(|text| text.contains("$argon2id$v=19$m=65536,t=3,p=1$")));
    let _ = admin.refresh();
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), std::fs::read(&path).unwrap())
        })
        .collect()
}

/// What the log tells of how people get in: kind, what exactly, who, about whom.
fn told_of(admin: &Session) -> Vec<(String, String, String, Option<i64>)> {
    let kinds =
        "kind in (sign_in, sign_in_denied, confirmed, joined, invited, password, second_factor)";
    let filter = Some(admin.audit_query(kinds).unwrap());
    let page = admin.audit(&AuditRequest { filter, limit: 500, ..AuditRequest::default() });
    let mut told: Vec<_> = page
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| (entry.kind, entry.what, entry.by, entry.record.map(|of| of.id.0)))
        .collect();
    told.reverse();
    told
}

#[test]
fn the_log_tells_how_people_get_in() {
    let (world, admin, anna) = World::with_anna();
    let mut session = world.session("anna", ANNA);
    let wrong = session.unlock_screen(&Secret::from("a guess"), None).err().map(denial);
    assert_eq!(wrong, Some(Denial::Failed));
    session.unlock_screen(&Secret::from(ANNA), None).unwrap();
    let long = Secret::from("canary sings at dawn for me");
    session.set_password(Some(&Secret::from(ANNA)), &long, "x").unwrap();
    let made = session.begin_totp().unwrap();
    let first = world.code(&made);
    session.confirm_totp(&made, &first).unwrap();
    session.new_recovery_codes().unwrap();
    // Their session has ended: a wrong password, then the right one with a code.
    session.sign_out().unwrap();
    world.wait(60);
    let wrong = session.unlock_screen(&Secret::from("a guess"), None).err().map(denial);
    assert_eq!(wrong, Some(Denial::Failed));
    let code = world.code(&made);
    session.unlock_screen(&long, Some(&code)).unwrap();
    session.drop_totp(None).unwrap();
    world.wait(60);
    let made = session.begin_totp().unwrap();
    session.confirm_totp(&made, &world.code(&made)).unwrap();
    admin.drop_totp(Some(anna)).unwrap();
    admin.hand_password(anna).unwrap();
    let code = admin.invite(anna, THREE_DAYS).unwrap();
    world.gate.accept_invite(&code, &Secret::from(ANNA)).unwrap();

    let (by_admin, by_anna) = ("Administrator", "Anna Lind");
    let wanted = [
        ("password", "set", by_admin, 1),
        ("invited", "", by_admin, anna.0),
        ("joined", "", by_anna, anna.0),
        ("sign_in", "", by_anna, 0),
        ("sign_in_denied", "wrong password or code", by_anna, anna.0),
        ("confirmed", "", by_anna, anna.0),
        ("password", "changed", by_anna, anna.0),
        ("second_factor", "on", by_anna, anna.0),
        ("second_factor", "new recovery codes", by_anna, anna.0),
        ("sign_in_denied", "wrong password or code", by_anna, anna.0),
        ("sign_in", "", by_anna, anna.0),
        ("second_factor", "off", by_anna, anna.0),
        ("second_factor", "on", by_anna, anna.0),
        ("second_factor", "taken off", by_admin, anna.0),
        ("password", "handed out", by_admin, anna.0),
        ("invited", "", by_admin, anna.0),
        ("password", "set by an invitation", by_anna, anna.0),
    ];
    let told = told_of(&admin);
    for (nth, (kind, what, by, about)) in wanted.iter().enumerate() {
        let about = (*about != 0).then_some(*about);
        let entry = (kind.to_string(), what.to_string(), by.to_string(), about);
        assert_eq!(told.get(nth), Some(&entry), "{nth}: {told:?}");
    }
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    // Every kind has a name in both languages, and failures count as unusual.
    let catalog = admin.audit_catalog().unwrap();
    let kind = catalog.entity("audit").unwrap().field("kind").unwrap();
    for (word, ..) in wanted {
        let label = &kind.choice(word).unwrap().label;
        assert!(label.en != word && label.zh != label.en, "{word}");
    }
}

#[test]
fn last_seen_follows_what_is_done_to_the_minute() {
    let (world, admin, anna) = World::with_anna();
    let session = world.session("anna", ANNA);
    let seen = || {
        let seats = admin.seats().unwrap();
        seats.into_iter().find(|seat| seat.user == anna).unwrap().last_seen
    };
    let begun = seen();
    world.wait(50);
    session.note_use();
    assert_eq!(seen(), begun, "not every few seconds");
    world.wait(20);
    session.note_use();
    assert_eq!(seen(), begun + 70_000);
    world.wait(30);
    session.note_use();
    assert_eq!(seen(), begun + 70_000);
}

#[test]
fn a_login_is_no_reference_and_no_word_of_ours() {
    let (_world, mut admin, anna) = World::with_anna();
    for login in ["U-1", "u2", "c-7", "12", "me", "None", "-a", "anna lind"] {
        let made = Edit::create("user").typed("name", "T").typed("login", login);
        assert!(admin.save(vec![made], "test").is_err(), "{login}");
        let renamed = Edit::update("user", anna).typed("login", login);
        assert!(admin.save(vec![renamed], "test").is_err(), "{login}");
    }
    add_user(&mut admin, "T", "menuka.u-1");
}

#[test]
fn the_language_is_said_chosen_set_or_that_of_the_record() {
    use kontor::gate::Tongue::{Guessed, Said, Set};
    use kontor::model::Lang::{En, Zh};
    let (world, mut admin, anna) = World::with_anna();
    let session = world.session("anna", ANNA);
    // Nobody said anything: the system.
    assert_eq!(session.language(En, Guessed).unwrap(), En);
    assert_eq!(session.language(Zh, Guessed).unwrap(), Zh);
    let edit = Edit::update("user", anna).typed("language", "zh");
    admin.save(vec![edit], "test").unwrap();
    assert_eq!(session.language(En, Guessed).unwrap(), Zh);
    assert_eq!(session.language(En, Set).unwrap(), En);
    assert_eq!(session.language(En, Said).unwrap(), En);
    // What was chosen on the screens is above record and settings.
    session.keep(&[("language".to_owned(), Some("en".to_owned()))]).unwrap();
    assert_eq!(session.language(Zh, Guessed).unwrap(), En);
    assert_eq!(session.language(Zh, Set).unwrap(), En);
    assert_eq!(session.language(Zh, Said).unwrap(), Zh);
    // The screens take what was chosen by themselves; without it they speak as usual.
    assert_eq!(session.usual_language(En, Guessed).unwrap(), Zh);
    // It is nobody else's.
    assert_eq!(admin.language(En, Guessed).unwrap(), En);
}
