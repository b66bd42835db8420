//! Opening a bundle.

use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt;

use dcc_codec::Unverified;
use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_model::Timestamp;
use dcc_sign::{CryptoProvider, KeyId};

use super::error::BundleError;
use super::file::{BundleFile, BundleHeader, SectionInfo};
use super::limits::BundleLimits;
use super::section::SectionName;
use super::signer::BundleSigner;
use super::{EXTERNAL_AAD, MAX_BUNDLE_SIGNERS};
use crate::trust::{TrustList, read_trust_file};

/// How far the clocks of publisher and gate may differ, in seconds.
const SKEW_SECONDS: i64 = 300;

/// A bundle that a pinned signer made and whose time is now.
pub struct TrustBundle {
    header: BundleHeader,
    trust: TrustList,
    signer: BundleSigner,
    listed: Vec<BundleSigner>,
    signers: Vec<BundleSigner>,
    contents: BTreeMap<SectionName, Vec<u8>>,
}

impl TrustBundle {
    /// Opens a bundle: its signer must be one of `pinned`, its time must include `now`, and its
    /// sequence number must not be below `min_sequence`, the highest that was seen before (0 for
    /// the first). `now` is the real present, whatever time certificates are checked for.
    ///
    /// # Errors
    ///
    /// [`BundleError`]; nothing of the bundle is used then.
    pub fn open(
        bytes: &[u8],
        pinned: &[BundleSigner],
        now: Timestamp,
        min_sequence: u64,
        provider: &CryptoProvider,
    ) -> Result<Self, BundleError> {
        BundleReader::new(provider.clone()).open(bytes, pinned, now, min_sequence)
    }

    /// What its header says.
    pub const fn header(&self) -> &BundleHeader {
        &self.header
    }

    /// The trust list.
    pub const fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// The trust list, taken out.
    pub fn into_trust(self) -> TrustList {
        self.trust
    }

    /// The number to keep: no bundle with a lower one may be opened after this.
    pub const fn sequence(&self) -> u64 {
        self.header.sequence()
    }

    /// When it was made.
    pub const fn created(&self) -> Timestamp {
        self.header.created()
    }

    /// The last second in which it is taken.
    pub const fn expires(&self) -> Timestamp {
        self.header.expires()
    }

    /// Its age in seconds, never negative.
    pub fn age_seconds(&self, now: Timestamp) -> i64 {
        let made = self.created().unix_seconds();
        now.unix_seconds().saturating_sub(made).max(0)
    }

    /// The pinned signer that made it.
    pub const fn signer(&self) -> &BundleSigner {
        &self.signer
    }

    /// The signers it lists for later bundles.
    pub fn listed_signers(&self) -> &[BundleSigner] {
        &self.listed
    }

    /// The signers to pin from now on: those that were, and those it lists.
    pub fn signers(&self) -> &[BundleSigner] {
        &self.signers
    }

    /// Its sections.
    pub fn sections(&self) -> &[SectionInfo] {
        self.header.sections()
    }

    /// The content of a section that this crate does not read: one of the kept names
    /// ([`SectionName::REVOCATION`], [`SectionName::VALUE_SETS`], [`SectionName::RULES`]) or one
    /// that the reader [understands](BundleReader::understanding).
    pub fn section(&self, name: &SectionName) -> Option<&[u8]> {
        self.contents.get(name).map(Vec::as_slice)
    }
}

impl fmt::Debug for TrustBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustBundle")
            .field("sequence", &self.sequence())
            .field("created", &self.created())
            .field("expires", &self.expires())
            .field("signer", &self.signer)
            .field("entries", &self.trust.entries().len())
            .finish_non_exhaustive()
    }
}

/// Reads what a bundle says about itself without any check of its signature: for showing a file to
/// a person. The second value is the key id it names.
///
/// # Errors
///
/// [`BundleError`] for a file that is no bundle, or whose sections are not those of its header.
pub fn peek(bytes: &[u8]) -> Result<Unverified<(BundleHeader, Option<KeyId>)>, BundleError> {
    let limits = BundleLimits::default();
    let file = BundleFile::read(bytes, limits)?;
    let header = file.header(limits)?;
    file.sections(&header)?;
    Ok(Unverified::new((header, file.kid())))
}

/// Opens bundles: a crypto provider, limits, and the sections that the caller understands.
#[derive(Clone, Debug)]
pub struct BundleReader {
    provider: CryptoProvider,
    limits: BundleLimits,
    understood: BTreeSet<SectionName>,
}

impl BundleReader {
    /// A reader that understands the trust list and signers.
    pub fn new(provider: CryptoProvider) -> Self {
        Self {
            provider,
            limits: BundleLimits::default(),
            understood: BTreeSet::from([SectionName::TRUST, SectionName::SIGNERS]),
        }
    }

    /// This reader with other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: BundleLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Says that the caller heeds a section of this name, so that bundles in which it is critical
    /// can be opened.
    #[must_use]
    pub fn understanding(mut self, name: SectionName) -> Self {
        self.understood.insert(name);
        self
    }

    /// Opens a bundle as [`TrustBundle::open`] does.
    ///
    /// # Errors
    ///
    /// [`BundleError`]; nothing of the bundle is used then.
    pub fn open(
        &self,
        bytes: &[u8],
        pinned: &[BundleSigner],
        now: Timestamp,
        min_sequence: u64,
    ) -> Result<TrustBundle, BundleError> {
        check_count(pinned)?;
        let file = BundleFile::read(bytes, self.limits)?;
        let made_by = self.verified_signers(&file, pinned)?;
        let header = file.header(self.limits)?;
        check_time(&header, now, min_sequence)?;
        let covering = made_by
            .into_iter()
            .find(|signer| signer.covers(header.created, header.expires));
        let signer = covering.ok_or(BundleError::SignerNotValid)?;
        let mut contents = self.contents(&file, &header)?;
        let trust = read_trust(&mut contents)?;
        let listed = read_signers(&mut contents)?;
        let mut signers = pinned.to_vec();
        for new in &listed {
            if !signers.contains(new) {
                signers.push(new.clone());
            }
        }
        check_count(&signers)?;
        Ok(TrustBundle {
            signer: signer.clone(),
            header,
            trust,
            listed,
            signers,
            contents,
        })
    }

    /// The pinned signers whose key made the signature: several where one key is pinned twice.
    fn verified_signers<'p>(
        &self,
        file: &BundleFile<'_>,
        pinned: &'p [BundleSigner],
    ) -> Result<Vec<&'p BundleSigner>, BundleError> {
        let algorithm = file.algorithm()?;
        let message = file.message.to_be_signed_with(EXTERNAL_AAD);
        let signature = file.message.signature();
        let verifies = |signer: &&BundleSigner| {
            self.provider
                .verify(algorithm, signer.key(), &message, signature)
                .is_ok()
        };
        let made_by: Vec<_> = pinned.iter().filter(verifies).collect();
        if !made_by.is_empty() {
            return Ok(made_by);
        }
        let kid = file.kid();
        let is_named = |signer: &BundleSigner| kid.as_ref() == Some(&signer.kid());
        Err(if pinned.iter().any(is_named) {
            BundleError::SignatureWrong
        } else {
            BundleError::SignerUnknown
        })
    }

    /// The content of every section that anybody here reads; of the others, the hash is compared.
    fn contents(
        &self,
        file: &BundleFile<'_>,
        header: &BundleHeader,
    ) -> Result<BTreeMap<SectionName, Vec<u8>>, BundleError> {
        let foreign =
            |section: &&SectionInfo| section.critical && !self.understood.contains(&section.name);
        if let Some(section) = header.sections.iter().find(foreign) {
            return Err(BundleError::SectionUnknown {
                name: section.name.clone(),
            });
        }
        let kept = [
            SectionName::REVOCATION,
            SectionName::VALUE_SETS,
            SectionName::RULES,
        ];
        let mut contents = BTreeMap::new();
        let mut left = self.limits.inflated();
        for (section, body) in file.sections(header)? {
            if !self.understood.contains(&section.name) && !kept.contains(&section.name) {
                continue;
            }
            left = left
                .checked_sub(section.size)
                .ok_or_else(|| BundleError::TooLarge {
                    part: "content",
                    limit: self.limits.inflated(),
                })?;
            let content = section
                .content(body)
                .ok_or_else(|| corrupt(&section.name))?;
            contents.insert(section.name.clone(), content);
        }
        Ok(contents)
    }
}

fn check_count(signers: &[BundleSigner]) -> Result<(), BundleError> {
    if signers.len() > MAX_BUNDLE_SIGNERS {
        return Err(BundleError::TooManySigners {
            limit: MAX_BUNDLE_SIGNERS,
        });
    }
    Ok(())
}

fn check_time(header: &BundleHeader, now: Timestamp, minimum: u64) -> Result<(), BundleError> {
    if header.sequence < minimum {
        return Err(BundleError::Rollback {
            sequence: header.sequence,
            minimum,
        });
    }
    if header.created > now.saturating_add_seconds(SKEW_SECONDS) {
        return Err(BundleError::NotYetValid {
            from: header.created,
            now,
        });
    }
    if header.expires < now {
        return Err(BundleError::Expired {
            at: header.expires,
            now,
        });
    }
    Ok(())
}

fn corrupt(name: &SectionName) -> BundleError {
    BundleError::SectionCorrupt { name: name.clone() }
}

fn read_trust(contents: &mut BTreeMap<SectionName, Vec<u8>>) -> Result<TrustList, BundleError> {
    let name = SectionName::TRUST;
    let content = contents
        .remove(&name)
        .ok_or_else(|| BundleError::SectionMissing { name: name.clone() })?;
    read_trust_file(&content).map_err(|_| corrupt(&name))
}

fn read_signers(
    contents: &mut BTreeMap<SectionName, Vec<u8>>,
) -> Result<Vec<BundleSigner>, BundleError> {
    let name = SectionName::SIGNERS;
    let Some(content) = contents.remove(&name) else {
        return Ok(Vec::new());
    };
    let members = cbor::decode(&content, &CborLimits::default()).map_err(|_| corrupt(&name))?;
    let members = members.as_array().map(<[Value<'_>]>::iter);
    let signers = members.and_then(|all| all.map(BundleSigner::from_value).collect());
    signers.ok_or_else(|| corrupt(&name))
}
