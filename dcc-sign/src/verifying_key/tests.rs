use super::*;
use crate::der::{self, oid, tag};

/// The public key of SEC 1's P-256 base point, which everybody knows the private key of.
fn generator_point() -> Vec<u8> {
    let hex = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
               4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// An odd number of this many bits. Only size and parity are looked at.
fn modulus(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0xff; bits.div_ceil(8)];
    bytes[0] = 0xff >> (bits.wrapping_neg() % 8);
    bytes
}

fn spki(algorithm: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = der::write(tag::OID, &[algorithm]);
    let identifier = der::write(tag::SEQUENCE, &[&algorithm, parameters]);
    der::write(
        tag::SEQUENCE,
        &[&identifier, &der::write(tag::BIT_STRING, &[&[0], key])],
    )
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [der::write_unsigned(modulus), der::write_unsigned(exponent)];
    der::write(tag::SEQUENCE, &[&numbers.concat()])
}

#[test]
fn keys_come_back_from_their_encoding() {
    let ec = VerifyingKey::from_p256_point(&generator_point()).unwrap();
    let rsa = VerifyingKey::from_rsa(&modulus(2048), &[1, 0, 1]).unwrap();
    for (key, algorithm, length) in [(ec, Algorithm::Es256, 64), (rsa, Algorithm::Ps256, 256)] {
        assert_eq!(
            VerifyingKey::from_spki_der(&key.to_spki_der()),
            Ok(key.clone())
        );
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.signature_len(), length);
    }
}

#[test]
fn points_are_whole_and_on_the_curve() {
    let point = generator_point();
    let compressed = [&[3], &point[1..33]].concat();
    assert_eq!(
        VerifyingKey::from_p256_point(&compressed),
        Err(KeyError::PointCompressed)
    );
    assert_eq!(
        VerifyingKey::from_p256_point(&point[..64]),
        Err(KeyError::Malformed)
    );
    assert_eq!(
        VerifyingKey::from_p256_point(&[0]),
        Err(KeyError::Malformed)
    );
    let mut off = point;
    off[40] ^= 1;
    assert_eq!(
        VerifyingKey::from_p256_point(&off),
        Err(KeyError::PointNotOnCurve)
    );
}

#[test]
fn curves_other_than_p256_are_refused() {
    let point = generator_point();
    for (curve, expected) in [
        (oid::SECP384R1, Err(KeyError::Curve)),
        // secp256k1, whose points have the same length.
        (&[0x2b, 0x81, 4, 0, 10][..], Err(KeyError::Curve)),
    ] {
        let parameters = der::write(tag::OID, &[curve]);
        let der = spki(oid::EC_PUBLIC_KEY, &parameters, &point);
        assert_eq!(VerifyingKey::from_spki_der(&der), expected);
    }
    let no_parameters = spki(oid::EC_PUBLIC_KEY, &[], &point);
    assert_eq!(
        VerifyingKey::from_spki_der(&no_parameters),
        Err(KeyError::Malformed)
    );
    let explicit = spki(oid::EC_PUBLIC_KEY, &der::write(tag::SEQUENCE, &[]), &point);
    assert_eq!(
        VerifyingKey::from_spki_der(&explicit),
        Err(KeyError::ExplicitCurve)
    );
    let ed25519 = spki(&[0x2b, 0x65, 0x70], &[], &[0; 32]);
    assert_eq!(VerifyingKey::from_spki_der(&ed25519), Err(KeyError::Kind));
}

#[test]
fn rsa_keys_have_2048_to_4096_bits_and_exponent_65537() {
    for (bits, good) in [
        (1024, false),
        (2047, false),
        (2048, true),
        (2049, true),
        (4096, true),
        (4097, false),
    ] {
        let expected = if good {
            Ok(())
        } else {
            Err(KeyError::RsaModulusBits { bits })
        };
        let modulus = modulus(usize::try_from(bits).unwrap());
        let key = VerifyingKey::from_rsa(&modulus, &[1, 0, 1]);
        assert_eq!(key.map(|_| ()), expected, "{bits}");
        // Leading zeros do not make a key longer.
        let padded = [&[0; 200], &modulus[..]].concat();
        let key = VerifyingKey::from_rsa(&padded, &[0, 1, 0, 1]);
        assert_eq!(key.map(|_| ()), expected, "{bits} padded");
    }
    let good = modulus(2048);
    for exponent in [&[3][..], &[1, 0, 3], &[1, 0, 1, 0], &[1], &[]] {
        assert_eq!(
            VerifyingKey::from_rsa(&good, exponent),
            Err(KeyError::RsaExponent)
        );
    }
    let mut even = good;
    even[255] = 0xfe;
    assert_eq!(
        VerifyingKey::from_rsa(&even, &[1, 0, 1]),
        Err(KeyError::RsaModulusEven)
    );
}

fn pss_parameters(hash: &[u8], mask_hash: &[u8], salt: Option<u8>) -> Vec<u8> {
    let algorithm = |oid: &[u8], parameters: &[u8]| {
        der::write(tag::SEQUENCE, &[&der::write(tag::OID, &[oid]), parameters])
    };
    let null = der::write(tag::NULL, &[]);
    let hash = der::write(tag::CONTEXT_0, &[&algorithm(hash, &null)]);
    let mask = algorithm(oid::MGF1, &algorithm(mask_hash, &null));
    let mask = der::write(tag::CONTEXT_1, &[&mask]);
    let salt = salt.map(|salt| der::write(tag::CONTEXT_2, &[&der::write_unsigned(&[salt])]));
    der::write(tag::SEQUENCE, &[&hash, &mask, &salt.unwrap_or_default()])
}

#[test]
fn pss_keys_must_allow_ps256() {
    let key = rsa_key(&modulus(2048), &[1, 0, 1]);
    let null = der::write(tag::NULL, &[]);
    let defaults = der::write(tag::SEQUENCE, &[]);
    for (parameters, good) in [
        (Vec::new(), true),
        (pss_parameters(oid::SHA256, oid::SHA256, Some(32)), true),
        // The salt length of a key is a minimum, and 20 where it is not given.
        (pss_parameters(oid::SHA256, oid::SHA256, Some(20)), true),
        (pss_parameters(oid::SHA256, oid::SHA256, None), true),
        (pss_parameters(oid::SHA256, oid::SHA256, Some(33)), false),
        (pss_parameters(oid::SHA256, oid::SHA384, Some(32)), false),
        (pss_parameters(oid::SHA512, oid::SHA512, Some(32)), false),
        // Every default is SHA-1.
        (defaults, false),
        (null, false),
    ] {
        let read = VerifyingKey::from_spki_der(&spki(oid::RSASSA_PSS, &parameters, &key));
        let expected = if good {
            Ok(())
        } else {
            Err(KeyError::PssParameters)
        };
        assert_eq!(read.map(|_| ()), expected, "{parameters:02x?}");
    }
}

#[test]
fn broken_encodings_are_malformed() {
    let good = spki(
        oid::RSA_ENCRYPTION,
        &[5, 0],
        &rsa_key(&modulus(2048), &[1, 0, 1]),
    );
    assert!(VerifyingKey::from_spki_der(&good).is_ok());
    let mut trailing = good.clone();
    trailing.push(0);
    assert_eq!(
        VerifyingKey::from_spki_der(&trailing),
        Err(KeyError::Malformed)
    );
    assert_eq!(
        VerifyingKey::from_spki_der(&good[..200]),
        Err(KeyError::Malformed)
    );
    assert_eq!(VerifyingKey::from_spki_der(&[]), Err(KeyError::Malformed));
    let empty = spki(oid::RSA_ENCRYPTION, &[5, 0], &[]);
    assert_eq!(
        VerifyingKey::from_spki_der(&empty),
        Err(KeyError::Malformed)
    );
}

#[test]
fn debug_tells_kind_and_size() {
    let rsa = VerifyingKey::from_rsa(&modulus(3072), &[1, 0, 1]).unwrap();
    assert_eq!(format!("{rsa:?}"), "VerifyingKey(RSA-3072)");
    assert!(rsa.is_large_rsa());
}
