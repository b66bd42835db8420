//! Between the CBOR of a DCC payload and its JSON form.
//!
//! Tag 0 becomes its text, tag 1 an RFC 3339 text, undefined becomes null, floats stay floats and
//! members keep their order. What JSON has no form for is shown as text and reported.

use alloc::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dcc_model::{Location, RejectCode, Remark, RemarkCode, Timestamp};
use serde_json::{Map, Number};

use crate::cbor::{self, CborLimits, Value};

/// CBOR tags of date-times (RFC 8949 section 3.4.1 and 3.4.2).
const DATE_TIME_TAG: u64 = 0;
const EPOCH_TAG: u64 = 1;

/// Why a payload cannot pass between CBOR and JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// JSON that is nested deeper than a decoder would take.
    #[error("nested deeper than {limit}")]
    Depth {
        /// The limit.
        limit: usize,
    },
    /// A map key that is not a text.
    #[error("a member below \"{at}\" has a name that is no text")]
    Key {
        /// The map.
        at: Location,
    },
    /// The payload is not an object.
    #[error("the payload is not an object")]
    NotObject,
}

impl PayloadError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Depth { .. } | Self::Key { .. } | Self::NotObject => RejectCode::SchemaStructure,
        }
    }
}

/// A place inside the payload; a [`Location`] is made of it only when something is said there.
#[derive(Clone, Copy)]
enum Place<'p> {
    Root,
    Member(&'p Self, &'p str),
    Item(&'p Self, usize),
}

impl Place<'_> {
    fn location(&self) -> Location {
        match self {
            Self::Root => Location::fixed(""),
            Self::Member(parent, name) => parent.location().member(name),
            Self::Item(parent, index) => parent.location().item(*index),
        }
    }
}

/// The JSON form of a payload.
pub(crate) fn to_json(
    payload: Value<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<serde_json::Value, PayloadError> {
    Conversion { remarks }.json(payload, Place::Root)
}

struct Conversion<'r> {
    remarks: &'r mut Vec<Remark>,
}

impl Conversion<'_> {
    fn json(&mut self, value: Value<'_>, at: Place<'_>) -> Result<serde_json::Value, PayloadError> {
        Ok(match value {
            Value::Unsigned(number) => number.into(),
            Value::Negative(argument) => match i64::try_from(argument) {
                Ok(argument) => (!argument).into(),
                Err(_) => self.foreign((!i128::from(argument)).to_string(), at),
            },
            Value::Bytes(bytes) => self.foreign(URL_SAFE_NO_PAD.encode(bytes), at),
            Value::Text(text) => text.into_owned().into(),
            Value::Array(items) => {
                let mut array = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    array.push(self.json(item, Place::Item(&at, index))?);
                }
                array.into()
            }
            Value::Map(pairs) => self.object(pairs, at)?,
            Value::Tag(tag, item) => self.tagged(tag, *item, at)?,
            Value::Bool(truth) => truth.into(),
            Value::Null => serde_json::Value::Null,
            Value::Undefined => {
                self.remark(RemarkCode::PayloadUndefined, at);
                serde_json::Value::Null
            }
            Value::Simple(_) => self.foreign(value.diagnostic().to_string(), at),
            Value::Float(number) => match Number::from_f64(number) {
                Some(number) => number.into(),
                None => self.foreign(value.diagnostic().to_string(), at),
            },
        })
    }

    fn object(
        &mut self,
        pairs: Vec<(Value<'_>, Value<'_>)>,
        at: Place<'_>,
    ) -> Result<serde_json::Value, PayloadError> {
        let mut object = Map::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Value::Text(name) = key else {
                return Err(PayloadError::Key { at: at.location() });
            };
            let value = self.json(value, Place::Member(&at, &name))?;
            object.insert(name.into_owned(), value);
        }
        Ok(object.into())
    }

    fn tagged(
        &mut self,
        tag: u64,
        item: Value<'_>,
        at: Place<'_>,
    ) -> Result<serde_json::Value, PayloadError> {
        match (tag, &item) {
            (DATE_TIME_TAG, Value::Text(_)) => {
                self.remark(RemarkCode::PayloadTaggedDate, at);
                self.json(item, at)
            }
            (EPOCH_TAG, _) => match instant(&item) {
                Some(instant) => {
                    self.remark(RemarkCode::PayloadTaggedDate, at);
                    Ok(instant.to_string().into())
                }
                None => self.foreign_tag(item, at),
            },
            _ => self.foreign_tag(item, at),
        }
    }

    fn foreign_tag(
        &mut self,
        item: Value<'_>,
        at: Place<'_>,
    ) -> Result<serde_json::Value, PayloadError> {
        self.remark(RemarkCode::PayloadForeignValue, at);
        self.json(item, at)
    }

    fn foreign(&mut self, text: String, at: Place<'_>) -> serde_json::Value {
        self.remark(RemarkCode::PayloadForeignValue, at);
        text.into()
    }

    fn remark(&mut self, code: RemarkCode, at: Place<'_>) {
        self.remarks.push(Remark::new(code, at.location()));
    }
}

/// The second in which an epoch-based time lies.
fn instant(item: &Value<'_>) -> Option<Timestamp> {
    let seconds = match item {
        Value::Float(number) => cbor::floor_to_i64(*number),
        _ => item.as_integer(),
    };
    seconds.and_then(Timestamp::from_unix_seconds)
}

/// Depth of the payload inside the CWT: the claims, the health certificate, its version.
const OUTER_DEPTH: usize = 3;

/// The CBOR form of a payload: an object, with whole and other numbers as they are written.
pub(crate) fn from_json(payload: &serde_json::Value) -> Result<Value<'_>, PayloadError> {
    if !payload.is_object() {
        return Err(PayloadError::NotObject);
    }
    item_of(payload, OUTER_DEPTH.saturating_sub(1))
}

fn item_of(json: &serde_json::Value, depth: usize) -> Result<Value<'_>, PayloadError> {
    let limit = CborLimits::default().depth();
    if depth >= limit {
        return Err(PayloadError::Depth { limit });
    }
    let deeper = depth.saturating_add(1);
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => number_of(number),
        serde_json::Value::String(text) => Value::Text(Cow::Borrowed(text)),
        serde_json::Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| item_of(item, deeper))
                .collect::<Result<_, _>>()?,
        ),
        serde_json::Value::Object(members) => {
            let mut pairs = Vec::with_capacity(members.len());
            for (name, member) in members {
                pairs.push((Value::Text(Cow::Borrowed(name)), item_of(member, deeper)?));
            }
            Value::Map(pairs)
        }
    })
}

fn number_of(number: &Number) -> Value<'_> {
    if let Some(number) = number.as_u64() {
        Value::Unsigned(number)
    } else if let Some(number) = number.as_i64() {
        Value::integer(number)
    } else {
        // Without arbitrary precision every other number is a float.
        number.as_f64().map_or(Value::Null, Value::Float)
    }
}

#[cfg(test)]
mod tests;
