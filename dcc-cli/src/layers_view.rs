//! The researcher's view: every intermediate form of a certificate.

use std::io::{self, Write};

use dcc_codec::CoseSign1;
use dcc_codec::layers::Layers;
use dcc_model::{Coded as _, Lang};
use serde_json::{Value, json};

use crate::commands::hex;
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
        "tags": message.map(CoseSign1::tags),
        "protected": sized(message.map(CoseSign1::protected_bytes)),
        "protected_diagnostic": layers.protected_diagnostic(),
        "unprotected_diagnostic": layers.unprotected_diagnostic(),
        "payload": sized(message.map(CoseSign1::payload_bytes)),
        "signature": sized(message.map(CoseSign1::signature)),
        "cwt_diagnostic": layers.cwt_diagnostic(),
        "to_be_signed": sized(message.map(CoseSign1::to_be_signed).as_deref()),
        "error": layers.error().map(ToString::to_string),
    })
}

/// One form: its name, its content, and its size where that tells something.
struct Section {
    title: &'static str,
    content: Option<String>,
    size: Option<usize>,
}

impl Section {
    fn text(title: &'static str, content: Option<&str>) -> Self {
        Self {
            title,
            content: content.map(str::to_owned),
            size: content.map(str::len),
        }
    }

    fn bytes(title: &'static str, content: Option<&[u8]>) -> Self {
        Self {
            title,
            content: content.map(hex),
            size: content.map(<[u8]>::len),
        }
    }

    const fn notation(title: &'static str, content: Option<String>) -> Self {
        Self {
            title,
            content,
            size: None,
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match (&self.content, self.size) {
            (None, _) => writeln!(out, "-- {}: not reached", self.title),
            (Some(content), Some(size)) => writeln!(out, "-- {} ({size})\n{content}", self.title),
            (Some(content), None) => writeln!(out, "-- {}\n{content}", self.title),
        }
    }
}

fn sections(layers: &Layers) -> Vec<Section> {
    let message = layers.message();
    let payload = layers
        .partial()
        .payload()
        .map(|payload| format!("{payload:#}"));
    vec![
        Section::text("text", Some(layers.text())),
        Section::text("base45", layers.base45()),
        Section::bytes("zlib", layers.compressed()),
        Section::bytes("COSE", layers.inflated()),
        Section::notation("COSE, diagnostic notation", layers.cose_diagnostic()),
        Section::notation(
            "COSE tags",
            message.map(|message| format!("{:?}", message.tags())),
        ),
        Section::bytes(
            "COSE protected header",
            message.map(CoseSign1::protected_bytes),
        ),
        Section::notation(
            "COSE protected header, diagnostic notation",
            layers.protected_diagnostic(),
        ),
        Section::notation(
            "COSE unprotected header, diagnostic notation",
            layers.unprotected_diagnostic(),
        ),
        Section::bytes("COSE payload (CWT)", message.map(CoseSign1::payload_bytes)),
        Section::bytes("COSE signature", message.map(CoseSign1::signature)),
        Section::bytes(
            "to be signed (Sig_structure)",
            message.map(CoseSign1::to_be_signed).as_deref(),
        ),
        Section::notation("CWT claims, diagnostic notation", layers.cwt_diagnostic()),
        Section::notation("payload, JSON", payload),
    ]
}

/// Every form as text, each with its size, then what was noticed and where reading stopped.
pub(crate) fn human(
    out: &mut dyn Write,
    item: &Item,
    layers: &Layers,
    languages: &[Lang],
) -> io::Result<()> {
    writeln!(out, "#{} {}", item.index, item.source)?;
    for section in sections(layers) {
        section.write(out)?;
    }
    for remark in layers.partial().remarks() {
        for lang in languages {
            let (class, code) = (remark.class().word(), remark.code().code());
            writeln!(out, "{class} {code}: {}", remark.describe(*lang))?;
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
