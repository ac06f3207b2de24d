//! By which accounts on which inbox a contact is known. `(inbox, external_id)` is unique; two requests that meet
//! a new customer at the same moment end up with one contact.

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, to_json, word};
use crate::{contact, contact_fact};
use qn_domain::{ChannelKind, Contact, ContactId, ContactIdentity, Evidence, Fact, InboxId, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, contact_id, inbox_id, channel, external_id, evidence, created_at FROM contact_identity ", $rest)
    };
}

const INSERT: &str = "INSERT INTO contact_identity (id, tenant_id, contact_id, inbox_id, channel, external_id, evidence, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (inbox_id, external_id) DO NOTHING";

#[derive(FromRow)]
struct IdentityRow {
    id: String,
    tenant_id: String,
    contact_id: String,
    inbox_id: String,
    channel: String,
    external_id: String,
    evidence: String,
    created_at: i64,
}

impl IdentityRow {
    fn read(self) -> Result<ContactIdentity> {
        Ok(ContactIdentity {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            contact_id: self.contact_id.into(),
            inbox_id: self.inbox_id.into(),
            channel: word("contact_identity.channel", &self.channel, ChannelKind::parse)?,
            external_id: self.external_id,
            evidence: word("contact_identity.evidence", &self.evidence, Evidence::parse)?,
            created_at: self.created_at,
        })
    }
}

pub async fn find(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, external_id: &str) -> Result<Option<ContactIdentity>> {
    let sql = select!("WHERE inbox_id = $1 AND external_id = $2 AND tenant_id = $3");
    let row: Option<IdentityRow> = db.one(sql, args![inbox_id.as_str(), external_id, tenant_id.as_str()]).await?;
    row.map(IdentityRow::read).transpose()
}

/// Adds the identity to its contact, or gives back the one that has this account already (its `contact_id` may differ).
pub async fn insert_or_find(db: &Db, identity: &ContactIdentity) -> Result<ContactIdentity> {
    let mut tx = db.begin().await?;
    let added = insert_in(&mut tx, identity).await?;
    tx.commit().await?;
    if added {
        return Ok(identity.clone());
    }
    find(db, &identity.tenant_id, &identity.inbox_id, &identity.external_id)
        .await?
        .ok_or_else(|| Error::not_found("identity", &identity.external_id))
}

/// A new customer: contact and identity together, or the ones that somebody else made meanwhile.
/// The flag says whether they are new.
pub async fn insert_with_contact(db: &Db, contact: &Contact, pinyin: &str, identity: &ContactIdentity) -> Result<(Contact, bool)> {
    let (contact, fresh) = insert_with_facts(db, contact, pinyin, identity, &[]).await?;
    Ok((contact, fresh.is_some()))
}

/// The same with what the customer is known by from the beginning, in one transaction. Gives those facts, each as `contact_fact::note` would;
/// none where somebody else was first: the facts are not noted then.
pub async fn insert_with_facts(
    db: &Db,
    contact: &Contact,
    pinyin: &str,
    identity: &ContactIdentity,
    facts: &[Fact],
) -> Result<(Contact, Option<Vec<Fact>>)> {
    let mut tx = db.begin().await?;
    contact::insert_in(&mut tx, contact, pinyin).await?;
    if insert_in(&mut tx, identity).await? {
        let fresh = contact_fact::note_in(&mut tx, &contact.tenant_id, &contact.id, facts.iter().collect(), contact.created_at).await?;
        tx.commit().await?;
        return Ok((contact.clone(), Some(fresh)));
    }
    drop(tx);
    let first = find(db, &identity.tenant_id, &identity.inbox_id, &identity.external_id)
        .await?
        .ok_or_else(|| Error::not_found("identity", &identity.external_id))?;
    Ok((contact::get(db, &identity.tenant_id, &first.contact_id).await?, None))
}

pub(crate) async fn insert_in(tx: &mut Tx, i: &ContactIdentity) -> Result<bool> {
    let args = args![
        i.id.as_str(),
        i.tenant_id.as_str(),
        i.contact_id.as_str(),
        i.inbox_id.as_str(),
        i.channel.as_str(),
        &i.external_id,
        i.evidence.as_str(),
        i.created_at
    ];
    Ok(tx.run(INSERT, args).await? == 1)
}

/// Oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<ContactIdentity>> {
    let sql = select!("WHERE tenant_id = $1 AND contact_id = $2 ORDER BY created_at, id LIMIT 200");
    let rows: Vec<IdentityRow> = db.all(sql, args![tenant_id.as_str(), contact_id.as_str()]).await?;
    rows.into_iter().map(IdentityRow::read).collect()
}

/// The identities of several contacts at once, oldest first.
pub async fn list_by_contacts(db: &Db, tenant_id: &TenantId, ids: &[&ContactId]) -> Result<Vec<ContactIdentity>> {
    const SQLITE: &str = select!("WHERE tenant_id = $1 AND contact_id IN (SELECT value FROM json_each($2)) ORDER BY created_at, id");
    const POSTGRES: &str =
        select!("WHERE tenant_id = $1 AND contact_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB))) ORDER BY created_at, id");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<IdentityRow> = db.all(db.dialect().pick(SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?;
    rows.into_iter().map(IdentityRow::read).collect()
}
