//! The text a sealed secret is stored as: `qn1.<key id>.<base64url of nonce, ciphertext and tag>`. The form and the key's id are
//! authenticated with the content, so neither can be swapped.

use crate::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// AES-256-GCM, 96-bit random nonce, 128-bit tag.
pub(crate) const FORM: &str = "qn1";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub key_id: String,
    /// Nonce, then ciphertext, then tag.
    pub sealed: Vec<u8>,
}

impl Envelope {
    pub fn write(&self) -> String {
        format!("{FORM}.{}.{}", self.key_id, URL_SAFE_NO_PAD.encode(&self.sealed))
    }

    pub fn read(text: &str) -> Result<Self> {
        let mut parts = text.split('.');
        let (Some(FORM), Some(key_id), Some(body), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(Error::UnknownForm);
        };
        let sealed = URL_SAFE_NO_PAD.decode(body).map_err(|_| Error::Tampered)?;
        Ok(Self { key_id: key_id.to_owned(), sealed })
    }
}
