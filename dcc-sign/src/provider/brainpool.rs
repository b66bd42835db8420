//! Brainpool curves (RFC 5639) of authorities' keys by `RustCrypto`, whichever the provider.

use core::ops::Add;

use ecdsa::elliptic_curve::array::ArraySize;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize};
use ecdsa::signature::hazmat::PrehashVerifier;
use ecdsa::{EcdsaCurve, Signature, VerifyingKey, der};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::SignatureWrong;
use crate::csca::{CertificateAlgorithm, CertificateKey, CertificateKeyMaterial};

/// Verifies under a brainpool key; a wrong signature under any other.
pub(super) fn verify(
    algorithm: CertificateAlgorithm,
    key: &CertificateKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureWrong> {
    let hash = match algorithm {
        CertificateAlgorithm::EcdsaSha256 => Sha256::digest(message).to_vec(),
        CertificateAlgorithm::EcdsaSha384 => Sha384::digest(message).to_vec(),
        CertificateAlgorithm::EcdsaSha512 => Sha512::digest(message).to_vec(),
        _ => return Err(SignatureWrong),
    };
    match key.material() {
        CertificateKeyMaterial::BrainpoolP256r1(point) => {
            verify_on::<bp256::BrainpoolP256r1>(point, &hash, signature)
        }
        CertificateKeyMaterial::BrainpoolP384r1(point) => {
            verify_on::<bp384::BrainpoolP384r1>(point, &hash, signature)
        }
        _ => Err(SignatureWrong),
    }
}

fn verify_on<C>(point: &[u8], hash: &[u8], signature: &[u8]) -> Result<(), SignatureWrong>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
    der::MaxSize<C>: ArraySize,
    <FieldBytesSize<C> as Add>::Output: Add<der::MaxOverhead> + ArraySize,
{
    // Reading the point checks that it is on the curve.
    let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| SignatureWrong)?;
    let signature = Signature::<C>::from_der(signature).map_err(|_| SignatureWrong)?;
    key.verify_prehash(hash, &signature)
        .map_err(|_| SignatureWrong)
}
