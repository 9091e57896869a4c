//! The lines of a card that say where: street and number, postcode and town, country.
//!
//! The shapes of a dozen countries, told by postcode, house number and the words for streets. Start at
//! [`Card::takes_address`].

use super::Card;
use super::lists::{COMPANY_ENDS, COUNTRIES, STREET_ENDS, STREET_WORDS};
use crate::model::text::is_han;

impl Card {
    pub(super) fn takes_address(&mut self, line: &str) -> bool {
        let folded = line.to_lowercase();
        if COUNTRIES.contains(&folded.trim_end_matches('.')) {
            line.trim_end_matches('.').clone_into(&mut self.address.country);
            return true;
        }
        if line.chars().any(is_han) {
            return self.takes_chinese_address(line);
        }
        let words: Vec<&str> = folded.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let numbered = words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let street = numbered
            && words.iter().any(|word| {
                STREET_WORDS.contains(&word.trim_end_matches('.'))
                    || STREET_ENDS.iter().any(|end| word.len() > end.len() && word.ends_with(end))
            });
        let boxed = folded.starts_with("p.o. box")
            || folded.starts_with("po box")
            || folded.starts_with("postfach");
        let parts: Vec<&str> =
            line.split([',', ';']).flat_map(|p| p.split(" – ")).map(str::trim).collect();
        if !(street || boxed) {
            let before = self.address.clone();
            let town = parts.iter().position(|part| self.takes_town(part));
            if let Some(town) = town {
                for part in &parts[town + 1..] {
                    self.takes_country(part);
                }
                for part in parts[..town].iter().filter(|part| ends_in_number(part)) {
                    push_line(&mut self.address.street, part);
                }
                return true;
            }
            self.address = before;
            return false;
        }
        for (index, part) in parts.iter().enumerate() {
            let last = index > 0;
            if last && (self.takes_town(part) || self.takes_country(part)) {
                continue;
            }
            // `350 5th Ave, New York, NY 10118`: a town before its state and postcode.
            let town = last
                && self.address.city.is_empty()
                && !part.contains(|c: char| c.is_ascii_digit())
                && parts.get(index + 1).is_some_and(|next| state_and_code(next).is_some());
            if town {
                (*part).clone_into(&mut self.address.city);
            } else if let Some((state, code)) = state_and_code(part).filter(|_| last) {
                state.clone_into(&mut self.address.region);
                code.clone_into(&mut self.address.postcode);
            } else {
                push_line(&mut self.address.street, part);
            }
        }
        true
    }

    fn takes_country(&mut self, part: &str) -> bool {
        let known = COUNTRIES.contains(&part.to_lowercase().trim_end_matches('.'));
        if known && self.address.country.is_empty() {
            part.clone_into(&mut self.address.country);
        }
        known
    }

    /// `浙江省杭州市西湖区文三路 100 号`, with a postcode before or behind it.
    fn takes_chinese_address(&mut self, line: &str) -> bool {
        let road = line.contains(['路', '街', '区', '道', '巷', '镇', '园'])
            && line.contains(['号', '市', '楼', '座', '室', '栋', '层']);
        let looks = road || (line.contains('省') && line.contains('市'));
        if !looks || COMPANY_ENDS.iter().any(|end| line.ends_with(end)) {
            return false;
        }
        let mut street: Vec<&str> = Vec::new();
        for word in line.split([' ', ',', '，']).filter(|word| !word.is_empty()) {
            let code =
                word.trim_start_matches("邮编").trim_matches(['(', ')', '：', ':', '（', '）']);
            if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
                code.clone_into(&mut self.address.postcode);
            } else {
                street.push(word);
            }
        }
        push_line(&mut self.address.street, &street.join(" "));
        true
    }

    /// `70173 Stuttgart`, `D-70173 Stuttgart`, `1010 AB Amsterdam`, `London SW1A 1AA`, `Boston, MA 02110`.
    fn takes_town(&mut self, part: &str) -> bool {
        if !self.address.city.is_empty() {
            return false;
        }
        let Some((code, town)) = part.split_once(' ') else { return false };
        let digits = code.split_once('-').map_or(code, |(_, digits)| digits);
        let is_code = (4..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if is_code {
            let (letters, name) = match town.split_once(' ') {
                // Dutch postcodes have two letters behind the digits.
                Some((letters, name))
                    if letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_uppercase()) =>
                {
                    (Some(letters), name)
                }
                _ => (None, town),
            };
            let is_town = !name.contains(|c: char| c.is_ascii_digit()) && !name.trim().is_empty();
            if is_town {
                self.address.postcode = match letters {
                    Some(letters) => format!("{digits} {letters}"),
                    None => digits.to_owned(),
                };
                name.trim().clone_into(&mut self.address.city);
            }
            return is_town;
        }
        if let Some((town, code)) = british(part) {
            town.clone_into(&mut self.address.city);
            code.clone_into(&mut self.address.postcode);
            return true;
        }
        false
    }
}

/// `Keizersgracht 100`: a name and the number of a house.
pub(super) fn ends_in_number(line: &str) -> bool {
    let Some((name, number)) = line.rsplit_once(' ') else { return false };
    name.starts_with(char::is_uppercase)
        && !name.ends_with(['.', ':'])
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().count() <= 5
}

/// `NY 10118`, `CA 94105-1234`.
fn state_and_code(part: &str) -> Option<(&str, &str)> {
    let (state, code) = part.trim().split_once(' ')?;
    let is_state = state.len() == 2 && state.bytes().all(|b| b.is_ascii_uppercase());
    let is_code = code.len() >= 5 && code.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    (is_state && is_code).then_some((state, code))
}

/// `London SW1A 1AA`.
fn british(part: &str) -> Option<(&str, &str)> {
    let inner = part.rfind(' ')?;
    let outer = part[..inner].rfind(' ')?;
    let (town, code) = (part[..outer].trim(), part[outer..].trim());
    let (area, local) = code.split_once(' ')?;
    let mixed = |text: &str| {
        text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && text.bytes().any(|b| b.is_ascii_digit())
    };
    let fits = (2..=4).contains(&area.len()) && local.len() == 3 && mixed(area) && mixed(local);
    (fits && !town.is_empty() && area.starts_with(|c: char| c.is_ascii_uppercase()))
        .then_some((town, code))
}

pub(super) fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}
