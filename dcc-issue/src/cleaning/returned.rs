//! Taking a list back: its file's hash and how it was signed are kept (R54).

use core::fmt;

use dcc_codec::cbor::{self, Value};
use dcc_registry::{Act, Custody, Digest, ListId, ListReturn, ReturnSignature};
use dcc_sign::{CryptoProvider, VerifyingKey};

use super::{Cleaning, CleaningError, ListFault};
use crate::signed_record::{RecordError, RecordPurpose, verify_record};

/// A returned file with the proof of its signature. `Debug` prints no content.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnedFile {
    bytes: Vec<u8>,
    signature: ReturnSignature,
}

impl ReturnedFile {
    /// A file without a signature, or with one on paper that was scanned and archived.
    pub const fn unsigned(bytes: Vec<u8>, is_scanned: bool) -> Self {
        let signature = if is_scanned {
            ReturnSignature::Scanned
        } else {
            ReturnSignature::None
        };
        Self { bytes, signature }
    }

    /// A file whose digital signature (a record over [`list_return_payload`]) is of one of `keys`.
    ///
    /// # Errors
    ///
    /// [`RecordError`] where it is not, or is about another list or file.
    pub fn signed(
        bytes: Vec<u8>,
        id: &ListId,
        record: &[u8],
        keys: &[VerifyingKey],
        provider: &CryptoProvider,
    ) -> Result<Self, RecordError> {
        let payload = verify_record(RecordPurpose::ListReturn, record, keys, provider)?;
        if payload != list_return_payload(id, &Digest::of(&bytes)) {
            return Err(RecordError::Signature);
        }
        Ok(Self {
            bytes,
            signature: ReturnSignature::Checked,
        })
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How it was signed.
    pub const fn signature(&self) -> ReturnSignature {
        self.signature
    }
}

impl fmt::Debug for ReturnedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnedFile")
            .field("bytes", &self.bytes.len())
            .field("signature", &self.signature)
            .finish()
    }
}

/// What the police sign when they hand a list back: the deterministic CBOR `["dcc-list-return-1",
/// list id, SHA-256 of the file]`.
pub fn list_return_payload(id: &ListId, hash: &Digest) -> Vec<u8> {
    cbor::encode(&Value::Array(vec![
        Value::text("dcc-list-return-1"),
        Value::text(id.as_str()),
        Value::bytes(hash.as_bytes().as_slice()),
    ]))
}

impl Cleaning<'_> {
    /// Takes a list back. The file's hash and signature state stand in the list's custody from
    /// then on; the caller archives the file. The same file again changes nothing.
    ///
    /// # Errors
    ///
    /// [`ListFault::Unknown`]; [`ListFault::Custody`] where another file was handed back before.
    pub async fn take_return(
        &self,
        act: &Act,
        id: &ListId,
        file: &ReturnedFile,
    ) -> Result<(), CleaningError> {
        let list = self.list(id).await?;
        let returned = ListReturn::new(Digest::of(&file.bytes), file.signature);
        let before = list
            .events
            .iter()
            .find(|event| event.custody == Custody::Returned);
        match before {
            Some(event) if event.returned == Some(returned) => {}
            Some(_) => return Err(CleaningError::List(ListFault::Custody)),
            None => {
                let way = (list.custody(), Custody::Returned);
                self.registry
                    .hand_over(act, id, way, Some(returned))
                    .await?;
            }
        }
        self.move_cases(act, &list, Custody::Returned).await
    }
}
