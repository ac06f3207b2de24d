//! What helps agents and the bot find words: suggested answers, drafts and summaries. Everything here works without a language model;
//! with one it works better, within the tenant's budget.

mod books;
mod canned;
mod draft;
mod outcome;
mod suggest;
pub(crate) mod summary;
mod talk;
pub(crate) mod tone;

pub use books::LlmUse;
pub(crate) use canned::CannedPages;
pub use draft::Drafted;
pub use suggest::Suggested;
pub use summary::Summarised;
