//! The choices of a select or multi-select: what they are called and what they stand for.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::label::Label;
use super::recur::Every;

/// Whether a choice means that the matter goes on, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It goes on.
    Open,
    /// It ended well.
    Won,
    /// It ended badly.
    Lost,
    /// It ended, neither well nor badly.
    Closed,
}

impl Standing {
    /// The word used in queries: `stage.state = open`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Closed => "closed",
        }
    }
}

/// One choice of a select or multi-select, in the order in which people see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Label,
    /// A colour role (`good`, `warning`, `bad`, `info`, `muted`); the theme decides the colour.
    pub color: Option<String>,
    /// For stages and statuses: open, won, lost or closed. Asked for as `stage.state`.
    pub standing: Option<Standing>,
    /// For stages: the probability in percent. Asked for as `stage.probability`.
    pub probability: Option<Decimal>,
    /// For stages: the days without a sign of life after which a record that stands there is stale.
    pub stale_days: Option<u32>,
    /// For stages: the pipelines that have it; empty means all.
    pub pipelines: Vec<String>,
    /// For repetitions: the step to the next one.
    pub every: Option<Every>,
    /// No longer offered, still understood.
    pub retired: bool,
}
