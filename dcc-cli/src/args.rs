//! The command line, as people type it.

mod bundle;
pub(crate) mod issuance;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod signing;
mod trust;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dcc_model::{Lang, Timestamp};

pub(crate) use bundle::{BundleBuildArgs, BundleCommand, BundleShowArgs};
pub(crate) use trust::{
    FormatArg, ListFileArgs, SourceArgs, TrustCommand, TrustDiffArgs, TrustExportArgs,
    TrustImportArgs, TrustListArgs, TrustShowArgs,
};
pub(crate) use verify::VerifyArgs;

/// Decode, verify and sign EU Digital COVID Certificates, and issue them for a nation.
#[derive(Debug, Parser)]
#[command(name = "dcc", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read certificates without checking who signed them
    Decode(DecodeArgs),
    /// Check certificates against trusted document signers
    Verify(VerifyArgs),
    /// Sign a payload and print the HC1 text
    Sign(SignArgs),
    /// Make a CSCA and a document signer for tests, marked TEST ONLY
    Keygen(KeygenArgs),
    /// Read, show, write and compare lists of document signers
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Make and show signed offline bundles
    #[command(subcommand)]
    Bundle(BundleCommand),
    #[command(flatten)]
    Issuance(issuance::IssuanceCommand),
    #[command(flatten)]
    Signing(signing::SigningCommand),
    #[command(flatten)]
    Records(records::RecordsCommand),
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Pictures (PNG, JPEG), .jsonl files with a member hc1, text files with one HC1 text a line,
    /// - for standard input, or HC1 texts
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DecodeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Show every intermediate form: text, sizes, COSE headers, CWT claims, CBOR, JSON
    #[arg(long)]
    pub(crate) layers: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The DCC payload as JSON (- for standard input)
    #[arg(value_name = "PAYLOAD.json")]
    pub(crate) payload: PathBuf,
    /// Private key in PKCS#8; an encrypted one asks for `DCC_KEY_PASSPHRASE` or --passphrase-file
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: PathBuf,
    /// Certificate of the document signer
    #[arg(long, value_name = "DSC.pem")]
    pub(crate) cert: PathBuf,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Time of issue: RFC 3339, or a date (00:00 UTC+7) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) issued_at: Option<Timestamp>,
    /// Time of expiry [default: 12 calendar months after issue, at most the end of the DSC]
    #[arg(long, value_name = "TIME")]
    pub(crate) expires_at: Option<Timestamp>,
    /// Issuer claim [default: the country of the DSC]
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) issuer: Option<String>,
    /// Issuing profile
    #[arg(long, value_enum, default_value_t = ProfileArg::Eu)]
    pub(crate) profile: ProfileArg,
    /// The holder's nationality, for the profile vn-nationality-claim [default: VN]
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) nationality: Option<String>,
    /// Also draw the QR symbol: OUT.png, OUT.svg, or - for the terminal (standard error)
    #[arg(long, value_name = "OUT")]
    pub(crate) qr: Option<PathBuf>,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Country of both certificates, ISO 3166-1 alpha-2
    #[arg(long, value_name = "COUNTRY", default_value = "VN")]
    pub(crate) country: String,
    /// Algorithm of the keys
    #[arg(long, value_enum, default_value_t = AlgArg::Es256)]
    pub(crate) alg: AlgArg,
    /// Folder for csca.pem, csca-key.pem, dsc.pem, dsc-key.pem
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Start of validity: RFC 3339, or a date [default: the beginning of yesterday, UTC]
    #[arg(long, value_name = "TIME")]
    pub(crate) valid_from: Option<Timestamp>,
    /// Replace files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

impl LangArg {
    /// The languages to print: the one chosen, or both.
    pub(crate) fn languages(choice: Option<Self>) -> &'static [Lang] {
        match choice {
            Some(Self::Vi) => &[Lang::Vi],
            Some(Self::En) => &[Lang::En],
            None => &[Lang::Vi, Lang::En],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlgArg {
    /// ECDSA P-256 with SHA-256
    Es256,
    /// RSASSA-PSS with SHA-256, 2048 bits
    Ps256,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// The EU profile: nothing but the claims of the HCERT specification
    Eu,
    /// The EU profile and the holder's nationality in a private CWT claim
    VnNationalityClaim,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProviderArg {
    /// aws-lc-rs
    #[cfg(feature = "aws-lc")]
    AwsLc,
    /// The pure Rust crates of `RustCrypto`
    #[cfg(feature = "rustcrypto")]
    Rustcrypto,
}

impl ProviderArg {
    /// The provider used where none is named.
    pub(crate) const fn built_in() -> Self {
        #[cfg(feature = "aws-lc")]
        return Self::AwsLc;
        #[cfg(not(feature = "aws-lc"))]
        return Self::Rustcrypto;
    }

    /// The provider itself.
    pub(crate) fn provider(self) -> dcc_verify::CryptoProvider {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::AwsLc => dcc_verify::provider::aws_lc::provider(),
            #[cfg(feature = "rustcrypto")]
            Self::Rustcrypto => dcc_verify::provider::rustcrypto::provider(),
        }
    }
}
