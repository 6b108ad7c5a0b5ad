//! The mock has the 23 operations of the service model, and those that need a signature need one.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{self, BehaviorVersion, Region};
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use mock_cognito_identity::{Fault, MockCognitoIdentity, Operation};

use crate::support::app::{App, FACEBOOK, Flow, GOOGLE, NO_IDENTITY, VALIDATION, set};
use crate::support::both;
use crate::support::model::Model;
use crate::support::sdk_view::client_without_retries;
use crate::support::tamper::Tamper;

/// Code and message of an error response; `None` if the call was a success.
fn error_of<T, E, R>(result: Result<T, SdkError<E, R>>) -> Option<(String, String)>
where
    T: std::fmt::Debug,
    E: ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    result
        .is_err()
        .then(|| crate::support::service_error(result))
}

/// The method that was called without a signature and without any input, and the error response.
type UnsignedCall = (String, Option<(String, String)>);

macro_rules! each_operation {
    ($($method:ident)+) => {
        /// Calls each method of the SDK's client without a signature.
        async fn call_all_unsigned(client: &Client) -> Vec<UnsignedCall> {
            let mut answers = Vec::new();
            $(
                let call = client.$method().customize().interceptor(Tamper::Unsign);
                answers.push((stringify!($method).replace('_', ""), error_of(call.send().await)));
            )+
            answers
        }

        /// The number of recorded calls to each method of the SDK's client.
        fn calls_by_method(mock: &MockCognitoIdentity) -> Vec<usize> {
            vec![$(mock.calls_to(Client::$method).len(),)+]
        }
    };
}

each_operation! {
    create_identity_pool
    delete_identities
    delete_identity_pool
    describe_identity
    describe_identity_pool
    get_credentials_for_identity
    get_id
    get_identity_pool_roles
    get_open_id_token
    get_open_id_token_for_developer_identity
    get_principal_tag_attribute_map
    list_identities
    list_identity_pools
    list_tags_for_resource
    lookup_developer_identity
    merge_developer_identities
    set_identity_pool_roles
    set_principal_tag_attribute_map
    tag_resource
    unlink_developer_identity
    unlink_identity
    untag_resource
    update_identity_pool
}

/// Calls each operation with an input that is valid: the code and the status of each error.
async fn call_all(client: &Client) -> Vec<Option<(String, u16)>> {
    macro_rules! outcomes {
        ($($call:expr),+ $(,)?) => {
            vec![$(match $call.send().await {
                Ok(_) => None,
                Err(error) => {
                    let status = error.raw_response().unwrap().status().as_u16();
                    Some((error.code().unwrap_or_default().to_owned(), status))
                }
            }),+]
        };
    }
    let roles = Some([].into());
    let logins = Some([(GOOGLE.to_owned(), "token".to_owned())].into());
    let (arn, id) = (
        "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/x",
        NO_IDENTITY,
    );
    outcomes![
        client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true),
        client.delete_identities().identity_ids_to_delete(id),
        client.delete_identity_pool().identity_pool_id(id),
        client.describe_identity().identity_id(id),
        client.describe_identity_pool().identity_pool_id(id),
        client.get_credentials_for_identity().identity_id(id),
        client.get_id().identity_pool_id(id),
        client.get_identity_pool_roles().identity_pool_id(id),
        client.get_open_id_token().identity_id(id),
        client
            .get_open_id_token_for_developer_identity()
            .identity_pool_id(id)
            .logins("d", "u"),
        client
            .get_principal_tag_attribute_map()
            .identity_pool_id(id)
            .identity_provider_name(GOOGLE),
        client.list_identities().identity_pool_id(id).max_results(1),
        client.list_identity_pools().max_results(1),
        client.list_tags_for_resource().resource_arn(arn),
        client.lookup_developer_identity().identity_pool_id(id),
        client
            .merge_developer_identities()
            .identity_pool_id(id)
            .developer_provider_name("d")
            .source_user_identifier("a")
            .destination_user_identifier("b"),
        client
            .set_identity_pool_roles()
            .identity_pool_id(id)
            .set_roles(roles),
        client
            .set_principal_tag_attribute_map()
            .identity_pool_id(id)
            .identity_provider_name(GOOGLE),
        client.tag_resource().resource_arn(arn).tags("key", "value"),
        client
            .unlink_developer_identity()
            .identity_pool_id(id)
            .identity_id(id)
            .developer_provider_name("d")
            .developer_user_identifier("a"),
        client
            .unlink_identity()
            .identity_id(id)
            .set_logins(logins)
            .logins_to_remove(GOOGLE),
        client.untag_resource().resource_arn(arn).tag_keys("key"),
        client
            .update_identity_pool()
            .identity_pool_id(id)
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true),
    ]
}

/// The operations of the model, sorted by name, and whether they must be signed.
fn model() -> Vec<(String, bool)> {
    let model = Model::read();
    let operations = model.operations();
    let mut operations: Vec<_> = operations
        .map(|name| (name.to_owned(), model.is_signed(name)))
        .collect();
    operations.sort();
    operations
}

both! {
    async fn the_operations_are_those_of_the_model(mock) {
        let answers = call_all_unsigned(&client_without_retries(mock)).await;

        let names: Vec<String> = mock.operations().iter().map(Operation::to_string).collect();
        let model: Vec<String> = model().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, model);
        assert_eq!(names.len(), 23);
        assert_eq!(calls_by_method(mock), [1; 23]);
        for (name, (method, _)) in names.iter().zip(&answers) {
            assert_eq!(name.to_lowercase(), *method);
        }
    }

    async fn the_operations_that_need_no_signature_are_those_of_the_model(mock) {
        let answers = call_all_unsigned(&client_without_retries(mock)).await;

        let missing = (
            "MissingAuthenticationTokenException".to_owned(),
            "Missing Authentication Token".to_owned(),
        );
        for ((name, is_signed), (_, answer)) in model().into_iter().zip(answers) {
            if is_signed {
                assert_eq!(answer.as_ref(), Some(&missing), "{name}");
            } else {
                let (code, _) = answer.unwrap();
                assert_eq!(code, VALIDATION, "{name}");
            }
        }
    }

    /// Whatever is called, the code under test may get an error of the server.
    async fn each_operation_can_fail_with_an_internal_error(mock) {
        mock.inject(Fault::internal_error().expect(23));

        let answers = call_all(&client_without_retries(mock)).await;

        for (name, answer) in mock.operations().iter().zip(answers) {
            let error = answer.expect("the fault replaces each answer");
            assert_eq!(error, ("InternalErrorException".to_owned(), 500), "{name}");
        }
        assert_eq!(calls_by_method(mock), [1; 23]);
    }

    async fn a_recorded_request_knows_its_operation(mock) {
        call_all_unsigned(&client_without_retries(mock)).await;

        for (call, operation) in mock.calls().iter().zip(mock.operations()) {
            assert_eq!(call.input.operation(), operation);
            assert_eq!(operation.name(), format!("{operation:?}"));
        }
    }

    async fn public_operations_need_no_credentials(mock) {
        let app = App::new(mock);
        let stranger = App {
            client: Client::from_conf(
                config::Builder::new()
                    .behavior_version(BehaviorVersion::latest())
                    .region(Region::new("us-east-1"))
                    .endpoint_url(mock.endpoint_url())
                    .http_client(mock.http_client())
                    .build(),
            ),
            pool: app.pool.clone(),
            ..app
        };

        let guest = stranger.sign_in(&[]).await;
        let alice = stranger.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;
        let unlinked = stranger.unlink(&alice, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await;

        for flow in Flow::BOTH {
            let as_guest = stranger.enter(flow, &guest, &[]).await;
            let as_alice = stranger.enter(flow, &alice, &[(GOOGLE, "alice")]).await;
            assert_eq!(as_guest, Ok(guest.clone()), "{flow:?}");
            assert_eq!(as_alice, Ok(alice.clone()), "{flow:?}");
        }
        unlinked.unwrap();
        assert_eq!(app.linked(&alice).await, set([GOOGLE]));
    }
}

#[test]
fn four_operations_need_no_signature() {
    let public = model().into_iter().filter(|(_, is_signed)| !is_signed);

    let names: Vec<String> = public.map(|(name, _)| name).collect();

    let four = [
        "GetCredentialsForIdentity",
        "GetId",
        "GetOpenIdToken",
        "UnlinkIdentity",
    ];
    assert_eq!(names, four);
}
