//! JSON and Base64 of trust lists, bounded.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use super::error::{EntryReason, ImportError};

/// The longest file of a list; the longest real one has 4 MB.
pub(crate) const FILE_LIMIT: usize = 64 * 1024 * 1024;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// RFC 4648 section 4; padding and line breaks are optional.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        let text: String = text.split_ascii_whitespace().collect();
        return STANDARD.decode(text).ok();
    }
    STANDARD.decode(text).ok()
}

/// RFC 4648 section 5; padding is optional.
pub(crate) fn base64_url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE.decode(text).ok()
}

/// One JSON text.
pub(crate) fn parse(bytes: &[u8], part: &'static str) -> Result<Value, ImportError> {
    if bytes.len() > FILE_LIMIT {
        return Err(ImportError::TooLarge { limit: FILE_LIMIT });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|_| ImportError::Malformed { part })
}

pub(crate) fn object<'a>(
    value: &'a Value,
    part: &'static str,
) -> Result<&'a Map<String, Value>, ImportError> {
    value.as_object().ok_or(ImportError::Malformed { part })
}

/// A member that must be a text.
pub(crate) fn text<'a>(value: &'a Value, member: &'static str) -> Result<&'a str, EntryReason> {
    value
        .get(member)
        .and_then(Value::as_str)
        .ok_or(EntryReason::Member { member })
}

/// A member that may be absent or null, and otherwise must be a text.
pub(crate) fn optional_text<'a>(
    value: &'a Value,
    member: &'static str,
) -> Result<Option<&'a str>, EntryReason> {
    match value.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(EntryReason::Member { member }),
    }
}

/// A member that must be Base64.
pub(crate) fn bytes(value: &Value, member: &'static str) -> Result<Vec<u8>, EntryReason> {
    base64(text(value, member)?).ok_or(EntryReason::Base64 { member })
}
