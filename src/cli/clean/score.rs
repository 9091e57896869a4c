//! `clean --score`: how good the data were from day to day.

use serde_json::json;

use crate::cli::desk::{Desk, entity};
use crate::cli::error::Result;
use crate::cli::output::{Head, Needs, OutputFormat, Row};
use crate::gate::DayScore;
use crate::model::phrase;

/// Days of each entity that a table shows.
const DAYS: usize = 14;
/// Days in the line that is drawn of them.
const DRAWN: usize = 40;
/// The steps of that line.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A score as it is told: `93.4`.
pub(super) fn points(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The scores that were kept.
pub(super) fn run(desk: &mut Desk<'_, '_>, word: Option<&str>) -> Result<()> {
    let name = word.map(|word| desk.entity(word).map(|entity| entity.name.clone())).transpose()?;
    let scores = desk.session.scores(name.as_deref())?;
    let table = desk.format == OutputFormat::Table;
    let human = desk.format.needs() == Needs::Human;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for own in scores.chunk_by(|one, other| one.entity == other.entity) {
        let label = entity(&desk.catalog, &own[0].entity)?.plural.get(desk.env.lang).to_owned();
        let skipped = if table { own.len().saturating_sub(DAYS) } else { 0 };
        for score in &own[skipped..] {
            let name = if human { label.clone() } else { score.entity.to_string() };
            rows.push(row(score, name));
        }
        if own.len() > 1 {
            lines.push((label, drawn(own)));
        }
    }
    if rows.is_empty() && table {
        return desk.say(&phrase!(
            "No score was kept yet: `kontor clean` by somebody who sees everything keeps one a day."
        ));
    }
    let heads = vec![
        Head::left("entity", phrase!("Entity")),
        Head::left("day", phrase!("Day")),
        Head::right("score", phrase!("Score")),
        Head::right("records", phrase!("Records")),
        Head::right("clean", phrase!("Without findings")),
        Head::right("findings", phrase!("Findings")),
    ];
    desk.table(heads, rows)?;
    if table && !lines.is_empty() {
        writeln!(desk.env.out)?;
        for (label, line) in lines {
            writeln!(desk.env.out, "{}  {line}", crate::term::Clean::line(&label).as_str())?;
        }
        desk.env.out.flush()?;
    }
    Ok(())
}

fn row(score: &DayScore, name: String) -> Row {
    let findings: u64 = score.found.values().sum();
    let cells = vec![
        name,
        score.day.to_string(),
        points(score.tenths),
        score.records.to_string(),
        score.clean.to_string(),
        findings.to_string(),
    ];
    let json = json!({
        "entity": score.entity.as_str(),
        "day": score.day.to_string(),
        "score": f64::from(score.tenths) / 10.0,
        "records": score.records,
        "clean": score.clean,
        "found": score.found,
    });
    Row { reference: score.entity.to_string(), cells, json }
}

/// The last days as a line, between the worst and the best of them: `▁▃▆█ 81.2 - 93.4`.
fn drawn(own: &[DayScore]) -> String {
    let last = &own[own.len().saturating_sub(DRAWN)..];
    let least = last.iter().map(|score| score.tenths).min().unwrap_or_default();
    let most = last.iter().map(|score| score.tenths).max().unwrap_or_default();
    let step = |score: &DayScore| {
        let span = (most - least).max(1);
        let at = (score.tenths - least) * (STEPS.len() as u32 - 1) / span;
        STEPS.get(at as usize).copied().unwrap_or(STEPS[0])
    };
    let line: String = last.iter().map(step).collect();
    format!("{line}  {} - {}", points(least), points(most))
}
