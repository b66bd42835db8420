use super::*;
use crate::der::{Reader, write};

fn bytes(digits: &str) -> Vec<u8> {
    let digits = digits.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn explicit(domain: &Domain, base: &[u8], seed: &str) -> Vec<u8> {
    let octets = |digits: &str| write(tag::OCTET_STRING, &[&bytes(digits)]);
    let number = |digits: &str| crate::der::write_unsigned(&bytes(digits));
    let prime_field = write(tag::OID, &[oid::PRIME_FIELD]);
    let seed = if seed.is_empty() {
        Vec::new()
    } else {
        write(tag::BIT_STRING, &[&[0], &bytes(seed)])
    };
    write(
        tag::SEQUENCE,
        &[
            &write(tag::INTEGER, &[&[1]]),
            &write(tag::SEQUENCE, &[&prime_field, &number(domain.prime)]),
            &write(
                tag::SEQUENCE,
                &[&octets(domain.a), &octets(domain.b), &seed],
            ),
            &write(tag::OCTET_STRING, &[base]),
            &number(domain.order),
            &write(tag::INTEGER, &[&[1]]),
        ],
    )
}

fn read(parameters: &[u8]) -> Option<Curve> {
    Curve::from_parameters(&Reader::new(parameters).next()?)
}

#[test]
fn a_curve_is_known_by_name_and_by_equal_parameters() {
    for curve in Curve::ALL {
        let domain = curve.domain();
        assert_eq!(read(&write(tag::OID, &[domain.oid])), Some(curve));
        let base = [&[4][..], &bytes(domain.base)].concat();
        assert_eq!(read(&explicit(domain, &base, "")), Some(curve));
        let y_is_odd = base.last().unwrap() & 1;
        let compressed = [&[2 + y_is_odd][..], &base[1..=domain.field]].concat();
        assert_eq!(
            read(&explicit(domain, &compressed, domain.seed)),
            Some(curve)
        );
        let other_root = [&[3 - y_is_odd][..], &base[1..=domain.field]].concat();
        assert_eq!(read(&explicit(domain, &other_root, "")), None);
        assert_eq!(read(&explicit(domain, &base, &"00".repeat(20))), None);
    }
    assert_eq!(read(&write(tag::OID, &[oid::SECP256R1])), None);
}

#[test]
fn every_byte_of_explicit_parameters_counts() {
    for curve in Curve::ALL {
        let base = [&[4][..], &bytes(curve.domain().base)].concat();
        let whole = explicit(curve.domain(), &base, curve.domain().seed);
        // The version says how the seed was used; 1 to 3 are alike here.
        let version = whole
            .windows(3)
            .position(|window| window == [2, 1, 1])
            .unwrap()
            + 2;
        for index in (0..whole.len()).filter(|index| *index != version) {
            let mut wrong = whole.clone();
            wrong[index] ^= 1;
            assert_eq!(read(&wrong), None, "{curve:?} byte {index}");
        }
    }
}
