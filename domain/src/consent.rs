//! What customers agreed to and took back: their word, not what it allowed. Kept when that is erased, because it says why it was there.

use crate::people::text_enum;
use crate::{InboxId, Timestamp};

/// What they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Agents are shown who else wrote from the same device.
    Device,
}

text_enum!(Purpose { Device = "device" });

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub purpose: Purpose,
    /// False: refused, or taken back.
    pub given: bool,
    /// Where they said it.
    pub inbox_id: InboxId,
    /// What the site calls the notice it showed them; may be empty.
    pub notice: String,
    pub at: Timestamp,
}

impl Consent {
    /// Nothing new beside an earlier word.
    pub fn says_the_same(&self, earlier: &Self) -> bool {
        (self.purpose, self.given, &self.inbox_id, &self.notice) == (earlier.purpose, earlier.given, &earlier.inbox_id, &earlier.notice)
    }
}
