//! One bucket in memory.

use alloc::collections::BTreeMap;

use crate::engine::{
    Certificates, Mark, Page, Part, Parts, Rows, Selection, Versions, Work, is_live,
};
use crate::{
    AuditEvent, BatchId, CaseRecord, CertificateId, CertificateRecord, CorrectionRequest, Decision,
    Digest, DoseRecord, DoseRef, DoseState, FeedEntry, IdentityVersion, RequestState, SubjectId,
    SubjectLink, SubjectRecord,
};

/// One bucket.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) events: Vec<AuditEvent>,
    pub(super) outbox: Vec<FeedEntry>,
    pub(super) relayed: usize,
    pub(super) subjects: BTreeMap<SubjectId, SubjectRecord>,
    pub(super) identities: BTreeMap<(SubjectId, u32), IdentityVersion>,
    pub(super) doses: BTreeMap<(SubjectId, DoseRef, u32), DoseRecord>,
    pub(super) certificates: BTreeMap<(SubjectId, CertificateId), CertificateRecord>,
    pub(super) cases: BTreeMap<(SubjectId, u32), CaseRecord>,
    pub(super) decisions: BTreeMap<(SubjectId, BatchId), Decision>,
    pub(super) requests: BTreeMap<(SubjectId, String), CorrectionRequest>,
    pub(super) links: BTreeMap<(SubjectId, SubjectId), SubjectLink>,
}

impl Contents {
    pub(super) fn absorb(&mut self, work: Work) {
        work.subjects.merge_into(&mut self.subjects);
        work.identities.merge_into(&mut self.identities);
        work.doses.merge_into(&mut self.doses);
        work.certificates.merge_into(&mut self.certificates);
        work.cases.merge_into(&mut self.cases);
        work.decisions.merge_into(&mut self.decisions);
        work.requests.merge_into(&mut self.requests);
        work.links.merge_into(&mut self.links);
        self.outbox.extend(work.feed);
        self.events.extend(work.events);
    }

    pub(super) fn load(&self, work: &mut Work, who: &Selection, parts: Parts) {
        let ids: Vec<SubjectId> = match who {
            Selection::All => self.subjects.keys().copied().collect(),
            Selection::Ids(ids) => ids.clone(),
        };
        for id in ids {
            if let Some(record) = self.subjects.get(&id) {
                work.subjects.load(id, record.clone());
                self.load_parts(work, id, parts);
            }
        }
    }

    fn load_parts(&self, work: &mut Work, id: SubjectId, parts: Parts) {
        let text = String::new;
        if parts.doses != Versions::None {
            let from = (id, DoseRef::new(text()), 0);
            let mine = mine(&self.doses, from, |key| key.0 == id);
            let all = parts.doses == Versions::All;
            let wanted = mine.filter(|(_, dose)| all || dose.state != DoseState::Superseded);
            load_all(&mut work.doses, wanted);
        }
        if parts.certificates != Certificates::None {
            let from = (id, CertificateId::new(text()));
            let mine = mine(&self.certificates, from, |key| key.0 == id);
            let all = parts.certificates == Certificates::All;
            let wanted = mine.filter(|(_, record)| all || is_live(record.state));
            load_all(&mut work.certificates, wanted);
        }
        for part in parts.also {
            match part {
                Part::Identities => {
                    let rows = mine(&self.identities, (id, 0), |key| key.0 == id);
                    load_all(&mut work.identities, rows);
                }
                Part::Cases => {
                    load_all(
                        &mut work.cases,
                        mine(&self.cases, (id, 0), |key| key.0 == id),
                    );
                }
                Part::Decisions => {
                    let from = (id, BatchId::new(Digest::ZERO));
                    let rows = mine(&self.decisions, from, |key| key.0 == id);
                    load_all(&mut work.decisions, rows);
                }
                Part::Requests => {
                    let rows = mine(&self.requests, (id, text()), |key| key.0 == id);
                    load_all(&mut work.requests, rows);
                }
                Part::Links => {
                    let from = (id, SubjectId::from_bytes([0; 16]));
                    load_all(&mut work.links, mine(&self.links, from, |key| key.0 == id));
                }
            }
        }
    }

    pub(super) fn is_on(&self, id: SubjectId, page: &Page) -> bool {
        match page {
            Page::Subjects(states) => {
                let state = self
                    .subjects
                    .get(&id)
                    .map(|record| record.verification.state);
                states.is_empty() || state.is_some_and(|state| states.contains(&state))
            }
            Page::OpenIntents => {
                let from = (id, CertificateId::new(String::new()));
                let mine = self
                    .certificates
                    .range(from..)
                    .take_while(|(key, _)| key.0 == id);
                mine.into_iter().any(|(_, record)| record.state.is_open())
            }
            Page::OpenCases => {
                let mine = self.cases.range((id, 0)..=(id, u32::MAX));
                mine.into_iter().any(|(_, case)| case.closed_at.is_none())
            }
            Page::OpenRequests => {
                let mine = self.requests.range((id, String::new())..);
                let mut mine = mine.take_while(|(key, _)| key.0 == id);
                mine.any(|(_, request)| request.state == RequestState::Open)
            }
        }
    }
}

/// The rows of one subject, from the least key that it can have.
fn mine<'rows, K: Ord, V>(
    stored: &'rows BTreeMap<K, V>,
    from: K,
    of_subject: impl Fn(&K) -> bool + 'rows,
) -> impl Iterator<Item = (&'rows K, &'rows V)> {
    stored
        .range(from..)
        .take_while(move |(key, _)| of_subject(key))
}

fn load_all<'rows, K: Ord + Clone + 'rows, V: Clone + 'rows>(
    rows: &mut Rows<K, V>,
    stored: impl Iterator<Item = (&'rows K, &'rows V)>,
) {
    for (key, value) in stored {
        rows.load(key.clone(), value.clone());
    }
}

/// Added and changed rows only.
impl<K: Ord + Clone, V: Clone> Rows<K, V> {
    fn merge_into(self, stored: &mut BTreeMap<K, V>) {
        for (key, mark, value) in self.into_marked() {
            if mark != Mark::Kept {
                stored.insert(key, value);
            }
        }
    }
}
