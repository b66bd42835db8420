//! The vocabulary of remarks: code, class, the clause behind it, and texts.
//!
//! `docs/codes.md` is generated from this table and `docs/deviations.md` maps the oddities of
//! real certificates to it.

use crate::{Coded, Lang};

use super::RemarkClass;

macro_rules! remark_codes {
    ($($name:ident $class:ident $clause:literal $code:literal $vi:literal $en:literal;)+) => {
        /// What was noticed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RemarkCode { $(#[doc = concat!("`", $code, "` (", $clause, "): ", $en)] $name,)+ }

        impl RemarkCode {
            /// How much it weighs.
            pub const fn class(self) -> RemarkClass {
                match self { $(Self::$name => RemarkClass::$class,)+ }
            }

            /// The clause of the standard which speaks of it.
            pub const fn clause(self) -> &'static str {
                match self { $(Self::$name => $clause,)+ }
            }
        }

        impl Coded for RemarkCode {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Vi) => $vi, (Self::$name, Lang::En) => $en,)+
                }
            }
        }
    };
}

remark_codes! {
    // -- pictures
    PictureFormatName Note "PNG (ISO/IEC 15948) 5.2; ITU-T T.81 B.1"
        "picture-format-name"
        "Đuôi tệp ảnh không đúng với định dạng thật." "The picture's file name names another format than its content.";
    // -- COSE
    CoseUntagged Note "RFC 8152 section 2"
        "cose-untagged"
        "Thông điệp COSE_Sign1 không có thẻ 18." "COSE_Sign1 without its tag 18.";
    CoseCwtTag Note "RFC 8392 section 6"
        "cose-cwt-tag"
        "Thẻ CWT 61 bao ngoài thẻ COSE 18." "CWT tag 61 around COSE tag 18.";
    KidUnprotected Note "HCERT 1.0.8 section 3.3.2"
        "kid-unprotected"
        "Mã khóa nằm ở phần đầu không được ký." "The key id stands in the unprotected header only.";
    KidInBothHeaders Note "RFC 8152 section 3"
        "kid-in-both-headers"
        "Mã khóa nằm ở cả hai phần đầu; phần được ký có hiệu lực." "The key id stands in both headers; the protected one counts.";
    KidLength Deviation "HCERT 1.0.8 section 3.3.2"
        "kid-length"
        "Mã khóa không dài 8 byte." "The key id is not 8 bytes long.";
    CoseContentType Note "RFC 8152 section 3.1"
        "cose-content-type"
        "Phần đầu COSE có khai báo kiểu nội dung." "A COSE header names a content type.";
    CoseHeaderUnknown Note "RFC 8152 section 3.1"
        "cose-header-unknown"
        "Phần đầu COSE có tham số khác." "A COSE header has a further parameter.";
    AlgUnprotected Deviation "HCERT 1.0.8 section 3.3.1"
        "alg-unprotected"
        "Thuật toán chỉ có ở phần đầu không được ký." "The algorithm stands in the unprotected header only.";
    AlgPs256 Note "HCERT 1.0.8 section 3.3.1"
        "alg-ps256"
        "Dùng thuật toán dự phòng PS256 (RSA)." "The secondary algorithm PS256 (RSA) is used.";
    RsaModulusLarge Note "HCERT 1.0.8 section 3.3.1"
        "rsa-modulus-large"
        "Khóa RSA dài hơn 2048 bit." "The RSA modulus is longer than 2048 bits.";
    // -- CWT
    CwtTimeFloat Deviation "HCERT 1.0.8 section 3.3.4; RFC 8392 section 2"
        "cwt-time-float"
        "Thời điểm cấp hoặc hết hạn là số thực." "A time claim is a floating-point number.";
    CwtTimeTagged Deviation "RFC 8392 section 2"
        "cwt-time-tagged"
        "Thời điểm cấp hoặc hết hạn mang thẻ CBOR 1." "A time claim carries CBOR tag 1.";
    CwtIssuedAtMissing Deviation "HCERT 1.0.8 section 3.3.5"
        "cwt-iat-missing"
        "Thiếu thời điểm cấp." "The issue claim is missing.";
    CwtExtraClaims Note "RFC 8392 section 3"
        "cwt-extra-claims"
        "Có thêm khai báo CWT khác." "There are further CWT claims.";
    IssuerMissing Note "HCERT 1.0.8 section 3.3.3"
        "iss-missing"
        "Không có nước cấp." "The issuer claim is missing.";
    IssuerNotAlpha2 Deviation "HCERT 1.0.8 section 3.3.3; ISO 3166-1"
        "iss-not-alpha-2"
        "Nước cấp không phải mã hai chữ cái." "The issuer claim is not a two-letter country code.";
    IssuerNotCountry Note "DCC schema 1.3.3, co"
        "iss-not-co"
        "Nước cấp khác nước nơi tiêm hoặc xét nghiệm." "The issuer is another country than the entry's.";
    // -- payload form
    PayloadTaggedDate Deviation "DCC schema 1.3.3, dateTime; RFC 8949 section 3.4.1"
        "payload-tagged-date"
        "Ngày giờ mang thẻ CBOR thay vì văn bản." "A date-time carries a CBOR tag instead of being a text.";
    PayloadUndefined Deviation "DCC schema 1.3.3; RFC 8949 section 3.3"
        "payload-undefined"
        "Trường có giá trị undefined." "A member is undefined.";
    PayloadForeignValue Deviation "DCC schema 1.3.3"
        "payload-foreign-value"
        "Giá trị CBOR không có trong JSON." "A CBOR value has no form in JSON.";
    GroupNull Deviation "DCC schema 1.3.3, oneOf v, t, r"
        "group-null"
        "Nhóm không dùng để null thay vì bỏ đi." "An unused group is null instead of absent.";
    MemberNull Deviation "DCC schema 1.3.3"
        "member-null"
        "Trường để null thay vì bỏ đi." "A member is null instead of absent.";
    MemberUnknown Note "DCC schema 1.3.3"
        "member-unknown"
        "Có trường ngoài lược đồ." "There is a member which the schema does not know.";
    VersionPattern Deviation "DCC schema 1.3.3, ver"
        "ver-pattern"
        "Phiên bản lược đồ viết sai." "The schema version is not of the form 1.3.0.";
    VersionUnknown Note "DCC schema 1.3.3, ver"
        "ver-unknown"
        "Phiên bản lược đồ chưa biết." "The schema version is not one that has been published.";
    VersionNotIssuable Deviation "DCC schema 1.0.0 to 1.3.3, ver"
        "ver-not-issuable"
        "Không được cấp theo phiên bản lược đồ chưa công bố." "Nothing is issued under a schema version that has not been published.";
    VersionLimit Deviation "DCC schema of the declared version"
        "ver-limit"
        "Trường vượt giới hạn của phiên bản lược đồ đã khai." "A member passes a limit of the declared schema version.";
    // -- text
    TextTooLong Deviation "DCC schema 1.3.3, maxLength 80"
        "text-too-long"
        "Văn bản dài hơn 80 ký tự." "A text is longer than 80 characters.";
    TextWhitespace Deviation "DCC schema 1.3.3; special cases note"
        "text-whitespace"
        "Có khoảng trắng ở đầu hoặc cuối giá trị." "A value has white space at its ends.";
    TextNonBmp Note "DCC schema 1.3.3, nam"
        "text-non-bmp"
        "Văn bản có ký tự đặc biệt (biểu tượng cảm xúc)." "A text has characters beyond the basic plane (emoji).";
    TextQuote Note "RFC 8259 section 7"
        "text-quote"
        "Văn bản có dấu nháy kép hoặc gạch chéo ngược." "A text has a quotation mark or a backslash.";
    TextEmpty Note "DCC schema 1.3.3"
        "text-empty"
        "Văn bản để trống." "A text is empty.";
    CodeEmpty Deviation "DCC value sets 2.12.0"
        "code-empty"
        "Trường mã để trống." "A coded member is empty.";
    CountryPattern Deviation "DCC schema 1.3.3, co"
        "co-pattern"
        "Mã nước viết sai." "The country code is not of the form [A-Z]{1,10}.";
    // -- name
    NamePartMissing Note "DCC schema 1.3.3, nam"
        "name-part-missing"
        "Không có họ hoặc không có tên." "There is no surname or no given name.";
    NamePartEmpty Note "DCC schema 1.3.3, nam"
        "name-part-empty"
        "Họ hoặc tên để trống." "A part of the name is empty.";
    NameStandardPattern Deviation "DCC schema 1.3.3, fnt and gnt; ICAO 9303-3 section 6"
        "name-standard-pattern"
        "Tên chuyển tự có ký tự ngoài A-Z và <." "A transliterated name has characters other than A-Z and <.";
    // -- dates
    BirthDateYear Note "DCC schema 1.3.3, dob"
        "birth-date-year"
        "Ngày sinh chỉ có năm." "The birth date is a year only.";
    BirthDateYearMonth Note "DCC schema 1.3.3, dob"
        "birth-date-year-month"
        "Ngày sinh chỉ có tháng và năm." "The birth date is a year and month only.";
    BirthDateEmpty Note "DCC schema 1.3.3, dob"
        "birth-date-empty"
        "Ngày sinh để trống." "The birth date is empty.";
    BirthDateTime Deviation "DCC schema 1.3.3, dob"
        "birth-date-time"
        "Ngày sinh kèm theo giờ." "The birth date carries a time.";
    BirthDateOther Deviation "DCC schema 1.3.3, dob"
        "birth-date-other"
        "Ngày sinh viết sai." "The birth date has another form than the schema's.";
    DateWithTime Deviation "DCC schema 1.3.3, format date"
        "date-with-time"
        "Ngày kèm theo giờ." "A date carries a time.";
    DateImpossible Deviation "DCC schema 1.3.3, format date; ISO 8601-1"
        "date-impossible"
        "Ngày không có thật." "A date does not exist in the calendar.";
    DateOther Deviation "DCC schema 1.3.3, format date"
        "date-other"
        "Ngày viết sai." "A date has another form than YYYY-MM-DD.";
    DateTimeFraction Note "RFC 3339 section 5.6"
        "date-time-fraction"
        "Giờ lấy mẫu có phần lẻ của giây." "A date-time has a fraction of a second.";
    DateTimeOther Deviation "DCC schema 1.3.3, format date-time; RFC 3339"
        "date-time-other"
        "Ngày giờ viết sai hoặc thiếu múi giờ." "A date-time is not RFC 3339 with an offset.";
    // -- doses
    DoseNumberFloat Deviation "DCC schema 1.3.3, dn and sd; RFC 8949 section 3.3"
        "dose-number-float"
        "Số mũi viết dưới dạng số thực." "A dose number is a floating-point number.";
    DoseNumberBelowOne Deviation "DCC schema 1.3.3, dn and sd"
        "dose-number-below-one"
        "Số mũi nhỏ hơn 1." "A dose number is below 1.";
    DoseNumberLarge Note "DCC schema 1.3.3, dn and sd"
        "dose-number-large"
        "Số mũi lớn hơn 9." "A dose number is above 9.";
    DoseBeyondSeries Note "eHealth Network guidelines on value sets, boosters"
        "dose-beyond-series"
        "Số mũi lớn hơn số mũi của liệu trình (mũi nhắc lại)." "The dose number is above the series (a booster).";
    // -- UVCI
    UvciLowerCase Note "DCC schema 1.3.3, ci; RFC 8141 section 3.1"
        "uvci-lower-case"
        "Mã số chứng nhận viết chữ thường." "The certificate id is written with a lower-case urn:uvci.";
    UvciNoUrn Note "DCC schema 1.3.3, ci; UVCI annex 2"
        "uvci-no-urn"
        "Mã số chứng nhận không có URN:UVCI." "The certificate id has no URN:UVCI prefix.";
    UvciChecksum Finding "UVCI annex 2, Luhn mod N"
        "uvci-checksum"
        "Ký tự kiểm tra của mã số chứng nhận không đúng." "The check character of the certificate id is wrong.";
    // -- value sets
    CodeUnknown Deviation "DCC value sets 2.12.0"
        "code-unknown"
        "Mã không có trong bộ giá trị." "A code is not in its value set.";
    CodeInactive Deviation "DCC value sets 2.12.0, active"
        "code-inactive"
        "Mã đã ngừng dùng trong bộ giá trị." "A code is no longer active in its value set.";
    VaccineCodesMismatch Finding "DCC value sets 2.12.0, encoding instructions"
        "vaccine-codes-mismatch"
        "Mã vắc xin, sản phẩm và nhà sản xuất không thuộc cùng một dòng."
        "Vaccine, product and manufacturer are not one row of the encoding instructions.";
    // -- issuing
    SchemaViolation Deviation "DCC schema 1.3.3"
        "schema-violation"
        "Nội dung không đúng cấu trúc của chứng nhận; không được ký."
        "The payload does not have the structure of a certificate; not to be signed.";
    VaccineCodesNotOneRow Deviation "DCC value sets 2.12.0, encoding instructions"
        "vaccine-codes-not-one-row"
        "Mã vắc xin, sản phẩm và nhà sản xuất không thuộc cùng một dòng; không được ký."
        "Vaccine, product and manufacturer are not one row of the encoding instructions; not to be signed.";
    NameNotIcao Deviation "DCC schema 1.3.3, fnt and gnt; ICAO 9303-3 section 6"
        "name-not-icao"
        "Tên chuyển tự không đúng với họ tên." "A transliterated name is not the ICAO form of the printed name.";
    UvciForm Deviation "UVCI annex 2"
        "uvci-form"
        "Mã số chứng nhận không đúng dạng URN:UVCI:01." "The certificate id is not of the form URN:UVCI:01.";
    EntryBeforeBirth Deviation "DCC schema 1.3.3"
        "entry-before-birth"
        "Ngày tiêm hoặc xét nghiệm trước ngày sinh." "The entry's date is before the birth date.";
    EntryAfterIssue Deviation "DCC schema 1.3.3"
        "entry-after-issue"
        "Ngày tiêm hoặc xét nghiệm sau thời điểm cấp." "The entry's date is after the time of issue.";
    ExpiryNotAfterIssue Deviation "HCERT 1.0.8 section 3.3.4"
        "exp-not-after-iat"
        "Thời điểm hết hạn không sau thời điểm cấp." "The expiry is not after the issue.";
    ValidityTooShort Deviation "Decision 5772/QD-BYT; issuing profile"
        "validity-too-short"
        "Thời hạn còn lại ngắn hơn mức tối thiểu (chứng thư ký sắp hết hạn)."
        "The validity would be shorter than the profile's minimum (the signer certificate ends soon).";
    NationalityForm Deviation "ISO 3166-1"
        "nationality-form"
        "Quốc tịch không phải mã nước hai hoặc ba chữ cái." "The nationality is not a two- or three-letter country code.";
    // -- document signer
    DscNotDer Deviation "ITU-T X.690 section 11"
        "dsc-not-der"
        "Chứng thư của đơn vị cấp mã hóa không đúng DER." "The signer certificate is not encoded in DER.";
    DscSerial Deviation "RFC 5280 section 4.1.2.2"
        "dsc-serial"
        "Số sê-ri của chứng thư không hợp lệ." "The signer certificate's serial number is not positive or too long.";
    DscEkuOldOid Note "HCERT 1.0.8 annex A.4"
        "dsc-eku-old-oid"
        "Chứng thư dùng OID mục đích cũ (1.3.6.1.4.1.0.1847)." "The key usage is written with the historic OIDs 1.3.6.1.4.1.0.1847.";
    DscEkuForeignOnly Note "HCERT 1.0.8 annex A.4"
        "dsc-eku-foreign-only"
        "Chứng thư chỉ có mục đích sử dụng khác; không giới hạn." "The signer certificate names foreign usages only, which do not restrict.";
    DscEkuEmpty Deviation "RFC 5280 section 4.2.1.12"
        "dsc-eku-empty"
        "Phần mở rộng mục đích sử dụng để trống." "The extended key usage extension is empty.";
    DscKeyUsage Deviation "HCERT 1.0.8 annex A.4; RFC 5280 section 4.2.1.3"
        "dsc-key-usage"
        "Chứng thư không được phép ký loại chứng nhận này." "The signer certificate may not sign this kind of certificate.";
    ExpiryAfterDsc Deviation "HCERT 1.0.8 section 3.3.4"
        "exp-after-dsc"
        "Thời điểm hết hạn sau khi chứng thư của đơn vị cấp hết hạn." "The expiry is after the end of the signer certificate.";
    IssueBeforeDsc Deviation "HCERT 1.0.8 section 3.3.5"
        "iat-before-dsc"
        "Thời điểm cấp trước khi chứng thư của đơn vị cấp có hiệu lực." "The issue is before the start of the signer certificate.";
    IssuerNotDscCountry Finding "HCERT 1.0.8 section 3.3.3"
        "iss-not-dsc-country"
        "Nước cấp khác nước của chứng thư." "The issuer claim is another country than the signer certificate's.";
    // -- clock
    ClockEqualsExpiry Note "RFC 8392 section 3.1.4"
        "clock-equals-exp"
        "Kiểm tra đúng giây hết hạn." "Checked in the very second of expiry.";
    ClockEqualsIssue Note "RFC 8392 section 3.1.6"
        "clock-equals-iat"
        "Kiểm tra đúng giây cấp." "Checked in the very second of issue.";
}
