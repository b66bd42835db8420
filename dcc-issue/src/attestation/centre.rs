//! Verifying attestations at the centre, which holds no facility's key.

use std::collections::HashMap;

use dcc_registry::chain::{Authorities, ChainError, ChainVerifier};
use dcc_registry::{
    Act, Attestation, AttestationId, Attested, Delegation, Digest, DoseKey, DoseRef, Facility,
    FacilityCertificate, FacilityId, Leaf, LeafOutcome, Registry, StoreError, Timestamp,
};
use dcc_sign::{CryptoProvider, DocumentSigner};

use super::package::Package;
use crate::SigningDirectory;

/// Seconds that a facility's clock may be ahead.
const SKEW: i64 = 60;
/// Doses that are looked up at once.
const PAGE: usize = 2000;

/// Why the centre does not take an attestation as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// The facility whose doses they are, or the signer, is not in the directory.
    #[error("the facility is not in the directory")]
    FacilityUnknown,
    /// The facility takes no part yet on the day of signing (R85).
    #[error("the facility did not take part on the day of signing")]
    FacilityNotEnabled,
    /// The signer's certificate is not registered for it, or was taken back.
    #[error("the certificate is not registered for the signer, or was taken back")]
    CertificateNotRegistered,
    /// The registered certificate cannot be read, or may not sign.
    #[error("the registered certificate may not sign")]
    CertificateUnsuitable,
    /// It leads to no configured authority, or was not valid at the time of signing.
    #[error("{0}")]
    Chain(ChainError),
    /// The signature is not one of the certificate's key over this statement.
    #[error("the signature is wrong")]
    SignatureWrong,
    /// It claims to be signed in the future.
    #[error("it is signed at {signed_at}, after {now}")]
    InFuture {
        /// As it says itself.
        signed_at: Timestamp,
        /// When it arrived.
        now: Timestamp,
    },
    /// Another facility than the enterer signed, without a delegation by the enterer that was
    /// valid then; or a delegation is named where none is needed.
    #[error("the signer has no valid delegation by the entering facility")]
    DelegationNotValid,
}

/// An attestation whose signature, certificate and delegation the centre verified. Which of its
/// doses stand is told by [`AttestationCentre::accept`].
#[derive(Clone, Debug)]
pub struct VerifiedAttestation {
    package: Package,
    /// The delegation under which it was signed.
    delegation: Option<Delegation>,
}

impl VerifiedAttestation {
    /// The package.
    pub const fn package(&self) -> &Package {
        &self.package
    }

    fn covers(&self, located: &Located) -> bool {
        let signed_at = self.package.statement().signed_at;
        self.delegation
            .as_ref()
            .is_none_or(|delegation| delegation.covers(signed_at, located.date))
    }

    fn record(&self) -> Attestation {
        let statement = self.package.statement();
        let mut record = Attestation::new(
            self.package.bytes().to_vec(),
            statement.facility.clone(),
            statement.certificate,
            (statement.size, statement.root),
            statement.signed_at,
        );
        record.signer = statement.signer.clone();
        record.delegation.clone_from(&statement.delegation);
        record
    }
}

/// What became of one dose of an attestation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeafVerdict {
    /// As the store says.
    Stored(LeafOutcome),
    /// The delegation does not cover the dose's date (`delegation-not-valid`).
    OutOfScope,
}

impl LeafVerdict {
    /// Whether the dose version stands under this attestation now.
    pub const fn stands(self) -> bool {
        matches!(
            self,
            Self::Stored(LeafOutcome::Attested | LeafOutcome::Unchanged)
        )
    }
}

/// What became of an attestation that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acceptance {
    /// Its id.
    pub id: AttestationId,
    /// Of each dose, in the order of the tree.
    pub leaves: Vec<(DoseRef, LeafVerdict)>,
}

impl Acceptance {
    /// How many doses stand under it.
    pub fn standing(&self) -> usize {
        self.leaves.iter().filter(|(_, leaf)| leaf.stands()).count()
    }
}

/// A dose as the centre has it.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) key: DoseKey,
    pub(super) version: u32,
    pub(super) hash: Digest,
    pub(super) date: dcc_registry::civil::Date,
}

/// Verifies attestations: a provider and the authorities of facilities' certificates.
#[derive(Clone, Debug)]
pub struct AttestationCentre {
    provider: CryptoProvider,
    chain: ChainVerifier,
    authorities: Authorities,
    intermediates: Vec<DocumentSigner>,
}

/// An attestation that was not taken, by its place among those given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Its place.
    pub place: usize,
    /// Why.
    pub error: AttestationError,
}

impl AttestationCentre {
    /// A centre that trusts these authorities. It needs at least one to take anything.
    pub fn new(provider: CryptoProvider, authorities: Authorities) -> Self {
        Self {
            chain: ChainVerifier::new(provider.clone()),
            provider,
            authorities,
            intermediates: Vec::new(),
        }
    }

    /// This centre with certificates between facilities and authorities.
    #[must_use]
    pub fn with_intermediates(mut self, intermediates: Vec<DocumentSigner>) -> Self {
        self.intermediates = intermediates;
        self
    }

    /// The provider.
    pub const fn provider(&self) -> &CryptoProvider {
        &self.provider
    }

    /// Verifies who signed: the certificate is registered for the signer and not taken back at
    /// `now`, was valid at the time of signing and chains to an authority, made this signature;
    /// and where the signer is not the entering facility, that one delegated to it (vn/domain.md
    /// invariants 1 and 2).
    ///
    /// A certificate that was taken back by now is refused even where the statement says that it
    /// was signed before: that time is the signer's own word.
    ///
    /// # Errors
    ///
    /// [`AttestationError`]; see its variants.
    pub fn verify(
        &self,
        package: Package,
        directory: &SigningDirectory,
        now: Timestamp,
    ) -> Result<VerifiedAttestation, AttestationError> {
        self.verify_by(&mut Paths::default(), package, directory, now)
    }

    /// The same, with the certificates that were followed to an authority before.
    pub(super) fn verify_by(
        &self,
        paths: &mut Paths,
        package: Package,
        directory: &SigningDirectory,
        now: Timestamp,
    ) -> Result<VerifiedAttestation, AttestationError> {
        let statement = package.statement();
        let facility = |id: &FacilityId| directory.facility(id);
        let enterer = facility(&statement.facility).ok_or(AttestationError::FacilityUnknown)?;
        let signer = facility(&statement.signer).ok_or(AttestationError::FacilityUnknown)?;
        let signed_at = statement.signed_at;
        if enterer.enabled_from > signed_at.vietnam_date() {
            return Err(AttestationError::FacilityNotEnabled);
        }
        if signed_at > now.saturating_add_seconds(SKEW) {
            return Err(AttestationError::InFuture { signed_at, now });
        }
        let certificate = registered(signer, &statement.certificate, now)?;
        let certificate = paths.signer(self, certificate, signed_at)?;
        let delegation = delegation(&package, directory)?;
        let signed = &package.signed;
        let verified = signed.algorithm.verify(
            &self.provider,
            certificate,
            &signed.to_be_signed,
            &signed.signature,
        );
        if !verified {
            return Err(AttestationError::SignatureWrong);
        }
        Ok(VerifiedAttestation {
            package,
            delegation,
        })
    }

    /// Verifies packages, stores those that pass and marks the doses that stand under them.
    /// Repeating the call changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the same call again completes it. A package that does not pass spoils no
    /// other and is among the refused.
    pub async fn accept(
        &self,
        registry: &dyn Registry,
        directory: &SigningDirectory,
        act: &Act,
        packages: Vec<Package>,
    ) -> Result<(Vec<Acceptance>, Vec<Refused>), StoreError> {
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        let mut paths = Paths::default();
        for (place, package) in packages.into_iter().enumerate() {
            match self.verify_by(&mut paths, package, directory, act.at()) {
                Ok(verified) => {
                    let located = locate(registry, &verified.package).await?;
                    taken.push((verified, located));
                }
                Err(error) => refused.push(Refused { place, error }),
            }
        }
        Ok((settle(registry, act, taken).await?, refused))
    }
}

/// Signers' certificates that were read and followed to an authority, by hash and time of signing:
/// a pass signs many acts with few certificates.
#[derive(Debug, Default)]
pub(super) struct Paths(HashMap<(Digest, Timestamp), Result<DocumentSigner, AttestationError>>);

impl Paths {
    /// The certificate, which may sign and leads to an authority of the centre at `signed_at`.
    fn signer(
        &mut self,
        centre: &AttestationCentre,
        certificate: &FacilityCertificate,
        signed_at: Timestamp,
    ) -> Result<&DocumentSigner, AttestationError> {
        let known = self.0.entry((certificate.hash(), signed_at));
        let follow = || {
            let signer = DocumentSigner::from_der(&certificate.der)
                .ok()
                .filter(DocumentSigner::may_sign_hcerts)
                .ok_or(AttestationError::CertificateUnsuitable)?;
            let (others, authorities) = (&centre.intermediates, &centre.authorities);
            let path = centre
                .chain
                .verify_path(&signer, others, authorities, signed_at);
            path.map_err(AttestationError::Chain)?;
            Ok(signer)
        };
        known
            .or_insert_with(follow)
            .as_ref()
            .map_err(|error| *error)
    }
}

/// The signer's registered certificate with this hash.
fn registered<'f>(
    signer: &'f Facility,
    hash: &Digest,
    now: Timestamp,
) -> Result<&'f FacilityCertificate, AttestationError> {
    signer
        .certificates
        .iter()
        .find(|certificate| certificate.hash() == *hash)
        .filter(|certificate| certificate.revoked_at.is_none_or(|revoked| now < revoked))
        .ok_or(AttestationError::CertificateNotRegistered)
}

fn delegation(
    package: &Package,
    directory: &SigningDirectory,
) -> Result<Option<Delegation>, AttestationError> {
    let statement = package.statement();
    match (
        &statement.delegation,
        statement.signer == statement.facility,
    ) {
        (None, true) => Ok(None),
        (Some(reference), false) => {
            let granted = directory.delegations(&statement.facility);
            // Granted by the enterer itself, so that delegations cannot chain; its days and its
            // revocation here, its dose dates leaf by leaf.
            let found = granted.iter().find(|delegation| {
                delegation.grantee == statement.signer
                    && delegation.reference == *reference
                    && delegation.stands_at(statement.signed_at)
            });
            found
                .cloned()
                .map(Some)
                .ok_or(AttestationError::DelegationNotValid)
        }
        _ => Err(AttestationError::DelegationNotValid),
    }
}

/// The present versions of a package's doses, in the order of its leaves.
async fn locate(
    registry: &dyn Registry,
    package: &Package,
) -> Result<Vec<Option<Located>>, StoreError> {
    let mut found = Vec::with_capacity(package.leaves().len());
    for page in package.leaves().chunks(PAGE) {
        let refs: Vec<DoseRef> = page.iter().map(|leaf| leaf.dose_ref.clone()).collect();
        let owners = registry.by_dose(&refs).await?;
        let mut ids: Vec<_> = owners.iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let subjects = registry.subjects(&ids).await?;
        let doses = subjects
            .into_iter()
            .flatten()
            .flat_map(|subject| subject.doses);
        let mut doses: HashMap<DoseRef, Located> = doses
            .map(|dose| {
                let located = Located {
                    version: dose.version,
                    hash: dose.hash,
                    date: dose.content.date,
                    key: dose.key,
                };
                (located.key.dose_ref.clone(), located)
            })
            .collect();
        found.extend(page.iter().map(|leaf| doses.remove(&leaf.dose_ref)));
    }
    Ok(found)
}

/// Stores verified attestations and marks their doses. The store judges each dose once more in the
/// transaction: version, content, entering facility.
pub(super) async fn settle(
    registry: &dyn Registry,
    act: &Act,
    taken: Vec<(VerifiedAttestation, Vec<Option<Located>>)>,
) -> Result<Vec<Acceptance>, StoreError> {
    let records: Vec<Attestation> = taken.iter().map(|(one, _)| one.record()).collect();
    registry.put_attestations(act, &records).await?;
    let mut acceptances = Vec::with_capacity(taken.len());
    let (mut leaves, mut places) = (Vec::new(), Vec::new());
    for (which, ((verified, located), record)) in taken.iter().zip(&records).enumerate() {
        let mut verdicts = Vec::with_capacity(located.len());
        for (place, (leaf, located)) in verified.package.leaves().iter().zip(located).enumerate() {
            let verdict = match located {
                None => LeafVerdict::Stored(LeafOutcome::Missing),
                Some(located) if !verified.covers(located) => LeafVerdict::OutOfScope,
                Some(located) => {
                    let at = u64::try_from(place).unwrap_or(u64::MAX);
                    let at = Attested::new(record.id, at);
                    // Another system counts versions for itself; what was signed is the content.
                    let version = if located.hash == leaf.hash {
                        located.version
                    } else {
                        leaf.version
                    };
                    leaves.push(Leaf::new(at, located.key.clone(), version, leaf.hash));
                    places.push((which, place));
                    LeafVerdict::Stored(LeafOutcome::Lapsed)
                }
            };
            verdicts.push((leaf.dose_ref.clone(), verdict));
        }
        acceptances.push(Acceptance {
            id: record.id,
            leaves: verdicts,
        });
    }
    let outcomes = registry.attest(act, &leaves).await?;
    for ((which, place), outcome) in places.into_iter().zip(outcomes) {
        let leaf = acceptances
            .get_mut(which)
            .and_then(|acceptance| acceptance.leaves.get_mut(place));
        if let Some((_, verdict)) = leaf {
            *verdict = LeafVerdict::Stored(outcome);
        }
    }
    Ok(acceptances)
}
