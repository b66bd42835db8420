//! The questions a verifier asks of a certificate, and the state of each.

use core::fmt;

use dcc_model::{Coded as _, RejectCode};

/// One question about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Question {
    /// Did the holder of the key behind the key id sign these bytes?
    Signature,
    /// Is that key trusted, through the anchor of its country where one is known?
    Trust,
    /// May that key sign this kind of certificate (vaccination, test, recovery)?
    KeyUsage,
    /// Is now between issue and expiry, and is the document signer valid now?
    Time,
    /// Is it on no revocation list?
    Revocation,
    /// Does it satisfy the business rules of the place and time?
    Rules,
}

impl Question {
    /// Every question, in the order of reporting.
    pub const ALL: [Self; 6] = [
        Self::Signature,
        Self::Trust,
        Self::KeyUsage,
        Self::Time,
        Self::Revocation,
        Self::Rules,
    ];

    /// The word used in every output, such as `key-usage`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Trust => "trust",
            Self::KeyUsage => "key-usage",
            Self::Time => "time",
            Self::Revocation => "revocation",
            Self::Rules => "rules",
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckState {
    /// Asked and answered well.
    Passed,
    /// Asked and answered badly.
    Failed(RejectCode),
    /// Cannot be decided from what is known (rules only).
    Open,
    /// Not asked.
    NotChecked(NotChecked),
}

impl CheckState {
    /// The word used in every output: `passed`, `failed`, `open` or `not-checked`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Open => "open",
            Self::NotChecked(_) => "not-checked",
        }
    }

    /// The code of the failure, or the reason for which the question was not asked.
    pub fn detail(self) -> Option<&'static str> {
        match self {
            Self::Passed | Self::Open => None,
            Self::Failed(code) => Some(code.code()),
            Self::NotChecked(why) => Some(why.word()),
        }
    }
}

/// Why a question was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotChecked {
    /// The policy switches it off.
    Off,
    /// An earlier question failed, so this one has no meaning.
    EarlierFailure,
    /// What is needed to answer it is not there (a bare key has no validity, for instance).
    NoData,
}

impl NotChecked {
    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::EarlierFailure => "earlier-failure",
            Self::NoData => "no-data",
        }
    }
}

/// The state of every question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checks([CheckState; Question::ALL.len()]);

impl Checks {
    pub(crate) const fn all(state: CheckState) -> Self {
        Self([state; Question::ALL.len()])
    }

    /// The state of `question`.
    pub fn state(&self, question: Question) -> CheckState {
        let found = Question::ALL
            .iter()
            .zip(self.0)
            .find(|(asked, _)| **asked == question);
        found.map_or(CheckState::NotChecked(NotChecked::NoData), |(_, state)| {
            state
        })
    }

    pub(crate) fn record(&mut self, question: Question, state: CheckState) {
        for (asked, slot) in Question::ALL.iter().zip(self.0.iter_mut()) {
            if *asked == question {
                *slot = state;
            }
        }
    }

    /// Each question with its state, in the order of reporting.
    pub fn iter(&self) -> impl Iterator<Item = (Question, CheckState)> + '_ {
        Question::ALL.iter().copied().zip(self.0)
    }
}
