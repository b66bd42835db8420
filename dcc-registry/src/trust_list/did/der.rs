//! `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) as r and s of 32 bytes.

/// Strict DER of two positive numbers below 2^256; anything else is `None`, so that one signature
/// has one form.
pub(super) fn raw_signature(der: &[u8]) -> Option<[u8; 64]> {
    let (content, rest) = element(der, 0x30)?;
    let (r, after) = element(content, 0x02)?;
    let (s, end) = element(after, 0x02)?;
    if !rest.is_empty() || !end.is_empty() {
        return None;
    }
    let mut raw = [0; 64];
    let (first, second) = raw.split_at_mut(32);
    place(first, r)?;
    place(second, s)?;
    Some(raw)
}

/// An element with a length of one byte below 128, which is all such a signature needs.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let [found, length] = *head;
    if found != tag || length >= 0x80 {
        return None;
    }
    rest.split_at_checked(usize::from(length))
}

fn place(half: &mut [u8], number: &[u8]) -> Option<()> {
    let number = match number {
        [0, second, ..] if *second >= 0x80 => number.get(1..)?,
        // With a zero too many, or negative.
        [] | [0, _, ..] | [0x80..=0xff, ..] => return None,
        number => number,
    };
    let start = half.len().checked_sub(number.len())?;
    half.get_mut(start..)?.copy_from_slice(number);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_der_and_nothing_else() {
        let raw = raw_signature(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 7]).unwrap();
        assert_eq!((raw[31], raw[63]), (0x80, 7));
        for bad in [
            &[0x30, 6, 2, 1, 0x80, 2, 1, 7][..],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 7],
            &[0x30, 6, 2, 1, 1, 2, 1, 7, 0],
            &[0x30, 7, 2, 1, 1, 2, 1, 7, 0],
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 7],
            &[0x31, 6, 2, 1, 1, 2, 1, 7],
            &[0x30, 5, 2, 0, 2, 1, 7],
            &[],
        ] {
            assert_eq!(raw_signature(bad), None, "{bad:?}");
        }
        let mut long = vec![0x30, 38, 2, 33];
        long.extend([1; 33]);
        long.extend([2, 1, 7]);
        assert_eq!(raw_signature(&long), None);
    }
}
