//! Reads a fault from the body of a request.

use serde_json::Value;

use super::duration;
use super::request::operation;
use crate::document::{Members, Mistake, Reader};
use crate::error::ServiceError;
use crate::explain::{nearest, quoted};
use crate::faults::Fault;
use crate::operation::{Operation, Request};
use crate::service::dispatch::{input_json, structure};
use crate::times::Times;
use crate::wire::validation::document::{Completeness, check_members};

/// The values of `effect`, named after the constructors of [`Fault`].
const EFFECTS: [&str; 15] = [
    "throttle",
    "not_authorized",
    "internal_error",
    "error",
    "http_status",
    "delay",
    "hang",
    "hold",
    "rate_limit",
    "reset_connection",
    "empty_response",
    "truncate_response",
    "malformed_response",
    "bare_response",
    "lose_response",
];

/// The members of the inputs of STS, which are not in the table of constraints.
const STS_MEMBERS: [&str; 6] = [
    "RoleArn",
    "RoleSessionName",
    "WebIdentityToken",
    "ProviderId",
    "Policy",
    "DurationSeconds",
];

pub(super) fn read(body: &Reader<'_>) -> Result<Fault, Mistake> {
    let members = body.object()?;
    let mut fault = effect(&members)?;
    if let Some(retry_after) = members.optional("retry_after") {
        let by = duration::read(&retry_after)?;
        if !fault.can_retry_after() {
            return Err(retry_after.mistake(
                "needs an effect that answers with an error: throttle, not_authorized, \
                 internal_error, error, http_status or rate_limit",
            ));
        }
        fault = fault.retry_after(by);
    }
    fault = calls(&members, fault)?;
    if let Some(times) = members.optional("times") {
        fault = fault.up_to_n_times(times.whole_number(1)?);
    }
    if let Some(after) = members.optional("after") {
        fault = fault.after_n_calls(after.whole_number(0)?);
    }
    if let Some(probability) = members.optional("probability") {
        let share = probability.number().ok();
        let share = share.filter(|share| (0.0..=1.0).contains(share));
        let share = share.ok_or_else(|| probability.expected("a number between 0 and 1"))?;
        fault = fault.with_probability(share);
    }
    if let Some(expect) = members.optional("expect") {
        let times = match expect.text() {
            Ok(text) => Times::parse(text),
            Err(_) => expect.whole_number(0).ok().map(Times::from),
        };
        fault = fault.expect(times.ok_or_else(|| {
            expect.expected(r#"a number or a range such as "1..=3" (1 to 3) or "1.." (1 or more)"#)
        })?);
    }
    if let Some(name) = members.optional("name") {
        fault = fault.named(name.text()?);
    }
    members.no_others()?;
    Ok(fault)
}

/// The fault with its effect, which has members of its own.
fn effect(members: &Members<'_>) -> Result<Fault, Mistake> {
    let effect = members.required("effect")?;
    let text = |name| members.required(name).and_then(|value| value.text());
    let status = |value: &Reader<'_>| {
        let status = value.whole_number(200).ok().filter(|status| *status <= 999);
        let status = status.and_then(|status| u16::try_from(status).ok());
        status.ok_or_else(|| value.expected("an HTTP status between 200 and 999"))
    };
    Ok(match effect.text()? {
        "throttle" => Fault::throttle(),
        "not_authorized" => Fault::not_authorized(text("message")?),
        "internal_error" => Fault::internal_error(),
        "error" => {
            let code = members.required("code")?;
            if code.text()?.is_empty() {
                return Err(code.mistake("must not be empty"));
            }
            let error = ServiceError::new(code.text()?, text("message")?);
            match members.optional("status") {
                Some(given) => Fault::error(error.with_status(status(&given)?)),
                None => Fault::error(error),
            }
        }
        "http_status" => Fault::http_status(status(&members.required("status")?)?),
        "delay" => Fault::delay(duration::read(&members.required("by")?)?),
        "hang" => Fault::hang(),
        "hold" => Fault::hold(),
        "rate_limit" => {
            let calls = members.required("calls")?;
            let number = calls.whole_number(0).ok();
            let number = number.and_then(|number| u32::try_from(number).ok());
            let number = number.ok_or_else(|| calls.expected("a number of calls"))?;
            let per = members.required("per")?;
            let window = duration::read(&per)?;
            if window.is_zero() {
                return Err(per.mistake("must be longer than zero"));
            }
            Fault::rate_limit(number, window)
        }
        "reset_connection" => Fault::reset_connection(),
        "empty_response" => Fault::empty_response(),
        "truncate_response" => Fault::truncate_response(),
        "malformed_response" => Fault::malformed_response(),
        "bare_response" => Fault::bare_response(),
        "lose_response" => Fault::lose_response(),
        "refuse_connections" => {
            return Err(effect.mistake(
                "cannot be refuse_connections: no request could reach the mock to remove the fault; \
                 reset_connection breaks each call",
            ));
        }
        other => {
            let hint = match nearest(other, EFFECTS) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the effects are {}", EFFECTS.join(", ")),
            };
            let got = quoted(other);
            return Err(effect.mistake(format!("must be an effect, got {got}; {hint}")));
        }
    })
}

/// Limits the fault to the operations and the inputs that the body names.
fn calls(members: &Members<'_>, mut fault: Fault) -> Result<Fault, Mistake> {
    let mut operations: Vec<Operation> = Vec::new();
    if let Some(given) = members.optional("operations") {
        for name in given.list()? {
            let named = operation(name.text()?).map_err(|problem| name.mistake(problem))?;
            if operations.contains(&named) {
                return Err(name.mistake("is in the list twice"));
            }
            if !fault.can_affect(named) {
                return Err(name.mistake(format!(
                    "cannot be {named}, whose output has no member that bare_response could leave out"
                )));
            }
            operations.push(named);
        }
        if operations.is_empty() {
            return Err(given.mistake("must name an operation; leave it out for all operations"));
        }
    }
    let Some(input) = members.optional("input") else {
        for operation in operations {
            fault = fault.when_called(operation, None::<fn(&Request) -> bool>);
        }
        return Ok(fault);
    };
    if operations.is_empty() {
        return Err(input.mistake("needs `operations`, because each operation has its own input"));
    }
    for operation in operations {
        check_input(&input, operation)?;
        let expected = serde_json::to_value(input.json()).unwrap_or_default();
        let matches = move |request: &Request| contains(&input_json(request), &expected);
        fault = fault.when_called(operation, Some(matches));
    }
    Ok(fault)
}

/// Checks that the members are those of the operation's input, so that a call can have them.
fn check_input(input: &Reader<'_>, operation: Operation) -> Result<(), Mistake> {
    let members = input.object()?;
    match structure(operation) {
        Some(structure) => check_members(&members, structure, Completeness::Part)?,
        None => {
            for name in STS_MEMBERS {
                if let Some(value) = members.optional(name)
                    && name != "DurationSeconds"
                {
                    value.text()?;
                }
            }
        }
    }
    members.no_others()
}

/// Whether an input has the expected members: of an object those that are expected, of a list all.
fn contains(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            let mut expected = expected.iter();
            expected.all(|(name, value)| actual.get(name).is_some_and(|own| contains(own, value)))
        }
        (Value::Array(actual), Value::Array(expected)) => {
            actual.len() == expected.len()
                && actual.iter().zip(expected).all(|(a, e)| contains(a, e))
        }
        (actual, expected) => actual == expected,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_input_contains_some_members_and_whole_lists() {
        let input = json!({"a": "x", "b": {"c": 1, "d": 2}, "e": [1, 2]});

        for part in [
            json!({}),
            json!({"a": "x"}),
            json!({"b": {"d": 2}}),
            json!({"e": [1, 2]}),
        ] {
            assert!(contains(&input, &part), "{part}");
        }
        for other in [
            json!({"a": "y"}),
            json!({"x": 1}),
            json!({"b": {"d": 3}}),
            json!({"e": [1]}),
        ] {
            assert!(!contains(&input, &other), "{other}");
        }
    }
}
