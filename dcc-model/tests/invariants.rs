//! The invariants of vn/domain.md section 3 that are about names alone.

#![cfg(test)]

use dcc_model::{Script, transliterate};
use unicode_normalization::UnicodeNormalization as _;

/// The 178 letters: 29 of the alphabet, the vowels in six tones, in either case.
fn letters() -> Vec<String> {
    let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
    let vowels = "a ă â e ê i o ô ơ u ư y".split(' ');
    let toned = vowels.flat_map(|vowel| tones.map(|tone| format!("{vowel}{tone}").nfc().collect()));
    let consonants = "b c d đ g h k l m n p q r s t v x".split(' ');
    let small: Vec<String> = toned.chain(consonants.map(str::to_owned)).collect();
    let great = small.iter().map(|letter| letter.to_uppercase());
    small.iter().cloned().chain(great).collect()
}

#[test]
fn invariant_9_all_178_letters_in_either_normal_form_are_a_to_z() {
    let letters = letters();
    assert_eq!(letters.len(), 178);
    let form = |text: &str| transliterate(text, Script::Vietnamese).unwrap();
    for letter in &letters {
        let decomposed: String = letter.nfd().collect();
        assert_eq!(form(letter), form(&decomposed), "{letter}");
        assert!(
            form(letter).bytes().all(|b| b.is_ascii_uppercase()),
            "{letter}"
        );
    }
    // Every letter beside every other one, as words of a name.
    for pair in letters.chunks(2) {
        let name = pair.join(" ");
        let found = form(&name);
        assert!(
            found.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'),
            "{name}: {found}"
        );
        assert_eq!(found.matches('<').count(), 1, "{name}: {found}");
        assert_eq!(form(&name.nfd().collect::<String>()), found);
    }
}
