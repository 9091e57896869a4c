//! Chinese characters read aloud.
//!
//! A table of single characters gives the common reading; surnames, place names and the characters
//! with two common readings stand in tables here, because the common reading of `曾` (céng) is not
//! how a Mr Zeng is found.

use pinyin::ToPinyin;

/// At most so many readings are given of one text.
const MOST_READINGS: usize = 8;

/// Longer texts are read to here: nobody types more to find them.
const LONGEST: usize = 40;

/// One way to read a Chinese text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading(Vec<&'static str>);

impl Reading {
    /// The syllables, one for each character, without tones, `ü` as `v`; empty where a character has
    /// no known reading.
    pub fn syllables(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().copied()
    }

    /// The syllables as one word: `zhangwei`.
    #[must_use]
    pub fn full(&self) -> String {
        self.0.concat()
    }

    /// The first letters of the syllables: `zw`.
    #[must_use]
    pub fn initials(&self) -> String {
        self.0.iter().filter_map(|syllable| syllable.chars().next()).collect()
    }
}

/// True for Chinese characters, those outside the basic plane too.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '\u{3005}' | '\u{3007}')
}

/// How a run of Chinese characters may be read, the likeliest first, at most eight ways; none where
/// no character has a known reading. A surname at the beginning is read as one.
#[must_use]
pub fn readings(text: &str) -> Vec<Reading> {
    let characters: Vec<char> = text.chars().take(LONGEST).collect();
    let mut ways: Vec<Vec<&'static str>> = vec![Vec::new()];
    let mut at = 0;
    while at < characters.len() {
        if let Some((length, syllables)) = phrase(&characters[at..]) {
            ways.iter_mut().for_each(|way| way.extend_from_slice(syllables));
            at += length;
            continue;
        }
        let options = options(characters[at], at == 0);
        at += 1;
        let room = MOST_READINGS / ways.len();
        let others: Vec<_> = options
            .iter()
            .skip(1)
            .take(room.saturating_sub(1))
            .flat_map(|option| {
                ways.iter().map(move |way| way.iter().chain([option]).copied().collect::<Vec<_>>())
            })
            .collect();
        let first = options.first().copied().unwrap_or_default();
        ways.iter_mut().for_each(|way| way.push(first));
        ways.extend(others);
    }
    ways.retain(|way| way.iter().any(|syllable| !syllable.is_empty()));
    ways.into_iter().map(Reading).collect()
}

fn options(c: char, leading: bool) -> Vec<&'static str> {
    let mut options: Vec<&'static str> = Vec::new();
    if leading && let Some((_, reading)) = SURNAMES.iter().find(|(name, _)| *name == c) {
        options.push(reading);
    }
    match SEVERAL.iter().find(|(several, _)| *several == c) {
        Some((_, readings)) => options.extend_from_slice(readings),
        None => options.extend(c.to_pinyin().map(pinyin::Pinyin::plain)),
    }
    // Passports and old spellings write `lu` or `nu` where keyboards write `lv` and `nv`.
    match options.first().copied() {
        Some("lü" | "lv") => options.splice(..1, ["lv", "lu"]).for_each(drop),
        Some("nü" | "nv") => options.splice(..1, ["nv", "nu"]).for_each(drop),
        Some("lüe" | "lve") => options.splice(..1, ["lve", "lue"]).for_each(drop),
        Some("nüe" | "nve") => options.splice(..1, ["nve", "nue"]).for_each(drop),
        _ => {}
    }
    let mut seen = Vec::new();
    options.retain(|option| {
        let new = !seen.contains(option);
        seen.push(*option);
        new
    });
    options
}

fn phrase(characters: &[char]) -> Option<(usize, &'static [&'static str])> {
    let second = *characters.get(1)?;
    PHRASES.iter().find_map(|(phrase, syllables)| {
        let mut phrase = phrase.chars();
        (phrase.next() == characters.first().copied() && phrase.next() == Some(second))
            .then_some((2, *syllables))
    })
}

/// Characters that sound different as a surname.
const SURNAMES: &[(char, &str)] = &[
    ('曾', "zeng"),
    ('查', "zha"),
    ('单', "shan"),
    ('單', "shan"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('區', "ou"),
    ('朴', "piao"),
    ('翟', "zhai"),
    ('覃', "qin"),
    ('缪', "miao"),
    ('繆', "miao"),
    ('盖', "ge"),
    ('乐', "yue"),
    ('樂', "yue"),
    ('员', "yun"),
    ('秘', "bi"),
    ('种', "chong"),
    ('召', "shao"),
    ('折', "she"),
    ('洗', "xian"),
    ('繁', "po"),
    ('晟', "cheng"),
    ('佴', "nai"),
    ('隗', "wei"),
    ('句', "gou"),
    ('适', "kuo"),
    ('祭', "zhai"),
    ('藏', "zang"),
];

/// Characters with several common readings, the likeliest in names of people and companies first.
const SEVERAL: &[(char, &[&str])] = &[
    ('长', &["chang", "zhang"]),
    ('長', &["chang", "zhang"]),
    ('重', &["zhong", "chong"]),
    ('行', &["xing", "hang"]),
    ('乐', &["le", "yue"]),
    ('樂', &["le", "yue"]),
    ('朝', &["chao", "zhao"]),
    ('都', &["du", "dou"]),
    ('厦', &["xia", "sha"]),
    ('廈', &["xia", "sha"]),
    ('曾', &["ceng", "zeng"]),
    ('查', &["cha", "zha"]),
    ('单', &["dan", "shan"]),
    ('解', &["jie", "xie"]),
    ('调', &["diao", "tiao"]),
    ('传', &["chuan", "zhuan"]),
    ('藏', &["cang", "zang"]),
    ('弹', &["dan", "tan"]),
    ('盛', &["sheng", "cheng"]),
    ('晟', &["sheng", "cheng"]),
    ('石', &["shi", "dan"]),
    ('校', &["xiao", "jiao"]),
    ('系', &["xi", "ji"]),
    ('角', &["jiao", "jue"]),
    ('参', &["can", "shen"]),
    ('差', &["cha", "chai"]),
    ('便', &["bian", "pian"]),
    ('率', &["lv", "shuai"]),
    ('降', &["jiang", "xiang"]),
    ('卡', &["ka", "qia"]),
    ('柏', &["bai", "bo"]),
    ('贾', &["jia", "gu"]),
    ('会', &["hui", "kuai"]),
    ('车', &["che", "ju"]),
    ('蔚', &["wei", "yu"]),
    ('莞', &["guan", "wan"]),
    ('茜', &["qian", "xi"]),
    ('娜', &["na", "nuo"]),
    ('筠', &["yun", "jun"]),
    ('隽', &["juan", "jun"]),
    ('宓', &["mi", "fu"]),
    ('还', &["huan", "hai"]),
    ('着', &["zhe", "zhuo"]),
    ('种', &["zhong", "chong"]),
    ('区', &["qu", "ou"]),
    ('𠮷', &["ji"]),
];

/// Pairs of characters with a reading of their own: places, compound surnames, trades.
const PHRASES: &[(&str, &[&str])] = &[
    ("重庆", &["chong", "qing"]),
    ("重慶", &["chong", "qing"]),
    ("厦门", &["xia", "men"]),
    ("大厦", &["da", "sha"]),
    ("成都", &["cheng", "du"]),
    ("首都", &["shou", "du"]),
    ("银行", &["yin", "hang"]),
    ("銀行", &["yin", "hang"]),
    ("商行", &["shang", "hang"]),
    ("车行", &["che", "hang"]),
    ("行业", &["hang", "ye"]),
    ("音乐", &["yin", "yue"]),
    ("长江", &["chang", "jiang"]),
    ("长春", &["chang", "chun"]),
    ("长沙", &["chang", "sha"]),
    ("长城", &["chang", "cheng"]),
    ("长安", &["chang", "an"]),
    ("长虹", &["chang", "hong"]),
    ("六安", &["lu", "an"]),
    ("番禺", &["pan", "yu"]),
    ("东莞", &["dong", "guan"]),
    ("台州", &["tai", "zhou"]),
    ("丽水", &["li", "shui"]),
    ("蚌埠", &["beng", "bu"]),
    ("西藏", &["xi", "zang"]),
    ("朝阳", &["chao", "yang"]),
    ("会计", &["kuai", "ji"]),
    ("重工", &["zhong", "gong"]),
    ("重型", &["zhong", "xing"]),
    ("欧阳", &["ou", "yang"]),
    ("尉迟", &["yu", "chi"]),
    ("万俟", &["mo", "qi"]),
    ("长孙", &["zhang", "sun"]),
    ("单于", &["chan", "yu"]),
    ("澹台", &["tan", "tai"]),
    ("令狐", &["ling", "hu"]),
    ("皇甫", &["huang", "fu"]),
    ("呼延", &["hu", "yan"]),
    ("仲长", &["zhong", "chang"]),
    ("宿迁", &["su", "qian"]),
    ("校长", &["xiao", "zhang"]),
    ("董事", &["dong", "shi"]),
    ("部长", &["bu", "zhang"]),
    ("处长", &["chu", "zhang"]),
    ("厂长", &["chang", "zhang"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use pinyin::ToPinyinMulti;

    fn full(text: &str) -> Vec<String> {
        readings(text).iter().map(Reading::full).collect()
    }

    #[test]
    fn common_names_have_their_reading_first() {
        for (text, first) in [
            ("张伟", "zhangwei"),
            ("曾国藩", "zengguofan"),
            ("查良镛", "zhaliangyong"),
            ("单田芳", "shantianfang"),
            ("解晓东", "xiexiaodong"),
            ("仇英", "qiuying"),
            ("重庆", "chongqing"),
            ("长孙无忌", "zhangsunwuji"),
            ("上海浦东发展银行", "shanghaipudongfazhanyinhang"),
            ("厦门航空", "xiamenhangkong"),
            ("吕布", "lvbu"),
            ("女娲", "nvwa"),
        ] {
            assert_eq!(full(text).first().map(String::as_str), Some(first), "{text}");
        }
    }

    #[test]
    fn other_readings_are_kept() {
        assert!(full("长河").contains(&"zhanghe".to_owned()));
        assert!(full("长河").contains(&"changhe".to_owned()));
        assert!(full("吕布").contains(&"lubu".to_owned()));
        assert!(full("曾经").contains(&"cengjing".to_owned()));
        assert_eq!(readings("张伟")[0].initials(), "zw");
    }

    #[test]
    fn the_number_of_readings_is_bounded() {
        assert!(readings(&"长重行乐朝".repeat(200)).len() <= MOST_READINGS);
    }

    #[test]
    fn unknown_characters_are_passed_over() {
        assert!(readings("").is_empty());
        assert!(readings("abc").is_empty());
        assert_eq!(full("𠮷田"), ["jitian"]);
        assert_eq!(readings("\u{2ffff}").len(), 0);
    }

    #[test]
    fn the_tables_give_readings_that_exist() {
        let known = |c: char, reading: &str| {
            c.to_pinyin_multi().is_none_or(|multi| {
                multi.into_iter().any(|one| one.plain().replace('ü', "v") == reading)
            })
        };
        for (c, reading) in SURNAMES {
            assert!(known(*c, reading), "{c} {reading}");
            let usual = options(*c, false);
            assert_ne!(usual.first(), Some(reading), "{c} is read {reading} anyway");
        }
        for (c, readings) in SEVERAL {
            for reading in *readings {
                assert!(known(*c, reading), "{c} {reading}");
            }
        }
        for (phrase, syllables) in PHRASES {
            assert_eq!(phrase.chars().count(), 2, "{phrase}");
            for (c, syllable) in phrase.chars().zip(*syllables) {
                assert!(known(c, syllable), "{c} {syllable}");
            }
        }
    }
}
