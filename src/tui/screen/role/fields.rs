//! The fields of one entity in a role: hidden, masked, to be read or to be changed; and the query that narrows
//! all scopes of the entity.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{RoleMatrix, edit};
use crate::model::Name;
use crate::policy::{FieldAccess, RoleRights};
use crate::query::Query;
use crate::schema::{Field, Origin};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::paint;
use crate::tui::rows::Step;
use crate::tui::theme::Role;
use crate::tui::widget::{TextEdit, draw};

/// Cells of a name.
const NAME: u16 = 28;

/// The page of one entity.
pub(super) struct FieldPage {
    pub entity: Name,
    /// The line under the cursor: the query first, then the fields.
    pub at: usize,
    /// The query while it is typed.
    pub typed: Option<TextEdit>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl FieldPage {
    pub fn new(entity: Name) -> Self {
        Self { entity, at: 0, typed: None, problem: None }
    }

    /// The fields that a role can keep from people: who holds a record decides what is seen of it.
    fn fields<'c>(&self, ctx: &'c Context) -> Vec<&'c Field> {
        let entity = ctx.catalog.entity(&self.entity);
        let fields = entity.into_iter().flat_map(|entity| &entity.fields);
        fields.filter(|field| field.origin != Origin::System).collect()
    }

    pub fn step(&mut self, step: Step, ctx: &Context) {
        let last = self.fields(ctx).len();
        self.at = match step {
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
            Step::By(by) => self.at.saturating_add_signed(by).min(last),
        };
    }

    /// Takes the query over, where it is one.
    pub fn narrow(&mut self, text: &str, rights: &mut RoleRights, ctx: &Context) {
        if let Err(error) = Query::parse(text, &ctx.catalog, &self.entity)
            && !text.is_empty()
        {
            self.problem = Some(ctx.said_syntax(&error));
            return;
        }
        let of = rights.entities.entry(self.entity.clone()).or_default();
        of.narrow = (!text.is_empty()).then(|| text.to_owned());
        self.typed = None;
    }

    pub fn draw(&self, rights: &RoleRights, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let fields = self.fields(ctx);
        let fit = usize::from(area.height).max(1);
        let top = (self.at + 1).saturating_sub(fit);
        for n in (top..=fields.len()).take(fit) {
            let y = area.y + (n - top) as u16;
            let place = Rect { y, height: 1, ..area };
            let chosen = n == self.at;
            let style = |role| ctx.style(if chosen { Role::Selected } else { role });
            if chosen {
                buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
                seen.cursor = Some(Position { x: place.x, y });
            }
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            paint::text(buf, place, marker, style(Role::Accent), ctx);
            let name = Rect { x: place.x + 2, width: NAME.min(area.width / 2), ..place };
            let value = Rect {
                x: name.right() + 1,
                width: area.right().saturating_sub(name.right() + 1),
                ..place
            };
            let (label, word, role) = if n == 0 {
                let narrow = rights.narrow(&self.entity).unwrap_or_else(|| ctx.t("matrix.always"));
                (ctx.t("matrix.where"), narrow, Role::Info)
            } else {
                let field = fields[n - 1];
                let level = rights.field(&self.entity, &field.name);
                // Nobody changes what is computed.
                let computed = field.meant().is_computed();
                let level = if computed { level.min(FieldAccess::Read) } else { level };
                (field.label.get(ctx.lang()), access(level, ctx), role_of(level))
            };
            paint::text(buf, name, Clean::line(label).as_str(), style(Role::Text), ctx);
            match (&self.typed, n) {
                (Some(edit), 0) => {
                    let cursor = draw::edited(buf, value, edit, ctx.style(Role::Input));
                    (seen.cursor, seen.types) = (Some(cursor), true);
                }
                _ => {
                    paint::text(buf, value, Clean::line(word).as_str(), style(role), ctx);
                }
            }
            if chosen {
                seen.tells(format!("{label}, {word}"));
            }
            seen.hit(place, Target::Row(n));
        }
        if let Some(problem) = &self.problem {
            let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
            let text = format!("! {problem}");
            paint::text(buf, line, &text, ctx.style(Role::Error), ctx);
        }
        seen.place(self.at, fields.len() + 1);
        seen
    }
}

impl RoleMatrix {
    /// An action on the page of an entity.
    pub(super) fn act_on_page(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let fixed = self.fixed(ctx);
        let page = self.page.as_mut()?;
        let writes = matches!(action, "role.cycle" | "role.where" | "nav.open");
        if let Some(why) = fixed.filter(|_| writes) {
            return Some(vec![Cmd::Say(Role::Warning, ctx.t(why).to_owned())]);
        }
        match action {
            "nav.back" => return self.back(ctx),
            "role.save" => return Some(self.ask_to_save(ctx)),
            "role.cycle" | "nav.open" if page.at > 0 => {
                let field = page.fields(ctx).get(page.at - 1).map(|field| field.name.clone());
                if let Some(field) = field {
                    let entity = page.entity.clone();
                    edit::cycle_field(&mut self.rights, &entity, &field);
                }
            }
            "role.cycle" | "nav.open" | "role.where" => {
                let now = self.rights.narrow(&page.entity).unwrap_or_default();
                page.at = 0;
                page.typed = Some(TextEdit::line(now));
            }
            "role.left" | "role.right" | "role.unassigned" | "role.compare" => {}
            _ => return None,
        }
        Some(Cmds::new())
    }
}

/// A level in the user's language.
pub(super) fn access(level: FieldAccess, ctx: &Context) -> &str {
    ctx.t(match level {
        FieldAccess::Hidden => "matrix.hidden",
        FieldAccess::Masked => "matrix.masked",
        FieldAccess::Read => "matrix.read",
        FieldAccess::Edit => "matrix.edit",
    })
}

fn role_of(level: FieldAccess) -> Role {
    match level {
        FieldAccess::Hidden | FieldAccess::Masked => Role::Warning,
        FieldAccess::Read => Role::Info,
        FieldAccess::Edit => Role::Text,
    }
}
