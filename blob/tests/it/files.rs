//! Put, get and delete on a real folder: complete or absent, whatever happens on the way.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use qn_blob::{BlobError, Blobs, Key, Refusal};
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const NOW: i64 = 1_790_000_000_000;

fn pieces(size: usize, count: usize) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream::iter((0..count).map(move |i| Ok(Bytes::from(vec![b'a' + u8::try_from(i % 26).unwrap(); size]))))
}

fn key(id: &str) -> Key {
    Key::new("tnt_1", id, NOW).unwrap()
}

fn store() -> (TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::filesystem(folder.path().join("blobs")).unwrap();
    (folder, blobs)
}

/// Every file below, so that "nothing left behind" can be said.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

async fn read(blobs: &Blobs, key: &Key) -> Vec<u8> {
    let object = blobs.get(key).await.unwrap();
    let size = object.size_bytes;
    let bytes: Vec<u8> = object.body.map_ok(|piece| piece.to_vec()).try_concat().await.unwrap();
    assert_eq!(bytes.len() as u64, size);
    bytes
}

#[tokio::test]
async fn small_and_large_content_come_back_as_they_were() {
    let (folder, blobs) = store();
    for (id, size, count) in [("empty", 0, 0), ("small", 10, 3), ("large", 100_003, 50), ("uneven", 700_001, 3), ("exact", 512 * 1024, 4)] {
        let stored = blobs.put(&key(id), "a.txt", pieces(size, count)).await.unwrap();
        assert_eq!((stored.size_bytes, stored.verdict.media_type), ((size * count) as u64, "text/plain"));
        let expected: Vec<u8> = pieces(size, count).map(|piece| piece.unwrap().to_vec()).concat().await;
        assert_eq!(read(&blobs, &key(id)).await, expected, "{id}");
    }
    assert_eq!(files(folder.path()).len(), 5);
    assert!(folder.path().join("blobs/tnt_1/2026/09/large").is_file());
}

#[tokio::test]
async fn the_limit_is_exact_and_an_oversized_upload_leaves_nothing() {
    let (folder, blobs) = store();
    assert_eq!(blobs.limit_bytes(), 20 * 1024 * 1024);
    let exact = blobs.clone().with_limit(1_500_000);
    exact.put(&key("full"), "a.txt", pieces(500_000, 3)).await.unwrap();
    exact.delete(&key("full")).await.unwrap();
    for blobs in [exact, blobs.with_limit(100)] {
        let endless = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 64 * 1024])));
        let error = blobs.put(&key("big"), "a.txt", endless).await.unwrap_err();
        assert!(matches!(error, BlobError::TooLarge { limit_bytes } if limit_bytes == blobs.limit_bytes()), "{error}");
        assert!(matches!(blobs.get(&key("big")).await, Err(BlobError::NotFound { .. })));
        assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn refused_content_leaves_nothing() {
    let (folder, blobs) = store();
    let program = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"\x7fELF")), Ok(Bytes::from(vec![0; 2_000_000]))]);
    let error = blobs.put(&key("p"), "photo.png", program).await.unwrap_err();
    assert!(matches!(error, BlobError::Refused(Refusal::Executable)), "{error}");
    let small = blobs.put(&key("q"), "run.bat", pieces(3, 1)).await.unwrap_err();
    assert!(matches!(small, BlobError::Refused(Refusal::Script)), "{small}");
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_broken_stream_leaves_nothing_and_keeps_its_cause() {
    let (folder, blobs) = store();
    let good = (0..40).map(|_| Ok(Bytes::from(vec![b'x'; 50_000])));
    let broken = stream::iter(good.chain([Err(io::Error::other("the line went dead"))]));
    let error = blobs.put(&key("b"), "a.txt", broken).await.unwrap_err();
    assert!(matches!(&error, BlobError::Body(cause) if cause.to_string() == "the line went dead"), "{error:?}");
    nothing_soon(folder.path()).await;
}

#[tokio::test]
async fn a_cancelled_upload_leaves_nothing() {
    let (folder, blobs) = store();
    let stalled = pieces(600_000, 3).chain(stream::pending());
    let upload = tokio::spawn(async move { blobs.put(&key("c"), "a.txt", stalled).await });
    while files(folder.path()).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    upload.abort();
    assert!(upload.await.unwrap_err().is_cancelled());
    nothing_soon(folder.path()).await;
}

/// Dropped uploads are removed by a background thread; it has five seconds.
async fn nothing_soon(folder: &Path) {
    for _ in 0..500 {
        if files(folder).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("left behind: {:?}", files(folder));
}

#[tokio::test]
async fn what_is_being_written_is_not_visible() {
    let (_folder, blobs) = store();
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    let slow = pieces(600_000, 2).chain(stream::once(async move {
        let _ = wait.await;
        Ok(Bytes::from_static(b"end"))
    }));
    let writer = blobs.clone();
    let upload = tokio::spawn(async move { writer.put(&key("w"), "a.txt", slow).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(matches!(blobs.get(&key("w")).await, Err(BlobError::NotFound { .. })));
    done.send(()).unwrap();
    assert_eq!(upload.await.unwrap().unwrap().size_bytes, 1_200_003);
    assert_eq!(read(&blobs, &key("w")).await.len(), 1_200_003);
}

#[tokio::test]
async fn deleting_twice_is_fine_and_reading_after_is_not_found() {
    let (_folder, blobs) = store();
    blobs.put(&key("d"), "a.txt", pieces(1, 1)).await.unwrap();
    blobs.delete(&key("d")).await.unwrap();
    blobs.delete(&key("d")).await.unwrap();
    assert!(matches!(blobs.get(&key("d")).await, Err(BlobError::NotFound { key }) if key == "tnt_1/2026/09/d"));
}

#[tokio::test]
async fn leftovers_of_a_killed_process_are_swept() {
    let (folder, blobs) = store();
    blobs.put(&key("keep"), "a.txt", pieces(1, 1)).await.unwrap();
    let partial = folder.path().join("blobs/tnt_1/2026/09/gone#1");
    std::fs::write(&partial, b"half").unwrap();
    assert_eq!(blobs.remove_partials(0).await.unwrap(), 0, "younger than the mark");
    assert_eq!(blobs.remove_partials(i64::MAX / 2_000_000).await.unwrap(), 1);
    assert!(!partial.exists());
    assert_eq!(read(&blobs, &key("keep")).await, b"a");
}

#[tokio::test]
async fn many_at_once() {
    let (folder, blobs) = store();
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(&key(&format!("m{i}")), "a.txt", pieces(30_000, i)).await.unwrap().size_bytes })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), 30_000 * i as u64);
    }
    assert_eq!(files(folder.path()).len(), 40);
}

#[test]
fn an_unusable_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let error = Blobs::filesystem(&file).unwrap_err();
    assert!(matches!(&error, BlobError::Folder { path, .. } if *path == file), "{error}");
    assert!(Blobs::filesystem(file.join("below")).is_err());
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    Blobs::filesystem(folder.path().join("deep/blobs")).unwrap();
    assert_eq!(std::fs::metadata(folder.path().join("deep/blobs")).unwrap().permissions().mode() & 0o777, 0o700);
}
