//! Zip archives that may have been made to do harm: what they unpack to is counted by unpacking it, not by what they say.

use crate::DocumentError;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// All entries of an office document together.
const UNPACKED_BYTES_MAX: u64 = 256 << 20;
const ENTRIES_MAX: usize = 10_000;

pub(crate) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, DocumentError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(DocumentError::broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(bomb());
    }
    Ok(archive)
}

/// Unpacks everything once and throws it away: for readers that open the archive by themselves.
pub(crate) fn check(bytes: &[u8]) -> Result<(), DocumentError> {
    let mut archive = open(bytes)?;
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(DocumentError::broken)?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(DocumentError::broken)?;
        left = left.checked_sub(read).ok_or_else(bomb)?;
    }
    Ok(())
}

/// One entry as text; none when there is no such entry.
pub(crate) fn text(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, DocumentError> {
    let entry = match archive.by_name(name) {
        Ok(entry) => entry,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(DocumentError::broken(error)),
    };
    let mut bytes = Vec::new();
    entry.take(UNPACKED_BYTES_MAX / 4 + 1).read_to_end(&mut bytes).map_err(DocumentError::broken)?;
    if bytes.len() as u64 > UNPACKED_BYTES_MAX / 4 {
        return Err(bomb());
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn bomb() -> DocumentError {
    DocumentError::Bomb { mib: (UNPACKED_BYTES_MAX >> 20) as usize }
}
