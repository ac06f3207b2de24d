//! What a conversation is about, kept from turn to turn: things named, the product under discussion, what was listed (`update(state, turn)`,
//! plain JSON, stored with the conversation), and what a turn means that leans on one before: `instead` of what it takes back, and `elided`;
//! and what leans on nothing a company does (`of_the_world`).
//! Pure and language neutral. Not a policy: what to answer is decided elsewhere, and which matter waits for an answer is the flows' stack.

mod elided;
mod frames;
mod instead;
mod refer;
mod state;
mod update;
mod words;
mod world;

pub use elided::elided;
pub use frames::{Act, ActKind, Domain, Frames, SlotKind, Tracker};
pub use instead::instead;
pub use state::{DialogueState, Referent, Turn};
pub use update::{told, update};
pub use world::of_the_world;
