//! The arguments of `dcc trust`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use dcc_model::Timestamp;
use dcc_registry::trust_list::{ExportFormat, ListFormat};

use super::LangArg;

#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Read lists, check their signatures, and keep them as one trust list
    Import(TrustImportArgs),
    /// Print every entry
    List(TrustListArgs),
    /// Print the entries under one key id
    Show(TrustShowArgs),
    /// Write the list in a form that others read; exports are not signed
    Export(TrustExportArgs),
    /// Compare two versions
    Diff(TrustDiffArgs),
}

/// Which lists, and what may be believed of them.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Form of the lists
    #[arg(long, value_enum, default_value_t = FormatArg::Auto)]
    pub(crate) format: FormatArg,
    /// What the lists must lead to: certificate or public key, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Vec<PathBuf>,
    /// Take signed forms without an anchor, because the connection they came over is trusted
    #[arg(long)]
    pub(crate) trust_transport: bool,
    /// Take SHA-1 in signatures of entries, and report it
    #[arg(long)]
    pub(crate) legacy_sha1: bool,
    /// The moment of the import: RFC 3339, or a date (00:00 UTC+7) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct TrustImportArgs {
    /// Files, or folders of lists that have several (AT, CH, DCCG, DID); .gz is inflated
    #[arg(value_name = "SOURCE", required = true)]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: SourceArgs,
    /// Where the list is kept; a file that is there is replaced at once, or stays as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print one JSON object a source
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

/// Where the list is.
#[derive(Debug, Args)]
pub(crate) struct ListFileArgs {
    /// A file of `dcc trust import`, or whatever it reads without an anchor
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) trust: Vec<PathBuf>,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

#[derive(Debug, Args)]
pub(crate) struct TrustListArgs {
    #[command(flatten)]
    pub(crate) list: ListFileArgs,
    /// Print one JSON object an entry
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustShowArgs {
    /// Key id, in Base64 or hexadecimal
    #[arg(value_name = "KID")]
    pub(crate) kid: String,
    #[command(flatten)]
    pub(crate) list: ListFileArgs,
    /// Print one JSON object an entry
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustExportArgs {
    /// Where to write, - for standard output
    #[arg(value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The form
    #[arg(long, value_enum)]
    pub(crate) format: ExportArg,
    #[command(flatten)]
    pub(crate) list: ListFileArgs,
    /// Print one JSON object about what was written
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustDiffArgs {
    /// The earlier version: whatever `dcc trust import` writes or reads
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// The later version
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
    #[command(flatten)]
    pub(crate) reading: SourceArgs,
    /// Print one JSON object a difference
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Told by content
    Auto,
    /// The trustList of the DCC gateway and of WHO's
    Dccg,
    /// Germany
    De,
    /// Sweden
    Se,
    /// Austria
    At,
    /// Switzerland
    Ch,
    /// The Netherlands
    Nl,
    /// DID document of WHO's GDHCN
    Did,
    /// Certificates and public keys
    Pem,
    /// JSON of a mirror, never signed
    Mirror,
}

impl FormatArg {
    /// The format, `None` where it is told by content.
    pub(crate) const fn format(self) -> Option<ListFormat> {
        match self {
            Self::Auto => None,
            Self::Dccg => Some(ListFormat::Dccg),
            Self::De => Some(ListFormat::De),
            Self::Se => Some(ListFormat::Se),
            Self::At => Some(ListFormat::At),
            Self::Ch => Some(ListFormat::Ch),
            Self::Nl => Some(ListFormat::Nl),
            Self::Did => Some(ListFormat::Did),
            Self::Pem => Some(ListFormat::Pem),
            Self::Mirror => Some(ListFormat::Mirror),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportArg {
    /// Items of the gateway: certificates only
    Dccg,
    /// PEM with what is known beside each certificate or key
    Pem,
    /// DID document without a proof
    Did,
}

impl ExportArg {
    pub(crate) const fn format(self) -> ExportFormat {
        match self {
            Self::Dccg => ExportFormat::Dccg,
            Self::Pem => ExportFormat::Pem,
            Self::Did => ExportFormat::Did,
        }
    }
}
