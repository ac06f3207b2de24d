//! What every request passes, outermost first: `edge` (id, span, metrics, panics, problems, headers, and with `not_modified` what need not be sent again), `guard` (limits of the URI,
//! cross-site requests), `rate_limit`, `cursor` (places of lists).

pub mod cursor;
pub mod edge;
pub mod guard;
pub mod not_modified;
pub mod rate_limit;
