//! From text to search terms, the same way for articles and for questions. Chinese gives words, characters and pairs of
//! characters, so that no segmentation error can lose a term; other scripts give light stems; both give concepts (synonyms).

mod concepts;
mod english;
mod text;
mod words;

pub use concepts::Concepts;
pub use english::distance_at_most;
pub use text::{Analysis, Analyzer, Key, Kind, Term, Unit};
pub use words::warm_up;
