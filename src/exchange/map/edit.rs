//! A map that is changed column by column.

use super::{ImportMap, Spot, Target};
use crate::schema::{Catalog, Entity};

impl ImportMap {
    /// Where a column goes; nowhere where it is left out.
    #[must_use]
    pub fn targets_of(&self, header: &str) -> &[Target] {
        let found = self.columns.iter().find(|(known, _)| known.text == header);
        found.map_or(&[], |(_, targets)| targets)
    }

    /// Has a column go to a field (with its part: `address.city`) and nowhere else, or leaves it out. Keys that
    /// nothing fills any more go with it.
    pub fn assign(&mut self, header: &str, address: Option<&str>) {
        let spot = |text: &str| Spot { text: text.to_owned(), line: 0 };
        let same = |target: &Target| Some(target.field.text.as_str()) == address;
        let kept = self.targets_of(header).iter().find(|target| same(target)).cloned();
        let at = self.columns.iter().position(|(known, _)| known.text == header);
        self.ignore.retain(|known| known.text != header);
        match address {
            Some(address) => {
                let plain = || Target { field: spot(address), ..Target::default() };
                let targets = vec![kept.unwrap_or_else(plain)];
                match at {
                    Some(at) => self.columns[at].1 = targets,
                    None => self.columns.push((spot(header), targets)),
                }
            }
            None => {
                if let Some(at) = at {
                    self.columns.remove(at);
                }
                self.ignore.push(spot(header));
            }
        }
        let filled = |key: &Spot| key.text.split('+').all(|word| self.fills(word.trim()));
        self.keys = self.keys.iter().filter(|key| filled(key)).cloned().collect();
    }

    /// Whether something goes into a field or a part of it.
    #[must_use]
    pub fn fills(&self, address: &str) -> bool {
        let name = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
        let wanted = name(address);
        let columns = self.columns.iter().flat_map(|(_, targets)| targets);
        columns.map(|target| &target.field.text).any(|text| name(text) == wanted)
            || self.constants.iter().any(|(field, _)| name(&field.text) == wanted)
            || self.compose.iter().any(|(field, _)| name(&field.text) == wanted)
    }

    /// Whether linked records that are not there are made: none where no column links to what could be made.
    #[must_use]
    pub fn makes_missing(&self, catalog: &Catalog, entity: &Entity) -> Option<bool> {
        let mut links = self
            .columns
            .iter()
            .flat_map(|(_, targets)| targets)
            .filter(|target| is_made(target, catalog, entity))
            .peekable();
        links.peek()?;
        Some(links.all(|target| target.create_missing))
    }

    /// Has linked records made that are not there, or not.
    pub fn make_missing(&mut self, make: bool, catalog: &Catalog, entity: &Entity) {
        let targets = self.columns.iter_mut().flat_map(|(_, targets)| targets);
        for target in targets.filter(|target| is_made(target, catalog, entity)) {
            target.create_missing = make;
        }
    }
}

/// A link to what an import may make on the way: people are invited, and records of the own kind are rows.
fn is_made(target: &Target, catalog: &Catalog, entity: &Entity) -> bool {
    let name = target.field.text.split('.').next().unwrap_or_default();
    let to = entity.field(name).and_then(|field| field.kind.link_target());
    to.is_some_and(|to| *to != "user" && *to != entity.name && catalog.entity(to).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_assigned_and_left_out() {
        let text =
            "key = [\"external_id\"]\n[columns]\nId = \"external_id\"\nCity = \"address.city\"\n";
        let mut map = ImportMap::parse("m", text).unwrap();
        map.assign("Name", Some("name"));
        map.assign("City", Some("description"));
        assert_eq!(map.targets_of("City")[0].field.text, "description");
        assert!(map.fills("name") && !map.fills("address"));
        map.assign("Id", None);
        assert!(map.keys.is_empty() && map.targets_of("Id").is_empty());
        assert_eq!(map.ignore[0].text, "Id");
        map.assign("Id", Some("external_id"));
        assert!(map.ignore.is_empty());
    }
}
