//! The verifier: text, time and trust in, verdict out. No I/O and no clock.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;

use dcc_codec::{DecodeFailure, Decoder, Hcert, Limits, Unverified};
use dcc_model::{RejectCode, Remark, Timestamp};
use dcc_sign::{CryptoProvider, HcertVerifier, SignatureFailure, TrustedKey, Verified};

use crate::chain;
use crate::inspection::Inspection;
use crate::policy::{Demand, Policy};
use crate::question::{CheckState, Checks, NotChecked, Question};
use crate::trust::TrustSnapshot;
use crate::verdict::{Content, Verdict};

/// Checks certificates offline against one trust snapshot under one policy.
///
/// Share it between threads; to change trust, make a new one.
#[derive(Debug)]
pub struct Verifier {
    decoder: Decoder,
    signatures: HcertVerifier,
    trust: TrustSnapshot,
    policy: Policy,
    /// SHA-256 of the document signers that chain to an anchor of their country.
    chained: BTreeSet<[u8; 32]>,
}

impl Verifier {
    /// A verifier with the default [`Limits`].
    ///
    /// Chains are checked here, once for each document signer whose country has an anchor in the
    /// snapshot.
    pub fn new(provider: CryptoProvider, trust: TrustSnapshot, policy: Policy) -> Self {
        let chained = chain::chained(&provider, &trust);
        Self {
            decoder: Decoder::new(Limits::default()),
            signatures: HcertVerifier::new(provider),
            trust,
            policy,
            chained,
        }
    }

    /// This verifier with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.decoder = Decoder::new(limits);
        self
    }

    /// The policy whose name stands in every verdict.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The snapshot this verifier trusts.
    pub const fn trust(&self) -> &TrustSnapshot {
        &self.trust
    }

    /// Checks the text of a QR code at `now`. A bad text is a verdict, never an error.
    pub fn verify(&self, hc1: &str, now: Timestamp) -> Verdict {
        self.judge(self.decoder.decode(hc1), now)
    }

    /// Checks COSE bytes as NFC, Bluetooth and HTTP carry them: without zlib, base45 and prefix.
    pub fn verify_cose(&self, message: &[u8], now: Timestamp) -> Verdict {
        self.judge(self.decoder.decode_cose(message), now)
    }

    fn judge(&self, decoded: Result<Unverified<Hcert>, DecodeFailure>, now: Timestamp) -> Verdict {
        let hcert = match decoded {
            Ok(hcert) => hcert,
            Err(failure) => return Verdict::unreadable(&self.policy, failure),
        };
        let remarks = hcert.dangerous_unverified().remarks().to_vec();
        match self.signatures.verify(hcert, &self.trust) {
            Ok(verified) => self.judge_signed(verified, remarks, now),
            Err(failure) => self.unsigned(*failure, remarks),
        }
    }

    fn unsigned(&self, failure: SignatureFailure, remarks: Vec<Remark>) -> Verdict {
        let code = failure.error().reject_code();
        let mut checks = Checks::all(CheckState::NotChecked(NotChecked::EarlierFailure));
        checks.record(Question::Signature, CheckState::Failed(code));
        self.switch_off(&mut checks);
        Verdict::new(
            &self.policy,
            checks,
            Some(code),
            remarks,
            Content::Unverified(failure.into_hcert()),
        )
    }

    fn judge_signed(
        &self,
        hcert: Verified<Hcert>,
        mut remarks: Vec<Remark>,
        now: Timestamp,
    ) -> Verdict {
        let signer = Arc::clone(hcert.signer());
        let mut inspection = Inspection {
            hcert: hcert.get(),
            signer: &signer,
            now,
            remarks: &mut remarks,
        };
        let mut checks = Checks::all(CheckState::NotChecked(NotChecked::NoData));
        checks.record(Question::Signature, CheckState::Passed);
        checks.record(Question::Trust, self.trust_state(&signer));
        checks.record(Question::KeyUsage, inspection.key_usage());
        checks.record(Question::Time, inspection.time(&self.policy));
        inspection.remark_signer();
        self.switch_off(&mut checks);
        let code = first_failure(&checks).or_else(|| self.strict_failure(&remarks));
        Verdict::new(
            &self.policy,
            checks,
            code,
            remarks,
            Content::Verified(hcert),
        )
    }

    fn trust_state(&self, signer: &TrustedKey) -> CheckState {
        let Some(certificate) = signer.certificate() else {
            return CheckState::Passed;
        };
        let must_chain = chain::has_anchor(&self.trust, certificate);
        if must_chain && !self.chained.contains(certificate.thumbprint()) {
            return CheckState::Failed(RejectCode::TrustNotChained);
        }
        CheckState::Passed
    }

    fn switch_off(&self, checks: &mut Checks) {
        for question in Question::ALL {
            if self.policy.demand(question) == Demand::Off {
                checks.record(question, CheckState::NotChecked(NotChecked::Off));
            }
        }
    }

    fn strict_failure(&self, remarks: &[Remark]) -> Option<RejectCode> {
        let deviates = self.policy.is_strict() && remarks.iter().any(Remark::is_deviation);
        deviates.then_some(RejectCode::StrictDeviation)
    }
}

fn first_failure(checks: &Checks) -> Option<RejectCode> {
    checks.iter().find_map(|(_, state)| match state {
        CheckState::Failed(code) => Some(code),
        _ => None,
    })
}
