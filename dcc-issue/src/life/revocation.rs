//! Revocation by identifier and by key.

use dcc_registry::{
    Act, Bucket, CertificateId, Registry, Revocation, RevocationOutcome, RevocationReason,
    StoreError, SubjectId,
};

/// Identifiers that are looked up together.
const PAGE: usize = 500;

/// Revokes certificates by identifier, whose case makes no difference. The outcomes come in the
/// order asked, with the identifiers as they stand in the register.
///
/// The subject has no certificate until the next issue, which makes a new one if the subject is
/// still entitled to it: put the record right first.
///
/// # Errors
///
/// Those of the stores; the same call again completes it.
pub async fn revoke_certificates(
    registry: &dyn Registry,
    act: &Act,
    ids: &[CertificateId],
    reason: RevocationReason,
) -> Result<Vec<(CertificateId, RevocationOutcome)>, StoreError> {
    let mut answers = Vec::with_capacity(ids.len());
    for page in ids.chunks(PAGE) {
        let owners = registry.by_certificate(page).await?;
        let mut found = Vec::with_capacity(page.len());
        for (id, owner) in page.iter().zip(owners) {
            let stored = match owner {
                Some(subject) => as_stored(registry, subject, id).await?,
                None => None,
            };
            found.push(stored.map(|id| (owner, id)));
        }
        let items: Vec<Revocation> = found
            .iter()
            .flatten()
            .filter_map(|(owner, id)| {
                owner.map(|subject| Revocation::new(subject, id.clone(), reason))
            })
            .collect();
        let mut outcomes = registry.revoke(act, &items).await?.into_iter();
        for (asked, found) in page.iter().zip(found) {
            answers.push(match found {
                Some((_, id)) => (id, outcomes.next().unwrap_or(RevocationOutcome::Missing)),
                None => (asked.clone(), RevocationOutcome::Missing),
            });
        }
    }
    Ok(answers)
}

/// The identifier of the subject's certificate as it was written.
async fn as_stored(
    registry: &dyn Registry,
    subject: SubjectId,
    id: &CertificateId,
) -> Result<Option<CertificateId>, StoreError> {
    let history = registry.history(subject).await?;
    let certificates = history.map(|history| history.certificates);
    let same = |stored: &CertificateId| stored.as_str().eq_ignore_ascii_case(id.as_str());
    Ok(certificates
        .unwrap_or_default()
        .into_iter()
        .map(|record| record.intent.id)
        .find(same))
}

/// Revokes every certificate signed under a key id, in all buckets, and says how many subjects are
/// concerned. Who is to get a new one in the same run is a matter of
/// [`Purpose::ReplaceKey`](crate::central::Purpose::ReplaceKey).
///
/// # Errors
///
/// Those of the stores; the same call again completes it and counts the same.
pub async fn revoke_key(
    registry: &dyn Registry,
    act: &Act,
    kid: &[u8],
    reason: RevocationReason,
) -> Result<u64, StoreError> {
    let mut count = 0_u64;
    for bucket in Bucket::all() {
        let mut revoked: Vec<SubjectId> = registry
            .revoke_kid(act, bucket, kid, reason)
            .await?
            .into_iter()
            .map(|(subject, _)| subject)
            .collect();
        revoked.sort_unstable();
        revoked.dedup();
        count = count.saturating_add(u64::try_from(revoked.len()).unwrap_or(u64::MAX));
    }
    Ok(count)
}
