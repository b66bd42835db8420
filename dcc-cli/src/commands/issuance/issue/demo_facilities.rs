//! Demo keys of facilities, where a demo campaign's table names none at all.
//!
//! A table that names the certificates of some facilities is taken at its word: the others have
//! none, and their doses are held.

use std::fs;
use std::path::{Path, PathBuf};

use dcc_issue::intake::{ColumnProfile, FacilityRow};
use dcc_model::Timestamp;
use dcc_registry::{Digest, FacilityId, SigningMode};
use dcc_sign::test_keys::TestAuthority;

use crate::commands::issuance::keys::{COUNTRY, FacilityKey, start_of_day};
use crate::commands::issuance::{Failure, tables};
use crate::files;

/// The demo authority of the facilities and the folder of their keys.
pub(super) struct DemoFacilities {
    folder: PathBuf,
    authority: TestAuthority,
}

impl DemoFacilities {
    /// Demo keys for the facilities of `table` in `campaign`'s folder, made where there are none
    /// yet; `None` where the table names certificates.
    pub(super) fn of(
        table: &Path,
        campaign: &Path,
        at: Timestamp,
    ) -> Result<Option<Self>, Failure> {
        let rows = tables::rows(table, &ColumnProfile::default(), at, FacilityRow::rows)?;
        for row in rows {
            let row = row.map_err(|error| Failure::Table {
                path: table.to_owned(),
                error,
            })?;
            if row.record.is_some_and(|row| row.certificate.is_some()) {
                return Ok(None);
            }
        }
        let folder = campaign.join("keys/facilities");
        files::create_private_folder(&folder).map_err(Failure::file(&folder))?;
        let authority = authority(&folder, at)?;
        Ok(Some(Self { folder, authority }))
    }

    /// The file of the authority's certificate.
    pub(super) fn authority_file(&self) -> PathBuf {
        self.folder.join("ca.crt.pem")
    }

    /// The key of a facility that signs itself, made where there is none yet.
    pub(super) fn key(&self, row: &FacilityRow) -> Result<Option<FacilityKey>, Failure> {
        if row.facility.mode != SigningMode::SelfSigning {
            return Ok(None);
        }
        let name = file_name(&row.facility.id);
        let found = FacilityKey {
            facility: row.facility.id.clone(),
            certificate: self.folder.join(format!("{name}.crt.pem")),
            key: self.folder.join(format!("{name}.key.pem")),
        };
        if !found.key.exists() {
            let pair = self
                .authority
                .issue(&format!("facility {name}"))
                .map_err(|error| failure(&found.key, &error.to_string()))?;
            // The key comes last: where it stands, its certificate does.
            put(&found.certificate, pair.certificate_pem())?;
            put(&found.key, pair.key_pem())?;
        }
        Ok(Some(found))
    }
}

fn authority(folder: &Path, at: Timestamp) -> Result<TestAuthority, Failure> {
    let (certificate, key) = (folder.join("ca.crt.pem"), folder.join("ca.key.pem"));
    let day = start_of_day(at);
    if key.exists() {
        let read = |path: &Path| fs::read_to_string(path).map_err(Failure::file(path));
        let pem = (read(&certificate)?, read(&key)?);
        return TestAuthority::from_pem(COUNTRY, day, (&pem.0, &pem.1))
            .map_err(|error| failure(&key, &error.to_string()));
    }
    let made =
        TestAuthority::generate(COUNTRY, day).map_err(|error| failure(&key, &error.to_string()))?;
    put(&certificate, made.certificate_pem())?;
    put(&key, made.key_pem())?;
    Ok(made)
}

/// A facility's code where it is a plain word; else a hash of it.
fn file_name(id: &FacilityId) -> String {
    let code = id.as_str();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !code.is_empty() && code.len() <= 40 && code.bytes().all(plain) && code != "ca" {
        return code.to_owned();
    }
    Digest::of(code.as_bytes()).to_string()
}

fn put(path: &Path, pem: &str) -> Result<(), Failure> {
    files::write_private(path, pem.as_bytes(), true).map_err(Failure::file(path))
}

fn failure(path: &Path, reason: &str) -> Failure {
    Failure::Key {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
