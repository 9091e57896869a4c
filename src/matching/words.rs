//! Words that mean the same, or nothing: legal forms, nicknames, kinds of streets.
//!
//! All of it folded (lower case, no accents). Tables are looked up as they stand; tests hold them in
//! order.

/// Legal forms that stand after a name (or before it), joined: `g.m.b.h.` is `gmbh`.
const LEGAL: &[&str] = &[
    "ab", "ag", "aps", "as", "asa", "bhd", "bv", "bvba", "cc", "co", "company", "corp",
    "corporation", "doo", "eeig", "eg", "ek", "eurl", "ev", "gbr", "ges", "gesmbh", "gmbh", "hf",
    "inc", "incorporated", "kft", "kg", "kgaa", "kk", "lda", "llc", "llp", "lp", "ltd", "limited",
    "ltda", "mbh", "nv", "ohg", "ood", "oy", "oyj", "partg", "plc", "pllc", "pt", "pte", "pty", "pvt", "private", "sa",
    "saas", "sarl", "sas", "sasu", "sca", "scs", "sdn", "se", "sl", "slu", "snc", "spa", "spol", "sprl", "srl", "srls",
    "sro", "ug", "vof", "zoo", "zrt", "ооо", "оао", "зао", "ао", "пао",
];

/// Words that say little about which company it is.
const NOISE: &[&str] = &[
    "a", "an", "and", "at", "d", "da", "das", "de", "del", "der", "des", "di", "die", "do", "du", "e", "el", "et", "for", "fur", "gebruder",
    "group", "gruppe", "haftungsbeschrankt", "holding", "holdings", "in", "international", "la", "las", "le", "les", "los", "of", "on", "son", "sons", "the",
    "und", "van", "von", "y", "zu",
];

/// Chinese legal forms and words of kind, the longer ones first.
pub(super) const CHINESE_FORMS: &[&str] = &[
    "股份有限责任公司", "股份有限公司", "有限责任公司", "集团有限公司", "控股有限公司", "有限合伙企业", "有限合伙",
    "有限公司", "股份公司", "个体工商户", "总公司", "分公司", "子公司", "公司", "集团", "股份有限公司", "株式会社", "合同会社",
    "股份", "有限",
];

/// Chinese words for places that companies write or leave out before their name.
pub(super) const CHINESE_PLACES: &[&str] = &["特别行政区", "自治区", "省", "市"];

/// Whether a word is a legal form.
pub(super) fn is_legal(word: &str) -> bool {
    LEGAL.contains(&word)
}

/// Whether a word says little about which company it is.
pub(super) fn is_noise(word: &str) -> bool {
    NOISE.contains(&word)
}

/// Titles that stand before or after the names of people.
const TITLES: &[&str] = &[
    "dipl", "dr", "frau", "herr", "hr", "fr", "ing", "jr", "madame", "med", "miss", "mme", "monsieur", "mr", "mrs", "ms", "mx",
    "phd", "prof", "rer", "nat", "sir", "sr",
];

/// Whether a word is a title.
pub(super) fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

/// Chinese ways to address somebody, after the name.
pub(super) const CHINESE_TITLES: &[&str] = &["先生", "女士", "小姐", "太太", "老师", "经理", "总经理"];

/// Given names that are used for one another; a name may stand in several rows.
const NICKNAMES: &[&[&str]] = &[
    &["abigail", "abby", "abbie"],
    &["alan", "allan", "allen", "al"],
    &["albert", "al", "bert"],
    &["alexander", "alex", "alec", "sandy", "sascha", "sasha", "xander"],
    &["alexandra", "alex", "sandra", "sandy", "sascha"],
    &["alfred", "fred", "alf", "alfie"],
    &["amanda", "mandy"],
    &["andrew", "andy", "drew", "andreas"],
    &["andreas", "andi"],
    &["angela", "angie"],
    &["anna", "anne", "ann", "annie", "anja", "anni", "annika", "hanna"],
    &["anthony", "tony", "antony", "anton", "toni"],
    &["arthur", "art"],
    &["barbara", "barb", "babs", "barbie", "babsi"],
    &["benjamin", "ben", "benny", "benji"],
    &["bernard", "bernie", "bernhard", "bernd"],
    &["bradley", "brad"],
    &["cameron", "cam"],
    &["caroline", "carolyn", "carol", "carrie", "caro", "karoline"],
    &["catherine", "katherine", "kathryn", "kate", "katie", "kathy", "cathy", "kat", "katharina", "kathrin", "katrin", "kitty", "kati"],
    &["charles", "charlie", "chuck", "chas", "karl", "carl"],
    &["charlotte", "charlie", "lottie", "lotte"],
    &["christian", "chris"],
    &["christine", "christina", "chris", "chrissie", "tina", "christa", "kristin", "kirsten"],
    &["christopher", "chris", "kit", "christoph", "topher"],
    &["cynthia", "cindy"],
    &["daniel", "dan", "danny", "dani"],
    &["david", "dave", "davey"],
    &["deborah", "debbie", "deb", "debra"],
    &["dennis", "denny"],
    &["donald", "don", "donnie"],
    &["dorothy", "dot", "dottie", "dorothea", "doro"],
    &["douglas", "doug"],
    &["edward", "ed", "eddie", "ted", "ned", "eduard"],
    &["eleanor", "ellie", "nell", "nora", "elena"],
    &["elizabeth", "liz", "lizzie", "beth", "betty", "eliza", "elisabeth", "elsa", "elise", "lisa", "libby", "lilly", "lisbeth", "sissi"],
    &["emily", "em", "emmy", "emma"],
    &["eugene", "gene"],
    &["florence", "flo"],
    &["frances", "fran", "francesca", "franny"],
    &["francis", "frank", "fran", "franz"],
    &["franklin", "frank"],
    &["frederick", "fred", "freddy", "friedrich", "fritz", "frederic"],
    &["gabriel", "gabe"],
    &["gabriele", "gabi", "gabriella", "gabby"],
    &["georg", "george", "schorsch"],
    &["gerald", "gerry", "jerry", "gerhard", "gerd"],
    &["gregory", "greg", "gregor"],
    &["hans", "johannes", "johann", "hannes"],
    &["harold", "harry", "hal", "harald"],
    &["heinrich", "heinz", "heiner", "henry"],
    &["henry", "harry", "hank", "hal", "henri"],
    &["herbert", "bert", "herb"],
    &["isabella", "isabelle", "isabel", "bella", "izzy", "belle"],
    &["jacob", "jake", "jakob", "jack"],
    &["james", "jim", "jimmy", "jamie"],
    &["janet", "jan", "jane"],
    &["jeffrey", "jeff", "geoffrey", "geoff"],
    &["jennifer", "jen", "jenny", "jenni"],
    &["jessica", "jess", "jessie"],
    &["john", "jack", "johnny", "jon", "johann", "jean"],
    &["jonathan", "jon", "jonny", "johnny", "nathan"],
    &["joseph", "joe", "joey", "josef", "sepp", "beppe", "jose", "pepe"],
    &["joshua", "josh"],
    &["judith", "judy", "jude"],
    &["julia", "julie", "jule"],
    &["kenneth", "ken", "kenny"],
    &["kimberly", "kim", "kimberley"],
    &["lachlan", "lachie", "locky"],
    &["lawrence", "larry", "laurence", "lorenz", "laurie"],
    &["leonard", "leo", "len", "lenny", "leonhard"],
    &["louis", "lou", "louie", "ludwig", "luis", "lewis"],
    &["lucas", "luke", "lukas", "luca"],
    &["madeline", "maddie", "madeleine", "maddy"],
    &["manuel", "manny", "manolo"],
    &["margaret", "maggie", "meg", "peggy", "marge", "greta", "margarete", "rita", "gretchen", "grete"],
    &["maria", "mary", "marie", "mia", "mitzi"],
    &["martin", "marty"],
    &["matthew", "matt", "matthias", "mathias", "matty"],
    &["maximilian", "max", "maxwell"],
    &["melissa", "mel", "missy", "lissa"],
    &["michael", "mike", "mick", "mickey", "mikey", "michel", "michi", "miguel"],
    &["mitchell", "mitch"],
    &["mohammed", "mohamed", "muhammad", "mohammad", "mo", "muhammed", "mehmet"],
    &["nancy", "nan"],
    &["natalie", "nat", "natalia", "natasha"],
    &["nathaniel", "nathan", "nate", "nat"],
    &["nicholas", "nick", "nicky", "nico", "nikolaus", "klaus", "niklas", "nicolas", "nikolas"],
    &["nicole", "nicky", "nikki"],
    &["olivia", "liv", "livvy", "olive"],
    &["pamela", "pam"],
    &["patricia", "pat", "patty", "trish", "tricia"],
    &["patrick", "pat", "paddy", "rick"],
    &["peter", "pete", "pierre", "pedro", "pietro"],
    &["philip", "phil", "phillip", "philipp", "pip"],
    &["raymond", "ray"],
    &["rebecca", "becky", "becca", "rebekah"],
    &["richard", "rick", "dick", "rich", "richie", "ricky"],
    &["robert", "bob", "rob", "bobby", "robbie", "bert", "roberto"],
    &["ronald", "ron", "ronnie"],
    &["rosemary", "rosie", "rose"],
    &["russell", "russ"],
    &["samantha", "sam", "sammy"],
    &["samuel", "sam", "sammy"],
    &["sarah", "sara", "sally", "sadie"],
    &["sebastian", "seb", "basti", "bastian"],
    &["sophie", "sofia", "sophia", "sofie"],
    &["stephanie", "steph", "steffi", "stefanie"],
    &["stephen", "steve", "steven", "stefan", "stephan", "steffen"],
    &["susan", "sue", "susie", "suzy", "susanne", "suzanne", "sanne", "susi"],
    &["terence", "terry"],
    &["theodore", "ted", "teddy", "theo", "theodor"],
    &["theresa", "terry", "tess", "teresa", "therese", "resi"],
    &["thomas", "tom", "tommy", "tomas"],
    &["timothy", "tim", "timmy"],
    &["ursula", "uschi", "ulla"],
    &["valerie", "val"],
    &["victor", "vic", "viktor"],
    &["victoria", "vicky", "tori", "vic", "viktoria"],
    &["vincent", "vince", "vinny"],
    &["walter", "wally", "walt"],
    &["wilhelm", "willi", "willy", "william"],
    &["william", "bill", "will", "billy", "willy", "liam"],
    &["wolfgang", "wolf"],
    &["zachary", "zach", "zac", "zack"],
];

/// Whether two given names are used for one another.
pub(super) fn are_nicknames(a: &str, b: &str) -> bool {
    NICKNAMES.iter().any(|row| row.contains(&a) && row.contains(&b))
}

/// Compound surnames of two characters.
const COMPOUND: &[&str] = &[
    "万俟", "上官", "东方", "东郭", "令狐", "公孙", "司徒", "司空", "司马", "夏侯", "太史", "完颜", "宇文", "尉迟", "慕容",
    "欧阳", "歐陽", "淳于", "澹台", "申屠", "百里", "皇甫", "端木", "纳兰", "诸葛", "諸葛", "赫连", "轩辕", "钟离", "长孙",
    "闻人", "南宫", "西门", "独孤", "呼延", "拓跋", "单于",
];

/// How many characters of a Chinese name are the surname.
pub(super) fn surname_length(characters: &str) -> usize {
    let count = characters.chars().count();
    let two: String = characters.chars().take(2).collect();
    if count > 2 && COMPOUND.contains(&two.as_str()) { 2 } else { 1 }
}

/// Short forms in addresses, each with what it is short for.
const STREETS: &[(&str, &str)] = &[
    ("al", "alley"), ("allee", "allee"), ("aly", "alley"), ("apt", "unit"), ("apartment", "unit"), ("av", "avenue"), ("avda", "avenida"), ("ave", "avenue"),
    ("aven", "avenue"), ("bd", "boulevard"), ("bldg", "building"), ("blv", "boulevard"), ("blvd", "boulevard"),
    ("boul", "boulevard"), ("br", "bridge"), ("brg", "bridge"), ("bvd", "boulevard"), ("cct", "circuit"), ("cir", "circle"), ("circ", "circuit"), ("cl", "close"),
    ("cr", "crescent"), ("cres", "crescent"), ("crcs", "crescent"), ("crst", "crest"), ("ct", "court"), ("ctr", "center"), ("centre", "center"), ("cv", "cove"), ("dr", "drive"),
    ("drv", "drive"), ("e", "east"), ("esp", "esplanade"), ("expy", "expressway"), ("ext", "extension"), ("fl", "floor"), ("flr", "floor"), ("fwy", "freeway"), ("gdns", "gardens"), ("gr", "grove"),
    ("grv", "grove"), ("highway", "highway"), ("hts", "heights"), ("hwy", "highway"), ("jct", "junction"), ("jl", "jalan"), ("ln", "lane"), ("mt", "mount"), ("n", "north"),
    ("ne", "northeast"), ("nw", "northwest"), ("pde", "parade"), ("pk", "park"), ("pkwy", "parkway"), ("pky", "parkway"), ("pl", "place"), ("plz", "platz"),
    ("prom", "promenade"), ("pt", "point"), ("pwy", "parkway"), ("rd", "road"), ("rm", "room"), ("rte", "route"), ("s", "south"), ("se", "southeast"), ("sq", "square"), ("ste", "suite"),
    ("st", "street"), ("sta", "station"), ("str", "strasse"), ("sw", "southwest"), ("tce", "terrace"), ("ter", "terrace"), ("terr", "terrace"), ("tpke", "turnpike"), ("trl", "trail"), ("vlg", "village"), ("vlge", "village"),
    ("retrmnt", "retirement"), ("w", "west"), ("wy", "way"), ("first", "1"), ("second", "2"), ("third", "3"), ("fourth", "4"), ("fifth", "5"), ("sixth", "6"),
    ("seventh", "7"), ("eighth", "8"), ("ninth", "9"), ("tenth", "10"), ("1st", "1"), ("2nd", "2"), ("3rd", "3"), ("gasse", "gasse"), ("saint", "street"), ("platz", "platz"), ("strasse", "strasse"),
    ("hse", "house"), ("twnhse", "townhouse"), ("cnr", "corner"), ("postfach", "pobox"),
];

/// What a word of an address stands for.
pub(super) fn street_word(word: &str) -> &str {
    STREETS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long)
}

/// Whether a word of an address only says which kind of street it is, or where in it.
pub(super) fn is_street_kind(word: &str) -> bool {
    const KINDS: &[&str] = &[
        "allee", "alley", "avenida", "avenue", "boulevard", "calle", "circle", "circuit", "close", "corner", "court", "crescent", "crest", "drive", "east", "esplanade", "freeway", "gasse", "grove", "highway", "lane", "north",
        "northeast", "northwest", "parade", "parkway", "place", "platz", "promenade", "road", "route", "rua", "rue", "south", "southeast", "southwest",
        "square", "strasse", "street", "terrace", "trail", "via", "way", "west",
    ];
    KINDS.contains(&word)
}

/// Words after which an address says where in the house it is, or near which corner.
pub(super) fn is_aside(word: &str) -> bool {
    const ASIDES: &[&str] =
        &["at", "between", "near", "off", "suite", "unit", "floor", "room", "building", "corner"];
    ASIDES.contains(&word)
}

/// Providers of mail whose addresses say nothing about where somebody works.
pub(super) fn is_free_mail(host: &str) -> bool {
    const FREE: &[&str] = &[
        "126.com", "139.com", "163.com", "21cn.com", "aliyun.com", "aol.com", "foxmail.com", "freenet.de", "gmail.com",
        "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "hotmail.de", "icloud.com", "live.com", "mac.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "naver.com", "outlook.com", "outlook.de", "proton.me", "protonmail.com", "qq.com", "sina.cn", "sina.com",
        "sohu.com", "t-online.de", "vip.163.com", "web.de", "yahoo.com", "yahoo.de", "yandex.ru", "yeah.net",
    ];
    FREE.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text;

    #[test]
    fn tables_are_folded() {
        let words = LEGAL.iter().chain(NOISE).chain(TITLES).chain(NICKNAMES.iter().copied().flatten());
        for word in words {
            assert_eq!(text::fold(word), *word, "{word}");
        }
    }
}
