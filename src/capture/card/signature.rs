//! A pasted business card or mail signature, line by line.
//!
//! A line that speaks for itself (mail, phone, web, address, legal form, position) is taken at once; of
//! the rest the likeliest is the person's name, told by the mail address where there is one. Greetings,
//! notices and what the law wants on a letter are passed over. Start at [`read`].

use super::Card;
use super::lists::{
    ACCOUNTS, COMPANY_ENDS, COMPANY_WORDS, DEPARTMENT_ENDS, DEPARTMENT_WORDS, FREEMAIL, GREETINGS,
    LABELS, LEGAL, NOTICES, PHONE_WORDS, POSITION_ENDS, POSITION_WORDS, is_social,
};
use super::place::{ends_in_number, push_line};
use crate::model::text::{fold, is_han};

/// Lines that a signature has at most; more is a letter, of which the end counts.
const LINES: usize = 24;

/// Reads the lines of a card; `None` where there are less than two.
pub(super) fn read(text: &str) -> Option<Card> {
    let lines = lines_of(text);
    if lines.len() < 2 {
        return None;
    }
    let mut card = Card::default();
    let mut left = Vec::new();
    for line in &lines {
        let parts = line.split(['|', '·', '•', '■', '►', '\u{2502}', '｜']);
        for part in parts.flat_map(|part| part.split(" // ")).map(str::trim) {
            if !part.is_empty() && !card.takes(part) {
                left.push(part.to_owned());
            }
        }
    }
    card.takes_names(left);
    Some(card)
}

/// The lines of the signature: behind the last `-- `, up to the first notice, without greetings.
fn lines_of(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = without_proxy(&tidy(line)).to_owned();
        let folded = line.to_lowercase();
        if line == "--" {
            lines.clear();
            continue;
        }
        if NOTICES.iter().any(|notice| folded.starts_with(notice)) {
            if lines.is_empty() {
                continue;
            }
            break;
        }
        let quoted = line.starts_with('>');
        let rule = !line.chars().any(char::is_alphanumeric);
        let greets = GREETINGS.iter().any(|word| folded.starts_with(word)) && !folded.contains('@');
        let legal = LEGAL.iter().any(|word| folded.starts_with(word));
        if !(line.is_empty() || quoted || rule || greets || legal) {
            lines.push(line);
        }
    }
    let from = lines.len().saturating_sub(LINES);
    lines.split_off(from)
}

fn tidy(line: &str) -> String {
    let line: String = line
        .chars()
        .map(|c| if c == '\u{3000}' || c == '\u{a0}' || c == '\t' { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '*' | '_'))
        .collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `i. A. Thomas Krüger` signs for somebody else.
fn without_proxy(line: &str) -> &str {
    let folded = line.to_lowercase();
    let lead = ["i. a. ", "i.a. ", "i. v. ", "i.v. ", "ppa. ", "p.p. "]
        .into_iter()
        .find(|lead| folded.starts_with(lead));
    lead.map_or(line, |lead| &line[lead.len()..])
}

impl Card {
    /// Takes a line that speaks for itself: reachable by, address, company, position.
    fn takes(&mut self, line: &str) -> bool {
        if self.takes_labelled(line) || is_account(line) {
            return true;
        }
        let before = (self.emails.len(), self.urls.len(), self.rest.len());
        let mut left = Vec::new();
        for word in line.split_whitespace() {
            let bare = word.trim_matches(|c: char| "<>()[],;:\"'：，；（）".contains(c));
            let bare = strip_scheme_word(bare);
            if is_email(bare) {
                push_new(&mut self.emails, bare);
            } else if is_url(bare) && is_social(bare) {
                self.rest.push(bare.to_owned());
            } else if is_url(bare) {
                push_new(&mut self.urls, bare);
            } else {
                left.push(word);
            }
        }
        let found = (self.emails.len(), self.urls.len(), self.rest.len()) != before;
        let left = left.join(" ");
        if self.takes_phones(&left) {
            return true;
        }
        if found {
            // What stands before an address on its line is its label (`E-Mail:`, `web`) or a name.
            let label = left.trim_matches([':', '：', '<', '>', ',', '/', '"', '\'', ' ']);
            if label.split_whitespace().count() >= 2 && could_be_name(label) && self.name.is_none()
            {
                self.name = Some(bare_name(label));
            }
            return true;
        }
        self.takes_address(line)
            || self.takes_company(line)
            || self.takes_position(line)
            || self.takes_two(line)
    }

    /// `职位：销售经理`, `Company: Acme`.
    fn takes_labelled(&mut self, line: &str) -> bool {
        let Some((label, value)) = line.split_once([':', '：']) else { return false };
        let (label, value) = (label.trim().to_lowercase(), value.trim());
        let Some((_, what)) = LABELS.iter().find(|(known, _)| *known == label) else {
            return false;
        };
        if value.is_empty() {
            return true;
        }
        let field = match *what {
            "name" => &mut self.name,
            "company" => &mut self.company,
            "position" => &mut self.position,
            "department" => &mut self.department,
            "postcode" => {
                value.clone_into(&mut self.address.postcode);
                return true;
            }
            _ => {
                if !self.takes_address(value) {
                    push_line(&mut self.address.street, value);
                }
                return true;
            }
        };
        if field.is_none() {
            *field = Some(value.to_owned());
        }
        true
    }

    fn takes_phones(&mut self, line: &str) -> bool {
        let mut rest = line;
        let mut taken = false;
        while let Some(start) = rest.find(|c: char| c == '+' || c == '(' || c.is_ascii_digit()) {
            let (lead, from) = rest.split_at(start);
            let end = from
                .find(|c: char| !(c.is_ascii_digit() || " +-()./\u{2013}\u{2011}".contains(c)))
                .unwrap_or(from.len());
            let number = from[..end].trim().trim_end_matches(['-', '.', '/', '(', '+', ' ']);
            let digits = number.bytes().filter(u8::is_ascii_digit).count();
            let label = phone_label(lead);
            // A bare run of digits may be a postcode or a house number; a label or a plus makes it a phone.
            let sure = label.is_some() || number.starts_with('+') || number.starts_with("00");
            let bracketed = number.starts_with('(') && digits >= 9;
            let (extension, after) = extension(&from[end..]);
            let alone = lead.trim().is_empty() && after.trim().is_empty();
            // `D-80331` is a postcode, `D 80331-22` may be a number.
            let least = if lead.trim().chars().count() <= 2 { 6 } else { 5 };
            if (least..=17).contains(&digits) && (sure || bracketed || (alone && digits >= 8)) {
                let number = match extension {
                    Some(extension) => format!("{number} ext. {extension}"),
                    None => number.to_owned(),
                };
                if !self.phones.iter().any(|(_, known)| *known == number) {
                    self.phones.push((label.unwrap_or_default().to_owned(), number));
                }
                taken = true;
                rest = after;
            } else if number.starts_with('(') && digits < 5 && from.len() > 1 {
                // `(M) ...`, `(0) ...`: what is in the brackets is no number of its own.
                rest = &from[1..];
            } else {
                return taken;
            }
        }
        taken
    }

    fn takes_company(&mut self, line: &str) -> bool {
        if self.company.is_some() || !names_company(line) || line.split_whitespace().count() > 9 {
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
            && name.chars().all(is_han)
            && !POSITION_ENDS.iter().any(|end| name.ends_with(end))
            && !DEPARTMENT_ENDS.iter().any(|end| name.ends_with(end))
        {
            self.name = Some(name.to_owned());
            self.position = Some(position.to_owned());
            return true;
        }
        // `销售部 经理` says both.
        if let Some((department, position)) = line.split_once(' ')
            && DEPARTMENT_ENDS.iter().any(|end| department.ends_with(end))
            && POSITION_ENDS.iter().any(|end| position.ends_with(end))
            && self.position.is_none()
        {
            self.department = Some(department.to_owned());
            self.position = Some(position.to_owned());
            return true;
        }
        let wordy = line.split_whitespace().count() > 8;
        let department =
            has(DEPARTMENT_WORDS) || (ends(DEPARTMENT_ENDS) && line.chars().any(is_han));
        let position = has(POSITION_WORDS) || ends(POSITION_ENDS);
        if self.position.is_none() && position && !wordy && !self.has_two(line) {
            self.position = Some(line.to_owned());
            return true;
        }
        if self.department.is_none() && (department || position) && !wordy && !self.has_two(line) {
            self.department = Some(line.to_owned());
            return true;
        }
        false
    }

    /// Whether a line says two things: `Jane Roe, VP Sales`.
    fn has_two(&self, line: &str) -> bool {
        self.name.is_none()
            && halves(line).is_some_and(|(first, second)| {
                could_be_name(first)
                    && first.split_whitespace().count() >= 2
                    && !is_position(first)
                    && (is_position(second) || names_company(second))
            })
    }

    /// `Jane Roe, VP Sales`, `VP Sales at Acme`, `Head of Purchasing - Acme Pumps`.
    fn takes_two(&mut self, line: &str) -> bool {
        let Some((first, second)) = halves(line) else { return false };
        if self.has_two(line) {
            self.name = Some(bare_name(first));
            return self.takes_company(second) || self.takes_position(second);
        }
        false
    }

    /// The likeliest of the lines that are left is the person's name: the one that the mail address
    /// tells, else the first that could be. One that the mail's host tells is the company.
    fn takes_names(&mut self, lines: Vec<String>) {
        let mails: Vec<(String, String)> = self
            .emails
            .iter()
            .filter_map(|mail| mail.split_once('@'))
            .map(|(own, host)| (bones(own), host_name(host)))
            .collect();
        let in_mail = |line: &str| {
            let words: Vec<String> =
                line.split([' ', '-']).map(bones).filter(|word| !word.is_empty()).collect();
            let tells =
                |own: &str, word: &str| own == word || (word.len() > 2 && own.contains(word));
            mails.iter().any(|(own, _)| words.iter().any(|word| tells(own, word)))
        };
        let in_host = |line: &str| {
            let line = bones(line);
            let fits = |host: &str| host.len() > 2 && (line.contains(host) || host.contains(&line));
            mails.iter().any(|(_, host)| line.len() > 2 && fits(host))
        };
        if self.name.is_none() {
            let name = lines
                .iter()
                .find(|line| could_be_name(line) && in_mail(line) && !in_host(line))
                .or_else(|| lines.iter().find(|line| could_be_name(line) && in_mail(line)))
                .or_else(|| lines.iter().find(|line| could_be_name(line) && !in_host(line)));
            self.name = name.map(|name| bare_name(name));
        }
        for line in lines {
            let is_name = self.name.as_ref().is_some_and(|name| *name == bare_name(&line));
            if is_name {
                continue;
            }
            if !self.address.city.is_empty()
                && self.address.street.is_empty()
                && ends_in_number(&line)
            {
                self.address.street = line;
                continue;
            }
            if self.company.is_none() && in_host(&line) {
                self.company = Some(line);
            } else {
                self.rest.push(line);
            }
        }
        // `Position, Company`: the company stood on the line of the position.
        if self.company.is_none()
            && let Some(position) = &self.position
            && let Some((first, second)) = halves(position)
            && (in_host(second) || names_company(second))
        {
            let (first, second) = (first.to_owned(), second.to_owned());
            (self.position, self.company) = (Some(first), Some(second));
        }
    }
}

/// A line in two where a mark or `at` parts it.
fn halves(line: &str) -> Option<(&str, &str)> {
    let marks = [", ", " - ", " – ", " — ", " @ ", " at ", " bei ", "，"];
    let (at, mark) = marks
        .iter()
        .filter_map(|mark| line.find(mark).map(|at| (at, *mark)))
        .min_by_key(|(at, _)| *at)?;
    Some((line[..at].trim(), line[at + mark.len()..].trim()))
}

fn is_position(text: &str) -> bool {
    let folded = text.to_lowercase();
    folded.split(|c: char| !c.is_alphanumeric()).any(|word| POSITION_WORDS.contains(&word))
        || POSITION_ENDS.iter().any(|end| text.ends_with(end))
}

fn is_account(line: &str) -> bool {
    let folded = line.to_lowercase();
    ACCOUNTS.iter().any(|word| folded.starts_with(word))
        && !folded.contains('@')
        && (folded.contains([':', '：', '/']) || folded.split_whitespace().count() <= 2)
        && phone_label(folded.split([':', '：']).next().unwrap_or_default()).is_none()
}

/// Letters only, without accents; `ü` as `u`, and `ue` the same.
fn bones(text: &str) -> String {
    let folded: String = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
    folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// The name in a host: `mueller-pumpen` of `mail.mueller-pumpen.de`; nothing of a freemail service.
fn host_name(host: &str) -> String {
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.pop();
    if labels.len() > 1 && matches!(labels.last(), Some(&"co" | &"com" | &"net" | &"org" | &"ac")) {
        labels.pop();
    }
    let name = labels.last().copied().unwrap_or_default().to_lowercase();
    if FREEMAIL.contains(&name.as_str()) { String::new() } else { bones(&name) }
}

/// A name without degrees behind it and pronouns.
fn bare_name(text: &str) -> String {
    let text = text.split(" (").next().unwrap_or(text).trim();
    match text.split_once(',') {
        Some((name, degrees)) if degrees.trim().len() <= 12 && name.contains(' ') => {
            name.trim().to_owned()
        }
        _ => text.trim_end_matches([',', ';']).to_owned(),
    }
}

/// `ext. 12`, `x12`, `转 801` at the start of what follows a number; and what follows that.
fn extension(text: &str) -> (Option<&str>, &str) {
    let trimmed = text.trim_start();
    let folded = trimmed.to_lowercase();
    for word in ["extension", "ext.", "ext", "分机", "转", "x"] {
        if let Some(rest) = folded.strip_prefix(word) {
            let rest = &trimmed[trimmed.len() - rest.len()..];
            let digits = rest.trim_start_matches([' ', ':', '：', '.']);
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            if (1..=6).contains(&end) {
                return (Some(&digits[..end]), &digits[end..]);
            }
        }
    }
    (None, text)
}

fn strip_scheme_word(word: &str) -> &str {
    for lead in [
        "mailto:",
        "email:",
        "e-mail:",
        "mail:",
        "邮箱：",
        "邮箱:",
        "邮件：",
        "web:",
        "网址：",
        "e:",
    ] {
        if let Some(start) = word.get(..lead.len())
            && start.to_lowercase() == lead
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
        [
            "com", "net", "org", "de", "cn", "eu", "io", "fr", "it", "es", "fi", "ch", "at", "uk",
            "nl", "se", "no", "dk", "pl", "be", "biz", "info", "us", "ca", "in", "jp", "hk",
            "tech", "ai",
        ]
        .contains(&top)
            && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
            && name.chars().any(char::is_alphabetic)
            && name.len() > 2
    })
}

fn phone_label(lead: &str) -> Option<&'static str> {
    let word = lead.to_lowercase();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let last = word.rsplit(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    let known = |word: &str| PHONE_WORDS.iter().find(|(known, _)| *known == word);
    let first = word.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    known(last)
        .or_else(|| known(first).filter(|_| first.chars().count() > 1))
        .map(|(_, label)| *label)
}

/// Whether a line names a company: by its legal form, or the words Chinese companies end in.
fn names_company(line: &str) -> bool {
    let folded = line.to_lowercase().replace("& co.", "& co");
    folded
        .split([' ', ',', '/'])
        .map(|word| word.replace('.', ""))
        .skip(1)
        .any(|word| COMPANY_WORDS.contains(&word.as_str()))
        || COMPANY_ENDS.iter().any(|end| line.ends_with(end))
}

/// A company's name without its legal form, by which people leave it out or get it wrong: `Nordic Pumps` of
/// `Nordic Pumps Oy`; the name itself where nothing else is left.
#[must_use]
pub fn without_legal_form(name: &str) -> String {
    const CHINESE: [&str; 5] = ["股份有限公司", "有限责任公司", "有限公司", "公司", "集团"];
    let name = name.trim();
    let bare = CHINESE.iter().find_map(|form| name.strip_suffix(form));
    let words: Vec<&str> = bare.unwrap_or(name).split_whitespace().collect();
    let legal = |word: &&str| {
        let word = word.to_lowercase().replace(['.', ','], "");
        COMPANY_WORDS.contains(&word.as_str()) || matches!(word.as_str(), "&" | "und" | "and")
    };
    let end = words.iter().rposition(|word| !legal(word)).map_or(0, |last| last + 1);
    let bare = words[..end].join(" ");
    if bare.chars().count() < 2 { name.to_owned() } else { bare.trim_end_matches(',').to_owned() }
}

fn could_be_name(line: &str) -> bool {
    let line = line.split(" (").next().unwrap_or(line);
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let words = line.split_whitespace().count();
    let han = line.chars().any(is_han);
    letters >= 2
        && words <= 5
        && (!han || line.chars().filter(|c| is_han(*c)).count() <= 6)
        && (han || line.starts_with(char::is_uppercase))
        && !line.contains(|c: char| c.is_ascii_digit() || ":：/@!?&".contains(c))
}

fn push_new(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        list.push(text.to_owned());
    }
}
