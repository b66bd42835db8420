//! `dcc sign`: one payload, one HC1 text.

use alloc::sync::Arc;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use dcc_codec::qr::QrSymbol;
use dcc_model::{Coded as _, Lang, Remark, RemarkCode, Timestamp};
use dcc_sign::{
    DocumentSigner, HcertSigner, IssueRequest, Refusal, SignError, SignerMismatch, Validity,
};

use crate::Outcome;
use crate::args::{LangArg, ProfileArg, ProviderArg, SignArgs};
use crate::commands::complain;
use crate::key_files::UnusableKey;
use crate::{files, key_files, unique_json};

/// The nationality of the profile vn-nationality-claim where none is given.
const DEFAULT_NATIONALITY: &str = "VN";

/// Larger payload files are no DCC.
const LARGEST_PAYLOAD: u64 = 1024 * 1024;

/// Pixels a module in PNG pictures.
const PNG_SCALE: u32 = 6;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: not JSON, or a member stands twice (line {line}, column {column})", path.display())]
    Json {
        path: PathBuf,
        line: usize,
        column: usize,
    },
    #[error("{}: {error}", path.display())]
    Certificate {
        path: PathBuf,
        error: dcc_sign::DscError,
    },
    #[error("{0}")]
    Key(#[from] UnusableKey),
    #[error("{0}")]
    Signer(SignerMismatch),
    #[error("{0}")]
    Signing(SignError),
    #[error("the text does not fit into a QR code")]
    Symbol,
    #[error("{}: the name must end in .png or .svg, or be -", path.display())]
    QrName { path: PathBuf },
    #[error("standard output: {0}")]
    Output(io::Error),
    #[error("the payload is refused")]
    Refused(Vec<Remark>),
}

impl Failure {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into_deviations())
    }
}

pub(crate) fn run(args: &SignArgs) -> Outcome {
    match sign(args) {
        Ok(()) => Outcome::Good,
        Err(Failure::Refused(deviations)) => {
            refuse(&deviations, LangArg::languages(args.lang));
            Outcome::NotAccepted
        }
        Err(failure) => {
            complain(failure);
            Outcome::Usage
        }
    }
}

fn refuse(deviations: &[Remark], languages: &[Lang]) {
    complain(format_args!("refused, {} deviation(s):", deviations.len()));
    let mut err = io::stderr().lock();
    for remark in deviations {
        let texts: Vec<_> = languages
            .iter()
            .map(|lang| remark.code().text(*lang))
            .collect();
        let line = format!(
            "  {} at {}: {}",
            remark.code().code(),
            remark.at(),
            texts.join(" / ")
        );
        drop(writeln!(err, "{line}  [{}]", remark.code().clause()));
    }
}

fn sign(args: &SignArgs) -> Result<(), Failure> {
    if let Some(path) = &args.qr {
        QrOutput::of(path)?;
    }
    let payload = read_payload(&args.payload)?;
    let certificate = fs::read(&args.cert).map_err(Failure::file(&args.cert))?;
    let dsc = DocumentSigner::from_bytes(&certificate).map_err(|error| Failure::Certificate {
        path: args.cert.clone(),
        error,
    })?;
    let issued_at = args.issued_at.unwrap_or_else(Timestamp::now);
    let expires_at = match args.expires_at {
        Some(at) => at,
        None => Validity::default()
            .expiry(issued_at, dsc.not_after())
            .map_err(|remark| Failure::Refused(vec![remark]))?,
    };
    let issuer = args
        .issuer
        .clone()
        .or_else(|| dsc.subject_country().map(str::to_owned));
    let request = IssueRequest::new(payload, issuer.unwrap_or_default(), issued_at, expires_at)
        .with_nationality(nationality(args));
    let signer = load_signer(args, dsc)?;
    let signed = pollster::block_on(signer.issue(&request)).map_err(|error| match error {
        SignError::Refused(refusal) => refusal.into(),
        other => Failure::Signing(other),
    })?;
    if let Some(path) = &args.qr {
        draw(signed.text(), path)?;
    }
    writeln!(io::stdout().lock(), "{}", signed.text()).map_err(Failure::Output)
}

fn nationality(args: &SignArgs) -> Option<String> {
    match (args.profile, &args.nationality) {
        (ProfileArg::Eu, None) => None,
        (ProfileArg::Eu, Some(_)) => {
            complain("the profile eu has no place for a nationality; --nationality is not used");
            None
        }
        (ProfileArg::VnNationalityClaim, Some(given)) => Some(given.clone()),
        (ProfileArg::VnNationalityClaim, None) => {
            complain(format_args!(
                "nationality: {DEFAULT_NATIONALITY} (--nationality names another)"
            ));
            Some(DEFAULT_NATIONALITY.to_owned())
        }
    }
}

fn load_signer(args: &SignArgs, dsc: DocumentSigner) -> Result<HcertSigner, Failure> {
    let provider = ProviderArg::built_in().provider();
    let key = key_files::load(&args.key, args.passphrase_file.as_deref(), &provider)?;
    HcertSigner::new(Arc::new(key), dsc, provider).map_err(|mismatch| match mismatch {
        SignerMismatch::NotDocumentSigner => {
            Failure::Refused(vec![Remark::new(RemarkCode::DscKeyUsage, "dsc.key-usage")])
        }
        other => Failure::Signer(other),
    })
}

fn read_payload(path: &Path) -> Result<serde_json::Value, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin()
            .lock()
            .take(LARGEST_PAYLOAD)
            .read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LARGEST_PAYLOAD).read_to_end(&mut bytes))
    };
    read.map_err(Failure::file(path))?;
    // serde_json's own message may quote the text.
    unique_json::from_slice(&bytes).map_err(|error| Failure::Json {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

/// Where the symbol goes.
#[derive(Clone, Copy)]
enum QrOutput {
    Png,
    Svg,
    Terminal,
}

impl QrOutput {
    fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path
            .extension()
            .and_then(|ext| ext.to_str())
            .map(str::to_ascii_lowercase);
        match extension.as_deref() {
            _ if path == Path::new("-") => Ok(Self::Terminal),
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(Failure::QrName {
                path: path.to_owned(),
            }),
        }
    }
}

fn draw(text: &str, path: &Path) -> Result<(), Failure> {
    let output = QrOutput::of(path)?;
    let symbol = QrSymbol::encode(text).map_err(|_| Failure::Symbol)?;
    let bytes = match output {
        // Standard output belongs to the HC1 text.
        QrOutput::Terminal => {
            drop(writeln!(io::stderr().lock(), "{}", symbol.to_terminal()));
            return Ok(());
        }
        QrOutput::Png => symbol.to_png(PNG_SCALE).map_err(|_| Failure::Symbol)?,
        QrOutput::Svg => symbol.to_svg().into_bytes(),
    };
    // The symbol is the certificate: personal data.
    files::write_private(path, &bytes, true).map_err(Failure::file(path))
}
