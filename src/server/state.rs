//! The state of a mock as a document.

use super::builder::Builder;
use super::mock::MockCognitoIdentity;
#[cfg(feature = "server")]
use crate::document::Mistake;
use crate::state_document::StateDocument;

/// State documents.
impl Builder {
    /// Starts the mock with the pools and identities of a state document, and
    /// [`reset`](crate::MockCognitoIdentity::reset) restores them. The document is JSON, as
    /// [`MockCognitoIdentity::state`](crate::MockCognitoIdentity::state) returns it, or written by
    /// hand; [a guide](crate::guides::state) describes it. A later call replaces the document.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder()
    ///     .state(r#"{
    ///         "IdentityPools": [{
    ///             "IdentityPoolId": "us-east-1:11111111-2222-3333-4444-555555555555",
    ///             "IdentityPoolName": "app",
    ///             "AllowUnauthenticatedIdentities": true,
    ///             "Roles": { "unauthenticated": "arn:aws:iam::123456789012:role/Guest" }
    ///         }]
    ///     }"#)
    ///     .in_memory();
    /// let pool = mock.pool("us-east-1:11111111-2222-3333-4444-555555555555");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the document is not one, with the JSON path of what is wrong. Starting the mock
    /// panics if the parts of the document do not fit together or do not fit the mock's account: two
    /// identities with one login, for example.
    #[track_caller]
    pub fn state(mut self, json: &str) -> Self {
        match StateDocument::read(json.as_bytes()) {
            Ok(document) => self.state = Some(document),
            // Not in a closure, because the panic would point at the closure and not at the caller.
            Err(mistake) => panic!("`json` is not a state document: {mistake}"),
        }
        self
    }

    /// Starts the mock with the state of a document, as [`state`](Self::state) does. The error says
    /// why the document does not fit the settings so far.
    #[cfg(feature = "server")]
    pub(crate) fn with_state(mut self, document: StateDocument) -> Result<Self, Mistake> {
        document.restore(self.settings.clone(), 0)?;
        self.state = Some(document);
        Ok(self)
    }
}

/// State documents.
impl MockCognitoIdentity {
    /// Returns all pools, with their identities and logins, as a state document. A mock that is
    /// [built](crate::Builder::state) with it answers as this one does. [A guide](crate::guides::state)
    /// describes the document.
    ///
    /// Issued credentials are not part of it. A login whose token is opaque is identified by the token
    /// itself, which is therefore part of it.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::in_memory();
    /// let guest = mock.seed_pool("app").seed_identity();
    ///
    /// let copy = MockCognitoIdentity::builder().state(&mock.state()).in_memory();
    /// assert_eq!(copy.state(), mock.state());
    /// assert!(copy.state().contains(&guest));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn state(&self) -> String {
        let mut state = self.service.lock_engine("`state`");
        let document = StateDocument::of(state.engine());
        drop(state);
        document.text()
    }
}
