//! One person under two numbers, told by the register's token.

use super::*;

/// An has an old number and a new one; Bình shares his name and birth date and is another.
const NAMED: &str = "document_number,full_name,birth_date,sex,person\n\
    271450009,Nguyễn Văn An,1999-03-05,M,P1\n\
    001099000001,Nguyễn Văn An,1999-03-05,M,P1\n\
    001099000002,Nguyễn Văn An,1999-03-05,M,P2\n";

fn register(text: &str) -> PopulationFile {
    let profile = ColumnProfile::default();
    let text = std::io::Cursor::new(text.to_owned().into_bytes());
    PopulationFile::read(text, &profile, PopulationDetail::PerField).unwrap()
}

fn an(number: &str) -> Identity {
    let mut an = person(number, "Nguyễn Văn An", "1999-03-05");
    if number.len() == 9 {
        an.document_kind = Some(DocumentKind::Cmnd);
    }
    an
}

fn link(registry: &MemoryRegistry, relation: LinkRelation) {
    let link = SubjectLink::new(id(0), id(1), relation, "BB-2".to_owned(), act().at());
    pollster::block_on(registry.link(&act(), &link)).unwrap();
    run(registry, &register(NAMED), &CheckOptions::again());
}

fn states(registry: &MemoryRegistry) -> [VerificationState; 2] {
    [state(registry, 0).0, state(registry, 1).0]
}

#[test]
fn one_person_under_two_numbers_is_found_by_the_registers_token() {
    let registry = registry([an("271450009"), an("001099000001"), an("001099000002")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    let same = (S::SamePerson, words(&["same-person"]));
    assert_eq!(
        [state(&registry, 0), state(&registry, 1)],
        [same.clone(), same]
    );
    // The same name and birth date under another token: no merge on these alone.
    assert_eq!(state(&registry, 2).0, S::Match);
    assert_eq!(open_cases(&registry), 2);
}

#[test]
fn the_second_number_may_come_in_another_run() {
    let registry = registry([an("271450009")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    assert_eq!(state(&registry, 0).0, S::Match);
    add(&registry, 1, [an("001099000001")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    assert_eq!(states(&registry), [S::SamePerson, S::SamePerson]);
}

#[test]
fn a_link_decides_and_is_undone() {
    let registry = registry([an("271450009"), an("001099000001")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    link(&registry, LinkRelation::MergedInto);
    assert_eq!(states(&registry), [S::SamePerson, S::Match]);
    link(&registry, LinkRelation::Undecided);
    assert_eq!(states(&registry), [S::SamePerson, S::SamePerson]);
    link(&registry, LinkRelation::MergedFrom);
    assert_eq!(states(&registry), [S::Match, S::SamePerson]);
    link(&registry, LinkRelation::Different);
    assert_eq!(states(&registry), [S::Match, S::Match]);
}

/// A token counts for the identity that was asked about, and for no later one.
#[test]
fn a_corrected_record_is_no_longer_the_person_it_was_taken_for() {
    let registry = registry([an("271450009")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    let mut edit = Correction::new(id(0), 1, an("001099000002"));
    edit.document = document_key(&key(), &edit.identity);
    pollster::block_on(registry.correct(&act(), &[edit])).unwrap();
    add(&registry, 1, [an("001099000001")]);
    run(&registry, &register(NAMED), &CheckOptions::pending());
    assert_eq!(states(&registry), [S::Match, S::Match]);
}

#[test]
fn without_tokens_two_numbers_are_two_people() {
    let rows = NAMED
        .lines()
        .filter_map(|line| Some(line.rsplit_once(',')?.0));
    let unnamed = rows.collect::<Vec<&str>>().join("\n");
    let registry = registry([an("271450009"), an("001099000001")]);
    run(&registry, &register(&unnamed), &CheckOptions::pending());
    assert_eq!(states(&registry), [S::Match, S::Match]);
}
