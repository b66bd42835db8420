//! Certificates and public keys in PEM (RFC 7468), or one certificate in DER.
//!
//! What a bare key's list says about it stands in lines of explanatory text before its block, as
//! [`export`](super::export()) writes them; RFC 7468 section 5.2 allows such text.

use dcc_model::Timestamp;
use dcc_sign::KeyId;

use super::error::{EntryReason, ImportError};
use super::format::{ListFile, ListFormat};
use super::import::{Collector, Import, Importer};
use super::json;
use super::listing::{Listing, usages_of_letters};
use crate::trust::{CountryCode, Integrity, ValidityPeriod};

pub(crate) fn import(importer: &Importer, files: &[ListFile<'_>]) -> Result<Import, ImportError> {
    if files
        .iter()
        .any(|file| file.bytes().len() > json::FILE_LIMIT)
    {
        return Err(ImportError::TooLarge {
            limit: json::FILE_LIMIT,
        });
    }
    let contents = files.iter().map(ListFile::bytes);
    Ok(collect(contents, importer.now()))
}

/// What stands in these texts and certificates, whose age nobody knows.
pub(crate) fn certificates<I>(contents: I) -> Import
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    collect(contents, Timestamp::UNIX_EPOCH)
}

fn collect<I>(contents: I, as_of: Timestamp) -> Import
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    let format = ListFormat::Pem;
    let mut found = Collector::new(format, format.word(), Integrity::Unsigned, as_of);
    let mut index = 0_usize;
    for content in contents {
        let bytes = content.as_ref();
        let text = core::str::from_utf8(bytes)
            .ok()
            .filter(|text| is_pem(text) || text.trim().is_empty());
        let Some(text) = text else {
            found.take(index, Listing::certificate(bytes));
            index = index.saturating_add(1);
            continue;
        };
        for block in blocks(text) {
            let listing = match block.label {
                "CERTIFICATE" => block.bytes().and_then(|der| Listing::certificate(&der)),
                "PUBLIC KEY" => block.bytes().and_then(|der| Listing::spki(&der)),
                // Private keys and whatever else is there is skipped.
                _ => continue,
            };
            found.take(
                index,
                listing.and_then(|listing| told(listing, &block.told)),
            );
            index = index.saturating_add(1);
        }
    }
    found.finish()
}

/// Adds what the lines before a block say.
fn told(mut listing: Listing, lines: &[(&str, &str)]) -> Result<Listing, EntryReason> {
    let value = |name: &str| {
        lines
            .iter()
            .rev()
            .find(|(own, _)| *own == name)
            .map(|line| line.1)
    };
    let time = |member: &'static str| {
        value(member)
            .map(|text| text.parse().map_err(|_| EntryReason::Member { member }))
            .transpose()
    };
    if let Some(text) = value("kid") {
        let kid = json::base64(text).ok_or(EntryReason::Base64 { member: "kid" })?;
        listing.kid = Some(KeyId::from_bytes(&kid));
    }
    if let Some(text) = value("country") {
        let country = CountryCode::parse(text).ok_or(EntryReason::Member { member: "country" })?;
        listing.country = Some(country);
    }
    if let Some(text) = value("use") {
        listing.usages = if text == "none" {
            dcc_sign::KeyUsages::only(&[])
        } else {
            usages_of_letters(text)?
        };
    }
    if let (Some(from), Some(until)) = (time("not-before")?, time("not-after")?) {
        listing.validity = Some(ValidityPeriod::new(from, until));
    }
    listing.subject = value("subject").map(Into::into);
    listing.domain = value("domain").map(Into::into);
    listing.authority = value("role") == Some("authority");
    Ok(listing)
}

/// One block of PEM.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    /// `None` where it is not Base64.
    pub(crate) content: Option<Vec<u8>>,
    /// The lines `name: value` since the block before.
    pub(crate) told: Vec<(&'a str, &'a str)>,
}

impl Block<'_> {
    fn bytes(&self) -> Result<Vec<u8>, EntryReason> {
        self.content
            .clone()
            .ok_or(EntryReason::Base64 { member: "PEM" })
    }
}

/// Whether there is a block in the text.
pub(crate) fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN ")
}

/// The blocks of a text. One that does not end is none.
pub(crate) fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut lines = text.lines();
    core::iter::from_fn(move || {
        let mut told = Vec::new();
        let label = loop {
            let line = lines.next()?.trim();
            let begin = line.strip_prefix("-----BEGIN ");
            if let Some(label) = begin.and_then(|rest| rest.strip_suffix("-----")) {
                break label;
            }
            told.extend(line.split_once(": "));
        };
        let mut base64 = String::new();
        loop {
            let line = lines.next()?.trim();
            if line.starts_with("-----END ") {
                break;
            }
            base64.push_str(line);
        }
        Some(Block {
            label,
            content: json::base64(&base64),
            told,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_with_text_before_them_and_others_between() {
        let text = "kid: AAAA\nsubject: C=VN, CN=a: b\n-----BEGIN PUBLIC KEY-----\nAQID\n\
                    -----END PUBLIC KEY-----\n-----BEGIN PRIVATE KEY-----\n???\n\
                    -----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAQ";
        let found: Vec<_> = blocks(text).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0].told,
            [("kid", "AAAA"), ("subject", "C=VN, CN=a: b")]
        );
        assert_eq!(found[0].content.as_deref(), Some(&[1, 2, 3][..]));
        assert!(found[1].content.is_none() && found[1].told.is_empty());
    }
}
