//! The interpreter: one pure function, `advance`, from a run's state and an event to journal entries, effects and the next state.
//! No IO, no clock, no randomness but what it is handed. The state changes only by applying entries, so what a journal says is
//! what a run is.

mod advance;
mod apply;
mod correct;
mod effect;
mod entry;
mod event;
mod go;
mod hear;
mod named;
mod scope;
mod shared;
mod state;
mod unasked;
mod unheard;
mod unwind;
mod words;

pub use advance::{Decision, Refusal, advance, advance_knowing};
pub(crate) use apply::apply;
pub use apply::{Corrupt, replay};
pub(crate) use effect::between;
pub use effect::{Effect, outstanding};
pub use entry::{Entry, FrameWish, version};
pub use event::{Event, Moment, Outcome, StepError};
pub use shared::{SHARED_BYTES_MAX, Shared, kept};
pub use state::{Answered, Frame, FrameKind, Open, Passed, Place, RunState, Signal, Status, Step, Token, Undo, UndoState, Unwind};
pub use unasked::{Correctable, correctable};
pub use words::begins_correction;
