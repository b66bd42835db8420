//! Dates as real certificates write them: kept as written, and read as far as they can be.

use core::fmt;

use jiff::civil;

use crate::Timestamp;

/// What a written date says.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateForm {
    /// A whole date. A date that carries a time, too, is read as its date.
    Full(civil::Date),
    /// A year and month.
    YearMonth {
        /// The year.
        year: i16,
        /// The month, 1 to 12.
        month: i8,
    },
    /// A year. A month written as `00` is an unknown month.
    Year(i16),
    /// Nothing: the date is not known.
    Empty,
    /// Something else.
    Other,
}

impl fmt::Debug for DateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::YearMonth { .. } => "YearMonth(..)",
            Self::Year(_) => "Year(..)",
            Self::Empty => "Empty",
            Self::Other => "Other",
        })
    }
}

impl DateForm {
    /// The first day that is meant.
    pub fn earliest(self) -> Option<civil::Date> {
        match self {
            Self::Full(date) => Some(date),
            Self::YearMonth { year, month } => civil::Date::new(year, month, 1).ok(),
            Self::Year(year) => civil::Date::new(year, 1, 1).ok(),
            Self::Empty | Self::Other => None,
        }
    }

    /// The last day that is meant.
    pub fn latest(self) -> Option<civil::Date> {
        match self {
            Self::Full(date) => Some(date),
            Self::YearMonth { .. } => self.earliest().map(civil::Date::last_of_month),
            Self::Year(_) => self.earliest().map(civil::Date::last_of_year),
            Self::Empty | Self::Other => None,
        }
    }
}

/// How a date is written, as far as the schema cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// `2021-06-11`, `2021-06`, `2021` or nothing.
    Plain,
    /// A date and a time.
    WithTime,
    /// In the form of a date, but of none in the calendar.
    Impossible,
    /// Anything else.
    Other,
}

/// What `text` says and how it says it. White space at the ends does not count.
pub(crate) fn read_date(text: &str) -> (DateForm, Writing) {
    let text = text.trim();
    if text.is_empty() {
        return (DateForm::Empty, Writing::Plain);
    }
    if let Some((date, time)) = text.split_at_checked("2021-06-11".len())
        && is_time(time)
    {
        let (form, writing) = read_plain(date);
        return match (form, writing) {
            (DateForm::Full(_), Writing::Plain) => (form, Writing::WithTime),
            (_, Writing::Impossible) => (form, writing),
            _ => (DateForm::Other, Writing::Other),
        };
    }
    read_plain(text)
}

fn read_plain(text: &str) -> (DateForm, Writing) {
    let mut parts = text.split('-');
    let year = parts.next().and_then(|p| number(p, 4));
    let month = parts.next().map(|p| number(p, 2));
    let day = parts.next().map(|p| number(p, 2));
    let impossible = (DateForm::Other, Writing::Impossible);
    match (year, month, day, parts.next()) {
        (Some(year), None, None, None) => (DateForm::Year(year), Writing::Plain),
        (Some(year), Some(Some(month)), None, None) => match i8::try_from(month) {
            Ok(0) => (DateForm::Year(year), Writing::Plain),
            Ok(month @ 1..=12) => (DateForm::YearMonth { year, month }, Writing::Plain),
            _ => impossible,
        },
        (Some(year), Some(Some(month)), Some(Some(day)), None) => {
            let date = i8::try_from(month)
                .and_then(|month| i8::try_from(day).map(|day| civil::Date::new(year, month, day)));
            match date {
                Ok(Ok(date)) => (DateForm::Full(date), Writing::Plain),
                _ => impossible,
            }
        }
        _ => (DateForm::Other, Writing::Other),
    }
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Whether `text` reads like the rest of a date-time: `T00:00:00`, ` 12:30`, `t12:30:01.5+02`.
fn is_time(text: &str) -> bool {
    let Some(clock) = text.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    clock
        .get(.."12:30".len())
        .is_some_and(|start| has_form(start, "00:00"))
        && clock.bytes().all(|b| {
            b.is_ascii_digit() || matches!(b, b':' | b'.' | b',' | b'+' | b'-' | b'Z' | b'z')
        })
}

/// `dob` (DCC schema 1.3.3): a date, a year and month, a year, or empty.
///
/// `Display` shows it as it was written; `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BirthDate {
    text: String,
    form: DateForm,
}

impl BirthDate {
    /// The birth date written as `text`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let (form, _) = read_date(&text);
        Self::read(text, form)
    }

    /// `text`, which says `form`.
    pub(crate) const fn read(text: String, form: DateForm) -> Self {
        Self { text, form }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub const fn form(&self) -> DateForm {
        self.form
    }
}

/// A date of an entry: `v.dt`, `r.fr`, `r.df`, `r.du` (DCC schema 1.3.3, format date).
///
/// `Display` shows it as it was written; `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateText {
    text: String,
    form: DateForm,
}

impl DateText {
    /// The date written as `text`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let (form, _) = read_date(&text);
        Self::read(text, form)
    }

    /// `text`, which says `form`.
    pub(crate) const fn read(text: String, form: DateForm) -> Self {
        Self { text, form }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub const fn form(&self) -> DateForm {
        self.form
    }

    /// The date, if it is a whole one.
    pub const fn date(&self) -> Option<civil::Date> {
        match self.form {
            DateForm::Full(date) => Some(date),
            _ => None,
        }
    }
}

/// A date-time of a test: `t.sc`, and `t.dr` of the versions before 1.2.0 (DCC schema, format date-time).
///
/// `Display` shows it as it was written; `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTimeText {
    text: String,
    instant: Option<Timestamp>,
}

impl DateTimeText {
    /// The date-time written as `text`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let instant = read_instant(&text);
        Self { text, instant }
    }

    /// Whether it is a `date-time` of RFC 3339 section 5.6, and if so whether with a fraction.
    pub(crate) fn rfc3339_fraction(&self) -> Option<bool> {
        self.instant
            .and_then(|_| rfc3339_fraction(self.text.trim()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instant, where an offset is written; a fraction of a second is dropped.
    pub const fn instant(&self) -> Option<Timestamp> {
        self.instant
    }

    /// The date as written, in whatever zone that was.
    pub fn date(&self) -> Option<civil::Date> {
        match read_date(&self.text) {
            (DateForm::Full(date), _) => Some(date),
            _ => None,
        }
    }
}

fn read_instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // A bare date is an instant to `Timestamp`, but here it lacks its time.
    (text.len() > "2021-06-11".len())
        .then(|| text.parse().ok())
        .flatten()
}

/// The form of a `date-time`, and whether it has a fraction.
fn rfc3339_fraction(text: &str) -> Option<bool> {
    let (date, rest) = text.split_at_checked("2021-06-11".len())?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, rest) = rest.split_at_checked("12:30:01".len())?;
    let (fraction, offset) = rest.split_at_checked(rest.find(['Z', 'z', '+', '-'])?)?;
    let whole_date = matches!(read_plain(date), (DateForm::Full(_), Writing::Plain));
    let fraction_fits = fraction.is_empty()
        || fraction
            .strip_prefix('.')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    let offset_fits = matches!(offset, "Z" | "z")
        || offset
            .strip_prefix(['+', '-'])
            .is_some_and(|o| o.len() == 5 && has_form(o, "00:00"));
    (whole_date && has_form(clock, "00:00:00") && fraction_fits && offset_fits)
        .then_some(!fraction.is_empty())
}

/// Whether `text` has a digit wherever `form` has one, and else the same characters.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, like)| {
            if like.is_ascii_digit() {
                byte.is_ascii_digit()
            } else {
                byte == like
            }
        })
}

macro_rules! shown_as_written {
    ($($name:ident)+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

shown_as_written! { BirthDate DateText DateTimeText }
