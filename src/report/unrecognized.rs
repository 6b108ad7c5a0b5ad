//! Requests that name no operation of the mock, and what their senders may have meant.

use std::fmt::Write as _;

use super::layout::{INDENT, SHOWN, truncated, write_more};
use super::logged_call::{MESSAGE, UnrecognizedRequest, UnrecognizedTarget};
use super::near_miss::near_miss;
use crate::redact::one_line;

/// How a client of another service gets away from the mock.
const OTHER_CLIENTS: &str = "\n      \
     Point only clients of Cognito Identity and STS at this mock: set \
     `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and\n      \
     `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`.";

/// The operations of STS that the mock answers.
const OF_STS: [&str; 2] = ["AssumeRoleWithWebIdentity", "GetCallerIdentity"];

/// The services whose clients send an `x-amz-target`, by how it begins.
const SERVICES: [(&str, &str); 24] = [
    ("AWSCognitoIdentityProviderService", "Cognito user pools"),
    ("AWSEvents", "EventBridge"),
    ("AWSGlue", "Glue"),
    ("AWSIdentityStore", "IAM Identity Center"),
    ("AWSOrganizationsV20161128", "Organizations"),
    ("AWSStepFunctions", "Step Functions"),
    ("AWSWAF_20190729", "WAF"),
    ("AmazonAthena", "Athena"),
    ("AmazonEC2ContainerRegistry_V20150921", "ECR"),
    ("AmazonEC2ContainerServiceV20141113", "ECS"),
    ("AmazonSQS", "SQS"),
    ("AmazonSSM", "Systems Manager"),
    ("CertificateManager", "Certificate Manager"),
    ("CodeBuild_20161006", "CodeBuild"),
    ("DynamoDBStreams_20120810", "DynamoDB Streams"),
    ("DynamoDB_20120810", "DynamoDB"),
    ("Firehose_20150804", "Firehose"),
    ("GraniteServiceVersion20100801", "CloudWatch"),
    ("Kinesis_20131202", "Kinesis"),
    ("Logs_20140328", "CloudWatch Logs"),
    ("Route53AutoNaming_v20170314", "Cloud Map"),
    ("SWBExternalService", "IAM Identity Center"),
    ("TrentService", "KMS"),
    ("secretsmanager", "Secrets Manager"),
];

/// A headline and a line for each of the first requests.
pub(super) fn unrecognized(requests: &[(usize, UnrecognizedRequest)]) -> Option<String> {
    let mut text = match requests.len() {
        0 => return None,
        1 => "1 request names no operation that the mock answers\n".to_owned(),
        n => format!("{n} requests name no operation that the mock answers\n"),
    };
    for (number, request) in requests.iter().take(SHOWN) {
        let _ = writeln!(text, "{INDENT}#{number}  {request}");
    }
    write_more(&mut text, requests.len());
    Some(text)
}

/// What to do about the requests that are shown, each advice once.
pub(super) fn help_for_unrecognized(requests: &[(usize, UnrecognizedRequest)]) -> Vec<String> {
    let mut help = Vec::new();
    for (_, request) in requests.iter().take(SHOWN) {
        let advice = advice(request);
        if !help.contains(&advice) {
            help.push(advice);
        }
    }
    help
}

fn advice(request: &UnrecognizedRequest) -> String {
    match &request.target {
        Some(UnrecognizedTarget::AmzTarget(target)) => for_target(target),
        Some(UnrecognizedTarget::Action(action)) => for_action(action),
        Some(UnrecognizedTarget::OtherService { name, host, .. }) => for_service(name, host),
        None if request.path.starts_with("/latest/") => {
            "paths under `/latest/` belong to the metadata service of EC2: the code under test looks for \
             credentials.\n      \
             Give it static ones, as `config`, `sdk_config` and `env_vars` do."
                .to_owned()
        }
        None => {
            let call = "an API call is a POST to `/` with a header such as \
                        `x-amz-target: AWSCognitoIdentityService.GetId`.";
            match request.path.as_str() {
                "/" => call.to_owned(),
                _ => format!("{call}{OTHER_CLIENTS}"),
            }
        }
    }
}

fn for_target(target: &str) -> String {
    let (service, operation) = target.rsplit_once('.').unwrap_or(("", target));
    if let "AWSCognitoIdentityService"
    | "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService" = service
    {
        let operation = shown(operation);
        return format!(
            "version 2014-06-30 of the Cognito Identity API has no operation `{operation}`."
        );
    }
    let known = SERVICES.iter().find(|(prefix, _)| *prefix == service);
    let owner = known.map_or("another service", |(_, name)| name);
    format!(
        "`x-amz-target: {}` belongs to {owner}.{OTHER_CLIENTS}",
        shown(target)
    )
}

fn for_action(action: &str) -> String {
    let meant = match action {
        "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoot" | "GetFederationToken"
        | "GetSessionToken" => Some("AssumeRoleWithWebIdentity"),
        "GetAccessKeyInfo" => Some("GetCallerIdentity"),
        "DecodeAuthorizationMessage" | "GetDelegatedAccessToken" | "GetWebIdentityToken" => None,
        _ => match OF_STS
            .iter()
            .find(|known| near_miss(known, action).is_some())
        {
            Some(known) => Some(*known),
            None => {
                let action = shown(action);
                return format!("`{action}` is no operation of STS.{OTHER_CLIENTS}");
            }
        },
    };
    let answers = "of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity";
    match meant {
        Some(meant) => format!("{answers}: did you mean {meant}?"),
        None => format!("{answers}."),
    }
}

fn for_service(name: &str, host: &str) -> String {
    format!(
        "the mock serves cognito-identity and sts, not {} (host {}). A client of another service needs an\n      \
         HTTP client that answers for it; `other` is one:\n      \
         `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`",
        shown(name),
        shown(host)
    )
}

/// What a client has sent, on one line of limited length.
fn shown(text: &str) -> String {
    truncated(&one_line(&text), MESSAGE).into_owned()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::test_support::Mock;
    use super::*;

    fn request(path: &str, target: Option<UnrecognizedTarget>) -> UnrecognizedRequest {
        UnrecognizedRequest {
            method: "POST".to_owned(),
            path: path.to_owned(),
            target,
        }
    }

    fn target(target: &str) -> String {
        let target = UnrecognizedTarget::AmzTarget(target.to_owned());
        advice(&request("/", Some(target)))
    }

    fn action(action: &str) -> String {
        let action = UnrecognizedTarget::Action(action.to_owned());
        advice(&request("/", Some(action)))
    }

    #[test]
    fn a_request_of_another_service() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        let target = "AWSCognitoIdentityProviderService.InitiateAuth".to_owned();
        mock.unrecognized("POST", "/", Some(UnrecognizedTarget::AmzTarget(target)));

        mock.check(&expect![[r#"
            1 request names no operation that the mock answers
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth  → UnknownOperationException
            help: `x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth` belongs to Cognito user pools.
                  Point only clients of Cognito Identity and STS at this mock: set `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and
                  `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`."#]]);
    }

    #[test]
    fn targets() {
        expect![[r#"
            `x-amz-target: DynamoDB_20120810.GetItem` belongs to DynamoDB.
                  Point only clients of Cognito Identity and STS at this mock: set `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and
                  `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`."#]].assert_eq(&target("DynamoDB_20120810.GetItem"));
        expect![[r#"
            `x-amz-target: Nobody.GetItem` belongs to another service.
                  Point only clients of Cognito Identity and STS at this mock: set `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and
                  `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`."#]].assert_eq(&target("Nobody.GetItem"));
        expect!["version 2014-06-30 of the Cognito Identity API has no operation `GetIdd`."]
            .assert_eq(&target("AWSCognitoIdentityService.GetIdd"));
        let long = "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.GetIdd";
        assert_eq!(target(long), target("AWSCognitoIdentityService.GetIdd"));
        assert!(target("GetId").contains("belongs to another service"));
    }

    #[test]
    fn actions_of_the_query_protocol() {
        expect!["of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity: did you mean AssumeRoleWithWebIdentity?"].assert_eq(&action("AssumeRole"));
        expect!["of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity: did you mean GetCallerIdentity?"].assert_eq(&action("GetAccessKeyInfo"));
        expect!["of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity."]
            .assert_eq(&action("DecodeAuthorizationMessage"));
        expect![[r#"
            `SendMessage` is no operation of STS.
                  Point only clients of Cognito Identity and STS at this mock: set `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and
                  `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`."#]].assert_eq(&action("SendMessage"));
        assert_eq!(action("GetSessionToken"), action("AssumeRole"));
        assert_eq!(action("getCallerIdentity"), action("GetAccessKeyInfo"));
    }

    #[test]
    fn requests_without_an_operation() {
        expect!["an API call is a POST to `/` with a header such as `x-amz-target: AWSCognitoIdentityService.GetId`."].assert_eq(&advice(&request("/", None)));
        expect![[r#"
            an API call is a POST to `/` with a header such as `x-amz-target: AWSCognitoIdentityService.GetId`.
                  Point only clients of Cognito Identity and STS at this mock: set `AWS_ENDPOINT_URL_COGNITO_IDENTITY` and
                  `AWS_ENDPOINT_URL_STS` instead of `AWS_ENDPOINT_URL`."#]].assert_eq(&advice(&request("/bucket/key", None)));
        expect![[r#"
            paths under `/latest/` belong to the metadata service of EC2: the code under test looks for credentials.
                  Give it static ones, as `config`, `sdk_config` and `env_vars` do."#]].assert_eq(&advice(&request("/latest/api/token", None)));
    }

    #[test]
    fn requests_to_other_services() {
        let other = |name: &str, host: &str, target: Option<&str>| {
            Some(UnrecognizedTarget::OtherService {
                name: name.to_owned(),
                host: host.to_owned(),
                target: target.map(str::to_owned),
            })
        };
        let mut mock = Mock::with([]);
        let s3 = other("s3", "photos.s3.us-east-1.amazonaws.com", None);
        mock.unrecognized("GET", "/me.jpg", s3);
        let host = "dynamodb.us-east-1.amazonaws.com";
        let dynamodb = other("dynamodb", host, Some("DynamoDB_20120810.GetItem"));
        mock.unrecognized("POST", "/", dynamodb);

        mock.check(&expect![[r#"
            2 requests name no operation that the mock answers
                #1  GET /me.jpg  host: photos.s3.us-east-1.amazonaws.com
                #2  POST /  x-amz-target: DynamoDB_20120810.GetItem  host: dynamodb.us-east-1.amazonaws.com

            calls received (2):
                #1  GET /me.jpg  host: photos.s3.us-east-1.amazonaws.com  → UnknownOperationException
                #2  POST /  x-amz-target: DynamoDB_20120810.GetItem  host: dynamodb.us-east-1.amazonaws.com  → UnknownOperationException
            help: the mock serves cognito-identity and sts, not s3 (host photos.s3.us-east-1.amazonaws.com). A client of another service needs an
                  HTTP client that answers for it; `other` is one:
                  `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`
            help: the mock serves cognito-identity and sts, not dynamodb (host dynamodb.us-east-1.amazonaws.com). A client of another service needs an
                  HTTP client that answers for it; `other` is one:
                  `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`"#]]);
    }

    #[test]
    fn each_advice_is_given_once() {
        let requests = [
            (1, request("/", None)),
            (2, request("/latest/api/token", None)),
            (3, request("/", None)),
        ];

        assert_eq!(help_for_unrecognized(&requests).len(), 2);
    }

    #[test]
    fn what_a_client_sends_is_printed_on_one_line() {
        let help = action(&format!("A\nhelp: {}", "x ".repeat(250)));

        assert!(help.starts_with("`A\\nhelp: x x"), "{help}");
        assert!(help.contains("…` is no operation of STS"), "{help}");
    }

    #[test]
    fn services_are_in_order() {
        assert!(SERVICES.is_sorted());
    }
}
