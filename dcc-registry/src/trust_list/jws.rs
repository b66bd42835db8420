//! Compact JWS (RFC 7515) with its certificates in `x5c`, as Sweden and Switzerland sign.

use dcc_sign::{CertificateAlgorithm, CertificateKey, CertificateKeyMaterial, DocumentSigner};
use serde_json::Value;

use super::anchor::Anchor;
use super::error::ImportError;
use super::import::Importer;
use super::json;

/// Reads a JWS and, where `checked`, verifies it; gives its payload.
///
/// A signer that is not pinned itself but leads to a pinned authority must have this name: an
/// authority signs for many others too.
pub(crate) fn payload(
    importer: &Importer,
    text: &[u8],
    checked: bool,
    signer_name: Option<&str>,
) -> Result<Value, ImportError> {
    const PART: ImportError = ImportError::Malformed { part: "JWS" };
    let text = core::str::from_utf8(text).map_err(|_| PART)?.trim();
    let (signed, signature) = text.rsplit_once('.').ok_or(PART)?;
    let (header, payload) = signed.split_once('.').ok_or(PART)?;
    let header: Value = json::base64_url(header)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(PART)?;
    let signature = json::base64_url(signature).ok_or(PART)?;
    let payload = json::base64_url(payload).ok_or(PART)?;
    if checked {
        if header.get("crit").is_some() {
            // RFC 7515 section 4.1.11: nothing critical is understood here.
            return Err(ImportError::AlgorithmUnsupported);
        }
        let algorithm = header.get("alg").and_then(Value::as_str);
        let algorithm = algorithm.and_then(Algorithm::from_name);
        let algorithm = algorithm.ok_or(ImportError::AlgorithmUnsupported)?;
        let signature = algorithm
            .signature(&signature)
            .ok_or(ImportError::SignatureWrong)?;
        let keys = signer_keys(importer, &header, signer_name)?;
        let verifies = |spki: &Vec<u8>| {
            let provider = importer.provider();
            let message = signed.as_bytes();
            algorithm.takes(spki)
                && provider
                    .verify_certificate(algorithm.table, spki, message, &signature)
                    .is_ok()
        };
        if !keys.iter().any(verifies) {
            return Err(ImportError::SignatureWrong);
        }
    }
    json::parse(&payload, "JWS payload")
}

/// The keys that may have signed: of the first certificate of `x5c` if that is trusted, or the
/// pinned ones where the header brings none.
fn signer_keys(
    importer: &Importer,
    header: &Value,
    signer_name: Option<&str>,
) -> Result<Vec<Vec<u8>>, ImportError> {
    let Some(chain) = header.get("x5c") else {
        return Ok(importer
            .anchors()
            .iter()
            .map(|anchor| anchor.spki().to_vec())
            .collect());
    };
    let chain = chain
        .as_array()
        .ok_or(ImportError::Malformed { part: "x5c" })?;
    let chain = chain
        .iter()
        .map(|item| item.as_str().and_then(json::base64));
    let chain: Option<Vec<Vec<u8>>> = chain.collect();
    let chain = chain.ok_or(ImportError::Malformed { part: "x5c" })?;
    let (first, others) = chain
        .split_first()
        .ok_or(ImportError::Malformed { part: "x5c" })?;
    let signer = DocumentSigner::from_der(first);
    let signer = signer.map_err(|_| ImportError::Malformed { part: "x5c" })?;
    if !importer.anchors().iter().any(|anchor| anchor.is(&signer)) {
        let authorities = Anchor::authorities(importer.anchors());
        let others = others
            .iter()
            .filter_map(|der| DocumentSigner::from_der(der).ok());
        let others: Vec<_> = others.collect();
        let path = importer
            .chains()
            .verify_path(&signer, &others, &authorities, importer.now());
        let named = signer_name.is_none_or(|name| has_common_name(first, |own| own == name));
        if path.is_err() || !named {
            return Err(ImportError::SignerUnknown);
        }
    }
    Ok(Vec::from([signer.spki_der().to_vec()]))
}

/// Whether the subject's only common name is the one asked for.
pub(crate) fn has_common_name(der: &[u8], is: impl Fn(&str) -> bool) -> bool {
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(der) else {
        return false;
    };
    let mut names = certificate.subject().iter_common_name();
    match (names.next(), names.next()) {
        (Some(name), None) => name.as_str().is_ok_and(is),
        _ => false,
    }
}

/// A signature algorithm of RFC 7518 section 3.1.
#[derive(Clone, Copy)]
struct Algorithm {
    table: CertificateAlgorithm,
    /// Bytes of r and of s, for ECDSA.
    half: Option<usize>,
}

impl Algorithm {
    fn from_name(name: &str) -> Option<Self> {
        let (table, half) = match name {
            "ES256" => (CertificateAlgorithm::EcdsaSha256, Some(32)),
            "ES384" => (CertificateAlgorithm::EcdsaSha384, Some(48)),
            "ES512" => (CertificateAlgorithm::EcdsaSha512, Some(66)),
            "RS256" => (CertificateAlgorithm::RsaPkcs1Sha256, None),
            "RS384" => (CertificateAlgorithm::RsaPkcs1Sha384, None),
            "RS512" => (CertificateAlgorithm::RsaPkcs1Sha512, None),
            "PS256" => (CertificateAlgorithm::RsaPssSha256, None),
            "PS384" => (CertificateAlgorithm::RsaPssSha384, None),
            "PS512" => (CertificateAlgorithm::RsaPssSha512, None),
            _ => return None,
        };
        Some(Self { table, half })
    }

    /// Whether the key is of the curve which the algorithm names.
    fn takes(self, spki: &[u8]) -> bool {
        let Some(key) = CertificateKey::from_spki_der(spki) else {
            return false;
        };
        match key.material() {
            CertificateKeyMaterial::P256(_) => self.half == Some(32),
            CertificateKeyMaterial::P384(_) => self.half == Some(48),
            CertificateKeyMaterial::P521(_) => self.half == Some(66),
            CertificateKeyMaterial::Rsa { .. } => self.half.is_none(),
            _ => false,
        }
    }

    /// The signature as certificates have it.
    fn signature(self, signature: &[u8]) -> Option<Vec<u8>> {
        match self.half {
            None => Some(signature.to_vec()),
            Some(half) if signature.len() == half.checked_mul(2)? => {
                let (r, s) = signature.split_at_checked(half)?;
                Some(ecdsa_signature(r, s))
            }
            Some(_) => None,
        }
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) of two numbers.
fn ecdsa_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    use crate::cms::ber::{INTEGER, SEQUENCE, element};
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let significant = bytes.get(zeros..).unwrap_or_default();
        let sign: &[u8] = if significant.first().is_none_or(|first| *first >= 0x80) {
            &[0]
        } else {
            &[]
        };
        element(INTEGER, &[sign, significant])
    };
    element(SEQUENCE, &[&number(r), &number(s)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_minimal_der() {
        let signature = ecdsa_signature(&[0, 0, 0x80], &[0, 7]);
        assert_eq!(signature, [0x30, 7, 2, 2, 0, 0x80, 2, 1, 7]);
        assert_eq!(ecdsa_signature(&[0], &[0]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
    }

    #[test]
    fn none_and_symmetric_algorithms_do_not_exist() {
        for name in ["none", "HS256", "es256", "EC", ""] {
            assert!(Algorithm::from_name(name).is_none(), "{name}");
        }
    }
}
