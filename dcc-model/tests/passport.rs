//! The eleven fields.

#![cfg(test)]

use dcc_model::{Certificate, Lang, VaccinePassport, ValueSets};
use serde_json::{Value, json};

fn payload() -> Value {
    json!({
        "ver": "1.3.0",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
        "dob": "1990-05-19",
        "v": [{
            "tg": "840539006", "vp": "29061000087103", "mp": "EU/1/21/1529", "ma": "ORG-100001699",
            "dn": 2, "sd": 1, "dt": "2021-12-01", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:1",
        }],
    })
}

fn fields(
    payload: &Value,
    nationality: Option<&str>,
    lang: Lang,
) -> Vec<(u8, &'static str, String)> {
    let (certificate, _) = Certificate::from_json(payload).unwrap();
    let passport = VaccinePassport::new(&certificate, nationality).unwrap();
    let fields = passport.fields(&ValueSets::builtin());
    fields
        .iter()
        .map(|f| (f.number(), f.label(lang), f.value(lang).to_owned()))
        .collect()
}

#[test]
fn eleven_fields_in_vietnamese() {
    let expected = [
        (1, "Họ và tên", "Đặng Thị Hồng"),
        (2, "Ngày tháng năm sinh", "19/05/1990"),
        (
            3,
            "Quốc tịch",
            "không có trong mã QR – xem giấy tờ tùy thân",
        ),
        (4, "Bệnh dịch mà chứng nhận nhắm tới", "COVID-19"),
        (5, "Số mũi tiêm đã nhận", "2"),
        (6, "Ngày tiêm", "01/12/2021"),
        (7, "Liều số", "2/1"),
        (
            8,
            "Vắc xin",
            "COVID-19 non-replicating viral vector vaccine",
        ),
        (9, "Sản phẩm vắc xin", "Vaxzevria (AstraZeneca)"),
        (10, "Nhà cung cấp hoặc sản xuất", "AstraZeneca AB"),
        (11, "Mã số của chứng nhận", "URN:UVCI:01:VN:1"),
    ]
    .map(|(number, label, value)| (number, label, value.to_owned()));
    assert_eq!(fields(&payload(), None, Lang::Vi), expected);
}

#[test]
fn the_same_in_english() {
    let fields = fields(&payload(), Some("VN"), Lang::En);
    let value = |number: usize| fields[number - 1].2.as_str();
    assert_eq!(
        (value(2), value(3), value(6)),
        ("1990-05-19", "Viet Nam", "2021-12-01")
    );
    assert_eq!((value(7), value(9)), ("2/1", "Vaxzevria"));
}

#[test]
fn odd_values_are_shown_as_they_are() {
    let mut payload = payload();
    payload["v"][0]["mp"] = json!("New-Vaccine");
    for (birth_date, vi, en) in [
        ("1990", "1990", "1990"),
        ("1990-05", "05/1990", "1990-05"),
        ("", "không rõ", "unknown"),
        ("19/5/90", "19/5/90", "19/5/90"),
        ("1990-05-19T00:00:00", "19/05/1990", "1990-05-19"),
    ] {
        payload["dob"] = json!(birth_date);
        assert_eq!(fields(&payload, Some("US"), Lang::Vi)[1].2, vi);
        assert_eq!(fields(&payload, Some("XYZ"), Lang::En)[1].2, en);
    }
    let shown = fields(&payload, Some("XYZ"), Lang::Vi);
    assert_eq!(
        (shown[2].2.as_str(), shown[8].2.as_str()),
        ("XYZ", "New-Vaccine")
    );
    assert_eq!(
        fields(&payload, Some(""), Lang::En)[2].2,
        "not in the QR code – see the identity document"
    );
}

#[test]
fn a_test_has_no_passport() {
    let mut payload = payload();
    payload["v"] = json!(null);
    payload["r"] = json!([{
        "tg": "840539006", "fr": "2021-12-01", "df": "2021-12-12", "du": "2022-05-30", "co": "VN",
        "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:1",
    }]);
    let (certificate, _) = Certificate::from_json(&payload).unwrap();
    assert!(VaccinePassport::new(&certificate, Some("VN")).is_none());
}
