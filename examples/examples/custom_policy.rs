//! An eligibility policy of one's own: a whole course, and two weeks since its last dose.
//!
//! A policy sees a course whose doses are judged already (licensed, signed, no duplicates) and says
//! whether it entitles. Everything else is the same under every policy: who is held and why, dose
//! numbers and codes, the hash of the inputs, the batch.
//!
//! `cargo run -p dcc-examples --example custom_policy`

extern crate alloc;

use alloc::sync::Arc;

use dcc_issue::attestation::{AttestationCentre, Attester, FacilitySigner};
use dcc_issue::central::{CentralSigner, Step, Worker};
use dcc_issue::eligibility::{Course, CourseVerdict, Decision5772FullCourse, EligibilityPolicy};
use dcc_issue::{RefusalCode, SigningDirectory};
use dcc_registry::chain::Authorities;
use dcc_registry::{
    Act, Actor, BatchStore as _, Bucket, CommuneCode, Digest, DocumentKind, DoseContent, DoseRef,
    Facility, FacilityCertificate, FacilityDirectory as _, FacilityId, Identity, Intake,
    IntakeStore as _, MemoryRegistry, ReferenceKey, SigningMode, Timestamp, VerificationResult,
    VerificationState, VerificationStore as _, WorkerId, civil,
};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, DocumentSigner, HcertSigner, LocalSigner, Signer, provider};

/// "Đã tiêm đủ mũi", and the last dose at least 14 days ago, as several countries of 2021 asked.
#[derive(Debug)]
struct TwoWeeksAfter;

impl EligibilityPolicy for TwoWeeksAfter {
    fn name(&self) -> &'static str {
        "full-course-two-weeks"
    }

    fn version(&self) -> u32 {
        1
    }

    fn in_force_from(&self) -> civil::Date {
        civil::date(2021, 12, 20)
    }

    fn judge(&self, course: &Course<'_>, at: Timestamp) -> CourseVerdict {
        let last = course.counted().next_back();
        let waited = last.zip(at.vietnam_date()).is_some_and(|(dose, today)| {
            let since = today.since(dose.record.content.date);
            since.is_ok_and(|span| span.get_days() >= 14)
        });
        if waited {
            Decision5772FullCourse::new().judge(course, at)
        } else {
            CourseVerdict::Refused(vec![RefusalCode::CourseIncomplete])
        }
    }
}

type Failure = Box<dyn core::error::Error>;

fn main() -> Result<(), Failure> {
    pollster::block_on(campaign())
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn campaign() -> Result<(), Failure> {
    let provider = provider::aws_lc::provider();
    let at: Timestamp = "2022-06-01".parse()?;
    let act = Act::new(Actor::new("example"), at);
    let registry = MemoryRegistry::new();
    let pki = TestPki::generate("VN", Algorithm::Es256, "2022-01-01".parse()?)?;
    let certificate = DocumentSigner::from_pem(pki.dsc_pem().as_bytes())?;
    let key = LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider)?;
    let key: Arc<dyn Signer> = Arc::new(key);

    // A facility that signs itself. (One key for facility and centre only because it is a sketch.)
    let id = FacilityId::new("01001");
    let mut facility = Facility::new(id.clone(), "Trạm Y tế", CommuneCode::new("00001"));
    facility.mode = SigningMode::SelfSigning;
    let registered = FacilityCertificate::new(certificate.der().to_vec(), at);
    facility.certificates.push(registered);
    registry.put_facilities(&act, &[facility]).await?;

    // Two people: one waited, one was vaccinated last week.
    let references = ReferenceKey::from_bytes([7; 32]);
    let days = [civil::date(2022, 5, 1), civil::date(2022, 5, 28)];
    for (name, last) in ["S1", "S2"].into_iter().zip(days) {
        person(&registry, &act, (&references, name), (&id, last)).await?;
    }

    // The facility signs, the centre verifies.
    let mut authorities = Authorities::new();
    authorities.insert("VN", DocumentSigner::from_pem(pki.csca_pem().as_bytes())?)?;
    let centre = AttestationCentre::new(provider.clone(), authorities);
    let directory = SigningDirectory::read(&registry).await?;
    let signer = FacilitySigner::new(id, Arc::clone(&key), certificate.clone())?;
    let attester = Attester::new(&registry, &centre, &directory, [&signer]);
    let attested = attester.run(&act, Bucket::all()).await?;
    println!("{} doses attested", attested.attested);

    // The policy is a value, passed in.
    let hcert = HcertSigner::new(key, certificate, provider.clone())?;
    let policy = Arc::new(TwoWeeksAfter);
    let signer = CentralSigner::new(hcert, policy, Arc::new(directory), provider);
    let batch = signer
        .open_batch(&registry, &act, &Digest::of(b"day 1"))
        .await?;
    let worker = Worker::new(&signer, &registry, batch.id, WorkerId::new("w1"));
    while worker.step(&act, Timestamp::now()).await? != Step::Finished {}
    let tally = registry.tally(batch.id).await?;
    println!(
        "{}: {} issued, {} refused",
        batch.policy, tally.subjects.issued, tally.subjects.refused
    );
    if (tally.subjects.issued, tally.subjects.refused) != (1, 1) {
        return Err("one waited and one did not".into());
    }
    Ok(())
}

async fn person(
    registry: &MemoryRegistry,
    act: &Act,
    (references, name): (&ReferenceKey, &str),
    (facility, last): (&FacilityId, civil::Date),
) -> Result<(), Failure> {
    let mut identity = Identity::new("Nguyễn Văn A", CommuneCode::new("00001"));
    identity.birth_date = String::from("1980-01-02");
    identity.nationality = String::from("VN");
    identity.document_kind = Some(DocumentKind::Cccd);
    identity.document_number = String::from("001080000001");
    let id = references.subject_id(name);
    let mut item = Intake::new(id, name, identity);
    for (number, day) in [civil::date(2022, 1, 5), last].into_iter().enumerate() {
        let dose = DoseContent::new("pfizer", day, facility.clone());
        item.doses
            .push((DoseRef::new(format!("{name}/{number}")), dose));
    }
    registry.take_in(act, &[item]).await?;
    // Normally `dcc_issue::check` asks the population register.
    let checked = VerificationResult::new(id, 1, VerificationState::Match, Vec::new());
    registry.record(act, &[checked]).await?;
    Ok(())
}
