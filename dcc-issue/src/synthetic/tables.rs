//! The figures behind the population: vn/data as compact tables, their sources in their heads.

use alloc::collections::BTreeMap;

use super::random::Weighted;

const PROVINCES: &str = include_str!("data/provinces.tsv");
const SURNAMES: &str = include_str!("data/surnames.tsv");
const MIDDLE_NAMES: &str = include_str!("data/middle_names.tsv");
const GIVEN_NAMES: &str = include_str!("data/given_names.tsv");
const COMMUNES: &str = include_str!("data/communes.tsv");

/// How many numbers a block of subjects has; provinces and birth years are dealt out in blocks.
pub(super) const BLOCK: u64 = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    North,
    Central,
    South,
}

#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) region: Region,
    pub(super) communes: Vec<Commune>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Commune {
    pub(super) code: &'static str,
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
}

/// A sex and a year of birth, and the band of campaign.tsv that the year belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cohort {
    pub(super) female: bool,
    pub(super) year: i16,
    pub(super) band: Band,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Band {
    Adult,
    Teenager,
    Child,
}

/// Two lists of names, of the older and of the younger.
#[derive(Clone, Debug)]
pub(super) struct ByAge {
    pub(super) older: Weighted<&'static str>,
    pub(super) younger: Weighted<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// Shares of a block.
    pub(super) provinces: Weighted<Place>,
    /// Shares of a block.
    pub(super) cohorts: Weighted<Cohort>,
    pub(super) surnames: [Weighted<&'static str>; 3],
    pub(super) middle_names: [ByAge; 2],
    pub(super) given_names: [ByAge; 2],
}

impl Tables {
    pub(super) fn new() -> Self {
        let mut communes = communes();
        let provinces = lines(PROVINCES).filter_map(|cells| {
            let [code, name, region, share] = cells.try_into().ok()?;
            let region = match region {
                "north" => Region::North,
                "central" => Region::Central,
                _ => Region::South,
            };
            let communes = communes.remove(code).unwrap_or_default();
            Some((
                Place {
                    code,
                    name,
                    region,
                    communes,
                },
                number(share),
            ))
        });
        Self {
            provinces: Weighted::new(provinces.collect::<Vec<_>>()),
            cohorts: cohorts(),
            surnames: [1, 2, 3].map(|column| {
                Weighted::new(
                    lines(SURNAMES)
                        .filter_map(|cells| Some((*cells.first()?, number(cells.get(column)?)))),
                )
            }),
            middle_names: ["M", "F"].map(|sex| by_age(MIDDLE_NAMES, sex)),
            given_names: ["M", "F"].map(|sex| by_age(GIVEN_NAMES, sex)),
        }
    }

    pub(super) fn surnames(&self, region: Region) -> &Weighted<&'static str> {
        let [north, central, south] = &self.surnames;
        match region {
            Region::North => north,
            Region::Central => central,
            Region::South => south,
        }
    }
}

pub(super) fn by_sex<T>([male, female]: &[T; 2], is_female: bool) -> &T {
    if is_female { female } else { male }
}

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

fn by_age(table: &'static str, sex: &str) -> ByAge {
    let column = |column: usize| {
        Weighted::new(lines(table).filter_map(|cells| {
            let fits = *cells.get(1)? == sex;
            fits.then_some((*cells.first()?, number(cells.get(column)?)))
        }))
    };
    ByAge {
        older: column(2),
        younger: column(3),
    }
}

fn communes() -> BTreeMap<&'static str, Vec<Commune>> {
    let mut by_province: BTreeMap<&str, Vec<Commune>> = BTreeMap::new();
    let mut province = "";
    for line in COMMUNES.lines().filter(|line| !line.starts_with('#')) {
        if let Some(code) = line.strip_prefix('=') {
            province = code;
        } else if let Some((code, name)) = line.get(1..).and_then(|rest| rest.split_once(' ')) {
            let kind = match line.get(..1) {
                Some("P") => "Phường",
                Some("T") => "Thị trấn",
                _ => "Xã",
            };
            by_province
                .entry(province)
                .or_default()
                .push(Commune { code, kind, name });
        }
    }
    by_province
}

/// Weights a year: the bands by their first doses (campaign.tsv), 49.8 % male in each (2021
/// yearbook). Years on the border of two bands are left out, so that the band is the same on every
/// day of the campaign. Inside a band all years weigh alike, the old less and less.
fn cohorts() -> Weighted<Cohort> {
    const MALE: u64 = 498;
    let bands = [
        (Band::Adult, 71_471_969_u64, 1922_i16..=2002_i16),
        (Band::Teenager, 8_925_718, 2005..=2008),
        (Band::Child, 3_385_880, 2011..=2016),
    ];
    let all: u64 = bands
        .iter()
        .fold(0, |sum, (_, doses, _)| sum.saturating_add(*doses));
    let mut shares = Vec::new();
    let mut dealt = 0_u64;
    for (band, doses, years) in bands {
        let years: Vec<(i16, u64)> = years.map(|year| (year, year_weight(year))).collect();
        let weight_of_band = years
            .iter()
            .fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
        for (year, weight) in years {
            for female in [false, true] {
                let sex = if female {
                    1000_u64.saturating_sub(MALE)
                } else {
                    MALE
                };
                let parts = u128::from(BLOCK)
                    .saturating_mul(u128::from(doses))
                    .saturating_mul(u128::from(weight))
                    .saturating_mul(u128::from(sex));
                let whole = u128::from(all)
                    .saturating_mul(u128::from(weight_of_band))
                    .saturating_mul(1000);
                let share = parts
                    .checked_div(whole)
                    .and_then(|share| u64::try_from(share).ok());
                let share = share.unwrap_or(0);
                dealt = dealt.saturating_add(share);
                shares.push((Cohort { female, year, band }, share));
            }
        }
    }
    // What rounding left over goes to the last cohort of adults' middle.
    let left = BLOCK.saturating_sub(dealt);
    if let Some((_, share)) = shares.iter_mut().find(|(cohort, _)| cohort.year == 1985) {
        *share = share.saturating_add(left);
    }
    Weighted::new(shares)
}

const fn year_weight(year: i16) -> u64 {
    match year {
        ..1930 => 3,
        1930..1940 => 10,
        1940..1950 => 25,
        1950..1960 => 55,
        1960..1970 => 75,
        _ => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        let tables = Tables::new();
        assert_eq!(tables.provinces.total(), BLOCK);
        assert_eq!(tables.cohorts.total(), BLOCK);
        let provinces = tables.provinces.items();
        assert_eq!(provinces.len(), 63);
        assert_eq!(
            provinces
                .iter()
                .map(|place| place.communes.len())
                .sum::<usize>(),
            10_599
        );
        assert!(
            provinces
                .iter()
                .all(|place| place.communes.iter().all(|c| c.code.len() == 5))
        );
        for names in tables.middle_names.iter().chain(&tables.given_names) {
            assert!(names.older.total() > 0 && names.younger.total() > 0);
        }
    }

    #[test]
    fn bands_have_the_shares_of_the_campaign() {
        let cohorts = Tables::new().cohorts;
        let share = |band| {
            (0..BLOCK)
                .step_by(10)
                .filter(|n| cohorts.at(*n).unwrap().0.band == band)
                .count()
        };
        // 71.47, 8.93 and 3.39 of 83.78 millions.
        assert!((85_200..85_400).contains(&share(Band::Adult)));
        assert!((10_600..10_700).contains(&share(Band::Teenager)));
        assert!((4_000..4_100).contains(&share(Band::Child)));
    }
}
