//! Facilities and delegations.

use dcc_model::civil::date;

mod disturbed;

use super::world::{act, at, facility};
use super::{Failure, Harness, each, equal, holds};
use crate::{
    CommuneCode, Delegation, Facility, FacilityCertificate, FacilityDirectory, SigningMode, Written,
};

pub(super) fn run<H: Harness<Store: FacilityDirectory>>(harness: &H) -> Result<usize, Failure> {
    let methods = each(
        harness,
        &[
            |store| Box::pin(facilities(store)),
            |store| Box::pin(delegations(store)),
            |store| Box::pin(pages(store)),
        ],
    )?;
    let places = disturbed::crash(harness)?;
    let races = disturbed::races(harness)?;
    Ok(methods.saturating_add(places).saturating_add(races))
}

fn made(number: u8) -> Facility {
    let mut made = Facility::new(facility(number), "Trạm Y tế", CommuneCode::new("00001"));
    made.mode = SigningMode::SelfSigning;
    made.enabled_from = Some(date(2022, 4, 15));
    made.certificates
        .push(FacilityCertificate::new(vec![number; 40], at(1)));
    made
}

async fn facilities(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    let written = store.put_facilities(&act(1), &[made(2), made(1)]).await?;
    equal(&written, &vec![Written::Added; 2], "new facilities")?;
    let mut changed = made(1);
    changed.certificates = vec![FacilityCertificate::new(vec![9; 40], at(2))];
    let written = store
        .put_facilities(&act(2), &[changed.clone(), made(2)])
        .await?;
    equal(
        &written,
        &vec![Written::Updated, Written::Unchanged],
        "written again",
    )?;
    let mut found = store.facilities(&[facility(9), facility(1)]).await?;
    let first = found.pop().flatten();
    holds(found == [None], "an unknown facility is absent")?;
    let hashes = first.as_ref().map(|found| {
        found
            .certificates
            .iter()
            .map(|stored| stored.der.clone())
            .collect::<Vec<_>>()
    });
    let wanted = Some(vec![vec![1; 40], vec![9; 40]]);
    equal(&hashes, &wanted, "certificates are added, never dropped")?;
    changed.certificates = vec![FacilityCertificate::new(vec![9; 40], at(2))];
    if let Some(certificate) = changed.certificates.first_mut() {
        certificate.revoked_at = Some(at(5));
    }
    store
        .put_facilities(&act(3), core::slice::from_ref(&changed))
        .await?;
    if let Some(certificate) = changed.certificates.first_mut() {
        certificate.revoked_at = None;
    }
    store.put_facilities(&act(4), &[changed]).await?;
    let found = store.facilities(&[facility(1)]).await?.pop().flatten();
    let revoked = found.and_then(|found| found.certificates.last().and_then(|c| c.revoked_at));
    equal(&revoked, &Some(at(5)), "a revocation stays")?;
    let page = store.all_facilities(Some(&facility(1)), 10).await?;
    let ids: Vec<_> = page.into_iter().map(|found| found.id).collect();
    equal(&ids, &vec![facility(2)], "facilities by code")
}

async fn delegations(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    let days = (date(2022, 4, 1), date(2022, 4, 30));
    let mut one = Delegation::new(facility(1), facility(8), "12/QD", days);
    one.scope_to = Some(date(2022, 3, 31));
    let other = Delegation::new(facility(11), facility(8), "12/QD", days);
    let written = store
        .put_delegations(&act(1), &[one.clone(), other])
        .await?;
    equal(&written, &vec![Written::Added; 2], "new delegations")?;
    let found = store.delegations(Some(&facility(1))).await?;
    equal(
        &found,
        &vec![one.clone()],
        "by grantor, whose code may begin another's",
    )?;
    equal(&store.delegations(None).await?.len(), &2, "all delegations")?;
    let mut revoked = one.clone();
    revoked.revoked_at = Some(at(0));
    store.put_delegations(&act(2), &[revoked.clone()]).await?;
    let written = store.put_delegations(&act(3), &[one]).await?;
    equal(&written, &vec![Written::Unchanged], "a revocation stays")?;
    let found = store.delegations(Some(&facility(1))).await?;
    equal(&found, &vec![revoked], "a revoked delegation is still told")
}

async fn pages(store: &dyn FacilityDirectory) -> Result<(), Failure> {
    let written = store
        .put_facilities(&act(1), &[made(3), made(1), made(3), made(2)])
        .await?;
    let wanted = [
        Written::Added,
        Written::Added,
        Written::Unchanged,
        Written::Added,
    ];
    equal(
        &written,
        &wanted.to_vec(),
        "one answer an item, in the order of the items",
    )?;
    let mut seen = Vec::new();
    while seen.len() < 4 {
        let page = store.all_facilities(seen.last(), 1).await?;
        if page.is_empty() {
            break;
        }
        holds(page.len() == 1, "a page is no longer than asked")?;
        seen.extend(page.into_iter().map(|found| found.id));
    }
    let wanted: Vec<_> = (1..=3).map(facility).collect();
    equal(&seen, &wanted, "pages tell each facility once, by code")?;
    let found = store.facilities(&[facility(2), facility(3)]).await?;
    equal(
        &found,
        &vec![Some(made(2)), Some(made(3))],
        "each comes back as it was",
    )
}
