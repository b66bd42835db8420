//! Making a bundle: prepare, sign where the key is, finish.

use core::fmt;

use dcc_codec::cbor::{self, Value};
use dcc_codec::{cose, zlib};
use dcc_model::Timestamp;
use dcc_sign::{Algorithm, CryptoProvider, SignRequest, sha256};

use super::error::BundleDraftError;
use super::file::{BundleHeader, Coding, SectionInfo, write_file, write_header};
use super::limits::BundleLimits;
use super::section::SectionName;
use super::signer::BundleSigner;
use super::{EXTERNAL_AAD, MAX_BUNDLE_SIGNERS};
use crate::trust::{TrustList, write_trust_file};

/// What a bundle shall hold.
#[derive(Clone, Debug)]
pub struct BundleDraft {
    sequence: u64,
    created: Timestamp,
    expires: Timestamp,
    trust: Vec<u8>,
    signers: Vec<BundleSigner>,
    others: Vec<(SectionName, Vec<u8>, bool)>,
}

/// A bundle whose signed bytes are fixed and which lacks the signature only.
#[derive(Clone)]
pub struct PreparedBundle {
    signer: BundleSigner,
    protected: Vec<u8>,
    payload: Vec<u8>,
    to_be_signed: Vec<u8>,
    bodies: Vec<Vec<u8>>,
}

impl BundleDraft {
    /// A bundle of a trust list, taken through the second `expires`. Each bundle of a publisher
    /// needs a higher `sequence` than the one before.
    ///
    /// # Errors
    ///
    /// [`BundleDraftError::Window`] where it would expire before it is made.
    pub fn new(
        trust: &TrustList,
        sequence: u64,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<Self, BundleDraftError> {
        if expires < created {
            return Err(BundleDraftError::Window { created, expires });
        }
        Ok(Self {
            sequence,
            created,
            expires,
            trust: write_trust_file(trust),
            signers: Vec::new(),
            others: Vec::new(),
        })
    }

    /// Lets this signer sign later bundles too: gates that open this one pin it from then on.
    ///
    /// # Errors
    ///
    /// [`BundleDraftError::TooManySigners`].
    pub fn with_signer(mut self, signer: BundleSigner) -> Result<Self, BundleDraftError> {
        if self.signers.len() >= MAX_BUNDLE_SIGNERS {
            return Err(BundleDraftError::TooManySigners {
                limit: MAX_BUNDLE_SIGNERS,
            });
        }
        if !self.signers.contains(&signer) {
            self.signers.push(signer);
        }
        Ok(self)
    }

    /// Adds a section that this crate does not read. Readers which do not understand it skip it,
    /// or refuse the bundle where it is `critical`.
    ///
    /// # Errors
    ///
    /// [`BundleDraftError::SectionName`] for a name that is taken.
    pub fn with_section(
        mut self,
        name: SectionName,
        content: Vec<u8>,
        critical: bool,
    ) -> Result<Self, BundleDraftError> {
        let is_own = [SectionName::TRUST, SectionName::SIGNERS].contains(&name);
        if is_own || self.others.iter().any(|(other, ..)| *other == name) {
            return Err(BundleDraftError::SectionName { name });
        }
        self.others.push((name, content, critical));
        Ok(self)
    }

    /// Fixes the bytes which this signer shall sign.
    ///
    /// # Errors
    ///
    /// [`BundleDraftError::SignerNotValid`] where its certificate does not cover the time of the
    /// bundle, [`BundleDraftError::TooLarge`].
    pub fn prepare(self, signer: &BundleSigner) -> Result<PreparedBundle, BundleDraftError> {
        if !signer.covers(self.created, self.expires) {
            return Err(BundleDraftError::SignerNotValid);
        }
        let mut contents = Vec::from([(SectionName::TRUST, self.trust, true)]);
        if !self.signers.is_empty() {
            let members = self.signers.iter().map(BundleSigner::to_value).collect();
            let content = cbor::encode(&Value::Array(members));
            contents.push((SectionName::SIGNERS, content, false));
        }
        contents.extend(self.others);
        // The order of the header's keys: RFC 8949 section 4.2.1, shorter names first.
        contents.sort_by(|(one, ..), (other, ..)| {
            let key = |name: &SectionName| (name.as_str().len(), name.clone());
            key(one).cmp(&key(other))
        });
        check_limits(&contents)?;
        let (sections, bodies) = contents
            .into_iter()
            .map(|(name, content, critical)| pack(name, content, critical))
            .unzip();
        let header = BundleHeader {
            sequence: self.sequence,
            created: self.created,
            expires: self.expires,
            sections,
        };
        let protected =
            cose::protected_header(signer.algorithm().cose_id(), signer.kid().as_bytes());
        let payload = write_header(&header);
        let to_be_signed = cose::sig_structure(&protected, EXTERNAL_AAD, &payload);
        Ok(PreparedBundle {
            signer: signer.clone(),
            protected,
            payload,
            to_be_signed,
            bodies,
        })
    }
}

impl PreparedBundle {
    /// The message for the signer: the encoded `Sig_structure` (RFC 8152 section 4.4).
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// The same as a request of [`Signer::sign_batch`](dcc_sign::Signer::sign_batch).
    pub fn request(&self) -> SignRequest<'_> {
        SignRequest::new(&self.to_be_signed)
    }

    /// The algorithm with which it must be signed.
    pub const fn algorithm(&self) -> Algorithm {
        self.signer.algorithm()
    }

    /// Puts the signature in, after it was verified under the signer's key.
    ///
    /// # Errors
    ///
    /// [`BundleDraftError::SignatureWrong`] where it does not verify,
    /// [`BundleDraftError::TooLarge`].
    pub fn finish(
        &self,
        provider: &CryptoProvider,
        signature: &[u8],
    ) -> Result<Vec<u8>, BundleDraftError> {
        let key = self.signer.key();
        provider
            .verify(key.algorithm(), key, &self.to_be_signed, signature)
            .map_err(|_| BundleDraftError::SignatureWrong)?;
        let message = cose::encode(&self.protected, &[], &self.payload, signature);
        let file = write_file(message, &self.bodies);
        let limit = BundleLimits::default().bytes();
        if file.len() > limit {
            return Err(BundleDraftError::TooLarge {
                part: "length",
                limit,
            });
        }
        Ok(file)
    }
}

impl fmt::Debug for PreparedBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedBundle")
            .field("signer", &self.signer)
            .field("sections", &self.bodies.len())
            .finish_non_exhaustive()
    }
}

fn check_limits(contents: &[(SectionName, Vec<u8>, bool)]) -> Result<(), BundleDraftError> {
    let limits = BundleLimits::default();
    let sizes = contents.iter().map(|(_, content, _)| content.len());
    let inflated = sizes.fold(0_usize, usize::saturating_add);
    let too_large = |part, limit| Err(BundleDraftError::TooLarge { part, limit });
    if contents.len() > limits.sections() {
        too_large("number of sections", limits.sections())
    } else if inflated > limits.inflated() {
        too_large("content", limits.inflated())
    } else {
        Ok(())
    }
}

/// A section, compressed where that makes it smaller.
fn pack(name: SectionName, content: Vec<u8>, critical: bool) -> (SectionInfo, Vec<u8>) {
    let size = content.len();
    let compressed = zlib::compress(&content);
    let (coding, body) = if compressed.len() < size {
        (Coding::Zlib, compressed)
    } else {
        (Coding::Stored, content)
    };
    let digest = sha256(&body);
    let info = SectionInfo {
        name,
        digest,
        coding,
        size,
        critical,
    };
    (info, body)
}
