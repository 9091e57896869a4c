//! A believable trading company to try things on: two years of its life, played day by day.
//!
//! The story is played forward in time through the gate with a clock of its own, so that stages,
//! history, serial numbers and time stamps come about as they would have. Everything is drawn from one
//! seeded generator: the same seed, size and day make the same company. It knows no front end and
//! writes only through [`Session::save`](crate::gate::Session::save). Start at [`make`].

mod again;
mod cast;
mod clock;
mod deals;
mod desk_work;
mod practice;
mod setting;
mod story;
#[rustfmt::skip] // Tables read best as tables.
mod words;
mod writer;

use std::path::Path;
use std::sync::Arc;

use chrono::{Duration, SubsecRound};

use crate::gate::{Gate, OpenOptions, Result, Via};
pub use practice::practice;

use clock::PastClock;
use story::Story;
use writer::Writer;

/// Days that the story goes back.
const DAYS: i64 = 730;

/// Customers that have a story; any more are only in the books.
const WITH_STORY: u32 = 2000;

/// Which company to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// How many customers.
    pub customers: u32,
    /// Another number makes another company.
    pub seed: u64,
}

/// Makes a company in a new file. `watch` is told how many of how many customers are in the books.
///
/// # Errors
/// Where the file cannot be made or written to.
pub fn make(
    path: &Path,
    recipe: Recipe,
    options: &OpenOptions,
    watch: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let now = options.clock.now().trunc_subsecs(0);
    let clock = Arc::new(PastClock::new(now - Duration::days(DAYS + 20)));
    let past = OpenOptions {
        create: true,
        clock: Arc::clone(&clock) as Arc<dyn crate::model::Clock>,
        ..options.clone()
    };
    let session = Gate::open(path, past)?.session(Via::System)?;
    let writer = Writer::new(session, clock);
    let mut story = Story::new(writer, recipe.seed, now, options.zone);
    story.set_the_stage()?;
    let told = recipe.customers.min(WITH_STORY);
    let total = u64::from(recipe.customers);
    story.fill_the_books(recipe.customers - told, &mut |done| watch(done, total))?;
    story.play(told, &mut |done| watch(total - u64::from(told) + done, total))?;
    story.end()
}
