//! Signing: prepare, sign, finish.

use alloc::sync::Arc;
use core::time::Duration;

use dcc_codec::{CwtClaims, Decoder, Limits, cose, cwt_payload};
use dcc_model::{Remark, RemarkCode, SchemaError, ValueSets, issuing_deviations};

use crate::dsc::DocumentSigner;
use crate::issue_request::IssueRequest;
use crate::prepared::{Prepared, SignedHcert};
use crate::provider::CryptoProvider;
use crate::refusal::{Refusal, SignError, SignerMismatch};
use crate::signer::{Signer, SignerError};
use crate::verifying_key::VerifyingKey;

/// Signs HCERTs with one key under one document signer certificate.
///
/// Three steps, of which the middle one may happen elsewhere: [`prepare`](Self::prepare) checks
/// the payload and fixes the bytes, the [`Signer`] signs them, [`finish`](Self::finish) verifies
/// the signature under the certificate and gives out nothing that does not verify.
#[derive(Clone, Debug)]
pub struct HcertSigner {
    signer: Arc<dyn Signer>,
    certificate: DocumentSigner,
    key: VerifyingKey,
    provider: CryptoProvider,
    value_sets: Arc<ValueSets>,
    decoder: Decoder,
}

impl HcertSigner {
    /// A signer of this key and certificate. The provider verifies what the signer makes.
    ///
    /// # Errors
    ///
    /// [`SignerMismatch`], where the certificate is of another key, or not one of a document
    /// signer.
    pub fn new(
        signer: Arc<dyn Signer>,
        certificate: DocumentSigner,
        provider: CryptoProvider,
    ) -> Result<Self, SignerMismatch> {
        let key = certificate
            .verifying_key()
            .map_err(|error| SignerMismatch::Unsuitable(*error))?;
        let key = key.clone();
        if key != *signer.public_key() {
            return Err(SignerMismatch::Key);
        }
        if !certificate.may_sign_hcerts() {
            return Err(SignerMismatch::NotDocumentSigner);
        }
        let value_sets = Arc::new(ValueSets::builtin());
        let decoder = Decoder::new(Limits::default());
        Ok(Self {
            signer,
            certificate,
            key,
            provider,
            value_sets,
            decoder,
        })
    }

    /// This signer with newer value sets.
    #[must_use]
    pub fn with_value_sets(mut self, value_sets: Arc<ValueSets>) -> Self {
        self.value_sets = value_sets;
        self
    }

    /// The certificate.
    pub const fn certificate(&self) -> &DocumentSigner {
        &self.certificate
    }

    /// Checks a payload and fixes the bytes to be signed.
    ///
    /// # Errors
    ///
    /// [`Refusal`] with every deviation: of the payload (schema, value sets, names, UVCI, dates),
    /// of the claims, and of the certificate (key usage, validity). Notes never refuse.
    pub fn prepare(&self, request: &IssueRequest) -> Result<Prepared, Refusal> {
        let mut deviations = Vec::new();
        let schema_error = self.check_payload(request, &mut deviations);
        self.check_times(request, &mut deviations);
        check_nationality(request, &mut deviations);
        let prepared = self.encode(request);
        let prepared = match (schema_error, prepared) {
            (None, Some(prepared)) => prepared,
            (schema_error, _) => return Err(Refusal::new(deviations, schema_error)),
        };
        self.check_as_read(&prepared, &mut deviations);
        if deviations.is_empty() {
            Ok(prepared)
        } else {
            Err(Refusal::new(deviations, None))
        }
    }

    /// Signs a batch. Result `i` belongs to item `i`, and one that fails spoils no other. What
    /// names another key ([`SignError::OtherKey`]) is not given to the signer.
    pub async fn sign(
        &self,
        batch: &[Prepared],
        deadline: Option<Duration>,
    ) -> Vec<Result<SignedHcert, SignError>> {
        let own = self.protected_header();
        let is_own = |prepared: &&Prepared| prepared.protected_bytes() == own;
        let requests: Vec<_> = batch.iter().filter(is_own).map(Prepared::request).collect();
        let mut signatures = self
            .signer
            .sign_batch(&requests, deadline)
            .await
            .into_iter();
        let finish = |prepared: &Prepared| {
            if !is_own(&prepared) {
                return Err(SignError::OtherKey);
            }
            let signature = signatures.next().unwrap_or(Err(SignerError::NoResult))?;
            self.finish(prepared, &signature)
        };
        batch.iter().map(finish).collect()
    }

    /// Verifies a signature under the certificate and makes the certificate's text of it.
    ///
    /// # Errors
    ///
    /// [`SignError::SignatureWrong`] where it does not verify, [`SignError::OtherKey`] where the
    /// bytes name another key. There is no switch.
    pub fn finish(&self, prepared: &Prepared, signature: &[u8]) -> Result<SignedHcert, SignError> {
        if prepared.protected_bytes() != self.protected_header() {
            return Err(SignError::OtherKey);
        }
        self.provider
            .verify(
                self.key.algorithm(),
                &self.key,
                prepared.to_be_signed(),
                signature,
            )
            .map_err(|_| SignError::SignatureWrong)?;
        Ok(SignedHcert::new(prepared.message(signature)))
    }

    /// Prepares, signs and finishes one certificate.
    ///
    /// # Errors
    ///
    /// [`SignError`]; see its variants.
    pub async fn issue(&self, request: &IssueRequest) -> Result<SignedHcert, SignError> {
        let prepared = self.prepare(request)?;
        let mut signed = self.sign(core::slice::from_ref(&prepared), None).await;
        signed
            .pop()
            .unwrap_or(Err(SignError::Signer(SignerError::NoResult)))
    }

    fn check_payload(
        &self,
        request: &IssueRequest,
        deviations: &mut Vec<Remark>,
    ) -> Option<SchemaError> {
        let checked = issuing_deviations(request.payload(), &self.value_sets, request.issued_at());
        match checked {
            Ok((certificate, remarks)) => {
                deviations.extend(remarks.into_iter().filter(Remark::is_deviation));
                if !self.certificate.usages().allows(certificate.entry().kind()) {
                    deviations.push(Remark::new(RemarkCode::DscKeyUsage, "dsc.eku"));
                }
                None
            }
            Err(error) => {
                deviations.push(Remark::new(RemarkCode::SchemaViolation, error.at()));
                Some(error)
            }
        }
    }

    fn check_times(&self, request: &IssueRequest, deviations: &mut Vec<Remark>) {
        let (issued, expires) = (request.issued_at(), request.expires_at());
        if expires <= issued {
            deviations.push(Remark::new(RemarkCode::ExpiryNotAfterIssue, "cwt.exp"));
        }
        if expires > self.certificate.not_after() {
            deviations.push(Remark::new(RemarkCode::ExpiryAfterDsc, "cwt.exp"));
        }
        if issued < self.certificate.not_before() {
            deviations.push(Remark::new(RemarkCode::IssueBeforeDsc, "cwt.iat"));
        }
    }

    fn encode(&self, request: &IssueRequest) -> Option<Prepared> {
        let mut claims = CwtClaims::new(request.expires_at())
            .with_issuer(request.issuer())
            .with_issued_at(request.issued_at());
        if let Some(nationality) = request.nationality() {
            claims = claims.with_nationality(nationality);
        }
        let payload = cwt_payload(&claims, request.payload()).ok()?;
        Some(Prepared::new(self.protected_header(), payload))
    }

    /// The protected header of everything that this signer signs: algorithm and key id.
    fn protected_header(&self) -> Vec<u8> {
        let algorithm = self.key.algorithm().cose_id();
        cose::protected_header(algorithm, self.certificate.kid().as_bytes())
    }

    /// Reads the bytes as a verifier will, and notes what it would find odd in them.
    fn check_as_read(&self, prepared: &Prepared, deviations: &mut Vec<Remark>) {
        let message = prepared.message(&[]);
        match self.decoder.decode_cose(&message) {
            Ok(hcert) => {
                let remarks = hcert.dangerous_unverified().remarks();
                for remark in remarks.iter().filter(|remark| remark.is_deviation()) {
                    if !deviations.contains(remark) {
                        deviations.push(remark.clone());
                    }
                }
            }
            Err(_) => deviations.push(Remark::new(RemarkCode::SchemaViolation, "")),
        }
    }
}

fn check_nationality(request: &IssueRequest, deviations: &mut Vec<Remark>) {
    let is_code = |text: &str| {
        matches!(text.len(), 2 | 3) && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    if request
        .nationality()
        .is_some_and(|nationality| !is_code(nationality))
    {
        deviations.push(Remark::new(RemarkCode::NationalityForm, "cwt.nationality"));
    }
}
