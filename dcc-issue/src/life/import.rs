//! Taking in certificates that another system issued, so that they can be renewed and revoked.

use core::fmt;

use dcc_codec::{Decoder, Hcert};
use dcc_model::{Certificate, Vaccination};
use dcc_registry::{
    Act, Basis, BatchId, CertificateId, CertificateIntent, CertificateRecord, Digest, Identity,
    ImportOutcome, Occasion, Registry, StoreError, Subject, SubjectId,
};
use dcc_sign::{HcertVerifier, KeyLookup, RejectCode, Verified};

use crate::holder_name;

/// Certificates that are taken in together.
const PAGE: usize = 500;

/// A certificate that another system issued. `Debug` shows nothing of the person.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncomingCertificate {
    /// Whose it is.
    pub subject: SubjectId,
    /// The text beginning with `HC1:`.
    pub hc1: String,
}

impl IncomingCertificate {
    /// The certificate `hc1` of `subject`.
    pub fn new(subject: SubjectId, hc1: impl Into<String>) -> Self {
        Self {
            subject,
            hc1: hc1.into(),
        }
    }
}

impl fmt::Debug for IncomingCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingCertificate")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Why a certificate was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotImported {
    /// It cannot be read.
    #[error("the text is no certificate")]
    Undecodable,
    /// Its signature does not pass under the keys given.
    #[error("the signature does not pass")]
    Signature(RejectCode),
    /// It is no vaccination certificate, or has no issue time.
    #[error("it is not a vaccination certificate with an issue time")]
    Kind,
    /// The subject is not in the register.
    #[error("there is no such subject")]
    SubjectMissing,
    /// Name or birth date are not the subject's.
    #[error("it is not a certificate of this subject")]
    HolderDiffers,
}

/// What became of an [`IncomingCertificate`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Imported {
    /// As the store says.
    Stored(ImportOutcome),
    /// It was not taken in.
    Refused(NotImported),
}

/// Takes in certificates whose signatures pass under `keys` and whose holders are the subjects
/// named. The outcomes come in the order of the items; the same call again changes nothing.
///
/// A certificate that says what the records say is kept as current until it is renewed; central
/// signing replaces one that says something else.
///
/// # Errors
///
/// Those of the stores; the same call again completes it.
pub async fn import_certificates(
    registry: &dyn Registry,
    act: &Act,
    (verifier, keys): (&HcertVerifier, &dyn KeyLookup),
    items: &[IncomingCertificate],
) -> Result<Vec<Imported>, StoreError> {
    let mut answers = Vec::with_capacity(items.len());
    for page in items.chunks(PAGE) {
        let ids: Vec<SubjectId> = page.iter().map(|item| item.subject).collect();
        let subjects = registry.subjects(&ids).await?;
        let judged = page.iter().zip(&subjects).map(|(item, subject)| {
            let verified = verify(item, verifier, keys)?;
            let subject = subject.as_ref().ok_or(NotImported::SubjectMissing)?;
            record(act, item, &verified, subject)
        });
        let judged: Vec<Result<CertificateRecord, NotImported>> = judged.collect();
        let records: Vec<CertificateRecord> = judged
            .iter()
            .filter_map(|one| one.as_ref().ok().cloned())
            .collect();
        let mut outcomes = registry
            .import_certificates(act, &records)
            .await?
            .into_iter();
        answers.extend(judged.into_iter().map(|one| match one {
            Ok(_) => Imported::Stored(outcomes.next().unwrap_or(ImportOutcome::Missing)),
            Err(refusal) => Imported::Refused(refusal),
        }));
    }
    Ok(answers)
}

fn verify(
    item: &IncomingCertificate,
    verifier: &HcertVerifier,
    keys: &dyn KeyLookup,
) -> Result<Verified<Hcert>, NotImported> {
    let hcert = Decoder::default()
        .decode(&item.hc1)
        .map_err(|_| NotImported::Undecodable)?;
    verifier
        .verify(hcert, keys)
        .map_err(|failure| NotImported::Signature(failure.error().reject_code()))
}

fn record(
    act: &Act,
    item: &IncomingCertificate,
    verified: &Verified<Hcert>,
    subject: &Subject,
) -> Result<CertificateRecord, NotImported> {
    let hcert = verified.get();
    let says = vaccination(hcert.certificate()).ok_or(NotImported::Kind)?;
    let claims = hcert.claims();
    let issued_at = claims.issued_at().ok_or(NotImported::Kind)?;
    let number = |number: i64| u32::try_from(number).map_err(|_| NotImported::Kind);
    let dose = (number(says.dose_number())?, number(says.series())?);
    let identity = &subject.record.identity;
    if !is_certificate_of(hcert.certificate(), identity) {
        return Err(NotImported::HolderDiffers);
    }
    let text = Digest::of(item.hc1.as_bytes());
    let mut intent = CertificateIntent::new(
        CertificateId::new(says.certificate_id()),
        (item.subject, subject.record.revision),
        (BatchId::new(Digest::of(b"dcc-import-1")), Basis::new(text)),
        Vec::new(),
        (issued_at, claims.expires_at()),
    );
    intent.occasion = Occasion::Imported;
    intent.kid = verified.signer().kid().as_bytes().to_vec();
    intent.dose = dose;
    intent.nationality.clone_from(&identity.nationality);
    let mut record = CertificateRecord::new(intent, act);
    record.hc1 = Some(item.hc1.clone());
    Ok(record)
}

fn vaccination(certificate: &Certificate) -> Option<&Vaccination> {
    certificate.entry().as_vaccination()
}

/// Whether a certificate names this person: the ICAO forms of the name, and the birth date.
pub fn is_certificate_of(certificate: &Certificate, identity: &Identity) -> bool {
    let name = certificate.name();
    holder_name(identity).is_ok_and(|expected| {
        expected.standard_surname() == name.standard_surname()
            && expected.standard_given_name() == name.standard_given_name()
    }) && certificate.birth_date().as_str() == identity.birth_date
}
