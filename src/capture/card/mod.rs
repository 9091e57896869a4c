//! A pasted business card or mail signature -> what it says about a person and a company.
//!
//! Simple rules that err on the side of leaving a line alone; what is found is only proposed to the
//! form, whose fields check it as if it had been typed. Start at [`Card::read`].

use crate::model::Address;

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
    /// Web addresses.
    pub urls: Vec<String>,
    /// The postal address, as far as lines look like one.
    pub address: Address,
    /// Lines that fit nowhere.
    pub rest: Vec<String>,
}

/// Legal forms: the line (or a word of it) names a company.
const COMPANY_WORDS: &[&str] = &[
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "se",
    "ltd",
    "limited",
    "inc",
    "llc",
    "llp",
    "plc",
    "corp",
    "corporation",
    "company",
    "co",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "oy",
    "oyj",
    "ab",
    "as",
    "aps",
    "sro",
    "doo",
    "kft",
    "pty",
    "holding",
    "group",
];
const COMPANY_ENDS: &[&str] = &["公司", "集团", "有限", "事务所", "工作室"];

const POSITION_WORDS: &[&str] = &[
    "manager",
    "director",
    "head",
    "chief",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "president",
    "engineer",
    "sales",
    "consultant",
    "assistant",
    "officer",
    "lead",
    "buyer",
    "purchasing",
    "representative",
    "partner",
    "founder",
    "owner",
    "leiter",
    "leiterin",
    "geschäftsführer",
    "geschäftsführerin",
    "vertrieb",
    "einkauf",
    "einkäufer",
    "prokurist",
    "referent",
    "directeur",
    "directrice",
    "responsable",
    "gerente",
];
const POSITION_ENDS: &[&str] =
    &["经理", "总监", "总裁", "主管", "工程师", "董事长", "主任", "专员", "助理", "代表"];
const DEPARTMENT_WORDS: &[&str] =
    &["department", "dept", "division", "abteilung", "team", "service"];
const DEPARTMENT_ENDS: &[&str] = &["部", "部门", "中心"];

const STREET_WORDS: &[&str] = &[
    "street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "blvd", "square", "way", "rue",
    "via", "calle", "platz", "weg", "allee", "gasse",
];
const STREET_ENDS: &[&str] =
    &["straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "ring", "damm"];

/// Lines that greet or part say nothing about the person.
const GREETINGS: &[&str] = &[
    "best",
    "regards",
    "kind",
    "greetings",
    "sincerely",
    "cheers",
    "thanks",
    "mit freundlichen",
    "viele grüße",
    "beste grüße",
    "cordialement",
    "saludos",
    "此致",
    "敬礼",
    "顺颂",
    "祝好",
    "--",
];

/// Words before a number that say which it is: the word, the label.
const PHONE_WORDS: &[(&str, &str)] = &[
    ("mobile", "mobile"),
    ("mobil", "mobile"),
    ("cell", "mobile"),
    ("handy", "mobile"),
    ("手机", "mobile"),
    ("移动电话", "mobile"),
    ("fax", "fax"),
    ("telefax", "fax"),
    ("传真", "fax"),
    ("phone", "work"),
    ("telephone", "work"),
    ("telefon", "work"),
    ("tel", "work"),
    ("fon", "work"),
    ("office", "work"),
    ("direct", "work"),
    ("durchwahl", "work"),
    ("电话", "work"),
    ("座机", "work"),
    ("m", "mobile"),
    ("c", "mobile"),
    ("f", "fax"),
    ("t", "work"),
    ("p", "work"),
    ("o", "work"),
    ("d", "work"),
];

impl Card {
    /// Reads a card; `None` where the text has less than two lines or nothing recognisable by which
    /// one reaches a person (mail, phone or web address).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let lines: Vec<String> = text.lines().map(tidy).filter(|line| !line.is_empty()).collect();
        if lines.len() < 2 {
            return None;
        }
        let mut card = Self::default();
        let mut names = Vec::new();
        for line in lines.iter().flat_map(|line| line.split(['|', '·', '•'])).map(str::trim) {
            if !line.is_empty() && !is_greeting(line) && !card.takes(line) {
                names.push(line.to_owned());
            }
        }
        if card.emails.is_empty() && card.phones.is_empty() && card.urls.is_empty() {
            return None;
        }
        card.takes_names(names);
        Some(card)
    }

    /// Takes a line that speaks for itself: reachable by, address, company, position.
    fn takes(&mut self, line: &str) -> bool {
        let before = (self.emails.len(), self.urls.len());
        let mut left = Vec::new();
        for word in line.split_whitespace() {
            let bare = word.trim_matches(|c: char| "<>()[],;:\"'：，；（）".contains(c));
            let bare = strip_scheme_word(bare);
            if is_email(bare) {
                self.emails.push(bare.to_owned());
            } else if is_url(bare) {
                self.urls.push(bare.to_owned());
            } else {
                left.push(word);
            }
        }
        let found = (self.emails.len(), self.urls.len()) != before;
        let left = left.join(" ");
        if self.takes_phones(&left) {
            return true;
        }
        if found {
            // What stands before an address on its line is its label (`E-Mail:`, `web`) or a name.
            let label = left.trim_end_matches([':', '：', '<']).trim();
            return label.split_whitespace().count() < 2;
        }
        self.takes_address(line) || self.takes_company(line) || self.takes_position(line)
    }

    fn takes_phones(&mut self, line: &str) -> bool {
        let mut rest = line;
        let mut taken = false;
        while let Some(start) = rest.find(|c: char| c == '+' || c == '(' || c.is_ascii_digit()) {
            let (lead, from) = rest.split_at(start);
            let end = from
                .find(|c: char| !(c.is_ascii_digit() || " +-()./\u{a0}\u{2013}".contains(c)))
                .unwrap_or(from.len());
            let number = from[..end].trim().trim_end_matches(['-', '.', '/', '(', '+']).trim();
            let digits = number.bytes().filter(u8::is_ascii_digit).count();
            let label = phone_label(lead);
            // A bare run of digits may be a postcode or a house number; a label or a plus makes it a phone.
            let sure =
                label.is_some() || number.starts_with(['+', '(']) || number.starts_with("00");
            let alone = lead.trim().is_empty() && from[end..].trim().is_empty();
            if !((7..=17).contains(&digits) && (sure || (alone && digits >= 8))) {
                return taken;
            }
            self.phones.push((label.unwrap_or_default().to_owned(), number.to_owned()));
            taken = true;
            rest = &from[end..];
        }
        taken
    }

    fn takes_address(&mut self, line: &str) -> bool {
        let folded = line.to_lowercase();
        let words: Vec<&str> = folded.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let numbered = words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let street = numbered
            && words.iter().any(|word| {
                STREET_WORDS.contains(&word.trim_end_matches('.'))
                    || STREET_ENDS.iter().any(|end| word.ends_with(end))
            });
        let chinese = (line.contains('路') || line.contains('街') || line.contains('区'))
            && (line.contains('号') || line.contains('市'));
        let parts: Vec<&str> = line.split([',', '，']).map(str::trim).collect();
        if street || chinese {
            for (index, part) in parts.iter().enumerate() {
                if index == 0 || !self.takes_town(part) {
                    push_line(&mut self.address.street, part);
                }
            }
            return true;
        }
        parts.iter().any(|part| self.takes_town(part))
    }

    /// `70173 Stuttgart`, `D-70173 Stuttgart`, `SW1A 1AA London` is left alone: too many shapes.
    fn takes_town(&mut self, part: &str) -> bool {
        let Some((code, town)) = part.split_once(' ') else { return false };
        let digits = code.split_once('-').map_or(code, |(_, digits)| digits);
        let is_code = (4..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let is_town = !town.contains(|c: char| c.is_ascii_digit()) && !town.trim().is_empty();
        if !(is_code && is_town && self.address.city.is_empty()) {
            return false;
        }
        digits.clone_into(&mut self.address.postcode);
        town.trim().clone_into(&mut self.address.city);
        true
    }

    fn takes_company(&mut self, line: &str) -> bool {
        if self.company.is_some() || !names_company(line) {
            return false;
        }
        self.company = Some(line.to_owned());
        true
    }

    fn takes_position(&mut self, line: &str) -> bool {
        let folded = line.to_lowercase();
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
        let ends = |list: &[&str]| list.iter().any(|end| line.ends_with(end));
        // `张伟 销售经理`: Chinese cards have name and position on one line.
        if let Some((name, position)) = line.split_once(' ')
            && self.name.is_none()
            && ends(POSITION_ENDS)
            && (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        {
            self.name = Some(name.to_owned());
            self.position = Some(position.to_owned());
            return true;
        }
        if self.position.is_none() && (has(POSITION_WORDS) || ends(POSITION_ENDS)) {
            self.position = Some(line.to_owned());
            return true;
        }
        if self.department.is_none() && (has(DEPARTMENT_WORDS) || ends(DEPARTMENT_ENDS)) {
            self.department = Some(line.to_owned());
            return true;
        }
        false
    }

    /// The first line that could be a person's name is it; the rest stays unused.
    fn takes_names(&mut self, lines: Vec<String>) {
        for line in lines {
            if self.name.is_none() && could_be_name(&line) {
                self.name = Some(line);
            } else {
                self.rest.push(line);
            }
        }
    }
}

fn tidy(line: &str) -> String {
    let line: String = line.chars().map(|c| if c == '\u{3000}' { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_greeting(line: &str) -> bool {
    let folded = line.to_lowercase();
    GREETINGS.iter().any(|word| folded.starts_with(word)) && !folded.contains('@')
}

fn strip_scheme_word(word: &str) -> &str {
    for lead in ["mailto:", "email:", "e-mail:", "mail:", "邮箱：", "邮箱:"] {
        if let Some(start) = word.get(..lead.len())
            && start.eq_ignore_ascii_case(lead)
        {
            return &word[lead.len()..];
        }
    }
    word
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.ends_with('.') && !host.contains('@')
    })
}

fn is_url(word: &str) -> bool {
    let folded = word.to_lowercase();
    if folded.starts_with("http://") || folded.starts_with("https://") || folded.starts_with("www.")
    {
        return true;
    }
    let host = folded.split('/').next().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(name, top)| {
        ["com", "net", "org", "de", "cn", "eu", "io", "fr", "it", "es", "fi", "ch", "at"]
            .contains(&top)
            && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
            && name.chars().any(char::is_alphabetic)
            && name.len() > 2
    })
}

fn phone_label(lead: &str) -> Option<&'static str> {
    let word = lead.to_lowercase();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let word = word.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    PHONE_WORDS.iter().find(|(known, _)| *known == word).map(|(_, label)| *label)
}

/// Whether a line names a company: by its legal form, or the words Chinese companies end in.
#[must_use]
pub fn names_company(line: &str) -> bool {
    let folded = line.to_lowercase().replace("& co.", "& co");
    folded
        .split([' ', ',', '/'])
        .map(|word| word.replace('.', ""))
        .skip(1)
        .any(|word| COMPANY_WORDS.contains(&word.as_str()))
        || COMPANY_ENDS.iter().any(|end| line.ends_with(end))
}

fn could_be_name(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let words = line.split_whitespace().count();
    letters >= 2
        && words <= 5
        && !line.contains(|c: char| c.is_ascii_digit() || ":：/@!?".contains(c))
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_german_signature() {
        let card = Card::read(
            "Mit freundlichen Grüßen\n\nDr. Anna Müller\nLeiterin Einkauf\nMüller Maschinenbau AG\n\
             Königstraße 12, 70173 Stuttgart\nTel.: +49 711 555-010  Fax: +49 711 555-019\n\
             Mobil 0171 2345678\nE-Mail: anna.mueller@mueller.de\nwww.mueller.de",
        )
        .unwrap();
        assert_eq!(card.name.as_deref(), Some("Dr. Anna Müller"));
        assert_eq!(card.company.as_deref(), Some("Müller Maschinenbau AG"));
        assert_eq!(card.position.as_deref(), Some("Leiterin Einkauf"));
        assert_eq!(
            card.phones,
            [
                ("work".to_owned(), "+49 711 555-010".to_owned()),
                ("fax".to_owned(), "+49 711 555-019".to_owned()),
                ("mobile".to_owned(), "0171 2345678".to_owned()),
            ]
        );
        assert_eq!(card.emails, ["anna.mueller@mueller.de"]);
        assert_eq!(card.urls, ["www.mueller.de"]);
        assert_eq!(card.address.street, "Königstraße 12");
        assert_eq!(
            (card.address.postcode.as_str(), card.address.city.as_str()),
            ("70173", "Stuttgart")
        );
        assert!(card.rest.is_empty(), "{:?}", card.rest);
    }

    #[test]
    fn a_chinese_card() {
        let card = Card::read(
            "张伟　销售经理\n安邦科技有限公司\n手机：13800138000\n电话：0571-8765 4321\n邮箱：zhangwei@anbang.cn\n杭州市西湖区文三路 100 号",
        )
        .unwrap();
        assert_eq!(
            (card.name.as_deref(), card.position.as_deref()),
            (Some("张伟"), Some("销售经理"))
        );
        assert_eq!(card.company.as_deref(), Some("安邦科技有限公司"));
        assert_eq!(card.phones[0], ("mobile".to_owned(), "13800138000".to_owned()));
        assert_eq!(card.phones[1], ("work".to_owned(), "0571-8765 4321".to_owned()));
        assert_eq!(card.emails, ["zhangwei@anbang.cn"]);
        assert_eq!(card.address.street, "杭州市西湖区文三路 100 号");
    }

    #[test]
    fn an_american_signature_on_few_lines() {
        let card = Card::read(
            "Jane Roe | VP of Sales\nAcme Pumps, Inc.\n100 Main Street, Springfield\n(212) 555-0100 • jane@acme.com • acme.com",
        )
        .unwrap();
        assert_eq!(card.name.as_deref(), Some("Jane Roe"));
        assert_eq!(card.position.as_deref(), Some("VP of Sales"));
        assert_eq!(card.company.as_deref(), Some("Acme Pumps, Inc."));
        assert_eq!(card.phones, [(String::new(), "(212) 555-0100".to_owned())]);
        assert_eq!((card.emails[0].as_str(), card.urls[0].as_str()), ("jane@acme.com", "acme.com"));
    }

    #[test]
    fn plain_prose_is_no_card() {
        assert_eq!(Card::read("call me tomorrow\nabout the three pumps"), None);
        assert_eq!(Card::read("anna@mueller.de"), None);
        assert_eq!(Card::read(""), None);
    }

    #[test]
    fn numbers_that_are_no_phones() {
        let card =
            Card::read("Bo Berg\nCustomer no. 1234567\nSince 1998\nbo@berg.example").unwrap();
        assert!(card.phones.is_empty(), "{:?}", card.phones);
        assert_eq!(card.name.as_deref(), Some("Bo Berg"));
    }
}
