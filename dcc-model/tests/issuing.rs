//! What must not be signed, and what must be signable.

#![cfg(test)]

use dcc_model::{
    BirthDate, Certificate, DateText, PersonName, RemarkCode, Script, Timestamp, Vaccination,
    VaccinationFields, ValueSets, VietnamVaccine, civil, issuing_deviations, transliterate,
};
use serde_json::{Value, json};

fn dose(vaccine: &VietnamVaccine, day: civil::Date, dose_number: i64, series: i64) -> Vaccination {
    Vaccination::new(VaccinationFields {
        disease: "840539006".to_owned(),
        vaccine: vaccine.vaccine_code(day).to_owned(),
        product: vaccine.product().to_owned(),
        holder: vaccine.holder().to_owned(),
        dose_number,
        series,
        date: DateText::new("2022-03-01"),
        country: "VN".to_owned(),
        issuer: "Bộ Y tế".to_owned(),
        certificate_id: "URN:UVCI:01:VN:ABC123#T".to_owned(),
    })
}

fn named(surname: &str, given_name: &str) -> PersonName {
    let form = |name: &str| transliterate(name, Script::Vietnamese).unwrap();
    PersonName::new()
        .with_surname(surname, form(surname))
        .with_given_name(given_name, form(given_name))
}

fn payload() -> Value {
    let abdala = VietnamVaccine::by_name("Abdala").unwrap();
    let dose = dose(abdala, civil::date(2026, 1, 1), 3, 3);
    Certificate::new(
        named("Đặng", "Thị Hồng"),
        BirthDate::new("1990-05-19"),
        dose,
    )
    .to_json()
}

/// Deviations as `code at`, on an issue of 2 January 2026 in Vietnam.
fn deviations(payload: &Value) -> Vec<(RemarkCode, String)> {
    deviations_at(payload, "2026-01-01T17:00:00Z")
}

fn deviations_at(payload: &Value, at: &str) -> Vec<(RemarkCode, String)> {
    let at: Timestamp = at.parse().unwrap();
    let (_, remarks) = issuing_deviations(payload, &ValueSets::builtin(), at).unwrap();
    let deviations = remarks.iter().filter(|remark| remark.is_deviation());
    deviations.map(|r| (r.code(), r.at().to_string())).collect()
}

fn with(pointer: &str, value: Value) -> Value {
    let mut payload = payload();
    *payload.pointer_mut(pointer).unwrap() = value;
    payload
}

#[test]
fn all_eight_vaccines_on_any_day_of_their_use() {
    for vaccine in VietnamVaccine::ALL {
        for day in [
            civil::date(2022, 4, 14),
            civil::date(2023, 1, 25),
            civil::date(2026, 1, 1),
        ] {
            let dose = dose(vaccine, day, 1, i64::from(vaccine.series_length()));
            let name = named("Nguyễn", "Bảo Duy");
            let payload = Certificate::new(name, BirthDate::new("1990"), dose).to_json();
            let at = Timestamp::start_of_vietnam_date(day).unwrap().to_string();
            assert_eq!(
                deviations_at(&payload, &at),
                [],
                "{} on {day}",
                vaccine.key()
            );
        }
    }
    let mut late = with("/v/0/mp", json!("EU/1/21/1529"));
    late["v"][0]["ma"] = json!("ORG-100001699");
    late["v"][0]["vp"] = json!("J07BX03");
    let withdrawn = [
        (RemarkCode::CodeInactive, "v[0].vp".to_owned()),
        (RemarkCode::VaccineCodesNotOneRow, "v[0]".to_owned()),
    ];
    assert_eq!(deviations(&late), withdrawn);
}

#[test]
fn notes_never_block() {
    let name = |surname: &str, standard: &str| {
        with(
            "/nam",
            json!({"fn": surname, "fnt": standard, "gn": "Åse", "gnt": "AASE"}),
        )
    };
    for payload in [
        payload(),
        with("/nam", json!({"fn": "Y", "fnt": "Y"})),
        with("/nam", json!({"fnt": "NGUYEN", "gnt": "AN"})),
        with("/nam/gn", json!("Thị \"Hồng\"")),
        name("Müller", "MUELLER"),
        name("Müller", "MULLER"),
        // Another script: the standard form cannot be judged.
        name("Иванов", "IVANOV"),
        with("/v/0/sd", json!(1)),
        with("/v/0/dn", json!(12)),
        with("/dob", json!("1990")),
        with("/dob", json!("1990-05")),
        with("/dob", json!("")),
        with("/v/0/ci", json!("URN:UVCI:01:VN:187/ABC123")),
        // A wrong check character is a finding.
        with("/v/0/ci", json!("URN:UVCI:01:VN:ABC123#S")),
        with("/v/0/dt", json!("2026-01-02")),
        with("/v/0/dt", json!("1990-05-19")),
    ] {
        assert_eq!(deviations(&payload), []);
    }
}

fn assert_each(cases: Vec<(&str, Value, RemarkCode, &str)>) {
    for (pointer, value, code, at) in cases {
        let found = deviations(&with(pointer, value.clone()));
        assert!(
            found.contains(&(code, at.to_owned())),
            "{pointer} {value}: {found:?}"
        );
    }
}

#[test]
fn names_that_are_not_the_icao_form() {
    use RemarkCode::{NameNotIcao, NameStandardPattern, VersionLimit};
    assert_each(vec![
        // The two ways in which other issuers lose the Đ.
        ("/nam/fnt", json!("ANG"), NameNotIcao, "nam.fnt"),
        ("/nam/fnt", json!("<ANG"), NameNotIcao, "nam.fnt"),
        ("/nam/fnt", json!(""), NameNotIcao, "nam.fnt"),
        ("/nam/fn", json!("Đặng 2"), NameNotIcao, "nam.fnt"),
        ("/nam/gnt", json!("HONG<THI"), NameNotIcao, "nam.gnt"),
        (
            "/nam/gnt",
            json!("THI HONG"),
            NameStandardPattern,
            "nam.gnt",
        ),
        (
            "/nam",
            json!({"fn": "Đặng", "gnt": "THI"}),
            NameNotIcao,
            "nam.fnt",
        ),
        (
            "/nam",
            json!({"fn": "Đặng", "gnt": "THI"}),
            VersionLimit,
            "nam.fnt",
        ),
    ]);
}

#[test]
fn codes_ids_and_dates_that_must_not_be_signed() {
    use RemarkCode as C;
    assert_each(vec![
        ("/v/0/tg", json!("840539007"), C::CodeUnknown, "v[0].tg"),
        ("/v/0/co", json!("XX"), C::CodeUnknown, "v[0].co"),
        ("/v/0/mp", json!(""), C::CodeEmpty, "v[0].mp"),
        (
            "/v/0/ma",
            json!("ORG-100001699"),
            C::VaccineCodesNotOneRow,
            "v[0]",
        ),
        (
            "/v/0/vp",
            json!("1119349007"),
            C::VaccineCodesNotOneRow,
            "v[0]",
        ),
        (
            "/v/0/ci",
            json!("urn:uvci:01:vn:abc"),
            C::UvciForm,
            "v[0].ci",
        ),
        ("/v/0/ci", json!(""), C::UvciForm, "v[0].ci"),
        (
            "/v/0/dt",
            json!("2026-01-03"),
            C::EntryAfterIssue,
            "v[0].dt",
        ),
        (
            "/v/0/dt",
            json!("1990-05-18"),
            C::EntryBeforeBirth,
            "v[0].dt",
        ),
        ("/dob", json!("2022-04"), C::EntryBeforeBirth, "v[0].dt"),
        ("/v/0/dn", json!(0), C::DoseNumberBelowOne, "v[0].dn"),
    ]);
}

#[test]
fn tests_and_recoveries_are_judged_too() {
    let common = json!({"ver": "1.3.0", "nam": {"fn": "An", "fnt": "AN"}, "dob": "1990-05-19"});
    let entry = json!({"tg": "840539006", "co": "VN", "is": "CDC", "ci": "URN:UVCI:01:VN:A"});
    let make = |group: &str, own: Value| {
        let mut payload = common.clone();
        let mut entry = entry.clone();
        entry
            .as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        payload[group] = json!([entry]);
        payload
    };
    let test = |sampled: &str, device: &str| {
        make(
            "t",
            json!({"tt": "LP217198-3", "tr": "260415000", "sc": sampled, "ma": device}),
        )
    };
    assert_eq!(deviations(&test("2026-01-02T00:00:00+07:00", "1833")), []);
    let late = [(RemarkCode::EntryAfterIssue, "t[0].sc".to_owned())];
    assert_eq!(deviations(&test("2026-01-02T00:00:01+07:00", "1833")), late);
    let unknown = [(RemarkCode::CodeUnknown, "t[0].ma".to_owned())];
    assert_eq!(deviations(&test("2025-12-01T00:00:00Z", "999999")), unknown);
    let recovery = |first: &str| {
        make(
            "r",
            json!({"fr": first, "df": "2026-01-12", "du": "2026-06-30"}),
        )
    };
    assert_eq!(deviations(&recovery("2026-01-01")), []);
    let late = [(RemarkCode::EntryAfterIssue, "r[0].fr".to_owned())];
    assert_eq!(deviations(&recovery("2026-01-03")), late);
}

#[test]
fn value_sets_can_be_replaced() {
    let file = json!({"valueSetId": "country-2-codes", "valueSetDate": "2026-01-01", "valueSetValues": {
        "VN": {"display": "Việt Nam", "lang": "vi", "active": false, "system": "", "version": ""},
    }});
    let sets = ValueSets::from_json(&[file]).unwrap();
    let at: Timestamp = "2026-01-02".parse().unwrap();
    let (_, remarks) = issuing_deviations(&payload(), &sets, at).unwrap();
    assert!(
        remarks
            .iter()
            .any(|r| r.code() == RemarkCode::CodeInactive && r.at().as_str() == "v[0].co")
    );
    for wrong in [
        json!({}),
        json!({"valueSetId": "x", "valueSetValues": {}}),
        json!({"valueSetId": "country-2-codes", "valueSetValues": {"VN": {}}}),
    ] {
        assert!(ValueSets::from_json(&[wrong]).is_err());
    }
}

#[test]
fn one_letter_without_a_table_does_not_switch_the_name_check_off() {
    let given = |printed: &str, standard: &str| {
        let mut payload = payload();
        payload["nam"]["gn"] = printed.into();
        payload["nam"]["gnt"] = standard.into();
        deviations(&payload)
    };
    let refused = [(RemarkCode::NameNotIcao, "nam.gnt".to_owned())];
    // A Cyrillic letter or an emoji among Latin ones is left out, and the rest must agree.
    for printed in ["Hồng А", "Hồng 😀", "Hồng ψ"] {
        assert_eq!(given(printed, "HONG"), [], "{printed}");
        assert_eq!(given(printed, "ZZZ"), refused, "{printed}");
    }
    // A name wholly in another script has a table of its own.
    for printed in ["Иван", "张伟"] {
        assert_eq!(given(printed, "IVAN"), [], "{printed}");
        assert_eq!(given(printed, ""), refused, "{printed}");
    }
    // No letters, no name.
    for printed in ["😀", "007"] {
        assert_eq!(given(printed, "ZZZ"), refused, "{printed}");
    }
}

#[test]
fn a_schema_version_that_does_not_exist_is_not_issued() {
    let unknown = [(RemarkCode::VersionNotIssuable, "ver".to_owned())];
    for version in ["9.9.9", "2.0.0"] {
        assert_eq!(
            deviations(&with("/ver", version.into())),
            unknown,
            "{version}"
        );
    }
    for version in ["1.3.0", "1.3.3"] {
        assert_eq!(deviations(&with("/ver", version.into())), [], "{version}");
    }
}
