//! The full real trust list in a bundle: its size, opening it, and freezing it for a verifier.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a bench that cannot set itself up has nothing to time, and sizes are told beside times"
)]

use core::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dcc_benches::real_bundle;
use dcc_registry::bundle::TrustBundle;
use dcc_registry::trust::{TrustSnapshot, read_trust_file, write_trust_file};
use dcc_sign::provider;

fn bundles(c: &mut Criterion) {
    let Some(real) = real_bundle().expect("a bundle of the real lists") else {
        eprintln!("the shared test data is absent: nothing to time");
        return;
    };
    let stored = write_trust_file(&real.list);
    eprintln!(
        "{} entries: {} bytes as trust.db, {} bytes as bundle",
        real.list.entries().len(),
        stored.len(),
        real.bytes.len()
    );
    let pinned = [real.signer];
    let mut group = c.benchmark_group("bundle");
    group.sample_size(20);
    for provider in [
        provider::aws_lc::provider(),
        provider::rustcrypto::provider(),
    ] {
        group.bench_function(format!("open, {}", provider.name()), |b| {
            b.iter(|| TrustBundle::open(black_box(&real.bytes), &pinned, real.now, 0, &provider));
        });
        group.bench_function(format!("snapshot with chains, {}", provider.name()), |b| {
            b.iter(|| TrustSnapshot::new(black_box(&real.list), &provider));
        });
    }
    group.bench_function("read trust.db", |b| {
        b.iter(|| read_trust_file(black_box(&stored)).is_ok());
    });
    group.finish();
}

criterion_group!(benches, bundles);
criterion_main!(benches);
