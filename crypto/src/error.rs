//! Why something could not be sealed or opened. Messages never hold what was sealed.

use std::io;
use std::path::PathBuf;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Changed, moved to another place, or sealed with another key.
    #[error("the sealed text does not open: it was changed, moved, or sealed with another key")]
    Tampered,
    #[error("the sealed text was made with the key {sealed_with}, this server has {present}")]
    OtherKey { sealed_with: String, present: String },
    #[error("the sealed text has a form this program does not know")]
    UnknownForm,
    #[error("larger than {bytes_max} bytes")]
    TooLarge { bytes_max: usize },
    #[error("the machine gives no random numbers")]
    NoRandom,
    #[error("the key file {path} can be read by others; run: chmod 600 {path}")]
    Exposed { path: PathBuf },
    #[error("the key file {path} holds no key")]
    NoKey { path: PathBuf },
    #[error("the key file {path}: {source}")]
    File { path: PathBuf, source: io::Error },
}
