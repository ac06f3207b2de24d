//! Taking back what has left: the platform is asked first, while the author waits, and only what it took back is shown as recalled. Asked
//! again after a crash in between, it says that the message is gone, which is as good.

use crate::{Engine, EngineError, Result};
use qn_channel::Refused;
use qn_domain::{Inbox, Message};
use std::sync::Arc;

impl Engine {
    /// False: nothing is known to have left, or this channel takes nothing back.
    pub(crate) async fn recall_over_channel(&self, inbox: &Arc<Inbox>, message: &Message) -> Result<bool> {
        let names = qn_store::channel_sent::list_names(&self.db, &message.tenant_id, &message.id).await?;
        let Some(names) = names.into_iter().collect::<Option<Vec<String>>>().filter(|names| !names.is_empty()) else { return Ok(false) };
        let opened = self.opened(inbox)?;
        let adapter = qn_channel::find(opened.channel);
        if names.iter().any(|name| adapter.recall(&opened, name, "").is_none()) {
            return Ok(false);
        }
        let refused = |refused: Refused| EngineError::Refused { reason: refused.reason().to_owned() };
        let mut token = self.channel_token(&opened).await.map_err(refused)?;
        for name in &names {
            let mut done = self.try_recall(&opened, name, &token).await;
            if matches!(done, Err(Refused::Token { .. })) {
                token = self.token_instead_of(&opened, &token).await.map_err(refused)?;
                done = self.try_recall(&opened, name, &token).await;
            }
            done.map_err(refused)?;
        }
        Ok(true)
    }

    async fn try_recall(&self, opened: &Inbox, name: &str, token: &str) -> std::result::Result<(), Refused> {
        let adapter = qn_channel::find(opened.channel);
        let gone = || Refused::Failed { reason: "not_supported".to_owned() };
        let request = adapter.recall(opened, name, token).ok_or_else(gone)?;
        adapter.read_recall(&self.call(request).await)
    }
}
