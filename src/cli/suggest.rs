//! The word that someone most likely meant.

/// The nearest of the known words, if one is near enough to be worth mentioning.
pub fn likely<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::likely;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(likely("custmer", ["contact", "customer"]), Some("customer"));
        assert_eq!(likely("zebra", ["contact", "customer"]), None);
    }
}
