//! `ListIdentities`: pages, next tokens, and what `HideDisabled` leaves out.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesOutput;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::app::{
    App, Flow, GOOGLE, INVALID_PARAMETER, NO_IDENTITY, NOT_FOUND, ids_of, pool_not_found, set,
};
use crate::support::{NO_POOL, assert_service_error, both, service_error};

async fn guests(app: &App<'_>, count: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for _ in 0..count {
        ids.insert(app.sign_in(&[]).await);
    }
    ids
}

/// The page after this one.
async fn next(app: &App<'_>, page: &ListIdentitiesOutput, length: i32) -> ListIdentitiesOutput {
    let token = page.next_token.clone();
    let call = app
        .list(length)
        .next_token(token.expect("another page follows"));
    call.send().await.unwrap()
}

fn shown(page: &ListIdentitiesOutput) -> BTreeSet<String> {
    ids_of(page.identities.clone().unwrap())
}

both! {
    async fn only_identities_of_the_pool_are_listed(mock) {
        let (app, other) = (App::new(mock), App::new(mock));
        let mine = guests(&app, 3).await;
        let theirs = guests(&other, 2).await;

        let answer = app.list(60).send().await.unwrap();

        assert_eq!(answer.identity_pool_id.as_deref(), Some(&*app.pool));
        assert_eq!(shown(&answer), mine);
        assert_eq!(answer.next_token, None);
        assert_eq!(other.ids().await, theirs);
    }

    async fn a_pool_without_identities_has_one_empty_page(mock) {
        let app = App::new(mock);

        let answer = app.list(60).send().await.unwrap();

        assert_eq!(answer.identity_pool_id.as_deref(), Some(&*app.pool));
        assert_eq!(answer.identities, Some(Vec::new()));
        assert_eq!(answer.next_token, None);
    }

    async fn pages_show_every_identity_once(mock) {
        let app = App::new(mock);
        let all = guests(&app, 130).await;

        let first = app.list(60).send().await.unwrap();
        let second = next(&app, &first, 60).await;
        let third = next(&app, &second, 60).await;

        let pages = [&first, &second, &third];
        assert_eq!(pages.map(|page| page.identities().len()), [60, 60, 10]);
        assert_eq!(third.next_token, None);
        assert_eq!(pages.into_iter().flat_map(shown).collect::<BTreeSet<_>>(), all);
    }

    async fn a_deletion_between_two_pages_neither_skips_nor_repeats_others(mock) {
        let app = App::new(mock);
        let all = guests(&app, 9).await;
        let first = app.list(3).send().await.unwrap();
        let seen = shown(&first);
        let unseen = &all - &seen;
        let gone = unseen.first().unwrap().clone();

        // All identities of the page that returned the token, and one of a later page.
        app.delete(seen.iter().chain([&gone]).map(String::as_str)).send().await.unwrap();
        let second = next(&app, &first, 3).await;
        let third = next(&app, &second, 3).await;

        assert_eq!(third.next_token, None);
        assert_eq!(&shown(&second) | &shown(&third), &unseen - &set([&gone]));
        assert_eq!(second.identities().len() + third.identities().len(), 5);
    }

    async fn an_identity_created_between_two_pages_repeats_no_other(mock) {
        let app = App::new(mock);
        let old = guests(&app, 6).await;
        let first = app.list(3).send().await.unwrap();

        let new = guests(&app, 6).await;
        let second = next(&app, &first, 60).await;

        assert!(shown(&first).is_disjoint(&shown(&second)));
        let seen = &shown(&first) | &shown(&second);
        assert!(seen.is_superset(&old), "none that was there is skipped");
        assert!(seen.is_subset(&(&old | &new)));
    }

    async fn hidden_identities_make_pages_shorter_but_not_fewer(mock) {
        let app = App::new(mock);
        let mut active = BTreeSet::new();
        let mut disabled = BTreeSet::new();
        for number in 0..4 {
            let user = (GOOGLE, &*format!("user {number}"));
            let id = app.sign_in(&[user]).await;
            app.unlink(&id, &[user], &[GOOGLE]).send().await.unwrap();
            disabled.insert(id);
            active.insert(app.sign_in(&[user]).await);
        }

        let mut lengths = Vec::new();
        let mut seen = BTreeSet::new();
        let mut page = app.list(3).hide_disabled(true).send().await.unwrap();
        loop {
            lengths.push(page.identities().len());
            seen.extend(shown(&page));
            let Some(token) = page.next_token else { break };
            page = app.list(3).hide_disabled(true).next_token(token).send().await.unwrap();
        }

        assert_eq!(seen, active);
        assert_eq!(lengths.len(), 3, "eight identities by three: {lengths:?}");
        assert_eq!(lengths.iter().sum::<usize>(), 4, "each once: {lengths:?}");
        assert_eq!(app.ids().await, &active | &disabled, "shown by default");
    }

    /// The text of AWS is not known.
    async fn a_token_of_another_list_is_rejected(mock) {
        let (app, other) = (App::new(mock), App::new(mock));
        guests(&app, 2).await;
        guests(&other, 2).await;
        let id = app.register("dora").await;
        app.link(&id, "drew").await;
        let of_other = other.list(1).send().await.unwrap().next_token.unwrap();
        let users = app.look_up().identity_id(&id).max_results(1).send().await.unwrap();
        let pools = app.client.list_identity_pools().max_results(1).send().await.unwrap();
        // Next tokens of one list differ only in the identity after which the page begins.
        let page = app.list(1).send().await.unwrap();
        let (last, token) = (page.identities()[0].identity_id().unwrap(), page.next_token());
        let token = String::from_utf8(URL_SAFE_NO_PAD.decode(token.unwrap()).unwrap()).unwrap();
        let forged = |id: &str| URL_SAFE_NO_PAD.encode(token.replace(last, id));
        assert!(app.list(1).next_token(forged(last)).send().await.is_ok());

        for (row, token) in [
            ("other pool", of_other),
            ("developer users", users.next_token.unwrap()),
            ("pools", pools.next_token.unwrap()),
            ("nobody's", "AAAA".to_owned()),
            ("an identity", id.clone()),
            ("an identity of another pool", forged(&other.sign_in(&[]).await)),
            ("an identity of no pool", forged(NO_IDENTITY)),
            ("no identity", forged("us-east-1:0")),
        ] {
            let rejected = app.list(1).next_token(token).send().await;

            assert_eq!(service_error(rejected).0, INVALID_PARAMETER, "{row}");
        }
    }

    async fn an_unknown_pool_is_not_found(mock) {
        let app = App { pool: NO_POOL.to_owned(), ..App::new(mock) };

        let rejected = app.list(60).send().await;

        assert_service_error(rejected, NOT_FOUND, &pool_not_found(NO_POOL));
    }

    async fn disabled_identities_are_listed_unless_hide_disabled_is_set(mock) {
        let app = App::new(mock);
        let owner = app.sign_in(&[(GOOGLE, "alice")]).await;
        let merged = app.sign_in(&[]).await;
        app.enter(Flow::Enhanced, &merged, &[(GOOGLE, "alice")]).await.unwrap();
        let unlinked = app.sign_in(&[(GOOGLE, "bob")]).await;
        app.unlink(&unlinked, &[(GOOGLE, "bob")], &[GOOGLE]).send().await.unwrap();

        let all = app.ids().await;
        let hidden = app.list(60).hide_disabled(true).send().await.unwrap();
        let shown = app.list(60).hide_disabled(false).send().await.unwrap();

        assert_eq!(all, set([&owner, &merged, &unlinked]));
        assert_eq!(ids_of(shown.identities.unwrap()), all);
        assert_eq!(ids_of(hidden.identities.unwrap()), set([&owner]));
    }
}
