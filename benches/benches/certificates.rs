//! Whole certificates: decode, verify on each provider, sign. Rival libraries are timed in
//! `benches/peers`, a workspace of its own.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot set itself up has nothing to time"
)]

use core::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dcc_benches::sample;
use dcc_codec::{Decoder, Limits};
use dcc_sign::{Algorithm, provider};
use dcc_verify::{Policy, TrustSnapshot, Verifier};

fn certificates(c: &mut Criterion) {
    for algorithm in [Algorithm::Es256, Algorithm::Ps256] {
        let sample = sample(algorithm).expect("a sample certificate");
        let mut group = c.benchmark_group(algorithm.name());
        let decoder = Decoder::new(Limits::default());
        group.bench_function("decode", |b| {
            b.iter(|| decoder.decode(black_box(&sample.text)).is_ok());
        });
        for provider in [
            provider::aws_lc::provider(),
            provider::rustcrypto::provider(),
        ] {
            let name = format!("verify, {}", provider.name());
            let trust = TrustSnapshot::from_pem(&sample.dsc_pem).expect("the signer");
            let verifier = Verifier::new(provider, trust, Policy::authentic());
            assert!(
                verifier
                    .verify(&sample.text, sample.now)
                    .accepted()
                    .is_some()
            );
            group.bench_function(name, |b| {
                b.iter(|| verifier.verify(black_box(&sample.text), sample.now));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, certificates);
criterion_main!(benches);
