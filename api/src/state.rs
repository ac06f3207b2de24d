//! What every handler can reach. Small on purpose: the engine does the work, this only carries handles and a few settings.

use crate::middleware::rate_limit::{Limiter, Limits};
use crate::passers::Passers;
use crate::stream::Viewers;
use crate::today::Today;
use crate::views::Briefs;
use crate::wallboard::Walls;
use qn_auth::Auth;
use qn_engine::Engine;
use qn_runner::Outside;
use qn_runner::Programs;
use qn_web_assets::Assets;
use std::ops::Deref;
use std::sync::Arc;

/// Settings of the HTTP side.
#[derive(Debug, Clone)]
pub struct Config {
    /// How browsers reach us, without a trailing slash, e.g. `https://help.example`.
    pub public_url: String,
    /// Serves the demo shop and signs its visitors in.
    pub demo: bool,
    /// Session cookies carry Secure and the `__Host-` prefix; off only on plain-HTTP loopback.
    pub secure_cookies: bool,
    /// Believe `X-Forwarded-For` (a proxy of ours stands in front).
    pub trust_forwarded: bool,
    /// None turns rate limiting off.
    pub limits: Option<Limits>,
    /// How often sockets are pinged, and a person's sign-in is looked at again.
    pub heartbeat_ms: u64,
    pub version: &'static str,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".into(),
            demo: false,
            secure_cookies: false,
            trust_forwarded: false,
            limits: Some(Limits::default()),
            heartbeat_ms: 25_000,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// What the server hands in.
pub struct Parts {
    pub engine: Arc<Engine>,
    /// Other systems, as flows reach them.
    pub outside: Outside,
    pub auth: Auth,
    pub config: Config,
    /// Renders the metrics page.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

#[derive(Clone)]
pub struct AppState(Arc<Shared>);

pub struct Shared {
    pub engine: Arc<Engine>,
    pub outside: Outside,
    pub auth: Auth,
    pub config: Config,
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    pub limiter: Limiter,
    pub today: Today,
    pub assets: Assets,
    pub briefs: Briefs,
    pub viewers: Viewers,
    pub walls: Walls,
    pub passers: Passers,
    /// What other systems said of customers' orders in the last minute.
    pub(crate) orders: crate::orders::Kept,
    /// Versions that documents under check call.
    pub programs: Programs,
}

impl AppState {
    pub fn new(parts: Parts) -> Self {
        let limiter = Limiter::new(parts.config.limits);
        Self(Arc::new(Shared {
            engine: parts.engine,
            outside: parts.outside,
            auth: parts.auth,
            config: parts.config,
            metrics: parts.metrics,
            limiter,
            today: Today::default(),
            assets: Assets::load(),
            briefs: Briefs::default(),
            viewers: Viewers::default(),
            walls: Walls::default(),
            passers: Passers::default(),
            orders: crate::orders::Kept::default(),
            programs: Programs::default(),
        }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
