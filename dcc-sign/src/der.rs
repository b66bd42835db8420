//! Reading DER and the BER which real certificates contain (ITU-T X.690).
//!
//! The reader takes what can be read without doubt: definite lengths, minimal or not. Whether the
//! bytes were strict DER is told separately by [`strict::is_der`].

pub(crate) mod oid;
pub(crate) mod strict;

/// Universal and context tags used by X.509, with the constructed bit.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0a;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const CONTEXT_0: u8 = 0xa0;
    pub(crate) const CONTEXT_1: u8 = 0xa1;
    pub(crate) const CONTEXT_2: u8 = 0xa2;
    pub(crate) const CONTEXT_3: u8 = 0xa3;
    pub(crate) const PRIMITIVE_CONTEXT_1: u8 = 0x81;
    pub(crate) const PRIMITIVE_CONTEXT_2: u8 = 0x82;
}

/// One element: tag, content, and all its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    pub(crate) raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub(crate) const fn reader(&self) -> Reader<'a> {
        Reader { rest: self.content }
    }

    /// The content of an INTEGER that is not negative, without leading zeros.
    pub(crate) fn unsigned(&self) -> Option<&'a [u8]> {
        let first = self.content.first()?;
        if self.tag != tag::INTEGER || *first >= 0x80 {
            return None;
        }
        let zeros = self.content.iter().take_while(|byte| **byte == 0).count();
        self.content.get(zeros..)
    }

    /// The bytes of a BIT STRING whose length is a multiple of 8.
    pub(crate) fn whole_bytes(&self) -> Option<&'a [u8]> {
        match self.content.split_first() {
            Some((0, bytes)) if self.tag == tag::BIT_STRING => Some(bytes),
            _ => None,
        }
    }
}

/// Reads elements one after another.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element; `None` at the end and where the bytes are no element.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = split_element(self.rest)?;
        self.rest = rest;
        Some(element)
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = *self;
        let element = ahead.next().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }

    /// The element that is all there is, with this tag.
    pub(crate) fn only(mut self, tag: u8) -> Option<Element<'a>> {
        let element = self.expect(tag)?;
        self.is_empty().then_some(element)
    }
}

fn split_element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (tag, after_tag) = bytes.split_first()?;
    if tag & 0x1f == 0x1f {
        // Tag numbers above 30 do not occur in X.509.
        return None;
    }
    let (first, after_length) = after_tag.split_first()?;
    let (length, body) = if *first < 0x80 {
        (usize::from(*first), after_length)
    } else {
        long_length(first & 0x7f, after_length)?
    };
    let (content, rest) = body.split_at_checked(length)?;
    let raw = bytes.get(..bytes.len().checked_sub(rest.len())?)?;
    Some((
        Element {
            tag: *tag,
            content,
            raw,
        },
        rest,
    ))
}

/// A length of `count` bytes; 0 is the indefinite form, which is refused.
fn long_length(count: u8, bytes: &[u8]) -> Option<(usize, &[u8])> {
    if !(1..=4).contains(&count) {
        return None;
    }
    let (length, body) = bytes.split_at_checked(usize::from(count))?;
    let mut word = [0; 4];
    let start = word.len().checked_sub(length.len())?;
    word.get_mut(start..)?.copy_from_slice(length);
    Some((usize::try_from(u32::from_be_bytes(word)).ok()?, body))
}

/// Writes one element with a minimal length.
pub(crate) fn write(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let content = contents.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let significant = length.get(zeros..).unwrap_or_default();
    let mut out = vec![tag];
    match significant {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(&content);
    out
}

/// Writes an INTEGER that is not negative.
pub(crate) fn write_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let sign: &[u8] = match magnitude.first() {
        Some(first) if *first < 0x80 => &[],
        _ => &[0],
    };
    write(tag::INTEGER, &[sign, magnitude])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_in_every_form() {
        for (bytes, length) in [
            (&[4, 1, 7][..], Some(1)),
            (&[4, 0x81, 1, 7], Some(1)),
            (&[4, 0x82, 0, 1, 7], Some(1)),
            (&[4, 0x80, 7, 0, 0], None),
            (&[4, 0x85, 0, 0, 0, 0, 1, 7], None),
            (&[4, 0x84, 0xff, 0xff, 0xff, 0xff], None),
            (&[4, 2, 7], None),
            (&[0x1f, 1, 7], None),
            (&[], None),
        ] {
            let read = Reader::new(bytes)
                .next()
                .map(|element| element.content.len());
            assert_eq!(read, length, "{bytes:?}");
        }
    }

    #[test]
    fn negative_integers_are_not_unsigned() {
        let negative = Reader::new(&[2, 1, 0x80]).next().unwrap();
        assert_eq!(negative.unsigned(), None);
        let padded = Reader::new(&[2, 2, 0, 0x80]).next().unwrap();
        assert_eq!(padded.unsigned(), Some(&[0x80][..]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in 0_u8..0x1f, content in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            let written = write(tag, &[&content]);
            let element = Reader::new(&written).only(tag).unwrap();
            prop_assert_eq!(element.content, &content[..]);
            prop_assert_eq!(element.raw, &written[..]);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = Reader::new(&bytes);
            while reader.next().is_some() {}
            strict::is_der(&bytes);
        }
    }
}
