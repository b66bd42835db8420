//! The decoder: depth, items and memory bounded.

use alloc::borrow::Cow;

use super::encode::encode;
use super::float;
use super::value::{Simple, Value};

/// Bounds of one CBOR item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CborLimits {
    depth: usize,
    items: usize,
}

impl CborLimits {
    /// These limits with another depth of arrays, maps and tags (32).
    ///
    /// The decoder recurses once a level: do not allow thousands.
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// These limits with another number of items, keys, chunks and tags included (4096).
    #[must_use]
    pub const fn with_items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// Deepest nesting of arrays, maps and tags.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Most items in all.
    pub const fn items(&self) -> usize {
        self.items
    }
}

impl Default for CborLimits {
    fn default() -> Self {
        Self {
            depth: 32,
            items: 4096,
        }
    }
}

/// Why bytes are not taken as one CBOR item. Positions count from the item's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// A break outside an item of indefinite length (RFC 8949 section 3.2.1).
    #[error("unexpected break at byte {at}")]
    Break {
        /// Position of the break.
        at: usize,
    },
    /// A chunk of an indefinite string that is not a definite string of its kind (section 3.2.3).
    #[error("wrong chunk of an indefinite string at byte {at}")]
    Chunk {
        /// Position of the chunk.
        at: usize,
    },
    /// Nested deeper than the limit.
    #[error("nested deeper than {limit}")]
    Depth {
        /// The limit.
        limit: usize,
    },
    /// A map with a key twice (section 5.6).
    #[error("duplicate key in the map that ends at byte {at}")]
    DuplicateKey {
        /// Position after the map.
        at: usize,
    },
    /// More items than the limit.
    #[error("more than {limit} items")]
    Items {
        /// The limit.
        limit: usize,
    },
    /// Reserved additional information (section 3) or simple value (section 3.3).
    #[error("reserved encoding at byte {at}")]
    Reserved {
        /// Position of the head.
        at: usize,
    },
    /// Bytes after the item.
    #[error("{count} trailing bytes")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// The bytes end within the item, or a length exceeds what is there.
    #[error("truncated at byte {at}")]
    Truncated {
        /// Where something is missing.
        at: usize,
    },
    /// Text that is not UTF-8 (section 5.3.1).
    #[error("text before byte {at} is not UTF-8")]
    Utf8 {
        /// Position after the text.
        at: usize,
    },
}

/// Decodes exactly one item.
///
/// # Errors
/// [`CborError`] for anything but one well-formed, valid item within `limits`.
pub fn decode<'a>(bytes: &'a [u8], limits: &CborLimits) -> Result<Value<'a>, CborError> {
    let mut reader = Reader {
        rest: bytes,
        total: bytes.len(),
        limits,
        items: 0,
    };
    let value = reader.item(0)?;
    match reader.rest.len() {
        0 => Ok(value),
        count => Err(CborError::Trailing { count }),
    }
}

/// Most places reserved ahead for the members of an array or map.
const RESERVED_PLACES: usize = 32;

/// Maps up to this size are searched for duplicates pair by pair.
const SMALL_MAP: usize = 24;

struct Reader<'a, 'l> {
    rest: &'a [u8],
    total: usize,
    limits: &'l CborLimits,
    items: usize,
}

/// The initial byte and its argument (RFC 8949 section 3).
#[derive(Clone, Copy)]
struct Head {
    major: u8,
    info: u8,
    argument: u64,
}

const INDEFINITE: u8 = 31;

impl Head {
    const fn is_indefinite(self) -> bool {
        self.info == INDEFINITE
    }
}

impl<'a> Reader<'a, '_> {
    fn at(&self) -> usize {
        self.total.saturating_sub(self.rest.len())
    }

    fn item(&mut self, depth: usize) -> Result<Value<'a>, CborError> {
        self.count()?;
        let at = self.at();
        let head = self.head()?;
        match head.major {
            0 => Ok(Value::Unsigned(head.argument)),
            1 => Ok(Value::Negative(head.argument)),
            2 if head.is_indefinite() => self.chunked_bytes(),
            2 => Ok(Value::Bytes(Cow::Borrowed(self.take(head.argument)?))),
            3 if head.is_indefinite() => self.chunked_text(),
            3 => Ok(Value::Text(Cow::Borrowed(self.text(head.argument)?))),
            4 => self.array(head, self.deeper(depth)?),
            5 => self.map(head, self.deeper(depth)?),
            6 => {
                let item = self.item(self.deeper(depth)?)?;
                Ok(Value::Tag(head.argument, Box::new(item)))
            }
            _ => Self::simple_or_float(head, at),
        }
    }

    fn count(&mut self) -> Result<(), CborError> {
        self.items = self.items.saturating_add(1);
        if self.items > self.limits.items {
            return Err(CborError::Items {
                limit: self.limits.items,
            });
        }
        Ok(())
    }

    fn deeper(&self, depth: usize) -> Result<usize, CborError> {
        if depth >= self.limits.depth {
            return Err(CborError::Depth {
                limit: self.limits.depth,
            });
        }
        Ok(depth.saturating_add(1))
    }

    fn head(&mut self) -> Result<Head, CborError> {
        let at = self.at();
        let initial = self.byte()?;
        let (major, info) = (initial >> 5, initial & 0x1f);
        let argument = match info {
            0..24 => u64::from(info),
            24 => u64::from(self.byte()?),
            25 => u64::from(u16::from_be_bytes(self.fixed()?)),
            26 => u64::from(u32::from_be_bytes(self.fixed()?)),
            27 => u64::from_be_bytes(self.fixed()?),
            INDEFINITE if matches!(major, 2..=5 | 7) => 0,
            _ => return Err(CborError::Reserved { at }),
        };
        Ok(Head {
            major,
            info,
            argument,
        })
    }

    fn byte(&mut self) -> Result<u8, CborError> {
        let (first, rest) = self
            .rest
            .split_first()
            .ok_or(CborError::Truncated { at: self.total })?;
        self.rest = rest;
        Ok(*first)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let (first, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(CborError::Truncated { at: self.total })?;
        self.rest = rest;
        Ok(*first)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let (taken, rest) = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length))
            .ok_or(CborError::Truncated { at: self.total })?;
        self.rest = rest;
        Ok(taken)
    }

    fn text(&mut self, length: u64) -> Result<&'a str, CborError> {
        let bytes = self.take(length)?;
        core::str::from_utf8(bytes).map_err(|_| CborError::Utf8 { at: self.at() })
    }

    fn at_break(&mut self) -> bool {
        match self.rest.split_first() {
            Some((0xff, rest)) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn chunk(&mut self, major: u8) -> Result<u64, CborError> {
        self.count()?;
        let at = self.at();
        let head = self.head()?;
        if head.major != major || head.is_indefinite() {
            return Err(CborError::Chunk { at });
        }
        Ok(head.argument)
    }

    fn chunked_bytes(&mut self) -> Result<Value<'a>, CborError> {
        let mut whole = Vec::new();
        while !self.at_break() {
            let length = self.chunk(2)?;
            whole.extend_from_slice(self.take(length)?);
        }
        Ok(Value::Bytes(Cow::Owned(whole)))
    }

    fn chunked_text(&mut self) -> Result<Value<'a>, CborError> {
        let mut whole = String::new();
        while !self.at_break() {
            let length = self.chunk(3)?;
            whole.push_str(self.text(length)?);
        }
        Ok(Value::Text(Cow::Owned(whole)))
    }

    /// How many places a container may reserve: no more members can come than bytes are left.
    fn places(&self, head: Head) -> Result<usize, CborError> {
        if head.is_indefinite() {
            return Ok(0);
        }
        usize::try_from(head.argument)
            .ok()
            .filter(|count| *count <= self.rest.len())
            .map(|count| count.min(RESERVED_PLACES))
            .ok_or(CborError::Truncated { at: self.total })
    }

    /// Whether a container with `read` members so far is complete.
    fn is_complete(&mut self, head: Head, read: u64) -> bool {
        if head.is_indefinite() {
            self.at_break()
        } else {
            read == head.argument
        }
    }

    fn array(&mut self, head: Head, depth: usize) -> Result<Value<'a>, CborError> {
        let mut items = Vec::with_capacity(self.places(head)?);
        let mut read = 0_u64;
        while !self.is_complete(head, read) {
            items.push(self.item(depth)?);
            read = read.saturating_add(1);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, head: Head, depth: usize) -> Result<Value<'a>, CborError> {
        let mut pairs = Vec::with_capacity(self.places(head)?);
        let mut read = 0_u64;
        while !self.is_complete(head, read) {
            let key = self.item(depth)?;
            pairs.push((key, self.item(depth)?));
            read = read.saturating_add(1);
        }
        if has_duplicate_key(&pairs) {
            return Err(CborError::DuplicateKey { at: self.at() });
        }
        Ok(Value::Map(pairs))
    }

    fn simple_or_float(head: Head, at: usize) -> Result<Value<'a>, CborError> {
        let narrow = |argument| u16::try_from(argument).unwrap_or_default();
        match head.info {
            20 => Ok(Value::Bool(false)),
            21 => Ok(Value::Bool(true)),
            22 => Ok(Value::Null),
            23 => Ok(Value::Undefined),
            25 => Ok(Value::Float(float::from_f16(narrow(head.argument)))),
            26 => {
                let bits = u32::try_from(head.argument).unwrap_or_default();
                Ok(Value::Float(f64::from(f32::from_bits(bits))))
            }
            27 => Ok(Value::Float(f64::from_bits(head.argument))),
            INDEFINITE => Err(CborError::Break { at }),
            // Values below 32 have one form only: the initial byte (section 3.3).
            24 if head.argument < 32 => Err(CborError::Reserved { at }),
            _ => u8::try_from(head.argument)
                .ok()
                .and_then(Simple::new)
                .map(Value::Simple)
                .ok_or(CborError::Reserved { at }),
        }
    }
}

/// Keys are the same if their deterministic encodings are (RFC 8949 section 5.6.1 leaves the
/// notion to the protocol; 1 and 1.0 differ here).
fn has_duplicate_key(pairs: &[(Value<'_>, Value<'_>)]) -> bool {
    let plain = |key: &Value<'_>| {
        matches!(
            key,
            Value::Unsigned(_) | Value::Negative(_) | Value::Text(_) | Value::Bytes(_)
        )
    };
    if pairs.len() <= SMALL_MAP && pairs.iter().all(|(key, _)| plain(key)) {
        let mut rest = pairs;
        while let Some(((key, _), following)) = rest.split_first() {
            if following.iter().any(|(other, _)| other == key) {
                return true;
            }
            rest = following;
        }
        return false;
    }
    let mut keys: Vec<_> = pairs.iter().map(|(key, _)| encode(key)).collect();
    keys.sort_unstable();
    keys.array_windows().any(|[one, next]| one == next)
}
