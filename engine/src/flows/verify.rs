//! A flow's one-time codes: one is sent to an address that the customer claimed, and the run asks what became of what they typed. The code is
//! nowhere here: `channels::codes` makes it as it leaves, and looks at what is typed before anything keeps it.

use crate::settings::TenantSettings;
use crate::{Engine, KnownBy, Result, Writer};
use qn_base::clock::{DAY_MS, MINUTE_MS};
use qn_domain::{ChannelKind, Effect, EffectKind, FactKind, Grade, Inbox, Proof, ProofState};
use qn_identity::fact::read;
use qn_runner::Errand;
use qn_store::verification;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::CodeTo;
use qn_workflow::{Outcome, StepError, hash};
use serde_json::json;
use std::sync::Arc;

const LIVES_MS: i64 = 10 * MINUTE_MS;
/// Sent within the life of one, for a contact or to an address.
const SENT_SOON_MAX: i64 = 3;
const SENT_DAY_MAX: i64 = 10;

/// The reply is `{"sent": true}`, or false with `why`: `bad_address`, `unproved` (others may write in the contact's name
/// there) or `too_many`.
pub(super) async fn send(engine: &Engine, errand: &Errand, by: CodeTo, to: &str, inbox: Option<&str>) -> Result<Outcome> {
    let (Some(conversation_id), Some(contact_id)) = (&errand.conversation_id, &errand.contact_id) else {
        return Ok(Err(StepError::new(ErrorKind::Invalid, "this run belongs to no conversation").zh("这次运行不属于任何会话")));
    };
    let kind = match by {
        CodeTo::Phone => FactKind::Phone,
        CodeTo::Email => FactKind::Email,
    };
    let Some(fact) = read(kind, "", to, Grade::Verified) else { return Ok(Ok(json!({"sent": false, "why": "bad_address"}))) };
    let settings = engine.settings(&errand.tenant_id).await?;
    let Some(inbox) = leaves_by(&settings, by, inbox) else {
        let error = StepError::new(ErrorKind::Invalid, "no inbox can send the code: add one for text messages or mail");
        return Ok(Err(error.zh("没有可以发送验证码的渠道，请先添加短信或邮件渠道")));
    };
    let now = engine.now();
    // The code is typed where the talk is by now.
    let conversation = engine.talk_of(&errand.tenant_id, conversation_id).await?;
    let contact_id = if conversation.id == *conversation_id { contact_id } else { &conversation.contact_id };
    let proof = Proof {
        id: format!("ver_{}", hash::short(&format!("{}#{}", errand.key, errand.attempt))),
        contact_id: contact_id.clone(),
        conversation_id: conversation.id.clone(),
        visit: errand.key.clone(),
        kind,
        address: fact.value,
        state: ProofState::Open,
        tries: 0,
        last_said: None,
        used_by: None,
        at: now,
        expires_at: now + LIVES_MS,
    };
    if !engine.may_prove(&conversation, Writer::Proved, (kind, proof.address.as_str())).await? {
        return Ok(Ok(json!({"sent": false, "why": "unproved"})));
    }
    let limits = [(now - LIVES_MS, SENT_SOON_MAX), (now - DAY_MS, SENT_DAY_MAX)];
    if !verification::insert(&engine.db, &errand.tenant_id, &proof, &limits).await? {
        return Ok(Ok(json!({"sent": false, "why": "too_many"})));
    }
    let payload = json!({"verification_id": proof.id, "inbox_id": inbox.id});
    let effect = Effect { kind: EffectKind::CodeSend, key: format!("code:{}", proof.id), payload, due_at: now, trace: None };
    engine.add_effect(&errand.tenant_id, effect).await?;
    Ok(Ok(json!({"sent": true})))
}

/// The one that is named, else the first by name.
fn leaves_by<'s>(settings: &'s TenantSettings, by: CodeTo, name: Option<&str>) -> Option<&'s Arc<Inbox>> {
    let can = |inbox: &&Arc<Inbox>| match by {
        CodeTo::Phone => matches!(inbox.channel, ChannelKind::Sms | ChannelKind::Smpp),
        CodeTo::Email => inbox.channel == ChannelKind::Email,
    };
    let mut able = settings.inboxes.values().filter(can);
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => able.find(|inbox| inbox.id.as_str() == name || inbox.name == name),
        None => able.min_by(|a, b| (&a.name, a.id.as_str()).cmp(&(&b.name, b.id.as_str()))),
    }
}

/// The reply is `{"state": …}`: `right`, `wrong`, `expired` or `failed`. A right one makes the address a verified fact of the contact.
pub(super) async fn check(engine: &Engine, errand: &Errand) -> Result<Outcome> {
    let tenant = &errand.tenant_id;
    let Some(proof) = verification::find_of_visit(&engine.db, tenant, &errand.key).await? else {
        return Ok(Ok(json!({"state": "failed"})));
    };
    // Somebody else may have written there since it was sent.
    let conversation = qn_store::conversation::get(&engine.db, tenant, &proof.conversation_id).await?;
    if !engine.may_prove(&conversation, Writer::Proved, (proof.kind, proof.address.as_str())).await? {
        return Ok(Ok(json!({"state": "failed"})));
    }
    let by = format!("{}#{}", errand.key, errand.attempt);
    let is_used_now = proof.state == ProofState::Right && verification::use_up(&engine.db, tenant, &proof.id, &by).await?;
    let state = match proof.state {
        ProofState::Right if is_used_now => "right",
        // The same asking, once more after a crash.
        ProofState::Used if proof.used_by.as_deref() == Some(by.as_str()) => "right",
        ProofState::Open if proof.expires_at <= engine.now() => "expired",
        ProofState::Open => "wrong",
        ProofState::Right | ProofState::Used | ProofState::Failed | ProofState::Void => "failed",
    };
    if state == "right" {
        let known = KnownBy { kind: proof.kind, scope: "", value: &proof.address, grade: Grade::Verified };
        engine.proved(tenant, &proof.contact_id, known).await?;
    }
    Ok(Ok(json!({"state": state})))
}
