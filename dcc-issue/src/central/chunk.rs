//! Some subjects of leased buckets, from the decision to the published certificate.

use alloc::collections::BTreeSet;

use dcc_registry::{
    Act, BatchId, Bucket, CertificateId, CertificateRecord, CertificateState, Column, Columns,
    Completion, Decision, Lease, Occasion, PublishOutcome, Registry, Reservation, ReserveOutcome,
    StoreError, StoreErrorKind, Subject, SubjectId, Timestamp, Verdict,
};
use dcc_sign::{Prepared, SignError};

use super::draft::{Wanted, occasion};
use super::error::CentralError;
use super::purpose::Purpose;
use super::signer::CentralSigner;
use crate::RefusalCode;
use crate::eligibility::{EligibilityDecision, EligibilityVerdict};

/// How often subjects that changed under way are looked at again.
const ROUNDS: usize = 4;

/// What a worker works with.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) signer: &'a CentralSigner,
    pub(super) registry: &'a dyn Registry,
    pub(super) act: &'a Act,
    pub(super) leases: &'a [Lease],
    pub(super) batch: BatchId,
    pub(super) purpose: &'a Purpose,
    pub(super) expires_at: Timestamp,
}

/// What became of the subjects.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) subjects: Columns,
    /// Buckets whose leases were lost.
    pub(super) fenced: BTreeSet<Bucket>,
}

/// What is to be written about the subjects of one round.
#[derive(Debug, Default)]
struct Plan {
    /// Decisions that make no certificate.
    decisions: Vec<Decision>,
    /// Open intents that are of no use any more.
    abandon: Vec<(SubjectId, CertificateId)>,
    /// Certificates to be reserved, with what the policy saw.
    wanted: Vec<(Wanted, EligibilityDecision)>,
    /// Reserved before: their stored bytes are signed.
    to_sign: Vec<(SubjectId, CertificateId, Prepared)>,
    /// Signed before.
    signed: Vec<Completion>,
    /// To be looked at again.
    again: BTreeSet<SubjectId>,
}

impl Plan {
    /// Takes up an intent where it stands.
    fn resume(&mut self, open: CertificateRecord) -> Result<(), StoreError> {
        let (subject, id) = (open.subject(), open.id().clone());
        match (open.state, open.hc1) {
            (CertificateState::Reserved, _) => {
                let prepared = Prepared::from_to_be_signed(&open.intent.to_be_signed)
                    .map_err(|_| corrupt("to_be_signed"))?;
                self.to_sign.push((subject, id, prepared));
            }
            (_, Some(hc1)) => self.signed.push(Completion::new(subject, id, hc1)),
            (_, None) => return Err(corrupt("hc1")),
        }
        Ok(())
    }
}

const fn corrupt(about: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt).about(about)
}

impl Chunk<'_> {
    /// Works through `subjects`.
    pub(super) async fn work(&self, subjects: Vec<Subject>) -> Result<Done, CentralError> {
        let mut done = Done::default();
        let mut subjects = subjects;
        for _ in 0..ROUNDS {
            let again = self.round(subjects, &mut done).await?;
            if again.is_empty() {
                return Ok(done);
            }
            let ids: Vec<SubjectId> = again.into_iter().collect();
            let found = self.registry.subjects(&ids).await?;
            subjects = found.into_iter().flatten().collect();
        }
        if subjects.is_empty() {
            return Ok(done);
        }
        let count = subjects.len();
        Err(CentralError::Unsettled { count })
    }

    async fn round(
        &self,
        subjects: Vec<Subject>,
        done: &mut Done,
    ) -> Result<BTreeSet<SubjectId>, CentralError> {
        let mut plan = Plan::default();
        for subject in subjects {
            self.judge(subject, &mut plan)?;
        }
        if !plan.abandon.is_empty() {
            let registry = self.registry;
            registry
                .abandon(self.act, self.leases, &plan.abandon)
                .await?;
        }
        self.reserve(&mut plan, done).await?;
        self.record(&plan.decisions, done).await?;
        let failure = self.sign(&mut plan).await;
        self.publish(&mut plan, done).await?;
        failure.map_or(Ok(plan.again), Err)
    }

    /// Decides what is to be done about one subject.
    fn judge(&self, subject: Subject, plan: &mut Plan) -> Result<(), StoreError> {
        let at = self.act.at();
        let signer = self.signer;
        let mut decision = signer.policy.decide(&subject, &signer.directory, at);
        let reasons = decision.verdict.reasons();
        let verdict = match &mut decision.verdict {
            EligibilityVerdict::Eligible(entitlement) => {
                let same = subject.current.as_ref().filter(|current| {
                    signer
                        .profile
                        .says_the_same(current, &subject.record, entitlement)
                });
                let due = same.is_some_and(|current| self.purpose.renews(current, at));
                match same {
                    Some(current) if !due => Verdict::Unchanged(current.id().clone()),
                    renewed => {
                        let renewed = renewed.map(CertificateRecord::id);
                        let basis = signer.basis(&entitlement.content, renewed);
                        let occasion = match (self.purpose, renewed) {
                            (_, Some(_)) => Occasion::Renewal,
                            (Purpose::ReplaceKey { .. }, None) if subject.current.is_none() => {
                                Occasion::KeyReplaced
                            }
                            (_, None) => occasion(&subject, entitlement),
                        };
                        let wanted = Wanted {
                            entitlement: entitlement.clone(),
                            basis,
                            occasion,
                            subject: subject.record,
                        };
                        return self.want(wanted, decision, subject.open, plan);
                    }
                }
            }
            EligibilityVerdict::Held(_) => Verdict::Held(reasons),
            EligibilityVerdict::Refused(_) => Verdict::Refused(reasons),
        };
        if let Some(open) = subject.open {
            plan.abandon.push((open.subject(), open.id().clone()));
        }
        plan.decisions
            .push(self.decision(subject.record.id, &decision, verdict));
        Ok(())
    }

    /// Takes up the open intent if it is the wanted one, and reserves a new one otherwise.
    fn want(
        &self,
        wanted: Wanted,
        decision: EligibilityDecision,
        open: Option<CertificateRecord>,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let Some(open) = open else {
            plan.wanted.push((wanted, decision));
            return Ok(());
        };
        let kid = self.signer.hcert.certificate().kid().as_bytes();
        let still_wanted = open.intent.basis == wanted.basis
            && open.intent.revision == wanted.subject.revision
            && open.intent.kid == kid;
        if !still_wanted {
            plan.abandon.push((open.subject(), open.id().clone()));
            plan.wanted.push((wanted, decision));
            return Ok(());
        }
        if open.intent.batch != self.batch {
            // Another batch decided on it; in this one it counts as standing already.
            let verdict = Verdict::Unchanged(open.id().clone());
            plan.decisions
                .push(self.decision(wanted.subject.id, &decision, verdict));
        }
        plan.resume(open)
    }

    fn decision(
        &self,
        subject: SubjectId,
        decision: &EligibilityDecision,
        verdict: Verdict,
    ) -> Decision {
        let columns = decision.dose_columns(verdict.column());
        let key = (self.batch, decision.inputs);
        let mut record = Decision::new(key, subject, verdict, 0, self.act.at());
        record.doses = columns;
        record
    }

    /// Fixes identifiers and bytes, and writes the intents.
    async fn reserve(&self, plan: &mut Plan, done: &mut Done) -> Result<(), CentralError> {
        let wanted = core::mem::take(&mut plan.wanted);
        if wanted.is_empty() {
            return Ok(());
        }
        let mut random = vec![0; wanted.len().saturating_mul(16)];
        self.signer.provider.fill_random(&mut random)?;
        let (random, _) = random.as_chunks::<16>();
        let times = (self.act.at(), self.expires_at);
        let (mut items, mut drafts) = (Vec::new(), Vec::new());
        for ((wanted, decision), random) in wanted.into_iter().zip(random) {
            match self.signer.draft(&wanted, self.batch, *random, times) {
                Ok((intent, prepared)) => {
                    let doses = decision.dose_columns(Column::Issued);
                    let id = intent.id.clone();
                    items.push(Reservation::new(intent, doses, decision.inputs));
                    drafts.push((wanted.subject.id, id, prepared));
                }
                Err(code) => plan
                    .decisions
                    .push(self.held(wanted.subject.id, &decision, code)),
            }
        }
        let registry = self.registry;
        let outcomes = registry.reserve(self.act, self.leases, &items).await?;
        for (draft, outcome) in drafts.into_iter().zip(outcomes) {
            let subject = draft.0;
            match outcome {
                ReserveOutcome::Reserved => plan.to_sign.push(draft),
                ReserveOutcome::Existing(record) if record.state.is_open() => {
                    plan.resume(*record)?;
                }
                ReserveOutcome::Fenced => {
                    done.fenced.insert(subject.bucket());
                }
                // There is no such subject any more, which nothing in the register does.
                ReserveOutcome::Missing => return Err(corrupt("subject").into()),
                // Published meanwhile, another intent, a change, an identifier that is taken.
                _ => {
                    plan.again.insert(subject);
                }
            }
        }
        Ok(())
    }

    fn held(
        &self,
        subject: SubjectId,
        decision: &EligibilityDecision,
        code: RefusalCode,
    ) -> Decision {
        self.decision(subject, decision, Verdict::Held(vec![code.reason()]))
    }

    async fn record(&self, decisions: &[Decision], done: &mut Done) -> Result<(), StoreError> {
        if decisions.is_empty() {
            return Ok(());
        }
        let registry = self.registry;
        let recorded = registry.decide(self.act, self.leases, decisions).await?;
        for (decision, recorded) in decisions.iter().zip(recorded) {
            if recorded {
                done.subjects.add(decision.verdict.column(), 1);
            } else {
                done.fenced.insert(decision.subject.bucket());
            }
        }
        Ok(())
    }

    /// Signs what is reserved, in one call of the signer. What is not signed stays reserved.
    async fn sign(&self, plan: &mut Plan) -> Option<CentralError> {
        let to_sign = core::mem::take(&mut plan.to_sign);
        if to_sign.is_empty() {
            return None;
        }
        let mut keys = Vec::with_capacity(to_sign.len());
        let mut batch = Vec::with_capacity(to_sign.len());
        for (subject, id, prepared) in to_sign {
            keys.push((subject, id));
            batch.push(prepared);
        }
        let mut failures: Vec<SignError> = Vec::new();
        let results = self.signer.hcert.sign(&batch, None).await;
        for ((subject, id), result) in keys.into_iter().zip(results) {
            match result {
                Ok(signed) => {
                    let text = signed.text().to_owned();
                    plan.signed.push(Completion::new(subject, id, text));
                }
                Err(error) => failures.push(error),
            }
        }
        let count = failures.len();
        let first = failures.into_iter().next()?;
        Some(CentralError::Signing { count, first })
    }

    /// Stores the signed texts and makes them current.
    async fn publish(&self, plan: &mut Plan, done: &mut Done) -> Result<(), StoreError> {
        let signed = core::mem::take(&mut plan.signed);
        if signed.is_empty() {
            return Ok(());
        }
        let registry = self.registry;
        let outcomes = registry.issue(self.act, self.leases, &signed).await?;
        for (item, outcome) in signed.iter().zip(outcomes) {
            match outcome {
                PublishOutcome::Published { .. } | PublishOutcome::AlreadyPublished => {
                    done.subjects.add(Column::Issued, 1);
                }
                PublishOutcome::Fenced => {
                    done.fenced.insert(item.subject.bucket());
                }
                // The subject changed after the decision: it is decided anew.
                _ => {
                    plan.again.insert(item.subject);
                }
            }
        }
        Ok(())
    }
}

impl Purpose {
    /// Whether a certificate that says the right things is made anew all the same.
    fn renews(&self, current: &CertificateRecord, at: Timestamp) -> bool {
        let expires_at = current.intent.expires_at;
        match self {
            Self::Renew(window) => window.is_due(current.id().as_str(), expires_at, at),
            _ => expires_at <= at,
        }
    }
}
