//! The state document, and forgetting everything.

use super::answer::Answer;
use super::request::Request;
use crate::document::Json;
use crate::state_document::StateDocument;

pub(super) fn get(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let mut state = request.service.lock_engine("GET /_mock/state");
    let document = StateDocument::of(state.engine());
    drop(state);
    Ok(Answer::written(document.text()))
}

pub(super) fn put(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let document = StateDocument::read(request.body())?;
    let now = request.clock().now();
    let mut state = request.service.lock_engine("PUT /_mock/state");
    state.replace(&document, now)?;
    let document = StateDocument::of(state.engine());
    drop(state);
    Ok(Answer::written(document.text()))
}

pub(super) fn reset(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    let faults = request.service.lock_engine("POST /_mock/reset").reset();
    drop(faults);
    Ok(Answer::json(&Json::object([(
        "status",
        Some(Json::text("ok")),
    )])))
}
