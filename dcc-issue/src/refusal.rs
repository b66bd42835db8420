//! Why a subject or a dose is held or refused: codes and what people are told (vn/refusals.md).
//!
//! Held means that somebody can repair it; refused is final under the named policy (design
//! decision 12). Each text says what is wrong, who acts, and what comes next (R16, R62).

use dcc_model::{Coded, Lang};
use dcc_registry::ReasonCode;

/// What a code does to its subject or dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RefusalState {
    /// Somebody can repair it; it is looked at again by itself afterwards.
    Held,
    /// Final under the policy of the run.
    Refused,
}

impl RefusalState {
    /// The word of reports: `held` or `refused`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Refused => "refused",
        }
    }
}

macro_rules! refusal_codes {
    ($($name:ident $state:ident $code:literal $vi:literal $en:literal;)+) => {
        /// Why no certificate was made of a subject, or why a dose does not count.
        ///
        /// The order is that of reports: the first code of a subject is its main one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RefusalCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl RefusalCode {
            /// Whether it is held or refused.
            pub const fn state(self) -> RefusalState {
                match self { $(Self::$name => RefusalState::$state,)+ }
            }
        }

        impl Coded for RefusalCode {
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

refusal_codes! {
    // -- the record itself
    SubjectConflict Held "subject-conflict"
        "Cùng mã đối tượng nhưng thông tin cá nhân giữa các dòng khác nhau."
        "Rows of one subject reference differ in personal data. The entering facility settles which is right.";
    NameEncoding Held "name-encoding"
        "Họ tên bị lỗi bảng mã (VNI, TCVN3 hoặc mất chữ). Cơ sở nhập lại họ tên bằng Unicode."
        "The name was damaged by an old encoding (VNI, TCVN3) or lost letters. The facility enters it anew in Unicode.";
    NameUnwritable Held "name-unwritable"
        "Họ tên trống hoặc không chuyển được sang chữ La-tinh theo ICAO. Cơ sở bổ sung."
        "The name is empty or has no ICAO 9303 form. The facility supplies one.";
    // -- the identity number
    IdMissing Held "id-missing"
        "Không có số CCCD/CMND/số định danh. Trạm Y tế bổ sung bằng tệp Excel."
        "There is no CCCD, CMND or personal number. The health station adds it by an Excel file.";
    IdMalformed Held "id-malformed"
        "Số CCCD/CMND sai định dạng (CCCD 12 chữ số, CMND 9 hoặc 12 chữ số). Trạm Y tế sửa bằng tệp Excel."
        "The number has the wrong form (CCCD 12 digits, CMND 9 or 12). The health station corrects it by an Excel file.";
    IdLeadingZeroLost Held "id-leading-zero-lost"
        "Số CCCD có thể mất số 0 ở đầu (do Excel). Kiểm tra giá trị đề xuất rồi xác nhận."
        "Leading zeros of the number seem lost (Excel). The health station looks at the proposed number and confirms it.";
    IdVnPassportOnly Held "id-vn-passport-only"
        "Người Việt Nam phải dùng CCCD/CMND/số định danh, không dùng hộ chiếu."
        "A Vietnamese needs a CCCD, CMND or personal number; a passport does not serve. The health station adds it.";
    IdPassportMissing Held "id-passport-missing"
        "Người nước ngoài phải có số hộ chiếu. Cơ sở tiêm chủng bổ sung."
        "A foreigner needs a passport number. The vaccinating facility adds it.";
    // -- the population register
    PopNotFound Held "pop-not-found"
        "Không tìm thấy trong CSDL quốc gia về dân cư. Chuyển Công an xã/phường đối chiếu."
        "Not found in the national population register. The commune police compare.";
    PopAmbiguous Held "pop-ambiguous"
        "Số giấy tờ ứng với nhiều người trong CSDL dân cư. Chuyển Công an xã/phường đối chiếu."
        "The number belongs to several people in the population register. The commune police compare.";
    PopName Held "pop-name"
        "Họ tên không khớp." "The name differs from the population register's. The health station corrects the record.";
    PopNameAccents Held "pop-name-accents"
        "Họ tên chỉ sai dấu." "The name differs in its accents only. The health station corrects the record.";
    PopBirthDate Held "pop-birth-date"
        "Ngày sinh không khớp." "The birth date differs from the population register's. The health station corrects the record.";
    PopBirthDateSwapped Held "pop-birth-date-swapped"
        "Có thể đảo ngày và tháng sinh." "Day and month of birth seem exchanged. The health station corrects the record.";
    PopSex Held "pop-sex"
        "Giới tính không khớp." "The sex differs from the population register's. The health station corrects the record.";
    PopMismatch Held "pop-mismatch"
        "Thông tin không khớp; CSDL dân cư không cho biết trường nào sai."
        "The data do not agree; the population register does not say which field is wrong. The commune police compare.";
    PopUnavailable Held "pop-unavailable"
        "Chưa kết nối được CSDL dân cư; hệ thống tự kiểm tra lại, người dân không phải làm gì."
        "The population register could not be asked; the system asks again, nobody has to do anything.";
    PopNotAsked Held "pop-not-asked"
        "Chưa gửi xác minh với CSDL dân cư; hệ thống sẽ gửi, người dân không phải làm gì."
        "The population register was not asked yet; the system will ask, nobody has to do anything.";
    SamePerson Held "same-person"
        "Hai hồ sơ khớp với cùng một người; cần liên kết hoặc tách hồ sơ."
        "Two records match one person. The health station links or separates them.";
    // -- the facility's confirmation
    FacilityUnknown Held "facility-unknown"
        "Cơ sở nhập dữ liệu không có trong danh mục cơ sở. Sở Y tế bổ sung danh mục."
        "The entering facility is not in the directory. The health department adds it.";
    FacilityNotEnabled Held "facility-not-enabled"
        "Cơ sở chưa đến ngày triển khai ký số."
        "The facility does not take part yet; its doses wait for its starting day.";
    FacilityNoCertificate Held "facility-no-certificate"
        "Cơ sở chưa có chứng thư số."
        "The facility has no certificate to sign with. It applies for one.";
    DoseEnteredElsewhere Held "dose-entered-elsewhere"
        "Mũi tiêm do cơ sở khác nhập; chỉ cơ sở đó hoặc đơn vị được ủy quyền mới được ký."
        "Another facility entered the dose; only that one or its delegate may sign it.";
    DelegationNotValid Held "delegation-not-valid"
        "Ủy quyền ký số chưa có hiệu lực, đã hết hạn hoặc không bao gồm mũi tiêm này."
        "The delegation to sign has not begun, has ended or does not cover this dose. The facility renews it.";
    NotAttested Held "not-attested"
        "Mũi tiêm chưa được cơ sở ký xác nhận."
        "The facility has not signed the dose yet.";
    AttestationLapsed Held "attestation-lapsed"
        "Mũi tiêm đã sửa sau khi ký; cơ sở cần ký lại."
        "The dose was changed after it was signed; the facility signs it again.";
    // -- the dose
    DoseDuplicate Held "dose-duplicate"
        "Nghi nhập trùng mũi tiêm." "The dose seems to have been entered twice. The enterer withdraws the wrong record.";
    DoseDateImpossible Held "dose-date-impossible"
        "Ngày tiêm trước ngày sinh, trước khi có vắc xin hoặc ở tương lai. Cơ sở nhập sửa lại."
        "The dose lies before the birth, before any vaccine existed, or in the future. The entering facility corrects it.";
    VaccineNotLicensed Refused "vaccine-not-licensed"
        "Vắc xin không thuộc 8 loại được Bộ Y tế cấp phép."
        "The vaccine is none of the eight licensed by the Ministry of Health.";
    PayloadDeviates Held "payload-deviates"
        "Nội dung chứng nhận không đúng chuẩn. Cơ sở nhập kiểm tra họ tên và ngày sinh."
        "What the certificate would say breaks a rule of its standard. The entering facility looks at name and birth date.";
    CourseIncomplete Refused "course-incomplete"
        "Chưa tiêm đủ mũi; tự xét lại khi có mũi mới."
        "The course is not complete; it is looked at again when a new dose is recorded.";
}

impl RefusalCode {
    /// The code with this word, such as `pop-name`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// The code as stores hold it.
    pub fn reason(self) -> ReasonCode {
        ReasonCode::new(self.code())
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_have_two_texts() {
        let codes: BTreeSet<&str> = RefusalCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), RefusalCode::ALL.len());
        for code in RefusalCode::ALL {
            assert_eq!(RefusalCode::from_code(code.code()), Some(*code));
            assert_ne!(code.text(Lang::Vi), code.text(Lang::En), "{}", code.code());
            assert!(code.text(Lang::Vi).ends_with('.') && code.text(Lang::En).ends_with('.'));
            assert_eq!(code.reason().as_str(), code.code());
        }
    }

    #[test]
    fn only_the_policys_answers_are_final() {
        let refused: Vec<&str> = RefusalCode::ALL
            .iter()
            .filter(|code| code.state() == RefusalState::Refused)
            .map(|code| code.code())
            .collect();
        assert_eq!(refused, ["vaccine-not-licensed", "course-incomplete"]);
    }
}
