//! Limits of the API model on the settings of a pool.

use aws_sdk_cognitoidentity::types::{CognitoIdentityProvider, MappingRuleMatchType};

use crate::protocol::validation::{ROLE, assert_invalid, by_rules, create, one, rule, set_roles};
use crate::support::{NO_POOL, both, service_error};

both! {
    async fn the_providers_of_a_pool_have_limits(mock) {
        let client = mock.client();
        let eleven = (10..21)
            .map(|n| (format!("p{n}"), "app".to_owned()))
            .collect();
        let shown: Vec<_> = (10..21).map(|n| format!("p{n}=app")).collect();
        let user_pool = |name: &str, client_id: &str| {
            CognitoIdentityProvider::builder()
                .provider_name(name)
                .client_id(client_id)
                .build()
        };

        let rows = [
            (
                "eleven social providers",
                service_error(
                    create(&client)
                        .set_supported_login_providers(Some(eleven))
                        .send()
                        .await,
                ),
                one(
                    &format!("{{{}}}", shown.join(", ")),
                    "supportedLoginProviders",
                    "Member must have length less than or equal to 10",
                ),
            ),
            (
                "an app id with a blank",
                service_error(
                    create(&client)
                        .supported_login_providers("p", "an app")
                        .send()
                        .await,
                ),
                one(
                    "{p=an app}",
                    "supportedLoginProviders",
                    r"Map value must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\w.;_/-]+]",
                ),
            ),
            (
                "a provider without a name",
                service_error(
                    create(&client)
                        .supported_login_providers("", "app")
                        .send()
                        .await,
                ),
                one(
                    "{=app}",
                    "supportedLoginProviders",
                    "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
                ),
            ),
            (
                "a short OIDC ARN",
                service_error(
                    create(&client)
                        .open_id_connect_provider_arns("arn:aws")
                        .send()
                        .await,
                ),
                one(
                    "[arn:aws]",
                    "openIdConnectProviderARNs",
                    "Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]",
                ),
            ),
            (
                "a short SAML ARN",
                service_error(create(&client).saml_provider_arns("arn:aws").send().await),
                one(
                    "[arn:aws]",
                    "samlProviderARNs",
                    "Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]",
                ),
            ),
            (
                "a user pool with a blank",
                service_error(
                    create(&client)
                        .cognito_identity_providers(user_pool("a/b", "ok"))
                        .cognito_identity_providers(user_pool("a b", "ok"))
                        .send()
                        .await,
                ),
                one(
                    "a b",
                    "cognitoIdentityProviders.2.member.providerName",
                    r"Member must satisfy regular expression pattern: [\w._:/-]+",
                ),
            ),
            (
                "a client id with a dash",
                service_error(
                    create(&client)
                        .cognito_identity_providers(user_pool("a/b", "a-b"))
                        .send()
                        .await,
                ),
                one(
                    "a-b",
                    "cognitoIdentityProviders.1.member.clientId",
                    r"Member must satisfy regular expression pattern: [\w_]+",
                ),
            ),
        ];

        assert_invalid(rows);
    }

    async fn names_have_at_most_128_characters(mock) {
        let client = mock.client();
        let (longest, too_long) = ("n".repeat(128), "n".repeat(129));
        let map_of = |provider: &str| {
            client
                .get_principal_tag_attribute_map()
                .identity_pool_id(NO_POOL)
                .identity_provider_name(provider)
                .send()
        };

        let created = create(&client)
            .identity_pool_name(&longest)
            .developer_provider_name(&longest);
        let created = created.send().await;
        let rows = [
            (
                "pool",
                service_error(create(&client).identity_pool_name(&too_long).send().await),
                "identityPoolName",
            ),
            (
                "developer provider",
                service_error(
                    create(&client)
                        .developer_provider_name(&too_long)
                        .send()
                        .await,
                ),
                "developerProviderName",
            ),
            (
                "provider",
                service_error(map_of(&too_long).await),
                "identityProviderName",
            ),
        ];

        assert!(created.is_ok(), "{created:?}");
        let rule = "Member must have length less than or equal to 128";
        assert_invalid(
            rows.map(|(what, error, path)| (what, error, one(&too_long, path, rule))),
        );
    }

    async fn role_mappings_have_limits(mock) {
        let client = mock.client();
        let equals = MappingRuleMatchType::Equals;
        let with_rule = |rule| {
            set_roles(&client)
                .role_mappings("p", by_rules(vec![rule]))
                .send()
        };
        let eleven = (0..11).map(|n| {
            (
                format!("p{n}"),
                by_rules(vec![rule("c", equals.clone(), "v", ROLE)]),
            )
        });
        let at = |member: &str| {
            format!("roleMappings.p.member.rulesConfiguration.rules.1.member.{member}")
        };

        let (code, too_many) = service_error(
            set_roles(&client)
                .set_role_mappings(Some(eleven.collect()))
                .send()
                .await,
        );
        let rows = [
            (
                "no rules",
                service_error(
                    set_roles(&client)
                        .role_mappings("p", by_rules(Vec::new()))
                        .send()
                        .await,
                ),
                one(
                    "[]",
                    "roleMappings.p.member.rulesConfiguration.rules",
                    "Member must have length greater than or equal to 1",
                ),
            ),
            (
                "a claim with a blank",
                service_error(with_rule(rule("a b", equals.clone(), "v", ROLE)).await),
                one(
                    "a b",
                    &at("claim"),
                    r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
                ),
            ),
            (
                "a long claim",
                service_error(with_rule(rule(&"c".repeat(65), equals.clone(), "v", ROLE)).await),
                one(
                    &"c".repeat(65),
                    &at("claim"),
                    "Member must have length less than or equal to 64",
                ),
            ),
            (
                "a long value",
                service_error(with_rule(rule("c", equals.clone(), &"v".repeat(129), ROLE)).await),
                one(
                    &"v".repeat(129),
                    &at("value"),
                    "Member must have length less than or equal to 128",
                ),
            ),
            (
                "a short role",
                service_error(with_rule(rule("c", equals, "v", "reader")).await),
                one(
                    "reader",
                    &at("roleARN"),
                    "Member must have length greater than or equal to 20",
                ),
            ),
            (
                "a short role for guests",
                service_error(
                    set_roles(&client)
                        .roles("unauthenticated", "reader")
                        .send()
                        .await,
                ),
                one(
                    "{unauthenticated=reader}",
                    "roles",
                    "Map value must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]",
                ),
            ),
        ];

        assert_eq!(code, "ValidationException");
        let end = "at 'roleMappings' failed to satisfy constraint: Member must have length less than or equal to 10";
        assert!(too_many.ends_with(end), "{too_many}");
        assert_invalid(rows);
    }

    async fn attribute_maps_have_limits(mock) {
        let client = mock.client();
        let set = |tag: &str, claim: &str| {
            client
                .set_principal_tag_attribute_map()
                .identity_pool_id(NO_POOL)
                .identity_provider_name("p")
                .principal_tags(tag, claim)
                .send()
        };
        let long_claim = "c".repeat(257);

        let rows = [
            (
                "an empty tag",
                service_error(set("", "sub").await),
                one(
                    "{=sub}",
                    "principalTags",
                    "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
                ),
            ),
            (
                "an empty claim",
                service_error(set("user", "").await),
                one(
                    "{user=}",
                    "principalTags",
                    "Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1]",
                ),
            ),
            (
                "a long claim",
                service_error(set("user", &long_claim).await),
                one(
                    &format!("{{user={long_claim}}}"),
                    "principalTags",
                    "Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1]",
                ),
            ),
        ];

        assert_invalid(rows);
    }
}
