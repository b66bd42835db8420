//! Which register a command works on.

use std::path::PathBuf;

use clap::Args;

use crate::registry_url::{self, Absent, OpenError, Register};

/// Where the register is. Every command but `synth` has one.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RegisterArgs {
    /// The register: a SQLite file, or `sqlite://FILE`
    #[arg(long, value_name = "URL")]
    pub(crate) db: Option<String>,
    /// The folder of a campaign, whose register is DIR/registry.db
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

impl RegisterArgs {
    /// Opens it.
    pub(crate) async fn open(&self, absent: Absent) -> Result<Register, OpenError> {
        match (&self.db, &self.out) {
            (Some(location), _) => registry_url::open(location, absent).await,
            (None, Some(folder)) => registry_url::open_in(folder, absent).await,
            // clap demands one of the two.
            (None, None) => registry_url::open(registry_url::REGISTRY_FILE, absent).await,
        }
    }
}
