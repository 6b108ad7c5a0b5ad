//! The well-known documents, with which tokens are verified.

use crate::conformance::declare;

declare! {
    /// The key set verifies the tokens.
    async fn the_key_set(session) {
        session.step("Anybody may read it", "TOKEN9");
        session.get("/.well-known/jwks_uri").await;
    }

    /// The configuration names the key set.
    async fn the_open_id_configuration(session) {
        session.step("Anybody may read it", "TOKEN11, Q62");
        session.get("/.well-known/openid-configuration").await;
    }
}
