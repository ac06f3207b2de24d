//! The workshop: what operations people teach the bot. Examples in, a trained version out, published without a restart, and the
//! messages it should learn from next. The learning itself is `qn_nlu::intent`; here it meets the store and the turn.

mod backtest;
mod beside;
mod brain;
mod check;
mod correction;
mod encoder;
mod evaluate;
mod examples;
mod learning;
mod live;
mod rollout;
mod runs;
mod train;

pub use backtest::CONVERSATIONS_MAX as BACKTEST_CONVERSATIONS_MAX;
pub(crate) use beside::{Turn, compare};
pub use correction::{Correction, MoodTurn};
pub use encoder::{EncoderHealth, TextEncoder};
pub use examples::{Added, Line, NewExamples};
pub use learning::{LearningGroup, Suggestion};
pub(crate) use learning::{blame, judge};
pub(crate) use live::{LiveModel, LiveModels, bucket};
pub use live::{LiveVersion, Ranked, Reading, Word};
pub(crate) use runs::Runs;
pub(crate) use train::Trainings;
