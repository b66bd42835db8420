//! `UTCTime` and `GeneralizedTime` (RFC 5280 section 4.1.2.5).

use dcc_model::Timestamp;

use crate::der::{Element, tag};

/// The instant of a `Time`. Offsets and missing seconds are BER, not DER, and taken; fractions
/// are dropped.
pub(super) fn instant(time: &Element<'_>) -> Option<Timestamp> {
    let text = core::str::from_utf8(time.content).ok()?;
    let (year, rest) = match time.tag {
        tag::UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            // RFC 5280 section 4.1.2.5.1: 50 and later are of the twentieth century.
            let century = if year >= "50" { "19" } else { "20" };
            (format!("{century}{year}"), rest)
        }
        tag::GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.into(), rest)
        }
        _ => return None,
    };
    let end_of_digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, zone) = rest.split_at_checked(end_of_digits)?;
    let zone = zone.trim_start_matches(|c: char| c == '.' || c == ',' || c.is_ascii_digit());
    let mut pairs = digits.as_bytes().chunks(2).map(core::str::from_utf8);
    let (month, day) = (pairs.next()?.ok()?, pairs.next()?.ok()?);
    let (hour, minute) = (pairs.next()?.ok()?, pairs.next()?.ok()?);
    let second = pairs.next().unwrap_or(Ok("00")).ok()?;
    if pairs.next().is_some() {
        return None;
    }
    if year == "9999" && time.tag == tag::GENERALIZED_TIME {
        // RFC 5280 section 4.1.2.5: no well-defined end.
        return Some(Timestamp::UNIX_EPOCH.saturating_add_seconds(i64::MAX));
    }
    let zone = offset(zone)?;
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}")
        .parse()
        .ok()
}

/// `Z` and `+hhmm` in the form of RFC 3339.
fn offset(zone: &str) -> Option<String> {
    if zone == "Z" {
        return Some(zone.into());
    }
    let (hours, minutes) = zone.split_at_checked("+hh".len())?;
    let right = minutes.len() == 2 && hours.starts_with(['+', '-']);
    right.then(|| format!("{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{Reader, write};

    fn read(tag: u8, text: &str) -> Option<String> {
        let bytes = write(tag, &[text.as_bytes()]);
        Reader::new(&bytes)
            .next()
            .and_then(|time| instant(&time))
            .map(|at| at.to_string())
    }

    #[test]
    fn both_forms_and_the_pivot_of_1950() {
        for (tag, text, at) in [
            (tag::UTC_TIME, "210715111443Z", "2021-07-15T11:14:43Z"),
            (tag::UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z"),
            (tag::UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z"),
            (tag::UTC_TIME, "2107151114Z", "2021-07-15T11:14:00Z"),
            (tag::UTC_TIME, "210715111443+0700", "2021-07-15T04:14:43Z"),
            (
                tag::GENERALIZED_TIME,
                "20500101000000Z",
                "2050-01-01T00:00:00Z",
            ),
            (
                tag::GENERALIZED_TIME,
                "20500101000000.75Z",
                "2050-01-01T00:00:00Z",
            ),
            (
                tag::GENERALIZED_TIME,
                "99991231235959Z",
                "9999-12-30T22:00:00Z",
            ),
        ] {
            assert_eq!(read(tag, text).as_deref(), Some(at), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "",
            "Z",
            "2107",
            "211315111443Z",
            "210715111443",
            "210715111443+7",
            "2107151114431Z",
        ] {
            assert_eq!(read(tag::UTC_TIME, text), None, "{text}");
        }
        assert_eq!(read(tag::OCTET_STRING, "210715111443Z"), None);
    }
}
