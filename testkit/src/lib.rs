//! What tests need to treat the product as its users do: the real server as a child process, visitors and agents over HTTP and
//! WebSocket, a receiver for its calls, scenarios in YAML, and the `chaos` and `replay` programs. Development only.

pub mod agent;
pub mod agreeable;
pub mod broken_mails;
pub mod chaos;
pub mod company;
pub mod flow_chaos;
pub mod follow;
pub mod http;
pub mod linked;
mod loopback;
pub mod mail_chaos;
pub mod model_server;
pub mod random;
pub mod receiver;
pub mod replay;
pub mod retail;
pub mod scenario;
pub mod server;
pub mod signing;
pub mod smsc;
pub mod storage;
pub mod translation_server;
pub mod visitor;
pub mod wechat;
pub mod wecom;

pub use agent::Agent;
pub use company::Company;
pub use follow::Follower;
pub use http::{Answer, Api, Request};
pub use model_server::{Act, ModelServer};
pub use random::Random;
pub use receiver::Receiver;
pub use server::{Plan, Server};
pub use storage::{Database, Storage};
pub use translation_server::TranslationServer;
pub use visitor::Visitor;
