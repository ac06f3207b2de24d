//! Background work of the workshop and what came of it: a training, an evaluation of the examples, and a backtest of a version on past
//! conversations. Only values; the work is the engine's.

use crate::people::text_enum;
use crate::{
    ConversationId, CurvePoint, IntentId, IntentScore, Language, MessageId, ModelId, RunId, Said, TenantId, Timestamp, TrialOutcome, UserId,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq)]
pub struct WorkshopRun {
    pub id: RunId,
    pub tenant_id: TenantId,
    pub kind: RunKind,
    pub state: RunState,
    /// Steps done of all; 0 of 0 before the first.
    pub done: i64,
    pub of: i64,
    pub report: Option<RunReport>,
    pub started_by: UserId,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    Training,
    Evaluation,
    Backtest,
}

text_enum!(RunKind { Training = "training", Evaluation = "evaluation", Backtest = "backtest" });

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Running,
    Done,
    Cancelled,
    Failed,
}

text_enum!(RunState { Running = "running", Done = "done", Cancelled = "cancelled", Failed = "failed" });

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunReport {
    Training(Trained),
    Evaluation(Evaluation),
    Backtest(Backtest),
}

/// The version that came of a training; what it was measured to do is kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trained {
    pub model_id: ModelId,
    pub number: i64,
    pub examples: i64,
    /// Training and measuring together.
    pub took_ms: i64,
}

/// How well the present examples can be learnt, by cross-validation, and how two versions do on the same questions. Shares in [0, 1].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub took_ms: i64,
    pub folds: i64,
    pub examples: i64,
    pub accuracy: f32,
    pub macro_f1: f32,
    /// Weakest first.
    pub intents: Vec<IntentScore>,
    /// Which intent's examples were read as which; the commonest mistakes, and what was right.
    pub cells: Vec<ConfusionCell>,
    /// By threshold.
    pub curve: Vec<CurvePoint>,
    /// The most permissive threshold that is careful enough.
    pub threshold: f32,
    pub comparison: Option<Comparison>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfusionCell {
    pub intent_id: IntentId,
    pub read_as_id: IntentId,
    pub count: i64,
}

/// Two versions on the same questions, each at its own threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The questions are those set aside for testing; else all examples, which flatters whoever learnt them.
    pub set_aside: bool,
    pub questions: i64,
    /// The version in question, then the one it is compared with.
    pub sides: Vec<SideScore>,
    /// Questions on which they differ, at most some hundred.
    pub changed: Vec<ChangedQuestion>,
    pub changed_count: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideScore {
    pub number: i64,
    pub threshold: f32,
    /// Questions it had learnt from.
    pub seen: i64,
    /// Best guesses that are right, whether sure or not.
    pub accuracy: f32,
    /// Questions it is sure enough of to act.
    pub answered: f32,
    /// Questions it acts on, wrongly.
    pub wrong: f32,
    pub intents: Vec<IntentScore>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangedQuestion {
    pub text: String,
    pub language: Language,
    pub intent_id: IntentId,
    pub intent: String,
    /// By the version in question, then by the other.
    pub guesses: Vec<Guess>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    pub intent_id: Option<IntentId>,
    pub intent: String,
    pub probability: f32,
    /// Sure enough to act.
    pub sure: bool,
    pub right: bool,
}

/// What a version would have made of past conversations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    pub took_ms: i64,
    pub number: i64,
    /// Number of the live version; 0 when there is none.
    pub against: i64,
    pub conversations: i64,
    /// Questions to the bot that were asked again.
    pub turns: i64,
    /// Turns by how the version compares with the live one.
    pub outcomes: Vec<OutcomeCount>,
    /// Turns that either version answers otherwise than was said then: articles, products or settings changed since.
    pub changed_since: i64,
    /// Newest conversation first; those the version changes before those that changed since.
    pub differences: Vec<BacktestTurn>,
    /// There were more differences than are kept.
    pub is_cut: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeCount {
    pub outcome: TrialOutcome,
    pub turns: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestTurn {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub at: Timestamp,
    pub text: String,
    pub language: Language,
    /// `Same` where only the time since made the difference.
    pub outcome: TrialOutcome,
    /// What was understood and said then, by whichever version was live.
    pub then: Said,
    /// What the live version would say today.
    pub live: Said,
    pub trial: Said,
}
