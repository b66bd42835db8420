//! One person's whole history on one screen, in Vietnamese or English, and what the authenticated
//! person may see of it (R16, R62, R67).

mod lines;
#[cfg(test)]
mod tests;

use core::fmt;

use dcc_model::{Lang, Timestamp};
use dcc_registry::{
    CertificateId, DoseState, ReferenceKey, Registry, StoreError, SubjectHistory, SubjectId,
};

use crate::eligibility::{EligibilityDecision, EligibilityPolicy};
use crate::{RefusalCode, SigningDirectory};

/// Everything that is known of one person, and what would be decided about them now. `Debug`
/// prints none of it.
pub struct Explanation {
    history: SubjectHistory,
    decision: Option<EligibilityDecision>,
    at: Timestamp,
}

/// Finds a person by the platform's reference, or by a certificate's identifier (a text that
/// begins with `URN:UVCI:`, with or without that prefix's case).
///
/// # Errors
///
/// Those of the store.
pub async fn find_subject(
    (registry, key): (&dyn Registry, &ReferenceKey),
    reference: &str,
) -> Result<Option<SubjectId>, StoreError> {
    let is_certificate = reference
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("URN:UVCI:"));
    if is_certificate {
        let found = registry
            .by_certificate(&[CertificateId::new(reference)])
            .await?;
        return Ok(found.into_iter().flatten().next());
    }
    let id = key.subject_id(reference);
    let found = registry.subjects(&[id]).await?;
    Ok(found
        .into_iter()
        .flatten()
        .next()
        .map(|subject| subject.record.id))
}

impl Explanation {
    /// The history of a person and what `policy` says of them at `at`; `None` for an unknown one.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn of(
        registry: &dyn Registry,
        id: SubjectId,
        policy: &dyn EligibilityPolicy,
        at: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(history) = registry.history(id).await? else {
            return Ok(None);
        };
        let directory = SigningDirectory::read(registry).await?;
        let subject = registry.subjects(&[id]).await?.into_iter().flatten().next();
        let decision = subject.map(|subject| policy.decide(&subject, &directory, at));
        Ok(Some(Self {
            history,
            decision,
            at,
        }))
    }

    /// What the register holds.
    pub const fn history(&self) -> &SubjectHistory {
        &self.history
    }

    /// What the policy says now.
    pub const fn decision(&self) -> Option<&EligibilityDecision> {
        self.decision.as_ref()
    }

    /// The screen, for somebody who works on the record: personal data included.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        lines::of(self, lang)
    }

    /// The reasons for which there is no certificate now, empty where there is one.
    pub fn reasons(&self) -> &[RefusalCode] {
        self.decision
            .as_ref()
            .map_or(&[], |decision| decision.verdict.codes())
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("subject", &self.history.record.id)
            .finish_non_exhaustive()
    }
}

/// A person whose identity somebody vouches for: an app after its log-in, a clerk who saw the card.
/// Whoever makes one answers for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthenticatedCitizen(SubjectId);

impl AuthenticatedCitizen {
    /// The holder of `subject`, after their identity was established.
    pub const fn vouched_for(subject: SubjectId) -> Self {
        Self(subject)
    }
}

/// One of one's own doses.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnDose {
    /// The dose as it stands.
    pub dose: dcc_registry::DoseRecord,
    /// Why it does not count by itself.
    pub own_reason: Option<RefusalCode>,
}

impl fmt::Debug for OwnDose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnDose")
            .field("own_reason", &self.own_reason)
            .finish_non_exhaustive()
    }
}

/// What people see of their own record (R67): doses, certificate, and why there is none. Notes of
/// offices (lists, links, other people) are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnRecord {
    /// The doses that count or could, by date.
    pub doses: Vec<OwnDose>,
    /// The current certificate.
    pub certificate: Option<dcc_registry::CertificateRecord>,
    /// Why there is none, or no new one; the first is the main reason.
    pub reasons: Vec<RefusalCode>,
}

/// The own record of an authenticated person; `None` where the register does not know them.
///
/// # Errors
///
/// Those of the store.
pub async fn own_record(
    registry: &dyn Registry,
    who: AuthenticatedCitizen,
    policy: &dyn EligibilityPolicy,
    at: Timestamp,
) -> Result<Option<OwnRecord>, StoreError> {
    let Some(subject) = registry
        .subjects(&[who.0])
        .await?
        .into_iter()
        .flatten()
        .next()
    else {
        return Ok(None);
    };
    let directory = SigningDirectory::read(registry).await?;
    let decision = policy.decide(&subject, &directory, at);
    let own = |dose: &dcc_registry::DoseRecord| {
        let found = decision
            .doses
            .iter()
            .find(|known| known.dose_ref == dose.key.dose_ref);
        found.and_then(|known| known.own)
    };
    let doses = subject
        .doses
        .iter()
        .filter(|dose| dose.state == DoseState::Current);
    let doses = doses
        .map(|dose| OwnDose {
            dose: dose.clone(),
            own_reason: own(dose),
        })
        .collect();
    let reasons = decision.verdict.codes().to_vec();
    Ok(Some(OwnRecord {
        doses,
        certificate: subject.current,
        reasons,
    }))
}
