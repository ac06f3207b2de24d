//! Ids of the demo follow from names, so that seeding twice makes the same objects.

use sha2::{Digest, Sha256};

/// For `SomeId::derived`.
pub fn digest(kind: &str, name: &str) -> [u8; 16] {
    let hash =
        Sha256::new().chain_update("qingniao demo").chain_update([0]).chain_update(kind).chain_update([0]).chain_update(name).finalize();
    let mut out = [0; 16];
    out.copy_from_slice(&hash[..16]);
    out
}
