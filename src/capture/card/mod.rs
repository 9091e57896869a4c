//! What people send of themselves -> what it says about a person and a company.
//!
//! A vCard is read by its own rules (`vcard`); anything else as the lines of a business card or a
//! mail signature (`signature`), by rules that err on the side of leaving a line alone. What is
//! found is only proposed: fields check it as if it had been typed. Start at [`Card::read`].

mod lists;
mod place;
mod signature;
#[cfg(test)]
mod tests;
mod vcard;

use crate::model::Address;

pub use signature::without_legal_form;

/// What was found on a card. Nothing here is checked or normalised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The person.
    pub name: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// What the person does there.
    pub position: Option<String>,
    /// Where in the company.
    pub department: Option<String>,
    /// Label (`mobile`, `fax`, `work` or empty) and number.
    pub phones: Vec<(String, String)>,
    /// Mail addresses.
    pub emails: Vec<String>,
    /// Web addresses, those of social networks left out.
    pub urls: Vec<String>,
    /// The postal address, as far as lines look like one.
    pub address: Address,
    /// The day of birth, as written.
    pub birthday: Option<String>,
    /// What else is said of the person, to be kept as text.
    pub note: Option<String>,
    /// Lines that fit nowhere.
    pub rest: Vec<String>,
}

impl Card {
    /// Reads a card; `None` where the text is none: less than two lines, or nothing recognisable by
    /// which one reaches a person (mail, phone or web address).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let card = match vcard::read(text) {
            Some(card) => card,
            None => signature::read(text)?,
        };
        let reachable = !(card.emails.is_empty() && card.phones.is_empty() && card.urls.is_empty());
        let named = card.name.is_some() || card.company.is_some();
        (reachable && (named || !card.emails.is_empty() || !card.phones.is_empty())).then_some(card)
    }

    /// What it is about, in a few words: `Anna Müller, Müller AG`.
    #[must_use]
    pub fn summary(&self) -> String {
        let parts: Vec<&str> =
            [&self.name, &self.company].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() {
            let first = self.emails.first().or_else(|| self.phones.first().map(|(_, text)| text));
            return first.cloned().unwrap_or_default();
        }
        parts.join(", ")
    }
}
