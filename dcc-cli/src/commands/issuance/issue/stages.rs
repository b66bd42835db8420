//! The stages before the signature: tables, check, attestation.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::{AttestReport, Attester};
use dcc_issue::central::Profile;
use dcc_issue::check::{CheckOptions, CheckReport, check};
use dcc_issue::eligibility::{EligibilityPolicy, EligibilityVerdict};
use dcc_issue::import::{
    DirectoryReport, DoseImportOptions, DoseImportReport, ImportError, import_delegations,
    import_doses, import_facilities,
};
use dcc_issue::intake::{ColumnProfile, DelegationRow, DoseRow, FacilityRow};
use dcc_model::Timestamp;
use dcc_registry::{
    Act, Bucket, Column, Digest, IdentityRule, ScanFilter, SnapshotStore as _, SqliteRegistry,
    SubjectStore as _, Tally,
};

use super::demo_facilities::DemoFacilities;
use super::timing::Timing;
use crate::args::issuance::IssueArgs;
use crate::commands::complain;
use crate::commands::issuance::keys::{self, FacilityKey};
use crate::commands::issuance::{Failure, tables};
use crate::registry_url::Register;

/// What the stages before the signature did.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) facilities: DirectoryReport,
    pub(super) delegations: DirectoryReport,
    pub(super) doses: DoseImportReport,
    pub(super) check: CheckReport,
    pub(super) attest: AttestReport,
}

/// The hash of the input files: another one is another run.
pub(super) fn inputs_hash(args: &IssueArgs) -> Result<Digest, Failure> {
    let mut hashes = String::new();
    let files = [
        Some(&args.doses),
        Some(&args.population),
        Some(&args.facilities),
        args.delegations.as_ref(),
    ];
    for path in files.into_iter().flatten() {
        hashes.push_str(&file_hash(path)?.to_string());
    }
    Ok(Digest::of(hashes.as_bytes()))
}

/// A hash over the hashes of a file's megabytes, which needs no more memory than one of them.
fn file_hash(path: &Path) -> Result<Digest, Failure> {
    const PART: u64 = 1 << 20;
    let mut file = File::open(path).map_err(Failure::file(path))?;
    let (mut hashes, mut part) = (Vec::new(), Vec::new());
    loop {
        part.clear();
        let read = file.by_ref().take(PART).read_to_end(&mut part);
        if read.map_err(Failure::file(path))? == 0 {
            return Ok(Digest::of(&hashes));
        }
        hashes.extend_from_slice(Digest::of(&part).as_bytes());
    }
}

/// Takes the tables in, checks everybody who is to be checked, and lets facilities sign. Demo keys
/// of facilities, where a campaign has them, stand in its folder.
pub(super) async fn prepare(
    args: &IssueArgs,
    (register, folder): (&Register, &Path),
    act: &Act,
    timing: &mut Timing,
) -> Result<Prepared, Failure> {
    let profile = tables::profile(args.profile_file.as_deref())?;
    let demo = if args.rule.key.is_none() {
        DemoFacilities::of(&args.facilities, folder, act.at())?
    } else {
        None
    };
    let (facilities, keys) = facilities(args, register, act, demo.as_ref()).await?;
    let delegations = delegations(args, register, act).await?;
    timing.ended("directory");
    let doses = doses(args, &profile, register, act).await?;
    timing.ended("intake");
    let check = checked(args, register, act).await?;
    timing.ended("check");
    let authorities = demo.map_or_else(|| authorities(args), |demo| vec![demo.authority_file()]);
    let attest = attested(&authorities, register, act, &keys).await?;
    timing.ended("attestation");
    Ok(Prepared {
        facilities,
        delegations,
        doses,
        check,
        attest,
    })
}

fn failed(path: &Path) -> impl FnOnce(ImportError) -> Failure {
    let path = path.to_owned();
    move |error| Failure::Import { path, error }
}

async fn facilities(
    args: &IssueArgs,
    register: &Register,
    act: &Act,
    demo: Option<&DemoFacilities>,
) -> Result<(DirectoryReport, Vec<FacilityKey>), Failure> {
    let path = &args.facilities;
    let rows = tables::rows(path, &ColumnProfile::default(), act.at(), FacilityRow::rows)?;
    let mut keys = Vec::new();
    let mut failure = None;
    let mut certificates = |row: &FacilityRow| {
        if let Some(demo) = demo {
            match demo.key(row) {
                Ok(None) => return Vec::new(),
                Ok(Some(made)) => {
                    let certificate = std::fs::read(&made.certificate).unwrap_or_default();
                    keys.push(made);
                    return dcc_issue::certificate_ders(&certificate);
                }
                Err(error) => {
                    failure.get_or_insert(error);
                    return Vec::new();
                }
            }
        }
        if let (Some(certificate), Some(key)) = (&row.certificate, &row.key) {
            keys.push(FacilityKey {
                facility: row.facility.id.clone(),
                certificate: tables::beside(path, certificate),
                key: tables::beside(path, key),
            });
        }
        tables::facility_certificates(path, row)
    };
    let report = import_facilities(&register.store, rows, act, &mut certificates).await;
    let report = report.map_err(failed(path))?;
    failure.map_or(Ok((report, keys)), Err)
}

async fn delegations(
    args: &IssueArgs,
    register: &Register,
    act: &Act,
) -> Result<DirectoryReport, Failure> {
    let Some(path) = &args.delegations else {
        return Ok(DirectoryReport::default());
    };
    let rows = tables::rows(
        path,
        &ColumnProfile::default(),
        act.at(),
        DelegationRow::rows,
    )?;
    let report = import_delegations(&register.store, rows, act).await;
    report.map_err(failed(path))
}

async fn doses(
    args: &IssueArgs,
    profile: &ColumnProfile,
    register: &Register,
    act: &Act,
) -> Result<DoseImportReport, Failure> {
    let rows = tables::rows(&args.doses, profile, act.at(), DoseRow::rows)?;
    let bar = tables::counter("doses");
    let mut progress = |report: &DoseImportReport| tables::show_doses(&bar, report);
    let options = DoseImportOptions::new(IdentityRule::Keep).with_folder(&args.out);
    let report = import_doses(register.place(), rows, &options, act, &mut progress).await;
    bar.finish_and_clear();
    report.map_err(failed(&args.doses))
}

async fn checked(args: &IssueArgs, register: &Register, act: &Act) -> Result<CheckReport, Failure> {
    let detail = args.population_detail.into();
    let population = tables::population(&args.population, &ColumnProfile::default(), detail)?;
    let bar = tables::counter("checked");
    let mut progress = |report: &CheckReport| bar.set_position(report.subjects());
    let options = CheckOptions::again();
    let report = check(register.place(), &population, &options, act, &mut progress).await;
    bar.finish_and_clear();
    Ok(report?)
}

async fn attested(
    authorities: &[PathBuf],
    register: &Register,
    act: &Act,
    facility_keys: &[FacilityKey],
) -> Result<AttestReport, Failure> {
    let centre = keys::centre(authorities)?;
    let signers = keys::facility_signers(facility_keys);
    let directory = SigningDirectory::read(&register.store).await?;
    let attester = Attester::new(&register.store, &centre, &directory, &signers);
    let report = attester.run(act, Bucket::all()).await?;
    for (facility, failure) in &report.failures {
        complain(format_args!("facility {facility}: {failure}"));
    }
    Ok(report)
}

/// The files of authorities: the one that was named, or the one beside the facilities' table.
fn authorities(args: &IssueArgs) -> Vec<PathBuf> {
    if let Some(path) = &args.facility_cas {
        return vec![path.clone()];
    }
    let beside = tables::beside(&args.facilities, "keys/facility-cas.crt.pem");
    beside.exists().then_some(beside).into_iter().collect()
}

/// What a policy decides of a register, without writing it.
pub(super) async fn decided(
    store: &SqliteRegistry,
    (policy, directory, profile): (&dyn EligibilityPolicy, &SigningDirectory, Profile),
    at: Timestamp,
) -> Result<Tally, Failure> {
    const PAGE: usize = 1000;
    let mut tally = Tally::default();
    for bucket in Bucket::all() {
        let mut after = None;
        loop {
            let page = store.scan(bucket, &ScanFilter::all(), after, PAGE).await?;
            let ended = page.len() < PAGE;
            after = page.last().map(|subject| subject.record.id).or(after);
            for subject in &page {
                let decision = policy.decide(subject, directory, at);
                let column = match &decision.verdict {
                    EligibilityVerdict::Eligible(entitled)
                        if subject.current.as_ref().is_some_and(|current| {
                            current.intent.expires_at > at
                                && profile.says_the_same(current, &subject.record, entitled)
                        }) =>
                    {
                        Column::Unchanged
                    }
                    EligibilityVerdict::Eligible(_) => Column::Issued,
                    EligibilityVerdict::Held(_) => Column::Held,
                    _ => Column::Refused,
                };
                tally.subjects.add(column, 1);
                tally.doses.merge(decision.dose_columns(column));
                for reason in decision.verdict.reasons() {
                    let count = tally.reasons.entry(reason).or_default();
                    *count = count.saturating_add(1);
                }
            }
            if ended {
                break;
            }
        }
    }
    Ok(tally)
}

/// The counting identity: issued, unchanged, held and refused are all subjects and doses of the
/// register (design decision 12).
pub(super) async fn identity(register: &Register, tally: &Tally) -> Result<(), Failure> {
    let rows = register.store.progress().await?;
    let sum = |one: fn(&dcc_registry::SnapshotRow) -> u64| {
        rows.iter().map(one).fold(0_u64, u64::saturating_add)
    };
    let of_register = (sum(|row| row.subjects), sum(|row| row.doses));
    let of_batch = (tally.subjects.selected(), tally.doses.selected());
    if of_register == of_batch {
        return Ok(());
    }
    Err(Failure::Contradiction(format!(
        "the register has {} subjects and {} doses, the batch decided about {} and {}",
        of_register.0, of_register.1, of_batch.0, of_batch.1
    )))
}
