//! `trustList` of the DCC gateway and of WHO's (trust.md section 4).
//!
//! Authorities and upload certificates are signed by the gateway's anchor, document signers by an
//! upload certificate of their country; and their certificate is issued by an authority of that
//! country. The signatures cover certificates only, so a country that an item names counts only
//! where the certificates say the same. Nothing is accepted half: a wrong CMS signature is
//! not made good by a known certificate inside it.

use alloc::collections::BTreeMap;

use dcc_sign::{DocumentSigner, KeyId};
use serde_json::Value;

use super::anchor::Anchor;
use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::json;
use super::listing::Listing;
use crate::chain::{Authorities, same_country};
use crate::cms::{AllowedSigners, ContentKind};
use crate::trust::{CountryCode, Integrity};

/// `certificateType`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Authentication,
    Authority,
    DocumentSigner,
    Upload,
}

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    let mut items = Vec::new();
    for file in files {
        let list = json::parse(file.bytes(), "JSON")?;
        let list = ["certificates", "items"]
            .iter()
            .find_map(|name| list.get(name))
            .unwrap_or(&list);
        items.extend(
            list.as_array()
                .ok_or(ImportError::Malformed { part: "array" })?
                .clone(),
        );
    }
    if items.is_empty() && files.is_empty() {
        return Err(ImportError::FileMissing { name: "trustList" });
    }
    let format = ListFormat::Dccg;
    if importer.checks_signatures(format)? {
        let found = Collector::new(format, format.word(), Integrity::Verified, importer.now());
        return Checking::new(importer, found).read(&items);
    }
    let mut found = Collector::new(format, format.word(), Integrity::Transport, importer.now());
    for (index, item) in items.iter().enumerate() {
        read_unchecked(&mut found, index, item, Integrity::Transport);
    }
    Ok(found.finish())
}

/// An item whose signature is not looked at.
pub(crate) fn read_unchecked(
    found: &mut Collector,
    index: usize,
    item: &Value,
    integrity: Integrity,
) {
    match Item::read(item) {
        Err(reason) => found.reject(index, None, None, reason),
        Ok(item) => match item.kind {
            Kind::Authentication | Kind::Upload => found.ignore(),
            _ if item.certificate.is_none() => item.bury(found, integrity),
            _ => found.take(index, item.listing()),
        },
    }
}

struct Item<'a> {
    kind: Kind,
    country: CountryCode,
    kid: Option<KeyId>,
    thumbprint: Option<&'a str>,
    /// `None` where the item says that it is gone.
    certificate: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl<'a> Item<'a> {
    fn read(item: &'a Value) -> Result<Self, EntryReason> {
        let kind = match json::text(item, "certificateType")? {
            "AUTHENTICATION" => Kind::Authentication,
            "CSCA" => Kind::Authority,
            "DSC" => Kind::DocumentSigner,
            "UPLOAD" => Kind::Upload,
            _ => return Err(EntryReason::TypeUnknown),
        };
        let country = CountryCode::parse(json::text(item, "country")?);
        let optional = |member| match json::optional_text(item, member)? {
            Some(text) => json::base64(text)
                .map(Some)
                .ok_or(EntryReason::Base64 { member }),
            None => Ok(None),
        };
        Ok(Self {
            kind,
            country: country.ok_or(EntryReason::Member { member: "country" })?,
            kid: optional("kid")?.map(|bytes| KeyId::from_bytes(&bytes)),
            thumbprint: json::optional_text(item, "thumbprint")?,
            certificate: optional("rawData")?,
            signature: optional("signature")?,
        })
    }

    fn listing(&self) -> Result<Listing, EntryReason> {
        let der = self.certificate.as_deref();
        let der = der.ok_or(EntryReason::Member { member: "rawData" })?;
        let mut listing = Listing::certificate(der)?;
        if let Some(hex) = self.thumbprint {
            check_thumbprint(&listing, hex)?;
        }
        listing.authority = self.kind == Kind::Authority;
        Ok(listing
            .with_kid(self.kid.clone())
            .with_country(Some(self.country)))
    }

    fn bury(&self, found: &mut Collector, integrity: Integrity) {
        let thumbprint = self.thumbprint.and_then(from_hex);
        let kid = match (&self.kid, &thumbprint) {
            (Some(kid), _) => kid.clone(),
            (None, Some(thumbprint)) => KeyId::from_thumbprint(thumbprint),
            (None, None) => return,
        };
        found.bury(kid, thumbprint, Some(self.country), integrity);
    }
}

/// Whether the thumbprint, SHA-256 in hexadecimal, is that of the certificate.
pub(crate) fn check_thumbprint(listing: &Listing, hex: &str) -> Result<(), EntryReason> {
    let own = listing.as_certificate().map(DocumentSigner::thumbprint);
    let listed = from_hex(hex).ok_or(EntryReason::ThumbprintWrong)?;
    if own == Some(&listed) {
        Ok(())
    } else {
        Err(EntryReason::ThumbprintWrong)
    }
}

/// 32 bytes of hexadecimal.
pub(crate) fn from_hex(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let start = at.checked_mul(2)?;
        let pair = hex.get(start..start.checked_add(2)?)?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// The checks of trust.md section 4, "verification algorithm".
struct Checking<'a> {
    importer: &'a Importer,
    found: Collector,
    anchors: Vec<&'a [u8]>,
    authorities: Authorities,
    /// Upload certificates by country.
    uploads: BTreeMap<CountryCode, Vec<Vec<u8>>>,
    signed_by_anchor: usize,
}

impl<'a> Checking<'a> {
    fn new(importer: &'a Importer, found: Collector) -> Self {
        let anchors = importer.anchors().iter().filter_map(Anchor::as_certificate);
        Self {
            importer,
            found,
            anchors: anchors.map(DocumentSigner::der).collect(),
            authorities: Authorities::new(),
            uploads: BTreeMap::new(),
            signed_by_anchor: 0,
        }
    }

    fn read(mut self, items: &[Value]) -> Result<Import, ImportError> {
        let mut signers = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match Item::read(item) {
                Err(reason) => self.found.reject(index, None, None, reason),
                Ok(item) if item.certificate.is_none() => {
                    item.bury(&mut self.found, self.importer.unsigned_integrity());
                }
                Ok(item) if item.kind == Kind::DocumentSigner => signers.push((index, item)),
                Ok(item) => self.read_anchored(index, &item),
            }
        }
        if self.signed_by_anchor == 0 {
            // No authority and no upload certificate is the anchor's: it is another gateway's.
            return Err(ImportError::SignerUnknown);
        }
        for (index, item) in signers {
            match self.check_signer(index, &item) {
                Ok(listing) => self.found.take(index, Ok(listing)),
                Err(reason) => self.reject(index, &item, reason),
            }
        }
        Ok(self.found.finish())
    }

    fn read_anchored(&mut self, index: usize, item: &Item<'_>) {
        match self.check_anchored(index, item) {
            Err(reason) => self.reject(index, item, reason),
            Ok(_) if item.kind == Kind::Authentication => self.found.ignore(),
            Ok(listing) if item.kind == Kind::Upload => {
                let der = listing.as_certificate().map(|upload| upload.der().to_vec());
                self.uploads.entry(item.country).or_default().extend(der);
                self.found.ignore();
            }
            Ok(listing) => self.found.take(index, Ok(listing)),
        }
    }

    /// An item signed by the gateway's anchor.
    fn check_anchored(&mut self, index: usize, item: &Item<'_>) -> Result<Listing, EntryReason> {
        let listing = item.listing()?;
        let kind = match item.kind {
            Kind::Authority => ContentKind::CountrySigningCa,
            Kind::Upload => ContentKind::UploadCertificate,
            _ => ContentKind::ClientCertificate,
        };
        let anchors = self.anchors.clone();
        self.check_cms(index, item, kind, &anchors)?;
        self.signed_by_anchor = self.signed_by_anchor.saturating_add(1);
        // The signature covers the certificate, not the country which the item names.
        let certificate = listing.as_certificate();
        let named = certificate
            .and_then(DocumentSigner::subject_country)
            .unwrap_or_default();
        if !same_country(named, item.country.as_str()) {
            return Err(EntryReason::CountryWrong);
        }
        if let (Kind::Authority, Some(certificate)) = (item.kind, certificate) {
            let country = item.country.as_str();
            let inserted = self.authorities.insert(country, certificate.clone());
            inserted.map_err(EntryReason::Chain)?;
        }
        Ok(listing)
    }

    fn check_signer(&mut self, index: usize, item: &Item<'_>) -> Result<Listing, EntryReason> {
        let listing = item.listing()?;
        let certificate = listing.as_certificate();
        let certificate = certificate.ok_or(EntryReason::Member { member: "rawData" })?;
        let country = item.country.as_str();
        let chains = self.importer.chains();
        let issuer = chains.verify_document_signer(certificate, country, &self.authorities);
        issuer.map_err(EntryReason::Chain)?;
        let uploads = self.uploads.iter();
        let of_country =
            uploads.filter(|(country, _)| same_country(country.as_str(), item.country.as_str()));
        let allowed: Vec<Vec<u8>> = of_country
            .flat_map(|(_, ders)| ders.iter().cloned())
            .collect();
        let allowed: Vec<&[u8]> = allowed.iter().map(Vec::as_slice).collect();
        self.check_cms(index, item, ContentKind::DocumentSigner, &allowed)?;
        Ok(listing)
    }

    fn check_cms(
        &mut self,
        index: usize,
        item: &Item<'_>,
        kind: ContentKind,
        allowed: &[&[u8]],
    ) -> Result<(), EntryReason> {
        let signature = item.signature.as_deref();
        let signature = signature.ok_or(EntryReason::Member {
            member: "signature",
        })?;
        let content = item.certificate.as_deref();
        let signers = AllowedSigners::Certificates(allowed);
        let verified = self
            .importer
            .cms()
            .verify_cms(signature, content, kind, signers);
        if verified.map_err(EntryReason::Cms)?.is_legacy() {
            self.found
                .note(index, item.kid.clone(), EntryReason::LegacySha1);
        }
        Ok(())
    }

    fn reject(&mut self, index: usize, item: &Item<'_>, reason: EntryReason) {
        self.found
            .reject(index, item.kid.clone(), Some(item.country), reason);
    }
}

/// Hexadecimal, as thumbprints are written.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    let mut hex = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string cannot fail.
        let _infallible = write!(hex, "{byte:02x}");
    }
    hex
}
