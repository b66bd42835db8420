//! What lies outside the buckets: facilities, delegations and cleaning lists.

use alloc::collections::BTreeMap;

use async_trait::async_trait;

use super::{Access, Engine, Shelf, Tx, reference, wire};
use crate::{
    Act, AuditAct, AuditEvent, AuditItem, CleaningList, CommuneCode, Custody, Delegation, Digest,
    Facility, FacilityDirectory, FacilityId, ListEvent, ListId, ListReturn, ListStore, StoreError,
    Written,
};

/// The hashes of a thing's key and of its new body.
pub(super) fn central_item(key: &[u8], body: &[u8]) -> (Digest, Digest) {
    (Digest::of(key), Digest::of(body))
}

/// Appends an event to the central chain; nothing where nothing was changed.
pub(super) async fn append<T: Tx>(
    tx: &mut T,
    act: &Act,
    what: AuditAct,
    things: &[(Digest, Digest)],
) -> Result<(), StoreError> {
    if things.is_empty() {
        return Ok(());
    }
    let head = tx.central_head().await?;
    let item = |(key, body): &(Digest, Digest)| AuditItem::new(reference(key), *body);
    let items = things.iter().map(item).collect();
    tx.append_central(AuditEvent::following(head, act, what, items))
        .await
}

/// Writes those bodies that are new or differ, with one event.
async fn put_all<T: Tx>(
    tx: &mut T,
    act: &Act,
    (shelf, what): (Shelf, AuditAct),
    rows: Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<Vec<Written>, StoreError> {
    let keys: Vec<Vec<u8>> = rows.iter().map(|(key, _)| key.clone()).collect();
    let known = tx.shelf(shelf, &keys).await?;
    let mut standing: BTreeMap<Vec<u8>, Option<Vec<u8>>> = keys.into_iter().zip(known).collect();
    let mut written = Vec::with_capacity(rows.len());
    let mut changed = Vec::new();
    let mut things = Vec::new();
    for (key, body) in rows {
        let known = standing.insert(key.clone(), Some(body.clone())).flatten();
        written.push(match known {
            Some(known) if known == body => Written::Unchanged,
            Some(_) => Written::Updated,
            None => Written::Added,
        });
        if written.last() != Some(&Written::Unchanged) {
            things.push(central_item(&key, &body));
            changed.push((key, body));
        }
    }
    tx.put_shelf(shelf, &changed).await?;
    append(tx, act, what, &things).await?;
    Ok(written)
}

#[async_trait]
impl<E: Engine> FacilityDirectory for E {
    async fn put_facilities(
        &self,
        act: &Act,
        items: &[Facility],
    ) -> Result<Vec<Written>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let keys: Vec<Vec<u8>> = items.iter().map(|item| facility_key(&item.id)).collect();
        let stored = tx.shelf(Shelf::Facility, &keys).await?;
        let mut merged: BTreeMap<Vec<u8>, Facility> = BTreeMap::new();
        for (key, body) in keys.iter().zip(stored) {
            if let Some(body) = body {
                merged.insert(key.clone(), wire::facility_from_bytes(key, &body)?);
            }
        }
        let mut rows = Vec::with_capacity(items.len());
        for (key, item) in keys.into_iter().zip(items) {
            let bare = Facility::new(item.id.clone(), "", item.commune.clone());
            let facility = item.clone().over(merged.get(&key).unwrap_or(&bare));
            rows.push((key.clone(), wire::facility_to_bytes(&facility)));
            merged.insert(key, facility);
        }
        let written = put_all(&mut tx, act, (Shelf::Facility, AuditAct::Facility), rows).await?;
        tx.commit().await?;
        Ok(written)
    }

    async fn facilities(&self, ids: &[FacilityId]) -> Result<Vec<Option<Facility>>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let keys: Vec<Vec<u8>> = ids.iter().map(facility_key).collect();
        let bodies = tx.shelf(Shelf::Facility, &keys).await?;
        keys.iter()
            .zip(bodies)
            .map(|(key, body)| {
                body.map(|body| wire::facility_from_bytes(key, &body))
                    .transpose()
            })
            .collect()
    }

    async fn all_facilities(
        &self,
        after: Option<&FacilityId>,
        limit: usize,
    ) -> Result<Vec<Facility>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let after = after.map(facility_key);
        let rows = tx
            .shelf_page(Shelf::Facility, &[], after.as_deref(), limit)
            .await?;
        rows.iter()
            .map(|(key, body)| wire::facility_from_bytes(key, body))
            .collect()
    }

    async fn put_delegations(
        &self,
        act: &Act,
        items: &[Delegation],
    ) -> Result<Vec<Written>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let keys: Vec<Vec<u8>> = items.iter().map(delegation_key).collect();
        let stored = tx.shelf(Shelf::Delegation, &keys).await?;
        let mut rows = Vec::with_capacity(items.len());
        for ((key, body), item) in keys.into_iter().zip(stored).zip(items) {
            let known = body
                .map(|body| wire::delegation_from_bytes(&body))
                .transpose()?;
            let merged = match known {
                Some(known) => item.clone().over(&known),
                None => item.clone(),
            };
            rows.push((key, wire::delegation_to_bytes(&merged)));
        }
        let written = put_all(
            &mut tx,
            act,
            (Shelf::Delegation, AuditAct::Delegation),
            rows,
        )
        .await?;
        tx.commit().await?;
        Ok(written)
    }

    async fn delegations(
        &self,
        grantor: Option<&FacilityId>,
    ) -> Result<Vec<Delegation>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let prefix = grantor.map(|id| key_part(id.as_str())).unwrap_or_default();
        let rows = tx
            .shelf_page(Shelf::Delegation, &prefix, None, usize::MAX)
            .await?;
        rows.iter()
            .map(|(_, body)| wire::delegation_from_bytes(body))
            .collect()
    }
}

fn facility_key(id: &FacilityId) -> Vec<u8> {
    id.as_str().as_bytes().to_vec()
}

/// A part of a longer key: no part is the beginning of another.
fn key_part(text: &str) -> Vec<u8> {
    let mut part: Vec<u8> = text.bytes().filter(|byte| *byte != 0).collect();
    part.push(0);
    part
}

fn delegation_key(item: &Delegation) -> Vec<u8> {
    let mut key = key_part(item.grantor.as_str());
    key.extend(key_part(item.grantee.as_str()));
    key.extend_from_slice(item.reference.as_bytes());
    key
}

#[async_trait]
impl<E: Engine> ListStore for E {
    async fn make_list(&self, act: &Act, list: &CleaningList) -> Result<bool, StoreError> {
        let key = list.id.as_str().as_bytes().to_vec();
        let mut tx = self.begin(Access::Write).await?;
        if let Some(known) = read_list(&mut tx, &list.id).await? {
            let same = known.hash == list.hash && known.items == list.items;
            return if same {
                Ok(false)
            } else {
                Err(StoreError::conflict("cleaning_list"))
            };
        }
        let mut fresh = list.clone();
        fresh.events = vec![ListEvent::new(
            Custody::Listed,
            act.actor().clone(),
            act.at(),
        )];
        let body = wire::list_to_bytes(&fresh);
        let item = central_item(&key, &body);
        tx.put_shelf(Shelf::List, &[(key, body)]).await?;
        append(&mut tx, act, AuditAct::MakeList, &[item]).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn list(&self, id: &ListId) -> Result<Option<CleaningList>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        read_list(&mut tx, id).await
    }

    async fn lists(
        &self,
        commune: Option<&CommuneCode>,
        after: Option<&ListId>,
        limit: usize,
    ) -> Result<Vec<CleaningList>, StoreError> {
        let mut tx = self.begin(Access::Read).await?;
        let mut after = after.map(|id| id.as_str().as_bytes().to_vec());
        let mut found = Vec::new();
        while found.len() < limit {
            let wanted = limit.saturating_sub(found.len());
            let rows = tx
                .shelf_page(Shelf::List, &[], after.as_deref(), wanted)
                .await?;
            let Some((last, _)) = rows.last() else { break };
            after = Some(last.clone());
            for (key, body) in &rows {
                let mut list = wire::list_from_bytes(key, body)?;
                if commune.is_none_or(|wanted| list.commune == *wanted) {
                    list.items = Vec::new();
                    found.push(list);
                }
            }
        }
        Ok(found)
    }

    async fn hand_over(
        &self,
        act: &Act,
        id: &ListId,
        (from, to): (Custody, Custody),
        returned: Option<ListReturn>,
    ) -> Result<(), StoreError> {
        if to <= from || to == Custody::Listed {
            return Err(StoreError::invalid("custody"));
        }
        let mut tx = self.begin(Access::Write).await?;
        let known = read_list(&mut tx, id).await?;
        let mut list = known.ok_or(StoreError::not_found("cleaning_list"))?;
        let mut event = ListEvent::new(to, act.actor().clone(), act.at());
        event.returned = returned;
        if list.events.last().is_some_and(|last| is_same(last, &event)) {
            return Ok(());
        }
        if list.custody() != from {
            return Err(StoreError::conflict("cleaning_list"));
        }
        list.events.push(event);
        let key = id.as_str().as_bytes().to_vec();
        let body = wire::list_to_bytes(&list);
        let item = central_item(&key, &body);
        tx.put_shelf(Shelf::List, &[(key, body)]).await?;
        append(&mut tx, act, AuditAct::HandOver, &[item]).await?;
        tx.commit().await
    }
}

async fn read_list<T: Tx>(tx: &mut T, id: &ListId) -> Result<Option<CleaningList>, StoreError> {
    let key = id.as_str().as_bytes().to_vec();
    let found = tx.shelf(Shelf::List, core::slice::from_ref(&key)).await?;
    found
        .into_iter()
        .flatten()
        .next()
        .map(|body| wire::list_from_bytes(&key, &body))
        .transpose()
}

/// Whether two changes of custody differ in their time only.
fn is_same(one: &ListEvent, other: &ListEvent) -> bool {
    one.custody == other.custody && one.actor == other.actor && one.returned == other.returned
}
