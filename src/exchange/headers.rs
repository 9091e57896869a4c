//! Which column of a file likely belongs to which field.
//!
//! Everything comes from the catalogue (names and labels) and the synonym table; a company's own
//! fields are matched like built-in ones. Start at [`suggest`].

use std::collections::HashMap;

use super::map::{ImportMap, Spot, Target};
use super::similar::{LIKELY, likeness, squash};
use super::synonyms;
use crate::model::Address;
use crate::schema::{Catalog, Entity, Field, FieldType};

/// How sure a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The header is the field's name or label.
    Exact,
    /// Other programs call the field so.
    Synonym,
    /// What stands in the column is of that kind.
    Values,
    /// It looks alike; a person must say so in a map file.
    Similar,
}

/// What a column likely is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The header as it stands in the file.
    pub header: String,
    /// The field it likely belongs to, with its part: `address.city`; none where nothing fits.
    pub field: Option<String>,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why a column is left out although it is understood.
    pub note: Option<String>,
}

impl Suggestion {
    /// True where an import without a map file uses it.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.field.is_some() && self.certainty < Certainty::Similar
    }
}

/// Every word a column may be called, squashed, with the address it stands for.
struct Words(HashMap<String, (String, Certainty)>);

impl Words {
    fn of(entity: &Entity) -> Self {
        let mut words = Self(HashMap::new());
        words.add("ref", "ref", Certainty::Exact);
        let fields: Vec<&Field> = entity.fields.iter().filter(|field| !field.is_given()).collect();
        let addresses: Vec<String> =
            fields.iter().flat_map(|field| addresses(entity, field)).collect();
        for address in &addresses {
            words.add(address, address, Certainty::Exact);
        }
        for field in &fields {
            words.add(&field.label.en, &field.name, Certainty::Exact);
            words.add(&field.label.zh, &field.name, Certainty::Exact);
        }
        for section in [&entity.name, "any"] {
            for address in &addresses {
                for word in synonyms::words_in(section, address) {
                    words.add(word, address, Certainty::Synonym);
                }
            }
        }
        words
    }

    fn add(&mut self, word: &str, address: &str, certainty: Certainty) {
        let word = squash(word);
        if !word.is_empty() {
            self.0.entry(word).or_insert_with(|| (address.to_owned(), certainty));
        }
    }

    fn find(&self, header: &str, entity_words: &[String]) -> Option<(&str, Certainty)> {
        let squashed = squash(header.rsplit_once('#').map_or(header, |(name, _)| name));
        let known = |word: &str| self.0.get(word).map(|(address, sure)| (address.as_str(), *sure));
        known(&squashed)
            .or_else(|| {
                // "Person - Name", "Lead Email": the entity's own word in front.
                entity_words
                    .iter()
                    .filter_map(|word| squashed.strip_prefix(word.as_str()))
                    .find_map(known)
                    .map(|(address, _)| (address, Certainty::Synonym))
            })
            .or_else(|| {
                self.0
                    .iter()
                    .map(|(word, (address, _))| (likeness(&squashed, word), word, address))
                    .filter(|(likeness, _, _)| *likeness >= LIKELY)
                    // Ties are settled by the word, so that the answer is the same every time.
                    .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
                    .map(|(_, _, address)| (address.as_str(), Certainty::Similar))
            })
    }
}

/// All addresses a field can be filled by: its name, and its parts.
fn addresses(entity: &Entity, field: &Field) -> Vec<String> {
    let part = |part: &str| format!("{}.{part}", field.name);
    let mut all = vec![field.name.to_string()];
    match &field.kind {
        FieldType::Address => all.extend(Address::PARTS.iter().map(|name| part(name))),
        FieldType::Money => all.push(part("currency")),
        FieldType::Text | FieldType::Email | FieldType::Phone | FieldType::Url => {
            all.extend(synonyms::parts_of(&entity.name, &field.name).into_iter().map(part));
        }
        _ => {}
    }
    all
}

/// All that columns can go to, in the order of the fields: `ref`, `name`, `address.city`.
#[must_use]
pub fn fillable(entity: &Entity) -> Vec<String> {
    let fields = entity.fields.iter().filter(|field| !field.is_given());
    let own = fields.flat_map(|field| addresses(entity, field));
    std::iter::once("ref".to_owned()).chain(own).collect()
}

/// What the columns of a file likely are, in the order of the file. A field that holds one value is
/// suggested once.
#[must_use]
pub fn suggest(catalog: &Catalog, entity: &str, headers: &[String]) -> Vec<Suggestion> {
    let Some(entity) = catalog.entity(entity) else { return Vec::new() };
    let words = Words::of(entity);
    let entity_words = synonyms::entity_words(&entity.name);
    let mut found: Vec<Suggestion> = headers
        .iter()
        .map(|header| {
            let hit = words.find(header, &entity_words);
            Suggestion {
                header: header.clone(),
                field: hit.map(|(address, _)| address.to_owned()),
                certainty: hit.map_or(Certainty::Similar, |(_, certainty)| certainty),
                note: None,
            }
        })
        .collect();
    // Whoever is surest gets a field that holds one value.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|index| found[*index].certainty);
    let mut taken: HashMap<String, String> = HashMap::new();
    for index in order {
        let suggestion = &mut found[index];
        let Some(address) = &suggestion.field else { continue };
        let field = entity.field(address.split('.').next().unwrap_or_default());
        if field.is_some_and(|field| holds_several(&field.kind)) {
            continue;
        }
        if let Some(first) = taken.get(address) {
            suggestion.note = Some(format!("{address} comes from \"{first}\""));
            suggestion.field = None;
        } else {
            taken.insert(address.clone(), suggestion.header.clone());
        }
    }
    found
}

/// The field that a word means, by its name, its labels or what other programs call it.
pub(super) fn meant(entity: &Entity, word: &str) -> Option<String> {
    let words = Words::of(entity);
    let (address, certainty) = words.find(word, &[])?;
    (certainty < Certainty::Similar)
        .then(|| address.split('.').next().unwrap_or_default().to_owned())
}

fn holds_several(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Email | FieldType::Phone | FieldType::Url)
}

/// The map that an import without a map file works by: what is sure, and a key where there is one.
#[must_use]
pub fn automatic(catalog: &Catalog, entity: &str, suggestions: &[Suggestion]) -> ImportMap {
    let sure = |address: &str| suggestions.iter().any(|s| s.is_sure() && is(s, address));
    let mut keys = Vec::new();
    if let Some(entity) = catalog.entity(entity) {
        for key in ["ref", "external_id"] {
            if sure(key) {
                keys.push(spot(key));
            }
        }
        let unique = entity.fields.iter().filter(|field| field.unique && sure(&field.name));
        keys.extend(unique.map(|field| spot(&field.name)).filter(|key| key.text != "external_id"));
    }
    let mut map = ImportMap { entity: Some(spot(entity)), keys, ..ImportMap::default() };
    for suggestion in suggestions {
        match &suggestion.field {
            Some(address) if suggestion.is_sure() => {
                map.columns.push(plainly(&suggestion.header, address));
            }
            _ => map.ignore.push(spot(&suggestion.header)),
        }
    }
    map
}

/// A word that no map file says.
pub(super) fn spot(text: &str) -> Spot {
    Spot { text: text.to_owned(), line: 0 }
}

/// A column that goes to a field and nothing more.
pub(super) fn plainly(header: &str, address: &str) -> (Spot, Vec<Target>) {
    (spot(header), vec![Target { field: spot(address), ..Target::default() }])
}

fn is(suggestion: &Suggestion, address: &str) -> bool {
    suggestion.field.as_deref() == Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `header -> field`, `header ~> field` where it is only alike; columns that fit nothing left out.
    fn suggested(entity: &str, headers: &str) -> String {
        let catalog = crate::schema::load(None).unwrap();
        let headers: Vec<String> = headers.split('|').map(str::to_owned).collect();
        let lines = suggest(&catalog, entity, &headers).into_iter().filter_map(|suggestion| {
            let arrow = if suggestion.is_sure() { "->" } else { "~>" };
            Some(format!("{} {arrow} {}", suggestion.header, suggestion.field?))
        });
        lines.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn headers_of_other_programs_are_understood() {
        for (entity, headers, expected) in [
            (
                "contact",
                "First Name|Last Name|Email Address|Mobile|Company Name|Job Title|Created Date",
                "First Name -> name.first, Last Name -> name.last, Email Address -> emails, \
                 Mobile -> phones.mobile, Company Name -> customer, Job Title -> position",
            ),
            (
                "lead",
                "Nmae|Emial|Phne|Compny|Statu",
                "Nmae ~> name, Emial ~> emails, Phne ~> phones, Compny ~> company, Statu ~> status",
            ),
            (
                "contact",
                "Person - Name*|Person - Phone|Person - Email (Work)|Deal - Title",
                "Person - Name* -> name, Person - Phone -> phones, Person - Email (Work) -> emails.work",
            ),
            (
                "customer",
                "客户名称|联系人|手机|电话|地址|备注|来源",
                "客户名称 -> name, 手机 -> phones.mobile, 电话 -> phones, 地址 -> address, \
                 备注 -> description, 来源 -> source",
            ),
            (
                "customer",
                "ID|NAME|BILLINGSTREET|BILLINGPOSTALCODE|NUMBEROFEMPLOYEES|ANNUALREVENUE|ISDELETED",
                "ID -> external_id, NAME -> name, BILLINGSTREET -> address.street, \
                 BILLINGPOSTALCODE -> address.postcode, NUMBEROFEMPLOYEES -> employees, \
                 ANNUALREVENUE -> revenue",
            ),
            (
                "deal",
                "opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_value",
                "opportunity_id -> external_id, sales_agent -> owner, product -> product, \
                 account -> customer, deal_stage -> stage, engage_date -> engaged_on, \
                 close_value -> amount",
            ),
            (
                "lead",
                "Name|Email|Name#2|Email#2",
                "Name -> name, Email -> emails, Email#2 -> emails",
            ),
            ("lead", "GCLID|Lead Email|Keyword|Device", "Lead Email -> emails"),
            ("customer", "ref|Contact Name|Source", "ref -> ref, Source -> source"),
            ("nobody", "Name", ""),
        ] {
            assert_eq!(suggested(entity, headers), expected, "{entity}: {headers}");
        }
    }

    #[test]
    fn fields_of_the_company_are_matched_like_built_in_ones() {
        let toml = "[[entity.customer.field]]\nname = \"tier\"\ntype = \"text\"\n\
                    label = { en = \"Service tier\", zh = \"服务级别\" }\n";
        let catalog = crate::schema::load(Some(("company.toml", toml))).unwrap();
        for header in ["tier", "Service Tier", "服务级别"] {
            let found = suggest(&catalog, "customer", &[header.to_owned()]);
            assert_eq!(found[0].field.as_deref(), Some("tier"), "{header}");
        }
    }

    #[test]
    fn an_automatic_map_takes_what_is_sure_and_a_key() {
        let catalog = crate::schema::load(None).unwrap();
        let headers = ["Record ID", "Name", "Phne"].map(str::to_owned);
        let map = automatic(&catalog, "lead", &suggest(&catalog, "lead", &headers));
        assert_eq!(map.keys.len(), 1);
        assert_eq!(map.keys[0].text, "external_id");
        assert_eq!(map.columns.len(), 2);
        assert_eq!(map.ignore[0].text, "Phne");
    }
}
