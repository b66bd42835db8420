//! A text of 391 kB that inflates to 256 MiB costs a few MiB and a typed error. Alone in its
//! process, so that its memory can be measured.

use std::fs;
use std::io::Write as _;

use dcc_codec::{Decoder, Limits, base45};
use dcc_model::RejectCode;

const MIB: usize = 1024 * 1024;

/// Most memory this process ever held, in KiB, where the system tells.
fn peak_kib() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn a_bomb_is_refused_within_few_mebibytes() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..256 {
        encoder.write_all(&vec![0; MIB]).unwrap();
    }
    let text = ["HC1:", &base45::encode(&encoder.finish().unwrap())].concat();
    assert!((380_000..420_000).contains(&text.len()), "{}", text.len());
    let before = peak_kib();
    let failure = Decoder::new(Limits::default()).decode(&text).unwrap_err();
    assert_eq!(failure.reject_code(), RejectCode::ZlibTooLarge);
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        let grown = after.saturating_sub(before);
        assert!(grown < 2 * 1024, "{grown} KiB");
    }
}
