//! Reports 报表: what happened to conversations, measured with one published definition per figure. Pure: `episodes` tells the stored
//! messages as stretches, `measure` counts stretches; `sample` draws conversations for review, `score` says what a filled-in form is worth. The store keeps episodes, the API asks for figures.

mod beside;
mod days;
mod episodes;
mod fairness;
mod group;
mod holding;
mod measure;
mod sample;
mod score;

pub use beside::{Beside, Channels, Scores, Wrapped, Wraps};
pub use days::{Heat, Span, day_of, hour_of, next_after, span_of};
pub use episodes::{Told, episodes};
pub use fairness::{Fairness, Handled, ONLINE_MS_MIN, fairness};
pub use group::{Dimension, Group, group};
pub use measure::{Begun, Figures, Returns, Share, Spread, Terms, measure};
pub use sample::{Candidate, Drawn, Lot, sample};
pub use score::{NOT_APPLICABLE, Score, Unscored, score};
