//! The providers whose verdicts are compared.

use dcc_sign::{CryptoProvider, provider};

/// Every provider of `dcc-sign`.
pub(crate) fn providers() -> [CryptoProvider; 2] {
    [
        provider::aws_lc::provider(),
        provider::rustcrypto::provider(),
    ]
}
