//! Documents in a folder of the server. Only below the folder the operator named, in the part that is the tenant's own; links are not
//! followed. Everything here blocks: call it off the async threads.

use super::reader::unread;
use qn_domain::{TenantId, Unread};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

const FILES_MAX: usize = 2_000;
const DEEP_MAX: usize = 12;

/// A file as its folder lists it.
pub(super) struct Listed {
    /// Its path below the folder, with `/`.
    pub name: String,
    pub path: PathBuf,
    pub size_bytes: u64,
    /// Changes when the file does.
    pub modified: String,
}

/// The folder a source means.
pub(super) fn resolve(root: Option<&Path>, tenant_id: &TenantId, place: &str) -> Result<PathBuf, Unread> {
    let root = root.ok_or_else(|| {
        unread("no_folders", "此服务器没有开放文件夹（knowledge.folder）", "this server opens no folders (knowledge.folder)")
    })?;
    let below = Path::new(place);
    if below.components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err(unread("bad_folder", "文件夹应为相对路径，不含 ..", "a folder is a relative path without .."));
    }
    Ok(root.join(tenant_id.as_str()).join(below))
}

/// Known files in and below the folder, by name.
pub(super) fn list(folder: &Path, knows: &dyn Fn(&str) -> bool) -> Result<Vec<Listed>, Unread> {
    let mut found = Vec::new();
    let missing = |_| unread("no_folder", "文件夹不存在或无法读取", "the folder does not exist or cannot be read");
    // The folder itself may be no link either: it could lead to another tenant's.
    let about = std::fs::symlink_metadata(folder).map_err(missing)?;
    if !about.is_dir() {
        return Err(missing(std::io::Error::other("no folder")));
    }
    walk(folder, folder, 0, knows, &mut found).map_err(missing)?;
    if found.len() > FILES_MAX {
        let (zh, en) = (format!("文件夹里超过 {FILES_MAX} 个文件"), format!("the folder holds more than {FILES_MAX} files"));
        return Err(unread("too_many_files", zh, en));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, depth: usize, knows: &dyn Fn(&str) -> bool, found: &mut Vec<Listed>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() && depth < DEEP_MAX {
            walk(root, &path, depth + 1, knows, found)?;
        } else if kind.is_file() && found.len() <= FILES_MAX {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if !knows(&name) {
                continue;
            }
            let about = entry.metadata()?;
            let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
            found.push(Listed { name, path, size_bytes: about.len(), modified: format!("{}-{}", changed.as_nanos(), about.len()) });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leaves_the_folder_that_is_theirs() {
        let root = tempfile::tempdir().unwrap();
        let own = root.path().join("tnt_a");
        std::fs::create_dir_all(own.join("handbook")).unwrap();
        std::fs::create_dir_all(root.path().join("tnt_b")).unwrap();
        std::fs::write(root.path().join("tnt_b/secret.md"), "# b").unwrap();
        std::fs::write(own.join("handbook/a.md"), "# a").unwrap();
        std::fs::write(own.join("handbook/run.exe"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.path().join("tnt_b"), own.join("handbook/link")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.path().join("tnt_b"), own.join("other")).unwrap();
        let knows = |name: &str| name.ends_with(".md");
        let (root, tenant) = (Some(root.path()), TenantId::from("tnt_a"));
        let names = |place: &str| {
            resolve(root, &tenant, place)
                .and_then(|folder| list(&folder, &knows))
                .map(|all| all.into_iter().map(|f| f.name).collect::<Vec<_>>())
        };
        assert_eq!(names("handbook").unwrap(), ["a.md"]);
        assert_eq!(names("").unwrap(), ["handbook/a.md"]);
        for place in ["../tnt_b", "/etc", "handbook/../../tnt_b", "other", "gone"] {
            assert!(names(place).is_err(), "{place}");
        }
        assert_eq!(resolve(None, &tenant, "").unwrap_err().code, "no_folders");
    }
}
