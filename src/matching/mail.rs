//! Mail addresses that say little of whose they are: of everybody in a house, or of a host that is anybody's.

/// Names before the `@` that stand for a company or a department and not for a person.
pub(super) fn is_of_all(name: &str) -> bool {
    const OF_ALL: &[&str] = &[
        "admin",
        "buchhaltung",
        "contact",
        "einkauf",
        "enquiries",
        "hello",
        "info",
        "kontakt",
        "mail",
        "marketing",
        "office",
        "orders",
        "postmaster",
        "purchasing",
        "sales",
        "service",
        "support",
        "team",
        "vertrieb",
        "verwaltung",
        "webmaster",
        "zentrale",
    ];
    OF_ALL.contains(&name)
}

/// Providers of mail whose addresses say nothing about where somebody works.
pub(super) fn is_free_mail(host: &str) -> bool {
    const FREE: &[&str] = &[
        "126.com",
        "139.com",
        "163.com",
        "21cn.com",
        "aliyun.com",
        "aol.com",
        "foxmail.com",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "hotmail.de",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "outlook.com",
        "outlook.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "sina.cn",
        "sina.com",
        "sohu.com",
        "t-online.de",
        "vip.163.com",
        "web.de",
        "yahoo.com",
        "yahoo.de",
        "yandex.ru",
        "yeah.net",
    ];
    FREE.contains(&host)
}
