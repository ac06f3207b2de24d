//! The customer's own program brings codes of its platform; we redeem them, and the contact is known by what the platform says. Nothing is
//! believed of the program itself, and a code that is refused changes nothing.

use crate::{Engine, EngineError, Result};
use qn_channel::codes::{Codes, Redeem};
use qn_channel::{Fact, Refused};
use qn_domain::Inbox;
use std::sync::Arc;

impl Engine {
    /// Fails with `Refused` where the platform refuses, and with `NotFound` where the channel has no codes.
    pub async fn redeem_codes(&self, inbox: &Arc<Inbox>, brought: &Redeem) -> Result<()> {
        let codes = qn_channel::find(inbox.channel).codes().ok_or_else(|| EngineError::not_found("inbox", &inbox.key))?;
        let opened = self.opened(inbox)?;
        let refuse = |refused: Refused| EngineError::Refused { reason: refused.reason().to_owned() };
        let mut contact = codes.read_login(&self.call(codes.login(&opened, &brought.login_code)).await).map_err(refuse)?;
        if let Some(code) = &brought.phone_code {
            contact.facts.push(Box::pin(self.redeem_phone(codes, &opened, code)).await.map_err(refuse)?);
        }
        Box::pin(self.resolve_contact(inbox, &contact)).await.map(drop)
    }

    async fn redeem_phone(&self, codes: &dyn Codes, opened: &Inbox, code: &str) -> std::result::Result<Fact, Refused> {
        let token = self.channel_token(opened).await?;
        match codes.read_phone(opened, &self.call(codes.phone(opened, code, &token)).await) {
            Err(Refused::Token { .. }) => {
                let token = self.token_instead_of(opened, &token).await?;
                codes.read_phone(opened, &self.call(codes.phone(opened, code, &token)).await)
            }
            told => told,
        }
    }
}
