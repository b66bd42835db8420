//! What a record says of the person, and what a register makes of it.

use dcc_model::civil;
use dcc_registry::DocumentKind;

use super::fault::{SubjectFault, held_for};
use super::noise::{Style, without_accents};
use super::person::{OTHERS, Person, other_name, person};
use super::random::Stream;
use super::record::{Case, World};
use super::tables::Band;
use crate::RefusalCode;

/// What the record says of the person, which need not be true.
pub(super) struct Observed {
    pub(super) name: String,
    pub(super) birth_date: String,
    pub(super) female: bool,
    pub(super) nationality: &'static str,
    pub(super) document_kind: &'static str,
    pub(super) document_number: String,
    pub(super) style: Style,
    /// The name in the rows behind the first, where rows differ.
    pub(super) conflicting_name: Option<String>,
    /// The other person whose number was given.
    pub(super) stranger: Option<Person>,
}

/// Draws what is observed of a case.
pub(super) fn observe(case: &Case<'_>, stream: &mut Stream) -> Option<Observed> {
    let Case {
        world,
        index,
        person,
        faults,
    } = *case;
    let fault = faults.subject;
    let tables = &world.tables;
    let mut observed = Observed {
        name: person.name.clone(),
        birth_date: String::new(),
        female: person.female(),
        nationality: person.foreign.unwrap_or("VN"),
        document_kind: person.document.word(),
        document_number: person.document_number.clone(),
        style: Style::draw(stream, person),
        conflicting_name: None,
        stranger: None,
    };
    let mut birth = person.birth;
    match fault {
        Some(SubjectFault::Name) => observed.name = other_name(tables, person, stream),
        Some(SubjectFault::NameAccents) => observed.name = without_accents(&person.name),
        Some(SubjectFault::BirthDate) => {
            let years = if stream.below(2) == 0 { -1 } else { 1 };
            let year = birth.year().saturating_add(years);
            birth = civil::Date::new(year, birth.month(), birth.day().min(28)).ok()?;
        }
        Some(SubjectFault::BirthDateSwapped) => {
            birth = civil::Date::new(birth.year(), birth.day(), birth.month()).ok()?;
        }
        Some(SubjectFault::Sex) => observed.female = !observed.female,
        Some(SubjectFault::Conflict) => {
            observed.conflicting_name = Some(other_name(tables, person, stream));
        }
        Some(SubjectFault::StrangersNumber | SubjectFault::ParentsNumber) => {
            let stranger = stranger(world, index, fault == Some(SubjectFault::ParentsNumber))?;
            observed.document_kind = DocumentKind::Cccd.word();
            observed.document_number.clone_from(&stranger.number);
            observed.stranger = Some(stranger);
        }
        _ => {}
    }
    if fault.is_some_and(SubjectFault::spoils_number) || fault == Some(SubjectFault::PowerOfTen) {
        spoil_number(fault?, person, &mut observed, stream);
    }
    let whole = matches!(
        fault,
        Some(SubjectFault::BirthDate | SubjectFault::BirthDateSwapped)
    );
    observed.birth_date = observed.style.birth_date(birth, whole);
    Some(observed)
}

/// Where a fault cannot be made of this person, another one of its kind is made.
pub(super) fn settle(person: &Person, fault: SubjectFault) -> SubjectFault {
    let (day, month) = (person.birth.day(), person.birth.month());
    match fault {
        SubjectFault::NameAccents if without_accents(&person.name) == person.name => {
            SubjectFault::Name
        }
        SubjectFault::BirthDateSwapped if day > 12 || day == month => SubjectFault::BirthDate,
        SubjectFault::ParentsNumber if person.cohort.band != Band::Child => {
            SubjectFault::StrangersNumber
        }
        fault => fault,
    }
}

/// Somebody who is no subject; for a parent, of an age to be one.
pub(super) fn stranger(world: &World, index: u64, parent: bool) -> Option<Person> {
    const STEP: u64 = 7_919;
    let mut number = OTHERS.saturating_add(index);
    loop {
        let stranger = person(&world.tables, world.seed, number)?;
        if !parent || (1965..1996).contains(&stranger.birth.year()) {
            return Some(stranger);
        }
        // Other strangers' numbers lie beyond those of the last subject.
        number = number.saturating_add(world.subjects.max(STEP));
    }
}

fn spoil_number(
    fault: SubjectFault,
    person: &Person,
    observed: &mut Observed,
    stream: &mut Stream,
) {
    observed.document_kind = DocumentKind::Cccd.word();
    let number = &person.number;
    observed.document_number = match fault {
        SubjectFault::IdMissing => {
            observed.document_kind = if stream.below(2) == 0 { "none" } else { "" };
            String::new()
        }
        SubjectFault::LeadingZeroLost => number.trim_start_matches('0').to_owned(),
        SubjectFault::VnPassport => {
            observed.document_kind = DocumentKind::Passport.word();
            format!("C{}", number.get(5..).unwrap_or("0000000"))
        }
        SubjectFault::PowerOfTen => {
            let digits = number.get(1..7).unwrap_or("990990");
            format!(
                "{}.{}E+10",
                digits.get(..1).unwrap_or("1"),
                digits.get(1..).unwrap_or("0")
            )
        }
        _ => match stream.below(3) {
            0 => format!("{number}{}", stream.below(10)),
            1 => format!("O{}", number.get(1..).unwrap_or_default()),
            _ => number.get(..7).unwrap_or_default().to_owned(),
        },
    };
}

/// What a register that tells per field finds; nothing for a match.
pub(super) fn per_field(
    person: &Person,
    observed: &Observed,
    fault: Option<SubjectFault>,
) -> Vec<RefusalCode> {
    let Some(fault) = fault else {
        return Vec::new();
    };
    if let Some(code) = held_for(fault) {
        return vec![code];
    }
    let Some(stranger) = &observed.stranger else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    match dcc_model::names_agree(&person.name, &stranger.name) {
        agreement if agreement.is_match() => {}
        dcc_model::NameAgreement::AccentsOnly => codes.push(RefusalCode::PopNameAccents),
        _ => codes.push(RefusalCode::PopName),
    }
    let (own, other) = (person.birth, stranger.birth);
    let known = if observed.style.year_only {
        own.year() == other.year()
    } else {
        own == other
    };
    if !known {
        let swapped = !observed.style.year_only
            && (own.year(), own.month(), own.day()) == (other.year(), other.day(), other.month());
        codes.push(if swapped {
            RefusalCode::PopBirthDateSwapped
        } else {
            RefusalCode::PopBirthDate
        });
    }
    if person.female() != stranger.female() {
        codes.push(RefusalCode::PopSex);
    }
    codes
}
