//! Attestation: a facility signs the doses that it entered, the centre verifies.
//!
//! One act of a facility covers thousands of doses (R24, R25): a hash tree over their versions
//! ([`tree`]), a [`Statement`] about its root, one signature where the key is
//! ([`FacilitySigner`]), and a [`Package`] that carries it all. The centre
//! ([`AttestationCentre`]) holds no facility's key. It verifies each package against the
//! certificates that are registered for the signer and chain to its authorities, against the
//! delegations, and dose by dose against its own records; the store marks what stands.
//!
//! A dose that is changed afterwards is a new version without a mark: its attestation lapsed. The
//! format is in `docs/attestation.md`, so that platform and centre may be two systems.

mod algorithm;
mod attester;
mod centre;
mod facility_signer;
mod package;
mod statement;
pub mod tree;

pub use algorithm::AttestationAlgorithm;
pub use attester::{AttestFailure, AttestReport, Attester};
pub use centre::{
    Acceptance, AttestationCentre, AttestationError, LeafVerdict, Refused, VerifiedAttestation,
};
pub use facility_signer::{FacilitySigner, MakeError};
pub use package::{MAX_LEAVES, Package, PackageError, PackageLeaf};
pub use statement::{ATTESTATION_PROFILE, Statement};
