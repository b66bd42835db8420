//! Names, countries, times and paths of certificates.

use dcc_registry::chain::{Authorities, ChainError, ChainVerifier};
use dcc_sign::{DocumentSigner, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::chain_algorithms::verify;
use crate::providers::providers;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A certificate for tests of names and times.
struct Made {
    params: CertificateParams,
    key: KeyPair,
}

impl Made {
    fn new(name: &str, ca: bool, from: &str, until: &str) -> Self {
        let instant = |text| {
            let seconds = at(text).unix_seconds();
            time::OffsetDateTime::from_unix_timestamp(seconds).unwrap()
        };
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        (params.not_before, params.not_after) = (instant(from), instant(until));
        if ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        } else {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        }
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        Self { params, key }
    }

    fn self_signed(&self) -> DocumentSigner {
        DocumentSigner::from_der(self.params.self_signed(&self.key).unwrap().der()).unwrap()
    }

    fn issued_by(&self, issuer: &Self) -> DocumentSigner {
        let issuer = Issuer::from_params(&issuer.params, &issuer.key);
        let certificate = self.params.signed_by(&self.key, &issuer).unwrap();
        DocumentSigner::from_der(certificate.der()).unwrap()
    }
}

const YEAR: (&str, &str) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");

fn verdict(
    document_signer: &DocumentSigner,
    country: &str,
    authorities: &Authorities,
) -> Result<(), ChainError> {
    verify(document_signer, country, authorities, false)
}

#[test]
fn countries_and_names() {
    let csca = Made::new("CSCA", true, YEAR.0, YEAR.1);
    let twin = Made::new("CSCA", true, YEAR.0, YEAR.1);
    let dsc = Made::new("DSC", false, YEAR.0, YEAR.1).issued_by(&csca);
    let mut trusted = Authorities::new();
    assert_eq!(
        verdict(&dsc, "VN", &trusted),
        Err(ChainError::IssuerUnknown)
    );
    trusted.insert("TH", csca.self_signed()).unwrap();
    assert_eq!(
        verdict(&dsc, "VN", &trusted),
        Err(ChainError::IssuerCountry)
    );
    // An authority of the right country and name, but another key.
    trusted.insert("VN", twin.self_signed()).unwrap();
    assert_eq!(
        verdict(&dsc, "VN", &trusted),
        Err(ChainError::SignatureWrong)
    );
    trusted.insert("VN", csca.self_signed()).unwrap();
    assert_eq!(verdict(&dsc, "VN", &trusted), Ok(()));
    assert_eq!(trusted.len(), 3);
    assert!(trusted.has_country("vn") && !trusted.has_country("LA"));
    // Spellings and territories.
    let mut trusted = Authorities::new();
    trusted.insert("EL", csca.self_signed()).unwrap();
    assert_eq!(verdict(&dsc, "GR", &trusted), Ok(()));
    let mut trusted = Authorities::new();
    trusted.insert("DK", csca.self_signed()).unwrap();
    assert_eq!(verdict(&dsc, "FO", &trusted), Ok(()));
    assert!(trusted.may_issue_for("FO") && !trusted.has_country("FO"));
}

#[test]
fn only_authorities_issue_and_only_signers_are_issued() {
    let csca = Made::new("CSCA", true, YEAR.0, YEAR.1);
    let signer = Made::new("DSC", false, YEAR.0, YEAR.1);
    let mut trusted = Authorities::new();
    let not_authority = trusted.insert("VN", signer.issued_by(&csca));
    assert_eq!(not_authority, Err(ChainError::NotAuthority));
    trusted.insert("VN", csca.self_signed()).unwrap();
    let authority = Made::new("sub-CA", true, YEAR.0, YEAR.1).issued_by(&csca);
    assert_eq!(
        verdict(&authority, "VN", &trusted),
        Err(ChainError::IsAuthority)
    );
    // Issued by a document signer of that authority.
    let below = Made::new("below", false, YEAR.0, YEAR.1).issued_by(&signer);
    assert_eq!(
        verdict(&below, "VN", &trusted),
        Err(ChainError::IssuerUnknown)
    );
}

#[test]
fn the_authority_counts_when_the_signer_begins() {
    let csca = Made::new("CSCA", true, "2021-06-01T00:00:00Z", "2022-06-01T00:00:00Z");
    let mut trusted = Authorities::new();
    trusted.insert("VN", csca.self_signed()).unwrap();
    for (begin, expected) in [
        ("2021-05-31T23:59:59Z", Err(ChainError::AuthorityNotValid)),
        ("2021-06-01T00:00:00Z", Ok(())),
        // It outlives the authority.
        ("2022-06-01T00:00:00Z", Ok(())),
        ("2022-06-01T00:00:01Z", Err(ChainError::AuthorityNotValid)),
    ] {
        let dsc = Made::new("DSC", false, begin, "2024-01-01T00:00:00Z").issued_by(&csca);
        assert_eq!(verdict(&dsc, "VN", &trusted), expected, "{begin}");
    }
}

#[test]
fn too_many_of_one_name() {
    let mut trusted = Authorities::new();
    let certificate = || Made::new("CSCA", true, YEAR.0, YEAR.1).self_signed();
    for _ in 0..16 {
        trusted.insert("VN", certificate()).unwrap();
    }
    let error = trusted.insert("VN", certificate());
    assert_eq!(error, Err(ChainError::TooManyAuthorities { limit: 16 }));
}

#[test]
fn paths_to_a_root() {
    let root = Made::new("root", true, YEAR.0, YEAR.1);
    let middle = Made::new("middle", true, YEAR.0, YEAR.1);
    let mut low = Made::new("low", true, YEAR.0, "2026-06-01T00:00:00Z");
    low.params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let leaf = Made::new("leaf", false, YEAR.0, YEAR.1);
    let others = [
        low.issued_by(&middle),
        middle.issued_by(&root),
        root.self_signed(),
    ];
    let signer = leaf.issued_by(&low);
    let mut trusted = Authorities::new();
    trusted.insert("NL", root.self_signed()).unwrap();
    for provider in providers() {
        let verifier = ChainVerifier::new(provider);
        let path = |signer: &DocumentSigner, others: &[DocumentSigner], when: &str| {
            verifier
                .verify_path(signer, others, &trusted, at(when))
                .map(|_| ())
        };
        let may = "2026-05-01T00:00:00Z";
        assert_eq!(path(&signer, &others, may), Ok(()));
        assert_eq!(
            path(&signer, &others[1..], may),
            Err(ChainError::IssuerUnknown)
        );
        // An intermediate has expired; the signer itself has.
        let july = "2026-07-01T00:00:00Z";
        assert_eq!(path(&signer, &others, july), Err(ChainError::IssuerUnknown));
        let later = "2028-01-01T00:00:00Z";
        assert_eq!(
            path(&signer, &others, later),
            Err(ChainError::CertificateNotValid)
        );
        assert_eq!(path(&leaf.issued_by(&root), &[], may), Ok(()));
        // `low` may have no authority below it.
        let deeper = Made::new("deeper", true, YEAR.0, YEAR.1);
        let too_deep = leaf.issued_by(&deeper);
        let mut with_deeper = others.to_vec();
        with_deeper.push(deeper.issued_by(&low));
        assert_eq!(
            path(&too_deep, &with_deeper, may),
            Err(ChainError::IssuerUnknown)
        );
        assert_eq!(
            path(&root.self_signed(), &others, may),
            Err(ChainError::IsAuthority)
        );
        // A signer in between issues nothing.
        let below_leaf = Made::new("x", false, YEAR.0, YEAR.1).issued_by(&leaf);
        assert!(
            path(
                &below_leaf,
                &[&others[..], core::slice::from_ref(&signer)].concat(),
                may
            )
            .is_err()
        );
    }
}

#[test]
fn circles_end() {
    let (a, b) = (
        Made::new("A", true, YEAR.0, YEAR.1),
        Made::new("B", true, YEAR.0, YEAR.1),
    );
    let others: Vec<_> = (0..8)
        .flat_map(|_| [a.issued_by(&b), b.issued_by(&a)])
        .collect();
    let signer = Made::new("leaf", false, YEAR.0, YEAR.1).issued_by(&a);
    let [provider, ..] = providers();
    let verifier = ChainVerifier::new(provider);
    let now = at("2026-05-01T00:00:00Z");
    let nobody = Authorities::new();
    let verdict = verifier.verify_path(&signer, &others, &nobody, now);
    assert_eq!(verdict.unwrap_err(), ChainError::IssuerUnknown);
}
