//! The key behind the order of names.

use super::{Reading, fold, is_han, readings};

/// Keys compare by this many characters of the text; what differs later keeps the order of records.
const LENGTH: usize = 60;

/// The text a title is sorted by: folded, Chinese characters by their pinyin, so that Chinese and
/// Latin names share one alphabet. Each syllable is followed by its character: namesakes in sound
/// (`张`, `章`) stay apart from each other.
///
/// Signs before the first letter or digit do not count: `"Acme"` stands under A.
#[must_use]
pub fn sort_key(text: &str) -> String {
    let folded = fold(text);
    let start = folded.find(char::is_alphanumeric).unwrap_or(0);
    let folded = &folded[start..];
    if folded.is_ascii() {
        return folded.get(..LENGTH).unwrap_or(folded).to_owned();
    }
    let mut key = String::with_capacity(folded.len() * 2);
    let characters: Vec<char> = folded.chars().take(LENGTH).collect();
    let mut rest = characters.as_slice();
    while let Some(&first) = rest.first() {
        let run = rest.iter().take_while(|c| is_han(**c)).count();
        if run == 0 {
            key.push(first);
            rest = &rest[1..];
            continue;
        }
        let (han, after) = rest.split_at(run);
        if !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
        push_han(&mut key, han);
        if after.first().is_some_and(|c| *c != ' ') {
            key.push(' ');
        }
        rest = after;
    }
    key
}

fn push_han(key: &mut String, han: &[char]) {
    let text: String = han.iter().collect();
    let reading = readings(&text).into_iter().next();
    let mut syllables = reading.iter().flat_map(Reading::syllables);
    for (index, &c) in han.iter().enumerate() {
        if index > 0 {
            key.push(' ');
        }
        key.push_str(syllables.next().unwrap_or_default());
        key.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_share_one_alphabet() {
        let mut names = [
            "Zoe",
            "张伟",
            "Adam",
            "李娜",
            "Łukasz",
            "曾国藩",
            "章子怡",
            "张三",
            "Zhao",
            "\"Bern\" AG",
        ];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(
            names,
            [
                "Adam",
                "\"Bern\" AG",
                "李娜",
                "Łukasz",
                "曾国藩",
                "张三",
                "张伟",
                "章子怡",
                "Zhao",
                "Zoe"
            ]
        );
    }

    #[test]
    fn mixed_rare_and_long_text_has_a_key() {
        assert_eq!(sort_key("ABC贸易 Ltd"), "abc mao贸 yi易 ltd");
        assert_eq!(sort_key("重庆A"), "chong重 qing庆 a");
        assert!(sort_key("𠮷野家").contains('𠮷'));
        assert_eq!(sort_key("???"), "???");
        assert_eq!(sort_key(""), "");
        assert!(sort_key(&"长".repeat(10_000)).chars().count() < 600);
        assert_eq!(sort_key(&"x".repeat(10_000)).len(), LENGTH);
    }
}
