//! SMART Health Links under the claim 5.

use core::fmt;

use serde_json::Value;

use super::ROOT;
use super::members::Members;
use crate::SchemaError;
use crate::schema::Expected;

/// A link to health data, never followed here. `Debug` hides it: it holds the key to the data.
#[derive(Clone, PartialEq, Eq)]
pub struct HealthLink(String);

impl HealthLink {
    /// Reads the links: WHO's model has one text, its reference validator an array of maps with
    /// the link under `u`. Both are taken.
    ///
    /// # Errors
    ///
    /// [`SchemaError`], where it is neither.
    pub fn all_from_json(payload: &Value) -> Result<Vec<Self>, SchemaError> {
        match payload {
            Value::String(link) => Ok(vec![Self(link.clone())]),
            Value::Array(items) => {
                let links = items.iter().enumerate().map(|(index, item)| {
                    let members = Members::at(item, ROOT.item(index))?;
                    members.required_text("u").map(Self)
                });
                links.collect()
            }
            _ => Err(SchemaError::WrongType {
                at: ROOT,
                expected: Expected::Text,
            }),
        }
    }

    /// The link, such as `vhlink:/…` or `shlink:/…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HealthLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HealthLink")
    }
}
