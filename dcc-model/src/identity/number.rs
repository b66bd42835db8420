//! The verdict on one number.

use core::fmt;

use super::{DocumentKind, Province, Sex};
use crate::{Coded, Lang};

/// Years by which a number's year must precede a stated birth year before it looks like that of a
/// parent.
const GENERATION: i16 = 14;

/// What is known of the person who is said to bear a number, from other fields. `Debug` prints
/// none of it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NumberBearer {
    /// The year of birth, where stated.
    pub birth_year: Option<i16>,
    /// The sex, where stated.
    pub sex: Option<Sex>,
}

impl NumberBearer {
    /// A bearer of this birth year and sex.
    pub const fn new(birth_year: Option<i16>, sex: Option<Sex>) -> Self {
        Self { birth_year, sex }
    }
}

impl fmt::Debug for NumberBearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberBearer")
    }
}

/// Why a number cannot be one of its document (R48). None of these is repaired without somebody's
/// confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberFault {
    /// There is nothing.
    Empty,
    /// Excel wrote it as a power of ten; digits are lost for good.
    ScientificNotation,
    /// There is something beside digits.
    NotDigits,
    /// A spreadsheet dropped the leading zeros; [`IdentityNumber::proposal`] puts them back.
    LeadingZeroLost,
    /// It is not as long as its document's numbers.
    Length,
    /// One digit repeated, as typed to get past a required field.
    Placeholder,
}

impl Coded for NumberFault {
    const ALL: &'static [Self] = &[
        Self::Empty,
        Self::ScientificNotation,
        Self::NotDigits,
        Self::LeadingZeroLost,
        Self::Length,
        Self::Placeholder,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Empty => "number-empty",
            Self::ScientificNotation => "number-scientific-notation",
            Self::NotDigits => "number-not-digits",
            Self::LeadingZeroLost => "number-leading-zero-lost",
            Self::Length => "number-length",
            Self::Placeholder => "number-placeholder",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Empty, Lang::Vi) => "Không có số giấy tờ.",
            (Self::Empty, Lang::En) => "There is no document number.",
            (Self::ScientificNotation, Lang::Vi) => {
                "Số bị Excel ghi dạng lũy thừa, đã mất chữ số; nhập lại từ giấy tờ."
            }
            (Self::ScientificNotation, Lang::En) => {
                "Excel wrote the number as a power of ten and digits are lost; enter it anew."
            }
            (Self::NotDigits, Lang::Vi) => "Số có ký tự không phải chữ số.",
            (Self::NotDigits, Lang::En) => "The number holds something beside digits.",
            (Self::LeadingZeroLost, Lang::Vi) => {
                "Số có thể mất số 0 ở đầu (do Excel). Kiểm tra giá trị đề xuất rồi xác nhận."
            }
            (Self::LeadingZeroLost, Lang::En) => {
                "Leading zeros seem lost (Excel). Look at the proposed number and confirm it."
            }
            (Self::Length, Lang::Vi) => {
                "Số không đúng độ dài (CCCD và số định danh 12 chữ số, CMND 9 hoặc 12 chữ số)."
            }
            (Self::Length, Lang::En) => {
                "The length is wrong (CCCD and personal numbers have 12 digits, CMND 9 or 12)."
            }
            (Self::Placeholder, Lang::Vi) => "Số chỉ gồm một chữ số lặp lại, không phải số thật.",
            (Self::Placeholder, Lang::En) => "One digit repeated is no real number.",
        }
    }
}

/// Why a well-formed number is worth a look. Never a reason to refuse: people are registered
/// abroad, and registers err.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NumberSuspicion {
    /// The first three digits are not of one of the 63 provinces.
    ProvinceUnknown,
    /// Century and year digits are not the stated year of birth.
    BirthYearDiffers,
    /// They are a generation older: perhaps a parent's number was given for a child.
    ParentsNumber,
    /// The sex digit is not the stated sex.
    SexDiffers,
}

impl Coded for NumberSuspicion {
    const ALL: &'static [Self] = &[
        Self::ProvinceUnknown,
        Self::BirthYearDiffers,
        Self::ParentsNumber,
        Self::SexDiffers,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::ProvinceUnknown => "number-province-unknown",
            Self::BirthYearDiffers => "number-birth-year-differs",
            Self::ParentsNumber => "number-of-parent",
            Self::SexDiffers => "number-sex-differs",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::ProvinceUnknown, Lang::Vi) => "Ba chữ số đầu không phải mã tỉnh đã biết.",
            (Self::ProvinceUnknown, Lang::En) => "The first three digits are no known province.",
            (Self::BirthYearDiffers, Lang::Vi) => "Năm sinh trong số không khớp năm sinh đã khai.",
            (Self::BirthYearDiffers, Lang::En) => "The year in the number is not the stated one.",
            (Self::ParentsNumber, Lang::Vi) => {
                "Số có thể là của cha hoặc mẹ, không phải của trẻ. Kiểm tra lại."
            }
            (Self::ParentsNumber, Lang::En) => {
                "The number may be a parent's and not the child's. Look again."
            }
            (Self::SexDiffers, Lang::Vi) => "Giới tính trong số không khớp giới tính đã khai.",
            (Self::SexDiffers, Lang::En) => "The sex in the number is not the stated one.",
        }
    }
}

/// What a look at a number alone can say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberVerdict {
    /// The form is right and nothing contradicts it.
    Valid,
    /// The form is right, but these facts should be looked at.
    Suspicious(Vec<NumberSuspicion>),
    /// It cannot be a number of this document.
    Malformed(NumberFault),
}

/// An identity number as analysed. `Debug` prints the verdict only.
///
/// ```
/// use dcc_model::{DocumentKind, IdentityNumber, NumberBearer, NumberFault, NumberVerdict};
///
/// // Excel made a number of 001099000123.
/// let number = IdentityNumber::analyse(DocumentKind::Cccd, "1099000123", NumberBearer::default());
/// assert_eq!(*number.verdict(), NumberVerdict::Malformed(NumberFault::LeadingZeroLost));
/// assert_eq!(number.proposal().as_deref(), Some("001099000123"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber {
    kind: DocumentKind,
    normalised: String,
    verdict: NumberVerdict,
}

impl IdentityNumber {
    /// Analyses `text` as a number of `kind`, borne by somebody of whom `bearer` is known.
    pub fn analyse(kind: DocumentKind, text: &str, bearer: NumberBearer) -> Self {
        let normalised = normalise(kind, text);
        let verdict = match kind {
            DocumentKind::Passport if normalised.is_empty() => {
                NumberVerdict::Malformed(NumberFault::Empty)
            }
            DocumentKind::Passport => NumberVerdict::Valid,
            _ => match fault(kind, &normalised) {
                Some(fault) => NumberVerdict::Malformed(fault),
                None if normalised.len() == 12 => verdict_of_twelve(&normalised, bearer),
                None => NumberVerdict::Valid,
            },
        };
        Self {
            kind,
            normalised,
            verdict,
        }
    }

    /// Which document it was said to be of.
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number without spaces, hyphens and invisible characters, full-width digits as plain
    /// ones, letters in capitals; nothing else is changed.
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// The verdict.
    pub const fn verdict(&self) -> &NumberVerdict {
        &self.verdict
    }

    /// The number with its lost zeros, for somebody to confirm.
    pub fn proposal(&self) -> Option<String> {
        matches!(
            self.verdict,
            NumberVerdict::Malformed(NumberFault::LeadingZeroLost)
        )
        .then(|| proposal(self.kind, &self.normalised))
        .flatten()
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityNumber")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}

fn normalise(kind: DocumentKind, text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        '\u{ff10}'..='\u{ff19}' => u32::from(c)
            .checked_sub(0xff10)
            .and_then(|digit| char::from_digit(digit, 10)),
        '-'
        | '\u{2010}'..='\u{2015}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{feff}' => None,
        c if c.is_whitespace() || c.is_control() => None,
        c if kind == DocumentKind::Passport => {
            c.is_ascii_alphanumeric().then(|| c.to_ascii_uppercase())
        }
        c => Some(c.to_ascii_uppercase()),
    });
    kept.collect()
}

fn fault(kind: DocumentKind, number: &str) -> Option<NumberFault> {
    if number.is_empty() {
        return Some(NumberFault::Empty);
    }
    if is_scientific(number) {
        return Some(NumberFault::ScientificNotation);
    }
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return Some(NumberFault::NotDigits);
    }
    let right_length = match kind {
        DocumentKind::Cmnd => matches!(number.len(), 9 | 12),
        _ => number.len() == 12,
    };
    if !right_length {
        let lost = proposal(kind, number).is_some();
        return Some(if lost {
            NumberFault::LeadingZeroLost
        } else {
            NumberFault::Length
        });
    }
    let mut bytes = number.bytes();
    let first = bytes.next();
    bytes
        .all(|b| Some(b) == first)
        .then_some(NumberFault::Placeholder)
}

/// `1.23457E+11` and its localised form with a comma; the plus sign may have been dropped.
fn is_scientific(number: &str) -> bool {
    let Some((mantissa, exponent)) = number.split_once('E') else {
        return false;
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(exponent) && digits(&mantissa.replace(['.', ','], ""))
}

/// Twelve digits that lost one or two zeros begin with a known province again once these are put
/// back; eight digits of a CMND lost one of nine.
fn proposal(kind: DocumentKind, number: &str) -> Option<String> {
    let (zeros, twelve) = match (number.len(), kind) {
        (11, _) => ("0", true),
        (10, _) => ("00", true),
        (8, DocumentKind::Cmnd) => ("0", false),
        _ => return None,
    };
    let whole = alloc::format!("{zeros}{number}");
    (!twelve || Province::of_number(&whole).is_some()).then_some(whole)
}

fn verdict_of_twelve(number: &str, bearer: NumberBearer) -> NumberVerdict {
    let mut found = Vec::new();
    if Province::of_number(number).is_none() {
        found.push(NumberSuspicion::ProvinceUnknown);
    }
    let digit = number
        .get(3..4)
        .and_then(|digit| digit.parse::<i16>().ok())
        .unwrap_or(0);
    let year = number
        .get(4..6)
        .and_then(|year| year.parse::<i16>().ok())
        .unwrap_or(0);
    // Even is male, odd is female; 0 and 1 are of the 1900s, 2 and 3 of the 2000s, and so on.
    let century = 1900_i16.saturating_add(digit.wrapping_div(2).saturating_mul(100));
    let birth_year = century.saturating_add(year);
    if let Some(stated) = bearer.birth_year
        && stated != birth_year
    {
        let parent = birth_year.saturating_add(GENERATION) <= stated;
        found.push(NumberSuspicion::BirthYearDiffers);
        if parent {
            found.push(NumberSuspicion::ParentsNumber);
        }
    }
    let sex = if digit.wrapping_rem(2) == 0 {
        Sex::Male
    } else {
        Sex::Female
    };
    if bearer.sex.is_some_and(|stated| stated != sex) {
        found.push(NumberSuspicion::SexDiffers);
    }
    if found.is_empty() {
        NumberVerdict::Valid
    } else {
        NumberVerdict::Suspicious(found)
    }
}
