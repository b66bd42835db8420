//! `Time` of RFC 5280 section 4.1.2.5 and RFC 5652 section 11.3: UTC, in whole seconds.

use dcc_model::Timestamp;

use super::ber::{Element, EncodingError, GENERALIZED_TIME, UTC_TIME};

/// Reads either form; two digits of a year stand for 1950 to 2049.
pub(crate) fn read(value: &Element<'_>) -> Result<Timestamp, EncodingError> {
    let text = core::str::from_utf8(value.body()).map_err(|_| EncodingError::Unexpected)?;
    let digits = text.strip_suffix('Z').ok_or(EncodingError::Unexpected)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EncodingError::Unexpected);
    }
    let (century, short) = match (value.tag(), digits.len()) {
        (GENERALIZED_TIME, 14) => digits.split_at_checked(2),
        (UTC_TIME, 12) if digits < "50" => Some(("20", digits)),
        (UTC_TIME, 12) => Some(("19", digits)),
        _ => None,
    }
    .ok_or(EncodingError::Unexpected)?;
    let part = |at: usize| short.get(at..at.saturating_add(2)).unwrap_or_default();
    let [year, month, day] = [part(0), part(2), part(4)];
    let [hour, minute, second] = [part(6), part(8), part(10)];
    let text = format!("{century}{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    text.parse().map_err(|_| EncodingError::Unexpected)
}

/// Tag and text: UTC time from 1950 to 2049, generalized time outside, nothing before year 0.
pub(crate) fn write(at: Timestamp) -> Option<(u8, String)> {
    // RFC 3339 in whole seconds of UTC: 2021-06-01T00:00:00Z.
    let digits: String = at.to_string().split(['-', 'T', ':']).collect();
    let (century, short) = digits.split_at_checked(2)?;
    let early = short < "50";
    match century {
        "20" if early => Some((UTC_TIME, short.into())),
        "19" if !early => Some((UTC_TIME, short.into())),
        _ if digits.len() == 15 => Some((GENERALIZED_TIME, digits)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::ber::{self, Reader};

    fn round_trip(text: &str) -> (u8, String) {
        let (tag, written) = write(text.parse().unwrap()).unwrap();
        let encoded = ber::element(tag, &[written.as_bytes()]);
        let element = Reader::new(&encoded, 4).next().unwrap();
        assert_eq!(read(&element).unwrap().to_string(), text);
        (tag, written)
    }

    #[test]
    fn utc_time_from_1950_to_2049() {
        assert_eq!(
            round_trip("1950-01-01T00:00:00Z"),
            (UTC_TIME, "500101000000Z".into())
        );
        assert_eq!(
            round_trip("2049-12-31T23:59:59Z"),
            (UTC_TIME, "491231235959Z".into())
        );
        assert_eq!(round_trip("1949-12-31T23:59:59Z").0, GENERALIZED_TIME);
        assert_eq!(round_trip("2050-01-01T00:00:00Z").1, "20500101000000Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for (tag, text) in [
            (UTC_TIME, "2101010000Z"),
            (UTC_TIME, "210101000000+0100"),
            (UTC_TIME, "211301000000Z"),
            (UTC_TIME, "2101010000\u{661}Z"),
            (GENERALIZED_TIME, "210101000000Z"),
            (GENERALIZED_TIME, "20210101000000.5Z"),
            (ber::OCTET_STRING, "210101000000Z"),
        ] {
            let encoded = ber::element(tag, &[text.as_bytes()]);
            assert!(
                read(&Reader::new(&encoded, 4).next().unwrap()).is_err(),
                "{text}"
            );
        }
    }
}
