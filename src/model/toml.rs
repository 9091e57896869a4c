//! What the parser of TOML says, in phrases of our own where it says it often: its English text stays.

use super::phrase::{Fill, Phrase, phrase};

impl Phrase {
    /// What is wrong with a text of TOML, by the parser's own words.
    #[must_use]
    pub fn toml(message: &str) -> Self {
        let (head, wanted) = match message.split_once(", expected ") {
            Some((head, wanted)) => (head, Some(wanted)),
            None => (message, None),
        };
        let told = if let Some(found) = head.strip_prefix("invalid type: ") {
            phrase!("invalid type: {found}", found = typed(found))
        } else if let Some(found) = head.strip_prefix("invalid value: ") {
            phrase!("invalid value: {found}", found = typed(found))
        } else if let Some(name) = head.strip_prefix("missing field ") {
            phrase!("missing field {name}", name)
        } else {
            match wrong(head) {
                Some(told) => told,
                None => return phrase!("{toml}", toml = message),
            }
        };
        match wanted {
            Some(wanted) => {
                let wanted = Fill::List(wanted.split(", ").map(expected).collect());
                phrase!("{told}, expected {wanted}", told, wanted)
            }
            None => told,
        }
    }
}

/// What it found instead: the kind of it and the value.
fn typed(found: &str) -> Fill {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    let kind = match kind {
        "string" => phrase!("string"),
        "integer" => phrase!("integer"),
        "boolean" => phrase!("boolean"),
        "map" => phrase!("map"),
        "sequence" => phrase!("sequence"),
        _ => return found.into(),
    };
    if value.is_empty() { kind.into() } else { phrase!("{kind} {value}", kind, value).into() }
}

fn expected(word: &str) -> Fill {
    match word {
        "literal string" => phrase!("literal string").into(),
        "key" => phrase!("key").into(),
        "value" => phrase!("value").into(),
        "newline" => phrase!("newline").into(),
        "nothing" => phrase!("nothing").into(),
        "a string" => phrase!("a string").into(),
        "a boolean" => phrase!("a boolean").into(),
        "a map" => phrase!("a map").into(),
        "a sequence" => phrase!("a sequence").into(),
        "letters" => phrase!("letters").into(),
        "numbers" => phrase!("numbers").into(),
        _ => word.into(),
    }
}

fn wrong(head: &str) -> Option<Phrase> {
    Some(match head {
        "duplicate key" => phrase!("duplicate key"),
        "string values must be quoted" => phrase!("string values must be quoted"),
        "key with no value" => phrase!("key with no value"),
        "missing value for key" => phrase!("missing value for key"),
        "unclosed array" => phrase!("unclosed array"),
        "unclosed table" => phrase!("unclosed table"),
        "unclosed array table" => phrase!("unclosed array table"),
        "unclosed inline table" => phrase!("unclosed inline table"),
        "invalid basic string" => phrase!("invalid basic string"),
        "invalid literal string" => phrase!("invalid literal string"),
        "invalid multi-line basic string" => phrase!("invalid multi-line basic string"),
        "invalid unquoted key" => phrase!("invalid unquoted key"),
        "unquoted keys cannot be empty" => phrase!("unquoted keys cannot be empty"),
        "missing comma between array elements" => phrase!("missing comma between array elements"),
        "missing comma between key-value pairs" => {
            phrase!("missing comma between key-value pairs")
        }
        "missing assignment between key-value pairs" => {
            phrase!("missing assignment between key-value pairs")
        }
        "extra comma in array" => phrase!("extra comma in array"),
        "extra comma in inline table" => phrase!("extra comma in inline table"),
        "extra `=`" => phrase!("extra `=`"),
        "unexpected key or value" => phrase!("unexpected key or value"),
        "unexpected content" => phrase!("unexpected content"),
        "missing escaped value" => phrase!("missing escaped value"),
        "missing opening quote" => phrase!("missing opening quote"),
        "invalid integer number" => phrase!("invalid integer number"),
        "unexpected leading zero" => phrase!("unexpected leading zero"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the parser says of a broken text.
    fn said(text: &str) -> String {
        toml::from_str::<std::collections::BTreeMap<String, bool>>(text)
            .unwrap_err()
            .message()
            .to_owned()
    }

    #[test]
    fn what_the_parser_says_often_is_known_and_keeps_its_english() {
        for broken in [
            "a = \n",
            "a = x\n",
            "a\n",
            "a = true\na = true\n",
            "a = [1, 2\n",
            "[a\n",
            "[[a]\n",
            "a = { b = 1\n",
            "a = \"b\n",
            "= 1\n",
            "a = [1 2]\n",
            "a = 'b\n",
            "a = true b = true\n",
            "a = 012\n",
            "a = \"x\"\n",
            "a = 3\n",
            "a = [1]\n",
        ] {
            let message = said(broken);
            let told = Phrase::toml(&message);
            assert_eq!(told, message.as_str(), "{broken}");
            let unknown = phrase!("{toml}", toml = &message);
            assert_ne!(told, unknown, "nobody knows `{message}` of {broken}");
        }
        assert_eq!(Phrase::toml("something new"), "something new");
    }
}
