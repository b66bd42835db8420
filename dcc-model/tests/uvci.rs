//! Certificate ids: the shared golden file, and properties.

#![cfg(test)]

use dcc_model::{Checksum, Uvci, check_character};
use proptest::prelude::*;
use serde_json::Value;

#[path = "testdata/folder.rs"]
mod testdata;

#[test]
fn golden_check_characters() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let golden = std::fs::read_to_string(folder.join("uvci/luhn-mod-n.json")).unwrap();
    let golden: Value = serde_json::from_str(&golden).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let valid = golden["valid"].as_array().unwrap();
    assert_eq!(valid.len(), 5);
    for case in valid {
        let (body, check) = (text(&case["body"]), text(&case["check"]));
        assert_eq!(
            check_character(&body).map(String::from),
            Some(check.clone())
        );
        assert_eq!(
            Uvci::parse(&format!("{body}#{check}")).checksum(),
            Checksum::Right
        );
    }
    let in_the_wild = golden["in_the_wild"].as_array().unwrap();
    assert!(in_the_wild.len() >= 9);
    for case in in_the_wild {
        let (body, suffix) = (text(&case["body"]), text(&case["suffix"]));
        assert_eq!(
            check_character(&body).map(String::from),
            Some(text(&case["luhn_mod_38"]))
        );
        let expected = if case["matches"] == true {
            Checksum::Right
        } else {
            Checksum::Wrong
        };
        assert_eq!(
            Uvci::parse(&format!("{body}#{suffix}")).checksum(),
            expected,
            "{body}"
        );
        assert_eq!(Uvci::parse(&body).checksum(), Checksum::Absent);
    }
}

proptest! {
    #[test]
    fn made_ids_read_back(random in any::<[u8; 16]>(), country in "[A-Z]{2}") {
        let made = Uvci::make(&country, random).unwrap();
        prop_assert!(made.is_well_formed());
        prop_assert_eq!(made.checksum(), Checksum::Right);
        prop_assert_eq!(made.country(), Some(country.as_str()));
        let digits = u128::from_str_radix(made.national_part().unwrap(), 16).unwrap();
        prop_assert_eq!(digits.to_be_bytes(), random);
        let lower = Uvci::parse(&made.as_str().to_lowercase());
        prop_assert_eq!(lower.comparison_key(), made.comparison_key());
        prop_assert!(lower.is_lower_case() && !lower.is_well_formed());
    }

    #[test]
    fn a_changed_character_is_found(random in any::<[u8; 16]>(), place in 0_usize..32, digit in "[0-9A-F]") {
        let made = Uvci::make("VN", random).unwrap();
        let mut text = made.as_str().to_owned();
        let digits = made.as_str().char_indices().rev().skip("#T".len());
        let start = digits.map(|(start, _)| start).nth(place).unwrap();
        text.replace_range(start..=start, &digit);
        let expected = if text == made.as_str() { Checksum::Right } else { Checksum::Wrong };
        prop_assert_eq!(Uvci::parse(&text).checksum(), expected);
    }

    #[test]
    fn any_text_reads(text in any::<String>()) {
        let uvci = Uvci::parse(&text);
        prop_assert!(uvci.comparison_key().len() <= text.len());
        prop_assert!(uvci.country().is_none_or(|country| text.contains(country)));
        let _: (Checksum, bool) = (uvci.checksum(), uvci.is_well_formed());
    }
}
