//! Forms of files: delimiters, workbooks, damage and bombs.

use std::io::{Read, Write as _, repeat};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

fn fault(file: impl Into<Vec<u8>>) -> TableFault {
    let file = Cursor::new(file.into());
    DoseRow::rows(file, &ColumnProfile::default(), &IntakeOptions::default())
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .err()
        .unwrap()
        .code
}

#[test]
fn delimiters_marks_labels_and_row_numbers() {
    let labels = "Mã đối tượng;HỌ VÀ TÊN;Ngay sinh;Giới tính;Quốc tịch;Loại giấy tờ;Số CCCD/CMND;\
        SĐT;Mã xã;Mã mũi tiêm;Vắc xin;Số lô;Ngày tiêm;Mũi tiêm;Cơ sở tiêm;Cơ sở nhập;Ngày nhập";
    let semicolons = CLEAN.replace(',', ";");
    let clean = doses(format!("{HEADER}\n{CLEAN}\n")).remove(0).record;
    for file in [
        format!("\u{feff}{labels}\r\n{semicolons}\r\n"),
        format!(
            "{}\n{}\n",
            labels.replace(';', "\t"),
            CLEAN.replace(',', "\t")
        ),
        format!("{}\n{semicolons}", labels.to_uppercase()),
    ] {
        let rows = doses(file);
        assert_eq!((rows.len(), rows[0].row), (1, 2));
        assert_eq!(rows[0].record, clean);
    }
    // A cell over two lines, blank rows, a row of another width.
    let broken = CLEAN.replace("L1", "\"L\n1\"");
    let file = format!("{HEADER}\n{broken}\n{CLEAN}\n\n,,\n{CLEAN},x\n{CLEAN},,\n");
    let rows = doses(file);
    let numbers: Vec<u64> = rows.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [2, 3, 6, 7]);
    let states: Vec<RowState> = rows.iter().map(RowOutcome::state).collect();
    let [taken, noted, refused] = [
        RowState::Accepted,
        RowState::WithFindings,
        RowState::Refused,
    ];
    assert_eq!(states, [noted, taken, refused, taken]);
    assert_eq!(rows[2].findings[0].code.code(), "row-width");
}

#[test]
fn bytes_of_an_old_encoding_refuse_their_row_only() {
    let mut file = format!("{HEADER}\n{CLEAN}\n").into_bytes();
    file.extend_from_slice(b"S2,Nguy\xd4n V\xa8n An,,,,,,,,,,,,,,,\n");
    file.extend_from_slice(CLEAN.as_bytes());
    let rows = doses(file);
    let states: Vec<RowState> = rows.iter().map(RowOutcome::state).collect();
    assert_eq!(
        states,
        [RowState::Accepted, RowState::Refused, RowState::Accepted]
    );
    assert_eq!(rows[1].findings[0].code.code(), "text-not-utf8");
}

#[test]
fn files_that_are_no_table() {
    let utf16: Vec<u8> = "\u{feff}a,b\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (file, expected) in [
        (vec![], TableFault::Empty),
        (b"\n\n\n".to_vec(), TableFault::Empty),
        (utf16, TableFault::Utf16),
        (b"a\0b\0,\0".to_vec(), TableFault::Binary),
        (vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1], TableFault::OldExcel),
        (
            b"PK\x03\x04 and nothing more".to_vec(),
            TableFault::XlsxBroken,
        ),
        (b"a,b,c\n1,2,3\n".to_vec(), TableFault::ColumnMissing),
        (
            format!("{HEADER},full_name\n").into_bytes(),
            TableFault::ColumnTwice,
        ),
        (b"Nguy\xd4n,b\n".to_vec(), TableFault::NotUtf8),
        (vec![b','; 1000], TableFault::TooManyColumns),
    ] {
        assert_eq!(fault(file), expected);
    }
}

#[test]
fn a_quote_that_never_closes_does_not_eat_the_memory() {
    let start = format!("{HEADER}\n{CLEAN}\n\"");
    let endless = Cursor::new(start.into_bytes()).chain(repeat(b'x'));
    let mut rows = DoseRow::rows(
        endless,
        &ColumnProfile::default(),
        &IntakeOptions::default(),
    )
    .unwrap();
    assert!(rows.next().unwrap().is_ok());
    let error = rows.next().unwrap().unwrap_err();
    assert_eq!((error.code, error.row), (TableFault::RowTooLong, Some(3)));
    assert!(rows.next().is_none());
    let long = CLEAN.replace("Nguyễn Văn An", &"A".repeat(600));
    let rows = doses(format!("{HEADER}\n{long}\n"));
    assert_eq!(rows[0].findings[0].code.code(), "cell-too-long");
}

#[test]
fn an_open_quote_spoils_its_own_row_only() {
    let row = |number: u32| {
        let row = CLEAN.replace("D1", &format!("D{number}"));
        assert!(row != CLEAN || number == 1);
        row
    };
    let mut text = format!("{HEADER}\n");
    for number in 2..60 {
        let line = row(number);
        // Clerks' slips: far apart, one behind the other, and just before the end.
        let line = match number {
            10 | 30 | 31 | 40 | 59 => line.replace("Nguyễn", "\"Nguyễn"),
            // A line break inside a cell, as a spreadsheet writes it.
            20 => line.replace("Nguyễn Văn An", "\"Nguyễn\nVăn An\""),
            _ => line,
        };
        text.push_str(&line);
        text.push('\n');
    }
    let rows = doses(text);
    assert_eq!(rows.len(), 58, "every row has its answer");
    let refused: Vec<(u64, &str)> = rows
        .iter()
        .filter(|row| row.record.is_none())
        .map(|row| (row.row, row.findings[0].code.code()))
        .collect();
    let open = |number| (number, "quote-open");
    assert_eq!(refused, [10, 30, 31, 40, 59].map(open));
    assert_eq!(rows[57].row, 59);
}

fn workbook(from_1904: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (column, label) in (0..).zip(HEADER.split(',')) {
        sheet.write_string(0, column, label.trim()).unwrap();
    }
    for (column, cell) in (0..).zip(CLEAN.split(',')) {
        sheet.write_string(2, column, cell.trim()).unwrap();
    }
    // As an office types it: a number for the document, a date cell, a serial number, a year.
    sheet.write_number(2, 6, 1_048_000_123.0).unwrap();
    let day = ExcelDateTime::from_ymd(2021, 9, 1).unwrap();
    sheet.write_datetime_with_format(2, 12, day, &date).unwrap();
    sheet.write_number(2, 2, 1948).unwrap();
    sheet
        .write_number(2, 16, if from_1904 { 42_978.5 } else { 44_440.5 })
        .unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn xlsx_cells_as_an_office_types_them() {
    let rows = doses(workbook(false));
    assert_eq!((rows.len(), rows[0].row), (1, 3));
    let codes: Vec<&str> = rows[0]
        .findings
        .iter()
        .map(|found| found.code.code())
        .collect();
    assert_eq!(codes, ["birth-date-partial", "id-leading-zero-lost"]);
    let row = rows[0].record.as_ref().unwrap();
    assert_eq!(row.dose.date, civil::date(2021, 9, 1));
    assert_eq!(row.identity.birth_date, "1948");
    assert_eq!(row.identity.document_number, "1048000123");
    assert_eq!(
        row.dose.entered_at.unwrap().to_string(),
        "2021-09-01T05:00:00Z"
    );
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_counts_from_1904() {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook(true))).unwrap();
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let name = part.name().unwrap().into_owned();
        if name == "xl/workbook.xml" {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains("<workbookPr "));
            content = text
                .replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
                .into_bytes();
        }
        parts.push((name, content));
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    let file = Cursor::new(zip_of(&parts));
    let options = IntakeOptions::default();
    let mut rows = DoseRow::rows(file, &ColumnProfile::default(), &options).unwrap();
    let row = rows.next().unwrap().unwrap().record.unwrap();
    assert_eq!(
        row.dose.entered_at.unwrap().to_string(),
        "2021-09-01T05:00:00Z"
    );
    // The date cell's number was written for 1900; here it means a day 1462 days later.
    assert_eq!(row.dose.date, civil::date(2025, 9, 2));
}

#[test]
fn bombs_are_refused_by_what_they_inflate_to() {
    let zeros = vec![b' '; 40 << 20];
    let bomb = zip_of(&[
        ("xl/sharedStrings.xml", &zeros),
        ("[Content_Types].xml", b"<x/>"),
    ]);
    assert!(bomb.len() < 100_000);
    let mut options = IntakeOptions::default();
    options.limits.xlsx_inflated = 20 << 20;
    let open = |file: &[u8], options: &IntakeOptions| {
        let file = Cursor::new(file.to_vec());
        DoseRow::rows(file, &ColumnProfile::default(), options)
            .err()
            .unwrap()
            .code
    };
    assert_eq!(open(&bomb, &options), TableFault::XlsxTooLarge);
    options.limits.xlsx_bytes = 1000;
    assert_eq!(open(&bomb, &options), TableFault::XlsxTooLarge);
    options = IntakeOptions::default();
    options.limits.xlsx_cells = 10;
    assert_eq!(open(&workbook(false), &options), TableFault::TooManyCells);
}
