//! Credentials in channel settings: sealed before they are kept, bound to tenant, inbox and field; opened for adapters only, in memory.
//! The schema of an adapter says which fields these are (`x-secret`).

use crate::settings::INBOXES_MAX;
use crate::{Engine, EngineError, Result};
use qn_crypto::{Place, Plain};
use qn_domain::{Inbox, TenantId, sealed};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Names the inbox's own secret beside what platforms give us.
const SECRET: &str = "secret";

impl Engine {
    /// Settings in the clear, to be checked: what was given, and the credentials of `kept` that were not. Empty text takes one away.
    pub fn whole_settings(&self, kept: &Inbox, mut given: Map<String, Value>) -> Result<Map<String, Value>> {
        let secrets = secret_fields(kept);
        for (name, value) in self.open_settings(kept)? {
            if secrets.contains(&name) {
                given.entry(name).or_insert(value);
            }
        }
        given.retain(|name, value| !(secrets.contains(name) && (value.is_null() || value == "")));
        Ok(given)
    }

    /// Settings as they are kept.
    pub fn seal_settings(&self, inbox: &Inbox, mut plain: Map<String, Value>) -> Result<Value> {
        for name in secret_fields(inbox) {
            let Some(Value::String(text)) = plain.get(&name) else { continue };
            let place = field_place(inbox, &name);
            let sealed = self.channels.keys.seal(place.at(inbox), &Plain::new(text.as_str())).map_err(|e| unsealable(inbox, &e))?;
            plain.insert(name, sealed::wrap(&sealed));
        }
        Ok(Value::Object(plain))
    }

    /// The secret of an inbox, which signs its calls and its users' tokens, as it is kept.
    pub fn seal_secret(&self, inbox: &Inbox, plain: &str) -> Result<String> {
        self.seal_for(inbox, SECRET, plain)
    }

    /// In the clear. A server that was never started since may still hold it as it was.
    pub fn open_secret(&self, inbox: &Inbox) -> Result<String> {
        if !sealed::is_sealed(&inbox.secret) {
            return Ok(inbox.secret.clone());
        }
        self.open_for(inbox, SECRET, &inbox.secret).map(|plain| plain.reveal().to_owned()).ok_or(EngineError::Sealed)
    }

    /// Seals the secrets that are still kept as they are: of a first start, or of older versions. Answers with how many there were.
    pub async fn seal_plain_secrets(&self, tenant_id: &TenantId) -> Result<usize> {
        let plain = qn_store::inbox::list(&self.db, tenant_id, None, INBOXES_MAX).await?.items;
        let mut sealed = 0;
        for inbox in plain.iter().filter(|inbox| !inbox.secret.is_empty() && !sealed::is_sealed(&inbox.secret)) {
            let secret = self.seal_secret(inbox, &inbox.secret)?;
            qn_store::inbox::replace_secret(&self.db, inbox, &secret).await?;
            sealed += 1;
        }
        if sealed > 0 {
            self.reload_settings(tenant_id);
        }
        Ok(sealed)
    }

    /// The inbox as its adapter sees it: with its credentials in the clear. Never to be logged, shown or stored.
    pub fn opened(&self, inbox: &Arc<Inbox>) -> Result<Arc<Inbox>> {
        if sealed::split(&inbox.channel_settings).1.is_empty() && !sealed::is_sealed(&inbox.secret) {
            return Ok(inbox.clone());
        }
        if let Some(known) = self.channels.opened.get(&inbox.id)
            && known.version == inbox.version
        {
            return Ok(known);
        }
        let channel_settings = Value::Object(self.open_settings(inbox)?);
        let opened = Arc::new(Inbox { channel_settings, secret: self.open_secret(inbox)?, ..(**inbox).clone() });
        self.channels.opened.insert(inbox.id.clone(), opened.clone());
        Ok(opened)
    }

    fn open_settings(&self, inbox: &Inbox) -> Result<Map<String, Value>> {
        let mut settings = inbox.channel_settings.as_object().cloned().unwrap_or_default();
        for (name, value) in &mut settings {
            if let Some(text) = sealed::unwrap(value) {
                let opened = self.channels.keys.open(field_place(inbox, name).at(inbox), text);
                *value = Value::String(opened.map_err(|e| unsealable(inbox, &e))?.reveal().to_owned());
            }
        }
        Ok(settings)
    }

    /// For what a platform gives us: tokens, reply handles.
    pub(super) fn seal_for(&self, inbox: &Inbox, what: &str, text: &str) -> Result<String> {
        let name = format!("inbox:{}:{what}", inbox.id);
        let place = Place { tenant: inbox.tenant_id.as_str(), name: &name };
        self.channels.keys.seal(place, &Plain::new(text)).map_err(|e| unsealable(inbox, &e))
    }

    /// None when it does not open: it was sealed with another key, and the platform gives a new one.
    pub(super) fn open_for(&self, inbox: &Inbox, what: &str, sealed: &str) -> Option<Plain> {
        let name = format!("inbox:{}:{what}", inbox.id);
        let opened = self.channels.keys.open(Place { tenant: inbox.tenant_id.as_str(), name: &name }, sealed);
        opened.inspect_err(|error| tracing::warn!(%error, inbox = %inbox.id, what, "sealed by another key")).ok()
    }
}

struct FieldPlace(String);

impl FieldPlace {
    fn at<'a>(&'a self, inbox: &'a Inbox) -> Place<'a> {
        Place { tenant: inbox.tenant_id.as_str(), name: &self.0 }
    }
}

fn field_place(inbox: &Inbox, field: &str) -> FieldPlace {
    FieldPlace(format!("inbox:{}:setting:{field}", inbox.id))
}

fn secret_fields(inbox: &Inbox) -> Vec<String> {
    let schema = qn_channel::find(inbox.channel).settings_schema();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.filter(|(_, property)| property["x-secret"] == true).map(|(name, _)| name.clone()).collect()
}

fn unsealable(inbox: &Inbox, error: &qn_crypto::Error) -> EngineError {
    tracing::error!(%error, inbox = %inbox.id, "the credentials of an inbox cannot be sealed or opened");
    EngineError::Sealed
}
