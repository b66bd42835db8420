//! The rows of a dose table: a person and one shot.

use core::fmt;

use std::io::Read;

use dcc_registry::{DoseContent, DoseRef, FacilityId, Identity};

use super::dates::read_instant;
use super::header::{Column, TableForm};
use super::identity_check::{FIRST_VACCINES, before_birth, check_identity, is_foreign};
use super::person::{birth_date, document, full_name, nationality, sex};
use super::profile::ColumnProfile;
use super::row_code::{FindingCode, RowCode};
use super::rows::{Cells, IntakeOptions, Rows};
use super::table::TableError;
use crate::RefusalCode;

/// A row of a dose table. `Debug` prints the dose's reference only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoseRow {
    /// The platform's reference of the person.
    pub subject_ref: String,
    /// The person.
    pub identity: Identity,
    /// The platform's reference of the shot.
    pub dose_ref: DoseRef,
    /// The shot.
    pub dose: DoseContent,
}

impl fmt::Debug for DoseRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoseRow")
            .field("dose_ref", &self.dose_ref)
            .finish_non_exhaustive()
    }
}

impl DoseRow {
    const FORM: TableForm = TableForm {
        required: &[
            Column::SubjectRef,
            Column::FullName,
            Column::BirthDate,
            Column::Sex,
            Column::Nationality,
            Column::DocumentKind,
            Column::DocumentNumber,
            Column::ResidenceCommune,
            Column::DoseRef,
            Column::Vaccine,
            Column::Lot,
            Column::DoseDate,
            Column::DoseKind,
            Column::VaccinatingFacility,
            Column::EnteringFacility,
        ],
        optional: &[Column::EnteredAt, Column::Phone],
    };

    /// Opens a CSV or XLSX file of doses and maps its header.
    ///
    /// # Errors
    ///
    /// [`TableError`] where the content is no table within the limits or lacks a required column.
    pub fn rows(
        input: impl Read + Send + 'static,
        profile: &ColumnProfile,
        options: &IntakeOptions,
    ) -> Result<Rows<Self>, TableError> {
        Rows::new(input, profile, options, (&Self::FORM, Self::read))
    }

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let subject_ref = cells.required(Column::SubjectRef);
        let dose_ref = cells.required(Column::DoseRef);
        let identity = identity(cells);
        let dose = dose(cells);
        let (identity, dose) = (identity?, dose?);
        told_together(cells, &identity, &dose);
        Some(Self {
            subject_ref: subject_ref?,
            identity,
            dose_ref: DoseRef::new(dose_ref?),
            dose,
        })
    }
}

fn identity(cells: &mut Cells<'_>) -> Option<Identity> {
    let nationality = nationality(cells);
    let foreign = !nationality.is_empty() && nationality != "VN";
    let name = full_name(cells, !foreign);
    let (kind, number) = document(cells, foreign);
    let birth_date = birth_date(cells);
    let sex = sex(cells);
    let commune = cells.commune(Column::ResidenceCommune);
    let mut identity = Identity::new(name?, commune);
    identity.nationality = nationality;
    identity.document_kind = kind;
    identity.document_number = number;
    identity.birth_date = birth_date;
    identity.sex = sex;
    identity.phone = cells.text(Column::Phone);
    let check = check_identity(&identity);
    for code in check.held {
        // A power of ten has lost its digits: there is no number to list for correction.
        let lost = code == RefusalCode::IdMalformed && is_power_of_ten(&identity.document_number);
        let code = if lost {
            RowCode::CellPowerOfTen.into()
        } else {
            FindingCode::from(code)
        };
        let name = matches!(
            code,
            FindingCode::Held(RefusalCode::NameEncoding | RefusalCode::NameUnwritable)
        );
        cells.find(
            code,
            if name {
                Column::FullName
            } else {
                Column::DocumentNumber
            },
        );
    }
    for suspicion in check.suspicions {
        cells.find(suspicion, Column::DocumentNumber);
    }
    identity.document_number = check.number;
    debug_assert_eq!(foreign, is_foreign(&identity), "one rule of who is foreign");
    Some(identity)
}

fn is_power_of_ten(number: &str) -> bool {
    let number = dcc_model::IdentityNumber::analyse(
        dcc_model::DocumentKind::Cccd,
        number,
        dcc_model::NumberBearer::default(),
    );
    let lost = dcc_model::NumberFault::ScientificNotation;
    *number.verdict() == dcc_model::NumberVerdict::Malformed(lost)
}

fn dose(cells: &mut Cells<'_>) -> Option<DoseContent> {
    let written = cells.required(Column::Vaccine);
    let date = cells.required_day(Column::DoseDate);
    let vaccinating = cells.required(Column::VaccinatingFacility);
    let entering = cells.required(Column::EnteringFacility);
    let kind_word = cells.text(Column::DoseKind);
    let kind = cells.tools.dose_kinds.meaning(&kind_word);
    if kind.is_none() {
        cells.find(RowCode::DoseKindUnknown, Column::DoseKind);
    }
    let written = written?;
    let date = date?;
    if cells.tools.today.is_some_and(|today| date > today) {
        cells.find(RowCode::DateFuture, Column::DoseDate);
    }
    let vaccine = if let Some(known) = cells.tools.vaccines.meaning(&written) {
        if date < known.approved() {
            cells.find(RowCode::DoseBeforeApproval, Column::DoseDate);
        }
        known.key().to_owned()
    } else {
        cells.find(RowCode::VaccineUnknown, Column::Vaccine);
        written
    };
    let mut dose = DoseContent::new(vaccine, date, FacilityId::new(vaccinating?));
    dose.entering = FacilityId::new(entering?);
    dose.kind = kind;
    dose.lot = Some(cells.text(Column::Lot)).filter(|lot| !lot.is_empty());
    let (entered_at, form) = cells.value(Column::EnteredAt);
    if !entered_at.is_empty() {
        dose.entered_at = read_instant(
            (&entered_at, form),
            cells.tools.order,
            cells.tools.counts_from_1904,
        );
        if dose.entered_at.is_none() {
            cells.find(RowCode::EnteredAtUnreadable, Column::EnteredAt);
        }
    }
    Some(dose)
}

/// What only the person and the dose together show.
fn told_together(cells: &mut Cells<'_>, identity: &Identity, dose: &DoseContent) {
    if dose.date < FIRST_VACCINES {
        cells.find(RowCode::DoseBeforeVaccines, Column::DoseDate);
    }
    if before_birth(dose.date, &identity.birth_date) {
        cells.find(RowCode::DoseBeforeBirth, Column::DoseDate);
    }
}
