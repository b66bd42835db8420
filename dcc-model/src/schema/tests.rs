//! Each remark, on payloads of our own.

use serde_json::{Value, json};

use crate::{Certificate, Entry, Remark, RemarkCode};

mod refusals;

fn vaccination() -> Value {
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
        "dob": "1990-05-19",
        "v": [{
            "tg": "840539006", "vp": "29061000087103", "mp": "EU/1/21/1529", "ma": "ORG-100001699",
            "dn": 2, "sd": 2, "dt": "2021-12-01", "co": "VN", "is": "Bộ Y tế",
            "ci": "URN:UVCI:01:VN:ABC123#T",
        }],
    })
}

fn test() -> Value {
    let mut payload = vaccination();
    payload.as_object_mut().unwrap().remove("v");
    payload["t"] = json!([{
        "tg": "840539006", "tt": "LP6464-4", "nm": "PCR", "sc": "2021-12-01T08:00:00+07:00",
        "tr": "260415000", "tc": "CDC", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:ABC123#T",
    }]);
    payload
}

fn recovery() -> Value {
    let mut payload = vaccination();
    payload.as_object_mut().unwrap().remove("v");
    payload["r"] = json!([{
        "tg": "840539006", "fr": "2021-12-01", "df": "2021-12-12", "du": "2022-05-30", "co": "VN",
        "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:ABC123#T",
    }]);
    payload
}

fn with(mut payload: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = payload
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.insert(member.to_owned(), value);
    payload
}

fn without(mut payload: Value, pointer: &str) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = payload
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.remove(member).unwrap();
    payload
}

fn remarks(payload: &Value) -> Vec<(RemarkCode, String)> {
    let (_, remarks) = Certificate::from_json(payload).unwrap();
    remarks
        .iter()
        .map(|r| (r.code(), r.at().to_string()))
        .collect()
}

#[test]
fn plain_ones_have_no_remark_and_write_back_as_they_were() {
    for payload in [vaccination(), test(), recovery()] {
        let (certificate, remarks) = Certificate::from_json(&payload).unwrap();
        assert_eq!(remarks, []);
        assert_eq!(certificate.to_json(), payload);
        assert_eq!(certificate.holder(), "Đặng Thị Hồng");
        assert_eq!(certificate.entry().country(), "VN");
        let debug = format!("{certificate:?}");
        assert_eq!(debug, format!("Certificate({} 1.3.0)", certificate.kind()));
    }
}

/// Each value, put where the pointer says, gives one remark, there.
fn assert_each(payload: &Value, cases: Vec<(&str, Value, RemarkCode)>) {
    for (pointer, value, code) in cases {
        let place = pointer
            .trim_start_matches('/')
            .replace("/0/", "[0]/")
            .replace('/', ".");
        let found = remarks(&with(payload.clone(), pointer, value));
        assert_eq!(found, [(code, place)], "{pointer}");
    }
}

#[test]
fn oddities_of_structure_and_version() {
    let cases = vec![
        ("/t", Value::Null, RemarkCode::GroupNull),
        ("/r", json!([]), RemarkCode::GroupNull),
        ("/pid", json!(1), RemarkCode::MemberUnknown),
        ("/nam/x", json!(1), RemarkCode::MemberUnknown),
        ("/ver", json!("1.3"), RemarkCode::VersionPattern),
        ("/ver", json!("1.3.9"), RemarkCode::VersionUnknown),
    ];
    assert_each(&vaccination(), cases);
    let cases = vec![("/t/0/nm", Value::Null, RemarkCode::MemberNull)];
    assert_each(&test(), cases);
}

#[test]
fn oddities_of_texts() {
    let long = json!("ờ".repeat(81));
    let cases = vec![
        ("/v/0/is", long.clone(), RemarkCode::TextTooLong),
        ("/nam/gn", long.clone(), RemarkCode::TextTooLong),
        (
            "/v/0/mp",
            json!("EU/1/21/1529 "),
            RemarkCode::TextWhitespace,
        ),
        ("/dob", json!(" 1990-05-19"), RemarkCode::TextWhitespace),
        ("/nam/fn", json!("😀"), RemarkCode::TextNonBmp),
        ("/v/0/is", json!("Viện \"Pasteur\""), RemarkCode::TextQuote),
        ("/v/0/is", json!("A\\B"), RemarkCode::TextQuote),
        ("/v/0/co", json!(""), RemarkCode::CodeEmpty),
        ("/v/0/co", json!("vn"), RemarkCode::CountryPattern),
        ("/v/0/co", json!("ABCDEFGHIJK"), RemarkCode::CountryPattern),
        ("/nam/gnt", json!(""), RemarkCode::NamePartEmpty),
        ("/nam/fnt", json!("ĐANG"), RemarkCode::NameStandardPattern),
        (
            "/v/0/ci",
            json!("urn:uvci:01:vn:abc"),
            RemarkCode::UvciLowerCase,
        ),
        ("/v/0/ci", json!("01/VN/ABC"), RemarkCode::UvciNoUrn),
        (
            "/v/0/ci",
            json!("URN:UVCI:01:VN:ABC123#S"),
            RemarkCode::UvciChecksum,
        ),
    ];
    assert_each(&vaccination(), cases);
    let cases = vec![
        ("/t/0/nm", long, RemarkCode::TextTooLong),
        ("/t/0/tc", json!(""), RemarkCode::TextEmpty),
        ("/t/0/tr", json!(""), RemarkCode::CodeEmpty),
    ];
    assert_each(&test(), cases);
}

#[test]
fn oddities_of_dates() {
    let cases = vec![
        ("/dob", json!("1990"), RemarkCode::BirthDateYear),
        ("/dob", json!("1990-05"), RemarkCode::BirthDateYearMonth),
        ("/dob", json!("1990-00"), RemarkCode::BirthDateYearMonth),
        ("/dob", json!(""), RemarkCode::BirthDateEmpty),
        (
            "/dob",
            json!("1990-05-19T00:00:00"),
            RemarkCode::BirthDateTime,
        ),
        ("/dob", json!("19 tháng 5"), RemarkCode::BirthDateOther),
        ("/dob", json!("1815-08-24"), RemarkCode::BirthDateOther),
        ("/dob", json!("1990-17-01"), RemarkCode::DateImpossible),
        (
            "/v/0/dt",
            json!("2021-12-01T10:00:00+07:00"),
            RemarkCode::DateWithTime,
        ),
        ("/v/0/dt", json!("2021-12"), RemarkCode::DateOther),
        ("/v/0/dt", json!(""), RemarkCode::DateOther),
        ("/v/0/dt", json!("2021-12-01x"), RemarkCode::DateOther),
    ];
    assert_each(&vaccination(), cases);
    let cases = vec![
        (
            "/r/0/du",
            json!("2022-05-30 00:00"),
            RemarkCode::DateWithTime,
        ),
        ("/r/0/fr", json!("2021-17-12"), RemarkCode::DateImpossible),
        (
            "/r/0/df",
            json!("2021-17-12T00:00:00"),
            RemarkCode::DateImpossible,
        ),
    ];
    assert_each(&recovery(), cases);
    let cases = vec![
        (
            "/t/0/sc",
            json!("2021-12-01T08:00:00.25Z"),
            RemarkCode::DateTimeFraction,
        ),
        (
            "/t/0/sc",
            json!("2021-12-01T08:00:00"),
            RemarkCode::DateTimeOther,
        ),
        ("/t/0/sc", json!("2021-12-01"), RemarkCode::DateTimeOther),
        (
            "/t/0/sc",
            json!("2021-12-01T08:00:00+07"),
            RemarkCode::DateTimeOther,
        ),
    ];
    assert_each(&test(), cases);
}

#[test]
fn oddities_of_doses() {
    let cases = vec![
        ("/v/0/dn", json!(2.0), RemarkCode::DoseNumberFloat),
        ("/v/0/dn", json!(0), RemarkCode::DoseNumberBelowOne),
        ("/v/0/sd", json!(12), RemarkCode::DoseNumberLarge),
        ("/v/0/dn", json!(3), RemarkCode::DoseBeyondSeries),
    ];
    assert_each(&vaccination(), cases);
    for (member, value) in [("ma", "ORG-100030215"), ("vp", "1119349007")] {
        let mismatch = with(vaccination(), &format!("/v/0/{member}"), json!(value));
        assert_eq!(
            remarks(&mismatch),
            [(RemarkCode::VaccineCodesMismatch, "v[0]".to_owned())]
        );
    }
    // Withdrawn later, but right in its time.
    assert_eq!(
        remarks(&with(vaccination(), "/v/0/vp", json!("J07BX03"))),
        []
    );
}

#[test]
fn a_missing_part_of_the_name() {
    let single = without(without(vaccination(), "/nam/gn"), "/nam/gnt");
    let missing = |at: &str| (RemarkCode::NamePartMissing, at.to_owned());
    assert_eq!(remarks(&single), [missing("nam.gn"), missing("nam.gnt")]);
    let given_only = without(vaccination(), "/nam/fnt");
    assert_eq!(
        remarks(&given_only),
        [
            (RemarkCode::VersionLimit, "nam.fnt".to_owned()),
            missing("nam.fnt")
        ]
    );
    let newest = with(given_only, "/ver", json!("1.3.2"));
    assert_eq!(remarks(&newest), [missing("nam.fnt")]);
}

#[test]
fn limits_of_earlier_versions() {
    let limited = |payload: Value, version: &str| -> Vec<String> {
        let remarks = remarks(&with(payload, "/ver", json!(version))).into_iter();
        let limits = remarks.filter(|(code, _)| *code == RemarkCode::VersionLimit);
        limits.map(|(_, at)| at).collect()
    };
    for (payload, at, last, first) in [
        (
            with(vaccination(), "/dob", json!("1990")),
            "dob",
            "1.0.1",
            "1.1.0",
        ),
        (
            with(vaccination(), "/dob", json!("")),
            "dob",
            "1.2.1",
            "1.3.0",
        ),
        (
            with(vaccination(), "/v/0/sd", json!(10)),
            "v[0].sd",
            "1.2.1",
            "1.3.0",
        ),
        (
            with(vaccination(), "/v/0/is", json!("ờ".repeat(51))),
            "v[0].is",
            "1.2.1",
            "1.3.0",
        ),
        (without(test(), "/t/0/tc"), "t[0].tc", "1.2.1", "1.3.0"),
        (
            without(vaccination(), "/nam/fnt"),
            "nam.fnt",
            "1.3.1",
            "1.3.2",
        ),
    ] {
        assert_eq!(limited(payload.clone(), last), [at], "{last}");
        assert_eq!(limited(payload, first), [""; 0], "{first}");
    }
}

#[test]
fn the_result_time_is_read_in_every_version() {
    for version in ["1.1.0", "1.3.0"] {
        let payload = with(test(), "/t/0/dr", json!("2021-12-01T09:00:00Z"));
        let payload = with(payload, "/ver", json!(version));
        let (certificate, remarks) = Certificate::from_json(&payload).unwrap();
        assert_eq!(remarks, []);
        let Entry::Test(test) = certificate.entry() else {
            panic!("not a test")
        };
        assert_eq!(test.resulted_at().unwrap().as_str(), "2021-12-01T09:00:00Z");
    }
}

#[test]
fn unknown_members_are_kept_where_they_stood() {
    let odd = json!({"deep": [1, null, "x"]});
    let payload = with(
        with(
            with(vaccination(), "/pid", odd.clone()),
            "/nam/x",
            json!(null),
        ),
        "/v/0/y",
        odd,
    );
    let (certificate, remarks) = Certificate::from_json(&payload).unwrap();
    assert_eq!(certificate.to_json(), payload);
    let places: Vec<_> = remarks.iter().map(|r: &Remark| r.at().as_str()).collect();
    assert_eq!(places, ["pid", "nam.x", "v[0].y"]);
}

#[test]
fn names_of_unknown_members_do_not_leak() {
    let payload = with(vaccination(), "/Đặng Thị Hồng", json!(1));
    assert_eq!(
        remarks(&payload),
        [(RemarkCode::MemberUnknown, "?".to_owned())]
    );
}
