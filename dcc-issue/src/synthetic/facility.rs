//! Facilities and delegations: who signs what, and where nobody may.

use alloc::collections::BTreeMap;

use dcc_model::civil;

use super::random::{Purpose, Stream};
use super::tables::{BLOCK, Tables};
use crate::RefusalCode;

/// Subjects a facility, beside the one that each province has at least.
const SUBJECTS: u64 = 250;
/// About as many sites as the national training reached (R83).
const MOST: u64 = 11_000;

/// How a facility stands to signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Signs itself; a focal point too.
    Signs,
    /// The province's focal point signs under a delegation.
    Delegates(Delegated),
    /// Says that it signs itself and has no certificate.
    NoCertificate,
    /// Takes no part in signing.
    NoMode,
    /// Takes part from a far day on.
    NotEnabled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delegated {
    Sound,
    Ended,
    NotBegun,
    /// Covers doses until this day only.
    UntilOctober,
    /// Delegates, and there is no such record.
    Missing,
}

/// The last dose date that a narrow delegation covers.
pub(super) const SCOPE_END: civil::Date = civil::date(2021, 10, 31);

#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) commune: &'static str,
    pub(super) focal_point: String,
    pub(super) standing: Standing,
}

#[derive(Clone, Debug)]
pub(super) struct Sites {
    pub(super) all: Vec<Site>,
    by_province: BTreeMap<&'static str, (usize, usize)>,
}

impl Sites {
    pub(super) fn new(tables: &Tables, seed: u64, subjects: u64) -> Self {
        let wanted = subjects.checked_div(SUBJECTS).unwrap_or(0).min(MOST);
        let mut sites = Self {
            all: Vec::new(),
            by_province: BTreeMap::new(),
        };
        let mut place = 0;
        while let Some((province, start, people)) = tables.provinces.at(place) {
            let share = wanted
                .saturating_mul(people)
                .checked_div(BLOCK)
                .unwrap_or(0);
            let first = sites.all.len();
            for number in 0..share.saturating_add(1).min(999) {
                let index = u64::try_from(sites.all.len()).unwrap_or(0);
                let mut stream = Stream::new(seed, Purpose::Facility, index);
                let commune = stream.one_of(&province.communes);
                let named = commune.map_or(("00000", String::new()), |commune| {
                    (
                        commune.code,
                        format!("Trạm Y tế {} {}", commune.kind, commune.name),
                    )
                });
                let (name, standing) = match number {
                    0 => (
                        format!("Trung tâm Kiểm soát bệnh tật {}", province.name),
                        Standing::Signs,
                    ),
                    number if number % 20 == 1 => (
                        format!("Bệnh viện Đa khoa {} {number}", province.name),
                        standing(&mut stream),
                    ),
                    _ => (named.1, standing(&mut stream)),
                };
                sites.all.push(Site {
                    id: format!("{}{number:03}", province.code),
                    name,
                    commune: named.0,
                    focal_point: format!("{}000", province.code),
                    standing,
                });
            }
            sites
                .by_province
                .insert(province.code, (first, sites.all.len()));
            place = start.saturating_add(people);
        }
        sites
    }

    /// A facility of a province.
    pub(super) fn draw(&self, province: &str, stream: &mut Stream) -> Option<&Site> {
        let (first, end) = self.by_province.get(province)?;
        stream.one_of(self.all.get(*first..*end)?)
    }

    pub(super) fn first_of(&self, province: &str) -> Option<&Site> {
        let (first, _) = self.by_province.get(province)?;
        self.all.get(*first)
    }
}

/// Seven in ten sign themselves; of a thousand, some twenty cannot sign for one reason or another.
fn standing(stream: &mut Stream) -> Standing {
    match stream.below(1000) {
        0..4 => Standing::NoMode,
        4..8 => Standing::NoCertificate,
        8..11 => Standing::NotEnabled,
        11..14 => Standing::Delegates(Delegated::Ended),
        14..16 => Standing::Delegates(Delegated::NotBegun),
        16..19 => Standing::Delegates(Delegated::UntilOctober),
        19..21 => Standing::Delegates(Delegated::Missing),
        21..300 => Standing::Delegates(Delegated::Sound),
        _ => Standing::Signs,
    }
}

impl Site {
    /// Why nobody may sign a dose of `day` that this facility entered, if so. `elsewhere` says that
    /// another facility gave it.
    pub(super) fn obstacle(&self, day: civil::Date, elsewhere: bool) -> Option<RefusalCode> {
        match self.standing {
            Standing::Signs | Standing::Delegates(Delegated::Sound) => None,
            Standing::Delegates(Delegated::UntilOctober) if day <= SCOPE_END => None,
            Standing::Delegates(_) => Some(RefusalCode::DelegationNotValid),
            Standing::NoMode if elsewhere => Some(RefusalCode::DoseEnteredElsewhere),
            Standing::NoCertificate | Standing::NoMode => Some(RefusalCode::FacilityNoCertificate),
            Standing::NotEnabled => Some(RefusalCode::FacilityNotEnabled),
        }
    }

    pub(super) const fn has_key(&self) -> bool {
        matches!(self.standing, Standing::Signs | Standing::NotEnabled)
    }

    /// Its row of facilities.csv.
    pub(super) fn row(&self) -> String {
        let mode = match self.standing {
            Standing::Signs | Standing::NoCertificate | Standing::NotEnabled => "self",
            Standing::Delegates(_) => "delegated",
            Standing::NoMode => "none",
        };
        let enabled = if self.standing == Standing::NotEnabled {
            "2050-01-01"
        } else {
            "2021-03-08"
        };
        let (id, name, commune) = (&self.id, &self.name, self.commune);
        let files = if self.has_key() {
            format!("keys/{id}.crt.pem,keys/{id}.key.pem")
        } else {
            String::from(",")
        };
        format!("{id},{name},{commune},{mode},{enabled},{files}\n")
    }

    /// Its rows of delegations.csv.
    pub(super) fn delegation_row(&self) -> Option<String> {
        let Standing::Delegates(delegated) = self.standing else {
            return None;
        };
        let (from, to, scope_to) = match delegated {
            Delegated::Sound => ("2021-03-08", "2049-12-31", ""),
            Delegated::Ended => ("2021-03-08", "2021-12-31", ""),
            Delegated::NotBegun => ("2050-01-01", "2050-12-31", ""),
            Delegated::UntilOctober => ("2021-03-08", "2049-12-31", "2021-10-31"),
            Delegated::Missing => return None,
        };
        let (id, focal_point) = (&self.id, &self.focal_point);
        Some(format!(
            "{id},{focal_point},{from},{to},,{scope_to},{id}/QĐ-UQ\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_province_has_a_focal_point_that_signs() {
        let tables = Tables::new();
        for (subjects, least) in [(0, 63), (1_000_000, 4_000), (84_000_000, 10_900)] {
            let sites = Sites::new(&tables, 1, subjects);
            assert!(sites.all.len() >= least, "{}", sites.all.len());
            let ids: BTreeSet<&str> = sites.all.iter().map(|site| site.id.as_str()).collect();
            assert_eq!(ids.len(), sites.all.len());
            for site in &sites.all {
                let focal_point = sites.all.iter().find(|other| other.id == site.focal_point);
                assert_eq!(focal_point.unwrap().standing, Standing::Signs);
                if subjects > 1_000_000 {
                    break;
                }
            }
        }
    }
}
