//! The handle of this room: the database, the clock, the keys and the short memories.

use crate::lockout::Strangers;
use crate::password::Passwords;
use crate::people::PeopleCache;
use crate::visitor::VisitorCache;
use crate::{Result, secret};
use hmac::{Hmac, KeyInit};
use qn_base::{Clock, Timestamp};
use qn_store::Db;
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;

/// Cheap to clone.
#[derive(Clone)]
pub struct Auth(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub passwords: Passwords,
    pub strangers: Strangers,
    pub people: PeopleCache,
    pub visitors: VisitorCache,
    /// Keyed once, cloned per token.
    pub visitor_mac: Hmac<Sha256>,
}

impl Auth {
    /// Reads the server's signing key, making it on the first start.
    pub async fn open(db: Db, clock: Arc<dyn Clock>) -> Result<Auth> {
        let visitor_key = qn_store::tenant::secret(&db, "visitor_token_key", secret::fresh(), clock.now()).await?;
        // HMAC takes keys of any length, so this never fails.
        let visitor_mac = Hmac::new_from_slice(visitor_key.as_bytes()).map_err(|_| crate::Error::InvalidToken)?;
        let passwords = Passwords::new().await?;
        Ok(Auth(Arc::new(Inner {
            db,
            clock,
            passwords,
            strangers: Strangers::default(),
            people: PeopleCache::default(),
            visitors: VisitorCache::default(),
            visitor_mac,
        })))
    }

    /// For whoever creates a user or resets a password. `WeakPassword` when it is too short or too long.
    pub async fn hash_password(&self, password: &str) -> Result<String> {
        if !crate::password::is_acceptable(password) {
            return Err(crate::Error::WeakPassword);
        }
        self.0.passwords.hash(password.to_owned()).await
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth")
    }
}
