//! The state document: pools, identities and their logins as JSON, in the shapes of the API.
//!
//! A pool is the input of `CreateIdentityPool`, with `Roles` and `RoleMappings` as in the input of
//! `SetIdentityPoolRoles`. Reading and writing are inverse.

mod read;
mod write;

use crate::document::Mistake;
use crate::engine::{Engine, Misfit, Settings, Snapshot};

/// A state document whose form was checked.
#[derive(Clone, Debug)]
pub(crate) struct StateDocument(Snapshot);

impl StateDocument {
    /// Reads a document. Whether its parts fit together is known once it is restored.
    pub(crate) fn read(text: &[u8]) -> Result<Self, Mistake> {
        read::snapshot(text).map(Self)
    }

    /// The document of an engine's state.
    pub(crate) fn of(engine: &Engine) -> Self {
        Self(engine.snapshot())
    }

    /// The text of the document.
    pub(crate) fn text(&self) -> String {
        write::document(&self.0).pretty()
    }

    /// An engine in this state. What has no date in the document was created at `now`, in
    /// milliseconds since 1970.
    pub(crate) fn restore(&self, settings: Settings, now: i64) -> Result<Engine, Mistake> {
        Engine::restored(settings, &self.0, now).map_err(|misfit| mistake(&misfit))
    }
}

fn mistake(misfit: &Misfit) -> Mistake {
    let mut path = format!("$.IdentityPools[{}]", misfit.pool);
    if let Some(identity) = misfit.identity {
        path.push_str(&format!(".Identities[{identity}]"));
    }
    path.push_str(&format!(".{}", misfit.member));
    if let Some(key) = &misfit.key {
        path.push_str(&format!("[{key:?}]"));
    }
    Mistake {
        path,
        problem: misfit.problem.clone(),
    }
}
