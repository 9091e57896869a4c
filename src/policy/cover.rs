//! What a role would give that a person does not have: nobody gives more than they hold, neither by a role
//! that they hand out nor by what they write into one.
//!
//! Scopes are compared by their width: whoever has `team` may give `team`, whatever teams there are. What
//! somebody was granted for a while is not theirs to give. Start at [`beyond`].

use super::fields::field_access;
use super::reach::guardian;
use super::{FieldAccess, Person, Right, RoleRights, Scope, Special, Width, words};
use crate::model::{Fill, Name, Phrase, phrase};
use crate::schema::{Catalog, Origin};

/// A right that is more than a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excess {
    /// Everything there is.
    Everything,
    /// A right about the program.
    Special(Special),
    /// A right on an entity, so far.
    Right(Right, Name, Scope),
    /// Access to a field.
    Field(FieldAccess, Name, Name),
}

impl Excess {
    /// That it is missing, as a sentence.
    pub(super) fn tell(
        &self,
        entity_name: &dyn Fn(&Name) -> Fill,
        field_name: &dyn Fn(&Name, &Name) -> Fill,
    ) -> Phrase {
        match self {
            Self::Everything => phrase!("only an administrator may do this"),
            Self::Special(special) => phrase!(
                "nobody grants what they do not have: you lack the right to {right}",
                right = words::special(*special)
            ),
            Self::Right(Right::Create, entity, _) => phrase!(
                "nobody grants what they do not have: you lack the right to {right} ({entity})",
                right = words::right(Right::Create),
                entity = entity_name(entity)
            ),
            Self::Right(right, entity, scope) => phrase!(
                "nobody grants what they do not have: you lack the right to {right} ({entity}: {scope})",
                right = words::right(*right),
                entity = entity_name(entity),
                scope = scope.print()
            ),
            Self::Field(access, entity, field) => phrase!(
                "nobody grants what they do not have: your roles do not let you {access} {field} ({entity})",
                access = words::access(*access),
                field = field_name(entity, field),
                entity = entity_name(entity)
            ),
        }
    }
}

/// The first right of a role that `person` does not have; of a role that grants `known` already, only what
/// is new. None where there is no such right.
#[must_use]
pub fn beyond(
    person: &Person,
    rights: &RoleRights,
    known: Option<&RoleRights>,
    catalog: &Catalog,
) -> Option<Excess> {
    if person.is_administrator() {
        return None;
    }
    if rights.everything {
        return Some(Excess::Everything);
    }
    let new = |special: &&Special| !known.is_some_and(|known| has(known, **special));
    if let Some(special) = rights.special.iter().filter(new).find(|special| !person.may(**special))
    {
        return Some(Excess::Special(*special));
    }
    let own = || person.roles.iter().map(|role| &role.rights);
    for entity in catalog.entities() {
        let name = &entity.name;
        let guards = guardian(name).is_some_and(|special| person.may(special));
        for right in Right::ALL {
            let scope = rights.scope(name, right);
            // What one owns one sees and changes, whatever the roles say.
            let anybodys = matches!(right, Right::Read | Right::Edit)
                && scope.width <= Width::Own
                && !scope.unassigned;
            let wanted = Wanted { entity: name, right, scope, narrow: rights.narrow(name) };
            if scope.is_none()
                || anybodys
                || guards
                || wanted.is_within(known.into_iter())
                || wanted.is_within(own())
            {
                continue;
            }
            return Some(Excess::Right(right, name.clone(), scope));
        }
        let reads = |rights: &RoleRights| !rights.scope(name, Right::Read).is_none();
        for field in entity.fields.iter().filter(|field| field.origin != Origin::System) {
            let level = rights.field(name, &field.name);
            let before = known.map(|known| known.field(name, &field.name));
            // What a role keeps back counts for those too whom no role lets read: see `field_access`.
            let raises = before.is_some_and(|before| {
                before < level && (reads(rights) || before < FieldAccess::Read)
            });
            let gives = reads(rights) && !known.is_some_and(reads);
            if (gives || raises) && field_access(person, entity, field) < level {
                return Some(Excess::Field(level, name.clone(), field.name.clone()));
            }
        }
    }
    None
}

/// The first field that a role keeps back from `person`: to put the role away would open it.
#[must_use]
pub fn opens(person: &Person, rights: &RoleRights, catalog: &Catalog) -> Option<Excess> {
    for (entity, kept) in &rights.entities {
        let Some(entity) = catalog.entity(entity) else { continue };
        for (field, level) in &kept.fields {
            let Some(of) = entity.field(field) else { continue };
            let access = field_access(person, entity, of);
            if *level < FieldAccess::Read && access < FieldAccess::Read {
                return Some(Excess::Field(FieldAccess::Read, entity.name.clone(), field.clone()));
            }
        }
    }
    None
}

fn has(rights: &RoleRights, special: Special) -> bool {
    rights.everything || rights.special.contains(&special)
}

/// A right that is held against what roles grant.
struct Wanted<'a> {
    entity: &'a str,
    right: Right,
    scope: Scope,
    narrow: Option<&'a str>,
}

impl Wanted<'_> {
    /// Whether roles together reach as far: those that are not narrowed, or narrowed alike.
    fn is_within<'r>(&self, roles: impl Iterator<Item = &'r RoleRights>) -> bool {
        let (mut width, mut unassigned) = (Width::None, false);
        for rights in roles {
            let narrow = rights.narrow(self.entity);
            if narrow.is_none() || narrow == self.narrow || self.right == Right::Create {
                let scope = rights.scope(self.entity, self.right);
                width = width.max(scope.width);
                unassigned |= scope.unassigned;
            }
        }
        width >= self.scope.width && (unassigned || !self.scope.unassigned)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::RecordId;
    use crate::policy::Role;

    fn person(roles: &[&str], catalog: &Catalog) -> Person {
        let roles = roles.iter().map(|text| Role {
            id: RecordId(9),
            name: "R".into(),
            rights: RoleRights::parse(text, catalog).unwrap(),
        });
        let roles: Vec<Role> = roles.collect();
        let careful = roles.iter().map(|role| role.rights.clone()).collect();
        Person {
            roles: Arc::new(roles),
            careful: Arc::new(careful),
            ..Person::administrator(RecordId(5), "Mia")
        }
    }

    #[test]
    fn more_than_one_has_is_found_by_name() {
        let catalog = crate::schema::load(None).unwrap();
        let mia = person(
            &[
                "special = [\"roles\"]\n[entity.deal]\nread = \"team\"\nfields = { amount = \"read\" }",
                "[entity.customer]\nread = \"all\"\nwhere = 'name ~ blue'\n[entity.deal]\ncreate = true",
            ],
            &catalog,
        );
        let deal = || Name::from("deal");
        for (text, known, expected) in [
            ("everything = true", "", Some(Excess::Everything)),
            ("special = [\"roles\"]", "", None),
            ("special = [\"audit\"]", "", Some(Excess::Special(Special::Audit))),
            ("special = [\"audit\"]", "special = [\"audit\"]", None),
            // One's own is everybody's.
            ("[entity.lead]\nread = \"own\"\nedit = \"own\"", "", None),
            (
                "[entity.lead]\nexport = \"own\"",
                "",
                Some(Excess::Right(Right::Export, "lead".into(), Scope::of(Width::Own))),
            ),
            ("[entity.deal]\ncreate = true\nfields = { amount = \"read\" }", "", None),
            ("[entity.deal]\nread = \"team\"\nfields = { amount = \"masked\" }", "", None),
            (
                "[entity.deal]\nread = \"team\"",
                "",
                Some(Excess::Field(FieldAccess::Edit, deal(), "amount".into())),
            ),
            ("[entity.deal]\nread = \"own\"", "[entity.deal]\nread = \"own\"", None),
            (
                "[entity.deal]\nread = \"team+sub\"",
                "",
                Some(Excess::Right(Right::Read, deal(), Scope::of(Width::TeamAndSub))),
            ),
            (
                "[entity.deal]\nread = \"own+unassigned\"",
                "",
                Some(Excess::Right(
                    Right::Read,
                    deal(),
                    Scope { width: Width::Own, unassigned: true },
                )),
            ),
            // Narrowed alike, further, and not at all.
            ("[entity.customer]\nread = \"all\"\nwhere = 'name ~ blue'", "", None),
            (
                "[entity.customer]\nread = \"all\"\nwhere = 'name ~ red'",
                "",
                Some(Excess::Right(Right::Read, "customer".into(), Scope::ALL)),
            ),
            (
                "[entity.customer]\nread = \"all\"",
                "[entity.customer]\nread = \"all\"\nwhere = 'name ~ red'",
                Some(Excess::Right(Right::Read, "customer".into(), Scope::ALL)),
            ),
            // What holds for all the rest.
            (
                "[entity.\"*\"]\nread = \"team\"",
                "",
                Some(Excess::Right(Right::Read, "activity".into(), Scope::of(Width::Team))),
            ),
            // Less than it was is anybody's to write who may write roles at all.
            (
                "[entity.lead]\nexport = \"team\"",
                "[entity.lead]\nexport = \"all\"\ndelete = \"all\"",
                None,
            ),
        ] {
            let read = |text: &str| RoleRights::parse(text, &catalog).unwrap();
            let known = (!known.is_empty()).then(|| read(known));
            let found = beyond(&mia, &read(text), known.as_ref(), &catalog);
            let expected_word = format!("{expected:?}");
            match (&found, &expected) {
                // Which entity comes first is the catalogue's affair.
                (Some(Excess::Right(a, _, b)), Some(Excess::Right(c, name, d)))
                    if *name == "activity" =>
                {
                    assert_eq!((a, b), (c, d));
                }
                _ => assert_eq!(found, expected, "{text}: {expected_word}"),
            }
        }
        assert_eq!(
            beyond(
                &Person::administrator(RecordId(1), "A"),
                &RoleRights { everything: true, ..RoleRights::default() },
                None,
                &catalog
            ),
            None
        );
    }

    #[test]
    fn what_a_role_keeps_back_is_not_opened_by_those_it_is_kept_from() {
        let catalog = crate::schema::load(None).unwrap();
        let hides = "[entity.deal]\nread = \"all\"\nfields = { amount = \"hidden\" }";
        let rights = RoleRights::parse(hides, &catalog).unwrap();
        let mut mia = person(&["special = [\"roles\"]"], &catalog);
        assert_eq!(opens(&mia, &rights, &catalog), None);
        mia.careful = Arc::new(vec![rights.clone()]);
        let excess = Excess::Field(FieldAccess::Read, "deal".into(), "amount".into());
        assert_eq!(opens(&mia, &rights, &catalog), Some(excess));
        let open = RoleRights::parse("[entity.deal]\nread = \"all\"", &catalog).unwrap();
        assert!(matches!(
            beyond(&mia, &open, Some(&rights), &catalog),
            Some(Excess::Field(_, _, field)) if field == "amount"
        ));
    }
}
