//! Reading a payload: what must be right, and what is only remarked on.
//!
//! The structure must hold as the corpus of real certificates asks of every verifier; patterns,
//! formats, lengths and the rules of the declared schema version become remarks.

use serde_json::{Map, Value};

use crate::entry::{Entry, EntryKind};
use crate::{Certificate, Location, PersonName, RejectCode, Remark, RemarkCode};

mod groups;
mod reader;
mod text;
mod version;

#[cfg(test)]
mod tests;

use reader::Reader;
use text::TextKind;
use version::VersionRules;

/// What a member of the payload has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// An array.
    Array,
    /// A map.
    Map,
    /// A text.
    Text,
    /// A whole number of 64 bits.
    WholeNumber,
}

/// Why a payload is not a DCC. Holds places, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A required member is absent or null.
    #[error("{at} is missing")]
    Missing {
        /// Where it should be.
        at: Location,
    },
    /// None of `v`, `t`, `r` has an entry.
    #[error("there is no entry in v, t or r")]
    NoEntry,
    /// There is more than one entry in `v`, `t` and `r`.
    #[error("there is more than one entry in v, t and r: {at}")]
    SeveralEntries {
        /// Where the second one is.
        at: Location,
    },
    /// A member has the wrong type.
    #[error("{at} is of the wrong type")]
    WrongType {
        /// Which member.
        at: Location,
        /// What it should be.
        expected: Expected,
    },
}

impl SchemaError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Missing { .. } => RejectCode::SchemaFieldMissing,
            Self::NoEntry => RejectCode::SchemaNoEntry,
            Self::SeveralEntries { .. } => RejectCode::SchemaSeveralEntries,
            Self::WrongType { expected, .. } => match expected {
                Expected::Array | Expected::Map => RejectCode::SchemaStructure,
                Expected::Text | Expected::WholeNumber => RejectCode::SchemaFieldType,
            },
        }
    }

    /// The place where it was found.
    pub fn at(&self) -> Location {
        match self {
            Self::Missing { at } | Self::SeveralEntries { at } | Self::WrongType { at, .. } => {
                at.clone()
            }
            Self::NoEntry => ROOT,
        }
    }

    const fn wrong_type(at: Location, expected: Expected) -> Self {
        Self::WrongType { at, expected }
    }
}

const ROOT: Location = Location::fixed("payload");

/// Members of the payload itself.
const TOP_LEVEL: &[&str] = &["ver", "nam", "dob", "v", "t", "r"];

pub(crate) fn read(payload: &Value) -> Result<(Certificate, Vec<Remark>), SchemaError> {
    let members = payload
        .as_object()
        .ok_or(SchemaError::wrong_type(ROOT, Expected::Map))?;
    let mut remarks = Vec::new();
    let mut top = Reader::new(members, "", VersionRules::NEWEST, &mut remarks);
    let schema_version = top.text("ver", TextKind::Plain)?;
    let (rules, remark) = VersionRules::declared(&schema_version);
    if let Some(code) = remark {
        top.remark(code, "ver");
    }
    let name_members = top.map("nam")?;
    let birth_date = top.with_rules(rules).birth_date("dob")?;
    let unknown = top.unknown(TOP_LEVEL);
    let name = read_name(Reader::new(name_members, "nam", rules, &mut remarks))?;
    let (kind, entry) = single_entry(members, &mut remarks)?;
    let reader = Reader::new(entry, kind.path(), rules, &mut remarks);
    let entry = match kind {
        EntryKind::Recovery => Entry::Recovery(groups::recovery(reader)?),
        EntryKind::Test => Entry::Test(groups::test(reader)?),
        EntryKind::Vaccination => Entry::Vaccination(groups::vaccination(reader)?),
    };
    let certificate = Certificate {
        schema_version,
        name,
        birth_date,
        entry,
        unknown,
    };
    Ok((certificate, remarks))
}

fn read_name(mut reader: Reader<'_, '_>) -> Result<PersonName, SchemaError> {
    let name = PersonName {
        surname: reader.optional_text("fn", TextKind::Name)?,
        given_name: reader.optional_text("gn", TextKind::Name)?,
        standard_surname: reader.optional_text("fnt", TextKind::StandardName)?,
        standard_given_name: reader.optional_text("gnt", TextKind::StandardName)?,
        unknown: reader.unknown(&["fn", "gn", "fnt", "gnt"]),
    };
    if name.standard_surname.is_none() {
        if name.standard_given_name.is_none() {
            return Err(SchemaError::Missing {
                at: reader.place("fnt"),
            });
        }
        if reader.rules().standard_surname_required() {
            reader.remark(RemarkCode::VersionLimit, "fnt");
        }
    }
    for (part, member) in [
        (&name.surname, "fn"),
        (&name.given_name, "gn"),
        (&name.standard_surname, "fnt"),
        (&name.standard_given_name, "gnt"),
    ] {
        if part.is_none() {
            reader.remark(RemarkCode::NamePartMissing, member);
        }
    }
    Ok(name)
}

/// The only entry of the only group that has one. Null and empty groups do not count.
fn single_entry<'a>(
    members: &'a Map<String, Value>,
    remarks: &mut Vec<Remark>,
) -> Result<(EntryKind, &'a Map<String, Value>), SchemaError> {
    let mut found = None;
    for kind in EntryKind::ALL {
        let at = Location::fixed(kind.group());
        let entries = match members.get(kind.group()) {
            None => continue,
            Some(Value::Null) => &[],
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(_) => return Err(SchemaError::wrong_type(at, Expected::Array)),
        };
        let entry = match entries {
            [] => {
                remarks.push(Remark::new(RemarkCode::GroupNull, at));
                continue;
            }
            [entry] => entry,
            [..] => return Err(SchemaError::SeveralEntries { at: at.item(1) }),
        };
        if found.is_some() {
            return Err(SchemaError::SeveralEntries {
                at: Location::fixed(kind.path()),
            });
        }
        let Value::Object(entry) = entry else {
            return Err(SchemaError::wrong_type(
                Location::fixed(kind.path()),
                Expected::Map,
            ));
        };
        found = Some((*kind, entry));
    }
    found.ok_or(SchemaError::NoEntry)
}
