//! Public look-up: whether somebody has a certificate, without telling anybody else's (R64, R65).
//!
//! The rule of design decision 16. `found` only where document, name and telephone all agree (the
//! birth date where the record has no telephone); `issued, details differ` only where the document
//! and one of the others agree; `not available` for all else, whether there is no such person, no
//! certificate, or too little agrees. Every question does the same work and every answer has the
//! same size, so that neither time nor length tells more. Whoever asks too often is refused before
//! anything is looked up; a limiter is therefore an argument that cannot be left out.

mod limiter;
#[cfg(test)]
mod tests;

use core::fmt;

use dcc_model::{Coded, Lang, NameAgreement, Timestamp, names_agree};
use dcc_registry::{
    CommuneCode, DocumentKind, Identity, LookupKey, ReferenceKey, Registry, StoreError, Subject,
    SubjectId,
};

use crate::intake::document_key;

pub use limiter::{LookupLimiter, RateLimited, WindowLimiter};

/// How many subjects are read for every question; a number shared by more people is a CMND that
/// tells nobody apart, and those beyond are not looked at.
const READ: usize = 8;

/// The size of an answer in bytes.
pub const ANSWER_BYTES: usize = 64;

/// What somebody at the portal states. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupQuery {
    /// The document's number.
    pub document_number: String,
    /// Họ và tên.
    pub full_name: String,
    /// The telephone, or empty.
    pub phone: String,
    /// The birth date, ISO 8601, or empty.
    pub birth_date: String,
    /// Who asks: an address, a session, an app; for the limiter only.
    pub client: String,
}

impl LookupQuery {
    /// A question about the holder of a number; fill in telephone or birth date.
    pub fn new(
        document_number: impl Into<String>,
        full_name: impl Into<String>,
        client: impl Into<String>,
    ) -> Self {
        Self {
            document_number: document_number.into(),
            full_name: full_name.into(),
            phone: String::new(),
            birth_date: String::new(),
            client: client.into(),
        }
    }
}

impl fmt::Debug for LookupQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupQuery")
    }
}

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LookupAnswer {
    /// There is a valid certificate of this person.
    Found,
    /// There is one, but a detail differs from what was stated; which one is told only to the
    /// authenticated person.
    DetailsDiffer,
    /// Nothing can be said.
    NotAvailable,
}

impl Coded for LookupAnswer {
    const ALL: &'static [Self] = &[Self::Found, Self::DetailsDiffer, Self::NotAvailable];

    fn code(self) -> &'static str {
        match self {
            Self::Found => "lookup-found",
            Self::DetailsDiffer => "lookup-details-differ",
            Self::NotAvailable => "lookup-not-available",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Found, Lang::Vi) => "Đã cấp hộ chiếu vắc xin.",
            (Self::Found, _) => "A vaccine passport was issued.",
            (Self::DetailsDiffer, Lang::Vi) => {
                "Đã cấp nhưng thông tin tra cứu chưa khớp. Kiểm tra họ tên, điện thoại, số giấy tờ hoặc đến cơ sở tiêm chủng."
            }
            (Self::DetailsDiffer, _) => {
                "One was issued, but details differ. Check name, telephone and number, or ask the facility."
            }
            (Self::NotAvailable, Lang::Vi) => {
                "Chưa có thông tin. Kiểm tra lại thông tin đã nhập hoặc liên hệ cơ sở tiêm chủng."
            }
            (Self::NotAvailable, _) => {
                "Nothing is available. Check what was entered, or ask the vaccinating facility."
            }
        }
    }
}

impl LookupAnswer {
    /// The answer as it goes over the wire: one JSON object, filled up with blanks to
    /// [`ANSWER_BYTES`] whatever it says.
    pub fn to_bytes(self) -> [u8; ANSWER_BYTES] {
        let text = alloc::format!("{{\"answer\":\"{}\"}}", self.code());
        let mut bytes = [b' '; ANSWER_BYTES];
        for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        bytes
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Asked too often.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
}

/// Answers a question at `at`.
///
/// # Errors
///
/// [`LookupError`]; the limiter is asked first, about the client and about the number.
pub async fn lookup(
    (registry, key): (&dyn Registry, &ReferenceKey),
    query: &LookupQuery,
    limiter: &dyn LookupLimiter,
    at: Timestamp,
) -> Result<LookupAnswer, LookupError> {
    let number: String = query
        .document_number
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-' && *c != '.')
        .collect();
    limiter.permit(&key.person(&["lookup-client", &query.client]), at)?;
    limiter.permit(&key.person(&["lookup-number", &number]), at)?;
    let keys = document_keys(key, &number);
    let found = registry.by_document(&keys).await?;
    let mut ids: Vec<SubjectId> = found.into_iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    // Always as many reads, whoever is or is not there.
    for filler in 0..READ {
        ids.push(key.subject_id(&alloc::format!("\0lookup-filler-{filler}-{number}")));
    }
    ids.truncate(READ);
    let subjects = registry.subjects(&ids).await?;
    let mut answer = LookupAnswer::NotAvailable;
    for subject in &subjects {
        answer = answer.min(compared(subject.as_ref(), query, &number, at));
    }
    Ok(answer)
}

/// The keys under which somebody with this number may be: a national number, or a passport.
fn document_keys(key: &ReferenceKey, number: &str) -> Vec<LookupKey> {
    let mut asked = Identity::new("", CommuneCode::new(""));
    number.clone_into(&mut asked.document_number);
    let of_kind = |kind: DocumentKind| {
        asked.document_kind = Some(kind);
        document_key(key, &asked)
    };
    let kinds = [DocumentKind::Cccd, DocumentKind::Passport];
    kinds.into_iter().filter_map(of_kind).collect()
}

/// Compares one subject, a missing one with the same steps.
fn compared(
    subject: Option<&Subject>,
    query: &LookupQuery,
    number: &str,
    at: Timestamp,
) -> LookupAnswer {
    let identity = subject.map(|subject| &subject.record.identity);
    let of = |field: fn(&Identity) -> &str| identity.map_or("", field);
    let document = of(|who| &who.document_number) == number && !number.is_empty();
    let agreement = names_agree(of(|who| &who.full_name), &query.full_name);
    let name = matches!(
        agreement,
        NameAgreement::Exact | NameAgreement::TonePlacement
    ) && identity.is_some();
    let recorded = plain_phone(of(|who| &who.phone));
    let stated = plain_phone(&query.phone);
    let birth_date = of(|who| &who.birth_date);
    let third = if recorded.is_empty() {
        birth_date == query.birth_date && !birth_date.is_empty()
    } else {
        recorded == stated
    };
    let certificate = subject.and_then(|subject| subject.current.as_ref());
    let issued = certificate.is_some_and(|current| at <= current.intent.expires_at);
    match (document & issued, name, third) {
        (true, true, true) => LookupAnswer::Found,
        (true, true, false) | (true, false, true) => LookupAnswer::DetailsDiffer,
        _ => LookupAnswer::NotAvailable,
    }
}

/// A telephone by its digits, with the country's prefix as 0.
fn plain_phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("84") {
        Some(rest) if rest.len() >= 9 => alloc::format!("0{rest}"),
        _ => digits,
    }
}
