//! Inboxes: the channels customers come in by.

use crate::check::{self, Check, Invalid};
use crate::hours::BusinessHours;
use crate::patch;
use crate::widget_settings::{WidgetPatch, WidgetSettings};
use crate::words::{ChannelKind, Language};
use qn_base::clock::DAY_MS;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

const REOPEN_MS_MAX: i64 = 365 * DAY_MS;

/// An inbox without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InboxView {
    pub id: String,
    pub name: String,
    pub channel: ChannelKind,
    /// Public name in snippets and webhook paths.
    pub key: String,
    /// Whose queue the bot hands over to; null = everybody's.
    pub team_id: Option<String>,
    pub bot_enabled: bool,
    pub language: Language,
    pub hours: BusinessHours,
    pub widget: WidgetSettings,
    /// What the channel's own schema asks for, without its credentials.
    #[schema(value_type = Object)]
    pub channel_settings: Value,
    /// Credentials that are set. They are kept sealed and never shown; one that a change does not name stays, an empty one is taken away.
    pub secrets_set: Vec<String>,
    /// The address that the platform calls, to be entered on its pages; null where nobody calls.
    pub webhook_url: Option<String>,
    /// A new message reopens a resolved conversation for this long; later it starts a new one.
    pub reopen_window_ms: i64,
    pub version: i64,
    pub created_at: i64,
}

impl InboxView {
    /// `public_url`: where the outside reaches us, without a trailing slash.
    pub fn of(i: domain::Inbox, public_url: &str) -> Self {
        let (channel_settings, secrets_set) = domain::sealed::split(&i.channel_settings);
        let is_called = !matches!(
            i.channel,
            domain::ChannelKind::Web | domain::ChannelKind::Email | domain::ChannelKind::Mobile | domain::ChannelKind::Smpp
        );
        let webhook_url = is_called.then(|| format!("{public_url}/api/v1/channels/{}/{}", i.channel.as_str(), i.key));
        Self {
            id: i.id.0,
            name: i.name,
            channel: i.channel.into(),
            key: i.key,
            team_id: i.team_id.map(|id| id.0),
            bot_enabled: i.bot_enabled,
            language: i.language.into(),
            hours: i.hours.into(),
            widget: i.widget.into(),
            channel_settings: Value::Object(channel_settings),
            secrets_set,
            webhook_url,
            reopen_window_ms: i.reopen_window_ms,
            version: i.version,
            created_at: i.created_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInbox {
    pub name: String,
    pub channel: ChannelKind,
    pub team_id: Option<String>,
    /// True when not given.
    pub bot_enabled: Option<bool>,
    pub language: Option<Language>,
    pub hours: Option<BusinessHours>,
    pub widget: Option<WidgetPatch>,
    #[schema(value_type = Option<Object>)]
    pub channel_settings: Option<Map<String, Value>>,
    /// Three days when not given.
    pub reopen_window_ms: Option<i64>,
}

impl Check for CreateInbox {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
        parts(self.team_id.as_deref(), self.hours.as_ref(), self.widget.as_mut(), self.reopen_window_ms, wrong);
    }
}

/// What changes; everything absent stays. Inside `widget` too; `hours` and `channel_settings` are replaced whole.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateInbox {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<String>)]
    pub team_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub bot_enabled: Option<bool>,
    #[serde(default, deserialize_with = "patch::some")]
    pub language: Option<Language>,
    #[serde(default, deserialize_with = "patch::some")]
    pub hours: Option<BusinessHours>,
    #[serde(default, deserialize_with = "patch::some")]
    pub widget: Option<WidgetPatch>,
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub channel_settings: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub reopen_window_ms: Option<i64>,
}

impl Check for UpdateInbox {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.name {
            check::name(value, "name", 80, wrong);
        }
        let team_id = self.team_id.as_ref().and_then(|id| id.as_deref());
        parts(team_id, self.hours.as_ref(), self.widget.as_mut(), self.reopen_window_ms, wrong);
    }
}

fn parts(
    team_id: Option<&str>,
    hours: Option<&BusinessHours>,
    widget: Option<&mut WidgetPatch>,
    reopen_window_ms: Option<i64>,
    wrong: &mut Vec<Invalid>,
) {
    if let Some(id) = team_id {
        check::id(id, "team_id", wrong);
    }
    if let Some(hours) = hours {
        hours.check("hours", wrong);
    }
    if let Some(widget) = widget {
        widget.check("widget", wrong);
    }
    if reopen_window_ms.is_some_and(|ms| !(0..=REOPEN_MS_MAX).contains(&ms)) {
        wrong.push(Invalid::new("reopen_window_ms", "应在 0 到 365 天之间", "is between 0 and 365 days"));
    }
}
