//! The recorded calls: listing them, forgetting them, waiting for them.

use std::time::Duration;

use serde_json::Value;

use super::answer::{Answer, Answering};
use super::request::{Request, operation};
use super::time;
use crate::call::{Call, Outcome};
use crate::document::{Json, Reader};
use crate::operation::Operation;
use crate::redact::one_line;
use crate::report;
use crate::service::dispatch::input_json;
use crate::summary::Login;

/// How long `wait` waits if the request does not say.
const DEFAULT_TIMEOUT_MS: u64 = 5_000;
/// The longest that a request can wait, in milliseconds.
const MAX_TIMEOUT_MS: u64 = 600_000;

pub(super) fn list(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    let wanted = match request.query(Some("operation"))? {
        Some(name) => Some(operation(&name).map_err(|problem| {
            Answer::error(400, &format!("the query parameter `operation` {problem}"))
        })?),
        None => None,
    };
    Ok(calls(request, wanted))
}

pub(super) fn clear(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    request.service.lock().recorder.clear();
    Ok(Answer::json(&Json::object([(
        "status",
        Some(Json::text("ok")),
    )])))
}

pub(super) fn timeline(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let timeline = request.service.lock().recorder.timeline();
    Ok(Answer::text(lines(timeline.to_string())))
}

pub(super) fn transcript(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let state = request.service.lock();
    let transcript = state.recorder.transcript(&request.log_context(&state));
    drop(state);
    Ok(Answer::text(lines(transcript.to_string())))
}

/// The text with a line break at its end, unless it is empty.
fn lines(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

pub(super) fn wait<'a>(request: &'a Request<'a>) -> Answering<'a> {
    Box::pin(wait_for_calls(request))
}

async fn wait_for_calls(request: &Request<'_>) -> Result<Answer, Answer> {
    request.query(None)?;
    let json = request.json()?;
    let members = Reader::root(&json).object()?;
    let name = members.required("operation")?;
    let wanted = operation(name.text()?).map_err(|problem| name.mistake(problem))?;
    let count = match members.optional("count") {
        Some(count) => count.whole_number(1)?,
        None => 1,
    };
    let timeout = match members.optional("timeout_ms") {
        Some(timeout) => {
            let millis = timeout.whole_number(0)?;
            if millis > MAX_TIMEOUT_MS {
                return Err(timeout
                    .expected(&format!("at most {MAX_TIMEOUT_MS}"))
                    .into());
            }
            millis
        }
        None => DEFAULT_TIMEOUT_MS,
    };
    members.no_others()?;

    let timeout = Duration::from_millis(timeout);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut changes = request.service.lock().recorder.subscribe();
    let arrived = async {
        while request.service.lock().recorder.count(wanted) < count {
            // The channel closes only with the recorder, and the request keeps that alive.
            if changes.changed().await.is_err() {
                break;
            }
        }
    };
    if tokio::time::timeout(timeout, arrived).await.is_ok() {
        return Ok(calls(request, Some(wanted)));
    }
    let state = request.service.lock();
    let counted = state.recorder.counted(wanted);
    let log = state.recorder.log(&request.log_context(&state));
    drop(state);
    let report = report::timed_out(wanted, count, &counted, timeout, &log);
    let message = report.lines().next().unwrap_or_default().to_owned();
    let report = ("report", Json::text(report));
    Err(Answer::error_with(408, &message, report))
}

fn calls(request: &Request<'_>, wanted: Option<Operation>) -> Answer {
    let calls = request.service.lock().recorder.calls();
    let calls = calls
        .iter()
        .filter(|call| wanted.is_none_or(|wanted| call.input.operation() == wanted));
    let calls = Json::Array(calls.map(call).collect());
    Answer::json(&Json::object([("calls", Some(calls))]))
}

fn call(call: &Call) -> Json {
    let mut input = input_json(&call.input);
    hide_tokens(&mut input);
    let error = match &call.outcome {
        Outcome::Error(error) => Some(error),
        Outcome::Success | Outcome::Dropped => None,
    };
    let outcome = match &call.outcome {
        Outcome::Success => "ok",
        Outcome::Error(_) => "error",
        Outcome::Dropped => "dropped",
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| Json::text(one_line(text)));
    Json::object([
        ("number", Some((call.number as u64).into())),
        ("operation", Some(Json::text(call.input.operation().name()))),
        ("input", Some(input.into())),
        ("attempt", Some(u64::from(call.attempt).into())),
        ("invocation", text(&call.invocation_id)),
        ("region", Some(Json::text(one_line(&call.region)))),
        ("access_key_id", text(&call.access_key_id)),
        ("time", Some(time::json(call.time))),
        ("outcome", Some(Json::text(outcome))),
        (
            "error",
            error.map(|error| {
                Json::object([
                    ("code", Some(Json::text(one_line(&error.code())))),
                    // `Display` hides the tokens that a message echoes.
                    ("text", Some(Json::text(one_line(error)))),
                    ("status", Some(u64::from(error.status()).into())),
                ])
            }),
        ),
        (
            "explanation",
            error
                .and_then(|error| error.explanation())
                .map(|why| Json::text(one_line(&why))),
        ),
        ("fault", text(&call.fault)),
        ("line", Some(Json::text(call.to_string()))),
    ])
}

/// Replaces login tokens by what may be said of them, and cuts what looks like a token elsewhere.
fn hide_tokens(input: &mut Value) {
    let Value::Object(members) = input else {
        return;
    };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("Logins", Value::Object(logins)) => {
                for (provider, token) in logins {
                    *token = Value::String(hidden(provider, token.as_str().unwrap_or_default()));
                }
            }
            ("WebIdentityToken", value) => {
                *value = Value::String(hidden("", value.as_str().unwrap_or_default()));
            }
            (_, value) => cut_tokens(value),
        }
    }
}

fn hidden(provider: &str, token: &str) -> String {
    match Login::read(provider, token).subject {
        Some(subject) => format!("<token of {}>", one_line(&subject)),
        None => format!("<hidden> ({} bytes)", token.len()),
    }
}

fn cut_tokens(value: &mut Value) {
    match value {
        Value::String(text) => *text = crate::redact::without_tokens(text),
        Value::Array(items) => items.iter_mut().for_each(cut_tokens),
        Value::Object(members) => members.values_mut().for_each(cut_tokens),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
