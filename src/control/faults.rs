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
    let listed = state.faults.list();
    drop(state);
    Ok(one(&listed, injected.number())
        .map_or_else(not_in_force, |fault| Answer::json(&json(fault))))
}

pub(super) fn get(request: &Request<'_>, id: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let listed = request.service.lock().faults.list();
    match one(&listed, number(id)?) {
        Some(fault) => Ok(Answer::json(&json(fault))),
        None => Err(not_in_force()),
    }
}

pub(super) fn remove(request: &Request<'_>, id: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    request.no_body()?;
    let number = number(id)?;
    let mut state = request.service.lock();
    let listed = state.faults.list();
    if let Some(id) = FaultId::of_number(number) {
        state.faults.remove(id);
    }
    drop(state);
    match one(&listed, number) {
        Some(fault) => Ok(Answer::json(&json(fault))),
        None => Err(not_in_force()),
    }
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

fn one(listed: &[Listed], number: u64) -> Option<&Listed> {
    listed.iter().find(|fault| fault.number == number)
}

fn number(id: &str) -> Result<u64, Answer> {
    id.parse().map_err(|_| {
        let text = format!("the id of a fault is a number, got {}", quoted(id));
        Answer::error(400, &text)
    })
}

fn not_in_force() -> Answer {
    Answer::error(404, "no fault with this id is in force")
}

fn json(fault: &Listed) -> Json {
    Json::object([
        ("id", Some(fault.number.into())),
        ("name", fault.name.as_ref().map(Json::text)),
        ("description", Some(Json::text(&fault.description))),
        ("expected", Some(Json::text(&fault.expected))),
        ("fired", Some(fault.fired.into())),
        ("met", Some(fault.met.into())),
    ])
}
