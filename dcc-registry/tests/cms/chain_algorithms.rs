//! Document signers under authorities of every kind of key.

use dcc_registry::chain::{Authorities, ChainError, ChainVerifier};
use dcc_sign::DocumentSigner;

use crate::pki::OpenSsl;
use crate::providers::providers;

fn authorities(country: &str, certificate: &[u8]) -> Authorities {
    let mut authorities = Authorities::new();
    let certificate = read(certificate);
    assert_eq!(authorities.insert(country, certificate.clone()), Ok(true));
    assert_eq!(authorities.insert(country, certificate), Ok(false));
    authorities
}

fn read(certificate: &[u8]) -> DocumentSigner {
    DocumentSigner::from_der(certificate).unwrap()
}

/// Verifies by every provider, which must agree.
pub(crate) fn verify(
    document_signer: &DocumentSigner,
    country: &str,
    authorities: &Authorities,
    legacy_sha1: bool,
) -> Result<(), ChainError> {
    let mut verdicts = providers().into_iter().map(|provider| {
        let verifier = ChainVerifier::new(provider).with_legacy_sha1(legacy_sha1);
        verifier
            .verify_document_signer(document_signer, country, authorities)
            .map(|_| ())
    });
    let verdict = verdicts.next().unwrap();
    assert!(verdicts.all(|other| other == verdict));
    verdict
}

#[test]
fn every_algorithm_and_curve_of_the_table() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.key("dsc", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    let ec = |curve: &str, encoding: &str| {
        format!("-algorithm EC -pkeyopt ec_paramgen_curve:{curve} -pkeyopt ec_param_enc:{encoding}")
    };
    let pss = |bits: u16| format!("-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:{bits}");
    let rsa = |bits: u16| format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{bits}");
    let mut keys = vec![("rsa2048".into(), rsa(2048)), ("rsa3000".into(), rsa(3000))];
    keys.push(("rsapss".into(), pss(2048)));
    for curve in [
        "P-256",
        "P-384",
        "P-521",
        "brainpoolP256r1",
        "brainpoolP384r1",
    ] {
        for encoding in ["named_curve", "explicit"] {
            keys.push((format!("{curve}-{encoding}"), ec(curve, encoding)));
        }
    }
    let full_salt = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest";
    for (name, key) in &keys {
        openssl.key(name, key);
        let csca = openssl.authority(name, "VN", "-sha256");
        let authorities = authorities("VN", &csca);
        let other = openssl.authority(name, "VN", "-sha256 -set_serial 5");
        assert_ne!(other, csca);
        for digest in ["sha256", "sha384", "sha512"] {
            let mut forms = vec![format!("-{digest}")];
            match name.as_str() {
                "rsa2048" => forms.push(format!("-{digest} {full_salt}")),
                "rsapss" => forms = vec![format!("-{digest} {full_salt}")],
                _ => {}
            }
            for form in forms {
                let dsc = openssl.issue("dsc", name, &form);
                let verdict = verify(&read(&dsc), "VN", &authorities, false);
                assert_eq!(verdict, Ok(()), "{name} {form}");
                let mut forged = dsc;
                *forged.last_mut().unwrap() ^= 1;
                let verdict = verify(&read(&forged), "VN", &authorities, true);
                assert!(verdict.is_err(), "{name} {form}");
            }
        }
    }
}

/// Name, key of the authority, form of the signature, refusal.
const NOT_IN_THE_TABLE: [(&str, &str, &str, ChainError); 8] = [
    (
        "bp512",
        "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP512r1",
        "-sha512",
        ChainError::KeyUnsupported,
    ),
    (
        "secp256k1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        "-sha256",
        ChainError::KeyUnsupported,
    ),
    (
        "ed25519",
        "-algorithm ED25519",
        "",
        ChainError::AlgorithmUnsupported,
    ),
    (
        "rsa1024",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:1024",
        "-sha256",
        ChainError::KeyUnsupported,
    ),
    (
        "exponent",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3",
        "-sha256",
        ChainError::KeyUnsupported,
    ),
    (
        "salt",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20",
        ChainError::AlgorithmUnsupported,
    ),
    (
        "mask",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha512",
        ChainError::AlgorithmUnsupported,
    ),
    (
        "p384",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "-sha1",
        ChainError::SignatureWrong,
    ),
];

#[test]
fn what_is_not_in_the_table() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.key("dsc", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    for (name, key, form, error) in NOT_IN_THE_TABLE {
        openssl.key(name, key);
        let digest = if name == "ed25519" { "" } else { "-sha256" };
        let csca = openssl.authority(name, "VN", digest);
        let dsc = read(&openssl.issue("dsc", name, form));
        let verdict = verify(&dsc, "VN", &authorities("VN", &csca), true);
        assert_eq!(verdict, Err(error), "{name}");
    }
}

#[test]
fn sha1_only_where_it_is_allowed() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    for (name, key) in [
        ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("rsa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ] {
        openssl.key(name, key);
        openssl.key("dsc", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
        let authorities = authorities("VN", &openssl.authority(name, "VN", "-sha256"));
        let dsc = read(&openssl.issue("dsc", name, "-sha1"));
        assert_eq!(
            verify(&dsc, "VN", &authorities, false),
            Err(ChainError::Sha1)
        );
        assert_eq!(verify(&dsc, "VN", &authorities, true), Ok(()));
        // Nobody else takes it unasked.
        let csca = authorities.iter().next().unwrap().certificate();
        for provider in providers() {
            assert!(!dsc.is_signed_by(csca, &provider));
            assert!(dsc.is_signed_with_sha1_by(csca, &provider));
        }
    }
}
