//! Conversations that belong together: linked, merged, split.

use crate::check::{self, Check, Invalid};
use crate::conversation::ConversationView;
use crate::message::MessageView;
use qn_domain as domain;
use qn_domain::tie::SPLIT_MESSAGES_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One tie, standing or undone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TieView {
    pub id: String,
    /// `link`; `merge`: `from` is a part of `to`; `split`: messages of `from` are worked on in `to`.
    pub kind: String,
    pub from: String,
    pub to: String,
    /// Of a split: the `seq` of the messages that were chosen.
    pub seqs: Vec<i64>,
    /// Empty where it was made by itself, from what the customer said.
    pub made_by: String,
    /// As they were called then.
    pub made_name: String,
    pub at: i64,
    pub undone_by: Option<String>,
    pub undone_at: Option<i64>,
}

impl From<&domain::Tie> for TieView {
    fn from(t: &domain::Tie) -> Self {
        Self {
            id: t.id.0.clone(),
            kind: t.kind.as_str().to_owned(),
            from: t.from.0.clone(),
            to: t.to.0.clone(),
            seqs: t.seqs.clone(),
            made_by: t.made_by.0.clone(),
            made_name: t.made_name.clone(),
            at: t.at,
            undone_by: t.undone_by.as_ref().map(ToString::to_string),
            undone_at: t.undone_at,
        }
    }
}

/// All ties of a conversation and of its parts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TiesView {
    /// Oldest first, undone ones too.
    pub ties: Vec<TieView>,
    /// The conversations that the ties name.
    pub conversations: Vec<ConversationView>,
    /// The messages that standing splits chose, where the case that shows them is this one or a part of it.
    pub borrowed: Vec<MessageView>,
}

/// Make the conversation a part of another one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInto {
    /// The conversation that goes on.
    pub into: String,
}

impl Check for MergeInto {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.into, "into", wrong);
    }
}

/// Note that another conversation belongs to this one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkTo {
    pub to: String,
}

impl Check for LinkTo {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.to, "to", wrong);
    }
}

/// Work on some messages in a conversation of their own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitOff {
    /// One of the customer's at least.
    pub messages: Vec<String>,
    /// Whose queue it goes to; without, it is the caller's.
    pub team_id: Option<String>,
}

impl Check for SplitOff {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        let n = self.messages.len();
        if n == 0 || n > SPLIT_MESSAGES_MAX {
            let (zh, en) = (format!("请选择 1 到 {SPLIT_MESSAGES_MAX} 条消息"), format!("takes 1 to {SPLIT_MESSAGES_MAX} messages"));
            wrong.push(Invalid::new("messages", zh, en));
        }
        for (i, id) in self.messages.iter().enumerate().take(SPLIT_MESSAGES_MAX) {
            check::id(id, &format!("messages[{i}]"), wrong);
        }
        if let Some(id) = &self.team_id {
            check::id(id, "team_id", wrong);
        }
    }
}
