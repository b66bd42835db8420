//! The rows of the tables of facilities and delegations.

use std::io::Read;

use dcc_registry::{Delegation, Facility, FacilityId};

use super::header::{Column, TableForm};
use super::profile::ColumnProfile;
use super::row_code::RowCode;
use super::rows::{Cells, IntakeOptions, Rows};
use super::table::TableError;

/// A row of a facility table. Certificate and key are names of files beside the table, which only
/// the caller may open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FacilityRow {
    /// The facility, as yet without certificates.
    pub facility: Facility,
    /// The file of its certificate (PEM), relative to the table.
    pub certificate: Option<String>,
    /// The file of its private key (PKCS#8 PEM), relative to the table.
    pub key: Option<String>,
}

impl FacilityRow {
    const FORM: TableForm = TableForm {
        required: &[
            Column::Facility,
            Column::Name,
            Column::Commune,
            Column::SigningMode,
            Column::EnabledFrom,
        ],
        optional: &[Column::Certificate, Column::Key],
    };

    /// Opens a CSV or XLSX file of facilities and maps its header.
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
        let id = cells.required(Column::Facility);
        let name = cells.text(Column::Name);
        let commune = cells.commune(Column::Commune);
        let word = cells.required(Column::SigningMode);
        let enabled_from = cells.day(Column::EnabledFrom);
        let mode = cells.tools.signing_modes.meaning(word.as_deref()?);
        if mode.is_none() {
            cells.find(RowCode::WordUnknown, Column::SigningMode);
        }
        let mut facility = Facility::new(FacilityId::new(id?), name, commune);
        facility.mode = mode?;
        facility.enabled_from = enabled_from;
        let certificate = Some(cells.text(Column::Certificate)).filter(|file| !file.is_empty());
        let key = Some(cells.text(Column::Key)).filter(|file| !file.is_empty());
        Some(Self {
            facility,
            certificate,
            key,
        })
    }
}

/// A row of a delegation table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelegationRow {
    /// The delegation.
    pub delegation: Delegation,
}

impl DelegationRow {
    const FORM: TableForm = TableForm {
        required: &[
            Column::Grantor,
            Column::Grantee,
            Column::ValidFrom,
            Column::ValidTo,
            Column::Reference,
        ],
        optional: &[Column::ScopeFrom, Column::ScopeTo],
    };

    /// Opens a CSV or XLSX file of delegations and maps its header.
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
        let grantor = cells.required(Column::Grantor);
        let grantee = cells.required(Column::Grantee);
        let reference = cells.required(Column::Reference);
        let from = cells.required_day(Column::ValidFrom);
        let to = cells.required_day(Column::ValidTo);
        let scope_from = cells.day(Column::ScopeFrom);
        let scope_to = cells.day(Column::ScopeTo);
        let days = (from?, to?);
        if days.1 < days.0 {
            cells.find(RowCode::DateRange, Column::ValidTo);
        }
        if scope_from.zip(scope_to).is_some_and(|(from, to)| to < from) {
            cells.find(RowCode::DateRange, Column::ScopeTo);
        }
        let mut delegation = Delegation::new(
            FacilityId::new(grantor?),
            FacilityId::new(grantee?),
            reference?,
            days,
        );
        delegation.scope_from = scope_from;
        delegation.scope_to = scope_to;
        Some(Self { delegation })
    }
}
