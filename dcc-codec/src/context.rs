//! The context identifier in front of the Base45 text (HCERT 1.0.8 section 4.2).

use dcc_model::RejectCode;

/// The only context identifier there is.
pub const PREFIX: &str = "HC1:";

/// Why a text does not begin as an HCERT does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrefixError {
    /// No context identifier: some other QR code, or one with the prefix cut off.
    #[error("the context identifier HC1: is missing")]
    Missing,
    /// A version of the container that does not exist yet (`HC2:` to `HCZ:`).
    #[error("container version {version} is not supported")]
    Version {
        /// The character after `HC`.
        version: char,
    },
}

impl PrefixError {
    /// The code of this reason.
    pub const fn reject_code(self) -> RejectCode {
        match self {
            Self::Missing => RejectCode::PrefixMissing,
            Self::Version { .. } => RejectCode::PrefixVersion,
        }
    }
}

/// The Base45 part of a text. Line ends and tabs around the text are taken off, spaces never:
/// they are Base45 characters.
pub(crate) fn strip(text: &str) -> Result<&str, PrefixError> {
    let text = text.trim_matches(['\r', '\n', '\t']);
    if let Some(base45) = text.strip_prefix(PREFIX) {
        return Ok(base45);
    }
    match text.as_bytes() {
        [b'H', b'C', version @ (b'2'..=b'9' | b'A'..=b'Z'), b':', ..] => {
            Err(PrefixError::Version {
                version: char::from(*version),
            })
        }
        _ => Err(PrefixError::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_1_exists() {
        assert_eq!(strip("HC1:AB"), Ok("AB"));
        assert_eq!(strip("HC2:AB"), Err(PrefixError::Version { version: '2' }));
        for text in [
            "",
            "HC1",
            "hc1:AB",
            "HC0:AB",
            "HCa:AB",
            "HL0:",
            "AB",
            "https://x",
            " HC1:AB",
        ] {
            assert_eq!(strip(text), Err(PrefixError::Missing), "{text}");
        }
    }

    #[test]
    fn spaces_belong_to_the_text() {
        assert_eq!(strip("\tHC1: AB \r\n"), Ok(" AB "));
    }
}
