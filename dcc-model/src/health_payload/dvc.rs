//! The minimal vaccination certificate under the claim -6 (WHO's DVC; the ICVP is one with a
//! product of its own list).

use core::fmt;

use serde_json::Value;

use super::members::Members;
use crate::{BirthDate, DateText, SchemaError};

/// A holder and one vaccination.
#[derive(Clone, PartialEq)]
pub struct DvcCertificate {
    name: String,
    birth_date: Option<BirthDate>,
    sex: Option<String>,
    nationality: Option<String>,
    national_id: Option<String>,
    guardian: Option<String>,
    vaccination: DvcVaccination,
}

/// The vaccination: `v` is one map, not an array.
#[derive(Clone, PartialEq)]
pub struct DvcVaccination {
    dose: Option<String>,
    disease: Option<String>,
    vaccine: Option<String>,
    product: Option<String>,
    manufacturer: Option<String>,
    manufacturer_id: Option<String>,
    date: Option<DateText>,
    batch: Option<String>,
    valid_from: Option<DateText>,
    valid_until: Option<DateText>,
    clinician: Option<String>,
    issuer: Option<String>,
}

impl DvcCertificate {
    /// Reads the payload. A name and a vaccination must be there.
    ///
    /// # Errors
    ///
    /// [`SchemaError`].
    pub fn from_json(payload: &Value) -> Result<Self, SchemaError> {
        let members = Members::of(payload)?;
        let place = members.place("v");
        let vaccination = members
            .value("v")
            .ok_or_else(|| SchemaError::Missing { at: place.clone() })?;
        Ok(Self {
            name: members.required_text("n")?,
            birth_date: members.text("dob")?.map(BirthDate::new),
            sex: members.text("s")?,
            nationality: members.text("ntl")?,
            national_id: members.text("nid")?,
            guardian: members.text("gn")?,
            vaccination: DvcVaccination::read(&Members::at(vaccination, place)?)?,
        })
    }

    /// `n`: the holder's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `dob`.
    pub const fn birth_date(&self) -> Option<&BirthDate> {
        self.birth_date.as_ref()
    }

    /// `s`.
    pub fn sex(&self) -> Option<&str> {
        self.sex.as_deref()
    }

    /// `ntl`.
    pub fn nationality(&self) -> Option<&str> {
        self.nationality.as_deref()
    }

    /// `nid`: the number of the holder's document.
    pub fn national_id(&self) -> Option<&str> {
        self.national_id.as_deref()
    }

    /// `gn`: parent or guardian.
    pub fn guardian(&self) -> Option<&str> {
        self.guardian.as_deref()
    }

    /// `v`.
    pub const fn vaccination(&self) -> &DvcVaccination {
        &self.vaccination
    }
}

impl DvcVaccination {
    fn read(members: &Members<'_>) -> Result<Self, SchemaError> {
        let date = |name| Ok(members.text(name)?.map(DateText::new));
        Ok(Self {
            dose: members.text("dn")?,
            disease: members.text("tg")?,
            vaccine: members.text("vp")?,
            product: members.text("mp")?,
            manufacturer: members.text("ma")?,
            manufacturer_id: members.text("mid")?,
            date: date("dt")?,
            batch: members.text("bo")?,
            valid_from: date("vls")?,
            valid_until: date("vle")?,
            clinician: members.text("cn")?,
            issuer: members.text("is")?,
        })
    }

    /// `dn`: a number or a word such as `Primary`.
    pub fn dose(&self) -> Option<&str> {
        self.dose.as_deref()
    }

    /// `tg`: ICD-11 or SNOMED CT.
    pub fn disease(&self) -> Option<&str> {
        self.disease.as_deref()
    }

    /// `vp`: the kind of vaccine; of an ICVP, a product of WHO's list.
    pub fn vaccine(&self) -> Option<&str> {
        self.vaccine.as_deref()
    }

    /// `mp`.
    pub fn product(&self) -> Option<&str> {
        self.product.as_deref()
    }

    /// `ma`.
    pub fn manufacturer(&self) -> Option<&str> {
        self.manufacturer.as_deref()
    }

    /// `mid`.
    pub fn manufacturer_id(&self) -> Option<&str> {
        self.manufacturer_id.as_deref()
    }

    /// `dt`.
    pub const fn date(&self) -> Option<&DateText> {
        self.date.as_ref()
    }

    /// `bo`: the batch.
    pub fn batch(&self) -> Option<&str> {
        self.batch.as_deref()
    }

    /// `vls`: the first day on which the vaccination counts.
    pub const fn valid_from(&self) -> Option<&DateText> {
        self.valid_from.as_ref()
    }

    /// `vle`: the last day on which the vaccination counts.
    pub const fn valid_until(&self) -> Option<&DateText> {
        self.valid_until.as_ref()
    }

    /// `cn`: who gave it.
    pub fn clinician(&self) -> Option<&str> {
        self.clinician.as_deref()
    }

    /// `is`: who issued the certificate.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

impl fmt::Debug for DvcCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DvcCertificate")
    }
}

impl fmt::Debug for DvcVaccination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DvcVaccination")
    }
}
