//! `dcc lookup`: the public question, answered as a portal would.

use std::io::{self, BufRead as _, Read as _, Write as _};

use dcc_issue::lookup::{LookupError, LookupQuery, WindowLimiter, lookup};
use serde::Deserialize;

use super::Failure;
use crate::args::records::LookupArgs;
use crate::registry_url::Absent;
use crate::runtime;

/// The window of the limiter, in seconds.
const WINDOW: u32 = 60;
/// The most bytes of a question.
const QUESTION_BYTES: u64 = 4096;
/// The answer to somebody who asks too often or asks no question, as long as every other.
const REFUSED: (&str, &str) = ("lookup-rate-limited", "lookup-question-malformed");

/// A question as it comes. Its values are on no command line, where everybody could read them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    document_number: String,
    full_name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    birth_date: String,
    #[serde(default)]
    client: String,
}

pub(super) fn run(args: &LookupArgs) -> Result<(), Failure> {
    runtime::block_on(answered(args))
}

async fn answered(args: &LookupArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    let limiter = WindowLimiter::new(args.limit, WINDOW);
    while let Some(line) = question()? {
        let answer = match serde_json::from_slice::<Question>(&line) {
            Ok(question) => {
                let query = query(question);
                let place = register.place();
                match lookup(place, &query, &limiter, args.common.at()).await {
                    Ok(answer) => answer.to_bytes().to_vec(),
                    Err(LookupError::Store(error)) => return Err(error.into()),
                    Err(_) => padded(REFUSED.0),
                }
            }
            Err(_) => padded(REFUSED.1),
        };
        let mut out = io::stdout().lock();
        out.write_all(&answer)
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush())
            .map_err(Failure::Output)?;
    }
    register.store.close().await;
    Ok(())
}

/// The next line of standard input, cut where it is no question of anybody.
fn question() -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let input_failed = Failure::file(std::path::Path::new("-"));
    let input = io::stdin().lock();
    let read = input.take(QUESTION_BYTES).read_until(b'\n', &mut line);
    Ok((read.map_err(input_failed)? > 0).then_some(line))
}

fn query(question: Question) -> LookupQuery {
    let (number, name) = (question.document_number, question.full_name);
    let mut query = LookupQuery::new(number, name, question.client);
    query.phone = question.phone;
    query.birth_date = question.birth_date;
    query
}

fn padded(code: &str) -> Vec<u8> {
    let mut bytes = format!("{{\"answer\":\"{code}\"}}").into_bytes();
    bytes.resize(dcc_issue::lookup::ANSWER_BYTES, b' ');
    bytes
}
