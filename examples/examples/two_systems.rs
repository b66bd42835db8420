//! Platform and centre as two processes with two databases, which share nothing but files.
//!
//! The platform (Nền tảng tiêm chủng) has the dose records; its facilities sign them there. What
//! goes to the centre (Hệ thống Quản lý cấp chứng nhận) is the records and the signed packages of
//! docs/attestation.md. The centre has its own register with its own reference key, checks people
//! itself, believes no dose that no facility signed, and issues.
//!
//! Run without arguments: the program starts itself once for each system.
//!
//! `cargo run -p dcc-examples --example two_systems`

extern crate alloc;

use alloc::sync::Arc;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::{AttestationCentre, Attester, FacilitySigner, Package};
use dcc_issue::central::{CentralSigner, Step, Worker};
use dcc_issue::eligibility::Decision5772FullCourse;
use dcc_registry::chain::Authorities;
use dcc_registry::{
    Act, Actor, AttestationStore as _, BatchStore as _, Bucket, CommuneCode, Digest, DocumentKind,
    DoseContent, DoseRef, Facility, FacilityCertificate, FacilityDirectory as _, FacilityId,
    Identity, Intake, IntakeStore as _, ReferenceKey, SigningMode, SqliteRegistry, Timestamp,
    VerificationResult, VerificationState, VerificationStore as _, WorkerId, civil,
};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, CryptoProvider, DocumentSigner, HcertSigner, LocalSigner, provider};

type Failure = Box<dyn core::error::Error + Send + Sync>;

const FACILITY: &str = "01001";
const PEOPLE: usize = 20;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match (env::args().nth(1).as_deref(), env::args().nth(2)) {
        (Some("platform"), Some(folder)) => runtime.block_on(platform(Path::new(&folder))),
        (Some("centre"), Some(folder)) => runtime.block_on(centre(Path::new(&folder))),
        _ => both(),
    }
}

/// Makes the keys that each side has, and runs one process after the other.
fn both() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    for (name, from) in [("facility", "2022-01-01"), ("ministry", "2022-05-01")] {
        let pki = TestPki::generate("VN", Algorithm::Es256, from.parse()?)?;
        let write =
            |part: &str, pem: &str| fs::write(folder.path().join(format!("{name}-{part}")), pem);
        write("ca.pem", pki.csca_pem())?;
        write("cert.pem", pki.dsc_pem())?;
        write("key.pem", pki.dsc_key_pem())?;
    }
    for system in ["platform", "centre"] {
        let status = Command::new(env::current_exe()?)
            .arg(system)
            .arg(folder.path())
            .status()?;
        if !status.success() {
            return Err(format!("{system}: {status}").into());
        }
    }
    Ok(())
}

/// The platform: records, facilities' signatures, packages out.
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn platform(folder: &Path) -> Result<(), Failure> {
    let act = act("platform", "2022-06-01")?;
    let registry = open(folder, "platform.db", 1, &act).await?;
    let directory = SigningDirectory::read(&registry).await?;
    let provider = provider::aws_lc::provider();
    let (key, certificate) = keys(folder, "facility", &provider)?;
    let signer = FacilitySigner::new(FacilityId::new(FACILITY), Arc::new(key), certificate)?;
    // The platform verifies as the centre will, so that nothing useless is sent.
    let centre = attestation_centre(folder, &provider)?;
    let attester = Attester::new(&registry, &centre, &directory, [&signer]);
    let report = attester.run(&act, Bucket::all()).await?;
    let ids = registry.attestation_ids(None, 100).await?;
    for id in &ids {
        let found = registry
            .attestation(*id)
            .await?
            .ok_or("stored a moment ago")?;
        fs::write(folder.join(format!("{id}.dcc-attestation")), found.package)?;
    }
    println!(
        "platform: {} doses signed in {} package(s)",
        report.attested,
        ids.len()
    );
    registry.close().await;
    Ok(())
}

/// The centre: records, packages in, certificates.
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn centre(folder: &Path) -> Result<(), Failure> {
    let act = act("centre", "2022-06-02")?;
    let registry = open(folder, "centre.db", 2, &act).await?;
    let directory = SigningDirectory::read(&registry).await?;
    let provider = provider::aws_lc::provider();
    let office = attestation_centre(folder, &provider)?;
    let mut packages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|name| name == "dcc-attestation")
        {
            packages.push(Package::from_bytes(fs::read(path)?)?);
        }
    }
    let (taken, refused) = office.accept(&registry, &directory, &act, packages).await?;
    let standing: usize = taken
        .iter()
        .map(dcc_issue::attestation::Acceptance::standing)
        .sum();
    println!(
        "centre: {standing} doses attested, {} package(s) refused",
        refused.len()
    );

    let (key, certificate) = keys(folder, "ministry", &provider)?;
    let hcert = HcertSigner::new(Arc::new(key), certificate, provider.clone())?;
    let policy = Arc::new(Decision5772FullCourse::new());
    let signer = CentralSigner::new(hcert, policy, Arc::new(directory), provider);
    let batch = signer
        .open_batch(&registry, &act, &Digest::of(b"2022-06-02"))
        .await?;
    let worker = Worker::new(&signer, &registry, batch.id, WorkerId::new("w1"));
    while worker.step(&act, Timestamp::now()).await? != Step::Finished {}
    let issued = registry.tally(batch.id).await?.subjects.issued;
    println!("centre: {issued} certificates");
    registry.close().await;
    if issued != u64::try_from(PEOPLE)? {
        return Err("everybody is entitled".into());
    }
    Ok(())
}

fn act(system: &str, at: &str) -> Result<Act, Failure> {
    Ok(Act::new(Actor::new(system), at.parse()?))
}

fn keys(
    folder: &Path,
    name: &str,
    provider: &CryptoProvider,
) -> Result<(LocalSigner, DocumentSigner), Failure> {
    let key = fs::read(folder.join(format!("{name}-key.pem")))?;
    let certificate = fs::read(folder.join(format!("{name}-cert.pem")))?;
    Ok((
        LocalSigner::from_pkcs8(&key, None, provider)?,
        DocumentSigner::from_pem(&certificate)?,
    ))
}

fn attestation_centre(
    folder: &Path,
    provider: &CryptoProvider,
) -> Result<AttestationCentre, Failure> {
    let mut authorities = Authorities::new();
    let ca = DocumentSigner::from_pem(&fs::read(folder.join("facility-ca.pem"))?)?;
    authorities.insert("VN", ca)?;
    Ok(AttestationCentre::new(provider.clone(), authorities))
}

/// A register with the same facilities and people on both sides, under another reference key.
async fn open(folder: &Path, file: &str, key: u8, act: &Act) -> Result<SqliteRegistry, Failure> {
    let registry = SqliteRegistry::open(&folder.join(file)).await?;
    let mut facility = Facility::new(
        FacilityId::new(FACILITY),
        "Trạm Y tế",
        CommuneCode::new("00001"),
    );
    facility.mode = SigningMode::SelfSigning;
    let certificate = DocumentSigner::from_pem(&fs::read(folder.join("facility-cert.pem"))?)?;
    let registered = FacilityCertificate::new(certificate.der().to_vec(), act.at());
    facility.certificates.push(registered);
    registry.put_facilities(act, &[facility]).await?;
    let references = ReferenceKey::from_bytes([key; 32]);
    let (mut people, mut checked) = (Vec::new(), Vec::new());
    for number in 0..PEOPLE {
        let reference = format!("S{number}");
        let mut identity = Identity::new("Nguyễn Văn A", CommuneCode::new("00001"));
        identity.birth_date = String::from("1980-01-02");
        identity.nationality = String::from("VN");
        identity.document_kind = Some(DocumentKind::Cccd);
        identity.document_number = format!("0010800{number:05}");
        let id = references.subject_id(&reference);
        let mut item = Intake::new(id, reference.as_str(), identity);
        for (dose, day) in [civil::date(2022, 1, 5), civil::date(2022, 2, 2)]
            .into_iter()
            .enumerate()
        {
            let content = DoseContent::new("pfizer", day, FacilityId::new(FACILITY));
            item.doses
                .push((DoseRef::new(format!("{reference}/{dose}")), content));
        }
        people.push(item);
        // Normally `dcc_issue::check` asks the population register.
        let state = VerificationState::Match;
        checked.push(VerificationResult::new(id, 1, state, Vec::new()));
    }
    registry.take_in(act, &people).await?;
    registry.record(act, &checked).await?;
    Ok(registry)
}
