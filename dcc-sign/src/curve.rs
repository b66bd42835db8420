//! P-256 (FIPS 186-5, SEC 2 section 2.4.2): is a point on it, and are explicit parameters it?

use crypto_bigint::{NonZero, U256};

use crate::der::{Element, Reader, oid, tag};

const P: U256 =
    U256::from_be_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
/// The curve's a is p - 3.
const A: U256 =
    U256::from_be_hex("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc");
const B: U256 =
    U256::from_be_hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
const G_X: U256 =
    U256::from_be_hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
const G_Y: U256 =
    U256::from_be_hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
const N: U256 =
    U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
/// The seed from which NIST made the curve; explicit parameters may hold it.
const SEED: [u8; 20] = [
    0xc4, 0x9d, 0x36, 0x08, 0x86, 0xe7, 0x04, 0x93, 0x6a, 0x66, 0x78, 0xe1, 0x13, 0x9d, 0x26, 0xb7,
    0x81, 0x9f, 0x7e, 0x90,
];

/// Bytes of a coordinate.
const FIELD: usize = 32;

/// Whether this uncompressed point (SEC 1 section 2.3.3) is on P-256: both coordinates below p,
/// and y² = x³ - 3x + b.
pub(crate) fn is_on_p256(point: &[u8; 65]) -> bool {
    let Some((4, coordinates)) = point.split_first() else {
        return false;
    };
    let Some((x, y)) = coordinates.split_at_checked(FIELD) else {
        return false;
    };
    let (x, y) = (U256::from_be_slice(x), U256::from_be_slice(y));
    if x >= P || y >= P {
        return false;
    }
    let Some(p) = NonZero::new(P).into_option() else {
        return false;
    };
    let right = x
        .square_mod_vartime(&p)
        .add_mod(&A, &p)
        .mul_mod_vartime(&x, &p)
        .add_mod(&B, &p);
    y.square_mod_vartime(&p) == right
}

/// Whether both halves of an ES256 signature are in 1..n (SEC 1 section 4.1.4 step 1).
pub(crate) fn is_p256_signature(signature: &[u8]) -> bool {
    let order = N.to_be_bytes();
    let order: &[u8] = order.as_ref();
    let in_range = |half: &[u8]| half.iter().any(|byte| *byte != 0) && half < order;
    match signature.split_at_checked(FIELD) {
        Some((r, s)) => s.len() == FIELD && in_range(r) && in_range(s),
        None => false,
    }
}

/// Whether explicit parameters (`ECParameters`, SEC 1 appendix C.2) are P-256 in every part. A
/// base point of the attacker's choice makes any signature verify, so each part counts.
pub(crate) fn are_p256_parameters(parameters: &Element<'_>) -> bool {
    let mut reader = parameters.reader();
    parameters.tag == tag::SEQUENCE
        && version_is_known(&mut reader)
        && is_field(&mut reader)
        && is_curve(&mut reader)
        && is_base_point(&mut reader)
        && integer_is(reader.next(), &N)
        && (reader.is_empty() || is_one(reader.next()))
        && reader.is_empty()
}

fn version_is_known(reader: &mut Reader<'_>) -> bool {
    reader
        .expect(tag::INTEGER)
        .is_some_and(|version| matches!(version.content, [1..=3]))
}

fn is_field(reader: &mut Reader<'_>) -> bool {
    let Some(field) = reader.expect(tag::SEQUENCE) else {
        return false;
    };
    let mut inside = field.reader();
    inside
        .expect(tag::OID)
        .is_some_and(|kind| kind.content == oid::PRIME_FIELD)
        && integer_is(inside.next(), &P)
        && inside.is_empty()
}

fn is_curve(reader: &mut Reader<'_>) -> bool {
    let Some(curve) = reader.expect(tag::SEQUENCE) else {
        return false;
    };
    let mut inside = curve.reader();
    octets_are(inside.expect(tag::OCTET_STRING), &A)
        && octets_are(inside.expect(tag::OCTET_STRING), &B)
        && (inside.is_empty() || is_seed(inside.next()))
        && inside.is_empty()
}

fn is_seed(element: Option<Element<'_>>) -> bool {
    element
        .and_then(|seed| seed.whole_bytes())
        .is_some_and(|seed| seed == SEED)
}

fn is_base_point(reader: &mut Reader<'_>) -> bool {
    let Some(base) = reader.expect(tag::OCTET_STRING) else {
        return false;
    };
    let (x, y) = (G_X.to_be_bytes(), G_Y.to_be_bytes());
    let (x, y): (&[u8], &[u8]) = (x.as_ref(), y.as_ref());
    let uncompressed = [&[4], x, y].concat();
    // The generator's y is odd.
    let compressed = [&[3], x].concat();
    base.content == uncompressed || base.content == compressed
}

fn integer_is(element: Option<Element<'_>>, value: &U256) -> bool {
    let bytes = value.to_be_bytes();
    let bytes: &[u8] = bytes.as_ref();
    element
        .and_then(|element| element.unsigned())
        .is_some_and(|magnitude| magnitude == bytes)
}

fn is_one(element: Option<Element<'_>>) -> bool {
    element
        .and_then(|element| element.unsigned())
        .is_some_and(|magnitude| magnitude == [1])
}

fn octets_are(element: Option<Element<'_>>, value: &U256) -> bool {
    let bytes = value.to_be_bytes();
    let bytes: &[u8] = bytes.as_ref();
    element.is_some_and(|element| element.content == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::write;

    fn generator() -> [u8; 65] {
        let mut point = [4; 65];
        point[1..33].copy_from_slice(G_X.to_be_bytes().as_ref());
        point[33..].copy_from_slice(G_Y.to_be_bytes().as_ref());
        point
    }

    #[test]
    fn the_generator_is_on_the_curve_and_its_neighbours_are_not() {
        assert!(is_on_p256(&generator()));
        for index in 0..65 {
            let mut wrong = generator();
            wrong[index] ^= 1;
            assert!(!is_on_p256(&wrong), "byte {index}");
        }
    }

    #[test]
    fn coordinates_are_reduced() {
        // (0, sqrt b) is on the curve; (p, sqrt b) names the same point but is no encoding of it.
        let y =
            U256::from_be_hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
        let mut point = [0; 65];
        point[0] = 4;
        point[33..].copy_from_slice(y.to_be_bytes().as_ref());
        assert!(is_on_p256(&point));
        point[1..33].copy_from_slice(P.to_be_bytes().as_ref());
        assert!(!is_on_p256(&point));
    }

    #[test]
    fn signature_halves_are_in_range() {
        let n: [u8; 32] = N.to_be_bytes().as_ref().try_into().unwrap();
        let (zero, one) = ([0; 32], U256::ONE.to_be_bytes());
        let one = one.as_ref();
        assert!(is_p256_signature(&[one, one].concat()));
        for (r, s) in [
            (&zero[..], one),
            (one, &zero[..]),
            (&n[..], one),
            (one, &n[..]),
        ] {
            assert!(!is_p256_signature(&[r, s].concat()));
        }
        assert!(!is_p256_signature(&[1; 63]));
        assert!(!is_p256_signature(&[1; 65]));
        assert!(!is_p256_signature(&[]));
    }

    fn parameters(base: &[u8], cofactor: Option<u8>, seed: Option<&[u8]>) -> Vec<u8> {
        let integer = |value: &U256| crate::der::write_unsigned(value.to_be_bytes().as_ref());
        let octets = |value: &U256| write(tag::OCTET_STRING, &[value.to_be_bytes().as_ref()]);
        let field = write(
            tag::SEQUENCE,
            &[&write(tag::OID, &[oid::PRIME_FIELD]), &integer(&P)],
        );
        let seed = seed
            .map(|seed| write(tag::BIT_STRING, &[&[0], seed]))
            .unwrap_or_default();
        let curve = write(tag::SEQUENCE, &[&octets(&A), &octets(&B), &seed]);
        let base = write(tag::OCTET_STRING, &[base]);
        let cofactor = cofactor
            .map(|h| write(tag::INTEGER, &[&[h]]))
            .unwrap_or_default();
        let version = write(tag::INTEGER, &[&[1]]);
        write(
            tag::SEQUENCE,
            &[&version, &field, &curve, &base, &integer(&N), &cofactor],
        )
    }

    fn accepted(parameters: &[u8]) -> bool {
        are_p256_parameters(&Reader::new(parameters).next().unwrap())
    }

    #[test]
    fn explicit_parameters_must_be_the_curve_in_every_part() {
        let base = generator();
        let compressed = [&[3], &base[1..33]].concat();
        assert!(accepted(&parameters(&base, Some(1), Some(&SEED))));
        assert!(accepted(&parameters(&compressed, None, None)));
        // The attack of CVE-2020-0601: the right curve with another base point.
        let mut other = base;
        other[64] ^= 1;
        assert!(!accepted(&parameters(&other, Some(1), None)));
        assert!(!accepted(&parameters(&base, Some(2), None)));
        assert!(!accepted(&parameters(&base, Some(1), Some(&[0; 20]))));
        let whole = parameters(&base, Some(1), None);
        for index in 4..whole.len() {
            let mut wrong = whole.clone();
            wrong[index] ^= 1;
            // The version (1 or 3, here 0) is the one byte that does not change the curve.
            assert!(!accepted(&wrong) || index == 4, "byte {index}");
        }
    }
}
