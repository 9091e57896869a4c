//! What is done with a report: another period, another group, another figure in the chart.

use super::{Action, Group, Place, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let report = plain(Group::Report, &[Place::Reports]);
    vec![
        report.footer(2).named("report.next"),
        report.named("report.previous"),
        report.footer(3).counted().named("report.earlier"),
        report.counted().named("report.later"),
        report.footer(4).named("report.period"),
        report.footer(5).named("report.split"),
        report.footer(6).named("report.figure"),
        report.footer(7).named("report.chart"),
        report.cli("report").named("report.export"),
    ]
}
