//! Data in and out: CSV imports that are planned like any other change, and exports.
//!
//! An import never writes by itself: it builds edits and hands them to the gate, so validation,
//! history, undo and dry runs are the gate's. Start at [`json`] for the shape of records in JSON.

pub mod json;
