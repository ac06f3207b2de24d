//! A short digest of everything in a folder that decides the vectors, so that another model under the same name has another name.

use crate::ModelError;
use crate::files::{self, FILES};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// Twelve hexadecimal digits over all files that are read, each with its name and length.
pub fn of_folder(folder: &Path) -> Result<String, ModelError> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    for file in FILES {
        let Some((mut opened, bytes)) = files::open(folder, file.path)? else { continue };
        hash.update(format!("{}\n{bytes}\n", file.path));
        loop {
            let read = opened.read(&mut buffer).map_err(|source| ModelError::unreadable(&folder.join(file.path), source))?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
        }
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}
