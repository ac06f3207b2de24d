//! What the company knows: articles, how they are found for a question, and whether what was found may be said.
//! Knows no store and no channel: it is given `&[Article]` and text, and gives hits, answers and safe HTML.

pub mod analysis;
mod answer;
mod base;
pub mod catalogue;
pub mod conflict;
mod evidence;
pub mod import;
mod index;
pub mod markdown;
pub mod marks;
pub mod measure;
mod passages;
mod retriever;

pub use analysis::warm_up;
pub use answer::{Answer, CLOSE_MAX, CLOSE_SUM_MIN, FOUND_MIN, NEAR_MAX, NEAR_MIN, Near, answer};
pub use base::KnowledgeBase;
pub use evidence::Evidence;
pub use index::TenantIndex;
pub use qn_domain::Reader;
pub use retriever::{Hit, LIMIT_MAX, Query, Retriever};
