//! Why the engine refused. Each has a stable code; the API turns codes into pages and words.

use crate::cases::TieRefused;
use qn_domain::MoveError;
use qn_runner::Error;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("{what} {id} does not exist")]
    NotFound { what: &'static str, id: String },
    /// Others kept changing the conversation; trying again may work.
    #[error("the conversation changed meanwhile")]
    Conflict,
    #[error(transparent)]
    Move(#[from] MoveError),
    #[error(transparent)]
    Tie(#[from] TieRefused),
    #[error("the recall window has passed")]
    RecallWindowPassed,
    #[error("the message has left, and its channel takes nothing back")]
    MessageLeft,
    #[error("the message belongs to somebody else")]
    NotYours,
    #[error("the message has no text, attachment or button")]
    EmptyMessage,
    #[error("the contact is blocked")]
    Blocked,
    #[error("only a failed message can be sent again")]
    NotFailed,
    #[error("a time in the future is needed")]
    NotInFuture,
    #[error("this was given already")]
    AlreadyGiven,
    #[error("a conversation is rated when it is resolved")]
    TooEarly,
    #[error("a training is under way")]
    AlreadyTraining,
    #[error("a run of this kind is under way")]
    AlreadyRunning,
    #[error("the version is live already")]
    AlreadyLive,
    #[error("no version was live before")]
    NothingBefore,
    #[error("there are too few examples to learn from")]
    NothingToLearn,
    #[error("the import was taken over or thrown away")]
    ImportEnded,
    #[error("the contacts have different verified ids")]
    TwoCustomers,
    #[error("{field} is not valid")]
    Invalid { field: &'static str },
    #[error("{} {}", .0.field, .0.en)]
    Field(qn_domain::BadField),
    #[error("the file could not be fetched: HTTP {status}")]
    NotFetched { status: u16 },
    #[error(transparent)]
    Egress(#[from] qn_egress::EgressError),
    #[error(transparent)]
    Mailbox(#[from] qn_mailbox::MailboxError),
    #[error(transparent)]
    Render(qn_channel::RenderError),
    #[error(transparent)]
    Blob(#[from] qn_blob::BlobError),
    /// A stable word says why.
    #[error("the message was not translated: {reason}")]
    NotTranslated { reason: &'static str },
    /// The channel takes nothing more until the customer writes.
    #[error("the channel's reply window is closed")]
    WindowClosed,
    /// A platform said no; the reason is a stable word.
    #[error("the channel refused: {reason}")]
    Refused { reason: String },
    #[error("the credentials of the inbox cannot be sealed or opened with this server's key")]
    Sealed,
    #[error("flows do not run here")]
    NoFlows,
    #[error(transparent)]
    Flow(#[from] qn_runner::Error),
    #[error(transparent)]
    Store(#[from] qn_store::Error),
}

impl EngineError {
    pub fn code(&self) -> &'static str {
        match self {
            EngineError::NotFound { .. } | EngineError::Store(qn_store::Error::NotFound { .. }) => "not_found",
            EngineError::Conflict => "conversation_conflict",
            EngineError::Move(MoveError::Resolved) => "already_resolved",
            EngineError::Move(MoveError::NotResolved) => "not_resolved",
            EngineError::Move(MoveError::OwnedByOther) => "owned_by_other",
            EngineError::Move(MoveError::NoTransfer) => "no_transfer",
            EngineError::Move(MoveError::Already) => "already_done",
            EngineError::Move(MoveError::Merged) => "merged",
            EngineError::Move(MoveError::SplitOff) => "split_off",
            EngineError::Tie(refused) => refused.code(),
            EngineError::Move(MoveError::TooMany) => "limit_reached",
            EngineError::RecallWindowPassed => "recall_window_passed",
            EngineError::MessageLeft => "message_left",
            EngineError::NotYours => "not_yours",
            EngineError::EmptyMessage => "empty_message",
            EngineError::Blocked => "contact_blocked",
            EngineError::NotFailed => "not_failed",
            EngineError::NotInFuture => "not_in_future",
            EngineError::AlreadyGiven => "already_given",
            EngineError::TooEarly => "rating_too_early",
            EngineError::AlreadyTraining => "already_training",
            EngineError::NothingToLearn => "nothing_to_learn",
            EngineError::AlreadyRunning => "already_running",
            EngineError::AlreadyLive => "already_live",
            EngineError::NothingBefore => "nothing_before",
            EngineError::TwoCustomers => "two_customers",
            EngineError::ImportEnded => "import_ended",
            EngineError::Invalid { .. } | EngineError::Field(_) => "invalid_field",
            EngineError::WindowClosed => "window_closed",
            EngineError::Refused { .. } => "channel_refused",
            EngineError::Sealed => "sealed_by_another_key",
            EngineError::NotFetched { .. } => "not_fetched",
            EngineError::NotTranslated { .. } => "not_translated",
            EngineError::Egress(error) => error.code(),
            EngineError::Mailbox(error) => error.code(),
            EngineError::Render(_) => "not_deliverable",
            EngineError::Blob(qn_blob::BlobError::TooLarge { .. }) => "too_large",
            EngineError::Blob(qn_blob::BlobError::Refused(_)) => "type_not_allowed",
            EngineError::Blob(_) => "storage_failed",
            EngineError::NoFlows | EngineError::Flow(Error::Closed) => "busy",
            EngineError::Flow(Error::NoRun(_) | Error::NoVersion(_)) => "not_found",
            EngineError::Flow(Error::Refused(_) | Error::NotSo(..)) => "not_waiting",
            EngineError::Flow(Error::Unsound(_)) => "invalid_field",
            EngineError::Flow(Error::Limit(_)) => "limit_reached",
            EngineError::Flow(Error::Store(_) | Error::Journal(..) | Error::Overtaken(_)) => "storage_failed",
            EngineError::Store(qn_store::Error::Busy) => "busy",
            EngineError::Store(qn_store::Error::Exists(_)) => "already_exists",
            EngineError::Store(qn_store::Error::Stale { .. }) => "stale_version",
            EngineError::Store(_) => "storage_failed",
        }
    }

    /// The code, or the platform's own reason.
    pub(crate) fn reason(&self) -> &str {
        match self {
            EngineError::Refused { reason } => reason,
            other => other.code(),
        }
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        EngineError::NotFound { what, id: id.to_string() }
    }
}
