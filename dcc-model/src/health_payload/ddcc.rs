//! A vaccination by the core data set of WHO's DDCC:VS, under the claim 3 or as the CWT itself.

use core::fmt;

use serde_json::Value;

use super::members::Members;
use crate::schema::Expected;
use crate::{BirthDate, DateText, SchemaError};

/// A holder and one vaccination.
#[derive(Clone, PartialEq)]
pub struct DdccVaccination {
    name: String,
    birth_date: Option<BirthDate>,
    identifier: Option<String>,
    sex: Option<CodedValue>,
    vaccine: Option<CodedValue>,
    brand: Option<CodedValue>,
    manufacturer: Option<CodedValue>,
    authorization_holder: Option<CodedValue>,
    lot: Option<String>,
    date: Option<DateText>,
    dose: Option<i64>,
    total_doses: Option<i64>,
    country: Option<CodedValue>,
    centre: Option<String>,
    health_worker: Option<String>,
    disease: Option<CodedValue>,
    due_date: Option<DateText>,
    authority: Option<String>,
    certificate_id: Option<String>,
    valid_from: Option<DateText>,
    valid_until: Option<DateText>,
}

/// A code of a system, or a text without either such as `Organization/973`.
#[derive(Clone, PartialEq, Eq)]
pub struct CodedValue {
    code: String,
    system: Option<String>,
    display: Option<String>,
}

impl CodedValue {
    fn read(members: &Members<'_>, name: &str) -> Result<Option<Self>, SchemaError> {
        let place = members.place(name);
        match members.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(Self {
                code: text.clone(),
                system: None,
                display: None,
            })),
            Some(value @ Value::Object(_)) => {
                let parts = Members::at(value, place)?;
                Ok(Some(Self {
                    code: parts.required_text("code")?,
                    system: parts.text("system")?,
                    display: parts.text("display")?,
                }))
            }
            Some(_) => Err(SchemaError::WrongType {
                at: place,
                expected: Expected::Map,
            }),
        }
    }

    /// The code, or the text where there is no system.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The system, such as `http://snomed.info/sct`.
    pub fn system(&self) -> Option<&str> {
        self.system.as_deref()
    }

    /// What the issuer calls it.
    pub fn display(&self) -> Option<&str> {
        self.display.as_deref()
    }
}

impl DdccVaccination {
    /// Reads the payload. A name must be there.
    ///
    /// # Errors
    ///
    /// [`SchemaError`].
    pub fn from_json(payload: &Value) -> Result<Self, SchemaError> {
        let members = Members::of(payload)?;
        let coded = |name| CodedValue::read(&members, name);
        let date = |name| Ok(members.text(name)?.map(DateText::new));
        Ok(Self {
            name: members.required_text("name")?,
            birth_date: members.text("birthDate")?.map(BirthDate::new),
            identifier: members.text("identifier")?,
            sex: coded("sex")?,
            vaccine: coded("vaccine")?,
            brand: coded("brand")?,
            manufacturer: coded("manufacturer")?,
            authorization_holder: coded("ma_holder")?,
            lot: members.text("lot")?,
            date: date("date")?,
            dose: members.number("dose")?,
            total_doses: members.number("total_doses")?,
            country: coded("country")?,
            centre: members.text("centre")?,
            health_worker: members.text("hw")?,
            disease: coded("disease")?,
            due_date: date("due_date")?,
            authority: members.text("pha")?,
            certificate_id: members.text("hcid")?,
            valid_from: date("valid_from")?,
            valid_until: date("valid_until")?,
        })
    }

    /// `name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `birthDate`.
    pub const fn birth_date(&self) -> Option<&BirthDate> {
        self.birth_date.as_ref()
    }

    /// `identifier`: the number of the holder's document.
    pub fn identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// `sex`.
    pub const fn sex(&self) -> Option<&CodedValue> {
        self.sex.as_ref()
    }

    /// `vaccine`: the kind of vaccine.
    pub const fn vaccine(&self) -> Option<&CodedValue> {
        self.vaccine.as_ref()
    }

    /// `brand`: the product.
    pub const fn brand(&self) -> Option<&CodedValue> {
        self.brand.as_ref()
    }

    /// `manufacturer`.
    pub const fn manufacturer(&self) -> Option<&CodedValue> {
        self.manufacturer.as_ref()
    }

    /// `ma_holder`: the holder of the marketing authorisation.
    pub const fn authorization_holder(&self) -> Option<&CodedValue> {
        self.authorization_holder.as_ref()
    }

    /// `lot`: the batch.
    pub fn lot(&self) -> Option<&str> {
        self.lot.as_deref()
    }

    /// `date`: when it was given.
    pub const fn date(&self) -> Option<&DateText> {
        self.date.as_ref()
    }

    /// `dose`: the number of the dose.
    pub const fn dose(&self) -> Option<i64> {
        self.dose
    }

    /// `total_doses`.
    pub const fn total_doses(&self) -> Option<i64> {
        self.total_doses
    }

    /// `country`: where it was given.
    pub const fn country(&self) -> Option<&CodedValue> {
        self.country.as_ref()
    }

    /// `centre`: where it was given.
    pub fn centre(&self) -> Option<&str> {
        self.centre.as_deref()
    }

    /// `hw`: who gave it.
    pub fn health_worker(&self) -> Option<&str> {
        self.health_worker.as_deref()
    }

    /// `disease`.
    pub const fn disease(&self) -> Option<&CodedValue> {
        self.disease.as_ref()
    }

    /// `due_date`: when the next dose is due.
    pub const fn due_date(&self) -> Option<&DateText> {
        self.due_date.as_ref()
    }

    /// `pha`: the public health authority.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// `hcid`: the id of the certificate.
    pub fn certificate_id(&self) -> Option<&str> {
        self.certificate_id.as_deref()
    }

    /// `valid_from`.
    pub const fn valid_from(&self) -> Option<&DateText> {
        self.valid_from.as_ref()
    }

    /// `valid_until`.
    pub const fn valid_until(&self) -> Option<&DateText> {
        self.valid_until.as_ref()
    }
}

impl fmt::Debug for DdccVaccination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DdccVaccination")
    }
}

impl fmt::Debug for CodedValue {
    /// The system only: a code may say a person's sex or disease.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodedValue({})", self.system().unwrap_or("text"))
    }
}
