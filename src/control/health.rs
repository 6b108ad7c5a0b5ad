//! Whether the mock answers, in the form in which tools for emulators ask.

use super::answer::Answer;
use super::request::Request;
use crate::document::Json;

pub(super) fn health(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let available = || Some(Json::text("available"));
    let services = Json::object([("cognito-identity", available()), ("sts", available())]);
    Ok(Answer::json(&Json::object([
        ("services", Some(services)),
        ("version", Some(Json::text(env!("CARGO_PKG_VERSION")))),
    ])))
}
