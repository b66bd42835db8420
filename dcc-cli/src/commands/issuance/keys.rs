//! The keys of a campaign: given ones, or demo keys in its folder.

use alloc::sync::Arc;
use std::fs;
use std::path::{Path, PathBuf};

use dcc_issue::attestation::{AttestationCentre, FacilitySigner};
use dcc_model::Timestamp;
use dcc_registry::FacilityId;
use dcc_registry::chain::Authorities;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, DocumentSigner, HcertSigner, LocalSigner};

use super::Failure;
use crate::args::issuance::RuleArgs;
use crate::args::{AlgArg, ProviderArg};
use crate::commands::complain;
use crate::{files, key_files};

/// The folder of demo keys in that of the campaign.
const FOLDER: &str = "keys";
/// The country of the issuer and of the facilities.
pub(super) const COUNTRY: &str = "VN";
const SECONDS_OF_DAY: i64 = 86_400;

/// The document signer of a run.
#[derive(Debug)]
pub(super) struct Signer {
    pub(super) hcert: HcertSigner,
    /// The authority's certificate, where it is known: that of demo keys.
    pub(super) csca: Option<String>,
    /// Whether the keys are demo keys.
    pub(super) is_demo: bool,
}

/// The signer of the key and certificate that were named.
pub(super) fn given(rule: &RuleArgs) -> Result<Option<Signer>, Failure> {
    let (Some(key), Some(cert)) = (&rule.key, &rule.cert) else {
        return Ok(None);
    };
    Ok(Some(Signer {
        hcert: load(key, cert, rule.passphrase_file.as_deref())?,
        csca: None,
        is_demo: false,
    }))
}

/// Demo keys of `folder`, made where there are none: valid from the day of `at` for 27 months.
pub(super) fn demo(folder: &Path, alg: AlgArg, at: Timestamp) -> Result<Signer, Failure> {
    let keys = folder.join(FOLDER);
    let (dsc, key) = (keys.join("dsc.pem"), keys.join("dsc-key.pem"));
    if !key.exists() {
        make(&keys, alg, at)?;
    }
    let signer = Signer {
        hcert: load(&key, &dsc, None)?,
        csca: Some(fs::read_to_string(keys.join("csca.pem")).map_err(Failure::file(&keys))?),
        is_demo: true,
    };
    let of_key = signer.hcert.certificate().verifying_key();
    if of_key.is_ok_and(|found| found.algorithm() != algorithm(alg)) {
        return Err(key_failure(
            &key,
            "the demo keys of this folder are of the other algorithm; name it, or use another folder",
        ));
    }
    complain(format_args!(
        "DEMO KEYS, TEST ONLY: certificates are signed with the keys in {}, which no verifier may trust",
        keys.display()
    ));
    Ok(signer)
}

const fn algorithm(alg: AlgArg) -> Algorithm {
    match alg {
        AlgArg::Es256 => Algorithm::Es256,
        AlgArg::Ps256 => Algorithm::Ps256,
    }
}

fn make(keys: &Path, alg: AlgArg, at: Timestamp) -> Result<(), Failure> {
    let pki = TestPki::generate(COUNTRY, algorithm(alg), start_of_day(at))
        .map_err(|error| key_failure(keys, &error.to_string()))?;
    files::create_private_folder(keys).map_err(Failure::file(keys))?;
    // The signer's key comes last: where it stands, everything does.
    let outputs = [
        ("csca.pem", pki.csca_pem()),
        ("csca-key.pem", pki.csca_key_pem()),
        ("dsc.pem", pki.dsc_pem()),
        ("dsc-key.pem", pki.dsc_key_pem()),
    ];
    for (name, pem) in outputs {
        let path = keys.join(name);
        files::write_private(&path, pem.as_bytes(), true).map_err(Failure::file(&path))?;
    }
    Ok(())
}

/// The beginning of the day of `at`, UTC.
pub(super) fn start_of_day(at: Timestamp) -> Timestamp {
    let into_day = at.unix_seconds().rem_euclid(SECONDS_OF_DAY);
    at.saturating_add_seconds(into_day.saturating_neg())
}

fn load(key: &Path, cert: &Path, passphrase: Option<&Path>) -> Result<HcertSigner, Failure> {
    let (signer, certificate) = pair(key, cert, passphrase)?;
    let provider = ProviderArg::built_in().provider();
    HcertSigner::new(Arc::new(signer), certificate, provider)
        .map_err(|error| key_failure(key, &error.to_string()))
}

fn pair(
    key: &Path,
    cert: &Path,
    passphrase: Option<&Path>,
) -> Result<(LocalSigner, DocumentSigner), Failure> {
    let provider = ProviderArg::built_in().provider();
    let signer = key_files::load(key, passphrase, &provider)?;
    let bytes = fs::read(cert).map_err(Failure::file(cert))?;
    let certificate = DocumentSigner::from_bytes(&bytes)
        .map_err(|error| key_failure(cert, &error.to_string()))?;
    Ok((signer, certificate))
}

fn key_failure(path: &Path, reason: &str) -> Failure {
    Failure::Key {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

/// A facility whose key is at hand.
#[derive(Clone, Debug)]
pub(super) struct FacilityKey {
    pub(super) facility: FacilityId,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// The signer of one facility, whose key may be encrypted with the passphrase of a file.
pub(super) fn facility_signer(
    found: &FacilityKey,
    passphrase: Option<&Path>,
) -> Result<FacilitySigner, Failure> {
    let (signer, certificate) = pair(&found.key, &found.certificate, passphrase)?;
    FacilitySigner::new(found.facility.clone(), Arc::new(signer), certificate)
        .map_err(|error| key_failure(&found.certificate, &error.to_string()))
}

/// The signers of facilities. One whose key or certificate is of no use is said and left out; its
/// doses wait.
pub(super) fn facility_signers(keys: &[FacilityKey]) -> Vec<FacilitySigner> {
    let mut signers = Vec::with_capacity(keys.len());
    for found in keys {
        match facility_signer(found, None) {
            Ok(signer) => signers.push(signer),
            Err(failure) => complain(format_args!("facility {}: {failure}", found.facility)),
        }
    }
    signers
}

/// The centre that verifies attestations, with the authorities of these files.
pub(super) fn centre(authorities: &[PathBuf]) -> Result<AttestationCentre, Failure> {
    let mut trusted = Authorities::default();
    for path in authorities {
        let bytes = fs::read(path).map_err(Failure::file(path))?;
        for certificate in DocumentSigner::all_from_bytes(&bytes) {
            let certificate = certificate.map_err(|error| key_failure(path, &error.to_string()))?;
            trusted
                .insert(COUNTRY, certificate)
                .map_err(|error| key_failure(path, &error.to_string()))?;
        }
    }
    let provider = ProviderArg::built_in().provider();
    Ok(AttestationCentre::new(provider, trusted))
}
