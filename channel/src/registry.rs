//! All channels there are. A new channel is a file under `adapters/`, a line in each of the two lists here, and its fixtures.

use crate::Adapter;
use crate::adapters::pending::Pending;
use crate::adapters::{api, dingtalk, feishu, web, wechat, wecom_kf};
use qn_domain::ChannelKind;

pub const ADAPTERS: &[&dyn Adapter] =
    &[&web::Web, &api::Api, &wechat::Official, &wechat::MiniProgram, &wecom_kf::WecomKf, &dingtalk::Dingtalk, &feishu::Feishu];

pub fn find(kind: ChannelKind) -> &'static dyn Adapter {
    match kind {
        ChannelKind::Web => &web::Web,
        ChannelKind::Api => &api::Api,
        ChannelKind::WechatOfficial => &wechat::Official,
        ChannelKind::WechatMiniProgram => &wechat::MiniProgram,
        ChannelKind::WecomKf => &wecom_kf::WecomKf,
        ChannelKind::Dingtalk => &dingtalk::Dingtalk,
        ChannelKind::Feishu => &feishu::Feishu,
        ChannelKind::Telegram => &Pending(ChannelKind::Telegram),
        ChannelKind::Whatsapp => &Pending(ChannelKind::Whatsapp),
        ChannelKind::Line => &Pending(ChannelKind::Line),
        ChannelKind::Sms => &Pending(ChannelKind::Sms),
        ChannelKind::Email => &Pending(ChannelKind::Email),
        ChannelKind::Mobile => &Pending(ChannelKind::Mobile),
    }
}
