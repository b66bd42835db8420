//! Signers change without a visit to the gates.

use dcc_registry::bundle::{
    BundleError, BundleSigner, BundleState, MAX_BUNDLE_SIGNERS, TrustBundle,
};
use dcc_sign::Algorithm;

use crate::shared::{Publisher, draft, now, open, provider};

fn stored(state: &BundleState) -> BundleState {
    let kept = BundleState::from_bytes(&state.to_bytes()).unwrap();
    assert_eq!(&kept, state);
    kept
}

/// What a gate does each time: open with what it pins and has learnt, and keep the rest.
fn gate(
    state: &mut BundleState,
    pinned: &[BundleSigner],
    bytes: &[u8],
) -> Result<TrustBundle, BundleError> {
    // Through its stored form, as a restart does.
    let kept = stored(state);
    let signers = kept.signers(pinned);
    let bundle = TrustBundle::open(bytes, &signers, now(), kept.sequence(), &provider())?;
    state.advance(&bundle);
    Ok(bundle)
}

#[test]
fn two_generations_of_signers() {
    let [first, second, third] =
        [Algorithm::Es256, Algorithm::Ps256, Algorithm::Es256].map(Publisher::fresh);
    let pinned = [first.signer.clone()];
    let by_second = second.make(draft(2).with_signer(third.signer.clone()).unwrap());
    let by_third = third.make(draft(3));
    let mut state = BundleState::new();
    // Nobody has brought them in yet.
    for bytes in [&by_second, &by_third] {
        let refused = gate(&mut state, &pinned, bytes).unwrap_err();
        assert_eq!(refused, BundleError::SignerUnknown);
        assert_eq!(state, BundleState::new());
    }
    let by_first = first.make(draft(1).with_signer(second.signer.clone()).unwrap());
    let bundle = gate(&mut state, &pinned, &by_first).unwrap();
    assert_eq!(
        bundle.listed_signers(),
        core::slice::from_ref(&second.signer)
    );
    assert_eq!(bundle.signers(), &[first.signer, second.signer.clone()]);
    // The third is one generation further.
    assert!(gate(&mut state, &pinned, &by_third).is_err());
    let bundle = gate(&mut state, &pinned, &by_second).unwrap();
    assert_eq!(bundle.signer(), &second.signer);
    let bundle = gate(&mut state, &pinned, &by_third).unwrap();
    assert_eq!(bundle.signer(), &third.signer);
    assert_eq!(bundle.signers().len(), 3);
    // And nothing older comes back.
    let rollback = gate(&mut state, &pinned, &by_second).unwrap_err();
    assert!(matches!(rollback, BundleError::Rollback { .. }));
    assert_eq!(state.sequence(), 3);
}

#[test]
fn a_refused_bundle_adds_no_signer() {
    let [first, second] = [Algorithm::Es256, Algorithm::Es256].map(Publisher::fresh);
    let mut state = BundleState::new();
    let pinned = [first.signer.clone()];
    gate(&mut state, &pinned, &first.make(draft(5))).unwrap();
    let before = state.clone();
    let old = first.make(draft(4).with_signer(second.signer.clone()).unwrap());
    assert!(gate(&mut state, &pinned, &old).is_err());
    let own = second.make(draft(6).with_signer(second.signer.clone()).unwrap());
    assert!(gate(&mut state, &pinned, &own).is_err());
    assert_eq!(state, before);
}

#[test]
fn who_is_unpinned_takes_along_those_it_brought_in() {
    let [first, second, third, own] = [Algorithm::Es256; 4].map(Publisher::fresh);
    let pinned = [first.signer.clone(), own.signer.clone()];
    let mut state = BundleState::new();
    let bytes = first.make(draft(1).with_signer(second.signer.clone()).unwrap());
    gate(&mut state, &pinned, &bytes).unwrap();
    let bytes = second.make(draft(2).with_signer(third.signer.clone()).unwrap());
    gate(&mut state, &pinned, &bytes).unwrap();
    assert_eq!(state.signers(&pinned).len(), 4);
    let left = [own.signer.clone()];
    assert_eq!(state.signers(&left), left);
    let refused = gate(&mut state, &left, &third.make(draft(3))).unwrap_err();
    assert_eq!(refused, BundleError::SignerUnknown);
    // Unless somebody who still is pinned vouches for it.
    let bytes = own.make(draft(4).with_signer(third.signer.clone()).unwrap());
    gate(&mut state, &left, &bytes).unwrap();
    gate(&mut state, &left, &third.make(draft(5))).unwrap();
}

#[test]
fn the_number_of_signers_is_bounded() {
    let publisher = Publisher::fresh(Algorithm::Es256);
    let others: Vec<_> = (0..MAX_BUNDLE_SIGNERS)
        .map(|_| Publisher::fresh(Algorithm::Es256).signer)
        .collect();
    let full = others.iter().fold(draft(1), |draft, other| {
        draft.with_signer(other.clone()).unwrap()
    });
    assert!(full.clone().with_signer(publisher.signer.clone()).is_err());
    // Sixteen, and the one that is pinned already.
    let refused = open(&publisher.make(full), &[publisher.signer]).unwrap_err();
    assert_eq!(
        refused.code(),
        dcc_registry::bundle::BundleCode::TooManySigners
    );
}

#[test]
fn a_damaged_state_is_refused() {
    let bytes = BundleState::new().to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        assert!(BundleState::from_bytes(&changed).is_err());
        assert!(BundleState::from_bytes(&bytes[..place]).is_err());
    }
}
