//! The table of control routes, and which of them answers a request.

use super::answer::{Answer, Answering};
use super::request::Request;
use super::{calls, clock, credentials, faults, health, login_tokens, state};
use crate::document::Json;

/// What all control paths begin with, apart from those that other emulators have.
const PREFIX: &str = "/_mock";

/// A route. In its path, `{id}` stands for any text without a slash.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    does: &'static str,
    handler: Handler,
}

enum Handler {
    /// Answers at once.
    Now(fn(&Request<'_>, &str) -> Result<Answer, Answer>),
    /// Answers once something has happened.
    Later(for<'a> fn(&'a Request<'a>) -> Answering<'a>),
}

const fn route(
    method: &'static str,
    path: &'static str,
    does: &'static str,
    handler: fn(&Request<'_>, &str) -> Result<Answer, Answer>,
) -> Route {
    Route {
        method,
        path,
        does,
        handler: Handler::Now(handler),
    }
}

#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    route("GET", "/_mock/", "lists the routes", list),
    route("GET", "/_mock/openapi.json", "describes the routes in OpenAPI 3.1", openapi),
    route("GET", "/_mock/health", "tells that the mock answers", health::health),
    route("GET", "/health", "is /_mock/health", health::health),
    route("GET", "/_localstack/health", "is /_mock/health", health::health),
    route("POST", "/_mock/reset", "forgets calls, faults and state, and restores the initial state", state::reset),
    route("POST", "/moto-api/reset", "is /_mock/reset", state::reset),
    route("POST", "/_localstack/state/reset", "is /_mock/reset", state::reset),
    route("GET", "/_mock/calls", "returns the recorded calls, of one operation with ?operation=GetId", calls::list),
    route("DELETE", "/_mock/calls", "forgets the recorded calls", calls::clear),
    Route {
        method: "POST",
        path: "/_mock/calls/wait",
        does: "waits until an operation was called, and returns its calls",
        handler: Handler::Later(calls::wait),
    },
    route("GET", "/_mock/timeline", "draws the calls as a waterfall, as text", calls::timeline),
    route("GET", "/_mock/transcript", "lists the calls as text that is the same in every run", calls::transcript),
    route("GET", "/_mock/faults", "lists the faults in force, and how often each fired", faults::list),
    route("POST", "/_mock/faults", "injects a fault", faults::inject),
    route("DELETE", "/_mock/faults", "removes all faults", faults::clear),
    route("GET", "/_mock/faults/{id}", "tells how often a fault fired", faults::get),
    route("DELETE", "/_mock/faults/{id}", "removes a fault, and releases the calls that it holds", faults::remove),
    route("POST", "/_mock/verify", "fails with a report if a fault did not fire as expected or a request was not understood", faults::verify),
    route("GET", "/_mock/clock", "returns the time of the mock's clock", clock::get),
    route("PUT", "/_mock/clock", "sets the mock's clock", clock::set),
    route("POST", "/_mock/clock/advance", "moves the mock's clock forward", clock::advance),
    route("POST", "/_mock/logins", "issues a login token", login_tokens::issue),
    route("POST", "/_mock/logins/sign-out", "signs a user out everywhere", login_tokens::sign_out),
    route("GET", "/_mock/credentials/{access_key_id}", "tells for whom credentials were issued", credentials::get),
    route("GET", "/_mock/state", "returns the state document", state::get),
    route("PUT", "/_mock/state", "replaces the state by that of a document", state::put),
];

/// Whether a path is that of a control route, or would be one if it were spelt right.
pub(super) fn is_control_path(path: &str) -> bool {
    let is_ours = path
        .strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_ours || ROUTES.iter().any(|route| route.path == path)
}

pub(super) async fn answer(request: &Request<'_>) -> Answer {
    let path = match request.path {
        PREFIX => "/_mock/",
        path => path,
    };
    let found: Vec<_> = ROUTES
        .iter()
        .filter_map(|route| Some((route, parameter(route.path, path)?)))
        .collect();
    let Some((route, parameter)) = found
        .iter()
        .find(|(route, _)| route.method == request.method)
    else {
        return match found.as_slice() {
            [] => unknown(request.path),
            found => {
                let methods: Vec<_> = found.iter().map(|(route, _)| route.method).collect();
                Answer::other_methods(&methods)
            }
        };
    };
    let answer = match route.handler {
        Handler::Now(handler) => handler(request, parameter),
        Handler::Later(handler) => handler(request).await,
    };
    answer.unwrap_or_else(|failure| failure)
}

/// What stands in a path for the parameter of a route. It is empty if the route has none, and `None`
/// if the path is that of another route.
fn parameter<'a>(route: &str, path: &'a str) -> Option<&'a str> {
    let Some((start, _)) = route.split_once('{') else {
        return (route == path).then_some("");
    };
    let parameter = path.strip_prefix(start)?;
    let is_other = ROUTES.iter().any(|other| other.path == path);
    (!parameter.is_empty() && !parameter.contains('/') && !is_other).then_some(parameter)
}

fn unknown(path: &str) -> Answer {
    let text = format!("there is no route {}", crate::explain::quoted(path));
    Answer::error_with(404, &text, ("routes", routes()))
}

fn routes() -> Json {
    let routes = ROUTES.iter().map(|route| {
        Json::object([
            ("method", Some(Json::text(route.method))),
            ("path", Some(Json::text(route.path))),
            ("does", Some(Json::text(route.does))),
        ])
    });
    Json::Array(routes.collect())
}

fn list(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    Ok(Answer::json(&Json::object([("routes", Some(routes()))])))
}

fn openapi(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    Ok(Answer::written(include_str!("openapi.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_routes_and_all_under_the_prefix() {
        for path in [
            "/_mock",
            "/_mock/",
            "/_mock/x",
            "/health",
            "/moto-api/reset",
        ] {
            assert!(is_control_path(path), "{path}");
        }
        for path in [
            "/",
            "/_mocks",
            "/healthz",
            "/health/",
            "/_localstack",
            "/.well-known/jwks_uri",
        ] {
            assert!(!is_control_path(path), "{path}");
        }
    }

    #[test]
    fn a_parameter_has_no_slash() {
        assert_eq!(
            parameter("/_mock/faults/{id}", "/_mock/faults/1"),
            Some("1")
        );
        assert_eq!(parameter("/_mock/faults/{id}", "/_mock/faults/"), None);
        assert_eq!(parameter("/_mock/faults/{id}", "/_mock/faults/1/2"), None);
        assert_eq!(parameter("/_mock/faults", "/_mock/faults"), Some(""));
        assert_eq!(parameter("/_mock/faults", "/_mock/faults/1"), None);
    }
}
