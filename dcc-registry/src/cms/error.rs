//! Why a CMS message is not accepted.

use dcc_model::{Coded, Lang};

use super::ber::EncodingError;
use super::kind::ContentKind;

macro_rules! cms_codes {
    ($($name:ident $code:literal $vi:literal $en:literal;)+) => {
        /// The code of a [`CmsError`], with its texts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum CmsCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl Coded for CmsCode {
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

cms_codes! {
    AlgorithmUnsupported "cms-algorithm-unsupported"
        "Chữ ký CMS dùng thuật toán không được hỗ trợ."
        "The CMS signature uses an algorithm that is not supported.";
    Attributes "cms-attributes"
        "Thuộc tính được ký của CMS thiếu, lặp hoặc sai."
        "The signed attributes of the CMS message are missing, repeated or wrong.";
    CertificateCount "cms-certificate-count"
        "Thông điệp CMS không có đúng một chứng thư."
        "The CMS message does not hold exactly one certificate.";
    ContentMismatch "cms-content-mismatch"
        "Nội dung trong CMS khác nội dung đi kèm."
        "The content inside the CMS message differs from the one beside it.";
    ContentMissing "cms-content-missing"
        "Không có nội dung được ký."
        "There is no signed content.";
    DigestWrong "cms-digest-wrong"
        "Nội dung đã bị thay đổi sau khi ký."
        "The content was changed after it was signed.";
    Encoding "cms-encoding"
        "Dữ liệu không phải thông điệp CMS SignedData hợp lệ."
        "The data is not a well-formed CMS SignedData message.";
    KeyUnsuitable "cms-key-unsuitable"
        "Khóa của người ký không dùng được với thuật toán của chữ ký."
        "The signer's key does not fit the algorithm of the signature.";
    KindWrong "cms-kind-wrong"
        "Nội dung được ký không thuộc loại mong đợi."
        "The signed content is not of the expected kind.";
    Sha1 "cms-sha-1"
        "Chữ ký dùng SHA-1, chỉ chấp nhận khi cho phép rõ ràng."
        "The signature uses SHA-1, which is accepted only where allowed explicitly.";
    SignatureWrong "cms-signature-wrong"
        "Chữ ký CMS sai."
        "The CMS signature is wrong.";
    SignerCertificateMissing "cms-signer-certificate-missing"
        "Thông điệp CMS không kèm chứng thư của người ký."
        "The CMS message lacks the certificate of its signer.";
    SignerCount "cms-signer-count"
        "Thông điệp CMS không có đúng một chữ ký."
        "The CMS message does not hold exactly one signature.";
    SignerUnknown "cms-signer-unknown"
        "Người ký không thuộc danh sách được phép."
        "The signer is not among those allowed.";
    TooLarge "cms-too-large"
        "Thông điệp CMS quá lớn."
        "The CMS message is too large.";
}

/// A signed attribute of RFC 5652 section 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignedAttribute {
    /// `content-type`, section 11.1.
    ContentType,
    /// `message-digest`, section 11.2.
    MessageDigest,
    /// `signing-time`, section 11.3.
    SigningTime,
}

/// Why a CMS message was not accepted, or could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CmsError {
    /// The hash of the signature algorithm is not the digest algorithm (RFC 5652 section 5.4).
    #[error("the signature algorithm and the digest algorithm disagree")]
    AlgorithmMismatch,
    /// An algorithm outside the closed table.
    #[error("a digest or signature algorithm is not supported")]
    AlgorithmUnsupported,
    /// An attribute is there twice, or has not exactly one value.
    #[error("the signed attribute {attribute:?} is repeated")]
    AttributeRepeated {
        /// Which.
        attribute: SignedAttribute,
    },
    /// The attributes have no such member, which RFC 5652 section 5.3 demands.
    #[error("the signed attribute {attribute:?} is missing")]
    AttributeMissing {
        /// Which.
        attribute: SignedAttribute,
    },
    /// The attribute content-type does not name the content's type.
    #[error("the signed content type is another than the content's")]
    AttributeContentType,
    /// A message without signed attributes whose content is such a set: its signature may have
    /// been made over the attributes of another message (RFC 8933; a known confusion of CMS).
    #[error("content without signed attributes looks like signed attributes")]
    ContentIsAttributes,
    /// The message holds another number of certificates than its kind allows.
    #[error("{count} certificates where {allowed} are allowed")]
    CertificateCount {
        /// How many there are.
        count: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// The content inside and the content beside the message differ.
    #[error("the content inside differs from the content beside the message")]
    ContentMismatch,
    /// A detached message came without its content.
    #[error("the message is detached and came without content")]
    ContentMissing,
    /// The content is not `id-data`, or the message is not `id-signedData`.
    #[error("another content type than signed data over data")]
    ContentType,
    /// The content does not have the digest that was signed.
    #[error("the content does not have the signed digest")]
    DigestWrong,
    /// The bytes are not the BER of such a message.
    #[error("the encoding is broken: {0}")]
    Encoding(#[from] EncodingError),
    /// The signer's key does not fit the algorithm, or is not acceptable.
    #[error("the key of the signer does not fit")]
    KeyUnsuitable,
    /// The content is not what this signature should be for.
    #[error("the content is not of the kind {expected:?}")]
    KindWrong {
        /// The kind that was asked for.
        expected: ContentKind,
    },
    /// SHA-1, and the legacy switch is off.
    #[error("SHA-1 is not allowed")]
    Sha1,
    /// The signature does not verify. Says nothing more on purpose.
    #[error("the signature is wrong")]
    SignatureWrong,
    /// No certificate in the message is the one the signer information names.
    #[error("the signer's certificate is not in the message")]
    SignerCertificateMissing,
    /// Not exactly one signer information.
    #[error("{count} signatures where one is due")]
    SignerCount {
        /// How many there are.
        count: usize,
    },
    /// The signer's certificate is not among those allowed.
    #[error("the signer is not among those allowed")]
    SignerUnknown,
    /// The message is longer than the limit.
    #[error("the message is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A version number which RFC 5652 does not know.
    #[error("an unknown version number")]
    Version,
}

impl CmsError {
    /// The stable code of this error.
    pub const fn code(&self) -> CmsCode {
        match self {
            Self::AlgorithmMismatch | Self::AlgorithmUnsupported => CmsCode::AlgorithmUnsupported,
            Self::AttributeRepeated { .. }
            | Self::AttributeMissing { .. }
            | Self::AttributeContentType
            | Self::ContentIsAttributes => CmsCode::Attributes,
            Self::CertificateCount { .. } => CmsCode::CertificateCount,
            Self::ContentMismatch => CmsCode::ContentMismatch,
            Self::ContentMissing => CmsCode::ContentMissing,
            Self::ContentType | Self::Encoding(_) | Self::Version => CmsCode::Encoding,
            Self::DigestWrong => CmsCode::DigestWrong,
            Self::KeyUnsuitable => CmsCode::KeyUnsuitable,
            Self::KindWrong { .. } => CmsCode::KindWrong,
            Self::Sha1 => CmsCode::Sha1,
            Self::SignatureWrong => CmsCode::SignatureWrong,
            Self::SignerCertificateMissing => CmsCode::SignerCertificateMissing,
            Self::SignerCount { .. } => CmsCode::SignerCount,
            Self::SignerUnknown => CmsCode::SignerUnknown,
            Self::TooLarge { .. } => CmsCode::TooLarge,
        }
    }
}
