//! ITU-T X.690 (BER and DER), as far as CMS and X.509 need it.
//!
//! The gateway's signatures come in indefinite lengths and constructed strings, OpenSSL's in
//! definite ones. Instead of rewriting a message, this reader gives every element its content
//! whichever form it has, and the bytes of each element as they came, since certificates are
//! compared and hashed as they came. Only what a signature covers is re-encoded ([`Element::to_der`]).
//!
//! Nothing here recurses deeper than the depth given, nor allocates by a claimed length.

use alloc::borrow::Cow;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, primitive.
pub(crate) const CONTEXT_0: u8 = 0x80;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0_CONSTRUCTED: u8 = 0xA0;
/// `[1]`, constructed.
pub(crate) const CONTEXT_1_CONSTRUCTED: u8 = 0xA1;
/// `[2]`, constructed.
pub(crate) const CONTEXT_2_CONSTRUCTED: u8 = 0xA2;
/// `[3]`, constructed.
pub(crate) const CONTEXT_3_CONSTRUCTED: u8 = 0xA3;

/// The bit of an identifier octet which says that the content is further elements (8.1.2.5).
const CONSTRUCTED: u8 = 0x20;
/// The identifier bits of a tag number above 30 (8.1.2.4); CMS has none.
const HIGH_TAG: u8 = 0x1F;
/// The two octets which end an indefinite length (8.1.5).
const END_OF_CONTENTS: [u8; 2] = [0, 0];
/// The length octet of the indefinite form (8.1.3.6).
const INDEFINITE: u8 = 0x80;

/// Why bytes are not an encoding this reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// Elements are nested deeper than the limit.
    #[error("elements are nested too deep")]
    Depth,
    /// End-of-contents octets stand where none are due.
    #[error("end-of-contents octets where none are due")]
    EndOfContents,
    /// A length has a form which X.690 section 8.1.3 reserves, or more than four octets.
    #[error("a length has an unsupported form")]
    Length,
    /// A tag number above 30, or a string in pieces of a kind which CMS does not use.
    #[error("a tag is not supported")]
    Tag,
    /// There are bytes after the last element.
    #[error("there are bytes after the last element")]
    Trailing,
    /// The bytes end before the element does.
    #[error("the bytes end before the element does")]
    Truncated,
    /// Another element was due here.
    #[error("another element is due")]
    Unexpected,
}

/// One element: identifier, content, and the bytes of both as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    tag: u8,
    body: &'a [u8],
    whole: &'a [u8],
    /// How many levels may still be opened below this one.
    depth: usize,
}

impl<'a> Element<'a> {
    /// The identifier octet.
    pub(crate) const fn tag(&self) -> u8 {
        self.tag
    }

    /// The content octets, without end-of-contents.
    pub(crate) const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Identifier, length, content and end-of-contents as they came.
    pub(crate) const fn whole(&self) -> &'a [u8] {
        self.whole
    }

    /// The elements inside a constructed one.
    pub(crate) fn open(&self) -> Result<Reader<'a>, EncodingError> {
        if self.tag & CONSTRUCTED == 0 {
            return Err(EncodingError::Unexpected);
        }
        let depth = self.depth.checked_sub(1).ok_or(EncodingError::Depth)?;
        Ok(Reader {
            rest: self.body,
            depth,
        })
    }

    /// The only element inside an explicitly tagged one.
    pub(crate) fn open_single(&self) -> Result<Self, EncodingError> {
        let mut inside = self.open()?;
        let element = inside.next()?;
        inside.finish()?;
        Ok(element)
    }

    /// The value of an octet string, in one piece or in several (8.7.3), under its universal tag
    /// or an implicit one.
    pub(crate) fn octets(&self) -> Result<Cow<'a, [u8]>, EncodingError> {
        if self.tag & CONSTRUCTED == 0 {
            return Ok(Cow::Borrowed(self.body));
        }
        let mut value = Vec::new();
        self.collect_octets(&mut value)?;
        Ok(Cow::Owned(value))
    }

    /// The value of an OCTET STRING, in one piece or in several.
    pub(crate) fn octet_string(&self) -> Result<Cow<'a, [u8]>, EncodingError> {
        if self.tag & !CONSTRUCTED == OCTET_STRING {
            self.octets()
        } else {
            Err(EncodingError::Unexpected)
        }
    }

    /// The DER encoding of this element.
    pub(crate) fn to_der(self) -> Result<Vec<u8>, EncodingError> {
        let mut der = Vec::new();
        to_der(&self, &mut der)?;
        Ok(der)
    }

    fn collect_octets(&self, value: &mut Vec<u8>) -> Result<(), EncodingError> {
        let mut pieces = self.open()?;
        while let Some(piece) = pieces.next_if_any()? {
            match piece.tag {
                OCTET_STRING => value.extend_from_slice(piece.body),
                tag if tag == OCTET_STRING | CONSTRUCTED => piece.collect_octets(value)?,
                _ => return Err(EncodingError::Unexpected),
            }
        }
        Ok(())
    }
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader of `bytes` which opens at most `depth` levels.
    pub(crate) const fn new(bytes: &'a [u8], depth: usize) -> Self {
        Self { rest: bytes, depth }
    }

    /// The element that is due here.
    pub(crate) fn next(&mut self) -> Result<Element<'a>, EncodingError> {
        let (header, after) = Header::read(self.rest)?;
        let (body, rest) = match header.length {
            Some(length) => after
                .split_at_checked(length)
                .ok_or(EncodingError::Truncated)?,
            None => indefinite_body(after, self.depth)?,
        };
        let taken = self.rest.len().saturating_sub(rest.len());
        let whole = self.rest.get(..taken).ok_or(EncodingError::Truncated)?;
        self.rest = rest;
        Ok(Element {
            tag: header.tag,
            body,
            whole,
            depth: self.depth,
        })
    }

    /// The next element, or `None` at the end.
    pub(crate) fn next_if_any(&mut self) -> Result<Option<Element<'a>>, EncodingError> {
        if self.rest.is_empty() {
            Ok(None)
        } else {
            self.next().map(Some)
        }
    }

    /// The element due here, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, EncodingError> {
        let element = self.next()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(EncodingError::Unexpected)
        }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, EncodingError> {
        if self.rest.first() == Some(&tag) {
            self.next().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Says that nothing more is due.
    pub(crate) const fn finish(&self) -> Result<(), EncodingError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(EncodingError::Trailing)
        }
    }

    /// Says that nothing but zero octets follows, as some gateway blobs have them.
    pub(crate) fn finish_padded(&self) -> Result<(), EncodingError> {
        if self.rest.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(EncodingError::Trailing)
        }
    }
}

struct Header {
    tag: u8,
    /// `None` for the indefinite form.
    length: Option<usize>,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), EncodingError> {
        let (&tag, rest) = bytes.split_first().ok_or(EncodingError::Truncated)?;
        let (&first, rest) = rest.split_first().ok_or(EncodingError::Truncated)?;
        if tag == 0 {
            return Err(EncodingError::EndOfContents);
        }
        if tag & HIGH_TAG == HIGH_TAG {
            return Err(EncodingError::Tag);
        }
        match first {
            0..INDEFINITE => Ok((
                Self {
                    tag,
                    length: Some(usize::from(first)),
                },
                rest,
            )),
            INDEFINITE if tag & CONSTRUCTED == 0 => Err(EncodingError::Length),
            INDEFINITE => Ok((Self { tag, length: None }, rest)),
            0x81..=0x84 => {
                let octets = usize::from(first & 0x7F);
                let (digits, rest) = rest
                    .split_at_checked(octets)
                    .ok_or(EncodingError::Truncated)?;
                let length = digits
                    .iter()
                    .fold(0_u32, |sum, digit| sum << 8 | u32::from(*digit));
                let length = usize::try_from(length).map_err(|_| EncodingError::Length)?;
                Ok((
                    Self {
                        tag,
                        length: Some(length),
                    },
                    rest,
                ))
            }
            _ => Err(EncodingError::Length),
        }
    }
}

/// Splits `bytes` behind the end-of-contents that closes an indefinite length opened before them.
fn indefinite_body(bytes: &[u8], depth: usize) -> Result<(&[u8], &[u8]), EncodingError> {
    let mut rest = bytes;
    let mut open = 0_usize;
    loop {
        if let Some(after) = rest.strip_prefix(&END_OF_CONTENTS) {
            let Some(outer) = open.checked_sub(1) else {
                let length = bytes.len().saturating_sub(rest.len());
                let body = bytes.get(..length).ok_or(EncodingError::Truncated)?;
                return Ok((body, after));
            };
            open = outer;
            rest = after;
            continue;
        }
        let (header, after) = Header::read(rest)?;
        rest = match header.length {
            Some(length) => after.get(length..).ok_or(EncodingError::Truncated)?,
            None if open >= depth => return Err(EncodingError::Depth),
            None => {
                open = open.saturating_add(1);
                after
            }
        };
    }
}

/// Appends the DER encoding (X.690 section 10 and 11) of an element to `out`: definite shortest
/// lengths, octet strings in one piece, the members of every SET in order. The content of other
/// primitive elements stays as it is.
fn to_der(element: &Element<'_>, out: &mut Vec<u8>) -> Result<(), EncodingError> {
    match element.tag {
        tag if tag & CONSTRUCTED == 0 => push(out, tag, element.body),
        tag if tag == OCTET_STRING | CONSTRUCTED => push(out, OCTET_STRING, &element.octets()?),
        SET => push(out, SET, &set_body(element)?),
        // Further strings may come in pieces by BER; nothing that signs for a gateway does that.
        0x23 | 0x2C | 0x32..=0x3E => return Err(EncodingError::Tag),
        tag => {
            let mut body = Vec::new();
            let mut inside = element.open()?;
            while let Some(member) = inside.next_if_any()? {
                to_der(&member, &mut body)?;
            }
            push(out, tag, &body);
        }
    }
    Ok(())
}

/// The DER content of a SET OF (X.690 section 11.6), whatever tag it stands under.
pub(crate) fn set_body(element: &Element<'_>) -> Result<Vec<u8>, EncodingError> {
    let mut members = Vec::new();
    let mut inside = element.open()?;
    while let Some(member) = inside.next_if_any()? {
        let mut encoded = Vec::new();
        to_der(&member, &mut encoded)?;
        members.push(encoded);
    }
    members.sort();
    Ok(members.concat())
}

/// Appends one element in DER.
pub(crate) fn push(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.push(tag);
    let length = body.len();
    match u8::try_from(length) {
        Ok(short) if short < INDEFINITE => out.push(short),
        _ => {
            let digits = length.to_be_bytes();
            let skipped = digits.iter().take_while(|digit| **digit == 0).count();
            let significant = digits.get(skipped..).unwrap_or(&digits);
            // A `usize` has at most sixteen octets.
            let count = u8::try_from(significant.len()).unwrap_or(u8::MAX);
            out.push(INDEFINITE | count);
            out.extend_from_slice(significant);
        }
    }
    out.extend_from_slice(body);
}

/// One element in DER.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    push(&mut out, tag, &parts.concat());
    out
}

#[cfg(test)]
mod tests;
