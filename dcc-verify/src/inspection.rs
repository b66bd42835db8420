//! What is asked of a certificate once its signature passed: key usage, times, and remarks on the
//! signer.

use dcc_codec::{Hcert, HealthHcert, SignedMessage};
use dcc_model::{EntryKind, HealthClaim, RejectCode, Remark, RemarkCode, Timestamp};
use dcc_registry::trust::TrustEntry;
use dcc_sign::TrustedKey;

use crate::policy::Policy;
use crate::question::CheckState;

/// What a verifier asks a certificate of any kind.
pub(crate) struct Facts<'a> {
    /// The usage a restricted key needs; `None` where only an unrestricted one will do.
    kind: Option<EntryKind>,
    claim: HealthClaim,
    issuer: Option<&'a str>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

/// A message whose signature is checked and whose facts are then judged.
pub(crate) trait Judged: SignedMessage {
    fn facts(&self) -> Facts<'_>;
    fn reading_remarks(&self) -> &[Remark];
}

impl Judged for Hcert {
    fn facts(&self) -> Facts<'_> {
        Facts {
            kind: Some(self.certificate().entry().kind()),
            claim: HealthClaim::Dcc,
            issuer: self.claims().issuer(),
            issued_at: self.claims().issued_at(),
            expires_at: Some(self.claims().expires_at()),
        }
    }

    fn reading_remarks(&self) -> &[Remark] {
        self.remarks()
    }
}

impl Judged for HealthHcert {
    fn facts(&self) -> Facts<'_> {
        Facts {
            kind: self.payload().usage(),
            claim: self.payload().claim(),
            issuer: self.claims().issuer(),
            issued_at: self.claims().issued_at(),
            expires_at: self.claims().expires_at(),
        }
    }

    fn reading_remarks(&self) -> &[Remark] {
        self.remarks()
    }
}

/// A signed certificate, its signer with what its list says, and the moment of the check.
pub(crate) struct Inspection<'a> {
    pub(crate) facts: Facts<'a>,
    pub(crate) signer: &'a TrustedKey,
    pub(crate) entry: Option<&'a TrustEntry>,
    pub(crate) now: Timestamp,
    pub(crate) remarks: &'a mut Vec<Remark>,
}

impl Inspection<'_> {
    /// May this key sign this kind of certificate? By its usages (HCERT annex A.4), and by its
    /// domain of WHO's network.
    pub(crate) fn key_usage(&self) -> CheckState {
        let usages = self.signer.usages();
        let allowed = match self.facts.kind {
            Some(kind) => usages.allows(kind),
            None => usages.is_unrestricted(),
        };
        if !allowed {
            return CheckState::Failed(RejectCode::KeyUsage);
        }
        match self.entry {
            Some(entry) if !entry.serves(self.facts.claim) => {
                CheckState::Failed(RejectCode::KeyDomain)
            }
            _ => CheckState::Passed,
        }
    }

    /// Is now within the claims (RFC 8392 sections 3.1.4 and 3.1.6) and within the signer's
    /// validity? A bare key has no validity of its own.
    pub(crate) fn time(&self, policy: &Policy) -> CheckState {
        let last = self
            .facts
            .expires_at
            .map(|last| last.saturating_add_seconds(policy.expiry_skew_seconds()));
        match last {
            Some(last) if self.now > last => return CheckState::Failed(RejectCode::Expired),
            None if !policy.takes_missing_expiry() => {
                return CheckState::Failed(RejectCode::CwtExpiryMissing);
            }
            _ => {}
        }
        let latest_issue = self.now.saturating_add_seconds(policy.issue_skew_seconds());
        let issued_at = self.facts.issued_at;
        if issued_at.is_some_and(|issued| issued > latest_issue) {
            return CheckState::Failed(RejectCode::NotYetValid);
        }
        match self.signer.validity() {
            Some((_, last)) if self.now > last => CheckState::Failed(RejectCode::CertExpired),
            Some((first, _)) if self.now < first => CheckState::Failed(RejectCode::CertNotYetValid),
            _ => CheckState::Passed,
        }
    }

    /// Remarks on the signer's certificate and on the clock.
    pub(crate) fn remark_signer(&mut self) {
        let Facts {
            issuer,
            issued_at,
            expires_at,
            ..
        } = self.facts;
        if expires_at == Some(self.now) {
            self.remarks
                .push(Remark::new(RemarkCode::ClockEqualsExpiry, "cwt.exp"));
        }
        if issued_at == Some(self.now) {
            self.remarks
                .push(Remark::new(RemarkCode::ClockEqualsIssue, "cwt.iat"));
        }
        let Some(dsc) = self.signer.certificate() else {
            return;
        };
        self.remarks.extend(dsc.findings().iter().cloned());
        if expires_at.is_some_and(|expires| expires > dsc.not_after()) {
            self.remarks
                .push(Remark::new(RemarkCode::ExpiryAfterDsc, "cwt.exp"));
        }
        if issued_at.is_some_and(|issued| issued < dsc.not_before()) {
            self.remarks
                .push(Remark::new(RemarkCode::IssueBeforeDsc, "cwt.iat"));
        }
        if let (Some(issuer), Some(country)) = (issuer, self.signer.country())
            && issuer != country
        {
            self.remarks
                .push(Remark::new(RemarkCode::IssuerNotDscCountry, "cwt.iss"));
        }
    }
}
