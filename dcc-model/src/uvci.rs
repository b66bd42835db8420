//! Unique certificate identifiers (UVCI, eHealth Network guidelines, annex 2).

use core::fmt;

use crate::RemarkCode;

/// What the check character of an identifier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Checksum {
    /// There is none.
    Absent,
    /// The identifier has characters beyond the alphabet of the check.
    NotComputable,
    /// It is right.
    Right,
    /// It is wrong. That is common in real certificates and never a reason to reject.
    Wrong,
}

/// A certificate identifier as written, and its parts where it has them.
///
/// Real identifiers come without the prefix, in lower case, with `/` for `:` and with wrong check
/// characters, so reading never fails. `Debug` does not show the identifier.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Uvci {
    text: String,
}

/// The prefix of the URN, without the colon behind it.
const URN: &str = "URN:UVCI";

/// The check's alphabet: a character's code is its place in it.
const ALPHABET: &[u8; 38] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";

impl Uvci {
    /// Reads an identifier; white space at its ends does not count.
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.trim().to_owned(),
        }
    }

    /// A new identifier, option 1 of the guidelines: `URN:UVCI:01:`, country, 32 hexadecimal
    /// digits and a check character.
    ///
    /// `random` must come from a cryptographic generator, so that identifiers tell nothing and
    /// never meet. `None` if `country` is not two letters A to Z.
    ///
    /// ```
    /// let uvci = dcc_model::Uvci::make("VN", [0xAB; 16]).ok_or("VN is a country code")?;
    /// assert_eq!(uvci.as_str(), "URN:UVCI:01:VN:ABABABABABABABABABABABABABABABAB#T");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn make(country: &str, random: [u8; 16]) -> Option<Self> {
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let mut text = format!("{URN}:01:{country}:{:032X}", u128::from_be_bytes(random));
        let check = check_character(&text)?;
        text.push('#');
        text.push(check);
        Some(Self { text })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it begins with `URN:UVCI`, in upper or lower case.
    pub fn has_urn(&self) -> bool {
        urn(&self.text).is_some()
    }

    /// Whether it begins with `URN:UVCI` that is not in upper case.
    pub fn is_lower_case(&self) -> bool {
        urn(&self.text).is_some_and(|prefix| prefix != URN)
    }

    /// The version in front of the country, such as `01`.
    pub fn version(&self) -> Option<&str> {
        self.parts().map(|(version, _, _)| version)
    }

    /// The country, as two or more letters.
    pub fn country(&self) -> Option<&str> {
        self.parts().map(|(_, country, _)| country)
    }

    /// What follows the country, without the check character.
    pub fn national_part(&self) -> Option<&str> {
        self.parts().map(|(_, _, rest)| rest)
    }

    /// What its check character says.
    pub fn checksum(&self) -> Checksum {
        checksum(&self.text)
    }

    /// The form in which two identifiers are compared: upper case, without the check character.
    pub fn comparison_key(&self) -> String {
        body(&self.text).to_ascii_uppercase()
    }

    /// Whether it is as the guidelines ask of an issuer: `URN:UVCI:01:`, a country of two letters,
    /// and parts of A to Z and 0 to 9 with `/` between them. The check character is told apart by
    /// [`checksum`](Self::checksum): it is reported, never a reason to refuse.
    pub fn is_well_formed(&self) -> bool {
        let parts = body(&self.text)
            .strip_prefix("URN:UVCI:01:")
            .and_then(|t| t.split_once(':'));
        parts.is_some_and(|(country, rest)| {
            country.len() == 2
                && country.bytes().all(|b| b.is_ascii_uppercase())
                && rest.split('/').all(|part| {
                    !part.is_empty()
                        && part
                            .bytes()
                            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                })
        })
    }

    fn parts(&self) -> Option<(&str, &str, &str)> {
        let separator = |c| matches!(c, ':' | '/' | '#');
        let body = body(&self.text);
        let rest = match urn(body) {
            Some(prefix) => body.strip_prefix(prefix)?.trim_start_matches(separator),
            None => body,
        };
        let (version, rest) = rest.split_at_checked("01".len())?;
        let (country, national) = rest.trim_start_matches(separator).split_once(separator)?;
        let plain = version.bytes().all(|b| b.is_ascii_digit())
            && country.len() >= 2
            && country.bytes().all(|b| b.is_ascii_alphabetic());
        plain.then_some((version, country, national))
    }
}

impl fmt::Display for Uvci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Uvci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uvci(..)")
    }
}

/// The check character of `text`, which includes `URN:UVCI:` and does not include `#`: Luhn mod N
/// over `A-Z 0-9 / :`. `None` if `text` has other characters.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "codes are below 38 and each addend is reduced modulo 38, so nothing overflows"
)]
pub fn check_character(text: &str) -> Option<char> {
    let base = ALPHABET.len();
    let mut sum = 0;
    for (index, byte) in text.bytes().rev().enumerate() {
        let code = ALPHABET.iter().position(|c| *c == byte)?;
        let factor = if index % 2 == 0 { 2 } else { 1 };
        let addend = code * factor;
        sum = (sum + addend / base + addend % base) % base;
    }
    ALPHABET.get((base - sum) % base).copied().map(char::from)
}

/// Tells `report` what there is to remark on the identifier `text`, which is trimmed.
pub(crate) fn remark(text: &str, mut report: impl FnMut(RemarkCode)) {
    match urn(text) {
        Some(URN) => {}
        Some(_) => report(RemarkCode::UvciLowerCase),
        None => report(RemarkCode::UvciNoUrn),
    }
    if checksum(text) == Checksum::Wrong {
        report(RemarkCode::UvciChecksum);
    }
}

fn urn(text: &str) -> Option<&str> {
    text.get(..URN.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(URN))
}

/// The part before the check character.
fn body(text: &str) -> &str {
    match text.rsplit_once('#') {
        // `URN#UVCI#01#..` has `#` for `:`.
        Some((body, check)) if check.chars().count() <= 2 => body,
        _ => text,
    }
}

fn checksum(text: &str) -> Checksum {
    let body = body(text);
    let Some(written) = text
        .strip_prefix(body)
        .and_then(|rest| rest.strip_prefix('#'))
    else {
        return Checksum::Absent;
    };
    match check_character(body) {
        None => Checksum::NotComputable,
        Some(right) if written.chars().eq([right]) => Checksum::Right,
        Some(_) => Checksum::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_pair() {
        assert_eq!(check_character("URN:UVCI:01:NL:187/37512422923"), Some('Z'));
        assert_eq!(check_character("urn:uvci:01:nl:1"), None);
        assert_eq!(check_character(""), Some('A'));
    }

    #[test]
    fn made_ones_are_well_formed_and_checked() {
        let uvci = Uvci::make("VN", *b"0123456789abcdef").unwrap();
        assert_eq!(uvci.checksum(), Checksum::Right);
        assert!(uvci.is_well_formed() && uvci.has_urn() && !uvci.is_lower_case());
        assert_eq!(uvci.country(), Some("VN"));
        assert_eq!(uvci.version(), Some("01"));
        assert_eq!(uvci.national_part().unwrap().len(), 32);
        assert_eq!(Uvci::make("vn", [0; 16]), None);
        assert_eq!(Uvci::make("VNM", [0; 16]), None);
    }

    #[test]
    fn any_single_error_in_the_check_character_is_seen() {
        let uvci = Uvci::make("VN", [7; 16]).unwrap();
        let body = body(uvci.as_str());
        let right = ALPHABET
            .iter()
            .filter(|c| checksum(&format!("{body}#{}", char::from(**c))) == Checksum::Right);
        assert_eq!(right.count(), 1);
    }

    #[test]
    fn identifiers_of_the_wild() {
        for (text, country, national) in [
            ("urn:uvci:01:BG:AB12#0", Some("BG"), Some("AB12")),
            ("01/LU/2O1I84#UK", Some("LU"), Some("2O1I84")),
            (
                "URN:UVCI:01DE/A23234242/50CU#F",
                Some("DE"),
                Some("A23234242/50CU"),
            ),
            ("URN:UVCI:01:NL:2WC7BA#:", Some("NL"), Some("2WC7BA")),
            (" 01:VN:1 ", Some("VN"), Some("1")),
            ("URN:UVCI:01:NL:AB#CDE", Some("NL"), Some("AB#CDE")),
            ("dgci:V1:AT:1234", None, None),
            ("", None, None),
            ("é", None, None),
        ] {
            let uvci = Uvci::parse(text);
            assert_eq!(
                (uvci.country(), uvci.national_part()),
                (country, national),
                "{text}"
            );
        }
    }

    #[test]
    fn case_and_check_character_do_not_distinguish() {
        let a = Uvci::parse("urn:uvci:01:bg:ab12#0");
        let b = Uvci::parse("URN:UVCI:01:BG:AB12");
        assert_ne!(a, b);
        assert_eq!(a.comparison_key(), b.comparison_key());
    }

    #[test]
    fn forms_that_an_issuer_must_not_write() {
        for text in [
            "urn:uvci:01:VN:AB",
            "URN:UVCI:02:VN:AB",
            "URN:UVCI:01:VNM:AB",
            "URN:UVCI:01:VN:",
            "URN:UVCI:01:VN:ab",
            "URN:UVCI:01:VN:A//B",
            "01:VN:ABC123",
        ] {
            assert!(!Uvci::parse(text).is_well_formed(), "{text}");
        }
        for text in [
            "URN:UVCI:01:VN:ABC123#T",
            "URN:UVCI:01:VN:ABC123#S",
            "URN:UVCI:01:VN:187/ABC123",
            "URN:UVCI:01:VN:A",
        ] {
            assert!(Uvci::parse(text).is_well_formed(), "{text}");
        }
    }
}
