//! For each route a request that succeeds, what it may change, and mistakes that are refused.

use crate::world::Part::{self, Calls, Clock, Faults, State};
use crate::world::World;

pub(crate) struct Example {
    pub(crate) method: &'static str,
    /// As the list of routes has it.
    pub(crate) route: &'static str,
    /// Bodies that succeed. The first has all required members and as many others as it can have.
    pub(crate) bodies: Vec<String>,
    /// What these bodies change.
    pub(crate) changes: &'static [Part],
    /// Bodies that are refused, the JSON path in the answer, and words of its message.
    pub(crate) mistakes: Vec<(&'static str, &'static str, &'static str)>,
}

impl Example {
    /// The path of the request, with the parameters of the world.
    pub(crate) fn path(&self, world: &World) -> String {
        self.route
            .replace("{id}", "1")
            .replace("{access_key_id}", &world.access_key_id)
    }
}

fn get(route: &'static str) -> Example {
    without_body("GET", route, &[])
}

fn without_body(method: &'static str, route: &'static str, changes: &'static [Part]) -> Example {
    let mistakes = match method {
        "GET" => Vec::new(),
        _ => vec![
            (r#"{"x":1}"#, "$", "takes no body"),
            ("x", "$", "takes no body"),
        ],
    };
    Example {
        method,
        route,
        bodies: vec![String::new()],
        changes,
        mistakes,
    }
}

fn with_body(
    (method, route): (&'static str, &'static str),
    bodies: &[&str],
    changes: &'static [Part],
    mistakes: &[(&'static str, &'static str, &'static str)],
) -> Example {
    Example {
        method,
        route,
        bodies: bodies.iter().map(|body| (*body).to_owned()).collect(),
        changes,
        mistakes: [
            ("", "$", "empty"),
            ("{", "$", "not JSON"),
            ("[]", "$", "must be an object"),
        ]
        .into_iter()
        .chain(mistakes.iter().copied())
        .collect(),
    }
}

const STATE: &str = r#"{"IdentityPools":[{
    "IdentityPoolId":"us-east-1:0","IdentityPoolName":"other","AllowUnauthenticatedIdentities":false,
    "AllowClassicFlow":true,"DeveloperProviderName":"login.example",
    "SupportedLoginProviders":{"accounts.google.com":"app"},
    "OpenIdConnectProviderARNs":["arn:aws:iam::123456789012:oidc-provider/a.example"],
    "SamlProviderARNs":["arn:aws:iam::123456789012:saml-provider/corp"],
    "CognitoIdentityProviders":[{"ProviderName":"cognito-idp.us-east-1.amazonaws.com/us-east-1_a","ClientId":"c","ServerSideTokenCheck":true}],
    "IdentityPoolTags":{"a":"b"},"Roles":{"authenticated":"arn:aws:iam::123456789012:role/User"},
    "RoleMappings":{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny",
        "RulesConfiguration":{"Rules":[{"Claim":"c","MatchType":"Equals","Value":"v","RoleARN":"arn:aws:iam::123456789012:role/User"}]}}},
    "PrincipalTagAttributeMaps":[{"IdentityProviderName":"accounts.google.com","PrincipalTags":{"a":"sub"}},{"IdentityProviderName":"b","UseDefaults":true}],
    "FirstLoginProvider":{"ProviderName":"accounts.google.com","AppId":"app"},
    "Identities":[{"IdentityId":"us-east-1:12345678-90ab-cdef-1234-567890abcdef","Logins":{"accounts.google.com":"alice"},
        "CreationDate":1767323045.678,"LastModifiedDate":1767323046},{"Disabled":"Merged"}]
  }],"SignedOutUsers":[{"ProviderName":"p","UserIdentifier":"u","SignOutDate":1767323045}]}"#;

/// The examples of all routes.
pub(crate) fn examples() -> Vec<Example> {
    let everything: &[Part] = &[State, Calls, Faults];
    vec![
        get("/_mock/"),
        get("/_mock/openapi.json"),
        get("/_mock/health"),
        get("/health"),
        get("/_localstack/health"),
        without_body("POST", "/_mock/reset", everything),
        without_body("POST", "/moto-api/reset", everything),
        without_body("POST", "/_localstack/state/reset", everything),
        get("/_mock/calls"),
        without_body("DELETE", "/_mock/calls", &[Calls]),
        with_body(
            ("POST", "/_mock/calls/wait"),
            &[r#"{"operation":"GetId","count":1,"timeout_ms":0}"#],
            &[],
            &[
                (
                    r#"{"operation":"getId"}"#,
                    "$.operation",
                    "did you mean GetId?",
                ),
                (
                    r#"{"operation":"GetId","count":0}"#,
                    "$.count",
                    "at least 1",
                ),
                (
                    r#"{"operation":"GetId","timeout_ms":600001}"#,
                    "$.timeout_ms",
                    "at most 600000",
                ),
            ],
        ),
        get("/_mock/timeline"),
        get("/_mock/transcript"),
        get("/_mock/faults"),
        faults(),
        without_body("DELETE", "/_mock/faults", &[Faults]),
        get("/_mock/faults/{id}"),
        without_body("DELETE", "/_mock/faults/{id}", &[Faults]),
        without_body("POST", "/_mock/verify", &[]),
        get("/_mock/clock"),
        with_body(
            ("PUT", "/_mock/clock"),
            &[r#"{"now":"2030-01-02T03:04:05.678Z"}"#],
            &[Clock],
            &[
                (r#"{"now":"tomorrow"}"#, "$.now", "must be a time such as"),
                (
                    r#"{"now":"9999-12-31T00:00:00Z"}"#,
                    "$.now",
                    "must be a time such as",
                ),
            ],
        ),
        with_body(
            ("POST", "/_mock/clock/advance"),
            &[r#"{"by":"1h"}"#],
            &[Clock],
            &[
                (r#"{"by":"1 hour"}"#, "$.by", "must be a duration such as"),
                (r#"{"by":"-1s"}"#, "$.by", "must be a duration such as"),
                (
                    r#"{"by":"9999999d"}"#,
                    "$.by",
                    "before the end of the year 9999",
                ),
            ],
        ),
        with_body(
            ("POST", "/_mock/logins"),
            &[
                r#"{"provider":"accounts.google.com","subject":"alice","audience":"my-app","claims":{"hd":"x"},"expires_in":"5m"}"#,
            ],
            &[],
            &[
                (
                    r#"{"provider":"","subject":"alice"}"#,
                    "$.provider",
                    "must not be empty",
                ),
                (
                    r#"{"provider":"a","subject":"b","expires_in":"5"}"#,
                    "$.expires_in",
                    "a duration",
                ),
                (
                    r#"{"provider":"a","subject":"b","claims":["c"]}"#,
                    "$.claims",
                    "must be an object",
                ),
            ],
        ),
        with_body(
            ("POST", "/_mock/logins/sign-out"),
            &[r#"{"provider":"accounts.google.com","subject":"alice"}"#],
            &[State],
            &[(
                r#"{"provider":"a","subject":""}"#,
                "$.subject",
                "must not be empty",
            )],
        ),
        get("/_mock/credentials/{access_key_id}"),
        get("/_mock/state"),
        with_body(
            ("PUT", "/_mock/state"),
            &[STATE, "{}"],
            &[State],
            &[
                (
                    r#"{"IdentityPools":[{"IdentityPoolName":"a#b","AllowUnauthenticatedIdentities":true}]}"#,
                    "$.IdentityPools[0].IdentityPoolName",
                    "regular expression",
                ),
                (
                    r#"{"IdentityPools":[{"IdentityPoolName":"a","AllowUnauthenticatedIdentities":true},
                       {"IdentityPoolName":"b","AllowUnauthenticatedIdentities":true,"Identities":[{"Logins":{"p":["x","y"]}}]}]}"#,
                    r#"$.IdentityPools[1].Identities[0].Logins["p"]"#,
                    "several users",
                ),
            ],
        ),
    ]
}

fn faults() -> Example {
    with_body(
        ("POST", "/_mock/faults"),
        &[
            r#"{"effect":"throttle","operations":["GetId"],"input":{"IdentityPoolId":"us-east-1:0"},"times":2,"after":1,"probability":0.3,"expect":"1..3","name":"busy","retry_after":"250ms"}"#,
            r#"{"effect":"error","code":"ResourceConflictException","message":"taken","status":409,"expect":0}"#,
            r#"{"effect":"not_authorized","message":"no"}"#,
            r#"{"effect":"internal_error"}"#,
            r#"{"effect":"http_status","status":503}"#,
            r#"{"effect":"delay","by":"1s"}"#,
            r#"{"effect":"rate_limit","calls":25,"per":"1s"}"#,
            r#"{"effect":"hang"}"#,
            r#"{"effect":"hold"}"#,
            r#"{"effect":"reset_connection"}"#,
            r#"{"effect":"empty_response"}"#,
            r#"{"effect":"truncate_response"}"#,
            r#"{"effect":"malformed_response"}"#,
            r#"{"effect":"bare_response","operations":["GetId"]}"#,
            r#"{"effect":"lose_response","operations":["AssumeRoleWithWebIdentity"],"input":{"RoleArn":"a","DurationSeconds":900}}"#,
        ],
        &[Faults],
        &[
            (
                r#"{"effect":"throtle"}"#,
                "$.effect",
                "did you mean throttle?",
            ),
            (
                r#"{"effect":"bare_response","operations":["GetId","DeleteIdentityPool"]}"#,
                "$.operations[1]",
                "has no member that bare_response could leave out",
            ),
            (
                r#"{"effect":"refuse_connections"}"#,
                "$.effect",
                "no request could reach the mock",
            ),
            (r#"{"effect":"not_authorized"}"#, "$.message", "is missing"),
            (
                r#"{"effect":"error","code":"","message":"x"}"#,
                "$.code",
                "must not be empty",
            ),
            (
                r#"{"effect":"error","code":"x","message":"x","status":100}"#,
                "$.status",
                "between 200 and 999",
            ),
            (r#"{"effect":"http_status"}"#, "$.status", "is missing"),
            (r#"{"effect":"delay"}"#, "$.by", "is missing"),
            (
                r#"{"effect":"delay","by":"1s","retry_after":"1s"}"#,
                "$.retry_after",
                "answers with an error",
            ),
            (
                r#"{"effect":"rate_limit","calls":-1,"per":"1s"}"#,
                "$.calls",
                "a number of calls",
            ),
            (
                r#"{"effect":"rate_limit","calls":1,"per":"0s"}"#,
                "$.per",
                "longer than zero",
            ),
            (
                r#"{"effect":"throttle","by":"1s"}"#,
                "$.by",
                "no member that is known here",
            ),
            (
                r#"{"effect":"throttle","operations":[]}"#,
                "$.operations",
                "must name an operation",
            ),
            (
                r#"{"effect":"throttle","operations":["GetIdd"]}"#,
                "$.operations[0]",
                "did you mean GetId?",
            ),
            (
                r#"{"effect":"throttle","operations":["GetId","GetId"]}"#,
                "$.operations[1]",
                "twice",
            ),
            (
                r#"{"effect":"throttle","input":{}}"#,
                "$.input",
                "needs `operations`",
            ),
            (
                r#"{"effect":"throttle","operations":["GetId"],"input":{"IdentityPoolID":"x"}}"#,
                "$.input.IdentityPoolID",
                "did you mean IdentityPoolId?",
            ),
            (
                r#"{"effect":"throttle","operations":["GetId"],"input":{"Logins":{"p":7}}}"#,
                r#"$.input.Logins["p"]"#,
                "must be a text",
            ),
            (
                r#"{"effect":"throttle","times":0}"#,
                "$.times",
                "at least 1",
            ),
            (
                r#"{"effect":"throttle","after":-1}"#,
                "$.after",
                "at least 0",
            ),
            (
                r#"{"effect":"throttle","probability":1.1}"#,
                "$.probability",
                "between 0 and 1",
            ),
            (
                r#"{"effect":"throttle","expect":"3..1"}"#,
                "$.expect",
                "a number or a range",
            ),
        ],
    )
}
