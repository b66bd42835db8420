//! From bytes to a message.

use dcc_model::{Remark, RemarkCode};

use super::header::{Header, Headers};
use super::{COSE_SIGN1_TAG, CWT_TAG, CoseError, CosePart, CoseSign1, Tagging};
use crate::Limits;
use crate::cbor::{self, CborLimits, Value};

pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    remarks: &mut Vec<Remark>,
) -> Result<CoseSign1, CoseError> {
    if bytes.len() > limits.inflated() {
        return Err(CoseError::Size {
            limit: limits.inflated(),
        });
    }
    let item = decode(bytes, CosePart::Message, limits.cbor())?;
    let (tagging, item) = untag(item)?;
    match tagging {
        Tagging::Untagged => remarks.push(Remark::new(RemarkCode::CoseUntagged, "cose")),
        Tagging::Cwt => remarks.push(Remark::new(RemarkCode::CoseCwtTag, "cose")),
        Tagging::Cose => {}
    }
    let wrong = |part| CoseError::Structure { part };
    let Value::Array(members) = item else {
        return Err(wrong(CosePart::Message));
    };
    let [protected, unprotected, payload, signature] =
        <[Value<'_>; 4]>::try_from(members).map_err(|_| wrong(CosePart::Message))?;
    let Value::Bytes(protected) = protected else {
        return Err(wrong(CosePart::Protected));
    };
    let Value::Map(unprotected) = unprotected else {
        return Err(wrong(CosePart::Unprotected));
    };
    let payload = match payload {
        Value::Bytes(payload) => payload,
        Value::Null => return Err(CoseError::PayloadMissing),
        _ => return Err(wrong(CosePart::Payload)),
    };
    let Value::Bytes(signature) = signature else {
        return Err(wrong(CosePart::Signature));
    };
    let headers = Headers::merge(
        read_protected(&protected, limits.cbor(), remarks)?,
        Header::read(&unprotected, CosePart::Unprotected, remarks)?,
        remarks,
    );
    let own = |(label, value): (Value<'_>, Value<'_>)| (label.into_owned(), value.into_owned());
    Ok(CoseSign1 {
        tagging,
        protected: protected.into_owned(),
        unprotected: unprotected.into_iter().map(own).collect(),
        payload: payload.into_owned(),
        signature: signature.into_owned(),
        algorithm: headers.algorithm,
        kid: headers.kid,
        kid_place: headers.kid_place,
    })
}

fn decode<'a>(
    bytes: &'a [u8],
    part: CosePart,
    limits: &CborLimits,
) -> Result<Value<'a>, CoseError> {
    cbor::decode(bytes, limits).map_err(|error| CoseError::Cbor { part, error })
}

/// Takes off tag 18, or 61 around 18 (RFC 8392 section 6: the CWT tag prefixes a COSE tag).
fn untag(item: Value<'_>) -> Result<(Tagging, Value<'_>), CoseError> {
    match item {
        Value::Tag(COSE_SIGN1_TAG, item) => Ok((Tagging::Cose, *item)),
        Value::Tag(CWT_TAG, item) => match *item {
            Value::Tag(COSE_SIGN1_TAG, item) => Ok((Tagging::Cwt, *item)),
            Value::Tag(tag, _) => Err(CoseError::Tag { tag }),
            _ => Err(CoseError::Tag { tag: CWT_TAG }),
        },
        Value::Tag(tag, _) => Err(CoseError::Tag { tag }),
        item => Ok((Tagging::Untagged, item)),
    }
}

/// An empty protected header may be no bytes at all, or an encoded empty map (RFC 8152 section 3).
fn read_protected(
    bytes: &[u8],
    limits: &CborLimits,
    remarks: &mut Vec<Remark>,
) -> Result<Header, CoseError> {
    if bytes.is_empty() {
        return Ok(Header::default());
    }
    match decode(bytes, CosePart::Protected, limits)? {
        Value::Map(pairs) => Header::read(&pairs, CosePart::Protected, remarks),
        _ => Err(CoseError::Structure {
            part: CosePart::Protected,
        }),
    }
}
