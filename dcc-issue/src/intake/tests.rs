//! Whole files, as offices send them.

use std::io::Cursor;

use dcc_model::{Coded as _, Lang, civil};
use dcc_registry::{DocumentKind, DoseKind, IdentityRule, ReferenceKey, Sex, SigningMode};

use super::*;

mod files;

const HEADER: &str = "subject_ref,full_name,birth_date,sex,nationality,document_kind,\
    document_number,phone,residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,\
    vaccinating_facility,entering_facility,entered_at";
const CLEAN: &str = "S1,Nguyễn Văn An,1948-05-02,M,VN,cccd,001048000123,0912345678,00001,D1,\
    Vero Cell,L1,2021-09-01,Mũi 1,01001,01002,2021-09-01T08:00:00+07:00";

fn doses_with(file: impl Into<Vec<u8>>, profile: &ColumnProfile) -> Vec<RowOutcome<DoseRow>> {
    let options = IntakeOptions::on(civil::date(2022, 6, 1));
    let file = Cursor::new(file.into());
    DoseRow::rows(file, profile, &options)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn doses(file: impl Into<Vec<u8>>) -> Vec<RowOutcome<DoseRow>> {
    doses_with(file, &ColumnProfile::default())
}

/// The clean row with some cells replaced, and what is found in it.
fn found(changes: &[(usize, &str)]) -> (Option<DoseRow>, Vec<&'static str>) {
    let mut cells: Vec<&str> = CLEAN.split(',').map(str::trim).collect();
    for (place, cell) in changes {
        cells[*place] = cell;
    }
    let mut outcome = doses(format!("{HEADER}\n{}\n", cells.join(","))).remove(0);
    let codes = outcome
        .findings
        .iter()
        .map(|finding| finding.code.code())
        .collect();
    (outcome.record.take(), codes)
}

#[test]
fn a_clean_row_is_accepted_as_it_is() {
    let (row, codes) = found(&[]);
    assert!(codes.is_empty(), "{codes:?}");
    let row = row.unwrap();
    assert_eq!(
        (row.subject_ref.as_str(), row.dose_ref.as_str()),
        ("S1", "D1")
    );
    assert_eq!(row.identity.full_name, "Nguyễn Văn An");
    assert_eq!(row.identity.birth_date, "1948-05-02");
    assert_eq!(row.identity.sex, Some(Sex::Male));
    assert_eq!(row.identity.nationality, "VN");
    assert_eq!(row.identity.document_kind, Some(DocumentKind::Cccd));
    assert_eq!(row.identity.document_number, "001048000123");
    assert_eq!(row.identity.phone, "0912345678");
    assert_eq!(row.identity.commune.as_str(), "00001");
    assert_eq!(row.dose.vaccine, "verocell");
    assert_eq!(row.dose.lot.as_deref(), Some("L1"));
    assert_eq!(row.dose.date, civil::date(2021, 9, 1));
    assert_eq!(row.dose.kind, Some(DoseKind::Primary1));
    assert_eq!(row.dose.vaccinating.as_str(), "01001");
    assert_eq!(row.dose.entering.as_str(), "01002");
    assert_eq!(
        row.dose.entered_at.unwrap().to_string(),
        "2021-09-01T01:00:00Z"
    );
}

#[test]
fn each_trap_has_its_code() {
    let nfd = "Nguye\u{302}\u{303}n Va\u{306}n An";
    for (place, cell, codes) in [
        (1, nfd, vec!["text-decomposed"]),
        (1, "Nguyễn\u{a0}Văn An", vec!["text-invisible"]),
        (1, "Ðặng Văn An", vec!["name-lookalike"]),
        (1, "NguyÔn V¨n An", vec!["name-encoding-tcvn3"]),
        (1, "Nguyeãn Vaên An", vec!["name-encoding-vni"]),
        (1, "An", vec!["name-single-word"]),
        (1, "Nguyễn Văn 2", vec!["name-digits"]),
        (2, "", vec!["birth-date-missing"]),
        (2, "1948", vec!["birth-date-partial"]),
        (2, "05/1948", vec!["birth-date-partial"]),
        (2, "1948-01-01", vec!["birth-date-placeholder"]),
        (2, "1949-05-02", vec!["number-birth-year-differs"]),
        (
            2,
            "2012-05-02",
            vec!["number-birth-year-differs", "number-of-parent"],
        ),
        (3, "Nữ", vec!["number-sex-differs"]),
        (3, "?", vec!["sex-unknown"]),
        (4, "Wakanda", vec!["nationality-unknown"]),
        (4, "FR; VN", vec!["nationality-several"]),
        (4, "FRA", vec!["id-passport-missing"]),
        (5, "", vec!["document-kind-guessed"]),
        (5, "passport", vec!["id-vn-passport-only"]),
        (6, "", vec!["id-missing"]),
        (6, "1048000123", vec!["id-leading-zero-lost"]),
        (6, "00104800012O", vec!["id-malformed"]),
        (6, "999048000123", vec!["number-province-unknown"]),
        (8, "x", vec!["commune-malformed"]),
        (10, "CoronaVac", vec!["vaccine-unknown"]),
        (12, "2021-06-03", vec!["dose-before-approval"]),
        (13, "Mũi 9", vec!["dose-kind-unknown"]),
        (16, "hôm qua", vec!["entered-at-unreadable"]),
    ] {
        let (row, found) = found(&[(place, cell)]);
        assert_eq!(found, codes, "{cell}");
        assert!(row.is_some(), "{cell}");
    }
}

#[test]
fn what_cannot_be_taken_is_refused_with_a_code() {
    for (place, cell, code) in [
        (0, "", "cell-missing"),
        (9, " ", "cell-missing"),
        (10, "", "cell-missing"),
        (12, "", "cell-missing"),
        (15, "", "cell-missing"),
        (6, "1.04800E+09", "cell-power-of-ten"),
        (12, "31/02/2021", "date-unreadable"),
        (12, "01/09/21", "date-unreadable"),
        (12, "2021", "date-unreadable"),
        (12, "09/21/2021", "date-month-first"),
        (12, "2022-06-02", "date-future"),
    ] {
        let (row, codes) = found(&[(place, cell)]);
        assert!(codes.contains(&code), "{cell}: {codes:?}");
        assert!(row.is_none(), "{cell}");
    }
}

#[test]
fn zeros_and_spellings_that_need_no_confirmation() {
    let (row, codes) = found(&[
        (3, "nam"),
        (4, "Việt Nam"),
        (5, "Căn cước công dân"),
        (6, "001 048 000 123"),
        (8, "1"),
        (10, "VEROCELL"),
        (12, "1/9/2021"),
        (13, "mui 1"),
    ]);
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(row.unwrap(), found(&[]).0.unwrap());
}

#[test]
fn a_foreigner_with_a_passport() {
    let (row, codes) = found(&[
        (1, "MÜLLER Ða?"),
        (4, "DEU"),
        (5, "passport"),
        (6, "c01x-00t47"),
    ]);
    assert_eq!(codes, ["name-letters-lost", "name-encoding"]);
    assert_eq!(row.unwrap().identity.document_number, "C01X00T47");
}

#[test]
fn after_one_american_date_the_others_are_doubted() {
    let row = |date: &str, number: u8| {
        CLEAN
            .replace("2021-09-01,", &format!("{date},"))
            .replace("D1", &format!("D{number}"))
    };
    let file = format!(
        "{HEADER}\n{}\n{}\n{}\n{}\n",
        row("05/10/2021", 1),
        row("10/25/2021", 2),
        row("05/10/2021", 3),
        row("25/10/2021", 4)
    );
    let codes: Vec<Vec<&str>> = doses(file)
        .iter()
        .map(|row| {
            row.findings
                .iter()
                .map(|finding| finding.code.code())
                .collect()
        })
        .collect();
    let expected: [&[&str]; 4] = [&[], &["date-month-first"], &["date-order-doubtful"], &[]];
    assert_eq!(codes, expected);
}

#[test]
fn a_profile_maps_another_platforms_export() {
    let profile = ColumnProfile::from_toml(
        r#"
        name = "Bệnh viện"
        date_order = "month-first"
        [columns]
        subject_ref = ["Mã BN"]
        [words.vaccine]
        pfizer = ["PF-30"]
        [defaults]
        nationality = "VN"
        sex = "M"
        "#,
    )
    .unwrap();
    let header = HEADER
        .replace("subject_ref", "MÃ BN")
        .replace(",nationality", "");
    let row = CLEAN
        .replace(",VN", "")
        .replace(",M,", ",,")
        .replace("Vero Cell", "pf 30")
        .replace("2021-09-01,", "9/21/2021,");
    let rows = doses_with(format!("{header}\n{row}\n"), &profile);
    assert!(rows[0].findings.is_empty(), "{:?}", rows[0].findings);
    let row = rows[0].record.as_ref().unwrap();
    assert_eq!(
        (row.dose.vaccine.as_str(), row.dose.date),
        ("pfizer", civil::date(2021, 9, 21))
    );
    assert_eq!(
        (row.identity.nationality.as_str(), row.identity.sex),
        ("VN", Some(Sex::Male))
    );
}

#[test]
fn facilities_and_delegations() {
    let file = "facility,name,commune,signing_mode,enabled_from,certificate,key\n\
        01001,Trạm Y tế,1,Tự ký,2021-03-08,keys/a.pem,\n01002,,00004,uỷ quyền,,,\n01003,,00004,có,,,\n";
    let open = |file: &'static str| file.as_bytes();
    let profile = ColumnProfile::default();
    let options = IntakeOptions::default();
    let rows = FacilityRow::rows(open(file), &profile, &options).unwrap();
    let rows: Vec<_> = rows.map(Result::unwrap).collect();
    let first = rows[0].record.as_ref().unwrap();
    assert_eq!(first.facility.mode, SigningMode::SelfSigning);
    assert_eq!(first.facility.commune.as_str(), "00001");
    assert_eq!(first.facility.enabled_from, Some(civil::date(2021, 3, 8)));
    assert_eq!(
        (first.certificate.as_deref(), first.key.as_deref()),
        (Some("keys/a.pem"), None)
    );
    assert_eq!(
        rows[1].record.as_ref().unwrap().facility.mode,
        SigningMode::Delegated
    );
    assert_eq!(
        rows[2].findings[0].to_string(),
        "signing_mode: word-unknown"
    );

    let file = "grantor,grantee,valid_from,valid_to,reference,scope_to\n\
        01002,01001,01/01/2022,31/12/2022,12/QĐ,\n01002,01001,2022-02-01,2022-01-01,12/QĐ,2021-12-31\n";
    let rows = DelegationRow::rows(open(file), &profile, &options).unwrap();
    let rows: Vec<_> = rows.map(Result::unwrap).collect();
    let delegation = &rows[0].record.as_ref().unwrap().delegation;
    assert_eq!(delegation.valid_to, civil::date(2022, 12, 31));
    assert_eq!((delegation.scope_from, delegation.scope_to), (None, None));
    assert_eq!(
        rows[1].findings[0].to_string(),
        "valid_to: date-range-reversed"
    );
}

#[test]
fn rows_of_one_person_come_together_and_conflicts_stay_apart() {
    let second = CLEAN.replace("D1", "D2").replace("Mũi 1", "Mũi 2");
    let other = CLEAN.replace("D1", "D3").replace("Văn An", "Văn Ân");
    let stranger = CLEAN.replace("S1", "S2").replace("D1", "D4");
    let again = second.replace("L1", "L9");
    let file = format!("{HEADER}\n{CLEAN}\n{stranger}\n{second}\n{other}\n{again}\n");
    let rows = doses(file)
        .into_iter()
        .filter_map(|row| row.record)
        .collect();
    let key = ReferenceKey::from_bytes([7; 32]);
    let items = intakes(rows, &key, IdentityRule::Keep);
    let shape: Vec<(&str, usize)> = items
        .iter()
        .map(|item| (item.subject_ref.as_str(), item.doses.len()))
        .collect();
    assert_eq!(shape, [("S1", 2), ("S2", 1), ("S1", 1)]);
    assert_eq!(items[0].subject, key.subject_id("S1"));
    assert_eq!(items[0].subject, items[2].subject);
    assert_eq!(
        items[0].document,
        Some(key.document("national-number", "001048000123"))
    );
    assert_eq!(items[0].doses[1].1.lot.as_deref(), Some("L9"));
}

#[test]
fn reports_count_every_row_once() {
    let bad = CLEAN.replace("2021-09-01,", "x,");
    let noted = CLEAN.replace("Vero Cell", "Novavax");
    let mut report = IntakeReport::default();
    for row in doses(format!("{HEADER}\n{CLEAN}\n{bad}\n{noted}\n{CLEAN}\n")) {
        report.count(&row);
    }
    let states = [
        RowState::Accepted,
        RowState::WithFindings,
        RowState::Refused,
    ];
    assert_eq!(states.map(|state| report.in_state(state)), [2, 1, 1]);
    assert_eq!(report.rows(), 4);
    assert_eq!(report.refused()[0].row, 3);
    let codes: Vec<(&str, u64)> = report
        .findings()
        .map(|(code, count)| (code.code(), count))
        .collect();
    assert_eq!(codes, [("date-unreadable", 1), ("vaccine-unknown", 1)]);
}

#[test]
fn nothing_personal_is_printed() {
    let rows = doses(format!(
        "{HEADER}\n{CLEAN}\n{}\n",
        CLEAN.replace("2021-09-01,", "x,")
    ));
    let printed = format!("{rows:?} {}", rows[1].findings[0]);
    for secret in ["Nguy", "001048000123", "1948", "0912345678"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    for code in RowCode::ALL {
        assert_ne!(code.text(Lang::Vi), code.text(Lang::En));
    }
    for code in TableFault::ALL {
        assert_ne!(code.text(Lang::Vi), code.text(Lang::En));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics_and_every_row_ends(
        rows in proptest::collection::vec("[a-z0-9,;\"'/\\-\\PC]{0,80}", 0..6),
    ) {
        let mut report = IntakeReport::default();
        let file = Cursor::new(format!("{HEADER}\n{}\n", rows.join("\n")).into_bytes());
        let read = DoseRow::rows(file, &ColumnProfile::default(), &IntakeOptions::default());
        for row in read.unwrap() {
            let row = row.unwrap();
            report.count(&row);
            let refuses = row.findings.iter().any(|found| found.code.refuses());
            proptest::prop_assert_eq!(refuses, row.record.is_none());
        }
    }
}
