//! `dcc doctor`: what should be looked at before a campaign.

use std::path::{Path, PathBuf};

use dcc_issue::doctor::{
    DoctorFinding, Severity, SigningPair, examine_register, examine_room, examine_signer,
};
use dcc_model::Coded as _;
use dcc_sign::Signer as _;
use serde_json::json;

use super::{Failure, keys, print};
use crate::args::LangArg;
use crate::args::records::DoctorArgs;
use crate::registry_url::Absent;
use crate::runtime;

/// Facilities named one by one; the rest is only counted by `--json`.
const NAMED: usize = 200;

pub(super) fn run(args: &DoctorArgs) -> Result<(), Failure> {
    runtime::block_on(examined(args))
}

async fn examined(args: &DoctorArgs) -> Result<(), Failure> {
    let at = args.common.at();
    let mut findings = match (&args.key, &args.cert) {
        (Some(key), Some(cert)) => {
            let signer = keys::signer(key, args.passphrase_file.as_deref())?;
            let certificate = keys::certificate(cert)?;
            let key = signer.public_key();
            examine_signer(Some(SigningPair::new(&certificate, key)), at)
        }
        _ => examine_signer(None, at),
    };
    let register = args.register.open(Absent::Refuse).await?;
    let path = register.store.path();
    findings.extend(examine_register(&register.store, at).await);
    findings.push(examine_room(free_bytes(&folder(&path)), args.people));
    register.store.close().await;
    tell(&findings, args)?;
    let failures = findings
        .iter()
        .filter(|found| found.code.severity() == Severity::Failure);
    match failures.count() {
        0 => Ok(()),
        failures => Err(Failure::NotReady { failures }),
    }
}

fn tell(findings: &[DoctorFinding], args: &DoctorArgs) -> Result<(), Failure> {
    if args.common.json {
        return print(findings.iter().map(|found| {
            json!({
                "severity": found.code.severity().word(),
                "code": found.code.code(),
                "facility": found.facility.as_ref().map(dcc_registry::FacilityId::as_str),
                "figure": found.figure,
            })
        }));
    }
    let languages = LangArg::languages(args.common.lang);
    print(findings.iter().take(NAMED).map(|found| {
        let texts: Vec<&str> = languages
            .iter()
            .map(|lang| found.code.text(*lang))
            .collect();
        let facility = found.facility.as_ref().map_or("", |id| id.as_str());
        let figure = found
            .figure
            .map_or_else(String::new, |figure| figure.to_string());
        format!(
            "{:<8} {} {facility} {figure}",
            found.code.severity().word(),
            texts.join(" / ")
        )
    }))
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The bytes that a user may still write where `folder` lies.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
const fn free_bytes(_: &Path) -> Option<u64> {
    None
}
