//! Reports 报表: what happened to conversations, measured with one published definition per figure. Pure: `episodes` tells the stored
//! messages as stretches, `measure` counts stretches. The store keeps episodes, the API asks for figures.

mod days;
mod episodes;
mod group;
mod holding;
mod measure;

pub use days::{Heat, day_of, hour_of};
pub use episodes::{Told, episodes};
pub use group::{Dimension, Group, group};
pub use measure::{Figures, Returns, Share, Spread, Terms, measure};
