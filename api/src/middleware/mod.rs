//! What every request passes, outermost first: `edge` (id, span, metrics, panics, problems, headers), `guard` (limits of the URI,
//! cross-site requests), `rate_limit`.

pub mod edge;
pub mod guard;
pub mod rate_limit;
