//! A trust list as one file: `trust.db` of the command line.
//!
//! Deterministic CBOR (RFC 8949 section 4.2.1) and the SHA-256 of it as the last 32 bytes. The
//! hash finds damage, it is no signature: what may go to gates is the signed bundle.
//!
//! ```cddl
//! file       = { 1: "dcc-trust", 2: 1, 3: [* entry], 4: [* tombstone], 5: [* provenance] }
//! entry      = { 1: kid, (2: certificate // 3: spki), ? 5: [* kind],
//!                ? 6: [not-before, not-after], ? 7: [* domain], ? 8: subject,
//!                9: [+ provenance], ? 10: true,                 ; 10: an authority
//!                ? 11: [country, integrity, of-certificate: bool] }
//! tombstone  = { 1: kid, ? 2: thumbprint, ? 4: country, 9: [provenance] }
//! provenance = [source: tstr, integrity, as-of: int]
//! integrity  = 0 / 1 / 2                                        ; unsigned, transport, verified
//! kid, certificate, spki, thumbprint = bstr
//! kind       = 0 / 1 / 2                                        ; test, vaccination, recovery
//! ```

use alloc::collections::BTreeSet;
use alloc::sync::Arc;

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_model::{EntryKind, Timestamp};
use dcc_sign::{DocumentSigner, KeyId, KeyUsages, VerifyingKey, sha256};

use super::code::TrustCode;
use super::country::CountryCode;
use super::entry::{
    EntryDraft, Integrity, ListedCountry, Provenance, TrustEntry, TrustMaterial, TrustRole,
    ValidityPeriod,
};
use super::list::TrustList;
use super::tombstone::Tombstone;

const MAGIC: &str = "dcc-trust";
const VERSION: i64 = 1;
const HASH_LENGTH: usize = 32;
/// Items of a file: twenty an entry.
const ITEM_LIMIT: usize = 4_000_000;

const KINDS: [EntryKind; 3] = [EntryKind::Test, EntryKind::Vaccination, EntryKind::Recovery];

/// Why a file is not a trust list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustFileError {
    /// The hash at the end is not that of the content.
    #[error("the file was changed or cut short")]
    Hash,
    /// The content is not that of a trust list.
    #[error("the content is not that of a trust list")]
    Malformed,
    /// The file is of another version.
    #[error("the file is of another version")]
    Version,
}

impl TrustFileError {
    /// The stable code.
    pub const fn code(self) -> TrustCode {
        match self {
            Self::Hash | Self::Malformed => TrustCode::StoreCorrupt,
            Self::Version => TrustCode::StoreVersion,
        }
    }
}

/// Writes a list. The same list gives the same bytes.
pub fn write_trust_file(list: &TrustList) -> Vec<u8> {
    let entries = list.entries().iter().map(write_entry).collect();
    let tombstones = list.tombstones().iter().map(write_tombstone).collect();
    let sources = list.sources().iter().map(write_provenance).collect();
    let mut bytes = cbor::encode(&map([
        (1, Some(Value::text(MAGIC))),
        (2, Some(Value::integer(VERSION))),
        (3, Some(Value::Array(entries))),
        (4, Some(Value::Array(tombstones))),
        (5, Some(Value::Array(sources))),
    ]));
    let hash = sha256(&bytes);
    bytes.extend_from_slice(&hash);
    bytes
}

/// Whether bytes begin as [`write_trust_file`] begins them, whatever follows.
pub fn is_trust_file(bytes: &[u8]) -> bool {
    // A map of five, and its first member.
    let mut beginning = Vec::from([0xa5, 0x01]);
    beginning.extend(cbor::encode(&Value::text(MAGIC)));
    bytes.starts_with(&beginning)
}

/// Reads what [`write_trust_file`] wrote.
///
/// # Errors
///
/// [`TrustFileError`].
pub fn read_trust_file(bytes: &[u8]) -> Result<TrustList, TrustFileError> {
    let length = bytes
        .len()
        .checked_sub(HASH_LENGTH)
        .ok_or(TrustFileError::Hash)?;
    let (content, hash) = bytes.split_at_checked(length).ok_or(TrustFileError::Hash)?;
    if sha256(content) != *hash {
        return Err(TrustFileError::Hash);
    }
    let limits = CborLimits::default().with_items(ITEM_LIMIT);
    let file = cbor::decode(content, &limits).map_err(|_| TrustFileError::Malformed)?;
    if file.member(1).and_then(Value::as_text) != Some(MAGIC) {
        return Err(TrustFileError::Malformed);
    }
    if file.member(2).and_then(Value::as_integer) != Some(VERSION) {
        return Err(TrustFileError::Version);
    }
    read_list(&file).ok_or(TrustFileError::Malformed)
}

fn map<const N: usize>(members: [(i64, Option<Value<'_>>); N]) -> Value<'_> {
    let present = members.into_iter();
    let present = present.filter_map(|(key, value)| Some((Value::integer(key), value?)));
    Value::Map(present.collect())
}

fn write_entry(entry: &TrustEntry) -> Value<'_> {
    let (certificate, key) = match entry.material() {
        TrustMaterial::Certificate(certificate) => (Some(Value::bytes(certificate.der())), None),
        TrustMaterial::Key(key) => (None, Some(Value::bytes(key.to_spki_der()))),
    };
    let usages = (!entry.usages().is_unrestricted()).then(|| {
        let numbers = (0_i64..)
            .zip(KINDS)
            .filter(|(_, kind)| entry.usages().allows(*kind));
        Value::Array(numbers.map(|(number, _)| Value::integer(number)).collect())
    });
    let validity = entry.validity().map(|validity| {
        let times = [validity.not_before(), validity.not_after()];
        Value::Array(
            times
                .iter()
                .map(|time| Value::integer(time.unix_seconds()))
                .collect(),
        )
    });
    let domains = entry.domains();
    let domains = (domains.len() > 0).then(|| Value::Array(domains.map(Value::text).collect()));
    let authority = entry.role() == TrustRole::Authority;
    map([
        (1, Some(Value::bytes(entry.kid().as_bytes()))),
        (2, certificate),
        (3, key),
        (5, usages),
        (6, validity),
        (7, domains),
        (8, entry.told_subject().map(Value::text)),
        (
            9,
            Some(Value::Array(
                entry.provenance().iter().map(write_provenance).collect(),
            )),
        ),
        (10, authority.then_some(Value::Bool(true))),
        (11, entry.listed_country().map(write_listed)),
    ])
}

fn write_tombstone(stone: &Tombstone) -> Value<'_> {
    map([
        (1, Some(Value::bytes(stone.kid().as_bytes()))),
        (
            2,
            stone
                .thumbprint()
                .map(|thumbprint| Value::bytes(&thumbprint[..])),
        ),
        (4, write_country(stone.country())),
        (
            9,
            Some(Value::Array(Vec::from([write_provenance(
                stone.provenance(),
            )]))),
        ),
    ])
}

fn write_country(country: Option<CountryCode>) -> Option<Value<'static>> {
    country.map(|country| Value::text(String::from(country.as_str())))
}

fn write_listed(country: ListedCountry) -> Value<'static> {
    Value::Array(Vec::from([
        Value::text(String::from(country.code.as_str())),
        write_integrity(country.integrity),
        Value::Bool(country.of_certificate),
    ]))
}

const fn write_integrity(integrity: Integrity) -> Value<'static> {
    Value::Unsigned(match integrity {
        Integrity::Unsigned => 0,
        Integrity::Transport => 1,
        Integrity::Verified => 2,
    })
}

fn write_provenance(provenance: &Provenance) -> Value<'_> {
    Value::Array(Vec::from([
        Value::text(provenance.source()),
        write_integrity(provenance.integrity()),
        Value::integer(provenance.as_of().unix_seconds()),
    ]))
}

fn read_list(file: &Value<'_>) -> Option<TrustList> {
    let items = |key| file.member(key).and_then(Value::as_array);
    let entries = items(3)?.iter().map(read_entry).collect::<Option<_>>()?;
    let tombstones = items(4)?
        .iter()
        .map(read_tombstone)
        .collect::<Option<_>>()?;
    let sources = items(5)?
        .iter()
        .map(read_provenance)
        .collect::<Option<_>>()?;
    TrustList::from_parts(entries, tombstones, sources).ok()
}

fn read_entry(item: &Value<'_>) -> Option<TrustEntry> {
    let kid = KeyId::from_bytes(item.member(1)?.as_bytes()?);
    let material = match (item.member(2), item.member(3)) {
        (Some(der), None) => {
            let certificate = DocumentSigner::from_der(der.as_bytes()?).ok()?;
            TrustMaterial::Certificate(Arc::new(certificate))
        }
        (None, Some(spki)) => {
            TrustMaterial::Key(VerifyingKey::from_spki_der(spki.as_bytes()?).ok()?)
        }
        _ => return None,
    };
    let usages = match item.member(5) {
        None => KeyUsages::UNRESTRICTED,
        Some(kinds) => {
            let kinds = kinds.as_array()?.iter().map(|number| {
                let number = number
                    .as_integer()
                    .and_then(|number| usize::try_from(number).ok());
                number.and_then(|number| KINDS.get(number).copied())
            });
            KeyUsages::only(&kinds.collect::<Option<Vec<_>>>()?)
        }
    };
    let domains = item
        .member(7)
        .map_or(Some(&[][..]), Value::as_array)?
        .iter();
    let domains = domains.map(|domain| domain.as_text().map(Into::into));
    let provenance = item.member(9)?.as_array()?.iter().map(read_provenance);
    let authority = item.member(10) == Some(&Value::Bool(true));
    Some(TrustEntry::new(EntryDraft {
        kid,
        material,
        role: if authority {
            TrustRole::Authority
        } else {
            TrustRole::DocumentSigner
        },
        country: optional(item, 11, read_listed).ok()?,
        usages,
        validity: optional(item, 6, read_validity).ok()?,
        domains: domains.collect::<Option<BTreeSet<_>>>()?,
        subject: optional(item, 8, |text| text.as_text().map(Into::into)).ok()?,
        provenance: provenance.collect::<Option<_>>()?,
    }))
}

fn read_tombstone(item: &Value<'_>) -> Option<Tombstone> {
    let kid = KeyId::from_bytes(item.member(1)?.as_bytes()?);
    let thumbprint = optional(item, 2, |bytes| bytes.as_bytes()?.try_into().ok()).ok()?;
    let provenance = item
        .member(9)?
        .as_array()?
        .first()
        .and_then(read_provenance)?;
    let country = optional(item, 4, read_country).ok()?;
    Some(Tombstone::new(kid, thumbprint, country, provenance))
}

fn read_country(text: &Value<'_>) -> Option<CountryCode> {
    CountryCode::parse(text.as_text()?)
}

/// What an optional member is: `Ok(None)` without it, and an error where it cannot be read.
fn optional<T>(
    item: &Value<'_>,
    key: i64,
    read: impl FnOnce(&Value<'_>) -> Option<T>,
) -> Result<Option<T>, TrustFileError> {
    let present = item.member(key);
    present
        .map(|value| read(value).ok_or(TrustFileError::Malformed))
        .transpose()
}

fn read_listed(listed: &Value<'_>) -> Option<ListedCountry> {
    let [code, integrity, Value::Bool(of_certificate)] = listed.as_array()? else {
        return None;
    };
    Some(ListedCountry {
        integrity: read_integrity(integrity)?,
        of_certificate: *of_certificate,
        code: CountryCode::parse(code.as_text()?)?,
    })
}

fn read_integrity(number: &Value<'_>) -> Option<Integrity> {
    match number.as_integer()? {
        0 => Some(Integrity::Unsigned),
        1 => Some(Integrity::Transport),
        2 => Some(Integrity::Verified),
        _ => None,
    }
}

fn read_validity(times: &Value<'_>) -> Option<ValidityPeriod> {
    match times.as_array()? {
        [from, until] => Some(ValidityPeriod::new(read_time(from)?, read_time(until)?)),
        _ => None,
    }
}

fn read_time(seconds: &Value<'_>) -> Option<Timestamp> {
    Timestamp::from_unix_seconds(seconds.as_integer()?)
}

fn read_provenance(item: &Value<'_>) -> Option<Provenance> {
    let [source, integrity, as_of] = item.as_array()? else {
        return None;
    };
    Some(Provenance::new(
        source.as_text()?,
        read_integrity(integrity)?,
        read_time(as_of)?,
    ))
}
