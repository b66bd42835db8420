//! Private keys as OpenSSL writes them.

use std::process::Command;

use dcc_sign::provider::aws_lc;
use dcc_sign::{
    Algorithm, CryptoProvider, KeyError, LocalKeyError, LocalSigner, SignRequest, Signer,
};

/// Runs `openssl`; `None` where it is not installed.
fn openssl(arguments: &[&str]) -> Option<Vec<u8>> {
    let Ok(output) = Command::new("openssl").args(arguments).output() else {
        println!("openssl absent: not run");
        return None;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}

fn p256() -> Option<Vec<u8>> {
    openssl(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
    ])
}

fn rsa(bits: &str) -> Option<Vec<u8>> {
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", bits])
}

/// Signs and has every built-in provider verify.
fn signs(signer: &LocalSigner, algorithm: Algorithm) {
    let key = signer.public_key();
    assert_eq!(key.algorithm(), algorithm);
    let requests = [SignRequest::new(b"one"), SignRequest::new(b"two")];
    let signatures = pollster::block_on(signer.sign_batch(&requests, None));
    assert_eq!(signatures.len(), 2);
    for (request, signature) in requests.iter().zip(&signatures) {
        let signature = signature.as_ref().unwrap();
        for provider in crate::test_data::providers() {
            assert_eq!(
                provider.verify(algorithm, key, request.message(), signature),
                Ok(())
            );
            assert!(
                provider
                    .verify(algorithm, key, b"another", signature)
                    .is_err()
            );
        }
    }
}

fn load(key: &[u8], passphrase: Option<&str>) -> Result<LocalSigner, LocalKeyError> {
    LocalSigner::from_pkcs8(key, passphrase.map(str::as_bytes), &aws_lc::provider())
}

#[test]
fn plain_keys_sign() {
    let (Some(ec), Some(rsa)) = (p256(), rsa("rsa_keygen_bits:2048")) else {
        return;
    };
    signs(&load(&ec, None).unwrap(), Algorithm::Es256);
    signs(&load(&rsa, None).unwrap(), Algorithm::Ps256);
    // A passphrase that is not needed is not used.
    signs(&load(&ec, Some("secret")).unwrap(), Algorithm::Es256);
    let Some(pss) = openssl(&[
        "genpkey",
        "-algorithm",
        "RSA-PSS",
        "-pkeyopt",
        "rsa_keygen_bits:2048",
    ]) else {
        return;
    };
    signs(&load(&pss, None).unwrap(), Algorithm::Ps256);
}

#[test]
fn der_and_text_around_the_block_are_read() {
    let Some(pem) = p256() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    std::fs::write(&path, &pem).unwrap();
    let path = path.to_str().unwrap();
    let der = openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-in", path, "-outform", "DER",
    ])
    .unwrap();
    signs(&load(&der, None).unwrap(), Algorithm::Es256);
    let around = [b"my key\n", &pem[..], b"-----BEGIN CERTIFICATE-----\n"].concat();
    signs(&load(&around, None).unwrap(), Algorithm::Es256);
}

#[test]
fn encrypted_keys_want_their_passphrase() {
    for (key, algorithm) in [
        (p256(), Algorithm::Es256),
        (rsa("rsa_keygen_bits:2048"), Algorithm::Ps256),
    ] {
        let Some(key) = key else { return };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        std::fs::write(&path, key).unwrap();
        let path = path.to_str().unwrap();
        for cipher in [
            &["-v2", "aes-256-cbc"][..],
            &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
            &["-scrypt"],
        ] {
            let to_encrypted = ["pkcs8", "-topk8", "-in", path, "-passout", "pass:secret"];
            let encrypted = openssl(&[&to_encrypted[..], cipher].concat()).unwrap();
            signs(&load(&encrypted, Some("secret")).unwrap(), algorithm);
            let missing = load(&encrypted, None).map(|_| ());
            assert_eq!(missing, Err(LocalKeyError::PassphraseMissing), "{cipher:?}");
            let wrong = load(&encrypted, Some("Secret")).map(|_| ());
            assert_eq!(wrong, Err(LocalKeyError::PassphraseWrong), "{cipher:?}");
            let der = openssl(&[&to_encrypted[..], cipher, &["-outform", "DER"]].concat()).unwrap();
            signs(&load(&der, Some("secret")).unwrap(), algorithm);
        }
        let old = [
            "pkcs8",
            "-topk8",
            "-in",
            path,
            "-passout",
            "pass:secret",
            "-v2",
            "des3",
        ];
        let old = openssl(&old).unwrap();
        assert_eq!(
            load(&old, Some("secret")).map(|_| ()),
            Err(LocalKeyError::Encryption)
        );
    }
}

#[test]
fn keys_that_may_not_sign_hcerts_are_refused() {
    let Some(p384) = openssl(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-384",
    ]) else {
        return;
    };
    assert_eq!(load(&p384, None).map(|_| ()), Err(LocalKeyError::Kind));
    let ed25519 = openssl(&["genpkey", "-algorithm", "ED25519"]).unwrap();
    assert_eq!(load(&ed25519, None).map(|_| ()), Err(LocalKeyError::Kind));
    let weak = load(&rsa("rsa_keygen_bits:1024").unwrap(), None).map(|_| ());
    // aws-lc refuses to load it, or we refuse its public key.
    let expected = [
        LocalKeyError::Inconsistent,
        KeyError::RsaModulusBits { bits: 1024 }.into(),
    ];
    assert!(expected.map(Err).contains(&weak), "{weak:?}");
    let sec1 = openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout"]).unwrap();
    assert_eq!(load(&sec1, None).map(|_| ()), Err(LocalKeyError::NotPkcs8));
    assert_eq!(load(b"", None).map(|_| ()), Err(LocalKeyError::NotPkcs8));
    assert_eq!(
        load(b"no key", None).map(|_| ()),
        Err(LocalKeyError::NotPkcs8)
    );
}

#[test]
fn a_deadline_that_passed_signs_nothing() {
    let Some(key) = p256() else { return };
    let signer = load(&key, None).unwrap();
    let requests = [SignRequest::new(b"one"), SignRequest::new(b"two")];
    let deadline = Some(core::time::Duration::ZERO);
    let signatures = pollster::block_on(signer.sign_batch(&requests, deadline));
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        assert!(matches!(signature, Err(dcc_sign::SignerError::Deadline)));
    }
}

#[test]
fn debug_shows_no_key() {
    let Some(key) = p256() else { return };
    let signer = load(&key, None).unwrap();
    assert_eq!(
        format!("{signer:?}"),
        "LocalSigner { key: VerifyingKey(P-256), .. }"
    );
}

#[cfg(feature = "rustcrypto")]
#[test]
fn rustcrypto_signs_es256_only() {
    let (Some(ec), Some(rsa)) = (p256(), rsa("rsa_keygen_bits:2048")) else {
        return;
    };
    let provider: CryptoProvider = dcc_sign::provider::rustcrypto::provider();
    let signer = LocalSigner::from_pkcs8(&ec, None, &provider).unwrap();
    signs(&signer, Algorithm::Es256);
    let refused = LocalSigner::from_pkcs8(&rsa, None, &provider).map(|_| ());
    let expected = LocalKeyError::NotOffered {
        algorithm: Algorithm::Ps256,
        provider: "rustcrypto",
    };
    assert_eq!(refused, Err(expected));
}
