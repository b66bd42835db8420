//! What may stand under the claim -260 of an HCERT beside a DCC.
//!
//! The keys are those of the HCERT specification (HCERT 1.0.8 section 4, WHO HCERT 1.1.1): 0 and
//! above are assigned by WHO, negative ones are free. A DCC, a vaccination by WHO's core data set
//! and the minimal vaccination certificate (ICVP and others) are typed; whatever else is there is
//! kept as it came and named by its key.

mod ddcc;
mod dvc;
mod link;
mod members;

use core::fmt;

use serde_json::Value;

use crate::{Certificate, EntryKind, Location, Remark, SchemaError};

pub use ddcc::{CodedValue, DdccVaccination};
pub use dvc::{DvcCertificate, DvcVaccination};
pub use link::HealthLink;

/// A key of the map under the claim -260.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HealthClaim {
    /// -6: the minimal vaccination certificate, which the ICVP (yellow card) uses.
    Dvc,
    /// 1: the EU's DCC.
    Dcc,
    /// 3: a vaccination by WHO's DDCC core data set.
    DdccVaccination,
    /// 4: a test result by WHO's DDCC core data set.
    DdccTest,
    /// 5: a SMART Health Link.
    HealthLink,
    /// Any other key.
    Other(i64),
}

impl HealthClaim {
    /// The claim of this key.
    pub const fn from_key(key: i64) -> Self {
        match key {
            -6 => Self::Dvc,
            1 => Self::Dcc,
            3 => Self::DdccVaccination,
            4 => Self::DdccTest,
            5 => Self::HealthLink,
            other => Self::Other(other),
        }
    }

    /// The key of this claim.
    pub const fn key(self) -> i64 {
        match self {
            Self::Dvc => -6,
            Self::Dcc => 1,
            Self::DdccVaccination => 3,
            Self::DdccTest => 4,
            Self::HealthLink => 5,
            Self::Other(key) => key,
        }
    }

    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dvc => "dvc",
            Self::Dcc => "dcc",
            Self::DdccVaccination => "ddcc-vaccination",
            Self::DdccTest => "ddcc-test",
            Self::HealthLink => "health-link",
            Self::Other(_) => "other",
        }
    }

    /// The domains of WHO's trust network whose keys may sign it; empty where none is known. Keys
    /// of lists that know no domains are DCC keys.
    pub const fn domains(self) -> &'static [&'static str] {
        match self {
            Self::Dvc => &["ICVP", "RACSEL-DDVC", "DDCC"],
            Self::Dcc => &["DCC"],
            Self::DdccVaccination | Self::DdccTest => &["DDCC"],
            Self::HealthLink => &["IPS-PILGRIMAGE", "PH4H"],
            Self::Other(_) => &[],
        }
    }

    /// The usage which a restricted key needs, where the claim itself says it; a DCC says it by
    /// its entry.
    pub const fn usage(self) -> Option<EntryKind> {
        match self {
            Self::Dvc | Self::DdccVaccination => Some(EntryKind::Vaccination),
            Self::DdccTest => Some(EntryKind::Test),
            Self::Dcc | Self::HealthLink | Self::Other(_) => None,
        }
    }

    /// Whether its certificates may lack the claim exp: WHO's test material has none. Only a
    /// policy that says so accepts that; a DCC always needs one.
    pub const fn may_lack_expiry(self) -> bool {
        !matches!(self, Self::Dcc)
    }
}

/// A payload, typed as far as its form is known.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum HealthPayload {
    /// A DCC.
    Dcc(Box<Certificate>),
    /// A vaccination by WHO's core data set.
    DdccVaccination(Box<DdccVaccination>),
    /// The minimal vaccination certificate.
    Dvc(Box<DvcCertificate>),
    /// SMART Health Links.
    HealthLinks(Vec<HealthLink>),
    /// Anything else, as it came.
    Opaque(HealthClaim, Value),
}

impl HealthPayload {
    /// Reads the payload under one claim, leniently as a verifier should, with what is remarkable
    /// about a DCC.
    ///
    /// # Errors
    ///
    /// [`SchemaError`], where the payload does not have the structure of its claim. Opaque ones
    /// always do.
    pub fn read(claim: HealthClaim, payload: &Value) -> Result<(Self, Vec<Remark>), SchemaError> {
        let read = match claim {
            HealthClaim::Dcc => {
                let (certificate, remarks) = Certificate::from_json(payload)?;
                return Ok((Self::Dcc(Box::new(certificate)), remarks));
            }
            HealthClaim::DdccVaccination => {
                Self::DdccVaccination(Box::new(DdccVaccination::from_json(payload)?))
            }
            HealthClaim::Dvc => Self::Dvc(Box::new(DvcCertificate::from_json(payload)?)),
            HealthClaim::HealthLink => Self::HealthLinks(HealthLink::all_from_json(payload)?),
            claim => Self::Opaque(claim, payload.clone()),
        };
        Ok((read, Vec::new()))
    }

    /// Reads the claims of an older DDCC, which has no claim -260: the CWT map is the core data
    /// set itself. `None` where it is not.
    pub fn read_without_container(claims: &Value) -> Option<Self> {
        let looks_so = ["name", "vaccine"]
            .iter()
            .all(|member| claims.get(member).is_some());
        let read = looks_so
            .then(|| DdccVaccination::from_json(claims).ok())
            .flatten();
        read.map(|read| Self::DdccVaccination(Box::new(read)))
    }

    /// The claim it stands under.
    pub const fn claim(&self) -> HealthClaim {
        match self {
            Self::Dcc(_) => HealthClaim::Dcc,
            Self::DdccVaccination(_) => HealthClaim::DdccVaccination,
            Self::Dvc(_) => HealthClaim::Dvc,
            Self::HealthLinks(_) => HealthClaim::HealthLink,
            Self::Opaque(claim, _) => *claim,
        }
    }

    /// The usage which a restricted key needs to sign it.
    pub fn usage(&self) -> Option<EntryKind> {
        match self {
            Self::Dcc(certificate) => Some(certificate.entry().kind()),
            other => other.claim().usage(),
        }
    }

    /// The holder's name, where the form has one.
    pub fn holder(&self) -> Option<String> {
        match self {
            Self::Dcc(certificate) => Some(certificate.holder()),
            Self::DdccVaccination(certificate) => Some(certificate.name().to_owned()),
            Self::Dvc(certificate) => Some(certificate.name().to_owned()),
            Self::HealthLinks(_) | Self::Opaque(..) => None,
        }
    }
}

impl fmt::Debug for HealthPayload {
    /// The kind only: a payload is about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HealthPayload({})", self.claim().word())
    }
}

/// The place of the payload in errors.
const ROOT: Location = Location::fixed("payload");

#[cfg(test)]
mod tests;
