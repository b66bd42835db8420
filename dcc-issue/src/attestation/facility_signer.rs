//! Making attestations where the key is.

use alloc::sync::Arc;

use dcc_registry::{Digest, DoseRecord, FacilityId, Timestamp};
use dcc_sign::{
    CryptoProvider, DocumentSigner, SignRequest, Signer, SignerError, SignerMismatch,
    provider::RandomUnavailable,
};

use super::algorithm::AttestationAlgorithm;
use super::package::{self, Package, PackageError, PackageLeaf, SALT};
use super::statement::{Statement, StatementToSign};
use super::tree;

/// A facility or an office with its signing key: the key stays with its [`Signer`].
#[derive(Clone, Debug)]
pub struct FacilitySigner {
    id: FacilityId,
    signer: Arc<dyn Signer>,
    certificate: DocumentSigner,
}

/// Why no attestation was made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// There is nothing to attest, or too much for one act.
    #[error("{0}")]
    Package(#[from] PackageError),
    /// There are no random bytes for the salts.
    #[error("{0}")]
    Random(#[from] RandomUnavailable),
    /// The key made no signature.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// The signature does not verify under the certificate.
    #[error("the facility's signature does not verify under its certificate")]
    SignatureWrong,
}

impl FacilitySigner {
    /// The signer of the facility `id`.
    ///
    /// # Errors
    ///
    /// [`SignerMismatch`] where the certificate is of another key, or may sign nothing.
    pub fn new(
        id: FacilityId,
        signer: Arc<dyn Signer>,
        certificate: DocumentSigner,
    ) -> Result<Self, SignerMismatch> {
        let key = certificate
            .verifying_key()
            .map_err(|error| SignerMismatch::Unsuitable(*error))?;
        if key != signer.public_key() {
            return Err(SignerMismatch::Key);
        }
        if !certificate.may_sign_hcerts() {
            return Err(SignerMismatch::NotDocumentSigner);
        }
        Ok(Self {
            id,
            signer,
            certificate,
        })
    }

    /// Whose key it is.
    pub const fn id(&self) -> &FacilityId {
        &self.id
    }

    /// The certificate.
    pub const fn certificate(&self) -> &DocumentSigner {
        &self.certificate
    }

    /// Signs dose versions that `facility` entered, in one act at `signed_at`; under the delegation
    /// of this reference where that is another facility. Whether the centre will take it is not
    /// asked here.
    ///
    /// # Errors
    ///
    /// [`MakeError`]; see its variants.
    pub async fn attest(
        &self,
        (facility, delegation): (&FacilityId, Option<&str>),
        doses: &[DoseRecord],
        signed_at: Timestamp,
        provider: &CryptoProvider,
    ) -> Result<Package, MakeError> {
        let leaves = salted(
            doses
                .iter()
                .map(|dose| (dose.key.dose_ref.clone(), dose.version, dose.hash)),
            provider,
        )?;
        let delegation = delegation.map(str::to_owned);
        self.sign(facility.clone(), delegation, leaves, (signed_at, provider))
            .await
    }

    /// Signs leaves.
    pub(super) async fn sign(
        &self,
        facility: FacilityId,
        delegation: Option<String>,
        leaves: Vec<PackageLeaf>,
        (signed_at, provider): (Timestamp, &CryptoProvider),
    ) -> Result<Package, MakeError> {
        let hashes: Vec<Digest> = leaves.iter().map(PackageLeaf::leaf_hash).collect();
        let size = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        let statement = Statement {
            facility,
            signer: self.id.clone(),
            certificate: Digest::from_bytes(*self.certificate.thumbprint()),
            delegation,
            size,
            root: tree::root(&hashes),
            signed_at,
        };
        let algorithm = AttestationAlgorithm::from(self.signer.public_key().algorithm());
        let draft = StatementToSign::new(&statement, algorithm, &self.certificate);
        let to_be_signed = draft.to_be_signed();
        let request = [SignRequest::new(&to_be_signed)];
        let signature = self
            .signer
            .sign_batch(&request, None)
            .await
            .into_iter()
            .next();
        let signature = signature.unwrap_or(Err(SignerError::NoResult))?;
        if !algorithm.verify(provider, &self.certificate, &to_be_signed, &signature) {
            return Err(MakeError::SignatureWrong);
        }
        let bytes = package::to_bytes(&draft.message(&signature), &leaves);
        Ok(Package::from_bytes(bytes)?)
    }
}

/// Leaves with fresh salts.
pub(super) fn salted(
    doses: impl ExactSizeIterator<Item = (dcc_registry::DoseRef, u32, Digest)>,
    provider: &CryptoProvider,
) -> Result<Vec<PackageLeaf>, RandomUnavailable> {
    let mut random = vec![0; doses.len().saturating_mul(SALT)];
    provider.fill_random(&mut random)?;
    let (salts, _) = random.as_chunks::<SALT>();
    let leaf = |((dose_ref, version, hash), salt): (_, &[u8; SALT])| PackageLeaf {
        dose_ref,
        version,
        salt: *salt,
        hash,
    };
    Ok(doses.zip(salts).map(leaf).collect())
}
