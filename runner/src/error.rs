//! What can go wrong when a run is started or spoken to.

use qn_workflow::Problem;
use qn_workflow::run::Refusal;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] qn_store::Error),
    #[error("there is no flow version {0}")]
    NoVersion(String),
    #[error("there is no run {0}")]
    NoRun(String),
    #[error("the flow is not sound: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Unsound(Vec<Problem>),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the journal of run {0} cannot be read: {1}")]
    Journal(String, String),
    #[error("somebody else wrote the journal of run {0}")]
    Overtaken(String),
    /// The tenant has as many unfinished runs as it may have.
    #[error("there are {0} unfinished runs already, which is as many as there may be")]
    Limit(i64),
    /// What is wanted of it does not fit how it stands.
    #[error("run {0}: {1}")]
    NotSo(String, &'static str),
    #[error("the runner is shutting down")]
    Closed,
}
