//! Changed bytes are refused, all of them; any bytes end in a result.

use dcc_registry::bundle::{BundleSigner, SectionName, peek};
use dcc_sign::Algorithm;
use proptest::prelude::*;

use crate::shared::{Publisher, draft, open};

fn small() -> (Vec<u8>, [BundleSigner; 1]) {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let draft = draft(1)
        .with_signer(Publisher::fresh(Algorithm::Es256).signer)
        .unwrap()
        .with_section(SectionName::RULES, b"rules".to_vec(), false)
        .unwrap()
        .with_section(SectionName::new("later").unwrap(), vec![7; 9], false)
        .unwrap();
    (publisher.make(draft), [publisher.signer])
}

#[test]
fn every_flipped_bit_is_refused() {
    let (good, pinned) = small();
    assert!(open(&good, &pinned).is_ok());
    for place in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[place] ^= 1 << bit;
            assert!(open(&changed, &pinned).is_err(), "byte {place}, bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_goes_in_comes_out(
        sequence: u64,
        contents in proptest::collection::btree_map("[a-z]{1,8}", any::<Vec<u8>>(), 0..6),
    ) {
        let publisher = Publisher::fresh(Algorithm::Es256);
        let mut made = draft(sequence);
        for (name, content) in &contents {
            if let Ok(next) = made.clone().with_section(
                SectionName::new(name).unwrap(),
                content.clone(),
                false,
            ) {
                made = next;
            }
        }
        let bundle = open(&publisher.make(made), &[publisher.signer]).unwrap();
        prop_assert_eq!(bundle.sequence(), sequence);
        let names: Vec<_> = bundle.sections().iter().map(|s| s.name().to_string()).collect();
        for name in contents.keys() {
            prop_assert!(names.contains(name));
        }
    }

    #[test]
    fn any_bytes_end_in_a_result(bytes: Vec<u8>) {
        let mut beginning = vec![0x83, 0x6a];
        beginning.extend(b"dcc-bundle");
        beginning.extend(&bytes);
        prop_assert!(open(&bytes, &[]).is_err());
        prop_assert!(open(&beginning, &[]).is_err());
        prop_assert!(peek(&beginning).is_err());
    }
}
