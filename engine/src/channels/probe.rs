//! The test button of an inbox: asks the platform something harmless with the inbox's credentials.

use super::Side;
use crate::{Engine, Result};
use qn_channel::{Proof, Refused, judge};
use qn_domain::{ChannelKind, Inbox};
use std::sync::Arc;

/// What a test came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    Works,
    /// What could be tried without sending went well; a stable word says what that was.
    Partly {
        reason: String,
    },
    /// A stable word.
    Fails {
        reason: String,
    },
    /// The channel has nothing that could be asked.
    Untestable,
}

impl Engine {
    /// Takes a token where the channel has one, asks its probe, and tells the platform our address where that can be told.
    pub async fn probe_channel(&self, inbox: &Arc<Inbox>) -> Result<Probed> {
        if inbox.channel == ChannelKind::Email {
            return Ok(match Box::pin(self.try_mailbox(inbox)).await {
                Ok(()) => Probed::Works,
                Err(error) => {
                    self.channels.health.failed(inbox, Side::Pull, error.code(), self.now());
                    Probed::Fails { reason: error.code().to_owned() }
                }
            });
        }
        let opened = self.opened(inbox)?;
        let adapter = qn_channel::find(inbox.channel);
        if let Some(wire) = adapter.wire(&opened) {
            return Box::pin(self.probe_wire(inbox, wire)).await;
        }
        let (takes_token, asks) = (adapter.token(&opened, false).is_some(), adapter.probe(&opened, "", self.now()).is_some());
        if !takes_token && !asks {
            return Ok(Probed::Untestable);
        }
        Ok(match Box::pin(self.try_probe(&opened)).await {
            Ok(Proof::Whole) => Probed::Works,
            Ok(Proof::Part(word)) => Probed::Partly { reason: word.to_owned() },
            Err(refused) => {
                self.channels.health.failed(inbox, Side::Token, refused.reason(), self.now());
                Probed::Fails { reason: refused.reason().to_owned() }
            }
        })
    }

    async fn try_probe(&self, opened: &Inbox) -> std::result::Result<Proof, Refused> {
        let adapter = qn_channel::find(opened.channel);
        let mut token = self.channel_token(opened).await?;
        let mut proof = Proof::Whole;
        for again in [true, false] {
            let Some(request) = adapter.probe(opened, &token, self.now()) else { break };
            match adapter.read_probe(opened, &self.call(request).await) {
                Err(Refused::Token { .. }) if again => token = self.token_instead_of(opened, &token).await?,
                Err(refused) => return Err(refused),
                Ok(proved) => {
                    proof = proved;
                    break;
                }
            }
        }
        self.register(opened).await?;
        Ok(proof)
    }

    /// Tells the platform where to call, where it can be told.
    async fn register(&self, opened: &Inbox) -> std::result::Result<(), Refused> {
        let address = format!("{}/api/v1/channels/{}/{}", self.public_url, opened.channel.as_str(), opened.key);
        match qn_channel::find(opened.channel).register(opened, &address) {
            Some(request) => judge(&self.call(request).await).map(drop),
            None => Ok(()),
        }
    }
}
