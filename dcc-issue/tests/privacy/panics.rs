//! Code of others that panics while people's records are in scope, and says so with `{:?}`.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use async_trait::async_trait;
use dcc_issue::SigningDirectory;
use dcc_issue::check::{CheckOptions, check};
use dcc_issue::eligibility::{Course, CourseVerdict, EligibilityPolicy};
use dcc_issue::import::{DoseImportOptions, import_doses};
use dcc_issue::intake::{ColumnProfile, DoseRow, IntakeOptions};
use dcc_issue::statistics::Statistics;
use dcc_registry::{
    IdentityRule, MemoryRegistry, PopulationAnswer, PopulationCapabilities, PopulationDetail,
    PopulationError, PopulationQuery, PopulationRegistry, PopulationReply, Registry,
    SqliteRegistry, Timestamp, VerificationResult, VerificationState, civil,
};

use super::{BORN, LOT, NAME, NUMBER, PHONE, REFERENCE, act, key, person, subject};

/// A population register whose client panics over its questions.
#[derive(Debug)]
struct Panicking {
    asked: usize,
}

#[async_trait]
impl PopulationRegistry for Panicking {
    fn capabilities(&self) -> PopulationCapabilities {
        PopulationCapabilities::new(PopulationDetail::PerField, 10)
    }

    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError> {
        assert_eq!(
            queries.len(),
            self.asked,
            "an integrator's fault: {queries:#?}"
        );
        let replies = queries.iter().enumerate();
        let answer = |place| PopulationReply::new(place, PopulationAnswer::Match(None));
        Ok(replies.map(|(place, _)| answer(place)).collect())
    }
}

/// A policy that panics over the course that it is shown.
#[derive(Debug)]
struct PanickingPolicy;

impl EligibilityPolicy for PanickingPolicy {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn version(&self) -> u32 {
        1
    }

    fn in_force_from(&self) -> civil::Date {
        civil::date(2021, 1, 1)
    }

    fn judge(&self, course: &Course<'_>, _: Timestamp) -> CourseVerdict {
        assert!(course.doses().is_empty(), "a lawyer's fault: {course:#?}");
        CourseVerdict::Entitled
    }
}

fn panics(work: impl FnOnce()) {
    let panicked = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
    // What a supervisor would log of it.
    let said = panicked.downcast_ref::<String>();
    assert!(said.is_some_and(|said| said.contains("fault")));
}

fn table() -> String {
    format!(
        "subject_ref,full_name,birth_date,sex,nationality,document_kind,document_number,phone,\
         residence_commune,dose_ref,vaccine,lot,dose_date,dose_kind,vaccinating_facility,\
         entering_facility\n\
         {REFERENCE},{NAME},{BORN},Nữ,VN,cccd,{NUMBER},{PHONE},00001,D1,Pfizer,{LOT},03/09/2021,\
         Mũi 1,F1,F1\n"
    )
}

type Work<'a> = core::pin::Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Everything that can panic over one register; `run` is its runtime.
fn over(registry: &dyn Registry, run: &dyn Fn(Work<'_>)) {
    let key = key();
    panics(|| {
        run(Box::pin(async {
            let (profile, options) = (ColumnProfile::default(), IntakeOptions::default());
            let text = std::io::Cursor::new(table().into_bytes());
            let rows = DoseRow::rows(text, &profile, &options).unwrap();
            let place = (registry, &key);
            let mut progress =
                |report: &_| assert!(format!("{report:?}").is_empty(), "a fault: {report:#?}");
            let options = DoseImportOptions::new(IdentityRule::Keep);
            let done = import_doses(place, rows, &options, &act(), &mut progress).await;
            done.unwrap();
        }));
    });
    run(Box::pin(async {
        registry.take_in(&act(), &[person(0)]).await.unwrap();
    }));
    let checked = |population: &dyn PopulationRegistry, fails: bool| {
        run(Box::pin(async {
            let options = CheckOptions::pending();
            let mut progress =
                |report: &_| assert!(!fails, "a progress bar's fault: {report:#?} {population:?}");
            let place = (registry, &key);
            let done = check(place, population, &options, &act(), &mut progress).await;
            done.unwrap();
        }));
    };
    panics(|| checked(&Panicking { asked: 99 }, false));
    panics(|| checked(&Panicking { asked: 1 }, true));
    // The register goes on after each of them.
    run(Box::pin(async {
        let state = VerificationState::Match;
        let answer = VerificationResult::new(subject(), 1, state, Vec::new());
        registry.record(&act(), &[answer]).await.unwrap();
    }));
    panics(|| {
        run(Box::pin(async {
            let found = registry.subjects(&[subject()]).await.unwrap();
            let directory = SigningDirectory::read(registry).await.unwrap();
            for person in found.iter().flatten() {
                let course = Course::of(person, &directory, Timestamp::UNIX_EPOCH);
                PanickingPolicy.judge(&course, Timestamp::UNIX_EPOCH);
            }
        }));
    });
    panics(|| {
        run(Box::pin(async {
            let found = registry.history(subject()).await.unwrap();
            assert!(found.is_none(), "a clerk's program's fault: {found:#?}");
        }));
    });
    run(Box::pin(async {
        let policy = dcc_issue::eligibility::Decision5772FullCourse::new();
        let counted = Statistics::count(registry, &policy, Timestamp::UNIX_EPOCH).await;
        assert!(counted.unwrap().adds_up());
    }));
}

#[test]
#[ignore = "run by invariant_13_nothing_personal_is_printed_whatever_goes_wrong"]
fn provoked_panics() {
    over(&MemoryRegistry::new(), &|work| pollster::block_on(work));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.db");
    let store = runtime.block_on(SqliteRegistry::open(&path)).unwrap();
    over(&store, &|work| runtime.block_on(work));
    runtime.block_on(store.close());
}
