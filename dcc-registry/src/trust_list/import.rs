//! Importing one list.

use dcc_model::Timestamp;
use dcc_sign::{CryptoProvider, KeyId};

use super::anchor::Anchor;
use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::listing::Listing;
use super::{at, ch, dccg, de, did, mirror, nl, pem, se};
use crate::chain::ChainVerifier;
use crate::cms::CmsVerifier;
use crate::trust::{CountryCode, Integrity, Provenance, Tombstone, TrustEntry, TrustRole};

/// What an import may believe.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    anchors: Vec<Anchor>,
    trust_transport: bool,
    legacy_sha1: bool,
    now: Timestamp,
}

impl ImportOptions {
    /// Nothing but signatures that lead to anchors, of which there are none yet; `now` decides
    /// about the expiry of lists.
    pub const fn new(now: Timestamp) -> Self {
        Self {
            anchors: Vec::new(),
            trust_transport: false,
            legacy_sha1: false,
            now,
        }
    }

    /// With these anchors beside the others.
    #[must_use]
    pub fn with_anchors(mut self, anchors: impl IntoIterator<Item = Anchor>) -> Self {
        self.anchors.extend(anchors);
        self
    }

    /// Takes signed forms without an anchor too, because the caller trusts the connection they
    /// came over. With anchors this changes nothing: signatures are then checked.
    #[must_use]
    pub const fn with_trust_transport(mut self, trust: bool) -> Self {
        self.trust_transport = trust;
        self
    }

    /// Takes SHA-1 in signatures of entries, and reports it.
    #[must_use]
    pub const fn with_legacy_sha1(mut self, legacy: bool) -> Self {
        self.legacy_sha1 = legacy;
        self
    }
}

/// Something about one entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryReport {
    index: usize,
    kid: Option<KeyId>,
    country: Option<CountryCode>,
    reason: EntryReason,
}

impl EntryReport {
    /// The place of the entry in its list, counted from 0.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Its key id, where that could be read.
    pub const fn kid(&self) -> Option<&KeyId> {
        self.kid.as_ref()
    }

    /// Its country, where the list names one.
    pub const fn country(&self) -> Option<CountryCode> {
        self.country
    }

    /// What is the matter.
    pub const fn reason(&self) -> &EntryReason {
        &self.reason
    }
}

/// What one list gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    format: ListFormat,
    provenance: Provenance,
    entries: Vec<TrustEntry>,
    tombstones: Vec<Tombstone>,
    rejected: Vec<EntryReport>,
    noted: Vec<EntryReport>,
    ignored: usize,
}

impl Import {
    /// The format it was read as.
    pub const fn format(&self) -> ListFormat {
        self.format
    }

    /// The list, who vouches for it and of what time it is.
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The entries that were taken.
    pub fn entries(&self) -> &[TrustEntry] {
        &self.entries
    }

    /// How many of them verify HCERTs.
    pub fn signer_count(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.role() == TrustRole::DocumentSigner)
            .count()
    }

    /// What the list says is gone.
    pub fn tombstones(&self) -> &[Tombstone] {
        &self.tombstones
    }

    /// The entries that were not taken, and why: broken ones, and those in quarantine because
    /// nothing leads from them to an anchor.
    pub fn rejected(&self) -> &[EntryReport] {
        &self.rejected
    }

    /// What is remarkable about entries that were taken.
    pub fn noted(&self) -> &[EntryReport] {
        &self.noted
    }

    /// How many entries are for another purpose, such as TLS or data exchange.
    pub const fn ignored(&self) -> usize {
        self.ignored
    }

    pub(crate) fn into_parts(self) -> (Provenance, Vec<TrustEntry>, Vec<Tombstone>) {
        (self.provenance, self.entries, self.tombstones)
    }
}

/// Reads trust lists: a crypto provider and what may be believed.
#[derive(Clone, Debug)]
pub struct Importer {
    provider: CryptoProvider,
    options: ImportOptions,
}

impl Importer {
    /// An importer that believes what `options` say.
    pub const fn new(provider: CryptoProvider, options: ImportOptions) -> Self {
        Self { provider, options }
    }

    /// Reads one list of the given format, or of the one its files show.
    ///
    /// # Errors
    ///
    /// [`ImportError`], where nothing of the list can be taken: signature, hash, version or time
    /// of the whole, or a form that cannot be read.
    pub fn import(
        &self,
        format: Option<ListFormat>,
        files: &[ListFile<'_>],
    ) -> Result<Import, ImportError> {
        let format = format.or_else(|| ListFormat::detect(files));
        match format.ok_or(ImportError::FormatUnknown)? {
            ListFormat::Dccg => dccg::import(self, files),
            ListFormat::De => de::import(self, only(files)?),
            ListFormat::Se => se::import(self, only(files)?),
            ListFormat::At => at::import(self, files),
            ListFormat::Ch => ch::import(self, files),
            ListFormat::Nl => nl::import(self, only(files)?),
            ListFormat::Did => did::import(self, files),
            ListFormat::Pem => pem::import(self, files),
            ListFormat::Mirror => mirror::import(self, files),
        }
    }

    pub(crate) const fn provider(&self) -> &CryptoProvider {
        &self.provider
    }

    pub(crate) fn anchors(&self) -> &[Anchor] {
        &self.options.anchors
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.options.now
    }

    pub(crate) fn cms(&self) -> CmsVerifier {
        CmsVerifier::new(self.provider.clone()).with_legacy_sha1(self.options.legacy_sha1)
    }

    pub(crate) fn chains(&self) -> ChainVerifier {
        ChainVerifier::new(self.provider.clone()).with_legacy_sha1(self.options.legacy_sha1)
    }

    /// Whether signatures of this signed form are checked; where they are not, the connection is
    /// trusted.
    pub(crate) fn checks_signatures(&self, format: ListFormat) -> Result<bool, ImportError> {
        match (
            self.options.anchors.is_empty(),
            self.options.trust_transport,
        ) {
            (false, _) => Ok(true),
            (true, true) => Ok(false),
            (true, false) => Err(ImportError::AnchorMissing { format }),
        }
    }

    /// What a list is worth whose own bytes nobody signed.
    pub(crate) const fn unsigned_integrity(&self) -> Integrity {
        if self.options.trust_transport {
            Integrity::Transport
        } else {
            Integrity::Unsigned
        }
    }

    /// The window in which a list is valid.
    pub(crate) fn check_window(
        &self,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<(), ImportError> {
        /// Trust.md section 5: the skew customary for lists.
        const SKEW_SECONDS: i64 = 300;
        let now = self.now();
        if let Some(from) = from.filter(|from| *from > now.saturating_add_seconds(SKEW_SECONDS)) {
            return Err(ImportError::NotYetValid { from, now });
        }
        match until {
            Some(at) if at.saturating_add_seconds(SKEW_SECONDS) < now => {
                Err(ImportError::Expired { at, now })
            }
            _ => Ok(()),
        }
    }
}

fn only<'a>(files: &'a [ListFile<'a>]) -> Result<&'a [u8], ImportError> {
    match files {
        [file] => Ok(file.bytes()),
        [] => Err(ImportError::FileMissing { name: "list" }),
        _ => Err(ImportError::FormatUnknown),
    }
}

/// Gathers the entries of one list.
pub(crate) struct Collector {
    import: Import,
}

impl Collector {
    pub(crate) fn new(
        format: ListFormat,
        source: &str,
        integrity: Integrity,
        as_of: Timestamp,
    ) -> Self {
        Self {
            import: Import {
                format,
                provenance: Provenance::new(source, integrity, as_of),
                entries: Vec::new(),
                tombstones: Vec::new(),
                rejected: Vec::new(),
                noted: Vec::new(),
                ignored: 0,
            },
        }
    }

    /// Takes an item, or reports why not.
    pub(crate) fn take(&mut self, index: usize, listing: Result<Listing, EntryReason>) {
        match listing {
            Ok(listing) => self.take_listing(index, listing),
            Err(reason) => self.reject(index, None, None, reason),
        }
    }

    fn take_listing(&mut self, index: usize, listing: Listing) {
        let kid = listing.effective_kid().cloned();
        let country = listing.country;
        if listing.kid_differs() {
            self.note(index, kid.clone(), EntryReason::KidDiffers);
        }
        if let Some(error) = listing.unsuitable() {
            self.note(index, kid.clone(), EntryReason::Key(error));
        }
        match listing.into_entry(self.import.provenance.clone()) {
            Ok(entry) => self.import.entries.push(entry),
            Err(reason) => self.reject(index, kid, country, reason),
        }
    }

    pub(crate) fn reject(
        &mut self,
        index: usize,
        kid: Option<KeyId>,
        country: Option<CountryCode>,
        reason: EntryReason,
    ) {
        self.import.rejected.push(EntryReport {
            index,
            kid,
            country,
            reason,
        });
    }

    pub(crate) fn note(&mut self, index: usize, kid: Option<KeyId>, reason: EntryReason) {
        self.import.noted.push(EntryReport {
            index,
            kid,
            country: None,
            reason,
        });
    }

    /// Counts an item that is for another purpose.
    pub(crate) fn ignore(&mut self) {
        self.import.ignored = self.import.ignored.saturating_add(1);
    }

    /// Marks a certificate as gone. No entry's signature covers that, so it is worth what the
    /// whole list is worth.
    pub(crate) fn bury(
        &mut self,
        kid: KeyId,
        thumbprint: Option<[u8; 32]>,
        country: Option<CountryCode>,
        integrity: Integrity,
    ) {
        let of_list = &self.import.provenance;
        let provenance = Provenance::new(of_list.source(), integrity, of_list.as_of());
        self.import
            .tombstones
            .push(Tombstone::new(kid, thumbprint, country, provenance));
    }

    pub(crate) fn finish(self) -> Import {
        self.import
    }
}
