//! Where customers come in (接入渠道): one inbox is one channel with its settings, opening hours and team.

use crate::people::text_enum;
use crate::{InboxId, Language, TeamId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Web,
    Api,
    /// 微信公众号 and 服务号.
    WechatOfficial,
    WechatMiniProgram,
    /// 微信客服, of WeCom 企业微信.
    WecomKf,
    Dingtalk,
    /// Feishu 飞书 and Lark.
    Feishu,
    Telegram,
    Whatsapp,
    Line,
    Sms,
    /// Text messages over a session with an operator's message centre.
    Smpp,
    Email,
    /// Apps with our signed contract for mobile SDKs.
    Mobile,
}

text_enum!(ChannelKind {
    Web = "web",
    Api = "api",
    WechatOfficial = "wechat_official",
    WechatMiniProgram = "wechat_mini_program",
    WecomKf = "wecom_kf",
    Dingtalk = "dingtalk",
    Feishu = "feishu",
    Telegram = "telegram",
    Whatsapp = "whatsapp",
    Line = "line",
    Sms = "sms",
    Smpp = "smpp",
    Email = "email",
    Mobile = "mobile",
});

impl ChannelKind {
    /// What people call it, in Chinese and in English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Web => ("网站聊天", "Web chat"),
            Self::Api => ("API 渠道", "API channel"),
            Self::WechatOfficial => ("微信公众号", "WeChat service account"),
            Self::WechatMiniProgram => ("微信小程序", "WeChat mini-program"),
            Self::WecomKf => ("企业微信客服", "WeCom customer service"),
            Self::Dingtalk => ("钉钉机器人", "DingTalk robot"),
            Self::Feishu => ("飞书 / Lark 机器人", "Feishu / Lark bot"),
            Self::Telegram => ("Telegram", "Telegram"),
            Self::Whatsapp => ("WhatsApp", "WhatsApp"),
            Self::Line => ("LINE", "LINE"),
            Self::Sms => ("短信", "SMS"),
            Self::Smpp => ("短信（SMPP）", "SMS (SMPP)"),
            Self::Email => ("邮件", "E-mail"),
            Self::Mobile => ("手机 App", "Mobile app"),
        }
    }

    /// Customers see the conversation here as it is at any time: messages and what becomes of them, their place in the queue. Elsewhere a
    /// message that left stays as it was said.
    pub fn has_screen(self) -> bool {
        matches!(self, ChannelKind::Web | ChannelKind::Mobile)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    pub id: InboxId,
    pub tenant_id: TenantId,
    pub name: String,
    pub channel: ChannelKind,
    /// Public name of the inbox in snippets and webhook paths; not a secret.
    pub key: String,
    /// Signs what comes in and goes out (`whsec_…` for the API channel, HS256 user tokens for the web).
    pub secret: String,
    pub team_id: Option<TeamId>,
    pub bot_enabled: bool,
    pub language: Language,
    pub hours: BusinessHours,
    pub widget: WidgetSettings,
    /// Channel-specific settings, checked against the adapter's JSON Schema.
    pub channel_settings: serde_json::Value,
    /// A new message reopens a resolved conversation for this long; later it starts a new one.
    pub reopen_window_ms: i64,
    pub version: i64,
    pub created_at: Timestamp,
}

/// Seven days, Monday first; minutes since midnight in the tenant's time zone; no ranges = closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    pub always_open: bool,
    #[serde(default)]
    pub days: [DayHours; 7],
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// `[from, to)` pairs, in order, e.g. `[[540, 720], [810, 1080]]`.
    pub ranges: Vec<(u16, u16)>,
}

impl Default for BusinessHours {
    fn default() -> Self {
        Self { always_open: true, days: Default::default() }
    }
}

impl BusinessHours {
    /// `weekday` 0 is Monday.
    pub fn is_open(&self, weekday: usize, minute: u16) -> bool {
        self.always_open || self.days.get(weekday).is_some_and(|day| day.ranges.iter().any(|(from, to)| (*from..*to).contains(&minute)))
    }
}

/// What the widget looks like and whom it trusts. `*_zh` and `*_en` are shown by the visitor's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WidgetSettings {
    pub title_zh: String,
    pub title_en: String,
    pub greeting_zh: String,
    pub greeting_en: String,
    /// Questions offered as buttons before the first message.
    pub suggestions_zh: Vec<String>,
    pub suggestions_en: Vec<String>,
    /// `#rrggbb`
    pub color: String,
    /// `right` or `left`
    pub position: String,
    /// Sites that may embed the widget, as CSP sources (`https://shop.example`); empty = any site.
    pub allowed_domains: Vec<String>,
    /// Also allow app WebViews, whose origin is null: `frame-ancestors` is left out.
    pub allow_webview: bool,
    /// Refuse visitors without a signed user token.
    pub require_identity: bool,
    /// Wording of the mark on generated answers (GB 45438); never empty.
    pub ai_mark_zh: String,
    pub ai_mark_en: String,
    pub csat: bool,
    /// On channels without a widget: the bot asks for a rating when a conversation ends.
    pub csat_by_message: bool,
    /// Contacts that consented and write from one device are shown to agents as perhaps one person.
    pub device_links: bool,
}

impl Default for WidgetSettings {
    fn default() -> Self {
        Self {
            title_zh: "在线客服".into(),
            title_en: "Support".into(),
            greeting_zh: "您好！有什么可以帮您？".into(),
            greeting_en: "Hello! How can we help?".into(),
            suggestions_zh: Vec::new(),
            suggestions_en: Vec::new(),
            color: "#1f6feb".into(),
            position: "right".into(),
            allowed_domains: Vec::new(),
            allow_webview: false,
            require_identity: false,
            ai_mark_zh: "AI 生成".into(),
            ai_mark_en: "AI-generated".into(),
            csat: true,
            csat_by_message: false,
            device_links: false,
        }
    }
}
