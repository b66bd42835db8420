//! The codes of everything that can be wrong with a bundle.

use dcc_model::{Coded, Lang};

macro_rules! bundle_codes {
    ($($name:ident $code:literal $vi:literal $en:literal;)+) => {
        /// Why a bundle was not made, or not opened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum BundleCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl Coded for BundleCode {
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

bundle_codes! {
    // the file
    Format "bundle-format"
        "Tệp không phải gói kiểm tra ngoại tuyến." "The file is not an offline bundle.";
    Truncated "bundle-truncated"
        "Gói bị cắt cụt." "The bundle is cut short.";
    Trailing "bundle-trailing"
        "Có dữ liệu thừa sau gói." "There are bytes after the bundle.";
    Malformed "bundle-malformed"
        "Gói không đúng định dạng." "The bundle does not have its format.";
    TooLarge "bundle-too-large"
        "Gói vượt giới hạn kích thước." "The bundle exceeds a limit.";
    Version "bundle-version"
        "Phiên bản của gói không được hỗ trợ." "This version of the bundle is not supported.";
    // the signature
    Algorithm "bundle-algorithm"
        "Thuật toán ký gói không được hỗ trợ." "The bundle is signed by an unsupported algorithm.";
    SignerUnknown "bundle-signer-unknown"
        "Gói không do khóa đã ghim ký." "The bundle is not signed by a pinned key.";
    SignatureWrong "bundle-signature-wrong"
        "Chữ ký của gói sai: gói bị sửa." "The signature of the bundle is wrong: it was changed.";
    SignerUnsuitable "bundle-signer-unsuitable"
        "Chứng thư hoặc khóa không dùng để ký gói được." "The certificate or key cannot sign bundles.";
    TooManySigners "bundle-too-many-signers"
        "Quá nhiều khóa ký gói được ghim." "Too many bundle signers would be pinned.";
    // time and order
    Rollback "bundle-rollback"
        "Gói cũ hơn gói đã dùng trước đó." "The bundle is older than one that was used before.";
    Expired "bundle-expired"
        "Gói đã hết hạn. Cần gói mới." "The bundle has expired. A newer one is needed.";
    NotYetValid "bundle-not-yet-valid"
        "Gói chưa có hiệu lực; kiểm tra đồng hồ." "The bundle is not valid yet; check the clock.";
    SignerNotValid "bundle-signer-not-valid"
        "Chứng thư ký gói không có hiệu lực suốt thời hạn của gói."
        "The signer's certificate is not valid for all of the bundle's time.";
    Window "bundle-window"
        "Thời hạn của gói không hợp lệ." "The bundle would expire before it begins.";
    // the sections
    SectionChanged "bundle-section-changed"
        "Một phần của gói bị sửa hoặc đổi chỗ." "A section of the bundle was changed or swapped.";
    SectionCorrupt "bundle-section-corrupt"
        "Không đọc được một phần của gói." "A section of the bundle cannot be read.";
    SectionCount "bundle-section-count"
        "Gói thiếu hoặc thừa phần so với danh mục đã ký."
        "The bundle has fewer or more sections than were signed.";
    SectionMissing "bundle-section-missing"
        "Gói thiếu danh sách tin cậy." "The bundle lacks a section that it must have.";
    SectionName "bundle-section-name"
        "Tên phần của gói không hợp lệ, đã dùng hoặc dành riêng."
        "The name of a section is not allowed, or used already.";
    SectionUnknown "bundle-section-unknown"
        "Gói có phần bắt buộc mà chương trình này không hiểu. Cần bản mới."
        "A section that must be understood is not. A newer program is needed.";
    // what is kept
    StateCorrupt "bundle-state-corrupt"
        "Tệp trạng thái của gói bị hỏng." "The stored state of bundles is damaged.";
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_kebab_case_and_have_both_texts() {
        let codes: BTreeSet<_> = BundleCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), BundleCode::ALL.len());
        for code in BundleCode::ALL {
            assert!(code.code().starts_with("bundle-"));
            assert!(
                code.code()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-')
            );
            assert_ne!(code.text(Lang::Vi), code.text(Lang::En));
        }
    }
}
