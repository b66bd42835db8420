//! How a record is written: spellings that intake must see through, none of which changes what
//! comes out.

use dcc_model::civil;
use dcc_registry::DoseKind;
use unicode_normalization::UnicodeNormalization as _;

use super::person::Person;
use super::random::Stream;

/// The hand of one record.
#[derive(Clone, Debug)]
pub(super) struct Style {
    name: NameStyle,
    day_first: bool,
    words: bool,
    vaccine: usize,
    /// Only the year of birth is known.
    pub(super) year_only: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameStyle {
    Plain,
    Decomposed,
    WideBlank,
    ZeroWidth,
    TwoBlanks,
    Capitals,
    LookalikeD,
    /// The tone mark on the other vowel, in the population register.
    OtherPlacement,
}

impl Style {
    pub(super) fn draw(stream: &mut Stream, person: &Person) -> Self {
        let name = match stream.below(1000) {
            0..30 => NameStyle::Decomposed,
            30..35 => NameStyle::WideBlank,
            35..40 => NameStyle::ZeroWidth,
            40..55 => NameStyle::TwoBlanks,
            55..105 => NameStyle::Capitals,
            105..115 => NameStyle::LookalikeD,
            115..165 => NameStyle::OtherPlacement,
            _ => NameStyle::Plain,
        };
        // A look-alike of a Vietnamese letter is only repaired in Vietnamese names.
        let name = if person.foreign.is_some() {
            NameStyle::Plain
        } else {
            name
        };
        Self {
            name,
            day_first: stream.below(10) < 4,
            words: stream.below(2) == 0,
            vaccine: usize::try_from(stream.below(3)).unwrap_or(0),
            year_only: person.birth.year() < 1955 && stream.below(100) < 15,
        }
    }

    pub(super) fn name(&self, name: &str) -> String {
        match self.name {
            NameStyle::Plain | NameStyle::OtherPlacement => name.to_owned(),
            NameStyle::Decomposed => name.nfd().collect(),
            NameStyle::WideBlank => name.replacen(' ', "\u{a0}", 1),
            NameStyle::ZeroWidth => name.replacen(' ', " \u{200b}", 1),
            NameStyle::TwoBlanks => name.replacen(' ', "  ", 1),
            NameStyle::Capitals => name.to_uppercase(),
            NameStyle::LookalikeD => name.replace('Đ', "\u{d0}"),
        }
    }

    /// The name as the population register writes it.
    pub(super) fn register_name(&self, name: &str) -> String {
        if self.name != NameStyle::OtherPlacement {
            return name.to_owned();
        }
        PLACEMENTS
            .iter()
            .fold(name.to_owned(), |name, (new, old)| name.replace(new, old))
    }

    pub(super) fn birth_date(&self, birth: civil::Date, whole: bool) -> String {
        if self.year_only && !whole {
            return format!("{:04}", birth.year());
        }
        self.date(birth)
    }

    pub(super) fn date(&self, date: civil::Date) -> String {
        if self.day_first {
            format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
        } else {
            format!("{date}")
        }
    }

    pub(super) const fn sex(&self, female: bool) -> &'static str {
        match (self.words, female) {
            (true, true) => "Nữ",
            (true, false) => "Nam",
            (false, true) => "F",
            (false, false) => "M",
        }
    }

    pub(super) fn vaccine(&self, spellings: [&'static str; 3]) -> &'static str {
        spellings.get(self.vaccine).copied().unwrap_or_default()
    }

    pub(super) const fn kind(&self, kind: DoseKind) -> &'static str {
        match kind {
            DoseKind::Primary1 => "Mũi 1",
            DoseKind::Primary2 => "Mũi 2",
            DoseKind::Primary3 => "Mũi 3",
            DoseKind::Additional => "Mũi bổ sung",
            DoseKind::Booster1 if self.words => "Mũi nhắc lại lần 1",
            DoseKind::Booster1 => "booster-1",
            DoseKind::Booster2 if self.words => "Mũi nhắc lại lần 2",
            _ => "booster-2",
        }
    }
}

/// Open syllables whose tone mark stands on the first or on the second vowel.
const PLACEMENTS: [(&str, &str); 10] = [
    ("Hòa", "Hoà"),
    ("Thủy", "Thuỷ"),
    ("Thúy", "Thuý"),
    ("Thùy", "Thuỳ"),
    ("Hóa", "Hoá"),
    ("Tòa", "Toà"),
    ("Lụy", "Luỵ"),
    ("Hỏa", "Hoả"),
    ("Hủy", "Huỷ"),
    ("Hòe", "Hoè"),
];

/// The name as typed on a keyboard without Vietnamese.
pub(super) fn without_accents(name: &str) -> String {
    let plain = name
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    plain
        .map(|c| match c {
            'Đ' => 'D',
            'đ' => 'd',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use dcc_model::{NameAgreement, names_agree};

    use super::*;

    #[test]
    fn placements_are_the_same_name() {
        for (new, old) in PLACEMENTS {
            assert!(names_agree(new, old).is_match(), "{new} {old}");
        }
    }

    #[test]
    fn accents_alone_differ() {
        assert_eq!(without_accents("Nguyễn Đặng Hoà"), "Nguyen Dang Hoa");
        assert_eq!(
            names_agree("Nguyễn Đặng", "Nguyen Dang"),
            NameAgreement::AccentsOnly
        );
    }
}
