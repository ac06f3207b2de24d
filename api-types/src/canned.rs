//! Canned responses.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A prepared answer, found by typing `/` and its shortcut.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CannedResponseView {
    pub id: String,
    pub shortcut: String,
    pub text: String,
    /// What happens once its words are sent, in order.
    pub actions: Vec<MacroStep>,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::CannedResponse> for CannedResponseView {
    fn from(c: domain::CannedResponse) -> Self {
        Self {
            id: c.id.0,
            shortcut: c.shortcut,
            text: c.text,
            actions: c.actions.into_iter().map(Into::into).collect(),
            version: c.version,
            created_at: c.created_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCannedResponse {
    /// Unique within the tenant; without blanks, the slash is not part of it.
    pub shortcut: String,
    pub text: String,
    #[serde(default)]
    pub actions: Vec<MacroStep>,
}

impl Check for CreateCannedResponse {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        shortcut(&mut self.shortcut, wrong);
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        actions(&mut self.actions, wrong);
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCannedResponse {
    #[serde(default, deserialize_with = "patch::some")]
    pub shortcut: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub text: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub actions: Option<Vec<MacroStep>>,
}

impl Check for UpdateCannedResponse {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.shortcut {
            shortcut(value, wrong);
        }
        if let Some(value) = &mut self.text {
            check::required_text(value, "text", TEXT_CHARS_MAX, wrong);
        }
        if let Some(value) = &mut self.actions {
            actions(value, wrong);
        }
    }
}

/// One thing that happens besides the words. Whatever takes the conversation out of hand can only be the last.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum MacroStep {
    /// Label names.
    AddLabels {
        labels: Vec<String>,
    },
    /// Label names.
    RemoveLabels {
        labels: Vec<String>,
    },
    /// For colleagues only.
    Note {
        text: String,
    },
    /// Waits for the customer.
    Pend,
    /// Comes back after so many minutes, at most a year.
    Snooze {
        minutes: i64,
    },
    /// Into the team's queue.
    ToTeam {
        team_id: String,
    },
    Resolve,
}

const ACTIONS_MAX: usize = 10;
const LABELS_MAX: usize = 20;
const SNOOZE_MINUTES_MAX: i64 = 366 * 24 * 60;

fn actions(steps: &mut [MacroStep], wrong: &mut Vec<Invalid>) {
    if steps.len() > ACTIONS_MAX {
        wrong.push(Invalid::new("actions", "最多 10 个动作", "has at most 10"));
    }
    let last = steps.len().saturating_sub(1);
    for (i, step) in steps.iter_mut().enumerate() {
        let at = format!("actions[{i}]");
        if i < last && domain::MacroStep::from(step.clone()).is_last() {
            wrong.push(Invalid::new(at.clone(), "只能是最后一个动作", "can only be the last"));
        }
        match step {
            MacroStep::AddLabels { labels } | MacroStep::RemoveLabels { labels } => {
                if labels.is_empty() || labels.len() > LABELS_MAX {
                    wrong.push(Invalid::new(format!("{at}.labels"), "要有 1 到 20 个标签", "has 1 to 20 labels"));
                }
                labels.iter_mut().for_each(|label| check::name(label, &format!("{at}.labels"), 60, wrong));
            }
            MacroStep::Note { text } => check::required_text(text, &format!("{at}.text"), TEXT_CHARS_MAX, wrong),
            MacroStep::Snooze { minutes } if !(1..=SNOOZE_MINUTES_MAX).contains(minutes) => {
                wrong.push(Invalid::new(format!("{at}.minutes"), "应在 1 分钟到一年之间", "is between a minute and a year"));
            }
            MacroStep::ToTeam { team_id } => check::key(team_id, &format!("{at}.team_id"), 64, wrong),
            MacroStep::Pend | MacroStep::Snooze { .. } | MacroStep::Resolve => {}
        }
    }
}

impl From<MacroStep> for domain::MacroStep {
    fn from(step: MacroStep) -> Self {
        match step {
            MacroStep::AddLabels { labels } => Self::AddLabels { labels },
            MacroStep::RemoveLabels { labels } => Self::RemoveLabels { labels },
            MacroStep::Note { text } => Self::Note { text },
            MacroStep::Pend => Self::Pend,
            MacroStep::Snooze { minutes } => Self::Snooze { minutes },
            MacroStep::ToTeam { team_id } => Self::ToTeam { team_id: team_id.into() },
            MacroStep::Resolve => Self::Resolve,
        }
    }
}

impl From<domain::MacroStep> for MacroStep {
    fn from(step: domain::MacroStep) -> Self {
        use domain::MacroStep as From;
        match step {
            From::AddLabels { labels } => Self::AddLabels { labels },
            From::RemoveLabels { labels } => Self::RemoveLabels { labels },
            From::Note { text } => Self::Note { text },
            From::Pend => Self::Pend,
            From::Snooze { minutes } => Self::Snooze { minutes },
            From::ToTeam { team_id } => Self::ToTeam { team_id: team_id.0 },
            From::Resolve => Self::Resolve,
        }
    }
}

fn shortcut(value: &mut String, wrong: &mut Vec<Invalid>) {
    check::name(value, "shortcut", 60, wrong);
    if value.starts_with('/') || value.contains(char::is_whitespace) {
        wrong.push(Invalid::new("shortcut", "不能以 / 开头，也不能有空格", "has no blanks and does not begin with /"));
    }
}
