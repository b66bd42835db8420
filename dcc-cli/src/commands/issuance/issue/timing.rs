//! How long the stages of a campaign took.

use core::time::Duration;
use std::time::Instant;

use serde_json::{Map, Value};

/// A watch that is read at the end of every stage.
#[derive(Debug)]
pub(super) struct Timing {
    begun: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Timing {
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            stages: Vec::new(),
        }
    }

    /// The time since the stage before belongs to `stage`.
    pub(super) fn ended(&mut self, stage: &'static str) {
        let all: Duration = self.stages.iter().map(|(_, time)| *time).sum();
        let time = self.begun.elapsed().saturating_sub(all);
        self.stages.push((stage, time));
    }

    /// Seconds by stage, in milliseconds' precision.
    pub(super) fn to_json(&self) -> Value {
        let seconds = |(stage, time): &(&str, Duration)| {
            let text = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
            let number = text.parse::<f64>().map_or(Value::Null, Value::from);
            ((*stage).to_owned(), number)
        };
        self.stages
            .iter()
            .map(seconds)
            .collect::<Map<_, _>>()
            .into()
    }

    /// For people, on one line.
    pub(super) fn line(&self) -> String {
        let all: Duration = self.stages.iter().map(|(_, time)| *time).sum();
        let stage = |(stage, time): &(&str, Duration)| format!("{stage} {:.1}", time.as_secs_f64());
        let stages: Vec<String> = self.stages.iter().map(stage).collect();
        let all = all.as_secs_f64();
        format!("{all:.1} s: {}", stages.join(", "))
    }
}
