//! Keys and certificates of the facilities, the same for the same seed.
//!
//! Private keys are scalars from the generator and signatures are RFC 6979, so nothing is left to
//! chance. **They are worthless as secrets**: whoever knows the seed has them. Every certificate
//! says TEST ONLY.

use core::fmt;

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey as _;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};

use super::SyntheticError;
use super::random::{Purpose, Stream};

/// 2021-01-01T00:00:00Z to 2049-12-31T23:59:59Z: facilities sign on any day that a trial is set to.
const NOT_BEFORE: i64 = 1_609_459_200;
const NOT_AFTER: i64 = 2_524_607_999;

/// Certificate suppliers of the ministry's facilities were several (facts F10).
pub(super) const CAS: u64 = 2;

/// A private key out of the generator.
pub(super) struct SeededKey {
    secret: SecretKey,
    signing: SigningKey,
    public: Vec<u8>,
}

impl SeededKey {
    fn new(seed: u64, index: u64) -> Self {
        let mut stream = Stream::new(seed, Purpose::Key, index);
        loop {
            let mut bytes = [0; 32];
            for chunk in bytes.chunks_exact_mut(8) {
                chunk.copy_from_slice(&stream.next().to_be_bytes());
            }
            // All but one in 2^32 values are scalars of P-256.
            if let Ok(secret) = SecretKey::from_slice(&bytes) {
                let signing = SigningKey::from(&secret);
                let point = signing.verifying_key().to_sec1_point(false);
                return Self {
                    secret,
                    signing,
                    public: point.as_bytes().to_vec(),
                };
            }
        }
    }

    fn pem(&self) -> Result<String, SyntheticError> {
        let der = self
            .secret
            .to_pkcs8_der()
            .map_err(|_| SyntheticError::Key)?;
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        let block = pem::Pem::new("PRIVATE KEY", der.as_bytes());
        Ok(pem::encode_config(&block, config))
    }
}

impl fmt::Debug for SeededKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeededKey")
    }
}

impl PublicKeyData for SeededKey {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for SeededKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: DerSignature = self.signing.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

/// A certificate and its private key, PEM.
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// The certificate authorities of the facilities.
pub(super) struct Authorities(Vec<(Issuer<'static, SeededKey>, Pair)>);

impl Authorities {
    pub(super) fn new(seed: u64) -> Result<Self, SyntheticError> {
        let authority = |number: u64| {
            let key = SeededKey::new(seed, number);
            let mut params = params(&format!("TEST ONLY facility CA {number}"), number);
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            params.key_identifier_method = key_id(number);
            let certificate = params.self_signed(&key).map_err(|_| SyntheticError::Key)?;
            let pair = Pair {
                certificate: certificate.pem(),
                key: key.pem()?,
            };
            Ok((Issuer::new(params, key), pair))
        };
        (1..=CAS).map(authority).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.0.iter().map(|(_, pair)| pair)
    }

    /// The certificate and key of the facility at `place`.
    pub(super) fn facility(&self, seed: u64, place: u64, id: &str) -> Result<Pair, SyntheticError> {
        let number = place.saturating_add(CAS).saturating_add(1);
        let key = SeededKey::new(seed, number);
        let mut params = params(&format!("TEST ONLY facility {id}"), number);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        params.use_authority_key_identifier_extension = true;
        params.key_identifier_method = key_id(number);
        let supplier = place
            .checked_rem(CAS)
            .and_then(|supplier| usize::try_from(supplier).ok());
        let (issuer, _) = supplier
            .and_then(|supplier| self.0.get(supplier))
            .ok_or(SyntheticError::Key)?;
        let certificate = params
            .signed_by(&key, issuer)
            .map_err(|_| SyntheticError::Key)?;
        Ok(Pair {
            certificate: certificate.pem(),
            key: key.pem()?,
        })
    }
}

fn params(name: &str, number: u64) -> CertificateParams {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "VN");
    subject.push(DnType::OrganizationName, "TEST ONLY");
    subject.push(DnType::CommonName, name);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.serial_number = Some(SerialNumber::from(number.saturating_add(0x1000)));
    // Both instants are written out above and in range.
    let instant = |seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok();
    params.not_before = instant(NOT_BEFORE).unwrap_or(params.not_before);
    params.not_after = instant(NOT_AFTER).unwrap_or(params.not_after);
    params
}

fn key_id(number: u64) -> KeyIdMethod {
    KeyIdMethod::PreSpecified(number.to_be_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_keys_and_certificates() {
        let made = |seed| {
            let pair = Authorities::new(seed)
                .unwrap()
                .facility(seed, 0, "01000")
                .unwrap();
            (pair.certificate, pair.key)
        };
        assert_eq!(made(1), made(1));
        assert_ne!(made(1).1, made(2).1);
        assert!(!made(1).1.is_empty());
    }
}
