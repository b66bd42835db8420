//! What goes wrong with records: at most one fault a subject, one fault a dose, in the shares of
//! `verification_mix.tsv`.

use super::person::is_foreigner;
use super::random::{Purpose, Stream};
use crate::RefusalCode;

/// The first check of March 2022 (`verification_mix.tsv`): match, mismatch, not yet checked, without
/// or with a malformed number.
const MIX: [(Bucket, u64); 4] = [
    (Bucket::Match, 51_493_286),
    (Bucket::Mismatch, 19_039_997),
    (Bucket::Unchecked, 2_579_540),
    (Bucket::NoId, 3_513_000),
];

/// The line of `verification_mix.tsv` that a subject belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Bucket {
    /// Its data agree with the population register.
    Match,
    /// They do not.
    Mismatch,
    /// They agree; nobody had asked yet.
    Unchecked,
    /// It has no number or a malformed one.
    NoId,
    /// It is a foreigner, whom the mix does not count.
    Foreign,
}

impl Bucket {
    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::Match,
        Self::Mismatch,
        Self::Unchecked,
        Self::NoId,
        Self::Foreign,
    ];

    /// The word of the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::Unchecked => "unchecked",
            Self::NoId => "no-id",
            Self::Foreign => "foreign",
        }
    }
}

/// A fault of the person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubjectFault {
    Name,
    NameAccents,
    BirthDate,
    BirthDateSwapped,
    Sex,
    NotFound,
    Ambiguous,
    StrangersNumber,
    ParentsNumber,
    IdMissing,
    IdMalformed,
    LeadingZeroLost,
    VnPassport,
    /// Rows of one subject reference that differ.
    Conflict,
    /// The number cell was written as a power of ten, so every row is refused.
    PowerOfTen,
    /// This subject and the one before are one person.
    Twin,
    /// The subject behind this one is the same person.
    Twinned,
}

impl SubjectFault {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameAccents => "name-accents",
            Self::BirthDate => "birth-date",
            Self::BirthDateSwapped => "birth-date-swapped",
            Self::Sex => "sex",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::StrangersNumber => "strangers-number",
            Self::ParentsNumber => "parents-number",
            Self::IdMissing => "id-missing",
            Self::IdMalformed => "id-malformed",
            Self::LeadingZeroLost => "leading-zero-lost",
            Self::VnPassport => "vn-passport",
            Self::Conflict => "subject-conflict",
            Self::PowerOfTen => "power-of-ten",
            Self::Twin | Self::Twinned => "same-person",
        }
    }

    /// Whether the number is of no use to the register.
    pub(super) const fn spoils_number(self) -> bool {
        matches!(
            self,
            Self::IdMissing | Self::IdMalformed | Self::LeadingZeroLost | Self::VnPassport
        )
    }
}

/// A fault of one dose's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DoseFault {
    /// A second record of the same shot, of the same lot.
    DuplicateSameLot,
    /// A second record at most three days off, of another lot.
    DuplicateOtherLot,
    Unlicensed,
    DateUnreadable,
    DateImpossible,
    FacilityUnknown,
    /// The declared kind is another; it changes nothing.
    WrongKind,
}

impl DoseFault {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::DuplicateSameLot => "duplicate-same-lot",
            Self::DuplicateOtherLot => "duplicate-other-lot",
            Self::Unlicensed => "unlicensed-vaccine",
            Self::DateUnreadable => "date-unreadable",
            Self::DateImpossible => "date-impossible",
            Self::FacilityUnknown => "facility-unknown",
            Self::WrongKind => "wrong-kind",
        }
    }
}

/// What is wrong with one subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    pub(super) bucket: Bucket,
    pub(super) subject: Option<SubjectFault>,
    pub(super) dose: Option<DoseFault>,
}

/// Pairs of records of one person in a million subjects.
const TWINS: u64 = 700;

/// Draws the faults of one of `subjects` subjects.
pub(super) fn faults(seed: u64, index: u64, subjects: u64) -> Faults {
    let mut stream = Stream::new(seed, Purpose::Fault, index);
    let bucket = bucket(is_foreigner(seed, index), &mut stream);
    let subject = match bucket {
        Bucket::Foreign => None,
        Bucket::Mismatch => Some(mismatch(&mut stream)),
        Bucket::NoId => Some(no_id(&mut stream)),
        Bucket::Match | Bucket::Unchecked => match stream.below(1_000_000) {
            0..1_000 => Some(SubjectFault::Conflict),
            1_000..2_000 => Some(SubjectFault::PowerOfTen),
            _ => None,
        },
    };
    let dose = dose(&mut stream);
    let later = index.saturating_add(1);
    if is_twin(seed, index) {
        return Faults {
            bucket: Bucket::Match,
            subject: Some(SubjectFault::Twin),
            dose: None,
        };
    }
    if later < subjects && is_twin(seed, later) {
        return Faults {
            bucket: Bucket::Match,
            subject: Some(SubjectFault::Twinned),
            dose: None,
        };
    }
    Faults {
        bucket,
        subject,
        dose,
    }
}

/// Whether the record repeats the person of the one before. Two twins never follow each other.
pub(super) fn is_twin(seed: u64, index: u64) -> bool {
    let drawn = |index| Stream::new(seed, Purpose::Twin, index).chance(TWINS);
    index
        .checked_sub(1)
        .is_some_and(|before| drawn(index) && !drawn(before) && !is_foreigner(seed, before))
}

fn bucket(foreign: bool, stream: &mut Stream) -> Bucket {
    if foreign {
        return Bucket::Foreign;
    }
    let all = MIX
        .iter()
        .fold(0_u64, |sum, (_, people)| sum.saturating_add(*people));
    let mut place = stream.below(all);
    for (bucket, people) in MIX {
        match place.checked_sub(people) {
            None => return bucket,
            Some(left) => place = left,
        }
    }
    Bucket::Match
}

fn mismatch(stream: &mut Stream) -> SubjectFault {
    match stream.below(100) {
        0..35 => SubjectFault::Name,
        35..50 => SubjectFault::NameAccents,
        50..69 => SubjectFault::BirthDate,
        69..77 => SubjectFault::BirthDateSwapped,
        77..84 => SubjectFault::Sex,
        84..94 => SubjectFault::NotFound,
        94 => SubjectFault::Ambiguous,
        95..98 => SubjectFault::StrangersNumber,
        _ => SubjectFault::ParentsNumber,
    }
}

fn no_id(stream: &mut Stream) -> SubjectFault {
    match stream.below(100) {
        0..55 => SubjectFault::IdMissing,
        55..80 => SubjectFault::IdMalformed,
        80..95 => SubjectFault::LeadingZeroLost,
        _ => SubjectFault::VnPassport,
    }
}

fn dose(stream: &mut Stream) -> Option<DoseFault> {
    match stream.below(10_000) {
        0..40 => Some(DoseFault::DuplicateSameLot),
        40..50 => Some(DoseFault::DuplicateOtherLot),
        50..80 => Some(DoseFault::Unlicensed),
        80..90 => Some(DoseFault::DateUnreadable),
        90..100 => Some(DoseFault::DateImpossible),
        100..105 => Some(DoseFault::FacilityUnknown),
        105..155 => Some(DoseFault::WrongKind),
        _ => None,
    }
}

/// What a yes/no and a per-field register make of a subject with this fault; the codes of fields
/// that depend on the people are left to the caller.
pub(super) const fn held_for(fault: SubjectFault) -> Option<RefusalCode> {
    Some(match fault {
        SubjectFault::Name => RefusalCode::PopName,
        SubjectFault::NameAccents => RefusalCode::PopNameAccents,
        SubjectFault::BirthDate => RefusalCode::PopBirthDate,
        SubjectFault::BirthDateSwapped => RefusalCode::PopBirthDateSwapped,
        SubjectFault::Sex => RefusalCode::PopSex,
        SubjectFault::NotFound => RefusalCode::PopNotFound,
        SubjectFault::Ambiguous => RefusalCode::PopAmbiguous,
        SubjectFault::IdMissing => RefusalCode::IdMissing,
        SubjectFault::IdMalformed => RefusalCode::IdMalformed,
        SubjectFault::LeadingZeroLost => RefusalCode::IdLeadingZeroLost,
        SubjectFault::VnPassport => RefusalCode::IdVnPassportOnly,
        SubjectFault::Conflict => RefusalCode::SubjectConflict,
        SubjectFault::Twin | SubjectFault::Twinned => RefusalCode::SamePerson,
        SubjectFault::StrangersNumber | SubjectFault::ParentsNumber | SubjectFault::PowerOfTen => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_comes_out() {
        let counted = |bucket| {
            (0..100_000)
                .filter(|index| faults(1, *index, 100_000).bucket == bucket)
                .count()
        };
        // 67.2, 24.8, 3.4 and 4.6 % of those sent; pairs are taken from all and added to the first.
        assert!((66_800..67_500).contains(&counted(Bucket::Match)));
        assert!((24_500..25_100).contains(&counted(Bucket::Mismatch)));
        assert!((3_200..3_500).contains(&counted(Bucket::Unchecked)));
        assert!((4_400..4_750).contains(&counted(Bucket::NoId)));
        assert!((220..380).contains(&counted(Bucket::Foreign)));
    }

    #[test]
    fn twins_come_in_pairs() {
        let mut pairs = 0;
        for index in 0..20_000 {
            let this = faults(1, index, 20_000).subject;
            if this == Some(SubjectFault::Twin) {
                pairs += 1;
                let before = faults(1, index - 1, 20_000).subject;
                assert_eq!(before, Some(SubjectFault::Twinned));
            }
        }
        assert!((5..30).contains(&pairs), "{pairs}");
        let last = (1..20_000).find(|index| is_twin(1, *index)).unwrap();
        assert_ne!(
            faults(1, last - 1, last).subject,
            Some(SubjectFault::Twinned)
        );
    }
}
