//! Corrections of one record: by an office, or asked for by a citizen and routed to the facility
//! that entered it (R56, R61).

use core::fmt;

use dcc_model::{Coded, Lang};
use dcc_registry::{
    Act, Bucket, Correction, CorrectionOutcome, CorrectionRequest, Digest, DoseRef, FacilityId,
    Identity, Intake, ReasonCode, RequestState, Sex, StoreError, Subject, SubjectId, civil,
};

use super::Cleaning;
use super::apply::set_number;
use crate::intake::document_key;

/// A field that can be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CorrectableField {
    /// `full_name`
    FullName,
    /// `birth_date`, as `dd/mm/yyyy` or ISO 8601
    BirthDate,
    /// `sex`: `M` or `F`, `Nam` or `Nữ`
    Sex,
    /// `document_number`
    DocumentNumber,
    /// `nationality`, ISO 3166-1 alpha-2
    Nationality,
    /// `phone`
    Phone,
    /// `dose_date:DOSE_REF`
    DoseDate(DoseRef),
    /// `lot:DOSE_REF`
    DoseLot(DoseRef),
    /// `vaccine:DOSE_REF`
    DoseVaccine(DoseRef),
}

impl CorrectableField {
    /// Reads the words of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once(':') {
            None => match text {
                "full_name" => Self::FullName,
                "birth_date" => Self::BirthDate,
                "sex" => Self::Sex,
                "document_number" => Self::DocumentNumber,
                "nationality" => Self::Nationality,
                "phone" => Self::Phone,
                _ => return None,
            },
            Some((_, "")) => return None,
            Some(("dose_date", dose)) => Self::DoseDate(DoseRef::new(dose)),
            Some(("lot", dose)) => Self::DoseLot(DoseRef::new(dose)),
            Some(("vaccine", dose)) => Self::DoseVaccine(DoseRef::new(dose)),
            Some(_) => return None,
        })
    }

    const fn dose(&self) -> Option<&DoseRef> {
        match self {
            Self::DoseDate(dose) | Self::DoseLot(dose) | Self::DoseVaccine(dose) => Some(dose),
            _ => None,
        }
    }
}

impl fmt::Display for CorrectableField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FullName => f.write_str("full_name"),
            Self::BirthDate => f.write_str("birth_date"),
            Self::Sex => f.write_str("sex"),
            Self::DocumentNumber => f.write_str("document_number"),
            Self::Nationality => f.write_str("nationality"),
            Self::Phone => f.write_str("phone"),
            Self::DoseDate(dose) => write!(f, "dose_date:{dose}"),
            Self::DoseLot(dose) => write!(f, "lot:{dose}"),
            Self::DoseVaccine(dose) => write!(f, "vaccine:{dose}"),
        }
    }
}

/// Why a correction was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody has this reference, or no dose has it.
    #[error("there is no such person or dose")]
    Missing,
    /// The value is none of this field.
    #[error("the value does not fit the field")]
    Value,
    /// Nobody entered anything about the person, so nobody can decide.
    #[error("no facility has entered a dose of this person")]
    NoFacility,
    /// The record changed while it was being corrected; look at it again.
    #[error("the record has changed; read it again")]
    Outdated,
}

/// A citizen's request: what should be what, how it came and on what evidence. `Debug` prints no
/// value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CitizenRequest {
    /// The field.
    pub field: CorrectableField,
    /// What it should be, as claimed.
    pub claimed: String,
    /// How it came: `facility`, `portal`.
    pub channel: String,
    /// A reference to the evidence.
    pub evidence: String,
}

impl CitizenRequest {
    /// A request that `field` should be `claimed`.
    pub fn new(
        field: CorrectableField,
        claimed: impl Into<String>,
        channel: impl Into<String>,
        evidence: impl Into<String>,
    ) -> Self {
        Self {
            field,
            claimed: claimed.into(),
            channel: channel.into(),
            evidence: evidence.into(),
        }
    }
}

impl fmt::Debug for CitizenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CitizenRequest")
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

/// A request as it was kept: its reference and who decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoutedRequest {
    /// The request's reference.
    pub reference: String,
    /// The facility that entered the record in question.
    pub facility: FacilityId,
}

impl Cleaning<'_> {
    /// Corrects one field of one record at once, by an office that may (R56). The next check
    /// decides about an identity, and the facility signs a changed dose anew. Returns whether
    /// anything changed.
    ///
    /// # Errors
    ///
    /// [`RequestError`]; see its variants.
    pub async fn correct(
        &self,
        act: &Act,
        id: SubjectId,
        (field, value): (&CorrectableField, &str),
        evidence: &str,
    ) -> Result<bool, RequestError> {
        let subject = self.subject(id).await?;
        if let Some(dose_ref) = field.dose() {
            return self
                .correct_dose(act, &subject, (field, dose_ref), value)
                .await;
        }
        let record = &subject.record;
        let wanted = with_field(&record.identity, field, value).ok_or(RequestError::Value)?;
        let mut edit = Correction::new(id, record.identity_version, wanted);
        edit.document = document_key(self.key, &edit.identity);
        evidence.clone_into(&mut edit.evidence);
        match self
            .registry
            .correct(act, &[edit])
            .await?
            .into_iter()
            .next()
        {
            Some(CorrectionOutcome::Corrected { .. }) => Ok(true),
            Some(CorrectionOutcome::Unchanged) => Ok(false),
            Some(CorrectionOutcome::Outdated { .. }) => Err(RequestError::Outdated),
            _ => Err(RequestError::Missing),
        }
    }

    async fn correct_dose(
        &self,
        act: &Act,
        subject: &Subject,
        (field, dose_ref): (&CorrectableField, &DoseRef),
        value: &str,
    ) -> Result<bool, RequestError> {
        let dose = subject
            .doses
            .iter()
            .find(|dose| dose.key.dose_ref == *dose_ref);
        let dose = dose.ok_or(RequestError::Missing)?;
        let mut content = dose.content.clone();
        match field {
            CorrectableField::DoseDate(_) => {
                content.date = read_day(value).ok_or(RequestError::Value)?;
            }
            CorrectableField::DoseLot(_) => {
                content.lot = Some(value.trim().to_owned()).filter(|lot| !lot.is_empty());
            }
            _ => {
                let known = dcc_model::VietnamVaccine::by_name(value);
                known
                    .ok_or(RequestError::Value)?
                    .key()
                    .clone_into(&mut content.vaccine);
            }
        }
        if content == dose.content {
            return Ok(false);
        }
        let record = &subject.record;
        let mut intake = Intake::new(
            record.id,
            record.subject_ref.clone(),
            record.identity.clone(),
        );
        intake.identity = None;
        intake.doses.push((dose_ref.clone(), content));
        let outcomes = self.registry.take_in(act, &[intake]).await?;
        let outcome = outcomes
            .into_iter()
            .next()
            .and_then(|o| o.doses.into_iter().next());
        match outcome {
            Some(dcc_registry::DoseOutcome::Corrected { .. }) => Ok(true),
            Some(dcc_registry::DoseOutcome::Unchanged) => Ok(false),
            _ => Err(RequestError::Missing),
        }
    }

    /// Keeps a citizen's request and routes it to the facility that entered the dose in question,
    /// or the latest dose for a field of the person. The same request again changes nothing.
    ///
    /// # Errors
    ///
    /// [`RequestError`]; see its variants.
    pub async fn request(
        &self,
        act: &Act,
        id: SubjectId,
        request: &CitizenRequest,
    ) -> Result<RoutedRequest, RequestError> {
        let subject = self.subject(id).await?;
        if request.field.dose().is_none() {
            with_field(&subject.record.identity, &request.field, &request.claimed)
                .ok_or(RequestError::Value)?;
        }
        let dose = match request.field.dose() {
            Some(wanted) => subject
                .doses
                .iter()
                .find(|dose| dose.key.dose_ref == *wanted),
            None => subject.doses.last(),
        };
        let absent = match request.field.dose() {
            Some(_) => RequestError::Missing,
            None => RequestError::NoFacility,
        };
        let dose = dose.ok_or(absent)?;
        let facility = dose.content.entering.clone();
        let field = request.field.to_string();
        let told = [
            &field,
            &request.claimed,
            &request.channel,
            &request.evidence,
        ];
        let told: Vec<&[u8]> = told.iter().map(|text| text.as_bytes()).collect();
        let reference = Digest::of(&told.join(&0)).to_string();
        let reference = reference.get(..16).unwrap_or_default().to_owned();
        let key = (id, reference.clone());
        let mut kept = CorrectionRequest::new(
            key,
            field,
            request.claimed.clone(),
            facility.clone(),
            act.at(),
        );
        kept.channel.clone_from(&request.channel);
        kept.evidence.clone_from(&request.evidence);
        self.registry.request(act, &kept).await?;
        Ok(RoutedRequest {
            reference,
            facility,
        })
    }

    /// The open requests that wait for `facility`, or for all.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn open_requests(
        &self,
        facility: Option<&FacilityId>,
    ) -> Result<Vec<CorrectionRequest>, RequestError> {
        let mut found = Vec::new();
        for bucket in Bucket::all() {
            found.extend(self.registry.open_requests(bucket, facility).await?);
        }
        Ok(found)
    }

    /// Decides an open request: accepted, the claimed value is written; declined, the reason is
    /// kept and told to the citizen (R16).
    ///
    /// # Errors
    ///
    /// [`RequestError`]; see its variants.
    pub async fn decide(
        &self,
        act: &Act,
        (id, reference): (SubjectId, &str),
        decline: Option<ReasonCode>,
    ) -> Result<RequestState, RequestError> {
        if decline.is_none() {
            let history = self
                .registry
                .history(id)
                .await?
                .ok_or(RequestError::Missing)?;
            let request = history
                .requests
                .into_iter()
                .find(|kept| kept.reference == reference);
            let request = request.ok_or(RequestError::Missing)?;
            let field = CorrectableField::parse(&request.field).ok_or(RequestError::Value)?;
            self.correct(act, id, (&field, &request.claimed), &request.evidence)
                .await?;
        }
        Ok(self
            .registry
            .decide_request(act, id, reference, decline)
            .await?)
    }

    async fn subject(&self, id: SubjectId) -> Result<Subject, RequestError> {
        let found = self.registry.subjects(&[id]).await?;
        found
            .into_iter()
            .flatten()
            .next()
            .ok_or(RequestError::Missing)
    }
}

/// The identity with one field set; `None` where the value is none of that field.
fn with_field(known: &Identity, field: &CorrectableField, value: &str) -> Option<Identity> {
    let value = value.trim();
    let mut wanted = known.clone();
    match field {
        CorrectableField::FullName => {
            let damaged = value.is_empty() || crate::intake::name_damage(value).is_some();
            wanted.full_name = (!damaged).then(|| value.to_owned())?;
        }
        CorrectableField::BirthDate => wanted.birth_date = read_date(value)?,
        CorrectableField::Sex => {
            wanted.sex = Some(match value.to_lowercase().as_str() {
                "m" | "nam" => Sex::Male,
                "f" | "nữ" | "nu" => Sex::Female,
                _ => return None,
            });
        }
        CorrectableField::DocumentNumber => set_number(&mut wanted, value),
        CorrectableField::Nationality => {
            let sound = value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase());
            wanted.nationality = sound.then(|| value.to_owned())?;
        }
        CorrectableField::Phone => value.clone_into(&mut wanted.phone),
        CorrectableField::DoseDate(_)
        | CorrectableField::DoseLot(_)
        | CorrectableField::DoseVaccine(_) => return None,
    }
    Some(wanted)
}

fn read_day(text: &str) -> Option<civil::Date> {
    read_date(text)?.parse().ok()
}

/// A date of any precision as ISO 8601, day first where it is written with slashes.
fn read_date(text: &str) -> Option<String> {
    crate::intake::iso_date_of(text.trim())
}

/// What is told about a decided or open request.
impl Coded for RequestError {
    const ALL: &'static [Self] = &[Self::Missing, Self::Value, Self::NoFacility, Self::Outdated];

    fn code(self) -> &'static str {
        match self {
            Self::Store(error) => error.kind().code(),
            Self::Missing => "correction-missing",
            Self::Value => "correction-value",
            Self::NoFacility => "correction-no-facility",
            Self::Outdated => "correction-outdated",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Store(error), lang) => error.kind().text(lang),
            (Self::Missing, Lang::Vi) => "Không có đối tượng hoặc mũi tiêm này.",
            (Self::Missing, _) => "There is no such person or dose.",
            (Self::Value, Lang::Vi) => "Giá trị không hợp lệ cho trường này.",
            (Self::Value, _) => "The value does not fit the field.",
            (Self::NoFacility, Lang::Vi) => "Chưa có cơ sở nào nhập mũi tiêm của người này.",
            (Self::NoFacility, _) => "No facility has entered a dose of this person.",
            (Self::Outdated, Lang::Vi) => "Bản ghi đã thay đổi; hãy đọc lại.",
            (Self::Outdated, _) => "The record has changed; read it again.",
        }
    }
}
