//! The package: a signed statement with the leaves of its tree, as a file or a row.

use core::fmt;

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_registry::{Digest, DoseRef};

use super::statement::{SignedStatement, Statement};
use super::tree::{self, InclusionProof};

/// The mark at the beginning of a package.
const FORM: &str = "dcc-attestation-package";
/// The version of packages and leaves that is written.
const VERSION: u64 = 1;
/// The most doses of one package.
pub const MAX_LEAVES: usize = 100_000;
/// Bytes of a salt.
pub(super) const SALT: usize = 16;
/// CBOR items around the leaves, and of each leaf.
const ITEMS: (usize, usize) = (8, 5);

/// One dose version under an attestation, and the salt that keeps its hash from being guessed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackageLeaf {
    /// The platform's reference of the dose.
    pub dose_ref: DoseRef,
    /// The version on the platform that signed.
    pub version: u32,
    /// Random.
    pub salt: [u8; SALT],
    /// The SHA-256 of the deterministic dose record
    /// ([`DoseContent::hash`](dcc_registry::DoseContent::hash)).
    pub hash: Digest,
}

impl PackageLeaf {
    /// The hash of this leaf: deterministic CBOR of `[1, dose_ref, version, salt, hash]`.
    pub fn leaf_hash(&self) -> Digest {
        let [dose_ref, version, salt, hash] = self.members();
        let leaf = vec![Value::Unsigned(VERSION), dose_ref, version, salt, hash];
        tree::leaf_hash(&cbor::encode(&Value::Array(leaf)))
    }

    fn members(&self) -> [Value<'_>; 4] {
        [
            Value::text(self.dose_ref.as_str()),
            Value::Unsigned(self.version.into()),
            Value::bytes(self.salt.as_slice()),
            Value::bytes(self.hash.as_bytes().as_slice()),
        ]
    }

    fn read(item: &Value<'_>) -> Option<Self> {
        let [dose_ref, Value::Unsigned(version), salt, hash] = item.as_array()? else {
            return None;
        };
        Some(Self {
            dose_ref: DoseRef::new(dose_ref.as_text()?),
            version: u32::try_from(*version).ok()?,
            salt: salt.as_bytes()?.try_into().ok()?,
            hash: Digest::from_slice(hash.as_bytes()?)?,
        })
    }
}

impl fmt::Debug for PackageLeaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackageLeaf")
            .field("dose_ref", &self.dose_ref)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Why bytes are no attestation package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// They are not the CBOR of a package.
    #[error("these bytes are not an attestation package")]
    Form,
    /// It is of a later version.
    #[error("the package has version {version}; this program reads version 1")]
    Version {
        /// Its version.
        version: u64,
    },
    /// It has no leaf, or more than [`MAX_LEAVES`].
    #[error("the package has {leaves} doses, not 1 to 100000")]
    Leaves {
        /// How many.
        leaves: usize,
    },
    /// The message in it is no `COSE_Sign1`.
    #[error("the package holds no COSE_Sign1 message")]
    Message,
    /// The protected header names no algorithm of attestations.
    #[error("the signature algorithm is none of ES256, PS256 and RS256")]
    Algorithm,
    /// The payload of the message is no statement.
    #[error("the signed statement is not one of dcc-attestation-1")]
    Statement,
    /// The leaves are not those of the signed root.
    #[error("the doses are not those that were signed")]
    Root,
}

/// A package as it came: well formed, its leaves those of its own statement. Who signed is not
/// verified yet.
#[derive(Clone, Debug)]
pub struct Package {
    bytes: Vec<u8>,
    pub(super) signed: SignedStatement,
    leaves: Vec<PackageLeaf>,
}

impl Package {
    /// Reads a package.
    ///
    /// # Errors
    ///
    /// [`PackageError`]; see its variants.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PackageError> {
        let (signed, leaves) = read(&bytes)?;
        let package = Self {
            bytes,
            signed,
            leaves,
        };
        let statement = package.statement();
        let size = u64::try_from(package.leaves.len()).map_err(|_| PackageError::Root)?;
        if statement.size != size || statement.root != tree::root(&package.leaf_hashes()) {
            return Err(PackageError::Root);
        }
        Ok(package)
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, taken out.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What was signed.
    pub const fn statement(&self) -> &Statement {
        &self.signed.statement
    }

    /// The doses, in the order of the tree.
    pub fn leaves(&self) -> &[PackageLeaf] {
        &self.leaves
    }

    /// The proof that the dose at `place` is under the signature, for those who may not see the
    /// others.
    pub fn inclusion_proof(&self, place: usize) -> Option<InclusionProof> {
        InclusionProof::of(&self.leaf_hashes(), place)
    }

    fn leaf_hashes(&self) -> Vec<Digest> {
        self.leaves.iter().map(PackageLeaf::leaf_hash).collect()
    }
}

/// Writes a package around a signed message.
pub(super) fn to_bytes(message: &[u8], leaves: &[PackageLeaf]) -> Vec<u8> {
    let leaf = |leaf| Value::Array(PackageLeaf::members(leaf).into());
    cbor::encode(&Value::Array(vec![
        Value::text(FORM),
        Value::Unsigned(VERSION),
        Value::bytes(message),
        Value::Array(leaves.iter().map(leaf).collect()),
    ]))
}

fn read(bytes: &[u8]) -> Result<(SignedStatement, Vec<PackageLeaf>), PackageError> {
    let (around, each) = ITEMS;
    let items = MAX_LEAVES.saturating_mul(each).saturating_add(around);
    let limits = CborLimits::default().with_items(items).with_depth(8);
    let item = cbor::decode(bytes, &limits).map_err(|_| PackageError::Form)?;
    let Some([form, Value::Unsigned(version), rest @ ..]) = item.as_array() else {
        return Err(PackageError::Form);
    };
    if form.as_text() != Some(FORM) {
        return Err(PackageError::Form);
    }
    if *version != VERSION {
        return Err(PackageError::Version { version: *version });
    }
    let [Value::Bytes(message), Value::Array(leaves)] = rest else {
        return Err(PackageError::Form);
    };
    if leaves.is_empty() || leaves.len() > MAX_LEAVES {
        let leaves = leaves.len();
        return Err(PackageError::Leaves { leaves });
    }
    let leaves: Option<Vec<PackageLeaf>> = leaves.iter().map(PackageLeaf::read).collect();
    let leaves = leaves.ok_or(PackageError::Form)?;
    let signed = SignedStatement::parse(message)?;
    // One way to write a package, so that its id cannot be changed from outside.
    if to_bytes(message, &leaves) != bytes {
        return Err(PackageError::Form);
    }
    Ok((signed, leaves))
}
