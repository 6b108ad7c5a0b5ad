//! Code that makes too much, or too little, of an answer.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
use mock_cognito_identity::{Exploration, FindingKind, PoolSeed};

use crate::support::{
    Error, POOL, alice, assert_found_and_mended, patient_client, seed_pool, sign_in,
};

#[test]
fn a_bare_answer_makes_it_panic() {
    assert_found_and_mended(FindingKind::Panicked, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| (patient_client(mock), alice(mock)))
            .run(async |(client, token)| {
                let answer = sign_in(client, token).send().await?;
                if mended {
                    answer.identity_id.ok_or(Error::from("no identity"))
                } else {
                    Ok(answer.identity_id.unwrap())
                }
            })
    });
}

#[test]
fn an_error_becomes_an_empty_value() {
    assert_found_and_mended(FindingKind::WrongAnswer, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| (patient_client(mock), alice(mock)))
            .run(async |(client, token)| {
                let answer = sign_in(client, token).send().await;
                if mended {
                    answer?.identity_id.ok_or(Error::from("no identity"))
                } else {
                    let id = answer.ok().and_then(|answer| answer.identity_id);
                    Ok(id.unwrap_or_default())
                }
            })
    });
}

/// What to do if a page cannot be fetched.
#[derive(Clone, Copy)]
enum Pages {
    Fail,
    /// A bug: the pages that follow are lost.
    Stop,
    /// A bug: the pages before are in the list twice.
    BeginAgain,
}

async fn all_identities(client: &Client, pages: Pages) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    let mut next_token = None;
    let mut may_begin_again = true;
    loop {
        let call = client
            .list_identities()
            .identity_pool_id(POOL)
            .max_results(2);
        let page = call.set_next_token(next_token.take()).send().await;
        let page = match (page, pages) {
            (Ok(page), _) => page,
            (Err(error), Pages::Fail) => return Err(error.into()),
            (Err(_), Pages::Stop) => return Ok(ids),
            (Err(error), Pages::BeginAgain)
                if may_begin_again && error.code() != Some("NotAuthorizedException") =>
            {
                may_begin_again = false;
                continue;
            }
            (Err(error), Pages::BeginAgain) => return Err(error.into()),
        };
        let identities = page.identities.unwrap_or_default();
        ids.extend(
            identities
                .into_iter()
                .filter_map(|identity| identity.identity_id),
        );
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(ids);
        }
    }
}

fn explore_pages(pages: Pages) -> mock_cognito_identity::Report {
    Exploration::new()
        .arrange(|mock| {
            let pool = mock.seed_pool(PoolSeed::named("app").id(POOL));
            for _ in 1..=5 {
                let _ = pool.seed_identity();
            }
        })
        .start(patient_client)
        .run(async |client| all_identities(client, pages).await)
}

#[test]
fn pages_are_lost() {
    assert_found_and_mended(FindingKind::WrongAnswer, |mended| {
        explore_pages(if mended { Pages::Fail } else { Pages::Stop })
    });
}

#[test]
fn pages_are_doubled() {
    assert_found_and_mended(FindingKind::WrongAnswer, |mended| {
        explore_pages(if mended {
            Pages::Fail
        } else {
            Pages::BeginAgain
        })
    });
}
