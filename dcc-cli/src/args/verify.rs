//! The arguments of `dcc verify`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use dcc_model::Timestamp;

use super::{InputArgs, LangArg, ProviderArg};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, and they are independent"
)]
#[command(group = ArgGroup::new("whom").required(true).args(["trust", "bundle"]))]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Whom to trust: DER, PEM, a trust.db or whatever `dcc trust import` reads, or a folder of
    /// these
    #[arg(long, value_name = "PATH")]
    pub(crate) trust: Vec<PathBuf>,
    /// What signed lists must lead to: certificate or public key, PEM or DER
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) anchor: Vec<PathBuf>,
    /// Take signed lists without an anchor, because the connection they came over is trusted
    #[arg(long, requires = "trust")]
    pub(crate) trust_transport: bool,
    /// Take SHA-1 in signatures of list entries and document signers
    #[arg(long)]
    pub(crate) legacy_sha1: bool,
    /// Whom to trust: a signed bundle
    #[arg(
        long,
        value_name = "FILE",
        requires = "bundle_signer",
        conflicts_with = "trust"
    )]
    pub(crate) bundle: Option<PathBuf>,
    /// Whose bundles are opened: certificate or public key, PEM or DER
    #[arg(long, value_name = "CERT", requires = "bundle")]
    pub(crate) bundle_signer: Vec<PathBuf>,
    /// Where the number of the newest bundle and added signers are kept from run to run; an older
    /// bundle is then refused
    #[arg(long, value_name = "FILE", requires = "bundle")]
    pub(crate) state: Option<PathBuf>,
    /// Trust nobody where the trust list is older than this many days
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_trust_age: Option<u16>,
    /// The moment of the check: RFC 3339, or a date (00:00 UTC+7) [default: now]. The bundle and
    /// the age of the trust list are judged by the real present
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Reject certificates with any deviation from a standard
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// The officer's view: one word, name and birth date, nothing medical
    #[arg(long, conflicts_with = "json")]
    pub(crate) gate: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
    /// Show what an unverified certificate claims, personal data included
    #[arg(long, conflicts_with = "gate")]
    pub(crate) show_unverified: bool,
    /// Implementation of the signature algorithms
    #[arg(long, value_enum, default_value_t = ProviderArg::built_in())]
    pub(crate) provider: ProviderArg,
}
