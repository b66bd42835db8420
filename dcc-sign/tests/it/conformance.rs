//! Every provider of this crate passes the conformance suite, and all say the same.

use dcc_sign::CryptoProvider;
use dcc_sign::conformance::{self, Report};

fn passes(provider: &CryptoProvider) -> Report {
    let report = conformance::run(provider);
    let failures: Vec<_> = report.failures().iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{provider:?}: {failures:#?}");
    assert!(report.cases() > 3000, "{} cases only", report.cases());
    assert!(
        report.accepted() > 500,
        "{} accepted only",
        report.accepted()
    );
    report
}

#[cfg(feature = "aws-lc")]
#[test]
fn aws_lc_passes() {
    println!(
        "{} cases",
        passes(&dcc_sign::provider::aws_lc::provider()).cases()
    );
}

#[cfg(feature = "rustcrypto")]
#[test]
fn rustcrypto_passes() {
    println!(
        "{} cases",
        passes(&dcc_sign::provider::rustcrypto::provider()).cases()
    );
}

/// The suite is worth something: it finds a provider that trusts everybody.
#[test]
fn a_provider_that_trusts_everybody_fails() {
    let report = conformance::run(&careless::provider());
    assert!(report.failures().len() > 500, "{}", report.failures().len());
}

mod careless {
    use alloc::sync::Arc;

    use dcc_sign::provider::{
        CertificateSignatures, HcertSignatures, PrivateKeys, RandomUnavailable, SecureRandom,
        SignatureWrong,
    };
    use dcc_sign::{
        CertificateAlgorithm, CertificateKey, CryptoProvider, LocalKeyError, PrivateKey,
        VerifyingKey,
    };

    #[derive(Debug)]
    struct Careless;

    pub(super) fn provider() -> CryptoProvider {
        let part = || Arc::new(Careless);
        CryptoProvider::new("careless", part(), part(), part(), part())
    }

    impl HcertSignatures for Careless {
        fn verify(&self, _: &VerifyingKey, _: &[u8], _: &[u8]) -> Result<(), SignatureWrong> {
            Ok(())
        }
    }

    impl CertificateSignatures for Careless {
        fn verify(
            &self,
            _: CertificateAlgorithm,
            _: &CertificateKey,
            _: &[u8],
            _: &[u8],
        ) -> Result<(), SignatureWrong> {
            Ok(())
        }
    }

    impl PrivateKeys for Careless {
        fn load(&self, _: &[u8]) -> Result<Arc<dyn PrivateKey>, LocalKeyError> {
            Err(LocalKeyError::Kind)
        }
    }

    impl SecureRandom for Careless {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
}
