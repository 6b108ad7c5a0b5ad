//! The checks of login tokens (JWTs, opaque tokens and SAML responses): each check with the text of
//! its error, and the order of the checks.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mock_cognito_identity::{LoginToken, PoolSeed};
use serde_json::{Value, json};

use crate::support::app::{
    AMAZON, APPLE, BAD_SIGNATURE, COGNITO, COGNITO_TOKEN, DEVELOPER, FACEBOOK, GOOGLE, GOOGLE_APP,
    LOGINS_DO_NOT_MATCH, NOT_AUTHORIZED, NOT_OPEN_ID, NOT_PUBLIC, OIDC, OTHER_USER_POOL, PROVIDERS,
    SAML, UNSUPPORTED_PROVIDER, USER_POOL, USER_POOL_CLIENT, no_providers, pool_of_all,
    user_pool_only,
};
use crate::support::tokens::{
    NOW, but, developer_token, forged, login, part_of, same_bytes, sign_in, try_sign_in, unsigned,
    user_pool_claims, variants_of_the_last_character,
};
use crate::support::{assert_service_error, both, now, service_error};

const OTHER_ISSUER: &str = "Invalid login token. Issuer doesn't match providerName";
const NO_AUDIENCE: &str = "Invalid login token. Missing a required claim: aud";

/// The claims of an ID token that Google issues for `alice`, valid for an hour.
fn google_claims() -> Value {
    json!({
        "sub": "alice",
        "iss": "https://accounts.google.com",
        "aud": GOOGLE_APP,
        "exp": NOW + 3_600,
    })
}

both! {
    /// The order was measured by the authors of another emulator. Each row also has the defects of
    /// the rows below it, where a token can have them.
    async fn the_checks_have_the_order_of_aws(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let guest = pool.seed_identity();
        let signed = login(mock, USER_POOL, "alice");
        let expired = but(user_pool_claims(), "exp", json!(NOW - 400));
        let no_audience = but(expired.clone(), "aud", Value::Null);
        let other_issuer = but(no_audience.clone(), "iss", json!("https://other.example"));
        let other_audience = but(expired.clone(), "aud", json!("other"));
        let rows = [
            ("developer provider", DEVELOPER, "x".to_owned(), NOT_PUBLIC),
            ("Google, no JWT", GOOGLE, "x".to_owned(), NOT_OPEN_ID),
            ("not configured, no JWT", "not.configured.example", "x".to_owned(), NOT_OPEN_ID),
            ("not configured, online, no JWT", "www.digits.com", "x".to_owned(), UNSUPPORTED_PROVIDER),
            ("not configured", "not.configured.example", forged(&signed, &other_issuer), UNSUPPORTED_PROVIDER),
            ("user pool, no JWT", USER_POOL, "x".to_owned(), NOT_OPEN_ID),
            ("issuer", USER_POOL, forged(&signed, &other_issuer), OTHER_ISSUER),
            ("signature", USER_POOL, forged(&signed, &no_audience), BAD_SIGNATURE),
            ("no audience", USER_POOL, unsigned(&no_audience), NO_AUDIENCE),
            ("audience", USER_POOL, unsigned(&other_audience), UNSUPPORTED_PROVIDER),
            (
                "expiry",
                USER_POOL,
                unsigned(&expired),
                "Invalid login token. Token expired: 1767322745 >= 1767322645",
            ),
        ];

        for (fault, key, token, message) in rows {
            let get_id = service_error(try_sign_in(&client, pool.id(), key, &token).await);
            let credentials = client.get_credentials_for_identity().identity_id(&guest);
            let credentials = service_error(credentials.logins(key, &token).send().await);
            let open_id = client.get_open_id_token().identity_id(&guest);
            let open_id = service_error(open_id.logins(key, &token).send().await);

            assert_eq!(get_id.1, message, "{fault}");
            assert_eq!(credentials.1, message, "{fault}");
            assert_eq!(open_id.1, message, "{fault}");
        }
    }

    async fn a_token_is_compared_with_the_identity_only_after_every_other_check(mock) {
        let (pool, client) = (mock.seed_pool(user_pool_only()), mock.client());
        let alice = pool.seed_identity_with_login(USER_POOL, "alice");
        let expired = LoginToken::new(USER_POOL, "bob").claim("exp", NOW - 400);
        let bobs = [
            (login(mock, USER_POOL, "bob"), LOGINS_DO_NOT_MATCH),
            (
                mock.issue_login(expired),
                "Invalid login token. Token expired: 1767322745 >= 1767322645",
            ),
        ];

        for (token, message) in bobs {
            let credentials = client.get_credentials_for_identity().identity_id(&alice);
            let rejected = credentials.logins(USER_POOL, token).send().await;

            assert_service_error(rejected, NOT_AUTHORIZED, message);
        }
    }

    async fn a_pool_without_providers_rejects_any_token(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());

        for token in ["x".to_owned(), unsigned(&user_pool_claims())] {
            let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;

            let message = no_providers(pool.id());
            assert_service_error(rejected, NOT_AUTHORIZED, &message);
        }
    }

    async fn a_key_that_differs_from_the_providers_name_is_not_configured(mock) {
        let (pool, client) = (mock.seed_pool(user_pool_only()), mock.client());

        for key in [
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            "cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbCdEfGhI",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ",
            "us-east-1_AbCdEfGhI",
            GOOGLE,
        ] {
            let token = login(mock, USER_POOL, "alice");
            let (code, message) = service_error(try_sign_in(&client, pool.id(), key, &token).await);

            assert_eq!((&*code, &*message), (NOT_AUTHORIZED, UNSUPPORTED_PROVIDER), "{key}");
        }
    }

    async fn anything_but_a_jwt_is_rejected(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, APPLE, OIDC] {
            for token in ["EAACEdEose0cBA", "a.b", "e30.e30", "e30.e30.!", "..", "e30.W10.c2ln"] {
                let rejected = service_error(try_sign_in(&client, pool.id(), provider, token).await);

                assert_eq!(rejected.1, NOT_OPEN_ID, "{provider}: {token}");
            }
        }
    }

    /// AWS treats a key as the name of an OIDC provider unless it is known to be something else.
    async fn an_opaque_token_of_an_unknown_provider_is_rejected_as_no_jwt(mock) {
        let pools = [mock.seed_pool(user_pool_only()), mock.seed_pool("without providers")];
        let client = mock.client();
        let unconfigured = no_providers(pools[1].id());
        let jwt = unsigned(&user_pool_claims());

        for (key, opaque) in [
            ("Facebook", None),
            ("not.configured.example", None),
            (GOOGLE, None),
            (APPLE, None),
            ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ", None),
            ("arn:aws:iam::123456789012:oidc-provider/x.example", None),
            ("arn:aws:sts::123456789012:saml-provider/corporate", None),
            (FACEBOOK, Some(UNSUPPORTED_PROVIDER)),
            (AMAZON, Some(UNSUPPORTED_PROVIDER)),
            ("api.twitter.com", Some(UNSUPPORTED_PROVIDER)),
            ("www.digits.com", Some(UNSUPPORTED_PROVIDER)),
            (SAML, Some(UNSUPPORTED_PROVIDER)),
            ("cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ", Some(UNSUPPORTED_PROVIDER)),
        ] {
            let without = if opaque.is_some() { &*unconfigured } else { NOT_OPEN_ID };
            for (pool, token, message) in [
                (&pools[0], "EAACEdEose0cBA", opaque.unwrap_or(NOT_OPEN_ID)),
                (&pools[0], &*jwt, UNSUPPORTED_PROVIDER),
                (&pools[1], "EAACEdEose0cBA", without),
                (&pools[1], &*jwt, &*unconfigured),
            ] {
                let rejected = service_error(try_sign_in(&client, pool.id(), key, token).await);

                assert_eq!((&*rejected.0, &*rejected.1), (NOT_AUTHORIZED, message), "{key}");
            }
        }
    }

    /// The signature has 256 bytes, so the last of its 342 characters has two bits of the signature
    /// and four padding bits.
    async fn every_bit_of_the_signature_is_verified_and_padding_bits_are_ignored(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, FACEBOOK] {
            let good = login(mock, provider, "alice");
            let id = sign_in(&client, pool.id(), provider, &good).await;
            let mut accepted = 0;
            for token in variants_of_the_last_character(&good) {
                let answer = try_sign_in(&client, pool.id(), provider, &token).await;

                if same_bytes(&token, &good) {
                    assert_eq!(answer.unwrap().identity_id(), Some(&*id), "{token}");
                    accepted += 1;
                } else {
                    assert_service_error(answer, NOT_AUTHORIZED, BAD_SIGNATURE);
                }
            }
            assert_eq!(accepted, 16, "{provider}");
        }
    }

    async fn the_issuer_is_accepted_with_or_without_a_scheme(mock) {
        let (pool, client) = (mock.seed_pool(user_pool_only()), mock.client());
        let issued_by = |issuer: &str| unsigned(&but(user_pool_claims(), "iss", json!(issuer)));
        let alice = sign_in(&client, pool.id(), USER_POOL, &unsigned(&user_pool_claims())).await;

        let bare = sign_in(&client, pool.id(), USER_POOL, &issued_by(USER_POOL)).await;
        assert_eq!(bare, alice);

        for issuer in [
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ",
            "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbCdEfGhI",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/",
            "",
        ] {
            let rejected = try_sign_in(&client, pool.id(), USER_POOL, &issued_by(issuer)).await;
            assert_service_error(rejected, NOT_AUTHORIZED, OTHER_ISSUER);
        }
    }

    async fn an_access_token_is_rejected_for_its_missing_audience(mock) {
        let (pool, client) = (mock.seed_pool(user_pool_only()), mock.client());
        let access_token = json!({
            "sub": "alice",
            "iss": format!("https://{USER_POOL}"),
            "client_id": USER_POOL_CLIENT,
            "token_use": "access",
            "exp": NOW + 3_600,
        });

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &unsigned(&access_token)).await;

        assert_service_error(rejected, NOT_AUTHORIZED, NO_AUDIENCE);
    }

    async fn one_configured_audience_of_several_is_enough(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, app_id, claims) in [
            (USER_POOL, USER_POOL_CLIENT, user_pool_claims()),
            (GOOGLE, GOOGLE_APP, google_claims()),
        ] {
            let listed = unsigned(&but(claims.clone(), "aud", json!(["other", app_id])));
            let unlisted = unsigned(&but(claims, "aud", json!(["other", "another"])));

            let id = sign_in(&client, pool.id(), provider, &listed).await;
            let rejected = try_sign_in(&client, pool.id(), provider, &unlisted).await;

            assert!(id.starts_with("us-east-1:"), "{provider}");
            assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        }
    }

    async fn the_authorized_party_is_checked_instead_of_the_audience(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let google = |audience: &str, party: &str| {
            unsigned(&but(but(google_claims(), "aud", json!(audience)), "azp", json!(party)))
        };

        sign_in(&client, pool.id(), GOOGLE, &google("a-server", GOOGLE_APP)).await;
        let rejected = try_sign_in(&client, pool.id(), GOOGLE, &google(GOOGLE_APP, "other")).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
    }

    async fn an_oidc_provider_accepts_any_audience(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = |audience: &str| LoginToken::new(OIDC, "repo:a/b").audience(audience);

        let one = mock.issue_login(token("sts.amazonaws.com"));
        let other = mock.issue_login(token("something-else"));

        assert_eq!(
            sign_in(&client, pool.id(), OIDC, &one).await,
            sign_in(&client, pool.id(), OIDC, &other).await
        );
    }

    async fn a_token_is_accepted_until_five_minutes_after_its_expiry(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let hour = Duration::from_secs(3_600);

        for provider in [USER_POOL, GOOGLE, APPLE, OIDC] {
            mock.clock().set(now());
            let token = login(mock, provider, "alice");

            mock.clock().set(now() + hour + Duration::from_secs(299));
            let id = sign_in(&client, pool.id(), provider, &token).await;
            assert!(id.starts_with("us-east-1:"), "{provider}");

            mock.clock().advance(Duration::from_secs(1));
            let rejected = service_error(try_sign_in(&client, pool.id(), provider, &token).await);
            assert_eq!(
                rejected.1,
                "Invalid login token. Token expired: 1767326645 >= 1767326645",
                "{provider}"
            );
        }
    }

    async fn a_token_with_a_shorter_lifetime_expires_earlier(mock) {
        let (pool, client) = (mock.seed_pool(user_pool_only()), mock.client());
        let short = LoginToken::new(USER_POOL, "alice").expires_in(Duration::from_secs(60));
        let token = mock.issue_login(short);

        mock.clock().advance(Duration::from_secs(1_000));

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;
        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            "Invalid login token. Token expired: 1767323745 >= 1767323105",
        );
    }

    async fn tokens_that_aws_checks_online_have_another_text_for_expiry(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [FACEBOOK, AMAZON] {
            let expired = LoginToken::new(provider, "alice").claim("exp", NOW - 400);
            let token = mock.issue_login(expired);

            let rejected = try_sign_in(&client, pool.id(), provider, &token).await;

            assert_service_error(
                rejected,
                NOT_AUTHORIZED,
                "Invalid login token. Token is expired.",
            );
        }
    }

    async fn tokens_that_aws_checks_online_have_no_grace_period(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [FACEBOOK, AMAZON] {
            let with_end = |end: i64| mock.issue_login(LoginToken::new(provider, "a").claim("exp", end));

            sign_in(&client, pool.id(), provider, &with_end(NOW + 1)).await;
            let rejected = try_sign_in(&client, pool.id(), provider, &with_end(NOW)).await;

            assert_service_error(
                rejected,
                NOT_AUTHORIZED,
                "Invalid login token. Token is expired.",
            );
        }
    }

    async fn fractions_of_a_second_are_ignored_in_the_expiry(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let with_end = |end: f64| unsigned(&but(google_claims(), "exp", json!(end)));

        sign_in(&client, pool.id(), GOOGLE, &with_end((NOW - 299) as f64 + 0.5)).await;
        let ended = with_end((NOW - 300) as f64 + 0.5);
        let rejected = try_sign_in(&client, pool.id(), GOOGLE, &ended);

        assert_service_error(
            rejected.await,
            NOT_AUTHORIZED,
            "Invalid login token. Token expired: 1767322745 >= 1767322745",
        );
    }

    /// Any provider changes the error from "no providers" to "not from a supported provider".
    async fn a_provider_of_any_kind_is_enough_for_a_pool_to_have_providers(mock) {
        let seed = |provider: &str| PoolSeed::named("app").login_provider(provider, "app");
        for seed in [
            seed(USER_POOL), seed(GOOGLE), seed(OIDC), seed(SAML),
            PoolSeed::named("app").developer_provider(DEVELOPER),
        ] {
            let (pool, client) = (mock.seed_pool(seed.clone()), mock.client());

            let token = login(mock, OTHER_USER_POOL, "alice");
            let rejected = try_sign_in(&client, pool.id(), OTHER_USER_POOL, &token).await;

            assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        }
    }

    async fn a_client_of_another_user_pool_is_rejected(mock) {
        let seed = user_pool_only().login_provider(OTHER_USER_POOL, "other_client");
        let (pool, client) = (mock.seed_pool(seed), mock.client());

        let token = mock.issue_login(LoginToken::new(USER_POOL, "alice").audience("other_client"));
        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
    }

    async fn a_developer_token_under_another_key_is_rejected(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;

        for key in [USER_POOL, GOOGLE, FACEBOOK, "not.configured.example"] {
            let call = client.get_credentials_for_identity().identity_id(&id);
            let rejected = call.logins(key, &token).send().await;

            let text = COGNITO_TOKEN;
            assert_service_error(rejected, NOT_AUTHORIZED, text);
        }
    }

    async fn a_developer_token_of_another_pool_is_rejected(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let other = mock.seed_pool(pool_of_all());
        let (_, token) = developer_token(&client, other.id(), "user-1").await;
        let guest = pool.seed_identity();

        let call = client.get_credentials_for_identity().identity_id(guest);
        let rejected = call.logins(COGNITO, token).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, LOGINS_DO_NOT_MATCH);
    }

    async fn only_a_developer_token_is_accepted_under_the_key_of_developer_tokens(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, _) = developer_token(&client, pool.id(), "user-1").await;

        let call = client.get_credentials_for_identity().identity_id(&id);
        let rejected = call.logins(COGNITO, login(mock, USER_POOL, "alice")).send().await;

        let text = "Invalid login token. Not a Cognito token.";
        assert_service_error(rejected, NOT_AUTHORIZED, text);
    }

    /// The header names the mock's own key, with an algorithm that this key cannot be used with.
    async fn an_algorithm_that_does_not_fit_the_key_cannot_be_verified(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, USER_POOL, "alice");
        let header = URL_SAFE_NO_PAD.encode(part_of(&token, 0).replace("RS512", "HS512"));
        let token = format!("{header}.{}", token.split_once('.').unwrap().1);

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;

        let text = "Invalid login token. Couldn't verify signed token.";
        assert_service_error(rejected, NOT_AUTHORIZED, text);
    }

    async fn a_saml_response_expires_with_its_conditions(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let response = login(mock, SAML, "alice");

        sign_in(&client, pool.id(), SAML, &response).await;
        mock.clock().advance(Duration::from_secs(4_000));
        let (code, _) = service_error(try_sign_in(&client, pool.id(), SAML, &response).await);
        let (no_saml, _) = service_error(try_sign_in(&client, pool.id(), SAML, "PGE+PC9hPg==").await);

        assert_eq!((&*code, &*no_saml), (NOT_AUTHORIZED, NOT_AUTHORIZED));
    }

    async fn a_saml_response_is_accepted_until_five_minutes_after_its_expiry(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let response = login(mock, SAML, "alice");

        mock.clock().advance(Duration::from_secs(3_600 + 299));
        sign_in(&client, pool.id(), SAML, &response).await;
        mock.clock().advance(Duration::from_secs(1));
        let rejected = try_sign_in(&client, pool.id(), SAML, &response).await;

        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            "Invalid login token. Token is expired.",
        );
    }

    async fn the_name_id_of_a_saml_response_is_read_completely(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let response = |name: &str| {
            STANDARD.encode(format!(
                "<Response><Assertion><Subject><NameID>{name}</NameID></Subject></Assertion></Response>"
            ))
        };
        let alice = pool.seed_identity_with_login(SAML, "alice@example.com");
        let evil = pool.seed_identity_with_login(SAML, "alice@example.com.evil");

        for (name, id) in [
            ("alice@example.com", &alice),
            ("alice@<!-- c -->example.com", &alice),
            ("alice@example.com<!-- c -->.evil", &evil),
            ("alice@example.com<?pi?>.evil", &evil),
        ] {
            assert_eq!(&sign_in(&client, pool.id(), SAML, &response(name)).await, id, "{name}");
        }
        let split = response("alice@example.com<b/>.evil");
        let rejected = try_sign_in(&client, pool.id(), SAML, &split).await;
        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            "Invalid login token. Not a valid SAML assertion.",
        );
    }

    async fn a_login_can_be_valid_for_ever(mock) {
        let pool = mock.seed_pool(pool_of_all());
        for (provider, _) in PROVIDERS {
            for lifetime in [Duration::from_secs(1 << 40), Duration::MAX] {
                let login = LoginToken::new(provider, "alice").expires_in(lifetime);
                let token = mock.issue_login(login);
                mock.clock().advance(Duration::from_secs(1_000_000));

                sign_in(&mock.client(), pool.id(), provider, &token).await;
            }
        }
    }

    async fn a_saml_response_can_carry_any_text(mock) {
        use crate::support::app::{SAML};
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (claim, value) = (r#"te<a>"m&'"#, "blue\u{7}\u{85}<&>\"'\u{ffff}");
        let map = client.set_principal_tag_attribute_map().identity_pool_id(pool.id());
        let map = map.identity_provider_name(SAML).principal_tags("team", claim);
        map.send().await.unwrap();
        let login = |subject: &str| mock.issue_login(LoginToken::new(SAML, subject).claim(claim, value));

        let id = sign_in(&client, pool.id(), SAML, &login("a\u{1}<b>&\"c'")).await;
        let again = sign_in(&client, pool.id(), SAML, &login("a\u{1}<b>&\"c'")).await;
        let other = sign_in(&client, pool.id(), SAML, &login("a\u{1}<b>&\"c'd")).await;

        assert_eq!(again, id);
        assert_ne!(other, id);
        let call = client.get_credentials_for_identity().identity_id(&id);
        let answer = call.logins(SAML, login("a\u{1}<b>&\"c'")).send().await.unwrap();
        let key = answer.credentials.unwrap().access_key_id.unwrap();
        let tags = mock.issued_credentials(&key).unwrap().principal_tags;
        // Two of the characters cannot be represented in XML.
        assert_eq!(tags["team"], "blue\u{fffd}\u{85}<&>\"'\u{fffd}");
    }

    async fn the_provider_is_checked_before_the_logins_of_the_identity(mock) {
        let pool = PoolSeed::named("app").login_provider(GOOGLE, GOOGLE_APP);
        let (pool, client) = (mock.seed_pool(pool), mock.client());
        let alice = pool.seed_identity_with_login(GOOGLE, "alice");

        let credentials = client.get_credentials_for_identity().identity_id(alice);
        let rejected = credentials.logins(USER_POOL, login(mock, USER_POOL, "bob")).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
    }
}
