//! What a report names must be there, and be of a kind that can be counted so.

use super::reader::{Item, Problems};
use super::words::{list, nearest};
use crate::model::{Phrase, phrase};
use crate::schema::report::{Derived, MeasureDef, Report, Take, can_group};
use crate::schema::{Entity, Field, FieldResult, FieldType};

/// Checks a report that was read without a mistake.
pub(super) fn check(
    report: &Report,
    item: &Item<'_>,
    entities: &[Entity],
    problems: &mut Problems<'_>,
) {
    let mut check = Check { report, item, problems };
    if report.entity.is_empty() {
        check.wrong("entity", phrase!("a report needs an `entity`: what it is about"), None);
        return;
    }
    let Some(entity) = entities.iter().find(|entity| entity.name == *report.entity) else {
        if !check.problems.gave_up(&report.entity) {
            let hint = did_you(&report.entity, entities.iter().map(|entity| entity.name.as_str()));
            check.wrong(
                "entity",
                phrase!("there is no entity `{entity}`", entity = &report.entity),
                hint,
            );
        }
        return;
    };
    if report.measure.is_empty() {
        let hint = phrase!("write [[report.{name}.measure]]", name = &report.name);
        check.wrong("measure", phrase!("a report needs a measure"), Some(hint));
    }
    let groups = || report.group.iter().map(|group| group.name.as_str());
    if let Some(by) = report.by.as_deref().filter(|by| groups().all(|group| group != *by)) {
        let hint = did_you(by, groups()).or_else(|| {
            (!report.group.is_empty())
                .then(|| phrase!("the groups are {groups}", groups = list(groups())))
        });
        check.wrong("by", phrase!("there is no group `{by}`", by), hint);
    }
    if let Some(date) = &report.date {
        let place = check.place("date");
        check.field(entity, date, is_date, phrase!("no date"), place);
    }
    for group in &report.group {
        let place = check.part("group", &group.name, "field");
        if group.each.is_some() {
            check.field(entity, &group.field, is_date, phrase!("no date"), place);
        } else {
            check.field(entity, &group.field, can_group, phrase!("nothing to group by"), place);
        }
    }
    for measure in &report.measure {
        check.measure(entity, measure);
    }
}

struct Check<'c, 't, 'p, 's> {
    report: &'c Report,
    item: &'c Item<'t>,
    problems: &'p mut Problems<'s>,
}

impl<'t> Check<'_, 't, '_, '_> {
    fn place(&self, key: &str) -> Item<'t> {
        self.item.peek(key).unwrap_or(*self.item)
    }

    /// A key of the group or measure of that name; where this file does not say it, the report.
    fn part(&self, list: &str, name: &str, key: &str) -> Item<'t> {
        let parts = self.item.peek(list).map(|parts| parts.elements()).unwrap_or_default();
        let part = parts.into_iter().find(|part| part.says("name", name));
        part.map_or(*self.item, |part| part.peek(key).unwrap_or(part))
    }

    fn wrong(&mut self, key: &str, message: Phrase, hint: Option<Phrase>) {
        let place = self.place(key);
        self.problems.at(&place, message, hint);
    }

    fn field(
        &mut self,
        entity: &Entity,
        name: &str,
        fits: fn(&Field) -> bool,
        else_it_is: Phrase,
        place: Item<'t>,
    ) {
        match entity.fields.iter().find(|field| field.name == name) {
            Some(field) if fits(field) => {}
            Some(field) => {
                let kind = Phrase::word(field.kind.word());
                let message =
                    phrase!("`{name}` is {kind}: {wrong}", name, kind, wrong = else_it_is);
                let fitting = entity.fields.iter().filter(|field| fits(field));
                let names: Vec<&str> = fitting.map(|field| field.name.as_str()).collect();
                let hint = (!names.is_empty())
                    .then(|| phrase!("possible: {names}", names = names.join(", ")));
                self.problems.at(&place, message, hint);
            }
            None if self.problems.gave_up(name) => {}
            None => {
                let hint = did_you(name, entity.fields.iter().map(|field| field.name.as_str()));
                let message =
                    phrase!("{entity} has no field `{name}`", entity = &entity.name, name);
                self.problems.at(&place, message, hint);
            }
        }
    }

    fn measure(&mut self, entity: &Entity, measure: &MeasureDef) {
        let place = self.part("measure", &measure.name, "take");
        match (&measure.take, &measure.derive) {
            (Some(Take::Count), _) => {}
            (Some(Take::Sum(field) | Take::Mean(field)), _) => {
                self.field(entity, field, is_number, phrase!("no number"), place);
            }
            (Some(Take::Min(field) | Take::Max(field)), _) => {
                let fits = |field: &Field| is_number(field) || is_date(field);
                self.field(entity, field, fits, phrase!("neither number nor date"), place);
            }
            (Some(Take::Weighted(amount, percent)), _) => {
                self.field(entity, amount, is_number, phrase!("no number"), place);
                self.field(entity, percent, is_percent, phrase!("no percent"), place);
            }
            (Some(Take::Days(from, to)), _) => {
                self.field(entity, from, is_date, phrase!("no date"), place);
                self.field(entity, to, is_date, phrase!("no date"), place);
            }
            (None, Some(Derived::Percent(a, b) | Derived::Each(a, b))) => {
                let place = self.part("measure", &measure.name, "derive");
                let taken = || {
                    let taken = self.report.measure.iter().filter(|other| other.take.is_some());
                    taken.map(|other| other.name.as_str())
                };
                let unknown: Vec<&String> =
                    [a, b].into_iter().filter(|name| taken().all(|other| other != *name)).collect();
                for name in unknown {
                    let hint = did_you(name, taken());
                    let message = phrase!("there is no measure `{name}` to derive from", name);
                    self.problems.at(&place, message, hint);
                }
            }
            (None, None) => {
                let name = &measure.name;
                let message = phrase!("`{name}` needs either `take` or `derive`", name);
                let hint = phrase!("take = \"count\" counts the records");
                self.problems.at(&place, message, Some(hint));
            }
        }
    }
}

fn did_you<'c>(word: &str, known: impl IntoIterator<Item = &'c str>) -> Option<Phrase> {
    nearest(word, known).map(|near| phrase!("did you mean `{near}`?", near))
}

/// What a field yields, formulas and roll-ups seen through.
fn result(field: &Field) -> Option<FieldResult> {
    match &field.kind {
        FieldType::Formula { result, .. } | FieldType::RollUp { result, .. } => Some(*result),
        _ => None,
    }
}

fn is_date(field: &Field) -> bool {
    matches!(field.kind, FieldType::Date | FieldType::DateTime)
        || matches!(result(field), Some(FieldResult::Date | FieldResult::DateTime))
}

fn is_percent(field: &Field) -> bool {
    field.kind == FieldType::Percent || result(field) == Some(FieldResult::Percent)
}

fn is_number(field: &Field) -> bool {
    let whole = matches!(
        field.kind,
        FieldType::Integer
            | FieldType::Decimal
            | FieldType::Money
            | FieldType::Percent
            | FieldType::Rating { .. }
            | FieldType::Duration
    );
    whole
        || matches!(
            result(field),
            Some(
                FieldResult::Integer
                    | FieldResult::Decimal
                    | FieldResult::Money
                    | FieldResult::Percent
                    | FieldResult::Duration
            )
        )
}

#[cfg(test)]
mod tests {
    use crate::schema::load;
    use crate::schema::report::{Shape, Take};

    /// The only error of a company file: `line: message | hint`.
    fn wrong(toml: &str) -> String {
        let errors = load(Some(("company.toml", toml))).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:#?}\nof {toml}");
        let error = &errors[0];
        assert_eq!(error.file, "company.toml");
        format!("{}: {} | {}", error.line, error.message, error.hint.as_deref().unwrap_or_default())
    }

    fn calls(rest: &str) -> String {
        format!("[report.calls]\nentity = \"activity\"\n{rest}")
    }

    fn counted(rest: &str) -> String {
        calls(&format!("measure = [{{ name = \"n\", take = \"count\" }}]\n{rest}"))
    }

    #[test]
    fn every_report_that_ships_is_sound_and_says_all_in_both_languages() {
        let catalog = load(None).unwrap();
        let names: Vec<&str> = catalog.reports().map(|report| report.name.as_str()).collect();
        assert_eq!(names, ["pipeline", "won", "forecast", "velocity"]);
        for report in catalog.reports() {
            assert!(!report.label.zh.is_empty() && !report.help.zh.is_empty(), "{}", report.name);
            let groups = report.group.iter().map(|group| &group.label);
            let measures = report.measure.iter().filter(|measure| !measure.hidden);
            let measures = measures.map(|measure| &measure.label);
            assert!(groups.chain(measures).all(|label| !label.zh.is_empty()), "{}", report.name);
        }
        assert_eq!(crate::query::check_catalog(&catalog), []);
    }

    #[test]
    fn mistakes_are_told_with_line_and_likely_word() {
        for (toml, words) in [
            (
                calls(""),
                "1: report.calls: a report needs a measure | write [[report.calls.measure]]",
            ),
            (
                "[report.calls]\nlabel = \"C\"\n".into(),
                "1: report.calls: a report needs an `entity`",
            ),
            (
                "[report.c]\nentity = \"activty\"\n".into(),
                "2: report.c: there is no entity `activty`",
            ),
            ("[report.Calls]\n".into(), "1: report: no name for a report"),
            (counted("by = \"kind\"\n"), "4: report.calls: there is no group `kind`"),
            (counted("date = \"kind\"\n"), "4: report.calls: `kind` is select: no date"),
            (counted("dat = \"x\"\n"), "did you mean `date`?"),
            (counted("chart = \"bar\"\n"), "`chart` cannot be \"bar\" | did you mean \"bars\"?"),
            (counted("where = \"kind =\"\n"), "4: report.calls: `where` does not parse"),
            (
                counted("group = [{ name = \"kid\" }]\n"),
                "activity has no field `kid` | did you mean `kind`?",
            ),
            (
                counted("[[report.calls.group]]\nname = \"text\"\nfield = \"body\"\n"),
                "6: report.calls: `body` is longtext: nothing to group by",
            ),
            (
                calls("[[report.calls.measure]]\nname = \"m\"\n"),
                "3: report.calls: `m` needs either `take` or `derive`",
            ),
            (
                calls("[[report.calls.measure]]\nname = \"m\"\ntake = { sum = \"subject\" }\n"),
                "5: report.calls: `subject` is text: no number",
            ),
            (
                calls("[[report.calls.measure]]\nname = \"m\"\nderive = { percent = [\"a\"] }\n"),
                "`percent` needs two names",
            ),
            (
                counted(
                    "[[report.won.measure]]\nname = \"r\"\nderive = { each = [\"value\", \"deal\"] }\n",
                ),
                "6: report.won: there is no measure `deal` to derive from | did you mean `deals`?",
            ),
        ] {
            let told = wrong(&toml);
            assert!(told.contains(words), "{told}\nof {toml}");
        }
    }

    #[test]
    fn a_company_lays_its_own_over_what_ships() {
        let toml = "[report.won]\nlabel = { zh = \"成交\" }\nchart = \"line\"\nby = \"\"\n\
                    [[report.won.measure]]\nname = \"mean\"\ntake = { mean = \"amount\" }\n\
                    [[report.won.measure]]\nname = \"most\"\ntake = { max = \"amount\" }\n\
                    [report.velocity]\nhidden = true\n\
                    [report.calls]\nentity = \"activity\"\n\
                    measure = [{ name = \"n\", take = \"count\" }]\n";
        let catalog = load(Some(("company.toml", toml))).unwrap();
        let names: Vec<&str> = catalog.reports().map(|report| report.name.as_str()).collect();
        assert_eq!(names, ["pipeline", "won", "forecast", "calls"]);
        let won = catalog.report("won").unwrap();
        assert_eq!((won.label.en.as_str(), won.label.zh.as_str()), ("Won deals", "成交"));
        assert_eq!((won.chart, won.by.as_deref()), (Some(Shape::Line), None));
        assert_eq!(won.filter.as_deref(), Some("stage.state = won"));
        let mean = won.measure.iter().find(|measure| measure.name == "mean").unwrap();
        assert_eq!((&mean.take, &mean.derive), (&Some(Take::Mean("amount".into())), &None));
        assert_eq!(won.measure.last().unwrap().label.en, "Most");
        assert_eq!(catalog.report("velocity"), None);
        assert_eq!(catalog.report("calls").unwrap().label.en, "Calls");
    }
}
