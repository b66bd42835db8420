//! A small trust list and signers whose keys everybody knows.

use std::path::PathBuf;

use dcc_model::Timestamp;
use dcc_registry::bundle::{BundleDraft, BundleError, BundleSigner, PreparedBundle, TrustBundle};
use dcc_registry::trust::TrustList;
use dcc_registry::trust_list::{ImportOptions, Importer, ListFile, ListFormat};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, CryptoProvider, LocalSigner, SignRequest, Signer as _};

/// Deterministic ES256 (RFC 6979).
pub(crate) fn provider() -> CryptoProvider {
    dcc_sign::provider::rustcrypto::provider()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The tests' present; bundles are made a day before.
pub(crate) fn now() -> Timestamp {
    at("2026-01-02T00:00:00Z")
}

pub(crate) fn created() -> Timestamp {
    at("2026-01-01T00:00:00Z")
}

pub(crate) fn expires() -> Timestamp {
    at("2026-01-08T00:00:00Z")
}

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder("tests/fixtures").join(name)).unwrap()
}

/// A list of a few certificates.
pub(crate) fn trust() -> TrustList {
    let pem: Vec<u8> = ["signer.pem", "other.pem"]
        .iter()
        .flat_map(|name| fixture(&format!("anchors/{name}")))
        .collect();
    let importer = Importer::new(provider(), ImportOptions::new(created()));
    let import = importer
        .import(Some(ListFormat::Pem), &[ListFile::new("list.pem", &pem)])
        .unwrap();
    let mut list = TrustList::new();
    list.add(import).unwrap();
    assert_eq!(list.entries().len(), 2);
    list
}

/// A signer with its private key.
pub(crate) struct Publisher {
    pub(crate) key: LocalSigner,
    pub(crate) signer: BundleSigner,
}

impl Publisher {
    /// A fresh one, valid for 27 months from 2025-06-01.
    pub(crate) fn fresh(algorithm: Algorithm) -> Self {
        let pki = TestPki::generate("VN", algorithm, at("2025-06-01T00:00:00Z")).unwrap();
        Self::of(pki.dsc_key_pem().as_bytes(), pki.dsc_pem().as_bytes())
    }

    pub(crate) fn of(key: &[u8], certificate: &[u8]) -> Self {
        // RSA keys are loaded by aws-lc; its ES256 is not deterministic.
        let key = LocalSigner::from_pkcs8(key, None, &provider())
            .or_else(|_| {
                LocalSigner::from_pkcs8(key, None, &dcc_sign::provider::aws_lc::provider())
            })
            .unwrap();
        let mut signers = BundleSigner::all_from_bytes(certificate).unwrap();
        assert_eq!(signers.len(), 1);
        Self {
            key,
            signer: signers.remove(0),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signed = pollster::block_on(self.key.sign_batch(&[SignRequest::new(message)], None));
        signed.into_iter().next().unwrap().unwrap()
    }

    pub(crate) fn finish(&self, prepared: &PreparedBundle) -> Vec<u8> {
        let signature = self.sign(prepared.to_be_signed());
        prepared.finish(&provider(), &signature).unwrap()
    }

    pub(crate) fn make(&self, draft: BundleDraft) -> Vec<u8> {
        self.finish(&draft.prepare(&self.signer).unwrap())
    }
}

pub(crate) fn draft(sequence: u64) -> BundleDraft {
    BundleDraft::new(&trust(), sequence, created(), expires()).unwrap()
}

pub(crate) fn open(bytes: &[u8], pinned: &[BundleSigner]) -> Result<TrustBundle, BundleError> {
    TrustBundle::open(bytes, pinned, now(), 0, &provider())
}
