//! How long a certificate is valid: twelve calendar months, never beyond its signer.

use dcc_model::{Remark, RemarkCode, Timestamp};

/// Issue and expiry of certificates under one issuing profile.
///
/// The default is Decision 5772/QĐ-BYT: 12 calendar months in UTC from issue, clipped to the end
/// of the document signer (HCERT 1.0.8 section 3.3.4), and refused where less than 11 months
/// would be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Validity {
    months: i32,
    least_months: i32,
}

impl Default for Validity {
    fn default() -> Self {
        Self {
            months: 12,
            least_months: 11,
        }
    }
}

impl Validity {
    /// A validity of `months`, refused where clipping would leave less than `least_months`.
    pub const fn new(months: u16, least_months: u16) -> Self {
        Self {
            months: widen(months),
            least_months: widen(least_months),
        }
    }

    /// The expiry of a certificate issued at `issued_at` by a signer valid until `signer_end`.
    ///
    /// # Errors
    ///
    /// `validity-too-short` where the signer ends too soon.
    pub fn expiry(self, issued_at: Timestamp, signer_end: Timestamp) -> Result<Timestamp, Remark> {
        let too_short = || Remark::new(RemarkCode::ValidityTooShort, "cwt.exp");
        let wanted = issued_at
            .checked_add_months(self.months)
            .ok_or_else(too_short)?;
        let least = issued_at
            .checked_add_months(self.least_months)
            .ok_or_else(too_short)?;
        let clipped = wanted.min(signer_end);
        if clipped < least {
            Err(too_short())
        } else {
            Ok(clipped)
        }
    }
}

#[expect(
    clippy::as_conversions,
    reason = "u16 to i32 widens; `From` is not const"
)]
const fn widen(months: u16) -> i32 {
    months as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn twelve_calendar_months() {
        let end = at("2030-01-01T00:00:00Z");
        let expiry = Validity::default()
            .expiry(at("2024-02-29T08:00:00Z"), end)
            .unwrap();
        assert_eq!(expiry, at("2025-02-28T08:00:00Z"));
    }

    #[test]
    fn clipped_to_the_signer_but_not_below_eleven_months() {
        let issued = at("2024-01-15T00:00:00Z");
        let end = at("2024-12-20T00:00:00Z");
        assert_eq!(Validity::default().expiry(issued, end), Ok(end));
        let sooner = at("2024-12-14T23:59:59Z");
        let refused = Validity::default().expiry(issued, sooner).unwrap_err();
        assert_eq!(refused.code(), RemarkCode::ValidityTooShort);
    }
}
