//! Reports by mail: what is due becomes one effect for each reader, and an effect one letter with the key figures and the table. The key
//! of an effect names schedule, period and reader, so nobody gets a period twice; after a time away the last period alone is sent.

use super::{Report, ReportWish, csv, table};
use crate::deliver::Done;
use crate::mail::MailAccount;
use crate::{Engine, EngineError, Result};
use jiff::tz::TimeZone;
use qn_base::Timestamp;
use qn_domain::report_schedule::{ReportLetter, ReportRange, ReportSchedule};
use qn_domain::{ChannelKind, Effect, EffectKind, EffectRow, Inbox, Language, ReportScheduleId, Role, TenantId, User, UserId};
use qn_mail::{Attached, Automatic, Letter, Person, compose};
use qn_report::{Dimension, Span, Terms, day_of, next_after, span_of};
use serde_json::json;
use std::sync::Arc;

/// Schedules looked at in one go.
const DUE_MAX: i64 = 100;

impl Engine {
    /// Owes the letters that are due and gives the time of the next. A schedule that fails does not hold up the others.
    pub async fn send_due_reports(&self) -> Result<Option<Timestamp>> {
        let mut failed = None;
        for schedule in qn_store::report_schedule::list_due(&self.db, self.now(), DUE_MAX).await? {
            failed = self.owe_report(&schedule).await.err().or(failed);
        }
        failed.map_or(Ok(()), Err)?;
        Ok(qn_store::report_schedule::next_due(&self.db).await?)
    }

    async fn owe_report(&self, schedule: &ReportSchedule) -> Result<()> {
        let now = self.now();
        let (from, to) = self.reported(schedule, now).await?;
        let letters = letters(schedule, from, to, &from.to_string(), now);
        let next_at = self.next_report(&schedule.tenant_id, &schedule.letter).await?;
        if qn_store::report_schedule::fire(&self.db, schedule, next_at, &letters, now).await? {
            self.wakes.outbox.notify_one();
        }
        Ok(())
    }

    /// The letters of the last period once more, under a name of their own: the same name twice sends once.
    pub async fn send_report_now(&self, schedule: &ReportSchedule, name: &str) -> Result<()> {
        let now = self.now();
        let (from, to) = self.reported(schedule, now).await?;
        for letter in letters(schedule, from, to, &format!("now-{name}"), now) {
            self.add_effect(&schedule.tenant_id, letter).await?;
        }
        Ok(())
    }

    /// When a letter goes next.
    pub async fn next_report(&self, tenant_id: &TenantId, letter: &ReportLetter) -> Result<Timestamp> {
        Ok(next_after(self.now(), span(letter.range), (letter.day, letter.minute), &self.zone(tenant_id).await?))
    }

    /// Who reports may go to: those who may read them.
    pub fn may_get_reports(user: &User) -> bool {
        user.role >= Role::Supervisor && !user.disabled && !user.is_service()
    }

    async fn zone(&self, tenant_id: &TenantId) -> Result<TimeZone> {
        let settings = self.settings(tenant_id).await?;
        Ok(TimeZone::get(&settings.tenant.time_zone).unwrap_or(TimeZone::UTC))
    }

    /// The last period that is over.
    async fn reported(&self, schedule: &ReportSchedule, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
        let (zone, span) = (self.zone(&schedule.tenant_id).await?, span(schedule.letter.range));
        Ok(span_of(span_of(now, span, &zone).0 - 1, span, &zone))
    }

    pub(crate) async fn on_report_mail(&self, effect: &EffectRow) -> Done {
        Done::of_letter(Box::pin(self.mail_report(effect)).await)
    }

    async fn mail_report(&self, effect: &EffectRow) -> Result<Done> {
        let (tenant_id, id) = (&effect.tenant_id, schedule_id(effect));
        let settings = self.settings(tenant_id).await?;
        let reader = settings.users.get(&UserId(text(effect, "user_id").to_owned())).filter(|user| Self::may_get_reports(user));
        let (Some(schedule), Some(reader)) = (qn_store::report_schedule::find(&self.db, tenant_id, &id).await?, reader) else {
            // Taken back meanwhile, or nobody who may read it any more.
            return Ok(Done::Yes);
        };
        let Some(inbox) = settings.inboxes.get(&schedule.letter.inbox_id).filter(|inbox| inbox.channel == ChannelKind::Email) else {
            return Ok(Done::Never { error: "no_mailbox".to_owned() });
        };
        let wish = wish(&schedule.letter, effect.payload["from"].as_i64(), effect.payload["to"].as_i64());
        let report = self.report(tenant_id, wish).await?.report();
        let account = self.mail_account(inbox).await?;
        let raw = write(&schedule, &report, inbox, &account, reader, &effect.key, effect.created_at)?;
        qn_mailbox::submit(&self.egress, &account.smtp, account.names.address(), std::slice::from_ref(&reader.email), &raw).await?;
        self.channels.health.sent(inbox, self.now());
        qn_store::report_schedule::sent(&self.db, tenant_id, &id, text(effect, "period"), self.now()).await?;
        self.schedule_changed(tenant_id, &id).await;
        Ok(Done::Yes)
    }

    pub(crate) async fn on_report_given_up(&self, effect: &EffectRow, error: &str) -> Result<()> {
        let (tenant_id, id) = (&effect.tenant_id, schedule_id(effect));
        let error = qn_base::text::line(error, 300);
        qn_store::report_schedule::failed(&self.db, tenant_id, &id, text(effect, "period"), &error, self.now()).await?;
        self.schedule_changed(tenant_id, &id).await;
        Ok(())
    }

    async fn schedule_changed(&self, tenant_id: &TenantId, id: &ReportScheduleId) {
        if let Err(error) = self.db.announce(tenant_id, "report_schedule", id.as_str(), self.now()).await {
            tracing::warn!(%error, schedule = %id, "how a report's letter fared could not be announced");
        }
    }
}

fn letters(schedule: &ReportSchedule, from: Timestamp, to: Timestamp, period: &str, now: Timestamp) -> Vec<Effect> {
    let letter = |user_id: &UserId| Effect {
        kind: EffectKind::ReportMail,
        key: format!("report:{}:{period}:{user_id}", schedule.id),
        payload: json!({"schedule_id": schedule.id, "inbox_id": schedule.letter.inbox_id, "user_id": user_id, "period": period,
            "from": from, "to": to}),
        due_at: now,
        trace: None,
    };
    schedule.letter.recipient_ids.iter().map(letter).collect()
}

fn span(range: ReportRange) -> Span {
    match range {
        ReportRange::Day => Span::Day,
        ReportRange::Week => Span::Week,
        ReportRange::Month => Span::Month,
    }
}

fn wish(letter: &ReportLetter, from: Option<Timestamp>, to: Option<Timestamp>) -> ReportWish {
    ReportWish {
        from,
        to,
        by: Dimension::parse(&letter.by).unwrap_or(Dimension::Day),
        key: None,
        inbox: letter.only_inbox_id.as_ref().map(|id| id.0.clone()),
        team: letter.only_team_id.as_ref().map(|id| id.0.clone()),
        agent: letter.only_agent_id.as_ref().map(|id| id.0.clone()),
        intent: None,
        language: letter.language,
        terms: Terms::default(),
    }
}

fn write(
    schedule: &ReportSchedule,
    report: &Report,
    inbox: &Arc<Inbox>,
    account: &MailAccount,
    reader: &User,
    key: &str,
    date: Timestamp,
) -> Result<Vec<u8>> {
    let language = schedule.letter.language;
    let zone = TimeZone::get(&report.time_zone).unwrap_or(TimeZone::UTC);
    let (first, last) = (day_of(report.from, &zone), day_of(report.to - 1, &zone));
    let days = if first == last { first.clone() } else { format!("{first} – {last}") };
    let table = csv(report, language).map_err(|_| EngineError::Invalid { field: "report" })?;
    let address = account.names.address();
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    Ok(compose(&Letter {
        from: Person { name: inbox.name.clone(), address: address.to_owned() },
        reply_to: None,
        to: vec![Person { name: reader.name.clone(), address: reader.email.clone() }],
        cc: Vec::new(),
        subject: format!("{} {days}", schedule.letter.name),
        text: &words(&schedule.letter.name, &days, report, language),
        // The same for the same letter, so that a repeated sending is one mail.
        message_id: format!("{}@{domain}", key.replace(':', ".")),
        in_reply_to: None,
        references: Vec::new(),
        date,
        html: None,
        automatic: Some(Automatic::Notice),
        attachments: vec![Attached { name: &format!("report-{first}.csv"), media_type: "text/csv", bytes: table.as_bytes() }],
    }))
}

fn words(name: &str, days: &str, report: &Report, language: Language) -> String {
    let figures = table::key_figures(&report.total, language);
    let zone = &report.time_zone;
    match language {
        Language::Zh => format!("{name}\n{days}（时区 {zone}）\n\n{figures}\n明细见附件。指标的定义见「概览 → 报表」。\n"),
        Language::En => format!(
            "{name}\n{days} (time zone {zone})\n\n{figures}\nThe table is attached. What each figure means is written under Overview → Reports.\n"
        ),
    }
}

fn text<'a>(effect: &'a EffectRow, field: &str) -> &'a str {
    effect.payload[field].as_str().unwrap_or_default()
}

fn schedule_id(effect: &EffectRow) -> ReportScheduleId {
    ReportScheduleId(text(effect, "schedule_id").to_owned())
}
