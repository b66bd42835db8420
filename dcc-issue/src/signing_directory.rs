//! Who may sign which dose: the directory of facilities and delegations, read once.

use std::collections::HashMap;

use dcc_registry::{
    Delegation, DoseContent, Facility, FacilityDirectory, FacilityId, SigningMode, StoreError,
    Timestamp,
};

use crate::RefusalCode;

/// Facilities read from a store at once.
const PAGE: usize = 1000;

/// Who signs a dose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct DoseSigner {
    /// Whose signature it is.
    pub signer: FacilityId,
    /// The reference of the delegation under which it signs for the enterer, if it is another.
    pub delegation: Option<String>,
}

impl DoseSigner {
    /// The enterer itself.
    pub(crate) const fn own(signer: FacilityId) -> Self {
        Self {
            signer,
            delegation: None,
        }
    }

    /// Another, under the delegation `reference`.
    pub(crate) const fn delegate(signer: FacilityId, reference: String) -> Self {
        Self {
            signer,
            delegation: Some(reference),
        }
    }
}

/// All facilities and delegations, as of one reading. About 11,000 facilities fit in a few
/// megabytes; nothing of a subject is in it.
#[derive(Clone, Debug, Default)]
pub struct SigningDirectory {
    facilities: HashMap<FacilityId, Facility>,
    /// By grantor.
    delegations: HashMap<FacilityId, Vec<Delegation>>,
}

impl SigningDirectory {
    /// A directory of these facilities and delegations.
    pub fn new(
        facilities: impl IntoIterator<Item = Facility>,
        delegations: impl IntoIterator<Item = Delegation>,
    ) -> Self {
        let mut directory = Self::default();
        for facility in facilities {
            directory.facilities.insert(facility.id.clone(), facility);
        }
        for delegation in delegations {
            let of_grantor = directory.delegations.entry(delegation.grantor.clone());
            of_grantor.or_default().push(delegation);
        }
        directory
    }

    /// Reads the whole directory of a store.
    ///
    /// # Errors
    ///
    /// As [`FacilityDirectory`] says.
    pub async fn read(store: &(impl FacilityDirectory + ?Sized)) -> Result<Self, StoreError> {
        let mut facilities = Vec::new();
        loop {
            let after = facilities
                .last()
                .map(|facility: &Facility| facility.id.clone());
            let page = store.all_facilities(after.as_ref(), PAGE).await?;
            let ended = page.len() < PAGE;
            facilities.extend(page);
            if ended {
                break;
            }
        }
        Ok(Self::new(facilities, store.delegations(None).await?))
    }

    /// The facility with this code.
    pub fn facility(&self, id: &FacilityId) -> Option<&Facility> {
        self.facilities.get(id)
    }

    /// Every facility, in no order.
    pub fn facilities(&self) -> impl Iterator<Item = &Facility> {
        self.facilities.values()
    }

    /// Every delegation granted by `grantor`.
    pub fn delegations(&self, grantor: &FacilityId) -> &[Delegation] {
        self.delegations.get(grantor).map_or(&[], Vec::as_slice)
    }

    /// Who signs a dose at `at`: its entering facility (R17), or whoever that one delegated to
    /// (R21). Where it was given makes no difference (vn/domain.md invariant 1), and delegations
    /// do not chain (invariant 2).
    ///
    /// # Errors
    ///
    /// Why nobody may: `facility-unknown`, `facility-not-enabled`, `facility-no-certificate`,
    /// `delegation-not-valid`, or `dose-entered-elsewhere` where the enterer takes no part in
    /// signing and another facility gave the dose (R18).
    pub fn signer(&self, dose: &DoseContent, at: Timestamp) -> Result<DoseSigner, RefusalCode> {
        let Some(enterer) = self.facilities.get(&dose.entering) else {
            return Err(RefusalCode::FacilityUnknown);
        };
        if enterer.enabled_from > at.vietnam_date() {
            return Err(RefusalCode::FacilityNotEnabled);
        }
        match enterer.mode {
            SigningMode::SelfSigning if has_certificate(enterer, at) => Ok(DoseSigner {
                signer: enterer.id.clone(),
                delegation: None,
            }),
            SigningMode::Delegated => {
                let valid = |delegation: &&Delegation| {
                    let grantee = self.facilities.get(&delegation.grantee);
                    delegation.covers(at, dose.date)
                        && grantee.is_some_and(|grantee| has_certificate(grantee, at))
                };
                let delegation = self.delegations(&enterer.id).iter().find(valid);
                let delegation = delegation.ok_or(RefusalCode::DelegationNotValid)?;
                Ok(DoseSigner {
                    signer: delegation.grantee.clone(),
                    delegation: Some(delegation.reference.clone()),
                })
            }
            SigningMode::None if dose.entering != dose.vaccinating => {
                Err(RefusalCode::DoseEnteredElsewhere)
            }
            _ => Err(RefusalCode::FacilityNoCertificate),
        }
    }
}

/// Whether a certificate is registered for the facility and not taken back at `at`. Whether it is
/// valid and of a configured authority is asked where a signature is made or verified.
fn has_certificate(facility: &Facility, at: Timestamp) -> bool {
    facility.certificates.iter().any(|certificate| {
        certificate
            .revoked_at
            .is_none_or(|revoked_at| at < revoked_at)
    })
}

#[cfg(test)]
mod tests {
    use dcc_registry::{CommuneCode, FacilityCertificate, civil};

    use super::*;

    fn at() -> Timestamp {
        "2022-06-01".parse().unwrap()
    }

    fn facility(id: &str, mode: SigningMode, certificate: bool) -> Facility {
        let mut facility = Facility::new(FacilityId::new(id), id, CommuneCode::new("00001"));
        facility.mode = mode;
        if certificate {
            let registered = Timestamp::UNIX_EPOCH;
            facility
                .certificates
                .push(FacilityCertificate::new(vec![1], registered));
        }
        facility
    }

    fn dose(entering: &str, vaccinating: &str) -> DoseContent {
        let vaccinating = FacilityId::new(vaccinating);
        let mut dose = DoseContent::new("az", civil::date(2021, 9, 1), vaccinating);
        dose.entering = FacilityId::new(entering);
        dose
    }

    fn directory() -> SigningDirectory {
        let days = (civil::date(2022, 1, 1), civil::date(2022, 12, 31));
        let grant = |from: &str, to: &str| {
            let (from, to) = (FacilityId::new(from), FacilityId::new(to));
            Delegation::new(from, to, "12/QĐ", days)
        };
        let mut narrow = grant("N", "S");
        narrow.scope_to = Some(civil::date(2021, 8, 31));
        let mut late = facility("L", SigningMode::SelfSigning, true);
        late.enabled_from = Some(civil::date(2022, 6, 2));
        SigningDirectory::new(
            [
                facility("S", SigningMode::SelfSigning, true),
                facility("W", SigningMode::SelfSigning, false),
                facility("D", SigningMode::Delegated, false),
                facility("N", SigningMode::Delegated, false),
                facility("C", SigningMode::Delegated, false),
                facility("0", SigningMode::None, false),
                late,
            ],
            [grant("D", "S"), narrow, grant("C", "D")],
        )
    }

    #[test]
    fn only_the_enterer_or_its_delegate_signs() {
        let directory = directory();
        let signer = |entering: &str, vaccinating: &str| {
            directory
                .signer(&dose(entering, vaccinating), at())
                .map(|found| (found.signer.into_string(), found.delegation))
        };
        assert_eq!(signer("S", "S"), Ok(("S".to_owned(), None)));
        assert_eq!(signer("S", "W"), Ok(("S".to_owned(), None)));
        let delegated = Ok(("S".to_owned(), Some("12/QĐ".to_owned())));
        assert_eq!(signer("D", "0"), delegated);
        // Delegations do not chain.
        assert_eq!(signer("C", "S"), Err(RefusalCode::DelegationNotValid));
        assert_eq!(signer("N", "S"), Err(RefusalCode::DelegationNotValid));
        assert_eq!(signer("W", "S"), Err(RefusalCode::FacilityNoCertificate));
        assert_eq!(signer("0", "0"), Err(RefusalCode::FacilityNoCertificate));
        assert_eq!(signer("0", "S"), Err(RefusalCode::DoseEnteredElsewhere));
        assert_eq!(signer("L", "S"), Err(RefusalCode::FacilityNotEnabled));
        assert_eq!(signer("X", "S"), Err(RefusalCode::FacilityUnknown));
    }

    #[test]
    fn a_certificate_taken_back_signs_no_more() {
        let mut facility = facility("S", SigningMode::SelfSigning, true);
        facility.certificates[0].revoked_at = Some(at());
        let directory = SigningDirectory::new([facility], []);
        let signer = directory.signer(&dose("S", "S"), at());
        assert_eq!(signer, Err(RefusalCode::FacilityNoCertificate));
        let earlier = at().saturating_add_seconds(-1);
        assert!(directory.signer(&dose("S", "S"), earlier).is_ok());
    }
}
