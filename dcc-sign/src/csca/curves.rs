//! Curves of authorities' keys beside P-256: by name, and by explicit parameters which equal those
//! of the name in full.

use crate::der::{Element, oid, tag};

/// P-384 and P-521 (SEC 2 sections 2.5.1 and 2.6.1), brainpoolP256r1 and brainpoolP384r1
/// (RFC 5639 sections 3.4 and 3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P384,
    P521,
    BrainpoolP256r1,
    BrainpoolP384r1,
}

/// Bytes of NIST's seeds.
const SEED: usize = 20;

/// Parameters in hexadecimal digits, as the standards print them.
struct Domain {
    oid: &'static [u8],
    /// Bytes of a coordinate.
    field: usize,
    prime: &'static str,
    a: &'static str,
    b: &'static str,
    /// The base point, uncompressed, without its first byte.
    base: &'static str,
    order: &'static str,
    /// From which the curve was made; explicit parameters may hold it.
    seed: &'static str,
}

impl Curve {
    const ALL: [Self; 4] = [
        Self::P384,
        Self::P521,
        Self::BrainpoolP256r1,
        Self::BrainpoolP384r1,
    ];

    /// Reads `EcpkParameters` (RFC 3279 section 2.3.5).
    pub(super) fn from_parameters(parameters: &Element<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| match parameters.tag {
            tag::OID => parameters.content == curve.domain().oid,
            tag::SEQUENCE => curve.domain().equals(parameters).is_some(),
            _ => false,
        })
    }

    /// Whether these are the bytes of an uncompressed point of this curve (SEC 1 section 2.3.3).
    /// That it is on the curve is checked by the provider.
    pub(super) fn is_point(self, bytes: &[u8]) -> bool {
        let length = self.domain().field.saturating_mul(2).saturating_add(1);
        bytes.len() == length && bytes.first() == Some(&4)
    }

    const fn domain(self) -> &'static Domain {
        match self {
            Self::P384 => &P384,
            Self::P521 => &P521,
            Self::BrainpoolP256r1 => &BRAINPOOL_P256R1,
            Self::BrainpoolP384r1 => &BRAINPOOL_P384R1,
        }
    }
}

const P384: Domain = Domain {
    oid: oid::SECP384R1,
    field: 48,
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff00000000\
        00000000ffffffff",
    a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff00000000\
        00000000fffffffc",
    b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d\
        2a85c8edd3ec2aef",
    base: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c\
        3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0\
        0a60b1ce1d7e819d7a431d7c90ea0e5f",
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77a\
        ecec196accc52973",
    seed: "a335926aa319a27a1d00896a6773a4827acdac73",
};

const P521: Domain = Domain {
    oid: oid::SECP521R1,
    field: 66,
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
        ffffffffffffffffffffffffffffffffffffffffffffffffffff",
    a: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
        fffffffffffffffffffffffffffffffffffffffffffffffffffc",
    b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e\
        937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    base: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe7\
        5928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66011839296a789a3bc0045c8a5fb4\
        2c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086\
        a272c24088be94769fd16650",
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f\
        966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    seed: "d09e8800291cb85396cc6717393284aaa0da64ba",
};

const BRAINPOOL_P256R1: Domain = Domain {
    oid: oid::BRAINPOOL_P256R1,
    field: 32,
    prime: "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
    a: "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
    b: "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
    base: "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262547ef835c3dac4fd\
        97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
    order: "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
    seed: "",
};

const BRAINPOOL_P384R1: Domain = Domain {
    oid: oid::BRAINPOOL_P384R1,
    field: 48,
    prime: "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71\
        874700133107ec53",
    a: "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb\
        04a8c7dd22ce2826",
    b: "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc994\
        3ab78696fa504c11",
    base: "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aa\
        ef87b2e247d4af1e8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff9912928\
        0e4646217791811142820341263c5315",
    order: "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc310\
        3b883202e9046565",
    seed: "",
};

impl Domain {
    /// Whether explicit parameters (`ECParameters`, SEC 1 appendix C.2) equal these in every part;
    /// the base point too, since with one of the attacker's choice any signature verifies.
    fn equals(&self, parameters: &Element<'_>) -> Option<()> {
        let mut reader = parameters.reader();
        let version = reader.expect(tag::INTEGER)?;
        let mut field = reader.expect(tag::SEQUENCE)?.reader();
        let mut curve = reader.expect(tag::SEQUENCE)?.reader();
        let base = reader.expect(tag::OCTET_STRING)?;
        let order = reader.next()?;
        let cofactor_is_one = reader.is_empty() || reader.next()?.unsigned()? == [1];

        let is_prime_field = field.expect(tag::OID)?.content == oid::PRIME_FIELD;
        let prime = field.next()?;
        let a = curve.expect(tag::OCTET_STRING)?;
        let b = curve.expect(tag::OCTET_STRING)?;
        let seed_is_known = curve.is_empty() || is(curve.next()?.whole_bytes()?, self.seed, SEED);

        let equal = matches!(version.content, [1..=3])
            && is_prime_field
            && cofactor_is_one
            && seed_is_known
            && is(prime.unsigned()?, self.prime, self.field)
            && is(a.content, self.a, self.field)
            && is(b.content, self.b, self.field)
            && self.is_base(base.content)
            && is(order.unsigned()?, self.order, self.field);
        let complete = reader.is_empty() && field.is_empty() && curve.is_empty();
        (equal && complete).then_some(())
    }

    fn is_base(&self, point: &[u8]) -> bool {
        let digits = self.field.saturating_mul(2);
        let (Some((form, coordinates)), Some((x, y))) =
            (point.split_first(), self.base.split_at_checked(digits))
        else {
            return false;
        };
        let odd = y.ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f']);
        match form {
            4 => coordinates.len() == digits && is(coordinates, self.base, digits),
            2 | 3 => {
                let right_half = odd == (*form == 3);
                right_half && coordinates.len() == self.field && is(coordinates, x, self.field)
            }
            _ => false,
        }
    }
}

/// Whether bytes are the number of these digits, in `length` bytes or without leading zeros.
fn is(bytes: &[u8], digits: &str, length: usize) -> bool {
    let zeros = length.saturating_sub(bytes.len());
    let padded = core::iter::repeat_n(0, zeros).chain(bytes.iter().copied());
    let digits_of = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16));
    !digits.is_empty() && padded.flat_map(digits_of).eq(digits.chars().map(Some))
}

#[cfg(test)]
mod tests;
