//! Checkpoints over the audit log by a key of their own, and the check against them (R15, design
//! decision 15).
//!
//! A checkpoint is exported as a signed record; the copy outside is what a rewrite of the whole
//! register cannot reach. [`verify_log`] checks the log against the newest checkpoint that it is
//! given, whose signature it verifies first.

use dcc_codec::cbor::{self, CborLimits, Value};
use dcc_model::Timestamp;
use dcc_registry::{
    AuditReport, AuditStore, Checkpoint, Digest, Head, Partition, SignedCheckpoint, StoreError,
    verify_audit,
};
use dcc_sign::{CryptoProvider, Signer, VerifyingKey};

use crate::signed_record::{RecordError, RecordPurpose, sign_record, verify_record};

/// Why no checkpoint was made, or none was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signature.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record is signed, but is no checkpoint.
    #[error("this is no audit checkpoint")]
    Form,
}

impl AuditError {
    /// Whether what is stored or exported contradicts itself, rather than that it could not be
    /// read.
    pub const fn is_integrity_fault(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error.kind(), dcc_registry::StoreErrorKind::Corrupt),
            Self::Record(_) | Self::Form => true,
        }
    }
}

/// What a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogReport {
    /// The findings of every chain.
    pub audit: AuditReport,
    /// The sequence of the checkpoint it was checked against; `None` where there was none, so that
    /// truncation and rewriting could not be found.
    pub checkpoint: Option<u64>,
    /// The register's own copy of that checkpoint is missing or another one.
    pub copy_differs: bool,
}

impl LogReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.audit.is_sound() && !self.copy_differs
    }
}

/// Makes the next checkpoint over all present heads, keeps it in the register, and returns the
/// record to be carried outside.
///
/// # Errors
///
/// [`AuditError`]; see its variants.
pub async fn make_checkpoint(
    store: &dyn AuditStore,
    signer: &dyn Signer,
    provider: &CryptoProvider,
    at: Timestamp,
) -> Result<(Checkpoint, Vec<u8>), AuditError> {
    let checkpoint = store.next_checkpoint(at).await?;
    let bytes = checkpoint.to_bytes();
    let record = sign_record(RecordPurpose::AuditCheckpoint, &bytes, signer, provider).await?;
    let signed = SignedCheckpoint::new(checkpoint.clone(), record.clone());
    store.put_checkpoint(&signed).await?;
    Ok((checkpoint, record))
}

/// The checkpoint of an exported record, if one of `keys` signed it.
///
/// # Errors
///
/// [`AuditError::Record`], or [`AuditError::Form`] for what is signed and no checkpoint.
pub fn read_checkpoint(
    record: &[u8],
    keys: &[VerifyingKey],
    provider: &CryptoProvider,
) -> Result<Checkpoint, AuditError> {
    let payload = verify_record(RecordPurpose::AuditCheckpoint, record, keys, provider)?;
    parse(&payload).ok_or(AuditError::Form)
}

/// Checks the whole log against an exported checkpoint, or against the register's own last one
/// where none is given.
///
/// # Errors
///
/// [`AuditError`]; findings are no errors.
pub async fn verify_log(
    store: &dyn AuditStore,
    exported: Option<&[u8]>,
    keys: &[VerifyingKey],
    provider: &CryptoProvider,
) -> Result<LogReport, AuditError> {
    let checkpoint = match exported {
        Some(record) => Some(read_checkpoint(record, keys, provider)?),
        None => match store.checkpoint(None).await? {
            Some(kept) => Some(read_checkpoint(kept.signature(), keys, provider)?),
            None => None,
        },
    };
    let audit = verify_audit(store, checkpoint.as_ref()).await?;
    let mut copy_differs = false;
    if let Some(checkpoint) = &checkpoint {
        let kept = store.checkpoint(Some(checkpoint.sequence())).await?;
        copy_differs = kept.is_none_or(|kept| kept.checkpoint().hash() != checkpoint.hash());
    }
    let checkpoint = checkpoint.map(|checkpoint| checkpoint.sequence());
    Ok(LogReport {
        audit,
        checkpoint,
        copy_differs,
    })
}

/// Reads `["dcc-audit-checkpoint-1", sequence, previous, at, [[partition, number, hash], ...]]`.
fn parse(payload: &[u8]) -> Option<Checkpoint> {
    // 4097 heads of three members each, and their arrays.
    let limits = CborLimits::default().with_items(20_000);
    let value = cbor::decode(payload, &limits).ok()?;
    let [form, sequence, previous, at, heads] = value.as_array()? else {
        return None;
    };
    if form.as_text()? != "dcc-audit-checkpoint-1" {
        return None;
    }
    let heads: Option<Vec<Head>> = heads.as_array()?.iter().map(head).collect();
    let checkpoint = Checkpoint::new(
        unsigned(sequence)?,
        Digest::from_slice(previous.as_bytes()?)?,
        Timestamp::from_unix_seconds(at.as_integer()?)?,
        heads?,
    );
    // Only the deterministic form says what was signed.
    (checkpoint.to_bytes() == payload).then_some(checkpoint)
}

fn head(value: &Value<'_>) -> Option<Head> {
    let [partition, number, hash] = value.as_array()? else {
        return None;
    };
    let partition = Partition::new(u16::try_from(partition.as_integer()?).ok()?)?;
    Some(Head::new(
        partition,
        unsigned(number)?,
        Digest::from_slice(hash.as_bytes()?)?,
    ))
}

fn unsigned(value: &Value<'_>) -> Option<u64> {
    u64::try_from(value.as_integer()?).ok()
}

#[cfg(test)]
mod tests;
