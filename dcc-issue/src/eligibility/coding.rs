//! Dose numbers and vaccine codes of a certificate (vn/facts.md sections 4 and 5).

use dcc_model::{VietnamVaccine, civil};
use dcc_registry::DoseKind;

/// `dn` and `sd`: which dose it is of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DoseCoding {
    /// `dn`: how many doses were received; at least 1.
    pub number: u32,
    /// `sd`: the doses of the series; at least 1.
    pub series: u32,
}

impl DoseCoding {
    /// The coding of `received` doses after a series whose first product is `first`.
    ///
    /// Within the series n of its length (1/2, 2/2; 1/1 of Janssen; 1/3 to 3/3 of Abdala); beyond
    /// it n/n (3/3, 4/4), and n/1 where the series is a single dose (2/1, 3/1), by Implementing
    /// Decision (EU) 2021/2301. An additional dose is coded like a booster. 3/3 of Abdala is the
    /// same as a booster behind two doses: verifiers tell them apart by the product.
    pub fn of(first: &VietnamVaccine, received: u32) -> Self {
        let length = u32::from(first.series_length());
        let series = match (received <= length, length) {
            (true, length) => length,
            (false, 1) => 1,
            (false, _) => received,
        };
        Self {
            number: received,
            series,
        }
    }
}

/// The codes of the dose that a certificate names, one row of the EU's encoding table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DoseCodes {
    /// `mp`: the medicinal product.
    pub product: &'static str,
    /// `ma`: the holder of its authorisation, or its maker.
    pub holder: &'static str,
    /// `vp`: the vaccine's type, by the value set of the day of issue.
    pub vaccine: &'static str,
}

impl DoseCodes {
    /// The codes of `vaccine` in a certificate that is issued on `day` (UTC+7).
    pub fn of(vaccine: &VietnamVaccine, day: civil::Date) -> Self {
        Self {
            product: vaccine.product(),
            holder: vaccine.holder(),
            vaccine: vaccine.vaccine_code(day),
        }
    }
}

/// The kind that the `place`-th counted dose (from 1) has by the series of the first product. What
/// a facility declared decides only between additional and booster, which no date tells apart;
/// elsewhere a declaration that differs is remarked upon and changes nothing (R80).
pub fn computed_kind(
    first: &VietnamVaccine,
    place: u32,
    declared: Option<DoseKind>,
    boosters_before: u32,
) -> DoseKind {
    let length = u32::from(first.series_length());
    match (place <= length, place) {
        (true, 1) => DoseKind::Primary1,
        (true, 2) => DoseKind::Primary2,
        (true, _) => DoseKind::Primary3,
        (false, _) if declared == Some(DoseKind::Additional) => DoseKind::Additional,
        (false, _) if boosters_before == 0 => DoseKind::Booster1,
        (false, _) => DoseKind::Booster2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(first: &str, received: u32) -> String {
        let first = VietnamVaccine::by_name(first).unwrap();
        let coding = DoseCoding::of(first, received);
        format!("{}/{}", coding.number, coding.series)
    }

    #[test]
    fn dose_numbers_are_those_of_the_table() {
        for (first, expected) in [
            ("pfizer", ["1/2", "2/2", "3/3", "4/4", "5/5"]),
            ("janssen", ["1/1", "2/1", "3/1", "4/1", "5/1"]),
            ("abdala", ["1/3", "2/3", "3/3", "4/4", "5/5"]),
        ] {
            for (received, expected) in (1..).zip(expected) {
                assert_eq!(coded(first, received), expected, "{first} {received}");
            }
        }
    }

    #[test]
    fn the_vaccine_code_is_that_of_the_day_of_issue() {
        let az = VietnamVaccine::by_name("az").unwrap();
        let of = |day| DoseCodes::of(az, day);
        assert_eq!(of(civil::date(2022, 6, 1)).vaccine, "J07BX03");
        assert_eq!(of(civil::date(2026, 6, 1)).vaccine, "29061000087103");
        assert_eq!(of(civil::date(2026, 6, 1)).holder, "ORG-100001699");
    }

    #[test]
    fn kinds_follow_the_series_of_the_first_product() {
        use DoseKind::{Additional, Booster1, Booster2, Primary1, Primary2, Primary3};
        let kind = |first: &str, place, declared, before| {
            computed_kind(
                VietnamVaccine::by_name(first).unwrap(),
                place,
                declared,
                before,
            )
        };
        assert_eq!(kind("az", 1, Some(Booster1), 0), Primary1);
        assert_eq!(kind("az", 2, None, 0), Primary2);
        assert_eq!(kind("az", 3, Some(Primary3), 0), Booster1);
        assert_eq!(kind("az", 3, Some(Additional), 0), Additional);
        assert_eq!(kind("az", 4, Some(Booster1), 0), Booster1);
        assert_eq!(kind("az", 4, Some(Booster1), 1), Booster2);
        assert_eq!(kind("abdala", 3, Some(Additional), 0), Primary3);
        assert_eq!(kind("janssen", 2, None, 0), Booster1);
    }
}
