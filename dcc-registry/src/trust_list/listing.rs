//! What one item of a list says, before it becomes an entry.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;

use dcc_model::EntryKind;
use dcc_sign::{DocumentSigner, KeyError, KeyId, KeyUsages, VerifyingKey};

use super::error::EntryReason;
use crate::trust::{
    CountryCode, EntryDraft, ListedCountry, Provenance, TrustEntry, TrustMaterial, TrustRole,
    ValidityPeriod,
};

/// One item, told in the words of the trust model.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) material: TrustMaterial,
    pub(crate) kid: Option<KeyId>,
    pub(crate) country: Option<CountryCode>,
    pub(crate) usages: KeyUsages,
    pub(crate) validity: Option<ValidityPeriod>,
    pub(crate) domain: Option<Box<str>>,
    pub(crate) subject: Option<Box<str>>,
    /// The list calls it an authority.
    pub(crate) authority: bool,
}

impl Listing {
    /// An item with a certificate in DER.
    pub(crate) fn certificate(der: &[u8]) -> Result<Self, EntryReason> {
        let certificate = DocumentSigner::from_der(der).map_err(EntryReason::Certificate)?;
        Ok(Self::of(TrustMaterial::Certificate(Arc::new(certificate))))
    }

    /// An item with a bare key as `SubjectPublicKeyInfo`.
    pub(crate) fn spki(der: &[u8]) -> Result<Self, EntryReason> {
        VerifyingKey::from_spki_der(der)
            .map(Self::key)
            .map_err(EntryReason::Key)
    }

    /// An item with a bare key.
    pub(crate) const fn key(key: VerifyingKey) -> Self {
        Self::of(TrustMaterial::Key(key))
    }

    const fn of(material: TrustMaterial) -> Self {
        Self {
            material,
            kid: None,
            country: None,
            usages: KeyUsages::UNRESTRICTED,
            validity: None,
            domain: None,
            subject: None,
            authority: false,
        }
    }

    /// With the key id which the list names.
    pub(crate) fn with_kid(mut self, kid: Option<KeyId>) -> Self {
        self.kid = kid;
        self
    }

    /// With the country which the list names.
    pub(crate) const fn with_country(mut self, country: Option<CountryCode>) -> Self {
        self.country = country;
        self
    }

    /// With the usages which the list names.
    pub(crate) const fn with_usages(mut self, usages: KeyUsages) -> Self {
        self.usages = usages;
        self
    }

    /// The certificate, if there is one.
    pub(crate) fn as_certificate(&self) -> Option<&DocumentSigner> {
        match &self.material {
            TrustMaterial::Certificate(certificate) => Some(certificate),
            TrustMaterial::Key(_) => None,
        }
    }

    /// The key id that counts: of the certificate, where there is one.
    pub(crate) fn effective_kid(&self) -> Option<&KeyId> {
        self.as_certificate()
            .map(DocumentSigner::kid)
            .or(self.kid.as_ref())
    }

    /// Whether the list names another key id than the certificate's.
    pub(crate) fn kid_differs(&self) -> bool {
        matches!((self.as_certificate(), &self.kid), (Some(c), Some(kid)) if c.kid() != kid)
    }

    /// Why the key of a document signer may not verify HCERTs. The entry is kept, so that whoever
    /// meets it is told `key-unsuitable` and not `key-unknown`.
    pub(crate) fn unsuitable(&self) -> Option<KeyError> {
        let certificate = self.as_certificate()?;
        let signer = !self.authority && certificate.may_sign_hcerts();
        certificate
            .verifying_key()
            .err()
            .copied()
            .filter(|_| signer)
    }

    /// The entry.
    pub(crate) fn into_entry(self, provenance: Provenance) -> Result<TrustEntry, EntryReason> {
        let kid = self
            .effective_kid()
            .ok_or(EntryReason::Member { member: "kid" })?
            .clone();
        let mut role = TrustRole::DocumentSigner;
        let mut country = self.country;
        let mut usages = self.usages;
        let mut validity = self.validity;
        if let Some(certificate) = self.as_certificate() {
            let own = ValidityPeriod::new(certificate.not_before(), certificate.not_after());
            validity = Some(validity.map_or(own, |listed| listed.intersection(own)));
            usages = usages.intersection(certificate.usages());
            country =
                country.or_else(|| certificate.subject_country().and_then(CountryCode::parse));
            if self.authority || !certificate.may_sign_hcerts() {
                role = TrustRole::Authority;
            }
        }
        let country = country.map(|code| ListedCountry {
            integrity: provenance.integrity(),
            of_certificate: self.as_certificate().is_some(),
            code,
        });
        let subject = self
            .subject
            .filter(|_| matches!(self.material, TrustMaterial::Key(_)));
        Ok(TrustEntry::new(EntryDraft {
            kid,
            material: self.material,
            role,
            country,
            usages,
            validity,
            domains: self.domain.into_iter().collect::<BTreeSet<_>>(),
            subject,
            provenance: Vec::from([provenance]),
        }))
    }
}

/// The usages which letters name: `v`, `t`, `r` in any order. No letter at all means every kind.
pub(crate) fn usages_of_letters(letters: &str) -> Result<KeyUsages, EntryReason> {
    let mut kinds = Vec::new();
    for letter in letters.chars() {
        kinds.push(match letter {
            'v' => EntryKind::Vaccination,
            't' => EntryKind::Test,
            'r' => EntryKind::Recovery,
            _ => return Err(EntryReason::UsageUnknown),
        });
    }
    Ok(if kinds.is_empty() {
        KeyUsages::UNRESTRICTED
    } else {
        KeyUsages::only(&kinds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_name_kinds_and_unknown_ones_are_refused() {
        let usages = usages_of_letters("rt").unwrap();
        assert!(usages.allows(EntryKind::Recovery) && usages.allows(EntryKind::Test));
        assert!(!usages.allows(EntryKind::Vaccination));
        assert!(usages_of_letters("").unwrap().is_unrestricted());
        // Switzerland's light certificate is no DCC.
        assert_eq!(usages_of_letters("l"), Err(EntryReason::UsageUnknown));
        assert_eq!(usages_of_letters("vl"), Err(EntryReason::UsageUnknown));
    }
}
