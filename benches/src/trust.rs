//! The full real trust list, of the shared test data: eight countries' mirrored lists and WHO's.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use dcc_model::Timestamp;
use dcc_registry::bundle::{BundleDraft, BundleSigner};
use dcc_registry::trust::TrustList;
use dcc_registry::trust_list::{Anchor, ImportOptions, Importer, ListFile};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, Signer as _, provider};
use flate2::read::GzDecoder;

const MIRRORS: [&str; 8] = [
    "at.min.json",
    "ch.min.json",
    "de.min.json",
    "fr.min.json",
    "it.min.json",
    "nl.raw.keys.json",
    "pl.min.json",
    "se.min.json",
];

/// A signed bundle and whom to pin for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct RealBundle {
    /// The list in it.
    pub list: TrustList,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its signer.
    pub signer: BundleSigner,
    /// A moment within its time.
    pub now: Timestamp,
}

/// The bundle of the full real list; `None` where the shared test data is absent.
///
/// # Errors
///
/// Whatever keeps a list from being read or the bundle from being signed.
pub fn real_bundle() -> Result<Option<RealBundle>, Box<dyn core::error::Error>> {
    let folder = env::var_os("DCC_TESTDATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/testdata"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        return Ok(None);
    }
    let now: Timestamp = "2026-08-22T18:00:00Z".parse()?;
    let list = real_list(&folder, now)?;
    let pki = TestPki::generate("VN", Algorithm::Es256, now)?;
    let provider = provider::aws_lc::provider();
    let key = LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider)?;
    let mut signers = BundleSigner::all_from_bytes(pki.dsc_pem().as_bytes())?;
    let signer = signers.pop().ok_or("no signer")?;
    let expires = now.checked_add_months(1).ok_or("the year is too late")?;
    let prepared = BundleDraft::new(&list, 1, now, expires)?.prepare(&signer)?;
    let mut signed = pollster::block_on(key.sign_batch(&[prepared.request()], None));
    let signature = signed.pop().ok_or("no signature")??;
    let bytes = prepared.finish(&provider, &signature)?;
    Ok(Some(RealBundle {
        list,
        bytes,
        signer,
        now,
    }))
}

fn real_list(folder: &Path, now: Timestamp) -> Result<TrustList, Box<dyn core::error::Error>> {
    let mut list = TrustList::new();
    let mirrors = Importer::new(provider::aws_lc::provider(), ImportOptions::new(now));
    for name in MIRRORS {
        let bytes = inflated(&folder.join(format!("trustlists/trustlist_{name}.gz")))?;
        list.add(mirrors.import(None, &[ListFile::new(name, &bytes)])?)?;
    }
    let document = inflated(&folder.join("did/v2-trustlist.did.json.gz"))?;
    let material = fs::read(folder.join("cms/tng-ta-signed-prod.json"))?;
    let anchor = fs::read(folder.join("cms/tng-ta-prod.cert.pem"))?;
    let options = ImportOptions::new(now).with_anchors(Anchor::all_from_bytes(&anchor)?);
    let files = [
        ListFile::new("did.json", &document),
        ListFile::new("material.json", &material),
    ];
    let who = Importer::new(provider::aws_lc::provider(), options).import(None, &files)?;
    list.add(who)?;
    Ok(list)
}

fn inflated(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut GzDecoder::new(file), &mut bytes)?;
    Ok(bytes)
}
