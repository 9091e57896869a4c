//! A role as a matrix: entities down, rights across, how far each reaches in between; and the same of a user,
//! with the roles behind each cell.
//!
//! What is changed stays on the screen until it is saved as one change set, after a look at all that would
//! differ. Nobody changes a role here who may not, nor their own: the gate asks again. Start at
//! [`RoleMatrix::of_role`] and [`RoleMatrix::of_user`]; cells are changed in `edit`, drawn in `view`.

mod edit;
mod fields;
mod view;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::fields::FieldPage;
pub(in crate::tui) use self::view::{long, right};
use crate::action::{Key, KeyCode, Place, Situation};
use crate::gate::ListRequest;
use crate::model::{Edit, Lang, Name, Record, RecordRef, Value};
use crate::policy::{
    Aspect, FieldAccess, Right, Role, RoleDifference, RoleRights, Scope, Special, compare,
};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::overlay::choose::Choose;
use crate::tui::overlay::confirm::Confirm;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::state::State;
use crate::tui::theme;
use crate::tui::widget::{Act, keys};

const READ: Slot = Slot("role.read", 0);
const SAVE: Slot = Slot("role.save", 0);
const ROLES: Slot = Slot("role.others", 0);
/// What a confirmed question is told back as.
const YES_SAVE: &str = "role.save";
const YES_LEAVE: &str = "role.leave";
const COMPARE: &str = "role.compare";
/// So many roles can be compared with.
const MOST: usize = 500;
/// So many differences are told before a role is saved.
const TOLD: usize = 12;

/// A line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// What holds for entities that the role does not name.
    Others,
    /// An entity.
    Entity(Name),
    /// A right about the program.
    Special(Special),
    /// Signing in with a second factor.
    TwoFactor,
}

/// A role, or all that a user may do, as a matrix.
pub struct RoleMatrix {
    of: RecordRef,
    name: String,
    /// The role as it was read; none of a user.
    record: Option<Record>,
    /// The roles of the user.
    roles: Vec<Role>,
    saved: RoleRights,
    rights: RoleRights,
    row: usize,
    col: usize,
    page: Option<FieldPage>,
    /// The role that it is held against.
    other: Option<(String, RoleRights)>,
    /// Roles to choose from.
    known: Vec<Record>,
    landed: bool,
    problem: Option<State>,
    /// It was not saved for want of the password, which is being asked for.
    unconfirmed: bool,
}

impl RoleMatrix {
    /// The matrix of a role, to be changed by who may.
    #[must_use]
    pub fn of_role(role: RecordRef) -> Self {
        Self::new(role)
    }

    /// All that a user may do, by which role.
    #[must_use]
    pub fn of_user(user: RecordRef) -> Self {
        Self::new(user)
    }

    fn new(of: RecordRef) -> Self {
        Self {
            of,
            name: String::new(),
            record: None,
            roles: Vec::new(),
            saved: RoleRights::default(),
            rights: RoleRights::default(),
            row: 0,
            col: 0,
            page: None,
            other: None,
            known: Vec::new(),
            landed: false,
            problem: None,
            unconfirmed: false,
        }
    }

    fn is_of_user(&self) -> bool {
        self.of.entity == "user"
    }

    fn is_changed(&self) -> bool {
        self.rights != self.saved
    }

    /// Why nothing can be changed here, if so: the key of a sentence.
    fn fixed(&self, ctx: &Context) -> Option<&'static str> {
        if ctx.viewing.is_some() {
            return Some("matrix.viewing");
        }
        if self.is_of_user() {
            return Some("matrix.of_user");
        }
        if !ctx.person.may(Special::Roles) {
            return Some("matrix.read_only");
        }
        if self.rights.everything {
            return Some("matrix.everything");
        }
        None
    }

    fn lines(&self, ctx: &Context) -> Vec<Line> {
        let entities = ctx.catalog.entities().map(|entity| Line::Entity(entity.name.clone()));
        let others = (!self.is_of_user()).then_some(Line::Others);
        let specials = Special::ALL.map(Line::Special);
        entities.chain(others).chain(specials).chain([Line::TwoFactor]).collect()
    }

    fn line(&self, ctx: &Context) -> Option<Line> {
        self.lines(ctx).into_iter().nth(self.row)
    }

    fn right(&self) -> Right {
        Right::ALL[self.col.min(Right::ALL.len() - 1)]
    }

    fn step(&mut self, step: Step, ctx: &Context) {
        let last = self.lines(ctx).len().saturating_sub(1);
        self.row = match step {
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
            Step::By(by) => self.row.saturating_add_signed(by).min(last),
        };
    }

    /// Changes the cell under the cursor, unless nothing can be changed here.
    fn change(&mut self, ctx: &Context, how: impl FnOnce(&mut RoleRights, &Line, Right)) -> Cmds {
        if let Some(why) = self.fixed(ctx) {
            return vec![Cmd::Say(theme::Role::Warning, ctx.t(why).to_owned())];
        }
        if let Some(line) = self.line(ctx) {
            let right = self.right();
            how(&mut self.rights, &line, right);
        }
        Cmds::new()
    }

    fn ask_to_save(&self, ctx: &Context) -> Cmds {
        if let Some(why) = self.fixed(ctx) {
            return vec![Cmd::Say(theme::Role::Warning, ctx.t(why).to_owned())];
        }
        let found = compare(&self.saved, &self.rights, &ctx.catalog);
        if found.is_empty() {
            return vec![Cmd::Say(theme::Role::Muted, ctx.t("matrix.same").to_owned())];
        }
        let mut told: Vec<String> =
            found.iter().take(TOLD).map(|difference| told(difference, ctx)).collect();
        if found.len() > TOLD {
            told.push(ctx.tf("matrix.more", &[("n", &(found.len() - TOLD).to_string())]));
        }
        // One line each: this is read before it is agreed to.
        let mut changes = vec![String::new()];
        changes.extend(told.iter().map(|change| Clean::line(change).into_string()));
        let changes = changes.join("\n");
        let text = ctx.tf("matrix.confirm", &[("changes", &changes)]);
        vec![Cmd::Push(Box::new(Confirm::new(YES_SAVE, text)))]
    }

    fn save(&self) -> Cmds {
        let Some(record) = &self.record else { return Cmds::new() };
        let rights = Value::from(self.rights.print().as_str());
        let edits = vec![Edit::of(record).with("rights", rights)];
        vec![Cmd::Ask(SAVE, Request::Save { edits, why: "edit role".to_owned() })]
    }

    fn take(&mut self, rights: RoleRights, name: String) {
        if !self.is_changed() || !self.landed {
            self.rights = rights.clone();
        }
        (self.saved, self.name, self.landed, self.problem) = (rights, name, true, None);
    }

    fn back(&mut self, ctx: &Context) -> Option<Cmds> {
        if self.page.take().is_some() {
            return Some(Cmds::new());
        }
        if self.is_changed() {
            let text = ctx.t("matrix.leave").to_owned();
            return Some(vec![Cmd::Push(Box::new(Confirm::new(YES_LEAVE, text)))]);
        }
        None
    }

    fn compare_with(&mut self) -> Cmds {
        if self.other.take().is_some() {
            return Cmds::new();
        }
        vec![Cmd::Ask(ROLES, Request::List(ListRequest::first("role", MOST)))]
    }

    fn open(&mut self, ctx: &Context) -> Cmds {
        if let Some(Line::Entity(name)) = self.line(ctx) {
            self.page = Some(FieldPage::new(name));
        }
        Cmds::new()
    }
}

/// A difference in a few words.
fn told(difference: &RoleDifference, ctx: &Context) -> String {
    let entity = |name: &Name| {
        let known = ctx.catalog.entity(name);
        known.map_or_else(|| name.to_string(), |known| known.plural.get(ctx.lang()).to_owned())
    };
    let between = if ctx.lang() == Lang::Zh { "" } else { " " };
    let what = match &difference.aspect {
        Aspect::Everything => ctx.t("matrix.all_rights").to_owned(),
        Aspect::TwoFactor => ctx.t("matrix.two_factor").to_owned(),
        Aspect::Special(special) => view::special(*special, ctx).to_owned(),
        Aspect::Right(name, right) => {
            format!("{}{between}{}", entity(name), view::right(*right, ctx))
        }
        Aspect::Narrow(name) => format!("{}{between}{}", entity(name), ctx.t("matrix.where")),
        Aspect::Field(name, field) => {
            let label = ctx.catalog.entity(name).and_then(|known| known.field(field));
            let label = label.map_or(field.as_str(), |known| known.label.get(ctx.lang()));
            format!("{}{between}{label}", entity(name))
        }
    };
    let word = |word: &str| match &difference.aspect {
        Aspect::Right(_, right) if *right != Right::Create => Scope::parse(word)
            .map_or_else(|| word.to_owned(), |scope| view::long(scope, *right, ctx)),
        Aspect::Field(..) => FieldAccess::of_word(word)
            .map_or_else(|| word.to_owned(), |level| fields::access(level, ctx).to_owned()),
        Aspect::Narrow(_) if word.is_empty() => "-".to_owned(),
        Aspect::Narrow(_) => word.to_owned(),
        _ => ctx.t(if word == "yes" { "matrix.yes" } else { "matrix.no" }).to_owned(),
    };
    let colon = if ctx.lang() == Lang::Zh { "：" } else { ": " };
    let arrow = ctx.glyphs().arrow;
    format!("{what}{colon}{} {arrow} {}", word(&difference.before), word(&difference.after))
}

impl Layer for RoleMatrix {
    fn place(&self) -> Place {
        if self.page.as_ref().is_some_and(|page| page.typed.is_some()) {
            Place::Filter
        } else {
            Place::Matrix
        }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let own = match (self.name.as_str(), self.is_of_user()) {
            ("", _) => ctx.t("matrix.title").to_owned(),
            (name, true) => ctx.tf("matrix.user_title", &[("name", name)]),
            (name, false) => ctx.format.title("role", name).to_owned(),
        };
        let mut trail = vec![own];
        trail.extend(self.page.as_ref().and_then(|page| {
            Some(ctx.catalog.entity(&page.entity)?.plural.get(ctx.lang()).to_owned())
        }));
        let right = match &self.other {
            Some((name, _)) => {
                ctx.tf("matrix.against", &[("role", ctx.format.title("role", name))])
            }
            None if self.is_changed() => ctx.t("matrix.changed").to_owned(),
            None => String::new(),
        };
        Heading { trail, aside: ctx.catalog.reference(&self.of), right }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.record = Some(self.of.clone());
        at.fixed = self.fixed(ctx);
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        vec![self.of.clone()]
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if std::mem::take(&mut self.unconfirmed) { self.save() } else { Cmds::new() }
    }

    fn status(&self, ctx: &Context) -> Option<(theme::Role, String)> {
        self.fixed(ctx).map(|why| (theme::Role::Muted, ctx.t(why).to_owned()))
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        let request = if self.is_of_user() {
            Request::RolesOf(self.of.id)
        } else {
            Request::Get(self.of.clone())
        };
        vec![Cmd::Ask(READ, request)]
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == SAVE || !self.landed
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.is_changed()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let page = self.page.as_mut()?;
        let edit = page.typed.as_mut()?;
        match key.code {
            KeyCode::Esc => page.typed = None,
            KeyCode::Enter => {
                let text = edit.text().trim().to_owned();
                page.narrow(&text, &mut self.rights, ctx);
            }
            _ => {
                edit.apply(keys::act(key)?);
                page.problem = None;
            }
        }
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Some(edit) = self.page.as_mut().and_then(|page| page.typed.as_mut()) {
            edit.apply(Act::Insert(text.to_owned()));
        }
        Cmds::new()
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if let Some(step) = Step::of_action(action, 10) {
            match &mut self.page {
                Some(page) => page.step(step, ctx),
                None => self.step(step, ctx),
            }
            return Some(Cmds::new());
        }
        if self.page.is_some() {
            return self.act_on_page(action, ctx);
        }
        let last = Right::ALL.len() - 1;
        match action {
            "role.left" => self.col = self.col.saturating_sub(1),
            "role.right" => self.col = (self.col + 1).min(last),
            "role.cycle" => return Some(self.change(ctx, edit::cycle)),
            "role.unassigned" => return Some(self.change(ctx, edit::unassigned)),
            "role.save" => return Some(self.ask_to_save(ctx)),
            "role.compare" => return Some(self.compare_with()),
            "nav.open" => return Some(self.open(ctx)),
            "role.where" => {
                self.open(ctx);
                return self.act_on_page(action, ctx);
            }
            "nav.back" => return self.back(ctx),
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        match (target, &mut self.page) {
            (Target::Card(row, col), None) => {
                let there = (self.row, self.col) == (*row, *col);
                (self.row, self.col) = (*row, *col);
                Some(if there { self.change(ctx, edit::cycle) } else { Cmds::new() })
            }
            (Target::Row(row), Some(page)) => {
                page.at = *row;
                Some(Cmds::new())
            }
            _ => None,
        }
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            YES_SAVE => {
                self.unconfirmed = false;
                return self.save();
            }
            YES_LEAVE => {
                self.rights = self.saved.clone();
                return vec![Cmd::Close];
            }
            COMPARE => {
                let found = self.known.iter().find(|role| role.id.to_string() == choice);
                self.other = found.map(|role| {
                    let text = |field: &str| role.get(field).as_text().unwrap_or_default();
                    (text("name").to_owned(), RoleRights::read(text("rights"), &ctx.catalog))
                });
            }
            _ => {}
        }
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Record(role)) => {
                let text = |field: &str| role.get(field).as_text().unwrap_or_default().to_owned();
                let rights = RoleRights::read(&text("rights"), &ctx.catalog);
                self.take(rights, text("name"));
                self.record = Some(*role);
            }
            Ok(Reply::Roles(name, roles)) => {
                self.take(edit::united(&roles, &ctx.catalog), name);
                self.roles = roles;
            }
            Ok(Reply::Page(page)) if slot == ROLES => {
                self.known = page.rows;
                let choices = self.known.iter().filter(|role| role.id != self.of.id);
                let choices = choices.map(|role| {
                    let name = role.get("name").as_text().unwrap_or_default();
                    (role.id.to_string(), ctx.format.title("role", name).to_owned())
                });
                let title = ctx.t("matrix.compare").to_owned();
                let list = Choose::listing(COMPARE, title, choices.collect());
                return vec![Cmd::Push(Box::new(list))];
            }
            Ok(Reply::Saved(_)) => {
                self.saved = self.rights.clone();
                let text = ctx
                    .tf("matrix.saved", &[("role", &self.name), ("key", &ctx.key_of("app.undo"))]);
                return vec![Cmd::Written(None), Cmd::Say(theme::Role::Good, text)];
            }
            Ok(_) => {}
            Err(error) if slot == READ => self.problem = Some(State::of(&error, ctx)),
            Err(error) => {
                self.unconfirmed = slot == SAVE && error.wants_password();
                return vec![Cmd::Say(theme::Role::Error, ctx.said(&error))];
            }
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(problem) = &self.problem {
            return problem.draw(buf, area, ctx);
        }
        if !self.landed {
            return State::awaited(ctx).map(|s| s.draw(buf, area, ctx)).unwrap_or_default();
        }
        match &self.page {
            Some(page) => page.draw(&self.rights, area, buf, ctx),
            None => view::draw(self, area, buf, ctx),
        }
    }
}
