//! The codes a case must show, from what the oracle says of it: its `odd` tokens, its headers and
//! claims, and its payload. Nothing here looks at what this workspace made of the text.

use alloc::collections::BTreeSet;

use serde_json::Value;

/// Oracle token to code; tokens that only describe (`cwt-cbor:null`) have none of their own.
fn code_of(token: &str) -> Option<&'static str> {
    let exact = match token {
        "co!=iss" => Some("iss-not-co"),
        "dob:year" => Some("birth-date-year"),
        "dob:year-month" => Some("birth-date-year-month"),
        "dob:dt-naive" => Some("birth-date-time"),
        "nam-empty-gn" | "nam-empty-gnt" => Some("name-part-empty"),
        "nam-no-gn" | "nam-no-gnt" | "nam-no-fn" | "nam-no-fnt" => Some("name-part-missing"),
        "astral-char-in-text" => Some("text-non-bmp"),
        "quote-or-backslash-in-text" => Some("text-quote"),
        "hdr-protected-3=61" => Some("cose-content-type"),
        "exp-float" | "iat-float" => Some("cwt-time-float"),
        "kid-len-3" => Some("kid-length"),
        "v-null" | "t-null" | "r-null" => Some("group-null"),
        _ => None,
    };
    let member = token.split_once('.').map_or("", |(_, member)| member);
    exact.or_else(|| match member {
        "ci-lowercase-urn" => Some("uvci-lower-case"),
        "ci-no-urn" => Some("uvci-no-urn"),
        "dn>sd" => Some("dose-beyond-series"),
        "dose<1" => Some("dose-number-below-one"),
        "tc-empty" | "nm-empty" => Some("text-empty"),
        "tc-long100" => Some("text-too-long"),
        "tr-empty" | "tt-empty" | "co-empty" | "ma-empty" | "mp-empty" | "vp-empty" => {
            Some("code-empty")
        }
        "sc:dt-frac-off" => Some("date-time-fraction"),
        _ if member.contains(":tag0(") => Some("payload-tagged-date"),
        _ if member.contains(":dt-") => Some("date-with-time"),
        _ => None,
    })
}

/// Tokens about the document signer and the clock: seen only once the signature passed.
fn signer_code_of(token: &str) -> Option<&'static str> {
    match token {
        "cert-EKU-old-OID" => Some("dsc-eku-old-oid"),
        "cert-EKU-foreign" => Some("dsc-eku-foreign-only"),
        "cert-EKU-empty" => Some("dsc-eku-empty"),
        "cert-not-strict-DER" => Some("dsc-not-der"),
        "exp-after-DSC-notAfter" => Some("exp-after-dsc"),
        "iat-before-DSC-notBefore" => Some("iat-before-dsc"),
        "clock==iat" => Some("clock-equals-iat"),
        _ => None,
    }
}

/// The codes of deviations and notes that this case must show, no more and no fewer.
pub(crate) fn expected(case: &Value, signature_passed: bool) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    let odd = case["odd"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    for token in odd.iter().filter_map(Value::as_str) {
        codes.extend(code_of(token));
        // Texts had 50 characters at most before 1.3.0.
        if token == "t.tc-long100" && case["ver"].as_str().is_some_and(|ver| ver < "1.3.0") {
            codes.insert("ver-limit");
        }
        if signature_passed {
            codes.extend(signer_code_of(token));
        }
    }
    headers(case, &mut codes);
    if signature_passed
        && case["cert_key"]
            .as_str()
            .is_some_and(|key| key == "RSA-3072" || key == "RSA-4096")
    {
        codes.insert("rsa-modulus-large");
    }
    if signature_passed && case["exp"].as_f64() == case["clock_unix"].as_f64() {
        codes.insert("clock-equals-exp");
    }
    payload(case, &mut codes);
    codes
}

fn headers(case: &Value, codes: &mut BTreeSet<&'static str>) {
    match case["kid_where"].as_str() {
        Some("unprot") => codes.insert("kid-unprotected"),
        Some("prot+unprot") => codes.insert("kid-in-both-headers"),
        _ => false,
    };
    let tags: Vec<_> = case["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    match tags.as_slice() {
        [] => codes.insert("cose-untagged"),
        [61, 18] => codes.insert("cose-cwt-tag"),
        _ => false,
    };
    if algorithm_unprotected(case) == Some(true) {
        codes.insert("alg-unprotected");
    }
    if case["alg"] == "PS256" {
        codes.insert("alg-ps256");
    }
    match case["iss"].as_str() {
        Some(iss) if iss.len() == 2 && iss.bytes().all(|b| b.is_ascii_uppercase()) => {}
        Some(_) => drop(codes.insert("iss-not-alpha-2")),
        None => drop(codes.insert("iss-missing")),
    }
}

/// Whether the algorithm stands in the unprotected header only, by another CBOR library.
fn algorithm_unprotected(case: &Value) -> Option<bool> {
    let hex = case["cose_hex"].as_str()?;
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut message: ciborium::Value = ciborium::from_reader(&bytes[..]).ok()?;
    while let ciborium::Value::Tag(_, inner) = message {
        message = *inner;
    }
    let members = message.into_array().ok()?;
    let has_algorithm = |header: &ciborium::Value| {
        header.as_map().is_some_and(|pairs| {
            pairs
                .iter()
                .any(|(label, _)| *label == ciborium::Value::from(1))
        })
    };
    let protected =
        ciborium::from_reader(&members[0].as_bytes()?[..]).unwrap_or(ciborium::Value::Null);
    Some(!has_algorithm(&protected) && has_algorithm(&members[1]))
}

/// The members which any schema version gives an entry.
const ENTRY_MEMBERS: &str = "tg vp mp ma dn sd dt co is ci tt nm sc tr tc fr df du dr";

fn payload(case: &Value, codes: &mut BTreeSet<&'static str>) {
    let json = &case["json"];
    let known = ["ver", "nam", "dob", "v", "t", "r"];
    let members = json.as_object().into_iter().flatten();
    if members
        .clone()
        .any(|(name, _)| !known.contains(&name.as_str()))
    {
        codes.insert("member-unknown");
    }
    if json["dob"] == "" {
        codes.insert("birth-date-empty");
    }
    let old = case["ver"]
        .as_str()
        .is_some_and(|ver| ver.starts_with("1.0."));
    let partial = json["dob"]
        .as_str()
        .is_some_and(|dob| dob.len() == 4 || dob.len() == 7);
    if old && partial {
        codes.insert("ver-limit");
    }
    if texts(json).iter().any(|text| text.trim() != *text) {
        codes.insert("text-whitespace");
    }
    let complaints = case["schema133"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    for complaint in complaints {
        if complaint.starts_with(".dob: pattern") && !complaint.contains('T') {
            codes.insert("birth-date-other");
        }
    }
    for entry in ["v", "t", "r"]
        .iter()
        .filter_map(|group| json[*group].get(0))
        .filter_map(Value::as_object)
    {
        for number in [entry.get("dn"), entry.get("sd")].into_iter().flatten() {
            if number.is_f64() {
                codes.insert("dose-number-float");
            }
            if number.as_f64().is_some_and(|n| n > 9.0) {
                codes.insert("dose-number-large");
            }
        }
        if entry
            .keys()
            .any(|name| !ENTRY_MEMBERS.split(' ').any(|known| known == name))
        {
            codes.insert("member-unknown");
        }
        if entry.values().any(Value::is_null) {
            codes.insert("member-null");
        }
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
