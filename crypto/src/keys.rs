//! The holder of keys. One variant today, the key file; a closed set, so that a caller never knows which it is.

use crate::envelope::{Envelope, FORM};
use crate::{Error, Plain, Result, key_file};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::path::Path;

/// Passwords, tokens and private keys; nothing larger belongs here.
const PLAIN_BYTES_MAX: usize = 16 * 1024;
pub(crate) const KEY_BYTES: usize = 32;

/// Where a sealed text belongs. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub tenant: &'a str,
    pub name: &'a str,
}

impl Place<'_> {
    /// Lengths first, so that no two places read the same.
    fn associated(&self, key_id: &str) -> Vec<u8> {
        format!("{FORM}|{key_id}|{}|{}|{}|{}", self.tenant.len(), self.tenant, self.name.len(), self.name).into_bytes()
    }
}

/// Seals and opens. Cheap to share behind an `Arc`.
pub enum Keys {
    /// One key, in a file beside the data.
    File(FileKey),
}

pub struct FileKey {
    key: LessSafeKey,
    /// Follows from the key; nothing that is sealed is marked with the key itself.
    marks: hmac::Key,
    /// The first eight hexadecimal digits of the key's SHA-256 (over a label and the key).
    id: String,
}

impl Keys {
    /// The key of a data folder; made there at the first start (mode 0600), the same ever after.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        Self::from_bytes(&key_file::read_or_create(folder)?)
    }

    /// A key that ends with the process; for tests and demonstrations in memory.
    pub fn fresh() -> Result<Self> {
        Self::from_bytes(&fresh_bytes::<KEY_BYTES>()?)
    }

    fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Error::Tampered)?);
        let labelled: Vec<u8> = b"qingniao key id\0".iter().chain(bytes).copied().collect();
        let id = digest(&SHA256, &labelled).as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let marks = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"qingniao marks");
        Ok(Keys::File(FileKey { key, marks: hmac::Key::new(hmac::HMAC_SHA256, marks.as_ref()), id }))
    }

    /// Names the key without saying anything about it.
    pub fn id(&self) -> &str {
        match self {
            Keys::File(file) => &file.id,
        }
    }

    /// At most 16 KiB. The same text sealed twice looks different.
    pub fn seal(&self, place: Place<'_>, plain: &Plain) -> Result<String> {
        if plain.reveal().len() > PLAIN_BYTES_MAX {
            return Err(Error::TooLarge { bytes_max: PLAIN_BYTES_MAX });
        }
        let Keys::File(file) = self;
        let nonce = fresh_bytes::<NONCE_LEN>()?;
        let mut body = plain.reveal().as_bytes().to_vec();
        let aad = Aad::from(place.associated(&file.id));
        file.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body).map_err(|_| Error::NoRandom)?;
        Ok(Envelope { key_id: file.id.clone(), sealed: [&nonce[..], &body].concat() }.write())
    }

    /// A value to be recognised by and never to be read: the same for the same text and place, without the key neither made nor undone.
    pub fn mark(&self, place: Place<'_>, text: &str) -> String {
        let Keys::File(file) = self;
        let mut whole = place.associated(&file.id);
        whole.push(b'|');
        whole.extend(text.as_bytes());
        hmac::sign(&file.marks, &whole).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Only with the same place it was sealed for.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Plain> {
        let Keys::File(file) = self;
        let envelope = Envelope::read(sealed)?;
        if envelope.key_id != file.id {
            return Err(Error::OtherKey { sealed_with: envelope.key_id, present: file.id.clone() });
        }
        let (nonce, body) = envelope.sealed.split_at_checked(NONCE_LEN).ok_or(Error::Tampered)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Tampered)?;
        let mut body = body.to_vec();
        let aad = Aad::from(place.associated(&file.id));
        let opened = file.key.open_in_place(nonce, aad, &mut body).map_err(|_| Error::Tampered)?;
        let plain = std::str::from_utf8(opened).map(Plain::new).map_err(|_| Error::Tampered);
        body.fill(0);
        plain
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.id())
    }
}

pub(crate) fn fresh_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::NoRandom)?;
    Ok(bytes)
}
