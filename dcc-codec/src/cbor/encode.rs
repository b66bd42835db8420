//! Deterministic encoding (RFC 8949 section 4.2.1): shortest heads and floats, definite lengths,
//! map keys in the bytewise order of their encodings.

use super::float;
use super::value::Value;

/// Encodes an item deterministically: the same item always gives the same bytes.
///
/// A map that was built with a key twice is encoded with that key twice, which no decoder here
/// takes back.
pub fn encode(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, value);
    out
}

fn write(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Unsigned(number) => write_head(out, 0, *number),
        Value::Negative(argument) => write_head(out, 1, *argument),
        Value::Bytes(bytes) => write_bytes(out, bytes),
        Value::Text(text) => write_text(out, text),
        Value::Array(items) => {
            write_array_head(out, items.len());
            for item in items {
                write(out, item);
            }
        }
        Value::Map(pairs) => write_map(out, pairs),
        Value::Tag(tag, item) => {
            write_tag(out, *tag);
            write(out, item);
        }
        Value::Bool(false) => out.push(0xf4),
        Value::Bool(true) => out.push(0xf5),
        Value::Null => out.push(0xf6),
        Value::Undefined => out.push(0xf7),
        Value::Simple(simple) => write_head(out, 7, u64::from(simple.number())),
        Value::Float(number) => write_float(out, *number),
    }
}

/// A map with its keys in bytewise order.
pub(crate) fn write_map(out: &mut Vec<u8>, pairs: &[(Value<'_>, Value<'_>)]) {
    write_head(out, 5, wide(pairs.len()));
    let mut sorted: Vec<_> = pairs
        .iter()
        .map(|(key, value)| (encode(key), value))
        .collect();
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (key, value) in sorted {
        out.extend_from_slice(&key);
        write(out, value);
    }
}

fn write_float(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        out.extend_from_slice(&[0xf9, 0x7e, 0x00]);
    } else if let Some(half) = float::to_f16(number) {
        out.push(0xf9);
        out.extend_from_slice(&half.to_be_bytes());
    } else if let Some(single) = float::to_f32(number) {
        out.push(0xfa);
        out.extend_from_slice(&single.to_be_bytes());
    } else {
        out.push(0xfb);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

/// The head of an array of `count` items.
pub(crate) fn write_array_head(out: &mut Vec<u8>, count: usize) {
    write_head(out, 4, wide(count));
}

/// A tag, before its item.
pub(crate) fn write_tag(out: &mut Vec<u8>, tag: u64) {
    write_head(out, 6, tag);
}

/// A byte string.
pub(crate) fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_head(out, 2, wide(bytes.len()));
    out.extend_from_slice(bytes);
}

/// A text string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_head(out, 3, wide(text.len()));
    out.extend_from_slice(text.as_bytes());
}

fn wide(length: usize) -> u64 {
    // No length exceeds u64 on any platform.
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn write_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let initial = |info: u8| (major << 5) | info;
    if let Ok(short) = u8::try_from(argument) {
        if short < 24 {
            out.push(initial(short));
        } else {
            out.extend_from_slice(&[initial(24), short]);
        }
    } else if let Ok(short) = u16::try_from(argument) {
        out.push(initial(25));
        out.extend_from_slice(&short.to_be_bytes());
    } else if let Ok(short) = u32::try_from(argument) {
        out.push(initial(26));
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(initial(27));
        out.extend_from_slice(&argument.to_be_bytes());
    }
}
