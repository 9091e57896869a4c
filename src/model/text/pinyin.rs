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
    let mut ways: Vec<Vec<&'static str>> = vec![Vec::with_capacity(characters.len())];
    let mut at = 0;
    while at < characters.len() {
        if let Some(syllables) = phrase(&characters[at..]) {
            for way in &mut ways {
                way.extend_from_slice(syllables);
            }
            at += 2;
            continue;
        }
        let (first, others) = options(characters[at], at == 0);
        at += 1;
        let room = (MOST_READINGS / ways.len()).saturating_sub(1);
        let before = ways.len();
        for other in others.into_iter().flatten().take(room) {
            for index in 0..before {
                let mut way = ways[index].clone();
                way.push(other);
                ways.push(way);
            }
        }
        for way in &mut ways[..before] {
            way.push(first);
        }
    }
    ways.retain(|way| way.iter().any(|syllable| !syllable.is_empty()));
    ways.into_iter().map(Reading).collect()
}

/// How a character is read, and at most two other ways.
fn options(c: char, leading: bool) -> (&'static str, [Option<&'static str>; 2]) {
    let several: &[&str] = of(SEVERAL, c).unwrap_or_default();
    let usual = match several {
        [first, ..] => first,
        [] => c.to_pinyin().map(pinyin::Pinyin::plain).unwrap_or_default(),
    };
    let other = several.get(1).copied();
    if leading && let Some(surname) = of(SURNAMES, c) {
        return (surname, [(usual != surname).then_some(usual), other.filter(|o| *o != surname)]);
    }
    // Passports and old spellings write `lu` or `nu` where keyboards write `lv` and `nv`.
    match usual {
        "lü" | "lv" => ("lv", [Some("lu"), other]),
        "nü" | "nv" => ("nv", [Some("nu"), other]),
        "lüe" | "lve" => ("lve", [Some("lue"), other]),
        "nüe" | "nve" => ("nve", [Some("nue"), other]),
        usual => (usual, [other, None]),
    }
}

fn phrase(characters: &[char]) -> Option<&'static [&'static str; 2]> {
    let pair = characters.first_chunk::<2>()?;
    let place = PHRASES.binary_search_by_key(pair, |(phrase, _)| *phrase).ok()?;
    Some(&PHRASES[place].1)
}

/// What a table, ordered by character, has for `c`.
fn of<T: Copy>(table: &[(char, T)], c: char) -> Option<T> {
    table.binary_search_by_key(&c, |(key, _)| *key).ok().map(|place| table[place].1)
}

/// Characters that sound different as a surname.
const SURNAMES: &[(char, &str)] = &[
    ('乐', "yue"),
    ('仇', "qiu"),
    ('佴', "nai"),
    ('区', "ou"),
    ('區', "ou"),
    ('单', "shan"),
    ('句', "gou"),
    ('召', "shao"),
    ('员', "yun"),
    ('單', "shan"),
    ('折', "she"),
    ('晟', "cheng"),
    ('曾', "zeng"),
    ('朴', "piao"),
    ('查', "zha"),
    ('樂', "yue"),
    ('洗', "xian"),
    ('盖', "ge"),
    ('祭', "zhai"),
    ('种', "chong"),
    ('秘', "bi"),
    ('繁', "po"),
    ('繆', "miao"),
    ('缪', "miao"),
    ('翟', "zhai"),
    ('藏', "zang"),
    ('覃', "qin"),
    ('解', "xie"),
    ('适', "kuo"),
    ('隗', "wei"),
];

/// Characters with several common readings, the likeliest in names of people and companies first.
const SEVERAL: &[(char, &[&str])] = &[
    ('乐', &["le", "yue"]),
    ('会', &["hui", "kuai"]),
    ('传', &["chuan", "zhuan"]),
    ('便', &["bian", "pian"]),
    ('区', &["qu", "ou"]),
    ('单', &["dan", "shan"]),
    ('卡', &["ka", "qia"]),
    ('厦', &["xia", "sha"]),
    ('参', &["can", "shen"]),
    ('娜', &["na", "nuo"]),
    ('宓', &["mi", "fu"]),
    ('差', &["cha", "chai"]),
    ('廈', &["xia", "sha"]),
    ('弹', &["dan", "tan"]),
    ('晟', &["sheng", "cheng"]),
    ('曾', &["ceng", "zeng"]),
    ('朝', &["chao", "zhao"]),
    ('柏', &["bai", "bo"]),
    ('查', &["cha", "zha"]),
    ('校', &["xiao", "jiao"]),
    ('樂', &["le", "yue"]),
    ('率', &["lv", "shuai"]),
    ('盛', &["sheng", "cheng"]),
    ('着', &["zhe", "zhuo"]),
    ('石', &["shi", "dan"]),
    ('种', &["zhong", "chong"]),
    ('筠', &["yun", "jun"]),
    ('系', &["xi", "ji"]),
    ('茜', &["qian", "xi"]),
    ('莞', &["guan", "wan"]),
    ('蔚', &["wei", "yu"]),
    ('藏', &["cang", "zang"]),
    ('行', &["xing", "hang"]),
    ('角', &["jiao", "jue"]),
    ('解', &["jie", "xie"]),
    ('调', &["diao", "tiao"]),
    ('贾', &["jia", "gu"]),
    ('车', &["che", "ju"]),
    ('还', &["huan", "hai"]),
    ('都', &["du", "dou"]),
    ('重', &["zhong", "chong"]),
    ('長', &["chang", "zhang"]),
    ('长', &["chang", "zhang"]),
    ('降', &["jiang", "xiang"]),
    ('隽', &["juan", "jun"]),
    ('𠮷', &["ji"]),
];

/// Pairs of characters with a reading of their own: places, compound surnames, trades.
const PHRASES: &[([char; 2], [&str; 2])] = &[
    (['万', '俟'], ["mo", "qi"]),
    (['东', '莞'], ["dong", "guan"]),
    (['丽', '水'], ["li", "shui"]),
    (['令', '狐'], ["ling", "hu"]),
    (['仲', '长'], ["zhong", "chang"]),
    (['会', '计'], ["kuai", "ji"]),
    (['六', '安'], ["lu", "an"]),
    (['单', '于'], ["chan", "yu"]),
    (['厂', '长'], ["chang", "zhang"]),
    (['厦', '门'], ["xia", "men"]),
    (['台', '州'], ["tai", "zhou"]),
    (['呼', '延'], ["hu", "yan"]),
    (['商', '行'], ["shang", "hang"]),
    (['处', '长'], ["chu", "zhang"]),
    (['大', '厦'], ["da", "sha"]),
    (['宿', '迁'], ["su", "qian"]),
    (['尉', '迟'], ["yu", "chi"]),
    (['成', '都'], ["cheng", "du"]),
    (['朝', '阳'], ["chao", "yang"]),
    (['校', '长'], ["xiao", "zhang"]),
    (['欧', '阳'], ["ou", "yang"]),
    (['澹', '台'], ["tan", "tai"]),
    (['番', '禺'], ["pan", "yu"]),
    (['皇', '甫'], ["huang", "fu"]),
    (['董', '事'], ["dong", "shi"]),
    (['蚌', '埠'], ["beng", "bu"]),
    (['行', '业'], ["hang", "ye"]),
    (['西', '藏'], ["xi", "zang"]),
    (['车', '行'], ["che", "hang"]),
    (['部', '长'], ["bu", "zhang"]),
    (['重', '型'], ["zhong", "xing"]),
    (['重', '工'], ["zhong", "gong"]),
    (['重', '庆'], ["chong", "qing"]),
    (['重', '慶'], ["chong", "qing"]),
    (['銀', '行'], ["yin", "hang"]),
    (['银', '行'], ["yin", "hang"]),
    (['长', '城'], ["chang", "cheng"]),
    (['长', '孙'], ["zhang", "sun"]),
    (['长', '安'], ["chang", "an"]),
    (['长', '春'], ["chang", "chun"]),
    (['长', '江'], ["chang", "jiang"]),
    (['长', '沙'], ["chang", "sha"]),
    (['长', '虹'], ["chang", "hong"]),
    (['音', '乐'], ["yin", "yue"]),
    (['首', '都'], ["shou", "du"]),
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
    fn the_tables_are_in_order() {
        assert!(SURNAMES.is_sorted_by_key(|(c, _)| c));
        assert!(SEVERAL.is_sorted_by_key(|(c, _)| c));
        assert!(PHRASES.is_sorted_by_key(|(pair, _)| pair));
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
            assert_ne!(options(*c, false).0, *reading, "{c} is read {reading} anyway");
        }
        for (c, readings) in SEVERAL {
            for reading in *readings {
                assert!(known(*c, reading), "{c} {reading}");
            }
        }
        for (phrase, syllables) in PHRASES {
            for (c, syllable) in phrase.iter().zip(syllables) {
                assert!(known(*c, syllable), "{c} {syllable}");
            }
        }
    }
}
