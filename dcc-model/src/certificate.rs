//! A DCC payload.

use core::fmt;

use serde_json::{Map, Value};

use crate::entry::{Entry, EntryKind};
use crate::{BirthDate, PersonName, Remark, SchemaError, schema};

/// The payload of an EU Digital COVID Certificate, schema versions 1.0.0 to 1.3.3: one person and
/// exactly one entry.
///
/// Values are kept as they were written, and members that the schema does not know are kept too.
/// `Debug` shows the kind and the version only.
#[derive(Clone, PartialEq)]
pub struct Certificate {
    pub(crate) schema_version: String,
    pub(crate) name: PersonName,
    pub(crate) birth_date: BirthDate,
    pub(crate) entry: Entry,
    pub(crate) unknown: Map<String, Value>,
}

/// The version that [`Certificate::new`] declares: the one of Vietnam's and most other
/// certificates; 1.3.1 to 1.3.3 differ in what they allow, not in what they mean.
const WRITTEN_VERSION: &str = "1.3.0";

impl Certificate {
    /// A payload of schema version 1.3.0.
    pub fn new(name: PersonName, birth_date: BirthDate, entry: impl Into<Entry>) -> Self {
        Self {
            schema_version: WRITTEN_VERSION.to_owned(),
            name,
            birth_date,
            entry: entry.into(),
            unknown: Map::new(),
        }
    }

    /// Declaring another schema version (`ver`).
    #[must_use]
    pub fn with_schema_version(mut self, version: impl Into<String>) -> Self {
        self.schema_version = version.into();
        self
    }

    /// Reads a payload as a verifier must: the structure has to be right, everything else that
    /// departs from the schema is a remark.
    ///
    /// `payload` is the DCC as JSON, with CBOR `undefined` as null and a tagged date as its text.
    ///
    /// # Errors
    ///
    /// `ver`, `nam` with `fnt` or `gnt`, `dob`, or a required member of the entry is missing or of
    /// the wrong type; there is no entry, or more than one.
    pub fn from_json(payload: &Value) -> Result<(Self, Vec<Remark>), SchemaError> {
        schema::read(payload)
    }

    /// The payload as JSON: unused groups and members are left out, whole numbers are integers.
    ///
    /// ```
    /// # use dcc_model::Certificate;
    /// # let payload = serde_json::json!({"ver": "1.3.0", "dob": "", "nam": {"fnt": "A"}, "t": null,
    /// #   "r": [{"tg": "840539006", "fr": "2021-01-01", "co": "VN", "is": "MOH", "df": "2021-01-11",
    /// #   "du": "2021-06-30", "ci": "URN:UVCI:01:VN:1"}]});
    /// let (certificate, _) = Certificate::from_json(&payload)?;
    /// let (again, _) = Certificate::from_json(&certificate.to_json())?;
    /// assert_eq!(again, certificate);
    /// # Ok::<(), dcc_model::SchemaError>(())
    /// ```
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("ver".to_owned(), Value::from(self.schema_version.as_str()));
        members.insert("nam".to_owned(), self.name.to_json());
        members.insert("dob".to_owned(), Value::from(self.birth_date.as_str()));
        let group = self.entry.kind().group().to_owned();
        members.insert(group, Value::Array(vec![self.entry.to_json()]));
        members.extend(self.unknown.clone());
        Value::Object(members)
    }

    /// `ver`.
    pub fn schema_version(&self) -> &str {
        &self.schema_version
    }

    /// `nam`.
    pub const fn name(&self) -> &PersonName {
        &self.name
    }

    /// `dob`.
    pub const fn birth_date(&self) -> &BirthDate {
        &self.birth_date
    }

    /// The one entry of `v`, `t` or `r`.
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Vaccination, test or recovery.
    pub const fn kind(&self) -> EntryKind {
        self.entry.kind()
    }

    /// The holder's name for people, surname first.
    pub fn holder(&self) -> String {
        self.name.display()
    }

    /// Top-level members which the schema does not know.
    pub const fn unknown_members(&self) -> &Map<String, Value> {
        &self.unknown
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The declared version is text of the certificate's maker, so only a plain one is shown.
        let plain = self.schema_version.len() <= "1.3.0".len()
            && self
                .schema_version
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'.');
        let version = if plain { &self.schema_version } else { "?" };
        write!(f, "Certificate({} {version})", self.kind())
    }
}
