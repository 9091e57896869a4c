//! What is owed between a right password and the file: a second factor that a role demands, a password that
//! somebody else set. Every way around it is tried.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use common::{Moved, denial};
use kontor::gate::{Count, Denial, Duty, Gate, GateError, OpenOptions, SeatToken, Session, Via};
use kontor::model::{Clock, Edit, Name, RecordId, Value};
use kontor::secret::{Enrolment, RECOVERY_CODES, Secret};

const ADMIN: &str = "glad otter mixes tea";
const ANNA: &str = "violet kayak trumpet";
const OTHER: &str = "paper boat dances well";

/// A file with an administrator who has a password, Anna, who joined, and a role that demands a second factor.
struct World {
    clock: Arc<Moved>,
    gate: Gate,
    admin: Session,
    anna: RecordId,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Moved::default());
        let gate = Gate::open(&folder.path().join("team.db"), options(&clock)).unwrap();
        let mut admin = gate.session(Via::Cli).unwrap();
        let mut add =
            |edit: Edit| admin.save(vec![edit], "test").unwrap().records[0].clone().unwrap().id;
        let anna = add(Edit::create("user").typed("name", "Anna Lind").typed("login", "anna"));
        add(Edit::create("role").typed("name", "Careful").typed("key", "careful").with(
            "rights",
            Value::from("two_factor = true\n\n[entity.customer]\nread = \"all\"\n"),
        ));
        admin.set_password(None, &Secret::from(ADMIN), "here").unwrap().unwrap();
        let code = admin.invite(anna, std::time::Duration::from_hours(72)).unwrap();
        gate.accept_invite(&code, &Secret::from(ANNA)).unwrap();
        Self { clock, gate, admin, anna, _folder: folder }
    }

    /// As [`World::new`], and Anna has the role.
    fn demanding() -> Self {
        let mut world = Self::new();
        world.roles("Careful");
        world
    }

    fn roles(&mut self, roles: &str) {
        let edit = Edit::update("user", self.anna).typed("roles", roles);
        self.admin.save(vec![edit], "test").unwrap();
    }

    fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Another process on the same file.
    fn other(&self) -> Gate {
        Gate::open(self.gate.path(), options(&self.clock)).unwrap()
    }

    fn sign_in(&self, password: &str, code: Option<&str>) -> Result<SeatToken, Denial> {
        self.gate
            .sign_in("anna", &Secret::from(password), code, Via::Cli, "somewhere")
            .map_err(denial)
    }

    /// What an authenticator would show.
    fn code(&self, made: &Enrolment) -> String {
        let key = totp_rs::Secret::try_from_base32(made.typed.reveal()).unwrap();
        let now = self.clock.now().timestamp() as u64;
        totp_rs::Builder::new().with_secret(key).build_noncompliant().generate(now).to_string()
    }

    /// Nothing is read or written by the token.
    fn is_out(&self, token: &SeatToken, why: &Denial) {
        for via in [Via::Cli, Via::Tui, Via::Import, Via::System] {
            for gate in [self.gate.clone(), self.other()] {
                assert_eq!(gate.session_by(token, via).err().map(denial).as_ref(), Some(why));
            }
        }
    }
}

fn options(clock: &Arc<Moved>) -> OpenOptions {
    OpenOptions {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        // Passwords are made by it: counted ones would be patterns.
        entropy: Arc::new(kontor::host::OsEntropy),
        ..common::options()
    }
}

fn reads(session: &Session) -> Result<u64, GateError> {
    session.count("user", None, None).map(|count| match count {
        Count::Exactly(number) | Count::AtLeast(number) => number,
    })
}

fn demanded() -> Option<Duty> {
    Some(Duty::SecondFactor { roles: vec!["Careful".into()] })
}

#[test]
fn a_role_leads_into_setting_a_second_factor_up() {
    let world = World::demanding();
    let token = world.sign_in(ANNA, None).unwrap();
    world.is_out(&token, &Denial::Unfinished);
    assert_eq!(world.gate.duty(&token).unwrap(), demanded());
    assert!(world.admin.seats().unwrap().iter().all(|seat| seat.login != "anna"), "not in yet");

    let made = world.gate.begin_factor(&token).unwrap();
    let wrong = world.gate.meet_factor(&token, &made, "000000").err().map(denial);
    assert_eq!(wrong, Some(Denial::WrongCode));
    world.is_out(&token, &Denial::Unfinished);
    let code = world.code(&made);
    let codes = world.gate.meet_factor(&token, &made, &code).unwrap();
    assert_eq!(codes.len(), RECOVERY_CODES);
    assert_eq!(world.gate.duty(&token).unwrap(), None);
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    assert_eq!(reads(&session).unwrap(), 2);
    assert!(session.seats().unwrap()[0].second_factor);

    // The code of the set-up was used by it.
    assert_eq!(world.sign_in(ANNA, None), Err(Denial::CodeNeeded));
    assert_eq!(world.sign_in(ANNA, Some(&code)), Err(Denial::Failed));
    let again = world.gate.meet_factor(&token, &made, &code).err().map(denial);
    assert_eq!(again, Some(Denial::Ended));
    world.wait(30);
    let token = world.sign_in(ANNA, Some(&world.code(&made))).unwrap();
    assert_eq!(world.gate.duty(&token).unwrap(), None);
    assert!(world.gate.session_by(&token, Via::Tui).is_ok());
    // A recovery code gets in as well.
    assert!(world.sign_in(ANNA, Some(codes[0].reveal())).is_ok());
}

#[test]
fn the_role_that_everybody_has_demands_it_too() {
    let mut world = World::new();
    let roles = world.admin.lookup_keys("role", "key", &["baseline".to_owned()]).unwrap();
    let baseline = roles[0].unwrap();
    let role = kontor::model::RecordRef::new("role", baseline);
    let found = world.admin.get(&role).unwrap();
    let rights = format!("two_factor = true\n{}", found.get("rights").as_text().unwrap());
    let edit = Edit::update("role", baseline).with("rights", Value::from(rights.as_str()));
    world.admin.save(vec![edit], "test").unwrap();
    let token = world.sign_in(ANNA, None).unwrap();
    assert!(matches!(world.gate.duty(&token).unwrap(), Some(Duty::SecondFactor { .. })));
    // Administrators are no exception.
    let password = Secret::from(ADMIN);
    let token = world.gate.sign_in("admin", &password, None, Via::Cli, "x").unwrap();
    world.is_out(&token, &Denial::Unfinished);
}

/// Attack: two processes set a second factor up at once, so that the second one's key takes the place of the
/// first one's. Or: kill a set-up in the middle and go on with what it left.
#[test]
fn a_set_up_that_is_interrupted_or_overtaken_leaves_nothing() {
    let world = World::demanding();
    let first = world.sign_in(ANNA, None).unwrap();
    let made = world.gate.begin_factor(&first).unwrap();
    // Killed here: the next sign-in begins anew, with another key.
    let second = world.sign_in(ANNA, None).unwrap();
    let elsewhere = world.other();
    assert_eq!(elsewhere.duty(&second).unwrap(), demanded());
    let other = elsewhere.begin_factor(&second).unwrap();
    assert_ne!(made.typed, other.typed);
    elsewhere.meet_factor(&second, &other, &world.code(&other)).unwrap();

    // The first one was not dead, only slow: it is over, and the key is the second one's.
    let late = world.gate.meet_factor(&first, &made, &world.code(&made)).err().map(denial);
    assert_eq!(late, Some(Denial::Ended));
    world.is_out(&first, &Denial::Ended);
    world.wait(30);
    assert_eq!(world.sign_in(ANNA, Some(&world.code(&made))), Err(Denial::Failed));
    assert!(world.sign_in(ANNA, Some(&world.code(&other))).is_ok());
}

#[test]
fn the_threshold_holds_for_ten_minutes_of_a_clock_that_goes_forward() {
    let world = World::demanding();
    let token = world.sign_in(ANNA, None).unwrap();
    world.wait(599);
    assert_eq!(world.gate.duty(&token).unwrap(), demanded());
    let made = world.gate.begin_factor(&token).unwrap();
    world.wait(1);
    let over = Some(Denial::Ended);
    assert_eq!(world.gate.duty(&token).err().map(denial), over);
    let late = world.gate.meet_factor(&token, &made, &world.code(&made)).err().map(denial);
    assert_eq!(late, over);
    let token = world.sign_in(ANNA, None).unwrap();
    world.wait(-3_600);
    assert_eq!(world.gate.duty(&token).err().map(denial), over, "set back");
    assert_eq!(world.gate.duty(&SeatToken::new(Secret::from("guess"))).err().map(denial), over);
}

/// Attack: sign in, be locked or deactivated, and go on with the set-up.
#[test]
fn whoever_may_not_act_any_more_goes_no_further() {
    for locks in [true, false] {
        let mut world = World::demanding();
        let token = world.sign_in(ANNA, None).unwrap();
        let made = world.gate.begin_factor(&token).unwrap();
        if locks {
            world.admin.lock(world.anna).unwrap();
        } else {
            let off = Edit::update("user", world.anna).typed("active", "no");
            world.admin.save(vec![off], "left").unwrap();
        }
        let code = world.code(&made);
        let told = world.gate.meet_factor(&token, &made, &code).err().map(denial);
        assert_eq!(told, Some(Denial::Ended));
        world.is_out(&token, &Denial::Ended);
    }
}

#[test]
fn a_role_that_begins_to_demand_it_is_for_the_next_sign_in() {
    let mut world = World::new();
    let token = world.sign_in(ANNA, None).unwrap();
    let session = world.gate.session_by(&token, Via::Tui).unwrap();
    assert!(!session.way_in().unwrap().owes_factor());
    world.roles("Careful");
    // The open session goes on, and can say it.
    let mut session = world.gate.session_by(&token, Via::Tui).unwrap();
    assert_eq!(reads(&session).unwrap(), 2);
    let way = session.way_in().unwrap();
    assert!(way.owes_factor());
    assert_eq!(way.demanded_by, ["Careful"]);
    assert_eq!(world.admin.way_in_of(world.anna).unwrap().demanded_by, ["Careful"]);
    // Where its seat has ended it does not begin anew without.
    world.wait(12 * 3_600);
    let unlocked = session.unlock_screen(&Secret::from(ANNA), None).err().map(denial);
    assert_eq!(unlocked, Some(Denial::Unfinished));
    assert!(reads(&session).is_err());
    let next = world.sign_in(ANNA, None).unwrap();
    world.is_out(&next, &Denial::Unfinished);
    // Where it is demanded no more, the threshold is none.
    world.admin = {
        let token = world.gate.sign_in("admin", &Secret::from(ADMIN), None, Via::Cli, "x").unwrap();
        world.gate.session_by(&token, Via::Cli).unwrap()
    };
    world.roles("");
    assert_eq!(world.gate.duty(&next).unwrap(), None);
    assert!(world.gate.session_by(&next, Via::Cli).is_ok());
}

#[test]
fn what_a_role_demands_is_not_taken_off() {
    let mut world = World::demanding();
    let token = world.sign_in(ANNA, None).unwrap();
    let made = world.gate.begin_factor(&token).unwrap();
    world.gate.meet_factor(&token, &made, &world.code(&made)).unwrap();
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    let refused = Some(Denial::Demanded { roles: vec!["Careful".into()] });
    assert_eq!(session.drop_totp(None).err().map(denial), refused);
    assert!(session.way_in().unwrap().second_factor);
    // Somebody lost the phone: an administrator takes it off, which ends what is open and has it set up anew.
    world.admin.drop_totp(Some(world.anna)).unwrap();
    assert!(reads(&session).is_err());
    let token = world.sign_in(ANNA, None).unwrap();
    assert_eq!(world.gate.duty(&token).unwrap(), demanded());
    // Without the demand it is one's own to take off.
    world.roles("");
    assert_eq!(world.gate.duty(&token).unwrap(), None);
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    let made = session.begin_totp().unwrap();
    session.confirm_totp(&made, &world.code(&made)).unwrap();
    // The same code is none for a second set-up with the same key.
    let again = session.confirm_totp(&made, &world.code(&made)).err().map(denial);
    assert_eq!(again, Some(Denial::WrongCode));
    session.drop_totp(None).unwrap();
}

#[test]
fn a_password_that_somebody_else_set_is_changed_before_anything_else() {
    let mut world = World::new();
    let open = world.gate.session_by(&world.sign_in(ANNA, None).unwrap(), Via::Cli).unwrap();
    let handed = world.admin.hand_password(world.anna).unwrap();
    assert!(reads(&open).is_err(), "ended");
    assert_eq!(world.sign_in(ANNA, None), Err(Denial::Failed));
    assert!(world.admin.way_in_of(world.anna).unwrap().must_change);
    let token = world.sign_in(handed.reveal(), None).unwrap();
    world.is_out(&token, &Denial::Unfinished);
    let Some(Duty::Password { own, second_factor: false }) = world.gate.duty(&token).unwrap()
    else {
        panic!("no duty")
    };
    assert_eq!(own, ["Anna Lind", "anna"]);
    let set = |password: &str| {
        world.gate.meet_password(&token, &Secret::from(password)).err().map(denial)
    };
    assert!(matches!(set("short"), Some(Denial::Weak(_))));
    assert!(matches!(set("AnnaLindAnnaLind2026"), Some(Denial::Weak(_))));
    assert_eq!(set(handed.reveal()), Some(Denial::SamePassword));
    world.is_out(&token, &Denial::Unfinished);
    assert_eq!(set(OTHER), None);
    assert!(reads(&world.gate.session_by(&token, Via::Cli).unwrap()).is_ok());
    assert_eq!(set(ANNA), Some(Denial::Ended), "once");
    assert_eq!(world.sign_in(handed.reveal(), None), Err(Denial::Failed));
    let token = world.sign_in(OTHER, None).unwrap();
    assert_eq!(world.gate.duty(&token).unwrap(), None);

    // Both, one after the other; what was done stays done when somebody is killed in between.
    let handed = world.admin.hand_password(world.anna).unwrap();
    world.roles("Careful");
    let token = world.sign_in(handed.reveal(), None).unwrap();
    let early = world.gate.begin_factor(&token).unwrap();
    let told = world.gate.meet_factor(&token, &early, &world.code(&early)).err().map(denial);
    assert_eq!(told, Some(Denial::Ended), "the password first");
    world.gate.meet_password(&token, &Secret::from(ANNA)).unwrap();
    world.is_out(&token, &Denial::Unfinished);
    let token = world.sign_in(ANNA, None).unwrap();
    assert_eq!(world.gate.duty(&token).unwrap(), demanded());
}

#[test]
fn nobody_hands_a_password_to_themselves_or_without_the_right() {
    let world = World::new();
    let me = world.admin.actor().person().user;
    assert_eq!(world.admin.hand_password(me).err().map(denial), Some(Denial::Oneself));
    let anna = world.gate.session_by(&world.sign_in(ANNA, None).unwrap(), Via::Cli).unwrap();
    assert!(matches!(anna.hand_password(me), Err(GateError::Denied(_))));
    assert!(matches!(anna.way_in_of(me), Err(GateError::Denied(_))));
    let password = Secret::from(ADMIN);
    assert!(world.gate.sign_in("admin", &password, None, Via::Cli, "x").is_ok());
}

#[test]
fn the_company_says_how_long_one_is_in() {
    let mut world = World::new();
    let schema = |session: &mut Session, text: &str| {
        let plan = session.plan_schema("company.toml", text).map_err(|error| error.to_string())?;
        session.apply_schema(&plan, false).map(drop).map_err(|error| error.to_string())
    };
    for wrong in ["13", "0", "-1", "\"2\""] {
        let text = format!("[company]\nsign_in_hours = {wrong}\n");
        assert!(schema(&mut world.admin, &text).is_err(), "{wrong}");
    }
    let before = world.gate.session_by(&world.sign_in(ANNA, None).unwrap(), Via::Tui).unwrap();
    schema(&mut world.admin, "[company]\nsign_in_hours = 2\nlock_after = 5\n").unwrap();
    let token = world.sign_in(ANNA, None).unwrap();
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    assert_eq!(session.catalog().company.lock_after, Some(5));
    world.wait(2 * 3_600 - 1);
    assert!(reads(&session).is_ok() && world.gate.session_by(&token, Via::Cli).is_ok());
    world.wait(1);
    world.is_out(&token, &Denial::Ended);
    assert_eq!(reads(&session).err().map(denial), Some(Denial::Ended));
    // One that was open before the change hears of it at the next look.
    let mut before = before;
    let _ = before.refresh();
    assert_eq!(reads(&before).err().map(denial), Some(Denial::Ended));
}

/// Attack: set the clock of the machine back, so that a seat never grows old.
#[test]
fn a_clock_that_is_set_back_ends_what_began_after_it() {
    let world = World::new();
    world.wait(86_400);
    let token = world.sign_in(ANNA, None).unwrap();
    let session = world.gate.session_by(&token, Via::Cli).unwrap();
    world.wait(-60);
    assert!(reads(&session).is_ok(), "clocks are corrected a little");
    world.wait(-3_600);
    assert_eq!(reads(&session).err().map(denial), Some(Denial::Ended));
    world.is_out(&token, &Denial::Ended);
}

#[test]
fn a_served_session_asks_for_the_password_of_whoever_has_one() {
    let mut world = World::new();
    let served = |via| world.gate.session_of(RecordId(1), via).unwrap();
    let screens = served(Via::Tui);
    assert_eq!(screens.demand_confirmed().err().map(denial), Some(Denial::ConfirmNeeded));
    let wrong = screens.confirm_identity(&Secret::from("guess")).err().map(denial);
    assert_eq!(wrong, Some(Denial::Failed));
    assert!(screens.demand_confirmed().is_err());
    screens.confirm_identity(&Secret::from(ADMIN)).unwrap();
    screens.demand_confirmed().unwrap();
    // It holds for this session only, and for ten minutes.
    assert!(served(Via::Tui).demand_confirmed().is_err());
    world.wait(600);
    assert_eq!(screens.demand_confirmed().err().map(denial), Some(Denial::ConfirmNeeded));

    // A single command cannot be asked.
    let mut command = served(Via::Cli);
    let refused = command.save(vec![Edit::update("user", world.anna).typed("position", "x")], "x");
    assert_eq!(refused.err().map(denial), Some(Denial::ConfirmInScreens));
    command.save(vec![Edit::create("customer").typed("name", "Acme")], "x").unwrap();

    world.admin.confirm_identity(&Secret::from(ADMIN)).unwrap();
    // Whoever has none is vouched for by the key, and sets none from outside.
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    let bo = world.admin.save(vec![bo], "x").unwrap().records[0].clone().unwrap().id;
    let mut bo = world.gate.session_of(bo, Via::Tui).unwrap();
    bo.demand_confirmed().unwrap();
    let first = bo.set_password(None, &Secret::from(OTHER), "ssh").err().map(denial);
    assert_eq!(first, Some(Denial::InvitationFirst));

    // A password that somebody else knows confirms nothing.
    let handed = world.admin.hand_password(world.anna).unwrap();
    let mut anna = world.gate.session_of(world.anna, Via::Tui).unwrap();
    assert_eq!(anna.confirm_identity(&handed).err().map(denial), Some(Denial::ChangeFirst));
    assert!(anna.demand_confirmed().is_err());
    assert!(anna.set_password(Some(&handed), &Secret::from(OTHER), "ssh").unwrap().is_none());
    anna.demand_confirmed().unwrap();
}

/// A user of whom nothing says whether they are active gets in by no way: not by password, not by key.
#[test]
fn nothing_said_of_active_is_not_active_everywhere() {
    let mut world = World::new();
    let token = world.sign_in(ANNA, None).unwrap();
    let mut given = world.gate.session_of(world.anna, Via::Cli).unwrap();
    assert!(world.gate.user_of_login("anna").is_ok());
    let nothing = Edit::update("user", world.anna).with("active", Value::Null);
    world.admin.save(vec![nothing], "test").unwrap();
    let user = kontor::model::RecordRef::new("user", world.anna);
    assert!(world.admin.get(&user).unwrap().get("active").is_null());

    assert_eq!(world.sign_in(ANNA, None), Err(Denial::Failed));
    world.is_out_as_signed_out(&token);
    assert!(matches!(world.gate.user_of_login("anna"), Err(GateError::SignedOut { .. })));
    assert!(matches!(
        world.gate.session_of(world.anna, Via::Cli),
        Err(GateError::SignedOut { .. })
    ));
    assert!(given.refresh().is_err());
    let invited = world.admin.invite(world.anna, std::time::Duration::from_hours(1));
    assert!(matches!(invited.map_err(denial), Err(Denial::CannotBeInvited(_))));
    let who = world.admin.who_can(kontor::policy::Right::Read, &user).unwrap();
    assert!(who.iter().all(|able| able.user != world.anna));
    // Nor is an administrator of whom nothing is said one who is left.
    let me = Edit::update("user", RecordId(1)).with("active", Value::Null);
    assert!(world.admin.save(vec![me], "test").is_err());
    assert!(world.admin.count(&Name::from("customer"), None, None).is_ok());
}

impl World {
    fn is_out_as_signed_out(&self, token: &SeatToken) {
        let told = self.gate.session_by(token, Via::Cli);
        assert!(matches!(told, Err(GateError::SignIn(_) | GateError::SignedOut { .. })));
    }
}
