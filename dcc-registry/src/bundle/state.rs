//! What a gate keeps between two bundles.

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_sign::sha256;

use super::code::BundleCode;
use super::open::TrustBundle;
use super::signer::BundleSigner;

const MAGIC: &str = "dcc-bundle-state";
const VERSION: i64 = 1;
const HASH_LENGTH: usize = 32;

/// The highest sequence number seen, and the signers that bundles added, each with the signer
/// whose bundle did: where a signer is unpinned, those it brought in go with it.
///
/// ```cddl
/// state   = { 1: "dcc-bundle-state", 2: 1, 3: sequence, 4: [* learned] }   ; then SHA-256 of it
/// learned = [signer, introduced-by: bstr .size 32]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BundleState {
    sequence: u64,
    learned: Vec<Learned>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Learned {
    signer: BundleSigner,
    introduced_by: [u8; 32],
}

/// The bytes are not those of a state: the file is damaged or of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bundle state is damaged")]
#[non_exhaustive]
pub struct BundleStateError;

impl BundleStateError {
    /// The stable code.
    #[expect(
        clippy::unused_self,
        reason = "every error of this module has this method"
    )]
    pub const fn code(self) -> BundleCode {
        BundleCode::StateCorrupt
    }
}

impl BundleState {
    /// The state before the first bundle.
    pub const fn new() -> Self {
        Self {
            sequence: 0,
            learned: Vec::new(),
        }
    }

    /// The `min_sequence` of the next [`TrustBundle::open`].
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The signers to open the next bundle with: those that are pinned here, and those that these
    /// brought in, directly or one through the other.
    pub fn signers(&self, pinned: &[BundleSigner]) -> Vec<BundleSigner> {
        let mut signers = pinned.to_vec();
        let mut known: Vec<_> = signers.iter().map(BundleSigner::fingerprint).collect();
        // Each round takes at least one in or is the last.
        loop {
            let new = self.learned.iter().find(|learned| {
                known.contains(&learned.introduced_by) && !signers.contains(&learned.signer)
            });
            let Some(new) = new else { return signers };
            known.push(new.signer.fingerprint());
            signers.push(new.signer.clone());
        }
    }

    /// Takes over what an opened bundle says.
    pub fn advance(&mut self, bundle: &TrustBundle) {
        self.sequence = self.sequence.max(bundle.sequence());
        let introduced_by = bundle.signer().fingerprint();
        for signer in bundle.listed_signers() {
            let learned = Learned {
                signer: signer.clone(),
                introduced_by,
            };
            if signer != bundle.signer() && !self.learned.contains(&learned) {
                self.learned.push(learned);
            }
        }
    }

    /// Writes the state.
    pub fn to_bytes(&self) -> Vec<u8> {
        let learned = self.learned.iter().map(|learned| {
            let by = Value::bytes(&learned.introduced_by[..]);
            Value::Array(Vec::from([learned.signer.to_value(), by]))
        });
        let mut bytes = cbor::encode(&Value::Map(Vec::from([
            (Value::integer(1), Value::text(MAGIC)),
            (Value::integer(2), Value::integer(VERSION)),
            (Value::integer(3), Value::Unsigned(self.sequence)),
            (Value::integer(4), Value::Array(learned.collect())),
        ])));
        let hash = sha256(&bytes);
        bytes.extend_from_slice(&hash);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`BundleStateError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BundleStateError> {
        Self::read(bytes).ok_or(BundleStateError)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH_LENGTH)?)?;
        if sha256(content) != *hash {
            return None;
        }
        let state = cbor::decode(content, &CborLimits::default()).ok()?;
        let is_one = state.member(1)?.as_text() == Some(MAGIC)
            && state.member(2)?.as_integer() == Some(VERSION);
        let Value::Unsigned(sequence) = state.member(3)? else {
            return None;
        };
        let learned = state.member(4)?.as_array()?.iter().map(read_learned);
        is_one.then_some(Self {
            sequence: *sequence,
            learned: learned.collect::<Option<_>>()?,
        })
    }
}

fn read_learned(member: &Value<'_>) -> Option<Learned> {
    let [signer, introduced_by] = member.as_array()? else {
        return None;
    };
    Some(Learned {
        signer: BundleSigner::from_value(signer)?,
        introduced_by: introduced_by.as_bytes()?.try_into().ok()?,
    })
}
