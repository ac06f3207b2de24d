//! The key file: one line, `qingniao-key-1 <base64>`, mode 0600, made once. Two servers that start together agree on one key,
//! and a crash in between leaves either no key or a whole one.

use crate::keys::{KEY_BYTES, fresh_bytes};
use crate::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// Its name in the data folder. Whoever has it and the database has the secrets: back them up apart.
pub const KEY_FILE: &str = "secrets.key";
const FORM: &str = "qingniao-key-1 ";

pub(crate) fn read_or_create(folder: &Path) -> Result<[u8; KEY_BYTES]> {
    let path = folder.join(KEY_FILE);
    if !path.exists() {
        create(folder, &path).map_err(|source| Error::File { path: path.clone(), source })?;
    }
    read(&path)
}

/// Written whole under another name, then linked: the link fails if somebody was faster, and theirs is read.
fn create(folder: &Path, path: &Path) -> io::Result<()> {
    let random = fresh_bytes::<KEY_BYTES>().map_err(io::Error::other)?;
    let suffix = fresh_bytes::<8>().map_err(io::Error::other)?;
    let beside = folder.join(format!("{KEY_FILE}.{:016x}", u64::from_ne_bytes(suffix)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(format!("{FORM}{}\n", STANDARD.encode(random)).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(folder)?.sync_all()
}

fn read(path: &Path) -> Result<[u8; KEY_BYTES]> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::Exposed { path: path.to_owned() });
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let bytes = text.trim_end().strip_prefix(FORM).and_then(|text| STANDARD.decode(text).ok());
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| Error::NoKey { path: path.to_owned() })
}
