//! Which Region a recorded call was for, and whose access key signed it.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{Credentials, Region};
use mock_cognito_identity::{Call, MockCognitoIdentity};

use crate::support::http::{self, Connection};
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, both, client_in, guest, mock};

const DEFAULT_KEY: &str = "AKIAMOCKMOCKMOCKMOCK";
const IN_EUROPE: &str = "eu-west-1:00000000-0000-4000-8000-000000000000";

/// The Region and the access key id of the latest call.
fn latest(mock: &MockCognitoIdentity) -> (String, Option<String>) {
    let call: Call = mock.calls().pop().expect("no call was recorded");
    (call.region, call.access_key_id)
}

fn unsigned(region: &str) -> (String, Option<String>) {
    (region.to_owned(), None)
}

fn signed(region: &str, access_key_id: &str) -> (String, Option<String>) {
    (region.to_owned(), Some(access_key_id.to_owned()))
}

both! {
    async fn a_public_operation_has_the_region_of_its_host_and_no_signer(mock) {
        let pool = mock.seed_pool("app");

        guest(&mock.client(), pool.id()).await;
        assert_eq!(latest(mock), unsigned("us-east-1"));

        let _ = client_in(mock, "eu-west-1").get_id().identity_pool_id(pool.id()).send().await;
        assert_eq!(latest(mock), unsigned("eu-west-1"));
        assert_eq!(mock.calls_to(Client::get_id)[1].region, "eu-west-1");
    }

    async fn at_the_mocks_own_address_a_public_operation_has_the_region_of_its_id(mock) {
        let config = mock.config().region(Region::new("ap-south-1"));
        let client = Client::from_conf(config.endpoint_url(mock.endpoint_url()).build());

        let _ = client.get_id().identity_pool_id(IN_EUROPE).send().await;
        assert_eq!(latest(mock), unsigned("eu-west-1"));

        let _ = client.get_open_id_token().identity_id(NO_POOL).send().await;
        assert_eq!(latest(mock), unsigned("us-east-1"));

        let _ = client.get_id().identity_pool_id("no Region:1").send().await;
        assert_eq!(latest(mock), unsigned("us-east-1"));
    }

    async fn a_signed_operation_has_the_region_and_the_key_of_its_signature(mock) {
        let list = |client: Client| client.list_identity_pools().max_results(1).send();

        list(mock.client()).await.unwrap();
        assert_eq!(latest(mock), signed("us-east-1", DEFAULT_KEY));

        let config = mock.config().region(Region::new("eu-west-1"));
        let keys = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        list(Client::from_conf(config.credentials_provider(keys).build())).await.unwrap();
        assert_eq!(latest(mock), signed("eu-west-1", "AKIDEXAMPLE"));

        let config = mock.config().region(Region::new("eu-west-1"));
        list(Client::from_conf(config.endpoint_url(mock.endpoint_url()).build())).await.unwrap();
        assert_eq!(latest(mock), signed("eu-west-1", DEFAULT_KEY));
    }

    async fn a_call_that_is_rejected_for_its_signature_has_them_too(mock) {
        let call = |tamper| {
            let call = client_in(mock, "eu-west-1").list_identity_pools().max_results(1);
            call.customize().interceptor(tamper).send()
        };

        let _ = call(Tamper::PartOfHeader("authorization", "/eu-west-1/", "/no_region/")).await;
        assert_eq!(latest(mock), signed("no_region", DEFAULT_KEY));

        let _ = call(Tamper::Unsign).await;
        assert_eq!(latest(mock), unsigned("eu-west-1"));

        let _ = call(Tamper::Header("authorization", "nonsense")).await;
        assert_eq!(latest(mock), unsigned("eu-west-1"));
    }

    async fn a_signature_on_a_public_operation_names_the_signer_only(mock) {
        let pool = mock.seed_pool("app");
        let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=ab";
        for (header, expected) in [
            (scope, signed("us-east-1", "AKIDEXAMPLE")),
            ("nonsense", unsigned("us-east-1")),
        ] {
            let call = mock.client().get_id().identity_pool_id(pool.id());
            let call = call.customize().interceptor(Tamper::Header("authorization", header));

            call.send().await.unwrap();

            assert_eq!(latest(mock), expected);
        }
    }

    async fn calls_of_sts_have_them_too(mock) {
        let config = mock.sdk_config().into_builder().region(Region::new("eu-west-1"));
        let sts = aws_sdk_sts::Client::new(&config.build());

        sts.get_caller_identity().send().await.unwrap();
        assert_eq!(latest(mock), signed("eu-west-1", DEFAULT_KEY));

        let assume = sts.assume_role_with_web_identity().role_session_name("test");
        let assume = assume.role_arn("arn:aws:iam::123456789012:role/Guest");
        let _ = assume.web_identity_token("token").send().await;
        assert_eq!(latest(mock), unsigned("eu-west-1"));
    }

    async fn credentials_that_the_mock_has_issued_are_recognized(mock) {
        let identity = mock.seed_pool("app").seed_identity();
        let call = mock.client().get_credentials_for_identity().identity_id(&identity);
        let keys = call.send().await.unwrap().credentials.unwrap();
        let access_key_id = keys.access_key_id.unwrap();
        let keys = Credentials::new(
            &access_key_id,
            keys.secret_key.unwrap(),
            keys.session_token,
            None,
            "test",
        );
        let sts = aws_sdk_sts::config::Builder::from(&mock.sdk_config()).credentials_provider(keys);

        let who = aws_sdk_sts::Client::from_conf(sts.build()).get_caller_identity();
        who.send().await.unwrap();

        assert_eq!(latest(mock), signed("us-east-1", &access_key_id));
        let issued = mock.issued_credentials(&access_key_id).unwrap();
        assert_eq!(issued.identity_id, identity);
    }

    async fn many_origins_are_told_apart(mock) {
        const REGIONS: [&str; 12] = [
            "us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2",
            "eu-west-3", "eu-north-1", "ap-south-1", "ap-northeast-1", "sa-east-1", "ca-central-1",
        ];

        for region in REGIONS.iter().chain(&REGIONS) {
            let client = client_in(mock, region);
            client.list_identity_pools().max_results(1).send().await.unwrap();
        }

        let calls = mock.calls();
        let recorded: Vec<&str> = calls.iter().map(|call| &*call.region).collect();
        assert_eq!(recorded, [REGIONS, REGIONS].concat());
    }
}

#[test]
fn a_request_that_was_not_made_by_the_sdk_has_the_region_of_its_host() {
    let mock = mock().start();
    let get_id = String::from_utf8(http::get_id(NO_POOL)).unwrap();
    for (host, region) in [
        ("cognito-identity.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("localhost", "us-east-1"),
        ("cognito-identity.eu-west-1.example.com", "us-east-1"),
    ] {
        let request = get_id.replace("host: localhost\r\n", &format!("host: {host}\r\n"));

        Connection::to(&mock).exchange(request).service_error();

        assert_eq!(latest(&mock), unsigned(region), "{host}");
    }
}
