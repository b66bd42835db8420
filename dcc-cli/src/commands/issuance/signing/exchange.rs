//! `dcc attest export|import`: attestations between two systems.

use std::fs;
use std::path::{Path, PathBuf};

use dcc_issue::SigningDirectory;
use dcc_issue::attestation::Package;
use dcc_registry::{AttestationId, AttestationStore as _, FacilityId};
use serde_json::json;

use super::print;
use crate::args::signing::{AttestExportArgs, AttestImportArgs};
use crate::commands::complain;
use crate::commands::issuance::{Failure, keys};
use crate::files;
use crate::registry_url::Absent;
use crate::runtime;

/// What files of attestations end in.
const EXTENSION: &str = "dcc-attestation";
/// Attestations that are read from the register together.
const PAGE: usize = 256;

pub(super) fn export(args: &AttestExportArgs) -> Result<(), Failure> {
    files::create_private_folder(&args.folder).map_err(Failure::file(&args.folder))?;
    let facility = args.facility.as_deref().map(FacilityId::new);
    let (written, doses) = runtime::block_on(async {
        let register = args.register.open(Absent::Refuse).await?;
        let (mut written, mut doses) = (0_u64, 0_u64);
        let mut after: Option<AttestationId> = None;
        loop {
            let ids = register.store.attestation_ids(after, PAGE).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            for id in ids {
                let Some(found) = register.store.attestation(id).await? else {
                    continue;
                };
                if facility
                    .as_ref()
                    .is_some_and(|only| *only != found.facility)
                {
                    continue;
                }
                let path = args.folder.join(format!("{id}.{EXTENSION}"));
                files::write_private(&path, &found.package, true).map_err(Failure::file(&path))?;
                written = written.saturating_add(1);
                doses = doses.saturating_add(found.size);
            }
        }
        register.store.close().await;
        Ok::<_, Failure>((written, doses))
    })?;
    let value = json!({"attestations": written, "doses": doses});
    let line = format!("{written} attestation(s) over {doses} doses written");
    print(args.common.json, &value, &[line])
}

pub(super) fn import(args: &AttestImportArgs) -> Result<(), Failure> {
    let centre = keys::centre(&args.ca)?;
    let paths = attestation_files(&args.paths)?;
    let (mut taken, mut standing, mut doses, mut refused) = (0_u64, 0_u64, 0_u64, 0_u64);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let done = runtime::block_on(async {
        let register = args.register.open(Absent::Refuse).await?;
        let directory = SigningDirectory::read(&register.store).await?;
        for path in &paths {
            let bytes = fs::read(path).map_err(Failure::file(path))?;
            let package = match Package::from_bytes(bytes) {
                Ok(package) => package,
                Err(error) => {
                    complain(format_args!("{}: {error}", path.display()));
                    refused = refused.saturating_add(1);
                    continue;
                }
            };
            let act = args.common.act();
            let accepted = centre
                .accept(&register.store, &directory, &act, vec![package])
                .await?;
            for one in accepted.0 {
                taken = taken.saturating_add(1);
                standing = standing.saturating_add(count(one.standing()));
                doses = doses.saturating_add(count(one.leaves.len()));
            }
            for one in accepted.1 {
                complain(format_args!("{}: {}", path.display(), one.error));
                refused = refused.saturating_add(1);
            }
        }
        register.store.close().await;
        Ok::<_, Failure>(())
    });
    done?;
    let value = json!({
        "attestations": taken, "refused": refused, "doses": doses, "standing": standing,
    });
    let line = format!(
        "{taken} attestation(s) taken, {refused} refused; {standing} of {doses} doses stand under them"
    );
    print(args.common.json, &value, &[line])?;
    if refused > 0 {
        return Err(Failure::NotAccepted);
    }
    Ok(())
}

/// The files named, and those of the folders named, in order.
fn attestation_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut inside = folder(path)?;
            inside.sort();
            found.append(&mut inside);
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(Failure::file(path))? {
        let file = entry.map_err(Failure::file(path))?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == EXTENSION)
        {
            found.push(file);
        }
    }
    Ok(found)
}
