use serde_json::json;

use super::*;

fn sample() -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/jws-2020/v1",
            "https://smart.who.int/trust/tng-context/v1-UAT.jsonld",
        ],
        "id": "did:web:a.example:v2",
        "controller": "did:web:a.example",
        "verificationMethod": [
            "did:web:b.example",
            {
                "id": "did:web:a.example:v2#AA==",
                "type": "JsonWebKey2020",
                "controller": "did:web:a.example",
                "publicKeyJwk": { "kty": "EC", "crv": "P-256", "x": "\\\"" },
                "domain": { "code": "#DCC" },
                "unmapped": { "anything": 1 },
            },
        ],
    })
}

#[test]
fn lines_are_sorted_and_escaped_and_unmapped_members_give_none() {
    let lines = document(&sample()).unwrap();
    let subject = "<did:web:a.example:v2#AA==>";
    let document = "<did:web:a.example:v2>";
    let security = "https://w3id.org/security#";
    let expected = [
        format!("{subject} <{RDF_TYPE}> <{security}JsonWebKey2020> .\n"),
        format!(
            "{subject} <https://smart.who.int/trust/ValueSet-Domains-UAT.jsonld> \
             <https://smart.who.int/trust/ValueSet-Domains-UAT.jsonld#DCC> .\n"
        ),
        format!("{subject} <{security}controller> <did:web:a.example> .\n"),
        format!(
            "{subject} <{security}publicKeyJwk> \
             \"{{\\\"crv\\\":\\\"P-256\\\",\\\"kty\\\":\\\"EC\\\",\\\"x\\\":\\\"\\\\\\\\\\\\\\\"\\\"}}\"\
             ^^<{RDF_JSON}> .\n"
        ),
        format!("{document} <{security}controller> <did:web:a.example> .\n"),
        format!("{document} <{security}verificationMethod> <did:web:b.example> .\n"),
        format!("{document} <{security}verificationMethod> {subject} .\n"),
    ];
    let mut sorted = expected.to_vec();
    sorted.sort();
    assert_eq!(lines, sorted.concat());
}

/// Places of the sample, what is put there, and how that is refused.
fn changes() -> [(&'static str, Value, ProofError); 9] {
    let member = ProofError::MemberUnsupported;
    [
        ("/id", json!("did:web:a> <x> <y> .\n<b"), member),
        ("/controller", json!(["did:web:a", "did:web:b"]), member),
        (
            "/@context/2",
            json!("https://elsewhere.example/v1"),
            ProofError::ContextUnknown,
        ),
        (
            "/@context/0",
            json!({ "id": "@id" }),
            ProofError::ContextUnknown,
        ),
        (
            "/verificationMethod/0",
            json!("did:web:a.example:v2#AA=="),
            ProofError::NameRepeated,
        ),
        (
            "/verificationMethod/0",
            json!("did:web:a.example:v2"),
            ProofError::NameRepeated,
        ),
        ("/verificationMethod/1/type", json!("Other"), member),
        ("/verificationMethod/1/domain/code", json!("DCC"), member),
        ("/verificationMethod/1/publicKeyJwk/x", json!(1), member),
    ]
}

#[test]
fn whatever_would_need_more_is_refused() {
    for (place, value, error) in changes() {
        let mut changed = sample();
        *changed.pointer_mut(place).unwrap() = value;
        assert_eq!(document(&changed), Err(error), "{place}");
    }
    for name in ["@graph", "@id", "service", "xsd:x", "assertionMethod"] {
        let mut changed = sample();
        changed[name] = json!("did:web:x");
        assert_eq!(
            document(&changed),
            Err(ProofError::MemberUnsupported),
            "{name}"
        );
        let mut changed = sample();
        changed["verificationMethod"][1][name] = json!("did:web:x");
        assert_eq!(
            document(&changed),
            Err(ProofError::MemberUnsupported),
            "{name}"
        );
    }
}

#[test]
fn proofs_say_nothing_beside_what_is_mapped() {
    let proof_of = |name: &str, value: Value| {
        let mut members = json!({
            "type": "JsonWebSignature2020",
            "created": "2026-01-01T00:00:00Z",
            "nonce": "a\"b",
            "proofPurpose": "assertionMethod",
            "verificationMethod": "did:web:k.example",
            "jws": "x",
        });
        members[name] = value;
        proof(&sample(), &members)
    };
    let lines = proof_of("jws", json!("y")).unwrap();
    assert!(lines.contains("#nonce> \"a\\\"b\" .\n"));
    assert_eq!(lines.lines().count(), 5);
    for (name, value) in [
        ("domain", json!("x")),
        ("challenge", json!("x")),
        ("proofPurpose", json!("authentication")),
        ("type", json!("DataIntegrityProof")),
        ("created", json!(1)),
    ] {
        assert!(proof_of(name, value).is_err(), "{name}");
    }
}
