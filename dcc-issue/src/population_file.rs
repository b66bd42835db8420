//! A population register out of a file, for trials and for offices that get one as an export.

use core::fmt;
use core::hash::{BuildHasher as _, Hasher as _};
use std::hash::{DefaultHasher, RandomState};
use std::io::Read;

use async_trait::async_trait;
use dcc_model::names_agree;
use dcc_registry::{
    BirthDateAgreement, Digest, FieldAgreement, LookupKey, NameAgreement, PersonToken,
    PopulationAnswer, PopulationCapabilities, PopulationDetail, PopulationError, PopulationQuery,
    PopulationRegistry, PopulationReply, Sex,
};

use crate::intake::{ColumnProfile, IntakeOptions, IntakeReport, PersonRow, TableError};

/// How many people the file is asked about at once.
const BATCH: usize = 1000;

/// A population register held in memory, packed to about 70 bytes a person.
///
/// Numbers may repeat: the CMND was not unique. A question is a match where exactly one row of its
/// number agrees in name, birth date and sex, ambiguous where several do. With
/// [`PopulationDetail::YesNo`] it says no more than the real register: not which field differs,
/// not whether the number is known, no person token. With per-field detail a row that names its
/// person (column `person`) is answered with a token of that name: one person may have several rows,
/// under the old number and the new one.
pub struct PopulationFile {
    detail: PopulationDetail,
    text: String,
    /// Sorted by the hash of the number.
    people: Vec<Person>,
    hasher: RandomState,
    report: IntakeReport,
}

/// Where a person's fields end in the text; they lie one behind the other.
#[derive(Clone, Copy)]
struct Person {
    number_hash: u64,
    start: u64,
    number: u16,
    name: u16,
    birth_date: u8,
    person: u8,
    sex: Option<Sex>,
}

struct Fields<'a> {
    number: &'a str,
    name: &'a str,
    birth_date: &'a str,
    person: &'a str,
    sex: Option<Sex>,
}

/// Why a population file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationFileError {
    /// It is no table of people.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl PopulationFile {
    /// Reads a population file (CSV or XLSX; document number, full name, birth date, sex). Refused
    /// rows are left out and stand in [`PopulationFile::report`].
    ///
    /// # Errors
    ///
    /// [`PopulationFileError`] where the file is no such table.
    pub fn read(
        input: impl Read + Send + 'static,
        profile: &ColumnProfile,
        detail: PopulationDetail,
    ) -> Result<Self, PopulationFileError> {
        let mut file = Self {
            detail,
            text: String::new(),
            people: Vec::new(),
            hasher: RandomState::new(),
            report: IntakeReport::default(),
        };
        for outcome in PersonRow::rows(input, profile, &IntakeOptions::default())? {
            let outcome = outcome?;
            file.report.count(&outcome);
            if let Some(person) = outcome.record {
                file.push(&person);
            }
        }
        file.text.shrink_to_fit();
        file.people.shrink_to_fit();
        file.people
            .sort_unstable_by_key(|person| (person.number_hash, person.start));
        Ok(file)
    }

    /// How many people it holds.
    pub const fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether it holds nobody.
    pub const fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// What became of the rows of the file.
    pub const fn report(&self) -> &IntakeReport {
        &self.report
    }

    fn push(&mut self, row: &PersonRow) {
        let number = plain_number(&row.document_number);
        // Cells are limited to some hundred characters by intake.
        let lengths = (
            u16::try_from(number.len()),
            u16::try_from(row.full_name.len()),
            u8::try_from(row.birth_date.len()),
            u8::try_from(row.person.len()),
        );
        let (Ok(number_length), Ok(name), Ok(birth_date), Ok(person)) = lengths else {
            return;
        };
        self.people.push(Person {
            number_hash: self.hash(&number),
            start: u64::try_from(self.text.len()).unwrap_or(u64::MAX),
            number: number_length,
            name,
            birth_date,
            person,
            sex: row.sex,
        });
        self.text.push_str(&number);
        self.text.push_str(&row.full_name);
        self.text.push_str(&row.birth_date);
        self.text.push_str(&row.person);
    }

    fn hash(&self, number: &str) -> u64 {
        let mut hasher: DefaultHasher = self.hasher.build_hasher();
        hasher.write(number.as_bytes());
        hasher.finish()
    }

    fn fields(&self, person: Person) -> Fields<'_> {
        let start = usize::try_from(person.start).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        let (number, rest) = rest
            .split_at_checked(person.number.into())
            .unwrap_or_default();
        let (name, rest) = rest
            .split_at_checked(person.name.into())
            .unwrap_or_default();
        let (birth_date, rest) = rest
            .split_at_checked(person.birth_date.into())
            .unwrap_or_default();
        Fields {
            number,
            name,
            birth_date,
            person: rest.get(..person.person.into()).unwrap_or_default(),
            sex: person.sex,
        }
    }

    fn of_number<'s>(&'s self, number: &'s str) -> impl Iterator<Item = Fields<'s>> {
        let hash = self.hash(number);
        let first = self
            .people
            .partition_point(|person| person.number_hash < hash);
        let behind = self.people.get(first..).unwrap_or_default();
        behind
            .iter()
            .take_while(move |person| person.number_hash == hash)
            .map(|person| self.fields(*person))
            .filter(move |fields| fields.number == number)
    }

    fn answer(&self, query: &PopulationQuery) -> PopulationAnswer {
        let number = plain_number(&query.document_number);
        let mut agreements = Vec::new();
        let mut matched = None;
        let mut matches = 0_usize;
        for fields in self.of_number(&number) {
            let agreement = agreement(query, &fields);
            if agreement.is_match() {
                matches = matches.saturating_add(1);
                matched = Some(fields.person);
            }
            agreements.push(agreement);
        }
        let per_field = matches!(self.detail, PopulationDetail::PerField);
        match (matches, matched) {
            (1, Some(person)) => {
                let named = per_field && !person.is_empty();
                PopulationAnswer::Match(named.then(|| token(person)))
            }
            (2.., _) => PopulationAnswer::Ambiguous,
            _ if !per_field => PopulationAnswer::Mismatch(Vec::new()),
            _ if agreements.is_empty() => PopulationAnswer::NotFound,
            _ => PopulationAnswer::Mismatch(agreements),
        }
    }
}

/// The token of a name that the file gives to a person: the same in every reading, and from which
/// the name is not told.
fn token(person: &str) -> PersonToken {
    PersonToken::new(*LookupKey::from_digest(&Digest::of(person.as_bytes())).as_bytes())
}

impl fmt::Debug for PopulationFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PopulationFile")
            .field("detail", &self.detail)
            .field("people", &self.people.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl PopulationRegistry for PopulationFile {
    fn capabilities(&self) -> PopulationCapabilities {
        PopulationCapabilities::new(self.detail, BATCH)
    }

    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError> {
        let reply = |(place, query)| PopulationReply::new(place, self.answer(query));
        Ok(queries.iter().enumerate().map(reply).collect())
    }
}

fn plain_number(number: &str) -> String {
    number
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

fn agreement(query: &PopulationQuery, fields: &Fields<'_>) -> FieldAgreement {
    let name = match names_agree(&query.full_name, fields.name) {
        agreement if agreement.is_match() => NameAgreement::Equal,
        dcc_model::NameAgreement::AccentsOnly => NameAgreement::AccentsDiffer,
        _ => NameAgreement::Different,
    };
    let birth_date = birth_dates_agree(&query.birth_date, fields.birth_date);
    // A sex that is not stated contradicts nothing, but four fields are mandatory (F11).
    FieldAgreement::new(
        name,
        birth_date,
        query.sex.is_some() && query.sex == fields.sex,
    )
}

/// Equal as far as both are known; two dates of which one is unknown do not agree.
fn birth_dates_agree(asked: &str, known: &str) -> BirthDateAgreement {
    if asked.is_empty() || known.is_empty() {
        return BirthDateAgreement::Different;
    }
    let both = asked.len().min(known.len());
    if asked.get(..both) == known.get(..both) {
        return BirthDateAgreement::Equal;
    }
    let swapped = |date: &str| {
        Some(alloc::format!(
            "{}-{}-{}",
            date.get(..4)?,
            date.get(8..10)?,
            date.get(5..7)?
        ))
    };
    if swapped(asked).is_some_and(|swapped| swapped == known) {
        return BirthDateAgreement::DayMonthSwapped;
    }
    BirthDateAgreement::Different
}

#[cfg(test)]
mod tests {
    use dcc_registry::DocumentKind;

    use super::*;

    const FILE: &str = "\u{feff}document_number,full_name,birth_date,sex\n\
        001099000001,Nguyễn Văn Hoà,1999-03-05,M\n\
        271450001,Trần Thị Bình,05/06/1970,F\n\
        271450001,Lê Văn Cường,1971,M\n\
        001099000002,Phạm An,1999-01-02,M\n\
        001099000002,PHẠM AN,1999-01-02,M\n\
        ,Không Số,1999-01-02,M\n";

    fn ask(detail: PopulationDetail, fields: [&str; 4]) -> PopulationAnswer {
        let file =
            PopulationFile::read(FILE.as_bytes(), &ColumnProfile::default(), detail).unwrap();
        assert_eq!((file.len(), file.report().rows()), (5, 6));
        let [number, name, birth_date, sex] = fields;
        let sex = Sex::ALL.iter().copied().find(|known| known.word() == sex);
        let document = (DocumentKind::Cccd, number.to_owned());
        let query = PopulationQuery::new(document, name, birth_date, sex);
        let replies = pollster::block_on(file.ask(&[query])).unwrap();
        PopulationReply::in_order(1, replies).remove(0)
    }

    fn per_field(fields: [&str; 4]) -> PopulationAnswer {
        ask(PopulationDetail::PerField, fields)
    }

    fn is_match(answer: &PopulationAnswer) -> bool {
        matches!(answer, PopulationAnswer::Match(_))
    }

    #[test]
    fn one_agreeing_row_is_a_match() {
        assert!(is_match(&per_field([
            "001099000001",
            "Nguyễn Văn Hòa",
            "1999-03-05",
            "M"
        ])));
        assert!(is_match(&per_field([
            "271450001",
            "Trần Thị Bình",
            "1970-06-05",
            "F"
        ])));
        // Equal as far as both are known.
        assert!(is_match(&per_field([
            "271450001",
            "Lê Văn Cường",
            "1971-02-03",
            "M"
        ])));
        assert!(is_match(&per_field([
            "271450001",
            "Trần Thị Bình",
            "1970",
            "F"
        ])));
    }

    #[test]
    fn several_are_ambiguous_and_none_is_a_mismatch_or_not_found() {
        let several = per_field(["001099000002", "Phạm An", "1999-01-02", "M"]);
        assert_eq!(several, PopulationAnswer::Ambiguous);
        let unknown = per_field(["001099000009", "Phạm An", "1999-01-02", "M"]);
        assert_eq!(unknown, PopulationAnswer::NotFound);
        let fields = |name, birth_date, sex| FieldAgreement::new(name, birth_date, sex);
        for (query, expected) in [
            (
                ["001099000001", "Nguyen Van Hoa", "1999-03-05", "M"],
                fields(
                    NameAgreement::AccentsDiffer,
                    BirthDateAgreement::Equal,
                    true,
                ),
            ),
            (
                ["001099000001", "Nguyễn Văn Hùng", "1999-05-03", "F"],
                fields(
                    NameAgreement::Different,
                    BirthDateAgreement::DayMonthSwapped,
                    false,
                ),
            ),
            (
                ["001099000001", "Nguyễn Văn Hoà", "", ""],
                fields(NameAgreement::Equal, BirthDateAgreement::Different, false),
            ),
        ] {
            assert_eq!(per_field(query), PopulationAnswer::Mismatch(vec![expected]));
        }
        let PopulationAnswer::Mismatch(both) = per_field(["271450001", "Vũ An", "1999", "M"])
        else {
            panic!("two rows of that number");
        };
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn yes_or_no_tells_nothing_else() {
        let yes_no = |fields| ask(PopulationDetail::YesNo, fields);
        let matched = yes_no(["001099000001", "Nguyễn Văn Hòa", "1999-03-05", "M"]);
        assert_eq!(matched, PopulationAnswer::Match(None));
        let no = PopulationAnswer::Mismatch(vec![]);
        assert_eq!(yes_no(["001099000009", "Phạm An", "1999-01-02", "M"]), no);
        assert_eq!(
            yes_no(["001099000001", "Nguyen Van Hoa", "1999-03-05", "M"]),
            no
        );
    }

    #[test]
    fn the_token_names_the_person_and_nothing_else() {
        let file = PopulationFile::read(
            FILE.as_bytes(),
            &ColumnProfile::default(),
            PopulationDetail::PerField,
        )
        .unwrap();
        assert_eq!(token("P1"), token("P1"));
        assert_ne!(token("P1"), token("P2"));
        // Two rows of one person under two numbers; a row without a name gives no token.
        let text = "document_number,full_name,birth_date,sex,person\n\
                    271450001,Lê An,1970-01-02,F,P1\n001170000001,Lê An,1970-01-02,F,P1\n\
                    001170000002,Lê Bê,1971-01-02,F,\n";
        for (detail, told) in [
            (PopulationDetail::PerField, true),
            (PopulationDetail::YesNo, false),
        ] {
            let profile = ColumnProfile::default();
            let file = PopulationFile::read(text.as_bytes(), &profile, detail).unwrap();
            let answer = |number: &str, name: &str, born: &str| {
                let document = (DocumentKind::Cccd, number.to_owned());
                file.answer(&PopulationQuery::new(
                    document,
                    name,
                    born,
                    Some(Sex::Female),
                ))
            };
            let one = told.then(|| token("P1"));
            for number in ["271450001", "001170000001"] {
                let found = answer(number, "Lê An", "1970-01-02");
                assert_eq!(found, PopulationAnswer::Match(one));
            }
            let unnamed = answer("001170000002", "Lê Bê", "1971-01-02");
            assert_eq!(unnamed, PopulationAnswer::Match(None));
        }
        assert!(!format!("{file:?}").contains("Nguy"));
    }
}
