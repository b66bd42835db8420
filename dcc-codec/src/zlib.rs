//! zlib streams (RFC 1950) with bounded output.
//!
//! The frame is read here, so that each way in which it can be wrong has its own error; the
//! compressed blocks inside are the work of `flate2`.

use dcc_model::RejectCode;
use flate2::{
    Compress, CompressError, Compression, Decompress, FlushCompress, FlushDecompress, Status,
};

/// Why bytes are not taken as one zlib stream (RFC 1950 section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZlibError {
    /// The Adler-32 of what came out is not the one that the stream promises.
    #[error("the Adler-32 checksum is wrong")]
    Checksum,
    /// The compressed blocks are not deflate (RFC 1951).
    #[error("the compressed data is corrupt")]
    Corrupt,
    /// The stream wants a preset dictionary (FDICT).
    #[error("the stream wants a preset dictionary")]
    Dictionary,
    /// No zlib header: gzip, raw deflate, or not compressed at all.
    #[error("not a zlib header")]
    Header,
    /// More comes out than the limit.
    #[error("more than {limit} bytes come out")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Bytes after the stream.
    #[error("{count} trailing bytes")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// The stream ends early.
    #[error("the stream is cut short")]
    Truncated,
}

impl ZlibError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Checksum => RejectCode::ZlibChecksum,
            Self::Corrupt => RejectCode::ZlibCorrupt,
            Self::Dictionary => RejectCode::ZlibDictionary,
            Self::Header => RejectCode::ZlibHeader,
            Self::TooLarge { .. } => RejectCode::ZlibTooLarge,
            Self::Trailing { .. } => RejectCode::ZlibTrailing,
            Self::Truncated => RejectCode::ZlibTruncated,
        }
    }
}

/// CMF 0x78: deflate with a 32 KiB window, which readers look for. FLG 0xDA: level 9.
const HEADER: [u8; 2] = [0x78, 0xda];

/// Compresses at level 9. The stream begins with `78 DA` and is the same for the same bytes.
pub fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().saturating_add(64));
    out.extend_from_slice(&HEADER);
    if deflate(&mut out, bytes).is_err() {
        // flate2 knows errors of misuse only; stored blocks are right whatever happened.
        out.truncate(HEADER.len());
        store(&mut out, bytes);
    }
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    out
}

fn deflate(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), CompressError> {
    let mut compressor = Compress::new(Compression::best(), false);
    let mut rest = bytes;
    loop {
        let before = compressor.total_in();
        let status = compressor.compress_vec(rest, out, FlushCompress::Finish)?;
        let read = compressor.total_in().saturating_sub(before);
        rest = rest
            .get(usize::try_from(read).unwrap_or(usize::MAX)..)
            .unwrap_or_default();
        if status == Status::StreamEnd {
            return Ok(());
        }
        out.reserve(out.capacity().max(64));
    }
}

/// Blocks without compression (RFC 1951 section 3.2.4), the empty one that ends them last.
fn store(out: &mut Vec<u8>, bytes: &[u8]) {
    for block in bytes.chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
}

/// Output buffers begin at this many times the input.
const EXPECTED_RATIO: usize = 4;

/// Inflates one whole zlib stream to at most `limit` bytes; memory stays near `limit` whatever
/// the stream holds.
///
/// # Errors
/// [`ZlibError`] for anything but one complete stream whose checksum is right.
pub fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ZlibError> {
    let (header, blocks) = bytes.split_first_chunk().ok_or(ZlibError::Truncated)?;
    check_header(*header)?;
    let mut out = Vec::new();
    let used = inflate(&mut out, blocks, limit)?;
    let trailer = blocks.get(used..).unwrap_or_default();
    let (checksum, trailing) = trailer.split_first_chunk().ok_or(ZlibError::Truncated)?;
    if u32::from_be_bytes(*checksum) != adler32(&out) {
        return Err(ZlibError::Checksum);
    }
    match trailing.len() {
        0 => Ok(out),
        count => Err(ZlibError::Trailing { count }),
    }
}

fn check_header([cmf, flags]: [u8; 2]) -> Result<(), ZlibError> {
    let deflate = cmf & 0x0f == 8;
    let window = cmf >> 4 <= 7;
    if !deflate || !window || !u16::from_be_bytes([cmf, flags]).is_multiple_of(31) {
        return Err(ZlibError::Header);
    }
    if flags & 0x20 != 0 {
        return Err(ZlibError::Dictionary);
    }
    Ok(())
}

/// Inflates the blocks and returns how many bytes they took.
fn inflate(out: &mut Vec<u8>, blocks: &[u8], limit: usize) -> Result<usize, ZlibError> {
    // One byte more than allowed tells "exactly the limit" from "too large".
    let largest = limit.saturating_add(1);
    out.reserve_exact(
        blocks
            .len()
            .saturating_mul(EXPECTED_RATIO)
            .clamp(64, largest.max(64)),
    );
    let mut inflater = Decompress::new(false);
    loop {
        let used = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        let rest = blocks.get(used..).unwrap_or_default();
        let before = out.len();
        let status = inflater
            .decompress_vec(rest, out, FlushDecompress::Finish)
            .map_err(|_| ZlibError::Corrupt)?;
        if out.len() > limit {
            return Err(ZlibError::TooLarge { limit });
        }
        if status == Status::StreamEnd {
            return Ok(usize::try_from(inflater.total_in()).unwrap_or(usize::MAX));
        }
        let is_full = out.len() == out.capacity();
        if !is_full && out.len() == before {
            return Err(ZlibError::Truncated);
        }
        if is_full {
            out.reserve_exact(out.len().min(largest.saturating_sub(out.len())).max(1));
        }
    }
}

const ADLER_MODULUS: u32 = 65521;
/// So many bytes can be summed before a 32-bit sum may overflow.
const ADLER_RUN: usize = 5552;

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in bytes.chunks(ADLER_RUN) {
        for byte in run {
            low = low.wrapping_add(u32::from(*byte));
            high = high.wrapping_add(low);
        }
        low %= ADLER_MODULUS;
        high %= ADLER_MODULUS;
    }
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 64 * 1024;

    #[test]
    fn streams_begin_with_78_da() {
        for bytes in [&b""[..], b"a", &vec![0; 100_000], &[0xa5; 3]] {
            let stream = compress(bytes);
            assert_eq!(stream[..2], HEADER);
            assert_eq!(decompress(&stream, 100_000).unwrap(), bytes);
        }
    }

    #[test]
    fn stored_blocks_are_a_stream() {
        for bytes in [
            vec![],
            vec![1; 10],
            (0..=255).cycle().take(200_000).collect(),
        ] {
            let mut blocks = Vec::new();
            store(&mut blocks, &bytes);
            let mut out = Vec::new();
            assert_eq!(inflate(&mut out, &blocks, 200_000), Ok(blocks.len()));
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn each_fault_has_its_error() {
        let stream = compress(b"nothing up my sleeve, nothing up my sleeve");
        let mut wrong_sum = stream.clone();
        *wrong_sum.last_mut().unwrap() ^= 1;
        assert_eq!(decompress(&wrong_sum, LIMIT), Err(ZlibError::Checksum));
        let mut longer = stream.clone();
        longer.extend([0, 0]);
        assert_eq!(
            decompress(&longer, LIMIT),
            Err(ZlibError::Trailing { count: 2 })
        );
        for end in 0..stream.len() {
            assert_eq!(
                decompress(&stream[..end], LIMIT),
                Err(ZlibError::Truncated),
                "{end}"
            );
        }
        // 78 BB: FDICT, then the checksum of a dictionary.
        assert_eq!(
            decompress(&[0x78, 0xbb, 0, 0, 0, 1, 3, 0], LIMIT),
            Err(ZlibError::Dictionary)
        );
        assert_eq!(
            decompress(&[0x78, 0xda, 0x07], LIMIT),
            Err(ZlibError::Corrupt)
        );
        for other in [
            &[0x1f, 0x8b, 8, 0][..],
            &[0xd2, 0x84, 0x43],
            &[0x88, 0x1c],
            &[0x78, 0xdb],
        ] {
            assert_eq!(decompress(other, LIMIT), Err(ZlibError::Header));
        }
        // Raw deflate: a stream without its header.
        assert!(decompress(&stream[2..], LIMIT).is_err());
    }

    #[test]
    fn the_limit_is_exact() {
        let stream = compress(&[7; 1000]);
        assert_eq!(decompress(&stream, 1000).unwrap().len(), 1000);
        assert_eq!(
            decompress(&stream, 999),
            Err(ZlibError::TooLarge { limit: 999 })
        );
        assert_eq!(decompress(&compress(b""), 0).unwrap(), b"");
    }

    #[test]
    fn a_bomb_costs_no_more_than_the_limit() {
        let stream = compress(&vec![0; 64 * 1024 * 1024]);
        let mut out = Vec::new();
        let bombed = inflate(&mut out, &stream[2..], LIMIT);
        assert_eq!(bombed, Err(ZlibError::TooLarge { limit: LIMIT }));
        assert!(out.capacity() <= LIMIT + 1, "{}", out.capacity());
    }

    proptest! {
        #[test]
        fn what_is_compressed_is_inflated(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
            prop_assert_eq!(decompress(&compress(&bytes), LIMIT).unwrap(), bytes);
        }

        #[test]
        fn a_changed_stream_is_refused_or_says_the_same(
            bytes in proptest::collection::vec(0_u8..4, 0..400),
            place: proptest::sample::Index,
            flip in 1_u8..,
        ) {
            let mut stream = compress(&bytes);
            *place.get_mut(&mut stream) ^= flip;
            if let Ok(other) = decompress(&stream, LIMIT) {
                prop_assert_eq!(other, bytes);
            }
        }

        #[test]
        fn any_bytes_end_in_a_result(bytes: Vec<u8>) {
            let mut stream = HEADER.to_vec();
            stream.extend(&bytes);
            drop((decompress(&bytes, 100), decompress(&stream, 100)));
        }
    }
}
