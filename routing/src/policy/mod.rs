//! A routing policy as data: rules from what is known of a conversation to who gets it and how, how people are compared, how fast
//! waiting counts, and the calendars and service levels the rules name. Edited in the console, versioned by the store, played
//! by `simulate` before it goes live. The default policy is what the router does without any: first come, first served.

mod check;
mod facts;
mod plan;
mod templates;
mod ticket;
mod when;

pub use check::{Fault, check};
pub use facts::{Complexity, Facts, TicketFacts, Trend};
pub use plan::{MakeUp, Plan, RuleHit, Step};
pub use templates::service_desk;
pub use ticket::TicketRule;
pub use when::{Test, When};

use crate::calendar::Calendar;
use crate::sla::SlaPolicy;
use qn_domain::{TeamId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// In order; what a later one says holds over an earlier one, priorities add up.
    pub rules: Vec<Rule>,
    pub selection: Selection,
    /// Points a conversation gains for each minute it waits. More than zero: whoever waits long enough is next.
    pub points_per_minute: f64,
    /// A conversation whose deadline is this near counts as one that came that long ago; 0 = deadlines do not count.
    pub sla_lead_seconds: i64,
    /// None: assigned without being asked.
    pub offer: Option<OfferTerms>,
    pub calendars: BTreeMap<String, Calendar>,
    pub sla: BTreeMap<String, SlaPolicy>,
    /// Which tickets are promised what; the last one that holds counts.
    pub tickets: Vec<TicketRule>,
    /// What people may say they are busy with.
    pub busy_reasons: Vec<BusyReason>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            selection: Selection::default(),
            points_per_minute: 1.0,
            sla_lead_seconds: 0,
            offer: None,
            calendars: BTreeMap::new(),
            sla: BTreeMap::new(),
            tickets: Vec::new(),
            busy_reasons: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique in the policy; named in explanations.
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub off: bool,
    pub when: When,
    pub then: Then,
    /// Later rules are not read when this one held.
    #[serde(default)]
    pub stop: bool,
}

/// What a rule adds; whatever is left out stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Then {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// All of them, each at least at its level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
    /// Points; may be negative.
    #[serde(skip_serializing_if = "is_zero")]
    pub priority: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// Only people who speak the customer's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_language: Option<bool>,
    /// How long it is kept for the person who had it last, or for the account's owner, while that person is there but full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_seconds: Option<i64>,
    /// What is given up as waiting grows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overflow: Vec<Overflow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_hours: Option<AfterHours>,
    /// The name of a service level of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<String>,
    /// Offers the customer something to make up: the name is told to the agent and to webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<String>,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// `level` 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    pub skill: String,
    #[serde(default = "one")]
    pub level: u8,
}

fn one() -> u8 {
    1
}

/// Who speaks first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// The bot, as far as the inbox has one.
    #[default]
    BotFirst,
    /// A person; the bot says only that one is coming.
    PeopleFirst,
    /// The bot, which does not offer a person.
    BotOnly,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overflow {
    /// Since it entered the queue.
    pub after_seconds: i64,
    #[serde(default)]
    pub team: Option<TeamId>,
    /// Anybody, of whatever team.
    #[serde(default)]
    pub any_team: bool,
    #[serde(default)]
    pub skills: Relax,
    #[serde(default)]
    pub priority: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relax {
    #[default]
    Keep,
    /// Any level of the skill will do.
    AnyLevel,
    Drop,
}

/// What happens while a calendar is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterHours {
    pub calendar: String,
    pub action: AfterHoursAction,
    /// For `other_team`.
    #[serde(default)]
    pub team: Option<TeamId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterHoursAction {
    /// It waits, and the customer is told when somebody comes.
    Wait,
    /// The bot alone.
    BotOnly,
    /// The customer is asked how to be reached.
    LeaveMessage,
    /// A team that is there.
    OtherTeam,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Selection {
    /// The first criterion that tells two people apart decides.
    Order { criteria: Vec<Criterion> },
    /// Each criterion gives 0 to 1; the largest weighted sum is chosen.
    Weights { weights: BTreeMap<Criterion, f64> },
}

impl Default for Selection {
    fn default() -> Self {
        Self::Order { criteria: vec![Criterion::LastAgent, Criterion::LeastBusy, Criterion::LongestIdle] }
    }
}

/// What people are compared by. Whatever is chosen, equal ones are told apart by who waited longest for work, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    LastAgent,
    AccountOwner,
    /// How well the wanted skills are mastered.
    SkillFit,
    Language,
    /// The smallest share of the capacity in use.
    LeastBusy,
    LongestIdle,
    /// Fewest skills that this conversation has no use for: specialists are kept free.
    SpareSpecialists,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferTerms {
    /// To accept; then the next person is asked.
    pub seconds: i64,
    /// So many offers missed in a row make a person busy; 0 = never.
    #[serde(default)]
    pub missed_max: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusyReason {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// Longer is shown to supervisors; none = as long as it takes.
    #[serde(default)]
    pub minutes_max: Option<i64>,
}

impl Criterion {
    pub fn as_str(self) -> &'static str {
        match self {
            Criterion::LastAgent => "last_agent",
            Criterion::AccountOwner => "account_owner",
            Criterion::SkillFit => "skill_fit",
            Criterion::Language => "language",
            Criterion::LeastBusy => "least_busy",
            Criterion::LongestIdle => "longest_idle",
            Criterion::SpareSpecialists => "spare_specialists",
        }
    }
}

impl Policy {
    /// Points as a head start in the queue.
    pub fn head_start_ms(&self, points: i64) -> i64 {
        let per_ms = self.points_per_minute.max(1e-3) / 60_000.0;
        // Bounded by the check of points; a cast of a huge one saturates.
        (points as f64 / per_ms) as i64
    }

    /// What people may say they are busy with: the policy's, or the usual ones where it names none.
    pub fn reasons(&self) -> Vec<BusyReason> {
        if !self.busy_reasons.is_empty() {
            return self.busy_reasons.clone();
        }
        let usual = [
            ("lunch", "午休", "Lunch", 60),
            ("break", "小休", "Break", 15),
            ("meeting", "会议", "Meeting", 60),
            ("training", "培训", "Training", 120),
        ];
        usual.map(|(key, zh, en, minutes)| BusyReason { key: key.into(), zh: zh.into(), en: en.into(), minutes_max: Some(minutes) }).into()
    }

    /// Which calendars are open, in order; plans made in other hours are others.
    pub fn open_calendars(&self, now: Timestamp) -> Vec<bool> {
        self.calendars.values().map(|calendar| calendar.is_open(now)).collect()
    }

    /// A rule reads a time that passes: plans grow old by themselves.
    pub fn ages(&self) -> bool {
        self.rules.iter().any(|rule| !rule.off && rule.when.reads(&["waited_seconds", "sla_left_seconds"]))
    }

    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name)
    }
}
