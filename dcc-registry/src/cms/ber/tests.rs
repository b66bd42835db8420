use super::*;
use proptest::prelude::*;

const DEPTH: usize = 16;

fn read(bytes: &[u8]) -> Result<Element<'_>, EncodingError> {
    let mut reader = Reader::new(bytes, DEPTH);
    let element = reader.next()?;
    reader.finish()?;
    Ok(element)
}

fn der(bytes: &[u8]) -> Result<Vec<u8>, EncodingError> {
    read(bytes)?.to_der()
}

#[test]
fn indefinite_lengths_and_pieces_become_definite() {
    // SEQUENCE { OCTET STRING in pieces 'ab' 'c', SET { 2, 1 } }, all of indefinite length.
    let ber = [
        0x30, 0x80, 0x24, 0x80, 0x04, 0x02, b'a', b'b', 0x24, 0x80, 0x04, 0x01, b'c', 0, 0, 0, 0,
        0x31, 0x80, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01, 0, 0, 0, 0,
    ];
    let expected = [
        0x30, 0x0D, 0x04, 0x03, b'a', b'b', b'c', 0x31, 0x06, 2, 1, 1, 2, 1, 2,
    ];
    assert_eq!(der(&ber).unwrap(), expected);
    assert_eq!(der(&expected).unwrap(), expected);
}

#[test]
fn long_lengths_become_shortest() {
    assert_eq!(der(&[0x04, 0x84, 0, 0, 0, 1, 7]).unwrap(), [0x04, 0x01, 7]);
    let long = vec![9_u8; 300];
    let encoded = element(OCTET_STRING, &[&long]);
    assert_eq!(encoded[..4], [0x04, 0x82, 0x01, 0x2C]);
    assert_eq!(read(&encoded).unwrap().body(), long);
}

#[test]
fn refused_encodings() {
    let cases: [(&[u8], EncodingError); 10] = [
        (&[], EncodingError::Truncated),
        (&[0x30], EncodingError::Truncated),
        (&[0x30, 0x02, 0x05], EncodingError::Truncated),
        (&[0x30, 0x80, 0x05, 0x00], EncodingError::Truncated),
        (&[0x30, 0x00, 0x00], EncodingError::Trailing),
        (&[0x00, 0x00], EncodingError::EndOfContents),
        (
            &[0x30, 0x80, 0x00, 0x01, 0x00],
            EncodingError::EndOfContents,
        ),
        (&[0x04, 0x80, 0x00, 0x00], EncodingError::Length),
        (&[0x04, 0x85, 0, 0, 0, 0, 0], EncodingError::Length),
        (&[0x1F, 0x81, 0x01, 0x00], EncodingError::Tag),
    ];
    for (bytes, error) in cases {
        assert_eq!(read(bytes).unwrap_err(), error, "{bytes:02x?}");
    }
    assert_eq!(
        der(&[0x2C, 0x03, 0x0C, 0x01, b'a']),
        Err(EncodingError::Tag)
    );
}

#[test]
fn depth_is_bounded_in_both_forms() {
    let mut bytes = [0x30, 0x80].repeat(100_000);
    bytes.extend([0, 0].repeat(100_000));
    assert_eq!(read(&bytes).unwrap_err(), EncodingError::Depth);
    let mut definite = Vec::new();
    for _ in 0..40 {
        definite = element(SEQUENCE, &[&definite]);
    }
    assert_eq!(der(&definite), Err(EncodingError::Depth));
}

/// A tree, to be written in DER and in any BER form.
#[derive(Clone, Debug)]
enum Tree {
    Octets(Vec<u8>),
    Sequence(Vec<Self>),
    SetOf(Vec<Self>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = proptest::collection::vec(any::<u8>(), 0..200).prop_map(Tree::Octets);
    leaf.prop_recursive(4, 40, 5, |inner| {
        let members = proptest::collection::vec(inner, 0..5);
        prop_oneof![
            members.clone().prop_map(Tree::Sequence),
            members.prop_map(Tree::SetOf),
        ]
    })
}

fn write_der(tree: &Tree) -> Vec<u8> {
    match tree {
        Tree::Octets(value) => element(OCTET_STRING, &[value]),
        Tree::Sequence(members) => element(
            SEQUENCE,
            &[&members.iter().flat_map(write_der).collect::<Vec<_>>()],
        ),
        Tree::SetOf(members) => {
            let mut encoded: Vec<_> = members.iter().map(write_der).collect();
            encoded.sort();
            element(SET, &[&encoded.concat()])
        }
    }
}

/// Writes in BER; `choices` decides on form and pieces.
fn write_ber(tree: &Tree, choices: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let choice = choices.next().unwrap_or(0);
    let (tag, body) = match tree {
        Tree::Octets(value) if choice & 4 == 0 => (OCTET_STRING, value.clone()),
        Tree::Octets(value) => {
            let pieces = value.chunks(usize::from(choice % 7) + 1);
            let pieces = pieces.flat_map(|piece| element(OCTET_STRING, &[piece]));
            (OCTET_STRING | CONSTRUCTED, pieces.collect())
        }
        Tree::Sequence(members) => (
            SEQUENCE,
            members.iter().flat_map(|m| write_ber(m, choices)).collect(),
        ),
        Tree::SetOf(members) => {
            let mut encoded: Vec<_> = members.iter().map(|m| write_ber(m, choices)).collect();
            if choice & 8 != 0 {
                encoded.reverse();
            }
            (SET, encoded.concat())
        }
    };
    match choice & 3 {
        0 => element(tag, &[&body]),
        1 if tag & CONSTRUCTED != 0 => [&[tag, INDEFINITE][..], &body, &END_OF_CONTENTS].concat(),
        _ => {
            let length = u32::try_from(body.len()).unwrap().to_be_bytes();
            [&[tag, 0x84][..], &length, &body].concat()
        }
    }
}

proptest! {
    #[test]
    fn every_ber_form_has_the_one_der_form(
        tree in tree(),
        choices in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let expected = write_der(&tree);
        let ber = write_ber(&tree, &mut choices.into_iter());
        prop_assert_eq!(&der(&ber).unwrap(), &expected);
        prop_assert_eq!(der(&expected).unwrap(), expected);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(element) = read(&bytes) {
            prop_assert_eq!(element.whole(), &bytes[..]);
            if let Ok(first) = der(&bytes) {
                prop_assert_eq!(&der(&first).unwrap(), &first);
            }
        }
    }

    #[test]
    fn a_prefix_is_never_a_whole_element(tree in tree(), choices in any::<[u8; 16]>()) {
        let ber = write_ber(&tree, &mut choices.into_iter());
        for end in 0..ber.len() {
            prop_assert!(read(&ber[..end]).is_err());
        }
    }
}
