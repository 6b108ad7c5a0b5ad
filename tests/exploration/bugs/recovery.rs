//! Code that keeps something from a failure.

use std::cell::{Cell, RefCell};

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Exploration, FindingKind};

use crate::support::{Error, alice, assert_found_and_mended, patient_client, seed_pool, sign_in};

async fn id(client: &Client, token: &str) -> Result<String, Error> {
    let answer = sign_in(client, token).send().await?;
    Ok(answer.identity_id.ok_or("no identity")?)
}

/// An application that asks for the identity of its user only once.
struct Cache {
    client: Client,
    token: String,
    keeps_errors: bool,
    cached: RefCell<Option<Result<String, String>>>,
}

impl Cache {
    async fn id(&self) -> Result<String, String> {
        if let Some(result) = &*self.cached.borrow() {
            return result.clone();
        }
        let result = id(&self.client, &self.token).await;
        let result = result.map_err(|error| error.to_string());
        if result.is_ok() || self.keeps_errors {
            *self.cached.borrow_mut() = Some(result.clone());
        }
        result
    }
}

#[test]
fn an_error_is_cached() {
    assert_found_and_mended(FindingKind::DoesNotRecover, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| Cache {
                client: patient_client(mock),
                token: alice(mock),
                keeps_errors: !mended,
                cached: RefCell::new(None),
            })
            .run(async |app| app.id().await)
    });
}

/// An application that signs in only once at a time.
struct OneAtATime {
    client: Client,
    token: String,
    is_busy: Cell<bool>,
    mended: bool,
}

/// Ends the work, whatever becomes of it.
struct Busy<'a>(&'a Cell<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl OneAtATime {
    async fn id(&self) -> Result<String, Error> {
        if self.is_busy.replace(true) {
            return Err("busy".into());
        }
        let _busy = self.mended.then(|| Busy(&self.is_busy));
        let id = id(&self.client, &self.token).await?;
        self.is_busy.set(false);
        Ok(id)
    }
}

#[test]
fn a_busy_flag_is_kept_after_a_failure() {
    assert_found_and_mended(FindingKind::DoesNotRecover, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| OneAtATime {
                client: patient_client(mock),
                token: alice(mock),
                is_busy: Cell::new(false),
                mended,
            })
            .run(async |app| app.id().await)
    });
}
