//! One verification method.

use dcc_sign::{DocumentSigner, KeyId, VerifyingKey};
use serde_json::Value;

use super::document::Generation;
use crate::trust::CountryCode;
use crate::trust_list::error::EntryReason;
use crate::trust_list::listing::Listing;
use crate::trust_list::{json, mirror};

/// A verification method: a key, or a reference to a document with keys.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum VerificationMethod<'a> {
    /// A key.
    Key(Box<MethodKey<'a>>),
    /// The DID of another document.
    Reference(&'a str),
}

/// What a key in WHO's network is for. The lists of TLS and upload keys are not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DidUsage {
    /// `SCA`, written `CSCA` inside entries: signs document signers.
    Authority,
    /// `DSC`: signs HCERTs.
    DocumentSigner,
    /// `DECA`: signs data exchange signers.
    ExchangeAuthority,
    /// `DESC`: signs data between participants.
    ExchangeSigner,
}

/// A method with a key.
#[derive(Clone, Debug)]
pub struct MethodKey<'a> {
    id: &'a str,
    jwk: &'a Value,
    certificate: Option<Vec<u8>>,
    participant: Option<CountryCode>,
    domain: Option<&'a str>,
    usage: DidUsage,
}

impl<'a> VerificationMethod<'a> {
    pub(super) fn read(method: &'a Value, generation: Generation) -> Result<Self, EntryReason> {
        match method {
            Value::String(id) => Ok(Self::Reference(id)),
            method => MethodKey::read(method, generation).map(|key| Self::Key(Box::new(key))),
        }
    }
}

impl<'a> MethodKey<'a> {
    fn read(method: &'a Value, generation: Generation) -> Result<Self, EntryReason> {
        let id = json::text(method, "id")?;
        if json::text(method, "type")? != "JsonWebKey2020" {
            return Err(EntryReason::Member { member: "type" });
        }
        let jwk = method.get("publicKeyJwk").filter(|jwk| jwk.is_object());
        let jwk = jwk.ok_or(EntryReason::Member {
            member: "publicKeyJwk",
        })?;
        let (participant, domain, usage) = match generation {
            Generation::V1 => (v1_participant(id), None, DidUsage::DocumentSigner),
            Generation::V2 => {
                let participant = CountryCode::parse(code(method, "participant")?);
                let usage = match code(method, "keyusage")? {
                    "CSCA" | "SCA" => DidUsage::Authority,
                    "DSC" => DidUsage::DocumentSigner,
                    "DECA" => DidUsage::ExchangeAuthority,
                    "DESC" => DidUsage::ExchangeSigner,
                    _ => return Err(EntryReason::UsageUnknown),
                };
                (participant, Some(code(method, "domain")?), usage)
            }
        };
        if participant.is_none() {
            return Err(EntryReason::Member {
                member: "participant",
            });
        }
        Ok(Self {
            id,
            jwk,
            certificate: certificate(jwk)?,
            participant,
            domain,
            usage,
        })
    }

    /// The name of the method.
    pub const fn id(&self) -> &'a str {
        self.id
    }

    /// What the key is for.
    pub const fn usage(&self) -> DidUsage {
        self.usage
    }

    /// The domain, such as `DCC`; the first generation names none.
    pub const fn domain(&self) -> Option<&'a str> {
        self.domain
    }

    /// The participant as the document writes it, three letters.
    pub const fn participant(&self) -> Option<CountryCode> {
        self.participant
    }

    /// The certificate: the first of `x5c`, which is the source of truth.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// The key id after the first `#`; it is Base64 whose `+`, `/` and `=` are not URL-encoded.
    pub fn kid(&self) -> Option<KeyId> {
        let (_, fragment) = self.id.split_once('#')?;
        json::base64(fragment).map(|bytes| KeyId::from_bytes(&bytes))
    }

    pub(super) fn listing(&self) -> Result<Listing, EntryReason> {
        let mut listing = match &self.certificate {
            Some(der) => Listing::certificate(der)?,
            None => Listing::key(numbers(self.jwk)?),
        };
        let country = self.participant.map(|participant| {
            CountryCode::from_participant(participant.as_str()).unwrap_or(participant)
        });
        listing = listing.with_kid(self.kid()).with_country(country);
        listing.domain = self.domain.map(Into::into);
        listing.authority = self.usage == DidUsage::Authority;
        Ok(listing)
    }

    /// The key id of a certificate beside which another key stands. Only keys that can be told by
    /// their numbers are compared: those of authorities may be on curves that WHO's software does
    /// not know.
    pub(super) fn differing_kid(&self) -> Option<KeyId> {
        let certificate = DocumentSigner::from_der(self.certificate.as_deref()?).ok()?;
        let own = certificate.verifying_key().ok()?;
        let same = numbers(self.jwk).is_ok_and(|written| written == *own);
        (!same).then(|| certificate.kid().clone())
    }
}

/// `{"code": "#DCC"}`.
fn code<'a>(method: &'a Value, member: &'static str) -> Result<&'a str, EntryReason> {
    let code = method
        .get(member)
        .and_then(|value| value.get("code"))
        .and_then(Value::as_str);
    code.and_then(|code| code.strip_prefix('#'))
        .ok_or(EntryReason::Member { member })
}

/// `did:web:tng-cdn.who.int:trustlist:prt#…`: the part before the fragment.
fn v1_participant(id: &str) -> Option<CountryCode> {
    let (did, _) = id.split_once('#')?;
    CountryCode::parse(did.rsplit(':').next()?)
}

fn certificate(jwk: &Value) -> Result<Option<Vec<u8>>, EntryReason> {
    let Some(chain) = jwk.get("x5c") else {
        return Ok(None);
    };
    let first = chain
        .as_array()
        .and_then(|chain| chain.first())
        .and_then(Value::as_str);
    let first = first.ok_or(EntryReason::Member { member: "x5c" })?;
    json::base64(first)
        .map(Some)
        .ok_or(EntryReason::Base64 { member: "x5c" })
}

/// The key of a JWK by its numbers: P-256 or RSA. Coordinates come with and without padding, and
/// with and without leading zeros.
pub(super) fn numbers(jwk: &Value) -> Result<VerifyingKey, EntryReason> {
    let bytes = |member: &'static str| {
        let text = json::text(jwk, member)?;
        json::base64_url(text).ok_or(EntryReason::Base64 { member })
    };
    match json::text(jwk, "kty")? {
        "EC" if json::text(jwk, "crv")? == "P-256" => {
            let x = mirror::coordinate(&bytes("x")?, "x")?;
            let y = mirror::coordinate(&bytes("y")?, "y")?;
            let point = [&[4][..], &x, &y].concat();
            VerifyingKey::from_p256_point(&point).map_err(EntryReason::Key)
        }
        "RSA" => VerifyingKey::from_rsa(&bytes("n")?, &bytes("e")?).map_err(EntryReason::Key),
        _ => Err(EntryReason::Member { member: "crv" }),
    }
}
