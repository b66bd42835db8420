//! The commands of a campaign: from tables to certificates.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use dcc_model::Timestamp;
use dcc_registry::PopulationDetail;

use super::register::RegisterArgs;
use super::{AlgArg, LangArg, ProfileArg};

#[derive(Debug, Subcommand)]
pub(crate) enum IssuanceCommand {
    /// Make a synthetic population with errors and the ledger of what must come out
    Synth(SynthArgs),
    /// The whole campaign: from dose records to signed QR codes
    Issue(IssueArgs),
    /// Take a table into the register
    Import(ImportArgs),
    /// Check subjects against the population register
    Check(CheckArgs),
    /// Sign certificates of everybody in a register who is entitled to one
    Certify(CertifyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// How many subjects
    #[arg(long, value_name = "N")]
    pub(crate) subjects: u64,
    /// The same seed and number give the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for doses.csv, population.csv, facilities.csv, delegations.csv, keys/, truth.jsonl
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    /// Doses with their people
    Doses,
    /// The population register as a file: it is kept beside the register for `dcc check`
    Population,
    /// Facilities and their certificates
    Facilities,
    /// Delegations to sign
    Delegations,
    /// Certificates that another system issued: lines of JSON with `subject_ref` and `hc1`
    Certificates,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// What the table holds
    #[arg(value_enum)]
    pub(crate) kind: ImportKind,
    /// CSV (UTF-8; comma, semicolon or tab) or XLSX; certificates: .jsonl
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// Column profile of another platform's export
    #[arg(long, value_name = "P.toml")]
    pub(crate) profile_file: Option<PathBuf>,
    /// A corrected list: its rows replace the data of subjects that are not identified yet
    #[arg(long)]
    pub(crate) corrected: bool,
    /// Signers of the certificates that are taken in: DER, PEM or a PEM bundle
    #[arg(long, value_name = "PATH")]
    pub(crate) trust: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// The population register [default: the file of `dcc import population`]
    #[arg(long, value_name = "FILE")]
    pub(crate) population: Option<PathBuf>,
    /// How much the register tells
    #[arg(long, value_enum, default_value_t = DetailArg::YesNo)]
    pub(crate) population_detail: DetailArg,
    /// Ask again about those who did not match, since the register may have been completed
    #[arg(long)]
    pub(crate) retry: bool,
}

/// What every command that writes to the register has.
#[derive(Clone, Debug, Args)]
pub(crate) struct CommonArgs {
    /// The moment of the act: RFC 3339, or a date (00:00 UTC+7) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Who acts, as the audit log names them
    #[arg(long, value_name = "WHO", default_value = "dcc")]
    pub(crate) actor: String,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of messages (default: both)
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

impl CommonArgs {
    /// The moment of the act.
    pub(crate) fn at(&self) -> Timestamp {
        self.at.unwrap_or_else(Timestamp::now)
    }

    /// The act.
    pub(crate) fn act(&self) -> dcc_registry::Act {
        dcc_registry::Act::new(dcc_registry::Actor::new(&self.actor), self.at())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DetailArg {
    /// Yes or no on the four fields together, as the real one
    YesNo,
    /// Which fields differ
    PerField,
}

impl From<DetailArg> for PopulationDetail {
    fn from(detail: DetailArg) -> Self {
        match detail {
            DetailArg::YesNo => Self::YesNo,
            DetailArg::PerField => Self::PerField,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// Dose records: CSV (UTF-8; comma, semicolon or tab) or XLSX
    #[arg(value_name = "DOSES")]
    pub(crate) doses: PathBuf,
    /// The population register as a file
    #[arg(long, value_name = "POPULATION")]
    pub(crate) population: PathBuf,
    /// Facilities, their signing modes, certificates and keys
    #[arg(long, value_name = "FACILITIES")]
    pub(crate) facilities: PathBuf,
    /// Delegations to sign
    #[arg(long, value_name = "DELEGATIONS")]
    pub(crate) delegations: Option<PathBuf>,
    /// Authorities of the facilities' certificates [default: keys/facility-cas.crt.pem beside
    /// FACILITIES]
    #[arg(long, value_name = "CAS.pem")]
    pub(crate) facility_cas: Option<PathBuf>,
    /// The campaign's folder; the register is DIR/registry.db
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Decide and count, and leave DIR as it is
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Column profile of another platform's export of doses
    #[arg(long, value_name = "P.toml")]
    pub(crate) profile_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rule: RuleArgs,
    /// Algorithm of the demo keys that are made where no key is given
    #[arg(long, value_enum, default_value_t = AlgArg::Es256)]
    pub(crate) alg: AlgArg,
    /// How much the population register tells
    #[arg(long, value_enum, default_value_t = DetailArg::YesNo)]
    pub(crate) population_detail: DetailArg,
    /// Pictures in DIR/qr: the code alone, or a card with the eleven fields (SVG)
    #[arg(long, value_enum, default_value_t = QrArg::None)]
    pub(crate) qr: QrArg,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) rule: RuleArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// By which key and rule certificates are signed.
#[derive(Clone, Debug, Args)]
pub(crate) struct RuleArgs {
    /// Private key of the document signer in PKCS#8; an encrypted one asks for
    /// `DCC_KEY_PASSPHRASE` or --passphrase-file
    #[arg(long, value_name = "KEY.pem", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// Certificate of the document signer
    #[arg(long, value_name = "DSC.pem", requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Who gets a certificate
    #[arg(long, value_enum, default_value_t = PolicyArg::FullCourse5772)]
    pub(crate) policy: PolicyArg,
    /// Issuing profile
    #[arg(long, value_enum, default_value_t = ProfileArg::Eu)]
    pub(crate) profile: ProfileArg,
    /// The issuer's name in the certificates
    #[arg(long, value_name = "NAME", default_value = "Bộ Y tế")]
    pub(crate) issuer_name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyArg {
    /// A full course with one of the eight vaccines (Decision 5772)
    #[value(name = "full-course-5772")]
    FullCourse5772,
    /// Any counted dose (practice from April 2022 on)
    #[value(name = "any-dose-2022")]
    AnyDose2022,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QrArg {
    /// None
    None,
    /// The code as PNG
    Png,
    /// The code as SVG
    Svg,
    /// An SVG card with the eleven bilingual fields and the code
    Card,
}

impl QrArg {
    /// The word by which progress is kept.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Card => "card",
        }
    }
}
