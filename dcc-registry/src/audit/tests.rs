//! Every way of touching a chain is found.

use super::*;

fn partition() -> Partition {
    Partition::of(Bucket::new(7).unwrap())
}

/// A sound chain of `length` events, all by `actor`.
fn chain(length: u8, actor: &str) -> Vec<AuditEvent> {
    let mut events: Vec<AuditEvent> = Vec::new();
    for number in 0..length {
        let head = events
            .last()
            .map_or_else(|| Head::empty(partition()), AuditEvent::head);
        let at = Timestamp::UNIX_EPOCH.saturating_add_seconds(i64::from(number));
        let act = Act::new(Actor::new(actor), at);
        let subject = SubjectId::from_bytes([number; 16]);
        let items = vec![AuditItem::new(subject, Digest::of(&[number]))];
        events.push(AuditEvent::following(head, &act, AuditAct::Intake, items));
    }
    events
}

fn head(events: &[AuditEvent]) -> Head {
    events
        .last()
        .map_or_else(|| Head::empty(partition()), AuditEvent::head)
}

/// What is found in `events` after a checkpoint over `seen`.
fn findings(events: &[AuditEvent], seen: &[AuditEvent]) -> Vec<AuditFinding> {
    verify_chain(events, head(events), head(seen))
}

#[test]
fn a_sound_chain_has_no_findings() {
    let events = chain(6, "a");
    for seen in 0..=6 {
        assert_eq!(findings(&events, &events[..seen]), []);
    }
    assert_eq!(findings(&[], &[]), []);
}

#[test]
fn a_change_of_any_field_is_found() {
    let changes: [fn(&mut AuditEvent); 6] = [
        |event| event.at = event.at.saturating_add_seconds(1),
        |event| event.actor = Actor::new("somebody else"),
        |event| event.act = AuditAct::Revoke,
        |event| event.items[0].object = Digest::ZERO,
        |event| event.items[0].reference = SubjectId::from_bytes([9; 16]),
        |event| event.items.clear(),
    ];
    for change in changes {
        for place in 0..6 {
            let sound = chain(6, "a");
            let mut events = sound.clone();
            change(&mut events[place]);
            let number = sound[place].number;
            let changed = AuditFinding::Changed {
                partition: partition(),
                number,
            };
            assert_eq!(findings(&events, &sound[..3]), [changed]);
        }
    }
}

#[test]
fn a_change_with_its_hash_recomputed_breaks_the_link_behind_it() {
    let sound = chain(6, "a");
    let mut events = sound.clone();
    events[2].actor = Actor::new("somebody else");
    events[2].hash = events[2].computed_hash();
    let unlinked = AuditFinding::Unlinked {
        partition: partition(),
        number: 4,
    };
    assert_eq!(findings(&events, &[]), [unlinked]);
    // The last event has nothing behind it: only a checkpoint that saw it, or the stored head.
    let mut events = sound.clone();
    events[5].actor = Actor::new("somebody else");
    events[5].hash = events[5].computed_hash();
    let rewritten = AuditFinding::Rewritten {
        partition: partition(),
        number: 6,
    };
    assert_eq!(findings(&events, &sound), [rewritten]);
    let differs = AuditFinding::HeadDiffers {
        partition: partition(),
    };
    assert_eq!(
        verify_chain(&events, head(&sound), head(&sound[..3])),
        [differs]
    );
}

#[test]
fn a_removed_event_is_found() {
    let sound = chain(6, "a");
    for place in 0..5 {
        let mut events = sound.clone();
        events.remove(place);
        let found = findings(&events, &sound[..1]);
        let gap = |finding: &AuditFinding| matches!(finding, AuditFinding::OutOfOrder { .. });
        assert!(found.iter().any(gap), "{place}: {found:?}");
        // Renumbered to hide the gap.
        for (number, event) in (1..).zip(&mut events) {
            event.number = number;
        }
        assert!(!findings(&events, &sound[..1]).is_empty(), "{place}");
    }
}

#[test]
fn reordered_and_inserted_events_are_found() {
    let sound = chain(6, "a");
    for place in 0..5 {
        let mut events = sound.clone();
        events.swap(place, place + 1);
        assert!(!findings(&events, &[]).is_empty(), "{place}");
        let (one, other) = (events[place].number, events[place + 1].number);
        events[place].number = other;
        events[place + 1].number = one;
        assert!(!findings(&events, &[]).is_empty(), "{place}");
    }
    let mut events = sound;
    events.insert(3, chain(4, "b")[3].clone());
    assert!(!findings(&events, &[]).is_empty());
}

#[test]
fn truncation_is_found_up_to_the_checkpoint() {
    let sound = chain(6, "a");
    for last in 0_u8..4 {
        let events = &sound[..usize::from(last)];
        let truncated = AuditFinding::Truncated {
            partition: partition(),
            last: u64::from(last),
            checkpoint: 4,
        };
        assert_eq!(findings(events, &sound[..4]), [truncated]);
    }
    // What came after the checkpoint is beyond its reach, but not beyond the stored head's.
    assert_eq!(findings(&sound[..5], &sound[..4]), []);
    let differs = AuditFinding::HeadDiffers {
        partition: partition(),
    };
    assert_eq!(
        verify_chain(&sound[..5], head(&sound), head(&sound[..4])),
        [differs]
    );
}

#[test]
fn a_rewritten_chain_is_found_by_its_checkpoint_alone() {
    let sound = chain(6, "a");
    let rewritten = chain(6, "b");
    assert_eq!(findings(&rewritten, &[]), []);
    let found = AuditFinding::Rewritten {
        partition: partition(),
        number: 4,
    };
    assert_eq!(findings(&rewritten, &sound[..4]), [found]);
}

#[test]
fn an_event_of_another_partition_is_found() {
    let events = chain(3, "a");
    let other = Partition::of(Bucket::new(8).unwrap());
    let stored = Head::new(other, 3, events[2].hash);
    assert!(!verify_chain(&events, stored, Head::empty(other)).is_empty());
}

#[test]
fn a_checkpoint_commits_to_every_head() {
    let (one, other) = (
        head(&chain(3, "a")),
        Head::new(Partition::CENTRAL, 9, Digest::of(b"9")),
    );
    let at = Timestamp::UNIX_EPOCH;
    let point = Checkpoint::new(1, Digest::ZERO, at, vec![other, one]);
    assert_eq!(point.heads(), [one, other]);
    assert_eq!(point.head(partition()), one);
    let elsewhere = Partition::of(Bucket::new(1).unwrap());
    assert_eq!(point.head(elsewhere), Head::empty(elsewhere));
    let again = Checkpoint::new(1, Digest::ZERO, at, vec![one, other]);
    assert_eq!(point.to_bytes(), again.to_bytes());
    let without = Checkpoint::new(1, Digest::ZERO, at, vec![one]);
    assert_ne!(point.hash(), without.hash());
}

#[test]
fn act_numbers_are_unique_and_come_back() {
    for act in AuditAct::ALL {
        assert_eq!(AuditAct::from_number(act.number()), Some(*act));
    }
    assert_eq!(AuditAct::from_number(0), None);
}
