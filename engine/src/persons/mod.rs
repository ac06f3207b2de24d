//! One customer over all channels: what contacts are known by (`facts`, `device`, `deeds`), which of them people say are one person (`linking`) or are linked by
//! likeness where a company wants it (`likeness`), who else
//! it may be (`suggest`), what likeness proves here (`weights`), and what a conversation goes on with (`carry`). Contacts are never merged; links join them and can be taken back.

mod carry;
mod deeds;
mod device;
mod facts;
mod likeness;
mod linking;
mod suggest;
mod weights;

pub(crate) use carry::{Continues, LASTING, carry, in_answer, lasting};
pub(crate) use facts::{Joined, Seen, told_by_channel};
pub use facts::{KnownBy, address, claimed};
pub use suggest::{LikelySame, PersonFound};
pub use weights::weights_from;
