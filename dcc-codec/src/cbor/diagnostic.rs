//! Diagnostic notation (RFC 8949 section 8), for people.

use core::fmt::{self, Write as _};

use super::value::Value;

/// Shows an item in diagnostic notation. It shows personal data.
#[derive(Clone, Copy, Debug)]
pub struct Diagnostic<'v, 'a>(&'v Value<'a>);

impl<'v, 'a> Diagnostic<'v, 'a> {
    pub(super) const fn new(value: &'v Value<'a>) -> Self {
        Self(value)
    }
}

impl fmt::Display for Diagnostic<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Unsigned(number) => write!(f, "{number}"),
            Value::Negative(argument) => write!(f, "{}", !i128::from(*argument)),
            Value::Bytes(bytes) => write_hex(f, bytes),
            Value::Text(text) => write_quoted(f, text),
            Value::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", item.diagnostic())?;
                }
                f.write_char(']')
            }
            Value::Map(pairs) => {
                f.write_char('{')?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", key.diagnostic(), value.diagnostic())?;
                }
                f.write_char('}')
            }
            Value::Tag(tag, item) => write!(f, "{tag}({})", item.diagnostic()),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Null => f.write_str("null"),
            Value::Undefined => f.write_str("undefined"),
            Value::Simple(simple) => write!(f, "simple({})", simple.number()),
            Value::Float(number) if number.is_infinite() => {
                f.write_str(if number.is_sign_negative() {
                    "-Infinity"
                } else {
                    "Infinity"
                })
            }
            // Debug of a float always has a point or an exponent.
            Value::Float(number) => write!(f, "{number:?}"),
        }
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("h'")?;
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    f.write_char('\'')
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            // A terminal must not obey what a certificate says.
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
