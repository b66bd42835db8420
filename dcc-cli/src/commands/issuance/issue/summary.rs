//! The summary of a campaign, for programs and for people.

use std::path::{Path, PathBuf};

use dcc_issue::{HeldSummary, RefusalCode};
use dcc_model::{Coded as _, Lang};
use dcc_registry::{Columns, Tally, VerificationState};
use dcc_sign::DocumentSigner;
use serde_json::{Map, Value, json};

use super::stages::Prepared;
use super::timing::Timing;
use crate::args::LangArg;
use crate::args::issuance::IssueArgs;
use crate::commands::issuance::check::to_json as check_json;
use crate::commands::issuance::import::{directory_json, doses_json};
use crate::commands::issuance::{Failure, tables};
use crate::files;

/// What a campaign came to.
#[derive(Debug)]
pub(super) struct Summary {
    folder: PathBuf,
    is_dry_run: bool,
    prepared: Prepared,
    timing: Timing,
    tally: Tally,
    held: HeldSummary,
    keys: Option<Keys>,
    /// Lines written by this run, and lines in the files.
    certificates: Option<(u64, u64)>,
}

#[derive(Debug)]
struct Keys {
    is_demo: bool,
    signer: String,
    kid: String,
    not_after: String,
}

impl Summary {
    pub(super) fn new(
        args: &IssueArgs,
        (prepared, timing): (Prepared, Timing),
        tally: Tally,
        held: HeldSummary,
    ) -> Self {
        Self {
            folder: args.out.clone(),
            is_dry_run: args.dry_run,
            prepared,
            timing,
            tally,
            held,
            keys: None,
            certificates: None,
        }
    }

    pub(super) fn with_keys(mut self, is_demo: bool, signer: &DocumentSigner) -> Self {
        self.keys = Some(Keys {
            is_demo,
            signer: signer.subject().to_owned(),
            kid: signer.kid().to_string(),
            not_after: signer.not_after().to_string(),
        });
        self
    }

    pub(super) const fn with_certificates(mut self, written: u64, all: u64) -> Self {
        self.certificates = Some((written, all));
        self
    }

    /// `summary.json` and `summary.txt`.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let json = format!("{}\n", self.to_json());
        let text = format!("{}\n", self.lines(LangArg::languages(None)).join("\n"));
        for (name, content) in [("summary.json", json), ("summary.txt", text)] {
            let path = folder.join(name);
            files::replace_private(&path, content.as_bytes()).map_err(Failure::file(&path))?;
        }
        Ok(())
    }

    pub(super) fn to_json(&self) -> Value {
        let Prepared {
            facilities,
            delegations,
            doses,
            check,
            attest,
        } = &self.prepared;
        let unsigned: Map<String, Value> = attest
            .unsigned
            .iter()
            .map(|(code, count)| (code.code().to_owned(), (*count).into()))
            .collect();
        json!({
            "schema_version": 1,
            "dry_run": self.is_dry_run,
            "intake": doses_json(doses),
            "facilities": directory_json(facilities),
            "delegations": directory_json(delegations),
            "check": check_json(check),
            "attestation": {
                "acts": attest.acts,
                "attested": attest.attested,
                "standing": attest.standing,
                "elsewhere": attest.elsewhere,
                "unsigned": unsigned,
                "failed_signers": attest.failures.len(),
            },
            "batch": tally_json(&self.tally),
            "held": {
                "subjects": self.held.subjects(),
                "doses": self.held.doses(),
                "reasons": self.held.by_reason().iter().map(|(reason, count)| {
                    let count = json!({"subjects": count.subjects, "doses": count.doses});
                    (reason.as_str().to_owned(), count)
                }).collect::<Map<String, Value>>(),
            },
            "keys": self.keys.as_ref().map(|keys| json!({
                "demo": keys.is_demo,
                "signer": keys.signer,
                "kid": keys.kid,
                "not_after": keys.not_after,
            })),
            "certificates": self.certificates.map(|(written, all)| json!({
                "written": written,
                "in_files": all,
            })),
            "seconds": self.timing.to_json(),
        })
    }

    pub(super) fn lines(&self, languages: &[Lang]) -> Vec<String> {
        let mut lines = Vec::new();
        if self.keys.as_ref().is_some_and(|keys| keys.is_demo) {
            lines.push("*** TEST ONLY: demo keys / KHÓA THỬ NGHIỆM ***".to_owned());
        }
        if self.is_dry_run {
            lines.push("*** dry run / chạy thử: nothing was signed or kept ***".to_owned());
        }
        lines.extend(tables::tell_rows(
            "doses",
            &self.prepared.doses.rows,
            languages,
        ));
        let doses = &self.prepared.doses;
        for (count, what) in [
            (
                doses.conflicts,
                "groups of rows contradict their subject's data and hold it",
            ),
            (
                doses.doses_not_taken,
                "doses not taken: their references are another subject's, or were withdrawn",
            ),
        ] {
            if count > 0 {
                lines.push(format!("  {count:>9} {what}"));
            }
        }
        for (name, report) in [
            ("facilities", &self.prepared.facilities),
            ("delegations", &self.prepared.delegations),
        ] {
            if report.rows.rows() > 0 {
                lines.extend(tables::tell_rows(name, &report.rows, languages));
            }
        }
        let check = &self.prepared.check;
        if check.subjects() > 0 {
            let state =
                |state: VerificationState| format!("{} {}", check.in_state(state), state.word());
            let states: Vec<String> = check.states.keys().copied().map(state).collect();
            lines.push(format!("check: {}", states.join(", ")));
        }
        let attest = &self.prepared.attest;
        lines.push(format!(
            "attestation: {} doses in {} acts, {} stood already, {} wait for signers elsewhere",
            attest.attested, attest.acts, attest.standing, attest.elsewhere
        ));
        lines.extend(tally_lines(&self.tally, languages));
        if let Some((written, all)) = self.certificates {
            let folder = self.folder.display();
            lines.push(format!(
                "{written} certificates written, {all} in {folder}/certificates.jsonl and certificates.txt"
            ));
            lines.push(format!(
                "dcc verify {folder}/certificates.txt --trust {folder}/trust/dsc"
            ));
        }
        lines.push(self.timing.line());
        lines
    }
}

/// The figures of a batch.
pub(crate) fn tally_json(tally: &Tally) -> Value {
    let columns = |columns: &Columns| {
        json!({
            "selected": columns.selected(),
            "issued": columns.issued,
            "unchanged": columns.unchanged,
            "held": columns.held,
            "refused": columns.refused,
        })
    };
    let reasons: Map<String, Value> = tally
        .reasons
        .iter()
        .map(|(reason, count)| (reason.as_str().to_owned(), (*count).into()))
        .collect();
    json!({
        "subjects": columns(&tally.subjects),
        "doses": columns(&tally.doses),
        "reasons": reasons,
    })
}

/// The figures of a batch for people, in both units (T2).
pub(crate) fn tally_lines(tally: &Tally, languages: &[Lang]) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<28}{:>12}{:>12}",
        "", "người/people", "mũi/doses"
    )];
    let (subjects, doses) = (&tally.subjects, &tally.doses);
    for (label, people, shots) in [
        ("được chọn/selected", subjects.selected(), doses.selected()),
        ("đã cấp/issued", subjects.issued, doses.issued),
        ("không đổi/unchanged", subjects.unchanged, doses.unchanged),
        ("chờ làm sạch/held", subjects.held, doses.held),
        ("từ chối/refused", subjects.refused, doses.refused),
    ] {
        lines.push(format!("{label:<28}{people:>12}{shots:>12}"));
    }
    for (reason, count) in &tally.reasons {
        let code = RefusalCode::from_code(reason.as_str());
        let texts: Vec<&str> = languages
            .iter()
            .filter_map(|lang| code.map(|code| code.text(*lang)))
            .collect();
        lines.push(format!("  {count:>9} {reason}: {}", texts.join(" / ")));
    }
    lines
}
