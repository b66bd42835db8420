//! One subject as the platform recorded it, and as the population register knows it.

use core::fmt::Write as _;

use dcc_model::civil;
use dcc_registry::{DocumentKind, DoseKind};
use unicode_normalization::UnicodeNormalization as _;

use super::course::{Products, Shot, course, date_of, day_number};
use super::facility::{Site, Sites};
use super::fault::{DoseFault, Faults, SubjectFault, faults};
use super::noise::{Style, without_accents};
use super::person::{OTHERS, Person, other_name, person};
use super::random::{Purpose, Stream};
use super::tables::{Band, Commune, Tables};
use super::truth::{DoseTruth, Truth};
use crate::RefusalCode;

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

/// What the record says of the person, which need not be true.
struct Observed {
    name: String,
    birth_date: String,
    female: bool,
    nationality: &'static str,
    document_kind: &'static str,
    document_number: String,
    style: Style,
    /// The name in the rows behind the first, where rows differ.
    conflicting_name: Option<String>,
    /// The other person whose number was given.
    stranger: Option<Person>,
}

/// A row of doses.csv about one shot.
struct DoseLine {
    dose_ref: String,
    vaccine: String,
    lot: String,
    date: String,
    kind: DoseKind,
    vaccinating: String,
    entering: String,
    entered_on: civil::Date,
    entered_hour: i64,
}

/// Makes a subject: its rows, the rows of people behind it, and what must come out.
pub(super) fn subject(world: &World, index: u64, lines: &mut Lines) -> Option<Truth> {
    let mut faults = faults(world.seed, index, world.subjects);
    let twin = faults.subject == Some(SubjectFault::Twin);
    let of = if twin { index.checked_sub(1)? } else { index };
    let person = person(&world.tables, world.seed, of)?;
    let mut stream = Stream::new(world.seed, Purpose::Noise, index);
    let mut shots = Stream::new(world.seed, Purpose::Course, index);
    let shots = course(person.cohort.band, &world.products, &mut shots);
    if faults.subject == Some(SubjectFault::Conflict) && shots.len() < 2 {
        faults.subject = None;
    }
    let observed = observe(world, index, &person, &mut faults, &mut stream)?;
    if faults.subject.is_some() {
        faults.dose = None;
    }
    let subject_ref = format!("S{index:09}");
    let mut truth = Truth::new(subject_ref, faults.bucket, faults.subject);
    truth.per_field = per_field(&person, &observed, faults.subject);
    let (dose_lines, doses) = doses(
        world,
        index,
        (&person, &shots),
        faults,
        &observed.style,
        &mut stream,
    )?;
    truth.doses = doses;
    truth.conclude(&shots);
    write_doses(
        lines,
        &truth.subject_ref,
        (&person, world),
        &observed,
        &dose_lines,
        &mut stream,
    )?;
    if !twin {
        write_people(
            lines,
            world,
            index,
            (&person, &observed),
            faults,
            &mut stream,
        )?;
    }
    Some(truth)
}

fn observe(
    world: &World,
    index: u64,
    person: &Person,
    faults: &mut Faults,
    stream: &mut Stream,
) -> Option<Observed> {
    settle(person, faults);
    let fault = faults.subject;
    let tables = &world.tables;
    let mut observed = Observed {
        name: person.name.clone(),
        birth_date: String::new(),
        female: person.female(),
        nationality: person.foreign.unwrap_or("VN"),
        document_kind: person.document.word(),
        document_number: person.document_number.clone(),
        style: Style::draw(stream, person),
        conflicting_name: None,
        stranger: None,
    };
    let mut birth = person.birth;
    match fault {
        Some(SubjectFault::Name) => observed.name = other_name(tables, person, stream),
        Some(SubjectFault::NameAccents) => observed.name = without_accents(&person.name),
        Some(SubjectFault::BirthDate) => {
            let years = if stream.below(2) == 0 { -1 } else { 1 };
            let year = birth.year().saturating_add(years);
            birth = civil::Date::new(year, birth.month(), birth.day().min(28)).ok()?;
        }
        Some(SubjectFault::BirthDateSwapped) => {
            birth = civil::Date::new(birth.year(), birth.day(), birth.month()).ok()?;
        }
        Some(SubjectFault::Sex) => observed.female = !observed.female,
        Some(SubjectFault::Conflict) => {
            observed.conflicting_name = Some(other_name(tables, person, stream));
        }
        Some(SubjectFault::StrangersNumber | SubjectFault::ParentsNumber) => {
            let stranger = stranger(world, index, fault == Some(SubjectFault::ParentsNumber))?;
            observed.document_kind = DocumentKind::Cccd.word();
            observed.document_number = stranger.number.clone();
            observed.stranger = Some(stranger);
        }
        _ => {}
    }
    if fault.is_some_and(SubjectFault::spoils_number) || fault == Some(SubjectFault::PowerOfTen) {
        spoil_number(fault?, person, &mut observed, stream);
    }
    let whole = matches!(
        fault,
        Some(SubjectFault::BirthDate | SubjectFault::BirthDateSwapped)
    );
    observed.birth_date = observed.style.birth_date(birth, whole);
    Some(observed)
}

/// Where a fault cannot be made of this person, another one of its kind is made.
fn settle(person: &Person, faults: &mut Faults) {
    let (day, month) = (person.birth.day(), person.birth.month());
    faults.subject = faults.subject.map(|fault| match fault {
        SubjectFault::NameAccents if without_accents(&person.name) == person.name => {
            SubjectFault::Name
        }
        SubjectFault::BirthDateSwapped if day > 12 || day == month => SubjectFault::BirthDate,
        SubjectFault::ParentsNumber if person.cohort.band != Band::Child => {
            SubjectFault::StrangersNumber
        }
        fault => fault,
    });
}

/// Somebody who is no subject; for a parent, of an age to be one.
fn stranger(world: &World, index: u64, parent: bool) -> Option<Person> {
    const STEP: u64 = 7_919;
    let mut number = OTHERS.saturating_add(index);
    loop {
        let stranger = person(&world.tables, world.seed, number)?;
        if !parent || (1965..1996).contains(&stranger.birth.year()) {
            return Some(stranger);
        }
        // Other strangers' numbers lie beyond those of the last subject.
        number = number.saturating_add(world.subjects.max(STEP));
    }
}

fn spoil_number(
    fault: SubjectFault,
    person: &Person,
    observed: &mut Observed,
    stream: &mut Stream,
) {
    observed.document_kind = DocumentKind::Cccd.word();
    let number = &person.number;
    observed.document_number = match fault {
        SubjectFault::IdMissing => {
            observed.document_kind = if stream.below(2) == 0 { "none" } else { "" };
            String::new()
        }
        SubjectFault::LeadingZeroLost => number.trim_start_matches('0').to_owned(),
        SubjectFault::VnPassport => {
            observed.document_kind = DocumentKind::Passport.word();
            format!("C{}", number.get(5..).unwrap_or("0000000"))
        }
        SubjectFault::PowerOfTen => {
            let digits = number.get(1..7).unwrap_or("990990");
            format!(
                "{}.{}E+10",
                digits.get(..1).unwrap_or("1"),
                digits.get(1..).unwrap_or("0")
            )
        }
        _ => match stream.below(3) {
            0 => format!("{number}{}", stream.below(10)),
            1 => format!("O{}", number.get(1..).unwrap_or_default()),
            _ => number.get(..7).unwrap_or_default().to_owned(),
        },
    };
}

/// What a register that tells per field finds; nothing for a match.
fn per_field(
    person: &Person,
    observed: &Observed,
    fault: Option<SubjectFault>,
) -> Vec<RefusalCode> {
    let Some(fault) = fault else {
        return Vec::new();
    };
    if let Some(code) = super::fault::held_for(fault) {
        return vec![code];
    }
    let Some(stranger) = &observed.stranger else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    match dcc_model::names_agree(&person.name, &stranger.name) {
        agreement if agreement.is_match() => {}
        dcc_model::NameAgreement::AccentsOnly => codes.push(RefusalCode::PopNameAccents),
        _ => codes.push(RefusalCode::PopName),
    }
    let (own, other) = (person.birth, stranger.birth);
    let known = if observed.style.year_only {
        own.year() == other.year()
    } else {
        own == other
    };
    if !known {
        let swapped = !observed.style.year_only
            && (own.year(), own.month(), own.day()) == (other.year(), other.day(), other.month());
        codes.push(if swapped {
            RefusalCode::PopBirthDateSwapped
        } else {
            RefusalCode::PopBirthDate
        });
    }
    if person.female() != stranger.female() {
        codes.push(RefusalCode::PopSex);
    }
    codes
}

fn doses(
    world: &World,
    index: u64,
    (person, shots): (&Person, &[Shot]),
    faults: Faults,
    style: &Style,
    stream: &mut Stream,
) -> Option<(Vec<DoseLine>, Vec<DoseTruth>)> {
    let mut lines = Vec::new();
    let mut truths = Vec::new();
    let last = u64::try_from(shots.len()).ok()?;
    let faulty = usize::try_from(stream.below(last)).ok()?;
    for (place, shot) in shots.iter().enumerate() {
        let fault = faults.dose.filter(|_| place == faulty);
        let vaccinating = world.sites.draw(person.province, stream)?;
        let entering = if stream.below(10) == 0 {
            world.sites.draw(person.province, stream)?
        } else {
            vaccinating
        };
        let mut line = dose_line(index, place, (shot, style), (vaccinating, entering), stream)?;
        let mut truth = DoseTruth::new(line.dose_ref.clone(), place, fault);
        truth.own = entering.obstacle(shot.date, entering.id != vaccinating.id);
        if faults.subject == Some(SubjectFault::PowerOfTen) {
            truth.row_refused = Some("cell-power-of-ten");
        }
        if let Some(fault) = fault {
            spoil_dose(fault, &mut line, &mut truth, stream);
        }
        let copy = match fault {
            Some(DoseFault::DuplicateSameLot) => Some(shot.lot.clone()),
            Some(DoseFault::DuplicateOtherLot) => Some(format!("{}9", shot.lot)),
            _ => None,
        };
        if let Some(lot) = copy {
            let elsewhere = world.sites.first_of(person.province)?;
            let number = shots.len();
            let sites = (elsewhere, elsewhere);
            let mut second = dose_line(index, number, (shot, style), sites, stream)?;
            second.lot = lot;
            let day = day_number(shot.date).saturating_add(stream.between(0, 3));
            second.date = style.date(date_of(day)?);
            let entered = day_number(line.entered_on).saturating_add(stream.between(5, 30));
            second.entered_on = date_of(entered)?;
            truths.push(DoseTruth::copy(second.dose_ref.clone(), fault));
            lines.push(second);
        }
        truths.push(truth);
        lines.push(line);
    }
    Some((lines, truths))
}

fn dose_line(
    index: u64,
    place: usize,
    (shot, style): (&Shot, &Style),
    (vaccinating, entering): (&Site, &Site),
    stream: &mut Stream,
) -> Option<DoseLine> {
    let entered = day_number(shot.date).saturating_add(stream.between(0, 2));
    Some(DoseLine {
        dose_ref: format!("D{index:09}-{}", place.saturating_add(1)),
        vaccine: style.vaccine(shot.product.spellings).to_owned(),
        lot: shot.lot.clone(),
        date: style.date(shot.date),
        kind: shot.kind,
        vaccinating: vaccinating.id.clone(),
        entering: entering.id.clone(),
        entered_on: date_of(entered)?,
        entered_hour: stream.between(7, 17),
    })
}

fn spoil_dose(fault: DoseFault, line: &mut DoseLine, truth: &mut DoseTruth, stream: &mut Stream) {
    match fault {
        DoseFault::Unlicensed => {
            let names = ["CoronaVac", "Covaxin", "Nuvaxovid", "Soberana 02"];
            line.vaccine = (*stream.one_of(&names).unwrap_or(&"CoronaVac")).to_owned();
            truth.own = Some(RefusalCode::VaccineNotLicensed);
        }
        DoseFault::DateUnreadable => {
            line.date = String::from("31/02/2022");
            truth.row_refused = Some("date-unreadable");
        }
        DoseFault::DateImpossible => {
            line.date = line.date.replace("2021", "2012").replace("2022", "2012");
            truth.own = Some(RefusalCode::DoseDateImpossible);
        }
        DoseFault::FacilityUnknown => {
            line.entering = String::from("99999");
            truth.own = Some(RefusalCode::FacilityUnknown);
        }
        DoseFault::DuplicateOtherLot => truth.own = Some(RefusalCode::DoseDuplicate),
        DoseFault::WrongKind => {
            line.kind = match line.kind {
                DoseKind::Additional => DoseKind::Booster1,
                DoseKind::Primary1 => DoseKind::Primary2,
                _ => DoseKind::Additional,
            };
        }
        DoseFault::DuplicateSameLot => {}
    }
}

fn write_doses(
    lines: &mut Lines,
    subject_ref: &str,
    (person, world): (&Person, &World),
    observed: &Observed,
    doses: &[DoseLine],
    stream: &mut Stream,
) -> Option<()> {
    let style = &observed.style;
    // Residence is the province of birth in 87 of 100.
    let home = if stream.below(100) < 87 {
        world
            .tables
            .provinces
            .items()
            .iter()
            .find(|place| place.code == person.province)
    } else {
        world.tables.provinces.draw(stream)
    };
    let commune = home
        .and_then(|place| stream.one_of(&place.communes))
        .map_or("", |c: &Commune| c.code);
    let phone = if stream.below(20) == 0 {
        String::new()
    } else {
        format!("09{:08}", stream.below(100_000_000))
    };
    for (place, dose) in doses.iter().enumerate() {
        let name = observed.conflicting_name.as_deref().filter(|_| place > 0);
        let name = style.name(name.unwrap_or(&observed.name));
        let sex = style.sex(observed.female);
        write!(
            lines.doses,
            "{subject_ref},{name},{},{sex},{},{},{},{phone},{commune},",
            observed.birth_date,
            observed.nationality,
            observed.document_kind,
            observed.document_number,
        )
        .ok()?;
        writeln!(
            lines.doses,
            "{},{},{},{},{},{},{},{}T{:02}:00:00+07:00",
            dose.dose_ref,
            dose.vaccine,
            dose.lot,
            dose.date,
            style.kind(dose.kind),
            dose.vaccinating,
            dose.entering,
            dose.entered_on,
            dose.entered_hour,
        )
        .ok()?;
    }
    Some(())
}

fn write_people(
    lines: &mut Lines,
    world: &World,
    index: u64,
    (person, observed): (&Person, &Observed),
    faults: Faults,
    stream: &mut Stream,
) -> Option<()> {
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
