//! What flows tell people and other systems: rows for the console, letters and signed events for the outbox. Each is named by the step, so it
//! is told once. Nobody to tell is no failure: the reply says how many were told.

use super::receivers::is_meant;
use crate::settings::TenantSettings;
use crate::{Engine, Result};
use qn_domain::{ChannelKind, Effect, EffectKind, Inbox, User, UserId};
use qn_runner::Errand;
use qn_store::notice::{self, Notice};
use qn_workflow::request::{Notify, Via};
use qn_workflow::{Outcome, hash};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 8_000;
/// More people are not told at once.
const TOLD_MAX: usize = 200;
const EVENT: &str = "flow.notified";

pub(super) async fn notify(engine: &Engine, errand: &Errand, wanted: &Notify) -> Result<Outcome> {
    let settings = engine.settings(&errand.tenant_id).await?;
    let told = match wanted.via {
        Via::Console => in_console(engine, errand, wanted, &settings).await?,
        Via::Mail => by_mail(engine, errand, wanted, &settings).await?,
        Via::Webhook => by_webhook(engine, errand, wanted, &settings).await?,
    };
    if told == 0 {
        tracing::info!(run = errand.run_id, step = errand.step, via = ?wanted.via, "a flow had nobody to tell");
    }
    Ok(Ok(json!({"told": told})))
}

fn title(wanted: &Notify) -> String {
    qn_base::text::line(&wanted.title, TITLE_CHARS_MAX)
}

fn text(wanted: &Notify) -> String {
    qn_base::text::truncate(wanted.text.trim(), TEXT_CHARS_MAX).to_owned()
}

/// The people that are meant, in a fixed order.
pub(crate) fn people<'s>(settings: &'s TenantSettings, who: &str) -> Vec<&'s User> {
    let teams: HashMap<String, String> = settings.teams.values().map(|team| (team.id.0.clone(), team.name.clone())).collect();
    let meant = settings.users.values().filter(|user| !user.disabled && !user.is_service() && is_meant(user, who.trim(), &teams));
    let mut meant: Vec<&User> = meant.collect();
    meant.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    meant.truncate(TOLD_MAX);
    meant
}

async fn in_console(engine: &Engine, errand: &Errand, wanted: &Notify, settings: &TenantSettings) -> Result<usize> {
    let to: Vec<&UserId> = people(settings, &wanted.to).into_iter().map(|user| &user.id).collect();
    let told = Notice {
        id: format!("ntc_{}", hash::short(&errand.key)),
        title: title(wanted),
        body: text(wanted),
        flow_name: errand.flow.name.clone(),
        run_id: errand.run_id.clone(),
        conversation_id: errand.conversation_id.as_ref().map(|id| id.0.clone()),
        at: engine.now(),
        flow_id: None,
        ticket_id: None,
    };
    notice::insert(&engine.db, &errand.tenant_id, &told, &to).await?;
    if let Err(error) = engine.db.announce(&errand.tenant_id, "notice", &told.id, engine.now()).await {
        tracing::warn!(%error, "that people were told something could not be announced");
    }
    Ok(to.len())
}

async fn by_mail(engine: &Engine, errand: &Errand, wanted: &Notify, settings: &TenantSettings) -> Result<usize> {
    let Some(inbox) = mailbox(settings, wanted.inbox.as_deref()) else { return Ok(0) };
    let addresses: Vec<String> = if wanted.to.contains('@') && !wanted.to.contains(':') {
        let given = wanted.to.split([',', ';', '，', '；']).map(str::trim);
        given.filter(|address| is_address(address)).map(str::to_owned).take(TOLD_MAX).collect()
    } else {
        people(settings, &wanted.to).into_iter().map(|user| user.email.clone()).collect()
    };
    for to in &addresses {
        let payload = json!({"inbox_id": inbox.id, "to": to, "subject": title(wanted), "text": format!("{}\n", text(wanted)),
            "run_id": errand.run_id});
        let key = format!("notice:{}:{to}", errand.key);
        engine
            .add_effect(&errand.tenant_id, Effect { kind: EffectKind::NoticeMail, key, payload, due_at: engine.now(), trace: None })
            .await?;
    }
    Ok(addresses.len())
}

/// The one that is named, else the first by name.
fn mailbox<'s>(settings: &'s TenantSettings, name: Option<&str>) -> Option<&'s Arc<Inbox>> {
    let mail = settings.inboxes.values().filter(|inbox| inbox.channel == ChannelKind::Email);
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => mail.into_iter().find(|inbox| inbox.id.as_str() == name || inbox.name == name),
        None => mail.min_by(|a, b| (&a.name, a.id.as_str()).cmp(&(&b.name, b.id.as_str()))),
    }
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// Signed like every webhook; one that is named hears it whatever it wants.
async fn by_webhook(engine: &Engine, errand: &Errand, wanted: &Notify, settings: &TenantSettings) -> Result<usize> {
    let name = wanted.to.trim();
    let wants = |events: &[String]| events.is_empty() || events.iter().any(|event| event == EVENT);
    let meant = settings.webhooks.iter().filter(|webhook| webhook.enabled);
    let meant = meant.filter(|w| if name.is_empty() { wants(&w.events) } else { w.id.as_str() == name || w.url == name });
    let data = json!({"title": title(wanted), "text": text(wanted), "run_id": errand.run_id, "flow_id": errand.flow.id,
        "conversation_id": errand.conversation_id, "contact_id": errand.contact_id});
    let mut told = 0;
    for webhook in meant {
        let key = format!("{}:notify:{}", webhook.id, errand.key);
        engine.add_webhook_send(&errand.tenant_id, webhook, EVENT, key, &data).await?;
        told += 1;
    }
    Ok(told)
}
