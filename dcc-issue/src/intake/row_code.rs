//! What was noticed about one row of a table.

use core::fmt;

use dcc_model::{Coded, Lang, NumberFault, NumberSuspicion};

use super::Column;
use crate::RefusalCode;

macro_rules! row_codes {
    ($($name:ident $refuses:literal $code:literal $vi:literal $en:literal;)+) => {
        /// What was noticed about a row; some of these refuse it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RowCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl RowCode {
            /// Whether the row is refused for it; else it is accepted with a finding.
            pub const fn refuses(self) -> bool {
                match self { $(Self::$name => $refuses,)+ }
            }
        }

        impl Coded for RowCode {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Vi) => $vi, (Self::$name, _) => $en,)+
                }
            }
        }
    };
}

row_codes! {
    // -- refused
    RowWidth true "row-width"
        "Dòng có nhiều ô hơn dòng tiêu đề." "The row has more cells than the header.";
    QuoteOpen true "quote-open"
        "Ngoặc kép không được đóng trong dòng này." "A quotation mark is not closed in this row.";
    TextNotUtf8 true "text-not-utf8"
        "Dòng không phải UTF-8 (có thể là bảng mã VNI/TCVN3 cũ). Lưu lại tệp dạng CSV UTF-8."
        "The row is not UTF-8 (perhaps an old VNI or TCVN3 encoding). Save the file as CSV UTF-8.";
    CellMissing true "cell-missing"
        "Thiếu giá trị bắt buộc." "A required cell is empty.";
    CellTooLong true "cell-too-long"
        "Ô quá dài." "A cell is too long.";
    CellError true "cell-error"
        "Ô chứa lỗi công thức của Excel." "A cell holds an error of a spreadsheet formula.";
    CellPowerOfTen true "cell-power-of-ten"
        "Số bị Excel ghi dạng lũy thừa (ví dụ 1.1E+11), đã mất chữ số. Định dạng cột là văn bản rồi nhập lại."
        "Excel wrote a number as a power of ten (such as 1.1E+11) and digits are lost. Format the column as text and enter it anew.";
    DateUnreadable true "date-unreadable"
        "Không đọc được ngày. Viết yyyy-mm-dd hoặc dd/mm/yyyy."
        "The date cannot be read. Write yyyy-mm-dd or dd/mm/yyyy.";
    DateMonthFirst true "date-month-first"
        "Ngày viết theo kiểu tháng/ngày/năm. Xuất lại tệp theo ngày/tháng/năm."
        "The date is written month first. Export the file again with the day first.";
    DateFuture true "date-future"
        "Ngày tiêm ở tương lai." "The dose lies in the future.";
    WordUnknown true "word-unknown"
        "Giá trị không có trong danh mục." "The word is not in the vocabulary.";
    DateRange true "date-range-reversed"
        "Ngày cuối trước ngày đầu." "The last day lies before the first.";
    // -- findings: text
    TextDecomposed false "text-decomposed"
        "Chữ có dấu viết tách rời (NFD) đã được ghép lại." "Decomposed letters (NFD) were composed.";
    TextInvisible false "text-invisible"
        "Đã bỏ ký tự ẩn hoặc khoảng trắng đặc biệt." "Invisible or special blank characters were removed.";
    TextSpaces false "text-spaces"
        "Đã gộp khoảng trắng thừa." "Superfluous blanks were removed.";
    NameLookalike false "name-lookalike"
        "Chữ Đ viết bằng ký tự gần giống đã được sửa." "A look-alike of the letter Đ was replaced.";
    NameDigits false "name-digits"
        "Họ tên có chữ số hoặc ký hiệu." "The name holds a digit or a symbol.";
    NameSingleWord false "name-single-word"
        "Họ tên chỉ có một từ." "The name is a single word.";
    EncodingTcvn3 false "name-encoding-tcvn3"
        "Họ tên có vẻ ở bảng mã TCVN3 (ABC)." "The name seems to be in the old encoding TCVN3 (ABC).";
    EncodingVni false "name-encoding-vni"
        "Họ tên có vẻ ở bảng mã VNI." "The name seems to be in the old encoding VNI.";
    EncodingTwice false "name-encoding-twice"
        "Họ tên bị mã hóa UTF-8 hai lần." "The name was encoded in UTF-8 twice.";
    LettersLost false "name-letters-lost"
        "Họ tên đã mất chữ (dấu ? hoặc �)." "Letters of the name are lost (? or U+FFFD).";
    // -- findings: dates
    BirthDateMissing false "birth-date-missing"
        "Không có ngày sinh." "There is no birth date.";
    BirthDateUnreadable false "birth-date-unreadable"
        "Không đọc được ngày sinh." "The birth date cannot be read.";
    BirthDatePartial false "birth-date-partial"
        "Ngày sinh chỉ có năm hoặc tháng và năm." "The birth date has only a year, or a month and a year.";
    BirthDatePlaceholder false "birth-date-placeholder"
        "Ngày sinh 01/01 có thể chỉ là giá trị tạm." "A birth date of 1 January may be a placeholder.";
    DateOrderDoubtful false "date-order-doubtful"
        "Tệp có ngày viết tháng trước; ngày này có thể bị đảo." "The file has dates written month first; day and month of this one may be exchanged.";
    DateFromSerial false "date-from-serial"
        "Ngày là số thứ tự của Excel, đã đổi theo hệ ngày của tệp." "The date was a serial number and was read in the workbook's date system.";
    DoseBeforeBirth false "dose-before-birth"
        "Ngày tiêm trước ngày sinh." "The dose lies before the birth.";
    DoseBeforeVaccines false "dose-before-vaccines"
        "Ngày tiêm trước khi có vắc xin COVID-19." "The dose lies before any COVID-19 vaccine existed.";
    DoseBeforeApproval false "dose-before-approval"
        "Ngày tiêm trước khi vắc xin được cấp phép tại Việt Nam." "The dose lies before the vaccine's approval in Vietnam.";
    EnteredAtUnreadable false "entered-at-unreadable"
        "Không đọc được thời điểm nhập." "The time of entry cannot be read.";
    // -- findings: words
    SexUnknown false "sex-unknown"
        "Không rõ giới tính." "The sex is missing or not understood.";
    NationalityUnknown false "nationality-unknown"
        "Không rõ quốc tịch; xét như người Việt Nam." "The nationality is missing or not understood; the Vietnamese path applies.";
    NationalitySeveral false "nationality-several"
        "Có nhiều quốc tịch, trong đó có Việt Nam; xét như người Việt Nam." "There are several nationalities; the Vietnamese path applies where one is Vietnamese.";
    DocumentKindGuessed false "document-kind-guessed"
        "Loại giấy tờ để trống hoặc lạ; đã đoán theo số." "The kind of document is missing or unknown and was guessed by the number.";
    DoseKindUnknown false "dose-kind-unknown"
        "Không rõ loại mũi tiêm." "The kind of dose is missing or not understood.";
    VaccineUnknown false "vaccine-unknown"
        "Vắc xin không thuộc danh mục 8 loại." "The vaccine is none of the eight.";
    CommuneMalformed false "commune-malformed"
        "Mã xã không phải 5 chữ số." "The commune's code is not five digits.";
}

/// A code of a finding, from whichever vocabulary it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingCode {
    /// About the row.
    Row(RowCode),
    /// The subject will be held for it.
    Held(RefusalCode),
    /// A guess about the number.
    Suspicion(NumberSuspicion),
}

impl FindingCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Row(code) => code.code(),
            Self::Held(code) => code.code(),
            Self::Suspicion(code) => code.code(),
        }
    }

    /// What a person should read.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Row(code) => code.text(lang),
            Self::Held(code) => code.text(lang),
            Self::Suspicion(code) => code.text(lang),
        }
    }

    /// Whether the row is refused for it.
    pub const fn refuses(self) -> bool {
        matches!(self, Self::Row(code) if code.refuses())
    }
}

impl From<RowCode> for FindingCode {
    fn from(code: RowCode) -> Self {
        Self::Row(code)
    }
}

impl From<RefusalCode> for FindingCode {
    fn from(code: RefusalCode) -> Self {
        Self::Held(code)
    }
}

impl From<NumberSuspicion> for FindingCode {
    fn from(code: NumberSuspicion) -> Self {
        Self::Suspicion(code)
    }
}

impl From<NumberFault> for FindingCode {
    /// The state in which a subject with such a number is held; a power of ten refuses the row.
    fn from(fault: NumberFault) -> Self {
        match fault {
            NumberFault::Empty => Self::Held(RefusalCode::IdMissing),
            NumberFault::LeadingZeroLost => Self::Held(RefusalCode::IdLeadingZeroLost),
            NumberFault::ScientificNotation => Self::Row(RowCode::CellPowerOfTen),
            _ => Self::Held(RefusalCode::IdMalformed),
        }
    }
}

/// One finding: what, and in which column. It never holds the cell's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RowFinding {
    /// What was noticed.
    pub code: FindingCode,
    /// Where; `None` for the row as a whole.
    pub column: Option<Column>,
}

impl RowFinding {
    /// A finding of `code` in `column`.
    pub fn new(code: impl Into<FindingCode>, column: Option<Column>) -> Self {
        Self {
            code: code.into(),
            column,
        }
    }
}

impl fmt::Display for RowFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "{}: {}", column.key(), self.code.code()),
            None => f.write_str(self.code.code()),
        }
    }
}
