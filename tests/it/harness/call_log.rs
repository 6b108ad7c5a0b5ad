//! The list of calls in a failure message: what the calls said, and what came back.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::{Fault, LoginToken, MockCognitoIdentity, PoolSeed, SeededPool};

use crate::support::{both, guest, mock, panic_of};

const GOOGLE: &str = "accounts.google.com";
const FACEBOOK: &str = "graph.facebook.com";

fn seed(mock: &MockCognitoIdentity) -> SeededPool<'_> {
    let pool = PoolSeed::named("app").id("us-east-1:00000000-0000-4000-8000-000000000001");
    let pool = pool
        .login_provider(GOOGLE, "web")
        .login_provider(FACEBOOK, "web");
    mock.seed_pool(pool.developer_provider("login.app"))
}

/// The calls as a failure message lists them, without its first lines.
#[track_caller]
fn log(mock: &MockCognitoIdentity) -> String {
    let report = panic_of(|| mock.assert_no_calls());
    let (_, calls) = report.split_once("\n\n").unwrap();
    calls.to_owned() + "\n"
}

both! {
    async fn logins_are_named_by_provider_and_subject(mock) {
        let (pool, client) = (seed(mock), mock.client());
        let token = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
        let get_id = client.get_id().identity_pool_id(pool.id());
        let alice = get_id.clone().logins(GOOGLE, &token).send().await.unwrap().identity_id.unwrap();
        let both = get_id.logins(GOOGLE, &token).logins(FACEBOOK, "opaque");
        both.send().await.unwrap();
        let credentials = client.get_credentials_for_identity().identity_id(&alice);
        credentials.clone().logins(FACEBOOK, "another").send().await.unwrap_err();
        credentials.logins(GOOGLE, &token).send().await.unwrap();
        let token = client.get_open_id_token().identity_id(&alice).logins(GOOGLE, token);
        let token = token.send().await.unwrap().token.unwrap();
        let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
        let role = "arn:aws:iam::123456789012:role/app-authenticated";
        let assume = sts.assume_role_with_web_identity().role_arn(role).role_session_name("me");
        assume.web_identity_token(token).send().await.unwrap();

        expect![[r#"
            calls received (6):
                clock: frozen at 2026-01-02T03:04:05.678Z; the credentials of #6 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…e1e1 (alice and 1 more)
                #2  GetId                      attempt 1  pool "app", logins accounts.google.com (alice) and graph.facebook.com (opaque token 1)  → ok, identity us-east-1:…e1e1 (alice and 1 more)
                #3  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (alice and 1 more), logins graph.facebook.com (opaque token 2)  → NotAuthorizedException: Logins don't match. Please include at least one valid login for this identity or identity pool.
                    why: the identity belongs to alice of accounts.google.com, a user of graph.facebook.com; the request has a user of graph.facebook.com (owns no identity)
                #4  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (alice and 1 more), logins accounts.google.com (alice)  → ok, key ASIAPDFZCEOTA73PPZNQ, role app-authenticated until +3600 s
                #5  GetOpenIdToken             attempt 1  identity us-east-1:…e1e1 (alice and 1 more), logins accounts.google.com (alice)  → ok, token for 600 s
                #6  AssumeRoleWithWebIdentity  attempt 1  role app-authenticated, RoleSessionName "me", WebIdentityToken of identity us-east-1:…e1e1 (alice and 1 more)  → ok, key ASIA52IKDFTRLO65P3BH, role app-authenticated until +3600 s
        "#]].assert_eq(&log(mock));
    }

    async fn developer_users_are_named(mock) {
        let (pool, client) = (seed(mock), mock.client());
        for user in ["old", "new"] {
            let token = client.get_open_id_token_for_developer_identity();
            let token = token.identity_pool_id(pool.id()).logins("login.app", user);
            token.send().await.unwrap();
        }
        let merge = client.merge_developer_identities().identity_pool_id(pool.id());
        let merge = merge.developer_provider_name("login.app").source_user_identifier("old");
        let merged = merge.destination_user_identifier("new").send().await.unwrap();
        let lookup = client.lookup_developer_identity().identity_pool_id(pool.id());
        lookup.identity_id(merged.identity_id().unwrap()).send().await.unwrap();

        expect![[r#"
            calls received (4):
                clock: frozen at 2026-01-02T03:04:05.678Z; the token of #2 expires in 900 s
                #1  GetOpenIdTokenForDeveloperIdentity  attempt 1  pool "app", logins login.app (old)                     → ok, identity us-east-1:…e1e1 (disabled), token for 900 s
                #2  GetOpenIdTokenForDeveloperIdentity  attempt 1  pool "app", logins login.app (new)                     → ok, identity us-east-1:…d1ac (new and 1 more), token for 900 s
                #3  MergeDeveloperIdentities            attempt 1  SourceUserIdentifier "old", DestinationUserIdentifier "new", DeveloperProviderName "login.app", pool "app"  → ok, identity us-east-1:…d1ac (new and 1 more)
                #4  LookupDeveloperIdentity             attempt 1  pool "app", identity us-east-1:…d1ac (new and 1 more)  → ok, identity us-east-1:…d1ac (new and 1 more), 2 users
        "#]].assert_eq(&log(mock));
    }

    async fn pages_that_nobody_asked_for_are_marked(mock) {
        let (pool, client) = (seed(mock), mock.client());
        let ids: Vec<String> = (0..5).map(|_| pool.seed_identity()).collect();
        let list = client.list_identities().identity_pool_id(pool.id()).max_results(2);
        let first = list.clone().send().await.unwrap();
        list.set_next_token(first.next_token).send().await.unwrap();
        let lists = client.list_identities().identity_pool_id(pool.id()).max_results(1);
        lists.next_token("invented").send().await.unwrap_err();
        client.list_identity_pools().max_results(1).send().await.unwrap();
        client.delete_identities().set_identity_ids_to_delete(Some(ids)).send().await.unwrap();
        let ids = vec!["us-east-1:1".to_owned(), "us-east-1:2".to_owned()];
        client.delete_identities().set_identity_ids_to_delete(Some(ids)).send().await.unwrap();

        expect![[r#"
            calls received (6):
                clock: frozen at 2026-01-02T03:04:05.678Z
                #1  ListIdentities     attempt 1  pool "app", MaxResults 2                           → ok, 2 identities, NextToken
                #2  ListIdentities     attempt 1  pool "app", MaxResults 2, NextToken of #1          → ok, 2 identities, NextToken never used
                #3  ListIdentities     attempt 1  pool "app", MaxResults 1, NextToken                → InvalidParameterException: NextToken is not one of this list.
                    why: no such token was issued for the identities of us-east-1:00000000-0000-4000-8000-000000000001; was it changed or cut off?
                #4  ListIdentityPools  attempt 1  MaxResults 1                                       → ok, 1 pool
                #5  DeleteIdentities   attempt 1  5 identities                                       → ok
                #6  DeleteIdentities   attempt 1  identity "us-east-1:1" and identity "us-east-1:2"  → ok, 2 unprocessed
        "#]].assert_eq(&log(mock));
    }

    async fn pools_of_one_name_and_deleted_ones_show_their_ids(mock) {
        let client = mock.client();
        let second = PoolSeed::named("app").id("us-east-1:00000000-0000-4000-8000-000000000002");
        let (first, second) = (seed(mock), mock.seed_pool(second));
        guest(&client, first.id()).await;
        guest(&client, second.id()).await;
        client.delete_identity_pool().identity_pool_id(second.id()).send().await.unwrap();
        client.get_id().identity_pool_id(second.id()).send().await.unwrap_err();
        let create = client.create_identity_pool().identity_pool_name("short-lived");
        let create = create.allow_unauthenticated_identities(true).identity_pool_tags("a", "b");
        let created = create.send().await.unwrap().identity_pool_id;
        client.delete_identity_pool().identity_pool_id(created).send().await.unwrap();
        let own = format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{}", first.id());
        let other = own.replace("123456789012", "210987654321");
        for arn in [own, other] {
            let _ = client.list_tags_for_resource().resource_arn(arn).send().await;
        }

        expect![[r#"
            calls received (8):
                clock: frozen at 2026-01-02T03:04:05.678Z
                #1  GetId                attempt 1  pool "app", no logins            → ok, identity us-east-1:…2b22 (guest)
                #2  GetId                attempt 1  pool us-east-1:…0002, no logins  → ok, identity us-east-1:…609f
                #3  DeleteIdentityPool   attempt 1  pool us-east-1:…0002             → ok
                #4  GetId                attempt 1  pool us-east-1:…0002, no logins  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                    why: the pool "app" was deleted by call #3, DeleteIdentityPool
                #5  CreateIdentityPool   attempt 1  IdentityPoolName "short-lived", AllowUnauthenticatedIdentities true, IdentityPoolTags["a"] "b"  → ok, pool "short-lived"
                #6  DeleteIdentityPool   attempt 1  pool "short-lived"               → ok
                #7  ListTagsForResource  attempt 1  pool "app"                       → ok
                #8  ListTagsForResource  attempt 1  ResourceArn "arn:aws:cognito-identity:us-east-1:210987654321:identitypool/us-…"  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000001' not found.
                    why: the ARN names the account "210987654321", and the call is for "123456789012"
        "#]].assert_eq(&log(mock));
    }

    async fn inside_with_engine_pools_show_their_ids(mock) {
        let pool = seed(mock);
        guest(&mock.client(), pool.id()).await;

        let log = mock.with_engine(|_| log(mock));

        expect![[r#"
            calls received (1):
                clock: frozen at 2026-01-02T03:04:05.678Z
                #1  GetId  attempt 1  pool us-east-1:…0001, no logins  → ok, identity us-east-1:…e1e1
        "#]].assert_eq(&log);
    }

    async fn an_error_is_explained_below_its_call(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").authenticated_only());
        mock.inject(Fault::error(mock_cognito_identity::ServiceError::new("Busy", "text")).up_to_n_times(2));
        let get_id = mock.client().get_id().identity_pool_id(pool.id());
        for _ in 0..5 {
            get_id.clone().send().await.unwrap_err();
        }
        let _ = mock.client().list_identity_pools().max_results(1).send().await;
        get_id.send().await.unwrap_err();

        let place = regex::Regex::new("injected at [^ \n]+").unwrap();
        let log = log(mock);
        let log = place.replace_all(&log, "injected at PLACE");
        expect![[r#"
            calls received (7):
                clock: frozen at 2026-01-02T03:04:05.678Z
                #1  GetId              attempt 1  pool "app", no logins  → Busy   (fault #1)
                    why: this error comes from fault #1, injected at PLACE
                #2  GetId              attempt 1  pool "app", no logins  → Busy   (fault #1)
                #3  GetId              attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                    why: `Logins` is empty, and the pool "app" has AllowUnauthenticatedIdentities = false
                #4  GetId              attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                #5  GetId              attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                #6  ListIdentityPools  attempt 1  MaxResults 1           → ok, 1 pool
                #7  GetId              attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                    why: as for #3
        "#]].assert_eq(&log);
    }

    async fn the_clock_tells_that_credentials_have_expired(mock) {
        let (pool, client) = (seed(mock), mock.client());
        let id = guest(&client, pool.id()).await;
        let credentials = client.get_credentials_for_identity().identity_id(id);
        credentials.clone().send().await.unwrap();
        mock.clock().advance(Duration::from_secs(3_660));
        credentials.send().await.unwrap();

        let log = log(mock);

        let clock = log.lines().nth(1).unwrap();
        expect!["    clock: frozen at 2026-01-02T04:05:05.678Z; the credentials of #2 expired 60 s ago; the credentials of #3 expire in 3,600 s"].assert_eq(clock);
    }

    async fn no_token_or_secret_is_in_the_list(mock) {
        let (pool, client) = (seed(mock), mock.client());
        let token = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
        let get_id = client.get_id().identity_pool_id(pool.id()).logins(FACEBOOK, "short");
        let id = get_id.logins(GOOGLE, &token).send().await.unwrap().identity_id.unwrap();
        let credentials = client.get_credentials_for_identity().identity_id(&id);
        let answer = credentials.logins(GOOGLE, &token).send().await.unwrap();
        let keys = answer.credentials.unwrap();
        let opaque = client.get_id().identity_pool_id(pool.id()).logins(FACEBOOK, "opaque as can be");
        opaque.send().await.unwrap();
        client.get_id().identity_pool_id(&token).logins(&token, &token).send().await.unwrap_err();

        let log = log(mock);

        for secret in [&token[20..40], "short", "opaque as", keys.secret_key().unwrap(), &keys.session_token().unwrap()[..20]] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        let lines = mock.calls().iter().map(ToString::to_string).collect::<String>();
        assert!(!lines.contains(&token[20..40]) && !lines.contains("short"), "{lines}");
    }
}

#[tokio::test]
async fn a_call_prints_its_line() {
    let mock = mock().in_memory();
    let pool = seed(&mock);
    mock.inject(Fault::throttle().up_to_n_times(1).named("busy"));
    guest(&mock.client(), pool.id()).await;

    let lines = mock
        .calls_to(Client::get_id)
        .into_iter()
        .map(|call| format!("{call}\n"));

    expect![[r#"
        #1  GetId  attempt 1  pool us-east-1:00000000-0000-4000-8000-000000000001, no logins  → TooManyRequestsException: Rate exceeded   (fault busy)
        #2  GetId  attempt 2  pool us-east-1:00000000-0000-4000-8000-000000000001, no logins  → ok
    "#]].assert_eq(&lines.collect::<String>());
}

#[tokio::test]
async fn a_lenient_login_is_named_by_its_text() {
    let mock = mock().lenient_logins().in_memory();
    let pool = seed(&mock);
    let get_id = mock.client().get_id().identity_pool_id(pool.id());
    get_id.clone().logins(GOOGLE, "alice").send().await.unwrap();
    get_id.logins(GOOGLE, "a".repeat(33)).send().await.unwrap();

    expect![[r#"
        calls received (2):
            clock: frozen at 2026-01-02T03:04:05.678Z
            #1  GetId  attempt 1  pool "app", logins accounts.google.com (alice)         → ok, identity us-east-1:…e1e1 (alice)
            #2  GetId  attempt 1  pool "app", logins accounts.google.com (opaque token)  → ok, identity us-east-1:…d1ac (user of accounts.google.com)
    "#]].assert_eq(&log(&mock));
}

#[tokio::test]
async fn a_clock_that_shows_real_time_is_not_mentioned() {
    let mock = MockCognitoIdentity::in_memory();
    let pool = seed(&mock);
    guest(&mock.client(), pool.id()).await;
    assert!(!log(&mock).contains("clock"));

    mock.clock().advance(Duration::from_secs(7_200));

    assert!(
        log(&mock).contains(", 7,200 s ahead of real time\n"),
        "{}",
        log(&mock)
    );
}
