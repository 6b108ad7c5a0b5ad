//! `require_credentials`: the verification of signatures (Signature Version 4), with the errors of
//! AWS.

use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider,
};
use aws_smithy_async::time::StaticTimeSource;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::http::{self, Connection};
use crate::support::tamper::Tamper;
use crate::support::{assert_service_error, client_in, guest, mock, now, over_both, service_error};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Mocks that require the key, one over each transport.
fn mocks() -> [MockCognitoIdentity; 2] {
    over_both(|| mock().require_credentials(KEY, SECRET))
}

fn client_with(mock: &MockCognitoIdentity, key: &str, secret: &str, token: Option<&str>) -> Client {
    let credentials = Credentials::new(key, secret, token.map(str::to_owned), None, "test");
    Client::from_conf(mock.config().credentials_provider(credentials).build())
}

#[tokio::test]
async fn the_required_key_is_accepted_and_used_by_client() {
    for mock in mocks() {
        mock.client()
            .list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();
        let own = client_with(&mock, KEY, SECRET, None);

        own.list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_are_rejected() {
    for mock in mocks() {
        let unknown = client_with(&mock, "AKIAUNKNOWN", SECRET, None);
        let wrong = client_with(&mock, KEY, "wrong", None);
        let token = client_with(&mock, KEY, SECRET, Some("token"));
        let invalid = "The security token included in the request is invalid.";

        let result = unknown.list_identity_pools().max_results(1).send().await;
        assert_service_error(result, "UnrecognizedClientException", invalid);
        let result = wrong.list_identity_pools().max_results(1).send().await;
        assert_service_error(
            result,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details.",
        );
        let result = token.list_identity_pools().max_results(1).send().await;
        assert_service_error(result, "UnrecognizedClientException", invalid);
    }
}

#[tokio::test]
async fn public_operations_need_no_valid_signature() {
    for mock in mocks() {
        let pool = mock.seed_pool("app");
        let client = client_with(&mock, "AKIAUNKNOWN", "wrong", None);

        guest(&client, pool.id()).await;
    }
}

#[tokio::test]
async fn issued_credentials_are_accepted_until_they_expire() {
    for mock in mocks() {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let answer = mock
            .client()
            .get_credentials_for_identity()
            .identity_id(id)
            .send()
            .await
            .unwrap();
        let keys = answer.credentials.unwrap();
        let (key, secret) = (keys.access_key_id.unwrap(), keys.secret_key.unwrap());
        let client = client_with(&mock, &key, &secret, keys.session_token.as_deref());
        let without_token = client_with(&mock, &key, &secret, None);
        let list = |client: &Client| client.list_identity_pools().max_results(1).send();

        list(&client).await.unwrap();
        let result = list(&without_token).await;
        assert_service_error(
            result,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        );
        mock.clock().advance(Duration::from_secs(3_600));
        let result = list(&client).await;
        assert_service_error(
            result,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        );
    }
}

/// The error response to a call in which a part of a header was replaced after it was signed.
async fn tampered(
    mock: &MockCognitoIdentity,
    header: &'static str,
    from: &'static str,
    to: &'static str,
) -> (String, String) {
    let call = mock.client().list_identity_pools().max_results(1);
    let call = call
        .customize()
        .interceptor(Tamper::PartOfHeader(header, from, to));
    service_error(call.send().await)
}

const INVALID: &str = "InvalidSignatureException";
const INCOMPLETE: &str = "IncompleteSignatureException";

#[tokio::test]
async fn every_part_of_a_signature_is_checked() {
    const HOST: &str = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    const SERVICE: &str = "Credential should be scoped to correct service: 'cognito-identity'. ";
    const TERMINATOR: &str =
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ";
    const DATE: &str = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != '20260102', from '20260102T030405Z'.";
    for mock in mocks() {
        for (from, to, code, message) in [
            ("/20260102/", "/20200101/", INVALID, DATE),
            ("/aws4_request", "/aws5_request", INVALID, TERMINATOR),
            ("/cognito-identity/", "/cognito-idp/", INVALID, SERVICE),
            (
                "AWS4-HMAC-SHA256 ",
                "AWS4-HMAC-SHA999 ",
                INCOMPLETE,
                "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA999' (only AWS4-HMAC-SHA256 for now). ",
            ),
            (";host;", ";hosts;", INVALID, HOST),
        ] {
            let rejected = tampered(&mock, "authorization", from, to).await;

            assert_eq!(rejected, (code.to_owned(), message.to_owned()));
        }
        let rejected = tampered(&mock, "x-amz-date", "20260102T", "20260102 ").await;
        let message = "Date must be in ISO-8601 'basic format'. Got '20260102 030405Z'. See http://en.wikipedia.org/wiki/ISO_8601";
        assert_eq!(rejected, (INCOMPLETE.to_owned(), message.to_owned()));
    }
}

#[tokio::test]
async fn all_mistakes_in_the_credential_scope_are_reported_together() {
    for mock in mocks() {
        let scope = "/20260102/us-east-1/cognito-identity/aws4_request";

        let rejected = tampered(&mock, "authorization", scope, "/a/b_c/d/e").await;

        let message = "Credential should be scoped to a valid region, not 'b_c'. \
                       Credential should be scoped to correct service: 'cognito-identity'. \
                       Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. \
                       Date in Credential scope does not match YYYYMMDD from ISO-8601 version of \
                       date from HTTP: 'a' != '20260102', from '20260102T030405Z'.";
        assert_eq!(rejected, (INVALID.to_owned(), message.to_owned()));
    }
}

#[tokio::test]
async fn the_checks_of_a_signature_have_the_order_of_aws() {
    let error_with = async |mock: &MockCognitoIdentity, parts: &[(&'static str, &'static str)]| {
        let mut call = client_with(mock, "AKIAUNKNOWN", SECRET, None)
            .list_identity_pools()
            .max_results(1)
            .customize();
        for (from, to) in parts {
            call = call.interceptor(Tamper::PartOfHeader("authorization", from, to));
        }
        service_error(call.send().await).1
    };
    // Sorted from the check that comes last to the one that comes first.
    let parts = [
        ("/aws4_request", "/aws5_request"),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA999 "),
        (";host;", ";hosts;"),
    ];
    let starts = [
        "The security token included",
        "Credential should be scoped with",
        "Unsupported AWS 'algorithm'",
        "'Host' or ':authority' must be",
    ];
    for mock in mocks() {
        for (count, start) in starts.iter().enumerate() {
            let message = error_with(&mock, &parts[..count]).await;
            assert!(message.starts_with(start), "{message}");
        }
    }
}

#[tokio::test]
async fn an_invalid_region_is_rejected_whatever_the_credentials() {
    for mock in over_both(mock) {
        for (region, name) in [
            (r#"/r:"x/"#, r#"r:"x"#),
            ("/US-EAST-1/", "US-EAST-1"),
            ("/us_east/", "us_east"),
            ("/1/", "1"),
            ("/us-/", "us-"),
            ("/-us/", "-us"),
            ("/us-east-1-us-east-1/", "us-east-1-us-east-1"),
        ] {
            let rejected = tampered(&mock, "authorization", "/us-east-1/", region).await;

            let message = format!("Credential should be scoped to a valid region, not '{name}'. ");
            assert_eq!(rejected, (INVALID.to_owned(), message));
        }
        for region in [
            "us-gov-west-1",
            "eusc-de-east-1",
            "ap-southeast-7",
            "a-region-of-18-cha",
        ] {
            let config = mock.config().region(Region::new(region));
            let client = Client::from_conf(config.build());
            let call = client.create_identity_pool().identity_pool_name("app");
            let pool = call
                .allow_unauthenticated_identities(true)
                .send()
                .await
                .unwrap();
            assert!(pool.identity_pool_id().starts_with(region));
            client
                .describe_identity_pool()
                .identity_pool_id(pool.identity_pool_id())
                .send()
                .await
                .unwrap();
        }
    }
}

/// Over TCP the header keeps the host that the client was made for, and in memory the URI.
#[tokio::test]
async fn the_region_must_be_that_of_the_host() {
    for (host, region, is_valid) in [
        (
            "cognito-identity.us-east-1.amazonaws.com",
            "us-east-1",
            true,
        ),
        (
            "cognito-identity.us-east-1.amazonaws.com",
            "eu-west-1",
            false,
        ),
        (
            "Cognito-Identity.EU-West-1.amazonaws.com:443",
            "eu-west-1",
            true,
        ),
        (
            "cognito-identity-fips.us-west-2.amazonaws.com",
            "us-west-1",
            false,
        ),
        (
            "cognito-identity.cn-north-1.amazonaws.com.cn",
            "us-east-1",
            false,
        ),
        (
            "cognito-identity.eusc-de-east-1.amazonaws.eu",
            "us-east-1",
            false,
        ),
        ("cognito-identity.us-west-2.api.aws", "us-east-1", false),
        ("cognito-identity.us-west-2.example.com", "us-east-1", true),
        ("cognito.example.com:443", "us-east-1", true),
        ("cognito.example.com:8443", "us-east-1", true),
        ("sts.us-west-2.amazonaws.com", "us-east-1", true),
        ("localhost", "eu-west-1", true),
    ] {
        for required in [true, false] {
            let builder = || match required {
                true => mock().require_credentials(KEY, SECRET),
                false => mock(),
            };
            for mock in over_both(builder) {
                let config = mock.config().endpoint_url(format!("https://{host}"));
                let client = Client::from_conf(config.region(Region::new(region)).build());

                let result = client.list_identity_pools().max_results(1).send().await;

                if is_valid || !required {
                    assert!(result.is_ok(), "{host} {region}: {result:?}");
                } else {
                    let message =
                        format!("Credential should be scoped to a valid region, not '{region}'. ");
                    assert_service_error(result, INVALID, &message);
                }
            }
        }
    }
}

#[test]
fn over_tcp_the_host_is_read_from_the_host_header() {
    let mock = mock().require_credentials(KEY, SECRET).start();
    let call = http::call("ListIdentityPools", "{}");
    let call = String::from_utf8(call).unwrap().replace(
        "host: localhost\r\n",
        "host: cognito-identity.eu-west-1.amazonaws.com\r\nx-amz-date: 20260102T030405Z\r\n",
    );

    let (code, message) = Connection::to(&mock).exchange(call).service_error();

    assert_eq!(code, INVALID);
    assert_eq!(
        message.unwrap(),
        "Credential should be scoped to a valid region, not 'us-east-1'. "
    );
}

#[tokio::test]
async fn every_client_of_the_mock_signs_for_the_region_it_is_for() {
    for mock in mocks() {
        for region in ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"] {
            let config = mock.sdk_config().into_builder().region(Region::new(region));
            let sts = aws_sdk_sts::Client::new(&config.build());

            let listed = client_in(&mock, region)
                .list_identity_pools()
                .max_results(1)
                .send()
                .await;
            let caller = sts.get_caller_identity().send().await;

            assert!(listed.is_ok(), "{region}: {listed:?}");
            assert!(caller.is_ok(), "{region}: {caller:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_is_given_the_mocks_own_address_signs_for_that() {
    for mock in mocks() {
        let config = mock.config().endpoint_url(mock.endpoint_url());
        let client = Client::from_conf(config.build());
        let sts = aws_sdk_sts::config::Builder::from(&mock.sdk_config());
        let sts = aws_sdk_sts::Client::from_conf(sts.endpoint_url(mock.endpoint_url()).build());

        let listed = client.list_identity_pools().max_results(1).send().await;
        let caller = sts.get_caller_identity().send().await;

        assert!(listed.is_ok(), "{listed:?}");
        assert!(caller.is_ok(), "{caller:?}");
    }
}

/// A client with a frozen clock of its own. The SDK's correction of clock skew is disabled.
fn client_at(mock: &MockCognitoIdentity, time: SystemTime) -> Client {
    let config = mock.config().time_source(StaticTimeSource::new(time));
    Client::from_conf(config.disable_clock_skew_correction(true).build())
}

#[tokio::test]
async fn a_signature_is_valid_for_five_minutes_either_way() {
    const FIVE: Duration = Duration::from_secs(300);
    const SECOND: Duration = Duration::from_secs(1);
    for mock in mocks() {
        let list = async |time| {
            let client = client_at(&mock, time);
            client.list_identity_pools().max_results(1).send().await
        };

        list(now() - FIVE).await.unwrap();
        list(now() + FIVE).await.unwrap();
        assert_service_error(
            list(now() - FIVE - SECOND).await,
            INVALID,
            "Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)",
        );
        assert_service_error(
            list(now() + FIVE + SECOND).await,
            INVALID,
            "Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)",
        );
    }
}

#[tokio::test]
async fn temporary_credentials_are_rejected_from_the_moment_they_expire() {
    for mock in mocks() {
        let id = mock.seed_pool("app").seed_identity();
        let call = mock.client().get_credentials_for_identity().identity_id(id);
        let keys = call.send().await.unwrap().credentials.unwrap();
        let keys = Credentials::new(
            keys.access_key_id.unwrap(),
            keys.secret_key.unwrap(),
            keys.session_token,
            None,
            "test",
        );
        let expires = mock
            .issued_credentials(keys.access_key_id())
            .unwrap()
            .expiration;
        let keys = SharedCredentialsProvider::new(keys);
        let client = Client::from_conf(mock.config().credentials_provider(keys).build());
        let list = || client.list_identity_pools().max_results(1).send();

        mock.clock().set(expires - Duration::from_millis(1));
        list().await.unwrap();
        mock.clock().set(expires);
        assert_service_error(
            list().await,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        );
    }
}

#[tokio::test]
async fn a_client_made_for_aws_signs_for_the_host_of_aws() {
    for mock in mocks() {
        let config = aws_sdk_cognitoidentity::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new(KEY, SECRET, None, None, "test"))
            .time_source(mock.clock().clone())
            .http_client(mock.http_client());
        let client = Client::from_conf(config.build());

        let answer = client.list_identity_pools().max_results(1).send().await;

        assert!(answer.is_ok(), "{answer:?}");
    }
}
