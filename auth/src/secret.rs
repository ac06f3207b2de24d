//! Random secrets and what is kept of them. A secret has 256 random bits, so a plain SHA-256 is enough to store it by.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// API tokens of people and services begin with this.
pub const TOKEN_PREFIX: &str = "qnt_";
/// Longer text is no secret of ours and is not even hashed.
const SECRET_CHARS_MAX: usize = 100;

/// 32 random bytes as 43 characters that fit cookies, headers and URLs.
pub(crate) fn fresh() -> String {
    let mut bytes = [0u8; 32];
    qn_base::ids::fill_random(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn fresh_token() -> String {
    format!("{TOKEN_PREFIX}{}", fresh())
}

/// Hex of SHA-256; none for text that cannot be a secret.
pub(crate) fn hash(secret: &str) -> Option<String> {
    if secret.is_empty() || secret.len() > SECRET_CHARS_MAX || !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    Some(Sha256::digest(secret.as_bytes()).iter().map(|b| format!("{b:02x}")).collect())
}

pub fn is_api_token(text: &str) -> bool {
    text.starts_with(TOKEN_PREFIX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_only_their_hash_is_kept() {
        let (a, b) = (fresh_token(), fresh_token());
        assert_ne!(a, b);
        assert_eq!(a.len(), 47);
        let kept = hash(&a).unwrap();
        assert_eq!(kept.len(), 64);
        assert!(!kept.contains(&a[4..]));
        assert_eq!(hash("abc").unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((hash(""), hash(&"x".repeat(101)), hash("a b"), hash("密")), (None, None, None, None));
    }
}
