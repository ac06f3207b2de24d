//! The key file: made once, private, whole.

use qn_crypto::{Error, KEY_FILE, Keys, Place, Plain};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const PLACE: Place<'_> = Place { tenant: "t", name: "n" };

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_first_start_makes_a_private_key_and_later_ones_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = Keys::in_folder(folder.path()).unwrap();
    let sealed = first.seal(PLACE, &Plain::new("x")).unwrap();
    let mode = std::fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = Keys::in_folder(folder.path()).unwrap();
    assert_eq!(again.open(PLACE, &sealed).unwrap().reveal(), "x");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the key");
}

#[test]
fn servers_that_start_together_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || Keys::in_folder(&path).unwrap().id().to_owned())
        })
        .collect();
    let mut ids: Vec<String> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[test]
fn an_exposed_or_broken_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    Keys::in_folder(folder.path()).unwrap();
    let path = folder.path().join(KEY_FILE);
    set_mode(&path, 0o640);
    assert!(matches!(Keys::in_folder(folder.path()), Err(Error::Exposed { .. })));
    set_mode(&path, 0o600);
    for content in ["", "qingniao-key-1 ", "qingniao-key-1 AAAA\n", "qingniao-key-2 x"] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(Keys::in_folder(folder.path()), Err(Error::NoKey { .. })), "{content}");
    }
    assert!(matches!(Keys::in_folder(&folder.path().join("absent")), Err(Error::File { .. })));
}
