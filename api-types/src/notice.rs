//! What flows tell people in the console.

use serde::Serialize;
use utoipa::ToSchema;

/// Something a flow tells the caller, until they have read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeView {
    pub id: String,
    pub title: String,
    pub text: String,
    /// What people call the flow.
    pub flow_name: String,
    pub run_id: String,
    /// Where its run talks.
    pub conversation_id: Option<String>,
    pub at: i64,
}
