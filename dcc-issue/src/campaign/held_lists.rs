//! The held people of a register, onto the lists of their communes.

use std::collections::HashMap;

use dcc_registry::{Bucket, CaseFilter, Registry, ScanFilter, StoreError, SubjectId, Timestamp};

use crate::eligibility::{EligibilityPolicy, EligibilityVerdict};
use crate::{HeldError, HeldRow, HeldWriter, SigningDirectory};

/// Subjects and cases read at once.
const PAGE: usize = 1000;

/// Why held lists could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeldListError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lists.
    #[error(transparent)]
    Held(#[from] HeldError),
}

/// Puts everybody whom `policy` holds at `at` onto the lists, bucket by bucket, in the order of
/// their ids. The policy is pure, so this is what a batch decided of the same register at the same
/// instant.
///
/// # Errors
///
/// [`HeldListError`].
pub async fn write_held_lists(
    registry: &dyn Registry,
    (policy, directory): (&dyn EligibilityPolicy, &SigningDirectory),
    at: Timestamp,
    writer: &mut HeldWriter<'_>,
) -> Result<(), HeldListError> {
    for bucket in Bucket::all() {
        let cases = open_cases(registry, bucket).await?;
        let mut after = None;
        loop {
            let filter = ScanFilter::all();
            let page = registry.scan(bucket, &filter, after, PAGE).await?;
            let ended = page.len() < PAGE;
            after = page.last().map(|subject| subject.record.id).or(after);
            for subject in &page {
                let decision = policy.decide(subject, directory, at);
                if let EligibilityVerdict::Held(_) = decision.verdict {
                    let reasons = decision.verdict.reasons();
                    let mut row = HeldRow::of(subject, &reasons);
                    row.case = cases.get(&subject.record.id).copied().unwrap_or(0);
                    writer.push(&row)?;
                }
            }
            if ended {
                break;
            }
        }
    }
    Ok(())
}

async fn open_cases(
    registry: &dyn Registry,
    bucket: Bucket,
) -> Result<HashMap<SubjectId, u32>, StoreError> {
    let mut cases = HashMap::new();
    let mut after = None;
    loop {
        let filter = CaseFilter::default();
        let page = registry.open_cases(bucket, &filter, after, PAGE).await?;
        let ended = page.len() < PAGE;
        after = page.last().map(|case| case.subject).or(after);
        cases.extend(page.into_iter().map(|case| (case.subject, case.number)));
        if ended {
            return Ok(cases);
        }
    }
}
