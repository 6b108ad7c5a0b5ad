//! Arranging what the code under test will find: pools, users, logins and time.

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::SetPrincipalTagAttributeMapInput;

use super::login_provider::Place;
use super::mock::MockCognitoIdentity;
use super::pool_seed::PoolSeed;
use super::seed_inputs::NO_REQUIRED_MEMBER;
use super::seeded_pool::SeededPool;
use crate::clock::Clock;
use crate::engine::{Engine, IssuedCredentials};
use crate::error::ServiceError;
use crate::login_token::{LoginToken, NO_APP};
use crate::report;
use crate::wire::decode::checked;
use crate::wire::validation::constraints;

/// Arranging what the code under test will find.
impl MockCognitoIdentity {
    /// Creates a pool. This is not a call: nothing is recorded, and no fault applies. A name is
    /// enough: the pool of `mock.seed_pool("app")` allows unauthenticated identities (guests) and
    /// has both roles.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let app = mock.seed_pool("app");
    /// let members = mock.seed_pool(PoolSeed::named("members").authenticated_only());
    /// assert_ne!(app.id(), members.id());
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if AWS would reject such a pool.
    #[track_caller]
    pub fn seed_pool(&self, seed: impl Into<PoolSeed>) -> SeededPool<'_> {
        let seed = seed.into();
        let region = seed.region().unwrap_or(&self.client.region).to_owned();
        let place = Place {
            region: &region,
            account_id: &self.account_id,
        };
        let made = self.engine_for("`seed_pool`", |engine| {
            engine.in_region(&region);
            create(engine, &seed, place)
        });
        match made {
            Ok(id) => SeededPool::new(self, id),
            Err(error) => panic!("cannot seed the pool: {error}"),
        }
    }

    /// Returns the handle to a pool that exists, whether a test or a client has created it.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, SeededPool};
    /// struct World {
    ///     mock: MockCognitoIdentity,
    ///     pool_id: String,
    /// }
    ///
    /// impl World {
    ///     fn new() -> Self {
    ///         let mock = MockCognitoIdentity::start();
    ///         let pool_id = mock.seed_pool("app").id().to_owned();
    ///         Self { mock, pool_id }
    ///     }
    ///
    ///     fn pool(&self) -> SeededPool<'_> {
    ///         self.mock.pool(&self.pool_id)
    ///     }
    /// }
    ///
    /// let guest = World::new().pool().seed_identity();
    /// # let _ = guest;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the mock has no pool with this id. The message lists the pools that it has.
    #[track_caller]
    pub fn pool(&self, identity_pool_id: impl Into<String>) -> SeededPool<'_> {
        let id = identity_pool_id.into();
        let others = self.engine_for("`pool`", |engine| {
            (!engine.has_pool(&id)).then(|| engine.pool_ids())
        });
        match others {
            None => SeededPool::new(self, id),
            Some(others) => report::fail(&report::no_such_pool(&id, &others)),
        }
    }

    /// Returns a signed token that this mock accepts in `Logins`, as the provider would issue it: a
    /// JWT, or a base64 SAML response for a SAML provider.
    ///
    /// The token is valid for every pool that lists the provider, including pools that are created
    /// later, unless [`LoginToken::audience`] names the app it is for.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let token = mock.issue_login(LoginToken::new(google, "alice"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// let alice = call.send().await?.identity_id;
    /// assert_eq!(alice, Some(pool.seed_identity_with_login(google, "alice")));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn issue_login(&self, login: LoginToken) -> String {
        let listed = self.engine_for("`issue_login`", |engine| engine.app_id(&login.provider));
        let shown = listed.as_deref().unwrap_or(NO_APP);
        login.issue(self.clock().now(), shown)
    }

    /// Signs a user out everywhere, at the current time of the mock's clock. If a pool's user pool
    /// provider has `ServerSideTokenCheck` enabled, the pool rejects login tokens of the user that
    /// were issued up to now. Credentials that were already issued remain valid, as on AWS.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// let seed = PoolSeed::named("app").login_provider(user_pool, "my_client");
    /// let pool = mock.seed_pool(seed.server_side_token_check());
    /// let token = pool.issue_login("alice");
    /// let get_id = mock.client().get_id().identity_pool_id(pool.id()).logins(user_pool, token);
    /// get_id.clone().send().await?;
    ///
    /// mock.sign_out_user(user_pool, "alice");
    /// let error = get_id.send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("NotAuthorizedException"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn sign_out_user(&self, provider: &str, subject: &str) {
        self.engine_for("`sign_out_user`", |engine| {
            engine.sign_out(provider, subject);
        });
    }

    /// Returns for which identity and which role the credentials with this access key id were
    /// issued, or `None` if the mock did not issue them.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// let answer = mock.client().get_credentials_for_identity().identity_id(&id).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// assert_eq!(issued.role_arn, "arn:aws:iam::123456789012:role/app-unauthenticated");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn issued_credentials(&self, access_key_id: &str) -> Option<IssuedCredentials> {
        self.engine_for("`issued_credentials`", |engine| {
            engine.issued_credentials(access_key_id).cloned()
        })
    }

    /// Runs a closure with direct access to the engine, which has a method for each of the 25
    /// operations. Nothing is recorded, and no fault applies.
    ///
    /// The closure has exclusive access. On other threads, client calls and methods that need the
    /// engine wait until the closure returns, so the closure must not wait for any of them. Methods
    /// that do not need the engine (`calls`, the assertions, `inject`, `clock` and others) work
    /// inside the closure.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::start();
    /// # let pool = mock.seed_pool("app");
    /// let input = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();
    /// let guest = mock.with_engine(|engine| engine.get_id(input)).unwrap();
    /// mock.assert_no_calls();
    /// ```
    ///
    /// # Panics
    ///
    /// Panics inside another closure of `with_engine`. There, every method that needs the engine
    /// panics: `seed_pool`, `pool`, `seed_identity`, `seed_identity_with_login`, `login`,
    /// `issue_login`, `sign_out_user`, `issued_credentials`, `state`, `jwks` and `reset`.
    #[track_caller]
    pub fn with_engine<R>(&self, f: impl FnOnce(&mut Engine) -> R) -> R {
        let context = self.call_context();
        self.service
            .with_engine(|engine| f(engine.for_call(context)))
    }

    /// Returns the mock's clock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// # let answer = mock.client().get_credentials_for_identity().identity_id(&id).send().await?;
    /// # let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// mock.clock().advance(Duration::from_secs(3_600));
    /// assert!(issued.expiration <= mock.clock().now());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.service.clock()
    }
}

/// Creates a pool with all its settings, or nothing.
fn create(engine: &mut Engine, seed: &PoolSeed, place: Place<'_>) -> Result<String, ServiceError> {
    let input = checked(
        seed.create_input(place),
        &constraints::CreateIdentityPoolInput,
        CreateIdentityPoolInput::deserialize,
    )?;
    let id = engine.create_identity_pool(input)?.identity_pool_id;
    if let Err(error) = configure(engine, &id, seed, place) {
        let delete = DeleteIdentityPoolInput::builder().identity_pool_id(id);
        let delete = delete.build().expect(NO_REQUIRED_MEMBER);
        return engine.delete_identity_pool(delete).and(Err(error));
    }
    if let Some((provider, app_id)) = seed.first_login() {
        engine.note_first_login(&id, provider, app_id);
    }
    Ok(id)
}

fn configure(
    engine: &mut Engine,
    id: &str,
    seed: &PoolSeed,
    place: Place<'_>,
) -> Result<(), ServiceError> {
    if let Some(roles) = seed.roles_input(id, place) {
        engine.set_identity_pool_roles(checked(
            roles,
            &constraints::SetIdentityPoolRolesInput,
            SetIdentityPoolRolesInput::deserialize,
        )?)?;
    }
    for tags in seed.principal_tag_inputs(id, place) {
        engine.set_principal_tag_attribute_map(checked(
            tags,
            &constraints::SetPrincipalTagAttributeMapInput,
            SetPrincipalTagAttributeMapInput::deserialize,
        )?)?;
    }
    Ok(())
}
