//! Vietnamese identity numbers: what their digits say, and whether that fits their bearer.
//!
//! A personal number (số định danh cá nhân, printed on the CCCD) has twelve digits: province of
//! birth registration (3), century and sex (1), year of birth (2), random (6); Decree
//! 137/2015/NĐ-CP article 13, Circular 59/2021/TT-BCA article 4. It has **no check digit**, so a
//! number of the right form is plausible, never proved. The old CMND has nine digits, or twelve of
//! the same structure, and is not unique.

mod number;
mod provinces;

pub use number::{IdentityNumber, NumberBearer, NumberFault, NumberSuspicion, NumberVerdict};

/// Which document a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// Căn cước công dân: twelve digits.
    Cccd,
    /// Chứng minh nhân dân: nine digits, or twelve; not unique.
    Cmnd,
    /// Số định danh cá nhân of someone who holds no card, such as a child: twelve digits.
    PersonalNumber,
    /// A passport of any country: letters and digits, no pattern is enforced.
    Passport,
}

impl DocumentKind {
    /// Every value.
    pub const ALL: &'static [Self] =
        &[Self::Cccd, Self::Cmnd, Self::PersonalNumber, Self::Passport];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cccd => "cccd",
            Self::Cmnd => "cmnd",
            Self::PersonalNumber => "personal_number",
            Self::Passport => "passport",
        }
    }
}

/// A person's sex as Vietnamese documents write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

impl Sex {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Male, Self::Female];

    /// The stored word: `M` or `F`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
        }
    }
}

/// A province of 2022 (63 of them) and the province of 2025 (34) that it became part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Province {
    number_prefix: &'static str,
    name: &'static str,
    code_2025: &'static str,
    name_2025: &'static str,
}

impl Province {
    const fn new(
        number_prefix: &'static str,
        name: &'static str,
        code_2025: &'static str,
        name_2025: &'static str,
    ) -> Self {
        Self {
            number_prefix,
            name,
            code_2025,
            name_2025,
        }
    }

    /// All 63, by code.
    pub fn all() -> &'static [Self] {
        &provinces::PROVINCES
    }

    /// The province whose births are registered under the first three digits of `number`.
    ///
    /// `None` also stands for births registered abroad, whose country codes are not published: an
    /// unknown prefix is worth a look and never a fault.
    pub fn of_number(number: &str) -> Option<&'static Self> {
        let prefix = number.get(..3)?;
        Self::all()
            .iter()
            .find(|province| province.number_prefix == prefix)
    }

    /// The province with the two-digit code of the statistics office, the first digits of none of
    /// its communes but the second column of every list of them.
    pub fn of_code(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|province| province.code() == code)
    }

    /// The first three digits of personal numbers registered there, such as `001`.
    pub const fn number_prefix(&self) -> &'static str {
        self.number_prefix
    }

    /// The two-digit code of the statistics office in 2022, such as `01`.
    pub fn code(&self) -> &'static str {
        self.number_prefix.get(1..).unwrap_or_default()
    }

    /// Its name in 2022.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The code of the province that it belongs to since 1 July 2025.
    pub const fn code_2025(&self) -> &'static str {
        self.code_2025
    }

    /// The name of the province that it belongs to since 1 July 2025.
    pub const fn name_2025(&self) -> &'static str {
        self.name_2025
    }
}

#[cfg(test)]
mod tests;
