//! Letters by which flows tell people something, from the company's own mailbox like reports by mail.

use crate::deliver::Done;
use crate::{Engine, Result};
use qn_domain::{ChannelKind, EffectRow, Inbox, InboxId};
use qn_mail::{Automatic, Letter, Person, compose};
use std::sync::Arc;

impl Engine {
    pub(crate) async fn on_notice_mail(&self, effect: &EffectRow) -> Done {
        Done::of_letter(Box::pin(self.mail_notice(effect)).await)
    }

    async fn mail_notice(&self, effect: &EffectRow) -> Result<Done> {
        let text = |field: &str| effect.payload[field].as_str().unwrap_or_default();
        let settings = self.settings(&effect.tenant_id).await?;
        let inbox = settings.inboxes.get(&InboxId::from(text("inbox_id"))).filter(|inbox| inbox.channel == ChannelKind::Email);
        let Some(inbox) = inbox else { return Ok(Done::Never { error: "no_mailbox".to_owned() }) };
        self.mail_letter(inbox, effect, (text("to"), text("subject"), text("text"))).await
    }

    /// A letter of the house to one address: whom, subject, text.
    pub(crate) async fn mail_letter(
        &self,
        inbox: &Arc<Inbox>,
        effect: &EffectRow,
        (to, subject, text): (&str, &str, &str),
    ) -> Result<Done> {
        let account = self.mail_account(inbox).await?;
        let address = account.names.address();
        let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
        let to = to.to_owned();
        let raw = compose(&Letter {
            from: Person { name: inbox.name.clone(), address: address.to_owned() },
            reply_to: None,
            to: vec![Person { name: String::new(), address: to.clone() }],
            cc: Vec::new(),
            subject: subject.to_owned(),
            text,
            // The same for the same letter, so that a repeated sending is one mail.
            message_id: format!("{}@{domain}", effect.id),
            in_reply_to: None,
            references: Vec::new(),
            date: effect.created_at,
            html: None,
            automatic: Some(Automatic::Notice),
            attachments: Vec::new(),
        });
        qn_mailbox::submit(&self.egress, &account.smtp, address, std::slice::from_ref(&to), &raw).await?;
        self.channels.health.sent(inbox, self.now());
        Ok(Done::Yes)
    }
}
