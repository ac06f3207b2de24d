//! One act on many conversations, and what became of each.

use crate::check::{self, Check, Invalid};
use crate::words::Priority;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const IDS_MAX: usize = 200;
const LABELS_MAX: usize = 20;

/// What is done to each of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkAction {
    /// Take it from the bot, a queue or nobody.
    Claim,
    Resolve,
    Reopen,
    /// Wait for the customer or a third party.
    Pend,
    /// Back from pending or snoozed.
    Wake,
    Snooze {
        /// Epoch milliseconds, in the future.
        until: i64,
    },
    ReturnToBot,
    /// Offer it to a colleague, who accepts or declines.
    ToAgent {
        agent_id: String,
    },
    /// Into the team's queue.
    ToTeam {
        team_id: String,
    },
    /// Label names.
    ChangeLabels {
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        remove: Vec<String>,
    },
    SetPriority {
        /// `low`, `normal`, `high` or `urgent`
        priority: Priority,
    },
    /// Send the canned response's words to the customer, and do what it does besides.
    Canned {
        id: String,
    },
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActOnMany {
    /// 1 to 200 conversations.
    pub ids: Vec<String>,
    pub action: BulkAction,
}

impl Check for ActOnMany {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.ids.is_empty() || self.ids.len() > IDS_MAX {
            wrong.push(Invalid::new("ids", format!("应有 1 到 {IDS_MAX} 个会话"), format!("has 1 to {IDS_MAX} conversations")));
        }
        self.ids.iter().enumerate().take(IDS_MAX).for_each(|(i, id)| check::id(id, &format!("ids[{i}]"), wrong));
        match &mut self.action {
            BulkAction::ToAgent { agent_id: id } => check::id(id, "action.agent_id", wrong),
            BulkAction::ToTeam { team_id: id } => check::id(id, "action.team_id", wrong),
            BulkAction::Canned { id } => check::id(id, "action.id", wrong),
            BulkAction::ChangeLabels { add, remove } => labels(add, remove, wrong),
            _ => {}
        }
    }
}

fn labels(add: &mut [String], remove: &mut [String], wrong: &mut Vec<Invalid>) {
    if !(1..=LABELS_MAX).contains(&(add.len() + remove.len())) {
        wrong.push(Invalid::new("action.add", format!("应有 1 到 {LABELS_MAX} 个标签"), format!("has 1 to {LABELS_MAX} labels")));
    }
    add.iter_mut().for_each(|label| check::name(label, "action.add", 50, wrong));
    remove.iter_mut().for_each(|label| check::name(label, "action.remove", 50, wrong));
}

/// Every conversation is in one of the two.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResult {
    pub done: Vec<BulkDone>,
    pub refused: Vec<BulkRefused>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkDone {
    pub id: String,
    /// What takes it back; null where nothing changed or nothing would.
    pub undo: Option<BulkAction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkRefused {
    pub id: String,
    /// The code of the problem that the single act would have answered with.
    pub code: String,
    /// In the caller's language.
    pub detail: String,
}
