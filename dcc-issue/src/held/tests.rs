use calamine::{Data, Reader as _, Xlsx};
use dcc_registry::{DocumentKind, ReferenceKey, Sex};

use super::*;
use crate::RefusalCode;

fn person(name: &str, commune: &str) -> Identity {
    let mut who = Identity::new(name, CommuneCode::new(commune));
    who.birth_date = "1948-05-02".to_owned();
    who.sex = Some(Sex::Female);
    who.document_kind = Some(DocumentKind::Cmnd);
    who.document_number = "012345678".to_owned();
    who.phone = "+84912345678".to_owned();
    who
}

fn held(people: &[(&str, &str, &[RefusalCode])]) -> (MemoryFolder, HeldSummary) {
    let key = ReferenceKey::from_bytes([7; 32]);
    let mut folder = MemoryFolder::default();
    let mut writer = HeldWriter::new(&mut folder, "2022-05-01".parse().unwrap());
    for (name, commune, codes) in people {
        let who = person(name, commune);
        let reasons: Vec<ReasonCode> = codes.iter().map(|code| code.reason()).collect();
        let mut row = HeldRow::new((key.subject_id(name), 3), name, &who, &reasons);
        row.doses = 2;
        writer.push(&row).unwrap();
    }
    let summary = writer.finish().unwrap();
    (folder, summary)
}

fn sheet_cells(xlsx: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(xlsx.to_vec())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let text = |cell: &Data| cell.to_string();
    range
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect()
}

#[test]
fn lists_go_by_commune_and_the_csv_says_what_the_xlsx_says() {
    let (folder, summary) = held(&[
        (
            "Lê A",
            "00001",
            &[RefusalCode::PopName, RefusalCode::PopSex],
        ),
        ("=1+1", "00001", &[RefusalCode::IdMissing]),
        ("Lê B", "27259", &[RefusalCode::PopName]),
        ("Lê C", "../x", &[RefusalCode::PopName]),
    ]);
    let names: Vec<&str> = folder.names().collect();
    let expected = [
        "00001.csv",
        "00001.xlsx",
        "27259.csv",
        "27259.xlsx",
        "summary.csv",
        "unknown.csv",
        "unknown.xlsx",
    ];
    assert_eq!(names, expected);
    let csv = folder.content("00001.csv").unwrap();
    let text = core::str::from_utf8(csv).unwrap();
    assert_eq!(text.matches("Mã hồ sơ").count(), 1);
    assert!(
        text.contains(",'=1+1,02/05/1948,Nữ,CMND,012345678,'+84912345678,00001,"),
        "{text}"
    );
    let rows = sheet_cells(folder.content("00001.xlsx").unwrap(), "Danh sách");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2][2], "=1+1");
    assert_eq!(rows[2][7], "+84912345678");
    assert_eq!(rows[1][9], "pop-name; pop-sex");
    assert_eq!(rows[1][10], "Họ tên không khớp. Giới tính không khớp.");
    let record = sheet_cells(folder.content("00001.xlsx").unwrap(), "Biên bản");
    assert_eq!(record[3][1], Digest::of(csv).to_string());
    assert_eq!(record[4][1], "01/05/2022");
    assert_eq!(record[5][1], "2");
    assert_eq!(summary.subjects(), 4);
    assert_eq!(summary.doses(), 8);
    let by_reason = summary.by_reason();
    assert_eq!(by_reason[&RefusalCode::PopName.reason()].subjects, 3);
    assert_eq!(by_reason[&RefusalCode::PopSex.reason()].doses, 2);
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let people: &[(&str, &str, &[RefusalCode])] = &[("Lê A", "00001", &[RefusalCode::PopName])];
    assert_eq!(held(people), held(people));
}

#[test]
fn a_case_reference_comes_back() {
    let item = ListItem::new(ReferenceKey::from_bytes([7; 32]).subject_id("S1"), 2, 5);
    let text = sheet::case_reference(&item);
    assert_eq!(sheet::read_case_reference(&text), Some(item));
    for wrong in [
        "",
        "HS-",
        "HS-12-1-1",
        "XX-00000000000000000000000000000000-1-1",
    ] {
        assert_eq!(sheet::read_case_reference(wrong), None, "{wrong}");
    }
    let surplus = format!("{text}-9");
    assert_eq!(sheet::read_case_reference(&surplus), None);
}

#[test]
fn rows_printed_to_debug_hold_nothing_personal() {
    let who = person("Đánh Dấu", "00001");
    let id = ReferenceKey::from_bytes([7; 32]).subject_id("S1");
    let row = HeldRow::new((id, 1), "Đánh Dấu 1", &who, &[]);
    assert!(!format!("{row:?}").contains("Đánh"));
}
