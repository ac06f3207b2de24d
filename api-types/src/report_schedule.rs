//! Reports that go out by mail. Times are epoch milliseconds.

use crate::check::{self, Check, Invalid};
use crate::report::ReportBy;
use crate::words::Language;
use qn_domain::report_schedule as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const RECIPIENTS_MAX: usize = 50;

/// What is reported, and how often: the last day, week (from Monday) or month that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportRange {
    Day,
    Week,
    Month,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportLetter {
    /// Begins the subject.
    pub name: String,
    /// The mailbox (an e-mail inbox) it leaves from.
    pub inbox_id: String,
    pub range: ReportRange,
    pub by: ReportBy,
    /// Only conversations of this inbox, team or agent.
    #[serde(default)]
    pub only_inbox_id: Option<String>,
    #[serde(default)]
    pub only_team_id: Option<String>,
    #[serde(default)]
    pub only_agent_id: Option<String>,
    /// Colleagues who may read reports: supervisors and admins.
    pub recipient_ids: Vec<String>,
    /// 1 to 7 from Monday after a week, 1 to 28 after a month.
    #[serde(default = "first")]
    pub day: i64,
    /// Of the day in the company's time zone, 0 to 1439.
    pub minute: i64,
    pub language: Language,
    pub active: bool,
}

fn first() -> i64 {
    1
}

impl Check for ReportLetter {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 80, wrong);
        check::id(&self.inbox_id, "inbox_id", wrong);
        if !(1..=RECIPIENTS_MAX).contains(&self.recipient_ids.len()) {
            wrong.push(Invalid::new("recipient_ids", "请选择 1 到 50 位收件人", "are 1 to 50"));
        }
        let last = if self.range == ReportRange::Month { 28 } else { 7 };
        if !(1..=last).contains(&self.day) {
            wrong.push(Invalid::new("day", format!("应为 1 到 {last}"), format!("is 1 to {last}")));
        }
        if !(0..1_440).contains(&self.minute) {
            wrong.push(Invalid::new("minute", "应为 0 到 1439", "is 0 to 1439"));
        }
    }
}

impl ReportLetter {
    pub fn letter(self) -> domain::ReportLetter {
        domain::ReportLetter {
            name: self.name,
            inbox_id: self.inbox_id.into(),
            range: match self.range {
                ReportRange::Day => domain::ReportRange::Day,
                ReportRange::Week => domain::ReportRange::Week,
                ReportRange::Month => domain::ReportRange::Month,
            },
            by: self.by.word().to_owned(),
            only_inbox_id: self.only_inbox_id.filter(|id| !id.is_empty()).map(Into::into),
            only_team_id: self.only_team_id.filter(|id| !id.is_empty()).map(Into::into),
            only_agent_id: self.only_agent_id.filter(|id| !id.is_empty()).map(Into::into),
            recipient_ids: self.recipient_ids.into_iter().map(Into::into).collect(),
            day: self.day,
            minute: self.minute,
            language: self.language.into(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportScheduleView {
    pub id: String,
    pub letter: ReportLetter,
    pub next_at: i64,
    pub created_by: String,
    pub created_at: i64,
    pub version: i64,
    pub sent_at: Option<i64>,
    pub failed_at: Option<i64>,
    /// Why the last letter that failed did.
    pub error: Option<String>,
    /// Periods in a row that could not be sent; after 3 it is paused until it is saved again.
    pub failures: i64,
}

impl From<domain::ReportSchedule> for ReportScheduleView {
    fn from(s: domain::ReportSchedule) -> Self {
        let l = s.letter;
        let letter = ReportLetter {
            name: l.name,
            inbox_id: l.inbox_id.0,
            range: match l.range {
                domain::ReportRange::Day => ReportRange::Day,
                domain::ReportRange::Week => ReportRange::Week,
                domain::ReportRange::Month => ReportRange::Month,
            },
            by: ReportBy::read(&l.by),
            only_inbox_id: l.only_inbox_id.map(|id| id.0),
            only_team_id: l.only_team_id.map(|id| id.0),
            only_agent_id: l.only_agent_id.map(|id| id.0),
            recipient_ids: l.recipient_ids.into_iter().map(|id| id.0).collect(),
            day: l.day,
            minute: l.minute,
            language: l.language.into(),
            active: s.active,
        };
        Self {
            id: s.id.0,
            letter,
            next_at: s.next_at,
            created_by: s.created_by.0,
            created_at: s.created_at,
            version: s.version,
            sent_at: s.outcome.sent_at,
            failed_at: s.outcome.failed_at,
            error: s.outcome.error,
            failures: s.outcome.failures,
        }
    }
}
