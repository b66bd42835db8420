//! Leases.

use async_trait::async_trait;
use dcc_model::Timestamp;

use super::{Access, Engine, Tx};
use crate::{Bucket, Lease, LeaseStore, StoreError, WorkerId};

#[async_trait]
impl<E: Engine> LeaseStore for E {
    async fn acquire(
        &self,
        worker: &WorkerId,
        among: &[Bucket],
        wanted: usize,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Lease>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let leases = tx.lease(worker, among, wanted, (now, until)).await?;
        tx.commit().await?;
        Ok(leases)
    }

    async fn extend(&self, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>, StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        let mut kept = Vec::new();
        for lease in leases {
            if tx.set_lease_end(lease, until).await? {
                kept.push(Lease {
                    until,
                    ..lease.clone()
                });
            }
        }
        tx.commit().await?;
        Ok(kept)
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        let mut tx = self.begin(Access::Write).await?;
        for lease in leases {
            tx.set_lease_end(lease, Timestamp::UNIX_EPOCH).await?;
        }
        tx.commit().await
    }
}
