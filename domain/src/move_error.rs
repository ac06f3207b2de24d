//! Why a conversation cannot move as somebody wants.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    #[error("the conversation is already resolved")]
    Resolved,
    #[error("the conversation is not resolved")]
    NotResolved,
    #[error("another agent owns the conversation")]
    OwnedByOther,
    #[error("no transfer is offered to this agent")]
    NoTransfer,
    #[error("the conversation already is in that state")]
    Already,
    #[error("the conversation is part of another one")]
    Merged,
    #[error("the conversation was split off another one")]
    SplitOff,
    #[error("no more colleagues fit in")]
    TooMany,
}
