//! Contacts 客户. `search` holds everything a list search looks at, lower-cased, one field per line.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, json, to_json};
use qn_base::Timestamp;
use qn_domain::{Contact, ContactId, Language, TenantId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, name, email, phone, language, attributes, blocked, version, created_at, last_seen_at FROM contact ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO contact (id, tenant_id, name, email, phone, language, attributes, blocked, search, version, created_at, last_seen_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING";

#[derive(FromRow)]
struct ContactRow {
    id: String,
    tenant_id: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    attributes: String,
    blocked: i64,
    version: i64,
    created_at: i64,
    last_seen_at: i64,
}

impl ContactRow {
    fn read(self) -> Result<Contact> {
        Ok(Contact {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            email: self.email,
            phone: self.phone,
            language: self.language.as_deref().map(Language::from_tag),
            attributes: json("contact.attributes", &self.attributes)?,
            blocked: self.blocked != 0,
            version: self.version,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
        })
    }
}

fn read_all(rows: Vec<ContactRow>) -> Result<Vec<Contact>> {
    rows.into_iter().map(ContactRow::read).collect()
}

/// `pinyin` is the name spelt in full and in initials ("wang xiaoming wxm"), made by the caller.
pub(crate) fn search_text(c: &Contact, pinyin: &str) -> String {
    let fields = [c.name.as_str(), pinyin, c.email.as_deref().unwrap_or(""), c.phone.as_deref().unwrap_or("")];
    fields.into_iter().filter(|f| !f.is_empty()).collect::<Vec<_>>().join("\n").to_lowercase()
}

pub async fn insert(db: &Db, contact: &Contact, pinyin: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    insert_in(&mut tx, contact, pinyin).await?;
    tx.commit().await
}

pub(crate) async fn insert_in(tx: &mut Tx, c: &Contact, pinyin: &str) -> Result<()> {
    let n = tx
        .run(
            INSERT,
            args![
                c.id.as_str(),
                c.tenant_id.as_str(),
                &c.name,
                c.email.as_deref(),
                c.phone.as_deref(),
                c.language.map(Language::code),
                to_json(&c.attributes),
                c.blocked,
                search_text(c, pinyin),
                c.version,
                c.created_at,
                c.last_seen_at
            ],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ContactId) -> Result<Option<Contact>> {
    let row: Option<ContactRow> = db.one(select!("WHERE id = $1 AND tenant_id = $2"), args![id.as_str(), tenant_id.as_str()]).await?;
    row.map(ContactRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ContactId) -> Result<Contact> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("contact", id))
}

/// `+` keeps SQLite from reading all of the tenant's rows by an index that begins with the tenant: it knows no better without statistics.
pub(crate) const BY_IDS_SQLITE: &str = select!("WHERE +tenant_id = $1 AND id IN (SELECT value FROM json_each($2))");

/// Those of `ids` that exist, in any order; for lists that show a contact per row.
pub async fn list_by_ids(db: &Db, tenant_id: &TenantId, ids: &[&ContactId]) -> Result<Vec<Contact>> {
    const POSTGRES: &str = select!("WHERE tenant_id = $1 AND id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    read_all(db.all(db.dialect().pick(BY_IDS_SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?)
}

/// Last seen first. `text` is part of a name, its pinyin, an e-mail or a phone number. The cursor is `"<last_seen_at>.<id>"`.
pub async fn list(db: &Db, tenant_id: &TenantId, text: Option<&str>, cursor: Option<&str>, limit: i64) -> Result<Page<Contact>> {
    const ALL: &str = select!("WHERE tenant_id = $1 AND (last_seen_at, id) < ($2, $3) ORDER BY last_seen_at DESC, id DESC LIMIT $4");
    const MATCHING: &str = select!(
        "WHERE tenant_id = $1 AND (last_seen_at, id) < ($2, $3) AND search LIKE $5 ESCAPE '!' ORDER BY last_seen_at DESC, id DESC LIMIT $4"
    );
    let (at, id) = crate::before(cursor)?;
    let mut args = args![tenant_id.as_str(), at, id, limit + 1];
    let rows: Vec<ContactRow> = match text.map(str::trim).filter(|t| !t.is_empty()) {
        None => db.all(ALL, args).await?,
        Some(text) => {
            args.push(format!("%{}%", like(&text.to_lowercase())).into());
            db.all(MATCHING, args).await?
        }
    };
    Ok(Page::cut(read_all(rows)?, limit, |c| format!("{}.{}", c.last_seen_at, c.id)))
}

/// Ids alone, with when each was last seen: last seen first, the cursor as of `list`.
pub async fn ids(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<(ContactId, Timestamp)>> {
    const SQL: &str = "SELECT id, last_seen_at FROM contact WHERE tenant_id = $1 AND (last_seen_at, id) < ($2, $3) \
        ORDER BY last_seen_at DESC, id DESC LIMIT $4";
    let (at, id) = crate::before(cursor)?;
    let rows: Vec<(String, i64)> = db.all(SQL, args![tenant_id.as_str(), at, id, limit + 1]).await?;
    let rows = rows.into_iter().map(|(id, at)| (ContactId(id), at)).collect();
    Ok(Page::cut(rows, limit, |(id, at)| format!("{at}.{id}")))
}

pub async fn count(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    let row: Option<(i64,)> = db.one("SELECT COUNT(*) FROM contact WHERE tenant_id = $1", args![tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Name, addresses, language, attributes and `blocked`; `c.version` is the version that was read. Returns the new one.
pub async fn update(db: &Db, c: &Contact, pinyin: &str) -> Result<i64> {
    let n = db
        .run(
            "UPDATE contact SET name = $4, email = $5, phone = $6, language = $7, attributes = $8, blocked = $9, search = $10, \
             version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3",
            args![
                c.tenant_id.as_str(),
                c.id.as_str(),
                c.version,
                &c.name,
                c.email.as_deref(),
                c.phone.as_deref(),
                c.language.map(Language::code),
                to_json(&c.attributes),
                c.blocked,
                search_text(c, pinyin)
            ],
        )
        .await?;
    if n == 0 {
        get(db, &c.tenant_id, &c.id).await?;
        return Err(Error::stale("contact", &c.id));
    }
    Ok(c.version + 1)
}

/// Notes that the customer was here; not an edit, so the version stays. Never moves back.
pub async fn touch(db: &Db, tenant_id: &TenantId, id: &ContactId, now: Timestamp) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), now];
    db.run("UPDATE contact SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND last_seen_at < $3", args).await?;
    Ok(())
}

/// Visitor tokens issued at or before this moment are no longer good; 0 = all are. None when there is no such contact.
pub async fn tokens_valid_after(db: &Db, tenant_id: &TenantId, id: &ContactId) -> Result<Option<Timestamp>> {
    let args = args![tenant_id.as_str(), id.as_str()];
    let row: Option<(i64,)> = db.one("SELECT tokens_valid_after FROM contact WHERE tenant_id = $1 AND id = $2", args).await?;
    Ok(row.map(|(at,)| at))
}

/// Log-out of a visitor: refuses every token issued until `now`.
pub async fn revoke_tokens(db: &Db, tenant_id: &TenantId, id: &ContactId, now: Timestamp) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), now];
    db.run("UPDATE contact SET tokens_valid_after = $3 WHERE tenant_id = $1 AND id = $2 AND tokens_valid_after < $3", args).await?;
    Ok(())
}
