//! A gate that trusts one signed file: opens the bundle against a pinned signer, refuses an older
//! one than it has seen, and checks codes from standard input or the examples' pictures.
//!
//! `cargo run -p dcc-examples --example gate_on_bundle -- BUNDLE SIGNER.pem STATE < codes.txt`
//!
//! Without arguments it publishes a bundle of its own first, as a ministry would.

#![expect(clippy::print_stdout, reason = "a gate speaks on its screen")]

use core::error::Error;
use std::fs;
use std::io::BufRead as _;

use dcc_codec::qr::{PictureLimits, read_picture};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, Signer as _};
use dcc_verify::bundle::{BundleDraft, BundleSigner, BundleState, TrustBundle};
use dcc_verify::trust_list::{ImportOptions, Importer, ListFile};
use dcc_verify::{
    CryptoProvider, Decision, Lang, Policy, Timestamp, TrustList, TrustSnapshot, Verifier, provider,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates");

/// Seconds of an hour.
const HOUR: i64 = 3_600;

fn main() -> Result<(), Box<dyn Error>> {
    let provider = provider::aws_lc::provider();
    let now = Timestamp::now();
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (bundle, signer, state_file) = if let [bundle, signer, state] = arguments.as_slice() {
        (fs::read(bundle)?, fs::read(signer)?, Some(state))
    } else {
        let (bundle, signer) = publish(&provider, now)?;
        (bundle, signer, None)
    };

    // What the gate keeps from run to run: the number of the newest bundle, and signers that
    // bundles added. A state that cannot be read must stop the gate, not begin anew.
    let mut state = match state_file.map(fs::read) {
        Some(Ok(bytes)) => BundleState::from_bytes(&bytes)?,
        Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error.into());
        }
        _ => BundleState::new(),
    };
    let pinned = BundleSigner::all_from_bytes(&signer)?;
    let signers = state.signers(&pinned);
    let opened = TrustBundle::open(&bundle, &signers, now, state.sequence(), &provider)?;
    state.advance(&opened);
    if let Some(file) = state_file {
        fs::write(file, state.to_bytes())?;
    }

    let trust = TrustSnapshot::new(opened.trust(), &provider);
    let day = 86_400;
    let policy = Policy::authentic().with_max_trust_age(7 * day);
    println!(
        "bundle {} of {}, {} keys",
        opened.sequence(),
        opened.created(),
        trust.key_count()
    );
    let gate = Verifier::new(provider, trust, policy);

    let codes = if state_file.is_some() {
        codes_of_input()?
    } else {
        codes_of_pictures()?
    };
    for code in codes {
        let verdict = gate.verify(&code, Timestamp::now());
        match (verdict.decision(), verdict.accepted()) {
            (Decision::Accept, Some(certificate)) => {
                println!(
                    "ĐẠT  {}  {}",
                    certificate.holder(),
                    certificate.birth_date()
                );
                println!("     Đối chiếu giấy tờ tùy thân");
            }
            (Decision::Undecided, _) => println!("CẦN XEM LẠI  {}", verdict.reason(Lang::Vi)),
            _ => println!("KHÔNG ĐẠT  {}", verdict.reason(Lang::Vi)),
        }
    }
    Ok(())
}

/// The other side: a list of document signers, merged from files and signed.
fn publish(
    provider: &CryptoProvider,
    now: Timestamp,
) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let importer = Importer::new(provider.clone(), ImportOptions::new(now));
    let mut list = TrustList::new();
    for name in ["dsc-es256.pem", "dsc-ps256.pem"] {
        let bytes = fs::read(format!("{FOLDER}/trust/{name}"))?;
        list.add(importer.import(None, &[ListFile::new(name, &bytes)])?)?;
    }

    let keys = TestPki::generate("VN", Algorithm::Es256, now.saturating_add_seconds(-HOUR))?;
    let signer = LocalSigner::from_pkcs8(keys.dsc_key_pem().as_bytes(), None, provider)?;
    let pinned = BundleSigner::all_from_bytes(keys.dsc_pem().as_bytes())?;
    let publisher = pinned.first().ok_or("no certificate")?;
    let expires = now.saturating_add_seconds(7 * 24 * HOUR);
    let prepared = BundleDraft::new(&list, 1, now, expires)?.prepare(publisher)?;
    let signatures = pollster::block_on(signer.sign_batch(&[prepared.request()], None));
    let signature = signatures.into_iter().next().ok_or("no signature")??;
    let bundle = prepared.finish(provider, &signature)?;
    Ok((bundle, keys.dsc_pem().as_bytes().to_vec()))
}

fn codes_of_input() -> std::io::Result<Vec<String>> {
    let lines = std::io::stdin().lock().split(b'\n');
    lines
        .map(|line| line.map(|line| String::from_utf8_lossy(&line).into_owned()))
        .collect()
}

fn codes_of_pictures() -> Result<Vec<String>, Box<dyn Error>> {
    let mut codes = Vec::new();
    for name in [
        "pfizer-2-2-es256.png",
        "abdala-3-3-ps256.png",
        "janssen-2-1-es256.png",
    ] {
        let picture = fs::read(format!("{FOLDER}/{name}"))?;
        let found = read_picture(&picture, &PictureLimits::default())?;
        codes.extend(found.into_iter().map(|code| code.text().to_owned()));
    }
    Ok(codes)
}
