//! What is asked of a certificate once its signature passed: key usage, times, and remarks on the
//! signer.

use dcc_codec::Hcert;
use dcc_model::{RejectCode, Remark, RemarkCode, Timestamp};
use dcc_sign::TrustedKey;

use crate::policy::Policy;
use crate::question::CheckState;

/// A signed certificate, its signer, and the moment of the check.
pub(crate) struct Inspection<'a> {
    pub(crate) hcert: &'a Hcert,
    pub(crate) signer: &'a TrustedKey,
    pub(crate) now: Timestamp,
    pub(crate) remarks: &'a mut Vec<Remark>,
}

impl Inspection<'_> {
    /// May this key sign this kind of certificate? (HCERT annex A.4)
    pub(crate) fn key_usage(&self) -> CheckState {
        let kind = self.hcert.certificate().entry().kind();
        if self.signer.usages().allows(kind) {
            CheckState::Passed
        } else {
            CheckState::Failed(RejectCode::KeyUsage)
        }
    }

    /// Is now within the claims (RFC 8392 sections 3.1.4 and 3.1.6) and within the signer's
    /// validity? A bare key has no validity of its own.
    pub(crate) fn time(&self, policy: &Policy) -> CheckState {
        let claims = self.hcert.claims();
        let last = claims
            .expires_at()
            .saturating_add_seconds(policy.expiry_skew_seconds());
        if self.now > last {
            return CheckState::Failed(RejectCode::Expired);
        }
        let latest_issue = self.now.saturating_add_seconds(policy.issue_skew_seconds());
        if claims
            .issued_at()
            .is_some_and(|issued| issued > latest_issue)
        {
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
        let claims = self.hcert.claims();
        if claims.expires_at() == self.now {
            self.remarks
                .push(Remark::new(RemarkCode::ClockEqualsExpiry, "cwt.exp"));
        }
        if claims.issued_at() == Some(self.now) {
            self.remarks
                .push(Remark::new(RemarkCode::ClockEqualsIssue, "cwt.iat"));
        }
        let Some(dsc) = self.signer.certificate() else {
            return;
        };
        self.remarks.extend(dsc.findings().iter().cloned());
        if claims.expires_at() > dsc.not_after() {
            self.remarks
                .push(Remark::new(RemarkCode::ExpiryAfterDsc, "cwt.exp"));
        }
        if claims
            .issued_at()
            .is_some_and(|issued| issued < dsc.not_before())
        {
            self.remarks
                .push(Remark::new(RemarkCode::IssueBeforeDsc, "cwt.iat"));
        }
        if let (Some(issuer), Some(country)) = (claims.issuer(), self.signer.country())
            && issuer != country
        {
            self.remarks
                .push(Remark::new(RemarkCode::IssuerNotDscCountry, "cwt.iss"));
        }
    }
}
