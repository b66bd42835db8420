//! The `Debug` text of every public type that holds something of a person.

use dcc_issue::attestation::Package;
use dcc_issue::cleaning::{CitizenRequest, Cleaning, CorrectableField, Scope};
use dcc_issue::eligibility::{Course, Decision5772FullCourse, EligibilityPolicy as _};
use dcc_issue::explain::{AuthenticatedCitizen, Explanation, own_record};
use dcc_issue::intake::{ColumnProfile, DoseRow, IntakeOptions, PersonRow, check_identity};
use dcc_issue::life::IncomingCertificate;
use dcc_issue::lookup::LookupQuery;
use dcc_issue::{
    HeldFolder as _, HeldRow, MemoryFolder, OutputTable, PopulationFile, SigningDirectory,
};
use dcc_registry::{
    Basis, BatchId, CertificateId, CertificateIntent, CertificateRecord, CleaningList, CommuneCode,
    Completion, Correction, CorrectionRequest, Digest, DocumentKind, DoseKey, DoseRecord, DoseRef,
    FacilityId, IdentityVersion, IntakeStore as _, LinkRelation, ListId, MemoryRegistry,
    PersonToken, PopulationDetail, PopulationQuery, ReasonCode, Registry, Reservation, Subject,
    SubjectHistory, SubjectLink, SubjectRecord, SubjectStore as _, Timestamp, Withdrawal,
};

use super::{
    BORN, EVIDENCE, HC1, LOT, NAME, NUMBER, PHONE, REFERENCE, act, identity, key, person, subject,
};

#[expect(clippy::print_stdout, reason = "what is printed is what is searched")]
fn show(record: &dyn core::fmt::Debug) {
    println!("record {record:?} / {record:#?}");
}

#[test]
#[ignore = "run by invariant_13_nothing_personal_is_printed_whatever_goes_wrong"]
#[expect(clippy::too_many_lines, reason = "one record after the other")]
fn provoked_records_of_the_register() {
    let (act, at, id) = (act(), Timestamp::UNIX_EPOCH, subject());
    let record = SubjectRecord::new(id, REFERENCE.to_owned(), identity(), &act);
    let item = person(0);
    let (dose_ref, content) = item.doses[0].clone();
    let dose_key = DoseKey::new(id, dose_ref);
    let dose = DoseRecord::new(dose_key.clone(), 1, content.clone(), &act);
    let mut request = CorrectionRequest::new(
        (id, "r1".to_owned()),
        "full_name",
        NAME,
        FacilityId::new("F1"),
        at,
    );
    request.evidence = EVIDENCE.to_owned();
    let intent = CertificateIntent::new(
        CertificateId::new("URN:UVCI:01:VN:1"),
        (id, 1),
        (BatchId::new(Digest::ZERO), Basis::new(Digest::ZERO)),
        NAME.as_bytes().to_vec(),
        (at, at),
    );
    let mut certificate = CertificateRecord::new(intent.clone(), &act);
    certificate.hc1 = Some(HC1.to_owned());
    let columns = dcc_registry::Columns::default();
    let reservation = Reservation::new(intent.clone(), columns, Digest::ZERO);
    let link = SubjectLink::new(id, id, LinkRelation::MergedFrom, EVIDENCE.to_owned(), at);
    let commune = CommuneCode::new("00001");
    let mut list = CleaningList::new(ListId::new("L"), commune, Digest::ZERO, Vec::new(), at);
    list.note = EVIDENCE.to_owned();
    let mut subject = Subject::new(record.clone());
    subject.doses.push(dose.clone());
    subject.current = Some(certificate.clone());
    let mut history = SubjectHistory::new(record.clone());
    history.identities.push(IdentityVersion::of(&record));
    history.doses.push(dose.clone());
    history.certificates.push(certificate.clone());
    history.requests.push(request.clone());
    history.links.push(link.clone());
    let document = (DocumentKind::Cccd, NUMBER.to_owned());
    let query = PopulationQuery::new(document, NAME, BORN, None);
    let completion = Completion::new(id, CertificateId::new("U"), HC1.to_owned());
    let everything: [&dyn core::fmt::Debug; 22] = [
        &key(),
        &identity(),
        &record,
        &item,
        &content,
        &dose,
        &request,
        &intent,
        &certificate,
        &reservation,
        &link,
        &list,
        &subject,
        &history,
        &query,
        &completion,
        &PersonToken::new([78; 16]),
        &Correction::new(id, 1, identity()),
        &Withdrawal::new(dose_key, 1),
        &IdentityVersion::of(&record),
        &MemoryRegistry::new(),
        &ReasonCode::new("pop-name"),
    ];
    for record in everything {
        show(record);
    }
}

#[test]
#[ignore = "run by invariant_13_nothing_personal_is_printed_whatever_goes_wrong"]
#[expect(clippy::too_many_lines, reason = "one stage after the other")]
fn provoked_records_of_the_stages() {
    let (profile, options) = (ColumnProfile::default(), IntakeOptions::default());
    let table = format!("document_number,full_name,birth_date,sex\n{NUMBER},{NAME},{BORN},Nữ\n");
    let text = || std::io::Cursor::new(table.clone().into_bytes());
    let mut rows = PersonRow::rows(text(), &profile, &options).unwrap();
    show(&rows);
    show(&rows.next().unwrap().unwrap());
    let doses = format!(
        "subject_ref,full_name,birth_date,sex,nationality,document_kind,document_number,phone,\
         residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,vaccinating_facility,\
         entering_facility\n\
         {REFERENCE},{NAME},{BORN},Nữ,VN,cccd,{NUMBER},{PHONE},00001,D1,Pfizer,{LOT},3/9/2021,\
         Mũi 1,F1,F1\n\
         {REFERENCE},{NAME},{NAME},{NAME},{NAME},{NAME},{NUMBER}x,{NAME},{NAME},,{NAME},{LOT},\
         {NAME},{NAME},,\n"
    );
    let text_of_doses = std::io::Cursor::new(doses.into_bytes());
    for row in DoseRow::rows(text_of_doses, &profile, &options).unwrap() {
        show(&row.unwrap());
    }
    show(&PopulationFile::read(text(), &profile, PopulationDetail::PerField).unwrap());
    show(&check_identity(&identity()));
    let mut query = LookupQuery::new(NUMBER, NAME, PHONE);
    query.birth_date = BORN.to_owned();
    show(&query);
    show(&IncomingCertificate::new(subject(), HC1));
    let field = CorrectableField::parse("full_name").unwrap();
    show(&CitizenRequest::new(field, NAME, "portal", EVIDENCE));
    let mut output = OutputTable::new(NAME, [NAME]);
    output.push([NUMBER]);
    show(&output);
    let mut folder = MemoryFolder::default();
    folder.append("list.csv", NAME.as_bytes()).unwrap();
    show(&folder);
    show(&Package::from_bytes(NAME.as_bytes().to_vec()).unwrap_err());

    let registry = MemoryRegistry::new();
    let whole: &dyn Registry = &registry;
    let (at, key) = (Timestamp::UNIX_EPOCH, key());
    pollster::block_on(async {
        registry.take_in(&act(), &[person(0)]).await.unwrap();
        let population = PopulationFile::read(
            std::io::Cursor::new(
                b"document_number,full_name,birth_date,sex\n1,A,1990,M\n".to_vec(),
            ),
            &profile,
            PopulationDetail::YesNo,
        );
        let options = dcc_issue::check::CheckOptions::pending();
        let population = population.unwrap();
        let place = (whole, &key);
        let (act, mut silent) = (act(), |_: &_| ());
        let checked = dcc_issue::check::check(place, &population, &options, &act, &mut silent);
        show(&checked.await.unwrap());
        let policy = Decision5772FullCourse::new();
        show(
            &Explanation::of(whole, subject(), &policy, at)
                .await
                .unwrap(),
        );
        let me = AuthenticatedCitizen::vouched_for(subject());
        show(&own_record(whole, me, &policy, at).await.unwrap());
        let directory = SigningDirectory::read(whole).await.unwrap();
        let found = registry
            .subjects(&[subject()])
            .await
            .unwrap()
            .remove(0)
            .unwrap();
        show(&Course::of(&found, &directory, at));
        show(&policy.decide(&found, &directory, at));
        show(&HeldRow::of(&found, &found.record.verification.reasons));
        let cleaning = Cleaning::new(whole, &key);
        let mut take = |list| {
            show(&list);
            Ok(())
        };
        cleaning
            .make(&act, &Scope::Country, &mut take)
            .await
            .unwrap();
        show(&cleaning);
        let dose = DoseRef::new("D0");
        show(&registry.history(key.subject_id(REFERENCE)).await.unwrap());
        show(&dose);
    });
}
