//! The suite of population registers: an honest one passes however it fails, others do not.
#![cfg(feature = "conformance")]

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use dcc_registry::conformance::{PopulationHarness, population};
use dcc_registry::{
    DocumentKind, Fault, FaultyPopulation, PersonToken, PopulationAnswer, PopulationCapabilities,
    PopulationDetail, PopulationError, PopulationQuery, PopulationRegistry, PopulationReply,
};

/// What a register does otherwise than it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    Honest,
    /// Tells in which way a number is unknown, though it says yes or no.
    Talkative,
    /// Agrees with whoever has a known number.
    NumberOnly,
    /// Says of each answer that it is to the next question.
    Shuffled,
    /// Names everybody alike.
    OneToken,
    /// Names people otherwise each time.
    NewToken,
}

#[derive(Debug)]
struct Register {
    habit: Habit,
    calls: AtomicU64,
}

#[async_trait]
impl PopulationRegistry for Register {
    fn capabilities(&self) -> PopulationCapabilities {
        let detail = match self.habit {
            Habit::OneToken | Habit::NewToken => PopulationDetail::PerField,
            _ => PopulationDetail::YesNo,
        };
        PopulationCapabilities::new(detail, 7)
    }

    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let answer = |query: &PopulationQuery| {
            let known = ["1", "2"].contains(&query.document_number.as_str());
            let named = query.full_name == "An" || self.habit == Habit::NumberOnly;
            match (known && named, self.habit) {
                (true, Habit::OneToken) => PopulationAnswer::Match(Some(PersonToken::new([1; 16]))),
                (true, Habit::NewToken) => {
                    let mut bytes = [0; 16];
                    bytes[..8].copy_from_slice(&call.to_be_bytes());
                    PopulationAnswer::Match(Some(PersonToken::new(bytes)))
                }
                (true, _) => PopulationAnswer::Match(None),
                (false, Habit::Talkative) if !known => PopulationAnswer::NotFound,
                _ => PopulationAnswer::Mismatch(Vec::new()),
            }
        };
        let mut places: Vec<usize> = (0..queries.len()).collect();
        if self.habit == Habit::Shuffled && !places.is_empty() {
            places.rotate_left(1);
        }
        let replies = places.into_iter().zip(queries);
        Ok(replies
            .map(|(place, query)| PopulationReply::new(place, answer(query)))
            .collect())
    }
}

struct Harness(Arc<dyn PopulationRegistry>);

impl PopulationHarness for Harness {
    fn register(&self) -> Arc<dyn PopulationRegistry> {
        Arc::clone(&self.0)
    }

    fn known(&self) -> [PopulationQuery; 2] {
        ["1", "2"].map(|number| query(number, "An"))
    }

    fn unknown(&self) -> PopulationQuery {
        query("9", "An")
    }

    fn wait(&self, _: u64) {}

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        pollster::block_on(future)
    }
}

fn query(number: &str, name: &str) -> PopulationQuery {
    PopulationQuery::new((DocumentKind::Cccd, number.to_owned()), name, "1990", None)
}

fn register(habit: Habit) -> Register {
    Register {
        habit,
        calls: AtomicU64::new(0),
    }
}

#[test]
fn an_honest_register_passes_however_it_fails() {
    let plan = [
        Fault::Timeout,
        Fault::Partial,
        Fault::RateLimit { seconds: 1 },
        Fault::Reversed,
        Fault::Short,
        Fault::None,
    ];
    for plan in [&plan[..], &[Fault::None]] {
        let faulty = FaultyPopulation::new(register(Habit::Honest), plan);
        let checks = population(&Harness(Arc::new(faulty)));
        assert_eq!(checks, Ok(4), "{plan:?}");
    }
}

#[test]
fn a_register_that_breaks_a_rule_fails() {
    for habit in [
        Habit::Talkative,
        Habit::NumberOnly,
        Habit::Shuffled,
        Habit::OneToken,
        Habit::NewToken,
    ] {
        let found = population(&Harness(Arc::new(register(habit))));
        assert!(found.is_err(), "{habit:?}");
    }
    for fault in [Fault::Stray, Fault::Twice, Fault::Refuse, Fault::Timeout] {
        let faulty = FaultyPopulation::new(register(Habit::Honest), &[fault]);
        let found = population(&Harness(Arc::new(faulty)));
        assert!(found.is_err(), "{fault:?}");
    }
}
