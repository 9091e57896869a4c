//! Addresses outside of Kontor that may be handed to the opener of the platform: web, mail, telephone.
//!
//! Stored text is hostile: whatever comes from a record passes through here before a program gets it. Only
//! http, https, mailto and tel leave, in characters that no shell, no opener and no mail program takes for
//! more than an address. Start at [`Outlink`].

use std::fmt::Write as _;

use url::Url;

/// Bytes in an address.
const LONGEST: usize = 2_000;
/// Octets in a mail address (RFC 5321).
const LONGEST_MAIL: usize = 254;
/// Digits and marks in a phone number, its extension included.
const LONGEST_PHONE: usize = 40;

/// An address that may be opened: of a known scheme, in harmless ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlink(String);

impl Outlink {
    /// A page of the web; none where the text is another kind of address, or has a name and a password in
    /// it, which only serve to hide where it leads.
    #[must_use]
    pub fn web(text: &str) -> Option<Self> {
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let leads_to_host = url.host_str().is_some_and(|host| !host.is_empty());
        let bare = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !leads_to_host || !bare {
            return None;
        }
        let of_address = |byte: u8| b"-._~:/?#[]@&*+,;=%".contains(&byte);
        Self::checked(&escaped(url.as_str(), of_address))
    }

    /// A new mail to an address. Nothing in the address becomes a subject, an attachment or a second
    /// recipient.
    #[must_use]
    pub fn mail(text: &str) -> Option<Self> {
        let (name, domain) = text.rsplit_once('@')?;
        let hidden = |c: char| c.is_control() || c.is_whitespace();
        if name.is_empty() || text.len() > LONGEST_MAIL || text.contains(hidden) {
            return None;
        }
        let domain = idna::domain_to_ascii(domain).ok()?;
        let of_domain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if domain.is_empty() || domain.starts_with('-') || !domain.bytes().all(of_domain) {
            return None;
        }
        let name = escaped(name, |byte| b"-._~+".contains(&byte));
        Self::checked(&format!("mailto:{name}@{domain}"))
    }

    /// A call to a number: `+4971155501`, `+4971155501;ext=12`. No codes that a telephone would carry out.
    #[must_use]
    pub fn phone(text: &str) -> Option<Self> {
        let (number, extension) = match text.split_once(";ext=") {
            Some((number, extension)) => (number, Some(extension)),
            None => (text, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let is_number = digits(number.strip_prefix('+').unwrap_or(number));
        if text.len() > LONGEST_PHONE || !is_number || !extension.is_none_or(digits) {
            return None;
        }
        Self::checked(&format!("tel:{text}"))
    }

    /// The last look at what leaves, whatever came before.
    fn checked(text: &str) -> Option<Self> {
        let known = ["http://", "https://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        let harmless =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@&*+,;=%".contains(&byte);
        let fits = known && text.len() <= LONGEST && text.bytes().all(harmless);
        fits.then(|| Self(text.to_owned()))
    }

    /// The address, to be handed over as one argument.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every byte but letters, digits and those kept, as `%2F`.
fn escaped(text: &str, kept: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept(byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(link: Option<Outlink>) -> Option<String> {
        link.map(|link| link.as_str().to_owned())
    }

    #[test]
    fn addresses_of_the_three_kinds_leave() {
        for (text, link) in [
            ("https://mueller.example/a?b=c&d=%20e#f", "https://mueller.example/a?b=c&d=%20e#f"),
            ("http://mueller.example", "http://mueller.example/"),
            ("HTTPS://Müller.example/Straße", "https://xn--mller-kva.example/Stra%C3%9Fe"),
            ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ] {
            assert_eq!(shown(Outlink::web(text)).as_deref(), Some(link), "{text}");
        }
        assert_eq!(
            shown(Outlink::mail("anna.m+crm@müller.example")).as_deref(),
            Some("mailto:anna.m+crm@xn--mller-kva.example")
        );
        assert_eq!(shown(Outlink::phone("+4971155501")).as_deref(), Some("tel:+4971155501"));
        assert_eq!(shown(Outlink::phone("110;ext=12")).as_deref(), Some("tel:110;ext=12"));
    }

    /// A page address that is a script, a file or an option of the opener must not reach it.
    #[test]
    fn other_schemes_and_options_stay_here() {
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,<script>",
            "ftp://a.example/",
            "smb://a.example/share",
            "vscode://x",
            "-v",
            "--help",
            "mueller.example",
            "https://",
            "https:///",
            "https://a.example/\u{7}\u{1b}[2J",
            "https://a.example/\nfile:///etc/passwd",
            "https://bank.example@evil.example/",
            "https://a:b@evil.example/",
            "",
        ] {
            assert_eq!(Outlink::web(text), None, "{text:?}");
        }
        assert_eq!(Outlink::web(&format!("https://a.example/{}", "x".repeat(LONGEST))), None);
    }

    /// What a shell would run must be escaped even though no shell sees it: openers are scripts.
    #[test]
    fn no_character_of_a_shell_leaves() {
        let link = Outlink::web("https://a.example/$(touch x)`id`;'\"|<>\\^{}!").expect("a page");
        assert_eq!(
            link.as_str(),
            "https://a.example/%24%28touch%20x%29%60id%60;%27%22%7C%3C%3E/%5E%7B%7D%21"
        );
    }

    /// `mailto:` has headers behind a question mark: an attachment would send a file of this computer.
    #[test]
    fn a_mail_address_has_no_headers() {
        assert_eq!(
            shown(Outlink::mail("a?attach=/etc/passwd&to=b@c.example")).as_deref(),
            Some("mailto:a%3Fattach%3D%2Fetc%2Fpasswd%26to%3Db@c.example")
        );
        for text in [
            "a@b.example?attach=/etc/passwd",
            "a@b.example,c",
            "a b@c.example",
            "a@b.example\nBcc: d",
            "@b.example",
            "a@",
            "a@-v",
            "anna",
            "",
        ] {
            assert_eq!(Outlink::mail(text), None, "{text:?}");
        }
        assert_eq!(
            shown(Outlink::mail("--help@b.example")).as_deref(),
            Some("mailto:--help@b.example")
        );
    }

    /// A number may be a code that a telephone carries out (`*#06#`, call forwarding).
    #[test]
    fn a_number_is_no_code() {
        for text in
            ["*#06#", "+49711;phone-context=x", "+49 711", "-1", "+", "", "1;ext=", "1;ext=2;ext=3"]
        {
            assert_eq!(Outlink::phone(text), None, "{text:?}");
        }
        assert_eq!(Outlink::phone(&"1".repeat(LONGEST_PHONE + 1)), None);
    }

    proptest! {
        /// Whatever is stored: what leaves is one word of a known scheme without a byte that means
        /// something to a shell.
        #[test]
        fn what_leaves_is_harmless(text in ".{0,80}", at in 0..5usize) {
            let lead = ["", "https://a.example/", "https://", "a@", "+49"][at];
            let text = format!("{lead}{text}");
            for link in [Outlink::web(&text), Outlink::mail(&text), Outlink::phone(&text)] {
                let Some(link) = link else { continue };
                let link = link.as_str();
                let known = ["http://", "https://", "mailto:", "tel:"];
                prop_assert!(known.iter().any(|scheme| link.starts_with(scheme)), "{link}");
                prop_assert!(link.bytes().all(|b| b.is_ascii_graphic()), "{link}");
                prop_assert!(!link.contains(['$', '`', '\'', '"', '\\', '|', '<', '>', '(']), "{link}");
            }
        }
    }
}
