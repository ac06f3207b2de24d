//! What the tenant has of what a flow may name, read at one moment for `qn_workflow::names::check`.

use super::{LiveFlow, house, pictures};
use crate::{Engine, Result};
use qn_domain::{AttachmentId, ChannelKind, TenantId};
use qn_runner::known_connectors;
use qn_store::{attachment, flow, flow_version, intent, label, secret, ticket_kind, webhook};
use qn_workflow::model::Variable;
use qn_workflow::names::{self, Called, Field, Form, Name, Names, SharedName};
use qn_workflow::{Flow, Problem};
use serde_json::Value;

/// More of a sort are not looked at; what is named beyond them is taken to be missing.
const LISTED_MAX: i64 = 2_000;
const ROLES: [&str; 3] = ["agent", "supervisor", "admin"];

impl Engine {
    /// What the document names and the tenant does not have, or has switched off.
    pub async fn flow_names(&self, tenant_id: &TenantId, document: &Flow) -> Result<Vec<Problem>> {
        let names = self.names_for(tenant_id, document).await?;
        Ok(names::check(document, &names))
    }

    async fn names_for(&self, tenant_id: &TenantId, document: &Flow) -> Result<Names> {
        let (db, settings) = (&self.db, self.settings(tenant_id).await?);
        let people = settings.users.values().filter(|user| !user.is_service());
        let mail = settings.inboxes.values().filter(|inbox| inbox.channel == ChannelKind::Email);
        let hooks = webhook::list(db, tenant_id, None, LISTED_MAX).await?.items;
        let kinds = ticket_kind::list(db, tenant_id).await?;
        let this = flow::find(db, tenant_id, &document.id).await?;
        Ok(Names {
            intents: intent::list(db, tenant_id, None, None, LISTED_MAX).await?.items.into_iter().map(|one| Name::of(one.name)).collect(),
            labels: label::list(db, tenant_id, None, LISTED_MAX).await?.items.into_iter().map(|one| Name::of(one.name)).collect(),
            teams: settings.teams.values().map(|team| Name::of(&team.name).or(team.id.as_str())).collect(),
            people: people.map(|user| Name::of(&user.name).or(user.id.as_str()).or(&user.email).off(user.disabled)).collect(),
            roles: ROLES.into_iter().map(Name::of).collect(),
            connectors: known_connectors(db, tenant_id, &names::connectors_of(document)).await?,
            secrets: secret::list(db, tenant_id).await?.into_iter().map(|one| Name::of(one.name)).collect(),
            ticket_kinds: kinds.into_iter().map(kind).collect(),
            flows: self.called(tenant_id, &names::flows_of(document)).await?,
            calendars: settings.routing.policy.calendars.iter().map(|(key, calendar)| Name::of(key).or(&calendar.name)).collect(),
            events: self.events_told(tenant_id).await?,
            webhooks: hooks
                .into_iter()
                .map(|one| Name::of(one.url).or(one.id.as_str()).off(!one.enabled || one.paused.is_some()))
                .collect(),
            mailboxes: mail.map(|inbox| Name::of(&inbox.name).or(inbox.id.as_str())).collect(),
            pictures: self.pictures_here(tenant_id, &names::pictures_of(document)).await?,
            shared: self.shared_by_others(tenant_id, &document.id).await?,
            has_model: self.llm.is_some(),
            is_taught: self.live_model(tenant_id).await.is_some(),
            takes_hooks: this.is_some_and(|flow| flow.hook_secret.is_some()),
        })
    }

    async fn called(&self, tenant_id: &TenantId, hashes: &[&str]) -> Result<Vec<Called>> {
        let mut out = Vec::new();
        for hash in hashes {
            let Some(version) = flow_version::find(&self.db, tenant_id, hash).await? else { continue };
            let Ok(document) = serde_json::from_str::<Flow>(&version.document) else { continue };
            let stored = flow::find(&self.db, tenant_id, &version.flow_id).await?;
            let is_off = stored.as_ref().is_none_or(|flow| !flow.enabled);
            let name = stored.map_or(document.name, |flow| flow.name);
            let inputs = document.variables.into_iter().filter(|variable| variable.input);
            let fields = inputs.map(|input| Field { required: input.default.is_none(), name: input.name }).collect();
            out.push(Called { hash: (*hash).to_owned(), flow: Name::of(name).off(is_off), fields });
        }
        Ok(out)
    }

    async fn pictures_here(&self, tenant_id: &TenantId, ids: &[&str]) -> Result<Vec<Name>> {
        let ids: Vec<AttachmentId> = ids.iter().map(|id| AttachmentId::from(*id)).collect();
        let stored = attachment::list_by_ids(&self.db, tenant_id, &ids).await?;
        Ok(stored.into_iter().map(|file| Name::of(file.id.as_str()).off(!pictures::is_fit(&file))).collect())
    }

    async fn shared_by_others(&self, tenant_id: &TenantId, id: &str) -> Result<Vec<SharedName>> {
        let book = self.read_book(tenant_id).await?;
        let others = book.flows.iter().filter(|flow| flow.id != id);
        let shared = others.flat_map(|flow| flow.shares.iter().map(move |variable| (flow, variable)));
        let name = |(flow, variable): (&LiveFlow, &Variable)| SharedName {
            scope: variable.scope,
            name: variable.name.clone(),
            kind: variable.kind,
            flow: flow.name.clone(),
        };
        Ok(shared.map(name).collect())
    }

    /// What the house tells, and what live flows emit.
    async fn events_told(&self, tenant_id: &TenantId) -> Result<Vec<Name>> {
        let book = self.read_book(tenant_id).await?;
        let emitted = book.flows.iter().flat_map(|flow| &flow.emits).map(String::as_str);
        Ok(house::EVENTS.iter().map(|event| event.name).chain(emitted).map(Name::of).collect())
    }
}

fn kind(kind: qn_domain::TicketKind) -> Form {
    let fields = kind.fields.into_iter().map(|field| Field { name: field.name, required: field.required }).collect();
    Form { name: Name::of(kind.id), zh: kind.name_zh, en: kind.name_en, fields, is_open: false }
}

/// The events a document's steps emit.
pub(super) fn emitted(document: &Flow) -> Vec<String> {
    let emits = document.nodes.iter().filter(|node| node.kind == "emit");
    emits.filter_map(|node| node.settings.get("event").and_then(Value::as_str)).map(str::to_owned).collect()
}
