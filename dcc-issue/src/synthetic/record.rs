//! One subject as the platform recorded it, and as the population register knows it.

use core::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

use super::course::{Products, course};
use super::dose_record::{doses, write_doses};
use super::facility::Sites;
use super::fault::{Faults, SubjectFault, faults};
use super::observed::{Observed, observe, per_field, settle, stranger};
use super::person::{Person, person};
use super::random::{Purpose, Stream};
use super::tables::Tables;
use super::truth::Truth;

/// Everything that subjects are made from.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) subjects: u64,
    pub(super) tables: Tables,
    pub(super) products: Products,
    pub(super) sites: Sites,
}

impl World {
    pub(super) fn new(seed: u64, subjects: u64) -> Self {
        let tables = Tables::new();
        let sites = Sites::new(&tables, seed, subjects);
        Self {
            seed,
            subjects,
            tables,
            products: Products::new(),
            sites,
        }
    }
}

/// Where a subject's lines go.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    pub(super) doses: String,
    pub(super) people: String,
}

/// One subject's part of the world: who it is and what is wrong with its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'w> {
    pub(super) world: &'w World,
    pub(super) index: u64,
    pub(super) person: &'w Person,
    pub(super) faults: Faults,
}

/// Makes a subject: its rows, the rows of people behind it, and what must come out.
pub(super) fn subject(world: &World, index: u64, lines: &mut Lines) -> Option<Truth> {
    let mut faults = faults(world.seed, index, world.subjects);
    let twin = faults.subject == Some(SubjectFault::Twin);
    let of = if twin { index.checked_sub(1)? } else { index };
    let person = person(&world.tables, world.seed, of)?;
    let mut shots = Stream::new(world.seed, Purpose::Course, index);
    let shots = course(person.cohort.band, &world.products, &mut shots);
    faults.subject = faults.subject.map(|fault| settle(&person, fault));
    if faults.subject == Some(SubjectFault::Conflict) && shots.len() < 2 {
        faults.subject = None;
    }
    if faults.subject.is_some() {
        faults.dose = None;
    }
    let case = Case {
        world,
        index,
        person: &person,
        faults,
    };
    let mut stream = Stream::new(world.seed, Purpose::Noise, index);
    let observed = observe(&case, &mut stream)?;
    let mut truth = Truth::new(format!("S{index:09}"), faults.bucket, faults.subject);
    truth.per_field = per_field(&person, &observed, faults.subject);
    let (rows, doses) = doses(&case, &shots, &observed.style, &mut stream)?;
    truth.doses = doses;
    truth.conclude(&shots);
    write_doses(lines, &case, &observed, &rows, &mut stream)?;
    if !twin {
        write_people(lines, &case, &observed, &mut stream)?;
    }
    Some(truth)
}

fn write_people(
    lines: &mut Lines,
    case: &Case<'_>,
    observed: &Observed,
    stream: &mut Stream,
) -> Option<()> {
    let Case {
        world,
        index,
        person,
        faults,
    } = *case;
    if person.foreign.is_some() || faults.subject == Some(SubjectFault::NotFound) {
        return Some(());
    }
    write_person(
        lines,
        &person.document_number,
        &observed.style.register_name(&person.name),
        person,
    )?;
    if faults.subject == Some(SubjectFault::Ambiguous) {
        write_person(lines, &person.document_number, &person.name, person)?;
    }
    if let Some(stranger) = &observed.stranger {
        write_person(lines, &stranger.number, &stranger.name, stranger)?;
    }
    // The CMND was not unique: another person has the same number (facts section 2).
    let shared = faults.subject.is_none() && person.document_number.len() == 9;
    if shared && stream.below(50) == 0 {
        let other = stranger(world, index, false)?;
        if other.birth != person.birth {
            write_person(lines, &person.document_number, &other.name, &other)?;
        }
    }
    Some(())
}

fn write_person(lines: &mut Lines, number: &str, name: &str, person: &Person) -> Option<()> {
    let sex = if person.female() { "F" } else { "M" };
    let name = name.nfc();
    writeln!(lines.people, "{number},{name},{},{sex}", person.birth).ok()
}
