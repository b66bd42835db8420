//! Writes a seed corpus for every target, made by our own encoder.

mod trust;

use std::fs;
use std::path::Path;

use dcc_codec::{CwtClaims, cose, cwt_payload, hc1_text};
use serde_json::json;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = root.join("../examples/certificates");
    let claims = CwtClaims::new("2028-11-01T00:00:00Z".parse()?)
        .with_issuer("VN")
        .with_issued_at("2026-11-20T00:00:00Z".parse()?)
        .with_nationality("VN");
    let entries = [
        json!({"v": [{"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2021-11-20", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:A1#B"}]}),
        json!({"t": [{"tg": "840539006", "tt": "LP6464-4", "sc": "2021-10-09T12:03:12.5+07:00", "tr": "260415000",
            "tc": "Trạm", "co": "VN", "is": "Bộ Y tế", "ci": "urn:uvci:01:VN:A2"}], "v": null}),
        json!({"r": [{"tg": "840539006", "fr": "2021-10-09", "df": "2021-10-20", "du": "2022-04-09",
            "co": "VN", "is": "Bộ Y tế", "ci": "01:VN:A3"}]}),
    ];
    for (index, entry) in entries.into_iter().enumerate() {
        let mut payload =
            json!({"ver": "1.3.0", "nam": {"fn": "Đặng", "fnt": "DANG"}, "dob": "1985-04"});
        for (group, value) in entry.as_object().into_iter().flatten() {
            payload[group] = value.clone();
        }
        for (name, algorithm, length) in [("es256", cose::ES256, 64), ("ps256", cose::PS256, 256)] {
            let protected = cose::protected_header(algorithm, &[7; 8]);
            let message = cose::encode(
                &protected,
                &[],
                &cwt_payload(&claims, &payload)?,
                &vec![9; length],
            );
            write(
                root,
                "text",
                &format!("{name}-{index}"),
                hc1_text(&message).as_bytes(),
            )?;
            write(root, "cose", &format!("{name}-{index}"), &message)?;
        }
    }
    for name in ["dsc.pem", "dsc-ps256.pem"] {
        let pem = fs::read(examples.join("keys").join(name))?;
        write(root, "dsc", name, &pem)?;
        let der = dcc_sign::DocumentSigner::from_bytes(&pem)?.der().to_vec();
        write(root, "dsc", &format!("{name}.der"), &der)?;
    }
    trust::seed(root)
}

fn write(root: &Path, target: &str, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let folder = root.join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)
}
