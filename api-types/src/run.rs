//! Background runs of the workshop: trainings, evaluations and backtests, how far they are, and what they found. Shares are 0 to 1.

use crate::check::{self, Check, Invalid};
use crate::training::{CurvePoint, IntentScore};
use crate::trial::SaidView;
use crate::words::{Language, RunKind, RunState, TrialOutcome};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartEvaluation {
    /// A version to put to the same questions as the live one; absent: only the examples are measured.
    pub model_id: Option<String>,
    /// What to compare it with instead of the live version.
    pub against_id: Option<String>,
}

impl Check for StartEvaluation {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        for (id, field) in [(&self.model_id, "model_id"), (&self.against_id, "against_id")] {
            if let Some(id) = id {
                check::id(id, field, wrong);
            }
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartBacktest {
    pub model_id: String,
    /// How many of the newest conversations to ask again: 1 to 1,000, 200 when not given.
    pub conversations: Option<i64>,
}

impl Check for StartBacktest {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.model_id, "model_id", wrong);
        if self.conversations.is_some_and(|n| !(1..=1_000).contains(&n)) {
            wrong.push(Invalid::new("conversations", "应在 1 到 1000 之间", "is 1 to 1,000"));
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunView {
    pub id: String,
    pub kind: RunKind,
    pub state: RunState,
    /// Steps done of all, while it runs.
    pub done: i64,
    pub of: i64,
    /// What was found, in the view of one run that is done.
    pub training: Option<TrainedView>,
    pub evaluation: Option<EvaluationView>,
    pub backtest: Option<BacktestView>,
    /// Id of a user.
    pub started_by: String,
    pub started_at: i64,
    pub ended_at: Option<i64>,
}

impl From<domain::WorkshopRun> for RunView {
    fn from(r: domain::WorkshopRun) -> Self {
        let (mut training, mut evaluation, mut backtest) = (None, None, None);
        match r.report {
            Some(domain::RunReport::Training(found)) => training = Some(found.into()),
            Some(domain::RunReport::Evaluation(found)) => evaluation = Some(found.into()),
            Some(domain::RunReport::Backtest(found)) => backtest = Some(found.into()),
            None => {}
        }
        Self {
            id: r.id.0,
            kind: r.kind.into(),
            state: r.state.into(),
            done: r.done,
            of: r.of,
            training,
            evaluation,
            backtest,
            started_by: r.started_by.0,
            started_at: r.started_at,
            ended_at: r.ended_at,
        }
    }
}

/// The version that came of a training; what it was measured to do is in its report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainedView {
    pub model_id: String,
    pub number: i64,
    pub examples: i64,
    /// Training and measuring together.
    pub took_ms: i64,
}

impl From<domain::Trained> for TrainedView {
    fn from(t: domain::Trained) -> Self {
        Self { model_id: t.model_id.0, number: t.number, examples: t.examples, took_ms: t.took_ms }
    }
}

/// How well the present examples can be learnt, by cross-validation, and how two versions do on the same questions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationView {
    pub took_ms: i64,
    pub folds: i64,
    pub examples: i64,
    pub accuracy: f32,
    pub macro_f1: f32,
    /// Weakest first.
    pub intents: Vec<IntentScore>,
    /// Which intent's examples were read as which: the commonest mistakes, then what was right.
    pub cells: Vec<ConfusionCell>,
    pub curve: Vec<CurvePoint>,
    /// The most permissive threshold that is careful enough.
    pub threshold: f32,
    pub comparison: Option<ComparisonView>,
}

impl From<domain::Evaluation> for EvaluationView {
    fn from(e: domain::Evaluation) -> Self {
        let cell = |c: domain::ConfusionCell| ConfusionCell { intent_id: c.intent_id.0, read_as_id: c.read_as_id.0, count: c.count };
        Self {
            took_ms: e.took_ms,
            folds: e.folds,
            examples: e.examples,
            accuracy: e.accuracy,
            macro_f1: e.macro_f1,
            intents: e.intents.into_iter().map(Into::into).collect(),
            cells: e.cells.into_iter().map(cell).collect(),
            curve: e.curve.into_iter().map(Into::into).collect(),
            threshold: e.threshold,
            comparison: e.comparison.map(Into::into),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfusionCell {
    pub intent_id: String,
    pub read_as_id: String,
    pub count: i64,
}

/// Two versions on the same questions, each at its own threshold.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparisonView {
    /// The questions are those set aside for testing; else all examples, which flatters whoever learnt them.
    pub set_aside: bool,
    pub questions: i64,
    /// The version in question, then the one it is compared with, if there is one.
    pub sides: Vec<SideScore>,
    /// Questions on which they differ, at most 200.
    pub changed: Vec<ChangedQuestion>,
    pub changed_count: i64,
}

impl From<domain::Comparison> for ComparisonView {
    fn from(c: domain::Comparison) -> Self {
        Self {
            set_aside: c.set_aside,
            questions: c.questions,
            sides: c.sides.into_iter().map(Into::into).collect(),
            changed: c.changed.into_iter().map(Into::into).collect(),
            changed_count: c.changed_count,
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
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
    /// Weakest first.
    pub intents: Vec<IntentScore>,
}

impl From<domain::SideScore> for SideScore {
    fn from(s: domain::SideScore) -> Self {
        Self {
            number: s.number,
            threshold: s.threshold,
            seen: s.seen,
            accuracy: s.accuracy,
            answered: s.answered,
            wrong: s.wrong,
            intents: s.intents.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangedQuestion {
    pub text: String,
    pub language: Language,
    /// What it truly means.
    pub intent_id: String,
    pub intent: String,
    /// By the version in question, then by the other.
    pub guesses: Vec<GuessView>,
}

impl From<domain::ChangedQuestion> for ChangedQuestion {
    fn from(c: domain::ChangedQuestion) -> Self {
        let guess = |g: domain::Guess| GuessView {
            intent_id: g.intent_id.map(|id| id.0),
            intent: g.intent,
            probability: g.probability,
            sure: g.sure,
            right: g.right,
        };
        Self {
            text: c.text,
            language: c.language.into(),
            intent_id: c.intent_id.0,
            intent: c.intent,
            guesses: c.guesses.into_iter().map(guess).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GuessView {
    pub intent_id: Option<String>,
    pub intent: String,
    pub probability: f32,
    /// Sure enough to act.
    pub sure: bool,
    pub right: bool,
}

/// What a version would have made of past conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BacktestView {
    pub took_ms: i64,
    pub number: i64,
    /// Number of the live version; 0 when there is none.
    pub against: i64,
    pub conversations: i64,
    /// Questions to the bot that were asked again.
    pub turns: i64,
    pub outcomes: Vec<OutcomeCount>,
    /// Turns that both versions answer otherwise than was said then: articles, products or settings changed since.
    pub changed_since: i64,
    /// At most 500, those the version changes first.
    pub differences: Vec<BacktestTurn>,
    /// There were more differences, or conversations that were not reached in time.
    pub is_cut: bool,
}

impl From<domain::Backtest> for BacktestView {
    fn from(b: domain::Backtest) -> Self {
        Self {
            took_ms: b.took_ms,
            number: b.number,
            against: b.against,
            conversations: b.conversations,
            turns: b.turns,
            outcomes: b.outcomes.into_iter().map(|c| OutcomeCount { outcome: c.outcome.into(), turns: c.turns }).collect(),
            changed_since: b.changed_since,
            differences: b.differences.into_iter().map(Into::into).collect(),
            is_cut: b.is_cut,
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutcomeCount {
    pub outcome: TrialOutcome,
    pub turns: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BacktestTurn {
    pub conversation_id: String,
    pub message_id: String,
    pub at: i64,
    pub text: String,
    pub language: Language,
    /// `same` where only the time since made the difference.
    pub outcome: TrialOutcome,
    /// What was understood and said then.
    pub then: SaidView,
    /// What the live version would say today.
    pub live: SaidView,
    pub trial: SaidView,
}

impl From<domain::BacktestTurn> for BacktestTurn {
    fn from(t: domain::BacktestTurn) -> Self {
        Self {
            conversation_id: t.conversation_id.0,
            message_id: t.message_id.0,
            at: t.at,
            text: t.text,
            language: t.language.into(),
            outcome: t.outcome.into(),
            then: t.then.into(),
            live: t.live.into(),
            trial: t.trial.into(),
        }
    }
}
