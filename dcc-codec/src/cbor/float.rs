//! Floating-point numbers of CBOR by their bits (IEEE 754).

/// Bits of the fraction of a double.
const DOUBLE_FRACTION_BITS: u32 = 52;
const DOUBLE_BIAS: i32 = 1023;
const DOUBLE_FRACTION: u64 = (1 << DOUBLE_FRACTION_BITS) - 1;

/// A narrower format.
struct Format {
    fraction_bits: u32,
    bias: i32,
}

const HALF: Format = Format {
    fraction_bits: 10,
    bias: 15,
};
const SINGLE: Format = Format {
    fraction_bits: 23,
    bias: 127,
};

/// The number of a half-precision encoding.
pub(super) fn from_f16(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let exponent = u64::from((bits >> 10) & 0x1f);
    let fraction = u64::from(bits & 0x3ff);
    let magnitude = match (exponent, fraction) {
        (0, 0) => 0,
        (0, _) => {
            // Subnormal: shift the leading one into the hidden place, which stands at bit 10.
            let shift = fraction.leading_zeros().saturating_sub(53);
            let exponent = 1009_u64.saturating_sub(u64::from(shift));
            (exponent << 52) | (((fraction << shift) & 0x3ff) << 42)
        }
        (31, _) => (0x7ff << 52) | (fraction << 42),
        _ => (exponent.saturating_add(1008) << 52) | (fraction << 42),
    };
    f64::from_bits(sign | magnitude)
}

/// The half-precision encoding, if it holds the number exactly.
pub(super) fn to_f16(number: f64) -> Option<u16> {
    HALF.narrow(number)
        .and_then(|bits| u16::try_from(bits).ok())
}

/// The single-precision encoding, if it holds the number exactly.
pub(super) fn to_f32(number: f64) -> Option<u32> {
    SINGLE
        .narrow(number)
        .and_then(|bits| u32::try_from(bits).ok())
}

impl Format {
    /// The bits of a number that is not NaN in this format, if nothing is lost.
    fn narrow(&self, number: f64) -> Option<u64> {
        let bits = number.to_bits();
        let exponent_bits = self.bias.unsigned_abs().count_ones().saturating_add(1);
        let sign_place = exponent_bits.saturating_add(self.fraction_bits);
        let sign = (bits >> 63).checked_shl(sign_place)?;
        let fraction = bits & DOUBLE_FRACTION;
        let lost_bits = DOUBLE_FRACTION_BITS.saturating_sub(self.fraction_bits);
        let biased = i32::try_from((bits >> DOUBLE_FRACTION_BITS) & 0x7ff).ok()?;
        if biased == 0 {
            // Zero; subnormal doubles are far below every narrower format.
            return (fraction == 0).then_some(sign);
        }
        let largest = self.bias.saturating_mul(2).saturating_add(1);
        let exponent = if biased == 0x7ff {
            largest
        } else {
            let exponent = biased.saturating_sub(DOUBLE_BIAS).saturating_add(self.bias);
            if exponent >= largest {
                return None;
            }
            exponent
        };
        if exponent <= 0 {
            // Subnormal there: the hidden one becomes part of the fraction.
            let shift = lost_bits.checked_add(u32::try_from(exponent.saturating_neg()).ok()?)?;
            let whole = fraction | (1 << DOUBLE_FRACTION_BITS);
            return Some(sign | exact_shift(whole, shift.checked_add(1)?)?);
        }
        let exponent = u64::try_from(exponent)
            .ok()?
            .checked_shl(self.fraction_bits)?;
        Some(sign | exponent | exact_shift(fraction, lost_bits)?)
    }
}

/// `bits` shifted right, if only zeros fall out.
fn exact_shift(bits: u64, by: u32) -> Option<u64> {
    let shifted = bits.checked_shr(by)?;
    (shifted.checked_shl(by)? == bits).then_some(shifted)
}

/// The largest integer not above the number, if it is finite and below 2^53 in size.
pub(crate) fn floor_to_i64(number: f64) -> Option<i64> {
    let bits = number.floor().to_bits();
    let biased = i32::try_from((bits >> DOUBLE_FRACTION_BITS) & 0x7ff).ok()?;
    let magnitude = if biased == 0 {
        0
    } else {
        // The number is whole, so its exponent is not negative and only zeros fall out.
        let exponent = u32::try_from(biased.checked_sub(DOUBLE_BIAS)?).ok()?;
        let shift = DOUBLE_FRACTION_BITS.checked_sub(exponent)?;
        ((bits & DOUBLE_FRACTION) | (1 << DOUBLE_FRACTION_BITS)).checked_shr(shift)?
    };
    let magnitude = i64::try_from(magnitude).ok()?;
    Some(if bits >> 63 == 0 {
        magnitude
    } else {
        magnitude.saturating_neg()
    })
}
