//! Intake: tables of doses, people, facilities and delegations as offices export them.
//!
//! CSV (UTF-8 with or without byte order mark; `,` `;` or tab) and XLSX are read in a stream of
//! rows. Every row ends accepted, accepted with findings, or refused, with codes in both languages
//! and its row number; a row never ends the import, and nothing is repaired silently. What a
//! number, a date or a name could mean beside what it says is a finding for somebody to confirm.
//!
//! ```
//! use dcc_issue::intake::{ColumnProfile, DoseRow, IntakeOptions, RowState};
//!
//! let file = "\
//! Mã đối tượng;Họ và tên;Ngày sinh;Giới tính;Quốc tịch;Loại giấy tờ;Số CCCD/CMND;Mã xã;\
//! Mã mũi tiêm;Vắc xin;Số lô;Ngày tiêm;Mũi tiêm;Cơ sở tiêm;Cơ sở nhập
//! S1;Nguyễn Văn An;02/05/1948;Nam;VN;CCCD;1048000123;00001;D1;Vero Cell;;01/09/2021;Mũi 1;F1;F1
//! ";
//! let rows = DoseRow::rows(
//!     file.as_bytes(),
//!     &ColumnProfile::default(),
//!     &IntakeOptions::default(),
//! )?;
//! for row in rows {
//!     let row = row?;
//!     assert_eq!((row.row, row.state()), (2, RowState::WithFindings));
//!     // Excel dropped the zeros of 001048000123.
//!     assert_eq!(row.findings[0].code.code(), "id-leading-zero-lost");
//! }
//! # Ok::<(), dcc_issue::intake::TableError>(())
//! ```

mod csv;
mod dates;
mod directory_row;
mod dose_row;
mod header;
mod identity_check;
mod person;
mod profile;
mod report;
mod return_row;
mod row_code;
mod rows;
mod subjects;
mod table;
mod text;
mod vocabulary;
mod xlsx;

pub use dates::DateOrder;
pub(crate) use dates::iso_date_of;
pub use directory_row::{DelegationRow, FacilityRow};
pub use dose_row::DoseRow;
pub use header::Column;
pub use identity_check::{IdentityCheck, check_dose, check_identity, is_foreign};
pub use person::PersonRow;
pub use profile::{ColumnProfile, ProfileError};
pub use report::{IntakeReport, RefusedRow};
pub use return_row::{ReturnRow, ReviewResult};
pub use row_code::{FindingCode, RowCode, RowFinding};
pub use rows::{IntakeOptions, RowOutcome, RowState, Rows};
pub use subjects::{document_key, intakes};
pub use table::{TableError, TableFault, TableLimits};
pub use text::name_damage;

#[cfg(test)]
mod tests;
