//! `UpdateIdentityPool`: what is replaced, what stays, and the effect on existing identities.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::update_identity_pool::builders::UpdateIdentityPoolFluentBuilder;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, CognitoIdentityProvider, RoleMapping, RoleMappingType,
};
use mock_cognito_identity::{LoginToken, PoolSeed};

use crate::support::app::{
    App, CLASSIC_FLOW_DISABLED, DEVELOPER, FACEBOOK, FOREIGN_SAML, Flow, GOOGLE, INVALID_PARAMETER,
    NO_GUESTS, NOT_AUTHORIZED, NOT_FOUND, OIDC_ARN, OTHER_USER_POOL, SAML, UNSUPPORTED_PROVIDER,
    USER_POOL, no_providers, not_authorized, pool_not_found, set,
};
use crate::support::pools::{ShownPool, described, list, map, user_pool};
use crate::support::roles::READER;
use crate::support::{NO_POOL, assert_service_error, both, service_error};

/// A pool with all settings.
async fn full_pool(client: &Client) -> ShownPool {
    let pool = client
        .create_identity_pool()
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true)
        .allow_classic_flow(false)
        .supported_login_providers(FACEBOOK, "1234")
        .developer_provider_name(DEVELOPER)
        .open_id_connect_provider_arns(OIDC_ARN)
        .cognito_identity_providers(user_pool(USER_POOL, "client"))
        .saml_provider_arns(SAML)
        .identity_pool_tags("stage", "test")
        .identity_pool_tags("team", "a");
    pool.send().await.unwrap().into()
}

/// An update with only the required members.
fn update(client: &Client, id: &str) -> UpdateIdentityPoolFluentBuilder {
    client
        .update_identity_pool()
        .identity_pool_id(id)
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true)
}

both! {
    async fn an_update_returns_the_whole_new_pool(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");

        let updated = client
            .update_identity_pool()
            .identity_pool_id(pool.id())
            .identity_pool_name("other")
            .allow_unauthenticated_identities(false)
            .allow_classic_flow(true)
            .supported_login_providers(GOOGLE, "google-app")
            .developer_provider_name(DEVELOPER)
            .open_id_connect_provider_arns(OIDC_ARN)
            .cognito_identity_providers(user_pool(OTHER_USER_POOL, "client"))
            .saml_provider_arns(SAML)
            .identity_pool_tags("stage", "live")
            .send()
            .await
            .unwrap();

        let expected = ShownPool {
            allow_unauthenticated_identities: false,
            allow_classic_flow: Some(true),
            supported_login_providers: map([(GOOGLE, "google-app")]),
            developer_provider_name: Some(DEVELOPER.to_owned()),
            open_id_connect_provider_arns: list([OIDC_ARN]),
            cognito_identity_providers: Some(vec![user_pool(OTHER_USER_POOL, "client")]),
            saml_provider_arns: list([SAML]),
            identity_pool_tags: map([("stage", "live")]),
            ..ShownPool::bare(pool.id(), "other")
        };
        assert_eq!(ShownPool::from(updated), expected);
        assert_eq!(described(&client, pool.id()).await, expected);
    }

    async fn an_update_removes_what_it_leaves_out_except_the_developer_provider_and_the_tags(mock) {
        let client = mock.client();
        let pool = full_pool(&client).await;

        let updated = update(&client, &pool.id).send().await.unwrap();

        let expected = ShownPool {
            developer_provider_name: Some(DEVELOPER.to_owned()),
            identity_pool_tags: map([("stage", "test"), ("team", "a")]),
            ..ShownPool::bare(&pool.id, "app")
        };
        assert_eq!(ShownPool::from(updated), expected);
        assert_eq!(described(&client, &pool.id).await, expected);
    }

    async fn an_update_removes_what_it_gives_empty(mock) {
        let client = mock.client();
        let pool = full_pool(&client).await;

        let updated = update(&client, &pool.id)
            .set_supported_login_providers(map([]))
            .set_open_id_connect_provider_arns(list([]))
            .set_cognito_identity_providers(Some(Vec::new()))
            .set_saml_provider_arns(list([]))
            .set_identity_pool_tags(map([]))
            .send()
            .await
            .unwrap();

        let expected = ShownPool {
            developer_provider_name: Some(DEVELOPER.to_owned()),
            ..ShownPool::bare(&pool.id, "app")
        };
        assert_eq!(ShownPool::from(updated), expected);
    }

    async fn an_update_that_leaves_out_the_classic_flow_enables_it(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let identity = pool.seed_identity();
        let token = || client.get_open_id_token().identity_id(&identity).send();

        let closed = update(&client, pool.id())
            .allow_classic_flow(false)
            .send()
            .await
            .unwrap();
        assert_eq!(closed.allow_classic_flow, Some(false));
        assert_service_error(
            token().await,
            INVALID_PARAMETER,
            CLASSIC_FLOW_DISABLED,
        );

        let left_out = update(&client, pool.id()).send().await.unwrap();
        assert_eq!(left_out.allow_classic_flow, None);
        let token = token().await;
        assert!(token.is_ok(), "{token:?}");
    }

    async fn a_renamed_pool_keeps_its_id_and_identities(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("before");
        let identity = pool.seed_identity();

        let renamed = update(&client, pool.id())
            .identity_pool_name("after")
            .send()
            .await
            .unwrap();

        assert_eq!(
            (renamed.identity_pool_id(), renamed.identity_pool_name()),
            (pool.id(), "after")
        );
        let pools = client
            .list_identity_pools()
            .max_results(60)
            .send()
            .await
            .unwrap();
        let names: Vec<_> = pools
            .identity_pools()
            .iter()
            .map(|pool| (pool.identity_pool_id(), pool.identity_pool_name()))
            .collect();
        assert_eq!(names, [(Some(pool.id()), Some("after"))]);
        let identity = client
            .describe_identity()
            .identity_id(identity)
            .send()
            .await;
        assert!(identity.is_ok(), "{identity:?}");
    }

    async fn guests_can_be_disallowed_and_allowed_again(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let closed = update(&app.client, &app.pool).allow_unauthenticated_identities(false);
        closed.send().await.unwrap();
        assert_service_error(app.get_id(&[]).send().await, NOT_AUTHORIZED, NO_GUESTS);
        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &guest, &[]).await;
            assert_eq!(rejected, Err(not_authorized(NO_GUESTS)), "{flow:?}");
        }

        update(&app.client, &app.pool).send().await.unwrap();
        for flow in Flow::BOTH {
            assert_eq!(app.enter(flow, &guest, &[]).await, Ok(guest.clone()), "{flow:?}");
        }
        let another = app.sign_in(&[]).await;
        assert_eq!(app.ids().await, set([&guest, &another]));
    }

    async fn an_update_keeps_roles_mappings_and_attribute_maps(mock) {
        let client = mock.client();
        let pool =
            mock.seed_pool(PoolSeed::named("app").login_provider(FACEBOOK, "1234"));
        let mapping = RoleMapping::builder()
            .r#type(RoleMappingType::Token)
            .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny)
            .build()
            .unwrap();
        let set_roles = client
            .set_identity_pool_roles()
            .identity_pool_id(pool.id())
            .roles("authenticated", READER)
            .role_mappings(FACEBOOK, mapping.clone());
        set_roles.send().await.unwrap();
        let map_attributes = client
            .set_principal_tag_attribute_map()
            .identity_pool_id(pool.id())
            .identity_provider_name(FACEBOOK)
            .principal_tags("user", "sub");
        map_attributes.send().await.unwrap();
        let roles = || {
            client
                .get_identity_pool_roles()
                .identity_pool_id(pool.id())
                .send()
        };
        let attributes = || {
            let attributes = client.get_principal_tag_attribute_map();
            let attributes = attributes.identity_pool_id(pool.id());
            attributes
                .identity_provider_name(FACEBOOK)
                .send()
        };

        let updated = update(&client, pool.id())
            .supported_login_providers(FACEBOOK, "1234")
            .send()
            .await;

        assert!(updated.is_ok(), "{updated:?}");
        let roles = roles().await.unwrap();
        let reader = map([("authenticated", READER)]);
        assert_eq!(roles.roles, reader);
        let mappings = HashMap::from([(FACEBOOK.to_owned(), mapping)]);
        assert_eq!(roles.role_mappings, Some(mappings));
        assert_eq!(
            attributes().await.unwrap().principal_tags,
            map([("user", "sub")])
        );
    }

    async fn a_developer_provider_can_be_set_but_not_changed(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let named = |name: &str| {
            let update = update(&client, pool.id());
            update.developer_provider_name(name).send()
        };

        let first = named(DEVELOPER).await.unwrap();
        let again = named(DEVELOPER).await.unwrap();
        let (code, _) = service_error(named("other.example").await);

        assert_eq!(first.developer_provider_name(), Some(DEVELOPER));
        assert_eq!(again.developer_provider_name(), Some(DEVELOPER));
        assert_eq!(code, INVALID_PARAMETER);
        let kept = described(&client, pool.id()).await.developer_provider_name;
        assert_eq!(kept.as_deref(), Some(DEVELOPER));
    }

    async fn a_rejected_update_changes_nothing(mock) {
        let client = mock.client();
        let pool = full_pool(&client).await;
        let update = || update(&client, &pool.id).identity_pool_name("new name");
        let bad_user_pool = CognitoIdentityProvider::builder().provider_name("us-east-1_abc");

        assert_service_error(
            update()
                .cognito_identity_providers(bad_user_pool.build())
                .send()
                .await,
            INVALID_PARAMETER,
            "Invalid Cognito Identity Provider",
        );
        assert_service_error(
            update().saml_provider_arns(FOREIGN_SAML).send().await,
            INVALID_PARAMETER,
            &format!("Identity provider {FOREIGN_SAML} is not valid for account 123456789012"),
        );
        for (what, update) in [
            ("a reserved tag", update().identity_pool_tags("aws:x", "1")),
            (
                "another developer",
                update().developer_provider_name("other.example"),
            ),
        ] {
            let (code, _) = service_error(update.send().await);
            assert_eq!(code, INVALID_PARAMETER, "{what}");
        }

        assert_eq!(described(&client, &pool.id).await, pool);
    }

    async fn an_unknown_pool_cannot_be_updated(mock) {
        let rejected = update(&mock.client(), NO_POOL).send().await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(NO_POOL),
        );
    }

    async fn a_changed_app_id_rejects_tokens_of_the_old_one_and_keeps_identities(mock) {
        let app = App::of(mock, PoolSeed::named("app").login_provider(GOOGLE, "old-app"));
        let of_app = |app_id: &str| {
            let login = LoginToken::new(GOOGLE, "alice").audience(app_id);
            HashMap::from([(GOOGLE.to_owned(), mock.issue_login(login))])
        };
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        update(&app.client, &app.pool).supported_login_providers(GOOGLE, "new-app").send().await.unwrap();

        let old_app = app.get_id(&[]).set_logins(Some(of_app("old-app"))).send().await;
        assert_service_error(old_app, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        for flow in Flow::BOTH {
            let old_app = app.enter_with(flow, &id, Some(of_app("old-app"))).await;
            assert_eq!(old_app, Err(not_authorized(UNSUPPORTED_PROVIDER)), "{flow:?}");
            let new_app = app.enter_with(flow, &id, Some(of_app("new-app"))).await;
            assert_eq!(new_app, Ok(id.clone()), "{flow:?}");
        }
        assert_eq!(app.ids().await, set([&id]));
    }

    async fn the_logins_of_a_removed_provider_stay_linked_and_are_rejected(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "a").login_provider(FACEBOOK, "f");
        let app = App::of(mock, seed);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let token = app.token(GOOGLE, "alice");
        let with_google = || app.get_id(&[]).logins(GOOGLE, &token).send();

        update(&app.client, &app.pool).supported_login_providers(FACEBOOK, "f").send().await.unwrap();
        let one_left = with_google().await;
        update(&app.client, &app.pool).send().await.unwrap();
        let none_left = with_google().await;

        assert_service_error(one_left, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        let text = no_providers(&app.pool);
        assert_service_error(none_left, NOT_AUTHORIZED, &text);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }
}
