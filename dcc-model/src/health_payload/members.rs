//! Members of a map as a lenient verifier reads them: null is absent, numbers may stand for texts.

use serde_json::{Map, Value};

use super::ROOT;
use crate::schema::Expected;
use crate::{Location, SchemaError};

/// A map and where it is.
pub(super) struct Members<'a> {
    map: &'a Map<String, Value>,
    at: Location,
}

impl<'a> Members<'a> {
    /// The members of the payload itself.
    pub(super) fn of(payload: &'a Value) -> Result<Self, SchemaError> {
        Self::at(payload, ROOT)
    }

    pub(super) fn at(value: &'a Value, at: Location) -> Result<Self, SchemaError> {
        match value.as_object() {
            Some(map) => Ok(Self { map, at }),
            None => Err(SchemaError::WrongType {
                at,
                expected: Expected::Map,
            }),
        }
    }

    pub(super) fn place(&self, name: &str) -> Location {
        self.at.member(name)
    }

    /// A member that is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, SchemaError> {
        let expected = Expected::Text;
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(SchemaError::WrongType {
                at: self.place(name),
                expected,
            }),
        }
    }

    pub(super) fn required_text(&self, name: &str) -> Result<String, SchemaError> {
        self.text(name)?.ok_or_else(|| SchemaError::Missing {
            at: self.place(name),
        })
    }

    /// A whole number, which may be written as one of floating point.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, SchemaError> {
        let expected = Expected::WholeNumber;
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let whole = value.as_i64().or_else(|| value.as_f64().and_then(whole));
        match whole {
            Some(number) => Ok(Some(number)),
            None => Err(SchemaError::WrongType {
                at: self.place(name),
                expected,
            }),
        }
    }
}

/// The whole number that a floating-point one is, told by its text, for casts are lossy.
fn whole(number: f64) -> Option<i64> {
    format!("{number}").parse().ok()
}
