//! One file or folder per channel.

pub mod api;
pub mod dingtalk;
pub mod feishu;
pub(crate) mod pending;
pub mod web;
pub mod wechat;
pub mod wecom_kf;
