//! Deterministic CBOR (RFC 8949 section 4.2.1) of fixed arrays, for hashes and signed bytes.

use dcc_model::Timestamp;

/// Writes the items of one array, in order; the reader knows the form from the tag in front.
#[derive(Debug, Default)]
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    /// An array of `length` items beginning with the text `form`, which counts as one of them.
    pub(crate) fn array(form: &str, length: u64) -> Self {
        let mut written = Self(Vec::with_capacity(160));
        written.head(4, length);
        written.text(form);
        written
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(3, u64::try_from(text.len()).unwrap_or(u64::MAX));
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(2, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn unsigned(&mut self, number: u64) -> &mut Self {
        self.head(0, number);
        self
    }

    pub(crate) fn time(&mut self, at: Timestamp) -> &mut Self {
        let seconds = at.unix_seconds();
        match u64::try_from(seconds) {
            Ok(number) => self.head(0, number),
            Err(_) => self.head(1, seconds.unsigned_abs().saturating_sub(1)),
        }
        self
    }

    pub(crate) fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub(crate) fn optional_time(&mut self, at: Option<Timestamp>) -> &mut Self {
        match at {
            Some(at) => self.time(at),
            None => self.null(),
        }
    }

    pub(crate) fn nested(&mut self, length: u64) -> &mut Self {
        self.head(4, length);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn null(&mut self) -> &mut Self {
        self.0.push(0xf6);
        self
    }

    fn head(&mut self, major: u8, value: u64) {
        let kind = major << 5;
        let bytes = value.to_be_bytes();
        let [.., b4, b5, b6, b7] = bytes;
        match value {
            0..=23 => self.0.push(kind | b7),
            24..=0xff => self.0.extend_from_slice(&[kind | 0x18, b7]),
            0x100..=0xffff => self.0.extend_from_slice(&[kind | 0x19, b6, b7]),
            0x1_0000..=0xffff_ffff => self.0.extend_from_slice(&[kind | 0x1a, b4, b5, b6, b7]),
            _ => {
                self.0.push(kind | 0x1b);
                self.0.extend_from_slice(&bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use core::fmt::Write as _;

    use super::*;

    #[test]
    fn heads_are_the_shortest() {
        // RFC 8949 appendix A.
        for (number, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (255, "18ff"),
            (256, "190100"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
        ] {
            let mut written = Canonical::default();
            written.unsigned(number);
            let mut shown = String::new();
            for byte in written.finish() {
                write!(shown, "{byte:02x}").unwrap();
            }
            assert_eq!(shown, hex);
        }
    }

    #[test]
    fn a_time_before_1970_is_a_negative_integer() {
        let mut written = Canonical::default();
        written
            .time(Timestamp::from_unix_seconds(-1).unwrap())
            .optional_time(None);
        assert_eq!(written.finish(), [0x20, 0xf6]);
    }
}
