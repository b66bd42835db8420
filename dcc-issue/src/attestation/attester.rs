//! One pass over the register in which facilities sign what they entered and nobody signed yet.

use alloc::collections::BTreeMap;

use dcc_registry::{
    Act, Bucket, DoseRecord, DoseRef, FacilityId, LeafOutcome, Registry, ScanFilter, StoreError,
    Timestamp,
};

use dcc_sign::SignerError;

use super::centre::{
    AttestationCentre, AttestationError, LeafVerdict, Located, Paths, VerifiedAttestation, settle,
};
use super::facility_signer::{FacilitySigner, MakeError, salted};
use crate::{DoseSigner, RefusalCode, SigningDirectory};

/// Doses of one act (R25: "hàng ngàn người một lúc").
const ACT: usize = 10_000;
/// Doses that wait for their signature at most, so that acts are large: about 30 MiB.
const WAITING: usize = 200_000;
/// Doses that are signed before they are handed to the centre in one transaction: about 40 MiB.
const SETTLED: usize = 50_000;
/// Subjects read at once.
const PAGE: usize = 500;

/// Lets facilities whose keys are here sign their doses, act by act, and the centre verify each.
///
/// Memory is bounded whatever the register's size. A pass that was interrupted is repeated: doses
/// that stand under an attestation are not signed again.
#[derive(Debug)]
pub struct Attester<'a> {
    registry: &'a dyn Registry,
    centre: &'a AttestationCentre,
    directory: &'a SigningDirectory,
    signers: BTreeMap<FacilityId, &'a FacilitySigner>,
    only: Option<(FacilityId, FacilityId)>,
}

/// What a pass did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AttestReport {
    /// Acts signed and taken by the centre.
    pub acts: u64,
    /// Doses that stand under them.
    pub attested: u64,
    /// Doses that stood already.
    pub standing: u64,
    /// Doses that changed between signature and acceptance, or that another attestation took
    /// meanwhile.
    pub overtaken: u64,
    /// Doses that a known signer may sign whose key is not here.
    pub elsewhere: u64,
    /// Doses that nobody may sign, by why.
    pub unsigned: BTreeMap<RefusalCode, u64>,
    /// Signers that could not, with the first reason of each. Their doses stay as they are, and
    /// nobody else waits for them.
    pub failures: BTreeMap<FacilityId, AttestFailure>,
}

/// Why a signer's act did not come about.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttestFailure {
    /// The signature was not made.
    #[error("{0}")]
    Make(#[from] MakeError),
    /// The centre does not take it.
    #[error("{0}")]
    Refused(#[from] AttestationError),
}

/// Doses waiting for one signature: by enterer, signer, delegation.
type Waiting = BTreeMap<(FacilityId, DoseSigner), Vec<Located>>;

impl<'a> Attester<'a> {
    /// A pass over `registry` with these signers.
    pub fn new(
        registry: &'a dyn Registry,
        centre: &'a AttestationCentre,
        directory: &'a SigningDirectory,
        signers: impl IntoIterator<Item = &'a FacilitySigner>,
    ) -> Self {
        Self {
            registry,
            centre,
            directory,
            signers: signers
                .into_iter()
                .map(|signer| (signer.id().clone(), signer))
                .collect(),
            only: None,
        }
    }

    /// Only doses that `facility` entered, signed by `signer`: the facility itself, or another
    /// under one of the facility's delegations, whichever of them the directory would choose.
    #[must_use]
    pub fn only(mut self, facility: FacilityId, signer: FacilityId) -> Self {
        self.only = Some((facility, signer));
        self
    }

    /// Runs over `buckets`.
    ///
    /// # Errors
    ///
    /// Those of the stores; what was signed before stands, and the same call again goes on.
    pub async fn run(
        &self,
        act: &Act,
        buckets: impl IntoIterator<Item = Bucket> + Send,
    ) -> Result<AttestReport, StoreError> {
        let mut report = AttestReport::default();
        let mut waiting = Waiting::new();
        let mut count = 0_usize;
        let buckets: Vec<Bucket> = buckets.into_iter().collect();
        for bucket in buckets {
            let mut after = None;
            loop {
                let filter = ScanFilter::all();
                let page = self.registry.scan(bucket, &filter, after, PAGE).await?;
                after = page.last().map(|subject| subject.record.id);
                let ended = page.len() < PAGE;
                for dose in page.into_iter().flat_map(|subject| subject.doses) {
                    let added = self.sort(dose, act.at(), &mut waiting, &mut report);
                    count = count.saturating_add(usize::from(added));
                }
                if count >= WAITING {
                    self.flush(act, core::mem::take(&mut waiting), &mut report)
                        .await?;
                    count = 0;
                }
                if ended {
                    break;
                }
            }
        }
        self.flush(act, waiting, &mut report).await?;
        Ok(report)
    }

    /// Puts a dose where it waits for its signer. Says whether it waits.
    fn sort(
        &self,
        dose: DoseRecord,
        at: Timestamp,
        waiting: &mut Waiting,
        report: &mut AttestReport,
    ) -> bool {
        let entering = &dose.content.entering;
        if self.only.as_ref().is_some_and(|(only, _)| only != entering) {
            return false;
        }
        if dose.attested.is_some() {
            report.standing = report.standing.saturating_add(1);
            return false;
        }
        match self.signer_of(&dose, at) {
            Err(code) => {
                let count = report.unsigned.entry(code).or_default();
                *count = count.saturating_add(1);
                false
            }
            Ok(signer) if !self.signers.contains_key(&signer.signer) => {
                report.elsewhere = report.elsewhere.saturating_add(1);
                false
            }
            Ok(signer) => {
                let key = (entering.clone(), signer);
                waiting.entry(key).or_default().push(Located {
                    version: dose.version,
                    hash: dose.hash,
                    date: dose.content.date,
                    key: dose.key,
                });
                true
            }
        }
    }

    fn signer_of(&self, dose: &DoseRecord, at: Timestamp) -> Result<DoseSigner, RefusalCode> {
        let Some((facility, wanted)) = &self.only else {
            return self.directory.signer(&dose.content, at);
        };
        if facility == wanted {
            return Ok(DoseSigner::own(wanted.clone()));
        }
        self.directory
            .delegations(facility)
            .iter()
            .find(|one| one.grantee == *wanted && one.covers(at, dose.content.date))
            .map(|one| DoseSigner::delegate(wanted.clone(), one.reference.clone()))
            .ok_or(RefusalCode::DelegationNotValid)
    }

    /// Signs what waits, and hands it to the centre.
    async fn flush(
        &self,
        act: &Act,
        waiting: Waiting,
        report: &mut AttestReport,
    ) -> Result<(), StoreError> {
        let (mut taken, mut count) = (Vec::new(), 0_usize);
        let mut paths = Paths::default();
        for ((facility, by), doses) in waiting {
            for doses in doses.chunks(ACT) {
                match self
                    .sign(&mut paths, act.at(), (&facility, &by), doses)
                    .await
                {
                    Ok(verified) => {
                        taken.push((verified, doses.iter().cloned().map(Some).collect()));
                        count = count.saturating_add(doses.len());
                    }
                    Err(failure) => {
                        let of_signer = report.failures.entry(by.signer.clone());
                        of_signer.or_insert(failure);
                    }
                }
                if count >= SETTLED {
                    self.settle(act, core::mem::take(&mut taken), report)
                        .await?;
                    count = 0;
                }
            }
        }
        self.settle(act, taken, report).await
    }

    /// Hands signed acts to the centre.
    async fn settle(
        &self,
        act: &Act,
        taken: Vec<(VerifiedAttestation, Vec<Option<Located>>)>,
        report: &mut AttestReport,
    ) -> Result<(), StoreError> {
        if taken.is_empty() {
            return Ok(());
        }
        for acceptance in settle(self.registry, act, taken).await? {
            report.acts = report.acts.saturating_add(1);
            for (_, verdict) in acceptance.leaves {
                let counter = match verdict {
                    LeafVerdict::Stored(LeafOutcome::Attested) => &mut report.attested,
                    LeafVerdict::Stored(LeafOutcome::Unchanged) => &mut report.standing,
                    _ => &mut report.overtaken,
                };
                *counter = counter.saturating_add(1);
            }
        }
        Ok(())
    }

    async fn sign(
        &self,
        paths: &mut Paths,
        at: Timestamp,
        (facility, by): (&FacilityId, &DoseSigner),
        doses: &[Located],
    ) -> Result<VerifiedAttestation, AttestFailure> {
        let provider = self.centre.provider();
        let versions = doses.iter().map(|dose| -> (DoseRef, u32, _) {
            (dose.key.dose_ref.clone(), dose.version, dose.hash)
        });
        let leaves = salted(versions, provider).map_err(MakeError::from)?;
        // Only doses whose signer is here wait at all.
        let signer = self.signers.get(&by.signer);
        let signer = signer.ok_or(MakeError::Signer(SignerError::NoResult))?;
        let delegation = by.delegation.clone();
        let package = signer
            .sign(facility.clone(), delegation, leaves, (at, provider))
            .await?;
        let verified = self.centre.verify_by(paths, package, self.directory, at);
        Ok(verified?)
    }
}
