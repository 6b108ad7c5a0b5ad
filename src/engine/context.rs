//! What every operation works with besides the state of a Region: the call that is being answered,
//! the engine's settings, and what it shares between Regions.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::history::{ByCall, History, What};
use super::ids::Ids;
use super::issued_credentials::{CredentialStore, Grant, IssuedKeys};
use super::settings::Settings;
use super::state::Login;

/// What distinguishes one call from the next, besides its input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallContext<'a> {
    /// The time of the mock's clock.
    pub(crate) now: SystemTime,
    /// The Region that the call is sent to or signed for; none if it names none.
    pub(crate) region: Option<&'a str>,
    /// The access key id that the call is signed with, if it is signed.
    pub(crate) access_key_id: Option<&'a str>,
    /// The number of the call in the log, for explanations; none for what is asked of the engine
    /// directly.
    pub(crate) number: Option<usize>,
}

impl CallContext<'_> {
    /// The context of what no client calls: in the mock's Region, without a caller.
    pub(crate) fn at(now: SystemTime) -> Self {
        Self {
            now,
            region: None,
            access_key_id: None,
            number: None,
        }
    }
}

/// The current call, the settings, and the state that belongs to no Region.
pub(super) struct Context {
    pub(super) settings: Settings,
    pub(super) now: SystemTime,
    /// The Region of the signed operations.
    pub(super) region: String,
    /// Whether the call named that Region. A public operation that names none takes the Region from
    /// the id in its input.
    pub(super) is_region_named: bool,
    pub(super) access_key_id: Option<String>,
    /// The number of the call in the log.
    pub(super) call_number: Option<usize>,
    pub(super) ids: Ids,
    /// How many pools have been created, in all Regions.
    pub(super) pools_created: u64,
    pub(super) issued: CredentialStore,
    /// When users of user pools were signed out everywhere, in seconds since 1970.
    pub(super) sign_outs: BTreeMap<Login, i64>,
    /// What is no longer there, for explanations.
    pub(super) history: History,
}

impl Context {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            now: SystemTime::UNIX_EPOCH,
            region: settings.region.clone(),
            is_region_named: false,
            access_key_id: None,
            call_number: None,
            ids: Ids::new(settings.seed),
            pools_created: 0,
            issued: CredentialStore::default(),
            sign_outs: BTreeMap::new(),
            history: History::default(),
            settings,
        }
    }

    /// Keeps for explanations what the current call, of this operation, takes away.
    pub(super) fn keep(&mut self, what: What, operation: &'static str) {
        let number = self.call_number;
        self.history.keep(what, ByCall { number, operation });
    }

    pub(super) fn account_id(&self) -> &str {
        &self.settings.account_id
    }

    /// The time in milliseconds since 1970, the resolution of AWS's creation dates.
    pub(super) fn now_millis(&self) -> i64 {
        match self.now.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }

    /// The time in whole seconds since 1970, as tokens and credentials state it.
    pub(super) fn now_seconds(&self) -> i64 {
        self.now_millis().div_euclid(1_000)
    }

    /// Issues credentials for `grant` that last for `seconds`.
    pub(super) fn issue(&mut self, grant: Grant, seconds: u64) -> IssuedKeys {
        let expires = self.now_seconds().saturating_add_unsigned(seconds);
        self.issued.issue(&mut self.ids, grant, expires)
    }
}
