//! `dcc keygen`: a CSCA and a document signer for tests.

use std::io;
use std::path::PathBuf;

use dcc_model::Timestamp;
use dcc_sign::Algorithm;
use dcc_sign::test_keys::{KeygenError, TestPki};

use crate::Outcome;
use crate::args::{AlgArg, KeygenArgs};
use crate::commands::complain;
use crate::files;

/// Seconds of a day.
const DAY: i64 = 86_400;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Keys(#[from] KeygenError),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
}

pub(crate) fn run(args: &KeygenArgs) -> Outcome {
    match make(args) {
        Ok(()) => {
            complain(format_args!(
                "TEST ONLY keys of {} stand in {}: never use them for real certificates",
                args.country,
                args.out.display()
            ));
            Outcome::Good
        }
        Err(failure) => {
            complain(failure);
            Outcome::Usage
        }
    }
}

fn make(args: &KeygenArgs) -> Result<(), Failure> {
    let algorithm = match args.alg {
        AlgArg::Es256 => Algorithm::Es256,
        AlgArg::Ps256 => Algorithm::Ps256,
    };
    let pki = TestPki::generate(
        &args.country,
        algorithm,
        args.valid_from.unwrap_or_else(yesterday),
    )?;
    let fail = |path: PathBuf| move |error| Failure::File { path, error };
    files::create_private_folder(&args.out).map_err(fail(args.out.clone()))?;
    let outputs = [
        ("csca.pem", pki.csca_pem()),
        ("csca-key.pem", pki.csca_key_pem()),
        ("dsc.pem", pki.dsc_pem()),
        ("dsc-key.pem", pki.dsc_key_pem()),
    ];
    for (name, pem) in outputs {
        let path = args.out.join(name);
        files::write_private(&path, pem.as_bytes(), args.force).map_err(fail(path))?;
    }
    Ok(())
}

/// The beginning of yesterday in UTC: whoever signs with `--issued-at` today is inside the
/// validity wherever they are.
fn yesterday() -> Timestamp {
    let now = Timestamp::now();
    let into_day = now.unix_seconds().rem_euclid(DAY);
    now.saturating_add_seconds(into_day.saturating_add(DAY).saturating_neg())
}
