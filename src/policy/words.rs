//! Rights in the words of a sentence.

use super::{FieldAccess, Right, Special};
use crate::model::{Phrase, phrase};

/// `edit records`, as it follows "the right to".
#[must_use]
pub fn right(right: Right) -> Phrase {
    match right {
        Right::Read => phrase!("read records"),
        Right::Create => phrase!("create records"),
        Right::Edit => phrase!("edit records"),
        Right::Delete => phrase!("delete records"),
        Right::Restore => phrase!("restore records"),
        Right::Export => phrase!("export records"),
        Right::Import => phrase!("import records"),
        Right::Bulk => phrase!("change many records at once"),
        Right::Assign => phrase!("assign records"),
        Right::Merge => phrase!("merge records"),
        Right::Purge => phrase!("purge records"),
        Right::Erase => phrase!("erase personal data"),
    }
}

/// `manage users`, as it follows "the right to".
#[must_use]
pub fn special(special: Special) -> Phrase {
    match special {
        Special::Users => phrase!("manage users"),
        Special::Roles => phrase!("manage roles"),
        Special::Schema => phrase!("manage the schema"),
        Special::Automation => phrase!("manage automation"),
        Special::Audit => phrase!("see the audit log"),
        Special::Backup => phrase!("make backups"),
        Special::Settings => phrase!("change settings"),
        Special::ViewAs => phrase!("view as another user"),
        Special::Unlock => phrase!("unlock users"),
    }
}

/// `change`, as it follows "let you".
#[must_use]
pub fn access(access: FieldAccess) -> Phrase {
    match access {
        FieldAccess::Edit => phrase!("change"),
        FieldAccess::Hidden | FieldAccess::Masked | FieldAccess::Read => phrase!("see"),
    }
}
