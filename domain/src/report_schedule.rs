//! Reports that go out by mail: what is in the letter, who gets it, and when the next one is due. Data only.

use crate::{InboxId, Language, ReportScheduleId, TeamId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Periods in a row that could not be sent before it is paused.
pub const FAILURES_MAX: i64 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSchedule {
    pub id: ReportScheduleId,
    pub tenant_id: TenantId,
    pub letter: ReportLetter,
    pub active: bool,
    pub next_at: Timestamp,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub version: i64,
    pub outcome: ScheduleOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportLetter {
    pub name: String,
    /// The mailbox it leaves from.
    pub inbox_id: InboxId,
    /// Also how often it goes: after every day, week or month.
    pub range: ReportRange,
    /// How figures are split, as reports say it.
    pub by: String,
    pub only_inbox_id: Option<InboxId>,
    pub only_team_id: Option<TeamId>,
    pub only_agent_id: Option<UserId>,
    /// People who may read reports; others get nothing.
    pub recipient_ids: Vec<UserId>,
    /// 1 to 7 from Monday after a week, 1 to 28 after a month; after a day it says nothing.
    pub day: i64,
    /// Of the day, in the company's time zone.
    pub minute: i64,
    pub language: Language,
}

/// What is reported: the last one that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportRange {
    Day,
    /// From Monday.
    Week,
    Month,
}

/// How the last letters fared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleOutcome {
    pub sent_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub error: Option<String>,
    /// Periods in a row.
    pub failures: i64,
}
