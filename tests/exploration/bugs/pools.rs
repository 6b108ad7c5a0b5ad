//! Code that creates a pool with its roles, and must find what an earlier attempt has left.

use std::cell::Cell;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Exploration, FindingKind};

use crate::support::{Error, assert_found_and_mended, client_without_retries, patient_client};

const NAME: &str = "app";
const ROLE: &str = "arn:aws:iam::123456789012:role/guest";

async fn find(client: &Client) -> Result<Option<String>, Error> {
    let page = client.list_identity_pools().max_results(60).send().await?;
    let mut pools = page.identity_pools.ok_or("no list")?.into_iter();
    let pool = pools.find(|pool| pool.identity_pool_name() == Some(NAME));
    Ok(pool.and_then(|pool| pool.identity_pool_id))
}

async fn create(client: &Client) -> Result<String, Error> {
    let call = client.create_identity_pool().identity_pool_name(NAME);
    let created = call.allow_unauthenticated_identities(true).send().await?;
    Ok(created.identity_pool_id)
}

async fn set_role(client: &Client, pool: &str) -> Result<(), Error> {
    let call = client.set_identity_pool_roles().identity_pool_id(pool);
    call.roles("unauthenticated", ROLE).send().await?;
    Ok(())
}

#[test]
fn a_lost_answer_leaves_an_orphan() {
    assert_found_and_mended(FindingKind::LeftBehind, |mended| {
        Exploration::new()
            .start(|mock| {
                // A pool is created twice if the call is retried.
                if mended {
                    client_without_retries(mock)
                } else {
                    patient_client(mock)
                }
            })
            .run(async |client| match find(client).await? {
                Some(id) => Ok::<_, Error>(id),
                None => create(client).await,
            })
    });
}

#[test]
fn an_error_leaves_half_of_the_state() {
    assert_found_and_mended(FindingKind::Missing, |mended| {
        Exploration::new()
            .start(client_without_retries)
            .run(async |client| {
                let id = match find(client).await? {
                    Some(id) if mended => id,
                    // A bug: the roles may be missing.
                    Some(id) => return Ok(id),
                    None => create(client).await?,
                };
                set_role(client, &id).await?;
                Ok::<_, Error>(id)
            })
    });
}

/// Remembers in memory that it has tried to create the pool, which a crash makes it forget.
struct App {
    client: Client,
    has_tried: Cell<bool>,
}

#[test]
fn a_restart_after_a_crash_begins_anew() {
    let explore = |mended| {
        Exploration::new()
            .start(|mock| App {
                client: client_without_retries(mock),
                has_tried: Cell::new(mended),
            })
            .run(async |app| {
                let found = if app.has_tried.replace(true) {
                    find(&app.client).await?
                } else {
                    None
                };
                match found {
                    Some(id) => Ok::<_, Error>(id),
                    None => create(&app.client).await,
                }
            })
    };

    assert_found_and_mended(FindingKind::LeftBehind, explore);
    let report = explore(false);
    let runs: Vec<String> = report.findings()[0]
        .runs()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(runs, ["crash after #1 CreateIdentityPool"]);
}
