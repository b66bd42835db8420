//! The Vietnamese vaccine passport (Decision 5772/QĐ-BYT of 20 December 2021, section 1).

use core::fmt;

use crate::{
    Certificate, DateForm, Entry, Lang, Vaccination, ValueSetId, ValueSets, VietnamVaccine,
};

/// The eleven fields of "Hộ chiếu vắc xin", filled from a certificate.
///
/// `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct VaccinePassport {
    holder: String,
    birth_date: DateForm,
    birth_date_text: String,
    nationality: Option<String>,
    vaccination: Vaccination,
}

/// Number and labels of the fields (Decision 5772/QĐ-BYT; its published English translation, but
/// for "Number of vaccine shots").
const LABELS: [(u8, &str, &str); 11] = [
    (1, "Họ và tên", "Full name"),
    (2, "Ngày tháng năm sinh", "Date of birth"),
    (3, "Quốc tịch", "Nationality"),
    (4, "Bệnh dịch mà chứng nhận nhắm tới", "Targeted disease"),
    (5, "Số mũi tiêm đã nhận", "Number of doses received"),
    (6, "Ngày tiêm", "Date of vaccination"),
    (7, "Liều số", "Dose number"),
    (8, "Vắc xin", "Vaccine"),
    (9, "Sản phẩm vắc xin", "Vaccine product"),
    (10, "Nhà cung cấp hoặc sản xuất", "Supplier or manufacturer"),
    (11, "Mã số của chứng nhận", "Certificate number"),
];

/// One of the eleven fields: number, label and value.
///
/// `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct PassportField {
    number: u8,
    labels: (&'static str, &'static str),
    values: (String, String),
}

impl VaccinePassport {
    /// The passport of a vaccination; `None` if the certificate is of another kind.
    ///
    /// A DCC has no member for the nationality, so it comes from elsewhere: the record, or the
    /// CWT claim of the profile that carries it. Without one the field says where to look.
    pub fn new(certificate: &Certificate, nationality: Option<&str>) -> Option<Self> {
        let Entry::Vaccination(vaccination) = certificate.entry() else {
            return None;
        };
        Some(Self {
            holder: certificate.holder(),
            birth_date: certificate.birth_date().form(),
            birth_date_text: certificate.birth_date().as_str().to_owned(),
            nationality: nationality.map(|code| code.trim().to_owned()),
            vaccination: vaccination.clone(),
        })
    }

    /// The fields, in the order of the decision. Codes are shown as `sets` call them, or as they
    /// are where it does not have them.
    pub fn fields(&self, sets: &ValueSets) -> [PassportField; 11] {
        let dose = &self.vaccination;
        let named = |set, code: &str| sets.display(set, code).unwrap_or(code).to_owned();
        let same = |value: String| (value.clone(), value);
        let (number, series) = (dose.dose_number(), dose.series());
        let product_name = named(ValueSetId::VaccineProduct, dose.product());
        let values = [
            same(self.holder.clone()),
            shown_date(self.birth_date, &self.birth_date_text),
            self.shown_nationality(sets),
            same(named(ValueSetId::Disease, dose.disease())),
            same(number.to_string()),
            shown_date(dose.date().form(), dose.date().as_str()),
            same(format!("{number}/{series}")),
            same(named(ValueSetId::VaccineType, dose.vaccine())),
            shown_product(product_name, dose.product()),
            same(named(ValueSetId::VaccineHolder, dose.holder())),
            same(dose.certificate_id().trim().to_owned()),
        ];
        let mut labels = LABELS.iter().copied();
        values.map(|values| {
            let (number, vi, en) = labels.next().unwrap_or_default();
            PassportField {
                number,
                labels: (vi, en),
                values,
            }
        })
    }

    fn shown_nationality(&self, sets: &ValueSets) -> (String, String) {
        match self.nationality.as_deref() {
            None | Some("") => (
                "không có trong mã QR – xem giấy tờ tùy thân".to_owned(),
                "not in the QR code – see the identity document".to_owned(),
            ),
            Some("VN" | "VNM") => ("Việt Nam".to_owned(), "Viet Nam".to_owned()),
            Some(code) => {
                let name = sets.display(ValueSetId::Country, code).unwrap_or(code);
                (name.to_owned(), name.to_owned())
            }
        }
    }
}

impl PassportField {
    /// The number of the field, 1 to 11.
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// What the field is called.
    pub const fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.labels.0,
            Lang::En => self.labels.1,
        }
    }

    /// What it says.
    pub fn value(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.values.0,
            Lang::En => &self.values.1,
        }
    }
}

/// A date as it is written in Vietnam (31/12/1990) and as in the certificate.
fn shown_date(form: DateForm, written: &str) -> (String, String) {
    let written = written.trim();
    match form {
        DateForm::Full(date) => (date.strftime("%d/%m/%Y").to_string(), date.to_string()),
        DateForm::YearMonth { year, month } => {
            (format!("{month:02}/{year}"), format!("{year}-{month:02}"))
        }
        DateForm::Year(year) => (year.to_string(), year.to_string()),
        DateForm::Empty => ("không rõ".to_owned(), "unknown".to_owned()),
        DateForm::Other => (written.to_owned(), written.to_owned()),
    }
}

/// The product's name; in Vietnamese with the name that people know it by.
fn shown_product(name: String, code: &str) -> (String, String) {
    match VietnamVaccine::by_product(code) {
        Some(vaccine) if !vaccine.is_called(&name) => {
            (format!("{name} ({})", vaccine.name()), name)
        }
        _ => (name.clone(), name),
    }
}

impl fmt::Debug for VaccinePassport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaccinePassport(..)")
    }
}

impl fmt::Debug for PassportField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PassportField({}, ..)", self.number)
    }
}
