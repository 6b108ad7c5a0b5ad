//! The calls as a text that is the same in every run. None of these mocks has a seed or a frozen
//! clock.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;
use aws_sdk_cognitoidentity::types::Credentials;
use aws_smithy_types::DateTime;
use expect_test::{Expect, expect};
use mock_cognito_identity::{
    Builder, Fault, LoginToken, MockCognitoIdentity, PoolSeed, SeededPool,
};

use crate::support::{guest, tokens};

const GOOGLE: &str = "accounts.google.com";
const FACEBOOK: &str = "graph.facebook.com";

/// Runs a story twice over each transport. Every transcript must be this one.
async fn check(story: impl AsyncFn(&MockCognitoIdentity), expected: &Expect) {
    check_with(MockCognitoIdentity::builder, story, expected).await;
}

async fn check_with(
    builder: impl Fn() -> Builder,
    story: impl AsyncFn(&MockCognitoIdentity),
    expected: &Expect,
) {
    let mut transcripts = Vec::new();
    for mock in [
        builder().in_memory(),
        builder().start(),
        builder().in_memory(),
        builder().start(),
    ] {
        story(&mock).await;
        let transcript = mock.transcript();
        assert_eq!(format!("{transcript:?}"), transcript.to_string());
        transcripts.push(transcript.to_string());
    }
    expected.assert_eq(&transcripts[0]);
    for other in &transcripts[1..] {
        assert_eq!(*other, transcripts[0]);
    }
}

fn seed(mock: &MockCognitoIdentity) -> SeededPool<'_> {
    let pool = PoolSeed::named("app").login_provider(GOOGLE, "web");
    let pool = pool.login_provider(FACEBOOK, "web");
    mock.seed_pool(pool.developer_provider("login.app"))
}

#[tokio::test]
async fn there_are_no_calls() {
    check(async |_| {}, &expect!["no calls\n"]).await;
}

#[tokio::test]
async fn a_sign_in_by_both_flows() {
    let story = async |mock: &MockCognitoIdentity| {
        let (pool, client) = (seed(mock), mock.client());
        let token = tokens::login(mock, GOOGLE, "alice");
        let get_id = client.get_id().identity_pool_id(pool.id());
        let alice = get_id.clone().logins(GOOGLE, &token).send().await.unwrap();
        let alice = alice.identity_id.unwrap();
        let opaque = format!("{:x}", fastrand::u128(..));
        let both = get_id.logins(FACEBOOK, &opaque).logins(GOOGLE, &token);
        both.send().await.unwrap();
        guest(&client, pool.id()).await;

        let credentials = client.get_credentials_for_identity().identity_id(&alice);
        credentials
            .clone()
            .logins(FACEBOOK, opaque)
            .send()
            .await
            .unwrap();
        credentials.send().await.unwrap_err();

        let token = client
            .get_open_id_token()
            .identity_id(&alice)
            .logins(GOOGLE, token);
        let token = token.send().await.unwrap().token.unwrap();
        let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
        let role = "arn:aws:iam::123456789012:role/app-authenticated";
        let assume = sts.assume_role_with_web_identity().role_arn(role);
        let assume = assume.role_session_name("me").web_identity_token(token);
        assume.send().await.unwrap();
    };

    check(story, &expect![[r##"
        #1  GetId  attempt 1  <pool "app">, logins <login alice of accounts.google.com>  → ok, <identity 1>
        #2  GetId  attempt 1  <pool "app">, logins <login alice of accounts.google.com> and graph.facebook.com (<token 1>)  → ok, <identity 1>
        #3  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 2>
        #4  GetCredentialsForIdentity  attempt 1  <identity 1>, logins graph.facebook.com (<token 1>)  → ok, <key 1>, role app-authenticated until +3600 s
        #5  GetCredentialsForIdentity  attempt 1  <identity 1>, no logins  → NotAuthorizedException: Access to Identity '<identity 1>' is forbidden.
        #6  GetOpenIdToken  attempt 1  <identity 1>, logins <login alice of accounts.google.com>  → ok, token for 600 s
        #7  AssumeRoleWithWebIdentity  attempt 1  role app-authenticated, RoleSessionName "me", WebIdentityToken of <identity 1>  → ok, <key 2>, role app-authenticated until +3600 s
    "##]]).await;
}

#[tokio::test]
async fn pools_and_pages() {
    let story = async |mock: &MockCognitoIdentity| {
        let (first, client) = (seed(mock), mock.client());
        let second = mock.seed_pool("app");
        let ids: Vec<String> = (0..5).map(|_| first.seed_identity()).collect();
        let list = client
            .list_identities()
            .identity_pool_id(first.id())
            .max_results(2);
        let page = list.clone().send().await.unwrap();
        let list = list.set_next_token(page.next_token);
        list.clone().send().await.unwrap();
        let other = list.identity_pool_id(second.id());
        other.send().await.unwrap_err();
        let delete = client.delete_identities();
        let delete = delete.set_identity_ids_to_delete(Some(ids[..2].to_vec()));
        delete.send().await.unwrap();
        let _ = client.describe_identity().identity_id(&ids[0]).send().await;
        let _ = client.describe_identity().identity_id(&ids[4]).send().await;
        let create = client.create_identity_pool().identity_pool_name("new");
        let created = create
            .allow_unauthenticated_identities(true)
            .send()
            .await
            .unwrap();
        let tags = client.list_tags_for_resource();
        let arn = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/";
        let tags = tags.resource_arn(format!("{arn}{}", created.identity_pool_id()));
        tags.send().await.unwrap();
        let delete = client.delete_identity_pool();
        delete.identity_pool_id(second.id()).send().await.unwrap();
        client
            .get_id()
            .identity_pool_id(second.id())
            .send()
            .await
            .unwrap_err();
        let unknown = format!("eu-west-1:{}", uuid());
        client
            .get_id()
            .identity_pool_id(unknown)
            .send()
            .await
            .unwrap_err();
    };

    check(story, &expect![[r##"
        #1  ListIdentities  attempt 1  <pool "app">, MaxResults 2  → ok, 2 identities, NextToken <token 1>
        #2  ListIdentities  attempt 1  <pool "app">, MaxResults 2, NextToken <token 1>  → ok, 2 identities, NextToken <token 2>
        #3  ListIdentities  attempt 1  <pool 1>, MaxResults 2, NextToken <token 1>  → InvalidParameterException: NextToken is not one of this list.
        #4  DeleteIdentities  attempt 1  <identity 1> and <identity 2>  → ok
        #5  DescribeIdentity  attempt 1  <identity 1>  → ResourceNotFoundException: Identity '<identity 1>' not found.
        #6  DescribeIdentity  attempt 1  <identity 3>  → ok
        #7  CreateIdentityPool  attempt 1  IdentityPoolName "new", AllowUnauthenticatedIdentities true  → ok, <pool "new">
        #8  ListTagsForResource  attempt 1  <pool "new">  → ok
        #9  DeleteIdentityPool  attempt 1  <pool 1>  → ok
        #10  GetId  attempt 1  <pool 1>, no logins  → ResourceNotFoundException: IdentityPool '<pool 1>' not found.
        #11  GetId  attempt 1  <pool 2>, no logins  → ResourceNotFoundException: IdentityPool '<pool 2>' not found.
    "##]]).await;
}

/// A random UUID.
fn uuid() -> String {
    let digits = format!("{:032x}", fastrand::u128(..));
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

#[tokio::test]
async fn developer_users() {
    let story = async |mock: &MockCognitoIdentity| {
        let (pool, client) = (seed(mock), mock.client());
        let user = format!("user-{}", uuid());
        for user in [user.as_str(), "bob"] {
            let token = client.get_open_id_token_for_developer_identity();
            let token = token.identity_pool_id(pool.id()).logins("login.app", user);
            token.token_duration(60).send().await.unwrap();
        }
        let merge = client
            .merge_developer_identities()
            .identity_pool_id(pool.id());
        let merge = merge
            .developer_provider_name("login.app")
            .source_user_identifier(&user);
        merge
            .destination_user_identifier("bob")
            .send()
            .await
            .unwrap();
        let lookup = client
            .lookup_developer_identity()
            .identity_pool_id(pool.id());
        lookup
            .developer_user_identifier(user)
            .max_results(1)
            .send()
            .await
            .unwrap();
    };

    check(story, &expect![[r##"
        #1  GetOpenIdTokenForDeveloperIdentity  attempt 1  <pool "app">, logins <login user-<uuid 1> of login.app>, TokenDuration 60  → ok, <identity 1>, token for 60 s
        #2  GetOpenIdTokenForDeveloperIdentity  attempt 1  <pool "app">, logins <login bob of login.app>, TokenDuration 60  → ok, <identity 2>, token for 60 s
        #3  MergeDeveloperIdentities  attempt 1  SourceUserIdentifier "user-<uuid 1>", DestinationUserIdentifier "bob", DeveloperProviderName "login.app", <pool "app">  → ok, <identity 2>
        #4  LookupDeveloperIdentity  attempt 1  <pool "app">, DeveloperUserIdentifier "user-<uuid 1>", MaxResults 1  → ok, <identity 2>, 1 user
    "##]]).await;
}

#[tokio::test]
async fn times_and_tokens_in_errors_are_replaced() {
    let story = async |mock: &MockCognitoIdentity| {
        let (pool, client) = (seed(mock), mock.client());
        let token = tokens::login(mock, GOOGLE, "alice");
        mock.clock().advance(Duration::from_secs(7_200));
        let get_id = client.get_id().identity_pool_id(pool.id());
        get_id
            .clone()
            .logins(GOOGLE, &token)
            .send()
            .await
            .unwrap_err();
        get_id.logins("", token).send().await.unwrap_err();
        let made_up = Credentials::builder().access_key_id("ASIAMADEUP");
        let made_up = made_up
            .expiration(DateTime::from_secs(4_000_000_000))
            .build();
        let answer = GetCredentialsForIdentityOutput::builder()
            .credentials(made_up)
            .build();
        let scripted = Fault::respond_with(Client::get_credentials_for_identity, move |_| {
            answer.clone()
        });
        let _scripted = mock.inject_scoped(scripted);
        let credentials = client.get_credentials_for_identity();
        credentials
            .identity_id(pool.seed_identity())
            .send()
            .await
            .unwrap();
    };

    check(story, &expect![[r##"
        #1  GetId  attempt 1  <pool "app">, logins <login alice of accounts.google.com>  → NotAuthorizedException: Invalid login token. Token expired: <time> >= <time>
        #2  GetId  attempt 1  <pool "app">, logins <login alice of >  → ValidationException: 1 validation error detected: Value '{=<hidden> (561 bytes)}' at 'logins' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]
        #3  GetCredentialsForIdentity  attempt 1  <identity 1>, no logins  → ok, <key 1>   (fault #1)
    "##]]).await;
}

#[tokio::test]
async fn faults_and_unrecognized_requests() {
    let story = async |mock: &MockCognitoIdentity| {
        let (pool, client) = (seed(mock), mock.client());
        mock.inject(Fault::throttle().up_to_n_times(1).named("busy"));
        mock.inject(Fault::reset_connection().up_to_n_times(1));
        guest(&client, pool.id()).await;
        mock.inject(Fault::lose_response().up_to_n_times(1));
        mock.inject(Fault::delay(Duration::from_millis(1)).named("slow"));
        guest(&client, pool.id()).await;
        let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
        sts.get_session_token().send().await.unwrap_err();
    };

    let builder = || MockCognitoIdentity::builder().verify_on_drop(false);
    check_with(builder, story, &expect![[r##"
        #1  GetId  attempt 1  <pool "app">, no logins  → TooManyRequestsException   (fault "busy")
        #2  GetId  attempt 2  <pool "app">, no logins  → dropped   (fault #2)
        #3  GetId  attempt 3  <pool "app">, no logins  → ok, <identity 1>
        #4  GetId  attempt 1  <pool "app">, no logins  → dropped   (fault #3)
        #5  GetId  attempt 2  <pool "app">, no logins  → ok, <identity 2>   (fault "slow")
        #6  POST /  Action=GetSessionToken  → InvalidAction: Could not find operation GetSessionToken for version 2011-06-15
    "##]]).await;
}

#[tokio::test]
async fn evicted_calls_are_noted() {
    let builder = || MockCognitoIdentity::builder().keep_calls(2);
    let story = async |mock: &MockCognitoIdentity| {
        let pool = seed(mock);
        for _ in 0..3 {
            guest(&mock.client(), pool.id()).await;
        }
    };

    check_with(
        builder,
        story,
        &expect![[r#"
        … 1 evicted by `keep_calls`
        #2  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 1>
        #3  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 2>
    "#]],
    )
    .await;
}

#[tokio::test]
async fn inside_with_engine_pools_are_numbered() {
    let mock = MockCognitoIdentity::in_memory();
    let pool = seed(&mock);
    guest(&mock.client(), pool.id()).await;

    let transcript = mock.with_engine(|_| mock.transcript()).to_string();

    assert_eq!(
        transcript,
        "#1  GetId  attempt 1  <pool 1>, no logins  → ok, <identity 1>\n"
    );
}

#[tokio::test]
async fn no_token_or_secret_is_in_it() {
    let mock = MockCognitoIdentity::in_memory();
    let (pool, client) = (seed(&mock), mock.client());
    let token = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
    let get_id = client.get_id().identity_pool_id(pool.id());
    let opaque = get_id.clone().logins(FACEBOOK, "short").send();
    let id = opaque.await.unwrap().identity_id.unwrap();
    let credentials = client.get_credentials_for_identity().identity_id(id);
    let keys = credentials
        .logins(FACEBOOK, "short")
        .send()
        .await
        .unwrap()
        .credentials
        .unwrap();
    get_id
        .logins(&token, &token)
        .account_id(&token)
        .send()
        .await
        .unwrap_err();

    let text = mock.transcript().to_string();

    let (key, session) = (
        keys.secret_key().unwrap(),
        &keys.session_token().unwrap()[..20],
    );
    for secret in [&token[20..40], "short", key, session] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
