//! Questions about products, answered from the catalogue instead of from prose: attributes, prices, comparisons, lists, and what goes
//! with what. Pure: a shelf, the talk so far and a turn give the next talk and a reply. Every word of a turn must be accounted for;
//! a turn about anything else gets no reply and goes to the articles. The engine stores the talk with the conversation.

mod about;
mod alike;
mod amounts;
mod attributes;
mod choose;
mod confirm;
mod fits;
mod limits;
mod list;
mod read;
mod say;
mod say_list;
mod shelf;
mod talk;
mod variants;
mod words;

pub use confirm::{careful, settled};
pub use read::kind_title;
pub use shelf::Shelf;
pub use talk::{Kind, Recommended, Reply, Seen, Step, Talk, step, turn};
