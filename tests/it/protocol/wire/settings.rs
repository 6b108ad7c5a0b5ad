//! What the mock of a conversation knows before it begins.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityInput;
use aws_sdk_cognitoidentity::operation::get_open_id_token::GetOpenIdTokenInput;
use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::GetOpenIdTokenForDeveloperIdentityInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::unlink_identity::UnlinkIdentityInput;
use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolInput;
use aws_sdk_cognitoidentity::types::error::ExternalServiceException;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, CognitoIdentityProvider, Credentials, MappingRuleMatchType,
};
use mock_cognito_identity::{
    Builder, Fault, LoginToken, MockCognitoIdentity, PoolSeed, SeededPool, ServiceError,
};
use serde_json::{Value, json};

use super::POOL;
use crate::support::app::{
    COGNITO, DEVELOPER, FACEBOOK, GOOGLE, OTHER_USER_POOL, SAML, USER_POOL, USER_POOL_CLIENT,
    pool_of_all,
};
use crate::support::roles::by_rules;
use crate::support::runtime;
use crate::support::tokens::{
    NOW, but, forged, key_set, login, signed, unsigned, user_pool_claims,
};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Starts a mock over a transport.
pub(super) type Start = fn(Builder) -> MockCognitoIdentity;

/// A mock and the names in a conversation with it.
pub(super) type Setting = (MockCognitoIdentity, Vec<(&'static str, String)>);

fn named(names: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let names = names.iter();
    names
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

/// Credentials of a guest.
fn credentials(mock: &MockCognitoIdentity, guest: String) -> Credentials {
    let call = GetCredentialsForIdentityInput::builder().identity_id(guest);
    let call = call.build().unwrap();
    let answer = mock.with_engine(|engine| engine.get_credentials_for_identity(call));
    answer.unwrap().credentials.unwrap()
}

/// The token of a developer user.
fn developer_token(mock: &MockCognitoIdentity, pool: &SeededPool<'_>, user: &str) -> String {
    let call = GetOpenIdTokenForDeveloperIdentityInput::builder().identity_pool_id(pool.id());
    let call = call.logins(DEVELOPER, user).build().unwrap();
    let answer = mock.with_engine(|engine| engine.get_open_id_token_for_developer_identity(call));
    answer.unwrap().token.unwrap()
}

/// Switches off guests or the classic flow of a pool that trusts Google.
fn update(mock: &MockCognitoIdentity, pool: &SeededPool<'_>, guests: bool, classic_flow: bool) {
    let call = UpdateIdentityPoolInput::builder()
        .identity_pool_id(pool.id())
        .identity_pool_name("app")
        .allow_unauthenticated_identities(guests)
        .allow_classic_flow(classic_flow)
        .supported_login_providers(GOOGLE, "my-app");
    let answer = mock.with_engine(|engine| engine.update_identity_pool(call.build().unwrap()));
    answer.unwrap();
}

pub(super) fn request_routing(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    mock.seed_pool(PoolSeed::named("app").id(POOL));
    let names = named(&[("pool", POOL)]);
    (mock, names)
}

pub(super) fn json_type_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    let pool = PoolSeed::named("app")
        .id(POOL)
        .developer_provider("login.app");
    mock.seed_pool(pool);
    let names = named(&[("pool", POOL)]);
    (mock, names)
}

pub(super) fn signatures(start: Start) -> Setting {
    let mock = start(crate::support::mock().lenient_logins());
    let pool = PoolSeed::named("app")
        .id(POOL)
        .login_provider(GOOGLE, "my-app");
    let pool = mock.seed_pool(pool);
    let alice = pool.seed_identity_with_login(GOOGLE, "alice");
    let names = named(&[("pool", POOL), ("alice", &alice)]);
    (mock, names)
}

pub(super) fn login_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock().trust_issuer(OTHER_USER_POOL, &key_set()));
    let app = mock.seed_pool(pool_of_all());
    let guest = app.seed_identity();
    let google_only = PoolSeed::named("google").login_provider(GOOGLE, "my-app");
    let google_guest = mock.seed_pool(google_only).seed_identity();
    let bare = mock.seed_pool("bare");
    let asking = CognitoIdentityProvider::builder()
        .provider_name(USER_POOL)
        .client_id(USER_POOL_CLIENT)
        .server_side_token_check(true)
        .build();
    let trusting_key = CognitoIdentityProvider::builder()
        .provider_name(OTHER_USER_POOL)
        .client_id(USER_POOL_CLIENT)
        .build();
    let call = CreateIdentityPoolInput::builder()
        .identity_pool_name("user pools")
        .cognito_identity_providers(asking)
        .cognito_identity_providers(trusting_key);
    let user_pools = mock.with_engine(|engine| engine.create_identity_pool(call.build().unwrap()));
    let user_pools = user_pools.unwrap().identity_pool_id;

    let issue = |login: LoginToken| mock.issue_login(login);
    let claims = user_pool_claims();
    let google = login(&mock, GOOGLE, "alice");
    let user_pool = login(&mock, USER_POOL, "alice");
    let token = developer_token(&mock, &app, "alice");
    let other_claims = but(
        claims.clone(),
        "iss",
        json!(format!("https://{OTHER_USER_POOL}")),
    );
    let minute_ago = issue(LoginToken::new(FACEBOOK, "alice").claim("exp", NOW - 60));
    let expired_saml = issue(LoginToken::new(SAML, "alice").expires_in(Duration::ZERO));
    let signed_out = issue(LoginToken::new(USER_POOL, "carol"));
    mock.sign_out_user(USER_POOL, "carol");
    mock.clock().advance(Duration::from_secs(300));

    let names = named(&[
        ("app", app.id()),
        ("bare", bare.id()),
        ("user pools", &user_pools),
        ("guest", &guest),
        ("google guest", &google_guest),
        ("opaque", "EAABopaqueTokenOfFacebook0123456789"),
        ("google", &google),
        ("user pool", &user_pool),
        ("developer token", &token),
        (
            "forged developer token",
            &forged(&token, &developer_claims(&token)),
        ),
        ("other user pool", &unsigned(&other_claims)),
        (
            "forged",
            &forged(&google, &json!({"iss": "https://accounts.google.com"})),
        ),
        (
            "unknown key",
            &signed(jsonwebtoken::Algorithm::RS256, "another", &other_claims),
        ),
        (
            "other client",
            &unsigned(&but(claims.clone(), "aud", json!("other"))),
        ),
        (
            "other app",
            &issue(LoginToken::new(GOOGLE, "alice").audience("other")),
        ),
        (
            "other facebook app",
            &issue(LoginToken::new(FACEBOOK, "alice").audience("other")),
        ),
        (
            "no aud",
            &unsigned(&but(claims.clone(), "aud", Value::Null)),
        ),
        (
            "no sub",
            &unsigned(&but(claims.clone(), "sub", Value::Null)),
        ),
        (
            "no exp",
            &unsigned(&but(claims.clone(), "exp", Value::Null)),
        ),
        ("expired", &unsigned(&but(claims, "exp", json!(NOW)))),
        ("expired facebook", &minute_ago),
        ("expired saml", &expired_saml),
        ("signed out", &signed_out),
    ]);
    (mock, names)
}

/// The claims of a developer token for an hour more.
fn developer_claims(token: &str) -> Value {
    let claims = crate::support::tokens::claims(token);
    but(claims, "exp", json!(NOW + 3_600))
}

pub(super) fn identity_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock().lenient_logins());
    let seed = |name: &str| {
        PoolSeed::named(name)
            .login_provider(GOOGLE, "my-app")
            .login_provider(FACEBOOK, "1234")
    };
    let app = mock.seed_pool(seed("app"));
    let alice = app.seed_identity_with_login(GOOGLE, "alice");
    app.seed_identity_with_login(GOOGLE, "bob");
    let disabled = app.seed_identity_with_login(FACEBOOK, "carol");
    let unlink = UnlinkIdentityInput::builder()
        .identity_id(&disabled)
        .logins(FACEBOOK, "carol")
        .logins_to_remove(FACEBOOK);
    mock.with_engine(|engine| engine.unlink_identity(unlink.build().unwrap()))
        .unwrap();
    // Two accounts that no account can hold together.
    let call = GetOpenIdTokenInput::builder()
        .identity_id(app.seed_identity_with_login(GOOGLE, "dave"))
        .logins(GOOGLE, "dave")
        .logins(FACEBOOK, "alice on facebook");
    mock.with_engine(|engine| engine.get_open_id_token(call.build().unwrap()))
        .unwrap();
    let late = mock.seed_pool(seed("late"));
    let late_guest = late.seed_identity();
    update(&mock, &late, false, true);
    let enhanced = mock.seed_pool(seed("enhanced"));
    let enhanced_guest = enhanced.seed_identity();
    update(&mock, &enhanced, true, false);
    let roleless = mock.seed_pool(seed("roleless").without_roles());
    let roleless_guest = roleless.seed_identity();
    let with_rules = mock.seed_pool(seed("mapped"));
    let mapped = with_rules.seed_identity_with_login(GOOGLE, "mapped");
    let role = "arn:aws:iam::123456789012:role/reader";
    let rule = ("team", MappingRuleMatchType::Equals, "blue", role);
    let mapping = by_rules(AmbiguousRoleResolutionType::Deny, &[rule]);
    let call = SetIdentityPoolRolesInput::builder()
        .identity_pool_id(with_rules.id())
        .roles("authenticated", role)
        .role_mappings(GOOGLE, mapping);
    mock.with_engine(|engine| engine.set_identity_pool_roles(call.build().unwrap()))
        .unwrap();

    let names = named(&[
        ("app", app.id()),
        ("alice", &alice),
        ("disabled", &disabled),
        ("late guest", &late_guest),
        ("enhanced guest", &enhanced_guest),
        ("roleless guest", &roleless_guest),
        ("mapped", &mapped),
    ]);
    (mock, names)
}

pub(super) fn pool_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    let seed = PoolSeed::named("app")
        .id(POOL)
        .login_provider(GOOGLE, "my-app")
        .developer_provider(DEVELOPER);
    mock.seed_pool(seed);

    let names = named(&[("app", POOL)]);
    (mock, names)
}

pub(super) fn developer_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock().lenient_logins());
    let seed = PoolSeed::named("app")
        .login_provider(GOOGLE, "my-app")
        .developer_provider(DEVELOPER);
    let app = mock.seed_pool(seed);
    let alice = app.seed_identity_with_login(DEVELOPER, "alice");
    app.seed_identity_with_login(DEVELOPER, "bob");
    let google_alice = app.seed_identity_with_login(GOOGLE, "alice");
    let both = |user: &str, google: &str| {
        let call = GetOpenIdTokenForDeveloperIdentityInput::builder()
            .identity_pool_id(app.id())
            .logins(DEVELOPER, user)
            .logins(GOOGLE, google)
            .build();
        let call = call.unwrap();
        mock.with_engine(|engine| engine.get_open_id_token_for_developer_identity(call))
            .unwrap();
    };
    both("on google", "carol");
    both("also on google", "dave");
    let disabled = app.seed_identity_with_login(GOOGLE, "erin");
    let unlink = UnlinkIdentityInput::builder()
        .identity_id(&disabled)
        .logins(GOOGLE, "erin")
        .logins_to_remove(GOOGLE);
    mock.with_engine(|engine| engine.unlink_identity(unlink.build().unwrap()))
        .unwrap();
    let token = developer_token(&mock, &app, "alice");

    let names = named(&[
        ("app", app.id()),
        ("alice", &alice),
        ("google alice", &google_alice),
        ("disabled", &disabled),
        ("developer token", &token),
    ]);
    (mock, names)
}

pub(super) fn validation_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    (mock, named(&[("pool", POOL)]))
}

/// A mock that verifies signatures, with credentials that it has issued and with others that are
/// expired.
fn mock_with_credentials(start: Start) -> (MockCognitoIdentity, Credentials, Credentials) {
    let mock = start(crate::support::mock().require_credentials(KEY, SECRET));
    let pool = mock.seed_pool("app");
    mock.clock().advance(Duration::from_secs(7_200));
    let issued = credentials(&mock, pool.seed_identity());
    mock.clock()
        .set(crate::support::now() - Duration::from_secs(7_200));
    let expired = credentials(&mock, pool.seed_identity());
    mock.clock().set(crate::support::now());
    (mock, issued, expired)
}

pub(super) fn signature_errors(start: Start) -> Setting {
    let (mock, issued, expired) = mock_with_credentials(start);

    let names = named(&[
        ("issued key", issued.access_key_id().unwrap()),
        ("expired key", expired.access_key_id().unwrap()),
        ("expired token", expired.session_token().unwrap()),
    ]);
    (mock, names)
}

pub(super) fn sts_signature_errors(start: Start) -> Setting {
    let (mock, _, expired) = mock_with_credentials(start);

    let names = named(&[
        ("expired key", expired.access_key_id().unwrap()),
        ("expired token", expired.session_token().unwrap()),
    ]);
    (mock, names)
}

pub(super) fn sts_validation_errors(start: Start) -> Setting {
    (start(crate::support::mock()), Vec::new())
}

pub(super) fn sts_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    let guest = mock
        .seed_pool(PoolSeed::named("app").id(POOL))
        .seed_identity();
    let call = GetOpenIdTokenInput::builder().identity_id(guest).build();
    let call = call.unwrap();
    let token = mock.with_engine(|engine| engine.get_open_id_token(call));
    let token = token.unwrap().token.unwrap();
    let of_cognito = json!({"iss": format!("https://{COGNITO}"), "aud": POOL});
    mock.clock().advance(Duration::from_secs(600));

    let names = named(&[
        ("no issuer", &unsigned(&json!({"sub": "alice"}))),
        ("google", &login(&mock, GOOGLE, "alice")),
        ("forged", &unsigned(&of_cognito)),
        ("expired", &token),
    ]);
    (mock, names)
}

pub(super) fn quota_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock().aws_quotas());
    let pool = mock.seed_pool(PoolSeed::named("app").id(POOL));
    for _ in 2..=1_000 {
        mock.seed_pool("another");
    }
    let list = || mock.client().list_identities().identity_pool_id(pool.id());
    for _ in 1..=5 {
        runtime().block_on(list().max_results(1).send()).unwrap();
    }

    let names = named(&[("pool", POOL)]);
    (mock, names)
}

pub(super) fn large_body_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    let mebibyte = "1".repeat(1 << 20);

    let names = named(&[("pool", POOL), ("mebibyte", &mebibyte)]);
    (mock, names)
}

pub(super) fn fault_errors(start: Start) -> Setting {
    let mock = start(crate::support::mock());
    mock.inject(Fault::not_authorized("Not today.").on(Client::get_id));
    let away = ExternalServiceException::builder()
        .message("Facebook is away")
        .build();
    mock.inject(Fault::error(away).on(Client::describe_identity));
    let slow_down = Fault::throttle().retry_after(Duration::from_millis(1_500));
    mock.inject(slow_down.on(Client::list_identities));
    let own = ServiceError::new("MyException", "An error of \"mine\"\n");
    mock.inject(Fault::error(own).on(Client::describe_identity_pool));
    let broken = Fault::hang().when(Client::list_identity_pools, |_| panic!("broken"));
    mock.inject(broken);
    let sts = aws_sdk_sts::Client::assume_role_with_web_identity;
    mock.inject(Fault::internal_error().on(sts));

    let names = named(&[("pool", POOL)]);
    (mock, names)
}
