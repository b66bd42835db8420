//! Instants, as seconds since 1970-01-01T00:00:00Z.

use core::fmt;
use core::str::FromStr;

use jiff::civil;
use jiff::tz::Offset;

/// An instant in whole seconds of UTC (a CWT `NumericDate`, RFC 8392 section 2).
///
/// Values are limited to the years -9999 to 9999, so that every one can be written as RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Vietnam's offset from UTC in seconds; dates of doses, births and age bands are in this zone.
const VIETNAM_OFFSET_SECONDS: i32 = 7 * 3600;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The instant `seconds` after the epoch, or `None` beyond the years -9999 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds)
            .ok()
            .map(|_| Self(seconds))
    }

    /// The present instant by the system's clock.
    ///
    /// The only place of the workspace that reads a clock: everything else takes time as an
    /// argument. Not there on `wasm32-unknown-unknown`, which has no clock: take the time from
    /// the host.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one reader of the system clock"
    )]
    pub fn now() -> Self {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // A clock before 1970 or past year 9999 is a broken clock; the epoch makes every
        // certificate "not yet valid", which fails closed.
        since_epoch
            .ok()
            .and_then(|d| i64::try_from(d.as_secs()).ok())
            .and_then(Self::from_unix_seconds)
            .unwrap_or(Self::UNIX_EPOCH)
    }

    /// Seconds since the epoch.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// This instant moved by `seconds`, kept inside the supported range.
    #[must_use]
    pub fn saturating_add_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds);
        if Self::from_unix_seconds(moved).is_some() {
            return Self(moved);
        }
        let bound = if seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        Self(bound.as_second())
    }

    /// This instant moved by calendar months in UTC; the day is clipped to the month's end
    /// (29 February plus 12 months is 28 February). `None` beyond the supported range.
    pub fn checked_add_months(self, months: i32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        let moved = self.civil(0)?.checked_add(span).ok()?;
        let stamp = Offset::UTC.to_timestamp(moved).ok()?;
        Self::from_unix_seconds(stamp.as_second())
    }

    /// The calendar date of this instant in Vietnam (UTC+7).
    pub fn vietnam_date(self) -> Option<civil::Date> {
        self.civil(VIETNAM_OFFSET_SECONDS)
            .map(civil::DateTime::date)
    }

    /// The calendar date of this instant in UTC.
    pub fn utc_date(self) -> Option<civil::Date> {
        self.civil(0).map(civil::DateTime::date)
    }

    /// The first second of `date` in Vietnam (00:00 UTC+7).
    pub fn start_of_vietnam_date(date: civil::Date) -> Option<Self> {
        let offset = Offset::from_seconds(VIETNAM_OFFSET_SECONDS).ok()?;
        let stamp = offset.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        Some(Self(stamp.as_second()))
    }

    fn civil(self, offset_seconds: i32) -> Option<civil::DateTime> {
        let stamp = jiff::Timestamp::from_second(self.0).ok()?;
        let offset = Offset::from_seconds(offset_seconds).ok()?;
        Some(offset.to_datetime(stamp))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, such as `2022-04-14T15:38:07Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(stamp) => write!(f, "{stamp}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// A text that is neither an RFC 3339 instant nor a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: give RFC 3339 such as 2022-04-14T15:38:07Z, or a date such as 2022-04-14")]
#[non_exhaustive]
pub struct TimeParseError;

impl FromStr for Timestamp {
    type Err = TimeParseError;

    /// RFC 3339 with an offset (a fraction is dropped), or a date, which stands for 00:00 UTC+7.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            let floor = stamp.as_nanosecond().div_euclid(1_000_000_000);
            return i64::try_from(floor)
                .ok()
                .and_then(Self::from_unix_seconds)
                .ok_or(TimeParseError);
        }
        let date = (text.len() == "2022-04-14".len()).then(|| text.parse::<civil::Date>().ok());
        date.flatten()
            .and_then(Self::start_of_vietnam_date)
            .ok_or(TimeParseError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_clip_to_the_month_end() {
        let leap: Timestamp = "2024-02-29T10:00:00Z".parse().unwrap();
        assert_eq!(
            leap.checked_add_months(12).unwrap().to_string(),
            "2025-02-28T10:00:00Z"
        );
    }

    #[test]
    fn a_date_is_midnight_in_vietnam() {
        let day: Timestamp = "2022-04-15".parse().unwrap();
        assert_eq!(day.to_string(), "2022-04-14T17:00:00Z");
        assert_eq!(day.vietnam_date().unwrap().to_string(), "2022-04-15");
    }

    #[test]
    fn fractions_are_floored_and_offsets_taken() {
        let stamp: Timestamp = "2022-04-14T22:38:07.9+07:00".parse().unwrap();
        assert_eq!(stamp.to_string(), "2022-04-14T15:38:07Z");
    }

    #[test]
    fn nonsense_and_zoneless_times_are_refused() {
        for text in [
            "",
            "yesterday",
            "2022-04-14T15:38:07",
            "2022-13-01",
            "20220414",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimeParseError), "{text}");
        }
    }

    #[test]
    fn range_ends_do_not_overflow() {
        assert!(Timestamp::from_unix_seconds(i64::MAX).is_none());
        let end = Timestamp::UNIX_EPOCH.saturating_add_seconds(i64::MAX);
        assert!(end.to_string().starts_with("9999-12-30"));
        assert!(end.checked_add_months(12).is_none());
    }
}
