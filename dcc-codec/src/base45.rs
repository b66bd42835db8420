//! Base45 (RFC 9285).
//!
//! ```
//! use dcc_codec::base45;
//! assert_eq!(base45::encode(b"AB"), "BB8");
//! assert_eq!(base45::decode("BB8")?, b"AB");
//! # Ok::<(), base45::Base45Error>(())
//! ```

use dcc_model::RejectCode;

/// Table 1 of RFC 9285. The space is a character like any other.
const ALPHABET: [u8; 45] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Stands for every byte that is no Base45 character; larger than every value.
const INVALID: u8 = 0x80;

/// From a character to its value.
const VALUES: [u8; 256] = values();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time only, where a mistake is a compiler error"
)]
const fn values() -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
}

/// Why a text is not Base45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base45Error {
    /// A character outside the alphabet (RFC 9285 section 4).
    #[error("no Base45 character at byte {at}")]
    Character {
        /// Position of the first such byte.
        at: usize,
    },
    /// A length of 1 modulo 3, which no encoder produces.
    #[error("no Base45 text has {length} characters")]
    Length {
        /// Length of the text in bytes.
        length: usize,
    },
    /// A group of characters whose value exceeds what it stands for (RFC 9285 section 4).
    #[error("the group at byte {at} overflows")]
    Overflow {
        /// Position of the group.
        at: usize,
    },
}

impl Base45Error {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Character { .. } => RejectCode::Base45Character,
            Self::Length { .. } => RejectCode::Base45Length,
            Self::Overflow { .. } => RejectCode::Base45Overflow,
        }
    }
}

/// Writes bytes as Base45.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(2).saturating_mul(3));
    let (pairs, last) = bytes.as_chunks::<2>();
    for pair in pairs {
        let number = u16::from_be_bytes(*pair);
        out.push(character(number % 45));
        out.push(character(number / 45 % 45));
        out.push(character(number / 2025));
    }
    if let [byte] = last {
        let number = u16::from(*byte);
        out.push(character(number % 45));
        out.push(character(number / 45));
    }
    out
}

fn character(value: u16) -> char {
    // Every value is below 45: 65535 / 2025 is 32.
    ALPHABET
        .get(usize::from(value))
        .map_or('0', |byte| char::from(*byte))
}

/// Reads Base45.
///
/// # Errors
/// [`Base45Error`] for a character outside the alphabet, an impossible length, or a group that
/// overflows. The first wrong character is reported before a wrong length.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, Base45Error> {
    let text = text.as_ref();
    let mut out = Vec::with_capacity(text.len().div_ceil(3).saturating_mul(2));
    let (groups, last) = text.as_chunks::<3>();
    for (index, group) in groups.iter().enumerate() {
        let [low, middle, high] = group.map(value);
        match u16::try_from(number(low, middle, high)) {
            Ok(number) if (low | middle | high) < u32::from(INVALID) => {
                out.extend_from_slice(&number.to_be_bytes());
            }
            _ => return Err(wrong(text, index)),
        }
    }
    match *last {
        [] => {}
        [low, high] => {
            let (low, high) = (value(low), value(high));
            match u8::try_from(number(low, high, 0)) {
                Ok(byte) if (low | high) < u32::from(INVALID) => out.push(byte),
                _ => return Err(wrong(text, groups.len())),
            }
        }
        _ => {
            return Err(first_invalid(text).unwrap_or(Base45Error::Length { length: text.len() }));
        }
    }
    Ok(out)
}

/// What a group of values stands for. At most 128 * 2071, so nothing wraps.
fn number(low: u32, middle: u32, high: u32) -> u32 {
    low.wrapping_add(middle.wrapping_mul(45))
        .wrapping_add(high.wrapping_mul(2025))
}

fn value(character: u8) -> u32 {
    u32::from(*VALUES.get(usize::from(character)).unwrap_or(&INVALID))
}

fn wrong(text: &[u8], group: usize) -> Base45Error {
    first_invalid(text).unwrap_or_else(|| Base45Error::Overflow {
        at: group.saturating_mul(3),
    })
}

fn first_invalid(text: &[u8]) -> Option<Base45Error> {
    let at = text
        .iter()
        .position(|byte| value(*byte) >= u32::from(INVALID))?;
    Some(Base45Error::Character { at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edges() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\x00", "00"),
            (b"\xff", "U5"),
            (b"\xff\xff", "FGW"),
            (b"\xff\x00\xff", "UAWU5"),
            (b"ietf!", "QED8WEX0"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).unwrap(), bytes);
        }
    }

    #[test]
    fn each_fault_has_its_error_and_place() {
        use Base45Error::{Character, Length, Overflow};
        for (text, error) in [
            ("GGW", Overflow { at: 0 }),
            ("000:::", Overflow { at: 3 }),
            ("000V5", Overflow { at: 3 }),
            ("A", Length { length: 1 }),
            ("BB8A", Length { length: 4 }),
            ("ab8", Character { at: 0 }),
            ("BB8\n", Character { at: 3 }),
            ("BB8\u{e9}", Character { at: 3 }),
            ("BB_", Character { at: 2 }),
            (":::=", Character { at: 3 }),
        ] {
            assert_eq!(decode(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn the_crate_base45_agrees(bytes: Vec<u8>, text in "[0-9A-Z $%*+./:=a-]{0,12}") {
            prop_assert_eq!(encode(&bytes), ::base45::encode(&bytes));
            // The crate also takes impossible lengths and overflowing last pairs.
            if let Ok(decoded) = decode(&text) {
                prop_assert_eq!(::base45::decode(&text).ok(), Some(decoded));
            } else if let Ok(lax) = ::base45::decode(&text) {
                prop_assert_ne!(::base45::encode(&lax), text);
            }
        }

        #[test]
        fn a_text_has_one_meaning(text in "[0-9A-Z $%*+./:-]{0,30}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
