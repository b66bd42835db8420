//! Figures of the register: derived from its records at one time, never kept or incremented.
//!
//! People and doses are counted by types of their own, because the two have been mistaken for each
//! other before (R81, R82, T2). Whoever counts twice gets the same.

mod press;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use core::fmt;

use dcc_model::VietnamVaccine;
use dcc_registry::{
    Bucket, ReasonCode, Registry, ScanFilter, StoreError, Subject, Timestamp, VerificationState,
};

use crate::eligibility::{EligibilityPolicy, EligibilityVerdict};
use crate::{RefusalState, SigningDirectory, province_of};

pub use press::{AgeBand, PressTable, grouped};

/// Subjects read at a time.
const PAGE: usize = 1000;

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// That many.
            pub const fn new(count: u64) -> Self {
                Self(count)
            }

            /// Adds; at the end of the range it stays there.
            pub const fn include(&mut self, more: Self) {
                self.0 = self.0.saturating_add(more.0);
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&grouped(self.0))
            }
        }
    )+};
}

counters! {
    /// A number of people.
    People;
    /// A number of doses.
    Doses;
}

/// People and their doses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Count {
    /// People.
    pub people: People,
    /// Doses, without withdrawn ones.
    pub doses: Doses,
}

impl Count {
    /// Adds both.
    pub const fn include(&mut self, more: Self) {
        self.people.include(more.people);
        self.doses.include(more.doses);
    }

    /// One person with `doses` doses.
    const fn person(doses: u64) -> Self {
        Self {
            people: People::new(1),
            doses: Doses::new(doses),
        }
    }
}

/// Where people and doses stand under a policy. Doses of their own fate (a suspected duplicate of
/// a certified person) are counted where the dose stands, so the two columns add up for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Standing {
    /// With a current certificate.
    pub certified: Count,
    /// Entitled, not issued yet.
    pub waiting: Count,
    /// Somebody can repair it.
    pub held: Count,
    /// Final under the policy.
    pub refused: Count,
}

impl Standing {
    /// The sum of the columns.
    pub fn selected(self) -> Count {
        let mut sum = Count::default();
        for column in [self.certified, self.waiting, self.held, self.refused] {
            sum.include(column);
        }
        sum
    }
}

/// Every figure of `dcc stats`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Everybody and every dose.
    pub all: Count,
    /// By the state of the check against the population register.
    pub states: BTreeMap<VerificationState, Count>,
    /// By province of permanent residence in 2022: code to figures; an empty code for communes
    /// that the table of 2022 does not have.
    pub provinces: BTreeMap<&'static str, Standing>,
    /// Where they stand under the policy.
    pub standing: Standing,
    /// Held and refused people with their doses by code; one with two codes counts under both. A
    /// dose with a code of its own counts there without its person.
    pub reasons: BTreeMap<ReasonCode, Count>,
    /// Doses by the key of the vaccine; those whose vaccine is none of the eight under an empty
    /// one, because what stands there instead was written by people.
    pub vaccines: BTreeMap<&'static str, Doses>,
    /// Doses by kind and age, as the press has them (R76-R80).
    pub press: PressTable,
}

impl Statistics {
    /// Counts the register under a policy at `at`.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn count(
        registry: &dyn Registry,
        policy: &dyn EligibilityPolicy,
        at: Timestamp,
    ) -> Result<Self, StoreError> {
        let directory = SigningDirectory::read(registry).await?;
        let mut statistics = Self::default();
        for bucket in Bucket::all() {
            let mut after = None;
            loop {
                let page = registry
                    .scan(bucket, &ScanFilter::all(), after, PAGE)
                    .await?;
                let ended = page.len() < PAGE;
                after = page.last().map(|subject| subject.record.id).or(after);
                for subject in &page {
                    statistics.add(subject, (policy, &directory), at);
                }
                if ended {
                    break;
                }
            }
        }
        Ok(statistics)
    }

    /// The counting identity, in people and in doses: certified + waiting + held + refused = all,
    /// and the provinces and states add up to it too (invariant 12).
    pub fn adds_up(&self) -> bool {
        let mut provinces = Count::default();
        for standing in self.provinces.values() {
            provinces.include(standing.selected());
        }
        let mut states = Count::default();
        for count in self.states.values() {
            states.include(*count);
        }
        let mut vaccines = Doses::default();
        for doses in self.vaccines.values() {
            vaccines.include(*doses);
        }
        let sums = [self.standing.selected(), provinces, states];
        sums.iter().all(|sum| *sum == self.all)
            && vaccines == self.all.doses
            && self.press.total() == self.all.doses
    }

    fn add(
        &mut self,
        subject: &Subject,
        (policy, directory): (&dyn EligibilityPolicy, &SigningDirectory),
        at: Timestamp,
    ) {
        let record = &subject.record;
        let whole = Count::person(length(subject.doses.len()));
        self.all.include(whole);
        let of_state = self.states.entry(record.verification.state).or_default();
        of_state.include(whole);
        for dose in &subject.doses {
            let key = vaccine_key(&dose.content.vaccine);
            self.vaccines.entry(key).or_default().include(Doses::new(1));
            let age = AgeBand::at(dose.content.date, &record.identity.birth_date);
            self.press.add(age, dose.content.kind, Doses::new(1));
        }
        let decision = policy.decide(subject, directory, at);
        let mut standing = Standing::default();
        let column = match decision.verdict {
            EligibilityVerdict::Eligible(_) if subject.current.is_some() => &mut standing.certified,
            EligibilityVerdict::Eligible(_) => &mut standing.waiting,
            EligibilityVerdict::Held(_) => &mut standing.held,
            EligibilityVerdict::Refused(_) => &mut standing.refused,
        };
        column.people.include(People::new(1));
        let own = decision
            .doses
            .iter()
            .filter(|dose| dose.own.is_some())
            .count();
        column
            .doses
            .include(Doses::new(length(subject.doses.len().saturating_sub(own))));
        for code in decision.doses.iter().filter_map(|dose| dose.own) {
            let column = match code.state() {
                RefusalState::Held => &mut standing.held,
                RefusalState::Refused => &mut standing.refused,
            };
            column.doses.include(Doses::new(1));
            if !decision.verdict.codes().contains(&code) {
                let count = self.reasons.entry(code.reason()).or_default();
                count.doses.include(Doses::new(1));
            }
        }
        for code in decision.verdict.codes() {
            self.reasons
                .entry(code.reason())
                .or_default()
                .include(whole);
        }
        let province = province_of(&record.identity.commune).map_or("", |known| known.code());
        for place in [
            self.provinces.entry(province).or_default(),
            &mut self.standing,
        ] {
            place.certified.include(standing.certified);
            place.waiting.include(standing.waiting);
            place.held.include(standing.held);
            place.refused.include(standing.refused);
        }
    }
}

/// The key under which a dose is counted.
fn vaccine_key(stored: &str) -> &'static str {
    let mut keys = VietnamVaccine::ALL.iter().map(VietnamVaccine::key);
    keys.find(|key| *key == stored).unwrap_or_default()
}

fn length(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
