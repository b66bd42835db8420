//! What a facility signs: a statement about a tree of dose versions.

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_codec::cose::{self, AlgorithmId, HeaderAlg};
use dcc_codec::{CoseSign1, Limits};
use dcc_registry::{Digest, FacilityId, Timestamp};
use dcc_sign::DocumentSigner;

use super::algorithm::AttestationAlgorithm;
use super::package::PackageError;

/// The profile that a statement names, and the data beside the message which its signature covers:
/// no signature over an attestation can be read as one over an HCERT or a list (design decision
/// 10).
pub const ATTESTATION_PROFILE: &str = "dcc-attestation-1";

/// The payload of an attestation's `COSE_Sign1`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// Whose doses they are: the entering facility.
    pub facility: FacilityId,
    /// Who signs.
    pub signer: FacilityId,
    /// The SHA-256 of the signer's certificate.
    pub certificate: Digest,
    /// The reference of the delegation under which another signs than the enterer.
    pub delegation: Option<String>,
    /// The number of leaves.
    pub size: u64,
    /// The tree's root.
    pub root: Digest,
    /// When it is signed.
    pub signed_at: Timestamp,
}

impl Statement {
    /// The payload: deterministic CBOR of `[profile, facility, signer, certificate, delegation /
    /// null, size, root, signed_at]`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let delegation = self.delegation.as_deref();
        cbor::encode(&Value::Array(vec![
            Value::text(ATTESTATION_PROFILE),
            Value::text(self.facility.as_str()),
            Value::text(self.signer.as_str()),
            Value::bytes(self.certificate.as_bytes().as_slice()),
            delegation.map_or(Value::Null, Value::text),
            Value::Unsigned(self.size),
            Value::bytes(self.root.as_bytes().as_slice()),
            Value::integer(self.signed_at.unix_seconds()),
        ]))
    }

    /// Reads a payload. Nothing is verified thereby.
    ///
    /// # Errors
    ///
    /// [`PackageError::Statement`] where it is not, byte for byte, such a payload.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PackageError> {
        read(bytes)
            .filter(|statement| statement.to_bytes() == bytes)
            .ok_or(PackageError::Statement)
    }
}

fn read(bytes: &[u8]) -> Option<Statement> {
    let item = cbor::decode(bytes, &CborLimits::default()).ok()?;
    let [
        profile,
        facility,
        signer,
        certificate,
        delegation,
        size,
        root,
        signed_at,
    ] = item.as_array()?
    else {
        return None;
    };
    if profile.as_text() != Some(ATTESTATION_PROFILE) {
        return None;
    }
    let delegation = match delegation {
        Value::Null => None,
        other => Some(other.as_text()?.to_owned()),
    };
    let Value::Unsigned(size) = *size else {
        return None;
    };
    Some(Statement {
        facility: FacilityId::new(facility.as_text()?),
        signer: FacilityId::new(signer.as_text()?),
        certificate: Digest::from_slice(certificate.as_bytes()?)?,
        delegation,
        size,
        root: Digest::from_slice(root.as_bytes()?)?,
        signed_at: Timestamp::from_unix_seconds(signed_at.as_integer()?)?,
    })
}

/// A statement between its making and its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StatementToSign {
    protected: Vec<u8>,
    payload: Vec<u8>,
}

impl StatementToSign {
    pub(super) fn new(
        statement: &Statement,
        algorithm: AttestationAlgorithm,
        certificate: &DocumentSigner,
    ) -> Self {
        let kid = certificate.kid().as_bytes();
        Self {
            protected: cose::protected_header(algorithm.cose_id(), kid),
            payload: statement.to_bytes(),
        }
    }

    pub(super) fn to_be_signed(&self) -> Vec<u8> {
        let aad = ATTESTATION_PROFILE.as_bytes();
        cose::sig_structure(&self.protected, aad, &self.payload)
    }

    pub(super) fn message(&self, signature: &[u8]) -> Vec<u8> {
        cose::encode(&self.protected, &[], &self.payload, signature)
    }
}

/// A signed statement as it came, not verified.
#[derive(Clone, Debug)]
pub(super) struct SignedStatement {
    pub(super) statement: Statement,
    pub(super) algorithm: AttestationAlgorithm,
    pub(super) to_be_signed: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl SignedStatement {
    pub(super) fn parse(message: &[u8]) -> Result<Self, PackageError> {
        let parsed = CoseSign1::parse(message, &Limits::default(), &mut Vec::new())
            .map_err(|_| PackageError::Message)?
            .dangerous_into_unverified();
        let algorithm = match parsed.algorithm() {
            HeaderAlg::Protected(AlgorithmId::Number(id)) => {
                AttestationAlgorithm::from_cose_id(*id).ok_or(PackageError::Algorithm)?
            }
            _ => return Err(PackageError::Algorithm),
        };
        Ok(Self {
            statement: Statement::from_bytes(parsed.payload_bytes())?,
            algorithm,
            to_be_signed: parsed.to_be_signed_with(ATTESTATION_PROFILE.as_bytes()),
            signature: parsed.signature().to_vec(),
        })
    }
}
