//! `openssl cms` verifies ours, and we verify its.

use dcc_registry::cms::{
    AllowedSigners, CmsDraft, CmsError, CmsLimits, CmsVerifier, ContentKind, SignedData,
    VerifiedCms,
};
use dcc_sign::Algorithm;

use crate::pki::{OpenSsl, RULE, party, rule};
use crate::providers::providers;

const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";

fn curve(name: &str, encoding: &str) -> String {
    format!("-algorithm EC -pkeyopt ec_paramgen_curve:{name} -pkeyopt ec_param_enc:{encoding}")
}

/// Verifies by every provider, which must agree; SHA-1 is allowed.
fn verify(message: &[u8], content: Option<&[u8]>, signer: &[u8]) -> Result<VerifiedCms, CmsError> {
    let signers = [signer];
    let allowed = AllowedSigners::Certificates(&signers);
    let mut verdicts = providers().into_iter().map(|provider| {
        let verifier = CmsVerifier::new(provider).with_legacy_sha1(true);
        verifier.verify_cms(message, content, ContentKind::Rule, allowed)
    });
    let verdict = verdicts.next().unwrap();
    assert!(verdicts.all(|other| other == verdict));
    verdict
}

#[test]
fn openssl_verifies_ours() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.write("rule.json", RULE);
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let signer = party(algorithm);
        let pem = pem::encode(&pem::Pem::new("CERTIFICATE", signer.certificate.clone()));
        openssl.write("signer.pem", pem.as_bytes());
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let drafts: [CmsDraft; 3] = [rule(), rule().signed_at(at), rule().detached()];
        for (number, draft) in drafts.into_iter().enumerate() {
            openssl.write("message.der", &signer.sign(draft));
            let detached = if number == 2 {
                " -content rule.json"
            } else {
                ""
            };
            openssl.run(&format!(
                "cms -verify -binary -inform DER -in message.der -noverify -nointern \
                 -certfile signer.pem -out content{detached}"
            ));
            assert_eq!(openssl.read("content"), RULE);
            openssl.write("other.json", b"{}");
            let other = "cms -verify -binary -inform DER -in message.der -noverify -out content \
                         -content other.json";
            assert!(
                number != 2 || !openssl.succeeds(other),
                "OpenSSL looks at the content"
            );
        }
    }
}

#[test]
fn we_verify_what_openssl_signs() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.key("csca", &curve("P-256", "named_curve"));
    openssl.authority("csca", "VN", "-sha256");
    openssl.write("rule.json", RULE);
    let keys = [
        ("rsa", RSA.to_owned()),
        ("p256", curve("P-256", "named_curve")),
        ("p384", curve("P-384", "named_curve")),
        ("p521", curve("P-521", "named_curve")),
        ("bp256", curve("brainpoolP256r1", "named_curve")),
        ("bp384", curve("brainpoolP384r1", "named_curve")),
        ("p256x", curve("P-256", "explicit")),
        ("p384x", curve("P-384", "explicit")),
        ("p521x", curve("P-521", "explicit")),
        ("bp256x", curve("brainpoolP256r1", "explicit")),
        ("bp384x", curve("brainpoolP384r1", "explicit")),
    ];
    for (name, key) in &keys {
        openssl.key(name, key);
        let signer = openssl.issue(name, "csca", "-sha256");
        for digest in ["sha256", "sha384", "sha512"] {
            for form in [
                "",
                " -nodetach",
                " -noattr",
                " -keyid",
                " -nodetach -stream",
            ] {
                check(&openssl, name, &signer, &format!("-md {digest}{form}"));
            }
        }
    }
    let pss = "-md sha256 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest";
    check(&openssl, "rsa", &openssl.read("rsa.der"), pss);
    for name in ["rsa", "p256"] {
        let legacy = check(
            &openssl,
            name,
            &openssl.read(&format!("{name}.der")),
            "-md sha1",
        );
        assert!(legacy.is_legacy());
    }
}

fn check(openssl: &OpenSsl, name: &str, signer: &[u8], arguments: &str) -> VerifiedCms {
    let files = format!("-signer {name}.pem -inkey {name}.key");
    openssl.run(&format!(
        "cms -sign -binary -in rule.json -outform DER -out message.der {files} {arguments}"
    ));
    let message = openssl.read("message.der");
    let attached = arguments.contains("-nodetach");
    let content = (!attached).then_some(RULE);
    let verified = verify(&message, content, signer);
    let verified = verified.unwrap_or_else(|error| panic!("{name} {arguments}: {error}"));
    assert_eq!(verified.content(), RULE);
    assert_eq!(
        verified.signing_time().is_some(),
        !arguments.contains("-noattr")
    );
    assert_eq!(
        arguments.contains("-stream"),
        message.starts_with(&[0x30, 0x80])
    );
    let changed = RULE.to_ascii_uppercase();
    assert!(verify(&message, Some(&changed), signer).is_err());
    verified
}

#[test]
fn strange_messages_of_openssl_are_refused() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.key("csca", &curve("P-256", "named_curve"));
    openssl.authority("csca", "VN", "-sha256");
    openssl.write("rule.json", RULE);
    for name in ["one", "two"] {
        openssl.key(name, &curve("P-256", "named_curve"));
        openssl.issue(name, "csca", "-sha256");
    }
    let sign = "cms -sign -binary -nodetach -in rule.json -outform DER -out message.der";
    let one = openssl.read("one.der");
    let refusal = |arguments: &str| {
        openssl.run(&format!(
            "{sign} -signer one.pem -inkey one.key {arguments}"
        ));
        verify(&openssl.read("message.der"), None, &one).unwrap_err()
    };
    assert_eq!(
        refusal("-signer two.pem -inkey two.key"),
        CmsError::SignerCount { count: 2 }
    );
    assert_eq!(refusal("-nocerts"), CmsError::SignerCertificateMissing);
    let two = CmsError::CertificateCount {
        count: 2,
        allowed: 1,
    };
    assert_eq!(refusal("-certfile two.pem"), two);
    assert_eq!(refusal("-econtent_type 1.2.3.4"), CmsError::ContentType);
    openssl.run("cms -data_create -in rule.json -outform DER -out message.der");
    let data = openssl.read("message.der");
    assert_eq!(
        verify(&data, None, &one).unwrap_err(),
        CmsError::ContentType
    );
    assert!(SignedData::parse(RULE, &CmsLimits::default()).is_err());
}
