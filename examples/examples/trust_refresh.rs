//! Refreshing trust under load: gates check codes without pause while an updater puts one trust
//! list after the other in place. No check waits, and none sees half a list.
//!
//! `cargo run -p dcc-examples --example trust_refresh`

#![expect(clippy::print_stdout, reason = "the example reports")]

use core::error::Error;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use std::fs;
use std::thread;
use std::time::Instant;

use dcc_codec::qr::{PictureLimits, read_picture};
use dcc_verify::{Policy, RejectCode, Timestamp, TrustSnapshot, Verifier, provider};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates");

/// Where an updater fetches lists. A real one downloads a bundle, opens it, and on any error keeps
/// the snapshot it has: the policy's limit of age decides how long that is good enough.
fn fetch(round: u32) -> Result<TrustSnapshot, Box<dyn Error>> {
    let es256 = fs::read(format!("{FOLDER}/trust/dsc-es256.pem"))?;
    let ps256 = fs::read(format!("{FOLDER}/trust/dsc-ps256.pem"))?;
    // Every other list lacks a key, as after a revocation and its repair.
    let files = if round.is_multiple_of(2) {
        vec![es256, ps256]
    } else {
        vec![ps256]
    };
    Ok(TrustSnapshot::from_certificates(files)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let picture = fs::read(format!("{FOLDER}/pfizer-2-2-es256.png"))?;
    let codes = read_picture(&picture, &PictureLimits::default())?;
    let code = codes.first().ok_or("no code")?.text();

    let gate = Verifier::new(provider::aws_lc::provider(), fetch(0)?, Policy::authentic());
    let (accepted, unknown, other) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let open = AtomicBool::new(true);
    let mut longest = Duration::ZERO;
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        for _ in 0..2 {
            scope.spawn(|| {
                while open.load(Ordering::Relaxed) {
                    let verdict = gate.verify(code, Timestamp::now());
                    let counter = match verdict.code() {
                        None => &accepted,
                        Some(RejectCode::KeyUnknown) => &unknown,
                        Some(_) => &other,
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let rounds = (1..=200).try_for_each(|round| -> Result<(), Box<dyn Error>> {
            let next = fetch(round)?;
            let start = Instant::now();
            drop(gate.replace_trust(next));
            longest = longest.max(start.elapsed());
            thread::sleep(Duration::from_millis(2));
            Ok(())
        });
        open.store(false, Ordering::Relaxed);
        rounds
    })?;
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "200 lists, {} accepted, {} of an unknown key, {} anything else; the longest swap took {longest:?}",
        count(&accepted),
        count(&unknown),
        count(&other),
    );
    if count(&accepted) == 0 || count(&unknown) == 0 || count(&other) > 0 {
        return Err("a check saw what no list says".into());
    }
    Ok(())
}
