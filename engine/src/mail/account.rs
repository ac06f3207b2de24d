//! An e-mail inbox's settings, read: where its mailbox and its way out are, and the names that only we can make for it.

use crate::{Engine, EngineError, Result};
use qn_domain::Inbox;
use qn_mail::OwnNames;
use qn_mailbox::{Account, Imap, MailboxError, Proof, Security, Smtp};
use serde_json::Value;
use std::sync::Arc;

pub(crate) struct MailAccount {
    pub imap: Account,
    pub smtp: Account,
    pub names: OwnNames,
    pub folders: Vec<String>,
    /// At the first connection, also what is in the mailbox already.
    pub read_old: bool,
    pub plus_address: bool,
    /// Whose word on senders is taken.
    pub vouching_server: Option<String>,
}

impl MailAccount {
    /// `opened` has its credentials in the clear; `bearer` is the access token that is good now, empty where none is renewed.
    pub fn of(opened: &Inbox, bearer: &str) -> Result<MailAccount> {
        let settings = &opened.channel_settings;
        let address = text(settings, "address").unwrap_or_default();
        let names =
            OwnNames::new(opened.secret.as_bytes(), opened.id.as_str(), address).ok_or(EngineError::Invalid { field: "address" })?;
        let user = text(settings, "user").unwrap_or(address);
        let proof = Some(bearer)
            .filter(|token| !token.is_empty())
            .or_else(|| text(settings, "oauth_token"))
            .map(|token| Proof::OAuth2(token.to_owned()))
            .or_else(|| text(settings, "password").map(|password| Proof::Password(password.to_owned())));
        let account = |host: &'static str, port: &'static str, security: &'static str, default: u16| -> Result<Account> {
            Ok(Account {
                host: text(settings, host).ok_or(EngineError::Invalid { field: host })?.to_owned(),
                port: settings[port].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or(default),
                security: text(settings, security).and_then(Security::parse).unwrap_or(Security::Tls),
                user: user.to_owned(),
                proof: proof.clone(),
            })
        };
        let mut folders: Vec<String> = text(settings, "folders")
            .unwrap_or_default()
            .split([',', '，'])
            .map(|folder| folder.trim().to_owned())
            .filter(|folder| !folder.is_empty())
            .collect();
        if folders.is_empty() {
            folders.push("INBOX".to_owned());
        }
        Ok(MailAccount {
            imap: account("imap_host", "imap_port", "imap_security", 993)?,
            smtp: account("smtp_host", "smtp_port", "smtp_security", 465)?,
            names,
            folders,
            read_old: settings["read_old"] == true,
            plus_address: settings["plus_address"] == true,
            vouching_server: text(settings, "vouching_server").map(str::to_owned),
        })
    }
}

impl Engine {
    /// To sign in with.
    pub(crate) async fn mail_account(&self, inbox: &Arc<Inbox>) -> Result<MailAccount> {
        let opened = self.opened(inbox)?;
        let bearer = self.channel_token(&opened).await.map_err(|refused| MailboxError::Login { said: refused.reason().to_owned() })?;
        MailAccount::of(&opened, &bearer)
    }

    /// A token that a server refused before its time is renewed; false where nothing renews it, or it was just done.
    pub(super) async fn renew_mail_token(&self, inbox: &Arc<Inbox>, refused: &Account) -> bool {
        let (Some(Proof::OAuth2(token)), Ok(opened)) = (&refused.proof, self.opened(inbox)) else { return false };
        self.token_instead_of(&opened, token).await.is_ok()
    }

    /// The account, and its mailbox signed in to.
    pub(super) async fn open_mailbox(&self, inbox: &Arc<Inbox>) -> Result<(MailAccount, Imap)> {
        let account = self.mail_account(inbox).await?;
        let opened = Imap::open(&self.egress, &account.imap).await;
        let is_refused = matches!(opened, Err(MailboxError::Login { .. }));
        if is_refused && self.renew_mail_token(inbox, &account.imap).await {
            let account = self.mail_account(inbox).await?;
            let imap = Imap::open(&self.egress, &account.imap).await?;
            return Ok((account, imap));
        }
        Ok((account, opened?))
    }

    /// Both servers let us in: the mailbox opens and the way out takes our name.
    pub(crate) async fn try_mailbox(&self, inbox: &Arc<Inbox>) -> Result<()> {
        let (account, mut imap) = self.open_mailbox(inbox).await?;
        for folder in &account.folders {
            imap.select(folder).await?;
        }
        imap.close().await;
        Smtp::open(&self.egress, &account.smtp).await?.close().await;
        Ok(())
    }
}

fn text<'a>(settings: &'a Value, name: &str) -> Option<&'a str> {
    settings[name].as_str().map(str::trim).filter(|text| !text.is_empty())
}
