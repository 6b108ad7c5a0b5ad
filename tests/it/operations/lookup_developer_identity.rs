//! `LookupDeveloperIdentity`: from a developer user to its identity, and from an identity to its
//! developer users.

use std::collections::BTreeSet;

use crate::support::app::{App, CONFLICT, GOOGLE, INVALID_PARAMETER, NOT_FOUND, set};
use crate::support::{both, service_error};

both! {
    async fn a_developer_user_leads_to_its_identity(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.register("drew").await;

        let answer = app.look_up().developer_user_identifier("dora").send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list(), ["dora"]);
        assert_eq!(answer.next_token, None);
    }

    async fn developer_users_are_case_sensitive(mock) {
        let app = App::new(mock);
        let lower = app.register("dora").await;

        let unknown = app.look_up().developer_user_identifier("Dora").send().await;
        assert_eq!(service_error(unknown).0, NOT_FOUND);
        let upper = app.register("Dora").await;

        assert_ne!(upper, lower);
        assert_eq!(app.users(&upper).await, set(["Dora"]));
    }

    async fn an_identity_leads_to_all_its_developer_users(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.link(&id, "drew").await;
        app.register("dana").await;

        let answer = app.look_up().identity_id(&id).send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        let users = answer.developer_user_identifier_list.unwrap();
        assert_eq!(users.into_iter().collect::<BTreeSet<_>>(), set(["dora", "drew"]));
        assert_eq!(answer.next_token, None);
    }

    async fn an_identity_without_developer_users_has_an_empty_list(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let answer = app.look_up().identity_id(&id).send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list, Some(Vec::new()));
    }

    async fn developer_users_are_listed_page_by_page(mock) {
        let app = App::new(mock);
        let id = app.register("dora 1").await;
        for number in 2..=20 {
            app.link(&id, &format!("dora {number}")).await;
        }

        let mut lengths = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token = None;
        loop {
            let call = app.look_up().identity_id(&id).max_results(7).set_next_token(token);
            let page = call.send().await.unwrap();
            lengths.push(page.developer_user_identifier_list().len());
            seen.extend(page.developer_user_identifier_list.unwrap());
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }

        assert_eq!(lengths, [7, 7, 6]);
        assert_eq!(seen, (1..=20).map(|number| format!("dora {number}")).collect());
    }

    async fn a_next_token_of_another_identity_is_rejected(mock) {
        let app = App::new(mock);
        let (first, second) = (app.register("dora").await, app.register("dana").await);
        app.link(&first, "drew").await;
        app.link(&second, "dean").await;
        let page = app.look_up().identity_id(&first).max_results(1).send().await.unwrap();

        let call = app.look_up().identity_id(&second).set_next_token(page.next_token);
        let rejected = call.send().await;

        assert_eq!(service_error(rejected).0, INVALID_PARAMETER);
    }

    async fn an_identity_and_one_of_its_developer_users_are_echoed(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.link(&id, "drew").await;

        let call = app.look_up().identity_id(&id).developer_user_identifier("drew");
        let answer = call.send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list(), ["drew"]);
    }

    async fn an_identity_and_a_developer_user_of_another_are_a_conflict(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.register("drew").await;

        let call = app.look_up().identity_id(&id).developer_user_identifier("drew");
        let rejected = call.send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
    }

    async fn a_call_with_neither_an_identity_nor_a_developer_user_is_rejected(mock) {
        let app = App::new(mock);

        let rejected = app.look_up().send().await;

        assert_eq!(service_error(rejected).0, INVALID_PARAMETER);
    }
}
