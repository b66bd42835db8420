//! A CSCA and a document signer for tests and demonstrations, each marked `TEST ONLY`.
//!
//! Profiles follow the certificate governance of the DCC gateway: the CSCA is a CA of path length
//! 0, the document signer has key usage digitalSignature, the three key usages of HCERT annex A.4
//! and an authority key identifier.

use core::fmt;

use dcc_model::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, RsaKeySize,
};
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;

/// The three key usages of HCERT annex A.4: test, vaccination, recovery.
const DCC_KEY_USAGES: [u64; 3] = [1, 2, 3];

/// Months of validity of the CSCA and of the document signer.
const CSCA_MONTHS: i32 = 48;
const DSC_MONTHS: i32 = 27;

/// A CSCA, a document signer, and their private keys, as PEM.
///
/// `Debug` prints no key.
pub struct TestPki {
    csca_pem: String,
    csca_key_pem: Zeroizing<String>,
    dsc_pem: String,
    dsc_key_pem: Zeroizing<String>,
}

/// Why test keys could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeygenError {
    /// The country is not two capital letters (ISO 3166-1 alpha-2).
    #[error("the country is not two capital letters such as VN")]
    Country,
    /// The validity would leave the supported range of years.
    #[error("the validity is out of range")]
    Validity,
    /// The key generator or the certificate builder failed.
    #[error("the key or certificate could not be made")]
    Generation,
}

impl TestPki {
    /// Makes fresh keys. The CSCA is valid for 48 months from `valid_from`, the document signer
    /// for 27 (certificates of 12 months can be issued during 15).
    ///
    /// # Errors
    ///
    /// [`KeygenError`]; see its variants.
    pub fn generate(
        country: &str,
        algorithm: Algorithm,
        valid_from: Timestamp,
    ) -> Result<Self, KeygenError> {
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(KeygenError::Country);
        }
        let csca_key = key_pair(algorithm)?;
        let mut csca = params(country, "CSCA", valid_from, CSCA_MONTHS)?;
        csca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        csca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let csca_certificate = csca.self_signed(&csca_key).map_err(generation)?;

        let dsc_key = key_pair(algorithm)?;
        let mut dsc = params(country, "DSC", valid_from, DSC_MONTHS)?;
        dsc.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        dsc.extended_key_usages = DCC_KEY_USAGES.map(dcc_key_usage).to_vec();
        dsc.use_authority_key_identifier_extension = true;
        let csca_key_pem = Zeroizing::new(csca_key.serialize_pem());
        let issuer = Issuer::new(csca, csca_key);
        let dsc_certificate = dsc.signed_by(&dsc_key, &issuer).map_err(generation)?;
        Ok(Self {
            csca_pem: csca_certificate.pem(),
            csca_key_pem,
            dsc_pem: dsc_certificate.pem(),
            dsc_key_pem: Zeroizing::new(dsc_key.serialize_pem()),
        })
    }

    /// The CSCA's certificate.
    pub fn csca_pem(&self) -> &str {
        &self.csca_pem
    }

    /// The CSCA's private key, PKCS#8.
    pub fn csca_key_pem(&self) -> &str {
        &self.csca_key_pem
    }

    /// The document signer's certificate.
    pub fn dsc_pem(&self) -> &str {
        &self.dsc_pem
    }

    /// The document signer's private key, PKCS#8.
    pub fn dsc_key_pem(&self) -> &str {
        &self.dsc_key_pem
    }
}

impl fmt::Debug for TestPki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPki").finish_non_exhaustive()
    }
}

fn generation(_: rcgen::Error) -> KeygenError {
    KeygenError::Generation
}

fn key_pair(algorithm: Algorithm) -> Result<KeyPair, KeygenError> {
    let made = match algorithm {
        Algorithm::Es256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        Algorithm::Ps256 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
    };
    made.map_err(generation)
}

fn params(
    country: &str,
    role: &str,
    valid_from: Timestamp,
    months: i32,
) -> Result<CertificateParams, KeygenError> {
    let valid_until = valid_from
        .checked_add_months(months)
        .ok_or(KeygenError::Validity)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, country);
    subject.push(DnType::OrganizationName, "TEST ONLY");
    subject.push(DnType::CommonName, format!("TEST ONLY {role} {country}"));
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = date_time(valid_from)?;
    params.not_after = date_time(valid_until)?;
    Ok(params)
}

fn date_time(at: Timestamp) -> Result<time::OffsetDateTime, KeygenError> {
    time::OffsetDateTime::from_unix_timestamp(at.unix_seconds()).map_err(|_| KeygenError::Validity)
}

fn dcc_key_usage(usage: u64) -> ExtendedKeyUsagePurpose {
    ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 1847, 2021, 1, usage])
}

/// An authority of facilities' certificates for tests and demonstrations, ES256, valid like the
/// document signers: 27 months.
///
/// `Debug` prints no key.
pub struct TestAuthority {
    issuer: Issuer<'static, KeyPair>,
    country: String,
    valid_from: Timestamp,
    certificate_pem: String,
    key_pem: Zeroizing<String>,
}

/// A certificate and its private key, as PEM. `Debug` prints no key.
pub struct TestPair {
    /// The certificate.
    certificate_pem: String,
    /// The private key, PKCS#8.
    key_pem: Zeroizing<String>,
}

impl TestAuthority {
    /// Makes a fresh authority.
    ///
    /// # Errors
    ///
    /// [`KeygenError`]; see its variants.
    pub fn generate(country: &str, valid_from: Timestamp) -> Result<Self, KeygenError> {
        let key = key_pair(Algorithm::Es256)?;
        let mut authority = params(country, "facility CA", valid_from, DSC_MONTHS)?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = authority.self_signed(&key).map_err(generation)?;
        let key_pem = Zeroizing::new(key.serialize_pem());
        Ok(Self {
            issuer: Issuer::new(authority, key),
            country: country.to_owned(),
            valid_from,
            certificate_pem: certificate.pem(),
            key_pem,
        })
    }

    /// The authority of an earlier run.
    ///
    /// # Errors
    ///
    /// [`KeygenError::Generation`] where these are no certificate and key.
    pub fn from_pem(
        country: &str,
        valid_from: Timestamp,
        (certificate_pem, key_pem): (&str, &str),
    ) -> Result<Self, KeygenError> {
        let key = KeyPair::from_pem(key_pem).map_err(generation)?;
        // The same name and usages as when it was made; nothing else goes into what it issues.
        let mut authority = params(country, "facility CA", valid_from, DSC_MONTHS)?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Self {
            issuer: Issuer::new(authority, key),
            country: country.to_owned(),
            valid_from,
            certificate_pem: certificate_pem.to_owned(),
            key_pem: Zeroizing::new(key_pem.to_owned()),
        })
    }

    /// A fresh key and certificate for `name`, which is marked `TEST ONLY`.
    ///
    /// # Errors
    ///
    /// [`KeygenError`]; see its variants.
    pub fn issue(&self, name: &str) -> Result<TestPair, KeygenError> {
        let key = key_pair(Algorithm::Es256)?;
        let mut facility = params(&self.country, name, self.valid_from, DSC_MONTHS)?;
        facility.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        facility.use_authority_key_identifier_extension = true;
        let certificate = facility.signed_by(&key, &self.issuer).map_err(generation)?;
        Ok(TestPair {
            certificate_pem: certificate.pem(),
            key_pem: Zeroizing::new(key.serialize_pem()),
        })
    }

    /// Its certificate.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its private key, PKCS#8.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }
}

impl TestPair {
    /// The certificate.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key, PKCS#8.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }
}

impl fmt::Debug for TestAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAuthority").finish_non_exhaustive()
    }
}

impl fmt::Debug for TestPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPair").finish_non_exhaustive()
    }
}
