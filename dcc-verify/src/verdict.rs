//! The verdict on one certificate.

use core::fmt;

use dcc_codec::{DecodeFailure, Hcert, HealthHcert, Partial, Unverified};
use dcc_model::{
    Certificate, Coded as _, HealthPayload, Lang, RejectCode, Remark, RemarkClass, Stage,
};
use dcc_sign::{TrustedKey, Verified};

use crate::policy::Policy;
use crate::question::{CheckState, Checks, NotChecked, Question};

/// Accept, reject, or undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// Every required question passed and none failed.
    Accept,
    /// A question failed.
    Reject,
    /// None failed, but a required one could not be answered.
    Undecided,
}

impl Decision {
    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Undecided => "undecided",
        }
    }
}

/// What was read of the certificate, and how far it may be believed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Content<T = Hcert> {
    /// The signature passed.
    Verified(Verified<T>),
    /// Fully read, but nobody we trust signed it.
    Unverified(Unverified<T>),
    /// Not fully readable.
    Partial(Box<Partial>),
}

/// What a verifier says of one certificate: decision, reasons, remarks and content.
///
/// `T` is what was read: an [`Hcert`], which holds a DCC, or a [`HealthHcert`] of any kind. `Debug`
/// prints no personal data.
pub struct Verdict<T = Hcert> {
    policy: Policy,
    checks: Checks,
    code: Option<RejectCode>,
    remarks: Vec<Remark>,
    content: Content<T>,
}

impl<T> Verdict<T> {
    /// `code` is the first failure; where there is none, the first required question that did not
    /// pass makes the verdict undecided.
    pub(crate) fn new(
        policy: &Policy,
        checks: Checks,
        code: Option<RejectCode>,
        remarks: Vec<Remark>,
        content: Content<T>,
    ) -> Self {
        Self {
            policy: *policy,
            checks,
            code,
            remarks,
            content,
        }
    }

    pub(crate) fn unreadable(policy: &Policy, failure: DecodeFailure) -> Self {
        let code = failure.error().reject_code();
        let mut checks = Checks::all(CheckState::NotChecked(NotChecked::EarlierFailure));
        for question in Question::ALL {
            if policy.demand(question) == crate::policy::Demand::Off {
                checks.record(question, CheckState::NotChecked(NotChecked::Off));
            }
        }
        let partial = failure.into_partial();
        let remarks = partial.remarks().to_vec();
        Self::new(
            policy,
            checks,
            Some(code),
            remarks,
            Content::Partial(partial),
        )
    }

    /// Accept, reject or undecided.
    pub fn decision(&self) -> Decision {
        if self.code.is_some() {
            Decision::Reject
        } else if self.undecided_question().is_some() {
            Decision::Undecided
        } else {
            Decision::Accept
        }
    }

    /// Why it is not accepted; `None` where it is.
    pub fn code(&self) -> Option<RejectCode> {
        self.code
            .or_else(|| self.undecided_question().map(missing_answer))
    }

    /// The stage of a reject; `None` for the other decisions.
    pub fn stage(&self) -> Option<Stage> {
        self.code.map(RejectCode::stage)
    }

    /// What to tell a person: the reason and what to do, or that it was accepted.
    pub fn reason(&self, lang: Lang) -> &'static str {
        match (self.code(), lang) {
            (Some(code), _) => code.text(lang),
            (None, Lang::Vi) => "Chứng nhận hợp lệ. Đối chiếu với giấy tờ tùy thân.",
            (None, _) => "The certificate is valid. Compare it with an identity document.",
        }
    }

    /// The state of every question.
    pub const fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The policy under which this was decided.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Everything noticed, in the order of reading.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The remarks of one class.
    pub fn remarks_of(&self, class: RemarkClass) -> impl Iterator<Item = &Remark> {
        self.remarks
            .iter()
            .filter(move |remark| remark.class() == class)
    }

    /// What was read, and how far it may be believed.
    pub const fn content(&self) -> &Content<T> {
        &self.content
    }

    /// Who signed it, once the signature passed.
    pub fn signer(&self) -> Option<&TrustedKey> {
        match &self.content {
            Content::Verified(hcert) => Some(hcert.signer()),
            _ => None,
        }
    }

    fn undecided_question(&self) -> Option<Question> {
        self.policy
            .required()
            .find(|question| self.checks.state(*question) != CheckState::Passed)
    }
}

impl Verdict {
    /// The certificate, if it is accepted; else `None`.
    pub fn accepted(&self) -> Option<&Certificate> {
        match (self.decision(), &self.content) {
            (Decision::Accept, Content::Verified(hcert)) => Some(hcert.get().certificate()),
            _ => None,
        }
    }
}

impl Verdict<HealthHcert> {
    /// What the certificate says, if it is accepted; else `None`.
    pub fn accepted(&self) -> Option<&HealthPayload> {
        match (self.decision(), &self.content) {
            (Decision::Accept, Content::Verified(hcert)) => Some(hcert.get().payload()),
            _ => None,
        }
    }
}

/// The code that says which answer is missing.
const fn missing_answer(question: Question) -> RejectCode {
    match question {
        Question::Rules => RejectCode::NoRules,
        _ => RejectCode::NoRevocationData,
    }
}

impl<T> fmt::Debug for Verdict<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdict")
            .field("policy", &self.policy)
            .field("decision", &self.decision())
            .field("code", &self.code)
            .field("checks", &self.checks)
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}
