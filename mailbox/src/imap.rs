//! Reading a mailbox. Folders are examined, never selected: nothing is marked, moved or deleted. Where we are is the caller's to keep, as
//! UIDVALIDITY and the last UID.

use crate::account::{Account, Proof};
use crate::error::kept;
use crate::wire::{self, Begun, Wire, in_time};
use crate::{MailboxError, folder};
use async_imap::error::Error as ImapError;
use async_imap::{Authenticator, Client, Session};
use futures_util::TryStreamExt;
use qn_base::Timestamp;
use qn_egress::Egress;
use std::collections::HashMap;
use std::time::Duration;

/// Larger mails are fetched up to here; the rest stays on the server.
pub const MAIL_BYTES_MAX: u32 = 40 * 1024 * 1024;
const STEP_MS_MAX: u64 = 30_000;
const FETCH_MS_MAX: u64 = 300_000;
/// UIDs that one SEARCH may be about: answers are one line.
const SEARCH_SPAN: u32 = 100_000;

pub struct Imap {
    session: Session<Wire>,
    can_idle: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// UIDs of another validity mean other mails.
    pub uid_validity: u32,
    /// The UID that the next mail will have, or a larger one.
    pub uid_next: u32,
    pub mails: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub uid: u32,
    pub raw: Vec<u8>,
    /// False where the mail is larger than `MAIL_BYTES_MAX`.
    pub whole: bool,
    /// When the server got it, by its own clock; 0 where it does not say.
    pub received_at: Timestamp,
}

impl Imap {
    pub async fn open(egress: &Egress, account: &Account) -> Result<Imap, MailboxError> {
        let begun = wire::begin(egress, account).await?;
        let client = in_time(STEP_MS_MAX, greeted(egress, account, begun)).await?;
        let mut session = in_time(STEP_MS_MAX, logged_in(client, account)).await?;
        let capabilities = in_time(STEP_MS_MAX, async { session.capabilities().await.map_err(failed) }).await?;
        if capabilities.has_str("ID") {
            // NetEase opens no folder to clients that do not say who they are.
            let named = session.id([("name", Some("Qingniao")), ("version", Some(env!("CARGO_PKG_VERSION")))]);
            in_time(STEP_MS_MAX, async { named.await.map_err(failed) }).await?;
        }
        Ok(Imap { session, can_idle: capabilities.has_str("IDLE") })
    }

    pub async fn select(&mut self, name: &str) -> Result<Selected, MailboxError> {
        let examined = in_time(STEP_MS_MAX, async {
            self.session.examine(folder::encoded(name)).await.map_err(|error| match error {
                ImapError::No(said) => MailboxError::Folder { folder: name.to_owned(), said: kept(&said) },
                other => failed(other),
            })
        });
        let mailbox = examined.await?;
        let uid_validity = mailbox.uid_validity.ok_or_else(|| MailboxError::broken("no UIDVALIDITY"))?;
        Ok(Selected { uid_validity, uid_next: mailbox.uid_next.unwrap_or(u32::MAX), mails: mailbox.exists })
    }

    /// UIDs of the selected folder above `last`, ascending; of a long gap the first ones. Empty: there is nothing new.
    pub async fn uids_after(&mut self, last: u32, uid_next: u32) -> Result<Vec<u32>, MailboxError> {
        let mut from = last.saturating_add(1);
        while from < uid_next {
            let to = from.saturating_add(SEARCH_SPAN - 1).min(uid_next.saturating_sub(1));
            let query = if uid_next == u32::MAX { format!("UID {from}:*") } else { format!("UID {from}:{to}") };
            let found = in_time(STEP_MS_MAX, async { self.session.uid_search(query).await.map_err(failed) }).await?;
            // `*` is the last mail even where it is below `from`.
            let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid > last).collect();
            if !uids.is_empty() || uid_next == u32::MAX {
                uids.sort_unstable();
                return Ok(uids);
            }
            from = to.saturating_add(1);
        }
        Ok(Vec::new())
    }

    /// Sizes in bytes of those that are still there.
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<HashMap<u32, u32>, MailboxError> {
        in_time(FETCH_MS_MAX, async {
            let stream = self.session.uid_fetch(set(uids), "(UID RFC822.SIZE)").await.map_err(failed)?;
            let rows: Vec<_> = stream.try_collect().await.map_err(failed)?;
            Ok(rows.iter().filter_map(|row| Some((row.uid?, row.size.unwrap_or(0)))).collect())
        })
        .await
    }

    /// The mails themselves, ascending. One that was deleted meanwhile is missing.
    pub async fn fetch(&mut self, uids: &[u32]) -> Result<Vec<Fetched>, MailboxError> {
        let query = format!("(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{MAIL_BYTES_MAX}>)");
        in_time(FETCH_MS_MAX, async {
            let stream = self.session.uid_fetch(set(uids), query).await.map_err(failed)?;
            let rows: Vec<_> = stream.try_collect().await.map_err(failed)?;
            let mails = rows.iter().filter_map(|row| {
                Some(Fetched {
                    uid: row.uid?,
                    raw: row.body()?.to_vec(),
                    whole: row.size.is_none_or(|size| size <= MAIL_BYTES_MAX),
                    received_at: row.internal_date().map_or(0, |date| date.timestamp_millis()),
                })
            });
            let mut mails: Vec<Fetched> = mails.filter(|mail| uids.contains(&mail.uid)).collect();
            mails.sort_by_key(|mail| mail.uid);
            Ok(mails)
        })
        .await
    }

    /// Waits until the selected folder changes, at most so long; by asking where the server cannot tell by itself.
    pub async fn wait(mut self, ms: u64) -> Result<Imap, MailboxError> {
        if !self.can_idle {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            in_time(STEP_MS_MAX, async { self.session.noop().await.map_err(failed) }).await?;
            return Ok(self);
        }
        let mut idle = self.session.idle();
        in_time(STEP_MS_MAX, async { idle.init().await.map_err(failed) }).await?;
        let (changed, _stop) = idle.wait_with_timeout(Duration::from_millis(ms));
        changed.await.map_err(failed)?;
        let session = in_time(STEP_MS_MAX, async { idle.done().await.map_err(failed) }).await?;
        Ok(Imap { session, can_idle: true })
    }

    pub async fn close(mut self) {
        let _ = in_time(STEP_MS_MAX, async { self.session.logout().await.map_err(failed) }).await;
    }
}

async fn greeted(egress: &Egress, account: &Account, begun: Begun) -> Result<Client<Wire>, MailboxError> {
    match begun {
        Begun::Private(wire) => {
            let mut client = Client::new(wire);
            greeting(&mut client).await?;
            Ok(client)
        }
        Begun::Clear(stream) => {
            let mut client = Client::new(stream);
            greeting(&mut client).await?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| match error {
                ImapError::No(_) | ImapError::Bad(_) => MailboxError::NoTls,
                other => failed(other),
            })?;
            let wire: Wire = Box::new(egress.start_tls(&account.host, client.into_inner()).await?);
            Ok(Client::new(wire))
        }
    }
}

async fn greeting<T>(client: &mut Client<T>) -> Result<(), MailboxError>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let first = client.read_response().await.map_err(MailboxError::broken)?;
    first.map(drop).ok_or_else(|| MailboxError::broken("no greeting"))
}

async fn logged_in(client: Client<Wire>, account: &Account) -> Result<Session<Wire>, MailboxError> {
    let done = match &account.proof {
        Some(Proof::OAuth2(token)) => client.authenticate("XOAUTH2", Bearer::new(account.xoauth2(token))).await,
        Some(Proof::Password(password)) => client.login(&account.user, password).await,
        None => return Err(MailboxError::Login { said: "a mailbox needs a password or a token".to_owned() }),
    };
    done.map_err(|(error, _)| match error {
        ImapError::No(said) | ImapError::Bad(said) => MailboxError::Login { said: kept(&said) },
        other => failed(other),
    })
}

/// Shown once; what the server says to a refused token is answered with nothing, as XOAUTH2 wants.
struct Bearer {
    answer: Option<String>,
}

impl Bearer {
    fn new(answer: String) -> Self {
        Self { answer: Some(answer) }
    }
}

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.answer.take().unwrap_or_default()
    }
}

/// UIDs as IMAP writes them, runs as ranges.
fn set(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(*uid) => *to = *uid,
            _ => ranges.push((*uid, *uid)),
        }
    }
    let shown = ranges.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}:{to}") });
    shown.collect::<Vec<_>>().join(",")
}

fn failed(error: ImapError) -> MailboxError {
    match error {
        ImapError::No(said) | ImapError::Bad(said) => MailboxError::Refused { code: 0, said: kept(&said) },
        other => MailboxError::broken(other),
    }
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn uids_are_named_in_runs() {
        assert_eq!(set(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(set(&[u32::MAX]), "4294967295");
    }
}
