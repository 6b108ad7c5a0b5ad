//! What the operations on identities refuse by the constraints of the API's model, before they
//! look for anything: no pool or identity of these tests exists.
//!
//! Codes, lengths and patterns are AWS's; so are the words, but for numbers, sizes of lists and
//! missing members, whose words are those of its other services.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;

use crate::support::app::{DEVELOPER, GOOGLE, NO_IDENTITY, VALIDATION};
use crate::support::{NO_POOL, assert_service_error, both, service_error};

const ID_PATTERN: &str = r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+";

fn one(value: &str, path: &str, rule: &str) -> String {
    format!(
        "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {rule}"
    )
}

/// What each operation that names an identity says to this id, by operation.
async fn said_to_identity_id(client: &Client, id: &str) -> Vec<(&'static str, (String, String))> {
    let remove = Some(vec![GOOGLE.to_owned()]);
    let unlink = client.unlink_identity().identity_id(id);
    let unlink = unlink.logins(GOOGLE, "token").set_logins_to_remove(remove);
    let look_up = client.lookup_developer_identity().identity_id(id);
    let link = client.get_open_id_token_for_developer_identity();
    let link = link.identity_id(id).logins(DEVELOPER, "dora");
    let unlink_user = client.unlink_developer_identity().identity_id(id);
    let unlink_user = unlink_user.developer_provider_name(DEVELOPER);
    let unlink_user = unlink_user.developer_user_identifier("dora");
    vec![
        (
            "DescribeIdentity",
            service_error(client.describe_identity().identity_id(id).send().await),
        ),
        ("UnlinkIdentity", service_error(unlink.send().await)),
        (
            "LookupDeveloperIdentity",
            service_error(look_up.identity_pool_id(NO_POOL).send().await),
        ),
        (
            "GetOpenIdTokenForDeveloperIdentity",
            service_error(link.identity_pool_id(NO_POOL).send().await),
        ),
        (
            "UnlinkDeveloperIdentity",
            service_error(unlink_user.identity_pool_id(NO_POOL).send().await),
        ),
    ]
}

/// What each operation that names a pool says to this id, by operation.
async fn said_to_pool_id(client: &Client, id: &str) -> Vec<(&'static str, (String, String))> {
    let list = client.list_identities().max_results(1);
    let look_up = client.lookup_developer_identity();
    let register = client.get_open_id_token_for_developer_identity();
    let register = register.logins(DEVELOPER, "dora");
    let merge = client.merge_developer_identities();
    let merge = merge.developer_provider_name(DEVELOPER);
    let merge = merge
        .source_user_identifier("dora")
        .destination_user_identifier("drew");
    let unlink_user = client.unlink_developer_identity().identity_id(NO_IDENTITY);
    let unlink_user = unlink_user.developer_provider_name(DEVELOPER);
    let unlink_user = unlink_user.developer_user_identifier("dora");
    vec![
        (
            "GetId",
            service_error(client.get_id().identity_pool_id(id).send().await),
        ),
        (
            "ListIdentities",
            service_error(list.identity_pool_id(id).send().await),
        ),
        (
            "LookupDeveloperIdentity",
            service_error(look_up.identity_pool_id(id).send().await),
        ),
        (
            "GetOpenIdTokenForDeveloperIdentity",
            service_error(register.identity_pool_id(id).send().await),
        ),
        (
            "MergeDeveloperIdentities",
            service_error(merge.identity_pool_id(id).send().await),
        ),
        (
            "UnlinkDeveloperIdentity",
            service_error(unlink_user.identity_pool_id(id).send().await),
        ),
    ]
}

#[track_caller]
fn assert_invalid(row: &str, (code, message): (String, String), expected: &str) {
    assert_eq!((&*code, &*message), (VALIDATION, expected), "{row}");
}

both! {
    async fn an_identity_id_has_a_form_and_a_length(mock) {
        let client = mock.client();
        let long = format!("us-east-1:{}", "0".repeat(46));
        let too_long = "Member must have length less than or equal to 55";

        for (operation, said) in said_to_identity_id(&client, "us-east-2:mock").await {
            assert_invalid(operation, said, &one("'us-east-2:mock'", "identityId", ID_PATTERN));
        }
        for (operation, said) in said_to_identity_id(&client, &long).await {
            assert_invalid(operation, said, &one(&format!("'{long}'"), "identityId", too_long));
        }
        for (operation, said) in said_to_identity_id(&client, "").await {
            let both_rules = format!(
                "2 validation errors detected: Value '' at 'identityId' failed to satisfy \
                 constraint: Member must have length greater than or equal to 1; Value '' at \
                 'identityId' failed to satisfy constraint: {ID_PATTERN}"
            );
            assert_invalid(operation, said, &both_rules);
        }
    }

    async fn a_pool_id_has_a_form_and_a_length(mock) {
        let client = mock.client();
        let long = format!("us-east-1:{}", "0".repeat(46));
        let too_long = "Member must have length less than or equal to 55";

        for (operation, said) in said_to_pool_id(&client, "us-east-2:mock").await {
            assert_invalid(operation, said, &one("'us-east-2:mock'", "identityPoolId", ID_PATTERN));
        }
        for (operation, said) in said_to_pool_id(&client, &long).await {
            assert_invalid(operation, said, &one(&format!("'{long}'"), "identityPoolId", too_long));
        }
    }

    async fn required_members_must_not_be_null(mock) {
        let client = mock.client();
        let unlink = client.unlink_identity().identity_id(NO_IDENTITY);
        let unlink_user = client.unlink_developer_identity().identity_id(NO_IDENTITY);
        let unlink_user = unlink_user.identity_pool_id(NO_POOL).developer_provider_name(DEVELOPER);
        let merge = client.merge_developer_identities().identity_pool_id(NO_POOL);
        let merge = merge.developer_provider_name(DEVELOPER).source_user_identifier("dora");
        let register = client.get_open_id_token_for_developer_identity();
        let rows = [
            ("identityPoolId", service_error(client.get_id().send().await)),
            ("identityId", service_error(client.describe_identity().send().await)),
            ("identityIdsToDelete", service_error(client.delete_identities().send().await)),
            (
                "maxResults",
                service_error(client.list_identities().identity_pool_id(NO_POOL).send().await),
            ),
            ("logins", service_error(unlink.clone().logins_to_remove(GOOGLE).send().await)),
            ("loginsToRemove", service_error(unlink.logins(GOOGLE, "token").send().await)),
            ("logins", service_error(register.identity_pool_id(NO_POOL).send().await)),
            (
                "identityPoolId",
                service_error(
                    client.lookup_developer_identity().developer_user_identifier("d").send().await,
                ),
            ),
            ("destinationUserIdentifier", service_error(merge.send().await)),
            ("developerUserIdentifier", service_error(unlink_user.send().await)),
        ];

        for (member, said) in rows {
            assert_invalid(member, said, &one("null", member, "Member must not be null"));
        }
    }

    async fn a_page_has_one_to_sixty_entries(mock) {
        let client = mock.client();

        for (length, rule) in [
            (0, "Member must have value greater than or equal to 1"),
            (-1, "Member must have value greater than or equal to 1"),
            (61, "Member must have value less than or equal to 60"),
        ] {
            let list = client.list_identities().identity_pool_id(NO_POOL).max_results(length);
            let look_up = client.lookup_developer_identity().identity_pool_id(NO_POOL);
            let look_up = look_up.identity_id(NO_IDENTITY).max_results(length);

            let expected = one(&format!("'{length}'"), "maxResults", rule);
            assert_invalid("ListIdentities", service_error(list.send().await), &expected);
            assert_invalid("LookupDeveloperIdentity", service_error(look_up.send().await), &expected);
        }
    }

    async fn a_page_token_has_no_blanks(mock) {
        let client = mock.client();
        let list = client.list_identities().identity_pool_id(NO_POOL).max_results(1);
        let look_up = client.lookup_developer_identity().identity_pool_id(NO_POOL);

        let listed = list.next_token("a b").send().await;
        let looked_up = look_up.next_token("a b").send().await;

        let rule = r"Member must satisfy regular expression pattern: [\S]+";
        let expected = one("'a b'", "nextToken", rule);
        assert_service_error(listed, VALIDATION, &expected);
        assert_service_error(looked_up, VALIDATION, &expected);
    }

    async fn one_to_sixty_identities_are_deleted_at_once(mock) {
        let client = mock.client();
        let too_many = vec![NO_IDENTITY.to_owned(); 61];
        let shown = format!("'[{}]'", too_many.join(", "));
        let none = client.delete_identities().set_identity_ids_to_delete(Some(Vec::new()));
        let many = client.delete_identities().set_identity_ids_to_delete(Some(too_many));

        let none = none.send().await;
        let many = many.send().await;

        let member = "identityIdsToDelete";
        let rule = "Member must have length greater than or equal to 1";
        assert_service_error(none, VALIDATION, &one("'[]'", member, rule));
        let rule = "Member must have length less than or equal to 60";
        assert_service_error(many, VALIDATION, &one(&shown, member, rule));
    }

    async fn one_malformed_id_keeps_all_from_being_deleted(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.seed_identity();
        let client = mock.client();
        let call = client.delete_identities().identity_ids_to_delete(&id);

        let rejected = call.identity_ids_to_delete("us-east-2:mock").send().await;

        let rule = format!(
            "Member must satisfy constraint: [Member must have length less than or equal to 55, \
             Member must have length greater than or equal to 1, {ID_PATTERN}]"
        );
        let shown = format!("'[{id}, us-east-2:mock]'");
        assert_service_error(rejected, VALIDATION, &one(&shown, "identityIdsToDelete", &rule));
        let described = client.describe_identity().identity_id(&id).send().await.unwrap();
        assert_eq!(described.identity_id, Some(id));
    }

    async fn an_empty_token_is_no_login(mock) {
        let call = mock.client().get_id().identity_pool_id(NO_POOL);
        let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS";

        let rejected = call.logins(user_pool, "").send().await;

        assert_service_error(
            rejected,
            VALIDATION,
            "1 validation error detected: Value \
             '{cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS=}' at 'logins' failed to \
             satisfy constraint: Map value must satisfy constraint: [Member must have length less \
             than or equal to 50000, Member must have length greater than or equal to 1]",
        );
    }

    async fn a_call_gives_ten_logins_at_most(mock) {
        let client = mock.client();
        let logins: HashMap<_, _> =
            (10..=20).map(|number| (format!("idp{number}"), "t".to_owned())).collect();
        let shown: Vec<_> = (10..=20).map(|number| format!("idp{number}=t")).collect();
        let get_id = client.get_id().identity_pool_id(NO_POOL);
        let register = client.get_open_id_token_for_developer_identity();

        let got = get_id.set_logins(Some(logins.clone())).send().await;
        let registered = register.identity_pool_id(NO_POOL).set_logins(Some(logins)).send().await;

        let shown = format!("'{{{}}}'", shown.join(", "));
        let rule = "Member must have length less than or equal to 10";
        assert_service_error(got, VALIDATION, &one(&shown, "logins", rule));
        assert_service_error(registered, VALIDATION, &one(&shown, "logins", rule));
    }

    async fn an_account_id_is_up_to_fifteen_digits(mock) {
        let client = mock.client();

        for (account, rule) in [
            ("me", r"Member must satisfy regular expression pattern: \d+"),
            ("1234567890123456", "Member must have length less than or equal to 15"),
        ] {
            let call = client.get_id().identity_pool_id(NO_POOL).account_id(account);
            let rejected = call.send().await;

            assert_service_error(rejected, VALIDATION, &one(&format!("'{account}'"), "accountId", rule));
        }
    }

    async fn a_developer_token_lives_for_a_day_at_most(mock) {
        let client = mock.client();

        for (seconds, rule) in [
            (0, "Member must have value greater than or equal to 1"),
            (86_401, "Member must have value less than or equal to 86400"),
        ] {
            let call = client.get_open_id_token_for_developer_identity().identity_pool_id(NO_POOL);
            let rejected = call.logins(DEVELOPER, "dora").token_duration(seconds).send().await;

            let expected = one(&format!("'{seconds}'"), "tokenDuration", rule);
            assert_service_error(rejected, VALIDATION, &expected);
        }
    }

    async fn a_developer_token_carries_fifty_tags_at_most(mock) {
        let tags: HashMap<_, _> =
            (10..=60).map(|number| (format!("tag{number}"), "v".to_owned())).collect();
        let shown: Vec<_> = (10..=60).map(|number| format!("tag{number}=v")).collect();
        let call = mock.client().get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(NO_POOL).logins(DEVELOPER, "dora");

        let rejected = call.set_principal_tags(Some(tags)).send().await;

        let shown = format!("'{{{}}}'", shown.join(", "));
        let rule = "Member must have length less than or equal to 50";
        assert_service_error(rejected, VALIDATION, &one(&shown, "principalTags", rule));
    }

    async fn a_developer_provider_name_has_no_blanks(mock) {
        let client = mock.client();
        let merge = client.merge_developer_identities().identity_pool_id(NO_POOL);
        let merge = merge.source_user_identifier("dora").destination_user_identifier("drew");
        let unlink = client.unlink_developer_identity().identity_pool_id(NO_POOL);
        let unlink = unlink.identity_id(NO_IDENTITY).developer_user_identifier("dora");

        let merged = merge.developer_provider_name("my provider").send().await;
        let unlinked = unlink.developer_provider_name("my provider").send().await;

        let rule = r"Member must satisfy regular expression pattern: [\w._-]+";
        let expected = one("'my provider'", "developerProviderName", rule);
        assert_service_error(merged, VALIDATION, &expected);
        assert_service_error(unlinked, VALIDATION, &expected);
    }

    async fn a_developer_user_identifier_has_1024_characters_at_most(mock) {
        let client = mock.client();
        let long = "d".repeat(1_025);
        let look_up = client.lookup_developer_identity().identity_pool_id(NO_POOL);

        let too_long = look_up.clone().developer_user_identifier(&long).send().await;
        let empty = look_up.developer_user_identifier("").send().await;

        let member = "developerUserIdentifier";
        let rule = "Member must have length less than or equal to 1024";
        assert_service_error(too_long, VALIDATION, &one(&format!("'{long}'"), member, rule));
        let rule = "Member must have length greater than or equal to 1";
        assert_service_error(empty, VALIDATION, &one("''", member, rule));
    }
}
