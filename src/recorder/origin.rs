//! Which Region a call was for and who signed it, stored once for calls that have both in common.

use std::sync::Arc;

/// Which Region a call was for and who signed it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin<'a> {
    /// `None` stands for the mock's own Region.
    pub(crate) region: Option<&'a str>,
    /// `None` if the call is not signed.
    pub(crate) access_key_id: Option<&'a str>,
}

/// The origin of calls in the log. Most calls are unsigned calls to the mock's own Region, whose
/// records need nothing but a null pointer.
pub(super) type SharedOrigin = Option<Arc<StoredOrigin>>;

#[derive(Debug)]
pub(super) struct StoredOrigin {
    region: Option<Box<str>>,
    access_key_id: Option<Box<str>>,
}

impl StoredOrigin {
    fn is(&self, origin: Origin<'_>) -> bool {
        self.region.as_deref() == origin.region
            && self.access_key_id.as_deref() == origin.access_key_id
    }

    pub(super) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(super) fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }
}

/// How many origins are remembered in order to share them. More clients than these rarely take
/// turns, and it costs only memory if they do.
const REMEMBERED: usize = 8;

/// The origins of the latest calls.
#[derive(Debug)]
pub(super) struct Origins {
    /// The mock's own Region.
    home: String,
    latest: Vec<Arc<StoredOrigin>>,
}

impl Origins {
    pub(super) fn new(home: &str) -> Self {
        Self {
            home: home.to_owned(),
            latest: Vec::new(),
        }
    }

    pub(super) fn home(&self) -> &str {
        &self.home
    }

    pub(super) fn share(&mut self, origin: Origin<'_>) -> SharedOrigin {
        let origin = Origin {
            region: origin.region.filter(|region| *region != self.home),
            ..origin
        };
        if origin.region.is_none() && origin.access_key_id.is_none() {
            return None;
        }
        if let Some(known) = self.latest.iter().find(|known| known.is(origin)) {
            return Some(Arc::clone(known));
        }
        let stored = Arc::new(StoredOrigin {
            region: origin.region.map(Box::from),
            access_key_id: origin.access_key_id.map(Box::from),
        });
        if self.latest.len() == REMEMBERED {
            self.latest.remove(0);
        }
        self.latest.push(Arc::clone(&stored));
        Some(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin<'a>(region: &'a str, access_key_id: Option<&'a str>) -> Origin<'a> {
        Origin {
            region: Some(region),
            access_key_id,
        }
    }

    #[test]
    fn calls_with_the_same_origin_share_it() {
        let mut origins = Origins::new("us-east-1");
        let mut share = |region, key| origins.share(origin(region, key));

        assert!(share("us-east-1", None).is_none());
        let first = share("eu-west-1", Some("AKIA1")).unwrap();
        let other = share("us-east-1", Some("AKIA1")).unwrap();
        let again = share("eu-west-1", Some("AKIA1")).unwrap();

        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(
            (other.region(), other.access_key_id()),
            (None, Some("AKIA1"))
        );
        assert_eq!(first.region(), Some("eu-west-1"));
    }

    #[test]
    fn only_the_latest_origins_are_remembered() {
        let mut origins = Origins::new("us-east-1");

        for number in 0..100 {
            let key = number.to_string();
            let stored = origins.share(origin("us-east-1", Some(&key))).unwrap();
            assert_eq!(stored.access_key_id(), Some(&*key));
        }

        assert_eq!(origins.latest.len(), REMEMBERED);
    }
}
