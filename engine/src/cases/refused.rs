//! Why conversations are not tied, or not untied.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TieRefused {
    #[error("a conversation is not tied to itself")]
    Itself,
    #[error("the conversations are of two customers")]
    TwoPersons,
    #[error("the conversations are tied already")]
    Already,
    #[error("a message was split off already")]
    AlreadySplit,
    #[error("a split needs a message of the customer")]
    NothingToSplit,
    #[error("too many conversations were split off")]
    TooManySplits,
    #[error("a later tie has to be undone first")]
    UndoFirst,
}

impl TieRefused {
    pub fn code(self) -> &'static str {
        match self {
            Self::Itself => "tied_to_itself",
            Self::TwoPersons => "two_persons",
            Self::Already => "already_tied",
            Self::AlreadySplit => "already_split",
            Self::NothingToSplit => "nothing_to_split",
            Self::TooManySplits => "limit_reached",
            Self::UndoFirst => "undo_first",
        }
    }
}
