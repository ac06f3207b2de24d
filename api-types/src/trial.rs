//! A version on trial beside the live one: starting it, what became of its turns, where the two differ; and the steps of versions.

use crate::check::{Check, Invalid};
use crate::words::{Language, ModelState, Speaker, StepKind, TrialOutcome};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartTrial {
    /// Percent of the conversations it answers, 1 to 99; 0 or absent: none, it only reads along.
    pub share_percent: Option<i64>,
    /// The score from which it acts; as it was when not given.
    pub threshold: Option<f32>,
}

impl Check for StartTrial {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.share_percent.is_some_and(|s| !(0..=99).contains(&s)) {
            wrong.push(Invalid::new("share_percent", "应在 0 到 99 之间", "is 0 to 99"));
        }
        if self.threshold.is_some_and(|t| t.is_nan() || t.abs() > 1_000.0) {
            wrong.push(Invalid::new("threshold", "不是有效的阈值", "is not a threshold"));
        }
    }
}

/// What a trial has shown so far. Counting follows the conversations by a second or so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrialView {
    pub model_id: String,
    pub number: i64,
    pub state: ModelState,
    pub share_percent: i64,
    /// Number of the live version it was compared with last; 0 when there was none.
    pub against: i64,
    /// Turns that are counted alike stand together.
    pub tallies: Vec<TrialTally>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrialTally {
    /// Which of the two answered the customer.
    pub spoke: Speaker,
    pub outcome: TrialOutcome,
    pub turns: i64,
    /// Turns without an answer.
    pub missed: i64,
    /// Turns that were passed to a person.
    pub handed_over: i64,
}

impl From<domain::TrialTally> for TrialTally {
    fn from(t: domain::TrialTally) -> Self {
        Self { spoke: t.spoke.into(), outcome: t.outcome.into(), turns: t.turns, missed: t.missed, handed_over: t.handed_over }
    }
}

/// What a version makes of a turn and would say to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidView {
    /// The intent it acts on; null when it is not sure enough of any.
    pub intent_id: Option<String>,
    /// As it was called then.
    pub intent: String,
    /// Of the likeliest intent, acted on or not; 0 to 1.
    pub probability: f32,
    /// The words, shortened.
    pub text: String,
    /// The customer is passed to a person.
    pub person: bool,
}

impl From<domain::Said> for SaidView {
    fn from(s: domain::Said) -> Self {
        Self { intent_id: s.intent_id.map(|id| id.0), intent: s.intent, probability: s.probability, text: s.text, person: s.person }
    }
}

/// A turn the two versions do not understand alike.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrialDifference {
    pub message_id: String,
    pub conversation_id: String,
    /// What the customer said.
    pub text: String,
    pub language: Language,
    pub spoke: Speaker,
    pub outcome: TrialOutcome,
    pub live: SaidView,
    pub trial: SaidView,
    /// When the message came.
    pub at: i64,
}

impl From<domain::TrialDifference> for TrialDifference {
    fn from(d: domain::TrialDifference) -> Self {
        Self {
            message_id: d.message_id.0,
            conversation_id: d.conversation_id.0,
            text: d.text,
            language: d.language.into(),
            spoke: d.spoke.into(),
            outcome: d.outcome.into(),
            live: d.live.into(),
            trial: d.trial.into(),
            at: d.at,
        }
    }
}

/// One step in a version's life, and who took it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionStepView {
    pub model_id: String,
    pub number: i64,
    pub kind: StepKind,
    pub share_percent: i64,
    /// The score from which it acts from then on.
    pub threshold: f32,
    /// Id of a user.
    pub taken_by: String,
    pub at: i64,
}

impl From<domain::VersionStep> for VersionStepView {
    fn from(s: domain::VersionStep) -> Self {
        Self {
            model_id: s.model_id.0,
            number: s.number,
            kind: s.kind.into(),
            share_percent: s.share_percent,
            threshold: s.threshold,
            taken_by: s.taken_by.0,
            at: s.at,
        }
    }
}
