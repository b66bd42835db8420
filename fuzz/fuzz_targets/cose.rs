//! Any bytes as a COSE message and as CBOR: typed errors only, and decode(encode(x)) = x.
#![no_main]

use dcc_codec::cbor::{self, CborLimits};
use dcc_codec::{Decoder, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Decoder::new(Limits::default()).decode_cose(data);
    if let Ok(value) = cbor::decode(data, &CborLimits::default()) {
        let encoded = cbor::encode(&value);
        let again =
            cbor::decode(&encoded, &CborLimits::default()).expect("its own encoding is readable");
        assert_eq!(
            cbor::encode(&again),
            encoded,
            "the encoding is deterministic"
        );
    }
});
