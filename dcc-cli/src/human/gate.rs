//! What an officer at a gate sees: one word, whose certificate it is, and what to do. Nothing
//! medical.

use std::io::{self, Write};

use dcc_model::{Certificate, Coded as _, Lang, RejectCode};
use dcc_verify::{Content, Decision, Verdict};

use super::words::harmless;
use super::{View, row};
use crate::input::Item;

/// The three words of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Pass,
    Stop,
    LookAgain,
}

impl Signal {
    fn of(verdict: &Verdict) -> Self {
        match (verdict.decision(), verdict.code()) {
            (Decision::Accept, _) => Self::Pass,
            (Decision::Reject, Some(code)) if !proves_nothing(code) => Self::Stop,
            _ => Self::LookAgain,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Pass => ("ĐẠT", "PASS"),
            Self::Stop => ("KHÔNG ĐẠT", "STOP"),
            Self::LookAgain => ("CẦN XEM LẠI", "LOOK AGAIN"),
        }
    }
}

/// Whether the fault may as well lie with this gate: its list, its clock, or its reading.
const fn proves_nothing(code: RejectCode) -> bool {
    matches!(
        code,
        RejectCode::KeyUnknown
            | RejectCode::TrustStale
            | RejectCode::NotYetValid
            | RejectCode::CertNotYetValid
            | RejectCode::NoRules
            | RejectCode::NoRevocationData
    )
}

impl View {
    /// The officer's view of a check; `trust_age` is in seconds, where it is known.
    pub(crate) fn gate(
        &self,
        out: &mut dyn Write,
        item: &Item,
        verdict: &Verdict,
        trust_age: Option<i64>,
    ) -> io::Result<()> {
        let signal = Signal::of(verdict);
        self.banner(out, item, signal)?;
        if let Content::Verified(hcert) = verdict.content() {
            person(out, hcert.get().certificate())?;
        }
        if signal == Signal::Pass {
            self.line(
                out,
                "Đối chiếu giấy tờ tùy thân",
                "Compare with an identity document",
            )?;
        } else {
            for lang in self.languages {
                writeln!(out, "  {}", verdict.reason(*lang))?;
            }
            if let Some(code) = verdict.code() {
                writeln!(out, "  [{}: {}]", code.stage(), code.code())?;
            }
        }
        self.trust_age(out, trust_age)
    }

    /// The officer's view of an input in which there was nothing to check.
    pub(crate) fn gate_unread(
        &self,
        out: &mut dyn Write,
        item: &Item,
        code: RejectCode,
        trust_age: Option<i64>,
    ) -> io::Result<()> {
        self.banner(out, item, Signal::LookAgain)?;
        for lang in self.languages {
            writeln!(out, "  {}", code.text(*lang))?;
        }
        writeln!(out, "  [{}: {}]", code.stage(), code.code())?;
        self.trust_age(out, trust_age)
    }

    fn banner(&self, out: &mut dyn Write, item: &Item, signal: Signal) -> io::Result<()> {
        let (vi, en) = signal.words();
        let words = self
            .languages
            .iter()
            .map(|lang| if *lang == Lang::Vi { vi } else { en });
        let words = words.collect::<Vec<_>>().join(" / ");
        let width = words.chars().count().saturating_add(8);
        let bar = "█".repeat(width);
        writeln!(out, "#{} {}", item.index, harmless(&item.source))?;
        writeln!(out, "  {bar}\n  ██  {words}  ██\n  {bar}")
    }

    fn trust_age(&self, out: &mut dyn Write, seconds: Option<i64>) -> io::Result<()> {
        let Some(seconds) = seconds else {
            return self
                .line(
                    out,
                    "Danh sách khóa tin cậy: không rõ ngày",
                    "Trust list: of unknown age",
                )
                .and_then(|()| writeln!(out));
        };
        let (number, vi, en) = match seconds {
            ..7_200 => (
                seconds.checked_div(60).unwrap_or_default(),
                "phút",
                "minutes",
            ),
            7_200..172_800 => (
                seconds.checked_div(3_600).unwrap_or_default(),
                "giờ",
                "hours",
            ),
            _ => (
                seconds.checked_div(86_400).unwrap_or_default(),
                "ngày",
                "days",
            ),
        };
        self.line(
            out,
            &format!("Danh sách khóa tin cậy: {number} {vi} trước"),
            &format!("Trust list: {number} {en} old"),
        )?;
        writeln!(out)
    }
}

fn person(out: &mut dyn Write, certificate: &Certificate) -> io::Result<()> {
    row(out, "Họ và tên / Name", &certificate.holder())?;
    row(
        out,
        "Ngày sinh / Date of birth",
        &certificate.birth_date().to_string(),
    )
}
