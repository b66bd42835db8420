//! SHA-256, which key ids and thumbprints need before any provider is chosen.

use sha2::{Digest as _, Sha256};

/// SHA-256 of `bytes` (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn the_vector_of_fips_180() {
        let begin = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea];
        assert_eq!(sha256(b"abc")[..8], begin);
    }
}
