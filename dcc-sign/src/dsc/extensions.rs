//! The extensions that grant rights (RFC 5280 section 4.2.1, HCERT 1.0.8 annex A.4).

use dcc_model::{Remark, RemarkCode};

use super::DscError;
use crate::der::{Element, Reader, oid, strict, tag};
use crate::key_usage::{KeyUsages, UsageOid};

/// What a certificate may be used for.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    constraints: Constraints,
    key_usage: Option<KeyUsageBits>,
    usages: KeyUsages,
}

/// Basic constraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Constraints {
    EndEntity,
    Authority,
    Unreadable,
}

/// Key usage (RFC 5280 section 4.2.1.3); unreadable bits grant nothing.
#[derive(Clone, Copy, Default)]
struct KeyUsageBits {
    digital_signature: bool,
    key_cert_sign: bool,
}

impl Rights {
    pub(super) fn is_ca(self) -> bool {
        self.constraints == Constraints::Authority
    }

    pub(super) fn may_sign_hcerts(self) -> bool {
        self.constraints == Constraints::EndEntity
            && self.key_usage.is_none_or(|bits| bits.digital_signature)
    }

    pub(super) fn may_sign_certificates(self) -> bool {
        self.is_ca() && self.key_usage.is_none_or(|bits| bits.key_cert_sign)
    }

    pub(super) const fn usages(self) -> KeyUsages {
        self.usages
    }
}

/// What the extensions of a certificate say.
pub(super) struct Extensions {
    pub(super) rights: Rights,
    pub(super) findings: Vec<Remark>,
    /// Whether every value is strict DER and no default value is spelled out.
    pub(super) is_der: bool,
}

impl Extensions {
    /// No extensions: nothing is restricted, and nobody is an authority.
    pub(super) const fn none() -> Self {
        let rights = Rights {
            constraints: Constraints::EndEntity,
            key_usage: None,
            usages: KeyUsages::UNRESTRICTED,
        };
        Self {
            rights,
            findings: Vec::new(),
            is_der: true,
        }
    }

    /// Reads `Extensions`, a SEQUENCE of them.
    pub(super) fn parse(list: &Element<'_>) -> Result<Self, DscError> {
        let mut found = Self::none();
        let mut seen: Vec<&[u8]> = Vec::new();
        let mut reader = list.reader();
        while !reader.is_empty() {
            let extension = reader.expect(tag::SEQUENCE).ok_or(DscError::Structure)?;
            let (id, value) = found.split(&extension).ok_or(DscError::Structure)?;
            if seen.contains(&id) {
                return Err(DscError::DuplicateExtension);
            }
            seen.push(id);
            found.is_der &= strict::is_der(value);
            match id {
                oid::BASIC_CONSTRAINTS => found.basic_constraints(value),
                oid::KEY_USAGE => found.key_usage(value),
                oid::EXTENDED_KEY_USAGE => found.extended_key_usage(value),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The id and value of one extension.
    fn split<'a>(&mut self, extension: &Element<'a>) -> Option<(&'a [u8], &'a [u8])> {
        let mut inside = extension.reader();
        let id = inside.expect(tag::OID)?.content;
        if let Some(critical) = inside.expect(tag::BOOLEAN) {
            // DEFAULT FALSE, which DER leaves out (X.690 section 11.5).
            self.is_der &= critical.content != [0];
        }
        let value = inside.expect(tag::OCTET_STRING)?.content;
        inside.is_empty().then_some((id, value))
    }

    fn basic_constraints(&mut self, value: &[u8]) {
        let Some(sequence) = Reader::new(value).only(tag::SEQUENCE) else {
            self.rights.constraints = Constraints::Unreadable;
            return;
        };
        let mut inside = sequence.reader();
        let authority = inside.expect(tag::BOOLEAN);
        let path_length_reads = inside.is_empty()
            || inside
                .expect(tag::INTEGER)
                .is_some_and(|length| length.unsigned().is_some());
        self.rights.constraints = match authority.map(|flag| flag.content) {
            _ if !path_length_reads || !inside.is_empty() => Constraints::Unreadable,
            None => Constraints::EndEntity,
            Some([0]) => {
                // DEFAULT FALSE again; Finland spells it out.
                self.is_der = false;
                Constraints::EndEntity
            }
            Some([_]) => Constraints::Authority,
            Some(_) => Constraints::Unreadable,
        };
    }

    fn key_usage(&mut self, value: &[u8]) {
        let bits = Reader::new(value).only(tag::BIT_STRING);
        let first = bits.and_then(|bits| bits.content.get(1).copied());
        self.rights.key_usage =
            Some(
                first.map_or_else(KeyUsageBits::default, |first| KeyUsageBits {
                    digital_signature: first & 0x80 != 0,
                    key_cert_sign: first & 0x04 != 0,
                }),
            );
    }

    fn extended_key_usage(&mut self, value: &[u8]) {
        let Some(oids) = usage_oids(value) else {
            self.rights.usages = KeyUsages::NOTHING;
            return;
        };
        let kinds: Vec<_> = oids.iter().filter_map(|oid| oid.kind()).collect();
        let code = if oids.is_empty() {
            // SIZE (1..MAX): what encodes none is no encoding of this type.
            self.is_der = false;
            Some(RemarkCode::DscEkuEmpty)
        } else if kinds.is_empty() {
            Some(RemarkCode::DscEkuForeignOnly)
        } else {
            self.rights.usages = KeyUsages::only(&kinds);
            let historic = oids
                .iter()
                .any(|oid| matches!(oid, UsageOid::DccHistoric(_)));
            historic.then_some(RemarkCode::DscEkuOldOid)
        };
        self.findings
            .extend(code.map(|code| Remark::new(code, "dsc.eku")));
    }
}

fn usage_oids(value: &[u8]) -> Option<Vec<UsageOid>> {
    let mut inside = Reader::new(value).only(tag::SEQUENCE)?.reader();
    let mut oids = Vec::new();
    while !inside.is_empty() {
        oids.push(UsageOid::parse(inside.expect(tag::OID)?.content));
    }
    Some(oids)
}
