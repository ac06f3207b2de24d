//! Which SQLite files may be opened: those below folders that the operator names, wherever links in between lead.

use crate::failure::plain;
use qn_connector::{Failure, Kind};
use std::path::{Path, PathBuf};

/// The file itself, links followed.
pub(crate) fn allowed(path: &Path, folders: &[PathBuf]) -> Result<PathBuf, Failure> {
    let refused = || {
        plain(
            Kind::Refused,
            "file_not_allowed",
            "files of databases are opened only below the folders in connectors.sqlite_folders of the server's configuration",
            "只能打开服务器配置 connectors.sqlite_folders 所列文件夹中的数据库文件",
        )
    };
    if folders.is_empty() {
        return Err(refused());
    }
    let real = path.canonicalize().map_err(|_| {
        // whether a file is there is told only below the folders
        if folders.iter().any(|folder| path.starts_with(folder)) {
            plain(Kind::Refused, "no_file", "there is no such file", "没有这个文件")
        } else {
            refused()
        }
    })?;
    let inside = folders.iter().filter_map(|folder| folder.canonicalize().ok()).any(|folder| real.starts_with(folder));
    if inside && real.is_file() { Ok(real) } else { Err(refused()) }
}
