//! The rule of an issue: document signer, policy, profile.

use alloc::sync::Arc;

use dcc_registry::{Act, Batch, BatchId, Digest, Registry, StoreError, Timestamp};
use dcc_sign::{CryptoProvider, HcertSigner, Validity};

use super::error::CentralError;
use super::purpose::Profile;
use crate::SigningDirectory;
use crate::eligibility::EligibilityPolicy;

/// Everything by which certificates are decided and signed; shared by all workers of a batch.
#[derive(Clone, Debug)]
pub struct CentralSigner {
    pub(super) hcert: HcertSigner,
    pub(super) policy: Arc<dyn EligibilityPolicy>,
    pub(super) directory: Arc<SigningDirectory>,
    pub(super) provider: CryptoProvider,
    pub(super) profile: Profile,
    pub(super) country: String,
    pub(super) issuer: String,
    pub(super) validity: Validity,
}

impl CentralSigner {
    /// Signs as Vietnam does: country VN, issuer `Bộ Y tế`, profile `eu`, twelve months.
    ///
    /// The provider makes the random bytes of the identifiers.
    pub fn new(
        hcert: HcertSigner,
        policy: Arc<dyn EligibilityPolicy>,
        directory: Arc<SigningDirectory>,
        provider: CryptoProvider,
    ) -> Self {
        Self {
            hcert,
            policy,
            directory,
            provider,
            profile: Profile::default(),
            country: String::from("VN"),
            issuer: String::from("Bộ Y tế"),
            validity: Validity::default(),
        }
    }

    /// With another profile.
    #[must_use]
    pub const fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// With another issuer's name, `is` (requirements T3).
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// With another country, two capital letters.
    #[must_use]
    pub fn with_country(mut self, country: impl Into<String>) -> Self {
        self.country = country.into();
        self
    }

    /// With another validity.
    #[must_use]
    pub const fn with_validity(mut self, validity: Validity) -> Self {
        self.validity = validity;
        self
    }

    /// The document signer.
    pub const fn hcert_signer(&self) -> &HcertSigner {
        &self.hcert
    }

    /// The policy.
    pub fn policy(&self) -> &dyn EligibilityPolicy {
        &*self.policy
    }

    /// The profile.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The name of the policy with its version, as batches keep it.
    pub fn policy_name(&self) -> String {
        format!("{}/{}", self.policy.name(), self.policy.version())
    }

    /// Opens the batch over inputs of this hash, or finds it where it was opened before (design
    /// decision 13: its key is the hash of the normalised inputs, the policy and the profile).
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn open_batch(
        &self,
        registry: &dyn Registry,
        act: &Act,
        inputs: &Digest,
    ) -> Result<Batch, StoreError> {
        let policy = self.policy_name();
        let profile = self.profile.word();
        let key = format!("dcc-batch-1\0{inputs}\0{policy}\0{profile}");
        let id = BatchId::new(Digest::of(key.as_bytes()));
        let batch = Batch::new(id, policy, profile.to_owned(), act.at());
        registry.open_batch(act, &batch).await
    }

    /// The end of a certificate that is issued at `issued_at` (design decision 6).
    ///
    /// # Errors
    ///
    /// [`CentralError::Validity`] where the document signer ends too soon or begins too late,
    /// [`CentralError::PolicyNotInForce`].
    pub fn expiry(&self, issued_at: Timestamp) -> Result<Timestamp, CentralError> {
        let from = self.policy.in_force_from();
        if issued_at.vietnam_date().is_none_or(|day| day < from) {
            return Err(CentralError::PolicyNotInForce { from });
        }
        let certificate = self.hcert.certificate();
        if issued_at < certificate.not_before() {
            let code = dcc_model::RemarkCode::IssueBeforeDsc;
            let remark = dcc_model::Remark::new(code, "cwt.iat");
            return Err(CentralError::Validity(Box::new(remark)));
        }
        self.validity
            .expiry(issued_at, certificate.not_after())
            .map_err(|remark| CentralError::Validity(Box::new(remark)))
    }
}
