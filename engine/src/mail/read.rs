//! Reading mailboxes into the store: one task for each e-mail inbox, a cursor of UIDVALIDITY and UID for each folder that moves in the
//! transaction that keeps the mails. A mailbox that cannot be reached is tried again, longer and longer; nothing is missed meanwhile.

use super::account::MailAccount;
use crate::channels::Side;
use crate::{Engine, Result};
use qn_base::clock::{MINUTE_MS, SECOND_MS};
use qn_base::{backoff, ids};
use qn_domain::{ChannelKind, Inbox, InboxId};
use qn_mailbox::{Imap, MAIL_BYTES_MAX, Selected};
use qn_store::channel_cursor::{self, CursorMove};
use qn_store::mail::NewMail;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often inboxes are looked at for new ones and changed ones.
const LOOK_MS: u64 = 2_000;
/// IDLE is begun anew this often: some servers and firewalls forget silent connections.
const IDLE_MS: u64 = 120_000;
const SEVERAL_FOLDERS_MS: u64 = 20_000;
/// Mails fetched and kept at once.
const BATCH: usize = 100;
const BATCH_BYTES: u64 = 16 * 1024 * 1024;
/// A mail the server cannot give is passed over after so many tries, and named.
const STUCK_MAX: u32 = 3;

/// Where one task stands.
#[derive(Default)]
struct Reader {
    failures: u32,
    /// The last batch broke: one mail at a time, to find which.
    careful: bool,
    /// The mail it broke at, and how often.
    stuck: Option<(u32, u32)>,
}

impl Engine {
    /// Runs until cancelled.
    pub async fn run_mailboxes(self: Arc<Self>, stop: CancellationToken) {
        let mut running: HashMap<InboxId, (i64, CancellationToken)> = HashMap::new();
        let mut tasks = JoinSet::new();
        while !stop.is_cancelled() {
            let wanted = self.mail_inboxes().await;
            running.retain(|id, (version, token)| {
                let stays = wanted.iter().any(|inbox| inbox.id == *id && inbox.version == *version);
                if !stays {
                    token.cancel();
                }
                stays
            });
            for inbox in wanted {
                if running.contains_key(&inbox.id) {
                    continue;
                }
                let token = stop.child_token();
                running.insert(inbox.id.clone(), (inbox.version, token.clone()));
                tasks.spawn(self.clone().read_mailbox(inbox, token));
            }
            while tasks.try_join_next().is_some() {}
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wakes.mailboxes.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(LOOK_MS)) => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn mail_inboxes(&self) -> Vec<Arc<Inbox>> {
        let Ok(tenants) = qn_store::tenant::list(&self.db).await else { return Vec::new() };
        let mut found = Vec::new();
        for tenant in tenants {
            if let Ok(settings) = self.settings(&tenant.id).await {
                found.extend(settings.inboxes.values().filter(|inbox| inbox.channel == ChannelKind::Email).cloned());
            }
        }
        found
    }

    async fn read_mailbox(self: Arc<Self>, inbox: Arc<Inbox>, stop: CancellationToken) {
        let mut reader = Reader::default();
        while !stop.is_cancelled() {
            let read = Box::pin(self.read_on_and_on(&inbox, &mut reader, &stop));
            let done = tokio::select! {
                done = read => done,
                () = stop.cancelled() => return,
            };
            let Err(error) = done else { return };
            tracing::warn!(inbox = %inbox.id, %error, "a mailbox could not be read");
            metrics::counter!("qn_mailbox_failures_total", "inbox" => inbox.id.0.clone()).increment(1);
            self.channels.health.failed(&inbox, Side::Pull, error.code(), self.now());
            let wait_ms = backoff::delay_ms(reader.failures, SECOND_MS, 5 * MINUTE_MS, random());
            reader.failures = reader.failures.saturating_add(1);
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(1_000))) => {}
            }
        }
    }

    async fn read_on_and_on(&self, inbox: &Arc<Inbox>, reader: &mut Reader, stop: &CancellationToken) -> Result<()> {
        let (account, mut imap) = self.open_mailbox(inbox).await?;
        let wait_ms = if account.folders.len() > 1 { SEVERAL_FOLDERS_MS } else { IDLE_MS };
        while !stop.is_cancelled() {
            // The first folder last: its changes are waited for.
            for folder in account.folders.iter().rev() {
                while self.read_folder(&mut imap, inbox, &account, folder, reader).await? > 0 {}
            }
            reader.failures = 0;
            imap = imap.wait(wait_ms).await?;
        }
        imap.close().await;
        Ok(())
    }

    /// How many mails came; zero: nothing was there when the folder was opened, and what comes from now on is told by IDLE.
    async fn read_folder(&self, imap: &mut Imap, inbox: &Inbox, account: &MailAccount, folder: &str, reader: &mut Reader) -> Result<usize> {
        let selected = imap.select(folder).await?;
        let stream = format!("imap:{folder}");
        let known = channel_cursor::find(&self.db, &inbox.tenant_id, &inbox.id, &stream).await?;
        let cursor = |uid: u32| CursorMove {
            tenant_id: inbox.tenant_id.clone(),
            inbox_id: inbox.id.clone(),
            stream: stream.clone(),
            position: format!("{}:{uid}", selected.uid_validity),
            at: self.now(),
        };
        let last = match known.as_deref().and_then(position) {
            Some((validity, uid)) if validity == selected.uid_validity => uid,
            // Renumbered: everything is met again, and what is known by its fingerprint is dropped.
            Some(_) => 0,
            None => first_uid(&selected, account.read_old),
        };
        if known.is_none() {
            qn_store::mail::keep(&self.db, &cursor(last), &[]).await?;
        }
        let uids = imap.uids_after(last, selected.uid_next).await?;
        let mut count = 0;
        for batch in batches(imap, &uids, reader.careful).await? {
            let Some(to) = batch.last().copied() else { continue };
            let mails = self.fetch_mails(imap, &batch, reader).await?;
            count += batch.len();
            let mails: Vec<NewMail> = mails.into_iter().map(|mail| new_mail(folder, &selected, mail, self.now())).collect();
            let fresh = qn_store::mail::keep(&self.db, &cursor(to), &mails).await?;
            self.channels.health.received(inbox, usize::try_from(fresh).unwrap_or(0), self.now());
            self.mail.kept.notify_one();
        }
        reader.careful = false;
        Ok(count)
    }

    async fn fetch_mails(&self, imap: &mut Imap, batch: &[u32], reader: &mut Reader) -> Result<Vec<qn_mailbox::Fetched>> {
        let error = match imap.fetch(batch).await {
            Ok(mails) => return Ok(mails),
            Err(error) => error,
        };
        let (alone, uid) = (batch.len() == 1, batch.first().copied().unwrap_or_default());
        reader.careful = true;
        let tries = reader.stuck.filter(|(at, _)| alone && *at == uid).map_or(1, |(_, tries)| tries + 1);
        reader.stuck = alone.then_some((uid, tries));
        if tries < STUCK_MAX {
            return Err(error.into());
        }
        let raw = format!(
            "Subject: (mail {uid} could not be fetched: {})\r\n\r\nThe mail server does not give this mail; look at it there.\r\n",
            error.code()
        );
        Ok(vec![qn_mailbox::Fetched { uid, raw: raw.into_bytes(), whole: false, received_at: 0 }])
    }
}

/// Where reading begins that never was before.
fn first_uid(selected: &Selected, read_old: bool) -> u32 {
    if read_old || selected.uid_next == u32::MAX { 0 } else { selected.uid_next.saturating_sub(1) }
}

/// `validity:uid`
fn position(text: &str) -> Option<(u32, u32)> {
    let (validity, uid) = text.split_once(':')?;
    Some((validity.parse().ok()?, uid.parse().ok()?))
}

/// UIDs in groups that fit into memory.
async fn batches(imap: &mut Imap, uids: &[u32], careful: bool) -> Result<Vec<Vec<u32>>> {
    if careful {
        return Ok(uids.iter().map(|uid| vec![*uid]).collect());
    }
    let mut batches: Vec<Vec<u32>> = Vec::new();
    for some in uids.chunks(5_000) {
        let sizes = imap.sizes(some).await?;
        let mut bytes = u64::MAX;
        for uid in some {
            let size = u64::from(sizes.get(uid).copied().unwrap_or(0).min(MAIL_BYTES_MAX));
            match batches.last_mut() {
                Some(batch) if batch.len() < BATCH && bytes.saturating_add(size) <= BATCH_BYTES => {
                    batch.push(*uid);
                    bytes += size;
                }
                _ => {
                    batches.push(vec![*uid]);
                    bytes = size;
                }
            }
        }
    }
    Ok(batches)
}

fn new_mail(folder: &str, selected: &Selected, mail: qn_mailbox::Fetched, now: i64) -> NewMail {
    NewMail {
        id: format!("mail_{}", ids::fresh(now)),
        folder: folder.to_owned(),
        uid_validity: i64::from(selected.uid_validity),
        uid: i64::from(mail.uid),
        fingerprint: qn_mail::fingerprint(&mail.raw),
        is_whole: mail.whole,
        received_at: if mail.received_at > 0 { mail.received_at } else { now },
        raw: mail.raw,
    }
}

fn random() -> u32 {
    let mut bytes = [0u8; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
