//! Trained versions of the bot's understanding: what each was measured to do, and which one is live.

use crate::check::{Check, Invalid};
use crate::words::{FindingKind, ModelState};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A trained version. Shares are 0 to 1.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentModelView {
    pub id: String,
    /// Counts the trainings from 1.
    pub number: i64,
    pub state: ModelState,
    /// Percent of the conversations it answers while it is a canary, else 0.
    pub share_percent: i64,
    pub intents: i64,
    pub examples: i64,
    /// The score from which it acts; comparable within one version only.
    pub threshold: f32,
    pub report: TrainingReport,
    pub size_bytes: i64,
    /// Id of a user.
    pub trained_by: String,
    pub trained_at: i64,
    pub published_at: Option<i64>,
}

impl From<domain::TrainedModel> for IntentModelView {
    fn from(m: domain::TrainedModel) -> Self {
        Self {
            id: m.id.0,
            number: m.number,
            state: m.state.into(),
            share_percent: m.share_percent,
            intents: m.intents,
            examples: m.examples,
            threshold: m.threshold,
            report: m.report.into(),
            size_bytes: m.size_bytes,
            trained_by: m.trained_by.0,
            trained_at: m.trained_at,
            published_at: m.published_at,
        }
    }
}

/// Measured by cross-validation: on examples the version had not seen.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingReport {
    /// Training and measuring together.
    pub took_ms: i64,
    /// The encoder whose vectors it uses beside the words; null: words alone.
    pub encoder: Option<String>,
    /// Parts that were held out, one after the other; 1: a fifth of a large set, once.
    pub folds: i64,
    /// Share of examples given to the right intent.
    pub accuracy: f32,
    pub macro_f1: f32,
    /// Weakest first.
    pub intents: Vec<IntentScore>,
    /// Commonest first.
    pub confusions: Vec<IntentConfusion>,
    /// By threshold, ascending.
    pub curve: Vec<CurvePoint>,
    /// What was chosen on the curve.
    pub threshold: f32,
    pub findings: Vec<TrainingFinding>,
}

impl From<domain::TrainingReport> for TrainingReport {
    fn from(r: domain::TrainingReport) -> Self {
        Self {
            took_ms: r.took_ms,
            encoder: r.encoder,
            folds: r.folds,
            accuracy: r.accuracy,
            macro_f1: r.macro_f1,
            intents: r.intents.into_iter().map(Into::into).collect(),
            confusions: r.confusions.into_iter().map(Into::into).collect(),
            curve: r.curve.into_iter().map(Into::into).collect(),
            threshold: r.threshold,
            findings: r.findings.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentScore {
    pub intent_id: String,
    /// As it was called then.
    pub name: String,
    /// It was measured on these.
    pub examples: i64,
    pub precision: f32,
    pub recall: f32,
    pub f1: f32,
}

impl From<domain::IntentScore> for IntentScore {
    fn from(s: domain::IntentScore) -> Self {
        Self { intent_id: s.intent_id.0, name: s.name, examples: s.examples, precision: s.precision, recall: s.recall, f1: s.f1 }
    }
}

/// Examples of one intent that were taken for another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentConfusion {
    pub intent_id: String,
    pub name: String,
    pub taken_for_id: String,
    pub taken_for_name: String,
    pub count: i64,
}

impl From<domain::Confusion> for IntentConfusion {
    fn from(c: domain::Confusion) -> Self {
        Self { intent_id: c.intent_id.0, name: c.name, taken_for_id: c.taken_for_id.0, taken_for_name: c.taken_for_name, count: c.count }
    }
}

/// What a threshold would do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CurvePoint {
    pub threshold: f32,
    /// Share of the questions it was taught that it would answer.
    pub answered: f32,
    /// Share of all questions it would answer wrongly.
    pub wrong: f32,
    /// Share of the questions it was never taught that it would leave to the knowledge base, as it should.
    pub strangers_left: Option<f32>,
}

impl From<domain::CurvePoint> for CurvePoint {
    fn from(p: domain::CurvePoint) -> Self {
        Self { threshold: p.threshold, answered: p.answered, wrong: p.wrong, strangers_left: p.strangers_left }
    }
}

/// Something about the examples that makes the version worse.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingFinding {
    pub kind: FindingKind,
    pub intent_ids: Vec<String>,
    pub intent_names: Vec<String>,
    /// Those concerned, the ones to remove last.
    pub example_ids: Vec<String>,
    /// Of each of them, the intent it belongs to; empty in reports of older versions.
    pub example_intent_ids: Vec<String>,
    pub texts: Vec<String>,
}

impl From<domain::Finding> for TrainingFinding {
    fn from(f: domain::Finding) -> Self {
        Self {
            kind: f.kind.into(),
            intent_ids: f.intent_ids.into_iter().map(|id| id.0).collect(),
            intent_names: f.intent_names,
            example_ids: f.example_ids.into_iter().map(|id| id.0).collect(),
            example_intent_ids: f.example_intent_ids.into_iter().map(|id| id.0).collect(),
            texts: f.texts,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishModel {
    /// A score, best one of the report's curve; as it was when not given.
    pub threshold: Option<f32>,
}

impl Check for PublishModel {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.threshold.is_some_and(|t| t.is_nan() || t.abs() > 1_000.0) {
            wrong.push(Invalid::new("threshold", "不是有效的阈值", "is not a threshold"));
        }
    }
}
