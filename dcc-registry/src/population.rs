//! The population register (CSDL quốc gia về dân cư): asked about four fields, it answers.

mod faulty;

use core::fmt;

use async_trait::async_trait;

use crate::{DocumentKind, Sex};

pub use faulty::{Fault, FaultyPopulation};

/// What a register tells (design decision 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PopulationDetail {
    /// Yes or no on the four fields together; the real one (facts F11).
    YesNo,
    /// Which of the fields agree.
    PerField,
}

/// What a register can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PopulationCapabilities {
    /// How much it tells.
    pub detail: PopulationDetail,
    /// The most questions it takes at once; at least 1.
    pub batch: usize,
}

impl PopulationCapabilities {
    /// A register that tells `detail` about at most `batch` people at once.
    pub const fn new(detail: PopulationDetail, batch: usize) -> Self {
        Self {
            detail,
            batch: if batch == 0 { 1 } else { batch },
        }
    }
}

/// One question: the four fields of 9438/BYT-CNTT. `Debug` prints none of them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PopulationQuery {
    /// Which document the number is of.
    pub document_kind: DocumentKind,
    /// The number, normalised.
    pub document_number: String,
    /// Họ và tên, NFC.
    pub full_name: String,
    /// ISO 8601 with its own precision.
    pub birth_date: String,
    /// Sex, where stated.
    pub sex: Option<Sex>,
}

impl PopulationQuery {
    /// A question about the holder of a number.
    pub fn new(
        (document_kind, document_number): (DocumentKind, String),
        full_name: impl Into<String>,
        birth_date: impl Into<String>,
        sex: Option<Sex>,
    ) -> Self {
        Self {
            document_kind,
            document_number,
            full_name: full_name.into(),
            birth_date: birth_date.into(),
            sex,
        }
    }
}

impl fmt::Debug for PopulationQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PopulationQuery")
            .field("document_kind", &self.document_kind)
            .finish_non_exhaustive()
    }
}

/// How far the names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameAgreement {
    /// Equal, or equal but for the place of tone marks.
    Equal,
    /// Equal without accents only.
    AccentsDiffer,
    /// Different.
    Different,
}

/// How far birth dates agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BirthDateAgreement {
    /// Equal as far as both are known.
    Equal,
    /// Equal with day and month exchanged.
    DayMonthSwapped,
    /// Different.
    Different,
}

/// What a register that tells per field says about one of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FieldAgreement {
    /// The name.
    pub name: NameAgreement,
    /// The birth date.
    pub birth_date: BirthDateAgreement,
    /// The sex.
    pub sex: bool,
}

impl FieldAgreement {
    /// An agreement of a row with the question.
    pub const fn new(name: NameAgreement, birth_date: BirthDateAgreement, sex: bool) -> Self {
        Self {
            name,
            birth_date,
            sex,
        }
    }

    /// Whether everything agrees.
    pub const fn is_match(self) -> bool {
        matches!(self.name, NameAgreement::Equal)
            && matches!(self.birth_date, BirthDateAgreement::Equal)
            && self.sex
    }
}

/// The answer to one question. The register's own values never come back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PopulationAnswer {
    /// Exactly one row agrees in all fields. The token, where the register gives one, is the same
    /// for the same person and says nothing else, so that two subjects of one person are found.
    Match(Option<PersonToken>),
    /// Several rows agree in all fields.
    Ambiguous,
    /// The number is known, no row agrees: `pop-mismatch`. With
    /// [`PopulationDetail::PerField`] how each row of that number agrees; empty with yes/no.
    Mismatch(Vec<FieldAgreement>),
    /// The number is unknown. A yes/no register that cannot tell this says `Mismatch`.
    NotFound,
    /// This question could not be answered now; not a mismatch.
    Unavailable,
}

/// The answer to one question of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PopulationReply {
    /// The position of the question among those asked.
    pub query: usize,
    /// The answer.
    pub answer: PopulationAnswer,
}

impl PopulationReply {
    /// `answer` to question `query`.
    pub const fn new(query: usize, answer: PopulationAnswer) -> Self {
        Self { query, answer }
    }

    /// Puts replies, which may come in any order and may be missing, beside their `asked`
    /// questions: a missing one is [`PopulationAnswer::Unavailable`], and so are all when one
    /// is answered twice or was never asked, because then no reply can be trusted to be whose
    /// it says.
    pub fn in_order(asked: usize, replies: Vec<Self>) -> Vec<PopulationAnswer> {
        let mut slots: Vec<Option<PopulationAnswer>> = Vec::new();
        slots.resize_with(asked, || None);
        for reply in replies {
            match slots.get_mut(reply.query) {
                Some(slot) if slot.is_none() => *slot = Some(reply.answer),
                _ => return alloc::vec![PopulationAnswer::Unavailable; asked],
            }
        }
        slots
            .into_iter()
            .map(|slot| slot.unwrap_or(PopulationAnswer::Unavailable))
            .collect()
    }
}

/// An opaque name for a person of the register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonToken([u8; 16]);

impl PersonToken {
    /// A token as the register gave it.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for PersonToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonToken")
    }
}

/// Why a whole batch of questions went unanswered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// Not reachable, or no answer in time.
    #[error("the population register did not answer")]
    Unavailable,
    /// Asked too fast; ask again after this many seconds.
    #[error("the population register asks to wait {seconds} seconds")]
    RateLimited {
        /// How long to wait.
        seconds: u64,
    },
    /// It refuses this client.
    #[error("the population register refuses this client")]
    Refused,
}

/// A register of the population.
///
/// Implementations own transport, credentials and deadlines. They are asked with at most
/// [`PopulationCapabilities::batch`] questions at once. Replies name their questions, so they may
/// come in any order and some may be missing; callers put them in place with
/// [`PopulationReply::in_order`].
///
/// # Errors
///
/// [`PopulationError`] where no question of the batch was answered. Asking again is always safe.
#[async_trait]
pub trait PopulationRegistry: fmt::Debug + Send + Sync {
    /// What it tells and takes.
    fn capabilities(&self) -> PopulationCapabilities;

    /// Asks about people.
    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError>;
}
