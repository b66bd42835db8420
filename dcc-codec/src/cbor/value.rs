//! One CBOR data item.

use alloc::borrow::Cow;
use core::fmt;

use super::Diagnostic;

/// A CBOR data item (RFC 8949 section 3), borrowing strings from the bytes it was decoded from.
///
/// `Debug` shows kinds and sizes only, for the item may hold a person's data;
/// [`diagnostic`](Self::diagnostic) shows everything.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Major type 0.
    Unsigned(u64),
    /// Major type 1: the number is -1 minus this argument.
    Negative(u64),
    /// Major type 2.
    Bytes(Cow<'a, [u8]>),
    /// Major type 3.
    Text(Cow<'a, str>),
    /// Major type 4.
    Array(Vec<Self>),
    /// Major type 5, pairs in the order of the encoding.
    Map(Vec<(Self, Self)>),
    /// Major type 6.
    Tag(u64, Box<Self>),
    /// Simple values 20 and 21.
    Bool(bool),
    /// Simple value 22.
    Null,
    /// Simple value 23.
    Undefined,
    /// A simple value without a meaning in RFC 8949.
    Simple(Simple),
    /// Major type 7, floating-point numbers of any width.
    Float(f64),
}

/// A simple value without a meaning of its own: 0 to 19 or 32 to 255 (RFC 8949 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simple(u8);

impl Simple {
    /// `None` for 20 to 23, which are the other variants of [`Value`], and for the reserved 24 to
    /// 31.
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            20..=31 => None,
            _ => Some(Self(number)),
        }
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl<'a> Value<'a> {
    /// A byte string.
    pub fn bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// A text string.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// An integer of either sign.
    pub fn integer(number: i64) -> Self {
        match u64::try_from(number) {
            Ok(number) => Self::Unsigned(number),
            // For a negative number its complement is -1 - number.
            Err(_) => Self::Negative((!number).unsigned_abs()),
        }
    }

    /// The integer, if this is one within `i64`.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Unsigned(number) => i64::try_from(*number).ok(),
            Self::Negative(argument) => i64::try_from(*argument).ok().map(|argument| !argument),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if this is a byte string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The pairs, if this is a map.
    pub fn as_map(&self) -> Option<&[(Self, Self)]> {
        match self {
            Self::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value under an integer key, if this is a map that has it.
    pub fn member(&self, key: i64) -> Option<&Self> {
        let pairs = self.as_map()?;
        pairs
            .iter()
            .find(|(name, _)| name.as_integer() == Some(key))
            .map(|(_, value)| value)
    }

    /// This item in diagnostic notation (RFC 8949 section 8). It shows personal data.
    pub const fn diagnostic(&self) -> Diagnostic<'_, 'a> {
        Diagnostic::new(self)
    }

    /// This item independent of the bytes it was decoded from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Unsigned(number) => Value::Unsigned(number),
            Self::Negative(argument) => Value::Negative(argument),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Self::into_owned).collect()),
            Self::Map(pairs) => Value::Map(
                pairs
                    .into_iter()
                    .map(|(key, value)| (key.into_owned(), value.into_owned()))
                    .collect(),
            ),
            Self::Tag(tag, item) => Value::Tag(tag, Box::new(item.into_owned())),
            Self::Bool(truth) => Value::Bool(truth),
            Self::Null => Value::Null,
            Self::Undefined => Value::Undefined,
            Self::Simple(simple) => Value::Simple(simple),
            Self::Float(number) => Value::Float(number),
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(_) => f.write_str("Unsigned"),
            Self::Negative(_) => f.write_str("Negative"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Text(text) => write!(f, "Text({})", text.len()),
            Self::Array(items) => write!(f, "Array({})", items.len()),
            Self::Map(pairs) => write!(f, "Map({})", pairs.len()),
            Self::Tag(tag, _) => write!(f, "Tag({tag})"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Null => f.write_str("Null"),
            Self::Undefined => f.write_str("Undefined"),
            Self::Simple(_) => f.write_str("Simple"),
            Self::Float(_) => f.write_str("Float"),
        }
    }
}
