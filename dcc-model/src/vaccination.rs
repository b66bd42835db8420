//! A vaccination entry.

use core::fmt;

use serde_json::{Map, Value};

use crate::DateText;

/// What a [`Vaccination`] is made of.
#[derive(Clone, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "filled in by whoever issues; the schema is closed and will not grow"
)]
pub struct VaccinationFields {
    /// `tg`: disease or agent targeted.
    pub disease: String,
    /// `vp`: vaccine or prophylaxis.
    pub vaccine: String,
    /// `mp`: vaccine medicinal product.
    pub product: String,
    /// `ma`: marketing authorisation holder or manufacturer.
    pub holder: String,
    /// `dn`: number of doses received.
    pub dose_number: i64,
    /// `sd`: doses of the series.
    pub series: i64,
    /// `dt`: date of vaccination.
    pub date: DateText,
    /// `co`: country of vaccination.
    pub country: String,
    /// `is`: certificate issuer.
    pub issuer: String,
    /// `ci`: unique certificate identifier (UVCI).
    pub certificate_id: String,
}

/// A vaccination (DCC schema 1.3.3, `vaccination_entry`).
///
/// `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct Vaccination {
    fields: VaccinationFields,
    unknown: Map<String, Value>,
}

impl Vaccination {
    /// An entry of these values.
    pub fn new(fields: VaccinationFields) -> Self {
        Self {
            fields,
            unknown: Map::new(),
        }
    }

    pub(crate) const fn with_unknown(
        fields: VaccinationFields,
        unknown: Map<String, Value>,
    ) -> Self {
        Self { fields, unknown }
    }

    /// `tg`: disease or agent targeted.
    pub fn disease(&self) -> &str {
        &self.fields.disease
    }

    /// `vp`: vaccine or prophylaxis.
    pub fn vaccine(&self) -> &str {
        &self.fields.vaccine
    }

    /// `mp`: vaccine medicinal product.
    pub fn product(&self) -> &str {
        &self.fields.product
    }

    /// `ma`: marketing authorisation holder or manufacturer.
    pub fn holder(&self) -> &str {
        &self.fields.holder
    }

    /// `dn`: number of doses received.
    pub const fn dose_number(&self) -> i64 {
        self.fields.dose_number
    }

    /// `sd`: doses of the series.
    pub const fn series(&self) -> i64 {
        self.fields.series
    }

    /// `dt`: date of vaccination.
    pub const fn date(&self) -> &DateText {
        &self.fields.date
    }

    /// `co`: country of vaccination.
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
        put("vp", Value::from(fields.vaccine.as_str()));
        put("mp", Value::from(fields.product.as_str()));
        put("ma", Value::from(fields.holder.as_str()));
        put("dn", Value::from(fields.dose_number));
        put("sd", Value::from(fields.series));
        put("dt", Value::from(fields.date.as_str()));
        put("co", Value::from(fields.country.as_str()));
        put("is", Value::from(fields.issuer.as_str()));
        put("ci", Value::from(fields.certificate_id.as_str()));
        members.extend(self.unknown.clone());
        Value::Object(members)
    }
}

impl fmt::Debug for Vaccination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vaccination(..)")
    }
}

impl fmt::Debug for VaccinationFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaccinationFields(..)")
    }
}
