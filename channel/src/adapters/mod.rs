//! One file or folder per channel.

pub mod api;
pub mod dingtalk;
pub mod email;
pub mod feishu;
pub mod line;
pub mod mobile;
pub mod smpp;
pub mod sms;
pub mod telegram;
pub mod web;
pub mod wechat;
pub mod wecom_kf;
pub mod whatsapp;
