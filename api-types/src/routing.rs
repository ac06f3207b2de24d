//! Routing policies, what people can do, and a policy played on past arrivals. The policy document is `qn_routing`'s own shape; see
//! docs/how-to/route-conversations.md.

use crate::check::{self, Check, Invalid};
use crate::words::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The policy that routes now, and the draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoutingView {
    /// Version 0 with the default policy (first come, first served) before anything was published.
    pub live: PolicyView,
    pub draft: Option<PolicyView>,
    /// A policy to start from.
    #[schema(value_type = Object)]
    pub template: Value,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// 0 is the draft.
    pub version: i64,
    #[schema(value_type = Object)]
    pub policy: Value,
    pub note: String,
    /// Who wrote it; empty for the default.
    pub changed_by: String,
    pub changed_at: i64,
    /// Of the draft: send it with the next change.
    pub revision: i64,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    #[schema(value_type = Object)]
    pub policy: Value,
    /// The revision this change starts from; 0 when there was no draft.
    pub revision: i64,
}

impl Check for SaveDraft {}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishPolicy {
    /// The revision that was looked at.
    pub revision: i64,
    /// Why.
    #[serde(default)]
    pub note: String,
}

impl Check for PublishPolicy {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::optional_name(&mut self.note, "note", 500, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulatePolicy {
    /// The draft when absent.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    pub policy: Option<Value>,
}

impl Check for SimulatePolicy {}

/// The same past arrivals with the live policy and with the other one. The reports are those of `qingniao routing simulate`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulationView {
    pub from: i64,
    pub to: i64,
    pub arrivals: i64,
    pub people: i64,
    /// People work at the times they did; false: nobody was there in the span, and everybody with room works all the time.
    pub as_lived: bool,
    #[schema(value_type = Object)]
    pub live: Value,
    #[schema(value_type = Object)]
    pub other: Value,
}

/// What a person can do, beside teams and capacity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonSkillsView {
    pub user_id: String,
    pub skills: Vec<SkillView>,
    /// Empty: all of them.
    pub languages: Vec<Language>,
    pub channels: Vec<ChannelLimitView>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillView {
    pub skill: String,
    /// 1 to 5.
    pub level: u8,
}

/// At most so many of this channel at once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelLimitView {
    pub channel: String,
    pub capacity: i64,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPersonSkills {
    #[serde(default)]
    pub skills: Vec<SkillView>,
    #[serde(default)]
    pub languages: Vec<Language>,
    #[serde(default)]
    pub channels: Vec<ChannelLimitView>,
}

impl Check for PutPersonSkills {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.skills.len() > 50 || self.channels.len() > 50 {
            wrong.push(Invalid::new("skills", "最多 50 项", "has at most 50 items"));
        }
        for (n, skill) in self.skills.iter_mut().enumerate() {
            check::name(&mut skill.skill, &format!("skills[{n}].skill"), 50, wrong);
            if !(1..=5).contains(&skill.level) {
                wrong.push(Invalid::new(format!("skills[{n}].level"), "应为 1 到 5", "must be 1 to 5"));
            }
        }
        for (n, channel) in self.channels.iter_mut().enumerate() {
            check::name(&mut channel.channel, &format!("channels[{n}].channel"), 50, wrong);
            if !(0..=100).contains(&channel.capacity) {
                wrong.push(Invalid::new(format!("channels[{n}].capacity"), "应为 0 到 100", "must be 0 to 100"));
            }
        }
    }
}
