//! Checking who issued a certificate.

use alloc::sync::Arc;

use dcc_model::Timestamp;
use dcc_sign::{CertificateKey, CryptoProvider, DocumentSigner};

use super::authority::{Authorities, Authority};
use super::country::may_issue_for;
use super::error::ChainError;
use crate::cms::certificate::CertificateView;

/// Signatures that are checked for one path before giving up.
const PATH_BUDGET: usize = 32;
/// Certificates between signer and root.
const PATH_LENGTH: usize = 4;

/// Verifies chains: a provider, and one switch.
#[derive(Clone, Debug)]
pub struct ChainVerifier {
    provider: CryptoProvider,
    legacy_sha1: bool,
}

impl ChainVerifier {
    /// A verifier that refuses SHA-1.
    pub const fn new(provider: CryptoProvider) -> Self {
        Self {
            provider,
            legacy_sha1: false,
        }
    }

    /// Takes SHA-1 too: eight document signers of 2022 are signed with it.
    #[must_use]
    pub const fn with_legacy_sha1(mut self, legacy_sha1: bool) -> Self {
        self.legacy_sha1 = legacy_sha1;
        self
    }

    /// The authority that issued a document signer of `country`.
    ///
    /// # Errors
    ///
    /// [`ChainError`]: of several authorities of the issuer's name, what was wrong with the one
    /// that came nearest.
    pub fn verify_document_signer<'a>(
        &self,
        document_signer: &DocumentSigner,
        country: &str,
        authorities: &'a Authorities,
    ) -> Result<&'a Arc<Authority>, ChainError> {
        if document_signer.is_ca() {
            return Err(ChainError::IsAuthority);
        }
        let mut nearest = ChainError::IssuerUnknown;
        for authority in authorities.named(document_signer.issuer_der()) {
            match self.verify_by(document_signer, country, authority) {
                Ok(()) => return Ok(authority),
                Err(error) => nearest = nearer(nearest, error),
            }
        }
        Err(nearest)
    }

    fn verify_by(
        &self,
        document_signer: &DocumentSigner,
        country: &str,
        authority: &Authority,
    ) -> Result<(), ChainError> {
        if !may_issue_for(authority.country(), country) {
            return Err(ChainError::IssuerCountry);
        }
        let issuer = authority.certificate();
        self.verify_issued(document_signer, issuer)?;
        if valid_at(issuer, document_signer.not_before()) {
            Ok(())
        } else {
            Err(ChainError::AuthorityNotValid)
        }
    }

    /// Follows a signer's certificate through others that came with it to an authority. All are
    /// valid at `at`, and all but the first may issue.
    ///
    /// # Errors
    ///
    /// [`ChainError::IsAuthority`] or [`ChainError::CertificateNotValid`] where the signer's own
    /// certificate cannot be used, [`ChainError::IssuerUnknown`] where no path leads to an
    /// authority.
    pub fn verify_path<'a>(
        &self,
        signer: &DocumentSigner,
        others: &[DocumentSigner],
        authorities: &'a Authorities,
        at: Timestamp,
    ) -> Result<&'a Arc<Authority>, ChainError> {
        if signer.is_ca() {
            return Err(ChainError::IsAuthority);
        }
        if !valid_at(signer, at) {
            return Err(ChainError::CertificateNotValid);
        }
        let usable = |other: &&DocumentSigner| other.may_sign_certificates() && valid_at(other, at);
        let search = PathSearch {
            verifier: self,
            intermediates: others.iter().filter(usable).collect(),
            authorities,
            at,
        };
        let mut budget = PATH_BUDGET;
        search
            .climb(signer, 0, &mut budget)
            .ok_or(ChainError::IssuerUnknown)
    }

    /// Whether the issuer's key signed this certificate, by an algorithm of the table.
    fn verify_issued(
        &self,
        certificate: &DocumentSigner,
        issuer: &DocumentSigner,
    ) -> Result<(), ChainError> {
        let algorithm = certificate.signature_algorithm();
        let algorithm = algorithm.ok_or(ChainError::AlgorithmUnsupported)?;
        if algorithm.is_sha1() && !self.legacy_sha1 {
            return Err(ChainError::Sha1);
        }
        if CertificateKey::from_spki_der(issuer.spki_der()).is_none() {
            return Err(ChainError::KeyUnsupported);
        }
        let signed = if algorithm.is_sha1() {
            certificate.is_signed_with_sha1_by(issuer, &self.provider)
        } else {
            certificate.is_signed_by(issuer, &self.provider)
        };
        if signed {
            Ok(())
        } else {
            Err(ChainError::SignatureWrong)
        }
    }
}

/// A search for a path, bounded in length and work.
struct PathSearch<'a, 'c> {
    verifier: &'c ChainVerifier,
    intermediates: Vec<&'c DocumentSigner>,
    authorities: &'a Authorities,
    at: Timestamp,
}

impl<'a> PathSearch<'a, '_> {
    /// An authority above `certificate`, below which stand `below` intermediates.
    fn climb(
        &self,
        certificate: &DocumentSigner,
        below: usize,
        budget: &mut usize,
    ) -> Option<&'a Arc<Authority>> {
        for authority in self.authorities.named(certificate.issuer_der()) {
            let issuer = authority.certificate();
            if valid_at(issuer, self.at) && self.issued(certificate, issuer, below, budget) {
                return Some(authority);
            }
        }
        if below >= PATH_LENGTH {
            return None;
        }
        for issuer in &self.intermediates {
            let named = issuer.subject_der() == certificate.issuer_der();
            if named && self.issued(certificate, issuer, below, budget) {
                let above = self.climb(issuer, below.saturating_add(1), budget);
                if above.is_some() {
                    return above;
                }
            }
        }
        None
    }

    fn issued(
        &self,
        certificate: &DocumentSigner,
        issuer: &DocumentSigner,
        below: usize,
        budget: &mut usize,
    ) -> bool {
        let Some(left) = budget.checked_sub(1) else {
            return false;
        };
        *budget = left;
        path_allows(issuer, below) && self.verifier.verify_issued(certificate, issuer).is_ok()
    }
}

/// RFC 5280 section 4.2.1.9: how many intermediates may stand below the issuer.
fn path_allows(issuer: &DocumentSigner, below: usize) -> bool {
    CertificateView::read(issuer.der()).is_ok_and(|view| {
        view.extensions
            .path_length
            .is_none_or(|length| below <= usize::from(length))
    })
}

fn valid_at(certificate: &DocumentSigner, at: Timestamp) -> bool {
    certificate.not_before() <= at && at <= certificate.not_after()
}

/// Of two reasons the one that was found later on the way to acceptance.
fn nearer(one: ChainError, other: ChainError) -> ChainError {
    const fn rank(error: ChainError) -> u8 {
        match error {
            ChainError::IssuerUnknown => 0,
            ChainError::IssuerCountry => 1,
            ChainError::SignatureWrong => 2,
            ChainError::AuthorityNotValid => 4,
            _ => 3,
        }
    }
    if rank(other) >= rank(one) { other } else { one }
}
