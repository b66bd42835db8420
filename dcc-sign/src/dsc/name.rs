//! Distinguished names (RFC 5280 section 4.1.2.4).

use super::Name;
use crate::der::{Element, oid, tag};

impl Name {
    /// Reads a `Name`; attributes that are no text are left out of the text, not of the bytes.
    pub(super) fn parse(name: &Element<'_>) -> Option<Self> {
        let mut texts = Vec::new();
        let mut countries = Vec::new();
        let mut sets = name.reader();
        while !sets.is_empty() {
            let mut attributes = sets.expect(tag::SET)?.reader();
            while !attributes.is_empty() {
                let mut attribute = attributes.expect(tag::SEQUENCE)?.reader();
                let kind = attribute.expect(tag::OID)?.content;
                let value = attribute.next()?;
                let (Some(label), Some(text)) = (label(kind), text(&value)) else {
                    continue;
                };
                texts.push([label, "=", &text].concat());
                if kind == oid::COUNTRY {
                    countries.push(text);
                }
            }
        }
        let country = countries.pop().filter(|_| countries.is_empty());
        Some(Self {
            der: name.raw.into(),
            text: texts.join(", "),
            country,
        })
    }
}

/// The short names of RFC 4514 section 3.
fn label(kind: &[u8]) -> Option<&'static str> {
    Some(match kind {
        oid::COMMON_NAME => "CN",
        oid::COUNTRY => "C",
        oid::LOCALITY => "L",
        oid::STATE => "ST",
        oid::ORGANIZATION => "O",
        oid::ORGANIZATIONAL_UNIT => "OU",
        _ => return None,
    })
}

/// The text of a `DirectoryString`; characters that could disturb a terminal are replaced.
fn text(value: &Element<'_>) -> Option<String> {
    let text = match value.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING => {
            String::from_utf8_lossy(value.content).into_owned()
        }
        // Turkey writes UTF-8 into it, which is seldom Latin-1 by chance.
        tag::TELETEX_STRING => match core::str::from_utf8(value.content) {
            Ok(text) => text.to_owned(),
            Err(_) => value.content.iter().copied().map(char::from).collect(),
        },
        tag::BMP_STRING => {
            let (units, _) = value.content.as_chunks();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16_lossy(&units)
        }
        _ => return None,
    };
    let visible = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    Some(text.chars().map(visible).collect())
}
