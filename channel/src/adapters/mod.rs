//! One file or folder per channel.

pub mod api;
pub(crate) mod pending;
pub mod web;
pub mod wechat;
pub mod wecom_kf;
