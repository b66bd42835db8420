//! What a record says about itself, before any register is asked.

use core::fmt;

use dcc_model::{
    IdentityNumber, NumberBearer, NumberFault, NumberSuspicion, NumberVerdict, VietnamVaccine,
    civil,
};
use dcc_registry::{DocumentKind, DoseContent, Identity};

use super::vocabulary::{Meaning as _, country};
use crate::RefusalCode;

/// The first day on which anybody could have a licensed COVID-19 vaccine outside a trial.
pub(super) const FIRST_VACCINES: civil::Date = civil::date(2020, 12, 1);

/// The verdict on an identity by itself. `Debug` prints codes only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityCheck {
    /// Why the subject is held without asking the population register; empty for none.
    pub held: Vec<RefusalCode>,
    /// Guesses about the number, to be shown beside a mismatch and marked as guesses.
    pub suspicions: Vec<NumberSuspicion>,
    /// The number as asked about: without blanks and hyphens.
    pub number: String,
    /// The number with its lost zeros, for somebody to confirm.
    pub proposal: Option<String>,
}

impl fmt::Debug for IdentityCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityCheck")
            .field("held", &self.held)
            .field("suspicions", &self.suspicions)
            .finish_non_exhaustive()
    }
}

/// Whether the subject takes the foreigner's path (R44-R46): a known nationality other than
/// Vietnamese, and of several none that is. Nobody without a stated nationality, or with one that
/// is no country's, escapes the register's check.
pub fn is_foreign(identity: &Identity) -> bool {
    let stated = identity.nationality.as_str();
    if stated.is_empty() || stated == "VN" {
        return false;
    }
    // The intake writes one code; other callers write what they have.
    let mut codes = stated.split([',', ';', '/', '&', '+']).map(country);
    codes.all(|code| code.is_some_and(|code| code != "VN"))
}

/// Checks an identity by itself: its number's presence and form (R47, R48), and what contradicts
/// it.
pub fn check_identity(identity: &Identity) -> IdentityCheck {
    let mut check = IdentityCheck {
        held: Vec::new(),
        suspicions: Vec::new(),
        number: identity.document_number.clone(),
        proposal: None,
    };
    let foreign = is_foreign(identity);
    if identity.full_name.is_empty() {
        check.held.push(RefusalCode::NameUnwritable);
    } else if foreign && identity.full_name.contains(['?', '\u{fffd}']) {
        // No register will notice it for a foreigner.
        check.held.push(RefusalCode::NameEncoding);
    }
    let kind = identity
        .document_kind
        .filter(|_| !identity.document_number.is_empty());
    let kind = match (foreign, kind) {
        (true, Some(DocumentKind::Passport)) => DocumentKind::Passport,
        (true, _) => {
            check.held.push(RefusalCode::IdPassportMissing);
            return check;
        }
        (false, None) => {
            check.held.push(RefusalCode::IdMissing);
            return check;
        }
        (false, Some(DocumentKind::Passport)) => {
            check.held.push(RefusalCode::IdVnPassportOnly);
            return check;
        }
        (false, Some(kind)) => kind,
    };
    let birth_year = identity
        .birth_date
        .get(..4)
        .and_then(|year| year.parse().ok());
    let bearer = NumberBearer::new(birth_year, identity.sex);
    let number = IdentityNumber::analyse(kind, &identity.document_number, bearer);
    match number.verdict() {
        NumberVerdict::Suspicious(found) => check.suspicions.clone_from(found),
        NumberVerdict::Malformed(fault) => check.held.push(code_of(*fault, foreign)),
        _ => {}
    }
    check.proposal = number.proposal();
    number.normalised().clone_into(&mut check.number);
    check
}

/// Why a dose can never count as it is recorded, whoever signs it.
pub fn check_dose(dose: &DoseContent, identity: &Identity) -> Option<RefusalCode> {
    if <&VietnamVaccine>::of_word(&dose.vaccine).is_none() {
        return Some(RefusalCode::VaccineNotLicensed);
    }
    let impossible = dose.date < FIRST_VACCINES || before_birth(dose.date, &identity.birth_date);
    impossible.then_some(RefusalCode::DoseDateImpossible)
}

/// Whether `day` lies before a birth date of any precision.
pub(super) fn before_birth(day: civil::Date, birth_date: &str) -> bool {
    let day = alloc::format!("{day}");
    day.get(..birth_date.len())
        .is_some_and(|day| day < birth_date)
}

const fn code_of(fault: NumberFault, foreign: bool) -> RefusalCode {
    match (fault, foreign) {
        (NumberFault::Empty, true) => RefusalCode::IdPassportMissing,
        (NumberFault::Empty, false) => RefusalCode::IdMissing,
        (NumberFault::LeadingZeroLost, _) => RefusalCode::IdLeadingZeroLost,
        _ => RefusalCode::IdMalformed,
    }
}

#[cfg(test)]
mod tests {
    use dcc_registry::{CommuneCode, FacilityId, Sex};

    use super::*;

    fn identity(nationality: &str, document: Option<(DocumentKind, &str)>) -> Identity {
        let mut identity = Identity::new("Nguyễn Văn An", CommuneCode::new("00001"));
        identity.birth_date = "1999-05-02".to_owned();
        identity.sex = Some(Sex::Male);
        nationality.clone_into(&mut identity.nationality);
        if let Some((kind, number)) = document {
            identity.document_kind = Some(kind);
            number.clone_into(&mut identity.document_number);
        }
        identity
    }

    fn held(nationality: &str, document: Option<(DocumentKind, &str)>) -> Vec<RefusalCode> {
        check_identity(&identity(nationality, document)).held
    }

    #[test]
    fn vietnamese_need_a_number_and_foreigners_a_passport() {
        use DocumentKind::{Cccd, Cmnd, Passport};
        use RefusalCode as Code;
        assert_eq!(held("VN", Some((Cccd, "001099012345"))), []);
        assert_eq!(held("VN", Some((Cmnd, "271450001"))), []);
        assert_eq!(held("VN", None), [Code::IdMissing]);
        assert_eq!(held("", None), [Code::IdMissing]);
        assert_eq!(
            held("VN", Some((Passport, "C1234567"))),
            [Code::IdVnPassportOnly]
        );
        assert_eq!(
            held("", Some((Passport, "C1234567"))),
            [Code::IdVnPassportOnly]
        );
        assert_eq!(
            held("VN", Some((Cccd, "1099012345"))),
            [Code::IdLeadingZeroLost]
        );
        assert_eq!(held("VN", Some((Cccd, "00109901234"))), [Code::IdMalformed]);
        assert_eq!(held("FR", Some((Passport, "12AB34567"))), []);
        assert_eq!(held("FR", None), [Code::IdPassportMissing]);
        assert_eq!(
            held("FR", Some((Cccd, "001099012345"))),
            [Code::IdPassportMissing]
        );
    }

    #[test]
    fn suspicions_do_not_hold() {
        let check = check_identity(&identity("VN", Some((DocumentKind::Cccd, "001188012345"))));
        assert!(check.held.is_empty());
        assert_eq!(
            check.suspicions,
            [
                NumberSuspicion::BirthYearDiffers,
                NumberSuspicion::SexDiffers
            ]
        );
    }

    #[test]
    fn doses_that_cannot_be() {
        let person = identity("VN", None);
        let dose = |vaccine: &str, day| {
            let content = DoseContent::new(vaccine, day, FacilityId::new("F"));
            check_dose(&content, &person)
        };
        assert_eq!(dose("az", civil::date(2021, 9, 1)), None);
        assert_eq!(
            dose("CoronaVac", civil::date(2021, 9, 1)),
            Some(RefusalCode::VaccineNotLicensed)
        );
        assert_eq!(
            dose("az", civil::date(2012, 9, 1)),
            Some(RefusalCode::DoseDateImpossible)
        );
        assert!(before_birth(civil::date(1999, 5, 1), "1999-05-02"));
        assert!(!before_birth(civil::date(1999, 5, 1), "1999"));
        assert!(before_birth(civil::date(1998, 12, 31), "1999"));
        assert!(!before_birth(civil::date(1998, 12, 31), ""));
    }
}
