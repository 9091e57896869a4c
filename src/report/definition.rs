//! Finding a report among those of the catalogue.

use super::ReportError;
use crate::model::phrase;
use crate::schema::{Catalog, Report, nearest};

/// A report by its name.
///
/// # Errors
/// [`ReportError::Unknown`] with what was likely meant, or what there is.
pub fn find<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Report, ReportError> {
    catalog.report(name).ok_or_else(|| {
        let names: Vec<&str> = catalog.reports().map(|report| report.name.as_str()).collect();
        let meant = nearest(name, names.iter().copied());
        let hint = meant.map_or_else(
            || phrase!("reports: {names}", names = names.join(", ")),
            |near| phrase!("did you mean \"{near}\"?", near),
        );
        ReportError::Unknown {
            what: phrase!("there is no report \"{name}\"", name),
            hint: Some(hint),
        }
    })
}
