//! The doses that a person truly got: kinds and shares of campaign.tsv, products of vaccines.tsv.

use dcc_model::{Timestamp, civil};
use dcc_registry::DoseKind;

use super::random::{Stream, Weighted};
use super::tables::Band;

/// The last day of the campaign's figures (R76).
const LAST_DAY: civil::Date = civil::date(2022, 5, 21);

/// One of the eight vaccines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) key: &'static str,
    /// Spellings that intake knows.
    pub(super) spellings: [&'static str; 3],
    /// Doses of its own series.
    pub(super) series: usize,
    /// The first day on which it was given.
    from: civil::Date,
    /// Days between its doses.
    gap: (i64, i64),
}

const fn product(
    key: &'static str,
    spellings: [&'static str; 3],
    series: usize,
    from: civil::Date,
    gap: (i64, i64),
) -> Product {
    Product {
        key,
        spellings,
        series,
        from,
        gap,
    }
}

const AZ: Product = product(
    "az",
    ["AstraZeneca", "Vaxzevria", "ASTRAZENECA"],
    2,
    civil::date(2021, 3, 8),
    (28, 56),
);
const SPUTNIK: Product = product(
    "sputnik",
    ["Sputnik V", "Sputnik-V", "SPUTNIK V"],
    2,
    civil::date(2021, 8, 1),
    (21, 42),
);
const VERO_CELL: Product = product(
    "verocell",
    ["Vero Cell", "BBIBP-CorV", "VEROCELL"],
    2,
    civil::date(2021, 8, 1),
    (21, 35),
);
const PFIZER: Product = product(
    "pfizer",
    ["Pfizer", "Comirnaty", "PFIZER"],
    2,
    civil::date(2021, 7, 8),
    (21, 42),
);
const MODERNA: Product = product(
    "moderna",
    ["Moderna", "Spikevax", "moderna"],
    2,
    civil::date(2021, 7, 10),
    (28, 42),
);
const JANSSEN: Product = product(
    "janssen",
    ["Janssen", "Jcovden", "JANSSEN"],
    1,
    civil::date(2021, 8, 1),
    (60, 90),
);
const HAYAT: Product = product(
    "hayat",
    ["Hayat-Vax", "Hayat Vax", "HAYAT-VAX"],
    2,
    civil::date(2021, 9, 20),
    (21, 35),
);
const ABDALA: Product = product(
    "abdala",
    ["Abdala", "ABDALA", "abdala"],
    3,
    civil::date(2021, 10, 1),
    (14, 21),
);

/// One shot.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) product: Product,
    pub(super) date: civil::Date,
    pub(super) kind: DoseKind,
    pub(super) lot: String,
}

/// What is drawn from for every course.
#[derive(Clone, Debug)]
pub(super) struct Products {
    first: Weighted<Product>,
    booster: Weighted<Product>,
}

impl Products {
    /// Weights of first doses: `campaign_weight` of vaccines.tsv.
    pub(super) fn new() -> Self {
        Self {
            first: Weighted::new([
                (AZ, 3100),
                (SPUTNIK, 100),
                (VERO_CELL, 2400),
                (PFIZER, 3400),
                (MODERNA, 740),
                (JANSSEN, 5),
                (HAYAT, 25),
                (ABDALA, 230),
            ]),
            booster: Weighted::new([(PFIZER, 55), (MODERNA, 15), (AZ, 25), (VERO_CELL, 5)]),
        }
    }
}

/// Draws the doses of a person of this band, in the order of their dates; at least one.
pub(super) fn course(band: Band, products: &Products, stream: &mut Stream) -> Vec<Shot> {
    let (first, opened, closed) = match band {
        Band::Adult => {
            let first = products.first.draw(stream).copied().unwrap_or(PFIZER);
            (first, first.from, civil::date(2021, 11, 15))
        }
        Band::Teenager => (PFIZER, civil::date(2021, 10, 27), civil::date(2022, 3, 31)),
        Band::Child => {
            let first = if stream.below(2) == 0 {
                PFIZER
            } else {
                MODERNA
            };
            (first, civil::date(2022, 4, 14), civil::date(2022, 5, 21))
        }
    };
    let day = stream.between(day_number(opened), day_number(closed));
    let mut shots = Vec::new();
    push(&mut shots, first, day, DoseKind::Primary1, stream);
    // P(mũi 2 | mũi 1) of campaign.tsv.
    let second = match band {
        Band::Adult => 961_000,
        Band::Teenager => 952_000,
        Band::Child => 5_800,
    };
    let primary = [(DoseKind::Primary2, second), (DoseKind::Primary3, 920_000)];
    let mut day = day;
    for (kind, share) in primary.into_iter().take(first.series.saturating_sub(1)) {
        day = day.saturating_add(stream.between(first.gap.0, first.gap.1));
        if !stream.chance(share)
            || !push(&mut shots, next_product(first, stream), day, kind, stream)
        {
            return shots;
        }
    }
    if band == Band::Adult {
        boosters(&mut shots, day, products, stream);
    }
    shots
}

/// Of adults with a first dose 0.212 got bổ sung, 0.578 nhắc lại 1 and 0.0009 nhắc lại 2; here the
/// shares are of those with a full course.
fn boosters(shots: &mut Vec<Shot>, last: i64, products: &Products, stream: &mut Stream) {
    let booster = |stream: &mut Stream| products.booster.draw(stream).copied().unwrap_or(PFIZER);
    if stream.chance(221_000) {
        let day = last.saturating_add(stream.between(28, 60));
        push(shots, booster(stream), day, DoseKind::Additional, stream);
    }
    if stream.chance(602_000) {
        let day = last.saturating_add(stream.between(110, 130));
        let given = push(shots, booster(stream), day, DoseKind::Booster1, stream);
        if given && stream.chance(1_600) {
            let day = day.saturating_add(stream.between(30, 60));
            push(shots, booster(stream), day, DoseKind::Booster2, stream);
        }
    }
}

/// Pfizer behind `az`, and Pfizer with Moderna, were official mixes (facts section 5).
fn next_product(first: Product, stream: &mut Stream) -> Product {
    let mixed = stream.below(100) < 8;
    match first.key {
        "az" | "moderna" if mixed => PFIZER,
        "pfizer" if mixed => MODERNA,
        _ => first,
    }
}

fn push(
    shots: &mut Vec<Shot>,
    product: Product,
    day: i64,
    kind: DoseKind,
    stream: &mut Stream,
) -> bool {
    let Some(date) = date_of(day).filter(|date| *date <= LAST_DAY) else {
        return false;
    };
    let letters = product.key.get(..2).unwrap_or("xx").to_ascii_uppercase();
    let lot = format!("{letters}{:02}{:03}", date.month(), stream.below(1000));
    shots.push(Shot {
        product,
        date,
        kind,
        lot,
    });
    true
}

const SECONDS: i64 = 86_400;

/// Days since 1970.
pub(super) fn day_number(date: civil::Date) -> i64 {
    Timestamp::start_of_vietnam_date(date).map_or(0, |start| {
        start.unix_seconds().div_euclid(SECONDS).saturating_add(1)
    })
}

pub(super) fn date_of(day: i64) -> Option<civil::Date> {
    Timestamp::from_unix_seconds(day.checked_mul(SECONDS)?)?.utc_date()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn days_are_counted_both_ways() {
        for date in [
            civil::date(2021, 3, 8),
            civil::date(1970, 1, 1),
            civil::date(2022, 5, 21),
        ] {
            assert_eq!(date_of(day_number(date)), Some(date));
        }
    }

    #[test]
    fn shares_of_kinds_are_those_of_the_campaign() {
        let products = Products::new();
        let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
        for index in 0..100_000 {
            let mut stream = Stream::new(1, Purpose::Course, index);
            let shots = course(Band::Adult, &products, &mut stream);
            for pair in shots.windows(2) {
                assert!(day_number(pair[1].date) - day_number(pair[0].date) > 3);
            }
            for shot in shots {
                *kinds.entry(shot.kind.word()).or_default() += 1;
            }
        }
        let near = |kind: &str, share: u32| kinds[kind].abs_diff(share) < share / 10 + 30;
        assert_eq!(kinds["primary-1"], 100_000);
        assert!(near("primary-2", 96_100), "{kinds:?}");
        assert!(near("primary-3", 2_030), "{kinds:?}");
        assert!(near("additional", 21_200), "{kinds:?}");
        assert!(near("booster-1", 57_800), "{kinds:?}");
        assert!(near("booster-2", 90), "{kinds:?}");
    }
}
