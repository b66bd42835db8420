//! A population register that fails on purpose, for tests of its callers.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use super::{
    PopulationAnswer, PopulationCapabilities, PopulationError, PopulationQuery, PopulationRegistry,
    PopulationReply,
};

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing.
    None,
    /// No answer in time.
    Timeout,
    /// Asked too fast.
    RateLimit {
        /// How long to wait.
        seconds: u64,
    },
    /// The client is refused.
    Refuse,
    /// Every second question, from the second on, is answered `Unavailable`.
    Partial,
    /// The last reply is missing.
    Short,
    /// A question is answered that was never asked.
    Stray,
    /// The first question is answered twice.
    Twice,
    /// The replies come in the reverse order.
    Reversed,
}

/// Wraps a register and spoils its calls by a plan that repeats.
#[derive(Clone, Debug)]
pub struct FaultyPopulation<P> {
    inner: P,
    plan: Arc<[Fault]>,
    calls: Arc<AtomicU64>,
}

impl<P: PopulationRegistry> FaultyPopulation<P> {
    /// The first call meets the first fault of `plan`, and so on, beginning again at its end.
    pub fn new(inner: P, plan: &[Fault]) -> Self {
        Self {
            inner,
            plan: plan.into(),
            calls: Arc::default(),
        }
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    fn next_fault(&self) -> Fault {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let length = u64::try_from(self.plan.len()).unwrap_or(u64::MAX);
        call.checked_rem(length)
            .and_then(|position| usize::try_from(position).ok())
            .and_then(|position| self.plan.get(position).copied())
            .unwrap_or(Fault::None)
    }
}

#[async_trait]
impl<P: PopulationRegistry> PopulationRegistry for FaultyPopulation<P> {
    fn capabilities(&self) -> PopulationCapabilities {
        self.inner.capabilities()
    }

    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError> {
        let fault = self.next_fault();
        match fault {
            Fault::Timeout => return Err(PopulationError::Unavailable),
            Fault::RateLimit { seconds } => return Err(PopulationError::RateLimited { seconds }),
            Fault::Refuse => return Err(PopulationError::Refused),
            _ => {}
        }
        let mut replies = self.inner.ask(queries).await?;
        match fault {
            Fault::Partial => {
                for reply in replies.iter_mut().filter(|reply| reply.query % 2 == 1) {
                    reply.answer = PopulationAnswer::Unavailable;
                }
            }
            Fault::Short => drop(replies.pop()),
            Fault::Stray => {
                replies.push(PopulationReply::new(
                    queries.len(),
                    PopulationAnswer::NotFound,
                ));
            }
            Fault::Twice => replies.extend(replies.first().cloned()),
            Fault::Reversed => replies.reverse(),
            _ => {}
        }
        Ok(replies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, PopulationDetail};

    #[derive(Debug)]
    struct Honest;

    #[async_trait]
    impl PopulationRegistry for Honest {
        fn capabilities(&self) -> PopulationCapabilities {
            PopulationCapabilities::new(PopulationDetail::YesNo, 10)
        }

        async fn ask(
            &self,
            queries: &[PopulationQuery],
        ) -> Result<Vec<PopulationReply>, PopulationError> {
            let known = |(place, query): (usize, &PopulationQuery)| {
                let answer = match query.document_number.as_str() {
                    "1" => PopulationAnswer::Match(None),
                    _ => PopulationAnswer::NotFound,
                };
                PopulationReply::new(place, answer)
            };
            Ok(queries.iter().enumerate().map(known).collect())
        }
    }

    fn answers(fault: Fault) -> Result<Vec<PopulationAnswer>, PopulationError> {
        let registry = FaultyPopulation::new(Honest, &[fault]);
        let query = |number: &str| {
            let document = (DocumentKind::Cccd, String::from(number));
            PopulationQuery::new(document, "", "", None)
        };
        let queries = [query("1"), query("2"), query("1")];
        let replies = pollster::block_on(registry.ask(&queries))?;
        Ok(PopulationReply::in_order(queries.len(), replies))
    }

    #[test]
    fn a_caller_never_takes_one_persons_answer_for_anothers() {
        use PopulationAnswer::{Match, NotFound, Unavailable};
        let sound = vec![Match(None), NotFound, Match(None)];
        assert_eq!(answers(Fault::None), Ok(sound.clone()));
        assert_eq!(answers(Fault::Reversed), Ok(sound));
        assert_eq!(
            answers(Fault::Partial),
            Ok(vec![Match(None), Unavailable, Match(None)])
        );
        assert_eq!(
            answers(Fault::Short),
            Ok(vec![Match(None), NotFound, Unavailable])
        );
        assert_eq!(answers(Fault::Stray), Ok(vec![Unavailable; 3]));
        assert_eq!(answers(Fault::Twice), Ok(vec![Unavailable; 3]));
        assert_eq!(answers(Fault::Timeout), Err(PopulationError::Unavailable));
        assert_eq!(
            answers(Fault::RateLimit { seconds: 3 }),
            Err(PopulationError::RateLimited { seconds: 3 })
        );
        assert_eq!(answers(Fault::Refuse), Err(PopulationError::Refused));
    }

    #[test]
    fn the_plan_repeats() {
        let registry = FaultyPopulation::new(Honest, &[Fault::Timeout, Fault::None]);
        let outcomes: Vec<bool> = (0..4)
            .map(|_| pollster::block_on(registry.ask(&[])).is_ok())
            .collect();
        assert_eq!(outcomes, [false, true, false, true]);
        assert_eq!(registry.calls(), 4);
    }
}
