//! What there is to remark on a text.

use crate::{RemarkCode, uvci};

use super::version::VersionRules;

/// What a text member is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    /// A certificate id: limited, with a prefix.
    CertificateId,
    /// A code of a value set.
    Code,
    /// A country code.
    Country,
    /// Free text of limited length.
    Free,
    /// A printed part of the name.
    Name,
    /// Dates and versions, which have rules of their own.
    Plain,
    /// A part of the name in ICAO form.
    StandardName,
    /// The name of a NAA test, limited since 1.3.0.
    TestName,
}

/// `maxLength` since 1.3.0 and before.
const LIMIT: usize = 80;
const EARLIER_LIMIT: usize = 50;

/// Tells `report` everything there is to remark on `text`.
pub(super) fn remark(
    text: &str,
    kind: TextKind,
    rules: VersionRules,
    mut report: impl FnMut(RemarkCode),
) {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        report(RemarkCode::TextWhitespace);
    }
    if text.bytes().any(|b| matches!(b, b'"' | b'\\')) {
        report(RemarkCode::TextQuote);
    }
    // Every character beyond the basic plane begins with F0 to F4 in UTF-8.
    if text.bytes().any(|b| b >= 0xF0) {
        report(RemarkCode::TextNonBmp);
    }
    if let Some(code) = too_long(text, kind, rules) {
        report(code);
    }
    match (kind, trimmed.is_empty()) {
        (TextKind::Plain, _)
        | (TextKind::Code | TextKind::Free | TextKind::Name | TextKind::TestName, false) => {}
        (TextKind::Name | TextKind::StandardName, true) => report(RemarkCode::NamePartEmpty),
        (TextKind::Code | TextKind::Country, true) => report(RemarkCode::CodeEmpty),
        (TextKind::Free | TextKind::TestName | TextKind::CertificateId, true) => {
            report(RemarkCode::TextEmpty);
        }
        (TextKind::StandardName, false) => {
            if !trimmed.bytes().all(|b| b.is_ascii_uppercase() || b == b'<') {
                report(RemarkCode::NameStandardPattern);
            }
        }
        (TextKind::Country, false) => {
            if trimmed.len() > 10 || !trimmed.bytes().all(|b| b.is_ascii_uppercase()) {
                report(RemarkCode::CountryPattern);
            }
        }
        (TextKind::CertificateId, false) => uvci::remark(trimmed, report),
    }
}

fn too_long(text: &str, kind: TextKind, rules: VersionRules) -> Option<RemarkCode> {
    let limited = match kind {
        TextKind::CertificateId | TextKind::Free | TextKind::Name | TextKind::StandardName => true,
        TextKind::TestName => rules.test_name_limited(),
        TextKind::Code | TextKind::Country | TextKind::Plain => false,
    };
    // A character has at least one byte.
    if !limited || text.len() <= EARLIER_LIMIT {
        return None;
    }
    let length = text.chars().count();
    if length > LIMIT {
        Some(RemarkCode::TextTooLong)
    } else if length > EARLIER_LIMIT && rules.short_texts() {
        Some(RemarkCode::VersionLimit)
    } else {
        None
    }
}
