//! The name on a certificate: họ and tên đệm with tên, and their ICAO 9303 form.

use std::sync::LazyLock;

use dcc_model::{PersonName, Script, name_key, transliterate};
use dcc_registry::Identity;

use crate::RefusalCode;
use crate::intake::is_foreign;

/// The most characters of each of the four members of `nam` (DCC schema 1.3).
const LONGEST: usize = 80;

/// Surnames of more than one word; elsewhere the surname is the first word (vn/facts.md section 3).
const COMPOUND_SURNAMES: &[&str] = &[
    "Công Tằng Tôn Nữ",
    "Công Huyền Tôn Nữ",
    "Công Tôn Nữ",
    "Tôn Thất",
    "Tôn Nữ",
    "Âu Dương",
    "Tư Mã",
    "Thượng Quan",
    "Hoàng Phủ",
];

/// The name of a holder for `nam`: the surname (họ) as `fn`, middle and given name (tên đệm, tên)
/// as `gn`, each with its ICAO form. Foreign names stand in the order of the passport, surname
/// first, and take the ICAO table before decomposition (design decision 8).
///
/// A name of one word is a surname without given name.
///
/// # Errors
///
/// `name-unwritable` where a part has no ICAO form or is too long.
pub fn holder_name(identity: &Identity) -> Result<PersonName, RefusalCode> {
    let script = if is_foreign(identity) {
        Script::International
    } else {
        Script::Vietnamese
    };
    let (surname, given) = split(identity.full_name.trim());
    let standard = |part: &str| {
        let form = transliterate(part, script).map_err(|_| RefusalCode::NameUnwritable)?;
        if form.is_empty() || part.chars().count() > LONGEST {
            return Err(RefusalCode::NameUnwritable);
        }
        Ok(form.get(..LONGEST).unwrap_or(&form).to_owned())
    };
    let name = PersonName::new().with_surname(surname, standard(surname)?);
    if given.is_empty() {
        return Ok(name);
    }
    Ok(name.with_given_name(given, standard(given)?))
}

fn split(name: &str) -> (&str, &str) {
    let first = name.split(' ').next().map(name_key).unwrap_or_default();
    for (words, compound) in COMPOUND_KEYS.iter() {
        let begins = compound.split(' ').next() == Some(first.as_str());
        let mut ends = name.match_indices(' ').map(|(place, _)| place);
        if begins
            && let Some(end) = ends.nth(words.saturating_sub(1))
            && let Some((surname, given)) = name.split_at_checked(end)
            && name_key(surname) == *compound
        {
            return (surname, given.trim_start());
        }
    }
    name.split_once(' ')
        .map_or((name, ""), |(surname, given)| (surname, given.trim_start()))
}

/// The compound surnames with their numbers of words, in the form by which names are compared.
static COMPOUND_KEYS: LazyLock<Vec<(usize, String)>> = LazyLock::new(|| {
    let key = |name: &&str| (name.split(' ').count(), name_key(name));
    COMPOUND_SURNAMES.iter().map(key).collect()
});

#[cfg(test)]
mod tests {
    use dcc_registry::CommuneCode;

    use super::*;

    fn parts(name: &str, nationality: &str) -> Option<[String; 4]> {
        let mut identity = Identity::new(name, CommuneCode::new("00001"));
        nationality.clone_into(&mut identity.nationality);
        let name = holder_name(&identity).ok()?;
        let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Some([
            part(name.surname()),
            part(name.given_name()),
            part(name.standard_surname()),
            part(name.standard_given_name()),
        ])
    }

    #[test]
    fn surnames_are_the_first_word_or_a_known_compound() {
        let of = |name| parts(name, "VN").unwrap();
        assert_eq!(
            of("Nguyễn Bảo Duy"),
            ["Nguyễn", "Bảo Duy", "NGUYEN", "BAO<DUY"]
        );
        assert_eq!(
            of("Tôn Nữ Thị Ninh"),
            ["Tôn Nữ", "Thị Ninh", "TON<NU", "THI<NINH"]
        );
        assert_eq!(
            of("TÔN THẤT TÙNG"),
            ["TÔN THẤT", "TÙNG", "TON<THAT", "TUNG"]
        );
        assert_eq!(of("Tôn Đức Thắng")[0], "Tôn");
        assert_eq!(of("Hồng"), ["Hồng", "", "HONG", ""]);
    }

    #[test]
    fn foreigners_take_the_icao_table() {
        let of = |nationality| parts("MÜLLER JÜRGEN", nationality).unwrap();
        assert_eq!(of("DE")[2], "MUELLER");
        assert_eq!(of("VN")[2], "MULLER");
    }

    #[test]
    fn a_name_without_icao_form_is_held() {
        for name in ["", "123", "???", &"A".repeat(81)] {
            assert_eq!(parts(name, "VN"), None, "{name}");
        }
    }
}
