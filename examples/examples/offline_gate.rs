//! A border gate: reads codes from standard input, opens or stays shut. No network, no clock but
//! the machine's, no personal data on the screen beside name and birth date.
//!
//! `cargo run -p dcc-examples --example offline_gate -- TRUST.pem < codes.txt`

use std::io::BufRead as _;

use dcc_verify::{Lang, Policy, Timestamp, TrustSnapshot, Verifier, provider};

#[expect(clippy::print_stdout, reason = "a gate speaks on its screen")]
fn main() -> Result<(), Box<dyn core::error::Error>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates/keys/dsc.pem");
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| default.to_owned());
    let trust = TrustSnapshot::from_pem(std::fs::read(path)?)?;
    println!("{} keys trusted", trust.key_count());

    // `verifier.replace_trust` puts a newer list in place; checks that run keep the old one.
    let verifier = Verifier::new(provider::aws_lc::provider(), trust, Policy::authentic());

    for line in std::io::stdin().lock().split(b'\n') {
        // Only the line end is cut: a space at the end is part of the code.
        let line = line?;
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
        let verdict = verifier.verify(&text, Timestamp::now());
        if let Some(certificate) = verdict.accepted() {
            println!(
                "ĐẠT  {}  {}",
                certificate.holder(),
                certificate.birth_date()
            );
            println!("     Đối chiếu giấy tờ tùy thân / compare with an identity document");
        } else {
            println!("KHÔNG ĐẠT  {}", verdict.reason(Lang::Vi));
            println!("           {}", verdict.reason(Lang::En));
        }
    }
    Ok(())
}
