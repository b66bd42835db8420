//! The check of subjects against the population register (R42-R49, R58).
//!
//! What a record shows by itself (no number, a malformed one, a Vietnamese with only a passport) is
//! settled without asking. Everybody else is asked about in batches; the answer becomes the
//! subject's state and opens, renews or closes its cleaning case. A register that could not be
//! asked is no mismatch: its subjects wait as `pop-unavailable` and are asked again by
//! [`CheckOptions::pending`]. Foreigners are not asked about (R44-R46).

mod answer;
mod same_person;

use alloc::collections::BTreeMap;

use dcc_registry::{
    Act, Bucket, Identity, IdentityVersion, LookupKey, PopulationAnswer, PopulationError,
    PopulationQuery, PopulationRegistry, PopulationReply, ReferenceKey, Registry, ScanFilter,
    StoreError, Subject, SubjectId, VerificationOutcome, VerificationResult, VerificationState,
};

use crate::RefusalCode;
use answer::Question;

/// Subjects that are checked and recorded together.
const BATCH: usize = 2_000;
/// Whole batches that may fail one after the other before the run stops asking.
const FAILURES: u32 = 3;

/// Whom to check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckOptions {
    /// Subjects in these states.
    pub states: Vec<VerificationState>,
    /// Only these buckets; empty for all.
    pub buckets: Vec<Bucket>,
}

impl CheckOptions {
    /// Whoever was never asked about, or changed since, and whoever could not be asked about.
    pub fn pending() -> Self {
        Self {
            states: vec![VerificationState::NotSent, VerificationState::Unavailable],
            buckets: Vec::new(),
        }
    }

    /// Also whoever the register did not agree about: it may have been completed since (R58).
    pub fn again() -> Self {
        let mut options = Self::pending();
        options.states.extend([
            VerificationState::Mismatch,
            VerificationState::NotFound,
            VerificationState::Ambiguous,
            VerificationState::SamePerson,
        ]);
        options
    }
}

/// What a check did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// Subjects by the state they are in now, of those looked at.
    pub states: BTreeMap<VerificationState, u64>,
    /// Questions put to the register.
    pub asked: u64,
    /// Subjects that changed while they were asked about; the next check finds them.
    pub outdated: u64,
    /// Why the run stopped before the end, if it did.
    pub stopped: Option<CheckStop>,
}

impl CheckReport {
    /// Subjects looked at.
    pub fn subjects(&self) -> u64 {
        self.states
            .values()
            .fold(self.outdated, |sum, count| sum.saturating_add(*count))
    }

    /// Subjects in `state`.
    pub fn in_state(&self, state: VerificationState) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }
}

/// Why a check stopped early. Whoever was not reached is checked by the next
/// [`CheckOptions::pending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckStop {
    /// The register asks to wait this long.
    RateLimited {
        /// Seconds.
        seconds: u64,
    },
    /// The register failed several times in a row.
    Unavailable,
}

/// Why a check could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The population register refuses to be asked.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

/// Checks the subjects that `options` name, bucket by bucket, and records the answers. `progress`
/// is told after every batch.
///
/// Safe to repeat and to interrupt: whatever was recorded stands, the rest is found again.
///
/// # Errors
///
/// [`CheckError`]. What was recorded before stands.
pub async fn check(
    (registry, key): (&dyn Registry, &ReferenceKey),
    population: &dyn PopulationRegistry,
    options: &CheckOptions,
    act: &Act,
    progress: &mut (dyn FnMut(&CheckReport) + Send),
) -> Result<CheckReport, CheckError> {
    let mut run = Check {
        registry,
        population,
        key,
        act,
        report: CheckReport::default(),
        failures: 0,
    };
    let filter = ScanFilter::in_states(options.states.clone());
    let buckets: Vec<Bucket> = if options.buckets.is_empty() {
        Bucket::all().collect()
    } else {
        options.buckets.clone()
    };
    let mut waiting: Vec<Subject> = Vec::new();
    for bucket in buckets {
        let mut after = None;
        loop {
            let room = BATCH.saturating_sub(waiting.len()).max(1);
            let page = registry.scan(bucket, &filter, after, room).await?;
            let ended = page.len() < room;
            after = page.last().map(|subject| subject.record.id).or(after);
            waiting.extend(page.into_iter().filter(is_open_question));
            if waiting.len() >= BATCH {
                run.batch(core::mem::take(&mut waiting)).await?;
                progress(&run.report);
                if run.report.stopped.is_some() {
                    return Ok(run.report);
                }
            }
            if ended {
                break;
            }
        }
    }
    run.batch(waiting).await?;
    progress(&run.report);
    Ok(run.report)
}

/// Rows that contradict each other are settled by the facility, not by asking.
fn is_open_question(subject: &Subject) -> bool {
    let conflict = RefusalCode::SubjectConflict.reason();
    !subject.record.verification.reasons.contains(&conflict)
}

struct Check<'r> {
    registry: &'r dyn Registry,
    population: &'r dyn PopulationRegistry,
    key: &'r ReferenceKey,
    act: &'r Act,
    report: CheckReport,
    failures: u32,
}

/// A subject of a batch with its new state.
struct Checked {
    id: SubjectId,
    identity: Identity,
    version: u32,
    state: VerificationState,
    reasons: Vec<dcc_registry::ReasonCode>,
    /// Whom the register named.
    person: Option<LookupKey>,
}

impl Check<'_> {
    async fn batch(&mut self, subjects: Vec<Subject>) -> Result<(), CheckError> {
        if subjects.is_empty() {
            return Ok(());
        }
        let mut checked: Vec<Checked> = Vec::with_capacity(subjects.len());
        let mut open: Vec<(usize, PopulationQuery, Vec<dcc_registry::ReasonCode>)> = Vec::new();
        for subject in subjects {
            let current = IdentityVersion::of(&subject.record);
            let (state, reasons) = match Question::of(&current.identity) {
                Question::Settled(state, codes) => {
                    (state, codes.iter().map(|code| code.reason()).collect())
                }
                Question::Ask(query, guesses) => {
                    open.push((checked.len(), query, guesses));
                    (VerificationState::NotSent, Vec::new())
                }
            };
            checked.push(Checked {
                id: subject.record.id,
                identity: current.identity,
                version: current.version,
                state,
                reasons,
                person: None,
            });
        }
        let reached = self.ask(&open, &mut checked).await?;
        // Whoever was not asked about any more stays as it was.
        if let Some(unasked) = open.get(reached..) {
            let places: Vec<usize> = unasked.iter().map(|(place, ..)| *place).collect();
            let mut place = 0_usize;
            checked.retain(|_| {
                let keep = !places.contains(&place);
                place = place.saturating_add(1);
                keep
            });
        }
        same_person::mark(self.registry, self.key, &mut checked).await?;
        self.record(&checked).await
    }

    /// Asks the questions in order; says how many were put before the run had to stop.
    async fn ask(
        &mut self,
        open: &[(usize, PopulationQuery, Vec<dcc_registry::ReasonCode>)],
        checked: &mut [Checked],
    ) -> Result<usize, CheckError> {
        let mut reached = 0_usize;
        for part in open.chunks(self.population.capabilities().batch.max(1)) {
            if self.report.stopped.is_some() {
                break;
            }
            let queries: Vec<PopulationQuery> =
                part.iter().map(|(_, query, _)| query.clone()).collect();
            let answers = self.answers(&queries).await?;
            reached = reached.saturating_add(part.len());
            for ((place, _, guesses), answer) in part.iter().zip(answers) {
                if let Some(subject) = checked.get_mut(*place) {
                    (subject.state, subject.reasons) = answer::state_of(&answer, guesses);
                    subject.person = answer::person_of(&answer, self.key);
                }
            }
        }
        Ok(reached)
    }

    async fn answers(
        &mut self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationAnswer>, CheckError> {
        self.report.asked = self.report.asked.saturating_add(count(queries.len()));
        match self.population.ask(queries).await {
            Ok(replies) => {
                self.failures = 0;
                return Ok(PopulationReply::in_order(queries.len(), replies));
            }
            Err(PopulationError::RateLimited { seconds }) => {
                self.report.stopped = Some(CheckStop::RateLimited { seconds });
            }
            Err(PopulationError::Unavailable) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= FAILURES {
                    self.report.stopped = Some(CheckStop::Unavailable);
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(vec![PopulationAnswer::Unavailable; queries.len()])
    }

    async fn record(&mut self, checked: &[Checked]) -> Result<(), CheckError> {
        let results: Vec<VerificationResult> = checked
            .iter()
            .map(|subject| {
                let about = (subject.id, subject.version, subject.state);
                let reasons = subject.reasons.clone();
                let mut result = VerificationResult::new(about.0, about.1, about.2, reasons);
                result.person = subject.person;
                result
            })
            .collect();
        let outcomes = self.registry.record(self.act, &results).await?;
        for (result, outcome) in results.iter().zip(outcomes) {
            let counter = match outcome {
                VerificationOutcome::Recorded | VerificationOutcome::Unchanged => {
                    self.report.states.entry(result.state).or_default()
                }
                _ => &mut self.report.outdated,
            };
            *counter = counter.saturating_add(1);
        }
        Ok(())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
