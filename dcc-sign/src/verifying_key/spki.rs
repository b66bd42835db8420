//! `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7, RFC 5480, RFC 4055).

use super::{KeyError, KeyMaterial, VerifyingKey};
use crate::curve;
use crate::der::{self, Element, Reader, oid, tag};
use crate::pss::PssParameters;

pub(super) fn read(der: &[u8]) -> Result<VerifyingKey, KeyError> {
    let spki = Spki::parse(der).ok_or(KeyError::Malformed)?;
    match spki.algorithm {
        oid::EC_PUBLIC_KEY => read_ec(&spki),
        oid::RSA_ENCRYPTION => read_rsa(spki.key),
        oid::RSASSA_PSS => {
            check_pss(spki.parameters.as_ref())?;
            read_rsa(spki.key)
        }
        _ => Err(KeyError::Kind),
    }
}

/// A `SubjectPublicKeyInfo` taken apart.
pub(crate) struct Spki<'a> {
    pub(crate) algorithm: &'a [u8],
    pub(crate) parameters: Option<Element<'a>>,
    pub(crate) key: &'a [u8],
}

impl<'a> Spki<'a> {
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(der).only(tag::SEQUENCE)?.reader();
        let mut identifier = outer.expect(tag::SEQUENCE)?.reader();
        let algorithm = identifier.expect(tag::OID)?.content;
        let parameters = if identifier.is_empty() {
            None
        } else {
            Some(identifier.next()?)
        };
        let key = outer.expect(tag::BIT_STRING)?.whole_bytes()?;
        (identifier.is_empty() && outer.is_empty()).then_some(Self {
            algorithm,
            parameters,
            key,
        })
    }

    /// Modulus and exponent of an `RSAPublicKey` (RFC 8017 appendix A.1.1).
    pub(crate) fn rsa_numbers(key: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let mut inside = Reader::new(key).only(tag::SEQUENCE)?.reader();
        let modulus = inside.next()?.unsigned()?;
        let exponent = inside.next()?.unsigned()?;
        inside.is_empty().then_some((modulus, exponent))
    }
}

fn read_ec(spki: &Spki<'_>) -> Result<VerifyingKey, KeyError> {
    let parameters = spki.parameters.ok_or(KeyError::Malformed)?;
    match (parameters.tag, parameters.content) {
        (tag::OID, oid::SECP256R1) => {}
        (tag::OID, _) => return Err(KeyError::Curve),
        _ if curve::are_p256_parameters(&parameters) => {}
        _ => return Err(KeyError::ExplicitCurve),
    }
    VerifyingKey::from_p256_point(spki.key)
}

fn read_rsa(key: &[u8]) -> Result<VerifyingKey, KeyError> {
    let (modulus, exponent) = Spki::rsa_numbers(key).ok_or(KeyError::Malformed)?;
    VerifyingKey::from_rsa(modulus, exponent)
}

/// Absent parameters restrict nothing; those present must allow PS256 (RFC 4055 section 3.3).
fn check_pss(parameters: Option<&Element<'_>>) -> Result<(), KeyError> {
    let Some(parameters) = parameters else {
        return Ok(());
    };
    match PssParameters::parse(parameters) {
        Some(pss) if pss.allows_ps256() => Ok(()),
        _ => Err(KeyError::PssParameters),
    }
}

pub(super) fn write(material: KeyMaterial<'_>) -> Vec<u8> {
    let oid = |content: &[u8]| der::write(tag::OID, &[content]);
    let (identifier, key) = match material {
        KeyMaterial::P256 { point } => (
            vec![oid(oid::EC_PUBLIC_KEY), oid(oid::SECP256R1)],
            point.to_vec(),
        ),
        KeyMaterial::Rsa { modulus, exponent } => (
            vec![oid(oid::RSA_ENCRYPTION), der::write(tag::NULL, &[])],
            rsa_public_key(modulus, exponent),
        ),
    };
    let identifier = der::write(tag::SEQUENCE, &[&identifier.concat()]);
    let key = der::write(tag::BIT_STRING, &[&[0], &key]);
    der::write(tag::SEQUENCE, &[&identifier, &key])
}

fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [der::write_unsigned(modulus), der::write_unsigned(exponent)];
    der::write(tag::SEQUENCE, &[&numbers.concat()])
}
