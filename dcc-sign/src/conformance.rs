//! The suite that every provider must pass (feature `conformance`): ours, and the one you write.
//!
//! It holds signatures in every form that has fooled an implementation somewhere: other lengths,
//! DER in place of r and s, zero and overlarge numbers, high s, other salts and masks, other
//! keys, and Wycheproof's vectors. A provider that passes gives the same verdicts as all others.

mod wycheproof_vectors;

use core::fmt;

use crate::algorithm::Algorithm;
use crate::csca::CertificateAlgorithm;
use crate::provider::CryptoProvider;
use crate::verifying_key::VerifyingKey;

/// Our own vectors, made by `testdata/make_signature_vectors.py`.
const VECTORS: &str = include_str!("../testdata/signature_vectors.txt");

/// What authorities use beyond them, made by `testdata/make_authority_vectors.py`.
const AUTHORITY_VECTORS: &str = include_str!("../testdata/authority_vectors.txt");

/// What a provider was asked, and how often it was right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    cases: usize,
    accepted: usize,
    failures: Vec<Failure>,
}

/// A case in which a provider said the wrong thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    suite: &'static str,
    case: String,
    accepted: bool,
}

impl Report {
    /// How many cases were run.
    pub const fn cases(&self) -> usize {
        self.cases
    }

    /// How many signatures the provider accepted.
    pub const fn accepted(&self) -> usize {
        self.accepted
    }

    /// The cases with a wrong answer; empty for a provider that passes.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    pub(crate) fn record(
        &mut self,
        suite: &'static str,
        case: impl FnOnce() -> String,
        verdicts: (bool, bool),
    ) {
        let (expected, accepted) = verdicts;
        self.cases = self.cases.saturating_add(1);
        self.accepted = self.accepted.saturating_add(usize::from(accepted));
        if expected != accepted {
            self.failures.push(Failure {
                suite,
                case: case(),
                accepted,
            });
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.accepted { "accepted" } else { "refused" };
        write!(f, "{}: {} was {verdict}", self.suite, self.case)
    }
}

/// Asks `provider` every question of the suite.
pub fn run(provider: &CryptoProvider) -> Report {
    let mut report = Report::default();
    for line in VECTORS.lines().chain(AUTHORITY_VECTORS.lines()) {
        match Vector::parse(line) {
            Some(vector) => {
                let verdicts = (vector.good, vector.accepted_by(provider));
                report.record("own vectors", || vector.name.to_owned(), verdicts);
            }
            None => report.record("own vectors", || line.to_owned(), (true, false)),
        }
    }
    wycheproof_vectors::run(provider, &mut report);
    report
}

/// Whether `provider` accepts an HCERT signature under a `SubjectPublicKeyInfo`; a key that may not
/// be used accepts nothing.
fn accepts_hcert(
    provider: &CryptoProvider,
    algorithm: Algorithm,
    spki: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    VerifyingKey::from_spki_der(spki)
        .is_ok_and(|key| provider.verify(algorithm, &key, message, signature).is_ok())
}

/// One line of the vectors.
struct Vector<'a> {
    table: Table,
    good: bool,
    name: &'a str,
    spki: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

enum Table {
    Hcert(Algorithm),
    Certificate(CertificateAlgorithm),
}

impl<'a> Vector<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('|');
        let (table, algorithm) = (fields.next()?, fields.next()?);
        let table = match table {
            "hcert" => Table::Hcert(hcert_algorithm(algorithm)?),
            "certificate" => Table::Certificate(certificate_algorithm(algorithm)?),
            _ => return None,
        };
        let good = match fields.next()? {
            "good" => true,
            "bad" => false,
            _ => return None,
        };
        let name = fields.next()?;
        let (spki, message) = (hex(fields.next()?)?, hex(fields.next()?)?);
        let signature = hex(fields.next()?)?;
        fields.next().is_none().then_some(Self {
            table,
            good,
            name,
            spki,
            message,
            signature,
        })
    }

    fn accepted_by(&self, provider: &CryptoProvider) -> bool {
        match self.table {
            Table::Hcert(algorithm) => accepts_hcert(
                provider,
                algorithm,
                &self.spki,
                &self.message,
                &self.signature,
            ),
            Table::Certificate(algorithm) => provider
                .verify_certificate(algorithm, &self.spki, &self.message, &self.signature)
                .is_ok(),
        }
    }
}

fn hcert_algorithm(name: &str) -> Option<Algorithm> {
    [Algorithm::Es256, Algorithm::Ps256]
        .into_iter()
        .find(|algorithm| algorithm.name() == name)
}

fn certificate_algorithm(name: &str) -> Option<CertificateAlgorithm> {
    Some(match name {
        "EcdsaSha1" => CertificateAlgorithm::EcdsaSha1,
        "EcdsaSha256" => CertificateAlgorithm::EcdsaSha256,
        "EcdsaSha384" => CertificateAlgorithm::EcdsaSha384,
        "EcdsaSha512" => CertificateAlgorithm::EcdsaSha512,
        "RsaPkcs1Sha1" => CertificateAlgorithm::RsaPkcs1Sha1,
        "RsaPkcs1Sha256" => CertificateAlgorithm::RsaPkcs1Sha256,
        "RsaPkcs1Sha384" => CertificateAlgorithm::RsaPkcs1Sha384,
        "RsaPkcs1Sha512" => CertificateAlgorithm::RsaPkcs1Sha512,
        "RsaPssSha256" => CertificateAlgorithm::RsaPssSha256,
        "RsaPssSha384" => CertificateAlgorithm::RsaPssSha384,
        "RsaPssSha512" => CertificateAlgorithm::RsaPssSha512,
        _ => return None,
    })
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| {
        let text = core::str::from_utf8(pair).ok()?;
        u8::from_str_radix(text, 16).ok()
    };
    if rest.is_empty() {
        pairs.iter().map(byte).collect()
    } else {
        None
    }
}
