//! Which records are the same: normal forms, comparisons, weights, candidates, pairs and groups.
//!
//! Pure: it is handed texts and a [`DuplicateRule`](crate::schema::DuplicateRule) and hands back pairs with
//! a score from 0 to 1 and the reasons in words. It reads no file and no database; the gate feeds it what
//! a person sees. Start at [`Pool`] (records put in normal form), then [`Scan`] (all pairs, piece by
//! piece) and [`Pool::probe`] (one record against all); [`Queue`] is what was found, to be gone through.

mod alike;
mod edits;
mod group;
mod hash;
mod keys;
mod mail;
mod names;
mod normal;
mod pool;
mod queue;
mod reason;
mod scan;
mod several;
mod weigh;
mod words;

pub use group::{Cluster, clusters, clusters_apart, one_to_one};
pub use pool::{Cells, Pool, telling_words};
pub use queue::{Case, Queue};
pub use reason::{Reason, reasons};
pub use scan::{Pair, Scan};
pub use weigh::Judged;
