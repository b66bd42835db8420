//! The holder's name.

use core::fmt;

use serde_json::{Map, Value};

/// `nam` (DCC schema 1.3.3): surname and given name, as printed and in the form of ICAO 9303.
///
/// Parts are kept as they were written. `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct PersonName {
    pub(crate) surname: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) standard_surname: Option<String>,
    pub(crate) standard_given_name: Option<String>,
    pub(crate) unknown: Map<String, Value>,
}

impl PersonName {
    /// A name without any part; see the `with_` methods.
    pub fn new() -> Self {
        Self {
            surname: None,
            given_name: None,
            standard_surname: None,
            standard_given_name: None,
            unknown: Map::new(),
        }
    }

    /// With `fn` and `fnt`.
    #[must_use]
    pub fn with_surname(mut self, printed: impl Into<String>, standard: impl Into<String>) -> Self {
        self.surname = Some(printed.into());
        self.standard_surname = Some(standard.into());
        self
    }

    /// With `gn` and `gnt`.
    #[must_use]
    pub fn with_given_name(
        mut self,
        printed: impl Into<String>,
        standard: impl Into<String>,
    ) -> Self {
        self.given_name = Some(printed.into());
        self.standard_given_name = Some(standard.into());
        self
    }

    /// `fn`.
    pub fn surname(&self) -> Option<&str> {
        self.surname.as_deref()
    }

    /// `gn`.
    pub fn given_name(&self) -> Option<&str> {
        self.given_name.as_deref()
    }

    /// `fnt`: A to Z, with `<` between names.
    pub fn standard_surname(&self) -> Option<&str> {
        self.standard_surname.as_deref()
    }

    /// `gnt`: A to Z, with `<` between names.
    pub fn standard_given_name(&self) -> Option<&str> {
        self.standard_given_name.as_deref()
    }

    /// Members which the schema does not know.
    pub const fn unknown_members(&self) -> &Map<String, Value> {
        &self.unknown
    }

    /// The name for people: surname first, each part as printed, or else in its standard form.
    pub fn display(&self) -> String {
        let part = |printed: Option<&str>, standard: Option<&str>| {
            let printed = printed.map(str::trim).filter(|text| !text.is_empty());
            printed.map_or_else(
                || {
                    standard
                        .unwrap_or_default()
                        .replace('<', " ")
                        .trim()
                        .to_owned()
                },
                str::to_owned,
            )
        };
        let surname = part(self.surname(), self.standard_surname());
        let given_name = part(self.given_name(), self.standard_given_name());
        format!("{surname} {given_name}").trim().to_owned()
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut members = Map::new();
        let parts = [
            ("fn", &self.surname),
            ("gn", &self.given_name),
            ("fnt", &self.standard_surname),
            ("gnt", &self.standard_given_name),
        ];
        for (name, part) in parts {
            if let Some(text) = part {
                members.insert(name.to_owned(), Value::from(text.as_str()));
            }
        }
        members.extend(self.unknown.clone());
        Value::Object(members)
    }
}

impl Default for PersonName {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(..)")
    }
}
