//! The SQL library connects by itself; this gives it a socket of ours to connect to, in a folder nobody else may enter, and carries the
//! bytes to a connection that egress made.

use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

/// Ends with the connection it carries.
pub(crate) struct Relay {
    folder: TempDir,
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Relay {
    /// `name` is what the library looks for in the folder.
    pub fn to<S>(mut outside: S, name: &str) -> io::Result<Relay>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let folder = tempfile::Builder::new().prefix("qn").tempdir()?;
        let path = folder.path().join(name);
        let listener = UnixListener::bind(&path)?;
        let task = tokio::spawn(async move {
            if let Ok((mut inside, _)) = listener.accept().await {
                // one connection, and whoever reads learns of its end
                drop(listener);
                let _ = copy_bidirectional(&mut inside, &mut outside).await;
            }
        });
        Ok(Relay { folder, path, task })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}
