//! What likeness of two contacts proves at one company, as its own contacts taught it.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// One document a company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchWeights {
    pub fields: Vec<FieldWeights>,
    /// Contacts of the company at that time.
    pub contacts: i64,
    /// Compared pairs that share something.
    pub pairs: i64,
    /// How many of them are one person's, by these weights.
    pub same: i64,
    pub learnt_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldWeights {
    pub field: String,
    /// From the likest to nothing alike.
    pub levels: Vec<LevelWeight>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelWeight {
    pub bits: f64,
    /// Pairs that compared so.
    pub pairs: i64,
}

impl MatchWeights {
    pub fn levels(&self, field: &str) -> Option<&[LevelWeight]> {
        self.fields.iter().find(|weights| weights.field == field).map(|weights| weights.levels.as_slice())
    }
}
