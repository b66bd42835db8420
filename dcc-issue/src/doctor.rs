//! What should be looked at before a campaign: keys, facilities, delegations, room (`dcc doctor`).

use dcc_model::{Coded, Lang, Timestamp};
use dcc_registry::{FacilityId, Registry, SigningMode, StoreError, StoreErrorKind};
use dcc_sign::{DocumentSigner, VerifyingKey};

use crate::SigningDirectory;

/// Bytes of disk for one person with 2.6 doses: register, output files, and for the time of a run the
/// write-ahead log and rows that wait. Rounded up: at the end of a campaign of 20,000, 100,000 and
/// 1,000,000 people 6.2, 4.4 and 3.9 kB were in use, and 1 kB more while it ran.
pub const BYTES_PER_PERSON: u64 = 8 * 1024;
/// Days before its end from which a delegation or a facility's certificate is worth renewing.
const SOON: i64 = 30;
/// Certificates are issued for 12 months and never below 11 (design decision 6).
const MONTHS: i32 = 11;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// All is well.
    Good,
    /// Work for somebody, but the campaign can run.
    Warning,
    /// The campaign cannot run so.
    Failure,
}

impl Severity {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

macro_rules! checks {
    ($($name:ident $severity:ident $code:literal $vi:literal $en:literal;)+) => {
        /// What was found; one code for each way a check can end.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum DoctorCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl DoctorCode {
            /// How serious it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }

        impl Coded for DoctorCode {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::Vi) => $vi, (Self::$name, _) => $en,)+ }
            }
        }
    };
}

checks! {
    RegisterReachable Good "doctor-register-reachable"
        "Sổ đăng ký truy cập được." "The register is reachable.";
    RegisterUnreachable Failure "doctor-register-unreachable"
        "Không truy cập được sổ đăng ký." "The register cannot be read.";
    DscGood Good "doctor-dsc-good"
        "Chứng thư ký còn đủ hạn cho 12 tháng (số tháng)." "The document signer lasts for certificates of 12 months (months left).";
    DscShort Warning "doctor-dsc-short"
        "Chứng thư ký còn dưới 12 tháng: hạn mã QR sẽ bị rút ngắn (số tháng)." "The document signer ends before 12 months: codes will be clipped (months left).";
    DscTooShort Failure "doctor-dsc-too-short"
        "Chứng thư ký còn dưới 11 tháng: không cấp được (số tháng)." "The document signer has less than 11 months left: nothing can be issued (months left).";
    DscNotYet Failure "doctor-dsc-not-yet"
        "Chứng thư ký chưa có hiệu lực." "The document signer is not valid yet.";
    DscUnsuitable Failure "doctor-dsc-unsuitable"
        "Chứng thư không được phép ký HCERT." "The certificate may not sign HCERTs.";
    KeyMatches Good "doctor-key-matches"
        "Khóa khớp với chứng thư." "The key matches the certificate.";
    KeyDiffers Failure "doctor-key-differs"
        "Khóa không khớp với chứng thư." "The key is not the certificate's.";
    KeyNotGiven Warning "doctor-key-not-given"
        "Chưa kiểm tra khóa ký (--key, --cert)." "The signing key was not checked (--key, --cert).";
    FacilitiesGood Good "doctor-facilities-good"
        "Mọi cơ sở tự ký đều có chứng thư (số cơ sở)." "Every self-signing facility has a certificate (facilities).";
    FacilityWithoutCertificate Warning "doctor-facility-without-certificate"
        "Cơ sở tự ký chưa có chứng thư số." "A self-signing facility has no certificate.";
    FacilitiesNone Failure "doctor-facilities-none"
        "Danh mục cơ sở trống." "The directory has no facility.";
    FacilityNotSigning Warning "doctor-facility-not-signing"
        "Cơ sở chưa tham gia ký số (số cơ sở)." "Facilities that do not sign (facilities).";
    DelegationEnding Warning "doctor-delegation-ending"
        "Ủy quyền sắp hết hạn (số ngày)." "A delegation ends soon (days left).";
    DelegationMissing Warning "doctor-delegation-missing"
        "Cơ sở ký theo ủy quyền nhưng không có ủy quyền còn hiệu lực." "A delegating facility has no delegation in force.";
    RoomGood Good "doctor-room-good"
        "Đủ dung lượng đĩa (MiB trống)." "There is room on the disk (MiB free).";
    RoomShort Failure "doctor-room-short"
        "Không đủ dung lượng đĩa (MiB còn thiếu)." "The disk is too small (MiB missing).";
    RoomUnknown Warning "doctor-room-unknown"
        "Không biết dung lượng đĩa trống." "The free room on the disk is not known.";
}

/// One finding, with the facility that it is about and its figure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoctorFinding {
    /// What was found.
    pub code: DoctorCode,
    /// About which facility.
    pub facility: Option<FacilityId>,
    /// The figure that the text announces.
    pub figure: Option<i64>,
}

impl DoctorFinding {
    const fn new(code: DoctorCode, figure: Option<i64>) -> Self {
        Self {
            code,
            facility: None,
            figure,
        }
    }

    const fn about(code: DoctorCode, facility: FacilityId, figure: Option<i64>) -> Self {
        Self {
            code,
            facility: Some(facility),
            figure,
        }
    }
}

/// The document signer's certificate and the public key of the signer that is to be used.
#[derive(Clone, Copy, Debug)]
pub struct SigningPair<'a> {
    certificate: &'a DocumentSigner,
    key: &'a VerifyingKey,
}

impl<'a> SigningPair<'a> {
    /// The certificate, and the signer's public key.
    pub const fn new(certificate: &'a DocumentSigner, key: &'a VerifyingKey) -> Self {
        Self { certificate, key }
    }
}

/// The findings about key and certificate at `at`.
pub fn examine_signer(pair: Option<SigningPair<'_>>, at: Timestamp) -> Vec<DoctorFinding> {
    let Some(SigningPair { certificate, key }) = pair else {
        return vec![DoctorFinding::new(DoctorCode::KeyNotGiven, None)];
    };
    let matching = certificate.verifying_key().is_ok_and(|own| own == key);
    let key = if matching {
        DoctorCode::KeyMatches
    } else {
        DoctorCode::KeyDiffers
    };
    let mut findings = vec![DoctorFinding::new(key, None)];
    if !certificate.may_sign_hcerts() {
        findings.push(DoctorFinding::new(DoctorCode::DscUnsuitable, None));
    }
    let months = months_left(at, certificate.not_after());
    let code = if at < certificate.not_before() {
        DoctorCode::DscNotYet
    } else if months < MONTHS {
        DoctorCode::DscTooShort
    } else if months < 12 {
        DoctorCode::DscShort
    } else {
        DoctorCode::DscGood
    };
    findings.push(DoctorFinding::new(code, Some(i64::from(months))));
    findings
}

/// Whole calendar months from `at` to `end`.
fn months_left(at: Timestamp, end: Timestamp) -> i32 {
    let passes = |months: &i32| {
        at.checked_add_months(*months)
            .is_some_and(|then| then <= end)
    };
    (1..=600).take_while(passes).last().unwrap_or(0)
}

/// The findings about the register: that it answers, its facilities and delegations at `at`.
pub async fn examine_register(registry: &dyn Registry, at: Timestamp) -> Vec<DoctorFinding> {
    match SigningDirectory::read(registry).await {
        Ok(directory) => {
            let mut findings = vec![DoctorFinding::new(DoctorCode::RegisterReachable, None)];
            findings.extend(examine_directory(&directory, at));
            findings
        }
        Err(error) => vec![unreachable_finding(error)],
    }
}

fn unreachable_finding(error: StoreError) -> DoctorFinding {
    let corrupt = error.kind() == StoreErrorKind::Corrupt;
    DoctorFinding::new(DoctorCode::RegisterUnreachable, corrupt.then_some(1))
}

fn examine_directory(directory: &SigningDirectory, at: Timestamp) -> Vec<DoctorFinding> {
    let mut facilities: Vec<_> = directory.facilities().collect();
    facilities.sort_by(|one, other| one.id.cmp(&other.id));
    if facilities.is_empty() {
        return vec![DoctorFinding::new(DoctorCode::FacilitiesNone, None)];
    }
    let mut findings = Vec::new();
    let mut silent = 0_i64;
    let mut ready = 0_i64;
    for facility in facilities {
        let own = || {
            facility
                .certificates
                .iter()
                .any(|known| known.revoked_at.is_none())
        };
        match facility.mode {
            SigningMode::SelfSigning if own() => ready = ready.saturating_add(1),
            SigningMode::SelfSigning => {
                let code = DoctorCode::FacilityWithoutCertificate;
                findings.push(DoctorFinding::about(code, facility.id.clone(), None));
            }
            SigningMode::Delegated => {
                findings.extend(delegation(directory, &facility.id, at));
            }
            _ => silent = silent.saturating_add(1),
        }
    }
    let lacking = |finding: &DoctorFinding| finding.code == DoctorCode::FacilityWithoutCertificate;
    if !findings.iter().any(lacking) {
        findings.push(DoctorFinding::new(DoctorCode::FacilitiesGood, Some(ready)));
    }
    if silent > 0 {
        findings.push(DoctorFinding::new(
            DoctorCode::FacilityNotSigning,
            Some(silent),
        ));
    }
    findings
}

/// The delegation of a facility that lasts longest, if it ends soon or there is none in force.
fn delegation(
    directory: &SigningDirectory,
    id: &FacilityId,
    at: Timestamp,
) -> Option<DoctorFinding> {
    let today = at.vietnam_date()?;
    let in_force = directory.delegations(id).iter().filter(|known| {
        let alive = known.revoked_at.is_none_or(|revoked| at < revoked);
        alive && known.valid_from <= today && today <= known.valid_to
    });
    let Some(last) = in_force.map(|known| known.valid_to).max() else {
        return Some(DoctorFinding::about(
            DoctorCode::DelegationMissing,
            id.clone(),
            None,
        ));
    };
    let left = i64::from(today.until(last).ok()?.get_days());
    (left <= SOON)
        .then(|| DoctorFinding::about(DoctorCode::DelegationEnding, id.clone(), Some(left)))
}

/// Whether `free` bytes hold a register of `people`, certificates' files included.
pub fn examine_room(free: Option<u64>, people: u64) -> DoctorFinding {
    let Some(free) = free else {
        return DoctorFinding::new(DoctorCode::RoomUnknown, None);
    };
    let needed = people.saturating_mul(BYTES_PER_PERSON);
    let mib = |bytes: u64| i64::try_from(bytes >> 20).ok();
    if free < needed {
        let missing = needed.saturating_sub(free);
        return DoctorFinding::new(DoctorCode::RoomShort, mib(missing));
    }
    DoctorFinding::new(DoctorCode::RoomGood, mib(free))
}

#[cfg(test)]
mod tests;
