//! Why a person passes a conversation on: a company's own short list, chosen with the transfer and counted by reports. Whoever passes
//! it on may give none.

use serde::{Deserialize, Serialize};

/// A list that people read in a moment.
pub const REASONS_MAX: usize = 30;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferReason {
    /// What is kept and counted; it outlives a change of the names.
    pub key: String,
    pub zh: String,
    pub en: String,
}
