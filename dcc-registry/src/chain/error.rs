//! Why a certificate does not chain.

use dcc_model::{Coded, Lang};

macro_rules! chain_codes {
    ($($name:ident $code:literal $vi:literal $en:literal;)+) => {
        /// The code of a [`ChainError`], with its texts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ChainCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl Coded for ChainCode {
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

chain_codes! {
    AlgorithmUnsupported "chain-algorithm-unsupported"
        "Chứng thư được ký bằng thuật toán không được hỗ trợ, hoặc ghi thuật toán không nhất quán."
        "The certificate is signed with an algorithm that is not supported, or names two.";
    AuthorityNotValid "chain-authority-not-valid"
        "Chứng thư cấp trên không còn hoặc chưa có hiệu lực khi cấp."
        "The issuing certificate was not valid at that time.";
    CertificateNotValid "chain-certificate-not-valid"
        "Chứng thư hết hạn hoặc chưa có hiệu lực."
        "The certificate has expired or is not valid yet.";
    IssuerCountry "chain-issuer-country"
        "Chứng thư do cơ quan của nước khác cấp."
        "The certificate was issued by an authority of another country.";
    IssuerUnknown "chain-issuer-unknown"
        "Không có chứng thư của cơ quan cấp."
        "The certificate of the issuing authority is not known.";
    IsAuthority "chain-is-authority"
        "Đây là chứng thư của cơ quan cấp, không phải của người ký."
        "This is the certificate of an authority, not of a signer.";
    KeyUnsupported "chain-key-unsupported"
        "Khóa của cơ quan cấp không được hỗ trợ."
        "The key of the issuing authority is not supported.";
    NotAuthority "chain-not-authority"
        "Chứng thư không có quyền cấp chứng thư khác."
        "The certificate may not issue others.";
    Sha1 "chain-sha-1"
        "Chứng thư được ký bằng SHA-1, chỉ chấp nhận khi cho phép rõ ràng."
        "The certificate is signed with SHA-1, which is accepted only where allowed explicitly.";
    SignatureWrong "chain-signature-wrong"
        "Chữ ký của cơ quan cấp trên chứng thư sai."
        "The issuing authority's signature on the certificate is wrong.";
    TooManyAuthorities "chain-too-many-authorities"
        "Quá nhiều cơ quan cấp trùng tên."
        "There are too many authorities of one name.";
}

/// Why a certificate does not chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The algorithm is not in the closed table, or the two places that name it differ (RFC 5280
    /// section 4.1.1.2).
    #[error("the algorithm is not supported, or named differently in two places")]
    AlgorithmUnsupported,
    /// The issuer was not valid when it counted.
    #[error("the issuer was not valid at that time")]
    AuthorityNotValid,
    /// The certificate itself is not valid at the time given.
    #[error("the certificate is not valid at that time")]
    CertificateNotValid,
    /// Only authorities of other countries have the issuer's name.
    #[error("the issuer is of another country")]
    IssuerCountry,
    /// No authority has the issuer's name.
    #[error("the issuer is not known")]
    IssuerUnknown,
    /// A CA where a signer is due.
    #[error("an authority where a signer is due")]
    IsAuthority,
    /// The issuer's key is not in the closed table.
    #[error("the issuer's key is not supported")]
    KeyUnsupported,
    /// A certificate which may not issue others, where an authority is due.
    #[error("the certificate may not issue others")]
    NotAuthority,
    /// SHA-1, and the legacy switch is off.
    #[error("SHA-1 is not allowed")]
    Sha1,
    /// The issuer's signature does not verify.
    #[error("the issuer's signature is wrong")]
    SignatureWrong,
    /// More authorities of one name than the limit.
    #[error("more than {limit} authorities of one name")]
    TooManyAuthorities {
        /// The limit.
        limit: usize,
    },
}

impl ChainError {
    /// The stable code of this error.
    pub const fn code(self) -> ChainCode {
        match self {
            Self::AlgorithmUnsupported => ChainCode::AlgorithmUnsupported,
            Self::AuthorityNotValid => ChainCode::AuthorityNotValid,
            Self::CertificateNotValid => ChainCode::CertificateNotValid,
            Self::IssuerCountry => ChainCode::IssuerCountry,
            Self::IssuerUnknown => ChainCode::IssuerUnknown,
            Self::IsAuthority => ChainCode::IsAuthority,
            Self::KeyUnsupported => ChainCode::KeyUnsupported,
            Self::NotAuthority => ChainCode::NotAuthority,
            Self::Sha1 => ChainCode::Sha1,
            Self::SignatureWrong => ChainCode::SignatureWrong,
            Self::TooManyAuthorities { .. } => ChainCode::TooManyAuthorities,
        }
    }
}
