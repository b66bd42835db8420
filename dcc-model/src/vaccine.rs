//! The eight vaccines that Vietnam licensed, and the codes that a certificate gives them.

use jiff::civil::{self, date};

/// A vaccine licensed in Vietnam.
///
/// The code of the vaccine type (`vp`) is dated: `J07BX03` was the code of everything but the
/// mRNA vaccines until the value set of 2023-01-25 withdrew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VietnamVaccine {
    key: &'static str,
    name: &'static str,
    eu_name: &'static str,
    product: &'static str,
    holder: &'static str,
    /// First day of each code, in order; the first code has no first day.
    vaccine_codes: &'static [(civil::Date, &'static str)],
    series_length: u8,
    approved: civil::Date,
}

/// An adenovirus vector.
const VECTOR: &[(civil::Date, &str)] = &[
    (civil::Date::MIN, WITHDRAWN),
    (WITHDRAWAL, "29061000087103"),
];
/// An inactivated virus.
const INACTIVATED: &[(civil::Date, &str)] =
    &[(civil::Date::MIN, WITHDRAWN), (WITHDRAWAL, "1157024006")];
/// Messenger RNA.
const MRNA: &[(civil::Date, &str)] = &[(civil::Date::MIN, "1119349007")];
/// A vaccine whose type has only the general code.
const OTHER: &[(civil::Date, &str)] = &[
    (civil::Date::MIN, WITHDRAWN),
    (WITHDRAWAL, "28531000087107"),
];

/// "covid-19 vaccines", of the ATC classification.
const WITHDRAWN: &str = "J07BX03";
/// The `valueSetDate` of the set in which it is no longer active.
const WITHDRAWAL: civil::Date = date(2023, 1, 25);

impl VietnamVaccine {
    /// The eight, in order of their licence.
    pub const ALL: &'static [Self] = &[
        Self {
            key: "az",
            name: "AstraZeneca",
            eu_name: "Vaxzevria",
            product: "EU/1/21/1529",
            holder: "ORG-100001699",
            vaccine_codes: VECTOR,
            series_length: 2,
            approved: date(2021, 1, 30),
        },
        Self {
            key: "sputnik",
            name: "Sputnik V",
            eu_name: "Sputnik V",
            product: "Sputnik-V",
            holder: "Gamaleya-Research-Institute",
            vaccine_codes: VECTOR,
            series_length: 2,
            approved: date(2021, 3, 23),
        },
        // Made in Beijing. `Inactivated-SARS-CoV-2-Vero-Cell` is withdrawn, and the EU's hint
        // for it leads to the vaccine of Wuhan, which is another product.
        Self {
            key: "verocell",
            name: "Vero Cell",
            eu_name: "BBIBP-CorV",
            product: "BBIBP-CorV",
            holder: "ORG-100020693",
            vaccine_codes: INACTIVATED,
            series_length: 2,
            approved: date(2021, 6, 4),
        },
        Self {
            key: "pfizer",
            name: "Pfizer",
            eu_name: "Comirnaty",
            product: "EU/1/20/1528",
            holder: "ORG-100030215",
            vaccine_codes: MRNA,
            series_length: 2,
            approved: date(2021, 6, 12),
        },
        Self {
            key: "moderna",
            name: "Moderna",
            eu_name: "Spikevax",
            product: "EU/1/20/1507",
            holder: "ORG-100031184",
            vaccine_codes: MRNA,
            series_length: 2,
            approved: date(2021, 6, 29),
        },
        Self {
            key: "janssen",
            name: "Janssen",
            eu_name: "Jcovden",
            product: "EU/1/20/1525",
            holder: "ORG-100001417",
            vaccine_codes: VECTOR,
            series_length: 1,
            approved: date(2021, 7, 15),
        },
        Self {
            key: "hayat",
            name: "Hayat-Vax",
            eu_name: "Hayat-Vax",
            product: "Hayat-Vax",
            holder: "ORG-100023050",
            vaccine_codes: INACTIVATED,
            series_length: 2,
            approved: date(2021, 9, 10),
        },
        Self {
            key: "abdala",
            name: "Abdala",
            eu_name: "Abdala",
            product: "Abdala",
            holder: "CIGB",
            vaccine_codes: OTHER,
            series_length: 3,
            approved: date(2021, 9, 17),
        },
    ];

    /// The vaccine of this key, Vietnamese name or EU name. Case, spaces and hyphens make no
    /// difference.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        let name = plain(name);
        Self::ALL.iter().find(|vaccine| {
            [vaccine.key, vaccine.name, vaccine.eu_name]
                .into_iter()
                .any(|known| plain(known) == name)
        })
    }

    /// The vaccine of this code `mp`; white space at its ends does not count.
    pub fn by_product(product: &str) -> Option<&'static Self> {
        Self::ALL
            .iter()
            .find(|vaccine| vaccine.product == product.trim())
    }

    /// Whether `name` is its Vietnamese name. Case, spaces and hyphens make no difference.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        plain(self.name) == plain(name)
    }

    /// A short key for tables.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// What it is called in Vietnam.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the EU's encoding instructions call it.
    pub const fn eu_name(&self) -> &'static str {
        self.eu_name
    }

    /// The code `mp`.
    pub const fn product(&self) -> &'static str {
        self.product
    }

    /// The code `ma`.
    pub const fn holder(&self) -> &'static str {
        self.holder
    }

    /// The code `vp` of a certificate that is issued on `day`.
    pub fn vaccine_code(&self, day: civil::Date) -> &'static str {
        let started = self
            .vaccine_codes
            .iter()
            .rev()
            .find(|(first, _)| *first <= day);
        started.map_or(WITHDRAWN, |(_, code)| code)
    }

    /// Doses of the primary series (`sd` of someone who has had no booster).
    pub const fn series_length(&self) -> u8 {
        self.series_length
    }

    /// The day of its licence in Vietnam.
    pub const fn approved(&self) -> civil::Date {
        self.approved
    }
}

/// Letters and digits in lower case.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ValueSetId, ValueSets};

    #[test]
    fn todays_codes_are_one_active_row() {
        let sets = ValueSets::builtin();
        for vaccine in VietnamVaccine::ALL {
            let code = vaccine.vaccine_code(date(2026, 1, 1));
            assert!(
                sets.is_one_row(vaccine.product(), vaccine.holder(), code),
                "{vaccine:?}"
            );
            assert!(sets.is_active(ValueSetId::VaccineType, code));
            assert!(sets.is_active(ValueSetId::VaccineProduct, vaccine.product()));
            let display = sets
                .display(ValueSetId::VaccineProduct, vaccine.product())
                .unwrap();
            assert_eq!(plain(display), plain(vaccine.eu_name()));
        }
    }

    #[test]
    fn the_vaccine_type_is_dated() {
        let astra_zeneca = VietnamVaccine::by_product("EU/1/21/1529").unwrap();
        assert_eq!(astra_zeneca.vaccine_code(date(2022, 4, 14)), "J07BX03");
        assert_eq!(astra_zeneca.vaccine_code(date(2023, 1, 24)), "J07BX03");
        assert_eq!(
            astra_zeneca.vaccine_code(date(2023, 1, 25)),
            "29061000087103"
        );
        let pfizer = VietnamVaccine::by_name("Pfizer").unwrap();
        assert_eq!(pfizer.vaccine_code(date(2022, 4, 14)), "1119349007");
    }

    #[test]
    fn names_of_every_kind_find_it() {
        for name in ["verocell", "Vero Cell", "VERO-CELL", "BBIBP-CorV"] {
            assert_eq!(
                VietnamVaccine::by_name(name).map(VietnamVaccine::key),
                Some("verocell")
            );
        }
        assert_eq!(VietnamVaccine::by_name("WIBP-CorV"), None);
        assert_eq!(
            VietnamVaccine::by_product("Inactivated-SARS-CoV-2-Vero-Cell"),
            None
        );
        assert_eq!(
            VietnamVaccine::by_product(" Abdala ")
                .unwrap()
                .series_length(),
            3
        );
    }
}
