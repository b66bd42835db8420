//! The formats, and telling them by their content.

use core::fmt;

use serde_json::Value;

/// A form in which trust lists are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ListFormat {
    /// The DCC gateway's and WHO's `trustList`.
    Dccg,
    /// Germany.
    De,
    /// Sweden.
    Se,
    /// Austria.
    At,
    /// Switzerland.
    Ch,
    /// The Netherlands.
    Nl,
    /// A DID document of WHO's GDHCN.
    Did,
    /// Certificates and public keys in PEM, or one certificate in DER.
    Pem,
    /// The JSON of a mirror, whatever country's: never signed.
    Mirror,
}

impl ListFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Dccg,
        Self::De,
        Self::Se,
        Self::At,
        Self::Ch,
        Self::Nl,
        Self::Did,
        Self::Pem,
        Self::Mirror,
    ];

    /// The word used on command lines and in provenance.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dccg => "dccg",
            Self::De => "de",
            Self::Se => "se",
            Self::At => "at",
            Self::Ch => "ch",
            Self::Nl => "nl",
            Self::Did => "did",
            Self::Pem => "pem",
            Self::Mirror => "mirror",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.word() == word)
    }

    /// Whether its true form is signed.
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::Pem | Self::Mirror)
    }

    /// Whether this is the material signed by WHO's anchor that belongs beside a DID document. It
    /// is no list of its own.
    pub fn is_signed_material(bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json: Value = serde_json::from_slice(bytes).unwrap_or_default();
        json.get("trustAnchorSignature").is_some()
            || is_material(Some(&json))
            || is_material(json.get("items"))
    }

    /// The format of these files, by names and content.
    pub fn detect(files: &[ListFile<'_>]) -> Option<Self> {
        let named = |name: &str| files.iter().any(|file| file.is_named(name));
        if named("trustlist") && named("trustlistsig") {
            return Some(Self::At);
        }
        if named("list") && files.iter().any(|file| file.name_starts_with("updates")) {
            return Some(Self::Ch);
        }
        let mut formats: Vec<_> = files
            .iter()
            .filter_map(|file| detect_one(file.bytes))
            .collect();
        // WHO's signed material lies beside a DID document.
        if formats.contains(&Self::Did) {
            return Some(Self::Did);
        }
        formats.dedup();
        match formats.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}

impl fmt::Display for ListFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One file of a list: its name without folders, and its bytes.
#[derive(Clone, Copy)]
pub struct ListFile<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl<'a> ListFile<'a> {
    /// A file of this name and content.
    pub const fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes }
    }

    /// The name.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The content.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the name is this one, whatever its extension.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.split('.').next() == Some(name)
    }

    pub(crate) fn name_starts_with(&self, beginning: &str) -> bool {
        self.name.starts_with(beginning)
    }
}

impl fmt::Debug for ListFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListFile({} bytes)", self.bytes.len())
    }
}

fn detect_one(bytes: &[u8]) -> Option<ListFormat> {
    // A certificate in DER.
    if bytes.starts_with(&[0x30, 0x82]) {
        return Some(ListFormat::Pem);
    }
    let text = core::str::from_utf8(bytes)
        .ok()?
        .trim_start_matches('\u{feff}')
        .trim();
    if text.contains("-----BEGIN ") {
        return Some(ListFormat::Pem);
    }
    if text.starts_with(['{', '[']) {
        return serde_json::from_str(text)
            .ok()
            .and_then(|json| detect_json(&json));
    }
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if rest.trim_start().starts_with('{') {
        return Some(ListFormat::De);
    }
    (first.split('.').count() == 3 && rest.is_empty()).then_some(ListFormat::Se)
}

fn detect_json(json: &Value) -> Option<ListFormat> {
    match json {
        Value::Array(items) => {
            let first = items.first()?;
            if first.get("certificateType").is_some() {
                return Some(ListFormat::Dccg);
            }
            (first.get("trustAnchorSignature").is_none()).then_some(ListFormat::Mirror)
        }
        Value::Object(members) => {
            let has = |name: &str| members.contains_key(name);
            if has("verificationMethod") {
                Some(ListFormat::Did)
            } else if has("payload") && has("signature") {
                Some(ListFormat::Nl)
            } else if has("trustAnchorSignature") || is_material(members.get("items")) {
                None
            } else {
                Some(ListFormat::Mirror)
            }
        }
        _ => None,
    }
}

fn is_material(items: Option<&Value>) -> bool {
    let first = items
        .and_then(Value::as_array)
        .and_then(|items| items.first());
    first.is_some_and(|item| item.get("trustAnchorSignature").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(files: &[(&str, &str)]) -> Option<ListFormat> {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ListFile::new(name, text.as_bytes()))
            .collect();
        ListFormat::detect(&files)
    }

    #[test]
    fn formats_are_told_by_content() {
        for (text, format) in [
            ("-----BEGIN CERTIFICATE-----\n", Some(ListFormat::Pem)),
            (r#"[{"certificateType":"DSC"}]"#, Some(ListFormat::Dccg)),
            ("c2ln\n{\"certificates\":[]}", Some(ListFormat::De)),
            ("e30.e30.AAAA\n", Some(ListFormat::Se)),
            (r#"{"payload":"","signature":""}"#, Some(ListFormat::Nl)),
            (
                r#"{"id":"did:web:x","verificationMethod":[]}"#,
                Some(ListFormat::Did),
            ),
            (r#"{"certificates":[]}"#, Some(ListFormat::Mirror)),
            (r#"[{"identyfikator":""}]"#, Some(ListFormat::Mirror)),
            (r#"[{"trustAnchorSignature":""}]"#, None),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(detect(&[("x", text)]), format, "{text}");
        }
    }

    #[test]
    fn signed_material_is_no_list() {
        for material in [
            r#"{"trustAnchorSignature":""}"#,
            r#"[{"trustAnchorSignature":""}]"#,
            r#"{"items":[{"trustAnchorSignature":""}]}"#,
        ] {
            assert!(ListFormat::is_signed_material(material.as_bytes()));
            assert_eq!(detect(&[("x", material)]), None);
        }
        for other in ["", "[]", r#"{"verificationMethod":[]}"#] {
            assert!(!ListFormat::is_signed_material(other.as_bytes()));
        }
    }

    #[test]
    fn folders_are_told_by_names() {
        assert_eq!(
            detect(&[("trustlist", ""), ("trustlistsig", "")]),
            Some(ListFormat::At)
        );
        assert_eq!(
            detect(&[("list.jws", ""), ("updates-1.jws", "")]),
            Some(ListFormat::Ch)
        );
        let material = r#"[{"trustAnchorSignature":""}]"#;
        let document = r#"{"verificationMethod":[]}"#;
        assert_eq!(
            detect(&[("a", material), ("b", document)]),
            Some(ListFormat::Did)
        );
        assert_eq!(
            detect(&[("a", document), ("b", "x")]),
            Some(ListFormat::Did)
        );
        assert_eq!(detect(&[("a", "-----BEGIN X"), ("b", "e30.e30.AA")]), None);
    }
}
