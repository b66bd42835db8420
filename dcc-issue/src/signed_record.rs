//! Signed records that are no certificates: returned lists and audit checkpoints.
//!
//! A record is a `COSE_Sign1` (RFC 8152 section 4.2) whose `external_aad` names its purpose (design
//! decision 10), so that none can be read as an HCERT or as a record of another purpose.

use core::fmt;

use dcc_codec::cose::{self, HeaderAlg};
use dcc_codec::{CoseSign1, Limits};
use dcc_sign::{Algorithm, CryptoProvider, SignRequest, Signer, VerifyingKey, sha256};

/// What a record is; every purpose has an `external_aad` of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordPurpose {
    /// A checkpoint over the audit log.
    AuditCheckpoint,
    /// A cleaning list handed back by the commune's police (R54).
    ListReturn,
}

impl RecordPurpose {
    const fn external_aad(self) -> &'static [u8] {
        match self {
            Self::AuditCheckpoint => b"dcc-audit-checkpoint-1",
            Self::ListReturn => b"dcc-list-return-1",
        }
    }
}

/// Why a record was not signed or not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// It is no `COSE_Sign1`.
    #[error("this is no signed record")]
    Form,
    /// No given key made its signature, for this purpose.
    #[error("the record's signature is of none of the given keys")]
    Signature,
    /// The signer made no signature, or one of another key.
    #[error("the signer made no valid signature")]
    Signer,
}

/// Signs `payload`; the signature is verified under the signer's own public key before it is given
/// out.
///
/// # Errors
///
/// [`RecordError::Signer`].
pub async fn sign_record(
    purpose: RecordPurpose,
    payload: &[u8],
    signer: &dyn Signer,
    provider: &CryptoProvider,
) -> Result<Vec<u8>, RecordError> {
    let key = signer.public_key();
    let protected = cose::protected_header(key.algorithm().cose_id(), &key_id(key));
    let message = cose::sig_structure(&protected, purpose.external_aad(), payload);
    let mut results = signer
        .sign_batch(&[SignRequest::new(&message)], None)
        .await
        .into_iter();
    let signature = results
        .next()
        .and_then(Result::ok)
        .ok_or(RecordError::Signer)?;
    provider
        .verify(key.algorithm(), key, &message, &signature)
        .map_err(|_| RecordError::Signer)?;
    Ok(cose::encode(&protected, &[], payload, &signature))
}

/// The payload of a record that one of `keys` signed for this purpose.
///
/// # Errors
///
/// [`RecordError`]; see its variants.
pub fn verify_record(
    purpose: RecordPurpose,
    record: &[u8],
    keys: &[VerifyingKey],
    provider: &CryptoProvider,
) -> Result<Vec<u8>, RecordError> {
    // A checkpoint over all 4097 heads takes 190 KiB.
    let limits = Limits::default().with_inflated(1 << 20);
    let message = CoseSign1::parse(record, &limits, &mut Vec::new())
        .map_err(|_| RecordError::Form)?
        .dangerous_into_unverified();
    let HeaderAlg::Protected(stated) = message.algorithm() else {
        return Err(RecordError::Form);
    };
    let algorithm = stated
        .number()
        .and_then(Algorithm::from_cose_id)
        .ok_or(RecordError::Form)?;
    let signed = message.to_be_signed_with(purpose.external_aad());
    let believed = keys.iter().any(|key| {
        key.algorithm() == algorithm
            && provider
                .verify(algorithm, key, &signed, message.signature())
                .is_ok()
    });
    if believed {
        Ok(message.payload_bytes().to_vec())
    } else {
        Err(RecordError::Signature)
    }
}

/// The leading 8 bytes of the SHA-256 of the public key.
fn key_id(key: &VerifyingKey) -> [u8; 8] {
    let hash = sha256(&key.to_spki_der());
    hash.first_chunk::<8>().copied().unwrap_or_default()
}

impl fmt::Display for RecordPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AuditCheckpoint => "audit-checkpoint",
            Self::ListReturn => "list-return",
        })
    }
}

#[cfg(test)]
mod tests {
    use dcc_sign::{LocalSigner, provider, test_keys::TestPki};

    use super::*;

    fn signer(algorithm: Algorithm) -> LocalSigner {
        let pki = TestPki::generate("VN", algorithm, "2022-01-01".parse().unwrap()).unwrap();
        let provider = provider::aws_lc::provider();
        LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider).unwrap()
    }

    fn signed(purpose: RecordPurpose, payload: &[u8], signer: &LocalSigner) -> Vec<u8> {
        let provider = provider::aws_lc::provider();
        pollster::block_on(sign_record(purpose, payload, signer, &provider)).unwrap()
    }

    #[test]
    fn a_record_is_believed_for_its_purpose_and_key_only() {
        use RecordPurpose::{AuditCheckpoint, ListReturn};
        let provider = provider::aws_lc::provider();
        for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
            let (one, other) = (signer(algorithm), signer(algorithm));
            let record = signed(AuditCheckpoint, b"heads", &one);
            let keys = [other.public_key().clone(), one.public_key().clone()];
            let read =
                |purpose, keys: &[VerifyingKey]| verify_record(purpose, &record, keys, &provider);
            assert_eq!(read(AuditCheckpoint, &keys), Ok(b"heads".to_vec()));
            assert_eq!(read(ListReturn, &keys), Err(RecordError::Signature));
            assert_eq!(
                read(AuditCheckpoint, &keys[..1]),
                Err(RecordError::Signature)
            );
            assert_eq!(read(AuditCheckpoint, &[]), Err(RecordError::Signature));
        }
    }

    #[test]
    fn any_changed_byte_is_refused() {
        let provider = provider::aws_lc::provider();
        let one = signer(Algorithm::Es256);
        let keys = [one.public_key().clone()];
        let record = signed(RecordPurpose::ListReturn, b"list", &one);
        for place in 1..record.len() {
            let mut changed = record.clone();
            changed[place] ^= 1;
            let read = verify_record(RecordPurpose::ListReturn, &changed, &keys, &provider);
            assert_ne!(read, Ok(b"list".to_vec()), "byte {place}");
        }
    }

    #[test]
    fn a_record_is_no_hcert() {
        let one = signer(Algorithm::Es256);
        let record = signed(RecordPurpose::ListReturn, b"list", &one);
        let text = dcc_codec::hc1_text(&record);
        assert!(
            dcc_codec::Decoder::new(Limits::default())
                .decode(&text)
                .is_err()
        );
    }
}
