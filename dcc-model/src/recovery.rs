//! A recovery entry.

use core::fmt;

use serde_json::{Map, Value};

use crate::DateText;

/// What a [`Recovery`] is made of.
#[derive(Clone, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "filled in by whoever issues; the schema is closed and will not grow"
)]
pub struct RecoveryFields {
    /// `tg`: disease or agent targeted.
    pub disease: String,
    /// `fr`: date of the first positive test.
    pub first_positive: DateText,
    /// `co`: country of test.
    pub country: String,
    /// `is`: certificate issuer.
    pub issuer: String,
    /// `df`: first day of validity.
    pub valid_from: DateText,
    /// `du`: last day of validity.
    pub valid_until: DateText,
    /// `ci`: unique certificate identifier (UVCI).
    pub certificate_id: String,
}

/// A recovery (DCC schema 1.3.3, `recovery_entry`).
///
/// `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct Recovery {
    fields: RecoveryFields,
    unknown: Map<String, Value>,
}

impl Recovery {
    /// An entry of these values.
    pub fn new(fields: RecoveryFields) -> Self {
        Self {
            fields,
            unknown: Map::new(),
        }
    }

    pub(crate) const fn with_unknown(fields: RecoveryFields, unknown: Map<String, Value>) -> Self {
        Self { fields, unknown }
    }

    /// `tg`: disease or agent targeted.
    pub fn disease(&self) -> &str {
        &self.fields.disease
    }

    /// `fr`: date of the first positive test.
    pub const fn first_positive(&self) -> &DateText {
        &self.fields.first_positive
    }

    /// `co`: country of test.
    pub fn country(&self) -> &str {
        &self.fields.country
    }

    /// `is`: certificate issuer.
    pub fn issuer(&self) -> &str {
        &self.fields.issuer
    }

    /// `df`: first day of validity.
    pub const fn valid_from(&self) -> &DateText {
        &self.fields.valid_from
    }

    /// `du`: last day of validity.
    pub const fn valid_until(&self) -> &DateText {
        &self.fields.valid_until
    }

    /// `ci`: unique certificate identifier (UVCI).
    pub fn certificate_id(&self) -> &str {
        &self.fields.certificate_id
    }

    /// Members which the schema does not know.
    pub const fn unknown_members(&self) -> &Map<String, Value> {
        &self.unknown
    }

    pub(crate) fn to_json(&self) -> Value {
        let fields = &self.fields;
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("tg", Value::from(fields.disease.as_str()));
        put("fr", Value::from(fields.first_positive.as_str()));
        put("co", Value::from(fields.country.as_str()));
        put("is", Value::from(fields.issuer.as_str()));
        put("df", Value::from(fields.valid_from.as_str()));
        put("du", Value::from(fields.valid_until.as_str()));
        put("ci", Value::from(fields.certificate_id.as_str()));
        members.extend(self.unknown.clone());
        Value::Object(members)
    }
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recovery(..)")
    }
}

impl fmt::Debug for RecoveryFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryFields(..)")
    }
}
