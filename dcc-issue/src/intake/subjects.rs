//! Rows about one person put together for the register.

use std::collections::HashMap;

use dcc_registry::{DocumentKind, Identity, IdentityRule, Intake, LookupKey, ReferenceKey};

use super::dose_row::DoseRow;

/// The look-up key of the document of `identity`; `None` where it has no number.
///
/// CCCD, CMND and personal number share one key for one number: people call the number of a child,
/// or the twelve digits on a card, by any of these names. Passports are apart.
pub fn document_key(key: &ReferenceKey, identity: &Identity) -> Option<LookupKey> {
    let kind = identity
        .document_kind
        .filter(|_| !identity.document_number.is_empty())?;
    let kind = match kind {
        DocumentKind::Passport => "passport",
        _ => "national-number",
    };
    Some(key.document(kind, &identity.document_number))
}

/// Puts the rows of a batch together by person, in the order of first appearance.
///
/// Rows of one `subject_ref` with the same identity become one item. Where they differ, the
/// differing rows become items of their own behind it, so that a store which takes them in order
/// keeps the first identity and answers `Conflict` for the others (`subject-conflict`). A `dose_ref`
/// that stands twice in an item is taken in its last content, as a correction.
pub fn intakes(rows: Vec<DoseRow>, key: &ReferenceKey, rule: IdentityRule) -> Vec<Intake> {
    let mut items: Vec<Intake> = Vec::new();
    let mut by_subject: HashMap<String, Vec<usize>> = HashMap::new();
    for row in rows {
        let known = by_subject.entry(row.subject_ref).or_default();
        let same = known.iter().copied().find(|place| {
            items
                .get(*place)
                .is_some_and(|item| item.identity.as_ref() == Some(&row.identity))
        });
        let place = same.unwrap_or(items.len());
        if same.is_none() {
            known.push(place);
        }
        if let Some(item) = items.get_mut(place) {
            match item
                .doses
                .iter_mut()
                .find(|(dose_ref, _)| *dose_ref == row.dose_ref)
            {
                Some((_, content)) => *content = row.dose,
                None => item.doses.push((row.dose_ref, row.dose)),
            }
        } else {
            items.push(new_item(row.identity, (row.dose_ref, row.dose), rule));
        }
    }
    finish(items, by_subject, key)
}

fn new_item(
    identity: Identity,
    dose: (dcc_registry::DoseRef, dcc_registry::DoseContent),
    rule: IdentityRule,
) -> Intake {
    let unknown = dcc_registry::SubjectId::from_bytes([0; 16]);
    let mut item = Intake::new(unknown, String::new(), identity);
    item.rule = rule;
    item.doses.push(dose);
    item
}

/// Fills in references and look-up keys, each computed once a person.
fn finish(
    mut items: Vec<Intake>,
    by_subject: HashMap<String, Vec<usize>>,
    key: &ReferenceKey,
) -> Vec<Intake> {
    for (subject_ref, places) in by_subject {
        let subject = key.subject_id(&subject_ref);
        for place in places {
            let Some(item) = items.get_mut(place) else {
                continue;
            };
            item.subject = subject;
            subject_ref.clone_into(&mut item.subject_ref);
            let identity = item.identity.as_ref();
            item.document = identity.and_then(|identity| document_key(key, identity));
        }
    }
    items
}
