//! What an engine is built with.

use std::collections::BTreeMap;

use crate::token::JwkSet;

/// The options of the builder that concern the engine.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The Region of calls that are not signed for one.
    pub(crate) region: String,
    pub(crate) account_id: String,
    /// Makes ids, keys and tokens reproducible; without a seed they are random.
    pub(crate) seed: Option<u64>,
    /// Accepts any text as a login token.
    pub(crate) lenient_logins: bool,
    /// The key sets that signatures are verified with, by provider name.
    pub(crate) trusted_issuers: BTreeMap<String, JwkSet>,
    /// Enforces the published resource quotas that AWS can raise.
    pub(crate) aws_quotas: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            seed: None,
            lenient_logins: false,
            trusted_issuers: BTreeMap::new(),
            aws_quotas: false,
        }
    }
}
