//! The two sides of every decision as the snapshot saw them: a conversation that waits and a person who could take it.

use crate::policy::{Plan, Skill};
use qn_domain::{ConversationId, Language, Presence, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A conversation in a queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub conversation_id: ConversationId,
    pub channel: String,
    pub language: Language,
    /// The person who had it last.
    pub last_agent_id: Option<UserId>,
    /// The person whose customer this is.
    pub owner_id: Option<UserId>,
    pub queued_at: Timestamp,
    /// What the rules made of it; the default plan of its team when there are none.
    pub plan: Plan,
    /// People who were offered it and declined or did not answer; they are not asked again for a while.
    pub passed: Vec<Passed>,
    /// Its first deadline.
    pub sla_due_at: Option<Timestamp>,
}

impl Waiting {
    /// Nothing special about it.
    pub fn plain(conversation_id: ConversationId, team: Option<TeamId>, queued_at: Timestamp) -> Self {
        Self {
            conversation_id,
            channel: String::new(),
            language: Language::Zh,
            last_agent_id: None,
            owner_id: None,
            queued_at,
            plan: Plan { team, ..Plan::default() },
            passed: Vec::new(),
            sla_due_at: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub user_id: UserId,
    pub until: Timestamp,
}

/// A person as the snapshot saw them. `user_id` is unique within one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub user_id: UserId,
    pub name: String,
    pub team_ids: Vec<TeamId>,
    /// What the person chose.
    pub presence: Presence,
    /// What they are busy with; a key of the policy's reasons.
    pub busy_reason: Option<String>,
    /// A live connection right now.
    pub connected: bool,
    /// How many conversations may be assigned at once; zero or less means none.
    pub capacity: i64,
    /// How many they own now, offers to them included.
    pub load: i64,
    /// Channels with a limit of their own, beside `capacity`.
    pub channels: Vec<ChannelPlaces>,
    /// None: never.
    pub last_assigned_at: Option<Timestamp>,
    pub languages: Vec<Language>,
    pub skills: Vec<Skill>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPlaces {
    pub channel: String,
    pub capacity: i64,
    pub load: i64,
}

impl Candidate {
    /// Online, connected, in no team, room for one, knows nothing.
    pub fn new(user_id: UserId, name: &str) -> Self {
        Self {
            user_id,
            name: name.to_owned(),
            team_ids: Vec::new(),
            presence: Presence::Online,
            busy_reason: None,
            connected: true,
            capacity: 1,
            load: 0,
            channels: Vec::new(),
            last_assigned_at: None,
            languages: vec![Language::Zh, Language::En],
            skills: Vec::new(),
        }
    }

    /// Takes new work at all: there and not full.
    pub fn is_free(&self) -> bool {
        self.is_there() && self.load.max(0) < self.capacity
    }

    /// At work, full or not.
    pub fn is_there(&self) -> bool {
        self.presence == Presence::Online && self.connected
    }

    pub(crate) fn level(&self, skill: &str) -> u8 {
        self.skills.iter().find(|s| s.skill == skill).map_or(0, |s| s.level)
    }

    /// One more conversation, now.
    pub fn take(&mut self, channel: &str, now: Timestamp) {
        self.load = self.load.max(0) + 1;
        self.last_assigned_at = Some(now);
        self.channels.iter_mut().filter(|c| c.channel == channel).for_each(|c| c.load += 1);
    }

    /// One conversation less.
    pub fn give_back(&mut self, channel: &str) {
        self.load = (self.load - 1).max(0);
        self.channels.iter_mut().filter(|c| c.channel == channel).for_each(|c| c.load = (c.load - 1).max(0));
    }
}
