//! A store of one's own beside the SQLite register: the directory of facilities and delegations
//! stays in the system that has it already, here a JSON file that several processes write.
//!
//! `catalogue.rs` is what an integrator writes. The program first runs the public conformance suite
//! of that trait on it (what each method does, killed at every step, raced by a second process's
//! handle), then puts it together with a register by `WithDirectory` and issues on the pair.
//!
//! `cargo run -p dcc-examples --example own_directory`

extern crate alloc;

mod catalogue;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fs;

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::{AttestationCentre, Attester, FacilitySigner};
use dcc_issue::central::{CentralSigner, Step, Worker};
use dcc_issue::eligibility::Decision5772FullCourse;
use dcc_issue::statistics::Statistics;
use dcc_registry::chain::Authorities;
use dcc_registry::conformance::{Harness, facility_directory};
use dcc_registry::{
    Act, Actor, Bucket, CommuneCode, Digest, DocumentKind, DoseContent, DoseRef, Facility,
    FacilityCertificate, FacilityDirectory as _, FacilityId, Identity, Intake, ReferenceKey,
    Registry, SigningMode, SqliteRegistry, Timestamp, VerificationResult, VerificationState,
    WithDirectory, WorkerId, civil,
};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, DocumentSigner, HcertSigner, LocalSigner, provider};

use catalogue::Catalogue;

type Failure = Box<dyn core::error::Error + Send + Sync>;

/// What the suite needs: fresh catalogues, second handles, and a way to kill.
struct Folders {
    folder: tempfile::TempDir,
    made: AtomicU64,
}

#[expect(clippy::expect_used, reason = "a harness has nobody to answer to")]
impl Harness for Folders {
    type Store = Catalogue;

    fn fresh(&self) -> Catalogue {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.path().join(number.to_string());
        fs::create_dir(&folder).expect("a folder");
        Catalogue::open(&folder)
    }

    fn twin(&self, store: &Catalogue) -> Catalogue {
        Catalogue::open(&store.folder)
    }

    fn reopen(&self, store: Catalogue) -> Catalogue {
        Catalogue::open(&store.folder)
    }

    fn crash_after(&self, store: &Catalogue, steps: Option<u64>) -> bool {
        store
            .left
            .store(steps.unwrap_or(u64::MAX), Ordering::SeqCst);
        true
    }

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        pollster::block_on(future)
    }
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Failure> {
    let suite = Folders {
        folder: tempfile::tempdir()?,
        made: AtomicU64::new(0),
    };
    let checks = facility_directory(&suite)?;
    println!("the catalogue passes the suite of FacilityDirectory: {checks} checks");

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let register = SqliteRegistry::open(&folder.path().join("registry.db")).await?;
        let catalogue = Catalogue::open(folder.path());
        let pair = WithDirectory::new(register, catalogue);
        issue(&pair).await?;
        let unused = pair.register().all_facilities(None, 10).await?;
        if !unused.is_empty() {
            return Err("the register's own directory is not used".into());
        }
        pair.into_parts().0.close().await;
        Ok(())
    })
}

/// A commune's people from their records to certificates, on whatever register.
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn issue(registry: &dyn Registry) -> Result<(), Failure> {
    let act = Act::new(Actor::new("example"), "2022-06-01".parse()?);
    let provider = provider::aws_lc::provider();
    let facility_keys = TestPki::generate("VN", Algorithm::Es256, "2022-01-01".parse()?)?;
    let ministry = TestPki::generate("VN", Algorithm::Es256, "2022-05-01".parse()?)?;
    let key =
        |pki: &TestPki| LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider);

    let certificate = DocumentSigner::from_pem(facility_keys.dsc_pem().as_bytes())?;
    let id = FacilityId::new("01001");
    let mut facility = Facility::new(id.clone(), "Trạm Y tế", CommuneCode::new("00001"));
    facility.mode = SigningMode::SelfSigning;
    let registered = FacilityCertificate::new(certificate.der().to_vec(), act.at());
    facility.certificates.push(registered);
    registry.put_facilities(&act, &[facility]).await?;
    people(registry, &act, &id).await?;

    let mut authorities = Authorities::new();
    let authority = DocumentSigner::from_pem(facility_keys.csca_pem().as_bytes())?;
    authorities.insert("VN", authority)?;
    let centre = AttestationCentre::new(provider.clone(), authorities);
    let signer = FacilitySigner::new(id, Arc::new(key(&facility_keys)?), certificate)?;
    let directory = SigningDirectory::read(registry).await?;
    let attester = Attester::new(registry, &centre, &directory, [&signer]);
    let attested = attester.run(&act, Bucket::all()).await?.attested;

    let document_signer = DocumentSigner::from_pem(ministry.dsc_pem().as_bytes())?;
    let hcert = HcertSigner::new(Arc::new(key(&ministry)?), document_signer, provider.clone())?;
    let policy = Arc::new(Decision5772FullCourse::new());
    let signer = CentralSigner::new(hcert, policy, Arc::new(directory), provider);
    let batch = signer
        .open_batch(registry, &act, &Digest::of(b"2022-06-01"))
        .await?;
    let worker = Worker::new(&signer, registry, batch.id, WorkerId::new("w1"));
    while worker.step(&act, Timestamp::now()).await? != Step::Finished {}
    let issued = registry.tally(batch.id).await?.subjects.issued;
    // Figures read the directory through the pair, too.
    let figures = Statistics::count(registry, &Decision5772FullCourse::new(), act.at()).await?;
    println!("{attested} doses attested, {issued} certificates under a directory kept elsewhere");
    if (attested, issued, figures.adds_up()) != (20, 10, true) {
        return Err("everybody is entitled".into());
    }
    Ok(())
}

/// Ten people with two doses each, whom the population register knows.
async fn people(registry: &dyn Registry, act: &Act, at: &FacilityId) -> Result<(), Failure> {
    let key = ReferenceKey::from_bytes([7; 32]);
    let (mut people, mut checked) = (Vec::new(), Vec::new());
    for number in 0..10 {
        let reference = format!("S{number}");
        let mut who = Identity::new("Nguyễn Văn A", CommuneCode::new("00001"));
        (who.birth_date, who.nationality) = ("1980-01-02".to_owned(), "VN".to_owned());
        who.document_kind = Some(DocumentKind::Cccd);
        who.document_number = format!("0010800{number:05}");
        let id = key.subject_id(&reference);
        let mut person = Intake::new(id, reference.as_str(), who);
        for (dose, day) in [civil::date(2022, 1, 5), civil::date(2022, 2, 2)]
            .iter()
            .enumerate()
        {
            let dose = DoseRef::new(format!("{reference}/{dose}"));
            person
                .doses
                .push((dose, DoseContent::new("pfizer", *day, at.clone())));
        }
        people.push(person);
        let state = VerificationState::Match;
        checked.push(VerificationResult::new(id, 1, state, Vec::new()));
    }
    registry.take_in(act, &people).await?;
    registry.record(act, &checked).await?;
    Ok(())
}
