//! What happens between the reservation and the signature: lost leases, new doses.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use async_trait::async_trait;
use dcc_issue::central::{Purpose, Step, Window, Worker};
use dcc_registry::{BatchStore as _, CertificateState, WorkerId, civil};
use dcc_sign::provider::aws_lc;
use dcc_sign::{HcertSigner, SignRequest, Signer, SignerError, VerifyingKey};

use crate::central::verified;
use crate::world::{World, act, at, block_on, certificate, course, key};

type Meanwhile = Mutex<Option<Box<dyn FnOnce() + Send>>>;

/// A signer during whose first batch something else happens.
struct Slow {
    inner: Arc<dyn Signer>,
    meanwhile: Meanwhile,
}

impl core::fmt::Debug for Slow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Slow")
    }
}

#[async_trait]
impl Signer for Slow {
    fn public_key(&self) -> &VerifyingKey {
        self.inner.public_key()
    }

    async fn sign_batch(
        &self,
        requests: &[SignRequest<'_>],
        deadline: Option<Duration>,
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let happens = self.meanwhile.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
        self.inner.sign_batch(requests, deadline).await
    }
}

fn slow(world: &World, meanwhile: impl FnOnce() + Send + 'static) -> HcertSigner {
    let slow = Slow {
        inner: key(&world.dsc),
        meanwhile: Mutex::new(Some(Box::new(meanwhile))),
    };
    HcertSigner::new(Arc::new(slow), certificate(&world.dsc), aws_lc::provider()).unwrap()
}

#[test]
fn a_stalled_worker_whose_lease_was_taken_commits_nothing() {
    let world = Arc::new(World::new());
    let people: Vec<_> = (0..8)
        .map(|n| world.person(&format!("p{n}"), &course("F1")))
        .collect();
    world.attest("2022-03-01");
    let batch = world.open(&world.signer(), "2022-03-02", "stall").id;

    // While the first worker waits for its signatures, its leases run out and a second one does
    // all the work.
    let other = Arc::clone(&world);
    let hcert = slow(&world, move || {
        std::thread::spawn(move || {
            let signer = other.signer();
            let worker = Worker::new(&signer, &other.registry, batch, WorkerId::new("second"));
            let later = at("2022-03-02T12:00:00Z");
            while block_on(worker.step(&act("2022-03-02"), later)).unwrap() != Step::Finished {}
        })
        .join()
        .unwrap();
    });
    let signer = world.signer_with(hcert);
    let first = Worker::new(&signer, &world.registry, batch, WorkerId::new("first"));
    let mut fenced = 0;
    while let Step::Worked(report) =
        block_on(first.step(&act("2022-03-02"), at("2022-03-02"))).unwrap()
    {
        fenced += report.fenced;
    }
    assert!(fenced > 0);
    let tally = block_on(world.registry.tally(batch)).unwrap();
    assert_eq!((tally.subjects.issued, tally.subjects.selected()), (8, 8));
    for id in people {
        let all = world.certificates(id);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].state, CertificateState::Published);
        verified(&world, all[0].hc1.as_deref().unwrap());
    }
}

/// Runs a renewal during whose signing a dose comes, which its facility signs at once or not.
fn renewal_racing_a_dose(signed_at_once: bool) -> (Arc<World>, Vec<CertificateState>) {
    let world = Arc::new(World::new());
    let id = world.person("a", &course("F1"));
    world.attest("2022-01-02");
    world.issue("2022-01-03");
    let other = Arc::clone(&world);
    let hcert = slow(&world, move || {
        let mut doses = course("F1").to_vec();
        doses.push(("F1", civil::date(2022, 6, 1)));
        other.person("a", &doses);
        if signed_at_once {
            other.attest("2022-07-01");
        }
    });
    let signer = world.signer_with(hcert);
    // 200 days: due at once.
    let purpose = Purpose::Renew(Window::of_days(400));
    let tally = world.run(&signer, purpose, "2022-07-02", "renewal");
    let (issued, held) = if signed_at_once { (1, 0) } else { (0, 1) };
    assert_eq!(
        (tally.subjects.issued, tally.subjects.held),
        (issued, held),
        "the decision whose certificate was given up is replaced"
    );
    let states = world
        .certificates(id)
        .iter()
        .map(|record| record.state)
        .collect();
    (world, states)
}

#[test]
fn a_renewal_racing_a_new_dose_leaves_one_current_certificate_that_counts_it() {
    use CertificateState::{Abandoned, Published, Superseded};
    let (world, mut states) = renewal_racing_a_dose(true);
    states.sort_unstable();
    assert_eq!(states, [Published, Superseded, Abandoned]);
    let current = world.current(world.reference.subject_id("a")).unwrap();
    assert_eq!(current.intent.dose, (3, 3));
}

#[test]
fn a_renewal_racing_an_unsigned_dose_leaves_the_old_certificate_current() {
    use CertificateState::{Abandoned, Published};
    let (world, mut states) = renewal_racing_a_dose(false);
    states.sort_unstable();
    assert_eq!(states, [Published, Abandoned]);
    let current = world.current(world.reference.subject_id("a")).unwrap();
    assert_eq!(current.intent.dose, (2, 2));
    assert_eq!(current.intent.issued_at, at("2022-01-03"));
}
