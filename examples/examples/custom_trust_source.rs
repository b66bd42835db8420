//! A trust source of your own: a ministry's directory with one JSON object a line, its own names
//! for usages, and a state that takes keys out of service. Whatever you have, make PEM of it with
//! what is known about each key, and let the importer do the rest: kids, usages, validity and
//! broken entries are then treated as those of every other list.
//!
//! `cargo run -p dcc-examples --example custom_trust_source`

#![expect(clippy::print_stdout, reason = "the example reports")]

use core::error::Error;
use core::fmt::Write as _;
use std::fs;

use dcc_codec::qr::{PictureLimits, read_picture};
use dcc_verify::trust_list::{ImportOptions, Importer, ListFile, ListFormat};
use dcc_verify::{
    CryptoProvider, Lang, Policy, Timestamp, TrustList, TrustSnapshot, Verifier, provider,
};
use serde_json::{Value, json};

/// The directory: replace it by your LDAP, database or service.
struct Directory {
    lines: Vec<String>,
}

impl Directory {
    /// The directory as a trust list. Entries that cannot be used are told, not dropped.
    fn trust(
        &self,
        provider: &CryptoProvider,
        now: Timestamp,
    ) -> Result<TrustList, Box<dyn Error>> {
        let mut pem = String::new();
        for line in &self.lines {
            let entry: Value = serde_json::from_str(line)?;
            let member = |name| entry.get(name).and_then(Value::as_str);
            if member("state") != Some("in-service") {
                continue;
            }
            if let Some(country) = member("authority") {
                writeln!(pem, "country: {country}")?;
            }
            // Letters of the kinds a key may sign: vaccination, test, recovery.
            if member("purpose") == Some("vaccination-only") {
                writeln!(pem, "use: v")?;
            }
            pem.push_str(member("certificate").unwrap_or_default());
            pem.push('\n');
        }
        let importer = Importer::new(provider.clone(), ImportOptions::new(now));
        let file = ListFile::new("directory.pem", pem.as_bytes());
        let import = importer.import(Some(ListFormat::Pem), &[file])?;
        for report in import.rejected() {
            println!("entry {} is of no use: {}", report.index(), report.reason());
        }
        let mut list = TrustList::new();
        list.add(import)?;
        Ok(list)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates");
    let es256 = fs::read_to_string(format!("{folder}/trust/dsc-es256.pem"))?;
    let ps256 = fs::read_to_string(format!("{folder}/trust/dsc-ps256.pem"))?;
    let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let line = |state: &str, purpose: &str, certificate: &str| {
        json!({"authority": "VN", "state": state, "purpose": purpose, "certificate": certificate})
            .to_string()
    };
    let directory = Directory {
        lines: vec![
            line("in-service", "vaccination-only", &es256),
            line("withdrawn", "any", &ps256),
            line("in-service", "any", broken),
        ],
    };

    let provider = provider::aws_lc::provider();
    let now = Timestamp::now();
    let list = directory.trust(&provider, now)?;
    let snapshot = TrustSnapshot::new(&list, &provider);
    for known in snapshot.keys() {
        let kind = known.entry();
        println!("{} {:?} {:?}", kind.kid(), kind.country(), kind.usages());
    }
    let verifier = Verifier::new(provider, snapshot, Policy::authentic());
    for name in ["pfizer-2-2-es256.png", "abdala-3-3-ps256.png"] {
        let picture = fs::read(format!("{folder}/{name}"))?;
        for code in read_picture(&picture, &PictureLimits::default())? {
            let verdict = verifier.verify(code.text(), now);
            println!(
                "{name}: {} {}",
                verdict.decision().word(),
                verdict.reason(Lang::En)
            );
        }
    }
    Ok(())
}
