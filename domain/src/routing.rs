//! What routing keeps of a conversation and of people: how the customer felt last, what service levels promised, and what a person
//! can do. The policy itself is `qn_routing`'s; rows hold it as text.

use crate::ticket::Priority;
use crate::{Json, Language, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A feeling that changed by less is the same.
pub const TREND_PERCENT: i64 = 15;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoutingState {
    /// What the customer's last question was about, as the trained version reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// How hard the customer's last question was for the bot: `simple`, `normal` or `complex`; none before anything was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complexity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emotion: Option<String>,
    /// Of a negative feeling, in per cent; 0 otherwise.
    pub intensity_percent: i64,
    /// Against the message before: more, less, or neither.
    pub change_percent: i64,
    /// How the customer felt when it went to people last; what is heard later changes nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_handover: Option<Feeling>,
    /// Points that service levels added on the way.
    pub points: i64,
    /// What people set; it stands until they set another.
    #[serde(skip_serializing_if = "is_normal")]
    pub priority: Priority,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<SlaStanding>,
    /// Whom the router asks to take it, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<RoutedOffer>,
    /// People who declined it or did not answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<PassedOffer>,
    /// What rules offer the customer to make up, each name once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compensation: Vec<Compensation>,
}

/// What was felt at one moment; the figures are those of `RoutingState`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feeling {
    pub at: Timestamp,
    pub emotion: Option<String>,
    pub intensity_percent: i64,
    pub change_percent: i64,
}

/// What the policy names for the case, and the rule that said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compensation {
    pub name: String,
    pub rule_id: String,
    /// As people named it.
    pub rule: String,
    pub at: Timestamp,
}

/// Stands until it is accepted, declined or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutedOffer {
    pub to: UserId,
    pub at: Timestamp,
    pub until: Timestamp,
}

/// Not asked again before `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOffer {
    pub user_id: UserId,
    pub until: Timestamp,
}

fn is_normal(priority: &Priority) -> bool {
    *priority == Priority::Normal
}

impl RoutingState {
    /// Points in the queue beside those of the rules.
    pub fn head_start(&self) -> i64 {
        let set = match self.priority {
            Priority::Low => -60,
            Priority::Normal => 0,
            Priority::High => 60,
            Priority::Urgent => 240,
        };
        self.points + set
    }

    /// Nobody is asked, and nobody has passed.
    pub fn forget_offers(&mut self) {
        self.offer = None;
        self.passed.clear();
    }

    /// The customer feels worse (true), better (false), or as before; a first message tells nothing.
    pub fn is_worse(&self) -> Option<bool> {
        (self.change_percent.abs() >= TREND_PERCENT).then_some(self.change_percent > 0)
    }

    /// A person says that what was heard last was this feeling; `before` is how strong the one before it was.
    pub fn correct(&mut self, emotion: &str, intensity_percent: i64, before: Option<i64>) {
        self.change_percent = before.map_or(0, |before| intensity_percent - before);
        self.emotion = Some(emotion.to_owned());
        self.intensity_percent = intensity_percent;
    }

    /// It goes to people now.
    pub fn hand_over(&mut self, at: Timestamp) {
        let (intensity_percent, change_percent) = (self.intensity_percent, self.change_percent);
        self.at_handover = Some(Feeling { at, emotion: self.emotion.clone(), intensity_percent, change_percent });
    }

    /// As it was then.
    pub fn feel(&mut self, then: Feeling) {
        (self.emotion, self.intensity_percent, self.change_percent) = (then.emotion, then.intensity_percent, then.change_percent);
    }

    /// The customer said something, with this feeling.
    pub fn hear(&mut self, emotion: &str, intensity_percent: i64) {
        // The first message is no change: there was nothing before it.
        self.change_percent = if self.emotion.is_some() { intensity_percent - self.intensity_percent } else { 0 };
        self.emotion = Some(emotion.to_owned());
        self.intensity_percent = intensity_percent;
    }
}

/// The promises that hold for the conversation or the ticket, counted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlaStanding {
    /// The name of the service level in the policy.
    pub policy: String,
    /// `qn_routing::SlaState`
    pub state: Json,
    pub due: Vec<SlaDue>,
    /// When the next mark is passed; a timer stands for it.
    pub next_at: Option<Timestamp>,
}

/// One promise as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaDue {
    /// `first_response`, `next_response` or `resolution`
    pub metric: String,
    /// None while it stands still or when it is done.
    pub due_at: Option<Timestamp>,
    pub warn_at: Option<Timestamp>,
    pub breached: bool,
    pub paused: bool,
    pub done_at: Option<Timestamp>,
}

/// What a person can do, beside their teams and capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonSkills {
    pub user_id: UserId,
    pub skills: Vec<SkillLevel>,
    /// Empty: all of them.
    pub languages: Vec<Language>,
    /// Channels with a limit of their own.
    pub channels: Vec<ChannelLimit>,
    /// What they are busy with, while they are.
    pub busy_reason: Option<String>,
    pub busy_since: Option<Timestamp>,
}

/// `level` 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillLevel {
    pub skill: String,
    pub level: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelLimit {
    pub channel: String,
    pub capacity: i64,
}

impl PersonSkills {
    pub fn none(user_id: UserId) -> Self {
        Self { user_id, skills: vec![], languages: vec![], channels: vec![], busy_reason: None, busy_since: None }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_felt_at_the_hand_over_stays_when_more_is_heard() {
        let mut routing = RoutingState::default();
        routing.hear("anger", 60);
        routing.hand_over(5);
        routing.hear("joy", 0);
        let then = routing.at_handover.clone();
        assert_eq!(then, Some(Feeling { at: 5, emotion: Some("anger".to_owned()), intensity_percent: 60, change_percent: 0 }));
        routing.feel(then.unwrap());
        assert_eq!((routing.emotion.as_deref(), routing.intensity_percent, routing.is_worse()), (Some("anger"), 60, None));
    }
}
