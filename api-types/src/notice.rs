//! What flows tell people in the console, and what people are told about flows and tickets.

use serde::Serialize;
use utoipa::ToSchema;

/// Something a flow or a ticket's service level tells the caller, until they have read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeView {
    pub id: String,
    pub title: String,
    pub text: String,
    /// What people call the flow; empty where a ticket is told of.
    pub flow_name: String,
    /// None where it tells of the flow itself.
    pub run_id: Option<String>,
    /// The flow that somebody must look at; none where its run says all.
    pub flow_id: Option<String>,
    /// The ticket that is nearly or already late.
    pub ticket_id: Option<String>,
    /// Where its run talks.
    pub conversation_id: Option<String>,
    pub at: i64,
}
