//! Dates as offices write them.

use alloc::format;

use dcc_model::{Timestamp, civil};
use serde::Deserialize;

use super::table::CellKind;
use super::xlsx::serial_date;

/// The order of day and month where neither is written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DateOrder {
    /// dd/mm/yyyy, as everywhere in Vietnam.
    #[default]
    DayFirst,
    /// mm/dd/yyyy, as software with American settings exports.
    MonthFirst,
}

/// A date of any precision, as somebody types it, in ISO 8601.
pub(crate) fn iso_date_of(text: &str) -> Option<String> {
    let read = read_date((text, CellKind::Text), DateOrder::DayFirst, false).ok()?;
    Some(read.value.iso())
}

/// What a date cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateValue {
    Full(civil::Date),
    YearMonth(i16, i8),
    Year(i16),
}

impl DateValue {
    pub(super) fn iso(self) -> String {
        match self {
            Self::Full(date) => format!("{date}"),
            Self::YearMonth(year, month) => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }
}

/// A date and how surely it is the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReadDate {
    pub(super) value: DateValue,
    /// Day and month could be exchanged.
    pub(super) ambiguous: bool,
    /// It came as a serial number.
    pub(super) serial: bool,
}

/// Why a cell is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateFault {
    Unreadable,
    /// It is one with day and month exchanged.
    OtherOrder,
}

/// Reads a date: ISO 8601, or day, month and year by `order` with `/`, `-` or `.`; also `yyyy`
/// and `mm/yyyy`; a time behind it is dropped. Two-digit years are not guessed at.
pub(super) fn read_date(
    (text, kind): (&str, CellKind),
    order: DateOrder,
    counts_from_1904: bool,
) -> Result<ReadDate, DateFault> {
    let sure = |value| ReadDate {
        value,
        ambiguous: false,
        serial: false,
    };
    if kind == CellKind::Number
        && !(text.len() == 4 && (text.starts_with("19") || text.starts_with("20")))
    {
        let iso = serial_date(text, counts_from_1904).ok_or(DateFault::Unreadable)?;
        let value = iso_date(&iso).ok_or(DateFault::Unreadable)?;
        return Ok(ReadDate {
            value,
            ambiguous: false,
            serial: true,
        });
    }
    let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
    let mut parts = day.split(['/', '-', '.']);
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    if parts.next().is_some() {
        return Err(DateFault::Unreadable);
    }
    match (first, second, third) {
        (Some(_), Some(_), Some(_)) if first.is_some_and(|year| year.len() == 4) => {
            iso_date(day).map(sure).ok_or(DateFault::Unreadable)
        }
        (Some(first), Some(second), Some(year)) => three_parts(first, second, year, order),
        (Some(first), Some(second), None) => {
            let (year, month) = if first.len() == 4 {
                (first, second)
            } else {
                (second, first)
            };
            let year = four_digits(year).ok_or(DateFault::Unreadable)?;
            let month = up_to_two(month).filter(|month| (1..=12).contains(month));
            month
                .map(|month| sure(DateValue::YearMonth(year, month)))
                .ok_or(DateFault::Unreadable)
        }
        (Some(year), None, None) => four_digits(year)
            .map(|year| sure(DateValue::Year(year)))
            .ok_or(DateFault::Unreadable),
        _ => Err(DateFault::Unreadable),
    }
}

fn three_parts(
    first: &str,
    second: &str,
    year: &str,
    order: DateOrder,
) -> Result<ReadDate, DateFault> {
    let year = four_digits(year).ok_or(DateFault::Unreadable)?;
    let (Some(first), Some(second)) = (up_to_two(first), up_to_two(second)) else {
        return Err(DateFault::Unreadable);
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    let date = civil::Date::new(year, month, day).ok();
    let exchanged = civil::Date::new(year, day, month).ok();
    match (date, exchanged) {
        (Some(date), exchanged) => Ok(ReadDate {
            value: DateValue::Full(date),
            ambiguous: exchanged.is_some() && day != month,
            serial: false,
        }),
        (None, Some(_)) => Err(DateFault::OtherOrder),
        (None, None) => Err(DateFault::Unreadable),
    }
}

fn iso_date(text: &str) -> Option<DateValue> {
    let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
    let mut parts = day.split(['/', '-', '.']);
    let year = four_digits(parts.next()?)?;
    let month = up_to_two(parts.next()?)?;
    let day = up_to_two(parts.next()?)?;
    civil::Date::new(year, month, day).ok().map(DateValue::Full)
}

fn four_digits(text: &str) -> Option<i16> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .filter(|year| (1850..=2150).contains(year))
}

fn up_to_two(text: &str) -> Option<i8> {
    let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Reads an instant: RFC 3339, or a date (by `order`) with an optional time of Vietnam.
pub(super) fn read_instant(
    (text, kind): (&str, CellKind),
    order: DateOrder,
    counts_from_1904: bool,
) -> Option<Timestamp> {
    if kind == CellKind::Text
        && let Ok(stamp) = text.parse()
    {
        return Some(stamp);
    }
    let serial = (kind == CellKind::Number)
        .then(|| serial_date(text, counts_from_1904))
        .flatten();
    let text = serial.as_deref().unwrap_or(text);
    let read = read_date((text, CellKind::Text), order, counts_from_1904).ok()?;
    let DateValue::Full(date) = read.value else {
        return None;
    };
    let midnight = Timestamp::start_of_vietnam_date(date)?;
    match text.split_once(['T', ' ']) {
        None => Some(midnight),
        Some((_, clock)) => seconds(clock.trim()).map(|s| midnight.saturating_add_seconds(s)),
    }
}

/// `hh:mm` or `hh:mm:ss`, a fraction dropped, as seconds of the day.
fn seconds(clock: &str) -> Option<i64> {
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let mut parts = clock.split(':').map(|part| up_to_two(part).map(i64::from));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let sound = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    sound.then(|| {
        hour.saturating_mul(3600)
            .saturating_add(minute.saturating_mul(60))
            .saturating_add(second)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<String, DateFault> {
        read_date((text, CellKind::Text), DateOrder::DayFirst, false).map(|read| read.value.iso())
    }

    #[test]
    fn forms_of_a_day() {
        for text in [
            "2021-10-05",
            "05/10/2021",
            "5/10/2021",
            "05-10-2021",
            "05.10.2021",
            "2021/10/05",
            "2021-10-05T00:00:00",
            "05/10/2021 08:30",
        ] {
            assert_eq!(read(text).as_deref(), Ok("2021-10-05"), "{text}");
        }
        assert_eq!(read("1948").as_deref(), Ok("1948"));
        assert_eq!(read("5/1948").as_deref(), Ok("1948-05"));
        assert_eq!(read("1948-05").as_deref(), Ok("1948-05"));
    }

    #[test]
    fn what_is_no_day() {
        for text in [
            "",
            "31/02/2021",
            "2021-13-01",
            "05/10/21",
            "44474",
            "hôm qua",
            "1/2/3/4",
            "0/0/2021",
            "5/10/0021",
            "05/10/",
            "00/1948",
        ] {
            assert_eq!(read(text), Err(DateFault::Unreadable), "{text}");
        }
        assert_eq!(read("10/25/2021"), Err(DateFault::OtherOrder));
        let american = read_date(("10/25/2021", CellKind::Text), DateOrder::MonthFirst, false);
        assert_eq!(
            american.map(|read| read.value.iso()).as_deref(),
            Ok("2021-10-25")
        );
    }

    #[test]
    fn days_that_could_be_months_are_marked() {
        let ambiguous = |text| {
            read_date((text, CellKind::Text), DateOrder::DayFirst, false)
                .unwrap()
                .ambiguous
        };
        assert!(ambiguous("05/10/2021"));
        assert!(!ambiguous("25/10/2021"));
        assert!(!ambiguous("05/05/2021"));
        assert!(!ambiguous("2021-10-05"));
    }

    #[test]
    fn serial_numbers_count_from_1900_or_1904() {
        let serial = |text, from_1904| {
            let read = read_date((text, CellKind::Number), DateOrder::DayFirst, from_1904).unwrap();
            assert!(read.serial);
            read.value.iso()
        };
        // The same day in both systems: they lie 1462 days apart.
        assert_eq!(serial("44474", false), "2021-10-05");
        assert_eq!(serial("43012", true), "2021-10-05");
        // Day 60 of the 1900 system is 29 February 1900, which never was.
        assert!(read_date(("60", CellKind::Number), DateOrder::DayFirst, false).is_err());
        assert_eq!(serial("61", false), "1900-03-01");
        assert_eq!(serial("1", false), "1900-01-01");
        for text in ["0", "-5", "1e300", "NaN", "2958466"] {
            assert!(read_date((text, CellKind::Number), DateOrder::DayFirst, false).is_err());
        }
        // A year typed as a number is a year.
        let year = read_date(("1948", CellKind::Number), DateOrder::DayFirst, false).unwrap();
        assert_eq!(year.value, DateValue::Year(1948));
    }

    #[test]
    fn instants() {
        let read = |text| {
            read_instant((text, CellKind::Text), DateOrder::DayFirst, false).map(|t| t.to_string())
        };
        for text in [
            "2021-10-05T01:30:00Z",
            "2021-10-05 08:30",
            "05/10/2021 08:30:00",
            "2021-10-05T08:30:00.5",
        ] {
            assert_eq!(
                read(text).as_deref(),
                Some("2021-10-05T01:30:00Z"),
                "{text}"
            );
        }
        assert_eq!(read("2021-10-05").as_deref(), Some("2021-10-04T17:00:00Z"));
        for text in ["2021-10-05 25:00", "2021-10-05 08", "1948", "x"] {
            assert_eq!(read(text), None, "{text}");
        }
        let serial = read_instant(("44474.5", CellKind::Number), DateOrder::DayFirst, false);
        assert_eq!(
            serial.map(|t| t.to_string()).as_deref(),
            Some("2021-10-05T05:00:00Z")
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,24}") {
            for kind in [CellKind::Text, CellKind::Number, CellKind::Date] {
                let _date = read_date((&text, kind), DateOrder::DayFirst, true);
                let _instant = read_instant((&text, kind), DateOrder::MonthFirst, false);
            }
        }

        #[test]
        fn every_day_is_read_back(days in -25_000_i32..30_000) {
            let seconds = i64::from(days).saturating_mul(86_400);
            let date = Timestamp::from_unix_seconds(seconds).unwrap().utc_date().unwrap();
            let written = format!("{}/{}/{:04}", date.day(), date.month(), date.year());
            prop_assert_eq!(read(&written), Ok(format!("{date}")));
            prop_assert_eq!(read(&format!("{date}")), Ok(format!("{date}")));
        }
    }
}
