//! WeChat 微信: service accounts (公众号/服务号) and mini-programs share signatures, sealing, tokens, media and the customer-message
//! API; `envelope` and `api` are shared with WeCom as well. Source: developers.weixin.qq.com, read against the SDK wechatpy 1.8.18.

pub(crate) mod api;
mod codes;
pub(crate) mod envelope;
mod inbound;
mod mini;
mod official;
mod passive;
mod send;

pub use envelope::{Keys as CallbackKeys, Sealed};
pub use mini::MiniProgram;
pub use official::Official;
pub(crate) use official::union_id;

/// The platform counts 10,000 calls a minute and account.
const RATE: crate::Rate = crate::Rate { per_second: 160, burst: 160, per_contact_per_minute: None };
const HOST: &str = "https://api.weixin.qq.com";
