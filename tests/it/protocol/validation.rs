//! Validation: violations of the constraints of the service model get a `ValidationException`, in
//! every operation. All variants of its wording are tested beside the decoder in `src/wire`.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;

use crate::support::app::{App, NOT_FOUND, VALIDATION, set};
use crate::support::http::{self, Connection};
use crate::support::model::{Model, Violation};
use crate::support::sdk_view::pool_count;
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, assert_service_error, both, mock, service_error};

/// The message about a single violation.
fn one(value: &str, path: &str, rule: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {rule}"
    )
}

#[test]
fn every_constraint_of_the_model_is_enforced_by_its_operation() {
    let (mock, model) = (mock().start(), Model::read());
    let mut connection = Connection::to(&mock);
    let mut tried = 0;

    for operation in model.operations() {
        for Violation { input, item } in model.violations(operation) {
            let answer = connection.exchange(http::call(operation, &input));

            let (code, message) = answer.service_error();
            assert_eq!(code, VALIDATION, "{operation} {input:.200}");
            let message = message.unwrap();
            // A value that would fill the message alone is truncated, and what follows it is lost.
            let is_truncated = input.len() > 65_535 && message.ends_with('…');
            assert!(
                message.contains(&item) || is_truncated,
                "{operation}: {item:?} is not in {message:?}"
            );
            tried += 1;
        }
    }

    assert!(tried > 250, "only {tried} violations were tried");
}

both! {
    async fn every_violation_is_an_item_of_the_message(mock) {
        let credentials = mock.client().get_credentials_for_identity().identity_id("");

        let rejected = credentials
            .logins("xx.xx.xx/xx-xx-xx-xx-xx", "")
            .send()
            .await;

        assert_service_error(
            rejected,
            VALIDATION,
            r"3 validation errors detected: Value '{xx.xx.xx/xx-xx-xx-xx-xx=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]; Value '' at 'identityId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
        );
    }

    async fn constraints_are_checked_before_the_pool_is_looked_up(mock) {
        let client = mock.client();
        let update = || client.update_identity_pool().identity_pool_id(NO_POOL);
        let update = || update().allow_unauthenticated_identities(true);

        let (malformed, _) = service_error(update().identity_pool_name("a#b").send().await);
        let (well_formed, _) = service_error(update().identity_pool_name("a b").send().await);

        assert_eq!(malformed, VALIDATION);
        assert_eq!(well_formed, NOT_FOUND);
    }

    async fn a_call_that_violates_a_constraint_changes_nothing(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[]).await;

        let create = app.client.create_identity_pool().identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(true).identity_pool_tags("", "1");
        assert_eq!(service_error(create.send().await).0, VALIDATION);
        let delete = app.delete([id.as_str(), "us-east-2:mock"]).send().await;
        assert_eq!(service_error(delete).0, VALIDATION);

        assert_eq!(pool_count(mock), 1);
        assert_eq!(app.ids().await, set([&id]));
    }

    async fn the_length_of_the_message_is_limited(mock) {
        let rules = vec!["{}"; 2_000].join(",");
        let key = "k".repeat(5_000);
        let body = format!(
            r#"{{"IdentityPoolId":"{NO_POOL}","Roles":{{}},"RoleMappings":{{"{key}":{{"Type":"Rules","RulesConfiguration":{{"Rules":[{rules}]}}}}}}}}"#
        );

        let call = mock.client().set_identity_pool_roles().customize().interceptor(Tamper::Body(body.leak()));
        let (code, message) = service_error(call.send().await);

        // Four members of each rule, the number of rules and the length of the key.
        let start = format!("8002 validation errors detected: Value null at 'roleMappings.{key}.member.");
        assert_eq!(code, VALIDATION);
        assert!(message.starts_with(&start), "{message:.100}");
        assert!(message.ends_with("failed to satisfy constraint: Member must not be null; …"));
        assert!(message.len() < 66_000, "{}", message.len());
    }

    async fn a_value_that_would_fill_the_message_alone_is_truncated(mock) {
        let token = "t".repeat(50_001);
        let logins = |count: usize| {
            let logins = (0..count).map(|place| (format!("p{place}"), token.clone()));
            mock.client().get_id().identity_pool_id(NO_POOL).set_logins(Some(logins.collect())).send()
        };

        let (_, whole) = service_error(logins(1).await);
        let (code, cut) = service_error(logins(9).await);

        let rules = "Member must have length less than or equal to 50000, Member must have length greater than or equal to 1";
        let rule = format!("Map value must satisfy constraint: [{rules}]");
        assert_eq!(whole, one(&format!("{{p0={token}}}"), "logins", &rule));
        assert_eq!(code, VALIDATION);
        assert!(cut.starts_with("1 validation error detected: Value '{p0=ttt"), "{cut:.100}");
        assert!(cut.ends_with("ttt…") && cut.len() < 66_000, "{}", cut.len());
    }

    async fn the_last_of_two_equal_members_is_used(mock) {
        let pool = mock.seed_pool("app").id().to_owned();
        let get_id = |first: &str, last: &str| {
            let body = format!(r#"{{"IdentityPoolId":"{first}","IdentityPoolId":"{last}"}}"#);
            let call = mock.client().get_id().identity_pool_id(NO_POOL).customize();
            call.interceptor(Tamper::Body(body.leak())).send()
        };

        let good = get_id("a#b", &pool).await;
        let bad = get_id(&pool, "a#b").await;

        assert!(good.is_ok(), "{good:?}");
        let rule = r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+";
        assert_service_error(bad, VALIDATION, &one("a#b", "identityPoolId", rule));
        assert_eq!(mock.calls_to(Client::get_id)[0].input.identity_pool_id(), Some(pool.as_str()));
    }

    async fn a_key_given_again_replaces_violations_that_found_no_room(mock) {
        let broken = |rules: usize| {
            let rules = vec!["{}"; rules].join(",");
            format!(r#"{{"Type":"Rules","RulesConfiguration":{{"Rules":[{rules}]}}}}"#)
        };
        let (many, one, fine) = (broken(400), broken(1), r#"{"Type":"Token"}"#);
        let body = format!(
            r#"{{"IdentityPoolId":"{NO_POOL}","Roles":{{}},"RoleMappings":{{"p":{many},"q":{one},"q":{fine}}}}}"#
        );
        let client = mock.client();
        let call = client.set_identity_pool_roles().identity_pool_id(NO_POOL);
        let call = call.set_roles(Some(HashMap::new())).customize();

        let outcome = call.interceptor(Tamper::Body(body.leak())).send().await;

        // Each empty rule lacks its four members.
        let (code, message) = service_error(outcome);
        assert_eq!(code, VALIDATION);
        assert!(message.starts_with("1600 validation errors detected: "), "{message:.100}");
    }

    async fn a_replaced_member_frees_exactly_its_own_room_in_the_message(mock) {
        let bad = |length| "x".repeat(length);
        let (account, first, last) = (bad(25_000), bad(5_000), bad(20_000));
        let body = format!(
            r#"{{"AccountId":"{account}","IdentityPoolId":"{first}","IdentityPoolId":"{last}"}}"#
        );

        let call = mock.client().get_id().identity_pool_id(NO_POOL).customize();
        let outcome = call.interceptor(Tamper::Body(body.leak())).send().await;

        // Each value is too long and of the wrong form.
        let (_, message) = service_error(outcome);
        assert!(message.starts_with("4 validation errors detected: "), "{message:.100}");
        assert!(message.len() < 66_000, "{}", message.len());
    }
}
