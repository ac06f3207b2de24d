//! Quality of conversations (质检): the form a reviewer fills in, the plan that says which conversations are drawn, and the review of one.
//! Data only; what answers are worth and who is drawn is `qn_report`'s.

use crate::people::text_enum;
use crate::{ConversationId, InboxId, ReviewId, ReviewPlanId, ScorecardId, TeamId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One version of a form; never changed once written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scorecard {
    pub id: ScorecardId,
    pub tenant_id: TenantId,
    pub version: i64,
    pub form: ScoreForm,
    pub changed_by: UserId,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreForm {
    pub zh: String,
    pub en: String,
    /// For whoever scores.
    pub note: String,
    pub sections: Vec<ScoreSection>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSection {
    pub zh: String,
    pub en: String,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Unique in the form; what answers are kept under.
    pub key: String,
    pub zh: String,
    pub en: String,
    /// What to look at.
    pub note: String,
    pub kind: CriterionKind,
    /// Of the choice, best first by custom.
    pub options: Vec<ScoreOption>,
    /// 1 to 100, against the other criteria.
    pub weight: i64,
    /// The worst answer makes the whole score 0.
    pub fatal: bool,
    /// May be answered with "does not apply", and is then not counted.
    pub optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionKind {
    YesNo,
    /// 1 to 5.
    Scale,
    Choice,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreOption {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// 0 to 100.
    pub points: i64,
}

impl ScoreForm {
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.sections.iter().flat_map(|section| &section.criteria)
    }
}

/// `yes` or `no`, `1` to `5`, an option's key, or `na` where that is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub value: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// By the criterion's key.
pub type Answers = BTreeMap<String, Answer>;

/// Which conversations are drawn, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPlan {
    pub id: ReviewPlanId,
    pub tenant_id: TenantId,
    pub rule: PlanRule,
    pub active: bool,
    /// The end of the running period, when it is drawn.
    pub next_at: Timestamp,
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRule {
    pub name: String,
    pub scorecard_id: ScorecardId,
    pub every: Every,
    pub per_agent: i64,
    pub first: DrawFirst,
    /// Only conversations that ended in the period; else those that began in it.
    pub resolved_only: bool,
    /// Of the customer and people together.
    pub messages_min: i64,
    /// All of them where empty.
    pub inbox_ids: Vec<InboxId>,
    pub team_ids: Vec<TeamId>,
    /// Every supervisor and admin where empty.
    pub reviewer_ids: Vec<UserId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Day,
    /// Monday to Sunday.
    Week,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawFirst {
    /// By lot alone.
    Random,
    /// The worst rated first, by lot among equals.
    LowCsat,
    /// The angriest first, by lot among equals.
    Angry,
}

/// One conversation to score, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    pub tenant_id: TenantId,
    pub plan_id: ReviewPlanId,
    /// Beginning of the period it was drawn for.
    pub period_from: Timestamp,
    pub conversation_id: ConversationId,
    /// The stretch of the conversation, as reports count.
    pub number: i64,
    /// When that stretch began.
    pub opened_at: Timestamp,
    /// Whose work is scored.
    pub agent_id: UserId,
    /// Anybody but the agent may take it where there is none.
    pub reviewer_id: Option<UserId>,
    pub scorecard_id: ScorecardId,
    /// Follows the newest version until something was answered.
    pub scorecard_version: i64,
    pub state: ReviewState,
    pub answers: Answers,
    pub note: String,
    /// 0 to 10,000; none while it is open.
    pub score_x100: Option<i64>,
    /// A fatal criterion failed.
    pub fatal: bool,
    /// What it was before it was settled.
    pub first_score_x100: Option<i64>,
    /// The agent's answer.
    pub appeal: Option<String>,
    /// The reviewer's last word.
    pub settlement: Option<String>,
    pub drawn_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub appealed_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
    /// Who sent it to review by hand, and why; none where a plan drew it.
    pub asked_by: Option<UserId>,
    pub asked_why: String,
    /// Why the reviewer passed it over, as long as it is.
    pub skip_reason: Option<String>,
    pub skipped_at: Option<Timestamp>,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewState {
    /// To be scored; what is answered so far only the reviewers see.
    Open,
    Submitted,
    /// The agent disagrees; the reviewer settles it.
    Appealed,
    Settled,
    /// Passed over with a reason: not scored, and nothing for the agent to see.
    Skipped,
}

text_enum!(ReviewState { Open = "open", Submitted = "submitted", Appealed = "appealed", Settled = "settled", Skipped = "skipped" });

/// What reports count of a review that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    pub conversation_id: ConversationId,
    pub number: i64,
    pub score_x100: i64,
    pub fatal: bool,
}
