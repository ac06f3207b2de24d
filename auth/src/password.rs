//! Passwords: argon2id on the blocking pool, a few at a time, because each one takes 19 MiB and all of a core.

use crate::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longer ones only serve to make us work.
pub const PASSWORD_CHARS_MAX: usize = 200;

/// OWASP's choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const AT_ONCE: usize = 2;
/// Who waits longer than this for a turn is told to come back.
const WAIT_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// Checked against when there is no account, so that it takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    pub async fn new() -> Result<Self> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let this = Self { turns, decoy: Arc::from("") };
        let decoy = this.hash(crate::secret::fresh()).await?;
        Ok(Self { decoy: Arc::from(decoy), ..this })
    }

    /// PHC text with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hasher()?.hash_password(password.as_bytes()).ok().map(|h| h.to_string())).await?.ok_or(Error::WeakPassword)
    }

    /// With no hash the work is done all the same and the answer is no.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool> {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.to_string());
        let fits = self.run(move || Some(verify(&password, &phc))).await?.unwrap_or(false);
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Option<T> + Send + 'static) -> Result<Option<T>> {
        let turn = tokio::time::timeout(WAIT_MAX, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Error::Busy) };
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|_| Error::Busy)
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn verify(password: &str, phc: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(phc) else { return false };
    hasher().is_some_and(|h| h.verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Long enough, not too long.
pub(crate) fn is_acceptable(password: &str) -> bool {
    (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&password.chars().count())
}

/// For a first sign-in: 80 random bits in groups that can be read out aloud.
pub fn one_time_password() -> String {
    let body = qn_base::ids::secret(16);
    let groups: Vec<String> = body.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    groups.join("-")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_only_its_own_hash() {
        let passwords = Passwords::new().await.unwrap();
        let phc = passwords.hash("correct 马 battery".into()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_ne!(phc, passwords.hash("correct 马 battery".into()).await.unwrap(), "each has its own salt");
        assert!(passwords.verify("correct 马 battery".into(), Some(phc.clone())).await.unwrap());
        assert!(!passwords.verify("correct 马 batterz".into(), Some(phc)).await.unwrap());
        assert!(!passwords.verify("anything".into(), None).await.unwrap());
        assert!(!passwords.verify("anything".into(), Some("not a hash".into())).await.unwrap());
    }

    #[tokio::test]
    async fn a_stranger_costs_as_much_as_an_acquaintance() {
        let passwords = Passwords::new().await.unwrap();
        assert!(passwords.decoy.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", passwords.decoy);
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(is_acceptable("一二三四五六七八九十"));
        assert!(!is_acceptable("short"));
        assert!(!is_acceptable(&"x".repeat(201)));
        assert!(is_acceptable(&one_time_password()));
    }
}
