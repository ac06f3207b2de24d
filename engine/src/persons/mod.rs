//! One customer over all channels: what contacts are known by (`facts`), which of them people say are one person (`linking`), and who
//! else it may be (`suggest`). Contacts are never merged; links join them and can be taken back.

mod facts;
mod linking;
mod suggest;

pub use facts::KnownBy;
pub(crate) use facts::Seen;
pub use suggest::{LikelySame, PersonFound};
