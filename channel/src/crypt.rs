//! The few ciphers and digests that platforms sign and seal with. Comparisons take the same time wherever the first difference is.

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const BLOCK_BYTES: usize = 16;

pub fn sha1_hex(parts: &[&[u8]]) -> String {
    let mut digest = Sha1::new();
    parts.iter().for_each(|part| digest.update(part));
    hex(&digest.finalize())
}

pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().into()
}

pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

pub fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

/// AES-256-CBC with PKCS#7 padding to blocks of `pad_bytes_max` (16, or 32 as WeChat pads). None for anything that does not fit:
/// callers have proved the sender first, so the answer is no oracle.
pub fn open_aes256(key: &[u8; 32], iv: &[u8; 16], sealed: &[u8], pad_bytes_max: u8) -> Option<Vec<u8>> {
    if sealed.is_empty() || !sealed.len().is_multiple_of(BLOCK_BYTES) {
        return None;
    }
    let mut plain = sealed.to_vec();
    let opener = cbc::Decryptor::<Aes256>::new(key.into(), iv.into());
    opener.decrypt_padded::<NoPadding>(&mut plain).ok()?;
    let pad = *plain.last()?;
    let padded = usize::from(pad) <= plain.len() && (1..=pad_bytes_max).contains(&pad);
    if !padded || !plain[plain.len() - usize::from(pad)..].iter().all(|byte| *byte == pad) {
        return None;
    }
    plain.truncate(plain.len() - usize::from(pad));
    Some(plain)
}

/// The other way round: `plain` is padded to whole blocks of `pad_bytes`, a multiple of 16.
pub fn seal_aes256(key: &[u8; 32], iv: &[u8; 16], plain: &[u8], pad_bytes: u8) -> Vec<u8> {
    let block = usize::from(pad_bytes);
    let pad = block - plain.len() % block;
    let mut padded = plain.to_vec();
    padded.extend(std::iter::repeat_n(u8::try_from(pad).unwrap_or(pad_bytes), pad));
    let length = padded.len();
    let sealer = cbc::Encryptor::<Aes256>::new(key.into(), iv.into());
    match sealer.encrypt_padded::<NoPadding>(&mut padded, length) {
        Ok(sealed) => sealed.to_vec(),
        Err(_) => unreachable!("whole blocks need no room"),
    }
}

/// A UUID that follows from a text: the same text, the same UUID.
pub fn uuid(text: &str) -> String {
    let mut bytes: [u8; 32] = sha256(&[b"qingniao step ", text.as_bytes()]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes[..16]);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(sha1_hex(&[b"a", b"bc"]), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(&sha256(&[b"abc"]))[..16], *"ba7816bf8f01cfea");
        // RFC 4231 case 2, RFC 2202 case 2
        let (key, text): (&[u8], &[u8]) = (b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex(&hmac_sha256(key, &[text]))[..16], *"5bdcc146bf60754e");
        assert_eq!(hex(&hmac_sha1(key, &[text])), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }

    #[test]
    fn only_whole_well_padded_blocks_open() {
        // made with PyCryptodome: key and IV of zeros, "hello" and eleven bytes of 11
        let sealed = STANDARD.decode("wjXeJNI54DzI43fGBPymew==").unwrap();
        let (key, iv) = ([0u8; 32], [0u8; 16]);
        assert_eq!(open_aes256(&key, &iv, &sealed, 16).as_deref(), Some(&b"hello"[..]));
        assert_eq!(open_aes256(&key, &iv, &sealed, 10), None, "more padding than allowed");
        for broken in [&sealed[..15], &[][..]] {
            assert_eq!(open_aes256(&key, &iv, broken, 16), None);
        }
        // the first block's IV is xored in: a flipped bit breaks one byte of the padding
        let mut flipped = iv;
        flipped[15] ^= 1;
        assert_eq!(open_aes256(&key, &flipped, &sealed, 16), None);
    }

    #[test]
    fn uuids_follow_from_their_text() {
        assert_eq!(uuid("msg_1"), uuid("msg_1"));
        assert_ne!(uuid("msg_1"), uuid("msg_2"));
        assert_eq!(uuid("x").len(), 36);
    }
}
