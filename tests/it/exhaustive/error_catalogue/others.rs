//! Rows of the other exceptions.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::{Fault, MockCognitoIdentity, PoolSeed};

use super::Case;
use crate::support::NO_POOL;
use crate::support::app::{DEVELOPER, GOOGLE, USER_POOL, pool_of_all};
use crate::support::tokens::login;

/// A well-formed identity id that names nothing.
const NO_IDENTITY: &str = "us-east-1:00000000-0000-c000-8000-000000000001";

const NOT_FOUND: &str = "ResourceNotFoundException";
const CONFLICT: &str = "ResourceConflictException";

/// Errors that depend on what there is.
pub(super) async fn of_state(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const R1: &str = "IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000000' not found.";
    const R2: &str = "Identity 'us-east-1:00000000-0000-c000-8000-000000000001' not found.";
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let roleless = mock.seed_pool(PoolSeed::named("roleless").without_roles());
    let guest = roleless.seed_identity();
    let developer = pool.seed_identity_with_login(DEVELOPER, "user-1");
    let other = pool.seed_identity_with_login(DEVELOPER, "user-2");
    pool.seed_identity_with_login(GOOGLE, "alice");
    let of_bob = pool.seed_identity_with_login(GOOGLE, "bob");
    let call = client.get_open_id_token().identity_id(of_bob);
    let call = call.logins(GOOGLE, login(mock, GOOGLE, "bob"));
    let call = call.logins(USER_POOL, login(mock, USER_POOL, "bob"));
    call.send().await.unwrap();
    let no_pool_arn =
        format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{NO_POOL}");
    let elsewhere = mock.config().region(Region::from_static("eu-west-1"));
    let elsewhere = Client::from_conf(elsewhere.build());
    let not_there = format!("IdentityPool '{}' not found.", pool.id());

    let describe_there = elsewhere
        .describe_identity_pool()
        .identity_pool_id(pool.id());
    let roles = client.get_identity_pool_roles().identity_pool_id(NO_POOL);
    let list = client
        .list_identities()
        .identity_pool_id(NO_POOL)
        .max_results(1);
    let lookup = || {
        client
            .lookup_developer_identity()
            .identity_pool_id(pool.id())
    };
    let merge = client
        .merge_developer_identities()
        .identity_pool_id(pool.id());
    let merge = merge
        .developer_provider_name(DEVELOPER)
        .source_user_identifier("user-1");
    let unlink = client
        .unlink_developer_identity()
        .identity_pool_id(pool.id());
    let unlink = unlink
        .developer_provider_name(DEVELOPER)
        .identity_id(&developer);
    let two_of_google = client.get_id().identity_pool_id(pool.id());
    let two_of_google = two_of_google.logins(GOOGLE, login(mock, GOOGLE, "alice"));
    let two_of_google = two_of_google.logins(USER_POOL, login(mock, USER_POOL, "bob"));
    let registered = client.get_open_id_token_for_developer_identity();
    let registered = registered.identity_pool_id(pool.id()).identity_id(&other);
    vec![
        Case::new(
            "R1: GetId",
            NOT_FOUND,
            R1,
            client.get_id().identity_pool_id(NO_POOL).send(),
        ),
        Case::new(
            "R1: DescribeIdentityPool",
            NOT_FOUND,
            R1,
            client
                .describe_identity_pool()
                .identity_pool_id(NO_POOL)
                .send(),
        ),
        Case::new(
            "R1: DeleteIdentityPool",
            NOT_FOUND,
            R1,
            client
                .delete_identity_pool()
                .identity_pool_id(NO_POOL)
                .send(),
        ),
        Case::new("R1: GetIdentityPoolRoles", NOT_FOUND, R1, roles.send()),
        Case::new("R1: ListIdentities", NOT_FOUND, R1, list.send()),
        Case::new(
            "R1: other Region",
            NOT_FOUND,
            not_there,
            describe_there.send(),
        ),
        Case::new(
            "R2: credentials",
            NOT_FOUND,
            R2,
            client
                .get_credentials_for_identity()
                .identity_id(NO_IDENTITY)
                .send(),
        ),
        Case::new(
            "R2: token",
            NOT_FOUND,
            R2,
            client.get_open_id_token().identity_id(NO_IDENTITY).send(),
        ),
        Case::new(
            "R2: DescribeIdentity",
            NOT_FOUND,
            R2,
            client.describe_identity().identity_id(NO_IDENTITY).send(),
        ),
        Case::by_code(
            "R3: lookup",
            NOT_FOUND,
            lookup().developer_user_identifier("x").send(),
        ),
        Case::by_code(
            "R3: merge",
            NOT_FOUND,
            merge.destination_user_identifier("x").send(),
        ),
        Case::by_code(
            "R3: unlink",
            NOT_FOUND,
            unlink.developer_user_identifier("x").send(),
        ),
        Case::by_code(
            "R3: tags",
            NOT_FOUND,
            client
                .list_tags_for_resource()
                .resource_arn(no_pool_arn)
                .send(),
        ),
        Case::new(
            "C1",
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
            client
                .get_credentials_for_identity()
                .identity_id(guest)
                .send(),
        ),
        Case::by_code("F1: two Google users", CONFLICT, two_of_google.send()),
        Case::by_code(
            "F1: lookup",
            CONFLICT,
            lookup()
                .identity_id(&other)
                .developer_user_identifier("user-1")
                .send(),
        ),
        Case::new(
            "F2",
            "DeveloperUserAlreadyRegisteredException",
            "This developer user identifier is already registered with Cognito.",
            registered.logins(DEVELOPER, "user-1").send(),
        ),
    ]
}

/// Errors that depend on the request alone, or on nothing.
pub(super) async fn of_requests(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const VALIDATION: &str = "ValidationException";
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    mock.inject(Fault::throttle().on(Client::list_identity_pools));

    let not_an_arn = client.list_tags_for_resource().resource_arn(pool.id());
    let denied = format!(
        "User: arn:aws:iam::123456789012:user/mock is not authorized to perform: cognito-identity:ListTagsForResource on resource: {}",
        pool.id()
    );
    let body = r#"{"IdentityPoolId":"us-east-1:0","Logins":{"d":"u"},"PrincipalTags":{"k":["v"]}}"#;
    let wrong_type = client.get_open_id_token_for_developer_identity();
    let wrong_type = wrong_type
        .identity_pool_id(pool.id())
        .logins(DEVELOPER, "u");
    let wrong_type = wrong_type.customize().mutate_request(move |request| {
        *request.body_mut() = SdkBody::from(body);
        let length = body.len().to_string();
        request.headers_mut().insert("content-length", length);
    });
    let empty_token = client.get_id().identity_pool_id(pool.id());
    let empty_token = empty_token.logins(
        "cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS",
        "",
    );
    let three = client.get_credentials_for_identity().identity_id("");
    let no_target = client.get_id().identity_pool_id(pool.id());
    let no_target = no_target.customize().mutate_request(|request| {
        request.headers_mut().remove("x-amz-target");
    });
    vec![
        Case::new(
            "L2",
            "TooManyRequestsException",
            "Rate exceeded",
            client.list_identity_pools().max_results(1).send(),
        ),
        Case::new("A1", "AccessDeniedException", denied, not_an_arn.send()),
        Case::new(
            "Y1",
            "SerializationException",
            "Start of list found where not expected",
            wrong_type.send(),
        ),
        Case::new(
            "V1: pattern",
            VALIDATION,
            r"1 validation error detected: Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            client.get_id().identity_pool_id("us-east-2:mock").send(),
        ),
        Case::new(
            "V1: map value",
            VALIDATION,
            "1 validation error detected: Value '{cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
            empty_token.send(),
        ),
        Case::new(
            "V1: several",
            VALIDATION,
            r"3 validation errors detected: Value '{xx.xx.xx/xx-xx-xx-xx-xx=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]; Value '' at 'identityId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            three.logins("xx.xx.xx/xx-xx-xx-xx-xx", "").send(),
        ),
        Case::new(
            "B1",
            "BadRequest",
            "The server did not understand the operation that was requested.",
            no_target.send(),
        ),
    ]
}

/// One pool more than AWS lets an account have in a Region.
pub(super) fn of_quotas(mock: &MockCognitoIdentity) -> Case<'static> {
    let limited = crate::support::mock().aws_quotas();
    let limited = match mock.address() {
        Some(_) => limited.start(),
        None => limited.in_memory(),
    };
    Case::by_code("L1", "LimitExceededException", async move {
        (0..1_000).for_each(|_| drop(limited.seed_pool("app")));
        let create = limited.client().create_identity_pool();
        let create = create.identity_pool_name("one too many");
        create.allow_unauthenticated_identities(true).send().await
    })
}
