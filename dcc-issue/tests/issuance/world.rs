//! A small country: facilities with keys, people, doses, a document signer.

use alloc::sync::Arc;

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::{AttestReport, AttestationCentre, Attester, FacilitySigner};
use dcc_issue::central::{CentralSigner, Purpose, Step, Worker};
use dcc_issue::eligibility::Decision5772FullCourse;
use dcc_registry::chain::Authorities;
use dcc_registry::{
    Act, Actor, Batch, BatchStore as _, Bucket, CertificateRecord, CommuneCode, Delegation, Digest,
    DocumentKind, DoseContent, DoseRef, Facility, FacilityCertificate, FacilityDirectory as _,
    FacilityId, Identity, Intake, IntakeStore as _, MemoryRegistry, ReferenceKey, Sex, SigningMode,
    SubjectId, SubjectStore as _, Tally, Timestamp, VerificationResult, VerificationState,
    VerificationStore as _, WorkerId, civil,
};
use dcc_sign::provider::aws_lc;
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, DocumentSigner, HcertSigner, LocalSigner, Signer};

pub(crate) use pollster::block_on;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn act(text: &str) -> Act {
    Act::new(Actor::new("test:suite"), at(text))
}

pub(crate) fn pki(algorithm: Algorithm) -> TestPki {
    TestPki::generate("VN", algorithm, at("2021-06-01T00:00:00Z")).unwrap()
}

pub(crate) fn certificate(pki: &TestPki) -> DocumentSigner {
    DocumentSigner::from_pem(pki.dsc_pem().as_bytes()).unwrap()
}

pub(crate) fn key(pki: &TestPki) -> Arc<dyn Signer> {
    let pem = pki.dsc_key_pem().as_bytes();
    Arc::new(LocalSigner::from_pkcs8(pem, None, &aws_lc::provider()).unwrap())
}

pub(crate) fn facility_signer(id: &str, pki: &TestPki) -> FacilitySigner {
    FacilitySigner::new(FacilityId::new(id), key(pki), certificate(pki)).unwrap()
}

pub(crate) fn hcert_signer(pki: &TestPki) -> HcertSigner {
    HcertSigner::new(key(pki), certificate(pki), aws_lc::provider()).unwrap()
}

/// F1 signs itself; F2 lets S sign; F3 has no certificate.
pub(crate) struct World {
    pub(crate) registry: MemoryRegistry,
    pub(crate) reference: ReferenceKey,
    pub(crate) f1: TestPki,
    pub(crate) s: TestPki,
    pub(crate) dsc: TestPki,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_keys(7, pki(Algorithm::Es256), pki(Algorithm::Es256))
    }

    /// The register of another system, with the same facilities.
    pub(crate) fn with_keys(reference: u8, f1: TestPki, s: TestPki) -> Self {
        let world = Self {
            registry: MemoryRegistry::new(),
            reference: ReferenceKey::from_bytes([reference; 32]),
            f1,
            s,
            dsc: pki(Algorithm::Es256),
        };
        world.put_facility("F1", SigningMode::SelfSigning, Some(&world.f1));
        world.put_facility("F2", SigningMode::Delegated, None);
        world.put_facility("F3", SigningMode::SelfSigning, None);
        world.put_facility("S", SigningMode::SelfSigning, Some(&world.s));
        let days = (civil::date(2022, 1, 1), civil::date(2022, 12, 31));
        world.delegate(Delegation::new(
            FacilityId::new("F2"),
            FacilityId::new("S"),
            "12/QĐ",
            days,
        ));
        world
    }

    pub(crate) fn put_facility(&self, id: &str, mode: SigningMode, pki: Option<&TestPki>) {
        let mut facility = Facility::new(FacilityId::new(id), id, CommuneCode::new("00001"));
        facility.mode = mode;
        if let Some(pki) = pki {
            let der = certificate(pki).der().to_vec();
            let registered = FacilityCertificate::new(der, at("2022-01-01"));
            facility.certificates.push(registered);
        }
        block_on(
            self.registry
                .put_facilities(&act("2022-01-01"), &[facility]),
        )
        .unwrap();
    }

    pub(crate) fn delegate(&self, delegation: Delegation) {
        block_on(
            self.registry
                .put_delegations(&act("2022-01-01"), &[delegation]),
        )
        .unwrap();
    }

    pub(crate) fn directory(&self) -> SigningDirectory {
        block_on(SigningDirectory::read(&self.registry)).unwrap()
    }

    pub(crate) fn centre(&self) -> AttestationCentre {
        let mut authorities = Authorities::new();
        for pki in [&self.f1, &self.s] {
            let csca = DocumentSigner::from_pem(pki.csca_pem().as_bytes()).unwrap();
            authorities.insert("VN", csca).unwrap();
        }
        AttestationCentre::new(aws_lc::provider(), authorities)
    }

    /// A person, identified, with these doses: facility and day.
    pub(crate) fn person(&self, name: &str, doses: &[(&str, civil::Date)]) -> SubjectId {
        let id = self.reference.subject_id(name);
        let mut item = Intake::new(id, name, identity());
        for (number, (facility, day)) in doses.iter().enumerate() {
            let content = DoseContent::new("pfizer", *day, FacilityId::new(*facility));
            let dose_ref = DoseRef::new(format!("{name}/{number}"));
            item.doses.push((dose_ref, content));
        }
        block_on(async {
            self.registry
                .take_in(&act("2022-02-01"), &[item])
                .await
                .unwrap();
            let version = self.subject(id).record.identity_version;
            let answer = VerificationResult::new(id, version, VerificationState::Match, vec![]);
            self.registry
                .record(&act("2022-02-01"), &[answer])
                .await
                .unwrap();
        });
        id
    }

    pub(crate) fn subject(&self, id: SubjectId) -> dcc_registry::Subject {
        block_on(self.registry.subjects(&[id]))
            .unwrap()
            .remove(0)
            .unwrap()
    }

    pub(crate) fn attest(&self, on: &str) -> AttestReport {
        let (centre, directory) = (self.centre(), self.directory());
        let signers = [
            facility_signer("F1", &self.f1),
            facility_signer("S", &self.s),
        ];
        let attester = Attester::new(&self.registry, &centre, &directory, &signers);
        block_on(attester.run(&act(on), Bucket::all())).unwrap()
    }

    pub(crate) fn signer(&self) -> CentralSigner {
        self.signer_with(hcert_signer(&self.dsc))
    }

    pub(crate) fn signer_with(&self, hcert: HcertSigner) -> CentralSigner {
        CentralSigner::new(
            hcert,
            Arc::new(Decision5772FullCourse::new()),
            Arc::new(self.directory()),
            aws_lc::provider(),
        )
    }

    pub(crate) fn open(&self, signer: &CentralSigner, on: &str, inputs: &str) -> Batch {
        let inputs = Digest::of(inputs.as_bytes());
        block_on(signer.open_batch(&self.registry, &act(on), &inputs)).unwrap()
    }

    /// Runs a batch to its end.
    pub(crate) fn run(
        &self,
        signer: &CentralSigner,
        purpose: Purpose,
        on: &str,
        inputs: &str,
    ) -> Tally {
        let batch = self.open(signer, on, inputs).id;
        let worker =
            Worker::new(signer, &self.registry, batch, WorkerId::new("w")).with_purpose(purpose);
        while block_on(worker.step(&act(on), at(on))).unwrap() != Step::Finished {}
        block_on(self.registry.tally(batch)).unwrap()
    }

    pub(crate) fn issue(&self, on: &str) -> Tally {
        self.run(&self.signer(), Purpose::Issue, on, on)
    }

    pub(crate) fn certificates(&self, id: SubjectId) -> Vec<CertificateRecord> {
        block_on(self.registry.history(id))
            .unwrap()
            .unwrap()
            .certificates
    }

    pub(crate) fn current(&self, id: SubjectId) -> Option<CertificateRecord> {
        self.subject(id).current
    }
}

pub(crate) fn identity() -> Identity {
    let mut identity = Identity::new("Nguyễn Thị Thử", CommuneCode::new("00001"));
    identity.birth_date = String::from("1980-01-02");
    identity.sex = Some(Sex::Female);
    identity.nationality = String::from("VN");
    identity.document_kind = Some(DocumentKind::Cccd);
    identity.document_number = String::from("001180000001");
    identity
}

/// Two doses of a whole course, entered by `facility`.
pub(crate) const fn course(facility: &str) -> [(&str, civil::Date); 2] {
    [
        (facility, civil::date(2021, 9, 1)),
        (facility, civil::date(2021, 10, 1)),
    ]
}
