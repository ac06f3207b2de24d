//! What a company teaches its bot: intents 意图 with examples, the models trained on them, and what the bot should learn next.
//! Only values; training lives in `nlu`, the decision to answer in the engine.

use crate::people::text_enum;
use crate::{ArticleId, ConversationId, ExampleId, IntentId, Language, MessageId, ModelId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    pub id: IntentId,
    pub tenant_id: TenantId,
    /// Unique within the tenant.
    pub name: String,
    pub description: String,
    pub reply: IntentReply,
    /// The group it belongs to, by subject; empty for none.
    pub topic: String,
    /// Understood only while the talk is about its subject.
    pub only_in_topic: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What the bot does with a message of this intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IntentReply {
    /// Nothing of its own: the knowledge base is asked, as if there were no intent.
    None,
    /// Quotes the article, in the customer's language where it has one.
    Article { article_id: ArticleId },
    /// Says this. An empty language is served by the other one.
    Text {
        zh: String,
        en: String,
        /// Id of a flow that the answer offers to begin.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_flow: Option<String>,
    },
    /// Fetches a person.
    Handoff,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentExample {
    pub id: ExampleId,
    pub tenant_id: TenantId,
    pub intent_id: IntentId,
    pub language: Language,
    /// One line; unique within the tenant and language.
    pub text: String,
    pub source: ExampleSource,
    pub created_at: Timestamp,
    /// Set aside for testing since then: versions trained later never learn it.
    pub test_since: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExampleSource {
    Manual,
    Import,
    /// Out of a conversation, by way of the learning inbox.
    Learned,
}

text_enum!(ExampleSource { Manual = "manual", Import = "import", Learned = "learned" });

/// A trained version, without its bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainedModel {
    pub id: ModelId,
    pub tenant_id: TenantId,
    /// Counts the tenant's trainings from 1.
    pub number: i64,
    pub state: ModelState,
    /// Percent of the conversations it answers while it is a canary, else 0.
    pub share_percent: i64,
    pub intents: i64,
    pub examples: i64,
    /// The score from which the bot acts; comparable within one version only.
    pub threshold: f32,
    pub report: TrainingReport,
    pub size_bytes: i64,
    pub trained_by: UserId,
    pub trained_at: Timestamp,
    pub published_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// Trained, never published.
    Ready,
    /// On trial: reads every turn beside the live one and says nothing. At most one of a tenant is on trial.
    Shadow,
    /// On trial: answers a share of the conversations.
    Canary,
    /// The one that answers; at most one of a tenant.
    Live,
    /// Was live.
    Retired,
}

text_enum!(ModelState { Ready = "ready", Shadow = "shadow", Canary = "canary", Live = "live", Retired = "retired" });

/// How good a model is, measured on examples it had not seen (cross-validation). Shares and scores are in [0, 1].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingReport {
    pub took_ms: i64,
    /// Name of the encoder whose vectors it uses beside the words.
    #[serde(default)]
    pub encoder: Option<String>,
    /// Parts that were held out, one after the other; 1: a fifth of a large set, once.
    pub folds: i64,
    /// Share of examples given to the right intent.
    pub accuracy: f32,
    pub macro_f1: f32,
    /// Weakest first.
    pub intents: Vec<IntentScore>,
    /// Commonest first.
    pub confusions: Vec<Confusion>,
    /// By threshold, ascending.
    pub curve: Vec<CurvePoint>,
    /// What was chosen on the curve.
    pub threshold: f32,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntentScore {
    pub intent_id: IntentId,
    pub name: String,
    /// It was measured on these.
    pub examples: i64,
    pub precision: f32,
    pub recall: f32,
    pub f1: f32,
}

/// Examples of one intent that were taken for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    pub intent_id: IntentId,
    pub name: String,
    pub taken_for_id: IntentId,
    pub taken_for_name: String,
    pub count: i64,
}

/// What a threshold would do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub threshold: f32,
    /// Share of the questions the company taught that would be answered.
    pub answered: f32,
    /// Share of all questions that would be answered wrongly.
    pub wrong: f32,
    /// Share of the questions the company never taught that would be left to the knowledge base, as they should.
    pub strangers_left: Option<f32>,
}

/// Something about the examples that makes the model worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: FindingKind,
    pub intent_ids: Vec<IntentId>,
    pub intent_names: Vec<String>,
    /// Those concerned, the ones to remove last.
    pub example_ids: Vec<ExampleId>,
    /// Of each of them, the intent it belongs to; empty in reports of older versions.
    #[serde(default)]
    pub example_intent_ids: Vec<IntentId>,
    pub texts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The same words under two intents.
    Conflict,
    /// The same words twice under one intent.
    Duplicate,
    /// Too few examples to learn from.
    Tiny,
    /// Two intents whose examples are hard to tell apart.
    Overlap,
    /// Examples in one language only, or nearly.
    Unbalanced,
    /// Nothing to read in it.
    Empty,
    /// A test question that is also an example: it would test nothing.
    Leak,
}

/// A customer's message the bot served badly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningItem {
    pub tenant_id: TenantId,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    /// One line of the message.
    pub text: String,
    pub language: Language,
    pub reason: LearningReason,
    pub state: LearningState,
    /// When the message came.
    pub at: Timestamp,
}

/// What a person says a customer's turn was, where the bot read it otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnCorrection {
    pub tenant_id: TenantId,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    /// One line of the message.
    pub text: String,
    pub language: Language,
    /// As the understanding crate names emotions; none: it was read rightly.
    pub emotion: Option<String>,
    pub emotion_read: Option<String>,
    pub intent_id: Option<IntentId>,
    pub intent_read: Option<IntentId>,
    pub corrected_by: UserId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningReason {
    /// No answer was found.
    Missed,
    /// The bot had to ask back which of several was meant.
    Unsure,
    /// There was an answer, and the customer said it did not help.
    NotHelpful,
    /// An agent said what it means.
    Corrected,
}

text_enum!(LearningReason { Missed = "missed", Unsure = "unsure", NotHelpful = "not_helpful", Corrected = "corrected" });

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningState {
    Open,
    /// Became an example, or an article answers it.
    Added,
    Dismissed,
}

text_enum!(LearningState { Open = "open", Added = "added", Dismissed = "dismissed" });
