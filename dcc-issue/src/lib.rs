#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

// -- held lists, cleaning, statistics, life of a record
pub mod audit;
#[cfg(feature = "card")]
mod card;
pub mod cleaning;
pub mod doctor;
pub mod explain;
mod held;
pub mod lookup;
mod province;
mod signed_record;
pub mod statistics;

// -- intake
mod holder_name;
pub mod import;
pub mod intake;
mod population_file;
mod refusal;
#[cfg(feature = "synthetic")]
pub mod synthetic;
mod table_output;

// -- who gets a certificate
pub mod attestation;
pub mod campaign;
pub mod central;
mod certificate_file;
pub mod check;
pub mod eligibility;
pub mod life;
mod signing_directory;

#[cfg(feature = "card")]
pub use card::passport_card;
pub use certificate_file::certificate_ders;
pub use held::{HeldCount, HeldError, HeldFolder, HeldRow, HeldSummary, HeldWriter, MemoryFolder};
pub use holder_name::holder_name;
pub use population_file::{PopulationFile, PopulationFileError};
pub use province::province_of;
pub use refusal::{RefusalCode, RefusalState};
pub use signed_record::{RecordError, RecordPurpose, sign_record, verify_record};
pub use signing_directory::{DoseSigner, SigningDirectory};
pub use table_output::{OutputError, OutputTable, csv_bytes, xlsx_bytes};

/// The guide for platforms, whose code is compiled here.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embed-issuance.md")]
struct EmbedIssuance;
