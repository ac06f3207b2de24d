//! What a conversation is about, kept from turn to turn: topic, things named, product under discussion, question left open.
//! Pure and language neutral: `update(state, turn)` gives the next state and the turn with everything it leaves out filled in.
//! The state is plain JSON, stored by the engine with the conversation. Not a policy: what to answer is decided elsewhere.

mod frames;
mod instead;
mod refer;
mod state;
mod topic;
mod update;
mod words;

pub use frames::{Act, ActKind, Domain, Frames, SlotKind, Tracker};
pub use instead::instead;
pub use state::{BotTurn, Correction, DialogueState, Movement, Pending, Referent, Resolved, SlotValue, Topic, Turn};
pub use update::{told, update};
