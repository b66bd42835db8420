//! The verifier: text, time and trust in, verdict out. No I/O and no clock.

use alloc::sync::Arc;

use dcc_codec::{DecodeFailure, Decoder, HealthHcert, Limits, Unverified};
use dcc_model::{RejectCode, Remark, Timestamp};
use dcc_registry::trust::{ChainState, SnapshotKey, TrustHandle, TrustSnapshot};
use dcc_sign::{CryptoProvider, HcertVerifier, SignatureFailure, TrustedKey, Verified};

use crate::inspection::{Inspection, Judged};
use crate::policy::{Demand, Policy};
use crate::question::{CheckState, Checks, NotChecked, Question};
use crate::verdict::{Content, Verdict};

/// Checks certificates offline against one trust snapshot under one policy.
///
/// Share it between threads. An updater puts a new snapshot in place by
/// [`replace_trust`](Self::replace_trust) while checks go on; each check keeps the one it began
/// with.
#[derive(Debug)]
pub struct Verifier {
    decoder: Decoder,
    signatures: HcertVerifier,
    provider: CryptoProvider,
    trust: TrustHandle,
    policy: Policy,
}

/// The two times of a check: of the certificate, and of the clock on the wall.
#[derive(Clone, Copy)]
struct Times {
    at: Timestamp,
    now: Timestamp,
}

impl Verifier {
    /// A verifier with the default [`Limits`].
    ///
    /// Where nobody did before, chains are checked here, once for each document signer whose
    /// country has an authority in the snapshot.
    pub fn new(provider: CryptoProvider, trust: TrustSnapshot, policy: Policy) -> Self {
        let trust = trust.checked(&provider);
        Self {
            decoder: Decoder::new(Limits::default()),
            signatures: HcertVerifier::new(provider.clone()),
            provider,
            trust: TrustHandle::new(trust),
            policy,
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

    /// The snapshot this verifier trusts now.
    pub fn trust(&self) -> TrustSnapshot {
        self.trust.current()
    }

    /// Trusts this snapshot from now on, and gives the one before. Unchecked chains are checked
    /// first; no check waits for that.
    pub fn replace_trust(&self, trust: TrustSnapshot) -> TrustSnapshot {
        self.trust.replace(trust.checked(&self.provider))
    }

    /// Checks the text of a QR code at `now`. A bad text is a verdict, never an error.
    pub fn verify(&self, hc1: &str, now: Timestamp) -> Verdict {
        self.verify_as_of(hc1, now, now)
    }

    /// Checks the text of a QR code as of `at`, for instance at the hour of a past arrival, where
    /// the trust list's age still counts at `now`.
    pub fn verify_as_of(&self, hc1: &str, at: Timestamp, now: Timestamp) -> Verdict {
        self.judge(self.decoder.decode(hc1), Times { at, now })
    }

    /// Checks COSE bytes as NFC, Bluetooth and HTTP carry them: without zlib, base45 and prefix.
    pub fn verify_cose(&self, message: &[u8], now: Timestamp) -> Verdict {
        self.judge(self.decoder.decode_cose(message), Times { at: now, now })
    }

    /// Checks the text of a QR code that may carry any health certificate which HCERT knows: a
    /// DCC, a DVC or ICVP, a DDCC, or one whose form is unknown and stays opaque. A key serves the
    /// certificates of its own domain only.
    pub fn verify_health(&self, hc1: &str, now: Timestamp) -> Verdict<HealthHcert> {
        self.judge(self.decoder.decode_health(hc1), Times { at: now, now })
    }

    fn judge<T: Judged>(
        &self,
        decoded: Result<Unverified<T>, DecodeFailure>,
        times: Times,
    ) -> Verdict<T> {
        let hcert = match decoded {
            Ok(hcert) => hcert,
            Err(failure) => return Verdict::unreadable(&self.policy, failure),
        };
        let remarks = hcert.dangerous_unverified().reading_remarks().to_vec();
        let trust = self.trust.current();
        match self.signatures.verify(hcert, &trust) {
            Ok(verified) => self.judge_signed(verified, remarks, &trust, times),
            Err(failure) => self.unsigned(*failure, remarks),
        }
    }

    fn unsigned<T>(&self, failure: SignatureFailure<T>, remarks: Vec<Remark>) -> Verdict<T> {
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

    fn judge_signed<T: Judged>(
        &self,
        hcert: Verified<T>,
        mut remarks: Vec<Remark>,
        trust: &TrustSnapshot,
        times: Times,
    ) -> Verdict<T> {
        let signer = Arc::clone(hcert.signer());
        let mut inspection = Inspection {
            facts: hcert.get().facts(),
            signer: &signer,
            entry: trust.find(&signer).map(|known| &**known.entry()),
            now: times.at,
            remarks: &mut remarks,
        };
        let mut checks = Checks::all(CheckState::NotChecked(NotChecked::NoData));
        checks.record(Question::Signature, CheckState::Passed);
        checks.record(Question::Trust, self.trust_state(trust, &signer, times.now));
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

    fn trust_state(
        &self,
        trust: &TrustSnapshot,
        signer: &Arc<TrustedKey>,
        now: Timestamp,
    ) -> CheckState {
        let chain = trust.find(signer).map(SnapshotKey::chain);
        if !chain.is_some_and(ChainState::is_trusted) {
            return CheckState::Failed(RejectCode::TrustNotChained);
        }
        let limit = self.policy.max_trust_age_seconds();
        match (limit, trust.age_seconds(now)) {
            (Some(limit), Some(age)) if age > limit => CheckState::Failed(RejectCode::TrustStale),
            (Some(_), None) => CheckState::Failed(RejectCode::TrustStale),
            _ => CheckState::Passed,
        }
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
