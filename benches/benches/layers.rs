//! Each layer of a certificate, beside the crate one would otherwise use for it, in one run.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot set itself up has nothing to time"
)]

use core::hint::black_box;
use std::io::{Read as _, Write as _};

use coset::TaggedCborSerializable as _;
use criterion::{Criterion, criterion_group, criterion_main};
use dcc_benches::{payload, sample};
use dcc_codec::cbor::{self, CborLimits};
use dcc_codec::{base45, zlib};
use dcc_model::Certificate;
use dcc_sign::Algorithm;

const INFLATED_LIMIT: usize = 64 * 1024;

fn layers(c: &mut Criterion) {
    let sample = sample(Algorithm::Es256).expect("a sample certificate");
    let text = sample.text.strip_prefix("HC1:").expect("the prefix");
    let compressed = base45::decode(text).expect("base45");
    let cose = zlib::decompress(&compressed, INFLATED_LIMIT).expect("zlib");

    let mut group = c.benchmark_group("base45 decode");
    group.bench_function("dcc", |b| b.iter(|| base45::decode(black_box(text))));
    group.bench_function("base45", |b| b.iter(|| ::base45::decode(black_box(text))));
    group.finish();

    let mut group = c.benchmark_group("base45 encode");
    group.bench_function("dcc", |b| b.iter(|| base45::encode(black_box(&compressed))));
    group.bench_function("base45", |b| {
        b.iter(|| ::base45::encode(black_box(&compressed)));
    });
    group.finish();

    let mut group = c.benchmark_group("inflate");
    group.bench_function("dcc", |b| {
        b.iter(|| zlib::decompress(black_box(&compressed), INFLATED_LIMIT));
    });
    group.bench_function("flate2", |b| {
        b.iter(|| {
            let mut out = Vec::new();
            flate2::read::ZlibDecoder::new(black_box(&compressed[..]))
                .read_to_end(&mut out)
                .map(|_| out)
        });
    });
    group.finish();

    let mut group = c.benchmark_group("deflate");
    group.bench_function("dcc", |b| b.iter(|| zlib::compress(black_box(&cose))));
    group.bench_function("flate2", |b| {
        b.iter(|| {
            let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(black_box(&cose)).and_then(|()| out.finish())
        });
    });
    group.finish();

    let mut group = c.benchmark_group("CBOR of the whole message");
    group.bench_function("dcc", |b| {
        b.iter(|| cbor::decode(black_box(&cose), &CborLimits::default()));
    });
    group.bench_function("ciborium", |b| {
        b.iter(|| ciborium::from_reader::<ciborium::Value, _>(black_box(&cose[..])));
    });
    group.finish();

    let mut group = c.benchmark_group("COSE");
    group.bench_function("coset", |b| {
        b.iter(|| coset::CoseSign1::from_tagged_slice(black_box(&cose)));
    });
    group.finish();

    let json = payload();
    c.bench_function("payload to certificate", |b| {
        b.iter(|| Certificate::from_json(black_box(&json)));
    });
}

criterion_group!(benches, layers);
criterion_main!(benches);
