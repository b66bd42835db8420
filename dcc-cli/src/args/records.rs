//! The commands that look after the records of a register: cleaning, corrections, figures, history,
//! look-up, feed, audit, doctor.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::issuance::{CommonArgs, PolicyArg};
use super::register::RegisterArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum RecordsCommand {
    /// Cleaning lists of communes: make, hand on, take back, apply, export, progress
    #[command(subcommand)]
    Lists(ListsCommand),
    /// Correct a field of one record, or keep and decide a citizen's request
    Correct(CorrectArgs),
    /// Say whether two records are of one person (`same-person`), or undo what was said
    Link(LinkArgs),
    /// Figures of the register, derived from its records
    Stats(StatsArgs),
    /// One person's whole history on one screen
    Explain(ExplainArgs),
    /// What display applications are told: published, superseded and revoked certificates
    Feed(FeedArgs),
    /// Public look-up: questions from standard input, one JSON object a line
    ///
    /// Members of a question: `document_number` and `full_name`; `phone`, `birth_date` (ISO 8601) and
    /// `client` (whom the limit counts) may be absent. Every answer has the same length and tells
    /// both languages.
    Lookup(LookupArgs),
    /// The audit log: verify it, or sign a checkpoint over it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// What should be looked at before a campaign
    Doctor(DoctorArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ListsCommand {
    /// Put open cases on lists, one a commune, and write their files
    Make(MakeArgs),
    /// Hand a list on to the hamlet team or the commune police
    Hand(HandArgs),
    /// Sign a list's file as the police do when they hand it back
    Sign(SignListArgs),
    /// Take a list back, with the state of its signature
    Return(ReturnArgs),
    /// Apply the file of a list that was handed back
    Apply(ApplyArgs),
    /// Everybody who could not be identified, as one CSV file
    Export(ExportArgs),
    /// Progress by commune or province, now or on the days kept
    Progress(ProgressArgs),
    /// Where the people of a list stand now
    Results(ResultsArgs),
}

/// Which communes are meant.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub(crate) struct ScopeArgs {
    /// Only this commune (five digits)
    #[arg(long, value_name = "C")]
    pub(crate) commune: Option<String>,
    /// Only the communes of this province (two digits, as in 2022)
    #[arg(long, value_name = "P")]
    pub(crate) province: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MakeArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Folder for LIST.csv and LIST.xlsx
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HandTo {
    /// Tổ công tác of the hamlet
    HamletTeam,
    /// Công an xã/phường
    CommunePolice,
}

#[derive(Debug, Args)]
pub(crate) struct HandArgs {
    /// The list
    #[arg(value_name = "LIST")]
    pub(crate) list: String,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// To whom
    #[arg(long, value_enum)]
    pub(crate) to: HandTo,
}

#[derive(Debug, Args)]
pub(crate) struct SignListArgs {
    /// The list
    #[arg(value_name = "LIST")]
    pub(crate) list: String,
    /// The list's filled-in file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The police's private key, PKCS#8; an encrypted one asks for `DCC_KEY_PASSPHRASE` or
    /// --passphrase-file
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: PathBuf,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Where the signature goes
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReturnArgs {
    /// The list
    #[arg(value_name = "LIST")]
    pub(crate) list: String,
    /// Its filled-in file, CSV or XLSX
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// The police's digital signature, from `dcc lists sign`
    #[arg(
        long,
        value_name = "FILE",
        requires = "signer",
        conflicts_with = "scanned"
    )]
    pub(crate) signature: Option<PathBuf>,
    /// The police's certificate or public key
    #[arg(long, value_name = "CERT.pem", requires = "signature")]
    pub(crate) signer: Option<PathBuf>,
    /// It was signed on paper, and the scan is archived
    #[arg(long)]
    pub(crate) scanned: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    /// The list
    #[arg(value_name = "LIST")]
    pub(crate) list: String,
    /// The file that was handed back
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// The CSV file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ProgressArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// One row for each commune instead of each province
    #[arg(long)]
    pub(crate) by_commune: bool,
    /// Keep today's figures under the day
    #[arg(long)]
    pub(crate) keep: bool,
    /// Every day kept, instead of the figures of now
    #[arg(long, conflicts_with = "keep")]
    pub(crate) kept: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ResultsArgs {
    /// The list
    #[arg(value_name = "LIST")]
    pub(crate) list: String,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CorrectArgs {
    /// The platform's reference of the person, or a certificate's identifier
    #[arg(value_name = "SUBJECT", required_unless_present = "open")]
    pub(crate) subject: Option<String>,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// `full_name`, `birth_date`, `sex`, `document_number`, `nationality`, `phone`,
    /// `dose_date:DOSE`, `lot:DOSE`, `vaccine:DOSE`
    #[arg(long, value_name = "F", requires = "value")]
    pub(crate) field: Option<String>,
    /// How it should be; - reads it from standard input
    #[arg(long, value_name = "V", requires = "field", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
    /// Who corrects, as the audit log names them
    #[arg(long, value_name = "WHO")]
    pub(crate) by: Option<String>,
    /// A reference to the evidence
    #[arg(long, value_name = "REF", default_value = "")]
    pub(crate) evidence: String,
    /// Keep it as a citizen's request by this channel (facility, portal) instead of correcting
    #[arg(long, value_name = "CHANNEL", requires = "field")]
    pub(crate) request: Option<String>,
    /// Decide the request with this reference: accepted, unless --decline says why not
    #[arg(long, value_name = "REFERENCE", conflicts_with = "field")]
    pub(crate) decide: Option<String>,
    /// Why it is declined
    #[arg(long, value_name = "CODE", requires = "decide")]
    pub(crate) decline: Option<String>,
    /// List the open requests
    #[arg(long, conflicts_with_all = ["subject", "field", "decide"])]
    pub(crate) open: bool,
    /// Only those that this facility decides
    #[arg(long, value_name = "F", requires = "open")]
    pub(crate) facility: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The platform's reference of one record, or a certificate's identifier
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,
    /// The other record
    #[arg(value_name = "OTHER")]
    pub(crate) other: String,
    /// What they are to each other
    #[arg(long = "as", value_name = "RELATION", value_enum)]
    pub(crate) relation: RelationArg,
    /// A reference to the evidence
    #[arg(long, value_name = "REF")]
    pub(crate) evidence: String,
    /// Who decides, as the audit log names them
    #[arg(long, value_name = "WHO")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RelationArg {
    /// One person: OTHER is the record to go on with
    MergedInto,
    /// Two people
    Different,
    /// Nothing is decided; undoes the other two
    Undecided,
}

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// Who is entitled
    #[arg(long, value_enum, default_value_t = PolicyArg::FullCourse5772)]
    pub(crate) policy: PolicyArg,
    /// The dose table of the press, in its own rows
    #[arg(long)]
    pub(crate) as_press: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The platform's reference of the person, or a certificate's identifier
    #[arg(value_name = "SUBJECT_REF|UVCI")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// Who is entitled
    #[arg(long, value_enum, default_value_t = PolicyArg::FullCourse5772)]
    pub(crate) policy: PolicyArg,
    /// Only what the authenticated person sees: doses, certificate, reasons
    #[arg(long)]
    pub(crate) own: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FeedArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    /// Entries behind this cursor; 0 for all
    #[arg(long, value_name = "CURSOR", default_value_t = 0)]
    pub(crate) since: u64,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) limit: usize,
    /// The published certificates among them instead, as `dcc issue` writes them: text and fields
    #[arg(long)]
    pub(crate) certificates: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// Questions a minute that one client may ask, and that may be asked about one number
    #[arg(long, value_name = "N")]
    pub(crate) limit: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every chain, against the last checkpoint where there is one
    Verify(AuditVerifyArgs),
    /// Sign a checkpoint over all chains and export it
    Checkpoint(AuditCheckpointArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditVerifyArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    /// An exported checkpoint [default: the register's own last one]
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Certificate or public key of the checkpoint key
    #[arg(long, value_name = "CERT.pem")]
    pub(crate) signer: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AuditCheckpointArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// The checkpoint key, PKCS#8, which signs nothing else; an encrypted one asks for
    /// `DCC_KEY_PASSPHRASE` or --passphrase-file
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: PathBuf,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Where the checkpoint goes; carry it to another system
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    /// The document signer's private key; an encrypted one asks for `DCC_KEY_PASSPHRASE` or
    /// --passphrase-file
    #[arg(long, value_name = "KEY.pem", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// File whose first line is the passphrase of the key
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The document signer's certificate
    #[arg(long, value_name = "DSC.pem", requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// How many people the campaign is for
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) people: u64,
}
