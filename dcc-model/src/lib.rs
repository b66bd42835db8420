#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod certificate;
mod date;
mod entry;
mod health_payload;
mod identity;
mod issuing;
mod lang;
mod name_agreement;
mod passport;
mod person_name;
mod recovery;
mod reject_code;
mod remark;
mod schema;
mod stage;
mod test_entry;
mod time;
mod transliteration;
mod uvci;
mod vaccination;
mod vaccine;
mod value_set;

pub use jiff::civil;

pub use certificate::Certificate;
pub use date::{BirthDate, DateForm, DateText, DateTimeText};
pub use entry::{Entry, EntryKind};
pub use health_payload::{
    CodedValue, DdccVaccination, DvcCertificate, DvcVaccination, HealthClaim, HealthLink,
    HealthPayload,
};
pub use identity::{
    DocumentKind, IdentityNumber, NumberBearer, NumberFault, NumberSuspicion, NumberVerdict,
    Province, Sex,
};
pub use issuing::issuing_deviations;
pub use lang::{Coded, Lang};
pub use name_agreement::{NameAgreement, name_key, names_agree};
pub use passport::{PassportField, VaccinePassport};
pub use person_name::PersonName;
pub use recovery::{Recovery, RecoveryFields};
pub use reject_code::RejectCode;
pub use remark::{Location, Remark, RemarkClass, RemarkCode};
pub use schema::{Expected, SchemaError};
pub use stage::Stage;
pub use test_entry::{TestEntry, TestFields};
pub use time::{TimeParseError, Timestamp};
pub use transliteration::{Script, TransliterationError, transliterate};
pub use uvci::{Checksum, Uvci, check_character};
pub use vaccination::{Vaccination, VaccinationFields};
pub use vaccine::VietnamVaccine;
pub use value_set::{EncodingRow, ValueSetEntry, ValueSetError, ValueSetId, ValueSets};
