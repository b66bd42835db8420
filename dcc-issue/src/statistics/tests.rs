use dcc_model::Lang;
use dcc_registry::{
    Act, Actor, CommuneCode, DoseContent, DoseKind, DoseRef, FacilityId, Identity, Intake,
    IntakeStore as _, MemoryRegistry, ReferenceKey, VerificationResult, VerificationStore as _,
    civil,
};

use super::*;
use crate::RefusalCode;
use crate::eligibility::policy;

/// The figures that the press published for 21 May 2022 (vn/data/campaign.tsv).
const PRESS: &str = include_str!("campaign.tsv");

fn press() -> PressTable {
    let mut table = PressTable::default();
    for line in PRESS.lines().skip(1) {
        let mut cells = line.split('\t');
        let age = match cells.next().unwrap() {
            "18+" => AgeBand::Adult,
            "12-17" => AgeBand::Youth,
            "5-11" => AgeBand::Child,
            other => panic!("{other}"),
        };
        let kind = match cells.next().unwrap() {
            "Mũi 1" => DoseKind::Primary1,
            "Mũi 2" => DoseKind::Primary2,
            "Mũi 3" => DoseKind::Primary3,
            "Mũi bổ sung" => DoseKind::Additional,
            "Nhắc lại lần 1" => DoseKind::Booster1,
            "Nhắc lại lần 2" => DoseKind::Booster2,
            other => panic!("{other}"),
        };
        table.add(
            age,
            Some(kind),
            Doses::new(cells.next().unwrap().parse().unwrap()),
        );
    }
    table
}

#[test]
fn the_press_table_prints_its_own_sums() {
    let table = press();
    let text = table.display(Lang::Vi);
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    assert_eq!(rows[0], ["Tổng số liều vắc xin đã tiêm", "219.047.772"]);
    assert_eq!(rows[1], ["Từ 18 tuổi trở lên", "198.219.012"]);
    assert_eq!(rows[4], ["Mũi 3", "1.506.133"]);
    assert_eq!(rows[5], ["Mũi bổ sung", "15.162.875"]);
    assert_eq!(rows[6], ["Mũi nhắc lại lần 1", "41.310.834"]);
    assert_eq!(rows[7], ["Mũi nhắc lại lần 2", "62.942"]);
    assert_eq!(rows[8], ["Từ 12-17 tuổi", "17.423.280"]);
    assert_eq!(rows[11], ["Từ 5-11 tuổi", "3.405.480"]);
    assert_eq!(rows[13], ["Mũi 2", "19.600"]);
    assert_eq!(rows.len(), 14, "bands without doses have no row");
}

#[test]
fn ages_are_completed_years_and_partial_dates_count_where_they_tell() {
    let day = civil::date(2022, 4, 15);
    for (born, band) in [
        ("2004-04-15", AgeBand::Adult),
        ("2004-04-16", AgeBand::Youth),
        ("2010-04-16", AgeBand::Child),
        ("2017-04-15", AgeBand::Child),
        ("2017-04-16", AgeBand::Infant),
        ("2022-04-16", AgeBand::Unknown),
        ("1948", AgeBand::Adult),
        ("2004", AgeBand::Unknown),
        ("2004-03", AgeBand::Adult),
        ("2004-04", AgeBand::Unknown),
        ("", AgeBand::Unknown),
    ] {
        assert_eq!(AgeBand::at(day, born), band, "{born}");
    }
}

#[test]
fn numbers_are_grouped() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (219_047_772, "219.047.772"),
    ] {
        assert_eq!(grouped(number), text);
    }
}

async fn register() -> MemoryRegistry {
    let registry = MemoryRegistry::new();
    let key = ReferenceKey::from_bytes([7; 32]);
    let act = Act::new(Actor::new("test"), "2022-05-01".parse().unwrap());
    let people = [
        ("A", "00001", "1980-01-01", VerificationState::Match, 2),
        ("B", "00001", "2008-01-01", VerificationState::NoId, 1),
        ("C", "27259", "1948", VerificationState::Mismatch, 3),
        ("D", "99999", "1990-01-01", VerificationState::NotSent, 0),
    ];
    for (name, commune, born, state, doses) in people {
        let mut who = Identity::new(name, CommuneCode::new(commune));
        who.birth_date = born.to_owned();
        who.nationality = "VN".to_owned();
        let id = key.subject_id(name);
        let mut item = Intake::new(id, name, who);
        let days = [(8, 1), (9, 10), (10, 20)];
        for ((month, day), kind) in days.into_iter().zip(DoseKind::ALL).take(doses) {
            let day = civil::date(2021, month, day);
            let mut shot = DoseContent::new("pfizer", day, FacilityId::new("F1"));
            shot.kind = Some(*kind);
            item.doses
                .push((DoseRef::new(format!("{name}{}", kind.word())), shot));
        }
        registry.take_in(&act, &[item]).await.unwrap();
        if state != VerificationState::NotSent {
            let reasons = if state == VerificationState::NoId {
                vec![RefusalCode::IdMissing.reason()]
            } else {
                vec![RefusalCode::PopName.reason()]
            };
            let result = VerificationResult::new(id, 1, state, reasons);
            registry.record(&act, &[result]).await.unwrap();
        }
    }
    registry
}

#[tokio::test]
async fn everything_is_counted_once_in_people_and_in_doses() {
    let registry = register().await;
    let policy = policy("full-course-5772").unwrap();
    let at = "2022-06-01".parse().unwrap();
    let counted = Statistics::count(&registry, policy, at).await.unwrap();
    assert_eq!((counted.all.people.get(), counted.all.doses.get()), (4, 6));
    assert!(counted.adds_up(), "{counted:?}");
    // The facility is in no directory, so nobody gets anything.
    assert_eq!(counted.standing.certified, Count::default());
    assert_eq!(
        counted.standing.held.people.get() + counted.standing.refused.people.get(),
        4
    );
    assert_eq!(
        counted.reasons[&RefusalCode::IdMissing.reason()],
        Count::person(1)
    );
    assert_eq!(
        counted.reasons[&RefusalCode::PopName.reason()],
        Count::person(3)
    );
    let codes: Vec<&str> = counted.provinces.keys().copied().collect();
    assert_eq!(codes, ["", "01", "79"]);
    assert_eq!(counted.provinces["01"].selected().doses.get(), 3);
    assert_eq!(counted.press.band(AgeBand::Youth).get(), 1);
    assert_eq!(
        counted
            .press
            .doses(AgeBand::Adult, Some(DoseKind::Primary3))
            .get(),
        1
    );
    let again = Statistics::count(&registry, policy, at).await.unwrap();
    assert_eq!(again, counted, "a second count is the same");
}
