//! Kontor: a CRM that lives in the terminal.
//!
//! Five ideas carry the house: one schema, one gate, a change is data, one query language, one
//! action table. Imports between the rooms go down only, which `tests/architecture.rs` holds:
//!
//! `model` < `syntax` `secret` `vcard` < `schema` < `query` < `policy` `term` `matching` `quality` < `gate` < `action` `capture` `exchange` `report` `demo` <
//! `tui` `cli` < `host` `config` < `main`.
//!
//! Start reading at [`model`] (plain values), then [`gate::Session`] (the only door to data).

pub mod action;
pub mod capture;
pub mod cli;
pub mod config;
pub mod demo;
pub mod exchange;
pub mod gate;
pub mod host;
pub mod matching;
pub mod model;
pub mod policy;
pub mod quality;
pub mod query;
pub mod report;
pub mod schema;
pub mod secret;
pub mod syntax;
pub mod term;
pub mod tui;
pub mod vcard;
