//! People as they truly are.

use dcc_model::civil;
use dcc_registry::DocumentKind;

use super::random::{Permutation, Purpose, Stream};
use super::tables::{BLOCK, Band, ByAge, Cohort, Place, Tables, by_sex};

/// People beside the subjects, such as parents and strangers whose numbers turn up, are numbered
/// from here on.
pub(super) const OTHERS: u64 = 400 * BLOCK;

/// One person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) birth: civil::Date,
    pub(super) cohort: Cohort,
    /// Where the birth was registered.
    pub(super) province: &'static str,
    /// The personal number, which is the CCCD's.
    pub(super) number: String,
    pub(super) document: DocumentKind,
    pub(super) document_number: String,
    /// A foreigner's country.
    pub(super) foreign: Option<&'static str>,
}

impl Person {
    pub(super) const fn female(&self) -> bool {
        self.cohort.female
    }
}

/// Foreigners in a million subjects.
const FOREIGNERS: u64 = 3_000;

/// Countries with surnames and given names as passports print them, surname first.
const FOREIGN: [(&str, [&str; 3], [&str; 4]); 10] = [
    (
        "KR",
        ["KIM", "LEE", "PARK"],
        ["MINJUN", "JIHOON", "SEOYEON", "JIYOUNG"],
    ),
    (
        "CN",
        ["WANG", "LI", "ZHANG"],
        ["WEI", "JIANGUO", "FANG", "XIULAN"],
    ),
    (
        "JP",
        ["SATO", "TANAKA", "ITO"],
        ["HARUTO", "KENTA", "YUI", "SAKURA"],
    ),
    (
        "US",
        ["SMITH", "O'BRIEN", "DAVIS"],
        ["JOHN PAUL", "MICHAEL", "EMILY", "SARAH ANN"],
    ),
    (
        "FR",
        ["DUPONT", "LEFÈVRE", "D'ARTAGNAN"],
        ["JEAN-LUC", "FRANÇOIS", "ÉLODIE", "CHLOÉ"],
    ),
    (
        "DE",
        ["MÜLLER", "WEISS", "SCHRÖDER"],
        ["JÜRGEN", "LUKAS", "ANNA", "KÄTHE"],
    ),
    (
        "IN",
        ["SINGH", "PATEL", "KUMAR"],
        ["ARJUN", "RAVI", "PRIYA", "ANANYA"],
    ),
    (
        "GB",
        ["JONES", "TAYLOR-BROWN", "WILSON"],
        ["OLIVER", "GEORGE", "OLIVIA", "AMELIA"],
    ),
    (
        "LA",
        ["PHOMMACHANH", "SISOULATH", "VONGSA"],
        ["KHAMLA", "SOMCHAI", "NOY", "BOUALOI"],
    ),
    (
        "KH",
        ["SOK", "CHEA", "HENG"],
        ["DARA", "VUTHY", "BOPHA", "SREYMOM"],
    ),
];

/// Whether the person with this number is a foreigner.
pub(super) fn is_foreigner(seed: u64, index: u64) -> bool {
    index < OTHERS && Stream::new(seed, Purpose::Foreign, index).chance(FOREIGNERS)
}

/// Draws the person with this number.
pub(super) fn person(tables: &Tables, seed: u64, index: u64) -> Option<Person> {
    let block = index.checked_div(BLOCK)?;
    let order = Permutation::new(seed, Purpose::Order, block, BLOCK);
    let place = order.of(index.checked_rem(BLOCK)?);
    let (province, start, people) = tables.provinces.at(place)?;
    let rank = place.saturating_sub(start);
    let along = rank.saturating_mul(BLOCK).checked_div(people)?;
    let (cohort, cohort_start, share) = tables.cohorts.at(along)?;
    let mut stream = Stream::new(seed, Purpose::Person, index);
    let birth = birth_date(cohort.year, &mut stream)?;
    let first = cohort_start.saturating_mul(people).div_ceil(BLOCK);
    let most = share
        .saturating_mul(people)
        .checked_div(BLOCK)?
        .saturating_add(2);
    let in_cell = block
        .saturating_mul(most)
        .saturating_add(rank.saturating_sub(first));
    let number = personal_number(seed, province, *cohort, in_cell);
    if is_foreigner(seed, index) {
        return Some(foreigner(
            (*cohort, birth),
            province,
            number,
            (seed, index),
            &mut stream,
        ));
    }
    let in_province = block.saturating_mul(people).saturating_add(rank);
    let (document, document_number) = document(
        *cohort,
        birth,
        &number,
        (seed, province, in_province),
        &mut stream,
    );
    Some(Person {
        name: vietnamese_name(tables, province, *cohort, &mut stream),
        birth,
        cohort: *cohort,
        province: province.code,
        number,
        document,
        document_number,
        foreign: None,
    })
}

fn birth_date(year: i16, stream: &mut Stream) -> Option<civil::Date> {
    let month = i8::try_from(stream.between(1, 12)).ok()?;
    let length = civil::Date::new(year, month, 1).ok()?.days_in_month();
    let day = i8::try_from(stream.between(1, length.into())).ok()?;
    civil::Date::new(year, month, day).ok()
}

/// Province, century and sex, year, and six digits by a keyed permutation of the place among the
/// people of that province, sex and year: no two people have one number.
fn personal_number(seed: u64, province: &Place, cohort: Cohort, in_cell: u64) -> String {
    let digit = match (cohort.year >= 2000, cohort.female) {
        (false, false) => 0,
        (false, true) => 1,
        (true, false) => 2,
        (true, true) => 3,
    };
    let year = cohort.year.wrapping_rem(100);
    let cell = (province.code, digit, year);
    let cell_number = cell
        .0
        .bytes()
        .fold(digit, |sum, byte| sum << 8 | u64::from(byte));
    let cell_number = cell_number << 8 | u64::try_from(year).unwrap_or(0);
    let digits = Permutation::new(seed, Purpose::Digits, cell_number, 1_000_000);
    let tail = digits.of(in_cell.checked_rem(1_000_000).unwrap_or(0));
    format!("0{}{digit}{year:02}{tail:06}", province.code)
}

/// CCCD 70 %, CMND 26 %, personal number 4 % of adults; half the teenagers of 14 and more hold a
/// CCCD, younger people have a personal number (facts section 2).
fn document(
    cohort: Cohort,
    birth: civil::Date,
    number: &str,
    (seed, province, in_province): (u64, &Place, u64),
    stream: &mut Stream,
) -> (DocumentKind, String) {
    let draw = stream.below(100);
    let kind = match (cohort.band, draw) {
        (Band::Adult, 0..70) => DocumentKind::Cccd,
        (Band::Adult, 70..95) => {
            return (DocumentKind::Cmnd, cmnd(seed, province, in_province));
        }
        // Twelve-digit CMND were made for a few years.
        (Band::Adult, 95) => DocumentKind::Cmnd,
        (Band::Teenager, 0..50) if birth.year() <= 2007 => DocumentKind::Cccd,
        _ => DocumentKind::PersonalNumber,
    };
    (kind, number.to_owned())
}

/// Nine digits: two of the province, seven by a keyed permutation. One digit nine times over would
/// be taken for a placeholder and is passed over.
fn cmnd(seed: u64, province: &Place, in_province: u64) -> String {
    const SIZE: u64 = 10_000_000;
    let code = province.code.parse().unwrap_or(0);
    let digits = Permutation::new(seed, Purpose::Digits, code, SIZE);
    let mut tail = in_province.checked_rem(SIZE).unwrap_or(0);
    loop {
        tail = digits.of(tail);
        let number = format!("{}{tail:07}", province.code);
        let first = number.chars().next();
        if number.chars().any(|digit| Some(digit) != first) {
            return number;
        }
    }
}

fn foreigner(
    (cohort, birth): (Cohort, civil::Date),
    province: &Place,
    number: String,
    (seed, index): (u64, u64),
    stream: &mut Stream,
) -> Person {
    const PASSPORTS: u64 = 1_000_000_000;
    let digits = Permutation::new(seed, Purpose::Digits, 1 << 40, PASSPORTS);
    let serial = digits.of(index.checked_rem(PASSPORTS).unwrap_or(0));
    let home = stream.one_of(&FOREIGN);
    let (country, surnames, given) = home.unwrap_or(&FOREIGN[0]);
    let half = if cohort.female {
        given.get(2..)
    } else {
        given.get(..2)
    };
    let surname = stream.one_of(surnames).copied().unwrap_or_default();
    let given = stream
        .one_of(half.unwrap_or_default())
        .copied()
        .unwrap_or_default();
    Person {
        name: format!("{surname} {given}"),
        birth,
        cohort,
        province: province.code,
        number,
        document: DocumentKind::Passport,
        document_number: format!("{}{serial:09}", country.get(..1).unwrap_or("X")),
        foreign: Some(country),
    }
}

/// Surname by region, middle and given names by sex and age, in the lengths of `name_shape.tsv`.
fn vietnamese_name(
    tables: &Tables,
    province: &Place,
    cohort: Cohort,
    stream: &mut Stream,
) -> String {
    let surname = tables
        .surnames(province.region)
        .draw(stream)
        .copied()
        .unwrap_or("Nguyễn");
    let middle_names = of_age(
        by_sex(&tables.middle_names, cohort.female),
        cohort.year >= 1990,
    );
    let given_names = of_age(
        by_sex(&tables.given_names, cohort.female),
        cohort.year >= 2003,
    );
    let mut words = vec![surname];
    let length = stream.below(100_000);
    // Of 100,000 names, where those of two, three and four words end; the rest has five.
    let (two, three, four) = match (cohort.year >= 2000, cohort.female) {
        (true, false) => (930, 73_680, 99_830),
        (true, true) => (202, 34_944, 99_503),
        (false, _) => (1_160, 83_980, 99_820),
    };
    let middles = [two, three, four]
        .iter()
        .filter(|end| length >= **end)
        .count();
    let given = given_names.draw(stream).copied().unwrap_or("An");
    for place in 0..middles {
        let list = if place == 0 {
            middle_names
        } else {
            given_names
        };
        let word = list.draw(stream).copied().unwrap_or("Văn");
        if word != given && !words.contains(&word) {
            words.push(word);
        }
    }
    words.push(given);
    words.join(" ")
}

const fn of_age(names: &ByAge, young: bool) -> &super::random::Weighted<&'static str> {
    if young { &names.younger } else { &names.older }
}

/// Another given name of the same sex and age, for an error of the name.
pub(super) fn other_name(tables: &Tables, person: &Person, stream: &mut Stream) -> String {
    let cohort = person.cohort;
    let names = of_age(
        by_sex(&tables.given_names, cohort.female),
        cohort.year >= 2003,
    );
    let (before, given) = person.name.rsplit_once(' ').unwrap_or(("", &person.name));
    // Two draws in three differ in more than accents; the loop ends soon, and at the latest here.
    for _ in 0..64 {
        let other = names.draw(stream).copied().unwrap_or("An");
        if dcc_model::names_agree(other, given) == dcc_model::NameAgreement::Different {
            return format!("{before} {other}");
        }
    }
    format!("{before} Khác")
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use dcc_model::{IdentityNumber, NumberBearer, NumberVerdict, Script, Sex, transliterate};

    use super::*;

    #[test]
    fn people_have_numbers_of_their_own_that_fit_them() {
        let tables = Tables::new();
        let mut numbers = BTreeSet::new();
        let mut documents = BTreeSet::new();
        let indices = (0..20_000)
            .chain((0..2_000).map(|n| n + 7 * BLOCK))
            .chain(OTHERS..OTHERS + 2_000);
        for index in indices {
            let person = person(&tables, 3, index).unwrap();
            assert!(numbers.insert(person.number.clone()), "{index}");
            let bearer = NumberBearer::new(
                Some(person.birth.year()),
                Some(if person.female() {
                    Sex::Female
                } else {
                    Sex::Male
                }),
            );
            let kind = DocumentKind::Cccd;
            let verdict = IdentityNumber::analyse(kind, &person.number, bearer);
            assert_eq!(*verdict.verdict(), NumberVerdict::Valid, "{index}");
            if index < OTHERS {
                assert!(documents.insert(person.document_number.clone()), "{index}");
            }
            let script = if person.foreign.is_some() {
                Script::International
            } else {
                Script::Vietnamese
            };
            assert!(
                transliterate(&person.name, script).is_ok(),
                "{}",
                person.name
            );
            assert!(person.name.contains(' '));
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_person() {
        let tables = Tables::new();
        let made = |seed| person(&tables, seed, 42).map(|person| (person.name, person.number));
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }
}
