//! What is asked about a subject, and what an answer makes of it.

use dcc_model::Coded as _;
use dcc_registry::{
    BirthDateAgreement, FieldAgreement, Identity, LookupKey, NameAgreement, PopulationAnswer,
    PopulationQuery, ReasonCode, ReferenceKey, VerificationState,
};

use crate::RefusalCode;
use crate::intake::{check_identity, is_foreign};

/// What an identity gives to ask.
pub(super) enum Question {
    /// Nothing: this is its state.
    Settled(VerificationState, Vec<RefusalCode>),
    /// The four fields, and what the number by itself makes doubtful: guesses to be shown beside a
    /// mismatch, under codes of their own.
    Ask(PopulationQuery, Vec<ReasonCode>),
}

impl Question {
    pub(super) fn of(identity: &Identity) -> Self {
        let check = check_identity(identity);
        if let Some(state) = check.held.iter().map(|code| state_of_code(*code)).max() {
            return Self::Settled(state, check.held);
        }
        match identity.document_kind {
            _ if is_foreign(identity) => {
                Self::Settled(VerificationState::ForeignAttested, Vec::new())
            }
            None => Self::Settled(VerificationState::NoId, vec![RefusalCode::IdMissing]),
            Some(kind) => {
                let guesses = check
                    .suspicions
                    .iter()
                    .map(|guess| ReasonCode::new(guess.code()));
                let query = PopulationQuery::new(
                    (kind, check.number),
                    identity.full_name.clone(),
                    identity.birth_date.clone(),
                    identity.sex,
                );
                Self::Ask(query, guesses.collect())
            }
        }
    }
}

/// The state of a subject that one of its own fields holds. Of several the later one stands:
/// a number that is missing or malformed is what a list of classes 1 and 2 is made of (R47, R48).
const fn state_of_code(code: RefusalCode) -> VerificationState {
    match code {
        RefusalCode::IdMissing | RefusalCode::IdVnPassportOnly | RefusalCode::IdPassportMissing => {
            VerificationState::NoId
        }
        RefusalCode::IdMalformed | RefusalCode::IdLeadingZeroLost => VerificationState::MalformedId,
        _ => VerificationState::Mismatch,
    }
}

/// Whom an answer names.
pub(super) fn person_of(answer: &PopulationAnswer, key: &ReferenceKey) -> Option<LookupKey> {
    match answer {
        PopulationAnswer::Match(Some(token)) => Some(key.register_person(token)),
        _ => None,
    }
}

/// State and reasons by an answer.
pub(super) fn state_of(
    answer: &PopulationAnswer,
    guesses: &[ReasonCode],
) -> (VerificationState, Vec<ReasonCode>) {
    let (state, codes) = match answer {
        PopulationAnswer::Match(_) => return (VerificationState::Match, Vec::new()),
        PopulationAnswer::Ambiguous => (
            VerificationState::Ambiguous,
            vec![RefusalCode::PopAmbiguous],
        ),
        PopulationAnswer::NotFound => (VerificationState::NotFound, vec![RefusalCode::PopNotFound]),
        PopulationAnswer::Mismatch(rows) => (VerificationState::Mismatch, differing(rows)),
        _ => {
            let reasons = vec![RefusalCode::PopUnavailable.reason()];
            return (VerificationState::Unavailable, reasons);
        }
    };
    let reasons = codes.iter().map(|code| code.reason());
    (state, reasons.chain(guesses.iter().cloned()).collect())
}

/// Which fields differ in the row that differs least (R62); `pop-mismatch` where the register does
/// not say.
fn differing(rows: &[FieldAgreement]) -> Vec<RefusalCode> {
    rows.iter()
        .map(|row| fields(*row))
        .min_by_key(Vec::len)
        .filter(|codes| !codes.is_empty())
        .unwrap_or_else(|| vec![RefusalCode::PopMismatch])
}

fn fields(row: FieldAgreement) -> Vec<RefusalCode> {
    let name = match row.name {
        NameAgreement::Equal => None,
        NameAgreement::AccentsDiffer => Some(RefusalCode::PopNameAccents),
        _ => Some(RefusalCode::PopName),
    };
    let birth_date = match row.birth_date {
        BirthDateAgreement::Equal => None,
        BirthDateAgreement::DayMonthSwapped => Some(RefusalCode::PopBirthDateSwapped),
        _ => Some(RefusalCode::PopBirthDate),
    };
    let sex = (!row.sex).then_some(RefusalCode::PopSex);
    name.into_iter().chain(birth_date).chain(sex).collect()
}
