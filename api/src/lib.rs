//! The HTTP and WebSocket face of the product: routes, what they take and answer, and what every request passes.
//! One file per resource in `routes`; no decision about conversations is made here.

pub mod catalogue;
mod created;
mod docs;
mod extract;
mod flows;
mod forms;
mod html;
mod middleware;
mod openapi;
mod orders;
mod passers;
mod problem;
mod reports;
mod routes;
mod settings;
mod state;
mod stream;
mod today;
mod views;
mod visiting;
mod wallboard;

pub use created::{created, tagged};
pub use middleware::rate_limit::{Limit, Limits};
pub use openapi::document;
pub use problem::{Code, Problem};
pub use state::{AppState, Config, Parts};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

/// The largest body of a JSON write.
pub const BODY_MAX: usize = 1024 * 1024;

pub type Result<T> = std::result::Result<T, Problem>;

/// Everything the server answers, ready to be served.
pub fn router(state: AppState) -> Router {
    let (api, document) = openapi::api().split_for_parts();
    api.merge(docs::routes(&document))
        .merge(routes::pages())
        .fallback(routes::unknown)
        .method_not_allowed_fallback(routes::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn(middleware::cursor::cursors))
        .layer(from_fn_with_state(state.clone(), middleware::rate_limit::rate_limit))
        .layer(from_fn_with_state(state.clone(), middleware::guard::guard))
        .layer(from_fn(middleware::edge::edge))
        .with_state(state)
}
