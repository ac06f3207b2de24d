//! Sealing of small secrets at rest: an authenticated cipher, a versioned envelope and a key file; marks of what is only to be recognised. Knows nothing of tenants' tables;
//! `runner` and `api` seal and open with it. Other holders of keys (a key ring, PKCS#11) become further variants of `Keys`.

mod envelope;
mod error;
mod key_file;
mod keys;
mod plain;

pub use error::{Error, Result};
pub use key_file::KEY_FILE;
pub use keys::{Keys, Place};
pub use plain::Plain;
