//! Whether bytes are strict DER (ITU-T X.690 sections 10 and 11).

use super::{Element, Reader, tag};

/// Deeper nesting is taken as not DER; X.509 needs about ten levels.
const MAX_DEPTH: u8 = 32;

/// Whether `bytes` are a sequence of DER elements: minimal lengths, minimal integers, booleans 00
/// or FF, zero padding bits, sorted sets, primitive strings, canonical times.
///
/// Rules that need the ASN.1 type (default values spelled out) are the caller's.
pub(crate) fn is_der(bytes: &[u8]) -> bool {
    all_der(Reader::new(bytes), MAX_DEPTH)
}

fn all_der(mut reader: Reader<'_>, depth: u8) -> bool {
    while !reader.is_empty() {
        match reader.next() {
            Some(element) if element_is_der(&element, depth) => {}
            _ => return false,
        }
    }
    true
}

fn element_is_der(element: &Element<'_>, depth: u8) -> bool {
    let Some(deeper) = depth.checked_sub(1) else {
        return false;
    };
    if !length_is_minimal(element) {
        return false;
    }
    let content = element.content;
    match element.tag {
        tag::BOOLEAN => matches!(content, [0x00 | 0xff]),
        tag::INTEGER | tag::ENUMERATED => integer_is_minimal(content),
        tag::BIT_STRING => padding_is_zero(content),
        tag::NULL => content.is_empty(),
        tag::OID => oid_is_minimal(content),
        tag::UTC_TIME => content.len() == "YYMMDDhhmmssZ".len() && content.ends_with(b"Z"),
        tag::GENERALIZED_TIME => {
            content.len() >= "YYYYMMDDhhmmssZ".len() && content.ends_with(b"Z")
        }
        tag::SET => set_is_sorted(element) && all_der(element.reader(), deeper),
        tag::SEQUENCE => all_der(element.reader(), deeper),
        // A universal type other than SEQUENCE and SET must be primitive.
        constructed if constructed & 0xe0 == 0x20 => false,
        context if context & 0x20 != 0 => all_der(element.reader(), deeper),
        _ => true,
    }
}

/// X.690 section 10.1.
fn length_is_minimal(element: &Element<'_>) -> bool {
    match element.raw.get(1..) {
        Some([short, ..]) if *short < 0x80 => true,
        Some([0x81, byte, ..]) => *byte >= 0x80,
        Some([_, first, ..]) => *first != 0,
        _ => false,
    }
}

/// X.690 section 8.3.2.
const fn integer_is_minimal(content: &[u8]) -> bool {
    match content {
        [] => false,
        [0x00, second, ..] => *second >= 0x80,
        [0xff, second, ..] => *second < 0x80,
        _ => true,
    }
}

/// X.690 section 11.2.1.
fn padding_is_zero(content: &[u8]) -> bool {
    match (content.first(), content.last()) {
        (Some(0), _) => true,
        (Some(unused @ 1..=7), Some(last)) if content.len() > 1 => {
            last.trailing_zeros() >= u32::from(*unused)
        }
        _ => false,
    }
}

/// X.690 section 8.19.2.
fn oid_is_minimal(content: &[u8]) -> bool {
    let ends = content.last().is_some_and(|last| *last < 0x80);
    let mut starts = true;
    let minimal = content.iter().all(|byte| {
        let good = !(starts && *byte == 0x80);
        starts = *byte < 0x80;
        good
    });
    ends && minimal
}

/// X.690 section 11.6; every SET of X.509 is a SET OF.
fn set_is_sorted(set: &Element<'_>) -> bool {
    let mut reader = set.reader();
    let mut before: &[u8] = &[];
    while let Some(element) = reader.next() {
        if element.raw < before {
            return false;
        }
        before = element.raw;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_der;

    #[test]
    fn each_rule_is_told() {
        for good in [
            &[0x01, 1, 0xff][..],
            &[0x02, 2, 0, 0x80],
            &[0x03, 2, 7, 0x80],
            &[0x30, 3, 0x02, 1, 1],
            &[0x31, 6, 0x02, 1, 1, 0x02, 1, 2],
            &[0x06, 3, 0x55, 0x1d, 15],
            &[0x05, 0],
            &[],
        ] {
            assert!(is_der(good), "{good:?}");
        }
        for bad in [
            &[0x01, 1, 0x01][..],
            &[0x02, 2, 0, 0x7f],
            &[0x02, 2, 0xff, 0x80],
            &[0x02, 0],
            &[0x03, 2, 7, 0xc0],
            &[0x03, 1, 1],
            &[0x04, 0x81, 1, 9],
            &[0x30, 4, 0x02, 2, 0, 1],
            &[0x31, 6, 0x02, 1, 2, 0x02, 1, 1],
            &[0x06, 2, 0x80, 1],
            &[0x24, 3, 0x04, 1, 1],
            &[0x30, 0x80, 0, 0],
            &[
                0x17, 11, b'2', b'1', b'0', b'1', b'0', b'1', b'0', b'0', b'0', b'0', b'Z',
            ],
        ] {
            assert!(!is_der(bad), "{bad:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_a_deep_stack() {
        let mut bytes = vec![0x05, 0];
        for _ in 0..60 {
            bytes = super::super::write(0x30, &[&bytes]);
        }
        assert!(!is_der(&bytes));
    }
}
