//! Facilities and delegations into the directory.

use dcc_registry::{Act, Delegation, Facility, FacilityCertificate, FacilityDirectory, Written};

use super::ImportError;
use crate::intake::{DelegationRow, FacilityRow, IntakeReport, Rows};

/// Records that are written together.
const CHUNK: usize = 2_000;

/// What an import into the directory did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryReport {
    /// The rows, as the table has them.
    pub rows: IntakeReport,
    /// New records.
    pub added: u64,
    /// Replaced records.
    pub updated: u64,
    /// Records that were so already.
    pub unchanged: u64,
}

impl DirectoryReport {
    fn count(&mut self, written: &[Written]) {
        for one in written {
            let counter = match one {
                Written::Added => &mut self.added,
                Written::Updated => &mut self.updated,
                _ => &mut self.unchanged,
            };
            *counter = counter.saturating_add(1);
        }
    }
}

/// Takes in a table of facilities. `certificate` gives the DER of the certificates of a row's
/// facility, from wherever the caller keeps them; each is registered at the act's time, once.
///
/// # Errors
///
/// [`ImportError`].
pub async fn import_facilities(
    directory: &dyn FacilityDirectory,
    rows: Rows<FacilityRow>,
    act: &Act,
    certificates: &mut (dyn FnMut(&FacilityRow) -> Vec<Vec<u8>> + Send),
) -> Result<DirectoryReport, ImportError> {
    let mut report = DirectoryReport::default();
    let mut waiting: Vec<Facility> = Vec::new();
    for row in rows {
        let row = row?;
        report.rows.count(&row);
        if let Some(mut record) = row.record {
            for der in certificates(&record) {
                let certificate = FacilityCertificate::new(der, act.at());
                record.facility.certificates.push(certificate);
            }
            waiting.push(record.facility);
        }
        if waiting.len() >= CHUNK {
            put_facilities(directory, act, &mut waiting, &mut report).await?;
        }
    }
    put_facilities(directory, act, &mut waiting, &mut report).await?;
    Ok(report)
}

/// Certificates that stand already keep the time at which they were registered.
async fn put_facilities(
    directory: &dyn FacilityDirectory,
    act: &Act,
    waiting: &mut Vec<Facility>,
    report: &mut DirectoryReport,
) -> Result<(), ImportError> {
    let mut items = core::mem::take(waiting);
    let ids: Vec<_> = items.iter().map(|item| item.id.clone()).collect();
    let stored = directory.facilities(&ids).await?;
    for (item, stored) in items.iter_mut().zip(stored) {
        let known = stored.map(|stored| stored.certificates).unwrap_or_default();
        item.certificates
            .retain(|one| known.iter().all(|known| known.der != one.der));
        item.certificates.splice(..0, known);
    }
    report.count(&directory.put_facilities(act, &items).await?);
    Ok(())
}

/// Takes in a table of delegations.
///
/// # Errors
///
/// [`ImportError`].
pub async fn import_delegations(
    directory: &dyn FacilityDirectory,
    rows: Rows<DelegationRow>,
    act: &Act,
) -> Result<DirectoryReport, ImportError> {
    let mut report = DirectoryReport::default();
    let mut waiting: Vec<Delegation> = Vec::new();
    for row in rows {
        let row = row?;
        report.rows.count(&row);
        waiting.extend(row.record.map(|record| record.delegation));
        if waiting.len() >= CHUNK {
            report.count(&directory.put_delegations(act, &waiting).await?);
            waiting.clear();
        }
    }
    report.count(&directory.put_delegations(act, &waiting).await?);
    Ok(report)
}
