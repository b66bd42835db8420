//! JSON Canonicalization Scheme (RFC 8785) of the values a JWK has.

use serde_json::Value;

use super::proof::ProofError;

/// Texts, arrays and objects; numbers do not occur in public keys and are refused.
pub(crate) fn canonical(value: &Value) -> Result<String, ProofError> {
    let mut out = String::new();
    write(&mut out, value)?;
    Ok(out)
}

fn write(out: &mut String, value: &Value) -> Result<(), ProofError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(_) => return Err(ProofError::MemberUnsupported),
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            // RFC 8785 section 3.2.3: by UTF-16 code units.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push('{');
            for (at, (name, member)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(out, name);
                out.push(':');
                write(out, member)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// RFC 8785 section 3.2.2.2, which is how `serde_json` writes a text.
fn write_text(out: &mut String, text: &str) {
    use core::fmt::Write as _;
    // Writing to a string cannot fail.
    let _infallible = write!(out, "{}", Value::from(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_by_utf_16_and_texts_escaped() {
        // RFC 8785 section 3.2.3: the emoji sorts before the Hebrew letter.
        let value: Value = serde_json::from_str(
            "{\"\\ufb33\":\"1\",\"\\ud83d\\ude00\":\"2\",\"a\\u0000\\n\\\"\\\\\\/\\u007f\":[]}",
        )
        .unwrap();
        let expected = "{\"a\\u0000\\n\\\"\\\\/\u{7f}\":[],\"\u{1f600}\":\"2\",\"\u{fb33}\":\"1\"}";
        assert_eq!(canonical(&value).unwrap(), expected);
        assert!(canonical(&serde_json::json!({ "n": 1 })).is_err());
    }
}
