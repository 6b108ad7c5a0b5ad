//! Faults: injecting, listing and removing them, and verifying that they fired.

use super::answer::Answer;
use super::fault_body;
use super::request::Request;
use crate::document::{Json, Reader};
use crate::explain::quoted;
use crate::faults::{FaultId, Listed, Place};
use crate::report;

pub(super) fn list(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let faults = request.service.lock().faults.list();
    let faults = Json::Array(faults.iter().map(json).collect());
    Ok(Answer::json(&Json::object([("faults", Some(faults))])))
}

pub(super) fn inject(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let json_body = request.json()?;
    let fault = fault_body::read(&Reader::root(&json_body))?;
    let mut state = request.service.lock();
    let last_request = state.recorder.total();
    let place = Place::Route("POST /_mock/faults");
    let injected = state.faults.inject(fault, place, last_request);
    let listed = state.faults.listed(injected.id());
    drop(state);
    answer(listed)
}

pub(super) fn get(request: &Request<'_>, id: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let id = fault_id(id)?;
    let listed = request.service.lock().faults.listed(id);
    answer(listed)
}

pub(super) fn remove(request: &Request<'_>, id: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    let id = fault_id(id)?;
    let mut state = request.service.lock();
    let listed = state.faults.listed(id);
    state.faults.remove(id);
    drop(state);
    answer(listed)
}

pub(super) fn clear(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    let mut state = request.service.lock();
    let listed = state.faults.list();
    let faults = state.faults.clear();
    drop(state);
    drop(faults);
    let removed = Json::Array(listed.iter().map(json).collect());
    Ok(Answer::json(&Json::object([("faults", Some(removed))])))
}

pub(super) fn verify(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    let state = request.service.lock();
    let context = request.log_context(&state);
    let facts = state.recorder.verification(state.faults.unmet(), &context);
    drop(state);
    match report::verification(&facts, false) {
        None => Ok(Answer::json(&Json::object([(
            "status",
            Some(Json::text("ok")),
        )]))),
        Some(report) => {
            let message = report.lines().next().unwrap_or_default().to_owned();
            let report = ("report", Json::text(report));
            Err(Answer::error_with(409, &message, report))
        }
    }
}

fn answer(fault: Option<Listed>) -> Result<Answer, Answer> {
    match fault {
        Some(fault) => Ok(Answer::json(&json(&fault))),
        None => Err(Answer::error(404, "no fault with this id is in force")),
    }
}

fn fault_id(id: &str) -> Result<FaultId, Answer> {
    id.parse().map(FaultId::of_number).map_err(|_| {
        let text = format!("the id of a fault is a number, got {}", quoted(id));
        Answer::error(400, &text)
    })
}

fn json(fault: &Listed) -> Json {
    Json::object([
        ("id", Some(fault.number().into())),
        ("name", fault.name.as_ref().map(Json::text)),
        ("description", Some(Json::text(&fault.description))),
        ("expected", Some(Json::text(&fault.expected))),
        ("fired", Some(fault.fired.into())),
        ("met", Some(fault.met.into())),
    ])
}
