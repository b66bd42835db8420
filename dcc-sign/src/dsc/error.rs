//! Why a certificate could not be read.

/// Why bytes are no certificate that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DscError {
    /// There is no certificate in the text.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// There are several certificates where one was asked for.
    #[error("there are several certificates in it")]
    SeveralCertificates,
    /// A PEM block is damaged (RFC 7468).
    #[error("the PEM block is damaged")]
    Pem,
    /// It is larger than any real certificate.
    #[error("it has more than {limit} bytes")]
    TooLarge {
        /// The most bytes a certificate may have.
        limit: usize,
    },
    /// It does not have the structure of a certificate (RFC 5280 section 4.1).
    #[error("it does not have the structure of an X.509 certificate")]
    Structure,
    /// There are bytes after the certificate, so its key id is not known.
    #[error("there are bytes after the certificate")]
    TrailingBytes,
    /// Its validity cannot be read (RFC 5280 section 4.1.2.5).
    #[error("its validity cannot be read")]
    Validity,
    /// An extension that grants rights stands in it twice (RFC 5280 section 4.2).
    #[error("an extension stands in it twice")]
    DuplicateExtension,
}
