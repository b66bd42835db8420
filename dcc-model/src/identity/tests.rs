use proptest::prelude::*;

use super::*;
use crate::{Coded as _, Lang};

fn verdict(kind: DocumentKind, text: &str) -> NumberVerdict {
    IdentityNumber::analyse(kind, text, NumberBearer::default())
        .verdict()
        .clone()
}

fn suspicions(text: &str, birth_year: i16, sex: Sex) -> Vec<NumberSuspicion> {
    let bearer = NumberBearer::new(Some(birth_year), Some(sex));
    match IdentityNumber::analyse(DocumentKind::Cccd, text, bearer).verdict() {
        NumberVerdict::Valid => vec![],
        NumberVerdict::Suspicious(found) => found.clone(),
        NumberVerdict::Malformed(fault) => panic!("{fault:?}"),
    }
}

#[test]
fn sixty_three_provinces_of_which_each_has_its_own_code() {
    assert_eq!(Province::all().len(), 63);
    for pair in Province::all().windows(2) {
        assert!(pair[0].number_prefix() < pair[1].number_prefix());
    }
    for province in Province::all() {
        assert_eq!(Province::of_code(province.code()), Some(province));
        assert_eq!(province.number_prefix().len(), 3);
    }
    assert_eq!(
        Province::of_number("079199000001").map(Province::name),
        Some("Hồ Chí Minh")
    );
    assert_eq!(Province::of_code("72").map(Province::code_2025), Some("80"));
}

#[test]
fn the_digits_fit_their_bearer() {
    assert!(suspicions("001099012345", 1999, Sex::Male).is_empty());
    assert!(suspicions("001199012345", 1999, Sex::Female).is_empty());
    assert!(suspicions("001216012345", 2016, Sex::Male).is_empty());
    assert!(suspicions("001316012345", 2016, Sex::Female).is_empty());
    assert!(suspicions("096048012345", 1948, Sex::Male).is_empty());
}

#[test]
fn contradictions_are_suspicions_not_faults() {
    use NumberSuspicion::{BirthYearDiffers, ParentsNumber, ProvinceUnknown, SexDiffers};
    assert_eq!(
        suspicions("001099012345", 1998, Sex::Male),
        [BirthYearDiffers]
    );
    assert_eq!(suspicions("001099012345", 1999, Sex::Female), [SexDiffers]);
    assert_eq!(
        suspicions("999099012345", 1999, Sex::Male),
        [ProvinceUnknown]
    );
    // The number of a father born in 1985 for a girl of 2012.
    let found = suspicions("001085012345", 2012, Sex::Female);
    assert_eq!(found, [BirthYearDiffers, ParentsNumber, SexDiffers]);
    // A grandmother's year is not a parent's of somebody older.
    assert_eq!(
        suspicions("001199012345", 1950, Sex::Female),
        [BirthYearDiffers]
    );
}

#[test]
fn faults_by_form() {
    use DocumentKind::{Cccd, Cmnd, Passport, PersonalNumber};
    for (kind, text, fault) in [
        (Cccd, "", NumberFault::Empty),
        (Cccd, " \u{a0}\u{200b}", NumberFault::Empty),
        (Cccd, "1.09912E+11", NumberFault::ScientificNotation),
        (Cccd, "1,09912e+11", NumberFault::ScientificNotation),
        (Cccd, "79099000123.0", NumberFault::NotDigits),
        (Cccd, "00109901234O", NumberFault::NotDigits),
        (Cccd, "0010990123456", NumberFault::Length),
        (Cccd, "123456789", NumberFault::Length),
        (Cccd, "111111111111", NumberFault::Placeholder),
        (PersonalNumber, "1216012345", NumberFault::LeadingZeroLost),
        (Cmnd, "12345678", NumberFault::LeadingZeroLost),
        (Cmnd, "1234567", NumberFault::Length),
        (Cmnd, "000000000", NumberFault::Placeholder),
        (Passport, "--", NumberFault::Empty),
    ] {
        assert_eq!(
            verdict(kind, text),
            NumberVerdict::Malformed(fault),
            "{kind:?} {text}"
        );
    }
    for (kind, text) in [
        (Cmnd, "271450001"),
        (Cmnd, "001099012345"),
        (Passport, "c1234567"),
        (Cccd, "079 099-000123"),
    ] {
        assert_eq!(verdict(kind, text), NumberVerdict::Valid, "{kind:?} {text}");
    }
}

#[test]
fn lost_zeros_are_proposed_only_where_a_province_appears() {
    let proposal = |text| {
        IdentityNumber::analyse(DocumentKind::Cccd, text, NumberBearer::default()).proposal()
    };
    assert_eq!(proposal("79099000123").as_deref(), Some("079099000123"));
    assert_eq!(proposal("1099000123").as_deref(), Some("001099000123"));
    // 03 is no province, so no zeros were lost there.
    assert_eq!(proposal("3099000123"), None);
    assert_eq!(
        verdict(DocumentKind::Cccd, "3099000123"),
        NumberVerdict::Malformed(NumberFault::Length)
    );
    assert_eq!(proposal("079099000123"), None);
}

#[test]
fn full_width_digits_are_digits() {
    let number = IdentityNumber::analyse(
        DocumentKind::Cccd,
        "０７９０９９０００１２３",
        NumberBearer::default(),
    );
    assert_eq!(number.normalised(), "079099000123");
    assert_eq!(*number.verdict(), NumberVerdict::Valid);
}

#[test]
fn debug_shows_no_number() {
    let number =
        IdentityNumber::analyse(DocumentKind::Cccd, "079099000123", NumberBearer::default());
    let bearer = NumberBearer::new(Some(1999), Some(Sex::Male));
    let shown = alloc::format!("{number:?} {bearer:?}");
    assert!(!shown.contains("99") && !shown.contains("Male"), "{shown}");
}

#[test]
fn every_code_has_both_texts() {
    for fault in NumberFault::ALL {
        assert!(!fault.text(Lang::Vi).is_empty() && !fault.text(Lang::En).is_empty());
        assert!(fault.code().starts_with("number-"));
    }
    for suspicion in NumberSuspicion::ALL {
        assert_ne!(suspicion.text(Lang::Vi), suspicion.text(Lang::En));
    }
}

proptest! {
    #[test]
    fn any_text_has_a_verdict_and_normalising_twice_is_once(text in "\\PC{0,20}") {
        for kind in DocumentKind::ALL {
            let once = IdentityNumber::analyse(*kind, &text, NumberBearer::default());
            let twice =
                IdentityNumber::analyse(*kind, once.normalised(), NumberBearer::default());
            prop_assert_eq!(once.normalised(), twice.normalised());
            prop_assert_eq!(once.verdict(), twice.verdict());
        }
    }

    #[test]
    fn a_number_that_lost_its_zeros_is_proposed_as_it_was(
        province in 0_usize..63, digit in 0_u8..4, rest in 0_u32..100_000_000,
    ) {
        let prefix = Province::all()[province].number_prefix();
        let whole = alloc::format!("{prefix}{digit}{rest:08}");
        let lost = whole.trim_start_matches('0');
        let number =
            IdentityNumber::analyse(DocumentKind::Cccd, lost, NumberBearer::default());
        prop_assert_eq!(number.proposal(), Some(whole));
    }
}
