//! Writing, reading and deleting. A blob appears under its key only when it is complete, judged and on stable storage
//! (file and folder synced); a refused, broken, oversized or cancelled upload leaves nothing.

use crate::{BlobError, Key, Sniffer, Verdict};
use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use qn_base::Timestamp;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// Largest attachment, in bytes.
pub const BLOB_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// Pieces are gathered to this size before they go to disk; smaller uploads are one write.
const PART_BYTES: usize = 512 * 1024;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Of the file system behind it, if it is one.
    root: Option<PathBuf>,
    limit_bytes: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub size_bytes: u64,
    pub verdict: Verdict,
}

/// A blob being read.
pub struct Object {
    pub size_bytes: u64,
    pub body: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl Blobs {
    /// Uses (and creates, readable only by us) a folder. Its parent must exist or be creatable.
    pub fn filesystem(root: impl AsRef<Path>) -> Result<Self, BlobError> {
        let path = root.as_ref().to_path_buf();
        let failed = |source| BlobError::Folder { path: path.clone(), source };
        create_private(&path).map_err(failed)?;
        let probe = path.join("#write-test");
        std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(failed)?;
        let root = path.canonicalize().map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(BlobError::Storage)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), root: Some(root), limit_bytes: BLOB_BYTES_MAX })
    }

    /// The same store with another size limit.
    pub fn with_limit(mut self, limit_bytes: u64) -> Self {
        self.limit_bytes = limit_bytes;
        self
    }

    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    /// Writes a stream under a new key. `name` is what the sender called it; it can only make the verdict stricter.
    pub async fn put<S, E>(&self, key: &Key, name: &str, body: S) -> Result<Stored, BlobError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut body = pin!(body);
        let mut sniffer = Sniffer::default();
        let mut buffer = BytesMut::new();
        let mut size_bytes = 0u64;
        // dropping it, by an error below or by a caller that goes away, removes what it has written
        let mut upload: Option<Upload> = None;
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| BlobError::Body(error.into()))?;
            size_bytes += piece.len() as u64;
            if size_bytes > self.limit_bytes {
                return Err(self.give_up(upload, BlobError::TooLarge { limit_bytes: self.limit_bytes }).await);
            }
            sniffer.push(&piece);
            buffer.extend_from_slice(&piece);
            if buffer.len() >= PART_BYTES {
                self.write_part(key, &mut upload, buffer.split().freeze()).await?;
            }
        }
        let verdict = sniffer.finish(name);
        if let Some(refusal) = verdict.refusal {
            return Err(self.give_up(upload, BlobError::Refused(refusal)).await);
        }
        match upload {
            Some(_) => {
                if !buffer.is_empty() {
                    self.write_part(key, &mut upload, buffer.freeze()).await?;
                }
                if let Some(mut upload) = upload {
                    upload.0.complete().await.map_err(|error| BlobError::storage(key.as_str(), error))?;
                }
            }
            None => {
                let written = self.store.put(&key.path(), buffer.freeze().into()).await;
                written.map_err(|error| BlobError::storage(key.as_str(), error))?;
            }
        }
        Ok(Stored { size_bytes, verdict })
    }

    async fn write_part(&self, key: &Key, upload: &mut Option<Upload>, part: Bytes) -> Result<(), BlobError> {
        let failed = |error| BlobError::storage(key.as_str(), error);
        let open = match upload {
            Some(open) => open,
            None => upload.insert(Upload(self.store.put_multipart(&key.path()).await.map_err(failed)?)),
        };
        open.0.put_part(part.into()).await.map_err(failed)
    }

    /// Removes what was written before the error reaches the caller; the error stays the first one.
    async fn give_up(&self, upload: Option<Upload>, error: BlobError) -> BlobError {
        if let Some(mut upload) = upload {
            let _ = upload.0.abort().await;
        }
        error
    }

    pub async fn get(&self, key: &Key) -> Result<Object, BlobError> {
        let found = self.store.get(&key.path()).await.map_err(|error| BlobError::storage(key.as_str(), error))?;
        Ok(Object { size_bytes: found.meta.size, body: found.into_stream().map_err(BlobError::Storage).boxed() })
    }

    /// Deleting what is not there is fine: the wish is fulfilled.
    pub async fn delete(&self, key: &Key) -> Result<(), BlobError> {
        match self.store.delete(&key.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(BlobError::Storage(error)),
        }
    }

    /// Removes half-written files that a killed process left, untouched since `before`. Gives back how many.
    pub async fn remove_partials(&self, before: Timestamp) -> Result<usize, BlobError> {
        let Some(root) = self.root.clone() else { return Ok(0) };
        let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before).unwrap_or(0));
        let path = root.clone();
        let swept = tokio::task::spawn_blocking(move || sweep(&root, before)).await;
        swept.unwrap_or_else(|panic| Err(std::io::Error::other(panic))).map_err(|source| BlobError::Folder { path, source })
    }
}

struct Upload(Box<dyn MultipartUpload>);

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Unfinished writes carry a `#` in their name, which no key contains.
fn sweep(folder: &Path, before: std::time::SystemTime) -> std::io::Result<usize> {
    let mut removed = 0;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.file_name().to_string_lossy().contains('#') && entry.metadata()?.modified()? < before {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
