//! Do two questions mean the same? A model learnt from pairs of questions that were judged, without any download. Used for finding
//! duplicates and by `qingniao match`; the search for candidates is retrieval's.

mod crosses;
mod dense;
mod lexis;
mod margins;
mod model;
mod side;

pub use crate::learn::boost::BoostOptions;
pub use model::{Pair, PairModel, PairOptions};
