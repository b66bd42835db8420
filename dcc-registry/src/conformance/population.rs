//! What callers of a population register rely on, for authors of adapters.

use alloc::sync::Arc;

use super::{Failure, equal, holds};
use crate::{
    PersonToken, PopulationAnswer, PopulationDetail, PopulationError, PopulationQuery,
    PopulationRegistry, PopulationReply,
};

/// How often a question is put again that the register could not answer.
const PATIENCE: usize = 50;

/// What the suite needs of an adapter: a register that knows somebody.
pub trait PopulationHarness: Sync {
    /// The register; it may be slow, limit its callers, and leave questions unanswered.
    fn register(&self) -> Arc<dyn PopulationRegistry>;

    /// Two people whom it knows, as it knows them.
    fn known(&self) -> [PopulationQuery; 2];

    /// A number that nobody has.
    fn unknown(&self) -> PopulationQuery;

    /// Waits, because the register asks to.
    fn wait(&self, seconds: u64);

    /// Runs a future on the adapter's runtime.
    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send;
}

/// The suite of [`PopulationRegistry`]: answers are the right questions' own, whatever the batch;
/// the detail is kept; asking again says the same.
///
/// # Errors
///
/// The first check that fails.
pub fn population<H: PopulationHarness>(harness: &H) -> Result<usize, Failure> {
    let checks = [right_answers, full_batches, the_same_again, nothing_asked];
    for check in checks {
        check(harness)?;
    }
    Ok(checks.len())
}

fn failed(check: &'static str, found: &impl core::fmt::Debug) -> Failure {
    Failure {
        check,
        found: format!("{found:?}"),
    }
}

/// The answers to at most a batch of questions; those left open are put again by themselves.
fn answers<H: PopulationHarness>(
    harness: &H,
    queries: &[PopulationQuery],
) -> Result<Vec<PopulationAnswer>, Failure> {
    let register = harness.register();
    let mut known: Vec<PopulationAnswer> = vec![PopulationAnswer::Unavailable; queries.len()];
    for _ in 0..PATIENCE {
        let open: Vec<usize> = (0..queries.len())
            .filter(|place| known.get(*place) == Some(&PopulationAnswer::Unavailable))
            .collect();
        let part: Vec<PopulationQuery> = open
            .iter()
            .filter_map(|place| queries.get(*place).cloned())
            .collect();
        if part.is_empty() {
            return Ok(known);
        }
        match harness.block_on(register.ask(&part)) {
            Ok(replies) => {
                let stray = replies.iter().any(|reply| reply.query >= part.len());
                holds(!stray, "no question is answered that was not asked")?;
                let mut places: Vec<usize> = replies.iter().map(|reply| reply.query).collect();
                places.sort_unstable();
                places.dedup();
                equal(
                    &places.len(),
                    &replies.len(),
                    "no question is answered twice",
                )?;
                let placed = PopulationReply::in_order(part.len(), replies);
                for (place, answer) in open.into_iter().zip(placed) {
                    if let Some(slot) = known.get_mut(place) {
                        *slot = answer;
                    }
                }
            }
            Err(PopulationError::RateLimited { seconds }) => harness.wait(seconds),
            Err(PopulationError::Unavailable) => {}
            Err(error) => return Err(failed("the register takes its client", &error)),
        }
    }
    Err(failed("every question is answered at last", &PATIENCE))
}

/// Whether an answer is what a register of this detail says of somebody whom it does not know so.
fn is_no(detail: PopulationDetail, answer: &PopulationAnswer) -> bool {
    match (detail, answer) {
        (PopulationDetail::YesNo, PopulationAnswer::Mismatch(rows)) => rows.is_empty(),
        (PopulationDetail::YesNo, _) => false,
        (_, answer) => matches!(
            answer,
            PopulationAnswer::Mismatch(_) | PopulationAnswer::NotFound
        ),
    }
}

fn token(answer: &PopulationAnswer) -> Result<Option<PersonToken>, Failure> {
    match answer {
        PopulationAnswer::Match(token) => Ok(*token),
        other => Err(failed("somebody known agrees", other)),
    }
}

fn right_answers<H: PopulationHarness>(harness: &H) -> Result<(), Failure> {
    let detail = harness.register().capabilities().detail;
    let [one, two] = harness.known();
    let mut renamed = one.clone();
    renamed.full_name = String::from("Không Phải Người Này");
    let tokens = [&one, &two].map(|query| {
        let found = answers(harness, core::slice::from_ref(query))?;
        found.first().map_or(Ok(None), token)
    });
    let [one, two] = tokens;
    let (one, two) = (one?, two?);
    holds(one.is_none() || one != two, "two people have two tokens")?;
    for (query, check) in [
        (
            renamed,
            "another name does not agree, and the detail is kept",
        ),
        (
            harness.unknown(),
            "an unknown number does not agree, and the detail is kept",
        ),
    ] {
        let found = answers(harness, &[query])?;
        holds(found.iter().all(|answer| is_no(detail, answer)), check)?;
    }
    Ok(())
}

/// As many questions as it takes, known and unknown by turns.
fn full_batches<H: PopulationHarness>(harness: &H) -> Result<(), Failure> {
    let capabilities = harness.register().capabilities();
    holds(capabilities.batch >= 1, "a batch holds a question")?;
    let [one, _] = harness.known();
    let turns = [one, harness.unknown()];
    let queries: Vec<PopulationQuery> = turns
        .iter()
        .cycle()
        .take(capabilities.batch.min(1_000))
        .cloned()
        .collect();
    for (place, answer) in answers(harness, &queries)?.iter().enumerate() {
        let right = match place % 2 {
            0 => matches!(answer, PopulationAnswer::Match(_)),
            _ => is_no(capabilities.detail, answer),
        };
        holds(right, "each answer is that of its own question")?;
    }
    Ok(())
}

fn the_same_again<H: PopulationHarness>(harness: &H) -> Result<(), Failure> {
    let mut queries = harness.known().to_vec();
    queries.push(harness.unknown());
    let batch = harness.register().capabilities().batch.max(1);
    for part in queries.chunks(batch) {
        let first = answers(harness, part)?;
        equal(
            &answers(harness, part)?,
            &first,
            "asked again it says the same",
        )?;
    }
    Ok(())
}

fn nothing_asked<H: PopulationHarness>(harness: &H) -> Result<(), Failure> {
    let register = harness.register();
    match harness.block_on(register.ask(&[])) {
        Ok(replies) => holds(replies.is_empty(), "no question, no answer"),
        Err(PopulationError::Refused) => Err(failed("the register takes its client", &())),
        Err(_) => Ok(()),
    }
}
