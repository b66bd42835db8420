//! The codes of everything that can be wrong with a trust list or one of its entries.

use dcc_model::{Coded, Lang};

macro_rules! trust_codes {
    ($($name:ident $code:literal $vi:literal $en:literal;)+) => {
        /// Why a trust list, or one entry of it, was not taken or is remarkable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum TrustCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl Coded for TrustCode {
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

trust_codes! {
    // one entry
    EntryMalformed "trust-entry-malformed"
        "Mục trong danh sách thiếu trường hoặc sai kiểu." "The entry lacks a member or has one of the wrong kind.";
    EntryBase64 "trust-entry-base64"
        "Mục có dữ liệu Base64 hỏng." "The entry holds broken Base64.";
    CertificateUnreadable "trust-certificate-unreadable"
        "Không đọc được chứng thư." "The certificate cannot be read.";
    KeyUnsuitable "trust-key-unsuitable"
        "Khóa không được phép dùng cho chứng nhận." "The key may not verify certificates.";
    KidDiffers "trust-kid-differs"
        "Mã khóa trong danh sách không phải của chứng thư; đã tính lại."
        "The listed key id is not the certificate's; it was recomputed.";
    ThumbprintWrong "trust-thumbprint-wrong"
        "Dấu vân tay không phải của chứng thư." "The thumbprint is not the certificate's.";
    UsageUnknown "trust-usage-unknown"
        "Mục đích sử dụng khóa không thuộc chứng nhận DCC." "The usage of the key is none of a DCC.";
    TypeUnknown "trust-type-unknown"
        "Loại chứng thư trong danh sách chưa biết." "The listed kind of certificate is unknown.";
    CountryWrong "trust-country-wrong"
        "Nước trong chứng thư khác nước trong danh sách." "The certificate names another country than the list.";
    AuthorityNotSigned "trust-authority-not-signed"
        "Cơ quan gốc không được tổ chức điều hành ký xác nhận." "The authority is not signed by the trust anchor.";
    LegacySha1 "trust-legacy-sha-1"
        "Chữ ký dùng SHA-1, được chấp nhận theo yêu cầu." "The signature uses SHA-1 and was taken because that was allowed.";
    ReferenceForeign "trust-reference-foreign"
        "Tham chiếu sang môi trường khác, đã bỏ qua." "A reference to another environment was left out.";
    KeyDiffers "trust-key-differs"
        "Khóa công khai viết trong mục khác khóa trong chứng thư; chứng thư có hiệu lực."
        "The key beside the certificate is another; the certificate counts.";
    // a whole list
    AnchorMissing "trust-anchor-missing"
        "Danh sách có chữ ký nhưng thiếu mỏ neo tin cậy. Cần --anchor hoặc --trust-transport."
        "The list is signed and no anchor was given to check it against.";
    AnchorUnreadable "trust-anchor-unreadable"
        "Không đọc được mỏ neo tin cậy." "The anchor is neither a certificate nor a public key.";
    ListMalformed "trust-list-malformed"
        "Danh sách không đúng định dạng." "The list does not have its format.";
    ListTooLarge "trust-list-too-large"
        "Danh sách quá lớn." "The list is too large.";
    FileMissing "trust-list-file-missing"
        "Thiếu tệp của danh sách." "A file of the list is missing.";
    FormatUnknown "trust-list-format-unknown"
        "Không nhận ra định dạng danh sách." "The format of the list is not recognised.";
    AlgorithmUnsupported "trust-list-algorithm"
        "Thuật toán ký danh sách không được hỗ trợ." "The list is signed by an unsupported algorithm.";
    SignerUnknown "trust-list-signer-unknown"
        "Người ký danh sách không thuộc mỏ neo tin cậy." "The signer of the list does not lead to an anchor.";
    ListSignatureWrong "trust-list-signature-wrong"
        "Chữ ký của danh sách sai: danh sách bị sửa." "The signature of the list is wrong: it was changed.";
    ListHashWrong "trust-list-hash-wrong"
        "Nội dung danh sách không khớp mã băm đã ký." "The content does not have the hash that was signed.";
    ListVersion "trust-list-version"
        "Phiên bản danh sách không được hỗ trợ." "This version of the list is not supported.";
    ListExpired "trust-list-expired"
        "Danh sách đã hết hạn." "The list has expired.";
    ListNotYetValid "trust-list-not-yet-valid"
        "Danh sách chưa có hiệu lực." "The list is not valid yet.";
    ProofUnsupported "trust-proof-unsupported"
        "Không thể kiểm tra chữ ký của tài liệu DID." "The proof of the DID document cannot be checked.";
    TooManyUnderOneKid "trust-too-many-under-one-kid"
        "Quá nhiều khóa có cùng một mã." "Too many keys stand under one key id.";
    StoreCorrupt "trust-store-corrupt"
        "Tệp danh sách tin cậy bị hỏng." "The stored trust list is damaged.";
    StoreVersion "trust-store-version"
        "Tệp danh sách tin cậy thuộc phiên bản khác." "The stored trust list is of another version.";
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_kebab_case_and_have_both_texts() {
        let codes: BTreeSet<_> = TrustCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), TrustCode::ALL.len());
        for code in TrustCode::ALL {
            let word = code.code();
            assert!(
                word.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert_ne!(code.text(Lang::Vi), code.text(Lang::En));
        }
    }
}
