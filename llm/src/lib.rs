//! A client for language models behind an OpenAI-compatible address, and the few things they are asked here: a grounded answer, a summary,
//! a question put again. Off unless configured; every use has a way without it. What customers and documents say is data: it is hidden,
//! quoted and never in the system's voice, and what comes back is checked before anybody sees it.

mod breaker;
mod budget;
mod cache;
mod client;
mod error;
mod gather;
mod model;
mod prompt;
mod schema;
mod settings;
mod sse;
pub mod uses;
mod veil;
mod wire;

pub use breaker::Breaker;
pub use budget::{Budget, Limit, OverBudget, Period, Price, Spent, Usage};
pub use error::LlmError;
pub use gather::{Reply, ToolCall};
pub use model::{Books, Called, Health, Llm};
pub use prompt::{Chat, Shape, Tool, Turn};
pub use schema::check as check_shape;
pub use settings::Settings;
pub use sse::Events;
pub use uses::answer::{Answered, Passage, Tone};
pub use uses::summary::Summary;
pub use uses::{Line, Speaker};
pub use veil::{Veil, Veiled};

pub type Result<T> = std::result::Result<T, LlmError>;
