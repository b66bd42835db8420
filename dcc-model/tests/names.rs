//! Names: every Vietnamese letter, in every form it is written in.

#![cfg(test)]

use dcc_model::{NameAgreement, Script, name_key, names_agree, transliterate};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

#[path = "testdata/folder.rs"]
mod testdata;

fn both(name: &str) -> String {
    let form = transliterate(name, Script::Vietnamese).unwrap();
    assert_eq!(
        transliterate(name, Script::International).as_ref(),
        Ok(&form),
        "{name}"
    );
    form
}

#[test]
fn all_letters_of_the_shared_table() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let table = std::fs::read_to_string(folder.join("../vn/data/translit_vi.tsv")).unwrap();
    let mut letters = 0;
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let letter = columns.next().unwrap();
        let decomposed: String = columns
            .nth(1)
            .unwrap()
            .split(' ')
            .map(|hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap())
            .collect();
        let expected = columns.next().unwrap();
        assert_eq!(both(letter), expected, "{letter}");
        assert_eq!(both(&decomposed), expected, "{letter}, decomposed");
        assert_eq!(both(&format!("X{letter}x")), format!("X{expected}X"));
        assert_eq!(names_agree(letter, &decomposed), NameAgreement::Exact);
        let plain = names_agree(letter, expected);
        assert!(plain <= NameAgreement::AccentsOnly, "{letter}");
        letters += 1;
    }
    assert_eq!(letters, 178);
}

/// The letters of Vietnamese in lower case, without the table: bases, vowel marks, tones.
fn letters() -> Vec<String> {
    let bases = "a ă â e ê i o ô ơ u ư y";
    let mut letters: Vec<String> = bases
        .split(' ')
        .flat_map(|base| {
            ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
                .map(|tone| format!("{base}{tone}").nfc().collect())
        })
        .collect();
    letters.extend(
        "b c d đ g h k l m n p q r s t v x"
            .split(' ')
            .map(str::to_owned),
    );
    letters
}

#[test]
fn every_letter_in_either_case_is_one_letter_of_a_to_z() {
    // The table of 178 has a letter of each case for these 89.
    assert_eq!(letters().len(), 89);
    for letter in letters() {
        let form = both(&letter);
        assert_eq!(form, both(&letter.to_uppercase()));
        let base = letter.nfd().next().unwrap();
        let base = if base == 'đ' {
            'D'
        } else {
            base.to_ascii_uppercase()
        };
        assert_eq!(form, base.to_string(), "{letter}");
    }
}

fn name() -> impl Strategy<Value = String> {
    let word = prop::collection::vec(prop::sample::select(letters()), 1..6);
    prop::collection::vec(word.prop_map(|letters| letters.concat()), 1..5)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn the_form_is_what_the_schema_asks_for(name in name()) {
        let form = both(&name);
        prop_assert!(form.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'));
        prop_assert_eq!(form.split('<').count(), name.split(' ').count());
        let decomposed: String = name.nfd().collect();
        prop_assert_eq!(&both(&decomposed), &form);
        prop_assert_eq!(&both(&name.to_uppercase()), &form);
        prop_assert_eq!(both(&form.replace('<', " ")), form);
    }

    #[test]
    fn names_that_match_have_the_same_form(a in name(), b in name()) {
        if names_agree(&a, &b) != NameAgreement::Different {
            prop_assert_eq!(both(&a), both(&b));
        }
        let plain = both(&a).replace('<', " ");
        prop_assert!(names_agree(&a, &plain) <= NameAgreement::AccentsOnly);
        prop_assert_eq!(names_agree(&a, &b), names_agree(&b, &a));
        prop_assert_eq!(name_key(&a) == name_key(&b), names_agree(&a, &b).is_match());
    }

    #[test]
    fn any_text_is_transliterated_or_refused(text in any::<String>()) {
        for script in [Script::Vietnamese, Script::International] {
            if let Ok(form) = transliterate(&text, script) {
                prop_assert!(form.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'), "{}", form);
                prop_assert!(!form.starts_with('<') && !form.ends_with('<') && !form.contains("<<"));
                prop_assert_eq!(transliterate(&form, script), Ok(form));
            }
        }
        prop_assert_eq!(names_agree(&text, &text), NameAgreement::Exact);
    }
}
