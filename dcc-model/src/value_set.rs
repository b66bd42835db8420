//! Value sets: which codes there are and what they are called.

use alloc::borrow::Cow;

use serde_json::Value;

use crate::{Certificate, Entry, Location, Remark, RemarkCode, VaccinationFields};

mod entry;
mod load;
#[rustfmt::skip]
mod tables;

pub use entry::{EncodingRow, ValueSetEntry};
pub use load::ValueSetError;

/// One of the eight value sets of the DCC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueSetId {
    /// `tg`.
    Disease,
    /// `v.vp`.
    VaccineType,
    /// `v.mp`.
    VaccineProduct,
    /// `v.ma`.
    VaccineHolder,
    /// `t.tt`.
    TestType,
    /// `t.tr`.
    TestResult,
    /// `t.ma`.
    TestDevice,
    /// `co`.
    Country,
}

impl ValueSetId {
    /// Every value set.
    pub const ALL: &'static [Self] = &[
        Self::Disease,
        Self::VaccineType,
        Self::VaccineProduct,
        Self::VaccineHolder,
        Self::TestType,
        Self::TestResult,
        Self::TestDevice,
        Self::Country,
    ];

    /// The `valueSetId` of the published files, which business rules use too.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Disease => "disease-agent-targeted",
            Self::VaccineType => "sct-vaccines-covid-19",
            Self::VaccineProduct => "vaccines-covid-19-names",
            Self::VaccineHolder => "vaccines-covid-19-auth-holders",
            Self::TestType => "covid-19-lab-test-type",
            Self::TestResult => "covid-19-lab-result",
            Self::TestDevice => "covid-19-lab-test-manufacturer-and-name",
            Self::Country => "country-2-codes",
        }
    }
}

/// The eight value sets and the encoding instructions for vaccines.
///
/// ```
/// use dcc_model::{ValueSetId, ValueSets};
///
/// let sets = ValueSets::builtin();
/// let product = sets.display(ValueSetId::VaccineProduct, "EU/1/21/1529");
/// assert_eq!(product, Some("Vaxzevria"));
/// assert!(sets.is_one_row("EU/1/21/1529", "ORG-100001699", "29061000087103"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSets {
    disease: Cow<'static, [ValueSetEntry]>,
    vaccine_type: Cow<'static, [ValueSetEntry]>,
    vaccine_product: Cow<'static, [ValueSetEntry]>,
    vaccine_holder: Cow<'static, [ValueSetEntry]>,
    test_type: Cow<'static, [ValueSetEntry]>,
    test_result: Cow<'static, [ValueSetEntry]>,
    test_device: Cow<'static, [ValueSetEntry]>,
    country: Cow<'static, [ValueSetEntry]>,
    encoding_rows: Cow<'static, [EncodingRow]>,
}

impl ValueSets {
    /// Release 2.12.0, compiled in.
    ///
    /// Of the test devices it has those that were published with the release as an example; the
    /// living list is at the gateway, see [`from_json`](Self::from_json).
    pub const fn builtin() -> Self {
        Self {
            disease: Cow::Borrowed(tables::DISEASE),
            vaccine_type: Cow::Borrowed(tables::VACCINE_TYPE),
            vaccine_product: Cow::Borrowed(tables::VACCINE_PRODUCT),
            vaccine_holder: Cow::Borrowed(tables::VACCINE_HOLDER),
            test_type: Cow::Borrowed(tables::TEST_TYPE),
            test_result: Cow::Borrowed(tables::TEST_RESULT),
            test_device: Cow::Borrowed(tables::TEST_DEVICE),
            country: Cow::Borrowed(tables::COUNTRY),
            encoding_rows: Cow::Borrowed(tables::ENCODING_ROWS),
        }
    }

    /// The built-in sets, with those of `files` in their place. Each file is a published value
    /// set: `{"valueSetId": .., "valueSetValues": {code: {"display": .., "active": ..}}}`, or the
    /// encoding instructions.
    ///
    /// # Errors
    ///
    /// A file has another form or a `valueSetId` that is not one of the DCC's.
    pub fn from_json(files: &[Value]) -> Result<Self, ValueSetError> {
        let mut sets = Self::builtin();
        for file in files {
            load::replace(&mut sets, file)?;
        }
        Ok(sets)
    }

    /// The entries of a set, in order of their codes.
    pub fn entries(&self, set: ValueSetId) -> &[ValueSetEntry] {
        match set {
            ValueSetId::Disease => &self.disease,
            ValueSetId::VaccineType => &self.vaccine_type,
            ValueSetId::VaccineProduct => &self.vaccine_product,
            ValueSetId::VaccineHolder => &self.vaccine_holder,
            ValueSetId::TestType => &self.test_type,
            ValueSetId::TestResult => &self.test_result,
            ValueSetId::TestDevice => &self.test_device,
            ValueSetId::Country => &self.country,
        }
    }

    /// The entry of `code`; white space at its ends does not count.
    pub fn entry(&self, set: ValueSetId, code: &str) -> Option<&ValueSetEntry> {
        let entries = self.entries(set);
        let place = entries
            .binary_search_by(|entry| entry.code().cmp(code.trim()))
            .ok()?;
        entries.get(place)
    }

    /// What `code` is called.
    pub fn display(&self, set: ValueSetId, code: &str) -> Option<&str> {
        self.entry(set, code).map(ValueSetEntry::display)
    }

    /// Whether `code` is in the set and may still be issued.
    pub fn is_active(&self, set: ValueSetId, code: &str) -> bool {
        self.entry(set, code).is_some_and(ValueSetEntry::is_active)
    }

    /// The rows of the encoding instructions: which vaccine type and manufacturer go with which
    /// product.
    pub fn encoding_rows(&self) -> &[EncodingRow] {
        &self.encoding_rows
    }

    /// Whether product, manufacturer and vaccine type stand in one row of the encoding
    /// instructions.
    pub fn is_one_row(&self, product: &str, holder: &str, vaccine: &str) -> bool {
        self.encoding_rows.iter().any(|row| {
            row.product() == product.trim()
                && row.holder() == holder.trim()
                && row.has_vaccine(vaccine.trim())
        })
    }

    /// Every code of `certificate` that is unknown or no longer active. Empty ones are not looked
    /// at: reading the certificate has remarked on them.
    pub fn check(&self, certificate: &Certificate) -> Vec<Remark> {
        let entry = certificate.entry();
        let base = Location::fixed(entry.path());
        coded_members(entry)
            .into_iter()
            .filter(|(_, _, code)| !code.trim().is_empty())
            .filter_map(|(set, member, code)| {
                let remark = match self.entry(set, code) {
                    None => RemarkCode::CodeUnknown,
                    Some(found) if !found.is_active() => RemarkCode::CodeInactive,
                    Some(_) => return None,
                };
                Some(Remark::new(remark, base.member(member)))
            })
            .collect()
    }
}

impl Default for ValueSets {
    fn default() -> Self {
        Self::builtin()
    }
}

fn coded_members(entry: &Entry) -> Vec<(ValueSetId, &'static str, &str)> {
    let mut members = vec![
        (ValueSetId::Disease, "tg", entry.disease()),
        (ValueSetId::Country, "co", entry.country()),
    ];
    match entry {
        Entry::Vaccination(v) => members.extend([
            (ValueSetId::VaccineType, "vp", v.vaccine()),
            (ValueSetId::VaccineProduct, "mp", v.product()),
            (ValueSetId::VaccineHolder, "ma", v.holder()),
        ]),
        Entry::Test(t) => members.extend([
            (ValueSetId::TestType, "tt", t.test_type()),
            (ValueSetId::TestResult, "tr", t.result()),
            (ValueSetId::TestDevice, "ma", t.device().unwrap_or_default()),
        ]),
        Entry::Recovery(_) => {}
    }
    members
}

/// Whether the codes of a vaccination cannot belong together. Codes which the encoding
/// instructions do not have, or no longer have, prove nothing.
pub(crate) fn codes_disagree(fields: &VaccinationFields) -> bool {
    let (holder, vaccine) = (fields.holder.trim(), fields.vaccine.trim());
    let inactive = |code: &str| {
        tables::VACCINE_TYPE
            .iter()
            .any(|entry| entry.code() == code && !entry.is_active())
    };
    tables::ENCODING_ROWS.iter().any(|row| {
        row.product() == fields.product.trim()
            && (!(holder.is_empty() || row.holder() == holder)
                || !(vaccine.is_empty() || row.has_vaccine(vaccine) || inactive(vaccine)))
    })
}
