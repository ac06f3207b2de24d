//! Everything about channels that has IO or state; adapters (`qn_channel`) have neither. In: `accept` proves, keeps and answers a call,
//! `feed` hands what was kept to the engine in order. Out: `send` carries out deliveries. Beside them the platforms' tokens, files,
//! pulls, long connections and sessions (`wire`), reply windows and health. What visitors say to a client that does not wait goes through
//! the same journal (`written`).

pub(crate) mod accept;
mod calls;
mod codes;
mod desk;
mod feed;
mod files;
mod handles;
mod health;
mod links;
mod month;
mod pace;
mod passive;
mod probe;
mod pull;
mod recall;
mod redeem;
mod sealing;
mod send;
mod session;
mod shown;
mod socket;
mod take;
mod tokens;
mod window;
mod wire;
mod written;

pub use accept::NotAccepted;
pub(crate) use desk::ChannelDesk;
pub(crate) use files::FILE_TOO_LARGE;
pub use health::{Health, Side};
pub use probe::Probed;
pub use shown::FileWay;
pub(crate) use take::has_menus;
pub use window::WindowState;
