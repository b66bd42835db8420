//! Any text ends in a verdict; what is decoded reads the same a second time.
#![no_main]

use dcc_codec::{Decoder, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    let decoder = Decoder::new(Limits::default());
    let Ok(hcert) = decoder.decode(text) else {
        return;
    };
    let hcert = hcert.dangerous_unverified();
    // What the model read, it can write and read again.
    let json = hcert.certificate().to_json();
    let (again, _) = dcc_model::Certificate::from_json(&json).expect("its own JSON is readable");
    assert!(again == *hcert.certificate());
});
