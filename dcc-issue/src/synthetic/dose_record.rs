//! The rows about one person's shots.

use core::fmt::Write as _;

use dcc_model::civil;
use dcc_registry::DoseKind;

use super::course::{Shot, date_of, day_number};
use super::facility::Site;
use super::fault::{DoseFault, SubjectFault};
use super::noise::Style;
use super::observed::Observed;
use super::random::Stream;
use super::record::{Case, Lines};
use super::tables::Commune;
use super::truth::DoseTruth;
use crate::RefusalCode;

/// A row of doses.csv about one shot.
pub(super) struct DoseLine {
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

/// Draws the rows about the shots of a case and what must become of each.
pub(super) fn doses(
    case: &Case<'_>,
    shots: &[Shot],
    style: &Style,
    stream: &mut Stream,
) -> Option<(Vec<DoseLine>, Vec<DoseTruth>)> {
    let Case {
        world,
        index,
        person,
        faults,
    } = *case;
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
            let name = stream.one_of(&names).copied().unwrap_or("CoronaVac");
            name.clone_into(&mut line.vaccine);
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

/// Writes the rows of one person.
pub(super) fn write_doses(
    lines: &mut Lines,
    case: &Case<'_>,
    observed: &Observed,
    doses: &[DoseLine],
    stream: &mut Stream,
) -> Option<()> {
    let Case {
        world,
        index,
        person,
        ..
    } = *case;
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
            "S{index:09},{name},{},{sex},{},{},{},{phone},{commune},",
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
