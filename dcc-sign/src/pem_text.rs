//! PEM texts (RFC 7468), block by block, so that a damaged one spoils no other.

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One block: what stands behind BEGIN, and its bytes from the BEGIN line through the END line.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a [u8],
    /// `None` where the END line is missing.
    pub(crate) bytes: Option<&'a [u8]>,
}

/// Whether there is any block.
pub(crate) fn has_block(text: &[u8]) -> bool {
    find(text, BEGIN).is_some()
}

/// The blocks in order.
pub(crate) fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let from_begin = rest.get(find(rest, BEGIN)?..)?;
        let after_begin = from_begin.get(BEGIN.len()..)?;
        // A block ends at its END line, or unfinished where the next one begins.
        let next = find(after_begin, BEGIN).unwrap_or(after_begin.len());
        let (inside, following) = after_begin.split_at_checked(next)?;
        rest = following;
        let block = from_begin.get(..from_begin.len().checked_sub(following.len())?)?;
        let label = inside.get(..find(inside, DASHES).unwrap_or_default())?;
        Some(Block {
            label,
            bytes: through_end_line(block),
        })
    })
}

fn through_end_line(block: &[u8]) -> Option<&[u8]> {
    let label = find(block, END)?.checked_add(END.len())?;
    let dashes = find(block.get(label..)?, DASHES)?;
    block.get(..label.checked_add(dashes)?.checked_add(DASHES.len())?)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_alone() {
        let text = b"words\n-----BEGIN A-----\nAA==\n-----END A-----\n\
            -----BEGIN B-----\nunfinished\n-----BEGIN C-----\nAA==\n-----END C-----\nmore";
        let found: Vec<_> = blocks(text).collect();
        let labels: Vec<&[u8]> = found.iter().map(|block| block.label).collect();
        assert_eq!(labels, [b"A", b"B", b"C"]);
        assert_eq!(
            found[0].bytes,
            Some(&b"-----BEGIN A-----\nAA==\n-----END A-----"[..])
        );
        assert_eq!(found[1].bytes, None);
        assert!(found[2].bytes.unwrap().ends_with(b"-----END C-----"));
        assert!(!has_block(b"none"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_split_into_parts_of_itself(pieces in proptest::collection::vec(
            proptest::sample::select(vec!["-----BEGIN ", "-----END ", "-----", "A", "\n", "BEGIN "]), 0..30)
        ) {
            let text = pieces.concat();
            for block in blocks(text.as_bytes()) {
                let bytes = block.bytes.unwrap_or_default();
                proptest::prop_assert!(bytes.is_empty() || bytes.starts_with(BEGIN));
                proptest::prop_assert!(bytes.len() <= text.len());
            }
        }
    }
}
