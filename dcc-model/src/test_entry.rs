//! A test entry.

use core::fmt;

use serde_json::{Map, Value};

use crate::DateTimeText;

/// What a [`TestEntry`] is made of.
#[derive(Clone, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "filled in by whoever issues; the schema is closed and will not grow"
)]
pub struct TestFields {
    /// `tg`: disease or agent targeted.
    pub disease: String,
    /// `tt`: type of test.
    pub test_type: String,
    /// `nm`: name of a NAA test.
    pub test_name: Option<String>,
    /// `ma`: device of a rapid test.
    pub device: Option<String>,
    /// `sc`: date and time of sample collection.
    pub sampled_at: DateTimeText,
    /// `dr`: date and time of the result; withdrawn in 1.2.0.
    pub resulted_at: Option<DateTimeText>,
    /// `tr`: test result.
    pub result: String,
    /// `tc`: testing centre.
    pub centre: Option<String>,
    /// `co`: country of test.
    pub country: String,
    /// `is`: certificate issuer.
    pub issuer: String,
    /// `ci`: unique certificate identifier (UVCI).
    pub certificate_id: String,
}

/// A test (DCC schema 1.3.3, `test_entry`).
///
/// `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct TestEntry {
    fields: TestFields,
    unknown: Map<String, Value>,
}

impl TestEntry {
    /// An entry of these values.
    pub fn new(fields: TestFields) -> Self {
        Self {
            fields,
            unknown: Map::new(),
        }
    }

    pub(crate) const fn with_unknown(fields: TestFields, unknown: Map<String, Value>) -> Self {
        Self { fields, unknown }
    }

    /// `tg`: disease or agent targeted.
    pub fn disease(&self) -> &str {
        &self.fields.disease
    }

    /// `tt`: type of test.
    pub fn test_type(&self) -> &str {
        &self.fields.test_type
    }

    /// `nm`: name of a NAA test.
    pub fn test_name(&self) -> Option<&str> {
        self.fields.test_name.as_deref()
    }

    /// `ma`: device of a rapid test.
    pub fn device(&self) -> Option<&str> {
        self.fields.device.as_deref()
    }

    /// `sc`: date and time of sample collection.
    pub const fn sampled_at(&self) -> &DateTimeText {
        &self.fields.sampled_at
    }

    /// `dr`: date and time of the result; withdrawn in 1.2.0.
    pub const fn resulted_at(&self) -> Option<&DateTimeText> {
        self.fields.resulted_at.as_ref()
    }

    /// `tr`: test result.
    pub fn result(&self) -> &str {
        &self.fields.result
    }

    /// `tc`: testing centre.
    pub fn centre(&self) -> Option<&str> {
        self.fields.centre.as_deref()
    }

    /// `co`: country of test.
    pub fn country(&self) -> &str {
        &self.fields.country
    }

    /// `is`: certificate issuer.
    pub fn issuer(&self) -> &str {
        &self.fields.issuer
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
        put("tt", Value::from(fields.test_type.as_str()));
        if let Some(test_name) = &fields.test_name {
            put("nm", Value::from(test_name.as_str()));
        }
        if let Some(device) = &fields.device {
            put("ma", Value::from(device.as_str()));
        }
        put("sc", Value::from(fields.sampled_at.as_str()));
        if let Some(resulted_at) = &fields.resulted_at {
            put("dr", Value::from(resulted_at.as_str()));
        }
        put("tr", Value::from(fields.result.as_str()));
        if let Some(centre) = &fields.centre {
            put("tc", Value::from(centre.as_str()));
        }
        put("co", Value::from(fields.country.as_str()));
        put("is", Value::from(fields.issuer.as_str()));
        put("ci", Value::from(fields.certificate_id.as_str()));
        members.extend(self.unknown.clone());
        Value::Object(members)
    }
}

impl fmt::Debug for TestEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestEntry(..)")
    }
}

impl fmt::Debug for TestFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestFields(..)")
    }
}
