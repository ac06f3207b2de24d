//! What people do with reviews.

use crate::check::{self, Check, Invalid};
use crate::quality::{CRITERIA_MAX, ReviewAnswer, ReviewView, ScoreForm, TEXT_CHARS_MAX};
use qn_domain::quality;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskReview {
    pub conversation_id: String,
    pub scorecard_id: String,
    /// Anybody but the agent where absent.
    #[serde(default)]
    pub reviewer_id: Option<String>,
    /// What the reviewer should know.
    #[serde(default)]
    pub why: String,
}

impl Check for AskReview {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.conversation_id, "conversation_id", wrong);
        check::id(&self.scorecard_id, "scorecard_id", wrong);
        self.reviewer_id.iter().for_each(|id| check::id(id, "reviewer_id", wrong));
        check::text(&mut self.why, "why", TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipReview {
    pub reason: String,
}

impl Check for SkipReview {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.reason, "reason", TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewDetail {
    pub review: ReviewView,
    /// The form it is scored with.
    pub form: ScoreForm,
    pub form_version: i64,
}

fn kept(answers: BTreeMap<String, ReviewAnswer>) -> quality::Answers {
    let answer = |(key, a): (String, ReviewAnswer)| (key, quality::Answer { value: a.value, note: a.note });
    answers.into_iter().filter(|(_, a)| !a.value.is_empty() || !a.note.is_empty()).map(answer).collect()
}

fn check_answers(answers: &mut BTreeMap<String, ReviewAnswer>, wrong: &mut Vec<Invalid>) {
    if answers.len() > CRITERIA_MAX {
        wrong.push(Invalid::new("answers", "过多", "are too many"));
    }
    for (key, answer) in answers.iter_mut() {
        let at = format!("answers.{}", qn_base::text::line(key, 40));
        if answer.value.len() > 40 {
            wrong.push(Invalid::new(at.clone(), "没有这个选项", "is not one of the choices"));
        }
        check::text(&mut answer.note, &format!("{at}.note"), TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreReview {
    /// Of the form as it was shown.
    pub form_version: i64,
    pub answers: BTreeMap<String, ReviewAnswer>,
    #[serde(default)]
    pub note: String,
    /// Shows it to the agent; it cannot be changed afterwards.
    #[serde(default)]
    pub submit: bool,
}

impl Check for ScoreReview {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check_answers(&mut self.answers, wrong);
        check::text(&mut self.note, "note", TEXT_CHARS_MAX, wrong);
    }
}

impl ScoreReview {
    pub fn answers(&mut self) -> quality::Answers {
        kept(std::mem::take(&mut self.answers))
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealReview {
    pub text: String,
}

impl Check for AppealReview {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleReview {
    pub text: String,
    /// The form filled in anew; the score stays where this is absent.
    #[serde(default)]
    pub answers: Option<BTreeMap<String, ReviewAnswer>>,
}

impl Check for SettleReview {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        if let Some(answers) = &mut self.answers {
            check_answers(answers, wrong);
        }
    }
}

impl SettleReview {
    pub fn answers(&mut self) -> Option<quality::Answers> {
        self.answers.take().map(kept)
    }
}
