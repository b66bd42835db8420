//! `dcc attest`: a facility, or its delegate, signs what it entered.

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::{AttestReport, Attester};
use dcc_model::Coded as _;
use dcc_registry::{Bucket, FacilityId};
use serde_json::{Map, Value, json};

use super::print;
use crate::args::signing::{AttestArgs, languages};
use crate::commands::issuance::Failure;
use crate::commands::issuance::keys::{self, FacilityKey};
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &AttestArgs) -> Result<(), Failure> {
    let (Some(facility), Some(key), Some(cert)) = (&args.facility, &args.key, &args.cert) else {
        let missing = "--facility, --key and --cert are needed";
        return Err(Failure::Usage(missing.to_owned()));
    };
    let by = FacilityId::new(args.delegate.as_deref().unwrap_or(facility));
    let facility = FacilityId::new(facility.as_str());
    let found = FacilityKey {
        facility: by.clone(),
        certificate: cert.clone(),
        key: key.clone(),
    };
    let signer = keys::facility_signer(&found, args.passphrase_file.as_deref())?;
    let centre = keys::centre(&args.ca)?;
    let report = runtime::block_on(async {
        let register = args.register.open(Absent::Refuse).await?;
        let directory = SigningDirectory::read(&register.store).await?;
        let attester = Attester::new(&register.store, &centre, &directory, [&signer])
            .only(facility, by.clone());
        let report = attester.run(&args.common.act(), Bucket::all()).await?;
        register.store.close().await;
        Ok::<_, Failure>(report)
    })?;
    tell(args, &report)?;
    match report.failures.into_values().next() {
        Some(failure) => Err(Failure::Usage(format!("{by}: {failure}"))),
        None => Ok(()),
    }
}

fn tell(args: &AttestArgs, report: &AttestReport) -> Result<(), Failure> {
    let mut lines = vec![format!(
        "{} doses attested in {} act(s); {} stood already",
        report.attested, report.acts, report.standing
    )];
    if report.overtaken > 0 {
        lines.push(format!("{} changed meanwhile", report.overtaken));
    }
    let mut unsigned = Map::new();
    for (code, count) in &report.unsigned {
        let texts: Vec<&str> = languages(&args.common)
            .iter()
            .map(|lang| code.text(*lang))
            .collect();
        lines.push(format!(
            "{count} not signed, {}: {}",
            code.code(),
            texts.join(" / ")
        ));
        unsigned.insert(code.code().to_owned(), Value::from(*count));
    }
    let value = json!({
        "attested": report.attested,
        "acts": report.acts,
        "standing": report.standing,
        "overtaken": report.overtaken,
        "unsigned": unsigned,
    });
    print(args.common.json, &value, &lines)
}
