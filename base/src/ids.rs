//! Sortable text ids: `<prefix>_<26 characters>`, 48 bits of time then 80 random bits in Crockford base32.
//! Two ids made in the same millisecond sort in any order; ids are names, never an ordering contract.

use crate::clock::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A fresh id body for `now`. The random half comes from the operating system.
pub fn fresh(now: Timestamp) -> String {
    let mut random = [0u8; 10];
    fill_random(&mut random);
    encode(now, random)
}

/// The smallest id body that `fresh` could give from `at` on: where ids are listed by time, they are listed from here.
pub fn floor(at: Timestamp) -> String {
    encode(at, [0; 10])
}

/// The id body that follows from a digest: the same request made twice names the same object.
/// The time half is zero, so derived ids sort before fresh ones.
pub fn derived(digest: &[u8; 16]) -> String {
    encode_u128(u128::from_be_bytes(*digest))
}

/// `len` characters of unguessable lower-case text, for secrets and public keys.
pub fn secret(len: usize) -> String {
    let mut bytes = vec![0u8; len];
    fill_random(&mut bytes);
    bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect()
}

/// Fills `out` from the operating system's generator; a machine without one cannot run the product.
pub fn fill_random(out: &mut [u8]) {
    if let Err(error) = getrandom::fill(out) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

fn encode(now: Timestamp, random: [u8; 10]) -> String {
    let time = u128::from(u64::try_from(now).unwrap_or(0) & 0xffff_ffff_ffff);
    let mut tail = [0u8; 16];
    tail[6..].copy_from_slice(&random);
    encode_u128((time << 80) | u128::from_be_bytes(tail))
}

fn encode_u128(value: u128) -> String {
    (0..26).rev().map(|i| char::from(ALPHABET[((value >> (i * 5)) & 31) as usize])).collect()
}

/// True for text that `fresh`, or a person's importer, could have made: 1 to 64 of `[0-9A-Za-z_-]`.
pub fn is_well_formed(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later_and_have_26_characters() {
        let (a, b) = (fresh(1_000), fresh(2_000));
        assert!(a < b);
        assert_eq!(a.len(), 26);
        assert_ne!(fresh(1_000), a);
        assert!(floor(1_000) <= a && floor(1_001) > a);
    }
}
