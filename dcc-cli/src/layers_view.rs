//! The researcher's view: every intermediate form of a certificate.

use std::io::{self, Write};

use dcc_codec::layers::Layers;
use dcc_model::{Coded as _, Lang};
use serde_json::{Value, json};

use crate::input::Item;

/// Every form as JSON; bytes in hexadecimal, CBOR in diagnostic notation (RFC 8949 section 8).
pub(crate) fn json(layers: &Layers) -> Value {
    let sized = |bytes: Option<&[u8]>| bytes.map(|b| json!({"bytes": b.len(), "hex": hex(b)}));
    let message = layers.message();
    json!({
        "text": {"characters": layers.text().len(), "text": layers.text()},
        "base45": layers.base45().map(|text| json!({"characters": text.len(), "text": text})),
        "zlib": sized(layers.compressed()),
        "cose": sized(layers.inflated()),
        "cose_diagnostic": layers.cose_diagnostic(),
        "tags": message.map(|message| message.tags()),
        "protected": sized(message.map(|message| message.protected_bytes())),
        "protected_diagnostic": layers.protected_diagnostic(),
        "unprotected_diagnostic": layers.unprotected_diagnostic(),
        "payload": sized(message.map(|message| message.payload_bytes())),
        "signature": sized(message.map(|message| message.signature())),
        "cwt_diagnostic": layers.cwt_diagnostic(),
        "to_be_signed": sized(message.map(|message| message.to_be_signed()).as_deref()),
        "error": layers.error().map(ToString::to_string),
    })
}

/// Every form as text, each with its size.
pub(crate) fn human(
    out: &mut dyn Write,
    item: &Item,
    layers: &Layers,
    languages: &[Lang],
) -> io::Result<()> {
    writeln!(out, "#{} {}", item.index, item.source)?;
    section(out, "text", Some(layers.text().len()), Some(layers.text()))?;
    section(
        out,
        "base45",
        layers.base45().map(str::len),
        layers.base45(),
    )?;
    bytes(out, "zlib", layers.compressed())?;
    bytes(out, "COSE", layers.inflated())?;
    section(
        out,
        "COSE, diagnostic notation",
        None,
        layers.cose_diagnostic().as_deref(),
    )?;
    if let Some(message) = layers.message() {
        section(
            out,
            "COSE tags",
            None,
            Some(&format!("{:?}", message.tags())),
        )?;
        bytes(
            out,
            "COSE protected header",
            Some(message.protected_bytes()),
        )?;
        section(
            out,
            "COSE protected header, diagnostic notation",
            None,
            layers.protected_diagnostic().as_deref(),
        )?;
        section(
            out,
            "COSE unprotected header, diagnostic notation",
            None,
            layers.unprotected_diagnostic().as_deref(),
        )?;
        bytes(out, "COSE payload (CWT)", Some(message.payload_bytes()))?;
        bytes(out, "COSE signature", Some(message.signature()))?;
        bytes(
            out,
            "to be signed (Sig_structure)",
            Some(&message.to_be_signed()),
        )?;
    }
    section(
        out,
        "CWT claims, diagnostic notation",
        None,
        layers.cwt_diagnostic().as_deref(),
    )?;
    if let Some(payload) = layers.partial().payload() {
        section(out, "payload, JSON", None, Some(&format!("{payload:#}")))?;
    }
    for remark in layers.partial().remarks() {
        for lang in languages {
            writeln!(
                out,
                "{} {}: {}",
                remark.class().word(),
                remark.code().code(),
                remark.describe(*lang)
            )?;
        }
    }
    if let Some(error) = layers.error() {
        let code = error.reject_code();
        writeln!(out, "stops at {}: {} ({error})", error.stage(), code.code())?;
        for lang in languages {
            writeln!(out, "  {}", code.text(*lang))?;
        }
    }
    writeln!(out)
}

fn bytes(out: &mut dyn Write, title: &str, bytes: Option<&[u8]>) -> io::Result<()> {
    section(
        out,
        title,
        bytes.map(<[u8]>::len),
        bytes.map(hex).as_deref(),
    )
}

fn section(
    out: &mut dyn Write,
    title: &str,
    size: Option<usize>,
    content: Option<&str>,
) -> io::Result<()> {
    match (size, content) {
        (_, None) => writeln!(out, "-- {title}: not reached"),
        (Some(size), Some(content)) => writeln!(out, "-- {title} ({size})\n{content}"),
        (None, Some(content)) => writeln!(out, "-- {title}\n{content}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    bytes.iter().fold(
        String::with_capacity(bytes.len().saturating_mul(2)),
        |mut text, byte| {
            // Writing to a string cannot fail.
            let _infallible = write!(text, "{byte:02x}");
            text
        },
    )
}
