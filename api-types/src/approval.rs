//! What flows ask people to decide.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Whom an approval is addressed to.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ApprovalDeciders {
    /// The role, team or person, in words.
    pub zh: String,
    pub en: String,
    pub names: Vec<String>,
}

/// One part of an approval's payload.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalField {
    pub name: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    /// `text`, `number`, `boolean`, or `fixed`, which stays as it is.
    pub kind: String,
}

/// Something a flow asks people to decide.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalView {
    pub run_id: String,
    pub step: String,
    /// To be sent with the decision.
    pub attempt: u32,
    pub flow_id: String,
    pub flow_name: String,
    /// Where the run talks.
    pub conversation_id: Option<String>,
    /// Who may decide, as the flow says: a role, a team or a person.
    pub who: String,
    /// The same by name, and the people it means, at most 20; whoever started the run is not among them.
    pub deciders: ApprovalDeciders,
    pub title: String,
    /// What they see and may change.
    pub payload: Value,
    /// What its parts are called and may become; those not named keep their kind of value.
    pub fields: Vec<ApprovalField>,
    /// Who is asked as well when nobody has decided by then.
    pub also: Option<ApprovalAlso>,
    /// Whether the one who asks may decide it.
    pub may_decide: bool,
    pub asked_at: i64,
    /// When the run goes on without a decision.
    pub due_at: Option<i64>,
}

/// Others who may decide an approval from a time on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalAlso {
    pub who: String,
    pub deciders: ApprovalDeciders,
    /// From then on; epoch milliseconds.
    pub at: i64,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideApproval {
    /// As it was read: a flow may ask again.
    pub attempt: u32,
    pub approved: bool,
    /// Instead of what was shown; as it was when not given.
    #[serde(default)]
    pub payload: Option<Value>,
    #[serde(default)]
    pub comment: String,
}

impl Check for DecideApproval {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.comment, "comment", 1_000, wrong);
    }
}

/// What was decided, and by whom.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalDecision {
    pub run_id: String,
    pub step: String,
    pub approved: bool,
    /// Id of a user.
    pub by: String,
    pub by_name: String,
    pub comment: String,
    pub payload: Value,
    pub at: i64,
}
