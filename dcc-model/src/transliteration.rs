//! Names in the form of machine-readable travel documents (ICAO Doc 9303-3 section 6).

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Whose letters a name is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Script {
    /// Any Latin script: the table of Doc 9303 first (`Ö` is `OE`), then the letter without marks.
    International,
    /// Vietnamese: every letter without its marks, `Đ` as `D`.
    ///
    /// The table of Doc 9303 has neither `Ơ`, `Ư` nor the letters of U+1EA0 to U+1EF9, 94 of the
    /// 178 Vietnamese ones; both scripts write them without marks, and no Vietnamese letter is
    /// written differently in the two.
    Vietnamese,
}

/// A character that has no form in A to Z. Names the place, not the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {index} of the name has no Latin form")]
#[non_exhaustive]
pub struct TransliterationError {
    /// Its place among the characters, from 0.
    pub index: usize,
}

/// `name` in A to Z, with `<` between words (`fnt`, `gnt`).
///
/// Composed and decomposed texts give the same result, and so do the look-alikes of `Đ` (U+00D0,
/// U+0189). Spaces, hyphens and commas become `<`; other punctuation vanishes.
///
/// ```
/// use dcc_model::{Script, transliterate};
///
/// assert_eq!(transliterate("Đặng", Script::Vietnamese)?, "DANG");
/// assert_eq!(transliterate("Thị Hồng", Script::Vietnamese)?, "THI<HONG");
/// assert_eq!(transliterate("Jörg-Åke", Script::International)?, "JOERG<AAKE");
/// # Ok::<(), dcc_model::TransliterationError>(())
/// ```
///
/// # Errors
///
/// The name has a character that is no Latin letter and no mark between words, such as a digit or
/// a letter of another script.
pub fn transliterate(name: &str, script: Script) -> Result<String, TransliterationError> {
    let mut out = String::with_capacity(name.len());
    for (index, character) in name.nfc().enumerate() {
        for upper in character.to_uppercase() {
            write(upper, script, &mut out).ok_or(TransliterationError { index })?;
        }
    }
    if out.ends_with('<') {
        out.pop();
    }
    Ok(out)
}

/// Writes the form of one upper-case character. `None` if it has none.
fn write(character: char, script: Script, out: &mut String) -> Option<()> {
    match character {
        'A'..='Z' => out.push(character),
        c if is_separator(c) => {
            if !out.is_empty() && !out.ends_with('<') {
                out.push('<');
            }
        }
        c if is_omitted(c) => {}
        _ => match letter(character, script) {
            Some(letters) => out.push_str(letters),
            None => decompose(character, out)?,
        },
    }
    Some(())
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | ',' | '<' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
}

/// Apostrophes, full stops and other punctuation, what has no width, and marks that did not
/// compose.
fn is_omitted(character: char) -> bool {
    let other = matches!(
        character,
        '´' | '·' | '«' | '»' | '\u{2018}'..='\u{201F}' | '\u{02B9}'..='\u{02BC}' | '\u{00AD}'
            | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
    );
    other || character.is_ascii_punctuation() || is_combining_mark(character)
}

/// Letters that are not simply written without their marks.
const fn letter(character: char, script: Script) -> Option<&'static str> {
    Some(match (character, script) {
        ('Đ' | 'Ð' | 'Ɖ', _) => "D",
        ('Ä', Script::International) | ('Æ', _) => "AE",
        ('Å', Script::International) => "AA",
        ('Ö' | 'Ø', Script::International) | ('Œ', _) => "OE",
        ('Ü', Script::International) => "UE",
        ('Ø', Script::Vietnamese) => "O",
        ('Ĳ', _) => "IJ",
        ('ẞ', _) => "SS",
        ('Þ', _) => "TH",
        ('Ħ', _) => "H",
        ('Ł' | 'Ŀ', _) => "L",
        ('Ŋ', _) => "N",
        ('ĸ', _) => "Q",
        ('Ŧ', _) => "T",
        _ => return None,
    })
}

/// The base letters of a character: `Ự` is U with horn and dot below.
fn decompose(character: char, out: &mut String) -> Option<()> {
    for part in [character].into_iter().nfkd() {
        match part {
            'A'..='Z' => out.push(part),
            'a'..='z' => out.push(part.to_ascii_uppercase()),
            _ if is_combining_mark(part) => {}
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vietnamese(name: &str) -> String {
        transliterate(name, Script::Vietnamese).unwrap()
    }

    fn international(name: &str) -> String {
        transliterate(name, Script::International).unwrap()
    }

    #[test]
    fn vietnamese_names() {
        for (name, expected) in [
            ("Đặng", "DANG"),
            ("Thị Hồng", "THI<HONG"),
            ("Nguyễn", "NGUYEN"),
            ("NGUYỄN THỊ ƯỚC", "NGUYEN<THI<UOC"),
            ("Võ Thị Thuỳ  Dương", "VO<THI<THUY<DUONG"),
            (" Tôn Nữ\u{a0}Hoà ", "TON<NU<HOA"),
            ("", ""),
        ] {
            assert_eq!(vietnamese(name), expected, "{name}");
            assert_eq!(international(name), expected, "{name}");
            let decomposed: String = name.nfd().collect();
            assert_eq!(vietnamese(&decomposed), expected, "NFD of {name}");
        }
    }

    #[test]
    fn look_alikes_of_d_with_stroke() {
        for name in ["Đỗ", "Ðỗ", "Ɖỗ", "đỗ", "ðỗ", "ɖỗ", "D\u{335}ỗ"] {
            assert_eq!(vietnamese(name), "DO", "{name}");
            assert_eq!(international(name), "DO", "{name}");
        }
    }

    #[test]
    fn the_table_of_doc_9303_serves_foreigners() {
        for (name, expected) in [
            ("Müller-Lüdenscheidt", "MUELLER<LUEDENSCHEIDT"),
            ("Größe", "GROESSE"),
            ("Ærø Þór", "AEROE<THOR"),
            ("Łukasz Żółć", "LUKASZ<ZOLC"),
            ("O'Brien Jr.", "OBRIEN<JR"),
            ("d’Arc, Jeanne", "DARC<JEANNE"),
            ("Anna \"Ann\" (Smith)", "ANNA<ANN<SMITH"),
            ("Ñandú", "NANDU"),
            ("İbrahim Ilıca", "IBRAHIM<ILICA"),
        ] {
            assert_eq!(international(name), expected, "{name}");
        }
        assert_eq!(vietnamese("Müller Ångström Bjørn"), "MULLER<ANGSTROM<BJORN");
    }

    #[test]
    fn other_scripts_and_digits_have_no_form() {
        for (name, index) in [("Иван", 0), ("An Ω", 3), ("Nguyễn 2", 7), ("😀", 0)] {
            assert_eq!(
                transliterate(name, Script::Vietnamese),
                Err(TransliterationError { index }),
                "{name}"
            );
        }
    }
}
