//! Keys of the police, of checkpoints and of the document signer, from files.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_sign::{DocumentSigner, LocalSigner, VerifyingKey};

use super::Failure;
use crate::args::ProviderArg;
use crate::key_files;

/// A private key in PKCS#8, with the passphrase of an encrypted one in a file or the environment.
pub(super) fn signer(path: &Path, passphrase: Option<&Path>) -> Result<LocalSigner, Failure> {
    let provider = ProviderArg::built_in().provider();
    Ok(key_files::load(path, passphrase, &provider)?)
}

/// The certificate of a file.
pub(super) fn certificate(path: &Path) -> Result<DocumentSigner, Failure> {
    let bytes = fs::read(path).map_err(Failure::file(path))?;
    DocumentSigner::from_bytes(&bytes).map_err(|error| wrong(path, &error.to_string()))
}

/// The public key of a file: that of a certificate, or a PEM block `PUBLIC KEY` (RFC 7468).
pub(super) fn public_key(path: &Path) -> Result<VerifyingKey, Failure> {
    let bytes = fs::read(path).map_err(Failure::file(path))?;
    if let Some(spki) = public_key_block(&bytes) {
        return VerifyingKey::from_spki_der(&spki).map_err(|error| wrong(path, &error.to_string()));
    }
    let certificate = certificate(path)?;
    let key = certificate.verifying_key().cloned();
    key.map_err(|error| wrong(path, &error.to_string()))
}

fn public_key_block(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}

fn wrong(path: &Path, reason: &str) -> Failure {
    Failure::Key {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
