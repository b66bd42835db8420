//! The commands that sign: facilities, renewal, revocation.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use dcc_registry::RevocationReason;

use super::LangArg;
use super::issuance::{CommonArgs, RuleArgs};
use super::register::RegisterArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum SigningCommand {
    /// Sign doses as the facility that entered them, or hand attestations to another system
    Attest(AttestArgs),
    /// Make certificates anew before they run out
    Renew(RenewArgs),
    /// Revoke certificates by identifier, or all of a key; with --key and --cert everybody
    /// concerned gets a new one
    Revoke(RevokeArgs),
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct AttestArgs {
    #[command(subcommand)]
    pub(crate) exchange: Option<AttestExchange>,
    /// The facility whose doses are signed
    #[arg(long, value_name = "F", required = true)]
    pub(crate) facility: Option<String>,
    /// Who signs in its place, under its delegation
    #[arg(long = "as", value_name = "DELEGATE")]
    pub(crate) delegate: Option<String>,
    /// Authorities of facilities' certificates: PEM bundle or DER
    #[arg(long, value_name = "PATH", required = true)]
    pub(crate) ca: Vec<PathBuf>,
    /// Private key in PKCS#8; an encrypted one asks for `DCC_KEY_PASSPHRASE` or --passphrase-file
    #[arg(long, value_name = "KEY.pem", required = true)]
    pub(crate) key: Option<PathBuf>,
    /// Its certificate
    #[arg(long, value_name = "CERT.pem", required = true)]
    pub(crate) cert: Option<PathBuf>,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AttestExchange {
    /// Write attestations as files, one each
    Export(AttestExportArgs),
    /// Verify attestations of another system and mark the doses that stand under them
    Import(AttestImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AttestExportArgs {
    /// Folder for the files, ID.dcc-attestation
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Only those of this facility's doses
    #[arg(long, value_name = "F")]
    pub(crate) facility: Option<String>,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AttestImportArgs {
    /// Files, or folders of files ending in .dcc-attestation
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Authorities of facilities' certificates: PEM bundle or DER
    #[arg(long, value_name = "PATH", required = true)]
    pub(crate) ca: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RenewArgs {
    /// How long before its end a certificate is renewed, such as 30d; each at a moment of its own
    /// in the first half of the window
    #[arg(long, value_name = "DAYS", default_value = "30d", value_parser = days)]
    pub(crate) window: u16,
    #[command(flatten)]
    pub(crate) rule: RuleArgs,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// Certificate identifiers
    #[arg(value_name = "UVCI", required_unless_present = "kid")]
    pub(crate) certificates: Vec<String>,
    /// Every certificate of this key id (base64 or 16 hexadecimal digits)
    #[arg(long, value_name = "KID", conflicts_with = "certificates")]
    pub(crate) kid: Option<String>,
    /// Why
    #[arg(long, value_enum)]
    pub(crate) reason: ReasonArg,
    #[command(flatten)]
    pub(crate) rule: RuleArgs,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReasonArg {
    /// It should not have been issued
    IssuedInError,
    /// The identity was corrected and is another than the holder's
    IdentityCorrected,
    /// A dose that it counts was withdrawn
    DoseWithdrawn,
    /// Fraud
    Fraud,
    /// The key is compromised; for --kid
    KeyCompromise,
}

impl From<ReasonArg> for RevocationReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::IssuedInError => Self::IssuedInError,
            ReasonArg::IdentityCorrected => Self::IdentityCorrected,
            ReasonArg::DoseWithdrawn => Self::DoseWithdrawn,
            ReasonArg::Fraud => Self::Fraud,
            ReasonArg::KeyCompromise => Self::KeyCompromise,
        }
    }
}

fn days(text: &str) -> Result<u16, String> {
    let number = text.strip_suffix('d').unwrap_or(text).parse();
    number.map_err(|_| String::from("give a number of days, such as 30d"))
}

/// The languages of messages.
pub(crate) fn languages(common: &CommonArgs) -> &'static [dcc_model::Lang] {
    LangArg::languages(common.lang)
}
