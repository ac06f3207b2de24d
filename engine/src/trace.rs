//! The chain of calls the running task works for, so that effects and outgoing calls can name it without every function passing it on.

use qn_base::trace::Trace;
use std::future::Future;

tokio::task_local! {
    static CURRENT: Trace;
}

/// Runs `work` as part of the chain.
pub async fn within<F: Future>(trace: Trace, work: F) -> F::Output {
    CURRENT.scope(trace, work).await
}

/// What the chain's next call carries; a new chain where none was entered.
pub(crate) fn next() -> Trace {
    CURRENT.try_with(|trace| trace.step()).unwrap_or_else(|_| Trace::fresh())
}

/// The chain that a commit of this task belongs to, for what it causes later.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Trace::to_string).ok()
}
