//! A list's whole way, and what is refused on it.

use dcc_registry::{
    Actor, Bucket, CaseFilter, CaseStore as _, DocumentKind, DoseContent, DoseRef, FacilityId,
    Identity, Intake, IntakeStore as _, ListStore as _, MemoryRegistry, ReturnSignature, Sex,
    SubjectId, SubjectStore as _, Timestamp, VerificationResult, VerificationState,
    VerificationStore as _, civil,
};
use dcc_sign::{Algorithm, LocalSigner, Signer as _, provider, test_keys::TestPki};

use super::*;
use crate::{RecordPurpose, RefusalCode, sign_record};

mod requests;

const COMMUNE: &str = "00001";

fn at(day: &str) -> Timestamp {
    day.parse().unwrap()
}

fn act(day: &str) -> Act {
    Act::new(Actor::new("station:00001"), at(day))
}

fn key() -> ReferenceKey {
    ReferenceKey::from_bytes([7; 32])
}

fn person(name: &str, number: &str) -> Identity {
    let mut who = Identity::new(name, CommuneCode::new(COMMUNE));
    who.birth_date = "1999-05-02".to_owned();
    who.sex = Some(Sex::Male);
    who.nationality = "VN".to_owned();
    if !number.is_empty() {
        who.document_kind = Some(DocumentKind::Cccd);
        who.document_number = number.to_owned();
    }
    who
}

/// Takes in people with a dose each, and records what a check found.
async fn world(people: &[(&str, &str, VerificationState)]) -> MemoryRegistry {
    let registry = MemoryRegistry::new();
    for (name, number, state) in people {
        let id = key().subject_id(name);
        let mut item = Intake::new(id, *name, person(name, number));
        let shot = DoseContent::new("pfizer", civil::date(2022, 1, 5), FacilityId::new("F1"));
        item.doses.push((DoseRef::new(format!("D-{name}")), shot));
        registry.take_in(&act("2022-05-01"), &[item]).await.unwrap();
        check(&registry, name, 1, *state, "2022-05-02").await;
    }
    registry
}

async fn check(
    registry: &MemoryRegistry,
    name: &str,
    version: u32,
    state: VerificationState,
    day: &str,
) {
    let reasons = if state.needs_cleaning() {
        vec![RefusalCode::PopName.reason()]
    } else {
        Vec::new()
    };
    let result = VerificationResult::new(key().subject_id(name), version, state, reasons);
    registry.record(&act(day), &[result]).await.unwrap();
}

async fn made(registry: &MemoryRegistry, day: &str) -> Vec<MadeList> {
    let mut lists = Vec::new();
    let key = key();
    let cleaning = Cleaning::new(registry, &key);
    let mut take = |list| {
        lists.push(list);
        Ok(())
    };
    cleaning
        .make(&act(day), &Scope::Country, &mut take)
        .await
        .unwrap();
    lists
}

/// The list's file with the cells to fill in of some rows filled in: name, birth date, sex,
/// number, result.
fn filled(list: &MadeList, rows: &[(&str, [&str; 5])]) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().from_reader(&list.csv[..]);
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    for record in reader.records() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        for (name, values) in rows {
            if cells[1] == *name {
                for (cell, value) in cells[11..].iter_mut().zip(values) {
                    (*value).clone_into(cell);
                }
            }
        }
        writer.write_record(&cells).unwrap();
    }
    writer.into_inner().unwrap()
}

async fn identity(registry: &MemoryRegistry, name: &str) -> (Identity, VerificationState) {
    let found = registry.subjects(&[key().subject_id(name)]).await.unwrap();
    let subject = found.into_iter().next().flatten().unwrap();
    (subject.record.identity, subject.record.verification.state)
}

async fn open_cases(registry: &MemoryRegistry) -> usize {
    let mut found = Vec::new();
    for bucket in Bucket::all() {
        let filter = CaseFilter::default();
        found.extend(
            registry
                .open_cases(bucket, &filter, None, 100)
                .await
                .unwrap(),
        );
    }
    found.len()
}

/// From the station over hamlet team and police back to the station.
async fn travel(cleaning: &Cleaning<'_>, id: &ListId, file: &[u8]) {
    for (day, to) in [
        ("2022-05-05", Custody::HamletTeam),
        ("2022-05-06", Custody::CommunePolice),
    ] {
        cleaning.hand_over(&act(day), id, to).await.unwrap();
    }
    let back = cleaning
        .hand_over(&act("2022-05-06"), id, Custody::HamletTeam)
        .await;
    assert!(matches!(back, Err(CleaningError::List(ListFault::Custody))));
    let early = cleaning.apply(&act("2022-05-07"), id, file.to_vec()).await;
    assert!(matches!(
        early,
        Err(CleaningError::List(ListFault::NotReturned))
    ));
    let returned = ReturnedFile::unsigned(file.to_vec(), true);
    cleaning
        .take_return(&act("2022-05-08"), id, &returned)
        .await
        .unwrap();
}

/// The list is archived with the hash and the signature of what came back (R54).
async fn archived(registry: &MemoryRegistry, id: &ListId, file: &[u8]) {
    let kept = registry.list(id).await.unwrap().unwrap();
    assert_eq!(kept.custody(), Custody::Applied);
    let events = &kept.events;
    let event = events
        .iter()
        .find(|event| event.custody == Custody::Returned)
        .unwrap();
    let returned = event.returned.unwrap();
    assert_eq!(returned.signature, ReturnSignature::Scanned);
    assert_eq!(returned.hash, dcc_registry::Digest::of(file));
}

/// The next check closes what was repaired; what it leaves open is listed again.
async fn rechecked(registry: &MemoryRegistry, id: &ListId) {
    use VerificationState::{Match, Mismatch};
    let key = key();
    let cleaning = Cleaning::new(registry, &key);
    check(registry, "Lê A", 2, Match, "2022-05-10").await;
    check(registry, "Lê B", 2, Match, "2022-05-10").await;
    check(registry, "Lê C", 1, Mismatch, "2022-05-10").await;
    assert_eq!(open_cases(registry).await, 1);
    let reopened = made(registry, "2022-05-11").await;
    assert_eq!(
        reopened.len(),
        1,
        "what a later check left open is listed again"
    );
    assert_eq!(reopened[0].list.items[0].subject, key.subject_id("Lê C"));
    let states = cleaning.results(id).await.unwrap();
    let matches = states.iter().filter(|(_, state)| *state == Match).count();
    assert_eq!(matches, 2);
}

#[tokio::test]
async fn a_list_goes_its_way_and_its_corrections_close_the_cases() {
    use VerificationState::{Match, Mismatch, NoId, NotSent};
    let people = [
        ("Lê A", "", NoId),
        ("Lê B", "001099000001", Mismatch),
        ("Lê C", "001099000002", Mismatch),
        ("Lê D", "001099000003", Match),
    ];
    let registry = world(&people).await;
    let lists = made(&registry, "2022-05-03").await;
    assert_eq!(lists.len(), 1);
    let list = &lists[0];
    assert_eq!(list.list.items.len(), 3, "identified people are on no list");
    // A case is on one list at a time, and a list that was lost on its way is made again.
    let again = made(&registry, "2022-05-04").await;
    assert_eq!(again.len(), 1);
    assert!(!again[0].is_new && again[0].csv == list.csv && again[0].xlsx == list.xlsx);

    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let id = &list.list.id;
    assert_eq!(cleaning.print(id).await.unwrap().csv, list.csv);
    let file = filled(
        list,
        &[
            ("Lê A", ["", "", "", "001099000009", "Đã sửa"]),
            ("Lê B", ["Lê Bê", "", "", "", "đã sửa"]),
            ("Lê C", ["", "", "", "", "Đã cập nhật CSDL dân cư"]),
        ],
    );
    travel(&cleaning, id, &file).await;
    let applied = cleaning
        .apply(&act("2022-05-09"), id, file.clone())
        .await
        .unwrap();
    assert_eq!(applied.count(RowOutcomeCode::Imported), 1);
    assert_eq!(applied.count(RowOutcomeCode::Edited), 1);
    assert_eq!(applied.count(RowOutcomeCode::PopulationUpdated), 1);
    assert_eq!(applied.missing, 0);
    let again = cleaning
        .apply(&act("2022-05-09"), id, file.clone())
        .await
        .unwrap();
    assert_eq!(
        again.count(RowOutcomeCode::Unchanged),
        2,
        "a repetition changes nothing"
    );

    let (fixed, state) = identity(&registry, "Lê A").await;
    assert_eq!(
        (fixed.document_number.as_str(), state),
        ("001099000009", NotSent)
    );
    assert_eq!(identity(&registry, "Lê B").await.0.full_name, "Lê Bê");
    archived(&registry, id, &file).await;

    rechecked(&registry, id).await;
}

#[tokio::test]
async fn an_identified_subjects_basics_are_not_changed_by_a_file() {
    let registry = world(&[("Lê A", "", VerificationState::NoId)]).await;
    let list = made(&registry, "2022-05-03").await.remove(0);
    // Somebody else's way identified the person while the list travelled.
    check(&registry, "Lê A", 1, VerificationState::Match, "2022-05-04").await;
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let file = filled(&list, &[("Lê A", ["Trần Văn Khác", "", "", "", "Đã sửa"])]);
    let returned = ReturnedFile::unsigned(file.clone(), false);
    cleaning
        .take_return(&act("2022-05-05"), &list.list.id, &returned)
        .await
        .unwrap();
    let applied = cleaning
        .apply(&act("2022-05-06"), &list.list.id, file)
        .await
        .unwrap();
    assert_eq!(applied.count(RowOutcomeCode::Identified), 1);
    assert_eq!(identity(&registry, "Lê A").await.0.full_name, "Lê A");
}

#[tokio::test]
async fn rows_that_are_refused_name_why() {
    use VerificationState::{Mismatch, NoId};
    let people = [
        ("Lê A", "", NoId),
        ("Lê B", "001099000001", Mismatch),
        ("Lê C", "001099000002", Mismatch),
        ("Lê D", "001099000003", Mismatch),
        ("Lê E", "001099000004", Mismatch),
    ];
    let registry = world(&people).await;
    let list = made(&registry, "2022-05-03").await.remove(0);
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let field = CorrectableField::FullName;
    let edit = (&field, "Lê Đê");
    let id = key.subject_id("Lê D");
    cleaning
        .correct(&act("2022-05-04"), id, edit, "E-1")
        .await
        .unwrap();
    let mut file = filled(
        &list,
        &[
            ("Lê A", ["", "", "", "12345", "Đã sửa"]),
            ("Lê B", ["", "31/02/1999", "", "", "Đã sửa"]),
            ("Lê C", ["", "", "", "", "Đã sửa"]),
            ("Lê D", ["Lê Khác", "", "", "", "Đã sửa"]),
        ],
    );
    let stranger = format!("HS-{}-1-1", SubjectId::from_bytes([9; 16]));
    let row = format!("{stranger}{}Đúng,\n", ",".repeat(15));
    file.extend_from_slice(row.as_bytes());
    let returned = ReturnedFile::unsigned(file.clone(), false);
    cleaning
        .take_return(&act("2022-05-05"), &list.list.id, &returned)
        .await
        .unwrap();
    let applied = cleaning
        .apply(&act("2022-05-06"), &list.list.id, file)
        .await
        .unwrap();
    for code in [
        RowOutcomeCode::NumberMalformed,
        RowOutcomeCode::Unreadable,
        RowOutcomeCode::NothingCorrected,
        RowOutcomeCode::Outdated,
        RowOutcomeCode::NotFilled,
        RowOutcomeCode::NotOfList,
    ] {
        assert_eq!(applied.count(code), 1, "{}", code.code());
    }
    assert_eq!(applied.refused().count(), 6);
}

#[tokio::test]
async fn another_file_than_the_one_handed_back_is_refused() {
    let registry = world(&[("Lê A", "", VerificationState::NoId)]).await;
    let list = made(&registry, "2022-05-03").await.remove(0);
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let returned = ReturnedFile::unsigned(list.csv.clone(), false);
    cleaning
        .take_return(&act("2022-05-05"), &list.list.id, &returned)
        .await
        .unwrap();
    let other = filled(&list, &[("Lê A", ["", "", "", "001099000009", "Đã sửa"])]);
    let applied = cleaning
        .apply(&act("2022-05-06"), &list.list.id, other.clone())
        .await;
    assert!(matches!(
        applied,
        Err(CleaningError::List(ListFault::OtherFile))
    ));
    let second = ReturnedFile::unsigned(other, false);
    let twice = cleaning
        .take_return(&act("2022-05-06"), &list.list.id, &second)
        .await;
    assert!(matches!(
        twice,
        Err(CleaningError::List(ListFault::Custody))
    ));
}

#[tokio::test]
async fn a_digital_signature_of_a_return_is_checked() {
    let registry = world(&[("Lê A", "", VerificationState::NoId)]).await;
    let list = made(&registry, "2022-05-03").await.remove(0);
    let provider = provider::aws_lc::provider();
    let pki = TestPki::generate("VN", Algorithm::Es256, at("2022-01-01")).unwrap();
    let police = LocalSigner::from_pkcs8(pki.dsc_key_pem().as_bytes(), None, &provider).unwrap();
    let keys = [police.public_key().clone()];
    let id = &list.list.id;
    let payload = list_return_payload(id, &list.list.hash);
    let record = sign_record(RecordPurpose::ListReturn, &payload, &police, &provider)
        .await
        .unwrap();
    let file = list.csv.clone();
    let good = ReturnedFile::signed(file.clone(), id, &record, &keys, &provider).unwrap();
    assert_eq!(good.signature(), ReturnSignature::Checked);
    let other = ListId::new("DS-00001-other");
    assert!(ReturnedFile::signed(file.clone(), &other, &record, &keys, &provider).is_err());
    let mut changed = file;
    changed.push(b'\n');
    assert!(ReturnedFile::signed(changed, id, &record, &keys, &provider).is_err());
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    cleaning
        .take_return(&act("2022-05-05"), id, &good)
        .await
        .unwrap();
    cleaning
        .take_return(&act("2022-05-06"), id, &good)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_whole_set_is_exported_and_progress_is_kept_by_day() {
    use VerificationState::{Match, Mismatch, NoId};
    let people = [
        ("Lê A", "", NoId),
        ("=Lê B", "001099000001", Mismatch),
        ("Lê D", "001099000003", Match),
    ];
    let registry = world(&people).await;
    let key = key();
    let cleaning = Cleaning::new(&registry, &key);
    let mut out = Vec::new();
    let count = cleaning.export(&Scope::Country, &mut out).await.unwrap();
    assert_eq!((count.subjects, count.doses), (2, 2));
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("'=Lê B") && !text.contains("Lê D"), "{text}");
    let mut none = Vec::new();
    let elsewhere = Scope::Province("79".to_owned());
    assert_eq!(
        cleaning
            .export(&elsewhere, &mut none)
            .await
            .unwrap()
            .subjects,
        0
    );

    let first = cleaning.keep_progress(&act("2022-06-01")).await.unwrap();
    check(&registry, "=Lê B", 1, Match, "2022-06-01").await;
    let same_day = cleaning.keep_progress(&act("2022-06-01")).await.unwrap();
    assert_eq!(first, same_day, "a day's figures stay as they were kept");
    cleaning.keep_progress(&act("2022-07-01")).await.unwrap();
    let kept = cleaning.kept_progress().await.unwrap();
    let identified = |snapshot: &dcc_registry::Snapshot| {
        let rows = progress_rows(&snapshot.rows, &Scope::Country, Area::Province);
        assert_eq!(
            (rows.len(), rows[0].area.as_str(), rows[0].name),
            (1, "01", "Hà Nội")
        );
        rows[0].sum(VerificationState::is_identified)
    };
    assert_eq!(
        kept.iter().map(identified).collect::<Vec<_>>(),
        [(1, 1), (2, 2)]
    );
}
