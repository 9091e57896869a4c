//! Plain values: names, ids, amounts, records and changes.
//!
//! Nothing here does I/O, knows SQL or draws. Start at [`Value`] and [`ChangeSet`].

mod change;
mod clock;
mod grid;
mod io;
mod money;
mod name;
mod phrase;
mod record;
pub mod text;
mod toml;
mod value;
mod week;

pub use change::{Base, Change, ChangeSet, Edit, FieldChange, Input, Op, Shift, Target};
pub use clock::{Clock, Entropy};
pub use grid::{Datum, Grid, GridHead};
pub use money::{Currency, Money, SCALE};
pub use name::{Name, RecordId, RecordRef};
pub(crate) use phrase::phrase;
pub use phrase::{Fill, Phrase};
pub use record::{Meta, Record};
pub use value::{Address, ContactPoint, Link, Value};
pub use week::{WeekStart, week_of};

/// The languages Kontor speaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// `en`, `zh`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language of that code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::En, Self::Zh].into_iter().find(|lang| lang.code() == code)
    }
}
