//! The arguments of `dcc bundle`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dcc_model::Timestamp;

use super::LangArg;

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Sign a trust list for gates that are offline
    Build(BundleBuildArgs),
    /// Print what a bundle says about itself
    Show(BundleShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct BundleBuildArgs {
    /// A file of `dcc trust import`, or whatever it reads without an anchor
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) trust: Vec<PathBuf>,
    /// Private key in PKCS#8; an encrypted one asks for `DCC_KEY_PASSPHRASE` or --passphrase-file
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: PathBuf,
    /// Certificate or public key of the signer, as gates pin it
    #[arg(long, value_name = "CERT.pem")]
    pub(crate) cert: PathBuf,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The last second in which gates take it: RFC 3339, or a date (00:00 UTC+7)
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Timestamp,
    /// When it is made: RFC 3339, or a date (00:00 UTC+7) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) created: Option<Timestamp>,
    /// Its number, higher than that of every bundle before [default: the second it is made in,
    /// counted from 1970]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) sequence: Option<u64>,
    /// Certificate or public key that may sign later bundles too
    #[arg(long, value_name = "CERT")]
    pub(crate) add_signer: Vec<PathBuf>,
    /// Where to write; a file that is there is replaced at once, or stays as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print one JSON object about what was written
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

#[derive(Debug, Args)]
pub(crate) struct BundleShowArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Check the signature too: certificate or public key, PEM or DER
    #[arg(long, value_name = "CERT")]
    pub(crate) bundle_signer: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}
