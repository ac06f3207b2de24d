//! One customer over all channels: what contacts are known by (`facts`), which of them people say are one person (`linking`), who else
//! it may be (`suggest`), and what a conversation goes on with (`carry`). Contacts are never merged; links join them and can be taken back.

mod carry;
mod facts;
mod linking;
mod suggest;

pub(crate) use carry::{Continues, carry, in_answer, lasting};
pub use facts::KnownBy;
pub(crate) use facts::{Joined, Seen};
pub use suggest::{LikelySame, PersonFound};
