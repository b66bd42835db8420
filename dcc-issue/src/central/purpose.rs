//! For whom and in which form certificates are made.

use dcc_registry::{Digest, Timestamp};

/// The issuing profile (design decision 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// Nothing but the claims of the HCERT specification.
    #[default]
    Eu,
    /// With the holder's nationality in a private CWT claim.
    VnNationalityClaim,
}

impl Profile {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Eu, Self::VnNationalityClaim];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::VnNationalityClaim => "vn-nationality-claim",
        }
    }
}

/// Which subjects a worker looks at, and what it makes anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Everybody: who has no certificate of what is true now gets one. A certificate that has run
    /// out is renewed.
    #[default]
    Issue,
    /// Those whose certificates run out (R40).
    Renew(Window),
    /// Those whose certificates were signed under a compromised key (as
    /// [`revoke_kid`](dcc_registry::CertificateLife::revoke_kid) returns them): revoked, and made
    /// anew under the present one.
    ReplaceKey {
        /// The key id.
        kid: Vec<u8>,
    },
}

/// How long before its end a certificate is renewed.
///
/// Whoever was signed in a rush would return in a rush a year later (R41). So each certificate has
/// its own moment in the first half of the window, drawn from its identifier; in the second half
/// everybody is due, whatever happened in the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    seconds: i64,
}

impl Window {
    /// A window of so many days.
    pub const fn of_days(days: u16) -> Self {
        Self {
            seconds: 86_400_i64.saturating_mul(widen(days)),
        }
    }

    /// Certificates that expire before this are looked at, at `now`.
    pub(super) fn reach(self, now: Timestamp) -> Timestamp {
        now.saturating_add_seconds(self.seconds)
    }

    /// Whether a certificate that ends at `expires_at` is due at `now`.
    pub fn is_due(self, id: &str, expires_at: Timestamp, now: Timestamp) -> bool {
        let draw = Digest::of(id.as_bytes());
        let draw = draw
            .as_bytes()
            .first_chunk()
            .map_or(0, |bytes| u32::from_be_bytes(*bytes));
        // In 2^-32 parts of half the window.
        let half = i128::from(self.seconds / 2);
        let late = half.saturating_mul(draw.into()) >> 32_u32;
        let late = i64::try_from(late).unwrap_or(0);
        let lead = self.seconds.saturating_sub(late);
        now >= expires_at.saturating_add_seconds(lead.saturating_neg())
    }
}

#[expect(
    clippy::as_conversions,
    reason = "u16 to i64 widens; `From` is not const"
)]
const fn widen(days: u16) -> i64 {
    days as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewals_are_spread_over_the_first_half_of_the_window() {
        let window = Window::of_days(30);
        let end = Timestamp::UNIX_EPOCH.saturating_add_seconds(1_700_000_000);
        let before = |days: i64| end.saturating_add_seconds(-86_400 * days);
        let due = |days: i64| {
            (0..1000)
                .filter(|number| window.is_due(&format!("URN:UVCI:{number}"), end, before(days)))
                .count()
        };
        assert_eq!(due(31), 0);
        assert_eq!(due(15), 1000);
        assert!(due(30) < 40);
        assert!((400..600).contains(&due(22)), "{}", due(22));
        // A drawn moment stays: who is due remains due.
        assert!(due(20) > due(25));
    }
}
