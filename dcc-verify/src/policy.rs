//! Which questions must pass, and how strictly time is read.

use core::fmt;

use crate::question::Question;

/// How much a policy wants of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Demand {
    /// It must pass.
    Required,
    /// It must not fail; unanswered is good enough.
    IfAvailable,
    /// It is not asked.
    Off,
}

/// What a verifier demands of a certificate. There is no default: whoever verifies names one.
///
/// A certificate is accepted when every [`Demand::Required`] question passed and none failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    name: &'static str,
    demands: [Demand; Question::ALL.len()],
    strict: bool,
    issue_skew_seconds: i64,
    expiry_skew_seconds: i64,
    max_trust_age_seconds: Option<i64>,
    missing_expiry: bool,
}

/// A certificate issued this many seconds in the future is still taken: clocks of gates are not
/// exact, and a code is often shown seconds after its issue.
const DEFAULT_ISSUE_SKEW_SECONDS: i64 = 60;

impl Policy {
    /// Authenticity: signature, trust, key usage and time must pass; revocation and rules are not
    /// asked.
    ///
    /// It says who issued the certificate, not whether anybody should act on it.
    pub const fn authentic() -> Self {
        Self {
            name: "authentic",
            demands: [
                Demand::Required,
                Demand::Required,
                Demand::Required,
                Demand::Required,
                Demand::Off,
                Demand::Off,
            ],
            strict: false,
            issue_skew_seconds: DEFAULT_ISSUE_SKEW_SECONDS,
            expiry_skew_seconds: 0,
            max_trust_age_seconds: None,
            missing_expiry: false,
        }
    }

    /// This policy, but any deviation from a standard is a reject at stage `strict`.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// This policy with another tolerance for issue times in the future, in seconds (60 by
    /// default).
    #[must_use]
    pub const fn with_issue_skew(mut self, seconds: u32) -> Self {
        self.issue_skew_seconds = widen(seconds);
        self
    }

    /// This policy with a tolerance after expiry, in seconds (0 by default).
    #[must_use]
    pub const fn with_expiry_skew(mut self, seconds: u32) -> Self {
        self.expiry_skew_seconds = widen(seconds);
        self
    }

    /// This policy with a limit to the age of the trust list, in seconds (none by default): beyond
    /// it, or where the age is unknown, nobody is trusted (`trust-stale`).
    #[must_use]
    pub const fn with_max_trust_age(mut self, seconds: u32) -> Self {
        self.max_trust_age_seconds = Some(widen(seconds));
        self
    }

    /// This policy, but certificates of another kind than the DCC may lack the claim `exp`, as
    /// WHO's test material does; a DCC always needs one.
    #[must_use]
    pub const fn with_missing_expiry(mut self) -> Self {
        self.missing_expiry = true;
        self
    }

    /// The name which stands in every result.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether deviations reject.
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// What this policy wants of `question`.
    pub fn demand(&self, question: Question) -> Demand {
        let found = Question::ALL
            .iter()
            .zip(self.demands)
            .find(|(asked, _)| **asked == question);
        found.map_or(Demand::Required, |(_, demand)| demand)
    }

    /// The questions that must pass, in the order of reporting.
    pub fn required(&self) -> impl Iterator<Item = Question> + '_ {
        Question::ALL
            .into_iter()
            .filter(|question| self.demand(*question) == Demand::Required)
    }

    pub(crate) const fn issue_skew_seconds(&self) -> i64 {
        self.issue_skew_seconds
    }

    pub(crate) const fn expiry_skew_seconds(&self) -> i64 {
        self.expiry_skew_seconds
    }

    pub(crate) const fn takes_missing_expiry(&self) -> bool {
        self.missing_expiry
    }

    pub(crate) const fn max_trust_age_seconds(&self) -> Option<i64> {
        self.max_trust_age_seconds
    }
}

#[expect(
    clippy::as_conversions,
    reason = "u32 to i64 widens; `From` is not const"
)]
const fn widen(seconds: u32) -> i64 {
    seconds as i64
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Policy({}{})",
            self.name,
            if self.strict { ", strict" } else { "" }
        )
    }
}
