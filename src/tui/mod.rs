//! The screens: state, update and view, in the shape of Elm.
//!
//! ```text
//! host ── Input ──▶ App::update(&mut self) ──▶ Vec<Effect> ──▶ host (worker, clipboard, editor, quit)
//!                        App::view(&self, &mut Frame) ──▶ hit areas, cursor
//! ```
//!
//! An [`App`] is a stack of [`Layer`](layer::Layer)s: screens below, overlays above. A key goes
//! to the top layer and down until one consumes it; what it means is decided by the keymap and the
//! action table of [`crate::action`]. A layer never waits: it asks by [`Request`](request::Request) and
//! goes on with what it has until the [`Reply`](request::Reply) lands. Replies that a newer request has
//! overtaken are dropped by their number.
//!
//! Nothing here reads stdin, stdout, the environment or the clock, nothing opens a file, and there is no
//! global: two people with different themes, sizes and languages run in one process. The present, the
//! size and the colours come in through [`Context`]; the [`host`](crate::host) drives.
//!
//! Start at [`app::App`], then one screen, say [`screen::list`].

pub mod account;
pub mod app;
pub mod bulk;
mod cell;
pub mod chrome;
mod columns;
pub mod context;
mod draft;
mod figures;
mod filter;
pub mod form;
pub mod guard;
pub mod hit;
mod import;
pub mod layer;
pub mod message;
pub mod overlay;
pub mod paint;
pub mod pair;
pub mod prefs;
pub mod remind;
pub mod request;
mod rows;
mod said;
pub mod screen;
pub mod state;
mod table;
pub mod theme;
pub mod tutor;
pub mod views;
pub mod widget;
mod write;

pub use crate::action::key;
pub use app::App;
pub use context::Context;
pub use hit::{Hit, Seen, Target};
pub use pair::{Pair, Side};
pub use prefs::Prefs;
pub use state::State;
pub use theme::{Role, Theme};
