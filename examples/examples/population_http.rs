//! A population register behind HTTP: slow, rate-limited, and with answers missing. The adapter
//! `PopulationHttp` is what an integrator writes; the server below stands in for the real one.
//!
//! `cargo run -p dcc-examples --example population_http`

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use async_trait::async_trait;
use axum::extract::{Json, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::routing::post;
use dcc_issue::check::{CheckOptions, CheckStop, check};
use dcc_registry::conformance::{PopulationHarness, population};
use dcc_registry::{
    Act, Actor, CommuneCode, DocumentKind, Identity, Intake, IntakeStore as _, MemoryRegistry,
    PopulationAnswer, PopulationCapabilities, PopulationDetail, PopulationError, PopulationQuery,
    PopulationRegistry, PopulationReply, ReferenceKey, Registry, VerificationState,
};
use serde_json::{Value, json};

/// Everybody's name.
const NAME: &str = "Lê Văn An";

type Failure = Box<dyn core::error::Error + Send + Sync>;

/// The adapter: it owns the address, the deadline and the form of the questions.
#[derive(Debug)]
struct PopulationHttp {
    client: reqwest::Client,
    address: String,
}

impl PopulationHttp {
    fn new(address: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(2));
        let client = client.build()?;
        Ok(Self { client, address })
    }
}

#[async_trait]
impl PopulationRegistry for PopulationHttp {
    fn capabilities(&self) -> PopulationCapabilities {
        PopulationCapabilities::new(PopulationDetail::YesNo, 10)
    }

    async fn ask(
        &self,
        queries: &[PopulationQuery],
    ) -> Result<Vec<PopulationReply>, PopulationError> {
        let questions = queries.iter().enumerate().map(|(id, query)| {
            json!({"id": id, "number": query.document_number, "name": query.full_name,
                   "born": query.birth_date, "sex": query.sex.map(dcc_registry::Sex::word)})
        });
        let questions = Value::Array(questions.collect());
        // The client's own errors may quote an address; nothing of them goes further.
        let unavailable = |_: reqwest::Error| PopulationError::Unavailable;
        let request = self.client.post(&self.address).json(&questions);
        let response = request.send().await.map_err(unavailable)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = response.headers().get(header::RETRY_AFTER);
                let seconds = wait.and_then(|value| value.to_str().ok()?.parse().ok());
                let seconds = seconds.unwrap_or(60);
                return Err(PopulationError::RateLimited { seconds });
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(PopulationError::Refused);
            }
            _ => return Err(PopulationError::Unavailable),
        }
        // An answer that is missing, or that is none, is no mismatch: that question waits.
        let answers: Vec<Value> = response.json().await.map_err(unavailable)?;
        let reply = |answer: &Value| {
            let id = usize::try_from(answer["id"].as_u64()?).ok()?;
            let answer = if answer["matches"].as_bool()? {
                PopulationAnswer::Match(None)
            } else {
                PopulationAnswer::Mismatch(Vec::new())
            };
            Some(PopulationReply::new(id, answer))
        };
        Ok(answers.iter().filter_map(reply).collect())
    }
}

/// For the suite of `dcc_registry::conformance`: two people whom the register knows, and a number
/// that it does not.
struct Suite {
    runtime: tokio::runtime::Runtime,
    address: String,
}

#[expect(clippy::expect_used, reason = "a harness has nobody to answer to")]
impl PopulationHarness for Suite {
    fn register(&self) -> Arc<dyn PopulationRegistry> {
        Arc::new(PopulationHttp::new(self.address.clone()).expect("a client"))
    }

    fn known(&self) -> [PopulationQuery; 2] {
        ["001099000000", "001099000002"].map(question)
    }

    fn unknown(&self) -> PopulationQuery {
        question("001099000001")
    }

    fn wait(&self, seconds: u64) {
        std::thread::sleep(Duration::from_secs(seconds));
    }

    fn block_on<F: Future + Send>(&self, future: F) -> F::Output
    where
        F::Output: Send,
    {
        self.runtime.block_on(future)
    }
}

fn question(number: &str) -> PopulationQuery {
    let document = (DocumentKind::Cccd, number.to_owned());
    PopulationQuery::new(document, NAME, "1999-05-02", None)
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}/verify", listener.local_addr()?);
    let server = axum::Router::new().route("/verify", post(verify));
    let server = server.with_state(Arc::new(AtomicU32::new(0)));
    runtime.spawn(async { axum::serve(listener, server).await });

    let suite = Suite { runtime, address };
    let checks = population(&suite)?;
    println!("the adapter passes the suite of PopulationRegistry: {checks} checks");
    let population = PopulationHttp::new(suite.address.clone())?;
    suite.runtime.block_on(campaign(&population))
}

/// Checks sixty people, round by round, until everybody is answered.
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn campaign(population: &PopulationHttp) -> Result<(), Failure> {
    let (registry, key) = (MemoryRegistry::new(), ReferenceKey::from_bytes([7; 32]));
    let act = Act::new(Actor::new("example"), "2022-06-01".parse()?);
    let people: Vec<Intake> = (0..60).map(|number| person(&key, number)).collect();
    registry.take_in(&act, &people).await?;
    for round in 1..=100 {
        let options = CheckOptions::pending();
        let place: (&dyn Registry, _) = (&registry, &key);
        let report = check(place, population, &options, &act, &mut |_| ()).await?;
        let waiting = report.in_state(VerificationState::Unavailable);
        println!(
            "round {round}: {} asked, {waiting} wait, {:?}",
            report.asked, report.stopped
        );
        match report.stopped {
            Some(CheckStop::RateLimited { seconds }) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
            None if waiting == 0 => return Ok(()),
            _ => {}
        }
    }
    Err(Failure::from("the register never answered everybody"))
}

fn person(key: &ReferenceKey, number: u32) -> Intake {
    let name = format!("S{number}");
    let mut who = Identity::new(NAME, CommuneCode::new("00001"));
    (who.birth_date, who.nationality) = ("1999-05-02".to_owned(), "VN".to_owned());
    who.document_kind = Some(DocumentKind::Cccd);
    who.document_number = format!("0010990{number:05}");
    Intake::new(key.subject_id(&name), name, who)
}

/// The register: 20 ms a request, every fourth one refused as too fast, every seventh answer
/// forgotten, and everybody with an odd number unknown to it.
async fn verify(
    State(requests): State<Arc<AtomicU32>>,
    Json(questions): Json<Vec<Value>>,
) -> Result<Json<Vec<Value>>, (StatusCode, [(HeaderName, &'static str); 1])> {
    let request = requests.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    tokio::time::sleep(Duration::from_millis(20)).await;
    if request.is_multiple_of(4) {
        return Err((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]));
    }
    let kept = (request..)
        .zip(&questions)
        .filter(|(place, _)| place % 7 != 0);
    let answer = |(_, question): (u32, &Value)| {
        let number = question["number"].as_str().unwrap_or_default();
        let known = number.ends_with(['0', '2', '4', '6', '8']);
        json!({"id": question["id"], "matches": known && question["name"] == NAME})
    };
    Ok(Json(kept.map(answer).collect()))
}
