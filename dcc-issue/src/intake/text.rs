//! One normaliser for all text at entry, and the classification of damaged names.

use alloc::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::RowCode;

/// A cell's text in NFC, without invisible characters, blanks as single spaces, trimmed.
///
/// Nothing else is changed. What was changed is told by the codes.
pub(super) fn normalise<'a>(text: &'a str, found: &mut Vec<RowCode>) -> Cow<'a, str> {
    let trimmed = text.trim_matches(' ');
    let unmarked = without_text_mark(trimmed);
    if unmarked.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && !unmarked.contains("  ") {
        return Cow::Borrowed(unmarked);
    }
    let composed = is_nfc_quick(unmarked.chars()) == IsNormalized::Yes;
    if composed && !unmarked.chars().any(is_unusual) && !unmarked.contains("  ") {
        return Cow::Borrowed(unmarked);
    }
    let mut kept = String::with_capacity(unmarked.len());
    let mut blank = false;
    for c in unmarked.nfc() {
        if is_invisible(c) {
            note(found, RowCode::TextInvisible);
        } else if c.is_whitespace() || c.is_control() {
            if c != ' ' {
                note(found, RowCode::TextInvisible);
            } else if blank || kept.is_empty() {
                note(found, RowCode::TextSpaces);
            }
            blank = true;
        } else {
            if blank && !kept.is_empty() {
                kept.push(' ');
            }
            blank = false;
            kept.push(c);
        }
    }
    if !composed && !unmarked.nfc().eq(unmarked.chars()) {
        note(found, RowCode::TextDecomposed);
    }
    Cow::Owned(kept)
}

/// A spreadsheet's mark of text, which our own safe output writes too: an apostrophe before a
/// digit or a sign that would begin a formula.
fn without_text_mark(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit() || "=+-@".contains(c)) => rest,
        _ => text,
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

fn is_unusual(c: char) -> bool {
    is_invisible(c) || (c != ' ' && (c.is_whitespace() || c.is_control()))
}

fn note(found: &mut Vec<RowCode>, code: RowCode) {
    if !found.contains(&code) {
        found.push(code);
    }
}

/// The letter Đ where a look-alike was typed: Eth (U+00D0) and African D (U+0189).
pub(super) fn without_lookalikes<'a>(name: &'a str, found: &mut Vec<RowCode>) -> Cow<'a, str> {
    let lookalikes = ['\u{d0}', '\u{189}', '\u{f0}', '\u{256}'];
    if !name.contains(lookalikes) {
        return Cow::Borrowed(name);
    }
    note(found, RowCode::NameLookalike);
    let plain = name.chars().map(|c| match c {
        '\u{d0}' | '\u{189}' => 'Đ',
        '\u{f0}' | '\u{256}' => 'đ',
        c => c,
    });
    Cow::Owned(plain.collect())
}

/// The damage that a Vietnamese name shows, if any. It is told, never repaired: reading VNI or
/// TCVN3 back is a guess, and a wrong guess would sign another name.
pub fn name_damage(name: &str) -> Option<RowCode> {
    if name.is_ascii() && !name.contains('?') {
        return None;
    }
    if name.contains(['\u{fffd}', '?']) {
        return Some(RowCode::LettersLost);
    }
    if is_encoded_twice(name) {
        return Some(RowCode::EncodingTwice);
    }
    let letters: Vec<char> = name.chars().collect();
    let pairs = || {
        letters
            .windows(2)
            .filter_map(|pair| <[char; 2]>::try_from(pair).ok())
    };
    if pairs().any(|[base, mark]| is_vni_pair(base, mark)) {
        return Some(RowCode::EncodingVni);
    }
    let inside_capital =
        |[before, after]: [char; 2]| before.is_lowercase() && matches!(after, '\u{c0}'..='\u{de}');
    if name.contains(|c| matches!(c, '\u{a1}'..='\u{bf}' | '\u{d7}' | '\u{f7}'))
        || pairs().any(inside_capital)
    {
        return Some(RowCode::EncodingTcvn3);
    }
    None
}

/// UTF-8 that was taken for Windows-1252 and encoded again: its characters are bytes which, put
/// together, are UTF-8.
fn is_encoded_twice(name: &str) -> bool {
    let bytes: Option<Vec<u8>> = name.chars().map(windows_1252).collect();
    bytes.is_some_and(|bytes| core::str::from_utf8(&bytes).is_ok_and(|text| !text.is_ascii()))
}

/// The byte of a character in Windows-1252 (the code points 0x80 to 0x9f stand for themselves
/// where a decoder left them so).
fn windows_1252(c: char) -> Option<u8> {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let place = HIGH.chars().position(|high| high == c)?;
    u8::try_from(place).ok()?.checked_add(0x80)
}

/// A base letter and what VNI's mark for it looks like in Latin-1, where no Vietnamese (nor, for
/// these pairs, usual Western) word has the two side by side.
fn is_vni_pair(base: char, mark: char) -> bool {
    let base = base.to_ascii_lowercase();
    let mark = mark.to_lowercase().next().unwrap_or(mark);
    match base {
        'a' => "âêáàåãäéèúüùûõø".contains(mark),
        'e' => "âáàåãäùûõø".contains(mark),
        'o' => "âåäùûõø".contains(mark),
        'u' | 'y' => "ùûõøå".contains(mark),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(text: &str) -> (String, Vec<RowCode>) {
        let mut found = Vec::new();
        let kept = normalise(text, &mut found).into_owned();
        (kept, found)
    }

    #[test]
    fn clean_text_is_left_alone() {
        for text in ["Nguyễn Văn An", "", "079099000123", "O'Brien", "d'Alembert"] {
            assert_eq!(normalised(text), (text.to_owned(), vec![]));
        }
        assert_eq!(normalised("  Nguyễn An "), ("Nguyễn An".to_owned(), vec![]));
    }

    #[test]
    fn decomposed_invisible_and_wide_blanks_are_repaired_and_told() {
        let nfd: String = "Nguyễn Thị Hoà".nfd().collect();
        assert_eq!(
            normalised(&nfd),
            ("Nguyễn Thị Hoà".to_owned(), vec![RowCode::TextDecomposed])
        );
        assert_eq!(
            normalised("Nguyễn\u{a0}Văn\u{200b} An"),
            ("Nguyễn Văn An".to_owned(), vec![RowCode::TextInvisible])
        );
        assert_eq!(
            normalised("Nguyễn   Văn An"),
            ("Nguyễn Văn An".to_owned(), vec![RowCode::TextSpaces])
        );
        assert_eq!(normalised("a\nb\u{feff}").0, "a b");
    }

    #[test]
    fn a_spreadsheets_text_mark_is_no_content() {
        assert_eq!(normalised("'079099000123").0, "079099000123");
        assert_eq!(normalised("'+84912345678").0, "+84912345678");
        assert_eq!(normalised("'t Hooft").0, "'t Hooft");
    }

    #[test]
    fn damaged_names_are_classified() {
        use RowCode::{EncodingTcvn3, EncodingTwice, EncodingVni, LettersLost};
        for (name, code) in [
            ("NguyÔn V¨n An", EncodingTcvn3),
            ("TrÇn ThÞ Hoµ", EncodingTcvn3),
            ("Nguyeãn Vaên An", EncodingVni),
            ("Traàn Thò Hoøa", EncodingVni),
            ("Nguyá»…n VÄƒn An", EncodingTwice),
            ("Ph\u{c3}\u{a1}p", EncodingTwice),
            ("Nguy?n V?n An", LettersLost),
            ("Nguy\u{fffd}n An", LettersLost),
        ] {
            assert_eq!(name_damage(name), Some(code), "{name}");
        }
    }

    #[test]
    fn sound_names_are_not_suspected() {
        for name in [
            "Nguyễn Văn An",
            "NGUYỄN THỊ HOÀ",
            "Hoàng Thuý Quỳnh",
            "Huỳnh Khuê",
            "Tôn Nữ Ái Uyên",
            "Đỗ Xuân Tuấn",
            "Lý Thoại",
            "Phạm Hoài Oanh",
            "Jose Nunez",
            "Hứa Uông Oai",
            "Võ Yến",
        ] {
            assert_eq!(name_damage(name), None, "{name}");
        }
    }

    #[test]
    fn lookalikes_of_the_letter_d() {
        let mut found = Vec::new();
        assert_eq!(without_lookalikes("Ðặng Ɖức", &mut found), "Đặng Đức");
        assert_eq!(found, [RowCode::NameLookalike]);
    }
}
