//! Every reason for which a certificate is not accepted, with its stage and its texts.
//!
//! One vocabulary for all crates: errors of the codec, of signature checks and of policies each
//! name one of these, so that a gate, a log and a person at a desk speak of the same thing.

use crate::{Coded, Lang, Stage};

macro_rules! reject_codes {
    ($($(#[$doc:meta])* $name:ident $stage:ident $code:literal $vi:literal $en:literal;)+) => {
        /// Why a certificate was not accepted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RejectCode { $($(#[$doc])* #[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl RejectCode {
            /// The stage at which this is found.
            pub const fn stage(self) -> Stage {
                match self { $(Self::$name => Stage::$stage,)+ }
            }
        }

        impl Coded for RejectCode {
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

reject_codes! {
    // input
    InputBlank Input "input-blank"
        "Dòng trống, không có mã chứng nhận." "The line is blank; there is no certificate in it.";
    InputNotText Input "input-not-text"
        "Dữ liệu không phải văn bản UTF-8." "The data is not UTF-8 text.";
    InputTooLong Input "input-too-long"
        "Văn bản quá dài so với một mã QR." "The text is longer than any QR code can be.";
    InputNoMember Input "input-no-hc1-member"
        "Dòng JSON không có trường hc1." "The JSON line has no member hc1.";
    PictureUnreadable Input "picture-unreadable"
        "Không đọc được tệp ảnh." "The picture cannot be read.";
    PictureTooLarge Input "picture-too-large"
        "Ảnh quá lớn." "The picture has too many pixels.";
    PictureNoCode Input "picture-no-code"
        "Không tìm thấy mã QR hoặc Aztec trong ảnh. Hãy chụp lại rõ hơn."
        "No QR or Aztec code was found in the picture. Take a sharper picture.";
    // prefix
    PrefixMissing Prefix "prefix-missing"
        "Không phải mã chứng nhận COVID điện tử của EU (thiếu HC1:)."
        "This is not an EU Digital COVID Certificate (HC1: is missing).";
    PrefixVersion Prefix "prefix-version-unsupported"
        "Phiên bản mã chứng nhận chưa được hỗ trợ." "This version of the format is not supported.";
    // base45
    Base45Character Base45 "base45-character"
        "Mã bị hỏng: có ký tự ngoài bảng Base45." "The code is damaged: a character is not Base45.";
    Base45Length Base45 "base45-length"
        "Mã bị hỏng: độ dài Base45 không hợp lệ." "The code is damaged: no Base45 text has this length.";
    Base45Overflow Base45 "base45-overflow"
        "Mã bị hỏng: nhóm ký tự Base45 vượt giới hạn." "The code is damaged: a Base45 group overflows.";
    // zlib
    ZlibHeader Zlib "zlib-header"
        "Mã bị hỏng: dữ liệu không phải zlib." "The code is damaged: the data is not a zlib stream.";
    ZlibDictionary Zlib "zlib-preset-dictionary"
        "Dữ liệu zlib dùng từ điển dựng sẵn, không được phép." "The zlib stream wants a preset dictionary.";
    ZlibCorrupt Zlib "zlib-corrupt"
        "Mã bị hỏng: không giải nén được." "The code is damaged: the zlib stream is corrupt.";
    ZlibChecksum Zlib "zlib-checksum"
        "Mã bị hỏng: sai mã kiểm tra Adler-32." "The code is damaged: the Adler-32 checksum is wrong.";
    ZlibTruncated Zlib "zlib-truncated"
        "Mã bị cắt: luồng zlib kết thúc giữa chừng." "The code is cut short: the zlib stream ends early.";
    ZlibTrailing Zlib "zlib-trailing-bytes"
        "Có dữ liệu thừa sau luồng zlib." "There are bytes after the zlib stream.";
    ZlibTooLarge Zlib "zlib-too-large"
        "Dữ liệu giải nén vượt giới hạn an toàn." "The inflated data passes the safety limit.";
    // cose
    CoseCbor Cose "cose-cbor"
        "Mã bị hỏng: COSE không phải CBOR hợp lệ." "The code is damaged: the COSE message is not well-formed CBOR.";
    CoseTrailing Cose "cose-trailing-bytes"
        "Có dữ liệu thừa sau thông điệp COSE." "There are bytes after the COSE message.";
    CoseTag Cose "cose-tag"
        "Loại thông điệp COSE không phải COSE_Sign1." "The COSE message has another tag than COSE_Sign1.";
    CoseStructure Cose "cose-structure"
        "Cấu trúc COSE_Sign1 không hợp lệ." "The COSE_Sign1 structure is wrong.";
    CosePayloadMissing Cose "cose-payload-missing"
        "Thông điệp COSE không kèm nội dung." "The COSE message has no payload of its own.";
    CoseHeader Cose "cose-header"
        "Phần đầu COSE không hợp lệ." "A COSE header is wrong.";
    CoseCritical Cose "cose-critical-header"
        "Phần đầu COSE bắt buộc mà hệ thống không hiểu." "A critical COSE header is not understood.";
    CoseDuplicateKey Cose "cose-duplicate-key"
        "Khóa lặp lại trong phần đầu COSE." "A COSE header has a key twice.";
    CoseLimit Cose "cose-limit"
        "Thông điệp COSE vượt giới hạn an toàn." "The COSE message passes a safety limit.";
    // cwt
    CwtCbor Cwt "cwt-cbor"
        "Nội dung không phải CBOR hợp lệ." "The payload is not well-formed CBOR.";
    CwtTrailing Cwt "cwt-trailing-bytes"
        "Có dữ liệu thừa sau các khai báo CWT." "There are bytes after the CWT claims.";
    CwtDuplicateKey Cwt "cwt-duplicate-key"
        "Khóa lặp lại trong nội dung." "The payload has a key twice.";
    CwtLimit Cwt "cwt-limit"
        "Nội dung vượt giới hạn an toàn." "The payload passes a safety limit.";
    CwtStructure Cwt "cwt-structure"
        "Các khai báo CWT không hợp lệ." "The CWT claims are wrong.";
    CwtExpiryMissing Cwt "cwt-exp-missing"
        "Thiếu thời điểm hết hạn." "The expiry claim is missing.";
    CwtTime Cwt "cwt-time"
        "Thời điểm cấp hoặc hết hạn không phải là số hợp lệ." "A time claim is not a usable number.";
    CwtHcertMissing Cwt "cwt-hcert-missing"
        "Không có nội dung chứng nhận sức khỏe (khai báo -260)." "There is no health certificate claim (-260).";
    CwtHcertUnsupported Cwt "cwt-hcert-unsupported"
        "Loại chứng nhận sức khỏe chưa được hỗ trợ." "This kind of health certificate is not supported.";
    // schema
    SchemaStructure Schema "schema-structure"
        "Nội dung chứng nhận không đúng cấu trúc." "The certificate's content has the wrong structure.";
    SchemaFieldMissing Schema "schema-field-missing"
        "Nội dung chứng nhận thiếu trường bắt buộc." "A required field is missing.";
    SchemaFieldType Schema "schema-field-type"
        "Nội dung chứng nhận có trường sai kiểu dữ liệu." "A field has the wrong type.";
    SchemaNoEntry Schema "schema-no-entry"
        "Chứng nhận không có mục tiêm chủng, xét nghiệm hay khỏi bệnh." "There is no vaccination, test or recovery entry.";
    SchemaSeveralEntries Schema "schema-several-entries"
        "Chứng nhận có nhiều hơn một mục." "There is more than one entry.";
    // signature
    AlgMissing Signature "alg-missing"
        "Thuật toán không nằm trong phần đầu được ký." "The protected header names no algorithm.";
    AlgUnsupported Signature "alg-unsupported"
        "Thuật toán ký không được phép." "The signature algorithm is not allowed.";
    AlgMismatch Signature "alg-mismatch"
        "Thuật toán không khớp với loại khóa của đơn vị cấp." "The algorithm does not fit the issuer's key.";
    KidMissing Signature "kid-missing"
        "Mã không cho biết khóa của đơn vị cấp." "The code does not name the issuer's key.";
    KeyUnknown Signature "key-unknown"
        "Không có khóa của đơn vị cấp trong danh sách; chưa thể kết luận là giả."
        "The issuer's key is not on the list; this does not prove a forgery. Refresh the list.";
    KeyUnsuitable Signature "key-unsuitable"
        "Khóa của đơn vị cấp không đáp ứng yêu cầu (loại hoặc độ dài khóa)."
        "The issuer's key is of a kind or size that must not be used.";
    SignatureWrong Signature "signature-wrong"
        "Chữ ký không đúng: nội dung bị sửa hoặc mã giả."
        "The signature is wrong: the content was changed or the code is forged.";
    // trust
    TrustNotChained Trust "trust-not-chained"
        "Khóa của đơn vị cấp không do cơ quan gốc của nước đó chứng thực."
        "The issuer's certificate does not chain to that country's authority.";
    TrustStale Trust "trust-stale"
        "Danh sách khóa tin cậy quá cũ. Hãy cập nhật danh sách."
        "The list of trusted keys is too old. Refresh it.";
    // key usage
    KeyUsage KeyUsage "key-usage"
        "Khóa của đơn vị cấp không được dùng cho loại chứng nhận này."
        "The issuer's key may not sign this kind of certificate.";
    KeyDomain KeyUsage "key-domain"
        "Khóa của đơn vị cấp thuộc lĩnh vực khác của mạng tin cậy."
        "The issuer's key belongs to another domain of the trust network.";
    // time
    Expired Expired "expired"
        "Mã QR hết hạn kỹ thuật; việc tiêm chủng vẫn được ghi nhận. Hãy xin cấp lại mã."
        "The QR code has expired technically; the record behind it stands. Ask for a new code.";
    NotYetValid NotYetValid "not-yet-valid"
        "Mã chưa có hiệu lực: thời điểm cấp ở tương lai. Kiểm tra đồng hồ."
        "Issued in the future. Check the clock.";
    CertExpired CertExpired "cert-expired"
        "Chứng thư của đơn vị cấp đã hết hạn." "The issuer's certificate has expired.";
    CertNotYetValid CertExpired "cert-not-yet-valid"
        "Chứng thư của đơn vị cấp chưa có hiệu lực." "The issuer's certificate is not valid yet.";
    // revocation, rules
    NoRevocationData Revoked "revocation-not-checked"
        "Chưa có dữ liệu thu hồi; chưa thể kết luận." "There is no revocation data; nothing can be concluded.";
    NoRules Rules "rules-not-checked"
        "Chưa có quy định nhập cảnh; chưa thể kết luận." "There are no rules to check against; nothing can be concluded.";
    // strict
    StrictDeviation Strict "strict-deviation"
        "Chứng nhận có chỗ không theo chuẩn (chế độ nghiêm ngặt)."
        "The certificate deviates from a standard (strict profile).";
}
