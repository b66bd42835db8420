//! The dose table of the press: kinds of dose by age (R76-R80).

use alloc::collections::BTreeMap;
use core::fmt::Write as _;

use dcc_model::Lang;
use dcc_registry::{DoseKind, civil};

use super::Doses;

/// An age band of the press, by completed years on the day of the dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AgeBand {
    /// 18 and more.
    Adult,
    /// 12 to 17.
    Youth,
    /// 5 to 11.
    Child,
    /// Below 5, for whom there was no vaccine.
    Infant,
    /// Not told by the birth date, or not in one band only.
    Unknown,
}

impl AgeBand {
    /// Every band, in the order of the press.
    pub const ALL: &'static [Self] = &[
        Self::Adult,
        Self::Youth,
        Self::Child,
        Self::Infant,
        Self::Unknown,
    ];

    /// The band of somebody born on `birth_date` (ISO 8601 with its own precision), on `day`. A
    /// partial date counts where every day that it can mean gives the same band.
    pub fn at(day: civil::Date, birth_date: &str) -> Self {
        let (first, last) = match birth_date.len() {
            10 => (birth_date.parse().ok(), birth_date.parse().ok()),
            7 => {
                let first: Option<civil::Date> = format!("{birth_date}-01").parse().ok();
                (first, first.map(civil::Date::last_of_month))
            }
            4 => {
                let end = |rest: &str| format!("{birth_date}-{rest}").parse().ok();
                (end("01-01"), end("12-31"))
            }
            _ => (None, None),
        };
        match (first, last) {
            (Some(first), Some(last)) if Self::of(day, first) == Self::of(day, last) => {
                Self::of(day, first)
            }
            _ => Self::Unknown,
        }
    }

    /// The words of the press.
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Adult, Lang::Vi) => "Từ 18 tuổi trở lên",
            (Self::Adult, _) => "18 years and older",
            (Self::Youth, Lang::Vi) => "Từ 12-17 tuổi",
            (Self::Youth, _) => "12 to 17 years",
            (Self::Child, Lang::Vi) => "Từ 5-11 tuổi",
            (Self::Child, _) => "5 to 11 years",
            (Self::Infant, Lang::Vi) => "Dưới 5 tuổi",
            (Self::Infant, _) => "Below 5 years",
            (Self::Unknown, Lang::Vi) => "Không rõ tuổi",
            (Self::Unknown, _) => "Age unknown",
        }
    }

    fn of(day: civil::Date, born: civil::Date) -> Self {
        let before = (day.month(), day.day()) < (born.month(), born.day());
        let years = day
            .year()
            .saturating_sub(born.year())
            .saturating_sub(i16::from(before));
        match years {
            i16::MIN..0 => Self::Unknown,
            0..5 => Self::Infant,
            5..12 => Self::Child,
            12..18 => Self::Youth,
            _ => Self::Adult,
        }
    }
}

const fn kind_label(kind: Option<DoseKind>, lang: Lang) -> &'static str {
    match (kind, lang) {
        (Some(DoseKind::Primary1), Lang::Vi) => "Mũi 1",
        (Some(DoseKind::Primary1), _) => "Dose 1",
        (Some(DoseKind::Primary2), Lang::Vi) => "Mũi 2",
        (Some(DoseKind::Primary2), _) => "Dose 2",
        (Some(DoseKind::Primary3), Lang::Vi) => "Mũi 3",
        (Some(DoseKind::Primary3), _) => "Dose 3",
        (Some(DoseKind::Additional), Lang::Vi) => "Mũi bổ sung",
        (Some(DoseKind::Additional), _) => "Additional dose",
        (Some(DoseKind::Booster1), Lang::Vi) => "Mũi nhắc lại lần 1",
        (Some(DoseKind::Booster1), _) => "First booster",
        (Some(DoseKind::Booster2), Lang::Vi) => "Mũi nhắc lại lần 2",
        (Some(DoseKind::Booster2), _) => "Second booster",
        (_, Lang::Vi) => "Không khai loại mũi",
        (_, _) => "Kind not declared",
    }
}

/// The table: doses by age band and declared kind, which are never mixed (R80).
///
/// ```
/// use dcc_issue::statistics::{AgeBand, Doses, PressTable};
/// use dcc_registry::DoseKind;
///
/// let mut table = PressTable::default();
/// table.add(AgeBand::Child, Some(DoseKind::Primary1), Doses::new(3_385_880));
/// table.add(AgeBand::Child, Some(DoseKind::Primary2), Doses::new(19_600));
/// assert_eq!(table.band(AgeBand::Child).to_string(), "3.405.480");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PressTable {
    doses: BTreeMap<(AgeBand, Option<DoseKind>), Doses>,
}

impl PressTable {
    /// Adds counted events.
    pub fn add(&mut self, age: AgeBand, kind: Option<DoseKind>, doses: Doses) {
        self.doses.entry((age, kind)).or_default().include(doses);
    }

    /// One cell.
    pub fn doses(&self, age: AgeBand, kind: Option<DoseKind>) -> Doses {
        self.doses.get(&(age, kind)).copied().unwrap_or_default()
    }

    /// The sum of a band.
    pub fn band(&self, age: AgeBand) -> Doses {
        self.sum(|band| band == age)
    }

    /// All doses.
    pub fn total(&self) -> Doses {
        self.sum(|_| true)
    }

    /// The cells that are not empty, in the order of the press.
    pub fn cells(&self) -> impl Iterator<Item = (AgeBand, Option<DoseKind>, Doses)> + '_ {
        self.doses
            .iter()
            .map(|((age, kind), doses)| (*age, *kind, *doses))
    }

    fn sum(&self, pass: impl Fn(AgeBand) -> bool) -> Doses {
        let mut sum = Doses::default();
        for ((band, _), doses) in &self.doses {
            if pass(*band) {
                sum.include(*doses);
            }
        }
        sum
    }

    /// The table in the rows of the press: the total, then each band with its kinds.
    pub fn display(&self, lang: Lang) -> String {
        let mut text = String::new();
        let total = match lang {
            Lang::Vi => "Tổng số liều vắc xin đã tiêm",
            _ => "Doses given",
        };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{total:<32}{:>14}", self.total().to_string());
        let kinds = DoseKind::ALL.iter().map(|kind| Some(*kind)).chain([None]);
        let kinds: Vec<Option<DoseKind>> = kinds.collect();
        for band in AgeBand::ALL
            .iter()
            .copied()
            .filter(|band| self.band(*band) > Doses::default())
        {
            let sum = self.band(band).to_string();
            let _ = writeln!(text, "{:<32}{sum:>14}", band.label(lang));
            for kind in &kinds {
                let doses = self.doses(band, *kind);
                if doses > Doses::default() {
                    let label = kind_label(*kind, lang);
                    let _ = writeln!(text, "  {label:<30}{:>14}", doses.to_string());
                }
            }
        }
        text
    }
}

/// A number as Vietnam writes it: 219.047.772.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}
