//! vCards 2.1, 3.0 and 4.0 -> what they say of people: the one understanding of cards that are pasted
//! and of files that are imported.
//!
//! Folding, quoted-printable, escapes, groups and parameters are the library's (`calcard`); here is only
//! what its properties mean for people and companies, and what cards of real programs do differently.
//! Nothing is checked or normalised: fields do that. Pictures, sounds and keys are passed over and named.
//! Start at [`cards`].

mod read;
#[cfg(test)]
mod tests;

use crate::model::Address;

pub use read::cards;

/// Something with the label it stands under: `mobile`, `work`, a word of the card's own, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled<T> {
    /// What it is for.
    pub label: String,
    /// It.
    pub value: T,
}

/// What a vCard says. Texts are as written, unfolded and unescaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vcard {
    /// The line of the text it begins on, from 1.
    pub line: u64,
    /// The name as the person writes it (`FN`).
    pub name: String,
    /// Parts of the name (`N`).
    pub prefix: String,
    /// The given name.
    pub given: String,
    /// Further given names.
    pub middle: String,
    /// The family name.
    pub family: String,
    /// What follows the name: `Jr.`.
    pub suffix: String,
    /// What friends say.
    pub nickname: String,
    /// The company and its units, the largest first.
    pub organisation: Vec<String>,
    /// What the person does there.
    pub title: String,
    /// The role, where a card has both.
    pub role: String,
    /// Numbers, labelled `mobile`, `fax`, `home`, `work`, `pager` or in the card's own words.
    pub phones: Vec<Labelled<String>>,
    /// Mail addresses.
    pub emails: Vec<Labelled<String>>,
    /// Web addresses.
    pub urls: Vec<Labelled<String>>,
    /// Postal addresses.
    pub addresses: Vec<Labelled<Address>>,
    /// The day of birth: `1985-04-12`, `04-12` without a year, or as written.
    pub birthday: String,
    /// Notes.
    pub note: String,
    /// Categories.
    pub categories: Vec<String>,
    /// The card's own identifier.
    pub uid: String,
    /// Properties that hold pictures, sounds or keys: `PHOTO`.
    pub passed_over: Vec<&'static str>,
}

impl Vcard {
    /// The name as people say it: as the person writes it, or put together from its parts.
    #[must_use]
    pub fn said_name(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let han = self.family.chars().chain(self.given.chars()).any(crate::model::text::is_han);
        if han {
            return format!("{}{}", self.family, self.given);
        }
        let order = [&self.prefix, &self.given, &self.middle, &self.family, &self.suffix];
        let parts: Vec<&str> =
            order.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}
