//! What a company allows itself to spend at the language model in a month.

use crate::{Check, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Money is in hundredths of the operator's currency; a limit of 0 is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LlmLimitsView {
    /// Null: no model is configured, and nothing can be spent.
    pub model: Option<String>,
    /// The operator gave prices, so that money is counted.
    pub has_price: bool,
    /// The company's own limits.
    pub month_tokens: i64,
    pub month_cents: i64,
    /// What the operator allows each company; its own may be at most as high.
    pub month_tokens_max: i64,
    pub month_cents_max: i64,
    /// Spent this month, by the company's calendar; money rounded down.
    pub spent_tokens: i64,
    pub spent_cents: i64,
    pub calls: i64,
    /// The model is not asked until the next day or month.
    pub used_up: bool,
    /// 0: nothing was chosen yet.
    pub version: i64,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteLlmLimits {
    /// 0: none of the company's own.
    pub month_tokens: i64,
    pub month_cents: i64,
    /// The one that was read.
    pub version: i64,
}

impl Check for WriteLlmLimits {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        for (limit, field) in [(self.month_tokens, "month_tokens"), (self.month_cents, "month_cents")] {
            if limit < 0 {
                wrong.push(Invalid::new(field, "不能是负数；0 表示不限", "is not negative; 0 is no limit"));
            }
        }
    }
}
