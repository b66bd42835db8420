//! Whether two written names are the same name.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How far two names agree, from the nearest to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameAgreement {
    /// The same letters and marks.
    Exact,
    /// The same syllables with the tone mark on another vowel: `Hoà` and `Hòa`.
    TonePlacement,
    /// Equal once all marks are gone: `Quí` and `Quy` do not, `Quí` and `Qui` do.
    AccentsOnly,
    /// Another name.
    Different,
}

impl NameAgreement {
    /// Whether the two may count as one name where a certificate is to be signed.
    pub const fn is_match(self) -> bool {
        matches!(self, Self::Exact | Self::TonePlacement)
    }
}

/// Compares two names. Case, runs of white space, composed or decomposed form and the
/// look-alikes of `Đ` make no difference.
///
/// ```
/// use dcc_model::{NameAgreement, names_agree};
///
/// assert_eq!(names_agree("Nguyễn Hoà", "NGUYỄN HÒA"), NameAgreement::TonePlacement);
/// assert_eq!(names_agree("Nguyen Hoa", "Nguyễn Hòa"), NameAgreement::AccentsOnly);
/// ```
pub fn names_agree(a: &str, b: &str) -> NameAgreement {
    if a == b {
        return NameAgreement::Exact;
    }
    let (a, b) = (folded(a), folded(b));
    if a == b {
        return NameAgreement::Exact;
    }
    let each = |form: fn(&str) -> String| a.split(' ').map(form).eq(b.split(' ').map(form));
    if each(tone_last) {
        NameAgreement::TonePlacement
    } else if each(without_marks) {
        NameAgreement::AccentsOnly
    } else {
        NameAgreement::Different
    }
}

/// A name in the form that all names matching it share: two have the same key if and only if
/// [`names_agree`] finds a [match](NameAgreement::is_match). For comparing one name with many.
///
/// ```
/// use dcc_model::name_key;
///
/// assert_eq!(name_key("Nguyễn  Hoà"), name_key("NGUYỄN HÒA"));
/// assert_ne!(name_key("Nguyen Hoa"), name_key("Nguyễn Hòa"));
/// ```
pub fn name_key(name: &str) -> String {
    let words: Vec<String> = name
        .split_whitespace()
        .map(|word| tone_last(&folded_word(word)))
        .collect();
    words.join(" ")
}

/// Lower case, decomposed, single spaces.
fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(folded_word).collect();
    words.join(" ")
}

fn folded_word(word: &str) -> String {
    let lower: String = word.nfc().flat_map(char::to_lowercase).nfd().collect();
    // Other letters with a stroke, and a stroke put on D as a mark of its own.
    lower.replace(['ð', 'ɖ'], "đ").replace("d\u{335}", "đ")
}

/// The five tone marks: grave, acute, tilde, hook above, dot below.
const fn is_tone(mark: char) -> bool {
    matches!(
        mark,
        '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
    )
}

/// The word with its tone mark at the end, if it has just one, as a Vietnamese syllable does.
fn tone_last(word: &str) -> String {
    let mut tones = word.chars().filter(|c| is_tone(*c));
    match (tones.next(), tones.next()) {
        (Some(tone), None) => word
            .chars()
            .filter(|c| !is_tone(*c))
            .chain([tone])
            .collect(),
        _ => word.to_owned(),
    }
}

fn without_marks(word: &str) -> String {
    let letters = word.chars().filter(|c| !is_combining_mark(*c));
    letters.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        use NameAgreement::{AccentsOnly, Different, Exact, TonePlacement};
        for (a, b, expected) in [
            ("Đặng Thị Hồng", "đặng  thị hồng ", Exact),
            ("Đặng", "Ðặng", Exact),
            ("Đặng", "D\u{335}ặng", Exact),
            ("Hồng", "Ho\u{302}\u{300}ng", Exact),
            ("Hòa", "Hoà", TonePlacement),
            ("Thủy", "Thuỷ", TonePlacement),
            ("Khoẻ Quý", "Khỏe Qúy", TonePlacement),
            ("Quí", "Quý", Different),
            ("Quí", "Quì", AccentsOnly),
            ("Hòa", "Hoa", AccentsOnly),
            ("Đặng", "Dang", AccentsOnly),
            ("Huyền", "Hùyen", AccentsOnly),
            ("Hoà An", "Hoa Àn", AccentsOnly),
            ("An Bình", "Bình An", Different),
            // Two tones in one word are no Vietnamese syllable, so their places count.
            ("Hàà", "Haà", AccentsOnly),
            ("An", "", Different),
            ("", " ", Exact),
        ] {
            assert_eq!(names_agree(a, b), expected, "{a} / {b}");
            assert_eq!(names_agree(b, a), expected, "{b} / {a}");
            assert_eq!(name_key(a) == name_key(b), expected.is_match(), "{a} / {b}");
        }
        assert!(TonePlacement.is_match() && !AccentsOnly.is_match());
    }
}
