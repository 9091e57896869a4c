//! Records that are parts of another one: the lines of an order, whose rights hold for them.

use super::Entity;
use crate::model::Name;

/// How the records of an entity belong to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOf {
    /// The link field that leads to it.
    pub through: Name,
    /// Its entity.
    pub of: Name,
    /// Whoever may change it may change its parts, and no other right counts; else its parts are only seen
    /// with it, and have rights of their own besides.
    pub wholly: bool,
}

impl Entity {
    /// What the records of this entity are parts of, where the rights on that hold for them.
    #[must_use]
    pub fn whole(&self) -> Option<&PartOf> {
        self.part.as_ref().filter(|part| part.wholly)
    }

    /// Looks up where the link to the whole leads, once the fields are there.
    pub(super) fn find_whole(&mut self) {
        let Some(part) = &self.part else { return };
        let to = self.field(&part.through).and_then(|field| field.kind.link_target()).cloned();
        if let (Some(part), Some(to)) = (&mut self.part, to) {
            part.of = to;
        }
    }
}
