//! What every request passes, outermost first: `edge` (id, span, metrics, panics, problems, headers), `guard` (limits of the URI,
//! cross-site requests), `rate_limit`, `not_modified`.

pub mod edge;
pub mod guard;
pub mod not_modified;
pub mod rate_limit;
