//! From an entitlement to the exact bytes that are to be signed.

use dcc_codec::Decoder;
use dcc_model::{BirthDate, Certificate, DateText, Uvci, Vaccination, VaccinationFields};
use dcc_registry::{
    Basis, BatchId, CertificateId, CertificateIntent, CertificateRecord, Digest, Occasion, Subject,
    SubjectRecord, Timestamp,
};
use dcc_sign::{IssueRequest, Prepared};

use super::purpose::Profile;
use super::signer::CentralSigner;
use crate::RefusalCode;
use crate::eligibility::Entitlement;
use crate::holder_name;
use crate::life::is_certificate_of;

/// COVID-19 (SNOMED CT), the one disease of these certificates.
const DISEASE: &str = "840539006";

/// What is to be made of a subject: not yet an identifier.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) subject: SubjectRecord,
    pub(super) entitlement: Box<Entitlement>,
    pub(super) basis: Basis,
    pub(super) occasion: Occasion,
}

impl CentralSigner {
    /// Why exactly this certificate: the content, the profile and, for a renewal, the renewed one.
    /// The policy is not in it: under another policy that entitles to the same content the
    /// certificate stays.
    pub(super) fn basis(&self, content: &Digest, renewed: Option<&CertificateId>) -> Basis {
        self.profile.basis(content, renewed)
    }
}

impl Profile {
    fn basis(self, content: &Digest, renewed: Option<&CertificateId>) -> Basis {
        let profile = self.word();
        let renewed = renewed.map_or("", CertificateId::as_str);
        let text = format!("dcc-basis-1\0{content}\0{profile}\0{renewed}");
        Basis::new(Digest::of(text.as_bytes()))
    }

    /// Whether a current certificate says what a new one under this profile would say.
    pub fn says_the_same(
        self,
        current: &CertificateRecord,
        subject: &SubjectRecord,
        entitlement: &Entitlement,
    ) -> bool {
        if current.intent.occasion == Occasion::Imported {
            return imported_says_the_same(current, subject, entitlement);
        }
        let content = &entitlement.content;
        let basis = current.intent.basis;
        let renewal = || {
            current
                .supersedes
                .as_ref()
                .is_some_and(|renewed| self.basis(content, Some(renewed)) == basis)
        };
        self.basis(content, None) == basis || renewal()
    }
}

impl CentralSigner {
    /// The intent of a certificate with the identifier made of `random`, and its bytes.
    ///
    /// # Errors
    ///
    /// The code under which the subject is held.
    pub(super) fn draft(
        &self,
        wanted: &Wanted,
        batch: BatchId,
        random: [u8; 16],
        times: (Timestamp, Timestamp),
    ) -> Result<(CertificateIntent, Prepared), RefusalCode> {
        let uvci = Uvci::make(&self.country, random).ok_or(RefusalCode::PayloadDeviates)?;
        let (identity, entitlement) = (&wanted.subject.identity, &wanted.entitlement);
        let coding = entitlement.coding;
        let vaccination = Vaccination::new(VaccinationFields {
            disease: DISEASE.to_owned(),
            vaccine: entitlement.codes.vaccine.to_owned(),
            product: entitlement.codes.product.to_owned(),
            holder: entitlement.codes.holder.to_owned(),
            dose_number: coding.number.into(),
            series: coding.series.into(),
            date: DateText::new(entitlement.date.to_string()),
            country: self.country.clone(),
            issuer: self.issuer.clone(),
            certificate_id: uvci.as_str().to_owned(),
        });
        let name = holder_name(identity)?;
        let birth_date = BirthDate::new(identity.birth_date.as_str());
        let payload = Certificate::new(name, birth_date, vaccination).to_json();
        let nationality = match self.profile {
            Profile::VnNationalityClaim => Some(identity.nationality.clone()),
            Profile::Eu => None,
        };
        let request = IssueRequest::new(payload, self.country.as_str(), times.0, times.1)
            .with_nationality(nationality);
        let prepared = self
            .hcert
            .prepare(&request)
            .map_err(|_| RefusalCode::PayloadDeviates)?;
        let mut intent = CertificateIntent::new(
            CertificateId::new(uvci.as_str()),
            (wanted.subject.id, wanted.subject.revision),
            (batch, wanted.basis),
            prepared.to_be_signed().to_vec(),
            times,
        );
        intent.occasion = wanted.occasion;
        intent.kid = self.hcert.certificate().kid().as_bytes().to_vec();
        intent.dose = (coding.number, coding.series);
        intent.nationality.clone_from(&identity.nationality);
        intent.counted.clone_from(&entitlement.counted);
        Ok((intent, prepared))
    }
}

/// The same for a certificate that was issued elsewhere, by its text.
fn imported_says_the_same(
    current: &CertificateRecord,
    subject: &SubjectRecord,
    entitlement: &Entitlement,
) -> bool {
    let text = current.hc1.as_deref().unwrap_or_default();
    let Ok(hcert) = Decoder::default().decode(text) else {
        return false;
    };
    // Its signature was verified when it was taken in, and stored texts never change.
    let certificate = hcert.dangerous_unverified().certificate();
    let coding = entitlement.coding;
    is_certificate_of(certificate, &subject.identity)
        && certificate.entry().as_vaccination().is_some_and(|says| {
            (says.dose_number(), says.series()) == (coding.number.into(), coding.series.into())
                && says.product() == entitlement.codes.product
                && says.date().date() == Some(entitlement.date)
        })
}

/// Why a subject gets another certificate than its current one.
pub(super) fn occasion(subject: &Subject, entitlement: &Entitlement) -> Occasion {
    match &subject.current {
        None => Occasion::First,
        Some(current) if current.intent.counted == entitlement.counted => Occasion::Correction,
        Some(_) => Occasion::NewDose,
    }
}
