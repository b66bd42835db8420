//! A DID document as it was read.

use dcc_model::Timestamp;
use dcc_sign::{CryptoProvider, VerifyingKey};
use serde_json::Value;

use super::method::VerificationMethod;
use super::nquads;
use super::proof::{self, ProofError};
use crate::trust_list::error::{EntryReason, ImportError};
use crate::trust_list::json;

/// The two generations of WHO's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Generation {
    /// `…:trustlist`: document signers only, whose participant stands in the id.
    V1,
    /// `…:v2:trustlist…`: methods with domain, participant and key usage, or references.
    V2,
}

/// A DID document of the GDHCN. Nothing in it is verified by reading.
#[derive(Clone, Debug)]
pub struct DidDocument {
    json: Value,
    id: String,
    generation: Generation,
}

impl DidDocument {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`ImportError::Malformed`] where it has no id or no verification methods.
    pub fn parse(bytes: &[u8]) -> Result<Self, ImportError> {
        Self::from_json(json::parse(bytes, "JSON")?)
    }

    pub(crate) fn from_json(json: Value) -> Result<Self, ImportError> {
        let id = json.get("id").and_then(Value::as_str);
        let id = id.filter(|id| id.starts_with("did:web:"));
        let id = String::from(id.ok_or(ImportError::Malformed { part: "id" })?);
        if !json.get("verificationMethod").is_some_and(Value::is_array) {
            return Err(ImportError::Malformed {
                part: "verificationMethod",
            });
        }
        let second = id.split(':').any(|part| part == "v2");
        let generation = if second {
            Generation::V2
        } else {
            Generation::V1
        };
        Ok(Self {
            json,
            id,
            generation,
        })
    }

    /// The DID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The generation, by its DID.
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// When the proof says that the document was made; nothing but the proof proves it.
    pub fn created(&self) -> Option<Timestamp> {
        self.json
            .get("proof")?
            .get("created")?
            .as_str()?
            .parse()
            .ok()
    }

    /// The verification methods, each with its own result.
    pub fn methods(
        &self,
    ) -> impl ExactSizeIterator<Item = Result<VerificationMethod<'_>, EntryReason>> {
        let methods = self
            .json
            .get("verificationMethod")
            .and_then(Value::as_array);
        let methods = methods.map_or(&[][..], |methods| methods.as_slice());
        methods
            .iter()
            .map(|method| VerificationMethod::read(method, self.generation))
    }

    /// Whether a DID belongs to another environment than this document: another host.
    pub(crate) fn is_foreign(&self, id: &str) -> bool {
        let host = |id: &str| id.split(':').nth(2).map(String::from);
        host(id) != host(&self.id)
    }

    /// The canonical N-Quads (RDF Dataset Canonicalization, URDNA2015) of the document without
    /// its proof.
    ///
    /// # Errors
    ///
    /// [`ProofError`], where the document has something that the mapping here does not know.
    pub fn canonical_document(&self) -> Result<String, ProofError> {
        nquads::document(&self.json)
    }

    /// The canonical N-Quads of the proof without its signature.
    ///
    /// # Errors
    ///
    /// [`ProofError`], where there is none, or it has something that the mapping here does not
    /// know.
    pub fn canonical_proof(&self) -> Result<String, ProofError> {
        let proof = self.json.get("proof").ok_or(ProofError::Missing)?;
        nquads::proof(&self.json, proof)
    }

    /// Verifies the proof by one of these keys. It then covers every member which
    /// [`methods`](Self::methods) reads, and the document's id.
    ///
    /// # Errors
    ///
    /// [`ProofError`].
    pub fn verify_proof(
        &self,
        provider: &CryptoProvider,
        keys: &[VerifyingKey],
    ) -> Result<(), ProofError> {
        proof::verify(self, &self.json, provider, keys)
    }
}
