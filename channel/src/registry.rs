//! All channels there are. A new channel is a file under `adapters/`, a line in each of the two lists here, and its fixtures.

use crate::Adapter;
use crate::adapters::{api, dingtalk, email, feishu, line, mobile, smpp, sms, telegram, web, wechat, wecom_kf, whatsapp};
use qn_domain::ChannelKind;

pub const ADAPTERS: &[&dyn Adapter] = &[
    &web::Web,
    &api::Api,
    &wechat::Official,
    &wechat::MiniProgram,
    &wecom_kf::WecomKf,
    &dingtalk::Dingtalk,
    &feishu::Feishu,
    &telegram::Telegram,
    &whatsapp::Whatsapp,
    &line::Line,
    &sms::Sms,
    &smpp::Smpp,
    &email::Email,
    &mobile::Mobile,
];

pub fn find(kind: ChannelKind) -> &'static dyn Adapter {
    match kind {
        ChannelKind::Web => &web::Web,
        ChannelKind::Api => &api::Api,
        ChannelKind::WechatOfficial => &wechat::Official,
        ChannelKind::WechatMiniProgram => &wechat::MiniProgram,
        ChannelKind::WecomKf => &wecom_kf::WecomKf,
        ChannelKind::Dingtalk => &dingtalk::Dingtalk,
        ChannelKind::Feishu => &feishu::Feishu,
        ChannelKind::Telegram => &telegram::Telegram,
        ChannelKind::Whatsapp => &whatsapp::Whatsapp,
        ChannelKind::Line => &line::Line,
        ChannelKind::Sms => &sms::Sms,
        ChannelKind::Smpp => &smpp::Smpp,
        ChannelKind::Email => &email::Email,
        ChannelKind::Mobile => &mobile::Mobile,
    }
}
