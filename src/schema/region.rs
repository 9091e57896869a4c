//! Countries as addresses name them -> their codes (ISO 3166-1), for phones that are written without one.
//!
//! Codes of two letters are taken as they are; names stand here in English, Chinese and their own language. Who
//! is not here gives no answer, never a wrong one. Start at [`region_of`].

use phonenumber::country;

use crate::model::text::fold;

/// The region of a country: `US` of `USA`, `United States` or `美国`.
#[must_use]
pub fn region_of(country: &str) -> Option<String> {
    let folded = fold(country.trim().trim_end_matches('.'));
    let folded = folded.strip_prefix("the ").unwrap_or(&folded);
    if folded.len() == 2 && folded.bytes().all(|b| b.is_ascii_lowercase()) {
        let code = if folded == "uk" { "GB".to_owned() } else { folded.to_uppercase() };
        return code.parse::<country::Id>().is_ok().then_some(code);
    }
    let letters = |name: &str| -> String { name.chars().filter(|c| *c != '.').collect() };
    let wanted = letters(folded);
    let found = COUNTRIES.iter().find(|(_, names)| names.split('|').any(|name| name == wanted));
    found.map(|(code, _)| (*code).to_owned())
}

/// Codes and folded names.
const COUNTRIES: &[(&str, &str)] = &[
    ("AE", "united arab emirates|uae|are|阿联酋|阿拉伯联合酋长国"),
    ("AR", "argentina|arg|阿根廷"),
    ("AT", "austria|aut|osterreich|奥地利"),
    ("AU", "australia|aus|澳大利亚|澳洲"),
    ("BD", "bangladesh|bgd|孟加拉国"),
    ("BE", "belgium|bel|belgie|belgique|belgien|比利时"),
    ("BG", "bulgaria|bgr|българия|保加利亚"),
    ("BR", "brazil|brasil|bra|巴西"),
    ("CA", "canada|can|加拿大"),
    ("CH", "switzerland|che|schweiz|suisse|svizzera|瑞士"),
    ("CL", "chile|chl|智利"),
    (
        "CN",
        "china|chn|people's republic of china|peoples republic of china|prc|pr china|mainland china|中国|中国大陆|中华人民共和国",
    ),
    ("CO", "colombia|col|哥伦比亚"),
    ("CZ", "czech republic|czechia|cze|cesko|ceska republika|tschechien|捷克"),
    ("DE", "germany|deu|deutschland|allemagne|germania|federal republic of germany|德国"),
    ("DK", "denmark|dnk|danmark|danemark|丹麦"),
    ("EE", "estonia|est|eesti|爱沙尼亚"),
    ("EG", "egypt|egy|埃及"),
    ("ES", "spain|esp|espana|spanien|西班牙"),
    ("FI", "finland|fin|suomi|芬兰"),
    ("FR", "france|fra|frankreich|法国"),
    (
        "GB",
        "united kingdom|great britain|britain|england|scotland|wales|northern ireland|gbr|vereinigtes konigreich|grossbritannien|英国",
    ),
    ("GR", "greece|grc|ελλαδα|griechenland|希腊"),
    ("HK", "hong kong|hongkong|hkg|hong kong sar|香港|中国香港"),
    ("HR", "croatia|hrv|hrvatska|kroatien|克罗地亚"),
    ("HU", "hungary|hun|magyarorszag|ungarn|匈牙利"),
    ("ID", "indonesia|idn|印度尼西亚|印尼"),
    ("IE", "ireland|irl|republic of ireland|irland|爱尔兰"),
    ("IL", "israel|isr|以色列"),
    ("IN", "india|ind|indien|印度"),
    ("IS", "iceland|isl|island|冰岛"),
    ("IT", "italy|ita|italia|italien|意大利"),
    ("JP", "japan|jpn|日本|日本国"),
    ("KE", "kenya|ken|肯尼亚"),
    ("KR", "south korea|korea|republic of korea|korea republic of|kor|한국|대한민국|韩国"),
    ("KZ", "kazakhstan|kaz|казахстан|哈萨克斯坦"),
    ("LT", "lithuania|ltu|lietuva|litauen|立陶宛"),
    ("LU", "luxembourg|lux|luxemburg|卢森堡"),
    ("LV", "latvia|lva|latvija|lettland|拉脱维亚"),
    ("MA", "morocco|mar|maroc|摩洛哥"),
    ("MO", "macao|macau|mac|澳门|中国澳门"),
    ("MX", "mexico|mex|mexiko|墨西哥"),
    ("MY", "malaysia|mys|马来西亚"),
    ("NG", "nigeria|nga|尼日利亚"),
    ("NL", "netherlands|nld|holland|nederland|niederlande|荷兰"),
    ("NO", "norway|nor|norge|norwegen|挪威"),
    ("NZ", "new zealand|nzl|新西兰"),
    ("PE", "peru|per|秘鲁"),
    ("PH", "philippines|phl|pilipinas|菲律宾"),
    ("PK", "pakistan|pak|巴基斯坦"),
    ("PL", "poland|pol|polska|polen|波兰"),
    ("PT", "portugal|prt|葡萄牙"),
    ("QA", "qatar|qat|卡塔尔"),
    ("RO", "romania|rou|rumanien|罗马尼亚"),
    ("RS", "serbia|srb|srbija|србија|serbien|塞尔维亚"),
    ("RU", "russia|russian federation|rus|россия|россииская федерация|russland|俄罗斯"),
    ("SA", "saudi arabia|sau|沙特阿拉伯|沙特"),
    ("SE", "sweden|swe|sverige|schweden|瑞典"),
    ("SG", "singapore|sgp|新加坡"),
    ("SI", "slovenia|svn|slovenija|slowenien|斯洛文尼亚"),
    ("SK", "slovakia|svk|slovensko|slowakei|斯洛伐克"),
    ("TH", "thailand|tha|泰国"),
    ("TR", "turkey|turkiye|tur|turkei|土耳其"),
    ("TW", "taiwan|twn|台湾|臺灣|中国台湾"),
    ("UA", "ukraine|ukr|украина|украіна|乌克兰"),
    (
        "US",
        "united states|united states of america|usa|us of america|america|estados unidos|vereinigte staaten|美国",
    ),
    ("VN", "vietnam|viet nam|vnm|越南"),
    ("ZA", "south africa|zaf|sudafrika|南非"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_their_names_and_codes() {
        for (country, region) in [
            ("United States", "US"),
            ("U.S.A.", "US"),
            ("The Netherlands", "NL"),
            (" Österreich ", "AT"),
            ("UK", "GB"),
            ("in", "IN"),
            ("中国", "CN"),
            ("日本", "JP"),
            ("대한민국", "KR"),
            ("Россия", "RU"),
        ] {
            assert_eq!(region_of(country).as_deref(), Some(region), "{country}");
        }
        for none in ["", "Atlantis", "zz", "somewhere in Germany"] {
            assert_eq!(region_of(none), None, "{none}");
        }
    }

    #[test]
    fn every_name_is_folded_and_every_code_known() {
        for (code, names) in COUNTRIES {
            assert!(code.parse::<country::Id>().is_ok(), "{code}");
            for name in names.split('|') {
                assert_eq!(region_of(name).as_deref(), Some(*code), "{name}");
            }
        }
    }
}
