//! Synthetic populations: an input of any size that looks like Vietnam's, its errors, and the
//! ledger of what must come out.
//!
//! [`write()`] fills a folder with `doses.csv`, `population.csv`, `facilities.csv`,
//! `delegations.csv`, `keys/` and `truth.jsonl`. The same seed and number of subjects give the same
//! bytes on every machine and any number of threads: every subject is made alone from seed and
//! index. Names, provinces, vaccines, doses and errors come in the shares of published figures; no
//! real person is among them.
//!
//! # The ledger
//!
//! Each line of `truth.jsonl` is a subject with its `bucket` of the first check of March 2022
//! (`match`, `mismatch`, `unchecked`, `no-id`, or `foreign`), the `fault` that was put in, and for
//! each detail of the population register (`yes_no`, `per_field`) the `state` that must come out
//! under the policy full-course-5772: `issued` (with `dn`, `sd`, `vaccine`, `date`), `held` or
//! `refused` with their codes in the order of [`RefusalCode`](crate::RefusalCode), or `absent`
//! where no row can be taken. The last line holds the totals. The rules:
//!
//! 1. `subject-conflict`, then `id-*`, then `pop-*` and `same-person` hold a subject with all its
//!    doses, whatever else is wrong with these.
//! 2. An identified subject is held where a dose that would count is held: `dose-duplicate` (a
//!    second record at most three days off with another lot), `dose-date-impossible`,
//!    `facility-unknown`, `facility-not-enabled`, `facility-no-certificate`,
//!    `delegation-not-valid`, or `dose-entered-elsewhere` (the entering facility takes no part in
//!    signing and another one gave the dose). Its codes are those of all such doses.
//! 3. A second record of the same lot and product at most three days off is held alone
//!    (`dose-duplicate`): the one that was entered first counts, once.
//! 4. A dose of an unlicensed vaccine is refused alone and does not count.
//! 5. What counts is a full course where it has as many doses as the series of the first one's
//!    product; dn is their number, sd the series, 1 beyond a series of one, dn beyond a longer one.
//! 6. Else the subject is refused: `course-incomplete`, behind `vaccine-not-licensed` where a dose
//!    was refused for that.
//! 7. A dose without a state of its own has the subject's.

use core::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

mod course;
mod dose_record;
mod facility;
mod fault;
mod keys;
mod noise;
mod observed;
mod person;
mod random;
mod record;
mod tables;
mod truth;

use facility::Sites;
use keys::{Authorities, Pair};
use record::{Lines, World};

pub use fault::Bucket;
pub use truth::Totals;

/// Above this, numbers could repeat.
const MOST_SUBJECTS: u64 = 100_000_000;
/// Subjects that a thread makes at a time.
const CHUNK: u64 = 8_192;

const DOSES_HEADER: &str = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
    document_number,phone,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
    vaccinating_facility,entering_facility,entered_at\n";
const PEOPLE_HEADER: &str = "document_number,full_name,birth_date,sex\n";
const FACILITIES_HEADER: &str = "facility,name,commune,signing_mode,enabled_from,certificate,key\n";
const DELEGATIONS_HEADER: &str =
    "grantor,grantee,valid_from,valid_to,scope_from,scope_to,reference\n";

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntheticOptions {
    /// How many subjects; at most 100 million.
    pub subjects: u64,
    /// The seed.
    pub seed: u64,
    /// How many threads make them; it changes nothing else.
    pub threads: usize,
}

impl SyntheticOptions {
    /// `subjects` subjects from `seed` on as many threads as there are cores.
    pub fn new(subjects: u64, seed: u64) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            subjects,
            seed,
            threads,
        }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntheticSummary {
    /// Facilities.
    pub facilities: usize,
    /// Delegations.
    pub delegations: usize,
    /// The counts that also stand in the ledger's last line.
    pub totals: Totals,
}

/// Why a population was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// More than 100 million subjects were asked for.
    #[error("at most 100 million subjects can be made")]
    TooMany,
    /// A file could not be written.
    #[error("a file of the synthetic population could not be written")]
    Write(#[from] std::io::Error),
    /// A key or certificate could not be made.
    #[error("a key or certificate of the synthetic population could not be made")]
    Key,
    /// The built-in tables are damaged, or a thread ended early.
    #[error("the synthetic population could not be drawn")]
    Draw,
}

/// Writes a synthetic population into `folder`, which is created where it is missing.
///
/// # Errors
///
/// [`SyntheticError`]; see its variants.
pub fn write(options: SyntheticOptions, folder: &Path) -> Result<SyntheticSummary, SyntheticError> {
    if options.subjects > MOST_SUBJECTS {
        return Err(SyntheticError::TooMany);
    }
    fs::create_dir_all(folder.join("keys"))?;
    let world = World::new(options.seed, options.subjects);
    let delegations = write_facilities(&world.sites, folder)?;
    write_keys(&world, options.threads, folder)?;
    let totals = write_subjects(&world, options.threads, folder)?;
    Ok(SyntheticSummary {
        facilities: world.sites.all.len(),
        delegations,
        totals,
    })
}

fn write_facilities(sites: &Sites, folder: &Path) -> Result<usize, SyntheticError> {
    let mut facilities = String::from(FACILITIES_HEADER);
    let mut delegations = String::from(DELEGATIONS_HEADER);
    let mut count = 0_usize;
    for site in &sites.all {
        facilities.push_str(&site.row());
        if let Some(row) = site.delegation_row() {
            delegations.push_str(&row);
            count = count.saturating_add(1);
        }
    }
    fs::write(folder.join("facilities.csv"), facilities)?;
    fs::write(folder.join("delegations.csv"), delegations)?;
    Ok(count)
}

/// `keys/facility-cas.crt.pem` with all authorities, and a pair of files for each facility that
/// has a certificate.
fn write_keys(world: &World, threads: usize, folder: &Path) -> Result<(), SyntheticError> {
    let keys = folder.join("keys");
    let authorities = Authorities::new(world.seed)?;
    let bundle: String = authorities
        .pairs()
        .map(|pair| pair.certificate.as_str())
        .collect();
    fs::write(keys.join("facility-cas.crt.pem"), bundle)?;
    for (number, pair) in (1..).zip(authorities.pairs()) {
        write_private(
            &keys.join(format!("facility-ca-{number}.key.pem")),
            &pair.key,
        )?;
    }
    let sites: Vec<_> = (0_u64..)
        .zip(&world.sites.all)
        .filter(|(_, site)| site.has_key())
        .collect();
    let share = sites.len().div_ceil(threads.max(1)).max(1);
    let make = |part: &[(u64, &facility::Site)]| -> Result<(), SyntheticError> {
        for (place, site) in part {
            let Pair { certificate, key } = authorities.facility(world.seed, *place, &site.id)?;
            fs::write(keys.join(format!("{}.crt.pem", site.id)), certificate)?;
            write_private(&keys.join(format!("{}.key.pem", site.id)), &key)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let make = &make;
        #[expect(
            clippy::needless_collect,
            reason = "all threads start before one is waited for"
        )]
        let running: Vec<_> = sites
            .chunks(share)
            .map(|part| scope.spawn(move || make(part)))
            .collect();
        running
            .into_iter()
            .try_for_each(|one| one.join().unwrap_or(Err(SyntheticError::Draw)))
    })
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)
}

/// A run of subjects, made.
#[derive(Default)]
struct Chunk {
    lines: Lines,
    truth: String,
    totals: Totals,
}

fn make_chunk(world: &World, first: u64) -> Result<Chunk, SyntheticError> {
    let mut chunk = Chunk::default();
    let end = first.saturating_add(CHUNK).min(world.subjects);
    for index in first..end {
        let truth = record::subject(world, index, &mut chunk.lines).ok_or(SyntheticError::Draw)?;
        truth.count(&mut chunk.totals);
        truth
            .write(&mut chunk.truth)
            .map_err(|fmt::Error| SyntheticError::Draw)?;
    }
    Ok(chunk)
}

fn write_subjects(world: &World, threads: usize, folder: &Path) -> Result<Totals, SyntheticError> {
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut doses, mut people) = (create("doses.csv")?, create("population.csv")?);
    let mut ledger = create("truth.jsonl")?;
    doses.write_all(DOSES_HEADER.as_bytes())?;
    people.write_all(PEOPLE_HEADER.as_bytes())?;
    let mut totals = Totals::default();
    let step = usize::try_from(CHUNK).unwrap_or(usize::MAX);
    let starts: Vec<u64> = (0..world.subjects).step_by(step).collect();
    for round in starts.chunks(threads.max(1)) {
        let made: Vec<Result<Chunk, SyntheticError>> = std::thread::scope(|scope| {
            #[expect(
                clippy::needless_collect,
                reason = "all threads start before one is waited for"
            )]
            let running: Vec<_> = round
                .iter()
                .map(|first| scope.spawn(move || make_chunk(world, *first)))
                .collect();
            running
                .into_iter()
                .map(|one| one.join().unwrap_or(Err(SyntheticError::Draw)))
                .collect()
        });
        for chunk in made {
            let chunk = chunk?;
            doses.write_all(chunk.lines.doses.as_bytes())?;
            people.write_all(chunk.lines.people.as_bytes())?;
            ledger.write_all(chunk.truth.as_bytes())?;
            totals.merge(&chunk.totals);
        }
    }
    let (seed, subjects) = (world.seed, world.subjects);
    let policy = "full-course-5772";
    writeln!(
        ledger,
        "{{\"seed\":{seed},\"subjects\":{subjects},\"policy\":\"{policy}\",\"totals\":{}}}",
        totals.json()
    )?;
    for file in [&mut doses, &mut people, &mut ledger] {
        file.flush()?;
    }
    Ok(totals)
}

#[cfg(test)]
mod tests;
