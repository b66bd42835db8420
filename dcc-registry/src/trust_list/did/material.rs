//! Onboarding material signed by WHO's trust anchor (trust.md section 6).

use dcc_sign::DocumentSigner;
use serde_json::Value;

use crate::chain::{Authorities, same_country};
use crate::cms::{AllowedSigners, ContentKind};
use crate::trust::CountryCode;
use crate::trust_list::anchor::Anchor;
use crate::trust_list::error::{EntryReason, ImportError};
use crate::trust_list::import::Importer;
use crate::trust_list::{dccg, json};

/// The authorities that the anchor signed, by participant.
pub(super) fn authorities(
    importer: &Importer,
    material: &[Value],
) -> Result<Authorities, ImportError> {
    let mut authorities = Authorities::new();
    for file in material {
        let wrapped = file.get("items").and_then(Value::as_array);
        let items = file.as_array().or(wrapped);
        for item in items.map_or_else(|| core::slice::from_ref(file), Vec::as_slice) {
            // Upload and client certificates, and items signed by somebody else, are not needed.
            if let Ok((country, certificate)) = authority(importer, item) {
                let _new = authorities.insert(&country, certificate);
            }
        }
    }
    if authorities.is_empty() {
        return Err(ImportError::SignerUnknown);
    }
    Ok(authorities)
}

fn authority(importer: &Importer, item: &Value) -> Result<(String, DocumentSigner), EntryReason> {
    let message = json::bytes(item, "trustAnchorSignature")?;
    let der = json::bytes(item, "certificateRawData")?;
    let country = CountryCode::parse(json::text(item, "country")?);
    let country = country.ok_or(EntryReason::Member { member: "country" })?;
    let certificate = DocumentSigner::from_der(&der).map_err(EntryReason::Certificate)?;
    let thumbprint = json::optional_text(item, "certificateThumbprint")?;
    if thumbprint.is_some_and(|hex| dccg::from_hex(hex).as_ref() != Some(certificate.thumbprint()))
    {
        return Err(EntryReason::ThumbprintWrong);
    }
    let anchors = importer.anchors().iter().filter_map(Anchor::as_certificate);
    let anchors: Vec<&[u8]> = anchors.map(DocumentSigner::der).collect();
    let signers = AllowedSigners::Certificates(&anchors);
    let kind = ContentKind::CountrySigningCa;
    let verified = importer
        .cms()
        .verify_cms(&message, Some(&der), kind, signers);
    verified.map_err(EntryReason::Cms)?;
    // The signature covers the certificate, not the country which the item names.
    let named = certificate.subject_country().unwrap_or_default();
    if !same_country(named, country.as_str()) {
        return Err(EntryReason::CountryWrong);
    }
    Ok((String::from(country.as_str()), certificate))
}

/// The two letters by which the material calls a participant: those of its country, the last two
/// of a virtual participant (`XXH` is `XH`), and `IO` for the organisation `IOM`.
pub(super) fn country(participant: CountryCode) -> CountryCode {
    let code = participant.as_str();
    let short = match code {
        "IOM" => "IO",
        "WHO" => "WH",
        virtual_code if virtual_code.starts_with('X') => virtual_code.get(1..).unwrap_or(code),
        code => code,
    };
    CountryCode::from_participant(short).unwrap_or(participant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_as_the_material_calls_them() {
        for (participant, letters) in [
            ("XXH", "XH"),
            ("XYK", "YK"),
            ("IOM", "IO"),
            ("PRT", "PT"),
            ("BEN", "BJ"),
        ] {
            let participant = CountryCode::parse(participant).unwrap();
            assert_eq!(country(participant).as_str(), letters);
        }
    }
}
