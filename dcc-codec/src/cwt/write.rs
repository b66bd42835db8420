//! From claims to bytes.

use super::{CwtClaims, EU_DCC, EXPIRES_AT, HCERT, ISSUED_AT, ISSUER, VN_NATIONALITY_CLAIM};
use crate::cbor::{self, Value};

/// The CWT payload of these claims around an EU DCC, in deterministic encoding: `iss`, `exp`,
/// `iat`, the health certificate, then private claims.
pub(crate) fn write(claims: &CwtClaims, dcc: Value<'_>) -> Vec<u8> {
    let mut pairs = Vec::new();
    let mut put = |key, value| pairs.push((Value::integer(key), value));
    if let Some(issuer) = claims.issuer() {
        put(ISSUER, Value::text(issuer));
    }
    put(
        EXPIRES_AT,
        Value::integer(claims.expires_at().unix_seconds()),
    );
    if let Some(issued_at) = claims.issued_at() {
        put(ISSUED_AT, Value::integer(issued_at.unix_seconds()));
    }
    put(HCERT, Value::Map(vec![(Value::integer(EU_DCC), dcc)]));
    if let Some(nationality) = claims.nationality() {
        put(VN_NATIONALITY_CLAIM, Value::text(nationality));
    }
    pairs.extend(claims.other().iter().cloned());
    cbor::encode(&Value::Map(pairs))
}
