//! The two sheets of a list: "Danh sách" with the rows and "Biên bản" for the signatures.

use alloc::format;

use dcc_model::{Coded as _, Lang, NumberSuspicion, Timestamp};
use dcc_registry::SubjectId;
use dcc_registry::{CommuneCode, Digest, DocumentKind, ListId, ListItem, ReasonCode, Sex};

use super::HeldRow;
use crate::table_output::formula_safe;
use crate::{OutputTable, RefusalCode};

/// The columns that are printed, and after them those that are left to fill in.
pub(crate) const PRINTED: [&str; 11] = [
    "Mã hồ sơ",
    "Mã đối tượng",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Loại giấy tờ",
    "Số giấy tờ",
    "Điện thoại",
    "Nơi thường trú",
    "Mã lỗi",
    "Nội dung lỗi",
];

/// The columns that stations, hamlet teams and the police fill in.
pub(crate) const TO_FILL: [&str; 6] = [
    "Họ và tên (sửa)",
    "Ngày sinh (sửa)",
    "Giới tính (sửa)",
    "Số giấy tờ (sửa)",
    "Kết quả đối chiếu",
    "Ghi chú",
];

/// The sheet "Danh sách", without rows.
pub(crate) fn table() -> OutputTable {
    OutputTable::new("Danh sách", PRINTED.into_iter().chain(TO_FILL))
}

/// The printed cells of a row; those to fill in are empty.
pub(crate) fn cells(row: &HeldRow<'_>) -> Vec<String> {
    let who = row.identity;
    let codes: Vec<&str> = row.reasons.iter().map(ReasonCode::as_str).collect();
    let texts: Vec<&str> = row
        .reasons
        .iter()
        .map(|code| reason_text(code, Lang::Vi))
        .collect();
    let mut cells = vec![
        case_reference(&row.item()),
        row.subject_ref.to_owned(),
        who.full_name.clone(),
        shown_date(&who.birth_date),
        who.sex.map_or("", shown_sex).to_owned(),
        who.document_kind.map_or("", shown_kind).to_owned(),
        who.document_number.clone(),
        who.phone.clone(),
        who.commune.as_str().to_owned(),
        codes.join("; "),
        texts.join(" "),
    ];
    cells.resize(PRINTED.len().saturating_add(TO_FILL.len()), String::new());
    cells
}

/// What people are told about a code of a held subject; a code of another program is shown as
/// it is.
pub(crate) fn reason_text(reason: &ReasonCode, lang: Lang) -> &str {
    let code = reason.as_str();
    if let Some(known) = RefusalCode::from_code(code) {
        return known.text(lang);
    }
    let suspicion = NumberSuspicion::ALL
        .iter()
        .find(|known| known.code() == code);
    suspicion.map_or(code, |known| known.text(lang))
}

/// Mã hồ sơ: the case and the record version that was printed. It begins with letters, so that
/// no spreadsheet takes it for a number.
pub(crate) fn case_reference(item: &ListItem) -> String {
    format!(
        "HS-{}-{}-{}",
        item.subject, item.case, item.identity_version
    )
}

/// The case of a reference as it comes back; `None` where it is none.
pub(crate) fn read_case_reference(text: &str) -> Option<ListItem> {
    let mut parts = text.trim().split('-');
    if parts.next() != Some("HS") {
        return None;
    }
    let subject = hex_16(parts.next()?)?;
    let case = parts.next()?.parse().ok()?;
    let version = parts.next()?.parse().ok()?;
    let whole = parts.next().is_none();
    whole.then(|| ListItem::new(SubjectId::from_bytes(subject), case, version))
}

pub(crate) fn hex_16(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        let start = place.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(bytes)
}

/// The id of a list: its commune and the beginning of its hash.
pub(crate) fn list_id(commune: &CommuneCode, hash: &Digest) -> ListId {
    let hash = hash.to_string();
    ListId::new(format!(
        "DS-{}-{}",
        commune.as_str(),
        hash.get(..12).unwrap_or(&hash)
    ))
}

/// A birth date as it is written in Vietnam.
pub(crate) fn shown_date(iso: &str) -> String {
    let mut parts: Vec<&str> = iso.split('-').collect();
    parts.reverse();
    parts.join("/")
}

pub(crate) const fn shown_sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "Nữ",
        _ => "Nam",
    }
}

pub(crate) const fn shown_kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Cccd => "CCCD",
        DocumentKind::Cmnd => "CMND",
        DocumentKind::Passport => "Hộ chiếu",
        _ => "Số định danh",
    }
}

/// A table's CSV without its first line.
pub(crate) fn without_header(csv: &[u8]) -> &[u8] {
    let end = csv.iter().position(|byte| *byte == b'\n');
    end.and_then(|end| csv.get(end.saturating_add(1)..))
        .unwrap_or_default()
}

/// The sheet of a CSV file that was written here.
pub(super) fn read_back(csv: &[u8]) -> Option<OutputTable> {
    let mut sheet = table();
    let mut reader = csv::ReaderBuilder::new().from_reader(csv);
    for record in reader.records() {
        let record = record.ok()?;
        sheet.push(record.iter().map(without_mark));
    }
    Some(sheet)
}

/// The cell without the mark that CSV needs and XLSX does not.
fn without_mark(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if formula_safe(rest).len() != rest.len() => rest,
        _ => cell,
    }
}

/// What the sheet "Biên bản" says.
pub(crate) struct Protocol<'a> {
    pub(crate) commune: &'a CommuneCode,
    pub(crate) id: &'a ListId,
    /// Of the CSV file of the same list.
    pub(crate) hash: &'a Digest,
    pub(crate) made_at: Timestamp,
    pub(crate) rows: u64,
}

impl Protocol<'_> {
    /// The sheet "Biên bản": what the list is, and room for signatures (R54).
    pub(crate) fn table(&self) -> OutputTable {
        let made = self
            .made_at
            .vietnam_date()
            .map_or_else(String::new, |day| day.to_string());
        let mut table = OutputTable::new("Biên bản", ["Nội dung", "Giá trị"]);
        let rows = [
            ("Xã/phường thường trú", self.commune.as_str().to_owned()),
            ("Mã danh sách", self.id.as_str().to_owned()),
            ("SHA-256 (tệp CSV)", self.hash.to_string()),
            ("Ngày lập", shown_date(&made)),
            ("Số hồ sơ", self.rows.to_string()),
            ("Số hồ sơ đúng", String::new()),
            ("Số hồ sơ đã sửa", String::new()),
            ("Số hồ sơ đã cập nhật CSDL dân cư", String::new()),
            ("Số hồ sơ không xác định", String::new()),
            ("Trạm Y tế (ký, ghi rõ họ tên)", String::new()),
            ("Tổ công tác thôn/ấp (ký, ghi rõ họ tên)", String::new()),
            ("Công an xã/phường (ký, đóng dấu)", String::new()),
            ("Ngày bàn giao", String::new()),
        ];
        for (label, value) in rows {
            table.push([label.to_owned(), value]);
        }
        table
    }
}
