//! A population register behind HTTP: slow, rate-limited, and with answers missing. The adapter
//! below `PopulationHttp` is what an integrator writes; the server stands in for the real one.
//!
//! `cargo run -p dcc-examples --example population_http`

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use async_trait::async_trait;
use dcc_issue::check::{CheckOptions, CheckStop, check};
use dcc_registry::{
    Act, Actor, CommuneCode, DocumentKind, Identity, Intake, IntakeStore as _, MemoryRegistry,
    PopulationAnswer, PopulationCapabilities, PopulationDetail, PopulationError, PopulationQuery,
    PopulationRegistry, PopulationReply, ReferenceKey, VerificationState,
};
use serde_json::{Value, json};

type Failure = Box<dyn core::error::Error + Send + Sync>;

/// The adapter: it owns the address, the deadline and the form of the questions.
#[derive(Debug)]
struct PopulationHttp(SocketAddr);

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
        let body = Value::Array(questions.collect()).to_string();
        let (status, body) = post(self.0, &body).map_err(|_| PopulationError::Unavailable)?;
        match status {
            200 => {}
            429 => return Err(PopulationError::RateLimited { seconds: 1 }),
            _ => return Err(PopulationError::Unavailable),
        }
        // An answer that is missing, or that is none, is no mismatch: that question waits.
        let answers: Vec<Value> =
            serde_json::from_str(&body).map_err(|_| PopulationError::Unavailable)?;
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

/// One request. A program with a client of its own uses that; the deadline stays.
fn post(address: SocketAddr, body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let length = body.len();
    write!(
        stream,
        "POST /verify HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((status.unwrap_or(0), body.to_owned()))
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let population = PopulationHttp(listener.local_addr()?);
    std::thread::spawn(move || serve(&listener));
    pollster::block_on(async {
        let (registry, key) = (MemoryRegistry::new(), ReferenceKey::from_bytes([7; 32]));
        let act = Act::new(Actor::new("example"), "2022-06-01".parse()?);
        let people: Vec<Intake> = (0..60).map(|number| person(&key, number)).collect();
        registry.take_in(&act, &people).await?;
        for round in 1..=100 {
            let options = CheckOptions::pending();
            let place: (&dyn dcc_registry::Registry, _) = (&registry, &key);
            let report = check(place, &population, &options, &act, &mut |_| ()).await?;
            let waiting = report.in_state(VerificationState::Unavailable);
            println!(
                "round {round}: {} asked, {waiting} wait, {:?}",
                report.asked, report.stopped
            );
            match report.stopped {
                Some(CheckStop::RateLimited { seconds }) => {
                    std::thread::sleep(Duration::from_secs(seconds));
                }
                None if waiting == 0 => return Ok(()),
                _ => {}
            }
        }
        Err(Failure::from("the register never answered everybody"))
    })
}

fn person(key: &ReferenceKey, number: u32) -> Intake {
    let name = format!("S{number}");
    let mut who = Identity::new("Lê Văn An", CommuneCode::new("00001"));
    (who.birth_date, who.nationality) = ("1999-05-02".to_owned(), "VN".to_owned());
    who.document_kind = Some(DocumentKind::Cccd);
    who.document_number = format!("0010990{number:05}");
    Intake::new(key.subject_id(&name), name, who)
}

/// The register: 20 ms a request, every fourth one refused as too fast, every seventh answer
/// forgotten, and everybody with an odd number unknown to it.
fn serve(listener: &TcpListener) {
    for (request, stream) in (1_u32..).zip(listener.incoming()) {
        let answered = stream.and_then(|stream| answer(stream, request));
        // A client that went away asks again.
        drop(answered);
    }
}

fn answer(stream: TcpStream, request: u32) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 2 {
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    std::thread::sleep(Duration::from_millis(20));
    if request.is_multiple_of(4) {
        return reader
            .into_inner()
            .write_all(b"HTTP/1.0 429 Too Many Requests\r\n\r\n");
    }
    let questions: Vec<Value> = serde_json::from_slice(&body)?;
    let kept = (request..)
        .zip(&questions)
        .filter(|(place, _)| place % 7 != 0);
    let answers: Vec<Value> = kept
        .map(|(_, question)| {
            let number = question["number"].as_str().unwrap_or_default();
            json!({"id": question["id"], "matches": number.ends_with(['0', '2', '4', '6', '8'])})
        })
        .collect();
    write!(
        reader.into_inner(),
        "HTTP/1.0 200 OK\r\n\r\n{}",
        Value::Array(answers)
    )
}
