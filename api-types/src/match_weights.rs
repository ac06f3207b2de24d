//! What likeness of two contacts proves, usually and at this company.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchWeightsView {
    /// Whether what the company's own contacts taught counts, once there is any; false: the usual weights do.
    pub used: bool,
    /// Null: nothing was learnt yet.
    pub learnt: Option<LearntView>,
    /// Contacts of the company now.
    pub contacts: i64,
    /// With fewer contacts nothing is learnt.
    pub contacts_min: i64,
    /// By field, from the likest level to nothing alike.
    pub levels: Vec<LevelView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LearntView {
    pub at: i64,
    /// Contacts of the company then.
    pub contacts: i64,
    /// Compared pairs that share something.
    pub pairs: i64,
    /// How many of these are one person's, by these weights.
    pub same: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LevelView {
    /// `name`, `phone`, `email` or `address`.
    pub field: String,
    /// How alike two values are, e.g. `exact`, `one_edit`, `same_sound`, `else`.
    pub level: String,
    /// log2 of how much likelier this is of one person than of two: what is usual.
    pub usual: f64,
    /// The same at this company; null where nothing was learnt.
    pub own: Option<f64>,
    /// Pairs that compared so when it was learnt; null where nothing was.
    pub pairs: Option<i64>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UseMatchWeights {
    /// False: the usual weights count, and nothing is learnt by itself.
    pub used: bool,
}

impl crate::Check for UseMatchWeights {
    fn check(&mut self, _wrong: &mut Vec<crate::Invalid>) {}
}
